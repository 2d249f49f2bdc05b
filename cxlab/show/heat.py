"""A figure by two cuts as a field of cells, such as hour by weekday: the darker, the higher."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cxlab.errors import DefinitionError, listing
from cxlab.estimate import Estimate, Estimates
from cxlab.show import told
from cxlab.show.canvas import Canvas, shade
from cxlab.show.named import SMALL_BASE
from cxlab.show.picture import Figure
from cxlab.show.spoken import Spoken, sentence
from cxlab.show.theme import GREY, INK_2, WHITE, Theme, mix
from cxlab.show.told import Told

CELL, HEAD, NUMBERS = 5.4, 6.0, 12


def heat_map(estimates: Estimates, theme: Theme, *, small_base: int = SMALL_BASE, title: str | None = None) -> Figure:
    """The first cut gives the rows, the second the columns. A hatched cell has no number."""
    cuts = [*estimates.by, *([estimates.axis] if estimates.axis and estimates.axis not in estimates.by else [])]
    if len(cuts) != 2:
        raise DefinitionError(
            "A heat map has two cuts", f"These estimates are cut by {listing(cuts)}", "Ask with by= of two columns"
        )
    down, along = cuts
    rows = list(dict.fromkeys(e.segment[down] for e in estimates))
    columns = list(dict.fromkeys(e.segment[along] for e in estimates))
    cells = {(e.segment[down], e.segment[along]): e for e in estimates}
    spoken = told.spoken_for(theme, estimates, small_base)

    def draw(canvas: Canvas) -> None:
        known = [e.estimate for e in estimates if e.estimate is not None]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        names = [spoken.part(down, row) for row in rows]
        room = min(24.0, max(canvas.wide(name) for name in names)) + 2.5
        left, right = (0.5, canvas.width - room) if theme.mirrored else (room, canvas.width - 0.5)
        axes = canvas.axes(left, 1.0, right, canvas.height - HEAD)
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(rows), 0)
        for y, row in enumerate(rows):
            height = (len(rows) - y - 0.5) / len(rows) * (canvas.height - HEAD - 1.0) + 1.0
            name, size = canvas.fitted(names[y], room - 1.5, CELL)
            canvas.text(canvas.width - 0.5 if theme.mirrored else room - 1.5, height, name, align="right", size=size)
            for x, column in enumerate(columns):
                _cell(canvas, axes, (x, y), cells.get((row, column)), (low, high), spoken, len(columns) <= NUMBERS)
        every = max(1, -(-len(columns) // 8))
        for x, column in enumerate(columns):
            if x % every == 0:
                at = left + (x + 0.5) / len(columns) * (right - left)
                name = canvas.cut(spoken.part(along, column), every * (right - left) / len(columns) - 1.0, theme.fine)
                canvas.text(at, canvas.height - HEAD + 2.2, name, align="center", size=theme.fine, colour=INK_2)

    def tell(said: Spoken) -> Told:
        words = said.words
        drawn = words.message("draws.heat", metric=said.metric(estimates[0].metric))
        finding = told.finding(said, estimates, said.segment)
        alt = told.alt(words, drawn, finding, told.points(said, estimates, said.segment, limits=False))
        gap = any(e.estimate is None for e in estimates)
        return Told(finding, drawn, alt, sentence(words, [words.message("define.gap")]) if gap else "",
                    told.bases(said, estimates))  # fmt: skip

    return told.figure("heat", theme, len(rows) * CELL + HEAD + 1.0, spoken, tell, draw, title)


def _cell(
    canvas: Canvas, axes: Axes, at: tuple[int, int], estimate: Estimate | None, span: tuple[float, float],
    spoken: Spoken, numbered: bool,
) -> None:  # fmt: skip
    x, y = at
    value = estimate.estimate if estimate is not None else None
    if value is None:
        box = Rectangle((x, y), 1, 1, facecolor=WHITE, edgecolor=GREY, hatch="////", linewidth=0)
        axes.add_patch(box)
        return
    strength = 0.5 if span[0] == span[1] else (value - span[0]) / (span[1] - span[0])
    fill = mix(canvas.theme.series, 0.9 - 0.9 * strength)
    axes.add_patch(Rectangle((x, y), 1, 1, facecolor=fill, edgecolor=WHITE, linewidth=0.8))
    if numbered and estimate is not None:
        percent = estimate.unit in ("share", "ratio")
        places = 0 if estimate.unit in ("points", "count") else None
        bare = spoken.words.bare(value, estimate.unit, places, currency=spoken.currency)
        said = spoken.words.number(100 * value, 0) if percent else bare
        canvas.label(axes, said, (x + 0.5, y + 0.5), colour=shade(fill), size=canvas.theme.fine, numbers=True)
