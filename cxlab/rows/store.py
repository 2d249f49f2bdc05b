"""The store: the one way in which cxlab opens a database of its own, locked before any data comes near it.

Queries are built by `build` from constant text and pieces that this module has quoted, so no name or value of the data
can become SQL: a plain string as a piece is a TypeError.
"""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, LiteralString

import duckdb

_FINE = "TIMESTAMPTZ_NS"
MEMORY = ContextVar("MEMORY", default="1GB")  # what a database opened from here on may hold of its data


def connect(folder: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory that can read the files of one folder and nothing else.

    It finds no Python variable by name, loads and installs no extension, and none of this can be set back. What does
    not fit into `MEMORY` goes to a folder of its own among the temporary files, which DuckDB removes.
    """
    store = duckdb.connect(
        ":memory:",
        config={
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "memory_limit": MEMORY.get(),
        },
    )
    own = text(str(Path(tempfile.gettempdir()) / f"cxlab-{uuid.uuid4().hex}"))
    store.execute(build("SET temp_directory = {own}", own=own))
    if folder is not None:
        # The trailing slash makes a folder of it: without it DuckDB would also open the neighbour "acme2".
        own = text(str(folder.resolve()).rstrip("/") + "/")
        store.execute(build("SET allowed_directories = [{own}]", own=own))
    store.execute("SET enable_external_access = false")
    store.execute("SET lock_configuration = true")
    return store


class Sql(str):
    """A piece of a query that was built here."""

    __slots__ = ()


def build(template: LiteralString, **pieces: Sql | int) -> Sql:
    """A query from constant text with {pieces} in it.

    >>> build("SELECT {column} FROM t", column=name('a"b'))
    'SELECT "a""b" FROM t'
    """
    for piece in pieces.values():
        if not isinstance(piece, (Sql, int)):
            raise TypeError(f"a piece of a query has to be built, not {type(piece).__name__}")
    return Sql(template.format(**pieces))


def listed(pieces: Iterable[Sql], between: LiteralString = ", ") -> Sql:
    """Several pieces in a row."""
    return Sql(between.join(pieces))


def name(identifier: str) -> Sql:
    """A column or table name as SQL takes it, whatever it holds."""
    return Sql('"' + identifier.replace('"', '""') + '"')


def text(value: str) -> Sql:
    """A string constant for those places of DuckDB that take no bound parameter."""
    return Sql("'" + value.replace("'", "''") + "'")


def cell(place: int) -> Sql:
    """The name of a column that is known by its place alone: c0, c1, ..."""
    return Sql(f"c{place:d}")


def exact(path: Path) -> str:
    """One file as DuckDB takes it: it reads every path as a pattern, so a bracket in a name would open another file."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


def exact_list(paths: Iterable[Path]) -> Sql:
    """Exact files as a list constant."""
    return build("[{files}]", files=listed(text(exact(path)) for path in paths))


def in_microseconds(relation: Any) -> Any:
    """The relation with its instants to the microsecond: to the nanosecond, as pandas writes them, Narwhals has none.

    DuckDB itself took them for microseconds before version 2.
    """
    fine = {column for column, kind in zip(relation.columns, relation.types, strict=True) if str(kind) == _FINE}
    if not fine:
        return relation
    cells = (
        build("{column}::TIMESTAMPTZ AS {column}" if column in fine else "{column}", column=name(column))
        for column in relation.columns
    )
    return relation.project(str(listed(cells)))  # of another kind of text it takes each for a name


def ask(store: duckdb.DuckDBPyConnection, query: str, *values: Any) -> tuple[Any, ...]:
    """The one row that a query answers."""
    return tuple(store.execute(query, list(values)).fetchall()[0])


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
