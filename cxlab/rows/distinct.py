"""Duplicate rows: judged by the id of the row alone, dropped and counted when they agree, refused when they do not."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pyarrow as pa

from cxlab.errors import AnswerError
from cxlab.rows.look import repeated
from cxlab.rows.read import Frame, Rows, collect

FEW = 100  # an engine looks for these by name; for thousands that takes longer than all else


def distinct(rows: Rows, role: str) -> Rows:
    """The rows with repeated ones dropped, where a column plays the role `role`; without it nothing is dropped.

    Two different rows with one id are an error that names the id.
    """
    if not rows.has(role):
        return rows
    column = rows.column(role)
    key = f"distinct {column}"
    if key not in rows.checked:
        rows.checked[key] = _distinct(rows, column)
    return rows.checked[key]  # type: ignore[return-value]


def _distinct(rows: Rows, column: str) -> Rows:
    key = nw.col(column)
    if repeated(rows, column) == 0:
        return rows
    named = rows.frame.filter(~key.is_null())
    again = _again(named, column)
    if not again.num_rows:
        return rows
    ids = again.column(column).unique().to_pylist()
    _agree(rows, column, again)
    rows.ledger.found("duplicates_dropped", again.num_rows - len(ids), column)
    # To take one row of each id an engine sorts all rows that it is to look at: the fewer, the better.
    few = len(ids) <= FEW
    repeats = named.filter(key.is_in(ids)) if few else named
    others = rows.frame.filter(key.is_null() | ~key.is_in(ids) if few else key.is_null())
    return rows.on(nw.concat([repeats.unique(subset=[column], keep="any"), others], how="vertical"))


def _again(named: Frame, column: str) -> pa.Table:
    """All rows whose id stands in more than one."""
    counted = named.group_by(column).agg(nw.len().alias("__n")).filter(nw.col("__n") > 1).select(column)
    if isinstance(named, nw.LazyFrame):
        return collect(named.join(counted, on=column, how="semi"))
    ids = collect(counted).column(column).to_pylist()
    return collect(named.filter(nw.col(column).is_in(ids)) if ids else named.head(0))


def _agree(rows: Rows, column: str, again: pa.Table) -> None:
    """An error where rows of one id differ in any column."""
    ids = _codes(again.column(column))
    _, first = np.unique(ids, return_index=True)
    for name in again.column_names:
        codes = _codes(again.column(name))
        differ = np.flatnonzero(codes != codes[first][ids])
        if len(differ):
            place = int(differ[0])
            one, other = (again.column(name)[int(i)].as_py() for i in (first[ids[place]], place))
            raise AnswerError(
                "Two different rows have one id",
                f"in {rows.origin} the id {again.column(column)[place].as_py()!r} of '{column}' has "
                f"{name} {one!r} and {other!r}",
                "Correct the ids, or do not give the column the role of an id",
            )


def _codes(values: pa.ChunkedArray) -> np.ndarray:
    """Whole numbers that are the same where the values are, counted from 0."""
    if pa.types.is_nested(values.type):
        values = pa.chunked_array([[repr(value) for value in values.to_pylist()]])
    elif pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    encoded = values.combine_chunks().dictionary_encode(null_encoding="encode")
    return np.unique(encoded.indices.to_numpy(), return_inverse=True)[1]
