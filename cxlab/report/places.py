"""Where templates and notebooks lie: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path

from cxlab.errors import ReportError

PACKAGE = Path(__file__).resolve().parents[1]


def templates_folder() -> Path:
    """The folder of the nbconvert templates (`cx-html`, `cx-pdf`) and their stylesheet."""
    return _folder("templates")


def notebooks_folder() -> Path:
    """The folder of the report notebooks and tutorials."""
    return _folder("notebooks")


def _folder(name: str) -> Path:
    # A wheel carries the folders inside the package; a checkout has them at its root.
    candidates = (PACKAGE / "_assets" / name, PACKAGE.parent / name)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise ReportError(
        f"The {name} of cxlab are missing", f"no folder {name} in the package or beside it", "Install cxlab anew"
    )
