"""Cutting a table into segments and periods: the group keys of every tally, and what each found key means.

The engine groups by raw keys; folding two spellings of a segment into one, putting rows into periods and counting a row
under each of several segments happen afterwards on the few distinct keys, because tallies add.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from cxlab.errors import DefinitionError, listing
from cxlab.rows.look import part_of
from cxlab.rows.periods import EVERY, Period, between, parse
from cxlab.rows.periods import zone as known_zone
from cxlab.rows.read import Frame, Rows
from cxlab.rows.times import steps, timeline
from cxlab.rows.unchanged import demand_unchanged
from cxlab.tally.order import in_order
from cxlab.words.fold import fold_text

PERIOD = "period"


@dataclass(frozen=True)
class ByPeriod:
    """Cut by the periods of a time column."""

    column: str
    every: str
    timezone: str | None = None
    calendar: str = "gregorian"
    week_start: str | None = None


@dataclass(frozen=True)
class ByEach:
    """Cut by a column whose cells may name several segments."""

    column: str
    sep: str = ","


By = str | ByPeriod | ByEach


def period(
    column: str, every: str, timezone: str | None = None, calendar: str = "gregorian", week_start: str | None = None
) -> ByPeriod:
    """The cut of a time column into days, weeks, months, quarters or years, for `by=`.

    `timezone` says where midnight is (default: the zone declared with the table), `calendar` is "gregorian" or
    "jalali", `week_start` the first day of the week. Periods without data are rows with n = 0.

    >>> period("answered", "month").every
    'month'
    """
    if every not in EVERY:
        raise DefinitionError(f"There is no period '{every}'", f"every={every!r}", f"Choose {listing(EVERY)}")
    if timezone is not None:
        known_zone(timezone)
    return ByPeriod(column, every, timezone, calendar, week_start)


def each(column: str, sep: str = ",") -> ByEach:
    """The cut of a column whose cells name several segments, for `by=`; such segments overlap.

    >>> each("aspect").sep
    ','
    """
    if not isinstance(sep, str) or not sep:
        raise DefinitionError("Segments of one cell are told apart by a text", f"sep={sep!r}", 'Give it: sep=","')
    return ByEach(column, sep)


@dataclass(frozen=True)
class Segments:
    """The segments of an answer, sorted: their columns, one tuple of values for each, and the periods among them.

    `spellings` holds for each item of `by` what was found spelt in another way than the segment is called.
    """

    columns: tuple[str, ...] = ()
    values: tuple[tuple[Any, ...], ...] = ((),)
    periods: tuple[Period, ...] = ()
    overlap: bool = False
    spellings: tuple[Mapping[str, str | None], ...] = field(default=(), compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.values)

    def joined(self, other: Segments) -> Segments:
        """The segments of both, those of the first before those that the other alone has."""
        values = tuple(dict.fromkeys((*self.values, *other.values)))
        nothing: Mapping[str, str | None] = {}
        pairs = zip_longest(self.spellings, other.spellings, fillvalue=nothing)
        return replace(self, values=values, spellings=tuple({**one, **two} for one, two in pairs))


@dataclass(frozen=True)
class Cut:
    """A table ready to be grouped: the rows of the period asked for, and one key expression for each cut."""

    rows: Rows
    by: tuple[By, ...] = ()
    keys: tuple[Any, ...] = ()
    periods: tuple[Period, ...] = ()
    window: Period | None = None
    zone: str | None = None
    folded: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of the key columns inside the engine."""
        return [f"__by{i}" for i in range(len(self.keys))]

    @property
    def overlap(self) -> bool:
        """Whether one row may stand in several segments."""
        return any(isinstance(item, ByEach) for item in self.by)

    def select(self, **columns: Any) -> Frame:
        """The keys and the named expressions, and nothing else of the table.

        A comparison tallies again long after the metric was asked, so that the file may be another by then.
        """
        demand_unchanged(self.rows.files)
        keys = [key.alias(name) for key, name in zip(self.keys, self.names, strict=True)]
        return self.rows.frame.select(*keys, *(expression.alias(name) for name, expression in columns.items()))

    def fold(self, table: pa.Table) -> tuple[Segments, np.ndarray, np.ndarray]:
        """What the keys of a grouped table mean: the segments, and pairs (row of the table, segment)."""
        positions = np.arange(table.num_rows)
        codes: list[np.ndarray] = []
        levels: list[list[Any]] = []
        spellings: list[dict[str, str | None]] = []
        for name, item in zip(self.names, self.by, strict=True):
            means, raw, raws = self._meanings(table.column(name), item)
            spelt = zip(raws, means, strict=False) if isinstance(item, str) else ()
            spellings.append({one: to[0] for one, to in spelt if isinstance(one, str) and to[0] != one})
            values = list(dict.fromkeys(value for options in means for value in options))
            index = {value: i for i, value in enumerate(values)}
            counts = np.array([len(options) for options in means], dtype=int)
            flat = np.array([index[value] for options in means for value in options], dtype=int)
            starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(int)
            times = counts[raw[positions]] if len(counts) else np.zeros(0, dtype=int)
            within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
            codes = [np.repeat(code, times) for code in codes]
            codes.append(np.repeat(starts[raw[positions]], times) + within if len(positions) else positions)
            codes[-1] = flat[codes[-1]] if len(flat) else codes[-1]
            positions = np.repeat(positions, times)
            levels.append(values)
        segments, positions, segment = self._number(positions, codes, levels)
        return replace(segments, spellings=tuple(spellings)), positions, segment

    def _meanings(self, column: pa.ChunkedArray, item: By) -> tuple[list[list[Any]], np.ndarray, list[Any]]:
        """For each distinct raw key the segments that it means, each row's raw key as a number, and these keys."""
        encoded = column.combine_chunks().dictionary_encode()
        raws = encoded.dictionary.to_pylist()
        indices = encoded.indices.to_numpy(zero_copy_only=False)
        nulls = np.isnan(indices.astype(float))
        raw = np.where(nulls, len(raws), np.nan_to_num(indices.astype(float))).astype(int)
        return [self._meaning(value, item) for value in [*raws, None]], raw, raws

    def _meaning(self, value: Any, item: By) -> list[Any]:
        if isinstance(item, ByPeriod):
            return [self.periods[value].key] if value is not None and 0 <= value < len(self.periods) else []
        if isinstance(item, ByEach) and value is not None and value == value:
            parts = [fold_text(part) for part in str(value).split(item.sep)]
            return list(dict.fromkeys(part for part in parts if part)) or [None]
        return [segment_of(value)]

    def _number(
        self, positions: np.ndarray, codes: list[np.ndarray], levels: list[list[Any]]
    ) -> tuple[Segments, np.ndarray, np.ndarray]:
        if not self.by:
            return Segments(), positions, np.zeros(len(positions), dtype=int)
        names = [_name(item) for item in self.by]
        order = sorted(range(len(names)), key=lambda i: isinstance(self.by[i], ByPeriod))
        found = {
            tuple(levels[i][code[row]] for i, code in zip(order, [codes[i] for i in order], strict=True)): None
            for row in _distinct(codes)
        }
        keys = list(found)
        if any(isinstance(item, ByPeriod) for item in self.by):
            plain = {key[:-1] for key in keys} or ({()} if len(self.by) == 1 else set())
            keys = [(*key, one.key) for key in plain for one in self.periods]
        keys = in_order(keys)
        number = {key: i for i, key in enumerate(keys)}
        segment = _lookup(codes, levels, order, number)
        return Segments(tuple(names[i] for i in order), tuple(keys), self.periods, self.overlap), positions, segment


