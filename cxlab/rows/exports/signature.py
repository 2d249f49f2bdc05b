"""What makes an export recognisable, and what its reader then knows about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cxlab.errors import ReadError, did_you_mean, listing
from cxlab.rows.header import fold_name

Heads = Sequence[Sequence[str]]  # the first records of a source


@dataclass(frozen=True)
class Drop:
    """Rows that are no answers: those where `column` holds one of `values` (in lower case), and why they go."""

    column: str
    values: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Export:
    """One vendor's export.

    `needs` are the columns that together occur in no other export; where a column has two spellings both are given as
    "Id / Ticket ID". `header_rows` and `names` turn the first records into one header; `zone` finds a time zone that
    the file states. `roles` are suggestions (the first column that is there wins), `missing` the words that mean "no
    answer", `personal` columns whose name alone does not show it, `drops` the rows that are no answers.
    """

    name: str
    needs: tuple[str, ...]
    header_rows: Callable[[Heads], int] = lambda heads: 1
    names: Callable[[Heads], list[str]] = lambda heads: list(heads[0])
    zone: Callable[[Heads], str | None] = lambda heads: None
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    personal: tuple[str, ...] = ()
    drops: tuple[Drop, ...] = ()
    partial: tuple[str, tuple[str, ...]] | None = None
    remark: str = ""

    def absent(self, heads: Heads) -> list[str]:
        """The needed columns that the first record lacks."""
        there = {_key(name) for name in heads[0]} if heads else set()
        return [need for need in self.needs if not any(_key(one) in there for one in need.split(" / "))]

    def fits(self, heads: Heads) -> bool:
        """Whether the first records are this export's."""
        return bool(heads) and not self.absent(heads) and self.header_rows(heads) > 0

    def is_personal(self, name: str) -> bool:
        """Whether this export's column of that name holds personal data."""
        return _key(name) in {_key(one) for one in self.personal}

    def roles_among(self, names: Sequence[str]) -> dict[str, str]:
        """The suggested roles whose columns are there, by the names used."""
        there = {_key(name): name for name in reversed(names)}
        found = {}
        for role, choices in self.roles.items():
            column = next((there[_key(choice)] for choice in choices if _key(choice) in there), None)
            if column is not None:
                found[role] = column
        return found


def recognise(heads: Heads, known: Sequence[Export], named: str | None, origin: str) -> Export | None:
    """The export whose signature the first records bear; None for a plain table.

    Where the caller `named` one, that one or an error which lists the columns that are missing.
    """
    if named is None:
        return next((export for export in known if export.fits(heads)), None)
    export = next((one for one in known if one.name == _key(named).replace(" ", "_")), None)
    if export is None:
        names = [one.name for one in known]
        raise ReadError(
            f"There is no reader for the export '{named}'",
            f"There are {listing(names, 'and')}",
            did_you_mean(named, names) or "Leave export= out: the table is then read by its header alone",
        )
    absent = export.absent(heads)
    if absent:
        raise ReadError(
            f"{origin} is no {export.name} export",
            f"Its header lacks {listing(absent, 'and')}",
            "Export it again with these columns, or leave export= out",
        )
    if not export.fits(heads):
        raise ReadError(
            f"{origin} is no {export.name} export",
            "Its columns are right, but the further header rows of that export are missing",
            "Export it again without changing the file, or leave export= out",
        )
    return export


def _key(name: str) -> str:
    """A header for comparing: "First reply time (in minutes)" and "first reply time in minutes" are one."""
    return " ".join(fold_name(name).casefold().replace("(", " ").replace(")", " ").replace("_", " ").split())
