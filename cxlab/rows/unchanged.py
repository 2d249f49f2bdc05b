"""Files in which rows stay: what was found out about them, and the account of their rows, holds while they do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cxlab.errors import ReadError

Print = tuple[Path, int, int]


def prints_of(files: Iterable[Path]) -> tuple[Print, ...]:
    """Each file with its size and the time at which it was last written."""
    return tuple(_print(path) for path in files)


def demand_unchanged(prints: Iterable[Print]) -> None:
    """Refuse to ask a file that was written again since it was opened.

    Its columns, encoding and repeated ids, the account of its rows and its SHA-256 are those of the file as it was.
    """
    for known in prints:
        path = known[0]
        if not path.exists():
            raise ReadError("The file is gone", f"{path.name} was there when it was opened", "Open it again: cx.read")
        if _print(path) != known:
            seen = f"{path.name} was written again after it was opened"
            raise ReadError("The file has changed", seen, "Open it again: cx.read")


def _print(path: Path) -> Print:
    found = path.stat()
    return path.absolute(), found.st_size, found.st_mtime_ns
