"""Measures: one metric of a report with its period before and its history, asked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cxlab.errors import ColumnError, CxlabError, DefinitionError, ReportError
from cxlab.estimate import Difference, Estimate, Estimates, joined
from cxlab.metric import About, catalogue
from cxlab.report.ending import days_of
from cxlab.tally.cut import PERIOD

if TYPE_CHECKING:
    from cxlab.report.job import Report
    from cxlab.rows.read import Rows


WHOLE = ("customers", "people")  # tables of lives: a period asks who came and who left, and no row belongs to it
ANSWERS = "answers"
SPANS = 13
CURVE = "retention_curve"  # follows everybody for as long as the data go, so no single period is asked for
# Other tables that give the same metric, where a client has not the usual one.
OTHERS: dict[str, tuple[str, ...]] = {"contacts_by_channel": ("calls", "answers")}
OTHERS |= dict.fromkeys(
    ("service_level", "speed_of_answer", "handle_time", "abandonment_rate", "blockage_rate"), ("totals",)
)
# What a row of a period counts as depends on rows before it: these are asked of the whole history.
LOOKING_BACK = ("repeat_rate", "first_contact_resolution", "open_cases", "backlog")


@dataclass(frozen=True)
class Measure:
    """A metric over the report's period: the figure, its change from the period before, its history up to here.

    `keywords` is what it was asked with and `table` whose rows it was asked of, so that its segments are asked alike.
    """

    about: About
    now: Estimates
    change: Difference | None
    history: Estimates | None
    keywords: Mapping[str, Any] = field(default_factory=dict)
    table: str = ""

    @property
    def current(self) -> Estimate:
        """The figure of the period."""
        return self.now[0]


def about_of(metric: Any) -> About:
    """The facts of a metric given by name, as its function, or as a measure of it."""
    if isinstance(metric, Measure):
        return metric.about
    if isinstance(metric, str):
        known = catalogue()
        if metric not in known:
            raise DefinitionError(f"There is no metric '{metric}'", "a report asks for it", "See cx.metrics()")
        return known[metric]
    about = metric if isinstance(metric, About) else getattr(metric, "about", None)
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


def keywords_of(report: Report, metric: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a metric is asked with here: level and variant of the plan, its options, and what the cell says."""
    about = about_of(metric)
    asked: dict[str, Any] = {"level": report.level}
    if about.name in report.job.variants:
        asked["variant"] = report.job.variants[about.name]
    asked |= dict(report.options.get(about.name, {}))
    if isinstance(metric, Measure):
        asked |= metric.keywords
    return asked | dict(given)


def table_of(report: Report, metric: Any) -> str:
    """The table that a metric is asked of here: its usual one, or another that gives it where there is only that."""
    if isinstance(metric, Measure) and metric.table:
        return metric.table
    about = about_of(metric)
    asked = keywords_of(report, about, {})
    usual = "transactions" if asked.get("variant") == "inactivity" else about.table
    others = () if report.has(usual) else OTHERS.get(about.name, ())
    return next((name for name in others if report.has(name)), usual)


def measured(report: Report, metric: Any, **keywords: Any) -> Measure:
    """A metric of the report's period, asked of its history in one pass where the rows are dated."""
    about, table = about_of(metric), table_of(report, metric)
    ask = function_of(about)
    asked = keywords_of(report, metric, keywords)
    rows = report.table(table)
    if about.name != CURVE and (table in WHOLE or about.table in WHOLE):
        history = _spans(report, ask, report.sources[table], asked)
    elif report.dated(table):
        history = in_periods(report, ask, report.history.table(table), table, asked)
    else:
        return Measure(about, ask(rows, **asked), None, None, keywords, table)
    places = {one.segment[PERIOD]: i for i, one in enumerate(history)}
    key = report.period.key
    if key not in places:
        return Measure(about, ask(rows, **asked), None, None, keywords, table)
    at = places[key]
    change = history.take([at - 1, at]).compare("previous")[0] if at else None
    if table == ANSWERS:
        ask(rows, **asked)  # the ledger of the period then says how many of its rows did not answer this question
    return Measure(about, history.take([at]), change, history, keywords, table)


