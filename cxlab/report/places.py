"""Where templates, notebooks and fonts lie: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from cxlab.errors import ReportError

PACKAGE = Path(__file__).resolve().parents[1]
FONT_PACKAGES = {"Be Vietnam Pro": "fontpkg_be_vietnam_pro", "IBM Plex Sans Arabic": "fontpkg_ibm_plex_sans_arabic"}
WEIGHTS = {400: "Regular", 600: "SemiBold"}


def templates_folder() -> Path:
    """The folder of the nbconvert templates (`cx-html`, `cx-pdf`) and their stylesheet."""
    return _folder("templates")


def notebooks_folder() -> Path:
    """The folder of the report notebooks and tutorials."""
    return _folder("notebooks")


def font_file(family: str, weight: int) -> Path:
    """The static font file of a family at weight 400 or 600; a report is set in no other font."""
    package = FONT_PACKAGES[family]
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


def _folder(name: str) -> Path:
    # A wheel carries the folders inside the package; a checkout has them at its root.
    candidates = (PACKAGE / "_assets" / name, PACKAGE.parent / name)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise ReportError(
        f"The {name} of cxlab are missing", f"no folder {name} in the package or beside it", "Install cxlab anew"
    )
