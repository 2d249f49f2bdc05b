"""Answers on scales: off the scale, unreadable, codes that look like scores, doubtful direction, haste."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from cxlab.rows.quality.columns import Column
from cxlab.rows.quality.finding import (
    ERROR,
    NOTE,
    ROW,
    WARNING,
    Finding,
    Table,
    Test,
    cell,
    constant,
    counted,
    in_row,
    shown,
)
from cxlab.rows.scores import Reading, on_scale, read_value
from cxlab.rows.store import Sql, build, listed, name, text
from cxlab.words.fold import fold_digits, match_key

MOST_VALUES = 2000
MOST_GROUPS = 60  # columns whose values one pass counts: DuckDB takes 64
LEAST_PAIRS = 30
LEAST_ITEMS = 3
AGAINST = -0.2
HASTE = 3  # a third of the median time
CODES = frozenset({-99.0, -98.0, -9.0, -8.0, -1.0, 77.0, 88.0, 96.0, 97.0, 98.0, 99.0, 997.0, 998.0, 999.0})
LARGEST_SCORE = 10.0
_DURATION = re.compile(
    r"duration( \(in seconds\))?|interview ?time|total ?time|time (taken|spent)|completion time|response time seconds"
    r"|thời gian trả lời|thời gian hoàn thành|مدت پاسخ"
)
_GOOD = re.compile(
    r"very satisfied|excellent|extremely likely|very likely|strongly agree|very easy|very good|rất hài lòng|rất dễ"
    r"|rất tốt|hoàn toàn đồng ý|کاملا راضی|بسیار راضی|عالی|بسیار آسان|کاملا موافق"
)
_BAD = re.compile(
    r"very dissatisfied|very unsatisfied|terrible|very poor|not at all likely|very unlikely|strongly disagree"
    r"|very difficult|very hard|rất không hài lòng|rất khó|rất tệ|hoàn toàn không đồng ý|کاملا ناراضی|بسیار ناراضی"
    r"|بسیار بد|بسیار سخت|کاملا مخالف"
)


@dataclass(frozen=True)
class Item:
    """One question on a scale: its column, what each distinct value stands for, in how many rows, and its ends."""

    role: str
    column: str
    values: Mapping[str, float]
    ends: tuple[float, float] | None
    seen_ends: tuple[float, float]

    def sql(self) -> Sql:
        """The number that a row's answer stands for."""
        cases = listed(
            (build("WHEN {raw} THEN {number}", raw=text(raw), number=constant(n)) for raw, n in
             self.values.items()),
            " ",
        )  # fmt: skip
        return build("CASE {column}::VARCHAR {cases} END", column=name(self.column), cases=cases)


def look(seen: Table, columns: Mapping[str, Column]) -> Iterator[Finding]:
    """The findings about the answers of a table."""
    asked = [one for one in columns.values() if one.filled and _is_question(seen, one)]
    wide = [one for one in asked if one.distinct > MOST_VALUES]
    for one in wide:
        if seen.kind_of(one.name) == "score":
            yield Finding("too many values for a scale", ERROR, seen.named(one.name), one.distinct, "about so many")
    asked = [one for one in asked if one not in wide]
    items = []
    for column, values in _distinct(seen, [one.name for one in asked]).items():
        readings = {raw: _reading(seen, column, raw) for raw, _, _ in values}
        played = seen.kind_of(column) == "score" or column in seen.rows.scale
        item = _item(seen, column, values, readings)
        if played:
            yield from _of_one(seen, item, column, values, readings)
        if item is not None and (played or _looks_like_one(values, readings)):
            items.append(item)
    yield from _of_several(seen, items)
    if seen.kind in ("answers", None):
        yield from _hasty(seen, columns)


def _is_question(seen: Table, column: Column) -> bool:
    kind = seen.kind_of(column.name)
    if kind == "score" or column.name in seen.rows.scale:
        return True
    few = column.distinct <= 2 * LARGEST_SCORE and not column.constant
    return few and kind is None and seen.kind in ("answers", None)


def _distinct(seen: Table, columns: Sequence[str]) -> dict[str, list[tuple[str, int, int]]]:
    """Every distinct value of these columns as text, in how many rows it stands and the first of them."""
    found: dict[str, list[tuple[str, int, int]]] = {}
    for first in range(0, len(columns), MOST_GROUPS):
        found |= _distinct_of(seen, columns[first : first + MOST_GROUPS])
    return found


