"""The same file twice among those that are read as one table: copies that a browser or a colleague left beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cxlab.rows import store
from cxlab.rows.ledger import Ledger


def count_copies(files: Sequence[Path], rows: Callable[[int], int], ledger: Ledger) -> None:
    """Tell the ledger of files that are byte for byte the same as one before them, with their rows.

    They are read all the same, since two days may be alike. Rows that repeat are known by their id alone, and an id
    is a role; `rows` says how many the file at a place holds, and is asked of copies only.
    """
    sizes = [path.stat().st_size for path in files]
    known: dict[tuple[int, str], Path] = {}
    for place, (path, size) in enumerate(zip(files, sizes, strict=True)):
        if sizes.count(size) == 1:
            continue
        key = size, store.sha256(path)
        if key in known:
            ledger.count("repeated_files", rows(place), detail=f"'{path.name}' is the same as '{known[key].name}'")
        else:
            known[key] = path
