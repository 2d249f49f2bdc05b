"""What came in, what was done, and what stayed open: two panels over the same periods, each from zero."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimate, Estimates
from cxlab.show import told
from cxlab.show.canvas import Canvas, grid, nothing
from cxlab.show.curve import apart
from cxlab.show.named import SMALL_BASE
from cxlab.show.picture import Figure
from cxlab.show.scale import Scale, scale
from cxlab.show.spoken import Spoken
from cxlab.show.theme import INK_3, Theme
from cxlab.show.told import Told
from cxlab.tally.cut import PERIOD

HEIGHT, LOWER, FOOT = 62.0, 27.0, 7.0
_DASHED = (0, (4, 2))


def flow(
    came: Estimates, went: Estimates, left: Estimates, theme: Theme, *, small_base: int = SMALL_BASE,
    title: str | None = None,
) -> Figure:  # fmt: skip
    """Inflow and outflow as two lines above, the backlog as one below; never two scales in one panel.

    All three are counts of the same periods. Each line is named at its end; a period without data is a gap.
    """
    keys = [[e.segment.get(PERIOD) for e in series] for series in (came, went, left)]
    if not (keys[0] == keys[1] == keys[2]) or len(keys[0]) < 2:
        raise DefinitionError(
            "Inflow, outflow and backlog need the same periods, two or more",
            f"they have {len(keys[0])}, {len(keys[1])} and {len(keys[2])}",
            "Ask all three with the same by=",
        )
    spoken = told.spoken_for(theme, came, small_base)

    def draw(canvas: Canvas) -> None:
        names = [theme.words.message(f"flow.{key}") for key in ("came", "went", "left")]
        scales = [
            scale([e.estimate for s in panel for e in s], "count", zero=True, most=4)
            for panel in ((came, went), (left,))
        ]
        ticks = [canvas.said(one, tick, "count") for one in scales for tick in one.ticks]
        edge = max(canvas.wide(tick, theme.fine, numbers=True) for tick in ticks) + 2  # one edge, so that months align
        beside = max(canvas.wide(name, theme.fine) for name in names) + 3.0
        right = canvas.width - beside
        _panel(canvas, [came, went], names[:2], scales[0], (edge, LOWER + 5.0, right, HEIGHT - 2.5), spoken)
        axes = _panel(canvas, [left], names[2:], scales[1], (edge, FOOT, right, LOWER - 1.0), spoken)
        for at, across in ((0, "left"), (len(came) - 1, "right")):
            canvas.label(
                axes, spoken.segment(came[at]), (at, 0), (0, -6), "below", across=across, upright="top", colour=INK_3,
                size=theme.fine,
            )  # fmt: skip

    def tell(said: Spoken) -> Told:
        words = said.words
        drawn = words.message("draws.flow")
        named = [(words.message(f"flow.{key}"), s[-1]) for key, s in (("came", came), ("went", went), ("left", left))]
        where = said.segment(came[-1])
        finding = words.message("figure.one_of", metric=named[2][0], value=said.value(left[-1]), where=where)
        heads = [name for name, _ in named]
        numbers = [
            words.message("alt.bare", name=f"{said.segment(one)} · {head}", value=said.value(one))
            for three in zip(came, went, left, strict=True)
            for head, one in zip(heads, three, strict=True)
        ]
        return Told(finding, drawn, told.alt(words, drawn, finding, numbers))

    return told.figure("flow", theme, HEIGHT, spoken, tell, draw, title)


def _panel(
    canvas: Canvas, series: Sequence[Sequence[Estimate]], names: Sequence[str], numbers: Scale,
    box: tuple[float, float, float, float], spoken: Spoken,
) -> Axes:  # fmt: skip
    """One panel from zero: the first line full, the second dashed, both named where they end."""
    theme = canvas.theme
    axes = canvas.axes(*box)
    axes.set_xlim(-0.2, len(series[0]) - 0.8)
    # Lines are named where they end, and time runs to the right in every language.
    grid(canvas, axes, numbers, "count", across=False, mirrored=False)
    ends: list[tuple[float, str]] = []
    nothing(canvas, axes, spoken, [e for one in series for e in one])
    for at, (one, name) in enumerate(zip(series, names, strict=True)):
        values = np.array([np.nan if e.estimate is None else e.estimate for e in one])
        axes.plot(
            values, color=INK_3 if at else theme.series, linestyle=_DASHED if at else "-", linewidth=1.2, zorder=3
        )
        known = values[~np.isnan(values)]
        ends.append((numbers.share(float(known[-1])) if len(known) else 0.0, name))
    for end, name in apart(ends, 0.16):
        place = (1, numbers.low + end * (numbers.high - numbers.low))
        canvas.label(axes, name, place, (4, 0), "beside", across="left", size=theme.fine)
    return axes
