"""What every reader hands on: a table, the names of its columns, and what was learnt about its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cxlab.rows.exports.signature import Export
from cxlab.rows.header import Column, Header
from cxlab.rows.ledger import Ledger


@dataclass(frozen=True)
class Loaded:
    """One source, read.

    `relation` is a DuckDB relation, or the frame itself where the source was one; `origin` the file's name for
    messages; `columns` maps the name used to the header as it was. Where `typed` is false every column is text and
    blanks are null. `facts` says what is known of the source: encoding, delimiter, sha256, rows, export, roles,
    timezone, labels, and `duplicated` (the names that several columns share). `files` are those in which the rows stay
    and from which every question reads them.
    """

    relation: Any
    origin: str
    columns: Mapping[str, str]
    typed: bool
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Path, ...] = ()


def facts_of(header: Header, export: Export | None, zone: str | None, ledger: Ledger, **more: object) -> dict[str, Any]:
    """The facts that all readers state alike; those about the file stand in the ledger too."""
    facts: dict[str, Any] = {**more, "duplicated": header.duplicated, "personal": header.personal}
    if export is not None:
        names = [column.name for column in header.columns]
        facts |= {"export": export.name, "roles": export.roles_among(names), "missing": dict(export.missing)}
        facts |= {"timezone": zone} if zone else {}
        facts |= {"remark": export.remark} if export.remark else {}
    shown = ("encoding", "delimiter", "sha256", "files", "export", "timezone", "remark", "sheet")
    ledger.facts.update({key: facts[key] for key in shown if facts.get(key) is not None})
    return facts


def names_of(columns: tuple[Column, ...]) -> dict[str, str]:
    """The name used and the original header of each column."""
    return {column.name: column.original for column in columns}