def _distinct_of(seen: Table, columns: Sequence[str]) -> dict[str, list[tuple[str, int, int]]]:
    names = [build("{column}::VARCHAR", column=name(column)) for column in columns]
    parts = build('{names}, grouping_id({names}), count(*), min("{row}")', names=listed(names), row=Sql(ROW))
    sets = build("GROUPING SETS ({each})", each=listed(build("({one})", one=one) for one in names))
    found: dict[str, list[tuple[str, int, int]]] = {column: [] for column in columns}
    for *values, mask, count, row in seen.ask(parts, sets):
        # In the mask of a grouping set the bit of its own column is 0 and those of all others are 1.
        place = next(i for i in range(len(columns)) if not mask >> (len(columns) - 1 - i) & 1)
        if values[place] is not None:
            found[columns[place]].append((values[place], count, row))
    return {column: sorted(values, key=lambda value: value[2]) for column, values in found.items()}


def _reading(seen: Table, column: str, raw: str) -> Reading | None:
    rows = seen.rows
    return read_value(raw, rows.missing.get(column, ()), rows.labels.get(column, {}), rows.decimal)


def _item(
    seen: Table, column: str, values: Sequence[tuple[str, int, int]], readings: Mapping[str, Reading | None]
) -> Item | None:  # fmt: skip
    ends = seen.rows.scale.get(column, (0, 10) if seen.named(column) == "recommend" else None)
    known = {raw: one.value for raw, one in readings.items() if one is not None and one.value is not None}
    if ends is not None:
        ends = (float(ends[0]), float(ends[1]))
        known = {raw: number for raw, number in known.items() if on_scale(number, *ends)}
    else:
        known = {raw: number for raw, number in known.items() if number not in CODES or _usual(number, known.values())}
    if not known:
        return None
    return Item(seen.named(column), column, known, ends, (min(known.values()), max(known.values())))


def _usual(number: float, all_of_them: Iterable[float]) -> bool:
    """Whether a number that is often a code lies among the other numbers, as 9 does among 0 to 10."""
    others = [one for one in all_of_them if one not in CODES]
    return not others or min(others) - 1 <= number <= max(others) + 1


def _looks_like_one(values: Sequence[tuple[str, int, int]], readings: Mapping[str, Reading | None]) -> bool:
    """Whether a column that nobody declared looks like answers on a scale: three or more whole numbers of 0 to 10."""
    numbers = [one.value for one in readings.values() if one is not None and one.value is not None]
    good = all(float(number).is_integer() and 0 <= number <= LARGEST_SCORE for number in numbers)
    return good and len(numbers) >= LEAST_ITEMS and all(readings[raw] is not None for raw, _, _ in values)


def _of_one(
    seen: Table, item: Item | None, column: str, values: Sequence[tuple[str, int, int]],
    readings: Mapping[str, Reading | None],
) -> Iterator[Finding]:  # fmt: skip
    role = seen.named(column)
    bad = [value for value in values if readings[value[0]] is None]
    if bad:
        yield _summed("neither a number nor a declared label", ERROR, role, bad)
    numbered = [(raw, n, row, one.value) for raw, n, row in values if (one := readings[raw]) and one.value is not None]
    ends = item.ends if item else seen.rows.scale.get(column)
    if ends is not None:
        off = [(raw, n, row) for raw, n, row, number in numbered if not on_scale(number, *ends)]
        if off:
            yield _summed("off the scale", ERROR, role, off)
    elif numbered and item is not None:
        said = f"answers from {item.seen_ends[0]:g} to {item.seen_ends[1]:g}: declare scale="
        yield Finding("no scale declared", WARNING, role, sum(n for _, n, _, _ in numbered), said)
    known = item.values if item else {}
    codes = [(raw, n, row) for raw, n, row, number in numbered if number in CODES and raw not in known]
    if codes:
        yield _summed("perhaps a code for no answer", WARNING, role, codes)
    other = [value for value in values if (one := readings[value[0]]) is not None and one.how == "coerced"]
    if other:
        yield _summed("digits of another script or form", NOTE, role, other)
    if item is not None and item.ends is not None and sum(n for _, n, _, _ in numbered) >= LEAST_PAIRS:
        never = [f"{end:g}" for end, met in zip(item.ends, item.seen_ends, strict=True) if end != met]
        if never:
            yield Finding("end of the scale never used", NOTE, role, 0, f"nobody answered {' or '.join(never)}")
    yield from _labels(seen, role, column, values, readings)


