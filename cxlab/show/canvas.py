"""A drawing of one column's width: axes in millimetres, text in the right fonts and direction, no state left behind."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import matplotlib.figure
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from cxlab.estimate import Estimate
from cxlab.show.fonts import registered
from cxlab.show.scale import Scale
from cxlab.show.spoken import Spoken
from cxlab.show.theme import INK, INK_2, INK_3, MM, RULE, WHITE, Theme, contrast
from cxlab.show.typefaces import FIGURES, TEXT
from cxlab.words.locale import TIMES

WIDTH, DPI, COLOURS = 86.0, 220, 128
ROW, FOOT = 6.2, 6.0
_PLACES: dict[str, Any] = {"data": "data", "below": ("data", "axes fraction"), "beside": ("axes fraction", "data")}
_RLM, _LRM = "\u200f", "\u200e"
_UNSEEN = re.compile("[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e]")


class Canvas:
    """A drawing surface in millimetres from the bottom left; made inside `Theme.drawing()`."""

    def __init__(self, theme: Theme, height: float, width: float = WIDTH) -> None:
        self.theme, self.width, self.height = theme, width, height
        self.figure = matplotlib.figure.Figure(figsize=(width * MM, height * MM), dpi=DPI)
        self._agg = FigureCanvasAgg(self.figure)

    def axes(self, left: float, bottom: float, right: float, top: float) -> Axes:
        """Axes between four edges, each in millimetres from the left or the bottom; bare of ticks and frame."""
        box = (left / self.width, bottom / self.height, (right - left) / self.width, (top - bottom) / self.height)
        axes = self.figure.add_axes(box)
        axes.set_xticks([])
        axes.set_yticks([])
        return axes

    def text(
        self, x: float, y: float, said: str, *, align: str = "left", size: float | None = None, strong: bool = False,
        colour: str = INK, numbers: bool = False, upright: str = "center",
        ground: bool = False,
    ) -> None:  # fmt: skip
        """Words at a place in millimetres; `ground` keeps lines from running through them."""
        box = {"facecolor": WHITE, "edgecolor": "none", "pad": 1.0} if ground else None
        self.figure.text(
            x / self.width, y / self.height, self.directed(said), ha=align, va=upright, color=colour, bbox=box,
            linespacing=1.05, **self.font(size, strong, numbers),
        )  # fmt: skip

    def label(
        self, axes: Axes, said: str, at: tuple[float, float], shift: tuple[float, float] = (0, 0), place: str = "data",
        *, across: str = "center", upright: str = "center", colour: str = INK, size: float | None = None,
        strong: bool = False, numbers: bool = False,
    ) -> None:  # fmt: skip
        """Words beside the data they name, `shift` points away. `place` "below" and "beside" count one side of `at` in
        shares of the axes, for names under and at the end of a drawing.
        """
        axes.annotate(
            self.directed(said), at, shift, _PLACES[place], "offset points", ha=across, va=upright, color=colour,
            linespacing=1.25, zorder=6, annotation_clip=False, **self.font(size, strong, numbers),
        )  # fmt: skip

    def font(self, size: float | None = None, strong: bool = False, numbers: bool = False) -> dict[str, Any]:
        """What matplotlib's text needs to know; words are never read as formulas, whatever signs are in them."""
        names = registered()
        first = FIGURES if numbers or self.theme.mirrored else TEXT
        family = [names[first], *(name for name in names.values() if name != names[first])]
        return {
            "fontsize": size or self.theme.size,
            "fontweight": 600 if strong else 400,
            "fontfamily": family,
            "parse_math": False,
        }

    def directed(self, said: str) -> str:
        """The words with unseen marks taken out; Persian ones begin with U+200F, without which "a to b" turns round."""
        said = _UNSEEN.sub(" ", said)
        if not self.theme.mirrored:
            return said
        return "\n".join(_RLM + line if line else line for line in said.split("\n"))

    def wide(self, said: str, size: float | None = None, strong: bool = False, numbers: bool = False) -> float:
        """Width of words in millimetres."""
        return float(self._box(said, size, strong, numbers).width) / DPI / MM

    def _box(self, said: str, size: float | None = None, strong: bool = False, numbers: bool = False) -> Any:
        text = self.figure.text(0, 0, self.directed(said), linespacing=1.05, **self.font(size, strong, numbers))
        box = text.get_window_extent(self._agg.get_renderer())
        text.remove()
        return box

    def fitted(self, name: str, room: float, tall: float, strong: bool = False) -> tuple[str, float]:
        """A name and its size in a field of `room` by `tall` millimetres: two lines, in small type where they are too
        tall, or one where that is too tall as well. A Latin name keeps its signs and its ellipsis at their ends.
        """
        theme = self.theme
        for size in (theme.size, theme.fine):
            said = self.wrapped(name, room, size, strong)
            if "\n" not in said or self._box(said, size, strong).height / DPI / MM <= tall:
                return self._own(said), size
        return self._own(self.cut(name, room, theme.fine, strong)), theme.fine

    def _own(self, name: str) -> str:
        """A Latin name of a Persian drawing, with marks of its own direction where its ends are signs."""
        kinds = [unicodedata.bidirectional(mark) for mark in name]
        if not self.theme.mirrored or next((kind for kind in kinds if kind in ("L", "R", "AL")), "") != "L":
            return name
        lines = name.split("\n")
        signs = any(
            unicodedata.bidirectional(end) not in ("L", "EN") for line in lines for end in (line[:1], line[-1:])
        )
        return "\n".join(f"{_LRM}{line}{_LRM}" for line in lines) if signs else name

    def wrapped(self, name: str, room: float, size: float | None = None, strong: bool = False) -> str:
        """A name in at most two lines that fit into `room` millimetres; what is longer ends in an ellipsis."""
        if self.wide(name, size, strong) <= room:
            return name
        lines, words = [""], name.split()
        for word in words:
            longer = f"{lines[-1]} {word}".strip()
            if not lines[-1] or self.wide(longer, size, strong) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        if len(lines) > 2:
            lines = [lines[0], " ".join(lines[1:])]
        return "\n".join(self.cut(line, room, size, strong) for line in lines)

    def cut(self, line: str, room: float, size: float | None = None, strong: bool = False) -> str:
        """A line that fits into `room` millimetres, ending in an ellipsis where it was too long."""
        if self.wide(line, size, strong) <= room:
            return line
        while line and self.wide(line + "…", size, strong) > room:
            line = line[:-1]
        return line.rstrip() + "…"

    def said(self, scale: Scale, tick: float, unit: str) -> str:
        """A tick in words."""
        factor = TIMES[scale.time] if scale.time else 0.01 if unit in ("share", "ratio", "percentage points") else 1
        text = self.theme.words.number(tick / factor, scale.decimals)
        return self.theme.words.percent(tick, scale.decimals) if unit in ("share", "ratio") else text

    def png(self) -> bytes:
        """The drawing as a PNG of 128 colours, the same bytes for the same drawing."""
        self._agg.draw()
        pixels = np.asarray(self._agg.buffer_rgba())
        image = Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
        # A median cut would falsify rare colours, and the rare ones are those that carry a verdict.
        flat = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        out = io.BytesIO()
        flat.save(out, "PNG", optimize=True)
        return out.getvalue()

    def svg(self) -> str:
        """The drawing as SVG with its letters as outlines."""
        out = io.StringIO()
        self.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        return out.getvalue()


