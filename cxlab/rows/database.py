"""Tables of a database, read through its own driver; no message ever holds the address or the password."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

from cxlab.errors import ReadError, did_you_mean, listing
from cxlab.rows import store
from cxlab.rows.address import file_of
from cxlab.rows.header import Column, arrange
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded, facts_of, names_of
from cxlab.rows.store import Sql, build

_BATCH = 50_000
_WHOLE, _NUMBER, _TEXT = Sql("BIGINT"), Sql("DOUBLE"), Sql("VARCHAR")
_POSTGRES = ("postgresql", "postgres")
# What a type of PostgreSQL becomes; every other one is read as text.
_TYPES = {
    "smallint": _WHOLE, "integer": _WHOLE, "bigint": _WHOLE, "real": _NUMBER, "double precision": _NUMBER,
    "numeric": _NUMBER, "boolean": Sql("BOOLEAN"), "date": Sql("DATE"),
    "timestamp without time zone": Sql("TIMESTAMP"), "timestamp with time zone": Sql("TIMESTAMPTZ"),
}  # fmt: skip

_TIMES = (Sql("DATE"), Sql("TIMESTAMP"), Sql("TIMESTAMPTZ"))


def load(url: str, table: str | None, keep: Iterable[str] | None, ledger: Ledger) -> Loaded:
    """One table of a database, copied into memory: columns that hold numbers or times keep their type."""
    scheme = urlsplit(url).scheme.lower()
    if scheme not in ("sqlite", *_POSTGRES):
        todo = "Known are 'postgresql://' and 'sqlite:///'; read others through Ibis and hand its table over"
        raise ReadError("There is no reader for this address", f"It begins with '{scheme}://'", todo)
    if table is None:
        raise ReadError("A database needs the name of a table", f"A {scheme} address alone", "Add table='...'")
    read = _sqlite if scheme == "sqlite" else _postgres
    columns, rows = read(url, table)
    header = arrange([name for name, _ in columns], ledger, keep)
    if not header.columns:
        raise ReadError(f"The table {table} has no column left", "All are personal", "Name one in keep=")
    connection = store.connect()
    total = _copy(connection, columns, header.columns, rows(header.columns, ledger))
    ledger.count("read", total)
    ledger.count("kept", total)
    facts = facts_of(header, None, None, ledger, rows=total)
    return Loaded(connection.sql("SELECT * FROM rows"), f"the table {table}", names_of(header.columns), True, facts)


def _copy(
    connection: duckdb.DuckDBPyConnection,
    columns: Sequence[tuple[str, Sql]],
    wanted: Sequence[Column],
    batches: Iterator[list[tuple[Any, ...]]],
) -> int:
    import pyarrow as pa

    kinds = dict(columns)
    shape = store.listed(
        build("{name} {kind}", name=store.name(column.name), kind=kinds[column.original]) for column in wanted
    )
    connection.execute(build("CREATE TABLE rows ({shape})", shape=shape))
    total = 0
    for batch in batches:
        total += len(batch)
        cells = [
            pa.array([None if cell is None else _as(kinds[column.original], cell) for cell in values])
            for column, values in zip(wanted, zip(*batch, strict=True), strict=True)
        ]
        connection.from_arrow(pa.table(cells, [column.name for column in wanted])).insert_into("rows")
    return total


def _as(kind: str, cell: Any) -> Any:
    if kind == _NUMBER:
        return float(cell)
    return str(cell) if kind == _TEXT else cell


def _sqlite(url: str, table: str) -> tuple[list[tuple[str, Sql]], Any]:
    path = file_of(url) or Path()
    if not path.is_file():
        todo = "Write sqlite:///folder/file.db, or four slashes before a path from the root"
        raise ReadError(f"There is no database {path.name}", "No such file", todo)
    address = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            known = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
            _demand_table(table, known)
            names = [row[0] for row in base.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid", [table])]
            columns = [(name, _sqlite_type(base, table, name)) for name in names]
    except sqlite3.DatabaseError as error:
        raise ReadError(f"{path.name} is no SQLite database", "It cannot be read", "Check the file") from error

    def rows(wanted: Sequence[Column], ledger: Ledger) -> Iterator[list[tuple[Any, ...]]]:
        listed = store.listed(store.name(column.original) for column in wanted)
        with closing(sqlite3.connect(address, uri=True)) as base:
            cursor = base.execute(build("SELECT {listed} FROM {table}", listed=listed, table=store.name(table)))
            while batch := cursor.fetchmany(_BATCH):
                yield batch

    return columns, rows


def _sqlite_type(base: sqlite3.Connection, table: str, column: str) -> Sql:
    """The type that the column's values have, since SQLite holds no column to what it declares."""
    pieces = {"column": store.name(column), "table": store.name(table)}
    query = build("SELECT DISTINCT typeof({column}) FROM {table}", **pieces)
    found = {kind for (kind,) in base.execute(query)} - {"null"}
    if found == {"integer"}:
        return _WHOLE
    return _NUMBER if found and found <= {"integer", "real"} else _TEXT


