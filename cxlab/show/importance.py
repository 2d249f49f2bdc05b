"""Importance against performance: what matters much and goes badly stands at the upper left."""

from __future__ import annotations

from cxlab.errors import DefinitionError, listing
from cxlab.estimate import Estimate, Estimates
from cxlab.show import told
from cxlab.show.canvas import Canvas, grid, point
from cxlab.show.picture import Figure
from cxlab.show.scale import Scale, scale
from cxlab.show.spoken import SMALL_BASE, Spoken
from cxlab.show.theme import INK_2, INK_3, Theme
from cxlab.show.told import Told

HEIGHT = 66.0


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
        for weight, how in pairs:
            if weight.estimate is None or how.estimate is None:
                continue
            if how.low is not None and how.high is not None:
                axes.hlines(weight.estimate, how.low, how.high, color=theme.mid, linewidth=1.0, zorder=2)
            if weight.low is not None and weight.high is not None:
                axes.vlines(how.estimate, weight.low, weight.high, color=theme.mid, linewidth=1.0, zorder=2)
            point(axes, how.estimate, weight.estimate, theme.series, spoken.hollow(how))
            near_right = along.share(how.estimate) > 0.6
            shift, align = (-5, "right") if near_right else (5, "left")
            place = (how.estimate, weight.estimate)
            canvas.label(axes, _name(spoken, weight), place, (shift, 3), across=align, upright="bottom")
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
        return Told(finding, drawn, told.alt(words, drawn, finding, numbers), "", told.bases(said, performance))

    return told.figure("importance", theme, HEIGHT, spoken, tell, draw, title)


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
