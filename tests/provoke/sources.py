"""One provocation for each error of the readers of workbooks, Parquet, SPSS, JSON, databases and folders."""

from __future__ import annotations

import io
import os
import sqlite3
import sys
import tempfile
import types
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from cxlab.rows.files import load
from cxlab.rows.ledger import Ledger
from cxlab.rows.read import read

Sheets = dict[str, list[list[Any]]]


def of(source: str, make: Callable[[], object], patches: dict[str, object] | None = None, **options: Any) -> Any:
    """Reading `source` in a folder of its own, after `make` has written into it."""

    def provoke() -> object:
        before = Path.cwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                make()
                with ExitStack() as stack:
                    for name, value in (patches or {}).items():
                        stack.enter_context(mock.patch(name, value))
                    return load(source, ledger=Ledger(), **options)
            finally:
                os.chdir(before)

    return provoke


def book(sheets: Sheets) -> Callable[[], object]:
    def make() -> None:
        with xlsxwriter.Workbook("a.xlsx") as workbook:
            for name, rows in sheets.items():
                sheet = workbook.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)

    return make


def archive(parts: dict[str, bytes]) -> Callable[[], object]:
    def make() -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in parts.items():
                file.writestr(name, content)
        Path("a.xlsx").write_bytes(packed.getvalue())

    return make


def parquet(**tables: dict[str, list[Any]]) -> Callable[[], object]:
    return lambda: [pq.write_table(pa.table(columns), f"{name}.parquet") for name, columns in tables.items()]


def text(**files: bytes) -> Callable[[], object]:
    return lambda: [Path(name.replace("_", ".")).write_bytes(content) for name, content in files.items()]


def base() -> None:
    connection = sqlite3.connect("base.db")
    connection.execute("CREATE TABLE answers (email TEXT)")
    connection.commit()
    connection.close()


def dead_driver() -> dict[str, types.ModuleType]:
    """A PostgreSQL driver whose error holds the whole address."""
    driver: Any = types.ModuleType("psycopg")
    driver.Error = type("Error", (Exception,), {})
    driver.sql = types.ModuleType("psycopg.sql")
    driver.connect = mock.Mock(side_effect=driver.Error("no route to postgresql://ann:secret@host/base"))
    return {"psycopg": driver}


def postgres(there: bool) -> Callable[[], object]:
    def provoke() -> object:
        found = mock.patch("cxlab.rows.database.find_spec", return_value=there or None)
        with mock.patch.dict(sys.modules, dead_driver()), found:
            return load("postgresql://ann:secret@host/base", table="answers", ledger=Ledger())

    return provoke


SHEET = "xl/worksheets/sheet1.xml"
TALL = b'<row r="9000000"><c r="A9000000"/></row>'

PROVOKE: dict[str, Callable[[], object]] = {
    "rows filtered by SQL": lambda: read(pa.table({"region": ["N"]})).filter("region = 'N'"),
    "workbook that grows": of("a.xlsx", archive({SHEET: b" " * 12_000_000})),
    "workbook of many bytes": of("a.xlsx", archive({SHEET: b"x" * 99}), {"cxlab.rows.archive.MOST_BYTES": 50}),
    "workbook of many cells": of("a.xlsx", archive({SHEET: TALL})),
    "document type": of("a.xlsx", archive({SHEET: b"<!DOCTYPE x>"})),
    "no workbook": of("a.xlsx", archive({"readme.txt": b"x"})),
    "several sheets": of("a.xlsx", book({"March": [["id"]], "April": [["id"]]})),
    "no such sheet": of("a.xlsx", book({"March": [["id"]]}), sheet="Marsh"),
    "no cell": of("a.xlsx", book({"March": []})),
    "no row": of("a.xlsx", book({"March": []}), sheet="March"),
    "Parquet of too many rows": of("a.parquet", parquet(a={"id": [1, 2]}), {"cxlab.rows.columnar.MOST_ROWS": 1}),
    "Parquet with personal columns only": of("a.parquet", parquet(a={"email": ["x"]})),
    "Parquet with Brotli": of(
        "a.parquet", lambda: pq.write_table(pa.table({"id": [1]}), "a.parquet", compression="brotli")
    ),
    "Parquet files that differ": of("*.parquet", parquet(a={"id": [1]}, b={"id": ["x"]})),
    "texts that differ": of("*.csv", text(a_csv=b"id,score\n1,2\n", b_csv=b"id,grade\n1,2\n")),
    "kinds that differ": of("*.*", text(a_csv=b"id\n1\n", b_json=b"[]")),
    "unclosed quote in the header": of("a.csv", text(a_csv=b'id,"score\n1,2\n')),
    "cut in a character": of("a.csv", text(a_csv="id,c\n1,đ".encode()[:-1])),
    "empty JSON": of("a.json", text(a_json=b"[]")),
    "broken JSON list": of("a.json", text(a_json=b'[{"id": 1},\n {"id" 2}]')),
    "long JSON list": of("a.json", text(a_json=b"[{}, {}]"), {"cxlab.rows.json_lines.MOST_BYTES": 5}),
    "SPSS without its reader": of(
        "a.sav", text(a_sav=b"$FL2"), {"cxlab.rows.spss.find_spec": mock.Mock(return_value=None)}
    ),
    "SPSS without end": of("a.sav", text(a_sav=b"$FL2"), {"cxlab.rows.spss._SECONDS": 0}),
    "database without that table": of("sqlite:///base.db", base, table="answer"),
    "database with personal columns only": of("sqlite:///base.db", base, table="answers"),
    "not SQLite": of("sqlite:///base.db", text(base_db=b"noise" * 300), table="answers"),
    "PostgreSQL without its driver": postgres(there=False),
    "PostgreSQL that does not answer": postgres(there=True),
    "frame without columns": lambda: load(pd.DataFrame({"email": ["x"]}), ledger=Ledger()),
}
