"""What is seen of every column by itself: blanks, one value throughout, repeated headers, what reading had to mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cxlab.rows.personal import is_personal
from cxlab.rows.quality.finding import ERROR, NOTE, ROW, WARNING, Finding, Table, cell, in_row, shown
from cxlab.rows.store import Sql, build, listed

# Blank where something has not happened yet, or where it does not apply.
_MAY_BE_BLANK = frozenset({
    "ended", "resolved", "responded", "delivered", "opened", "assigned", "due", "answered", "sent", "cause", "wait",
    "talk", "hold", "wrap", "comment", "referred_by", "programme", "promised", "agent", "customer", "recommend",
    "satisfaction", "effort", "quality", "revenue_start", "revenue_end", "voluntary", "channel",
})  # fmt: skip
_GRAVE = frozenset({"id", "time", "weight", "seconds", "count", "number"})
_OF_READING = {
    "damaged": WARNING, "renamed": WARNING, "duplicates_dropped": WARNING, "nonexistent_time": WARNING,
    "ambiguous_time": WARNING, "personal_dropped": NOTE, "dropped": NOTE, "coerced": NOTE, "title_rows": NOTE,
    "repeated_files": WARNING,
}  # fmt: skip
_PARTS = 5


@dataclass(frozen=True)
class Column:
    """What one pass tells of a column: cells that hold something, about how many different, the first blank row."""

    name: str
    filled: int
    distinct: int
    blank_row: int | None
    constant: bool
    value: str | None


def overview(seen: Table) -> tuple[int, dict[str, Column]]:
    """The number of rows, and what one pass tells of every column."""
    names = [name for name in seen.types if name != ROW]
    parts = listed(
        build(
            "count({cell}), approx_count_distinct({cell}), min({row}) FILTER (WHERE {cell} IS NULL), min({cell}), "
            "max({cell})",
            cell=cell(name),
            row=Sql(ROW),
        )
        for name in names
    )
    ((total, *found),) = seen.ask(build("count(*), {parts}", parts=parts))
    columns = {}
    for place, column in enumerate(names):
        filled, distinct, blank_row, low, high = found[_PARTS * place : _PARTS * (place + 1)]
        columns[column] = Column(column, filled, distinct, blank_row, filled > 1 and low == high, low)
    return total, columns


def look(seen: Table, total: int, columns: dict[str, Column]) -> Iterator[Finding]:
    """The findings about columns by themselves."""
    if not total:
        yield Finding("no rows", ERROR, None, 0, "the table is empty")
        return
    for column in columns.values():
        role, kind = seen.named(column.name), seen.kind_of(column.name)
        blank = total - column.filled
        if not column.filled:
            yield Finding("empty column", WARNING if kind else NOTE, role, total, "every cell is blank")
        elif blank:
            grave = kind in _GRAVE and role not in _MAY_BE_BLANK
            severity = (ERROR if kind == "weight" else WARNING) if grave else NOTE
            yield Finding("blank", severity, role, blank, in_row(column.blank_row or 0))
        if column.constant and column.filled == total > 1:
            severity = WARNING if kind == "score" else NOTE
            said = shown(column.value, total) if kind not in ("person", "text", "id") else "one value"
            yield Finding("one value throughout", severity, role, column.filled, said)
        if is_personal(column.name):
            yield Finding("personal column", WARNING, role, column.filled, "its name says so")
    yield from _of_headers(seen)


def _of_headers(seen: Table) -> Iterator[Finding]:
    for name in sorted(seen.rows.duplicated):
        role = seen.named(name)
        yield Finding("repeated header", ERROR if role in seen.roles else WARNING, role, 2, "two columns of one name")
    for entry in seen.rows.ledger:
        if entry.kind in _OF_READING and entry.count:
            played = seen.named(entry.column) if entry.column else None
            finding = f"on reading: {entry.kind.replace('_', ' ')}"
            yield Finding(finding, _OF_READING[entry.kind], played, entry.count, entry.detail)
