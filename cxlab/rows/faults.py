"""Where in a text file something is wrong: errors that name row, line and column."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Sequence
from pathlib import Path

from cxlab.errors import ReadError

_MARK = "\ufdd0"  # a code point that is no character, in place of what could not be decoded


def undecodable(path: Path, origin: str, encoding: str, start: bytes, seen: bytes) -> ReadError:
    """A byte that the encoding does not have."""
    if _is_wide(start) and encoding != "utf-16":
        return _wide(origin, encoding, start)
    codecs.register_error("cxlab-mark", lambda error: (_MARK, getattr(error, "end", 0)))
    shown = encoding.removesuffix("-sig").upper()
    return ReadError(
        f"{origin} is not in {shown}",
        f"{_place(path, encoding, _MARK)}: byte {' '.join(f'0x{byte:02x}' for byte in seen[:4])}",
        "Say how it was written: encoding='cp1258' (Vietnamese), 'cp1256' (Persian), 'cp1252' (Western), "
        "or save it as UTF-8",
    )


def nul(path: Path, origin: str, encoding: str, start: bytes) -> ReadError:
    """A NUL in the text: a damaged cell, or UTF-16 without its mark."""
    if _is_wide(start):
        return _wide(origin, encoding, start)
    codecs.register_error("cxlab-mark", lambda error: (_MARK, getattr(error, "end", 0)))
    return ReadError(
        f"{origin} holds a NUL byte", _place(path, encoding, "\0"), "Mend that cell in the source or export it again"
    )


def _is_wide(start: bytes) -> bool:
    return start.count(0) * 5 > len(start)


def _wide(origin: str, encoding: str, start: bytes) -> ReadError:
    likely = "utf-16-le" if start[1::2].count(0) >= start[0::2].count(0) else "utf-16-be"
    return ReadError(
        f"{origin} is not in {encoding.removesuffix('-sig').upper()}",
        "Every other byte is NUL, as in UTF-16 without a byte-order mark",
        f"Say so: encoding='{likely}'",
    )


def unknown_encoding(origin: str, named: str) -> ReadError:
    """An encoding that Python does not know."""
    return ReadError(
        f"There is no encoding '{named}'", f"It was given for {origin}", "Give a name such as 'utf-8' or 'cp1258'"
    )


def of_record(
    path: Path, origin: str, encoding: str, delimiter: str, reason: str, header: Sequence[str], header_rows: int = 1
) -> ReadError:
    """A record that cannot be read to its end: a quote that is never closed, or text after a closing one."""
    number, ended = 0, 0
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for record in reader:
                number += bool(record)
                ended = reader.line_num
        except csv.Error:
            reached = reader.line_num
    row = number + 1 - header_rows
    where = f"{origin}, row {row} (line {ended + 1})" if row > 0 else f"{origin}, header (line {ended + 1})"
    if "field limit" in reason:
        seen = f"It has more than {csv.field_size_limit():,} letters, and runs on at line {reached}"
        return ReadError(f"{where}: a cell is too long", seen, "Shorten it, or close the quote with which it begins")
    column, seen = _open_cell(path, encoding, delimiter, ended, header)
    where += column if row > 0 else ""
    if "unexpected end" in reason:
        until = f"The cell would run to the end of the file: {seen!r}"
        return ReadError(f"{where}: a quote is opened and never closed", until, "Close it")
    return ReadError(
        f"{where}: text follows a closing quote",
        f"Near line {reached}: {seen!r}",
        "A quote inside a cell has to be doubled; or an earlier quote is not closed",
    )


def _open_cell(path: Path, encoding: str, delimiter: str, ended: int, header: Sequence[str]) -> tuple[str, str]:
    """The column in which the last cell of the broken record stands, and how that cell begins."""
    with path.open(encoding=encoding, newline="") as file:
        lines = [line for number, line in zip(range(ended + 1), file, strict=False) if number == ended]
    try:
        cells = next(csv.reader(lines, delimiter=delimiter), [""])
    except csv.Error:
        cells = [lines[0][:40]]
    column = f", column '{header[len(cells) - 1].strip()}'" if 0 < len(cells) <= len(header) else ""
    return column, cells[-1].strip()[:40]


def _place(path: Path, encoding: str, what: str) -> str:
    """Row, line and column of the first cell that holds `what`, by the delimiter that the header suggests."""
    with path.open(encoding=encoding, errors="cxlab-mark", newline="") as file:
        first = file.readline()
        delimiter = max(",;\t|", key=first.count)
        file.seek(0)
        header: list[str] = []
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for number, record in enumerate(filter(None, reader)):
                header = header or record
                for place, cell in enumerate(record):
                    if what in cell:
                        named = header[place].strip() if place < len(header) and number else f"number {place + 1}"
                        row = f"Row {number} " if number else "Header "
                        return f"{row}(line {reader.line_num}), column '{named}'"
        except csv.Error:
            return f"Line {reader.line_num}"
    return "At its end"
