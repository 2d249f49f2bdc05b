"""Event tables: how many had the event, and how many were last seen without it, at each time: one group-by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from cxlab.errors import AnswerError
from cxlab.rows.read import Frame, collect
from cxlab.tally.cut import Cut, Segments

Floats = np.ndarray
# More groups than this are not carried out of the engine: long times are then kept to one part in FINE.
EXACT = 2_000_000
FINE = 4096
# So many of the first rows tell whether that will be so.
PROBE = 100_000


@dataclass(frozen=True)
class Events:
    """Event tables of S segments, laid end to end: each by ascending, distinct times.

    `starts` (S + 1,) says where each table begins; `times`, `events` and `gone` (censored) are the tables. `missing`
    (S,) counts rows without a time. `rounded` says that long times were kept to one part in 4,096, since there are
    millions of different ones. Tables add.
    """

    segments: Segments
    starts: Floats
    times: Floats
    events: Floats
    gone: Floats
    missing: Floats
    rounded: bool = False

    def table(self, position: int) -> tuple[Floats, Floats, Floats]:
        """Times, events and censored cases of one segment."""
        inside = slice(self.starts[position], self.starts[position + 1])
        return self.times[inside], self.events[inside], self.gone[inside]

    def total(self, name: str) -> Floats:
        """The sum of `events` or `gone` in each segment."""
        running = np.concatenate([[0.0], np.cumsum(getattr(self, name))])
        return np.diff(running[self.starts])

    @property
    def of_rows(self) -> Floats:
        """The segment of each row."""
        return np.repeat(np.arange(len(self.segments)), np.diff(self.starts))

    @property
    def n(self) -> Floats:
        """Cases with a time, per segment."""
        return self.total("events") + self.total("gone")

    def __add__(self, other: Events) -> Events:
        segments = self.segments.joined(other.segments)
        place = {value: i for i, value in enumerate(segments.values)}
        both = [(one, [place[value] for value in one.segments.values]) for one in (self, other)]
        missing = np.zeros(len(segments))
        for one, where in both:
            np.add.at(missing, where, one.missing)
        return _events(
            segments,
            np.concatenate([np.repeat(where, np.diff(one.starts)) for one, where in both]).astype(int),
            [np.concatenate([getattr(one, name) for one, _ in both]) for name in ("times", "events", "gone")],
            missing,
            self.rounded or other.rounded,
        )


def events(cut: Cut, duration: Any, event: Any, why: str = "the metric") -> Events:
    """Event tables by the segments of a cut, from an expression of each row's time and one of whether it had the event.

    `duration` is a number of 0 or more (seconds of elapsed time), null where the row has none; `event` is true where
    the event came at that time, false or null where the row was last seen without it. A negative time is an error.
    """
    happened = nw.when(event).then(nw.lit(1)).otherwise(nw.lit(0))
    frame = cut.select(time=duration.cast(nw.Float64), event=happened)

    def rough() -> Frame:
        return frame.with_columns(time=coarse(nw.col("time")))

    table, rounded = asked(cut, frame, [*cut.names, "time"], lambda one: _grouped(one, cut.names), rough)
    return _folded(cut, table, rounded, why)


def unions(tally: Events, groups: Sequence[Sequence[int]]) -> Events:
    """The event tables of unions of segments, each group naming its segments.

    A union of most segments is the whole less the others, so that fifty rests of fifty large tables take the work and
    the room of one whole each. Where even these are millions of rows, long times are kept to one part in 4,096.
    """
    axis, place = np.unique(tally.times, return_inverse=True)
    if len(axis) * sum(len(group) > 1 for group in groups) > EXACT and not tally.rounded:
        rough = _events(tally.segments, tally.of_rows, [roughly(tally.times), tally.events, tally.gone], tally.missing,
                        rounded=True)  # fmt: skip
        return unions(rough, groups)
    whole = np.stack([np.bincount(place, one, len(axis)) for one in (tally.events, tally.gone)])
    parts = []
    for group in groups:
        if len(group) == 1:
            parts.append(np.stack(tally.table(int(group[0]))))
            continue
        others = sorted(set(range(len(tally.segments))) - {int(i) for i in group})
        few, sign, found = (others, -1, whole.copy()) if len(others) < len(group) else (group, 1, np.zeros_like(whole))
        for i in map(int, few):
            inside = slice(tally.starts[i], tally.starts[i + 1])
            found[:, place[inside]] += sign * np.stack([tally.events[inside], tally.gone[inside]])
        used = found.any(axis=0)
        parts.append(np.stack([axis[used], *found[:, used]]))
    times, died, gone = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0))
    starts = np.concatenate([[0], np.cumsum([part.shape[1] for part in parts])]).astype(int)
    missing = np.array([tally.missing[list(group)].sum() for group in groups])
    return Events(Segments((), tuple(() for _ in groups)), starts, times, died, gone, missing, tally.rounded)


def asked(
    cut: Cut, frame: Frame, keys: list[str], grouped: Callable[[Frame], Frame], rough: Callable[[], Frame]
) -> tuple[pa.Table, bool]:
    """The groups of a frame by keys, or those of the `rough` frame where they are too many; and whether it was that.

    One query, two where many rows hide from their beginning how many different keys they have.
    """
    if not crowded(cut, frame, keys):
        table = collect(grouped(frame).head(EXACT + 1))
        if table.num_rows <= EXACT:
            return table, False
    return collect(grouped(rough())), True


def crowded(cut: Cut, frame: Frame, keys: list[str]) -> bool:
    """Whether the first rows of a long table tell that it has too many different keys."""
    first = beginning(cut, frame, keys)
    return first is not None and many(first)


def beginning(cut: Cut, frame: Frame, keys: list[str]) -> pa.Table | None:
    """The keys among the first rows of a long table, with how many of these rows each has; None of one that is not."""
    size = cut.rows.ledger.counts.get("kept")
    if size is None or size <= EXACT or not isinstance(frame, nw.LazyFrame):
        return None
    return collect(frame.head(PROBE).group_by(*keys).agg(nw.len().alias("__seen")))


def many(first: pa.Table) -> bool:
    """Whether a table that begins with these keys has too many of them, by the estimate of Chao 1984."""
    seen = first.column("__seen").to_numpy()
    once, twice = (float((seen == k).sum()) for k in (1, 2))
    return bool(len(seen) + once * (once - 1) / (2 * (twice + 1)) > EXACT)


def _grouped(frame: Frame, keys: list[str]) -> Frame:
    return frame.group_by(*keys, "time").agg(nw.len().alias("n"), nw.col("event").sum())


def coarse(time: Any) -> Any:
    """The expression of a time kept to one part in FINE; whole numbers below FINE stay as they are."""
    kept = (time <= 0) | ((time < FINE) & (time == time.round()))
    return nw.when(kept).then(time).otherwise(((time.log() * FINE).round() / FINE).exp())


def roughly(time: Floats) -> Floats:
    """What `coarse` makes of times that are here already."""
    kept = (time <= 0) | ((time < FINE) & (time == np.round(time)))
    return np.where(kept, time, np.exp(np.round(np.log(np.where(kept, 1.0, time)) * FINE) / FINE))


def _folded(cut: Cut, table: pa.Table, rounded: bool, why: str) -> Events:
    segments, positions, segment = cut.fold(table)
    time = table.column("time").to_numpy(zero_copy_only=False).astype(float)
    count, died = (table.column(name).to_numpy(zero_copy_only=False).astype(float) for name in ("n", "event"))
    known = ~np.isnan(time)
    if (time[known] < 0).any():
        early = known & (time < 0)
        raise AnswerError(
            f"{why} needs times that do not end before they begin",
            f"rows of {cut.rows.origin} that do: {count[early].sum():g}, the worst by {-time[early].min():g}",
            "Correct the times of these rows, or leave them out",
        )
    missing = np.bincount(segment, np.where(known, 0.0, count)[positions], len(segments)).astype(float)
    use = known[positions]
    positions, segment = positions[use], segment[use]
    gone = count - died
    return _events(segments, segment, [time[positions], died[positions], gone[positions]], missing, rounded)


def _events(segments: Segments, segment: Floats, columns: Sequence[Floats], missing: Floats, rounded: bool) -> Events:
    """Tables laid end to end, rows of one segment and time added."""
    times, died, gone = columns
    order = np.lexsort((times, segment))
    segment, times = segment[order], times[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (segment[1:] != segment[:-1]) | (times[1:] != times[:-1])
    group = np.cumsum(first) - 1
    size = int(first.sum())
    died, gone = (np.bincount(group, values[order], size).astype(float) for values in (died, gone))
    starts = np.searchsorted(segment[first], np.arange(len(segments) + 1), side="left")
    return Events(segments, starts, times[first], died, gone, missing, rounded)
