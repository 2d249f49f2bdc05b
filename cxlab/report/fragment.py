"""A piece of a page as HTML, which a notebook shows as the last thing in a cell."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from cxlab.show.display import displayed
from cxlab.show.table import SHORT


@dataclass(frozen=True)
class Fragment:
    """Finished markup; `text` is what a reader of plain text sees.

    `lacks` says that this stands for a part that the data do not give, and tells why; `kind` is the section that it
    would make by itself.
    """

    markup: str
    text: str = ""
    lacks: bool = False
    kind: str = ""

    def __str__(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return self.text or "(part of the page)"

    def _repr_html_(self) -> str:
        return displayed(self.markup)


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text."""
    return f"<p{f' class={chr(34)}{kind}{chr(34)}' if kind else ''}>{escape(text)}</p>"


def row(*cells: str, head: bool = False) -> str:
    """A row of a table from finished cells, the first of them its head."""
    first, *others = cells
    if head:
        return "<tr>" + "".join(f'<th scope="col">{cell}</th>' for cell in cells) + "</tr>"
    return f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others) + "</tr>"


def wide_table(name: str, kind: str, title: str, subtitle: str, head: str, body: str, tall: bool = False) -> str:
    """A full-width table under its caption; head and body are finished rows, `tall` where each has several lines."""
    whole = " short" if not tall and body.count("<tr") <= SHORT else ""  # paper keeps it on one page
    return (
        f'<div class="wide{whole}"><div class="caption" id="{name}"><h3>{escape(title)}</h3>{paragraph(subtitle)}</div>'
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{name}"><table class="{kind}">'
        f"<thead>{head}</thead><tbody>{body}</tbody></table></div></div>"
    )
