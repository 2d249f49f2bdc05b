"""One question as an explorer puts it together, the call that asks it, and what there is to choose from in a table."""

from __future__ import annotations

import inspect
import re
from ast import literal_eval
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import narwhals as nw

from cxlab.errors import ColumnError, CxlabError, DefinitionError, did_you_mean
from cxlab.estimate import Estimates
from cxlab.metric import About, catalogue
from cxlab.rows.clock import DAYS, Calendar
from cxlab.rows.periods import Period, between
from cxlab.rows.read import Rows, collect
from cxlab.rows.times import timeline
from cxlab.tally.cut import ByPeriod

ALL, EACH = "all", "each month"
MOST_SEGMENTS, TRIED = 30, 200
# The role that no other table has, the most particular first; a table with none of them holds answers.
KNOWN_BY = {
    "review": "reviews", "offered": "totals", "call": "calls", "complaint": "complaints", "ticket": "tickets",
    "order": "orders", "employee": "people", "answer": "answers", "recommend": "answers", "amount": "transactions",
    "kind": "events", "started": "customers",
}  # fmt: skip


# A keyword as an error writes it: scale=(1, 5), easy="high", reached=12000.
_WRITTEN = re.compile(r"""\b([a-z_]+)=(\([\d., -]+\)|"[^"]*"|\d[\d_.]*)(?=\W|$)""")


@dataclass(frozen=True)
class Choice:
    """A metric, the segments, the period ("all", "each month" or a key such as "2026-10") and the level, 0.7 to 1."""

    metric: str
    segment: str | None = None
    period: str = ALL
    level: float = 0.95
    calendar: str = "gregorian"
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def about(self) -> About:
        """The facts of the metric."""
        return catalogue()[self.metric]

    def code(self, name: str = "rows") -> str:
        """The call that gives these estimates, as a line of Python; `name` is what the table is called there.

        >>> Choice("nps", "region", "2026-10", 0.9).code("answers")
        'cx.nps(answers, by="region", period="2026-10", level=0.9)'
        """
        return call(self.metric, name, **self._keywords())

    def estimates(self, rows: Rows) -> Estimates:
        """The estimates of this question, asked of a table."""
        function: Any = self.about.function
        asked: Estimates = function(rows, **self._keywords())
        return asked

    def _keywords(self) -> dict[str, Any]:
        by: list[Any] = [self.segment] if self.segment else []
        if self.period == EACH:
            by.append(ByPeriod(str(self.about.time), "month", calendar=self.calendar))
        found: dict[str, Any] = dict(self.options)
        if by:
            found["by"] = by[0] if len(by) == 1 else by
        if self.period not in (ALL, EACH):
            found["period"] = self.period
        return found | ({"level": self.level} if self.level != 0.95 else {})


@dataclass(frozen=True)
class Offer:
    """What there is to choose from in a table: metrics, segment columns, and why other metrics are left out.

    `per_period` are the metrics that are asked of one period and of nothing else, such as churn. `examples` are
    keywords with which metrics that are left out would be offered.
    """

    metrics: tuple[str, ...]
    segments: tuple[str, ...]
    left_out: Mapping[str, str]
    per_period: frozenset[str] = frozenset()
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def offer(rows: Rows, options: Mapping[str, Mapping[str, Any]]) -> Offer:
    """The metrics whose roles the table has, each tried on a few rows, and the columns with 2 to 30 segments.

    `options` are the metrics' own keywords by name (`{"ces": {"easy": "high"}}`). A metric that lacks one is left out
    with what it says; a table that no metric can be asked of is an error.
    """
    for name in options:
        if name not in catalogue():
            todo = did_you_mean(name, catalogue()) or "See cx.metrics()"
            raise DefinitionError("Options are given by metric", f"there is no metric '{name}'", todo)
    few, tables = rows.on(rows.frame.head(TRIED)), _tables(rows)
    metrics, per_period = [], frozenset[str]()
    left_out: dict[str, str] = {}
    examples: dict[str, dict[str, Any]] = {}
    # The answers to a question come first: they are what an explorer is opened for.
    known_here = (one for one in catalogue().values() if one.table in tables)
    for about in sorted(known_here, key=lambda one: not _question(one)):
        name, asked = about.name, _question(about)
        if asked and not rows.has(asked) and name not in options:
            continue  # the table has no such question
        choice = Choice(name, options=options.get(name, {}))
        refusal, one_period = _tried(few, choice)
        if refusal is None:
            metrics.append(name)
            per_period |= {name} if one_period else set()
        elif not isinstance(refusal, ColumnError):  # which means that the table has no such question
            left_out[name] = f"{refusal.wrong} ({refusal.todo})"
            examples[name] = _example(few, choice, refusal)
    if not metrics:
        raise ColumnError(
            "There is no metric to explore in this table",
            "; ".join([f"{rows.origin} was taken for {' or '.join(tables)}", *left_out.values()]),
            "Name its columns by their roles: cx.read(..., columns={...}); give what it lacks: ces={'easy': 'high'}",
        )
    return Offer(tuple(metrics), segments(rows), left_out, per_period, examples)


