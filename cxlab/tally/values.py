"""Durations as tables of values and counts: the tally of every mean, median and curve of times, from one group-by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from cxlab.rows.read import Frame
from cxlab.tally.cut import Cut, Segments
from cxlab.tally.events import Events, asked, coarse

Floats = np.ndarray
AFTER, OUTSIDE, MISSING, OPEN, DONE = -3, -2, -1, 0, 1


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
    """Times of each segment, with the number of rows that have none.

    `latest` is the last instant in the table; `below` counts negative times, of which `least` is the lowest. `rounded`
    says that long times were kept to one part in 4,096. `after` counts the rows that begin after the instant asked for.
    """

    segments: Segments
    tables: tuple[Table, ...]
    missing: Floats
    latest: float = float("nan")
    below: float = 0.0
    least: float = 0.0
    rounded: bool = False
    after: float = 0.0

    @property
    def done(self) -> Floats:
        """Ended cases of each segment."""
        return np.array([table.done.sum() for table in self.tables])

    @property
    def open(self) -> Floats:
        """Open cases of each segment."""
        return np.array([table.open.sum() for table in self.tables])


def values(cut: Cut, value: Any, inside: Any = None, after: Any = None) -> Values:
    """The table of a column of times by the segments of a cut, of the rows where `inside` is true (None: of all).

    Rows where `after` is true are left out too, and counted.
    Rows without a time are counted as missing. Negative times stay, since only the caller knows what they mean.
    """
    state = nw.when(value.is_null()).then(nw.lit(MISSING)).otherwise(nw.lit(DONE))
    if inside is not None:
        state = nw.when(inside).then(state).otherwise(nw.lit(OUTSIDE))
    if after is not None:
        state = nw.when(after).then(nw.lit(AFTER)).otherwise(state)
    frame = cut.select(__state=state, __value=value)
    frame = frame.with_columns(nw.when(nw.col("__state") == nw.lit(DONE)).then(nw.col("__value")).alias("__value"))
    table, rounded = _asked(cut, frame)
    return _values(cut, table, float("nan"), rounded)


def spans(
    cut: Cut,
    start: Any,
    end: Any,
    *,
    as_of: float | None,
    tops: Sequence[Any] = (),
    passed: Any = None,
    less: Any = None,
    inside: Any = None,
    ends: Callable[[], tuple[float, float]] | None = None,
) -> Values:
    """The table of the times from `start` to `end`, both in seconds since an epoch, by the segments of a cut.

    A row without an end, or with one after `as_of`, is open and counts up to `as_of`, by default the latest of these
    times and of `tops`. Rows that start after it are left out. `passed(frame, columns)` turns columns of seconds into
    those of a business clock; `less` is taken off each time. Rows where `inside` is false only tell what the latest
    time is, which `ends` answers where it has to be known before. One query.
    """
    ended = ~end.is_null()
    late: Any = None
    if as_of is not None:
        ended = ended & (end <= nw.lit(as_of))
        late = start > nw.lit(as_of)
    state = nw.when(ended).then(nw.lit(DONE)).otherwise(nw.lit(OPEN))
    state = nw.when(start.is_null()).then(nw.lit(MISSING)).otherwise(state)
    if late is not None:
        state = nw.when(late).then(nw.lit(AFTER)).otherwise(state)
    if inside is not None:
        # Whether a row without a time is inside is false to pandas and unknown to others: it is not, to all of them.
        state = nw.when(inside).then(state).otherwise(nw.lit(OUTSIDE))
    frame = cut.select(
        __state=state,
        __start=start,
        __end=end,
        __early=nw.when(end < start).then(end - start),
        __less=nw.lit(0) + start * 0 if less is None else less,
        __top=nw.max_horizontal(start, end, *tops),
    )
    if passed is not None:
        frame = passed(frame, ["__start", "__end"])
    # What an open row has waited is known only with the latest time, so its start stands for it until then. An end
    # before the start is kept as elapsed time: a business clock would hide one that lies in the night.
    early, begun, off = nw.col("__early"), nw.col("__start"), nw.col("__less")
    value = nw.when(early.is_null()).then(nw.col("__end") - begun - off).otherwise(early)
    value = nw.when(nw.col("__state") == nw.lit(DONE)).then(value).otherwise(begun + off)
    frame = frame.with_columns(__value=value)
    kept = nw.col("__state") >= nw.lit(OPEN)
    frame = frame.with_columns(nw.when(kept).then(nw.col("__value")).alias("__value"))
    table, rounded = _asked(cut, frame, top=as_of is None, now=partial(_now, passed, as_of, ends))
    latest = as_of
    if latest is None:
        tops_found = table.column("__top").to_numpy(zero_copy_only=False).astype(float)
        latest = float(np.nanmax(tops_found)) if np.isfinite(tops_found).any() else float("nan")
    now = _instant(passed, latest) if np.isfinite(latest) else latest
    return _values(cut, table, latest, rounded, now)


def as_events(tally: Values) -> Events:
    """The same times as event tables, in which open cases are censored."""
    starts = np.concatenate([[0], np.cumsum([len(table.value) for table in tally.tables])]).astype(int)
    value, done, gone = (
        np.concatenate([np.zeros(0), *(getattr(table, name) for table in tally.tables)])
        for name in ("value", "done", "open")
    )
    return Events(tally.segments, starts, value, done, gone, tally.missing, tally.rounded)


def merged(tables: Sequence[Table]) -> Table:
    """The table of several segments together."""
    value = np.concatenate([table.value for table in tables])
    distinct, place = np.unique(value, return_inverse=True)
    done, opened = (
        np.bincount(place, np.concatenate([getattr(table, name) for table in tables]), len(distinct))
        for name in ("done", "open")
    )
    return Table(distinct, done, opened)


def _asked(cut: Cut, frame: Frame, top: bool = False, now: Callable[[], float] | None = None) -> tuple[pa.Table, bool]:
    """The grouped times; long ones rounded, and said so, where millions of different ones would leave the engine."""
    names = cut.names
    ended = nw.col("__state") == nw.lit(DONE)
    value = nw.col("__value").cast(nw.Float64)

    def rough() -> Frame:
        instant, waited = float("nan") if now is None else now(), value
        if instant == instant:
            # The age of an open case, which its start stands for.
            waited = nw.lit(instant) - coarse(nw.lit(instant) - value)
        return frame.with_columns(nw.when(ended).then(coarse(value)).otherwise(waited).alias("__value"))

    return asked(cut, frame, [*names, "__state", "__value"], lambda one: _grouped(one, names, top), rough)


def _grouped(frame: Frame, names: list[str], top: bool) -> Frame:
    tops = [nw.col("__top").max()] if top else []
    return frame.group_by(*names, "__state", "__value").agg(nw.len().alias("__n"), *tops)


def _values(cut: Cut, table: pa.Table, latest: float, rounded: bool, now: float | None = None) -> Values:
    state = table.column("__state").to_numpy(zero_copy_only=False).astype(np.int8)
    after = float(table.column("__n").to_numpy(zero_copy_only=False)[state == AFTER].sum())
    if now is not None and (state <= OUTSIDE).any():
        table = table.filter(pa.array(state > OUTSIDE))
        state = state[state > OUTSIDE]
    segments, row, segment = _folded(cut, table)
    value = table.column("__value").to_numpy(zero_copy_only=False).astype(float)
    count = table.column("__n").to_numpy(zero_copy_only=False).astype(float)
    if now is not None:
        value = np.where(state == OPEN, now - value, value)
    size = len(segments)
    missing = np.bincount(segment[state[row] == MISSING], count[row][state[row] == MISSING], size).astype(float)
    early = (state == DONE) & (value < 0)
    below, least = float(count[early].sum()), float(value[early].min(initial=0.0))
    order = np.argsort(segment, kind="stable")
    ends = np.searchsorted(segment[order], np.arange(size + 1))
    tables = []
    for i in range(size):
        mine = row[order[ends[i] : ends[i + 1]]]
        mine = mine[state[mine] >= OPEN]
        distinct, place = np.unique(value[mine], return_inverse=True)
        done = np.bincount(place, count[mine] * (state[mine] == DONE), len(distinct))
        tables.append(Table(distinct, done, np.bincount(place, count[mine] * (state[mine] == OPEN), len(distinct))))
    return Values(segments, tuple(tables), missing, latest, below, least, rounded, after)


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


def _instant(passed: Any, seconds: float) -> float:
    """An instant on the clock of the times."""
    if passed is None:
        return seconds
    return float(passed(nw.from_native(pa.table({"x": [round(seconds)]})), ["x"])["x"][0])


def _now(passed: Any, as_of: float | None, ends: Callable[[], tuple[float, float]] | None) -> float:
    """The instant up to which open cases have waited, on the clock of the times, before it was seen in the tally."""
    latest = as_of if as_of is not None or ends is None else ends()[1]
    return float("nan") if latest is None or latest != latest else _instant(passed, latest)


def not_negative(tally: Values) -> Values:
    """The tally with negative times taken for 0."""
    tables = tuple(merged([replace(table, value=np.maximum(table.value, 0.0))]) for table in tally.tables)
    return replace(tally, tables=tables)
