"""Parquet files: asked for their size first, then read by DuckDB where they lie, column by column."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from cxlab.errors import ReadError
from cxlab.rows import store
from cxlab.rows.header import arrange
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded, facts_of, names_of
from cxlab.rows.store import Sql, build

MOST_ROWS = 2_000_000_000


def load(files: tuple[Path, ...], origin: str, keep: Iterable[str] | None, ledger: Ledger) -> Loaded:
    """One Parquet file or several of the same columns as one table, with their own types."""
    connection = store.connect(files[0].parent)
    listed = store.exact_list(files)
    rows = _rows(connection, files, origin)
    if rows > MOST_ROWS:
        raise ReadError(f"{origin} has too many rows", f"{rows:,}, and the limit is {MOST_ROWS:,}", "Read it in parts")
    _demand_no_brotli(connection, listed, origin)
    names = _columns(connection, files, origin)
    header = arrange(names, ledger, keep)
    parts = store.listed(
        build("{source} AS {name}", source=store.name(names[column.place]), name=store.name(column.name))
        for column in header.columns
    )
    if not parts:
        raise ReadError(f"{origin} has no column left", "All of them are personal", "Name one in keep=")
    query = "SELECT {parts} FROM read_parquet({files}, hive_partitioning = false)"
    relation = connection.sql(build(query, parts=parts, files=listed))
    ledger.count("read", rows)
    ledger.count("kept", rows)
    digests = {path.name: store.sha256(path) for path in files}
    sha256 = digests if len(digests) > 1 else next(iter(digests.values()))
    facts = facts_of(header, None, None, ledger, rows=rows, sha256=sha256)
    return Loaded(relation, origin, names_of(header.columns), True, facts)


def _rows(connection: duckdb.DuckDBPyConnection, files: tuple[Path, ...], origin: str) -> int:
    """The rows by the files' own account; no row is read for it."""
    total = 0
    for path in files:
        try:
            total += store.ask(connection, "SELECT sum(num_rows) FROM parquet_file_metadata(?)", store.exact(path))[0]
        except duckdb.Error as error:
            raise ReadError(
                f"{path.name} is a broken Parquet file", "Its footer cannot be read", "Export it again"
            ) from error
    return total


def _demand_no_brotli(connection: duckdb.DuckDBPyConnection, listed: Sql, origin: str) -> None:
    """DuckDB up to 2.0 carries a Brotli decoder with a known out-of-bounds write, so no file reaches it."""
    query = "SELECT DISTINCT path_in_schema FROM parquet_metadata({files}) WHERE compression = 'BROTLI' ORDER BY 1"
    found = connection.execute(build(query, files=listed)).fetchall()
    if found:
        raise ReadError(
            f"{origin} is compressed with Brotli",
            f"The column '{found[0][0]}', among others" if len(found) > 1 else f"The column '{found[0][0]}'",
            "Write it again with zstd or snappy",
        )


def _columns(connection: duckdb.DuckDBPyConnection, files: tuple[Path, ...], origin: str) -> list[str]:
    """The names of the columns; an error where two files differ in name or type."""
    first: list[tuple[str, str]] = []
    for path in files:
        query = "DESCRIBE SELECT * FROM read_parquet({file}, hive_partitioning = false)"
        answer = connection.execute(build(query, file=store.text(store.exact(path)))).fetchall()
        found = [(row[0], row[1]) for row in answer]
        first = first or found
        if found != first:
            ours, theirs = set(first) - set(found), set(found) - set(first)
            seen = f"{path.name} against {files[0].name}: {sorted(theirs or ours)[0]}"
            raise ReadError(f"The files of {origin} have different columns", seen, "Read them one by one")
    return [name for name, _ in first]
