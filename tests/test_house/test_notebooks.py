"""Notebooks are sources: stored stripped of what running leaves, and each beside a text twin that says the same."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from typing import Any

import jupytext
import nbformat

ROOT = Path(__file__).resolve().parents[2]
EXITS = {"exit", "quit", "_exit"}


def notebooks() -> list[Path]:
    found = sorted((ROOT / "notebooks").rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def strip_script() -> Any:
    spec = importlib.util.spec_from_file_location("strip_notebooks", ROOT / ".ci" / "strip_notebooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cells(notebook: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(cell.cell_type, cell.source.strip(), tuple(cell.metadata.get("tags", ()))) for cell in notebook.cells]


def calls_of_exit(source: str) -> bool:
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))]
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.Name) and node.id in EXITS:
            return True
        if isinstance(node, ast.Attribute) and node.attr in EXITS:
            return True
    return False


def test_notebooks_hold_no_outputs_counts_or_paths() -> None:
    stripped = strip_script().stripped
    found = [
        str(path.relative_to(ROOT))
        for path in notebooks()
        if stripped(path.read_text(encoding="utf-8")) != path.read_text(encoding="utf-8")
    ]
    assert not found, f"run `make format`; not stripped: {', '.join(found)}"


def test_each_notebook_and_its_text_say_the_same() -> None:
    found = []
    for path in notebooks():
        twin = path.with_suffix(".py")
        if not twin.exists() or cells(jupytext.read(twin)) != cells(nbformat.read(path, as_version=4)):
            found.append(str(path.relative_to(ROOT)))
    found += [
        str(path.relative_to(ROOT))
        for path in (ROOT / "notebooks").rglob("*.py")
        if not path.with_suffix(".ipynb").exists()
    ]
    assert not found, f"run `make format`; not paired: {', '.join(found)}"


def test_no_notebook_leaves_by_the_back_door() -> None:
    """`exit()` ends a kernel in the middle of a report that would then look finished."""
    found = [
        str(path.relative_to(ROOT))
        for path in notebooks()
        for kind, source, _ in cells(nbformat.read(path, as_version=4))
        if kind == "code" and calls_of_exit(source)
    ]
    assert not found, f"exit or quit in: {', '.join(found)}"


def test_what_running_leaves_is_stripped() -> None:
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "mine", "display_name": "Mine"}, "widgets": {}}
    )
    output = nbformat.v4.new_output("stream", text="/home/ann/secret.csv")
    metadata = {"tags": ["parameters"], "execution": {"iopub": "2026-01-01"}}
    notebook.cells = [nbformat.v4.new_code_cell("1", outputs=[output], execution_count=3, metadata=metadata)]
    stripped = strip_script().stripped(nbformat.writes(notebook))
    assert "ann" not in stripped
    assert "2026" not in stripped
    assert "Mine" not in stripped
    assert nbformat.reads(stripped, as_version=4).cells[0].metadata == {"tags": ["parameters"]}


def test_exits_are_seen() -> None:
    assert calls_of_exit("if x:\n    exit()")
    assert calls_of_exit("import sys\nsys.exit(1)")
    assert calls_of_exit("%time x\nquit")
    assert not calls_of_exit("existing = 1")
