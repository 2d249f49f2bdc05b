"""The two families in which everything is set and drawn, and where their files lie; nothing is set in another font."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from cxlab.errors import ReportError

TEXT, FIGURES = "Be Vietnam Pro", "IBM Plex Sans Arabic"
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
            f"looked for the package '{distribution}'",
            f"Install it: python -m pip install {distribution}",
        ) from None
    file = folder / f"{family.replace(' ', '')}-{WEIGHTS[weight]}.ttf"
    if not file.is_file():
        raise ReportError(
            f"The font {family} is incomplete",
            f"no file {file.name} in the package '{package}'",
            "Install the package anew: python -m pip install --force-reinstall " + package.replace("_", "-"),
        )
    return file
