"""Text files: the dialects that are read, the two readers that agree, and one clear error for everything else."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxlab.errors import ReadError
from cxlab.rows import text as module
from cxlab.rows.files import load
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded


def read(path: Path, **options: Any) -> Loaded:
    return load(path, ledger=Ledger(), **options)


def rows(path: Path, **options: Any) -> list[tuple[Any, ...]]:
    return read(path, **options).relation.fetchall()


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "columns", "expected"),
    [
        ("utf8.csv", ["c"], [("Không hài lòng",)]),
        ("bom_semicolon.csv", ["id", "score"], [("1", "9,5")]),
        ("utf16.csv", ["id", "score"], [("1", "9")]),
        ("leading_zero.csv", ["client_id", "score"], [("007", "9"), ("7", "1")]),
        ("na_names.csv", ["client", "score"],
         [("NA", "9"), ("NULL", "8"), ("None", "7"), ("nan", "3"), ("acme", "2")]),
        ("dupcols.csv", ["id", "score", "score_2"], [("1", "9", "2")]),
    ],
)  # fmt: skip
def test_nasty_files_that_are_read(
    shared: Callable[[str], Path], name: str, columns: list[str], expected: list[tuple[str, ...]]
) -> None:
    loaded = read(shared(f"nasty/{name}"))
    assert list(loaded.columns) == columns
    assert loaded.relation.fetchall() == expected


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cp1258.csv", ["Row 1 (line 2)", "column 'c'", "0xe0", "encoding='cp1258'"]),
        ("nul.csv", ["NUL", "Row 1 (line 2)", "column 'score'"]),
        ("unclosed_quote.csv", ["row 2 (line 3)", "column 'comment'", "never closed"]),
        ("empty.csv", ["empty", "0 bytes"]),
    ],
)
def test_nasty_files_that_are_refused(shared: Callable[[str], Path], name: str, words: list[str]) -> None:
    with pytest.raises(ReadError) as error:
        read(shared(f"nasty/{name}"))
    assert all(word in str(error.value) for word in [name, *words]), str(error.value)
    assert error.value.todo


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n3\n", ["row 2 (line 3)", "1 cell under 2 columns"]),
        (b"a,b\n1,2\n3,4,5\n", ["row 2 (line 3)", "3 cells under 2 columns"]),
        (b'a,b\n1,"x\ny"\n3\n', ["row 2 (line 4)", "1 cell under 2 columns"]),
        (b'a,b\n1,"x"y\n', ["row 1 (line 2)", "column 'b'", "text follows a closing quote"]),
        (b'a,b\n1,"' + b"x," * 70_000 + b'"\n', ["row 1 (line 2)", "131,072 letters", "too long"]),
        (b'a,b\n1,"x""\n2,3\n', ["row 1 (line 2)", "column 'b'", "never closed"]),
        (b"a\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00", ["utf-16-le"]),
        (b"a,b;c\n1,2;3\n", ["two ways", "comma", "semicolon", "delimiter=','"]),
        (b"\n\n\n", ["empty"]),
        (b",,\n1,2,3\n", ["no header"]),
        (b"1,2\n3,4\n", ["no header", "numbers"]),
        (b"<!DOCTYPE html><html><table></table></html>", ["HTML"]),
        (b"PK\x03\x04rest", ["not what its name says", "ZIP"]),
        ("điểm,lý do\n9,tốt\n".encode("utf-16-le"), ["utf-16-le"]),
        ("a,b\n1,é\n".encode("cp1252"), ["Row 1 (line 2)", "column 'b'", "0xe9"]),
        ("a,b\n1,đ".encode()[:-1], ["Row 1 (line 2)", "column 'b'"]),
    ],
)
def test_broken_text_is_one_clear_error(tmp_path: Path, content: bytes, words: list[str]) -> None:
    path = written(tmp_path / "broken.csv", content)
    with pytest.raises(ReadError) as error:
        read(path)
    assert all(word in str(error.value) for word in ["broken.csv", *words]), str(error.value)
    assert error.value.todo
    assert str(tmp_path) not in str(error.value)


def test_a_named_encoding_is_used(tmp_path: Path) -> None:
    path = written(tmp_path / "vn.csv", "c\nĐa\u0303 ho\u0309i".encode("cp1258"))
    assert read(path, encoding="cp1258").relation.fetchall() == [("Đa\u0303 ho\u0309i",)]
    with pytest.raises(ReadError, match="no encoding 'cp9999'"):
        read(path, encoding="cp9999")
    marked = written(tmp_path / "marked.csv", "\ufeffc\nx")
    with pytest.raises(ReadError, match="mark of UTF-8"):
        read(marked, encoding="cp1252")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_by_consistency(tmp_path: Path, delimiter: str) -> None:
    lines = [["id", "comment, long"], ["1", "a; b, c"], ["2", "d,e,f"]]
    quoted = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    loaded = read(written(tmp_path / "some.csv", quoted))
    assert loaded.facts["delimiter"] == delimiter
    assert loaded.relation.fetchall() == [("1", "a; b, c"), ("2", "d,e,f")]


def test_a_named_delimiter_decides(tmp_path: Path) -> None:
    path = written(tmp_path / "two.csv", "a,b;c\n1,2;3\n")
    assert list(read(path, delimiter=";").columns) == ["a,b", "c"]
    with pytest.raises(ReadError, match="cannot be a delimiter"):
        read(path, delimiter="::")


def test_one_column_may_hold_any_sign(tmp_path: Path) -> None:
    assert rows(written(tmp_path / "one.csv", "score\n9,5\n8,5\n")) == [("9,5",), ("8,5",)]
    assert rows(written(tmp_path / "blank.csv", "score\n9\n\n8\n")) == [("9",), ("8",)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_cells_and_rows(tmp_path: Path, end: str) -> None:
    content = end.join(['id,score,comment', '1,"",x', '2,\u00a0 ,y', ',,', ' , ,"  "', '3,0,NA', ''])  # fmt: skip
    ledger = Ledger()
    loaded = load(written(tmp_path / "blank.csv", content), ledger=ledger)
    assert loaded.relation.fetchall() == [("1", None, "x"), ("2", None, "y"), ("3", "0", "NA")]
    assert ledger.counts == {"read": 5, "dropped": 2, "kept": 3}
    assert ledger.adds_up()


def test_columns_without_name(tmp_path: Path) -> None:
    ledger = Ledger()
    loaded = load(written(tmp_path / "u.csv", "id,,,\n1,x,,\n2,,,\n"), ledger=ledger)
    assert list(loaded.columns) == ["id", "column 2"]
    assert ledger.counts["empty_columns"] == 2


def test_long_ids_stay_apart(tmp_path: Path) -> None:
    path = written(tmp_path / "ids.csv", "id,score\n90071992547409921,9\n90071992547409922,8\n,7\n")
    assert rows(path) == [("90071992547409921", "9"), ("90071992547409922", "8"), (None, "7")]


CELL = st.text(st.sampled_from("ab 1,;\"\n\r\té۹|'"), max_size=6)
TABLE = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=8))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLE, st.sampled_from(["\n", "\r\n"]))
def test_what_was_written_is_read(tmp_path: Path, table: list[list[str]], end: str) -> None:
    path = tmp_path / "round.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL)
        writer.writerows([[f"name {place}" for place in range(len(table[0]))], *table])
    blank = [[cell if cell.strip() else None for cell in row] for row in table]
    kept = [tuple(row) for row in blank if any(row)]
    assert rows(path, delimiter=",") == kept


PLAIN = st.text(st.sampled_from("ab 1;é۹|'NA"), max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(CELL | PLAIN, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"])
)
def test_both_readers_agree_even_on_broken_files(tmp_path: Path, table: list[list[str]], end: str) -> None:
    """Cells are written without any quoting, so quotes and line ends stand where no writer would put them."""
    path = written(tmp_path / "both.csv", end.join(["a,b,c", *(",".join(row) for row in table)]))

    def outcome(small: int, clean: bool) -> object:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "SMALL", small)
            if not clean:
                patch.setattr(module, "_agreed", lambda *_: False)
            try:
                return rows(path, delimiter=",")
            except ReadError as error:
                return error.wrong

    assert outcome(-1, True) == outcome(10**9, False)


def test_a_large_file_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxlab.rows.files.LAZY", 100)
    path = written(tmp_path / "large.csv", "id,score\r\n" + "".join(f"{n},{n % 11}\r\n" for n in range(5000)) + ",\r\n")
    ledger = Ledger()
    loaded = load(path, ledger=ledger)
    assert loaded.relation.aggregate("count(*), count(DISTINCT id)").fetchall() == [(5000, 5000)]
    assert ledger.counts == {"read": 5001, "dropped": 1, "kept": 5000}
    written(path, "id,score\r\n1,9\r\n")
    assert loaded.relation.aggregate("count(*)").fetchall() == [(1,)]


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    ledger = Ledger()
    load(written(tmp_path / "h.csv", b"a,b\n1,2\n"), ledger=ledger)
    assert ledger.facts["sha256"] == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert ledger.facts["encoding"] == "utf-8"
