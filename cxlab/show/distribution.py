"""How answers are distributed: bars of shares with their intervals, or two camps on either side of zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cxlab.errors import DefinitionError, listing
from cxlab.estimate import Estimate, Estimates, Facts
from cxlab.show import told
from cxlab.show.canvas import ROW, Canvas, grid, nothing
from cxlab.show.named import SMALL_BASE
from cxlab.show.picture import Figure
from cxlab.show.scale import scale
from cxlab.show.spoken import Spoken
from cxlab.show.theme import BETTER, BETTER_BACK, INK, INK_2, INK_3, WHITE, WORSE, WORSE_BACK, Theme
from cxlab.show.told import Told

HEIGHT, HEAD = 46.0, 6.5


def distribution(
    estimates: Estimates, theme: Theme, *, small_base: int = SMALL_BASE, title: str | None = None
) -> Figure:
    """The share of each answer or band of one group as bars from zero, each with its interval as a whisker."""
    axis = estimates.axis or "point"
    spoken = told.spoken_for(theme, estimates, small_base)
    numbers = scale([x for e in estimates for x in (e.estimate, e.high)], estimates[0].unit, zero=True)

    def draw(canvas: Canvas) -> None:
        edge = max(canvas.wide(canvas.said(numbers, t, "share"), theme.fine, numbers=True) for t in numbers.ticks) + 2
        left, right = (1.0, canvas.width - edge) if theme.mirrored else (edge, canvas.width - 1.0)
        axes = canvas.axes(left, 8.0, right, canvas.height - 6.0)
        axes.set_xlim(-0.6, len(estimates) - 0.4)
        grid(canvas, axes, numbers, "share", across=False)
        room = (right - left) / (len(estimates) + 0.2)
        nothing(canvas, axes, spoken, estimates)
        for at, e in enumerate(estimates):
            empty = spoken.hollow(e)
            name, size = canvas.fitted(spoken.part(axis, e.segment[axis]), room - 0.5, 5.0)
            canvas.label(axes, name, (at, 0), (0, -4), "below", upright="top", colour=INK_2, size=size)
            if e.estimate is None:
                continue
            axes.bar(
                at,
                e.estimate,
                width=0.66,
                color=WHITE if empty else theme.mid,
                edgecolor=theme.mid,
                linewidth=0.8,
                zorder=2,
            )
            top = e.estimate
            if e.low is not None and e.high is not None:
                axes.vlines(at, e.low, e.high, color=INK_3, linewidth=0.9, zorder=3)
                top = e.high
            if len(estimates) <= 7:
                said = theme.words.percent(e.estimate, 0)
                canvas.label(axes, said, (at, top), (0, 2), upright="bottom", numbers=True)

    def tell(said: Spoken) -> Told:
        words = said.words
        drawn = words.message("draws.distribution", level=said.level(estimates[0].level))
        name = _namer(said, axis)
        finding = told.finding(said, estimates, name)
        alt = told.alt(words, drawn, finding, [*told.points(said, estimates, name)])
        return Told(finding, drawn, alt, told.hollow_note(said, estimates), told.bases(said, estimates[:1]))

    return told.figure("distribution", theme, HEIGHT, spoken, tell, draw, title)


def diverging(
    estimates: Estimates, theme: Theme, *, left: str = "detractors", right: str = "promoters",
    emphasis: Any = None, small_base: int = SMALL_BASE, title: str | None = None,
) -> Figure:  # fmt: skip
    """Two bands of each segment on either side of one zero line, so that each camp starts from a common base.

    The bands between them are a number. `emphasis` names the segment of which the title speaks: it keeps its full
    colours and the others step back. A segment with a small base is drawn as an outline.
    """
    axis = estimates.axis or "band"
    groups = _groups(estimates, axis, left, right)
    spoken = told.spoken_for(theme, estimates, small_base)

    def draw(canvas: Canvas) -> None:
        _draw_diverging(canvas, groups, spoken, (left, right), axis, emphasis)

    def tell(said: Spoken) -> Told:
        words = said.words
        names = {"left": said.part(axis, left), "right": said.part(axis, right)}
        drawn = words.message("draws.diverging", **names)
        parts = [e for _, bands in groups for e in (bands[left], bands[right])]
        finding = told.finding(said, [b[left] for _, b in groups], lambda e: _group(said, e, axis), names["left"])
        alt = told.alt(
            words, drawn, finding, told.points(said, [e for _, bands in groups for e in bands.values()], said.place)
        )
        return Told(finding, drawn, alt, told.hollow_note(said, parts), told.bases(said, [b[left] for _, b in groups]))

    return told.figure("diverging", theme, len(groups) * (ROW + 0.8) + HEAD, spoken, tell, draw, title)


def _draw_diverging(
    canvas: Canvas, groups: Sequence[tuple[Estimate, dict[Any, Estimate]]], spoken: Spoken, ends: tuple[str, str],
    axis: str, emphasis: Any,
) -> None:  # fmt: skip
    theme, (left, right) = canvas.theme, ends
    names = [_group(spoken, first, axis) for first, _ in groups]
    room = min(27.0, max(canvas.wide(name) for name in names) + 0.5)
    middle = " + ".join(spoken.part(axis, key) for key in groups[0][1] if key not in ends)
    beside = max(canvas.wide(middle, theme.fine), 8.0) if middle else 0.0
    start, end = (
        (room + 6.5, canvas.width - beside - 6.0) if not theme.mirrored else (5.0, canvas.width - room - beside - 9.0)
    )
    top = canvas.height - HEAD
    axes = canvas.axes(start, 0.5, end, top)
    most = [max((b[key].estimate or 0.0) for _, b in groups) or 0.01 for key in ends]
    axes.set_xlim(-most[0], most[1])
    axes.set_ylim(len(groups) - 0.5, -0.5)
    zero = start + (end - start) * most[0] / sum(most)
    heads = spoken.part(axis, left), f"{spoken.part(axis, right)} ({theme.words.message('unit_head.share')})"
    column = end + 5.5 + beside / 2 if not theme.mirrored else canvas.width - room - beside / 2 - 2.0
    ends_at, begins = _heads(canvas, heads, zero, column - beside / 2 - 1.5 if middle else canvas.width - 0.5)
    canvas.text(ends_at, top + 2.6, heads[0], align="right", strong=True, colour=WORSE)
    canvas.text(begins, top + 2.6, heads[1], strong=True, colour=BETTER)
    canvas.text(column, top + 2.6, middle, align="center", size=theme.fine, colour=INK_2)
    for at, (first, bands) in enumerate(groups):
        y = 0.5 + (len(groups) - at - 0.5) / len(groups) * (top - 0.5)
        strong = emphasis is not None and emphasis in first.segment.values()
        _row(canvas, axes, at, bands, ends, spoken, strong, emphasis is None)
        name, size = canvas.fitted(names[at], room, ROW + 1.0)
        edge = room if not theme.mirrored else canvas.width - 0.6
        canvas.text(edge, y, name, align="right", strong=strong, size=size)
        rest = [b.estimate for key, b in bands.items() if key not in ends and b.estimate is not None]
        if rest and middle:
            canvas.text(column, y, theme.words.number(100 * sum(rest), 0), align="center", colour=INK_2, numbers=True)
    axes.axvline(0, color=INK, linewidth=1.0, zorder=5)


def _heads(canvas: Canvas, heads: tuple[str, str], zero: float, edge: float) -> tuple[float, float]:
    """Where the left head ends and the right one begins: at the zero line, or where both stay clear of what is beside.

    A score far below or above zero leaves one camp no room of its own.
    """
    left, right = (canvas.wide(head, strong=True) for head in heads)
    ends = max(zero - 1, 0.5 + left)
    begins = min(max(zero + 1, ends + 2), edge - right)
    return min(ends, begins - 2), begins


def _row(
    canvas: Canvas, axes: Any, at: int, bands: dict[Any, Estimate], ends: tuple[str, str], spoken: Spoken,
    strong: bool, all_full: bool,
) -> None:  # fmt: skip
    words = canvas.theme.words
    for key, sign, full, back in ((ends[0], -1, WORSE, WORSE_BACK), (ends[1], 1, BETTER, BETTER_BACK)):
        share = bands[key]
        if share.estimate is None:
            if sign > 0:
                canvas.label(axes, spoken.state(share), (0, at), (4, 0), across="left", colour=INK_2)
            continue
        tone = full if strong or all_full else back
        hollow = spoken.hollow(share)
        axes.barh(at, sign * share.estimate, height=0.56, color=WHITE if hollow else tone, edgecolor=tone,
                  linewidth=1.0 if hollow else 0, zorder=2)  # fmt: skip
        canvas.label(axes, words.number(100 * share.estimate, 0), (sign * share.estimate, at), (sign * 3, 0),
                     across="left" if sign > 0 else "right", strong=strong, numbers=True)  # fmt: skip


def _groups(estimates: Estimates, axis: str, *needed: str) -> list[tuple[Estimate, dict[Any, Estimate]]]:
    found: dict[Any, dict[Any, Estimate]] = {}
    for e in estimates:
        key = tuple((k, v) for k, v in e.segment.items() if k != axis)
        found.setdefault(key, {})[e.segment.get(axis)] = e
    for bands in found.values():
        for name in needed:
            if name not in bands:
                raise DefinitionError(
                    f"There is no band '{name}' to draw",
                    f"The bands are {listing(bands, 'and')}",
                    "Name two of them as left= and right=",
                )
    return [(next(iter(bands.values())), bands) for bands in found.values()]


def _group(said: Spoken, e: Estimate, axis: str) -> str:
    """Whose bands these are, without the band."""
    return said.place(replace(e, segment=Facts({key: value for key, value in e.segment.items() if key != axis})))


def _namer(said: Spoken, axis: str) -> Any:
    return lambda e: said.part(axis, e.segment[axis])