def segment_of(value: Any) -> Any:
    """The segment that a cell names, however it is spelt; None for an empty one."""
    if isinstance(value, str):
        return fold_text(value) or None
    return None if value is None or value != value else value


def cut(
    rows: Rows,
    by: By | Sequence[By] | None,
    period: str | Period | None,
    time: str | None,
    why: str,
    timezone: str | None = None,
    week_start: str | None = None,
) -> Cut:
    """A table cut by columns and periods, with only the rows of `period` kept by the time column `time`."""
    items = _items(by)
    window = None
    zone = None
    if period is not None:
        if time is None:
            raise DefinitionError(
                f"{why} has no time by which to keep a period", f"period={period!r}", "Filter the rows first"
            )
        window = period if isinstance(period, Period) else parse(str(period), week_start)
        times = timeline(rows, time, timezone, why)
        rows = part_of(times.rows, times.rows.frame.filter(times.within(window)))
        zone = times.timezone
    keys: list[Any] = []
    periods: tuple[Period, ...] = ()
    for item in items:
        if isinstance(item, ByPeriod):
            times = timeline(rows, item.column, item.timezone or timezone, why)
            rows, zone = times.rows, times.timezone
            span = (window.start, window.end) if window else times.span()
            periods = _periods(item, span, window)
            edges = [times.edge(one.start) for one in periods] + ([times.edge(periods[-1].end)] if periods else [])
            keys.append(_numbers(times.column, edges))
        else:
            keys.append(nw.col(rows.column(item if isinstance(item, str) else item.column, why)))
    return Cut(rows, items, tuple(keys), periods, window, zone)


