"""Workbooks (.xlsx, .xlsm): the cells of one sheet as text, under a header that may have titles above it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb

from cxlab.errors import ReadError, did_you_mean, listing
from cxlab.rows import store
from cxlab.rows.archive import demand_harmless, lost_cells
from cxlab.rows.assemble import Plan, assemble
from cxlab.rows.exports import KNOWN, recognise
from cxlab.rows.header import arrange, demand_names, fold_name
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded, facts_of, names_of
from cxlab.rows.store import build

_HEADS = 20
_BATCH = 20_000
_EXACT = 10**15  # spreadsheets keep 15 digits: a longer number has lost its last ones
Span = tuple[tuple[int, int], tuple[int, int]]  # first and last cell of a merged range, as row and column


def load(
    path: Path, origin: str, sheet: str | None, export: str | None, keep: Iterable[str] | None, ledger: Ledger
) -> Loaded:
    """One sheet of a workbook; every cell becomes text, numbers in their shortest form and times as ISO 8601."""
    demand_harmless(path)
    table, merged, name = _table(path, origin, sheet, ledger)
    top = _title_rows(table)
    ledger.count("title_rows", top)
    _unmerge(table, merged, top)
    body = table[top:]
    if not body:
        raise ReadError(f"{origin} has no header", f"The sheet '{name}' holds only a title", "Name another with sheet=")
    found = recognise(body[:_HEADS], KNOWN, export, origin)
    header_rows = found.header_rows(body) if found else _header_rows(merged, top)
    demand_names(body[0], f"{origin}, sheet '{name}'")
    names = found.names(body[:_HEADS]) if found else _joined(body[:header_rows])
    personal = {"personal": found.is_personal} if found else {}
    header = arrange(names if not found else body[0], ledger, keep, names=names, **personal)
    connection = store.connect()
    _fill(connection, body[header_rows:], header.width)
    relation, kept = assemble(connection, store.name("cells"), Plan(header, found), ledger, origin, lazy=False)
    connection.execute("DROP TABLE cells")
    _count_damage(connection, list(names_of(kept.columns)), ledger)
    named = {column.place: column.name for column in kept.columns}
    for row, place, why in lost_cells(path, name):
        if row >= top + header_rows and place in named:
            ledger.count("damaged", 1, column=named[place], detail=why)
    facts = facts_of(
        kept, found, found.zone(body[:_HEADS]) if found else None, ledger,
        sheet=name, sha256=store.sha256(path), rows=ledger.counts.get("kept", 0),
    )  # fmt: skip
    return Loaded(relation, origin, names_of(kept.columns), False, facts)


def _table(path: Path, origin: str, sheet: str | None, ledger: Ledger) -> tuple[list[list[str]], list[Span], str]:
    """The cells of the sheet as text, its merged ranges and its name."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(path) as book:
            names = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
            shown = {one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible}
            if sheet is None:
                filled = [name for name in names if name in shown and book.get_sheet_by_name(name).height]
                sheet = _only(filled, origin)
            elif sheet not in names:
                todo = did_you_mean(sheet, names) or "Name one of them"
                raise ReadError(f"{origin} has no sheet '{sheet}'", f"It has {listing(names, 'and')}", todo)
            found = book.get_sheet_by_name(sheet)
            cells = found.to_python(skip_empty_area=False)
            long = sum(isinstance(cell, float) and abs(cell) >= _EXACT for row in cells for cell in row)
            ledger.count("damaged", long, detail="numbers too long for a spreadsheet, which have lost digits")
            return [[_text(cell) for cell in row] for row in cells], list(found.merged_cell_ranges or ()), sheet
    except (CalamineError, ValueError) as error:
        if isinstance(error, ReadError):
            raise
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise ReadError(f"{origin} is a broken workbook", reason, "Open and save it again in a spreadsheet") from error


def _only(filled: list[str], origin: str) -> str:
    if not filled:
        raise ReadError(f"{origin} is empty", "No visible sheet holds a cell", "Name a hidden one with sheet=")
    if len(filled) > 1:
        seen = f"{listing(filled, 'and')} hold cells"
        raise ReadError(f"{origin} has several sheets", seen, f"Say which: sheet='{filled[0]}'")
    return filled[0]


def _text(cell: object) -> str:
    """A cell as a text file would hold it."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    return str(cell)


def _title_rows(rows: list[list[str]]) -> int:
    """How many rows stand above the header: those with one cell or none, in a table of several columns."""
    filled = [sum(1 for cell in row if cell.strip()) for row in rows[:_HEADS]]
    if not filled or max(filled) < 2:
        return next((place for place, n in enumerate(filled) if n), 0)
    return next(place for place, n in enumerate(filled) if n > 1)


def _unmerge(rows: list[list[str]], merged: list[Span], top: int) -> None:
    """Every cell of a merged range gets the text of its first cell; titles stay as they are."""
    for (row, column), (last_row, last_column) in merged:
        if row < top or row >= len(rows):
            continue
        for line in rows[row : last_row + 1]:
            for place in range(column, min(last_column + 1, len(line))):
                line[place] = rows[row][column]


def _header_rows(merged: list[Span], top: int) -> int:
    """One, and more where cells of the first row are merged: downwards over these, sideways over the next one."""
    rows = 1
    for (row, column), (last_row, last_column) in merged:
        if row == top:
            rows = max(rows, last_row - row + 1 + (last_column > column))
    return rows


def _joined(heads: list[list[str]]) -> list[str]:
    """One name for each column from several header rows."""
    names = []
    for cells in zip(*heads, strict=True):
        parts: list[str] = []
        for cell in map(fold_name, cells):
            if cell and cell not in parts:
                parts.append(cell)
        names.append(" | ".join(parts))
    return names


def _fill(connection: duckdb.DuckDBPyConnection, rows: list[list[str]], width: int) -> None:
    import pyarrow as pa

    names = [store.cell(place) for place in range(width)]
    shape = store.listed(build("{name} VARCHAR", name=name) for name in names)
    connection.execute(build("CREATE TABLE cells ({shape})", shape=shape))
    for start in range(0, len(rows), _BATCH):
        columns = [pa.array(cells, pa.string()) for cells in zip(*rows[start : start + _BATCH], strict=True)]
        connection.from_arrow(pa.table(columns, names)).insert_into("cells")


def _count_damage(connection: duckdb.DuckDBPyConnection, names: list[str], ledger: Ledger) -> None:
    """Count what a spreadsheet has left in cells instead of a value: hashes, and errors of formulas."""
    for column in names:
        query = (
            "SELECT count(*) FILTER (WHERE {cell} LIKE '####%'), count(*) FILTER (WHERE {cell} IN "
            "('#N/A', '#REF!', '#VALUE!', '#DIV/0!', '#NAME?', '#NUM!', '#NULL!')) FROM rows"
        )
        hashes, errors = store.ask(connection, build(query, cell=store.name(column)))
        ledger.count("damaged", hashes, column=column, detail="hashes instead of a value")
        ledger.count("damaged", errors, column=column, detail="errors of formulas")
