"""What a look at a table's quality gives: findings, and the conditions whose rows are counted in one pass."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cxlab.rows.asking import records_of
from cxlab.rows.dates import relation_of
from cxlab.rows.read import Rows
from cxlab.rows.roles import TABLES, roles_in, table_of
from cxlab.rows.store import Sql, build, listed, name, text
from cxlab.words.private import kinds_in

ERROR, WARNING, NOTE = "error", "warning", "note"
SEVERITIES = (ERROR, WARNING, NOTE)
ROW = "__cxlab_row"
# A text is shown when several rows hold it, as a label does; a text of one row may be what a person wrote.
SHOWN_FROM = 3
_LONGEST = 40
# A text that merely begins with a digit may be a sentence.
_NUMBER_OR_TIME = re.compile(r"[-+]?\d[\d\s.,:/%+٫٬-]*([TZ][\d:.+-]*Z?)?|[-+]?(inf|nan)", re.I)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or in doubt: what, how grave, of which role or column, in how many rows, and where."""

    finding: str
    severity: str
    role: str | None
    count: int
    example: str


@dataclass(frozen=True)
class Test:
    """A condition on rows; those that meet it are counted.

    `said` is shown beside the number of the first row, or the `value` in it where that may be shown; a `word` of a
    fixed choice may, however rare it is.
    """

    finding: str
    severity: str
    role: str | None
    where: Sql
    said: str = ""
    value: Sql | None = None
    word: bool = False
    # Named like the tests of a test runner, and none of them.
    __test__ = False


@dataclass(frozen=True)
class Table:
    """A table looked at: its rows as a DuckDB relation with their numbers, its kind, and which column plays what."""

    rows: Rows
    relation: Any
    kind: str | None
    roles: Mapping[str, str]
    kinds: Mapping[str, str]
    types: Mapping[str, str] = field(default_factory=dict)

    def named(self, column: str) -> str:
        """The role that a column plays, or its own name."""
        return next((role for role, played in self.roles.items() if played == column), column)

    def kind_of(self, column: str) -> str | None:
        """The kind of values that a column holds by its role; None where it plays none."""
        return self.kinds.get(self.named(column)) if self.named(column) in self.roles else None

    def is_text(self, column: str) -> bool:
        """Whether the column holds text."""
        return self.types[column] == "VARCHAR"

    def ask(self, parts: Sql, group: str = "") -> list[tuple[Any, ...]]:
        """The rows that one aggregate answers; DuckDB takes text and not a kind of it."""
        return records_of(self.relation.aggregate(str(parts), str(group)))


def table(rows: Rows) -> Table:
    """The rows as they are looked at."""
    found = {role: rows.find(role) for roles in TABLES.values() for role in roles}
    there = {role: column for role, column in found.items() if column is not None}
    kind = table_of(list(there))
    kinds = roles_in(kind)
    relation = relation_of(rows)
    types = dict(zip(relation.columns, (str(one) for one in relation.types), strict=True))
    numbered = relation.select(f'*, row_number() OVER () AS "{ROW}"')
    own = {role: column for role, column in there.items() if role in kinds}
    return Table(rows, numbered, kind, own, kinds, types)


def cell(column: str) -> Sql:
    """A cell as text, null where nothing but blanks stands in it."""
    return build("nullif(trim({column}::VARCHAR), '')", column=name(column))


def constant(number: float) -> Sql:
    """A number in a query, also one that is infinite, which SQL would take for the name of a column."""
    return build("{number}::DOUBLE", number=text(repr(float(number))))


def counted(seen: Table, tests: Sequence[Test]) -> list[Finding]:
    """The findings of those tests that some row meets, all from one pass."""
    if not tests:
        return []
    parts = listed(
        build(
            "count(*) FILTER (WHERE {where}), min({row}) FILTER (WHERE {where}), "
            "arg_min(({value})::VARCHAR, {row}) FILTER (WHERE {where})",
            where=test.where,
            row=Sql(ROW),
            value=test.value or Sql("NULL"),
        )
        for test in tests
    )
    (answer,) = seen.ask(parts)
    found = []
    for place, test in enumerate(tests):
        count, row, value = answer[3 * place : 3 * place + 3]
        if count:
            said = test.said or ("" if value is None else shown(value, count, test.word))
            found.append(Finding(test.finding, test.severity, test.role, count, in_row(row, said)))
    return found


def in_row(row: int, said: str = "") -> str:
    """Where the first such row is, and what may be said of it."""
    return f"row {row}: {said}" if said else f"row {row}"


def shown(value: object, count: int, word: bool = False) -> str:
    """A value as an example: numbers and labels as they are, what a person may have written not at all."""
    raw = str(value)
    plain = raw.strip()
    if kinds_in(raw):
        return "personal data"
    if _NUMBER_OR_TIME.fullmatch(plain) or count >= SHOWN_FROM or (word and " " not in plain):
        return repr(raw if len(raw) <= _LONGEST else f"{raw[:_LONGEST]}…")
    return "a text"
