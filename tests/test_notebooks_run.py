"""Every notebook runs on the sample from a clean kernel, is short and only calls; one is run twice: the same bytes."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
BOOKS = ROOT / "notebooks"
NOTEBOOKS = sorted(p.relative_to(BOOKS) for p in BOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
TUTORIALS = (
    "first_steps", "segments", "change", "drivers", "weights", "big_data", "your_own_metric", "your_own_report",
)  # fmt: skip
LINES, SECONDS = 8, 60
STATEMENTS = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.If, ast.With)
SHOWN = ("execute_result", "display_data")


class ThisPython(AsyncKernelManager):
    """A kernel of the Python that runs the tests, whatever kernels the machine has, over sockets of its own folder."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self._kernel_spec = KernelSpec(argv=argv, display_name="this", language="python")


def executed(name: Path, folder: Path) -> Any:
    """A notebook after a run in a clean kernel and an empty folder."""
    notebook = nbformat.read(BOOKS / name, as_version=4)
    NotebookClient(
        notebook, timeout=SECONDS, kernel_manager_class=ThisPython, resources={"metadata": {"path": str(folder)}}
    ).execute()
    return notebook


def said(notebook: Any) -> list[Any]:
    """What each cell showed: data and text, without the ids that every run makes anew."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = {kind: text for kind, text in output.get("data", {}).items() if "widget" not in kind}
            found.append((cell.source, output.output_type, data, output.get("text")))
    return found


def code_cells(name: Path) -> Iterator[str]:
    for cell in nbformat.read(BOOKS / name, as_version=4).cells:
        if cell.cell_type == "code" and not cell.source.startswith("%%writefile"):  # that is a file, not a cell
            yield cell.source


def test_all_tutorials_are_there() -> None:
    there = {path.stem for path in NOTEBOOKS if path.parent.name == "tutorials"}
    assert there >= set(TUTORIALS)


@pytest.mark.parametrize("name", NOTEBOOKS, ids=str)
def test_notebooks_call_and_do_not_compute(name: Path) -> None:
    for source in code_cells(name):
        assert len(source.splitlines()) <= LINES, f"a cell of more than {LINES} lines: {source[:80]}"
        found = [type(node).__name__ for node in ast.walk(ast.parse(source)) if isinstance(node, STATEMENTS)]
        assert not found, f"{found[0]} in: {source[:80]}"


@pytest.mark.parametrize("name", NOTEBOOKS, ids=str)
def test_it_runs_on_the_sample_and_shows_one_thing_a_cell(name: Path, tmp_path: Path) -> None:
    notebook = executed(name, tmp_path)
    seen = 0
    for cell in notebook.cells:
        shown = [output for output in cell.get("outputs", ()) if output.output_type in SHOWN]
        spoken = [output for output in cell.get("outputs", ()) if output.output_type == "stream"]
        assert len(shown) + len(spoken) <= 1, f"more than one thing is shown by: {cell.source[:80]}"
        assert not [output.text for output in spoken if output.name == "stderr"]
        seen += len(shown)
    assert seen >= 4


def test_a_second_run_gives_the_same_bytes(tmp_path: Path) -> None:
    runs = []
    for number in ("one", "two"):
        (tmp_path / number).mkdir()
        runs.append(said(executed(Path("tutorials/segments.ipynb"), tmp_path / number)))
    assert runs[0] == runs[1]
