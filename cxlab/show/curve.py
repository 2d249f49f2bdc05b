"""How many stay: the share that is left after so many days, as steps with the band of its intervals."""

from __future__ import annotations

from typing import Any

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimate, Estimates
from cxlab.show import told
from cxlab.show.canvas import Canvas, grid, nothing
from cxlab.show.named import SMALL_BASE
from cxlab.show.picture import Figure
from cxlab.show.scale import Scale, round_ticks, scale
from cxlab.show.spoken import Spoken, sentence
from cxlab.show.theme import INK_2, INK_3, Theme
from cxlab.show.told import Told

AT, HEIGHT, MOST = "at", 50.0, 4
_DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (2, 1.5)), (0, (1, 1)))


def curve(estimates: Estimates, theme: Theme, *, small_base: int = SMALL_BASE, title: str | None = None) -> Figure:
    """One to four groups along the axis `at`, in days, each named at its end; the band is drawn for one alone."""
    spoken = told.spoken_for(theme, estimates, small_base)
    groups = _groups(estimates)
    if len(groups) > MOST:
        raise DefinitionError(
            f"More than {MOST} curves cannot be told apart",
            f"There are {len(groups)} groups",
            "Draw fewer, or one figure each",
        )
    # Where most stay, curves from zero would lie upon each other at the top: these shares show their range, and say so.
    numbers = scale([1.0, *(x for e in estimates for x in (e.estimate, e.low))], estimates[0].unit)

    def draw(canvas: Canvas) -> None:
        _draw(canvas, groups, spoken, numbers)

    def tell(said: Spoken) -> Told:
        words, first = said.words, estimates[0]
        drawn = words.message("draws.curve", metric=said.metric(first.metric), level=said.level(first.level))
        finding = told.finding(said, [g[-1] for g in groups], said.place, said.measured(groups[0][-1]))
        alt = told.alt(words, drawn, finding, told.points(said, estimates, said.segment, len(groups) == 1))
        ends = [words.percent(x, 0) for x in (numbers.low, numbers.high)]
        note = sentence(words, [told.scale_note(said, ends[0], ends[1], numbers.low <= 0)])
        return Told(finding, drawn, alt, note, told.bases(said, [g[0] for g in groups]))

    return told.figure("curve", theme, HEIGHT, spoken, tell, draw, title)


def _draw(canvas: Canvas, groups: list[list[Estimate]], spoken: Spoken, numbers: Scale) -> None:
    theme = canvas.theme
    unit = groups[0][0].unit
    names = [spoken.place(group[0]) for group in groups]
    ends = [spoken.value(group[-1]) for group in groups]
    said = [f"{name} {end}".strip() for name, end in zip(names, ends, strict=True)]
    axis = max(canvas.wide(canvas.said(numbers, tick, unit), theme.fine, numbers=True) for tick in numbers.ticks) + 3
    beside = min(26.0, max(canvas.wide(name) for name in said)) + 2.5
    # A curve is named where it ends, and time runs to the right in every language.
    left, right = axis, canvas.width - beside
    axes = canvas.axes(left, 9.5, right, canvas.height - 2.5)
    last = max(float(group[-1].segment[AT]) for group in groups)
    axes.set_xlim(0, last)
    grid(canvas, axes, numbers, unit, across=False, mirrored=False)
    for at, group in enumerate(groups):
        shown = [e for e in group if e.estimate is not None]
        x = [0.0, *(float(e.segment[AT]) for e in shown)]
        y = [1.0, *(e.estimate or 0.0 for e in shown)]
        if len(groups) == 1 and all(e.low is not None and e.high is not None for e in shown):
            low, high = [1.0, *(e.low or 0.0 for e in shown)], [1.0, *(e.high or 0.0 for e in shown)]
            axes.fill_between(x, low, high, step="post", color=theme.pale, linewidth=0, zorder=1)
        axes.step(
            x, y, where="post", color=theme.series if at == 0 else INK_3, linestyle=_DASHES[at], linewidth=1.2, zorder=3
        )
    ends_at = [
        (numbers.share(group[-1].estimate or 0.0), name)
        for group, name in zip(groups, said, strict=True)
        if group[-1].estimate is not None or any(e.estimate is not None for e in group)
    ]
    nothing(canvas, axes, spoken, [e for group in groups for e in group])
    fitted = {name: canvas.fitted(name, beside - 2.0, 7.1) for _, name in ends_at if name}
    least = 0.2 if any("\n" in name for name, _ in fitted.values()) else 0.12 if theme.mirrored else 0.09
    for end, name in apart([one for one in ends_at if one[1]], least):
        place, (text, size) = (1, numbers.low + end * (numbers.high - numbers.low)), fitted[name]
        canvas.label(axes, text, place, (4, 0), "beside", across="left", size=size)
    for day in round_ticks(0.0, last):
        if day <= last:
            canvas.label(axes, theme.words.count(day), (day, 0), (0, -4), "below", upright="top", colour=INK_3,
                         size=theme.fine, numbers=True)  # fmt: skip
    canvas.text((left + right) / 2, 0.3, spoken.head(AT, groups[0][0]), size=theme.fine, colour=INK_2, align="center",
                upright="bottom")  # fmt: skip


def apart(ends: list[tuple[float, str]], least: float = 0.09) -> list[tuple[float, str]]:
    """The names at the ends of lines, as shares of the axis, pushed apart so that none covers another or leaves it.

    >>> [round(y, 2) for y, _ in apart([(0.97, "b"), (0.95, "a"), (0.1, "c")])]
    [0.1, 0.91, 1.0]
    """
    placed: list[tuple[float, str]] = []
    for y, name in sorted(ends):
        placed.append((max(y, placed[-1][0] + least) if placed else y, name))
    highest = 1.0
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i][0], highest), placed[i][1]
        highest = placed[i][0] - least
    return placed


def _groups(estimates: Estimates) -> list[list[Estimate]]:
    found: dict[Any, list[Estimate]] = {}
    for e in estimates:
        found.setdefault(tuple((k, v) for k, v in e.segment.items() if k != AT), []).append(e)
    return list(found.values())
