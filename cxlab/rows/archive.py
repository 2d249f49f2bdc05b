"""Workbooks as archives: refused before any parser sees them where they would unpack to more than memory can hold."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from cxlab.errors import ReadError

MOST_BYTES = 200 * 10**6
MOST_RATIO = 100
MOST_CELLS = 5_000_000
_SMALL = 10 * 10**6  # below this a high ratio is mere repetition
_CHUNK = 2**20
_LONGEST = 8 * _CHUNK  # of what stands between two tags; a cell holds 32,767 characters
# Tags as any parser reads them: in quotes of either kind, over several lines, with signs inside the quotes.
_TAG = re.compile(rb"""<(?:[^\s<>/:"']+:)?(c|row)((?:\s+[^\s=<>"']+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*/?>""")
_PLACE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{0,8})([0-9]{1,9})""")
_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_WHOLE_CELL = re.compile(rb"<(?:\w+:)?c(\s[^<>]*[^<>/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>[^<]")
_PLAIN = (".xml", ".rels", ".vml")
_SAVE = "Delete what is empty or not needed, or save the table as CSV or Parquet"


def demand_harmless(path: Path) -> None:
    """An error where the archive is broken, unpacks to too much, or holds a document type."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _demand_size(path.name, parts)
            for part in parts:
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
    """No document type, and no more cells than the limit, counted and by the rectangle that they span.

    Every part is looked at: which of them are sheets the workbook itself says, and their names need not tell.
    """
    extents = []
    with archive.open(part) as file:
        rest = b""
        while chunk := file.read(_CHUNK):
            block = rest + chunk
            doctype = b"<!DOCTYPE" in block or b"<\x00!\x00D\x00O" in block or b"\x00<\x00!\x00D\x00O" in block
            if doctype and part.filename.endswith(_PLAIN):
                raise ReadError(
                    f"{name} holds a document type", f"In {part.filename}; workbooks have none", "Export it again"
                )
            cut = max(block.rfind(b"<"), 0)  # never through a tag, so that none is counted twice or missed
            whole, rest = block[:cut], block[cut:]
            if len(rest) > _LONGEST:
                if part.filename.endswith(_PLAIN):
                    raise ReadError(f"{name} has a cell that no spreadsheet makes", f"In {part.filename}", _SAVE)
                rest = b""  # a picture
            extents.append(_extent(whole))
    counts, lasts, widths = zip(*extents, _extent(rest), strict=True)
    cells, rows, columns = sum(counts), max(lasts), max(widths)
    if max(cells, rows * columns) > MOST_CELLS:
        seen = f"{part.filename} spans {rows:,} rows and {columns:,} columns, and the limit is {MOST_CELLS:,} cells"
        raise ReadError(f"{name} has too many cells", seen, _SAVE)


def _extent(text: bytes) -> tuple[int, int, int]:
    """How many cells some text of a sheet has, and the last row and column that it names."""
    cells = rows = columns = 0
    for kind, attributes in _TAG.findall(text):
        cells += kind == b"c"
        place = _PLACE.search(attributes)
        if place:
            rows, columns = max(rows, int(place[2])), max(columns, _number(place[1].upper()))
    return cells, rows, columns


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def lost_cells(path: Path, sheet: str) -> Iterator[tuple[int, int, str]]:
    """Row and place (from 0) of the cells of a sheet that a reader gives as blank though they are not, and why.

    The error of a formula is one; so is a formula whose value was never worked out, as programs write them that do
    not calculate.
    """
    with zipfile.ZipFile(path) as archive:
        text = archive.read(part) if (part := _part_of(archive, sheet)) else b""
    if not _ERROR.search(text) and not _FORMULA.search(text):
        return
    for attributes, content in _WHOLE_CELL.findall(text):
        place = _PLACE.search(attributes)
        if not place:
            continue
        error = _ERROR.search(attributes)
        if error or (_FORMULA.search(content) and not _VALUE.search(content)):
            why = "errors of formulas" if error else "formulas without a value"
            yield int(place[2]) - 1, _number(place[1].upper()) - 1, why


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part in which a sheet lies, by the workbook's own list; None where that is written in some other way."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  (without a document type)
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        return None
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    for one in book.iter():
        if one.tag.endswith("}sheet") and one.get("name") == sheet:
            wanted = next((targets.get(value) for name, value in one.items() if name.endswith("}id")), None) or ""
            part = wanted.removeprefix("/") if wanted.startswith("/") else f"xl/{wanted}"
            return part if part in archive.namelist() else None
    return None
