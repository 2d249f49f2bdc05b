"""How matplotlib gets to know the two families in which everything is drawn."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from matplotlib import get_data_path
from matplotlib.font_manager import FontEntry, fontManager

from cxlab.show.typefaces import PACKAGES, WEIGHTS, font_file

LAST = "DejaVu Sans"


@cache
def registered() -> dict[str, str]:
    """The name under which matplotlib draws each family, after adding their two weights to its list.

    The names are our own, so that an installed copy of the same family, with other weights, is never taken instead.
    """
    names = {}
    for family in PACKAGES:
        names[family] = f"cxlab {family}"
        for weight in WEIGHTS:
            entry = FontEntry(
                fname=str(font_file(family, weight)), name=names[family], style="normal", variant="normal",
                weight=weight, stretch="normal", size="scalable",
            )  # fmt: skip
            fontManager.ttflist.append(entry)
    # For letters that neither family has, such as Greek names: the font that comes with matplotlib.
    names[LAST] = f"cxlab {LAST}"
    for weight, file in ((400, "DejaVuSans.ttf"), (600, "DejaVuSans-Bold.ttf")):
        path = Path(get_data_path()) / "fonts" / "ttf" / file
        fontManager.ttflist.append(
            FontEntry(
                fname=str(path), name=names[LAST], style="normal", variant="normal", weight=weight, stretch="normal",
                size="scalable",
            )
        )  # fmt: skip
    return names
