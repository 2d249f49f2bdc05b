"""From the cells of a source (c0, c1, ... as text) to its rows: without what is empty, and without what is no answer."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from cxlab.errors import ReadError
from cxlab.rows import store as sql
from cxlab.rows.exports.signature import Export
from cxlab.rows.header import Header, fold_name
from cxlab.rows.ledger import Ledger

_BLANKS = " \t\r\n\u00a0\u202f\u2007\ufeff"


@dataclass(frozen=True)
class Plan:
    """What is done to the cells: which columns become what, and why a row would go."""

    header: Header
    export: Export | None

    def cell(self, place: int) -> str:
        """One cell, null where there is nothing in it but blanks."""
        return f"CASE WHEN trim(c{place}, {sql.text(_BLANKS)}) = '' THEN NULL ELSE c{place} END"

    def reason(self) -> str:
        """Why a row is dropped, as text; null for a row that stays."""
        cells = ", ".join(self.cell(place) for place in range(self.header.width))
        rules = f"WHEN coalesce({cells}, NULL) IS NULL THEN 'empty row' "
        for drop in self.export.drops if self.export else ():
            for place in self.places(drop.column):
                rules += f"WHEN {self.among(place, drop.values)} THEN {sql.text(drop.reason)} "
        return f"CASE {rules}END"

    def places(self, name: str) -> list[int]:
        """The place of a column by the header as it stands in the source; none where it is not there."""
        wanted = fold_name(name).casefold()
        return [column.place for column in self.header.columns if fold_name(column.original).casefold() == wanted][:1]

    @staticmethod
    def among(place: int, values: tuple[str, ...]) -> str:
        """Whether a cell holds one of these words, in any case."""
        return f"lower(trim(c{place})) IN ({', '.join(sql.text(value) for value in values)})"


def assemble(
    store: duckdb.DuckDBPyConnection, source: str, plan: Plan, ledger: Ledger, origin: str, lazy: bool
) -> tuple[duckdb.DuckDBPyRelation, Header]:
    """The rows that stay, under the names used; every row and column that goes is counted.

    `lazy` leaves the rows in the file and reads them again for every question; otherwise they are taken into memory.
    """
    counted, dropped = _count(store, source, plan, ledger)
    header = plan.header
    empty = [place for place in header.unnamed if not counted[place]]
    ledger.count("empty_columns", len(empty))
    columns = header.without(empty)
    if not columns:
        raise ReadError(f"{origin} has no column left", "all of them are personal or empty", "Name one in keep=")
    names = ", ".join(f"{plan.cell(column.place)} AS {sql.name(column.name)}" for column in columns)
    where = f" WHERE {plan.reason()} IS NULL" if dropped else ""
    query = f"SELECT {names} FROM {source}{where}"
    if not lazy:
        store.execute(f"CREATE TABLE rows AS {query}")
        query = "SELECT * FROM rows"
    kept = Header(columns, header.duplicated, header.unnamed, header.personal, header.width)
    return store.sql(query), kept


def _count(store: duckdb.DuckDBPyConnection, source: str, plan: Plan, ledger: Ledger) -> tuple[dict[int, int], int]:
    """Fill the ledger with rows read, dropped and kept; answers the cells of unnamed columns and the rows dropped."""
    unnamed = sorted(plan.header.unnamed)
    partial = "0"
    if plan.export and plan.export.partial:
        column, values = plan.export.partial
        partial = " + ".join(f"count(*) FILTER (WHERE {plan.among(p, values)})" for p in plan.places(column)) or "0"
    counts = ", ".join(["count(*)", partial, *(f"count({plan.cell(place)})" for place in unnamed)])
    found = store.execute(f"SELECT {plan.reason()} AS reason, {counts} FROM {source} GROUP BY reason").fetchall()
    ledger.count("read", sum(row[1] for row in found))
    filled, dropped = dict.fromkeys(unnamed, 0), 0
    for reason, n, parts, *cells in sorted(found, key=lambda row: row[0] or ""):
        if reason is None:
            ledger.count("kept", n)
            ledger.count("partial", parts, detail="kept")
        else:
            ledger.count("dropped", n, detail=reason)
            dropped += n
        for place, n_cells in zip(unnamed, cells, strict=True):
            filled[place] += n_cells
    return filled, dropped
