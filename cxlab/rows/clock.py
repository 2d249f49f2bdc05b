"""Clocks: elapsed time, or only the hours in which somebody was there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import narwhals as nw
import pyarrow as pa

from cxlab.errors import DefinitionError, did_you_mean, listing
from cxlab.rows.holidays import holiday
from cxlab.rows.offsets import offsets
from cxlab.rows.periods import zone
from cxlab.rows.read import Frame
from cxlab.rows.times import EPOCH, steps

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 86400
Hours = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Calendar:
    """Opening hours of a week in a zone, and the days on which nobody is there; made by `calendar`.

    `hours` holds for Monday to Sunday the open spans in seconds of the day.
    """

    hours: tuple[Hours, ...]
    holidays: tuple[date, ...]
    timezone: str

    def __str__(self) -> str:
        spans = [", ".join(f"{_clock(a)}-{_clock(b)}" for a, b in day) for day in self.hours]
        week: list[str] = []
        for i, span in enumerate(spans):
            if span and (i == 0 or spans[i - 1] != span):
                last = next((k for k in range(i, 7) if k == 6 or spans[k + 1] != span), i)
                week.append(f"{DAYS[i]}{f'-{DAYS[last]}' if last > i else ''} {span}")
        off = len(self.holidays)
        days = f", {off} holiday{'s' if off > 1 else ''}" if off else ""
        return f"business ({'; '.join(week)} {self.timezone}{days})"

    def passed(self, frame: Frame, columns: Sequence[str], span: tuple[float, float]) -> Frame:
        """The frame with columns of seconds since EPOCH turned into open seconds since EPOCH.

        The difference of two such is the business time between them. `span` is the range of the times, in which the
        changes of the zone's clocks are looked up.
        """
        edges, offsets, lost = _changes(self, span)
        for name in columns:
            # Parts become columns of their own, since an engine works out a repeated expression every time.
            seconds = nw.col(name)
            ahead, gone = (steps(seconds, edges, [nw.lit(one) for one in values]) for values in (offsets, lost))
            frame = frame.with_columns(__local=seconds + ahead, __lost=gone)
            frame = self._opened(frame).with_columns((nw.col("__opened") - nw.col("__lost")).alias(name))
        return frame.drop("__local", "__lost", "__day", "__second", "__opened")

    @cached_property
    def _week(self) -> list[int]:
        return [sum(b - a for a, b in day) for day in self.hours]

    def _opened(self, frame: Frame) -> Frame:
        """The frame with the open seconds since EPOCH of its column `__local`, by the wall clock."""
        local, day, second = (nw.col(name) for name in ("__local", "__day", "__second"))
        # Without a remainder, which pandas on Arrow does not know.
        frame = frame.with_columns(__day=local // _DAY)
        frame = frame.with_columns(__second=local - day * _DAY)
        before = [sum(self._week[:i]) for i in range(7)]
        parts = [nw.lit(before[i]) + _within(self.hours[i], second) for i in range(7)]
        opened = day // 7 * sum(self._week) + steps(day - day // 7 * 7, list(range(1, 7)), parts)
        return frame.with_columns(__opened=opened - self._closed(local, second))

    def _closed(self, local: Any, second: Any) -> Any:
        """Open seconds that fell away through holidays, by the wall clock."""
        edges: list[int] = []
        values: list[Any] = [nw.lit(0)]
        gone = 0
        for day in self.holidays:
            start = (day - EPOCH.date()).days
            if edges and edges[-1] == start * _DAY:
                edges.pop()
                values.pop()
            values.append(nw.lit(gone) + _within(self.hours[start % 7], second))
            gone += self._week[start % 7]
            edges += [start * _DAY, (start + 1) * _DAY]
            values.append(nw.lit(gone))
        return steps(local, edges, values)


def calendar(hours: Mapping[str, str], holidays: Iterable[date | str] = (), timezone: str | None = None) -> Calendar:
    """The business clock of opening hours, for `clock=` of the metrics of time.

    `hours` maps a day ("mon" to "sun") to its open spans, "09:00-17:00" or "09:00-12:00,13:00-17:00" (the end may be
    "24:00"); days that are left out are closed. `holidays` are dates, or text like "2026-12-25", or "1405/01/01" of the
    Jalali calendar. `timezone` says where the hours hold and is required.

    >>> str(calendar({"mon": "09:00-17:00", "tue": "09:00-17:00"}, timezone="Asia/Tehran"))
    'business (mon-tue 09:00-17:00 Asia/Tehran)'
    """
    if timezone is None:
        raise DefinitionError("A business clock needs a zone", "timezone=None", 'Name it: timezone="Asia/Ho_Chi_Minh"')
    zone(timezone)
    week: list[Hours] = [()] * 7
    for name, text in hours.items():
        day = str(name).strip().lower()[:3]
        if day not in DAYS:
            known = listing(DAYS)
            raise DefinitionError("There is no such day of the week", f"hours has {name!r}", f"Write {known}")
        week[DAYS.index(day)] = tuple(sorted(_span(name, part) for part in str(text).split(",") if part.strip()))
    for day, spans in zip(DAYS, week, strict=True):
        if any(a[1] > b[0] for a, b in pairwise(spans)):
            raise DefinitionError("Open spans of a day overlap", f"hours[{day!r}]", "Write each hour once")
    if not any(week):
        raise DefinitionError("A business clock needs open hours", "hours is empty", 'Give {"mon": "09:00-17:00"}')
    return Calendar(tuple(week), tuple(sorted({holiday(one) for one in holidays})), timezone)


def clock_text(clock: Any) -> str:
    """How a clock is called in a definition; an error where it is none."""
    if isinstance(clock, Calendar):
        return str(clock)
    if clock in (None, "calendar"):
        return "calendar"
    raise DefinitionError(
        "clock= is 'calendar' or a business clock",
        f"clock={clock!r}",
        did_you_mean(str(clock), ["calendar"]) or "Make one with cx.calendar(hours=..., timezone=...)",
    )


def _span(day: str, text: str) -> tuple[int, int]:
    try:
        start, end = (_second(part) for part in text.split("-"))
    except ValueError:
        start, end = 1, 0
    if not 0 <= start < end <= _DAY:
        raise DefinitionError(
            "Open hours are a start and a later end on one day",
            f"hours[{day!r}] has {text!r}",
            "Write '09:00-17:00'; hours past midnight go to the next day",
        )
    return start, end


def _second(text: str) -> int:
    hour, minute = text.strip().split(":")
    return int(hour) * 3600 + int(minute) * 60


def _within(hours: Hours, second: Any) -> Any:
    """Open seconds of a day up to a second of it."""
    total: Any = nw.lit(0)
    for start, end in hours:
        total = total + (second - start).clip(0, end - start)
    return total


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second % 3600 // 60:02}"


@lru_cache(maxsize=32)
def _changes(calendar: Calendar, span: tuple[float, float]) -> tuple[list[float], list[int], list[float]]:
    """Where the zone's offset changes within a span, the offsets, and the open time that the wall clock jumps."""
    ahead, changes = offsets(calendar.timezone, *((EPOCH + timedelta(seconds=one)).date() for one in span))
    edges = [(change.instant - EPOCH).total_seconds() for change in changes]
    found = [ahead, *(change.ahead for change in changes)]
    lost = [0.0]
    for edge, (earlier, later) in zip(edges, pairwise(found), strict=True):
        ends = pa.table({"__local": [round(edge) + earlier, round(edge) + later]})
        jump = [float(one) for one in calendar._opened(nw.from_native(ends))["__opened"].to_list()]
        lost.append(lost[-1] + jump[1] - jump[0])
    return edges, found, lost
