"""Rows that stand twice, ids that two rows share, and customers who come more than once."""

from __future__ import annotations

from collections.abc import Iterator

from cxlab.rows.asking import records_of
from cxlab.rows.quality.finding import ERROR, NOTE, ROW, WARNING, Finding, Table, cell, in_row
from cxlab.rows.store import Sql, build, listed, name

# A review has a row for each category that it judges.
_WITH = {"review": ("category",)}


def look(seen: Table) -> Iterator[Finding]:
    """The findings about repeated rows, judged by the id of the row; without one by all of its cells."""
    key = next((role for role, kind in seen.kinds.items() if kind == "id" and role in seen.roles), None)
    every = build("hash({all})", all=listed(name(column) for column in seen.types if column != ROW))
    if key is None:
        grave = WARNING if seen.kind in ("answers", "tickets", "calls", "complaints", "orders") else NOTE
        yield from _equal(seen, every, grave)
    else:
        yield from _by_id(seen, key, every)
    if seen.kind == "answers" and "customer" in seen.roles:
        yield from _customers(seen)


def _equal(seen: Table, every: Sql, severity: str) -> Iterator[Finding]:
    rows = seen.relation.select(f'{every} AS h, "{ROW}"')
    groups = rows.aggregate(f'count(*) AS n, max("{ROW}") AS last', "h").filter("n > 1")
    ((extra, last),) = records_of(groups.aggregate("coalesce(sum(n - 1), 0)::BIGINT, min(last)"))
    if extra:
        yield Finding("duplicate rows without an id", severity, None, extra, in_row(last))


def _by_id(seen: Table, key: str, every: Sql) -> Iterator[Finding]:
    of = [seen.roles[role] for role in (key, *_WITH.get(key, ())) if role in seen.roles]
    ids = listed(cell(column) for column in of)
    named = seen.relation.select(f'{cell(of[0])} AS id, hash({ids}) AS k, {every} AS h, "{ROW}"')
    named = named.filter("id IS NOT NULL")
    groups = named.aggregate(f'count(*) AS n, count(DISTINCT h) AS kinds, max("{ROW}") AS last', "k").filter("n > 1")
    counted = groups.aggregate(
        "coalesce(sum(n - kinds), 0)::BIGINT, min(last) FILTER (WHERE n > kinds), "
        "coalesce(sum(kinds) FILTER (WHERE kinds > 1), 0)::BIGINT, min(last) FILTER (WHERE kinds > 1)"
    )
    found = records_of(counted)
    ((same, same_row, conflicting, conflict_row),) = found
    if same:
        yield Finding("duplicate rows", WARNING, key, same, in_row(same_row))
    if conflicting:
        yield Finding("different rows with one id", ERROR, key, conflicting, in_row(conflict_row))


def _customers(seen: Table) -> Iterator[Finding]:
    named = seen.relation.select(f'{cell(seen.roles["customer"])} AS id, "{ROW}"').filter("id IS NOT NULL")
    groups = named.aggregate(f'count(*) AS n, max("{ROW}") AS last', "id").filter("n > 1")
    ((several, last),) = records_of(groups.aggregate("coalesce(sum(n), 0)::BIGINT, min(last)"))
    if several:
        said = in_row(last, "they are clustered, not counted as independent")
        yield Finding("customers with several answers", NOTE, "customer", several, said)