def grid(
    canvas: Canvas, axes: Axes, scale: Scale, unit: str, across: bool = True, mirrored: bool | None = None
) -> None:
    """Grid lines and their numbers: under the drawing where it runs across, else at the start edge of the language."""
    theme = canvas.theme
    span = (scale.low, scale.high)
    if across:
        axes.set_xlim(*span)
    else:
        axes.set_ylim(*span)
    for tick in scale.ticks:
        heavy = tick == 0 and scale.low < 0
        line = axes.axvline if across else axes.axhline
        line(tick, color=INK_3 if heavy else RULE, linewidth=0.8 if heavy else 0.5, zorder=0.5)
        said = canvas.said(scale, tick, unit)
        if across:
            canvas.label(
                axes, said, (tick, 0), (0, -5), "below", upright="top", colour=INK_3, size=theme.fine, numbers=True
            )
        else:
            side = 1 if (theme.mirrored if mirrored is None else mirrored) else 0
            shift, align = (4, "left") if side else (-4, "right")
            canvas.label(axes, said, (side, tick), (shift, 0), "beside", across=align, colour=INK_3, size=theme.fine,
                         numbers=True)  # fmt: skip


def point(axes: Axes, x: float, y: float, colour: str, hollow: bool = False, size: float = 4.6) -> None:
    """An estimate: filled, or hollow where it is unclear or its base is small."""
    axes.plot([x], [y], "o", markersize=size, markerfacecolor=WHITE if hollow else colour, zorder=4, clip_on=False,
              markeredgecolor=colour if hollow else WHITE, markeredgewidth=0.9 if hollow else 0.7)  # fmt: skip


def shade(ground: str) -> str:
    """The ink that can be read best on a ground of this colour."""
    return max((INK, WHITE), key=lambda ink: contrast(ink, ground))


def nothing(canvas: Canvas, axes: Axes, spoken: Spoken, items: Sequence[Estimate]) -> bool:
    """Whether there is nothing to draw; the reason then stands in the middle of the empty axes."""
    if any(e.estimate is not None for e in items):
        return False
    said = " · ".join(dict.fromkeys(spoken.state(e) for e in items))
    box = axes.get_position()
    x, y = (box.x0 + box.width / 2) * canvas.width, (box.y0 + box.height / 2) * canvas.height
    canvas.text(x, y, said, align="center", colour=INK_2, ground=True)
    return True
