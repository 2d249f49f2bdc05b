"""The same trend for each segment, side by side on one scale, so that the eye may compare them."""

from __future__ import annotations

from typing import Any

from cxlab.estimate import Estimate, Estimates
from cxlab.show import told
from cxlab.show.canvas import Canvas, grid
from cxlab.show.named import SMALL_BASE
from cxlab.show.picture import Figure
from cxlab.show.scale import scale
from cxlab.show.spoken import Spoken, listed
from cxlab.show.theme import INK_2, INK_3, Theme
from cxlab.show.told import Told
from cxlab.show.trend import line
from cxlab.tally.cut import PERIOD

ACROSS, CELL = 3, 24.0


def multiples(estimates: Estimates, theme: Theme, *, small_base: int = SMALL_BASE, title: str | None = None) -> Figure:
    """One small trend for each segment, three in a row, each with its last value; hollow points have a small base."""
    groups: dict[Any, list[Estimate]] = {}
    for e in estimates:
        groups.setdefault(tuple((k, v) for k, v in e.segment.items() if k != PERIOD), []).append(e)
    series = list(groups.values())
    unit = estimates[0].unit
    numbers = scale(
        [x for e in estimates for x in (e.estimate, e.low, e.high)],
        unit,
        zero=False if unit == "points" else None,
        most=4,
    )
    spoken = told.spoken_for(theme, estimates, small_base, numbers)
    lines = -(-len(series) // ACROSS)

    def draw(canvas: Canvas) -> None:
        edge = max(canvas.wide(canvas.said(numbers, t, unit), theme.fine, numbers=True) for t in numbers.ticks) + 1.5
        wide = (canvas.width - edge - 1.0) / ACROSS
        for at, group in enumerate(series):
            down, along = divmod(at, ACROSS)
            left = canvas.width - edge - (along + 1) * wide if theme.mirrored else edge + along * wide
            top = canvas.height - down * CELL
            axes = canvas.axes(left + 1.0, top - CELL + 3.5, left + wide - 1.0, top - 7.5)
            axes.set_xlim(-0.4, max(1, len(group) - 1) + 0.4)
            if along == 0:
                grid(canvas, axes, numbers, unit, across=False)
            else:
                axes.set_ylim(numbers.low, numbers.high)
                for tick in numbers.ticks:
                    axes.axhline(tick, color="#D5D9DD", linewidth=0.5, zorder=0.5)
            line(axes, theme, group, [spoken.hollow(e) for e in group], 1.4)
            start = left + wide - 1.0 if theme.mirrored else left + 1.0
            name = canvas.cut(spoken.segment(group[0], without=(PERIOD,)), wide - 2.0, theme.fine, True)
            align = "right" if theme.mirrored else "left"
            canvas.text(start, top - 2.0, name, size=theme.fine, strong=True, align=align)
            canvas.text(
                start, top - 5.2, spoken.value(group[-1]), size=theme.fine, colour=INK_2, align=align, numbers=True
            )
        _ends(canvas, series[0], spoken, edge)

    def tell(said: Spoken) -> Told:
        words, first = said.words, estimates[0]
        drawn = words.message("draws.multiples", metric=said.metric(first.metric), level=said.level(first.level))
        drawn = listed(words, [drawn, told.unit(said, first.unit, numbers.time)])
        last = [group[-1] for group in series]
        finding = told.finding(said, last, said.segment)
        alt = told.alt(words, drawn, finding, told.points(said, estimates, said.segment))
        return Told(finding, drawn, alt, told.hollow_note(said, estimates), told.bases(said, estimates))

    return told.figure("multiples", theme, lines * CELL + 3.0, spoken, tell, draw, title)


def _ends(canvas: Canvas, group: list[Estimate], spoken: Spoken, edge: float) -> None:
    """The first and the last period once, at the foot."""
    theme = canvas.theme
    said = [spoken.period(e.segment[PERIOD]) for e in (group[0], group[-1])]
    text = said[0] if said[0] == said[1] else theme.words.message("interval.between", low=said[0], high=said[1])
    canvas.text(canvas.width - edge if theme.mirrored else edge + 1.0, 1.8, text, size=theme.fine, colour=INK_3,
                align="right" if theme.mirrored else "left")  # fmt: skip
