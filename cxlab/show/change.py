"""What a change is made of: two totals as points with intervals, and between them its parts as floating bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from cxlab.compare.change import Change
from cxlab.errors import ComparisonError, listing
from cxlab.show import told
from cxlab.show.canvas import Canvas
from cxlab.show.picture import Figure
from cxlab.show.rows import Mark, draw_rows, height_of, interval
from cxlab.show.scale import scale
from cxlab.show.spoken import Spoken, listed, sentence
from cxlab.show.theme import GREY, INK_3, Theme
from cxlab.show.told import Told
from cxlab.words.locale import change_unit, time_unit


@dataclass(frozen=True)
class Step:
    """One row of a change: a total (the first and the last) or a part, with its interval, in the metric's unit.

    `mix` marks the part that comes from the changed mix of segments and not from within one of them.
    """

    name: str
    estimate: float
    low: float | None = None
    high: float | None = None
    mix: bool = False


def waterfall(
    start: Step, parts: Sequence[Step], end: Step, theme: Theme, *, metric: str, unit: str, level: float = 0.95,
    title: str | None = None,
) -> Figure:  # fmt: skip
    """From one total to another, part by part, from top to bottom. The totals are points with intervals, not bars, so
    the scale need not begin at zero; a part is filled where its interval excludes zero and hollow where it does not.
    """
    spoken = Spoken(theme.words, theme.currency, names=theme.names)
    at, starts = start.estimate, []
    for part in parts:
        starts.append(at)
        at += part.estimate
    ends = [
        base + (part.low if part.low is not None else part.estimate) for base, part in zip(starts, parts, strict=True)
    ]
    ends += [
        base + (part.high if part.high is not None else part.estimate) for base, part in zip(starts, parts, strict=True)
    ]
    numbers = scale([start.estimate, start.low, start.high, end.estimate, end.low, end.high, *ends], unit, zero=False)
    spoken = replace(spoken, pace=numbers.time)
    before = dict(enumerate(starts, 1))

    def draw(canvas: Canvas) -> None:
        marks = [_total(spoken, start, unit, numbers.time), *(_part(spoken, p, unit) for p in parts),
                 _total(spoken, end, unit, numbers.time)]  # fmt: skip

        def drawn(axes: Axes, at: int, mark: Mark) -> None:
            if at in before:
                _floating(canvas, axes, at, mark, before[at], parts[at - 1].mix)
            else:
                interval(canvas, axes, at, mark)

        draw_rows(canvas, marks, numbers, unit, drawn)

    def tell(said: Spoken) -> Told:
        words = said.words
        name = said.metric(metric)
        drawn = words.message("draws.change", metric=said.metric(metric, inside=True), level=said.level(level))
        drawn = listed(words, [drawn, told.unit(said, unit, numbers.time)])
        low, high = (words.value(s.estimate, unit, currency=said.currency, time=numbers.time) for s in (start, end))
        finding = words.message("figure.changed", metric=name, low=f"{low} ({start.name})", high=f"{high} ({end.name})")
        rows = [_part(said, p, unit) for p in parts]
        first, last = (_total(said, step, unit, numbers.time) for step in (start, end))
        numbers_said = [_told(said, mark) for mark in (first, *rows, last)]
        note = words.message("define.hollow_unclear") if any(m.hollow for m in rows) else ""
        return Told(finding, drawn, told.alt(words, drawn, finding, numbers_said), sentence(words, [note]))

    return told.figure("change", theme, height_of(len(parts) + 2), spoken, tell, draw, title)


def _told(said: Spoken, mark: Mark) -> str:
    """A row for who cannot see it; a part that is drawn hollow is unclear."""
    words, given = said.words, {"name": mark.name, "value": mark.value}
    if not mark.limits:
        return words.message("alt.bare", **given)
    number = words.message("alt.point", interval=mark.limits, **given)
    return f"{number}: {words.message('verdict.unclear').lower()}" if mark.hollow else number


def _floating(canvas: Canvas, axes: Axes, at: int, mark: Mark, base: float, mix: bool) -> None:
    size = mark.estimate or 0.0
    tone = "#9AA3AB" if mix else canvas.theme.series
    axes.barh(at, size, left=base, height=0.5, color="none" if mark.hollow else tone, edgecolor=tone,
              linewidth=0.9, zorder=3)  # fmt: skip
    if mark.low is not None and mark.high is not None:
        axes.hlines(at + 0.38, base + mark.low, base + mark.high, color=INK_3, linewidth=0.9, zorder=2)
    axes.vlines(base + size, at + 0.25, at + 0.75, color=GREY, linewidth=0.8, zorder=1)


def _total(spoken: Spoken, step: Step, unit: str, time: str | None) -> Mark:
    words = spoken.words
    time = time_unit(step.estimate) if unit == "seconds" and time is None else time
    value = words.bare(step.estimate, unit, currency=spoken.currency, time=time)
    sampled = step.low is not None or step.high is not None
    limits = words.interval(step.low, step.high, unit, currency=spoken.currency, time=time) if sampled else ""
    return Mark(step.name, step.estimate, step.low, step.high, value, limits, strong=True)


def _part(spoken: Spoken, step: Step, unit: str) -> Mark:
    words, unit = spoken.words, change_unit(unit)
    known = [abs(x) for x in (step.estimate, step.low, step.high) if x is not None]
    time = time_unit(max(known)) if unit == "seconds" else None
    value = words.bare(step.estimate, unit, signed=True, currency=spoken.currency, time=time)
    sampled = step.low is not None and step.high is not None
    limits = words.interval(step.low, step.high, unit, currency=spoken.currency, time=time) if sampled else ""
    unclear = step.low is not None and step.high is not None and step.low <= 0 <= step.high
    return Mark(step.name, step.estimate, step.low, step.high, value, limits, hollow=unclear)


def plot_change(found: Change, theme: Theme, *, title: str | None = None) -> Figure:
    """A change between two periods: the mix of the segments first, then what moved within each of them."""
    spoken = Spoken(theme.words, theme.currency, short=False, names=theme.names)
    frame = found.to_pandas()
    first = found.total[0]
    mix = theme.words.message("figure.mix", column=" · ".join(map(spoken.column, found.by)))

    def named(part: str, name: str) -> str:
        if part == "mix":
            return mix
        if part in ("start", "end"):
            return spoken.period(name)
        return spoken.part(found.by[0], name) if len(found.by) == 1 else str(name)

    if frame["estimate"].isna().any():
        raise ComparisonError(
            "There is no change to draw",
            f"{listing(found.between)} has no data",
            "Choose two periods with answers",
        )
    steps = [
        Step(named(row.part, row.name), float(row.estimate), _known(row.low), _known(row.high), row.part == "mix")
        for row in frame.itertuples(index=False, name="Row")
    ]
    start, *parts, end = steps
    metric = spoken.metric(first.metric)
    return waterfall(start, parts, end, theme, metric=metric, unit=first.unit, level=first.level, title=title)


def _known(limit: Any) -> float | None:
    """A limit, or None where everything was counted."""
    return None if pd.isna(limit) else float(limit)
