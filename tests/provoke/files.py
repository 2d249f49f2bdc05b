"""One provocation for each error of the file readers."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import cxlab as cx
from cxlab.rows import holidays
from cxlab.rows.files import load
from cxlab.rows.ledger import Ledger
from cxlab.rows.read import collect


def of(name: str, content: bytes, **options: Any) -> Callable[[], object]:
    """Reading a file of this name and content, in a folder of its own."""

    def provoke() -> object:
        before = Path.cwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                Path(name).write_bytes(content)
                return load(name, ledger=Ledger(), **options)
            finally:
                os.chdir(before)

    return provoke


def url(address: str, **options: Any) -> Callable[[], object]:
    return lambda: load(address, ledger=Ledger(), **options)


def since(change: Callable[[Path], object]) -> Callable[[], object]:
    """Asking a Parquet file to which something has happened since it was opened."""

    def provoke() -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.parquet"
            pd.DataFrame({"recommend": [9, 3]}).to_parquet(path)
            rows = cx.read(path)
            change(path)
            return cx.nps(rows)

    return provoke


def in_use(change: Callable[[Path], object]) -> Callable[[], object]:
    """Asking a Parquet file to which something happens after it was seen to be as it was."""

    def provoke() -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.parquet"
            pd.DataFrame({"region": ["N", "S"], "recommend": [9, 3]}).to_parquet(path)
            frame = cx.read(path).frame
            change(path)
            return collect(frame)

    return provoke


def _without_pages(file: bytes) -> bytes:
    """A Parquet file with nothing but noughts before its footer."""
    body = len(file) - 8 - int.from_bytes(file[-8:-4], "little")
    return file[:4] + bytes(body - 4) + file[body:]


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _holidays(content: bytes | None) -> Callable[[], object]:
    def provoke() -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "ir.csv")
            if content is not None:
                path.write_bytes(content)
            return holidays.read(path)

    return provoke


PROVOKE: dict[str, Callable[[], object]] = {
    "a tag of a workbook without end": of("a.xlsx", _zip("xl/a.xml", b"<a" + b" " * 9_000_000)),
    "a setting above the header": of("a.csv", b"sep=;\na;b\n1;2\n"),
    "words above the header": of("a.csv", b"Report\n\na,b,c\n1,2,3\n"),
    "too many columns": of("a.csv", b",".join(b"q%d" % place for place in range(16_385)) + b"\n"),
    "JSON with a name twice": of("a.json", b'[{"id": 1, "id": 2}]'),
    "JSON with two values of a column": of("a.json", b'[{"a": {"b": 1}, "a.b": 2}]'),
    "JSON with a NUL": of("a.json", b'[{"a": "\\u0000"}]'),
    "JSON nested too deeply": of("a.json", b"[" * 100_000),
    "holidays that are not there": _holidays(None),
    "holidays that are no text": _holidays(b"\xe9"),
    "holidays that are no dates": _holidays(b"2026-12-25\nsoon\n"),
    "file that has changed": since(lambda path: pd.DataFrame({"recommend": [9] * 9}).to_parquet(path)),
    "file that is gone": since(lambda path: path.unlink()),
    "file whose pages are damaged": in_use(lambda path: path.write_bytes(_without_pages(path.read_bytes()))),
    "file whose footer is damaged": in_use(lambda path: path.write_bytes(path.read_bytes()[:-8] + bytes(8))),
    "file that goes while it is asked": in_use(lambda path: path.unlink()),
    "empty file": of("a.csv", b""),
    "no record": of("a.csv", b"\n\n"),
    "no header": of("a.csv", b",,\n1,2,3\n"),
    "header of numbers": of("a.csv", b"1,2\n3,4\n"),
    "ragged row": of("a.csv", b"a,b\n1,2\n3\n"),
    "unclosed quote": of("a.csv", b'a,b\n1,"x\n2,3\n'),
    "a cell too long": of("a.csv", b'a,b\n1,"' + b"x," * 70_000 + b'"\n'),
    "a packed file": of("a.csv", b"\x1f\x8b\x08\x00"),
    "a role whose column is not there": lambda: cx.read(
        pd.DataFrame({"responded": [1], "resolved": [2]}), columns={"opened": "Geöffnet"}
    ),
    "a role like another": lambda: cx.read(pd.DataFrame({"resolved": [2]})).column("responded"),
    "one column that is all of them": lambda: cx.read(pd.DataFrame({"id^recommend": ["1^9"]})).column("recommend"),
    "rows by none of several values": lambda: cx.read(pd.DataFrame({"region": ["N"]})).filter(region=[]),
    "text after a quote": of("a.csv", b'a,b\n1,"x"y\n'),
    "NUL": of("a.csv", b"a,b\n1,\x00\n"),
    "not UTF-8": of("a.csv", b"a,b\n1,\xe0\n"),
    "UTF-16 without mark": of("a.csv", "a,b\n1,2\n".encode("utf-16-le")),
    "unknown encoding": of("a.csv", b"a\n1\n", encoding="cp9999"),
    "encoding against its mark": of("a.csv", "\ufeffa\n1\n".encode(), encoding="cp1258"),
    "two delimiters": of("a.csv", b"a,b;c\n1,2;3\n"),
    "long delimiter": of("a.csv", b"a,b\n1,2\n", delimiter="::"),
    "web page": of("a.xls", b"<table><tr><td>1</td></tr></table>"),
    "old workbook": of("a.xls", b"\xd0\xcf\x11\xe0"),
    "unknown kind": of("a.docx", b"a"),
    "another kind": of("a.csv", b"PK\x03\x04"),
    "broken workbook": of("a.xlsx", b"PK\x03\x04"),
    "broken Parquet": of("a.parquet", b"PAR1 noise noise"),
    "broken SPSS": of("a.sav", b"$FL2 noise"),
    "broken JSON": of("a.jsonl", b'{"id": 1}\n{"id"\n'),
    "JSON object": of("a.json", b'{\n"a": 1}'),
    "JSON without records": of("a.json", b"[1]"),
    "JSON not UTF-8": of("a.json", b'[{"a": "\xe0"}]'),
    "only personal columns": of("a.csv", b"Email\nx\n"),
    "unknown export": of("a.csv", b"a,b\n1,2\n", export="qualtrix"),
    "another export": of("a.csv", b"Id,Requester\n1,2\n", export="zendesk"),
    "export without its header rows": of(
        "a.csv", b"StartDate,EndDate,Status,ResponseId\n1,2,3,4\n", export="qualtrics"
    ),
    "sheet= of a file": of("a.csv", b"a\n1\n", sheet="answers"),
    "table= of a file": of("a.csv", b"a\n1\n", table="answers"),
    "no such file": url("missing.csv"),
    "nothing of that pattern": url("missing/*.csv"),
    "source without name": url(" "),
    "unknown address": url("mysql://ann:secret@host/base", table="answers"),
    "database without table": url("sqlite:///base.db"),
    "no such database": url("sqlite:///missing.db", table="answers"),
    "no table": lambda: load({"score": [1]}, ledger=Ledger()),
    "frame with two columns of one name": lambda: load(pd.DataFrame([[1, 2]], columns=["a", "a"]), ledger=Ledger()),
    "frame with a number as name": lambda: load(pd.DataFrame({1: [1]}), ledger=Ledger()),
}
