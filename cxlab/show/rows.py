"""Figures made of rows: names at the start edge, intervals on one number line, numbers at the end edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from cxlab.show.canvas import FOOT, ROW, Canvas, grid, point
from cxlab.show.scale import Scale
from cxlab.show.theme import GREY, INK, INK_2, RULE

_NAME, _GAP, _EDGE = 28.0, 2.2, 0.6


@dataclass(frozen=True)
class Mark:
    """One row: its name and numbers, and the words for them. Without a number its words stand alone."""

    name: str
    estimate: float | None
    low: float | None
    high: float | None
    value: str
    limits: str
    hollow: bool = False
    total: bool = False
    strong: bool = False


@dataclass(frozen=True)
class Layout:
    """Where the three columns of a drawing of rows lie, in millimetres from the left."""

    left: float
    right: float
    name: float
    value: float
    limits: float
    name_align: str
    value_align: str
    limits_align: str
    room: float


def height_of(rows: int) -> float:
    """Height of a figure of so many rows, in millimetres."""
    return rows * ROW + FOOT + 1.0


def layout(canvas: Canvas, marks: Sequence[Mark]) -> Layout:
    """Columns wide enough for their words; right to left they change sides, the number line does not turn round."""
    room = min(_NAME, max(canvas.wide(mark.name, strong=mark.total or mark.strong) for mark in marks) + 0.6)
    if all(not mark.name for mark in marks):
        room = 0.0
    numbers = [canvas.wide(mark.value, strong=True, numbers=True) for mark in marks if _is_number(mark)]
    value = max(numbers, default=0.0)
    fine = canvas.theme.fine
    limits = max(canvas.wide(mark.limits, fine, numbers=True) for mark in marks)
    if canvas.theme.mirrored:
        edge = canvas.width - _EDGE
        return Layout(
            limits + value + 2 * _GAP + 4, edge - room - _GAP - 2, edge, limits + _GAP + value + _EDGE, limits + _EDGE,
            "right", "right", "right", room,
        )  # fmt: skip
    edge = canvas.width - _EDGE - limits
    return Layout(room + _GAP + 1.5, edge - _GAP - value - 3.5, room, edge - _GAP, edge, "right", "right", "left", room)


def draw_rows(
    canvas: Canvas, marks: Sequence[Mark], scale: Scale, unit: str,
    drawn: Callable[[Axes, int, Mark], None], reference: float | None = None,
) -> None:  # fmt: skip
    """Rows from top to bottom, drawn by `drawn(axes, position, mark)`; `reference` is a dashed line through all."""
    where = layout(canvas, marks)
    bottom, top = FOOT, canvas.height - 0.5
    axes = canvas.axes(where.left, bottom, where.right, top)
    axes.set_ylim(len(marks) - 0.5, -0.5)
    grid(canvas, axes, scale, unit)
    if reference is not None:
        axes.axvline(reference, color=INK_2, linewidth=0.7, linestyle=(0, (3, 3)), zorder=1)
    for at, mark in enumerate(marks):
        y = bottom + (len(marks) - at - 0.5) / len(marks) * (top - bottom)
        if mark.total:
            edge = y + (0.5 if at else -0.5) / len(marks) * (top - bottom)
            axes.figure.add_artist(_rule(canvas, edge))
        strong = mark.total or mark.strong
        name, size = canvas.fitted(mark.name, where.room, ROW + 0.9, strong)
        canvas.text(where.name, y, name, align=where.name_align, strong=strong, size=size)
        drawn(axes, at, mark)
        if _is_number(mark):
            canvas.text(where.value, y, mark.value, align=where.value_align, strong=True, numbers=True)
            canvas.text(
                where.limits,
                y,
                mark.limits,
                align=where.limits_align,
                size=canvas.theme.fine,
                colour=INK_2,
                numbers=True,
            )
        else:
            middle = (where.left + where.right) / 2
            canvas.text(middle, y, mark.value, align="center", colour=INK_2, ground=True)


def interval(canvas: Canvas, axes: Axes, at: int, mark: Mark) -> None:
    """An interval bar with its point; pale with an edge and hollow where no verdict can be given."""
    if mark.estimate is None:
        return
    theme = canvas.theme
    low = axes.get_xlim()[0] if mark.low is None else mark.low
    high = axes.get_xlim()[1] if mark.high is None else mark.high
    tone = INK if mark.total else theme.series
    if mark.low is not None or mark.high is not None:
        fill = theme.pale if mark.hollow else GREY if mark.total else theme.mid
        axes.barh(at, high - low, left=low, height=0.34, color=fill, edgecolor=theme.mid if mark.hollow else "none",
                  linewidth=0.6 if mark.hollow else 0, zorder=2)  # fmt: skip
    point(axes, mark.estimate, at, tone, mark.hollow)


def _rule(canvas: Canvas, y: float) -> Line2D:
    return Line2D([0, 1], [y / canvas.height] * 2, transform=canvas.figure.transFigure, color=RULE, linewidth=0.7)


def _is_number(mark: Mark) -> bool:
    return mark.estimate is not None
