"""Workbooks: titles, merged cells, types as text, damage counted, and nothing parsed that would not fit."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from cxlab.errors import ReadError
from cxlab.rows import archive
from cxlab.rows.files import load
from cxlab.rows.ledger import Ledger


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "cx.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Answers")
        time = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write("A1", "Quarterly report")
        sheet.merge_range("A3:A4", "id")
        sheet.merge_range("B3:D3", "Satisfaction")
        sheet.write_row("B4", ["price", "speed", "when"])
        sheet.write_row("A5", ["007", 9, 4.5])
        sheet.write_datetime("D5", dt.datetime(2026, 10, 1, 8, 30), time)
        sheet.write_row("A6", [7, True, "=1+1"])
        sheet.write_row("A8", [12345678901234567, "########", "#N/A"])
        workbook.add_worksheet("Empty")
        hidden = workbook.add_worksheet("Codes")
        hidden.write_row("A1", ["code", "label"])
        hidden.hide()
    return path


def test_header_rows_are_joined_and_titles_left_out(book: Path) -> None:
    ledger = Ledger()
    loaded = load(book, ledger=ledger)
    assert list(loaded.columns) == ["id", "Satisfaction | price", "Satisfaction | speed", "Satisfaction | when"]
    first, second, third = loaded.relation.fetchall()
    assert first == ("007", "9", "4.5", "2026-10-01 08:30:00")
    assert second[:2] == ("7", "TRUE")
    assert third[1:3] == ("########", "#N/A")
    assert ledger.counts["title_rows"] == 2
    assert ledger.counts["damaged"] == 3
    assert ledger.counts["dropped"] == 1
    assert ledger.adds_up()


def test_a_sheet_is_named_where_several_hold_cells(book: Path) -> None:
    assert load(book, sheet="Codes", ledger=Ledger()).columns == {"code": "code", "label": "label"}
    with pytest.raises(ReadError, match=r"no sheet 'Answer'.*Did you mean 'Answers'"):
        load(book, sheet="Answer", ledger=Ledger())
    several = book.with_name("several.xlsx")
    with xlsxwriter.Workbook(several) as workbook:
        for name in ("March", "April"):
            workbook.add_worksheet(name).write_row("A1", ["id", "score"])
    with pytest.raises(ReadError, match=r"several sheets.*'March' and 'April'"):
        load(several, ledger=Ledger())


def test_one_far_cell_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write("A1", "id")
        sheet.write(1_048_575, 16_383, "far")
    with pytest.raises(ReadError, match="1,048,576 rows and 16,384 columns"):
        load(path, ledger=Ledger())


def test_limits_are_counted_across_chunks(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_CHUNK", 7)
    archive.demand_harmless(book)
    monkeypatch.setattr(archive, "MOST_CELLS", 31)  # the sheet spans 8 rows and 4 columns
    with pytest.raises(ReadError, match="8 rows and 4 columns"):
        archive.demand_harmless(book)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.txt", "no workbook")
    with pytest.raises(ReadError, match=r"a\.xlsx is a broken workbook"):
        load(path, ledger=Ledger())


def rewritten(path: Path, to: Path, change: dict[bytes, bytes], moved: dict[str, str] | None = None) -> Path:
    """The workbook again, with some bytes of its parts changed and some parts under another name."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            for before, after in change.items():
                data = data.replace(before, after)
            new.writestr((moved or {}).get(name, name), data)
    return to


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({b'<c r="A8"': b"<c r='XFD1048576'"}, {}),
        ({b'<c r="A8"': b'<c\tx=">"\n r = "xfd1048576"'}, {}),
        ({b'<c r="A8"': b'<x-y:c r="XFD1048576"'}, {}),
        (
            {b'<c r="A8"': b'<c r="XFD1048576"', b"worksheets/sheet1.xml": b"other/one.bin"},
            {"xl/worksheets/sheet1.xml": "xl/other/one.bin"},
        ),
        ({b'<c r="A8"': b'<c x="' + b"a" * 9_000_000 + b'" r="XFD1048576"'}, {}),
    ],
    ids=["single quotes", "blanks and signs", "prefix", "not called a sheet", "a tag over several chunks"],
)
def test_a_far_cell_is_found_however_it_is_written(
    book: Path, tmp_path: Path, change: dict[bytes, bytes], moved: dict[str, str]
) -> None:
    hostile = rewritten(book, tmp_path / "hostile.xlsx", change, moved)
    with pytest.raises(ReadError, match=r"too many cells|no spreadsheet makes|unpack to too much"):
        archive.demand_harmless(hostile)


def test_formulas_that_failed_or_were_never_worked_out_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("A & B")
        sheet.write_row("A1", ["id", "score", "email", "sum"])
        sheet.write_row("A2", [1, None, "a@example.com", 3])
        sheet.write_formula("B2", "=NA()", None, "#N/A")
        sheet.write_formula("A3", "=1+1", None, 2)
        sheet.write_formula("B3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("C3", "=NA()", None, "#N/A")
        sheet.write_formula("D3", "=1+2", None, "")
    ledger = Ledger()
    rows = load(path, ledger=ledger).relation.fetchall()
    assert rows == [("1", None, "3"), ("2", None, None)]
    damaged = {(entry.column, entry.count, entry.detail) for entry in ledger if entry.kind == "damaged"}
    assert damaged == {("score", 2, "errors of formulas"), ("sum", 1, "formulas without a value")}
