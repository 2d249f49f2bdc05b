"""A figure over time: line, points and the band of their intervals, with control limits where a chart is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimate, Estimates
from cxlab.show import told
from cxlab.show.canvas import Canvas, grid, nothing, point
from cxlab.show.curve import apart
from cxlab.show.named import SMALL_BASE
from cxlab.show.picture import Figure
from cxlab.show.scale import Scale, scale
from cxlab.show.spoken import Spoken, listed, sentence
from cxlab.show.theme import INK_2, INK_3, WHITE, Theme
from cxlab.show.told import Told
from cxlab.tally.cut import PERIOD

HEIGHT, HEAD = 50.0, 8.0
FOOT, ABOVE = 7.0, 3.5  # millimetres under the axes, and over them where no signal is named
LOW = 0.15  # share of the axis that a line of a label takes: lower, there is no room under a point


class ChartLike(Protocol):
    """What a control chart must give: a frame of value, centre, low, high and signal, one row for each period."""

    def to_pandas(self) -> pd.DataFrame: ...


@dataclass(frozen=True)
class Limits:
    """A control chart's numbers, one for each period; nan where there is none."""

    centre: np.ndarray
    low: np.ndarray
    high: np.ndarray
    signal: np.ndarray


def trend(
    estimates: Estimates, theme: Theme, *, chart: ChartLike | None = None, small_base: int = SMALL_BASE,
    title: str | None = None,
) -> Figure:  # fmt: skip
    """One figure by period. The band is the interval, a period without data is a gap in the line, and a hollow point
    has a small base; only a signal of the control chart is named.
    """
    limits = _limits(chart, len(estimates)) if chart is not None else None
    drawn: list[float | None] = [x for e in estimates for x in (e.estimate, e.low, e.high)]
    if limits is not None:
        drawn += [float(x) for x in (*limits.low, *limits.high, *limits.centre) if not np.isnan(x)]
    unit = estimates[0].unit
    numbers = scale(drawn, unit, zero=False if unit == "points" else None)
    spoken = told.spoken_for(theme, estimates, small_base, numbers)

    def draw(canvas: Canvas) -> None:
        _draw(canvas, estimates, spoken, numbers, limits)

    def tell(said: Spoken) -> Told:
        return _told(said, estimates, limits, numbers.time)

    return told.figure("trend", theme, HEIGHT, spoken, tell, draw, title)


def line(axes: Axes, theme: Theme, items: Sequence[Estimate], hollow: Sequence[bool], marks: float = 2.2) -> None:
    """Band, line and points of a series; what does not exist is a gap."""
    x = np.arange(len(items))
    value, low, high = (
        np.array([np.nan if n is None else n for n in numbers], dtype=float)
        for numbers in zip(*((e.estimate, e.low, e.high) for e in items), strict=True)
    )
    whole = ~(np.isnan(low) | np.isnan(high))
    axes.fill_between(x, low, high, where=whole, color=theme.pale, linewidth=0, zorder=1)
    alone = [at for at in x if whole[at] and not (at and whole[at - 1]) and not (at + 1 < len(x) and whole[at + 1])]
    axes.vlines(alone, low[alone], high[alone], color=theme.mid, linewidth=1.2, zorder=1)
    axes.plot(x, value, color=theme.series, linewidth=1.2, zorder=3, clip_on=False)
    for at, empty in enumerate(hollow):
        if not np.isnan(value[at]):
            fill = WHITE if empty else theme.series
            axes.plot([at], [value[at]], "o", markersize=marks + (1.2 if empty else 0), markerfacecolor=fill,
                      markeredgecolor=theme.series, markeredgewidth=0.7, zorder=4, clip_on=False)  # fmt: skip


