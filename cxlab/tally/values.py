"""Durations as tables of values and counts: the tally of every mean, median and curve of times, from one group-by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from cxlab.rows.read import Frame, collect
from cxlab.tally.cut import Cut, Segments

Floats = np.ndarray
OUTSIDE, MISSING, OPEN, DONE = -2, -1, 0, 1


@dataclass(frozen=True)
class Table:
    """The times of one segment: distinct values in order, and how many ended and how many were last seen open there."""

    value: Floats
    done: Floats
    open: Floats

    @property
    def closed(self) -> Floats:
        """How many ended."""
        return self.done.sum()


@dataclass(frozen=True)
class Values:
    """Times of each segment, with the number of rows that have none; `latest` is the last instant in the table."""

    segments: Segments
    tables: tuple[Table, ...]
    missing: Floats
    latest: float = float("nan")
    below: float = 0.0
    """How many values lay below 0, by as much as clocks may differ, and count as 0."""

    @property
    def done(self) -> Floats:
        """Ended cases of each segment."""
        return np.array([table.done.sum() for table in self.tables])

    @property
    def open(self) -> Floats:
        """Open cases of each segment."""
        return np.array([table.open.sum() for table in self.tables])


def values(cut: Cut, value: Any) -> Values:
    """The table of a column of times by the segments of a cut; rows without one are counted as missing."""
    state = nw.when(value.is_null()).then(nw.lit(MISSING)).otherwise(nw.lit(DONE))
    return _values(cut, collect(_grouped(cut.select(__state=state, __value=value), cut.names)), float("nan"))


def spans(
    cut: Cut,
    start: Any,
    end: Any,
    *,
    as_of: float | None,
    passed: Any = None,
    inside: Any = None,
) -> Values:
    """The table of the times from `start` to `end`, both in seconds since an epoch, by the segments of a cut.

    A row without an end, or with one after `as_of`, is open and counts up to `as_of`, which is the latest of all these
    times where it is None. Rows that start after it are left out. `passed(x)` turns seconds into those of a business
    clock. Rows where `inside` is false only tell what the latest time is. One query.
    """
    clocked = (lambda x: x) if passed is None else passed
    ended = ~end.is_null()
    late: Any = None
    if as_of is not None:
        ended = ended & (end <= nw.lit(as_of))
        late = start > nw.lit(as_of)
    state = nw.when(ended).then(nw.lit(DONE)).otherwise(nw.lit(OPEN))
    state = nw.when(start.is_null()).then(nw.lit(MISSING)).otherwise(state)
    for out in (late, None if inside is None else ~inside):
        state = state if out is None else nw.when(out).then(nw.lit(OUTSIDE)).otherwise(state)
    # What an open row has waited is known only with the latest time, so its start stands for it until then.
    value = nw.when(ended).then(clocked(end) - clocked(start)).otherwise(clocked(start))
    frame = cut.select(__state=state, __value=value, __top=nw.max_horizontal(start, end))
    kept = nw.col("__state") >= nw.lit(OPEN)
    frame = frame.with_columns(nw.when(kept).then(nw.col("__value")).alias("__value"))
    if as_of is not None:
        return _values(cut, collect(_grouped(frame, cut.names)), as_of, clocked)
    table = collect(_grouped(frame, cut.names, top=True))
    tops = table.column("__top").to_numpy(zero_copy_only=False).astype(float)
    latest = float(np.nanmax(tops)) if np.isfinite(tops).any() else float("nan")
    return _values(cut, table, latest, clocked)


def merged(tables: Sequence[Table]) -> Table:
    """The table of several segments together."""
    value = np.concatenate([table.value for table in tables])
    distinct, place = np.unique(value, return_inverse=True)
    done, opened = (
        np.bincount(place, np.concatenate([getattr(table, name) for table in tables]), len(distinct))
        for name in ("done", "open")
    )
    return Table(distinct, done, opened)


def _grouped(frame: Frame, names: list[str], top: bool = False) -> Frame:
    tops = [nw.col("__top").max()] if top else []
    return frame.group_by(*names, "__state", "__value").agg(nw.len().alias("__n"), *tops)


def _values(cut: Cut, table: pa.Table, latest: float, clocked: Any = None) -> Values:
    state = table.column("__state").to_numpy(zero_copy_only=False).astype(np.int8)
    if (state == OUTSIDE).any():
        table = table.filter(pa.array(state != OUTSIDE))
        state = state[state != OUTSIDE]
    segments, row, segment = _folded(cut, table)
    value = table.column("__value").to_numpy(zero_copy_only=False).astype(float)
    count = table.column("__n").to_numpy(zero_copy_only=False).astype(float)
    if clocked is not None and np.isfinite(latest):
        value = np.where(state == OPEN, _instant(clocked, latest) - value, value)
    size = len(segments)
    missing = np.bincount(segment[state[row] == MISSING], count[row][state[row] == MISSING], size).astype(float)
    below = float(count[(state == DONE) & (value < 0)].sum())
    value = np.maximum(value, 0.0) if below else value
    order = np.argsort(segment, kind="stable")
    ends = np.searchsorted(segment[order], np.arange(size + 1))
    tables = []
    for i in range(size):
        mine = row[order[ends[i] : ends[i + 1]]]
        mine = mine[state[mine] >= OPEN]
        distinct, place = np.unique(value[mine], return_inverse=True)
        done = np.bincount(place, count[mine] * (state[mine] == DONE), len(distinct))
        tables.append(Table(distinct, done, np.bincount(place, count[mine] * (state[mine] == OPEN), len(distinct))))
    return Values(segments, tuple(tables), missing, latest, below)


def _folded(cut: Cut, table: pa.Table) -> tuple[Segments, Floats, Floats]:
    """As `Cut.fold`, which is asked for each distinct key only: a table of times can be long."""
    if not cut.names:
        return Segments(), np.arange(table.num_rows), np.zeros(table.num_rows, dtype=np.int32)
    code = np.zeros(table.num_rows, dtype=np.int64)
    for name in cut.names:
        encoded = table.column(name).combine_chunks().dictionary_encode()
        width = len(encoded.dictionary) + 1
        code = code * width + encoded.indices.fill_null(width - 1).to_numpy(zero_copy_only=False)
    _, first, kind = np.unique(code, return_index=True, return_inverse=True)
    segments, position, segment = cut.fold(table.take(pa.array(first)))
    if len(np.unique(position)) == len(position):
        means = np.full(len(first), -1, dtype=np.int32)
        means[position] = segment
        found = means[kind]
        kept = np.flatnonzero(found >= 0)
        return segments, kept, found[kept]
    rows = [np.flatnonzero(kind == one) for one in position]
    return segments, np.concatenate(rows), np.repeat(segment, [len(one) for one in rows])


def _instant(clocked: Any, seconds: float) -> float:
    one = nw.from_native(pa.table({"x": [round(seconds)]}))
    return float(collect(one.select(clocked(nw.col("x")).alias("x"))).column("x")[0].as_py())


def clipped(tally: Values) -> Values:
    """The tally without its open cases, for what is measured on ended ones."""
    kept = tuple(
        Table(t.value[t.done > 0], t.done[t.done > 0], np.zeros(int((t.done > 0).sum()))) for t in tally.tables
    )
    return replace(tally, tables=kept)
