"""The header of a table: names folded, made unique, and cleared of personal columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cxlab.errors import ReadError
from cxlab.rows.ledger import Ledger
from cxlab.rows.personal import is_personal

_NUMBER = re.compile(r"[\d\s.,:/+-]+")


@dataclass(frozen=True)
class Column:
    """One column that is read: where it stands in the source, the name used and the header as it was."""

    place: int
    name: str
    original: str


@dataclass(frozen=True)
class Header:
    """The columns that are read, and what the rest of the program must know of their names.

    `duplicated` maps a name that several columns share to the names they were given; `unnamed` are the places of
    columns without a header, which are dropped when they are empty throughout; `personal` those that were dropped.
    """

    columns: tuple[Column, ...]
    duplicated: dict[str, tuple[str, ...]]
    unnamed: frozenset[int]
    personal: tuple[str, ...]
    width: int

    def without(self, places: Iterable[int]) -> tuple[Column, ...]:
        """The columns except those at these places."""
        out = frozenset(places)
        return tuple(column for column in self.columns if column.place not in out)


def fold_name(header: str) -> str:
    """A column name as it is used: composed (NFC), without byte-order mark and outer blanks; no-break spaces as blanks.

    >>> fold_name("\\ufeff Score\\u00a0 ")
    'Score'
    """
    composed = unicodedata.normalize("NFC", header).replace("\ufeff", "")
    return re.sub("[\u00a0\u2007\u202f]", " ", composed).strip()


def arrange(
    originals: Sequence[str],
    ledger: Ledger,
    keep: Iterable[str] | None = None,
    personal: Callable[[str], bool] = is_personal,
    names: Sequence[str] | None = None,
) -> Header:
    """The header of a source from its names as they stand; `names` where a recognised export makes better ones.

    Repeated names get a suffix (`score_2`) and are counted as `renamed`; names that differ in case alone too, since
    databases do not tell them apart. Personal columns are left out unless `keep` names them.
    """
    folded = [fold_name(name) for name in (names if names is not None else originals)]
    unnamed = frozenset(place for place, name in enumerate(folded) if not name)
    unique, duplicated = _unique([name or f"column {place + 1}" for place, name in enumerate(folded)], ledger)
    wanted = {fold_name(name).casefold() for name in keep or ()}
    columns, dropped = [], []
    for place, name in enumerate(unique):
        known = {name.casefold(), folded[place].casefold(), fold_name(originals[place]).casefold()}
        if known & wanted or not (personal(folded[place]) or is_personal(folded[place])):
            columns.append(Column(place, name, originals[place]))
        else:
            dropped.append(name)
            ledger.count("personal_dropped", 1, column=name)
    return Header(tuple(columns), duplicated, unnamed, tuple(dropped), len(originals))


def demand_names(names: Sequence[str], origin: str) -> None:
    """An error where the first row cannot be a header: nothing in it, or nothing but numbers."""
    filled = [name for name in names if fold_name(name)]
    if not filled:
        raise ReadError(f"{origin} has no header", "Its first row is empty", "Give the columns names in the first row")
    if all(_NUMBER.fullmatch(fold_name(name)) for name in filled):
        raise ReadError(
            f"{origin} has no header",
            f"Its first row holds numbers: {', '.join(filled[:4])[:60]}",
            "Put the names of the columns into the first row",
        )


def _unique(names: Sequence[str], ledger: Ledger) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    taken = {name.casefold() for name in names}
    seen: dict[str, str] = {}
    given: dict[str, list[str]] = {}
    unique = []
    for name in names:
        key = name.casefold()
        if key not in seen:
            seen[key] = name
            unique.append(name)
            continue
        number = 2
        while f"{key}_{number}" in taken:
            number += 1
        new = f"{name}_{number}"
        taken.add(new.casefold())
        unique.append(new)
        given.setdefault(name, []).append(new)
        ledger.count("renamed", 1, column=name, detail=f"now '{new}'")
    spelt = {name: tuple(new) for name, new in given.items()}
    first = {name for name in spelt if seen[name.casefold()] == name}
    return unique, {name: (name, *new) for name, new in spelt.items() if name in first}
