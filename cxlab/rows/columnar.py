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
    parts = ", ".join(f"{store.name(names[c.place])} AS {store.name(c.name)}" for c in header.columns)
    if not parts:
        raise ReadError(f"{origin} has no column left", "all of them are personal", "Name one in keep=")
    relation = connection.sql(f"SELECT {parts} FROM read_parquet({listed}, hive_partitioning = false)")
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
                f"{path.name} is a broken Parquet file", "its footer cannot be read", "Export it again"
            ) from error
    return total


def _demand_no_brotli(connection: duckdb.DuckDBPyConnection, listed: str, origin: str) -> None:
    """DuckDB up to 2.0 carries a Brotli decoder with a known out-of-bounds write, so no file reaches it."""
    found = connection.execute(
        f"SELECT DISTINCT path_in_schema FROM parquet_metadata({listed}) WHERE compression = 'BROTLI' ORDER BY 1"
    ).fetchall()
    if found:
        raise ReadError(
            f"{origin} is compressed with Brotli",
            f"the column '{found[0][0]}', among others" if len(found) > 1 else f"the column '{found[0][0]}'",
            "Write it again with zstd or snappy",
        )


def _columns(connection: duckdb.DuckDBPyConnection, files: tuple[Path, ...], origin: str) -> list[str]:
    """The names of the columns; an error where two files differ in name or type."""
    first: list[tuple[str, str]] = []
    for path in files:
        query = f"DESCRIBE SELECT * FROM read_parquet({store.text(store.exact(path))}, hive_partitioning = false)"
        found = [(row[0], row[1]) for row in connection.execute(query).fetchall()]
        first = first or found
        if found != first:
            ours, theirs = set(first) - set(found), set(found) - set(first)
            seen = f"{path.name} against {files[0].name}: {sorted(theirs or ours)[0]}"
            raise ReadError(f"The files of {origin} have different columns", seen, "Read them one by one")
    return [name for name, _ in first]
