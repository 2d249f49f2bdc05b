"""The two families in which everything is drawn: where their files lie, and how matplotlib gets to know them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from matplotlib import get_data_path
from matplotlib.font_manager import FontEntry, fontManager

from cxlab.errors import ReportError

TEXT, FIGURES, LAST = "Be Vietnam Pro", "IBM Plex Sans Arabic", "DejaVu Sans"
PACKAGES = {TEXT: "fontpkg_be_vietnam_pro", FIGURES: "fontpkg_ibm_plex_sans_arabic"}
WEIGHTS = {400: "Regular", 600: "SemiBold"}


def font_file(family: str, weight: int) -> Path:
    """The static font file of a family at weight 400 or 600."""
    package = PACKAGES[family]
    try:
        folder = Path(import_module(package).__path__[0]) / "files"
    except ModuleNotFoundError:
        distribution = package.replace("_", "-")
        raise ReportError(
            f"The font {family} is not installed",
            f"Looked for the package '{distribution}'",
            f"Install it: python -m pip install {distribution}",
        ) from None
    return folder / f"{family.replace(' ', '')}-{WEIGHTS[weight]}.ttf"


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
