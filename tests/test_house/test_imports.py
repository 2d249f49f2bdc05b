"""Imports go down one list of rooms, so that a page can be traced to its rows and no room knows who uses it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cxlab"
ROOMS = [
    "errors", "units", "words", "rows", "tally", "interval", "estimate", "metric", "metrics", "compare", "show",
    "report", "cli", "_face", "__init__", "__main__",
]  # fmt: skip
# The one exception: an answer offers its pictures and comparisons as methods, and loads them when they are asked for.
LAZY = {("estimate", "Estimates", name) for name in ("compare", "plot", "table", "say")}


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(
    tree: ast.AST, scope: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], int, ast.Import | ast.ImportFrom]]:
    """Every import below `tree`, with the classes and functions around it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield scope, node.lineno, node
        named = isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        yield from imports(node, (*scope, node.name) if named else scope)


def modules(node: ast.Import | ast.ImportFrom, path: Path) -> list[str]:
    """Dotted names that an import reaches, relative ones resolved."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        package = list(path.relative_to(ROOT).with_suffix("").parts)[: -node.level]
        base = ".".join([*package, base] if base else package)
    if base == "cxlab":
        return [f"cxlab.{alias.name}" for alias in node.names]
    return [base]


def breaches(path: Path, text: str) -> list[str]:
    room = room_of(path)
    found = []
    for scope, line, node in imports(ast.parse(text)):
        for name in modules(node, path):
            top, _, rest = name.partition(".")
            place = f"{path.relative_to(ROOT)}:{line} imports {name}"
            if top == "cxlab":
                target = rest.split(".")[0]
                if target not in ROOMS:
                    found.append(f"{place}: not a room; rooms import from rooms, not from the public face")
                elif ROOMS.index(target) > ROOMS.index(room) and (room, *scope) not in LAZY:
                    found.append(f"{place}: '{room}' stands before '{target}'")
                elif room == "interval" and target not in ("interval", "errors"):
                    found.append(f"{place}: an interval sees numbers, never rows, words or tallies")
            elif room == "interval" and not fit_for_intervals(node, name):
                found.append(f"{place}: intervals need numpy and scipy.special only")
    return found


def fit_for_intervals(node: ast.Import | ast.ImportFrom, name: str) -> bool:
    top = name.split(".")[0]
    special = (
        isinstance(node, ast.ImportFrom) and name == "scipy" and {alias.name for alias in node.names} == {"special"}
    )
    return special or top in {*sys.stdlib_module_names, "numpy"} or name.startswith("scipy.special")


def test_every_file_stands_in_a_room_of_the_list() -> None:
    unknown = {room_of(path) for path in PACKAGE.rglob("*.py")} - set(ROOMS)
    assert not unknown, f"not in the list of rooms: {sorted(unknown)}"


def test_imports_go_down_the_list() -> None:
    found = [
        breach
        for path in sorted(PACKAGE.rglob("*.py"))
        if room_of(path) in ROOMS
        for breach in breaches(path, path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_upward_imports_are_seen_wherever_they_hide() -> None:
    upward = PACKAGE / "rows" / "invented.py"
    assert breaches(upward, "from cxlab.show import plot")
    assert breaches(upward, "def f():\n    from cxlab.tally import counts")
    assert breaches(upward, "from ..report import plan")
    assert breaches(upward, "from cxlab import nps")
    assert breaches(upward, "import cxlab")
    assert not breaches(upward, "from cxlab import errors\nfrom cxlab.words.locale import locale\nfrom . import read")
    assert breaches(PACKAGE / "interval" / "invented.py", "import pandas")
    assert breaches(PACKAGE / "interval" / "invented.py", "from cxlab.words import locale")
    assert not breaches(PACKAGE / "interval" / "invented.py", "import numpy as np\nfrom scipy import special")


def test_only_the_four_methods_of_estimates_may_import_upwards() -> None:
    inside = "class Estimates:\n    def {}(self):\n        from cxlab.show import tables"
    assert not breaches(PACKAGE / "estimate.py", inside.format("table"))
    assert breaches(PACKAGE / "estimate.py", inside.format("receipt"))
    assert breaches(PACKAGE / "metric.py", inside.format("table"))
