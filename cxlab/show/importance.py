"""Importance against performance: what matters much and goes badly stands at the upper left."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from cxlab.errors import DefinitionError, listing
from cxlab.estimate import Estimate, Estimates
from cxlab.show import told
from cxlab.show.canvas import Canvas, grid, nothing, point
from cxlab.show.named import SMALL_BASE
from cxlab.show.picture import Figure
from cxlab.show.scale import Scale, scale
from cxlab.show.spoken import Spoken
from cxlab.show.theme import INK_2, INK_3, Theme
from cxlab.show.told import Told

HEIGHT, LINE = 66.0, 3.4


def importance(
    weights: Estimates, performance: Estimates, theme: Theme, *, small_base: int = SMALL_BASE, title: str | None = None
) -> Figure:
    """Each driver as a point: how much it matters (`weights`) upwards, how it does (`performance`) to the right.

    Lines are the intervals of both; where they are long, a place in a corner means little. Both name the same drivers.
    """
    by_name = {_key(e): e for e in performance}
    missing = [_key(e) for e in weights if _key(e) not in by_name]
    if missing:
        raise DefinitionError(
            "A driver has an importance but no performance",
            f"It is {listing(missing)}",
            "Ask the performance of the same drivers",
        )
    pairs = [(e, by_name[_key(e)]) for e in weights]
    spoken = told.spoken_for(theme, weights, small_base)
    up = scale([x for e, _ in pairs for x in (e.estimate, e.low, e.high)], weights[0].unit, zero=True)
    along = scale([x for _, e in pairs for x in (e.estimate, e.low, e.high)], performance[0].unit, zero=False)

    def draw(canvas: Canvas) -> None:
        edge = max(canvas.wide(canvas.said(up, t, weights[0].unit), theme.fine, numbers=True) for t in up.ticks) + 2
        free = _free(canvas, along, performance[0].unit)
        left, right = (free, canvas.width - edge) if theme.mirrored else (edge, canvas.width - free)
        axes = canvas.axes(left, 10.0, right, canvas.height - 5.0)
        grid(canvas, axes, up, weights[0].unit, across=False)
        grid(canvas, axes, along, performance[0].unit)
        _points(canvas, axes, pairs, spoken, (along, up))
        said, align, edge = theme.words.message("axis.importance"), "left", left
        if theme.mirrored:
            align, edge = "right", right
        canvas.text(edge, canvas.height - 2.0, said, size=theme.fine, colour=INK_2, align=align)
        canvas.text(
            (left + right) / 2, 2.0, _performance(spoken, performance), size=theme.fine, colour=INK_3, align="center"
        )

    def tell(said: Spoken) -> Told:
        words = said.words
        drawn = words.message(
            "draws.importance",
            metric=_performance(said, performance, inside=True),
            level=said.level(weights[0].level),
        )
        finding = told.finding(said, [w for w, _ in pairs], lambda e: _name(said, e))
        heads = words.message("axis.importance"), _performance(said, performance)
        numbers = [
            number
            for pair in pairs
            for head, one in zip(heads, pair, strict=True)
            for number in told.points(said, [one], lambda e, head=head: f"{_name(said, e)} · {head}")  # type: ignore[misc]
        ]
        return Told(
            finding,
            drawn,
            told.alt(words, drawn, finding, numbers),
            told.hollow_note(said, performance),
            told.bases(said, performance),
        )

    return told.figure("importance", theme, HEIGHT, spoken, tell, draw, title)


def _points(
    canvas: Canvas, axes: Axes, pairs: Sequence[tuple[Estimate, Estimate]], spoken: Spoken, scales: tuple[Scale, Scale]
) -> None:
    """Each driver as a point with both intervals and its name."""
    nothing(canvas, axes, spoken, [w if w.estimate is None else how for w, how in pairs])
    taken: list[tuple[float, float, float, float]] = []
    for weight, how in pairs:
        if weight.estimate is None or how.estimate is None:
            continue
        if how.low is not None and how.high is not None:
            axes.hlines(weight.estimate, how.low, how.high, color=canvas.theme.mid, linewidth=1.0, zorder=2)
        if weight.low is not None and weight.high is not None:
            axes.vlines(how.estimate, weight.low, weight.high, color=canvas.theme.mid, linewidth=1.0, zorder=2)
        point(axes, how.estimate, weight.estimate, canvas.theme.series, spoken.hollow(how))
        _label(canvas, axes, _name(spoken, weight), (how.estimate, weight.estimate), *scales, taken)


def _label(
    canvas: Canvas, axes: Axes, name: str, at: tuple[float, float], along: Scale, up: Scale,
    taken: list[tuple[float, float, float, float]],
) -> None:  # fmt: skip
    """A name beside its point, in the first of four corners that is free of other names, within the picture."""
    field = axes.get_position()
    x = (field.x0 + along.share(at[0]) * field.width) * canvas.width
    y = (field.y0 + up.share(at[1]) * field.height) * canvas.height
    near_right = along.share(at[0]) > 0.6
    start, end = (
        (0.3, field.x1 * canvas.width) if canvas.theme.mirrored else (field.x0 * canvas.width, canvas.width - 0.3)
    )
    corners = [(right, over) for over in (True, False) for right in (not near_right, near_right)]
    best: tuple[int, str, bool, bool, tuple[float, float, float, float]] | None = None
    for right, over in corners:
        said = canvas.cut(name, (end - x if right else x - start) - 2.2)
        wide = canvas.wide(said)
        left, low = (x + 1.8 if right else x - 1.8 - wide), (y + 1.0 if over else y - 1.0 - LINE)
        box = (left, low, left + wide, low + LINE)
        on = sum(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in taken)
        on += int(said != name) + int(box[3] + 1.5 > canvas.height)
        if best is None or on < best[0]:
            best = (on, said, right, over, box)
    if best is not None:
        _, said, right, over, box = best
        taken.append(box)
        canvas.label(axes, said, at, (5 if right else -5, 3 if over else -3), across="left" if right else "right",
                     upright="bottom" if over else "top")  # fmt: skip


def _performance(spoken: Spoken, performance: Estimates, inside: bool = False) -> str:
    """What lies to the right: of answers brought to 0 to 100 that, for they are not the metric that is said so."""
    first = performance[0]
    if first.variant == "index":
        return spoken.words.message(f"axis.mean_answer{'_inside' if inside else ''}")
    return spoken.metric(first.metric, inside)


def _free(canvas: Canvas, along: Scale, unit: str) -> float:
    """Millimetres beside the axes in which the half of its last number fits that reaches over its end."""
    last = along.ticks[0 if canvas.theme.mirrored else -1]
    return max(2.0, canvas.wide(canvas.said(along, last, unit), canvas.theme.fine, numbers=True) / 2)


def _key(estimate: Estimate) -> str:
    return str(next(iter(estimate.segment.values()), ""))


def _name(spoken: Spoken, estimate: Estimate) -> str:
    return spoken.segment(estimate)
