"""A table as a value: columns, rows and notes, from which HTML, a workbook or a test can be made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import Any

from cxlab.show.display import displayed
from cxlab.show.scale import Scale
from cxlab.show.theme import GREY, INK, INK_2, INK_3, RULE, WHITE, Theme
from cxlab.words.locale import TIMES

GLYPH = 180.0
SHORT = 14  # rows
_KINDS = {
    "number": "n",
    "value": "n strong",
    "interval": "n iv",
    "letter": "letter",
    "letters": "letters",
    "verdict": "vs",
    "glyph": "glyph",
}


@dataclass(frozen=True)
class Column:
    """A column: its key for machines, its head in words, and its kind, which decides edge and weight."""

    key: str
    head: str
    kind: str = "words"


@dataclass(frozen=True)
class Cell:
    """A cell: the number or text behind it, its words, and finished markup where it is more than words."""

    value: Any
    text: str
    markup: str = ""
    own: bool = False

    def html(self) -> str:
        """The cell's content; words are escaped, and those of the data stand in their own direction."""
        if self.markup:
            return self.markup
        return f'<bdi dir="auto">{escape(self.text)}</bdi>' if self.own else escape(self.text)


@dataclass(frozen=True)
class Row:
    """A row of cells, one for each column; `total` closes a table, `small` has a base too small for a verdict."""

    cells: tuple[Cell, ...]
    total: bool = False
    small: bool = False


@dataclass(frozen=True, repr=False)
class Table:
    """A table of estimates or differences with its caption, columns, rows and the line of its definition."""

    title: str
    subtitle: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    theme: Theme
    name: str
    ticks: tuple[tuple[float, str], ...] = ()
    number: int | None = None

    def titled(self, title: str, number: int | None = None) -> Table:
        """The same table with a finding of your own, and the number it has in a report."""
        return replace(self, title=title, number=self.number if number is None else number)

    def records(self) -> list[dict[str, Any]]:
        """The rows with their numbers as numbers, by the columns' keys; the drawn column is left out."""
        keep = [(at, column.key) for at, column in enumerate(self.columns) if column.kind != "glyph"]
        return [{key: row.cells[at].value for at, key in keep} for row in self.rows]

    def html(self) -> str:
        """The table as HTML, in the markup of the report's stylesheet."""
        words = self.theme.words
        figure = "" if self.number is None else f"{words.message('report.table', number=self.number)}. "
        head = "".join(self._head(column) for column in self.columns)
        body = "".join(self._row(row) for row in self.rows)
        notes = "".join(f'<p class="note">{escape(note)}</p>' for note in self.notes)
        kind = "wide short" if len(self.rows) <= SHORT else "wide"  # paper keeps what is short on one page
        return (
            f'<div class="{kind}" lang="{words.code}" dir="{words.direction}"><div class="caption" id="{self.name}">'
            f"<h3>{escape(figure + self.title)}</h3><p>{escape(self.subtitle)}</p></div>"
            f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{self.name}"><table class="forest">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{notes}</div>"
        )

    def __str__(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        lines = ["  ".join(cell.text for cell in row.cells if cell.text) for row in self.rows]
        return "\n".join([self.title, *lines])

    def _repr_html_(self) -> str:
        return displayed(self.html())

    def _head(self, column: Column) -> str:
        if column.kind == "glyph":
            ticks = "".join(f'<span style="left:{100 * at:.2f}%">{escape(said)}</span>' for at, said in self.ticks)
            return f'<td class="glyph"><div class="ticks" aria-hidden="true">{ticks}</div></td>'
        if column.kind == "letter":
            return '<td class="letter"></td>'
        kind = _KINDS.get(column.kind, "").replace(" strong", "")
        bidi = f'<bdi dir="auto">{escape(column.head)}</bdi>' if column.kind == "own" else escape(column.head)
        return f'<th scope="col"{_class(kind)}>{bidi}</th>'

    def _row(self, row: Row) -> str:
        cells, named = [], False
        for column, cell in zip(self.columns, row.cells, strict=True):
            if column.kind in ("words", "own") and not named:
                cells.append(f'<th scope="row">{cell.html()}</th>')
                named = True
            else:
                cells.append(f"<td{_class(_KINDS.get(column.kind, ''))}>{cell.html()}</td>")
        return f"<tr{_class('total' if row.total else 'small-base' if row.small else '')}>{''.join(cells)}</tr>"


def drawn(
    scale: Scale, theme: Theme, figures: tuple[float | None, float | None, float | None], said: str,
    *, hollow: bool = False, total: bool = False, reference: float | None = None,
) -> str:  # fmt: skip
    """An interval as an inline SVG of one table cell: grid, dashed reference, bar and point. Colours are attributes."""
    value, low, high = figures

    def x(number: float) -> str:
        return f"{GLYPH * min(1.0, max(0.0, scale.share(number))):.1f}"

    parts = [
        f'<path d="M{x(tick)} 0V24" stroke="{INK_3 if tick == 0 and scale.low < 0 else RULE}" stroke-width=".7"/>'
        for tick in scale.ticks
    ]
    if reference is not None:
        parts.append(f'<path d="M{x(reference)} 0V24" stroke="{INK_2}" stroke-width=".8" stroke-dasharray="3 3"/>')
    if value is not None:
        if low is not None or high is not None:
            left, right = (scale.low if low is None else low), (scale.high if high is None else high)
            fill, edge = (
                (GREY, "")
                if total
                else (theme.pale, f' stroke="{theme.mid}" stroke-width=".7"')
                if hollow
                else (theme.mid, "")
            )
            wide = float(x(right)) - float(x(left))
            parts.append(f'<rect x="{x(left)}" y="8.5" width="{wide:.1f}" height="7" fill="{fill}"{edge}/>')
        tone = INK if total else theme.series
        fill, edge, thick = (WHITE, tone, "1.4") if hollow else (tone, WHITE, "1")
        parts.append(f'<circle cx="{x(value)}" cy="12" r="3.7" fill="{fill}" stroke="{edge}" stroke-width="{thick}"/>')
    return f'<svg viewBox="-2 0 184 24" role="img"><title>{escape(said)}</title>{"".join(parts)}</svg>'


def tick_words(scale: Scale, theme: Theme, unit: str) -> tuple[tuple[float, str], ...]:
    """Where each tick stands over the drawn column, 0..1, and its words."""
    factor = TIMES[scale.time] if scale.time else 0.01 if unit in ("share", "ratio", "percentage points") else 1.0
    return tuple(
        ((2 + GLYPH * scale.share(tick)) / (GLYPH + 4), theme.words.number(tick / factor, scale.decimals))
        for tick in scale.ticks
    )


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""
