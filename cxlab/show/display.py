"""How something looks in a notebook: the markup of the report on a sheet of paper with a style of its own."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib.resources import files

from cxlab.words.locale import locale


def displayed(html: str) -> str:
    """Markup of the house as a notebook shows it, legible in a light and a dark window; a report drops the style."""
    return f'<div class="cx-paper"><style>{_style()}</style>{html}</div>'


class Said(str):
    """Sentences in one language: plain text, which a notebook shows as a paragraph and not as quoted code."""

    code: str

    def __new__(cls, text: str, code: str = "en") -> Said:
        made = super().__new__(cls, text)
        made.code = code
        return made

    def _repr_html_(self) -> str:
        return (
            f'<p lang="{self.code}" dir="{locale(self.code).direction}" style="line-height: 1.5; max-width: 1040px">'
            f"{escape(self)}</p>"
        )


@cache
def _style() -> str:
    source = files("cxlab.show").joinpath("display.css").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)).strip()
