"""A figure: what is drawn, its words, and its alternative text made from the same numbers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from cxlab.show.canvas import DPI, WIDTH, Canvas
from cxlab.show.display import displayed
from cxlab.show.theme import MM, Theme
from cxlab.words.locale import Locale, locale


@dataclass(frozen=True)
class Figure:
    """One figure at one column's width (86 mm): the drawing is a picture, its words are text.

    `title` says the finding, `subtitle` what is drawn, `note` and `base` stand under it. `describe` makes the
    alternative text in any of the languages.
    """

    kind: str
    title: str
    subtitle: str
    note: str
    base: str
    theme: Theme
    height: float
    draw: Callable[[Canvas], None] = field(repr=False)
    describe: Callable[[Locale], str] = field(repr=False)
    number: int | None = None

    def png(self) -> bytes:
        """The drawing as PNG: 745 pixels wide, 128 colours; the same numbers give the same bytes."""
        with self.theme.drawing():
            return self._canvas().png()

    def svg(self) -> str:
        """The drawing as SVG, letters as outlines; the same numbers give the same text."""
        with self.theme.drawing():
            return self._canvas().svg()

    def alt(self, code: str | None = None) -> str:
        """What a reader who cannot see it is told: what is drawn, the finding, and its numbers."""
        return self.describe(locale(code) if code else self.theme.words)

    def titled(self, title: str, number: int | None = None) -> Figure:
        """The same figure with a finding of your own, and the number it has in a report."""
        return replace(self, title=title, number=self.number if number is None else number)

    def html(self, vector: bool = False) -> str:
        """The figure as HTML: caption, picture with alternative text, note and base."""
        words = self.theme.words
        title = (
            self.title if self.number is None else f"{words.message('report.figure', number=self.number)}. {self.title}"
        )
        data, kind = (self.svg().encode(), "svg+xml") if vector else (self.png(), "png")
        width, height = (round(mm * MM * 96) for mm in (WIDTH, self.height))
        under = "".join(
            f'<p class="{name}">{escape(text)}</p>' for name, text in (("note", self.note), ("base", self.base)) if text
        )
        return (
            f'<figure class="cx-{self.kind}" lang="{words.code}" dir="{words.direction}">'
            f"<figcaption><h3>{escape(title)}</h3>"
            f"<p>{escape(self.subtitle)}</p></figcaption>"
            f'<img src="data:image/{kind};base64,{base64.b64encode(data).decode()}" alt="{escape(self.alt())}" '
            f'width="{width}" height="{height}">{under}</figure>'
        )

    def __str__(self) -> str:
        return self.html()

    def _repr_html_(self) -> str:
        return displayed(self.html())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": self.alt()}

    def _canvas(self) -> Canvas:
        canvas = Canvas(self.theme, self.height)
        self.draw(canvas)
        return canvas


PIXELS = round(WIDTH * MM * DPI)
