"""Numbers: those that cannot be read, are negative, too long, or contradict another number of their row; and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cxlab.rows import numbers
from cxlab.rows.quality.columns import Column
from cxlab.rows.quality.finding import ERROR, NOTE, WARNING, Finding, Table, Test, cell, constant, counted
from cxlab.rows.store import Sql, build, listed, text

LONGEST = 12 * 3600  # seconds
HEAVY = 5
_NUMBERS = ("number", "count", "seconds", "weight")
_WORDS = {
    ("calls", "outcome"): ("answered", "abandoned", "blocked"),
    ("calls", "cause"): ("capacity", "fault"),
    ("complaints", "kind"): ("complaint", "remark"),
}
_TRUTHS = ("true", "t", "yes", "y", "1", "1.0", "false", "f", "no", "n", "0", "0.0")
# The whole, and parts that together are never more.
_PARTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "totals": (
        ("offered", ("answered", "abandoned")),
        ("answered", ("answered_within",)),
        ("abandoned", ("abandoned_within",)),
        ("abandoned", ("abandoned_short",)),
    ),
    "reviews": (("high", ("low",)), ("high", ("score",)), ("score", ("low",))),
}


def look(seen: Table, columns: Mapping[str, Column]) -> Iterator[Finding]:
    """The findings about the numbers, truths and fixed words of a table."""
    tests: list[Test] = []
    read: dict[str, Sql] = {}
    for role, column in seen.roles.items():
        kind = seen.kinds[role]
        if not columns[column].filled:
            continue
        if kind in _NUMBERS:
            read[role] = _number(seen, column)
            tests += _of_number(seen, role, kind, column, read[role])
        elif kind == "truth":
            tests += _of_truth(seen, role, column)
        elif (seen.kind or "", role) in _WORDS:
            known = listed(text(word) for word in _WORDS[seen.kind or "", role])
            odd = build("lower({cell}) NOT IN ({known})", cell=cell(column), known=known)
            tests.append(Test("unknown word", ERROR, role, odd, value=cell(column), word=True))
    for whole, parts in _PARTS.get(seen.kind or "", ()):
        there = [read[part] for part in parts if part in read]
        if whole in read and there:
            together = listed((build("coalesce({part}, 0)", part=part) for part in there), " + ")
            more = build("{parts} > {whole}", parts=together, whole=read[whole])
            tests.append(Test(f"{' and '.join(parts)} above {whole}", ERROR, parts[0], more))
    yield from counted(seen, tests)
    if "weight" in read:
        yield from _weights(seen, read["weight"])


def _number(seen: Table, column: str) -> Sql:
    return build("try_cast({cell} AS DOUBLE)", cell=Sql(numbers.cell_of(seen.rows, column)))


def _of_number(seen: Table, role: str, kind: str, column: str, read: Sql) -> Iterator[Test]:
    written = cell(column)
    codes = [text(str(code)) for code in seen.rows.missing.get(column, ())]
    stands = build("{cell} IS NOT NULL", cell=written)
    if codes:
        stands = build("{stands} AND {cell} NOT IN ({codes})", stands=stands, cell=written, codes=listed(codes))
    unread = build("{stands} AND ({n} IS NULL OR NOT isfinite({n}))", stands=stands, n=read)
    yield Test("unreadable number", ERROR, role, unread, value=written)
    money = kind == "number" and role in ("amount", "revenue_start", "revenue_end")
    yield Test("negative", NOTE if money else ERROR, role, build("{n} < 0", n=read), value=written)
    if kind == "seconds":
        long = build("{n} > {most} AND isfinite({n})", n=read, most=LONGEST)
        yield Test("longer than 12 hours", WARNING, role, long, value=written)
    if kind == "count":
        yield Test("part of a case", ERROR, role, build("{n} <> round({n})", n=read), value=written)


def _of_truth(seen: Table, role: str, column: str) -> Iterator[Test]:
    known = [*_TRUTHS, *(str(label).lower() for label in seen.rows.labels.get(column, {}))]
    words = listed(text(word) for word in known)
    odd = build("lower({cell}) NOT IN ({words})", cell=cell(column), words=words)
    yield Test("neither yes nor no", ERROR, role, odd, value=cell(column), word=True)


def _weights(seen: Table, weight: Sql) -> Iterator[Finding]:
    finite = build("CASE WHEN isfinite({w}) THEN {w} END", w=weight)
    ((mean, total, rows),) = seen.ask(build("avg({w}), sum({w}), count({w})", w=finite))
    if total is not None and total <= 0:
        yield Finding("no weight above 0", ERROR, "weight", rows, f"they add up to {total:g}")
    elif mean:
        heavy = build("{w} > {most}", w=weight, most=constant(HEAVY * mean))
        yield from counted(seen, [Test("weight above 5 times the mean", WARNING, "weight", heavy, value=weight)])
