"""Headings: where in a notebook a cell stands, for people who read why a report failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def above(notebook: Any, wanted: Any) -> str:
    """'under "Trend": ' for the heading above a cell, or nothing where there is none."""
    heading = ""
    for cell in notebook.cells:
        if cell is wanted:
            break
        if cell.cell_type == "markdown" and "papermill-error-cell-tag" not in cell.metadata.get("tags", []):
            titles = [line.lstrip("# ").strip() for line in cell.source.splitlines() if line.startswith("#")]
            heading = titles[-1] if titles else heading
    return f'under "{heading}": ' if heading else ""


def last_begun(kept: Path) -> str:
    """The heading of the last cell that a kept notebook began; its status may say completed and be wrong."""
    import nbformat

    if not kept.is_file():
        return ""
    notebook = nbformat.read(kept, as_version=4)
    begun = [cell for cell in notebook.cells if cell.metadata.get("papermill", {}).get("start_time")]
    return above(notebook, begun[-1]) if begun else ""
