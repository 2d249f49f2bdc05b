"""The store: the one way in which cxlab opens a database of its own, locked before any data comes near it."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

MEMORY_LIMIT = "1GB"


def connect(folder: Path | None = None, memory_limit: str = MEMORY_LIMIT) -> duckdb.DuckDBPyConnection:
    """A database in memory that can read the files of one folder and nothing else.

    It finds no Python variable by name, loads and installs no extension, and none of this can be set back. What does
    not fit into `memory_limit` goes to a folder of its own among the temporary files, which DuckDB removes.
    """
    store = duckdb.connect(
        ":memory:",
        config={
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "memory_limit": memory_limit,
        },
    )
    store.execute(f"SET temp_directory = {text(str(Path(tempfile.gettempdir()) / f'cxlab-{uuid.uuid4().hex}'))}")
    if folder is not None:
        # The trailing slash makes a folder of it: without it DuckDB would also open the neighbour "acme2".
        store.execute(f"SET allowed_directories = [{text(str(folder.resolve()).rstrip('/') + '/')}]")
    store.execute("SET enable_external_access = false")
    store.execute("SET lock_configuration = true")
    return store


def name(identifier: str) -> str:
    """A column or table name as SQL takes it, whatever it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A string constant for those places of DuckDB that take no bound parameter."""
    return "'" + value.replace("'", "''") + "'"


def exact(path: Path) -> str:
    """One file as DuckDB takes it: it reads every path as a pattern, so a bracket in a name would open another file."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


def exact_list(paths: Sequence[Path]) -> str:
    """Exact files as a list constant."""
    return "[" + ", ".join(text(exact(path)) for path in paths) + "]"


def ask(store: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> tuple[Any, ...]:
    """The one row that a query answers."""
    return tuple(store.execute(sql, list(values)).fetchall()[0])


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