def _draw(canvas: Canvas, items: Estimates, spoken: Spoken, numbers: Scale, limits: Limits | None) -> None:
    theme, unit = canvas.theme, items[0].unit
    axis = max(canvas.wide(canvas.said(numbers, tick, unit), theme.fine, numbers=True) for tick in numbers.ticks) + 2
    names = _line_names(spoken, items[0], limits)
    beside = max([canvas.wide(said, theme.fine) for _, said in names], default=0.0) + (2.5 if names else 3.0)
    left, right = (beside, canvas.width - axis) if theme.mirrored else (axis, canvas.width - beside)
    axes = canvas.axes(left, FOOT, right, canvas.height - _above(limits))
    axes.set_xlim(-0.35, len(items) - 0.65)
    grid(canvas, axes, numbers, unit, across=False)
    if limits is not None:
        x = np.arange(len(items))
        for series, style, tone in (
            (limits.centre, "-", INK_3),
            (limits.low, (0, (4, 3)), INK_3),
            (limits.high, (0, (4, 3)), INK_3),
        ):
            axes.plot(x, series, linestyle=style, color=tone, linewidth=0.7, zorder=2, clip_on=False)
    line(axes, theme, items, [spoken.hollow(e) for e in items])
    nothing(canvas, axes, spoken, items)
    for share, said in apart([(numbers.share(y), said) for y, said in names]):
        side, shift, align = (0, -3, "right") if theme.mirrored else (1, 4, "left")
        place = (side, numbers.low + share * (numbers.high - numbers.low))
        canvas.label(axes, said, place, (shift, 0), "beside", across=align, colour=INK_2, size=theme.fine)
    _name_points(canvas, axes, items, spoken, limits, numbers)
    _name_periods(canvas, axes, items, spoken)


def _above(limits: Limits | None) -> float:
    """Millimetres over the axes: a signal's name has two lines."""
    return HEAD if limits is not None and limits.signal.any() else ABOVE


def _name_points(
    canvas: Canvas, axes: Axes, items: Estimates, spoken: Spoken, limits: Limits | None, numbers: Scale
) -> None:
    """The last value and the signals, beside their points; of signals that stand close to each other the later one.

    Each of them has its point, and the alternative text names them all.
    """
    signals = {int(at) for at in np.flatnonzero(limits.signal)} if limits is not None else set()
    last = max((at for at, e in enumerate(items) if e.estimate is not None), default=None)
    taken: list[tuple[float, float]] = []
    for at in sorted(signals | ({last} if last is not None else set()), reverse=True):
        value = items[at].estimate
        if value is None:
            continue
        point(axes, at, value, canvas.theme.series, spoken.hollow(items[at]), 5.2)
        said = _value(spoken, items[at], numbers)
        if at in signals:
            where = spoken.segment(items[at])
            said = f"{canvas.theme.words.message('figure.signal', where=where)}\n{said}"
        early = at < len(items) / 2
        periods = (axes.get_xlim()[1] - axes.get_xlim()[0]) / (axes.get_position().width * canvas.width)
        wide = (max(canvas.wide(one, strong=True) for one in said.split("\n")) + 4) * periods
        span = (at, at + wide) if early else (at - wide, at)
        if any(span[0] < end and start < span[1] for start, end in taken):
            continue
        taken.append(span)
        reach = canvas.wide(said.split("\n")[-1], strong=True) * periods
        room = LOW * len(said.split("\n"))
        above = _above(limits) / (HEIGHT - FOOT - _above(limits))
        up, edge = _clear_of_line(items, at, early, reach, numbers, room, above)
        canvas.label(axes, said, (at, edge), (5 if early else -5, 5 if up else -4), across="left" if early else "right",
                     upright="bottom" if up else "top", colour=canvas.theme.series, strong=True)  # fmt: skip


def _value(spoken: Spoken, item: Estimate, numbers: Scale) -> str:
    """The value beside its point: in the unit of the axis, but a time in its own unit where that is another."""
    own = replace(spoken, pace=None).time(item)
    if own is not None and own != numbers.time:
        return replace(spoken, pace=None).value(item)
    return spoken.value(item, bare=item.unit not in ("share", "ratio"), time=numbers.time)