def in_periods(
    report: Report, ask: Callable[..., Estimates], rows: Rows, table: str, asked: Mapping[str, Any],
    by: Sequence[str] = (), most: int = SPANS,
) -> Estimates:  # fmt: skip
    """A metric of dated rows in each of the client's periods; of a range of days, in the last ones as long as it."""
    if report.period.every == "range":
        return _spans(report, ask, rows, {"by": list(by), **asked} if by else asked, most)
    return ask(rows, by=[*by, report.by_period(table)], **asked)


def _spans(
    report: Report, ask: Callable[..., Estimates], rows: Rows, asked: Mapping[str, Any], most: int = SPANS
) -> Estimates:
    """A figure in each of the last periods, asked one by one: of whole lives (churn, turnover), and of ranges."""
    periods = [report.period]
    while len(periods) < most:
        periods.insert(0, periods[0].previous())
    found = {one.key: ask(rows, period=one.key, **asked) for one in periods}
    known = {key: part for key, part in found.items() if any(one.n for one in part)}
    answer = joined(known or found, PERIOD, {one.key: one for one in periods})
    if answer.by == (PERIOD,):
        answer.axis = PERIOD
    return answer


def has_number(measure: Measure) -> bool:
    """Whether there is a figure to lead with: none was hidden, and the data gave one."""
    return measure.current.estimate is not None


def refuse_empty(report: Report, found: Sequence[Measure]) -> None:
    """Refuse a report without a single figure: a wrong period or filter, which pages of "no data" would not say."""
    if any(map(has_number, found)):
        return
    seen, rows = [], 0
    for table in dict.fromkeys(measure.table or measure.about.table for measure in found):
        counts = report.table(table).ledger.counts
        rows += counts.get("kept", 0)
        days = days_of(report, report.sources[table], table) if report.dated(table) and not counts.get("kept") else []
        lie = f", which lie from {days[0]} to {days[-1]}" if days else ""
        seen.append(f"{table}: {counts.get('read', 0)} rows read{lie}, {counts.get('kept', 0)} kept")
    seen += [f"{one.about.name}: {one.current.note}" for one in found if one.current.note and one.current.n != 0]
    raise ReportError(
        f"There is nothing to report for {report.period.key}",
        "; ".join(seen),
        "Take a longer or an earlier period; how few people may be shown is smallest_base under the plan's privacy"
        if rows
        else "Check the period, the column of the time, the client's time zone and the plan's filter",
    )


def of_period(report: Report, metric: Any, asked: dict[str, Any]) -> tuple[Rows, dict[str, Any]]:
    """The rows and keywords that give a metric over the report's period alone, with cuts of one's own."""
    about, table = about_of(metric), table_of(report, metric)
    if about.name == CURVE or (about.name not in LOOKING_BACK and {table, about.table}.isdisjoint(WHOLE)):
        return report.table(table), asked
    if table in WHOLE or about.table in WHOLE:
        return report.sources[table], {"period": report.period.key} | asked
    dated = {"period": report.period.key} if report.dated(table) else {}
    return report.history.table(table), dated | asked


def possible(report: Report, metric: Any, **keywords: Any) -> Measure | CxlabError:
    """The measure, or why these data do not give it."""
    try:
        return measured(report, metric, **keywords)
    except (ColumnError, DefinitionError) as error:
        return error


def lacking(report: Report, about: About, error: CxlabError) -> str:
    """That data do not give a metric and why, in the report's language."""
    why = reason(report, about, error)
    return report.words.message("page.not_measured", metric=about.label[report.locale], reason=why)


def reason(report: Report, about: About, error: CxlabError) -> str:
    """Why data do not give a metric, in the report's language: no table, no column, or a choice left open.

    What else an error says is for those who write plans, in English: `cxlab check` and the notebook by hand tell it.
    """
    words, table = report.words, table_of(report, about.name)
    wanted = getattr(error, "lacks", "")
    if not report.has(table):
        return words.message("page.lacks_table", table=words.message(f"page.table_{table}"))
    if wanted:
        return words.message("page.lacks_column", column=words.isolate(wanted))
    return words.message("page.lacks_choice", name=words.isolate(about.name))
