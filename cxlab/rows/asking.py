"""Asking DuckDB: what a question answers, or an error that names the file in which it got stuck.

A Parquet file says at its end what it holds, so that no row is read to open it. Whether its pages are whole is found
by the first question that reads them, in words that name neither the file nor what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from cxlab.errors import ReadError
from cxlab.rows import store
from cxlab.rows.store import build

if TYPE_CHECKING:
    import pyarrow as pa

_LISTED = re.compile(r"read_(?:parquet\(\[|csv\()((?:'(?:[^']|'')*'(?:, )?)+)")
_QUOTED = re.compile(r"'((?:[^']|'')*)'")


def table_of(relation: Any) -> pa.Table:
    """All rows of a relation as an Arrow table."""
    with asking(relation):
        return relation.to_arrow_table()


def records_of(relation: Any) -> list[tuple[Any, ...]]:
    """All rows of a relation as tuples."""
    with asking(relation):
        return list(relation.fetchall())


@contextmanager
def asking(relation: Any) -> Iterator[None]:
    """While a relation is asked: what DuckDB refuses is an error that names the file, where one is damaged or gone."""
    try:
        yield
    except duckdb.Error as error:
        for path in _files(relation):
            damage = _damage(path)
            if damage is not None:
                raise damage from error
        raise


def _files(relation: Any) -> list[Path]:
    """The files that the relation's query reads, as `store.exact` wrote them."""
    found = [one.replace("''", "'") for part in _LISTED.findall(relation.sql_query()) for one in _QUOTED.findall(part)]
    return [Path(re.sub(r"\[([*?[])\]", r"\1", name)) for name in dict.fromkeys(found)]


def _damage(path: Path) -> ReadError | None:
    """What is wrong with a file; None where nothing is. Of Parquet one column is read after the other."""
    if not path.exists():
        return ReadError("The file is gone", f"{path.name} was there when it was opened", "Open it again: cx.read")
    if path.suffix.lower() != ".parquet":
        return None  # every byte of a text file was looked at when it was opened
    own = store.connect(path.parent)
    file = store.exact_list([path])
    try:
        names = own.sql(build("SELECT * FROM read_parquet({file}, hive_partitioning = false)", file=file)).columns
    except duckdb.Error:
        return ReadError(f"{path.name} is a broken Parquet file", "Its footer cannot be read", "Export it again")
    places = store.listed(store.cell(place) for place in range(len(names)))
    query = "SELECT max(hash({cell})) FROM read_parquet({file}, hive_partitioning = false) AS file({places})"
    for place, name in enumerate(names):
        try:
            store.ask(own, build(query, cell=store.cell(place), file=file, places=places))
        except duckdb.Error:
            seen = f"Its footer is whole, but the column '{name}' cannot be read"
            return ReadError(f"{path.name} is a broken Parquet file", seen, "Export it again")
    return None
