"""Measures: one metric of a report with its period before and its history, asked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxlab.errors import ColumnError, DefinitionError, ReportError
from cxlab.estimate import Difference, Estimate, Estimates, joined
from cxlab.metric import About, catalogue
from cxlab.tally.cut import PERIOD

if TYPE_CHECKING:
    from cxlab.report.job import Report


WHOLE = ("customers", "people")  # tables of lives: a period asks who came and who left, and no row belongs to it
SPANS = 13


@dataclass(frozen=True)
class Measure:
    """A metric over the report's period: the figure, its change from the period before, its history up to here."""

    about: About
    now: Estimates
    change: Difference | None
    history: Estimates | None

    @property
    def current(self) -> Estimate:
        """The figure of the period."""
        return self.now[0]


def about_of(metric: Any) -> About:
    """The facts of a metric given by name or as its function."""
    if isinstance(metric, str):
        known = catalogue()
        if metric not in known:
            raise DefinitionError(f"There is no metric '{metric}'", "a report asks for it", "See cx.metrics()")
        return known[metric]
    about = getattr(metric, "about", None)
    if not isinstance(about, About):
        raise DefinitionError(
            "A measure is a metric of the catalogue", f"given was {metric!r}", "Name it, such as 'nps'"
        )
    return about


def function_of(about: About) -> Callable[..., Estimates]:
    """The metric itself."""
    if about.function is None:
        raise DefinitionError(f"{about.name} cannot be asked", "it has no function", "Name a metric of the catalogue")
    return about.function


def keywords_of(report: Report, about: About, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a metric is asked with here: level and variant of the plan, its options, and what the cell says."""
    asked: dict[str, Any] = {"level": report.level}
    if about.name in report.job.variants:
        asked["variant"] = report.job.variants[about.name]
    asked |= dict(report.options.get(about.name, {}))
    return asked | dict(given)


def measured(report: Report, metric: Any, table: str | None = None, **keywords: Any) -> Measure:
    """A metric of the report's period, asked of its history in one pass where the rows are dated."""
    about = about_of(metric)
    table = table or about.table
    ask = function_of(about)
    asked = keywords_of(report, about, keywords)
    if table in WHOLE:
        history = _spans(report, ask, table, asked)
    elif report.dated(table):
        history = ask(report.history.table(table), by=report.by_period(table), **asked)
    else:
        return Measure(about, ask(report.table(table), **asked), None, None)
    places = {one.segment[PERIOD]: i for i, one in enumerate(history)}
    key = report.period.key
    if key not in places:
        return Measure(about, ask(report.table(table), **asked), None, None)
    at = places[key]
    change = history.take([at - 1, at]).compare("previous")[0] if at else None
    return Measure(about, history.take([at]), change, history)


def _spans(report: Report, ask: Callable[..., Estimates], table: str, asked: Mapping[str, Any]) -> Estimates:
    """A figure of whole lives (churn, turnover) in each of the last periods, asked one by one."""
    periods = [report.period]
    while len(periods) < SPANS:
        periods.insert(0, periods[0].previous())
    rows = report.sources[table]
    found = {one.key: ask(rows, period=one.key, **asked) for one in periods}
    known = {key: part for key, part in found.items() if part[0].n}
    return joined(known or found, PERIOD, {one.key: one for one in periods})


def refuse_empty(report: Report, found: Sequence[Measure]) -> None:
    """Refuse a report without a single row: a wrong period or filter, which pages of "no data" would not say."""
    if any(measure.current.n != 0 or measure.current.estimate is not None for measure in found):
        return
    seen = []
    for table in dict.fromkeys(measure.about.table for measure in found):
        counts = report.table(table).ledger.counts
        seen.append(f"{table}: {counts.get('read', 0)} rows read, {counts.get('kept', 0)} kept")
    raise ReportError(
        f"There is nothing to report for {report.period.key}",
        "; ".join(seen),
        "Check the period, the column of the time, the client's time zone and the plan's filter",
    )


def possible(report: Report, metric: Any, **keywords: Any) -> Measure | str:
    """The measure, or why these data do not give it."""
    try:
        return measured(report, metric, **keywords)
    except (ColumnError, DefinitionError) as error:
        return error.wrong