def _summed(finding: str, severity: str, role: str, values: Sequence[tuple[str, int, int]]) -> Finding:
    raw, count, row = values[0]
    return Finding(finding, severity, role, sum(n for _, n, _ in values), in_row(row, shown(raw, count)))


def _labels(
    seen: Table, role: str, column: str, values: Sequence[tuple[str, int, int]], readings: Mapping[str, Reading | None]
) -> Iterator[Finding]:  # fmt: skip
    """Labels that say good at the low end and bad at the high one."""
    numbers: dict[str, float] = {str(raw): float(n) for raw, n in seen.rows.labels.get(column, {}).items()}
    for raw, _, _ in values:
        leading = re.match(r"\s*(\d+)\D", fold_digits(raw))
        if leading and readings[raw] is None:
            numbers[raw] = float(leading[1])
    good = [number for raw, number in numbers.items() if _GOOD.search(match_key(raw)) or _GOOD.search(raw.casefold())]
    bad = [number for raw, number in numbers.items() if _BAD.search(match_key(raw)) or _BAD.search(raw.casefold())]
    if role != "effort" and good and bad and max(good) < min(bad):
        rows = sum(n for _, n, _ in values)
        said = f"the best label stands for {max(good):g}, the worst for {min(bad):g}"
        yield Finding("scale polarity in doubt", WARNING, role, rows, said)


def _of_several(seen: Table, items: Sequence[Item]) -> Iterator[Finding]:
    named = [item for item in items if seen.kind_of(item.column) == "score"]
    if len(named) > 1:
        pairs = list(combinations(named, 2))
        parts = listed(
            build("corr({a}, {b}), count(*) FILTER (WHERE {a} IS NOT NULL AND {b} IS NOT NULL)", a=a.sql(), b=b.sql())
            for a, b in pairs
        )
        (answer,) = seen.ask(parts)
        for place, (a, b) in enumerate(pairs):
            r, both = answer[2 * place : 2 * place + 2]
            if r is not None and r == r and both >= LEAST_PAIRS and r <= AGAINST:
                other = b if a.role != "effort" else a
                said = f"goes against '{a.role if other is b else b.role}': correlation {r:.2f}"
                yield Finding("scale polarity in doubt", WARNING, other.role, both, said)
    yield from counted(seen, list(_straight(items)))


def _straight(items: Sequence[Item]) -> Iterator[Test]:
    """Rows with the same answer to every one of three or more questions on one scale."""
    alike: dict[tuple[float, float], list[Item]] = {}
    for item in items:
        alike.setdefault(item.ends or item.seen_ends, []).append(item)
    for (low, high), group in alike.items():
        if len(group) >= LEAST_ITEMS and high - low >= 2:
            answers = listed(item.sql() for item in group)
            every = listed((build("{one} IS NOT NULL", one=item.sql()) for item in group), " AND ")
            same = build("({every}) AND greatest({all}) = least({all})", every=every, all=answers)
            yield Test("straight-lining", WARNING, None, same, f"one answer to {len(group)} questions")


def _hasty(seen: Table, columns: Mapping[str, Column]) -> Iterator[Finding]:
    """Answers given in less than a third of the median time, where a column says how long each took."""
    found = next((one for one in columns if _DURATION.fullmatch(one.replace("_", " ").casefold().strip())), None)
    if found is None or not columns[found].filled:
        return
    seconds = build("try_cast({cell} AS DOUBLE)", cell=cell(found))
    ((median,),) = seen.ask(build("quantile_cont({s}, 0.5)", s=seconds))
    if median:
        limit = constant(median / HASTE)
        yield from counted(
            seen, [Test("speeders", WARNING, seen.named(found), build("{s} < {m}", s=seconds, m=limit),
                        f"under a third of the median, {median:g}")],
        )  # fmt: skip
