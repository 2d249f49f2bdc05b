"""The tables of the contract: which roles each has, and what kind of values a column in that role holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from cxlab.errors import ColumnError, did_you_mean, misspelt

# Kinds: id (of the row), person, time, mark (a time, or yes and no), score, text, word, number, count, seconds, truth,
# weight.
TABLES: Mapping[str, Mapping[str, str]] = {
    "answers": {
        "answer": "id", "customer": "person", "answered": "time", "recommend": "score", "satisfaction": "score",
        "effort": "score", "quality": "score", "comment": "text", "channel": "word", "sent": "mark",
        "delivered": "mark", "opened": "mark", "weight": "weight",
    },
    "reviews": {
        "review": "id", "agent": "person", "category": "word", "score": "number", "low": "number", "high": "number",
        "weight": "weight", "auto_fail": "truth",
    },
    "customers": {
        "customer": "id", "started": "time", "ended": "time", "referred_by": "person", "programme": "word",
        "revenue_start": "number", "revenue_end": "number",
    },
    "transactions": {"customer": "person", "time": "time", "amount": "number", "referred": "truth"},
    "orders": {
        "order": "id", "customer": "person", "placed": "time", "promised": "time", "delivered": "time",
        "in_full": "truth",
    },
    "events": {"customer": "person", "time": "time", "kind": "word"},
    "tickets": {
        "ticket": "id", "customer": "person", "opened": "time", "responded": "time", "resolved": "time", "due": "time",
        "assigned": "time", "status": "word", "channel": "word", "agent": "person", "reopens": "count",
    },
    "calls": {
        "call": "id", "started": "time", "outcome": "word", "cause": "word", "wait": "seconds", "talk": "seconds",
        "hold": "seconds", "wrap": "seconds", "agent": "person",
    },
    "totals": {
        "started": "time", "offered": "count", "answered": "count", "abandoned": "count", "answered_within": "count",
        "abandoned_within": "count", "abandoned_short": "count", "blocked": "count", "wait_seconds": "number",
        "talk_seconds": "number", "hold_seconds": "number", "wrap_seconds": "number",
    },
    "complaints": {"complaint": "id", "customer": "person", "kind": "word", "opened": "time", "resolved": "time"},
    "people": {"employee": "id", "started": "time", "ended": "time", "voluntary": "truth"},
}  # fmt: skip
# One of these roles is enough to know the table; asked in this order, since a customer or a time is in many.
_KNOWN_BY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("totals", ("offered",)),
    ("complaints", ("complaint",)),
    ("people", ("employee", "voluntary")),
    ("calls", ("call", "outcome", "talk", "wait")),
    ("tickets", ("ticket", "responded", "reopens", "resolved")),
    ("orders", ("order", "promised", "placed", "in_full")),
    ("reviews", ("review", "auto_fail")),
    ("transactions", ("amount",)),
    ("customers", ("revenue_start", "revenue_end", "referred_by", "programme", "ended")),
    ("answers", ("answer", "recommend", "satisfaction", "effort", "quality", "answered", "comment")),
    ("events", ("kind", "time")),
    ("customers", ("started",)),
)


def table_of(there: Collection[str]) -> str | None:
    """The table that columns with these roles make; None where no role tells.

    >>> table_of(["customer", "answered", "recommend"]), table_of(["customer", "started"]), table_of(["region"])
    ('answers', 'customers', None)
    """
    if {"review", "ticket"} <= set(there):  # a review names the ticket that was looked at
        return "reviews"
    if {"complaint", "kind"} & set(there) and "opened" in there and "ticket" not in there:
        return "complaints"
    return next((table for table, roles in _KNOWN_BY if any(role in there for role in roles)), None)


def demand_spelling(columns: Mapping[str, str], has: Callable[[str], bool]) -> None:
    """Refuse a declared role that can only be a slip of the pen for one of the contract: `custmer`.

    Any name may be given to a column of one's own. So this takes a letter or two within a long word, never a role with
    something added ("recommend_2", "tickets"), and only where the role it would be is not there under its own name.
    """
    known = {role for roles in TABLES.values() for role in roles}
    for name in columns:
        role = None if name in known else misspelt(name, known)
        if role is not None and role not in columns and not has(role) and not has(name):
            raise ColumnError(
                f"No role is called '{name}'",
                f"columns= gives it the column '{columns[name]}'",
                f"Did you mean '{role}'? A column of your own needs a name less like it",
            )


def advice(name: str, columns: Collection[str], played: Collection[str], role: str = "") -> str:
    """What to do where no column has this name: one like it, the delimiter, or how a column is given its role.

    Of two roles none is a slip of the pen for the other: who lacks 'responded' does not mean 'resolved'.
    """
    alone = next(iter(columns)) if len(columns) == 1 else ""
    if len(name) < len(alone) and name.casefold() in alone.casefold():
        return 'All of it is one column: name the sign that parts its cells, cx.read(..., delimiter="...")'
    roles = {one for table in TABLES.values() for one in table}
    known = [one for one in (*columns, *played) if not (name in roles and one in roles)]
    given = f'Name the column that plays this role: cx.read(..., columns={{"{role or name}": "..."}})'
    return did_you_mean(name, known) or given


def roles_in(table: str | None) -> Mapping[str, str]:
    """The roles of a table with their kinds; of an unknown one those that mean the same in every table."""
    if table is not None:
        return TABLES[table]
    kinds: dict[str, set[str]] = {}
    for roles in TABLES.values():
        for role, kind in roles.items():
            kinds.setdefault(role, set()).add(kind)
    return {role: next(iter(found)) for role, found in kinds.items() if len(found) == 1}