def _clear_of_line(
    items: Estimates, at: int, early: bool, width: float, numbers: Scale, room: float, above: float
) -> tuple[bool, float]:
    """Whether a label stands over or under the line beside its point, and the height from which it keeps clear of it.

    `width` is that of the label, in periods, `room` its height as a share of the axis, `above` what the drawing has
    over the axis. It goes where it stays nearer to its point, not into the axis below and not out of the drawing.
    """
    reach = range(at, min(len(items), at + int(width) + 2)) if early else range(max(0, at - int(width) - 1), at + 1)
    near = [x for i in reach if (x := items[i].estimate) is not None]
    value, top, bottom = items[at].estimate or 0.0, max(near), min(near)
    low = numbers.share(bottom) < room
    high = 1 + above - numbers.share(top) < room
    up = low or (not high and top - value <= value - bottom)
    return up, top if up else bottom


def _name_periods(canvas: Canvas, axes: Axes, items: Estimates, spoken: Spoken) -> None:
    """The first period, the middle one where there is room, and the last."""
    places = sorted({0, len(items) - 1} | ({len(items) // 2} if len(items) > 4 else set()))
    for at in places:
        side = "left" if at == 0 and len(items) > 1 else "right" if at == len(items) - 1 and at else "center"
        said = spoken.segment(items[at])
        canvas.label(
            axes, said, (at, 0), (0, -6), "below", across=side, upright="top", colour=INK_3, size=canvas.theme.fine
        )


def _line_names(spoken: Spoken, like: Estimate, limits: Limits | None) -> list[tuple[float, str]]:
    """The control lines' names at their end, where they stand in the last period that has them."""
    if limits is None:
        return []
    found: list[tuple[float, str]] = []
    varies = not np.array_equal(limits.low, limits.high, equal_nan=True)  # values all alike have no limits but a mean
    for key, series in (("limit", limits.low), ("mean", limits.centre), ("limit", limits.high)):
        known = series[~np.isnan(series)]
        if len(known) and (varies or key == "mean"):
            said = spoken.words.value(known[-1], like.unit, currency=spoken.currency) if like.unit in (
                "share", "ratio") else spoken.words.bare(known[-1], like.unit, currency=spoken.currency)  # fmt: skip
            found.append((float(known[-1]), spoken.words.message(f"figure.{key}", value=said)))
    return found


def _limits(chart: ChartLike, periods: int) -> Limits:
    frame: Any = chart.to_pandas()
    if len(frame) != periods:
        raise DefinitionError(
            "A control chart belongs to another series",
            f"It has {len(frame)} periods, the series {periods}",
            "Make the chart from the estimates that are drawn",
        )
    centre, low, high = (
        frame[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan) for name in ("centre", "low", "high")
    )
    signal = frame["signal"].fillna("").map(lambda s: bool(s)).to_numpy(dtype=bool)
    return Limits(centre, low, high, signal)


def _told(said: Spoken, estimates: Estimates, limits: Limits | None, time: str | None) -> Told:
    words, first = said.words, estimates[0]
    metric = said.metric(first.metric)
    if told.sampled(estimates):
        drawn = words.message("draws.trend", metric=metric, level=said.level(first.level))
    else:
        drawn = words.message("draws.full", metric=metric)
    subtitle = listed(
        words, [drawn, told.unit(said, first.unit, time), words.message("draws.limits") if limits is not None else ""]
    )
    signals = [] if limits is None else [said.segment(estimates[int(at)]) for at in np.flatnonzero(limits.signal)]
    finding = told.finding(said, estimates, said.segment)
    named = [words.message("figure.signal", where=where) for where in signals]
    lines = [name for _, name in _line_names(said, first, limits)]
    known = [e for e in estimates if e.estimate is not None]
    title = (
        words.message(
            "figure.one_of",
            metric=metric,
            value=replace(said, pace=None).value(known[-1]),
            where=said.segment(known[-1]),
        )
        if known
        else finding
    )
    gaps = words.message("define.gap") if any(e.n == 0 for e in estimates) else ""
    small = any(said.hollow(e) and e.estimate is not None for e in estimates)
    note = sentence(
        words, [gaps, words.message("define.hollow_base", smallest=words.count(said.small_base)) if small else ""]
    )
    alt = told.alt(
        words,
        subtitle,
        finding,
        [*named, *lines, *told.points(said, estimates, lambda e: said.period(e.segment.get(PERIOD)))],
    )
    return Told(title, subtitle, alt, note, told.bases(said, estimates))
