"""Duplicate rows: judged by the id of the row alone, dropped and counted when they agree, refused when they do not."""

from __future__ import annotations

import narwhals as nw
import pyarrow as pa

from cxlab.errors import AnswerError
from cxlab.rows.look import repeated
from cxlab.rows.read import Rows, collect


def distinct(rows: Rows, role: str) -> Rows:
    """The rows with repeated ones dropped, where a column plays the role `role`; without it nothing is dropped.

    Two different rows with one id are an error that names the id.
    """
    column = rows.find(role)
    if column is None:
        return rows
    key = f"distinct {column}"
    if key not in rows.checked:
        rows.checked[key] = _distinct(rows, column)
    return rows.checked[key]  # type: ignore[return-value]


def _distinct(rows: Rows, column: str) -> Rows:
    key = nw.col(column)
    if repeated(rows, column) == 0:
        return rows
    named = rows.frame.filter(~key.is_null())
    counted = named.group_by(column).agg(nw.len().alias("__n")).filter(nw.col("__n") > 1)
    several = collect(counted)
    if not several.num_rows:
        return rows
    ids = several.column(column).to_pylist()
    again = collect(named.filter(key.is_in(ids)))
    extra = again.num_rows - len(ids)
    _agree(rows, column, again)
    rows.ledger.found("duplicates_dropped", extra, column)
    single = nw.concat([named.unique(subset=[column], keep="any"), rows.frame.filter(key.is_null())], how="vertical")
    return rows.on(single)


def _agree(rows: Rows, column: str, again: pa.Table) -> None:
    """An error where rows of one id differ in any column."""
    seen: dict[object, tuple[object, ...]] = {}
    for row in zip(*(again.column(name).to_pylist() for name in again.column_names), strict=True):
        record = dict(zip(again.column_names, row, strict=True))
        name = record[column]
        if seen.setdefault(name, row) != row:
            first = dict(zip(again.column_names, seen[name], strict=True))
            differ = next(key for key in record if record[key] != first[key])
            raise AnswerError(
                "Two different rows have one id",
                f"in {rows.origin} the id {name!r} of '{column}' has {differ} {first[differ]!r} and {record[differ]!r}",
                "Correct the ids, or do not give the column the role of an id",
            )