def segments(rows: Rows) -> tuple[str, ...]:
    """The columns of words that hold 2 to 30 different ones."""
    schema = rows.frame.collect_schema()
    words = [name for name, kind in schema.items() if kind in (nw.String, nw.Categorical, nw.Enum, nw.Boolean)]
    if not words:
        return ()
    counted = collect(rows.frame.select(*(nw.col(name).n_unique().alias(name) for name in words)))
    return tuple(name for name in words if 2 <= counted.column(name)[0].as_py() <= MOST_SEGMENTS)


def months(rows: Rows, about: About, calendar: str = "gregorian") -> tuple[Period, ...]:
    """The months in which the table has rows by the metric's defining time, the last first; none without a time."""
    if about.time is None or not rows.has(about.time):
        return ()
    span = timeline(rows, about.time, None, about.name).span()
    return () if span is None else tuple(reversed(between(*span, "month", calendar, None)))


def _refusal(rows: Rows, choice: Choice) -> CxlabError | None:
    """Why the question cannot be asked of the rows; None where it can."""
    try:
        choice.estimates(rows)
    except CxlabError as error:
        return error
    return None


def _tried(rows: Rows, choice: Choice) -> tuple[CxlabError | None, bool]:
    """Why the question cannot be asked of the rows, and whether it can be of one period only."""
    refusal = _refusal(rows, choice)
    known = months(rows, choice.about) if isinstance(refusal, DefinitionError) else ()
    if known and _refusal(rows, replace(choice, period=known[0].key)) is None:
        return None, True
    return refusal, False


def _example(rows: Rows, choice: Choice, refusal: CxlabError) -> dict[str, Any]:
    """What is missing as a refusal's own text writes it, and what is missing then; only what leads further."""
    given: dict[str, Any] = {}
    left: CxlabError | None = refusal
    while left is not None and (next_ := _written(choice, left)):
        if given.keys() & next_.keys():
            break
        tried = {**given, **next_}
        left = _tried(rows, replace(choice, options={**choice.options, **tried}))[0]
        if left is not None and given and not _written(choice, left).keys() - tried.keys():
            break  # such as a scale that is not that of these answers
        given = tried
    return given


def _written(choice: Choice, refusal: CxlabError) -> dict[str, Any]:
    """The first keyword of the metric in what an error about its definition says is to be done."""
    if not isinstance(refusal, DefinitionError):
        return {}
    known = inspect.signature(choice.about.function or _written).parameters
    found = [said for said in _WRITTEN.finditer(refusal.todo) if said[1] in known]
    return {said[1]: literal_eval(said[2]) for said in found[:1]}


def _question(about: About) -> str:
    """The column of answers that a metric takes where none is named; empty for metrics of other things."""
    score = inspect.signature(about.function or _question).parameters.get("score")
    return str(score.default) if score is not None else ""


def _tables(rows: Rows) -> Sequence[str]:
    found = next((table for role, table in KNOWN_BY.items() if rows.has(role)), "answers")
    return ("totals", "calls") if found == "totals" else (found,)


def call(name: str, rows: str, *given: Any, **keywords: Any) -> str:
    """A call of the package as a line of Python.

    >>> call("explore", "rows", "fa", ces={"easy": "high"})
    'cx.explore(rows, "fa", ces={"easy": "high"})'
    """
    said = [rows, *map(_literal, given), *(f"{key}={_literal(value)}" for key, value in keywords.items())]
    return f"cx.{name}({', '.join(said)})"


def _literal(value: Any) -> str:
    """A value as it is written in Python, with the house's quotation marks."""
    if isinstance(value, Calendar):
        return _clock(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_literal(key)}: {_literal(one)}' for key, one in value.items())}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, date):
        return _literal(value.isoformat())  # which metrics read as well, and which needs no import
    if isinstance(value, ByPeriod):
        calendar = "" if value.calendar == "gregorian" else f', calendar="{value.calendar}"'
        return f'cx.period("{value.column}", "{value.every}"{calendar})'
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, str):
        return f'"{value}"' if '"' not in value and value.isprintable() and "\\" not in value else repr(value)
    return repr(value)


def _clock(clock: Calendar) -> str:
    """The call that makes a business clock."""
    hours = {
        day: ",".join("-".join(f"{x // 3600:02d}:{x // 60 % 60:02d}" for x in span) for span in spans)
        for day, spans in zip(DAYS, clock.hours, strict=True)
        if spans
    }
    return call("calendar", _literal(hours), list(clock.holidays), clock.timezone)
