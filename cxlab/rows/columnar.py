"""Parquet files: asked for their size first, then read by DuckDB where they lie, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from pyarrow import ArrowException
from pyarrow.parquet import FileMetaData, read_metadata

from cxlab.errors import ReadError
from cxlab.rows import store
from cxlab.rows.copies import count_copies
from cxlab.rows.header import arrange
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded, facts_of, names_of
from cxlab.rows.store import Sql, build

MOST_ROWS = 2_000_000_000
HASHED = 16 * 2**20  # bytes


def load(files: tuple[Path, ...], origin: str, keep: Iterable[str] | None, ledger: Ledger) -> Loaded:
    """One Parquet file or several of the same columns as one table, with their own types."""
    connection = store.connect(files[0].parent)
    listed = store.exact_list(files)
    footers = _footers(files)
    rows = sum(footer.num_rows for footer in footers)
    if rows > MOST_ROWS:
        raise ReadError(f"{origin} has too many rows", f"{rows:,}, and the limit is {MOST_ROWS:,}", "Read it in parts")
    names = _columns(footers, files, origin)
    if names:
        _demand_no_brotli(connection, listed, origin)
    header = arrange(names, ledger, keep)
    # By their places: a file may hold one name twice, or in two cases, which DuckDB takes for the same column.
    places = store.listed(store.cell(place) for place in range(len(names)))
    parts = store.listed(
        build("{cell} AS {name}", cell=store.cell(column.place), name=store.name(column.name))
        for column in header.columns
    )
    if not parts:
        raise ReadError(f"{origin} has no column left", "None, or all of them are personal", "Name one in keep=")
    query = "SELECT {parts} FROM read_parquet({files}, hive_partitioning = false) AS file({places})"
    with _footer_of(origin):
        relation = store.in_microseconds(connection.sql(build(query, parts=parts, files=listed, places=places)))
    ledger.count("read", rows)
    count_copies(files, lambda place: footers[place].num_rows, ledger)
    ledger.count("kept", rows)
    facts = facts_of(header, None, None, ledger, rows=rows, sha256=_digests(files))
    return Loaded(relation, origin, names_of(header.columns), True, facts, files)


def _digests(files: tuple[Path, ...]) -> str | dict[str, str] | None:
    """The SHA-256 of the files; of large ones none, since hashing them takes as long as asking them a question.

    A report hashes every input for its manifest, whatever its size.
    """
    if sum(path.stat().st_size for path in files) > HASHED:
        return None
    digests = {path.name: store.sha256(path) for path in files}
    return digests if len(digests) > 1 else next(iter(digests.values()))


@contextmanager
def _footer_of(name: str) -> Iterator[None]:
    """While a file's footer is read, by Arrow or by DuckDB: what they refuse is an error that names the file."""
    try:
        yield
    except (ArrowException, OSError, UnicodeDecodeError, duckdb.Error) as error:
        raise ReadError(f"{name} is a broken Parquet file", "Its footer cannot be read", "Export it again") from error


def _footers(files: tuple[Path, ...]) -> list[FileMetaData]:
    """What the files say of themselves; no row is read for it, and no query is made."""
    found = []
    for path in files:
        with _footer_of(path.name):
            found.append(read_metadata(path))
    return found


def _demand_no_brotli(connection: duckdb.DuckDBPyConnection, listed: Sql, origin: str) -> None:
    """DuckDB up to 2.0 carries a Brotli decoder with a known out-of-bounds write, so no file reaches it.

    It is DuckDB that is asked for the codecs: a damaged footer may name one that Arrow ends the process over.
    """
    query = (
        "SELECT min(path_in_schema), count(DISTINCT path_in_schema) FROM parquet_metadata({files}) "
        "WHERE compression = 'BROTLI'"
    )
    with _footer_of(origin):
        first, several = store.ask(connection, build(query, files=listed))
    if several:
        raise ReadError(
            f"{origin} is compressed with Brotli",
            f"The column '{first}', among others" if several > 1 else f"The column '{first}'",
            "Write it again with zstd or snappy",
        )


def _columns(footers: list[FileMetaData], files: tuple[Path, ...], origin: str) -> list[str]:
    """The names of the columns; an error where two files differ in name or type."""
    first: list[tuple[str, str]] = []
    for path, footer in zip(files, footers, strict=True):
        with _footer_of(path.name):
            found = [(field.name, str(field.type)) for field in footer.schema.to_arrow_schema()]
        first = first or found
        if found != first:
            ours, theirs = set(first) - set(found), set(found) - set(first)
            seen = f"{path.name} against {files[0].name}: {sorted(theirs or ours)[0]}"
            raise ReadError(f"The files of {origin} have different columns", seen, "Read them one by one")
    return [name for name, _ in first]
