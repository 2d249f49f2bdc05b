"""How far the data of a period go: a month whose rows end in its middle is no month to compare."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from cxlab.report.linked import crossed
from cxlab.rows.periods import Period, parse

if TYPE_CHECKING:
    from cxlab.report.job import Report
    from cxlab.rows.read import Rows

_DAY = timedelta(days=1)


def early_end(report: Report, table: str) -> str:
    """In the report's language that the rows of a table end long before the period does; empty where they do not.

    Long is more than twice the longest pause until then, and not what the period before did as well: a shop that is
    closed on Sundays or a survey of the first week of each month ends when it always does.
    """
    if not report.dated(table):
        return ""
    days = days_of(report, report.table(table), table)
    if not days:
        return ""
    rest = _end(report.period, days)
    pause = max((after - before for before, after in pairwise([report.period.start - _DAY, *days])), default=_DAY)
    if rest <= 2 * pause:
        return ""
    before = days_of(report, report.previous.table(table), table)
    if before and _end(report.period.previous(), before) * 2 >= rest:
        return ""
    words = report.words
    name, day = words.message(f"page.table_{table}"), words.date(days[-1])
    return words.message("page.ends_early", table=name, day=day, n=rest.days)


def _end(period: Period, days: list[date]) -> timedelta:
    return period.end - days[-1] - _DAY


def days_of(report: Report, rows: Rows, table: str) -> list[date]:
    """The local days on which there are rows of a dated table, from the first to the last."""
    found = crossed(rows, [report.by_period(table, "day")])
    return sorted(parse(key).start for (key,) in found if key is not None)
