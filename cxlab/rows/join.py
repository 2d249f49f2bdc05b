"""Several instruments of one customer on one row: what happened last before, and not too long before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from cxlab.errors import ColumnError, DefinitionError, listing
from cxlab.rows import store
from cxlab.rows.days import span_of
from cxlab.rows.read import Rows, collect, rows_of
from cxlab.rows.times import Timeline, timeline

# The time of a row, by the tables of the contract: the first of these that a table has.
TIMES = ("answered", "opened", "started", "placed", "time", "sent")
_DAY = 86400
_LEFT, _RIGHT, _ROW, _AT = "__left", "__right", "__row", "__at"
_MATCHED, _SEVERAL = "__matched", "__several"


def join(
    left: Any,
    right: Any,
    *,
    on: str = "customer",
    within: Any = "30 days",
    times: tuple[str | None, str | None] = (None, None),
    suffix: str = "_2",
) -> Rows:
    """The rows of `left`, each with the nearest earlier row of `right` of the same customer.

    `on` is the role or column that both share; a row of `right` counts that lies at most `within` (days, or "30 days")
    before the row of `left`, or at the same moment. `times` names the time column of each (default: the first of
    answered, opened, started, placed, time, sent that it has). Rows of `left` are never multiplied or lost: without a
    match, a customer or a time the columns of `right` are blank. Columns that both have get `suffix`. What was matched,
    and of how many rows several could have been, is in the ledger of the result.

    >>> import pyarrow as pa
    >>> answers = pa.table({"customer": ["a", "b"], "answered": ["2026-10-09", "2026-10-09"], "recommend": [9, 3]})
    >>> tickets = pa.table({"customer": ["a", "a"], "opened": ["2026-10-01", "2026-10-05"], "channel": ["x", "y"]})
    >>> join(answers, tickets).to_pandas()["channel"].fillna("none").tolist()
    ['y', 'none']
    """
    first, second = rows_of(left), rows_of(right)
    days = _days(within)
    lines = _line(first, times[0], "left"), _line(second, times[1], "right")
    first, second = lines[0].rows, lines[1].rows
    keys = _keys(first, second, on)
    names = _names(first.columns, second.columns, keys[1], suffix)
    database = store.connect()
    for name, line in ((_LEFT, lines[0]), (_RIGHT, lines[1])):
        database.register(name, _numbered(line))
    table = database.sql(_query(first.columns, names, keys, days)).to_arrow_table()
    ledger = first.ledger.copy()
    counted = {name: int(pc.sum(table.column(name)).as_py() or 0) for name in (_MATCHED, _SEVERAL)}
    ledger.count("joined", counted[_MATCHED], keys[0], f"rows with one of {second.origin} at most {days:g} days before")
    ledger.count("nearest_of_several", counted[_SEVERAL], keys[0], f"rows with several of {second.origin}")
    roles = {role: names[column] for role, column in second.roles.items() if column in names}
    return replace(
        first,
        frame=nw.from_native(store.in_microseconds(database.from_arrow(table.drop_columns([_MATCHED, _SEVERAL])))),
        ledger=ledger,
        files=(),
        roles=roles | dict(first.roles),
        missing=_moved(second.missing, names) | dict(first.missing),
        labels=_moved(second.labels, names) | dict(first.labels),
        scale=_moved(second.scale, names) | dict(first.scale),
        duplicated=first.duplicated | {names[one] for one in second.duplicated if one in names},
    )


def _line(rows: Rows, name: str | None, side: str) -> Timeline:
    """The times of one side, by the column named or the first that such tables have."""
    found = name or next((one for one in TIMES if rows.has(one)), None)
    if found is None:
        raise ColumnError(
            "join needs the time of each row",
            f"the {side} table, {rows.origin}, has {listing(rows.columns, 'and')}",
            'Name it: times=("answered", "opened")',
        )
    return timeline(rows, found, None, "join")


def _keys(first: Rows, second: Rows, on: str) -> tuple[str, str]:
    """The column of each side that names the customer, of one kind on both."""
    keys = first.column(on, "join"), second.column(on, "join")
    kinds = [rows.frame.collect_schema()[key] for rows, key in zip((first, second), keys, strict=True)]
    if kinds[0].is_numeric() != kinds[1].is_numeric():
        raise DefinitionError(
            f"'{on}' is a number in one table and text in the other",
            f"{kinds[0]} in {first.origin}, {kinds[1]} in {second.origin}",
            "Read both as text: identifiers are text",
        )
    return keys


def _names(left: list[str], right: list[str], key: str, suffix: str) -> dict[str, str]:
    """What each column of the right side is called beside the left one; the customer stands there already."""
    names: dict[str, str] = {}
    for column in right:
        if column != key:
            names[column] = f"{column}{suffix}" if column in left else column
    twice = [name for name in names.values() if name in left or list(names.values()).count(name) > 1]
    if twice:
        raise DefinitionError(
            "Two columns of the joined table would share a name",
            f"both tables have '{twice[0].removesuffix(suffix)}', and '{twice[0]}' is there as well",
            "Choose another suffix=",
        )
    return names


def _numbered(line: Timeline) -> pa.Table:
    """The rows of one side with their place and their time in seconds."""
    table = collect(line.rows.frame.with_columns(line.seconds().alias(_AT)))
    return table.append_column(_ROW, pa.array(range(table.num_rows), pa.int64()))


def _query(left: list[str], names: Mapping[str, str], keys: tuple[str, str], days: float) -> store.Sql:
    """Each row of the left side with the last of its candidates; of candidates at one moment the first row."""
    own = store.listed(store.build("l.{column}", column=store.name(one)) for one in left)
    other = store.listed(
        store.build("r.{column} AS {called}", column=store.name(column), called=store.name(called))
        for column, called in names.items()
    )
    return store.build(
        """
        WITH pairs AS (
            SELECT l.{row} AS place, r.{row} AS found, count(*) OVER (PARTITION BY l.{row}) AS candidates,
                row_number() OVER (PARTITION BY l.{row} ORDER BY r.{at} DESC, r.{row}) AS rank
            FROM {left} l JOIN {right} r ON l.{mine} = r.{theirs} AND r.{at} BETWEEN l.{at} - {span} AND l.{at}
        )
        SELECT {own}, {other}, (p.found IS NOT NULL)::integer AS {matched},
            (coalesce(p.candidates, 0) > 1)::integer AS {several}
        FROM {left} l LEFT JOIN pairs p ON p.place = l.{row} AND p.rank = 1 LEFT JOIN {right} r ON r.{row} = p.found
        ORDER BY l.{row}
        """,
        row=store.name(_ROW),
        at=store.name(_AT),
        left=store.name(_LEFT),
        right=store.name(_RIGHT),
        mine=store.name(keys[0]),
        theirs=store.name(keys[1]),
        span=round(days * _DAY),
        own=own,
        other=other,
        matched=store.name(_MATCHED),
        several=store.name(_SEVERAL),
    )


def _moved(declared: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Declarations about columns of the right side, under their names in the joined table."""
    return {names[column]: value for column, value in declared.items() if column in names}


def _days(within: Any) -> float:
    """A number of days, or text like "30 days"."""
    days = span_of(within)
    if days is None:
        raise DefinitionError("within= is a number of days", f"within={within!r}", 'Write within="30 days"')
    return days