def _items(by: By | Sequence[By] | None) -> tuple[By, ...]:
    """The cuts asked for, each under a name of its own."""
    several = isinstance(by, Iterable) and not isinstance(by, str)
    items: tuple[Any, ...] = () if by is None else tuple(by) if several else (by,)  # type: ignore[arg-type]
    for item in items:
        if not isinstance(item, (str, ByPeriod, ByEach)):
            raise DefinitionError(
                "by= names columns", f"by= holds {item!r}", "Give a column, a list of columns, cx.period or cx.each"
            )
    if sum(isinstance(item, ByPeriod) for item in items) > 1:
        raise DefinitionError("by= names two periods", f"by= {_shown(items)}", "Name one cx.period(...)")
    if len({_name(item) for item in items}) < len(items):
        raise DefinitionError("by= names a column twice", f"by= {_shown(items)}", "Name each column once")
    return items


def _name(item: By) -> str:
    """The name of a cut among the columns of an answer."""
    return PERIOD if isinstance(item, ByPeriod) else item if isinstance(item, str) else item.column


def _shown(items: Sequence[By]) -> str:
    return listing([f"period of {item.column}" if isinstance(item, ByPeriod) else _name(item) for item in items], "and")


def _periods(item: ByPeriod, span: tuple[Any, Any] | None, window: Period | None) -> tuple[Period, ...]:
    if span is None:
        return ()
    first, last = span
    if window is not None:
        found = between(first, last, item.every, item.calendar, item.week_start)
        return tuple(one for one in found if one.start < window.end)
    return between(first, last, item.every, item.calendar, item.week_start)


def _numbers(column: str, edges: list[Any]) -> Any:
    """The number of the period that each row lies in; -1 before the first, the count of them after the last."""
    if not edges:
        return nw.lit(-1)
    return (
        nw.when(~nw.col(column).is_null())
        .then(steps(nw.col(column), edges, [nw.lit(i) for i in range(-1, len(edges))]))
        .otherwise(nw.lit(-1))
    )


def _distinct(codes: list[np.ndarray]) -> np.ndarray:
    """Positions of one row for each distinct combination of codes."""
    if not codes or not len(codes[0]):
        return np.zeros(0, dtype=int)
    return np.unique(np.stack(codes), axis=1, return_index=True)[1]


def _lookup(
    codes: list[np.ndarray], levels: list[list[Any]], order: list[int], number: dict[tuple[Any, ...], int]
) -> np.ndarray:
    """The segment number of every row."""
    if not len(codes[0]):
        return np.zeros(0, dtype=int)
    stacked, inverse = np.unique(np.stack([codes[i] for i in order]), axis=1, return_inverse=True)
    table = [number[tuple(levels[i][code] for i, code in zip(order, column, strict=True))] for column in stacked.T]
    return np.array(table, dtype=int)[np.ravel(inverse)]
