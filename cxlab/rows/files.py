"""Files, databases and frames: `load` finds out what a source is and has it read by the reader for that kind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cxlab.errors import ReadError
from cxlab.rows import columnar, database, frames, json_lines, spss, store, text, workbook
from cxlab.rows.address import is_url
from cxlab.rows.assemble import Plan, assemble
from cxlab.rows.copies import count_copies
from cxlab.rows.exports import KNOWN, recognise
from cxlab.rows.header import arrange, demand_names
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded, facts_of, names_of
from cxlab.rows.places import demand_kind, files_of, home_of, origin_of
from cxlab.rows.store import Sql, build

LAZY = 64 * 2**20  # bytes of text from which rows stay in the file


def load(
    source: Any,
    *,
    table: str | None = None,
    sheet: str | None = None,
    export: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    keep: Iterable[str] | None = None,
    ledger: Ledger,
) -> Loaded:
    """A source as a table, with its ledger filled.

    `source` is a path, folder or pattern, a database URL with `table`, or a frame of a library that Narwhals knows.
    `keep` names personal columns that are wanted. What cannot be read is a ReadError naming file, row and column.
    """
    if not isinstance(source, (str, Path)):
        _refuse_place(table, sheet, "a frame")
        return frames.load(source, keep, ledger)
    if isinstance(source, str) and is_url(source):
        _refuse_place(None, sheet, "a database")
        return database.load(source, table, keep, ledger)
    if not str(source).strip():
        raise ReadError("The source has no name", "An empty text", "Give a path, a database URL or a frame")
    path = home_of(Path(source))
    files = files_of(path)
    origin = origin_of(files, path)
    kinds = {demand_kind(file) for file in files}
    kind = kinds.pop()
    in_sheets = kind in (".xlsx", ".xlsm")
    _refuse_place(table, None if in_sheets else sheet, f"the file {Path(source).name}")
    if kind == ".parquet":
        return columnar.load(files, origin, keep, ledger)
    if kind == ".sav":
        return spss.load(files[0], origin, keep, ledger)
    if kind in (".json", ".jsonl"):
        return json_lines.load(files[0], origin, keep, ledger)
    if kind in (".xlsx", ".xlsm"):
        return workbook.load(files[0], origin, sheet, export, keep, ledger)
    return _load_text(files, origin, export, encoding, delimiter, keep, ledger)


def _refuse_place(table: str | None, sheet: str | None, what: str) -> None:
    """An error where a place inside the source is named that this kind of source does not have."""
    for given, name, kind in ((table, "table", "a database"), (sheet, "sheet", "a workbook")):
        if given is not None:
            raise ReadError(f"{name}= belongs to {kind}", f"The source is {what}", "Leave it out")


def _load_text(
    files: tuple[Path, ...],
    origin: str,
    export: str | None,
    encoding: str | None,
    delimiter: str | None,
    keep: Iterable[str] | None,
    ledger: Ledger,
) -> Loaded:
    """One text file or several with one header as one table."""
    texts = [text.open_text(path, path.name, encoding, delimiter) for path in files]
    first = texts[0]
    found = recognise(first.heads, KNOWN, export, first.origin)
    header_rows = found.header_rows(first.heads) if found else 1
    demand_names(first.heads[0], first.origin)
    for other in texts[1:]:
        if other.heads[:header_rows] != first.heads[:header_rows]:
            raise ReadError(
                f"The files of {origin} have different headers",
                f"{other.origin} differs from {first.origin}: {_first_difference(first.heads[0], other.heads[0])}",
                "Read them one by one, or export them alike",
            )
    names = found.names(first.heads) if found else None
    personal = {"personal": found.is_personal} if found else {}
    header = arrange(first.heads[0], ledger, keep, names=names, **personal)
    connection = store.connect(files[0].parent)
    parts = [text.source(connection, one, header_rows, store.name(f"cells_{place}")) for place, one in enumerate(texts)]
    places = store.listed(store.cell(place) for place in range(first.width))
    selects = [build("SELECT {places} FROM {part}", places=places, part=part) for part, _ in parts]
    source = build("({selects})", selects=store.listed(selects, " UNION ALL "))
    lazy = all(in_file for _, in_file in parts) and sum(one.scan.size for one in texts) > LAZY
    relation, kept = assemble(connection, source, Plan(header, found), ledger, origin, lazy)
    count_copies(files, lambda place: store.ask(connection, _counted(parts[place][0]))[0], ledger)
    for part, in_file in parts:
        if not in_file:
            connection.execute(build("DROP TABLE {part}", part=part))
    facts = facts_of(
        kept, found, found.zone(first.heads) if found else None, ledger,
        encoding=first.scan.encoding.removesuffix("-sig"), delimiter=first.delimiter, rows=ledger.counts.get("kept", 0),
        sha256=first.scan.sha256 if len(texts) == 1 else {one.origin: one.scan.sha256 for one in texts},
    )  # fmt: skip
    return Loaded(relation, origin, names_of(kept.columns), False, facts, files if lazy else ())


def _counted(part: Sql) -> Sql:
    return build("SELECT count(*) FROM {part}", part=part)


def _first_difference(ours: list[str], theirs: list[str]) -> str:
    for place, (our, their) in enumerate(zip(ours, theirs, strict=False), start=1):
        if our != their:
            return f"column {place} is '{their}' and not '{our}'"
    return f"{len(theirs)} columns and not {len(ours)}"
