"""One look at a table before it is tallied: which ids repeat, from when to when it goes, how its dates are written.

None of this can be known from a group-by that needs it, so it is asked for once, in one query over all columns that
usually hold times, and kept with the rows. Only DuckDB is asked this way: other frames lie in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

import narwhals as nw

from cxlab.rows.asking import table_of
from cxlab.rows.read import Rows
from cxlab.rows.written import READINGS, quoted, text_of, ways_of

# The roles of times in the tables of the contract, so that one look serves every metric of a table.
ROLES = (
    "answered", "sent", "started", "ended", "time", "placed", "promised", "delivered", "opened", "responded",
    "resolved", "due", "assigned", "first_resolved",
)  # fmt: skip
KEY = "look"
WHOLE = "whole"  # the rows that a part was taken of
# By column and zone: what happened to the clocks, when, and how many times lie there.
Changes = dict[tuple[str, str], Sequence[tuple[str, datetime, int]]]


@dataclass(frozen=True)
class Ends:
    """A column of times, or of text read as times in one way: how many there are, from when to when.

    `filled` of a typed column only says whether there are any. `odd` counts those that are not midnights; None where
    the type says that they are days or instants.
    """

    filled: int
    first: date | datetime | None
    last: date | datetime | None
    odd: int | None = None


@dataclass
class Look:
    """What was seen of a table. A `part` of a table asks for what it lacks and no more."""

    repeated: dict[str, int] = field(default_factory=dict)
    times: dict[str, Ends] = field(default_factory=dict)
    readings: dict[str, dict[str, Ends]] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    differing: dict[str, int] = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)
    part: bool = False


def part_of(rows: Rows, frame: Any) -> Rows:
    """Some of the rows: what kind of times they hold and between which they lie still holds, which ids repeat does not.

    So a month in which nothing is left shows 0 on every engine. The clock changes among the times were counted for
    the whole table.
    """
    seen = rows.checked.get(KEY)
    if not isinstance(seen, Look):
        return rows.knowing(frame, {WHOLE: rows})
    counted: Changes = dict.fromkeys(seen.changes, ())
    # A column that is text here was typed in another view of the table: this one has yet to read it.
    times = {name: ends for name, ends in seen.times.items() if rows.schema[name] != nw.String}
    look = Look(times=times, changes=counted, part=True)
    return rows.knowing(frame, {KEY: look, WHOLE: rows})


def whole_of(rows: Rows, column: str) -> Rows | None:
    """The rows that these are a part of, where the column held times there already; None where there are none."""
    whole = rows.checked.get(WHOLE)
    if not isinstance(whole, Rows) or column not in whole.schema:
        return None
    here, there = rows.schema[column], whole.schema[column]
    zoned = getattr(here, "time_zone", None) is not None
    if there == nw.Date:
        return None if zoned else whole
    return whole if isinstance(there, nw.Datetime) and (there.time_zone is not None) == zoned else None


def repeated(rows: Rows, column: str) -> int | None:
    """How many rows repeat the id of another in this column; None where the table is not looked at this way."""
    seen = _look(rows, ids=[column])
    return None if seen is None else seen.repeated.get(column)


def ends_of(rows: Rows, column: str) -> Ends | None:
    """Between which times a typed column lies; None where the table is not looked at this way."""
    seen = _look(rows, times=[column])
    return None if seen is None else seen.times.get(column)


def look_at_text(rows: Rows, column: str) -> Look:
    """The look at a table of DuckDB that has read this text column in every way."""
    return cast(Look, _look(rows, times=[column]))


def _look(rows: Rows, ids: Iterable[str] = (), times: Iterable[str] = ()) -> Look | None:
    """What is known of the table, with these columns among it; one query where some are not yet known."""
    native = rows.to_native()
    if type(native).__name__ != "DuckDBPyRelation":
        return None
    seen = cast(Look, rows.checked.setdefault(KEY, Look()))
    ids, times = list(ids), list(times)
    lost = [name for name in ids if name not in seen.repeated]
    late = [name for name in times if name not in seen.times and name not in seen.readings]
    if lost or late:
        usual = [found for role in ROLES if (found := rows.find(role)) is not None and not seen.part]
        more = [name for name in (*times, *usual) if name not in seen.times and name not in seen.readings]
        _ask(rows, native, seen, lost, list(dict.fromkeys(more)))
    return seen


def _ask(rows: Rows, relation: Any, seen: Look, ids: list[str], times: list[str]) -> Look:
    schema = rows.schema
    parts: list[str] = []
    asked: list[tuple[str, str, str]] = []

    def ask(kind: str, column: str, way: str, sql: str) -> None:
        asked.append((kind, column, way))
        parts.append(f"{sql} as a{len(parts)}")

    wide: dict[str, str] = {}
    for column in ids:
        wide[f"i {column}"] = quoted(column)
        ask("ids", column, "", f"count({quoted(f'i {column}')}) - count(distinct {quoted(f'i {column}')})")
    for column in times:
        kind = schema[column]
        ways = {"": quoted(column)} if kind != nw.String else ways_of(rows, column)
        if kind == nw.String:
            wide[f"t {column}"] = text_of(rows, column)
            ask("filled", column, "", f"count({quoted(f't {column}')})")
        elif kind != nw.Date and not isinstance(kind, nw.Datetime):
            continue
        for way, sql in ways.items():
            name = quoted(f"{way} {column}")
            wide[f"{way} {column}"] = sql
            if kind == nw.String:
                ask("count", column, way, f"count({name})")
            ask("first", column, way, f"min({name})")
            ask("last", column, way, f"max({name})")
            if way != "zoned" and (kind == nw.String or (isinstance(kind, nw.Datetime) and kind.time_zone is None)):
                ask("odd", column, way, f"count(*) filter (date_trunc('day', {name}) <> {name})")
        if set(ways) >= READINGS:
            both = [quoted(f"{way} {column}") for way in ("dmy", "mdy")]
            ask("differ", column, "", f"count(*) filter ({both[0]} is distinct from {both[1]})")
    if not parts:
        return seen
    cells = relation.project(", ".join(f"{sql} as {quoted(name)}" for name, sql in wide.items()))
    answer = table_of(cells.aggregate(", ".join(parts))).to_pylist()[0].values()
    _keep(seen, dict(zip(asked, answer, strict=True)), schema)
    return seen


def _keep(seen: Look, found: dict[tuple[str, str, str], Any], schema: Any) -> None:
    for (what, column, way), value in found.items():
        if what == "ids":
            seen.repeated[column] = int(value)
        elif what == "filled":
            seen.filled[column] = int(value)
        elif what == "differ":
            seen.differing[column] = int(value)
        elif what == "first":
            # Of typed times only the ends are asked for, which many files know without being read.
            filled = found.get(("count", column, way), int(value is not None))
            ends = Ends(int(filled), value, found["last", column, way], found.get(("odd", column, way)))
            if schema[column] == nw.String:
                seen.readings.setdefault(column, {})[way] = ends
            else:
                seen.times[column] = ends
