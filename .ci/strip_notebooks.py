"""Strip the notebooks named of what running them leaves behind; exits 1 when one was changed."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import nbformat

# papermill needs a kernel's name; the name shown in a menu differs between machines, so it is fixed.
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# What pairing writes into both halves: kept, so that pairing after stripping changes nothing.
PAIRING = tomllib.loads((Path(__file__).resolve().parents[1] / "jupytext.toml").read_text(encoding="utf-8"))
JUPYTEXT = {**PAIRING, "formats": "ipynb,py:percent"}


def stripped(text: str) -> str:
    """The notebook without outputs, counts and metadata; of a cell's metadata only its tags stay."""
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata = {"jupytext": JUPYTEXT, "kernelspec": KERNEL}
    notebook.nbformat_minor = 5
    for cell in notebook.cells:
        cell.metadata = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def main(names: list[str]) -> int:
    changed = 0
    for path in map(Path, names):
        before = path.read_text(encoding="utf-8")
        after = stripped(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"stripped {path}")
            changed = 1
    return changed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
