"""How something looks in a notebook: the markup of the report on a sheet of paper with a style of its own."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


def displayed(html: str) -> str:
    """Markup of the house as a notebook shows it, legible in a light and a dark window; a report drops the style."""
    return f'<div class="cx-paper"><style>{_style()}</style>{html}</div>'


@cache
def _style() -> str:
    source = files("cxlab.show").joinpath("display.css").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)).strip()
