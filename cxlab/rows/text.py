"""Text files: which encoding and delimiter they have, and every way in which they are not what they seem.

Two readers that agree. Files without quotes, and large ones, are read by DuckDB where they lie; all others by Python's
csv reader, record by record. Whatever DuckDB refuses is read again by the second one, which can name row and column.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from cxlab.errors import ReadError, listing
from cxlab.rows import store as sql
from cxlab.rows.faults import nul, of_record, undecodable, unknown_encoding
from cxlab.rows.store import Sql, build

SMALL = 16 * 2**20  # bytes up to which a file with quotes is read by the slow and exact reader
HEADS = 20  # records that are enough to see every header row and what stands under it
SAMPLE = 200
CHUNK = 4 * 2**20
BATCH = 20_000
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes of a text file told."""

    encoding: str
    sha256: str
    size: int
    newline: str | None  # None where the file mixes line ends, or is not in UTF-8
    quotes: bool
    lines: int  # that end outside of quotes: as many as there are records, unless some are blank


@dataclass(frozen=True)
class Text:
    """A text file whose encoding and delimiter are known, with its first records."""

    path: Path
    origin: str
    scan: Scan
    delimiter: str
    heads: list[list[str]]
    lines: list[int]  # the line on which each of these records ends

    @property
    def width(self) -> int:
        """The number of columns, by the first record."""
        return len(self.heads[0])


def open_text(path: Path, origin: str, encoding: str | None = None, delimiter: str | None = None) -> Text:
    """The file with its dialect, detected by rule or as the caller named it; an error where a rule does not decide."""
    scan = _scan(path, origin, encoding)
    named = delimiter is not None
    if delimiter is None:
        delimiter = _delimiter(path, origin, scan.encoding)
    elif len(delimiter) != 1 or delimiter in '"\r\n':
        raise ReadError(f"{delimiter!r} cannot be a delimiter", f"It was given for {origin}", "Give one character")
    heads: list[list[str]] = []
    lines: list[int] = []
    try:
        for line, record in islice(records(path, scan.encoding, delimiter), HEADS):
            heads.append(record)
            lines.append(line)
    except csv.Error as error:
        if not heads:
            raise of_record(path, origin, scan.encoding, delimiter, str(error), []) from error
    if not heads:
        raise ReadError(f"{origin} is empty", "It holds no record", "Export it again")
    if not named:
        _refuse_words_above(path, origin, scan.encoding, heads)
    return Text(path, origin, scan, delimiter, heads, lines)


def _refuse_words_above(path: Path, origin: str, encoding: str, heads: list[list[str]]) -> None:
    """An error where the first line is no header but a spreadsheet's setting, or a title above the table."""
    above = next((cell for cell in heads[0] if cell), "")
    if above.startswith("sep="):
        seen, todo = f"Line 1 is {above!r}, which only a spreadsheet reads", "Delete that line"
        raise ReadError(f"{origin} does not begin with its header", seen, todo)
    if len(heads[0]) > 1 or len(heads) < 3:
        return
    for mark, called in DELIMITERS.items():
        widths = _widths(path, encoding, mark)
        first = next((place for place, width in enumerate(widths) if width > 1), None)
        if first and len(widths) > first + 1 and len(set(widths[first:])) == 1 and widths[first] > 2:
            seen = f"It is {above[:40]!r}, and from record {first + 1} on there are {widths[first]} cells by {called}"
            raise ReadError(
                f"{origin} has words above its header", seen, "Delete what stands above it, or name the delimiter"
            )


def records(path: Path, encoding: str, delimiter: str, errors: str = "strict") -> Iterator[tuple[int, list[str]]]:
    """The records of the file with the line on which each ends; blank lines are no records."""
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        for record in reader:
            if record:
                yield reader.line_num, record


def source(connection: duckdb.DuckDBPyConnection, text: Text, header_rows: int, table: Sql) -> tuple[Sql, bool]:
    """The records under the header as something to select c0, c1, ... from, and whether it is the file itself."""
    clean = text.scan.newline is not None and text.width > 1 and text.lines[header_rows - 1] == header_rows
    if clean and (not text.scan.quotes or text.scan.size > SMALL):
        relation = _scanner(text, header_rows)
        if _agreed(connection, relation, text.scan.lines - header_rows):
            return relation, True
    _fill(connection, text, header_rows, table)
    return table, False


def _agreed(connection: duckdb.DuckDBPyConnection, relation: Sql, lines: int) -> bool:
    """Whether DuckDB can read the file and finds as many records as it has lines; else the exact reader decides."""
    try:
        return bool(sql.ask(connection, build("SELECT count(*) FROM {relation}", relation=relation))[0] == lines)
    except duckdb.Error:
        return False


def _scanner(text: Text, header_rows: int) -> Sql:
    # strict_mode stays unsaid: said aloud, DuckDB 2.0 finds no row in a file with CR LF. Its default is strict.
    columns = sql.listed(build("{name}: 'VARCHAR'", name=sql.text(sql.cell(place))) for place in range(text.width))
    return build(
        "read_csv({file}, auto_detect = false, header = false, skip = {skip}, delim = {delimiter}, quote = '\"', "
        "escape = '\"', new_line = {newline}, columns = {{{columns}}}, nullstr = '', allow_quoted_nulls = true)",
        file=sql.text(sql.exact(text.path)),
        skip=header_rows,
        delimiter=sql.text(text.delimiter),
        newline=sql.text("\\r\\n" if text.scan.newline == "\r\n" else "\\n"),
        columns=columns,
    )


