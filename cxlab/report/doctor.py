"""A look at the machine: whether everything that a report needs is here and works."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from cxlab.errors import ReportError
from cxlab.report import places
from cxlab.show import typefaces

NEEDED = (
    "numpy", "scipy", "narwhals", "duckdb", "pandas", "pyarrow", "matplotlib", "seaborn", "papermill", "nbconvert",
    "ipykernel", "weasyprint", "icu4py", "persiantools", "pypdf", "nh3",
)  # fmt: skip
PAGE = '<!doctype html><html lang="en"><head><title>A page</title></head><body><p>A page</p></body></html>'


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is good, and what was seen."""

    what: str
    good: bool
    seen: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.good else 'FAIL'} {self.what}: {self.seen}"


def examine() -> Iterator[Finding]:
    """Look at each thing in turn; a look that fails in whatever way is a finding, never an end."""
    looks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("Python", _python),
        ("packages", _packages),
        ("time zones", _zones),
        ("fonts", _fonts),
        ("templates", lambda: str(places.templates_folder())),
        ("notebooks", look_for_notebooks),
        ("temporary folder", _temporary),
        ("PDF", _pdf),
    )
    for what, look in looks:
        try:
            yield Finding(what, True, look())
        except Exception as error:  # noqa: BLE001  (the doctor names every ill, known or not)
            yield Finding(what, False, f"{type(error).__name__}: {error}")


def _python() -> str:
    return f"{platform.python_version()} at {sys.executable}"


def _packages() -> str:
    for name in NEEDED:
        import_module(name)
    return f"{len(NEEDED)} load"


def _zones() -> str:
    from cxlab.rows.periods import zone

    return ", ".join(str(zone(name)) for name in ("Asia/Ho_Chi_Minh", "Asia/Tehran"))


def _fonts() -> str:
    found = [typefaces.font_file(family, weight) for family in typefaces.PACKAGES for weight in typefaces.WEIGHTS]
    return ", ".join(path.stem for path in found)


def look_for_notebooks() -> str:
    """The names of the report notebooks; an error where there are none."""
    names = sorted(path.stem for path in (places.notebooks_folder() / "reports").glob("*.ipynb"))
    if not names:
        raise ReportError(
            "There are no report notebooks", f"looked in {places.notebooks_folder()}", "Install cxlab anew"
        )
    return ", ".join(names)


def _temporary() -> str:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "file").write_bytes(b"written")
        return folder.rpartition("/")[0]


def _pdf() -> str:
    import weasyprint

    return f"WeasyPrint {weasyprint.__version__} made {len(weasyprint.HTML(string=PAGE).write_pdf()):,} bytes"
