"""From the cells of a source (c0, c1, ... as text) to its rows: without what is empty or is no answer."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from cxlab.errors import ReadError
from cxlab.rows import store as sql
from cxlab.rows.exports.signature import Export
from cxlab.rows.header import Header, fold_name
from cxlab.rows.ledger import Ledger
from cxlab.rows.store import Sql, build

_BLANKS = " \t\r\n\u00a0\u202f\u2007\ufeff"


MOST_COLUMNS = 16_384  # as many as a spreadsheet has
AT_A_TIME = 500  # columns; how long DuckDB plans a query grows with the square of their number


@dataclass(frozen=True)
class Plan:
    """What is done to the cells: which columns become what, and why a row would go."""

    header: Header
    export: Export | None

    def cell(self, place: int) -> Sql:
        """One cell, null where there is nothing in it but blanks."""
        # A cell that begins with a visible ASCII letter is not blank: comparing it costs a tenth of trimming it.
        pieces = {"cell": sql.cell(place), "blanks": sql.text(_BLANKS)}
        seen = "CASE WHEN {cell} >= '!' AND {cell} < '\x7f' THEN {cell} "
        return build(seen + "WHEN trim({cell}, {blanks}) = '' THEN NULL ELSE {cell} END", **pieces)

    def reason(self) -> Sql:
        """Why a row is dropped, as text; null for a row that stays."""
        # One test of all cells together: planning a test of each takes the square of their number. Most rows are known
        # to be none by their first cell.
        empty = "WHEN NOT coalesce(c0 >= '!' AND c0 < '\x7f', false) AND trim(concat({cells}), {blanks}) = '' "
        cells = sql.listed(map(sql.cell, range(self.header.width)))
        rules = [build(empty + "THEN 'empty row'", cells=cells, blanks=sql.text(_BLANKS))]
        for drop in self.export.drops if self.export else ():
            reason = sql.text(drop.reason)
            for place in self.places(drop.column):
                rules.append(build("WHEN {held} THEN {reason}", held=self.among(place, drop.values), reason=reason))
        return build("CASE {rules} END", rules=sql.listed(rules, " "))

    def places(self, name: str) -> list[int]:
        """The place of a column by the header as it stands in the source; none where it is not there."""
        wanted = fold_name(name).casefold()
        return [column.place for column in self.header.columns if fold_name(column.original).casefold() == wanted][:1]

    @staticmethod
    def among(place: int, values: tuple[str, ...]) -> Sql:
        """Whether a cell holds one of these words, in any case."""
        words = sql.listed(sql.text(value) for value in values)
        return build("lower(trim({cell})) IN ({words})", cell=sql.cell(place), words=words)


def assemble(
    store: duckdb.DuckDBPyConnection, source: Sql, plan: Plan, ledger: Ledger, origin: str, lazy: bool
) -> tuple[duckdb.DuckDBPyRelation, Header]:
    """The rows that stay, under the names used; every row and column that goes is counted.

    `lazy` leaves the rows in the file and reads them again for every question; otherwise they are taken into memory.
    """
    if plan.header.width > MOST_COLUMNS:
        seen = f"{plan.header.width:,}, and the limit is {MOST_COLUMNS:,}"
        raise ReadError(f"{origin} has too many columns", seen, "Export only those that are needed")
    counted, dropped = _count(store, source, plan, ledger)
    header = plan.header
    empty = [place for place in header.unnamed if not counted[place]]
    ledger.count("empty_columns", len(empty))
    columns = header.without(empty)
    if not columns:
        raise ReadError(f"{origin} has no column left", "All of them are personal or empty", "Name one in keep=")
    names = [build("{cell} AS {name}", cell=plan.cell(column.place), name=sql.name(column.name)) for column in columns]
    where = build("WHERE {reason} IS NULL", reason=plan.reason()) if dropped else build("")
    query = build("SELECT {names} FROM {source} {where}", names=sql.listed(names), source=source, where=where)
    if not lazy:
        _take(store, names, source, where)
        query = build("SELECT * FROM rows")
    kept = Header(columns, header.duplicated, header.unnamed, header.personal, header.width)
    return store.sql(query), kept


def _take(store: duckdb.DuckDBPyConnection, names: list[Sql], source: Sql, where: Sql) -> None:
    """Take the rows into the table `rows`, so many columns at a time as are planned in no time."""
    parts = [names[place : place + AT_A_TIME] for place in range(0, len(names), AT_A_TIME)]
    for number, part in enumerate(parts):
        query = "CREATE TABLE {table} AS SELECT {names} FROM {source} {where}"
        table = sql.name("rows" if len(parts) == 1 else f"part_{number}")
        store.execute(build(query, table=table, names=sql.listed(part), source=source, where=where))
    if len(parts) > 1:
        tables = [sql.name(f"part_{number}") for number in range(len(parts))]
        joined = sql.listed(tables, " POSITIONAL JOIN ")
        store.execute(build("CREATE TABLE rows AS SELECT * FROM {joined}", joined=joined))
        for table in tables:
            store.execute(build("DROP TABLE {table}", table=table))


def _count(store: duckdb.DuckDBPyConnection, source: Sql, plan: Plan, ledger: Ledger) -> tuple[dict[int, int], int]:
    """Fill the ledger with rows read, dropped and kept; answers the cells of unnamed columns and the rows dropped."""
    unnamed = sorted(plan.header.unnamed)
    partial = build("0")
    if plan.export and plan.export.partial:
        column, values = plan.export.partial
        for place in plan.places(column):
            partial = build("count(*) FILTER (WHERE {held})", held=plan.among(place, values))
    filled_cells = [build("count({cell})", cell=plan.cell(place)) for place in unnamed]
    counts = sql.listed([build("count(*)"), partial, *filled_cells])
    query = "SELECT {reason} AS reason, {counts} FROM {source} GROUP BY reason"
    found = store.execute(build(query, reason=plan.reason(), counts=counts, source=source)).fetchall()
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