def _postgres(url: str, table: str) -> tuple[list[tuple[str, Sql]], Any]:
    if find_spec("psycopg") is None:
        raise ReadError("PostgreSQL needs its driver", "It is not installed", "pip install 'cxlab[postgres]'")
    import psycopg
    from psycopg import sql

    schema, _, name = table.rpartition(".")
    with _answering(psycopg, url) as base:
        columns = _postgres_columns(base, schema, name)
    kinds = dict(columns)

    def rows(wanted: Sequence[Column], ledger: Ledger) -> Iterator[list[tuple[Any, ...]]]:
        source = sql.Identifier(*([schema, name] if schema else [name]))
        times = [one for one in wanted if kinds[one.original] in _TIMES]
        inside = {one.name: _in_calendar(sql, one.original) for one in times}
        listed = sql.SQL(", ").join(
            sql.SQL("CASE WHEN {0} THEN {1} END").format(inside[one.name], sql.Identifier(one.original))
            if one.name in inside
            else sql.Identifier(one.original)
            for one in wanted
        )
        with _answering(psycopg, url) as base:
            if times:
                outside = sql.SQL(", ").join(
                    sql.SQL("count(*) FILTER (WHERE NOT {})").format(inside[one.name]) for one in times
                )
                query = sql.SQL("SELECT {} FROM {}").format(outside, source)
                for one, count in zip(times, base.execute(query).fetchone() or (), strict=True):
                    ledger.count("damaged", count, column=one.name, detail="times that are infinite or in no calendar")
            with base.cursor(name="cxlab") as cursor:
                query = sql.SQL("SELECT {} FROM {}").format(listed, source)
                cursor.execute(query)
                while batch := cursor.fetchmany(_BATCH):
                    yield batch

    return columns, rows


@contextmanager
def _answering(psycopg: Any, url: str) -> Iterator[Any]:
    """A connection that only reads, closed in any case; what the driver says of a fault is not passed on."""
    try:
        with closing(psycopg.connect(url)) as base:
            base.read_only = True
            yield base
    except psycopg.Error:
        # The driver's text names host, user and base, and with some faults the whole address.
        raise ReadError("The database does not answer", "The connection failed", "Check address and rights") from None


def _in_calendar(sql: Any, column: str) -> Any:
    """Whether a time is one that Python knows: PostgreSQL has infinite ones and years before 1 and after 9999."""
    return sql.SQL("{} BETWEEN '0001-01-02' AND '9999-12-30'").format(sql.Identifier(column))


def _postgres_columns(base: Any, schema: str, name: str) -> list[tuple[str, Sql]]:
    """The columns of a table or view, with what their types become."""
    known = "SELECT table_name FROM information_schema.tables WHERE table_schema = coalesce(%s, current_schema())"
    _demand_table(name, [row[0] for row in base.execute(known, [schema or None]).fetchall()])
    query = (
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s "
        "AND table_schema = coalesce(%s, current_schema()) ORDER BY ordinal_position"
    )
    return [(row[0], _TYPES.get(row[1], _TEXT)) for row in base.execute(query, [name, schema or None]).fetchall()]


def _demand_table(table: str, known: Sequence[str]) -> None:
    if table not in known:
        todo = did_you_mean(table, known) or f"There are {listing(sorted(known)[:8], 'and')}"
        raise ReadError(
            f"There is no table '{table}'", f"The database has {len(known)} table{'s'[: len(known) != 1]}", todo
        )
