"""Reads one SPSS file and prints it as JSON; run as a process of its own, since a broken file can kill its reader.

Imports nothing of cxlab: it is started by its path, isolated from the environment and the working folder.
"""

from __future__ import annotations

import json
import math
import sys
from datetime import date, datetime, time
from typing import Any


def main(path: str, memory: int) -> None:
    """Print columns, labels and the count of user-missing values of the file at `path`."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except ImportError:  # not on Windows: the parent's time limit still holds
        pass
    import pyreadstat

    data, meta = pyreadstat.read_sav(path, output_format="dict", user_missing=True)
    ranges: dict[str, Any] = dict(meta.missing_ranges or {})
    columns, missing = {}, {}
    for name in meta.column_names:
        cells = [_plain(cell) for cell in data[name]]
        declared = ranges.get(name, [])
        columns[name] = [None if _among(cell, declared) else cell for cell in cells]
        missing[name] = sum(_among(cell, declared) for cell in cells)
    labels = {
        name: [[_plain(code), str(label)] for code, label in found.items()]
        for name, found in meta.variable_value_labels.items()
    }
    json.dump(
        {
            "columns": columns,
            "missing": missing,
            "labels": labels,
            "questions": meta.column_names_to_labels,
            "encoding": meta.file_encoding,
            "rows": meta.number_rows,
        },
        sys.stdout,
    )


def _plain(cell: Any) -> str | float | int | bool | None:
    cell = cell.item() if hasattr(cell, "item") else cell
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return None
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    return cell if isinstance(cell, (int, float)) else str(cell)


def _among(cell: Any, ranges: list[dict[str, Any]]) -> bool:
    """Whether a value is one of those that the file declares as missing: single values, or ranges of numbers."""
    for one in ranges:
        low, high = one["lo"], one["hi"]
        if isinstance(cell, str) == isinstance(low, str) and cell is not None and low <= cell <= high:
            return True
    return False


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
