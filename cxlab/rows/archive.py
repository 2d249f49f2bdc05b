"""Workbooks as archives: refused before any parser sees them where they would unpack to more than memory can hold."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from cxlab.errors import ReadError

MOST_BYTES = 200 * 10**6
MOST_RATIO = 100
MOST_CELLS = 5_000_000
_SMALL = 10 * 10**6  # below this a high ratio is mere repetition
_CHUNK = 2**20
_REFERENCE = re.compile(rb'<(?:\w+:)?(?:c|row) [^>]*?r="([A-Z]{0,3})([0-9]{1,7})"')
_CELL = re.compile(rb"<(?:\w+:)?c[ >/]")
_SAVE = "Delete what is empty or not needed, or save the table as CSV or Parquet"


def demand_harmless(path: Path) -> None:
    """An error where the archive is broken, unpacks to too much, or holds a document type."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _demand_size(path.name, parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _demand_plain(path.name, archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise ReadError(
            f"{path.name} is a broken workbook", f"The archive cannot be unpacked: {error}", "Save or export it again"
        ) from error


def _demand_size(name: str, parts: list[zipfile.ZipInfo]) -> None:
    total = sum(part.file_size for part in parts)
    if total > MOST_BYTES:
        seen = f"{total:,} bytes, and the limit is {MOST_BYTES:,}"
        raise ReadError(f"{name} would unpack to too much", seen, _SAVE)
    for part in parts:
        if part.file_size > _SMALL and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            times = part.file_size // max(part.compress_size, 1)
            seen = f"{part.filename} grows {times} times, and the limit is {MOST_RATIO}"
            raise ReadError(f"{name} would unpack to too much", seen, _SAVE)


def _demand_plain(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No document type, and no more cells than the limit, counted and by the rectangle that they span."""
    cells = rows = columns = 0
    sheet = part.filename.startswith("xl/worksheets/")
    with archive.open(part) as file:
        rest = b""
        while chunk := file.read(_CHUNK):
            block = rest + chunk
            if b"<!DOCTYPE" in block or b"<\x00!\x00D\x00O" in block or b"\x00<\x00!\x00D\x00O" in block:
                raise ReadError(
                    f"{name} holds a document type", f"In {part.filename}; workbooks have none", "Export it again"
                )
            cut = block.rfind(b"<")  # never through a tag, so that none is counted twice or missed
            whole, rest = (block[:cut], block[cut:]) if cut > 0 and len(block) - cut < 4096 else (block, b"")
            if sheet:
                cells += len(_CELL.findall(whole))
                for letters, row in _REFERENCE.findall(whole):
                    rows, columns = max(rows, int(row)), max(columns, _number(letters))
    if max(cells, rows * columns) > MOST_CELLS:
        seen = f"{part.filename} spans {rows:,} rows and {columns:,} columns, and the limit is {MOST_CELLS:,} cells"
        raise ReadError(f"{name} has too many cells", seen, _SAVE)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