def _fill(connection: duckdb.DuckDBPyConnection, text: Text, header_rows: int, table: Sql) -> None:
    """Read record by record into a table, refusing the first record that does not fit the header."""
    import pyarrow as pa

    names = [sql.cell(place) for place in range(text.width)]
    shape = sql.listed(build("{name} VARCHAR", name=name) for name in names)
    connection.execute(build("CREATE TABLE {table} ({shape})", table=table, shape=shape))
    stream = islice(records(text.path, text.scan.encoding, text.delimiter), header_rows, None)
    row = 0
    try:
        while batch := list(islice(stream, BATCH)):
            for line, record in batch:
                row += 1
                while len(record) > text.width and not record[-1]:
                    record.pop()  # delimiters at the end of the line, which DuckDB forgives too
                if len(record) != text.width:
                    raise _ragged(text, row, line, record)
            columns = [pa.array(cells, pa.string()) for cells in zip(*(record for _, record in batch), strict=True)]
            connection.from_arrow(pa.table(columns, names)).insert_into(table.strip('"'))
    except csv.Error as error:
        place = (text.path, text.origin, text.scan.encoding, text.delimiter)
        raise of_record(*place, str(error), text.heads[header_rows - 1], header_rows) from error


def _ragged(text: Text, row: int, line: int, record: Sequence[str]) -> ReadError:
    return ReadError(
        f"{text.origin}, row {row} (line {line}) does not fit the header",
        f"{len(record)} cell{'s'[: len(record) > 1]} under {text.width} columns: {' / '.join(record)[:60]!r}",
        "Mend that row in the source; a cell that holds the delimiter or a line end has to be in quotes",
    )


def _scan(path: Path, origin: str, encoding: str | None) -> Scan:
    """One pass over the bytes: hash, line ends, quotes, NUL, and whether every byte can be decoded."""
    with path.open("rb") as file:
        start = file.read(1024)
    encoding = _encoding(start, origin, encoding)
    plain = encoding in ("utf-8", "utf-8-sig")
    decoder = codecs.getincrementaldecoder(encoding)()
    digest, size, lf, crlf, cr, last = hashlib.sha256(), 0, 0, 0, 0, b""
    marks = lines = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            try:
                decoded = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise undecodable(path, origin, encoding, start, error.object[error.start : error.end]) from error
            if "\0" in decoded:
                raise nul(path, origin, encoding, start)
            if plain:
                lf += chunk.count(b"\n")
                cr += chunk.count(b"\r")
                crlf += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
                parts = chunk.split(b'"')
                lines += b"".join(parts[marks % 2 :: 2]).count(b"\n")
                marks += len(parts) - 1
                last = chunk[-1:]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise undecodable(path, origin, encoding, start, error.object[error.start :]) from error
    if plain and lf and not cr:
        newline: str | None = "\n"
    else:
        newline = "\r\n" if plain and lf and lf == cr == crlf else None
    return Scan(encoding, digest.hexdigest(), size, newline, marks > 0, lines + (last not in (b"", b"\n")))


def _encoding(start: bytes, origin: str, named: str | None) -> str:
    """UTF-8 with and without mark, UTF-16 and UTF-32 with mark, then what the caller named; nothing is guessed."""
    marked = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else None
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        marked = "utf-32"
    elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        marked = "utf-16"
    if named is None:
        return marked or "utf-8"
    try:
        known = codecs.lookup(named).name
        "".encode(known)
    except (LookupError, TypeError) as error:
        raise unknown_encoding(origin, named) from error
    if marked and not known.startswith(marked.removesuffix("-sig")):
        raise ReadError(
            f"{origin} is not in {named}",
            f"It begins with the mark of {marked.removesuffix('-sig').upper()}",
            "Leave encoding= out",
        )
    return marked or known


def _delimiter(path: Path, origin: str, encoding: str) -> str:
    """The delimiter by which the records agree on more than one cell; an error where two of them do."""
    widths = {mark: _widths(path, encoding, mark) for mark in DELIMITERS}
    agreeing = [mark for mark, found in widths.items() if found and found[0] > 1 and len(set(found)) == 1]
    if len(agreeing) > 1:
        raise ReadError(
            f"{origin} can be read in two ways",
            f"Its rows agree on {listing([DELIMITERS[mark] for mark in agreeing], 'and')} as the delimiter",
            f"Say which: delimiter={agreeing[0]!r}",
        )
    if agreeing:
        return agreeing[0]
    likely = {m: found.count(found[0]) / len(found) for m, found in widths.items() if found and found[0] > 1}
    if likely:
        return max(likely, key=lambda mark: likely[mark])  # its ragged rows are then named one by one
    # One column: any delimiter will do that does not occur.
    return next((mark for mark, found in widths.items() if set(found) <= {1}), ",")


def _widths(path: Path, encoding: str, delimiter: str) -> list[int]:
    found: list[int] = []
    with path.open(encoding=encoding, newline="") as file:
        try:
            for record in islice(csv.reader(file, delimiter=delimiter), SAMPLE):
                if record:
                    found.append(len(record))
        except csv.Error:  # a cell without end: what was seen before it has to do, and the reader will name it
            pass
    return found
