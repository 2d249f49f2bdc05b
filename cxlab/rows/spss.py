"""SPSS files (.sav): read in a child process; codes that the file declares as missing are no answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cxlab.errors import ReadError
from cxlab.rows import store
from cxlab.rows.header import arrange
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded, facts_of, names_of

_SECONDS = 300
_MEMORY = 3 * 2**30
_CHILD = Path(__file__).with_name("spss_child.py")


def load(path: Path, origin: str, keep: Iterable[str] | None, ledger: Ledger) -> Loaded:
    """The table with its codes as numbers; the labels of the codes and the questions stand in the facts."""
    import pyarrow as pa

    if find_spec("pyreadstat") is None:
        raise ReadError(f"{origin} needs the reader of SPSS files", "It is not installed", "pip install 'cxlab[spss]'")
    found = _read(path, origin)
    names = list(found["columns"])
    header = arrange(names, ledger, keep)
    arrays = [_array(found["columns"][column.original]) for column in header.columns]
    connection = store.connect()
    connection.from_arrow(pa.table(arrays, [column.name for column in header.columns])).create("rows")
    ledger.count("read", found["rows"])
    ledger.count("kept", found["rows"])
    for column in header.columns:
        ledger.count("missing", found["missing"][column.original], column=column.name, detail="declared in the file")
    used = {column.original: column.name for column in header.columns}
    labels = {used[name]: dict(pairs) for name, pairs in found["labels"].items() if name in used}
    questions = {used[name]: text for name, text in found["questions"].items() if name in used and text}
    facts = facts_of(
        header, None, None, ledger, rows=found["rows"], encoding=found["encoding"], sha256=store.sha256(path),
        value_labels=labels, questions=questions,
    )  # fmt: skip
    return Loaded(connection.sql("SELECT * FROM rows"), origin, names_of(header.columns), True, facts)


def _read(path: Path, origin: str) -> dict[str, Any]:
    command = [sys.executable, "-I", "-X", "utf8", str(_CHILD), str(path), str(_MEMORY)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise ReadError(f"{origin} could not be read", f"No answer within {_SECONDS} s", "Save it as CSV") from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        crashed = done.returncode < 0 or not lines
        reason = f"Its reader ended with signal {-done.returncode}" if crashed else lines[-1].partition(": ")[2][:120]
        raise ReadError(f"{origin} is a broken SPSS file", reason, "Save it again in SPSS, or as CSV")
    return dict(json.loads(done.stdout))


def _array(cells: list[Any]) -> Any:
    """Numbers as whole numbers where all are, so that an id is not shown as 7.0; everything else as text."""
    import pyarrow as pa

    filled = [cell for cell in cells if cell is not None]
    if any(isinstance(cell, str) for cell in filled):
        return pa.array([None if cell is None or cell == "" else str(cell) for cell in cells], pa.string())
    if all(float(cell).is_integer() and abs(cell) < 2**53 for cell in filled):
        return pa.array([None if cell is None else int(cell) for cell in cells], pa.int64())
    return pa.array(cells, pa.float64())
