"""Every kind of source becomes the same kind of table; the reference data have the rows that their index counts."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cxlab as cx
from cxlab.errors import ReadError
from cxlab.rows.files import load
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded
from cxlab.rows.read import collect


def read(source: Any, **options: Any) -> Loaded:
    return load(source, ledger=Ledger(), **options)


@pytest.mark.parametrize(
    ("path", "rows", "columns"),
    [
        ("sfo_airport_survey/2017_SFO_Customer_Survey_20250817.csv", 2831, 97),
        ("cdnow/cdnow_customers_summary.csv", 2357, 4),
        ("baltimore_311/311_sample.csv", 10_000, 26),
        ("verenich_event_logs/helpdesk.csv", 13_710, 3),
        ("anonymous_bank_one_day/calls_one_day.csv", 2375, 14),
        ("vn_cleanser_reviews/labeled_data.csv", 5054, 4),
        ("snappfood_fa/dev.csv", 6300, 4),
        ("fivethirtyeight_surveys/flying-etiquette.csv", 1040, 27),
        ("ospo_surveymonkey/2020_results_2020.csv", 1026, 270),
        ("jupyter_ux_2015/20160115235816-SurveyExport.csv", 1706, 37),
        ("telco_churn/Telco-Customer-Churn.csv", 7043, 21),
        ("employee_turnover_babushkin/turnover.csv", 1129, 16),
        ("online_retail/2010-12-01.csv", 3108, 8),
    ],
)
def test_reference_data_have_the_rows_of_their_index(
    shared: Callable[[str], Path], path: str, rows: int, columns: int
) -> None:
    ledger = Ledger()
    loaded = load(shared(f"data/{path}"), ledger=ledger)
    assert loaded.relation.aggregate("count(*)").fetchall() == [(rows,)]
    gone = ledger.counts.get("personal_dropped", 0) + ledger.counts.get("empty_columns", 0)
    assert len(loaded.columns) + gone == columns
    assert ledger.adds_up()


def test_the_survey_with_empty_rows(shared: Callable[[str], Path]) -> None:
    ledger = Ledger()
    loaded = load(shared("data/ospo_surveymonkey/2020_results_2020.csv"), ledger=ledger)
    assert ledger.counts["dropped"] == 378
    assert loaded.facts["export"] == "surveymonkey"
    assert ledger.counts["empty_columns"] == 23


def test_the_survey_with_partial_answers(shared: Callable[[str], Path]) -> None:
    ledger = Ledger()
    loaded = load(shared("data/jupyter_ux_2015/20160115235816-SurveyExport.csv"), ledger=ledger)
    assert ledger.counts["partial"] == 927
    assert loaded.facts["export"] == "alchemer"
    assert not any("\u00a0" in name for name in loaded.columns)


def test_a_bomb_of_rows_is_answered_within_memory(shared: Callable[[str], Path]) -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "from cxlab.rows.files import load; from cxlab.rows.ledger import Ledger\n"
        "r = load(sys.argv[1], ledger=Ledger())\n"
        "print(r.facts['rows'], r.relation.aggregate('score, count(*)').fetchall())\n"
    )
    command = [sys.executable, "-c", code, str(shared("nasty/bomb.parquet"))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=40, check=False)
    assert "300000000 [(0, 300000000)]" in done.stdout, done.stderr[-400:]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bomb_rows.xlsx", ["200,000,000"]),
        ("bomb_entities.xlsx", ["document type"]),
        ("xxe.xlsx", ["document type"]),
        ("trunc.xlsx", ["broken workbook"]),
        ("empty.xlsx", ["0 bytes"]),
        ("html_named.xls", ["HTML"]),
        ("corrupt.sav", ["broken SPSS file"]),
    ],
)
def test_hostile_files_are_refused_within_limits(shared: Callable[[str], Path], name: str, words: list[str]) -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "from cxlab.rows.files import load; from cxlab.rows.ledger import Ledger; from cxlab.errors import ReadError\n"
        "try: load(sys.argv[1], ledger=Ledger())\n"
        "except ReadError as error: print('refused:', error)\n"
    )
    command = [sys.executable, "-c", code, str(shared(f"nasty/{name}"))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=40, check=False)
    assert done.stdout.startswith("refused:"), done.stderr[-400:]
    assert len(done.stdout.splitlines()) == 1
    assert all(word in done.stdout for word in [name, *words])
    assert "root:" not in done.stdout


def test_personal_columns_go_unless_kept(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,Email,Họ tên,تلفن,score\n1,a@b.c,Lan,021,9\n")
    ledger = Ledger()
    assert list(load(path, ledger=ledger).columns) == ["id", "score"]
    dropped = [entry.column for entry in ledger if entry.kind == "personal_dropped"]
    assert dropped == ["Email", "Họ tên", "تلفن"]
    assert list(read(path, keep=["email"]).columns) == ["id", "Email", "score"]


def test_repeated_names_are_counted_and_known(shared: Callable[[str], Path]) -> None:
    ledger = Ledger()
    loaded = load(shared("nasty/dupcols.csv"), ledger=ledger)
    assert loaded.facts["duplicated"] == {"score": ("score", "score_2")}
    assert [(e.kind, e.column, e.count) for e in ledger if e.kind == "renamed"] == [("renamed", "score", 1)]


def test_names_that_differ_in_case_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "case.csv"
    path.write_text("ID,Id,score\n1,2,9\n")
    loaded = read(path)
    assert list(loaded.columns) == ["ID", "Id_2", "score"]
    assert loaded.facts["duplicated"] == {}
    assert loaded.relation.fetchall() == [("1", "2", "9")]


def test_folders_and_patterns_are_exact_lists(tmp_path: Path) -> None:
    for name, score in (("a.csv", 9), ("b.csv", 8), ("b[1].csv", 1)):
        (tmp_path / name).write_text(f"id,score\n{name},{score}\n")
    assert sorted(read(tmp_path).relation.fetchall()) == [("a.csv", "9"), ("b.csv", "8"), ("b[1].csv", "1")]
    assert read(str(tmp_path / "b*.csv")).relation.fetchall() == [("b.csv", "8"), ("b[1].csv", "1")]
    assert read(tmp_path / "b[1].csv").relation.fetchall() == [("b[1].csv", "1")]
    (tmp_path / "c.csv").write_text("id,grade\n1,2\n")
    with pytest.raises(ReadError, match=r"different headers.*'grade' and not 'score'"):
        read(tmp_path)


def test_a_folder_is_all_that_lies_in_it_but_hidden_files(tmp_path: Path) -> None:
    folder = tmp_path / "[2026] 😀"
    folder.mkdir()
    (folder / "a.csv").write_text("id,score\n1,9\n", encoding="utf-8")
    (folder / "._a.csv").write_bytes(b"\0\5\26\7\0\2\0\0Mac OS X")
    (folder / "~$b.xlsx").write_bytes(b"ann")
    for source in (folder, folder / "*.csv", folder / "?.csv"):
        assert read(source).relation.fetchall() == [("1", "9")]
    (folder / "b.jsonl").write_text('{"id": 2, "score": 8}', encoding="utf-8")
    with pytest.raises(ReadError, match=r"cannot be read as one table.*'a\.csv' and 'b\.jsonl'"):
        read(folder)


def test_a_name_that_no_file_can_have_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="There is no file aaaa"):
        read(tmp_path / ("a" * 5000 + ".csv"))


def test_parquet_files_are_one_table(tmp_path: Path) -> None:
    for name, ids in (("x*.parquet", ["007", None]), ("y.parquet", ["7"])):
        pq.write_table(pa.table({"id": ids, "score": pa.array(range(len(ids)), pa.int8())}), tmp_path / name)
    loaded = read(tmp_path)
    assert loaded.relation.fetchall() == [("007", 0), (None, 1), ("7", 0)]
    assert loaded.typed
    assert loaded.facts["rows"] == 3
    assert read(tmp_path / "x*.parquet").facts["rows"] == 2
    pq.write_table(pa.table({"id": ["1"], "grade": [1]}), tmp_path / "z.parquet")
    with pytest.raises(ReadError, match="different columns"):
        read(tmp_path)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_copy_of_a_file_is_counted_and_a_link_is_no_file_of_its_own(tmp_path: Path, kind: str) -> None:
    """'tickets (1).csv' had doubled every figure without a word."""
    frame = pd.DataFrame({"id": ["a", "b"], "recommend": [9, 3]})

    def write(name: str, rows: pd.DataFrame) -> None:
        path = tmp_path / f"{name}.{kind}"
        rows.to_csv(path, index=False) if kind == "csv" else rows.to_parquet(path)

    write("tickets", frame)
    write("tickets of june", frame[::-1])
    (tmp_path / f"up to date.{kind}").symlink_to(tmp_path / f"tickets.{kind}")
    before = cx.read(tmp_path)
    assert before.ledger.counts == {"read": 4, "kept": 4}
    write("tickets (1)", frame)
    rows = cx.read(tmp_path / f"*.{kind}")
    assert rows.ledger.counts == {"read": 6, "kept": 6, "repeated_files": 2}
    assert [(one.count, one.detail) for one in rows.ledger if one.kind == "repeated_files"] == [
        (2, f"'tickets.{kind}' is the same as 'tickets (1).{kind}'")
    ]
    found = cx.check(rows).set_index("finding").loc["on reading: repeated files"]
    assert (found["severity"], found["count"]) == ("warning", 2)
    # Where the rows have an id, what is there twice is dropped as ever.
    assert cx.nps(cx.read(tmp_path, columns={"answer": "id"}))[0].n == 2


def test_a_home_that_nobody_has_is_a_path_that_is_not_there() -> None:
    with pytest.raises(ReadError, match="no file"):
        read("~nobody-of-this-name/a.csv")


def test_a_text_file_that_goes_while_it_is_asked_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxlab.rows.files.LAZY", 0)
    (tmp_path / "a.csv").write_text("recommend,region\n9,N\n", encoding="utf-8")
    rows = cx.read(tmp_path / "a.csv")
    assert rows.files
    (tmp_path / "a.csv").unlink()
    with pytest.raises(ReadError, match="The file is gone"):
        collect(rows.frame)


def test_parquet_columns_are_taken_by_their_places(tmp_path: Path) -> None:
    """DuckDB takes "a" and "A" for one column, and of one name written twice the first."""
    values = [pa.array([place]) for place in range(4)]
    pq.write_table(pa.table(values, names=["a", "A", "a", ""]), tmp_path / "p.parquet")
    loaded = read(tmp_path / "p.parquet")
    assert loaded.relation.columns == ["a", "A_2", "a_3", "column 4"]
    assert loaded.relation.fetchall() == [(0, 1, 2, 3)]


def test_brotli_never_reaches_the_decoder(tmp_path: Path) -> None:
    pq.write_table(pa.table({"score": [1, 2]}), tmp_path / "b.parquet", compression="brotli")
    with pytest.raises(ReadError, match="Brotli"):
        read(tmp_path / "b.parquet")


def test_a_broken_parquet_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.parquet").write_bytes(b"PAR1" + b"noise" * 20)
    with pytest.raises(ReadError, match=r"b\.parquet is a broken Parquet file"):
        read(tmp_path / "b.parquet")


def parquet_in_pieces(path: Path) -> bytes:
    """A Parquet file of two columns whose pages fill it, and its bytes."""
    scores = [place % 11 for place in range(9_000)]
    table = pa.table({"recommend": scores, "region": [f"place {place}" for place in range(9_000)]})
    pq.write_table(table, path, row_group_size=3_000)
    return path.read_bytes()


@pytest.mark.parametrize("harm", ["emptied", "turned", "taken out"])
def test_a_parquet_file_with_damaged_pages_is_named_by_the_first_question(tmp_path: Path, harm: str) -> None:
    """Its footer is whole, so that it can be opened; DuckDB's own words had been all that was said."""
    path = tmp_path / "it's [1].parquet"
    file = parquet_in_pieces(path)
    body = len(file) - 8 - int.from_bytes(file[-8:-4], "little")
    pages = {
        "emptied": file[:4] + bytes(body - 4),
        "turned": file[:4] + bytes(255 - byte for byte in file[4:body]),
        "taken out": file[: body // 2],
    }
    path.write_bytes(pages[harm] + file[body:])
    rows = cx.read(path)
    for question in (cx.nps, cx.check, lambda rows: rows.head(), lambda rows: rows.to_pandas()):
        with pytest.raises(ReadError) as caught:
            question(rows)
        assert caught.value.wrong == "it's [1].parquet is a broken Parquet file"
        assert "'recommend'" in caught.value.seen or "'region'" in caught.value.seen


def test_damage_to_one_column_leaves_the_others_readable(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    file = bytearray(parquet_in_pieces(path))
    chunk = pq.read_metadata(path).row_group(1).column(1)
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    file[start : start + chunk.total_compressed_size] = bytes(chunk.total_compressed_size)
    path.write_bytes(file)
    rows = cx.read(path)
    assert cx.nps(rows)[0].n == 9_000
    with pytest.raises(ReadError, match="the column 'region' cannot be read"):
        cx.nps(rows, by="region")


def test_a_compression_that_nobody_knows_does_not_end_the_process(tmp_path: Path) -> None:
    """Arrow ends the whole process over it (terminate called), which no handler catches."""
    pq.write_table(pa.table({"score": [1, 2]}), tmp_path / "a.parquet")
    file = (tmp_path / "a.parquet").read_bytes()
    said = b"\x18\x05score\x15"  # the path of the column, then its codec: two is Snappy
    assert file.count(said + b"\x02") == 1
    (tmp_path / "a.parquet").write_bytes(file.replace(said + b"\x02", said + b"\x7f"))
    code = (
        "import sys, cxlab as cx\n"
        "try: cx.read(sys.argv[1]).to_pandas()\n"
        "except cx.CxlabError as error: print('refused:', error)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "a.parquet")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=40, check=False)
    assert done.stdout.startswith("refused: a.parquet is a broken Parquet file"), done.stderr[-400:]


def test_a_comparison_does_not_tally_another_file_than_its_estimates(tmp_path: Path) -> None:
    """Clusters that span segments are tallied again, by then of a file that somebody had written again."""
    path = tmp_path / "a.parquet"
    table = pa.table({"recommend": [9, 3, 9, 9, 0, 8], "region": list("NSNSNS"), "customer": list("aabbcc")})
    pq.write_table(table, path)
    rows = cx.read(path)
    found = cx.nps(rows, by="region")
    pq.write_table(table.slice(0, 4), path)
    questions = [lambda: found.compare(to="rest"), lambda: rows.head(), lambda: rows.to_pandas()]
    for question in questions:
        with pytest.raises(ReadError, match="has changed"):
            question()


@pytest.mark.parametrize("kind", ["pandas", "arrow", "duckdb", "polars"])
def test_frames_are_used_where_they_are(kind: str) -> None:
    table = pa.table({"id": ["1", "2"], " score\u00a0": [9, 8], "Email": ["a@b.c", None]})
    frame: Any = {"pandas": table.to_pandas, "arrow": lambda: table}.get(kind, lambda: None)()
    if kind == "polars":
        code = (
            "import polars as pl; from cxlab.rows.files import load; from cxlab.rows.ledger import Ledger\n"
            "r = load(pl.DataFrame({'id': ['1'], 'Email': ['x']}), ledger=Ledger())\n"
            "print(type(r.relation).__module__.split('.')[0], list(r.columns))\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout.strip() == "polars ['id']"
        return
    if kind == "duckdb":
        frame = duckdb.connect().from_arrow(table)
    loaded = read(frame)
    assert type(loaded.relation) is type(frame)
    assert loaded.columns == {"id": "id", "score": " score\u00a0"}
    assert loaded.facts["personal"] == ("Email",)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(ReadError, match="no table"):
        read({"score": [1]})
    with pytest.raises(ReadError, match="two columns of one name"):
        read(pd.DataFrame([[1, 2]], columns=["score", "score"]))


def test_sqlite_keeps_types_and_quotes_names(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "cx.db")
    base.execute('CREATE TABLE "odd "" table" (id TEXT, "sco""re" INTEGER, mixed INTEGER, ratio REAL)')
    base.executemany('INSERT INTO "odd "" table" VALUES (?, ?, ?, ?)', [("007", 9, 1, 0.5), (None, 8, "x", 1)])
    base.commit()
    base.close()
    loaded = read(f"sqlite:///{tmp_path}/cx.db", table='odd " table')
    assert loaded.relation.fetchall() == [("007", 9, "1", 0.5), (None, 8, "x", 1.0)]
    with pytest.raises(ReadError, match="no table 'tickets'"):
        read(f"sqlite:///{tmp_path}/cx.db", table="tickets")
    with pytest.raises(ReadError, match="name of a table"):
        read(f"sqlite:///{tmp_path}/cx.db")


def test_no_message_holds_a_password() -> None:
    for url in ("postgresql://ann:secret@nowhere.invalid/cx", "mysql://ann:secret@nowhere.invalid/cx"):
        with pytest.raises(ReadError) as error:
            read(url, table="tickets")
        assert "secret" not in str(error.value)
        assert "nowhere" not in str(error.value)


def test_a_wide_table_is_one_table_and_soon_there(tmp_path: Path) -> None:
    """Surveys have a thousand columns; a query that tests each cell by itself took twelve seconds to plan."""
    width = 1000
    names = [f"q{place}" for place in range(width)]
    blank = [" ", "\u00a0"] * (width // 2)
    rows = [[str(place) for place in range(width)], blank, ["", *map(str, range(1, width))], [""] * width]
    lines = ["\t".join(cells) for cells in (names, *rows)]
    (tmp_path / "a.tsv").write_text("\n".join(lines), encoding="utf-8")
    ledger = Ledger()
    start = process_time()
    loaded = load(tmp_path / "a.tsv", ledger=ledger)
    assert process_time() - start < 8
    assert loaded.relation.columns == names
    assert loaded.relation.fetchall() == [tuple(rows[0]), (None, *rows[2][1:])]
    assert (ledger.counts["read"], ledger.counts["dropped"], ledger.counts["kept"]) == (4, 2, 2)


def test_more_columns_than_a_spreadsheet_has_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",".join(f"q{place}" for place in range(20_000)) + "\n", encoding="utf-8")
    with pytest.raises(ReadError, match=r"too many columns\. 20,000, and the limit is 16,384"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sep=;\nid;score\n1;9\n", "does not begin with its header. Line 1 is 'sep='"),
        ("Report of October\n\nid,score,region\n1,9,N\n2,8,S\n", "words above its header.*from record 2 on"),
    ],
)
def test_what_stands_above_a_header_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=said):
        read(tmp_path / "a.csv")


def test_one_column_of_comments_is_no_title(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("comment\nslow, rude, dear\ngood, quick, kind\n", encoding="utf-8")
    assert load(tmp_path / "a.csv", delimiter=";", ledger=Ledger()).relation.fetchall()[0] == ("slow, rude, dear",)


def test_utf32_with_its_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,score\n1,9\n", encoding="utf-32")
    assert read(tmp_path / "a.csv").relation.fetchall() == [("1", "9")]


def test_json_keeps_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(
        '{"id": 90071992547409921, "score": 9.10, "reply": {"calendar": 5, "business": null}, "ok": true}\n\n'
        '{"id": "007", "tags": ["a", 1.50], "Email": "a@b.c"}\n'
    )
    loaded = read(path)
    assert list(loaded.columns) == ["id", "score", "reply.calendar", "ok", "tags"] or "reply.business" in loaded.columns
    first, second = loaded.relation.project('id, score, "reply.calendar", ok, tags').fetchall()
    assert first == ("90071992547409921", "9.10", "5", "true", None)
    assert second == ("007", None, None, None, '["a", 1.50]')
    (tmp_path / "list.json").write_text('[{"id": 1}, {"id": 2}]')
    assert read(tmp_path / "list.json").relation.fetchall() == [("1",), ("2",)]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", '{"id": 1}\n{"id": \n', "Line 2, column"),
        ("a.json", '[{"id": 1},\n {"id" 2}]', "Line 2, column 8"),
        ("a.json", '["x"]', "record 1 is no record"),
        ("a.json", '{\n"tickets": []}', "one object"),
        ("a.json", "[]", "is empty"),
        ("a.json", '[{"id": 1, "Id": 2, "id": 3}]', "one name twice. The name 'id'"),
        ("a.json", '[{"a": {"b": 1}, "a.b": 2}]', "record 1 has two values of 'a.b'"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.jsonl", '{"a": ' + "[" * 600 + "]" * 600 + "}", "nested too deeply"),
        ("a.jsonl", '{"a": "x"}\n{"a": "\\ud83d"}', "line 2 holds a NUL or half a character. In 'a'"),
        ("a.json", '[{"a": {"b": "x\\u0000"}}]', "record 1 holds a NUL or half a character. In 'a.b'"),
    ],
)
def test_broken_json_is_one_clear_error(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ReadError, match=words):
        read(tmp_path / name)
