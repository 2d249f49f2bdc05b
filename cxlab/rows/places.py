"""Where a source is: one file, or the exact list of files that a folder or pattern stands for."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

from cxlab.errors import ReadError, listing

READABLE = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet", ".sav", ".json", ".jsonl")
MANY = frozenset({".csv", ".tsv", ".txt", ".parquet"})  # kinds that may lie about in parts


def home_of(path: Path) -> Path:
    """The path with a home folder in place of `~`; as it is where nobody has such a home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def files_of(source: Path) -> tuple[Path, ...]:
    """The files that a path, folder or pattern names, in order of their names; an error where there are none.

    A path that exists is taken as it is, even where its name looks like a pattern.
    """
    files = found(source)
    if _is(source, Path.is_file):
        return (source.resolve(),)
    if _is(source, Path.is_dir):
        where = f"the folder {source.name}"
    elif any(letter in str(source) for letter in "*?["):
        where = f"the pattern {source.name}"
    else:
        where = f"the folder '{source.parent.name}'" if source.parent.name else "the working folder"
        raise ReadError(f"There is no file {source.name[:255]}", f"It was looked for in {where}", "Check the path")
    if not files:
        todo = f"Known are {listing(READABLE, 'and')}"
        raise ReadError(f"There is nothing to read in {where}", "No file of a known kind", todo)
    kinds = sorted({path.suffix.lower() for path in files})
    if len(kinds) > 1 or (len(files) > 1 and kinds[0] not in MANY):
        raise ReadError(
            f"The files of {where} cannot be read as one table",
            f"{len(files)} files: {listing([path.name for path in files[:4]], 'and')}",
            f"Name the files of one kind: {listing(sorted(MANY))}",
        )
    # A link beside the file that it leads to ("latest.csv") is that file, not another.
    return tuple(dict.fromkeys(path.resolve() for path in files))


def found(source: Path) -> list[Path]:
    """The files that are read of a path, folder or pattern, by the names they have there; [] where there are none.

    Hidden files are none of them: a Mac leaves `._a.csv` beside `a.csv`, and a spreadsheet `~$a.xlsx`.
    """
    if _is(source, Path.is_file):
        return [source]
    if _is(source, Path.is_dir):
        files = [path for path in source.iterdir() if path.suffix.lower() in (*READABLE, ".xls")]
    else:
        files = list(_matching(source))
    return sorted(path for path in files if path.is_file() and not path.name.startswith((".", "~$")))


def _is(path: Path, kind: Callable[[Path], bool]) -> bool:
    """Whether a path is of a kind; a name that no file can have is of none."""
    try:
        return kind(path)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


def _matching(pattern: Path) -> Iterator[Path]:
    """The files of a pattern; folders above it that are there are taken as they are called."""
    parts = pattern.parts
    for place, part in enumerate(parts):
        above = Path(*parts[:place])
        if any(letter in part for letter in "*?[") and not _is(above / part, Path.exists):
            yield from above.glob(str(Path(*parts[place:])))
            return


def origin_of(files: tuple[Path, ...], source: Path) -> str:
    """The source's name for messages: never the whole path, which may name a person or a customer."""
    return source.name if len(files) == 1 or source.is_dir() else f"{source.name} ({len(files)} files)"


def demand_kind(path: Path) -> str:
    """The kind of file by its suffix, confirmed by its first bytes; an error where the two contradict each other."""
    kind = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        raise ReadError(f"{path.name} is empty", "0 bytes", "Export it again")
    seen = _signature(start)
    if seen == "HTML":
        todo = "Open it in a spreadsheet and save it as XLSX or CSV, or log in first: it may be an error page"
        raise ReadError(f"{path.name} is not a table", "It holds HTML, a web page", todo)
    if kind == ".xls":
        raise ReadError(f"{path.name} is a workbook of the old kind", f"A {kind} file", "Save it as XLSX or CSV")
    if kind not in READABLE:
        todo = f"Known are {listing(READABLE, 'and')}"
        raise ReadError(f"{path.name} is of a kind that cannot be read", f"The suffix '{kind}'", todo)
    wanted = {".xlsx": "ZIP", ".xlsm": "ZIP", ".parquet": "Parquet", ".sav": "SPSS"}.get(kind)
    if seen != wanted:
        what = f"A {seen} file" if seen else "Text or noise"
        todo = "Unpack it, or export it again" if seen in ("ZIP", "gzip") else "Export it again"
        raise ReadError(f"{path.name} is not what its name says", f"{what} under the suffix {kind}", todo)
    return kind


def _signature(start: bytes) -> str | None:
    """What the first bytes say of themselves; None for text and anything unknown."""
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta")):
        return "HTML"
    known = {b"PK\x03\x04": "ZIP", b"PAR1": "Parquet", b"$FL2": "SPSS", b"$FL3": "SPSS", b"%PDF": "PDF"}
    known |= {b"\xd0\xcf\x11\xe0": "workbook of the old kind", b"\x1f\x8b": "gzip"}
    return next((kind for mark, kind in known.items() if start.startswith(mark)), None)
