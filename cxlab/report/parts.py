"""Parts of a page, one question each: how answers spread, shares of a whole, who stays, what a customer is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import narwhals as nw

from cxlab.errors import AnswerError, ColumnError, DefinitionError
from cxlab.metrics.survey import distribution
from cxlab.report.cuts import reading
from cxlab.report.fragment import Fragment, paragraph
from cxlab.report.measure import CURVE, about_of, function_of, keywords_of, lacking, table_of
from cxlab.rows.numbers import number
from cxlab.rows.read import collect
from cxlab.show import figures, tables
from cxlab.show.curve import MOST
from cxlab.show.scale import scale

if TYPE_CHECKING:
    from cxlab.estimate import Estimate
    from cxlab.report.job import Report
    from cxlab.report.page import Page

VALUE = "clv_model"
STEPS = 25  # points of a drawn curve
ROWS = 26  # segments of one drawing: more would not stand on a page
POINTS = 4  # of them, those in the table beside it, where the plan names none
ASKED = {"nps": "recommend", "csat": "satisfaction", "ces": "effort"}  # the question that a metric is asked of
NPS_BANDS = {"detractors": (0, 6), "passives": (7, 8), "promoters": (9, 10)}


def spread(at: Page, score: Any, column: str | None, ends: Any, bands: Any) -> Fragment:
    """How the answers to a question are spread: in bands by segment where there are bands, else over its points."""
    report = at.report
    score = score if isinstance(score, str) else ASKED.get(about_of(score).name, "")
    if not score or not report.has("answers", score):
        return at.words_of("page.no_spread")
    rows, column = report.answers, column or at.cut_of("answers")
    usual = score == "recommend"
    ends = ends or rows.scale.get(rows.column(score)) or ((0, 10) if usual else None)
    if ends is None:
        return at.words_of("page.no_spread")
    bands = bands or (NPS_BANDS if usual else None)
    asked: dict[str, Any] = {"scale": ends, "level": report.level}
    if column is None or bands is None:
        drawn = at.show(distribution(rows, score, **asked), kind="distribution")
        return Fragment(f'<div class="pair">{drawn.html()}<div></div></div>', drawn.alt(), kind="spread")
    safe = at.safe(distribution(rows, score, by=column, bands=bands, **asked))
    kept = [i for i, one in enumerate(safe) if one.n is not None]
    if not kept:
        return at.words_of("page.too_few")
    largest = most_drawn({safe[i].segment[column]: safe[i].n or 0 for i in kept})
    shown = [i for i in kept if safe[i].segment[column] in largest]
    drawn = figures.plot(safe.take(shown), kind="diverging", theme=at.theme, number=at.next_figure())
    fewer = len({safe[i].segment[column] for i in kept}) - len(largest)
    note = paragraph(at.words.message("page.not_drawn", n=fewer), "note") if fewer else ""
    rest = [one for differences in at.compared if differences.to == "rest" for one in differences]
    return Fragment(f'<div class="pair">{drawn.html()}{reading(at, rest)}</div>{note}', drawn.alt(), kind="spread")


def most_drawn(bases: Mapping[Any, int]) -> set[Any]:
    """The segments that one drawing has room for: the largest, if not all of them."""
    return set(sorted(bases, key=lambda name: (-bases[name], str(name)))[:ROWS])


def shares(at: Page, metric: Any, keywords: Mapping[str, Any]) -> Fragment:
    """The parts of one whole, such as channels, each with its own interval."""
    report, about = at.report, about_of(metric)
    try:
        found = function_of(about)(report.table(table_of(report, metric)), **keywords_of(report, metric, keywords))
    except (ColumnError, DefinitionError) as error:
        return at.said(lacking(report, about, error))
    return Fragment(str(at.show(found)))


def curve(at: Page, days: Sequence[float], keywords: Mapping[str, Any]) -> Fragment:
    """How many customers are still there after so many days (or units of the plan's duration), of all of them."""
    report, about = at.report, about_of(CURVE)
    ask, asked = function_of(about), keywords_of(report, about, keywords)
    try:
        rows, points = report.table(about.table), points_of(report, days)
        asked["at"] = points
        found = at.safe(ask(rows, **asked))
    except (ColumnError, DefinitionError) as error:
        return at.said(lacking(report, about, error))
    steps = sorted({*points, *(max(points) * i / STEPS for i in range(STEPS + 1))})
    fine = ask(rows, **asked | {"at": steps}).suppress(at.hiding.smallest)
    drawn = figures.plot(fine, kind="curve", theme=at.theme, number=at.next_figure())
    beside = _curves(at, asked | {"at": steps}) or "<div></div>"
    told = tables.table(found, theme=at.theme, number=at.next_table())
    return Fragment(f'<div class="pair">{drawn.html()}{beside}</div>{told}', drawn.alt())


def _curves(at: Page, asked: Mapping[str, Any]) -> str:
    """The curves of the first segment column whose shown segments are few enough to be told apart."""
    report, about = at.report, about_of(CURVE)
    for column in report.segments:
        if not report.has(about.table, column):
            continue
        safe = at.safe(function_of(about)(report.table(about.table), by=column, **asked), listed=False)
        kept = [i for i, one in enumerate(safe) if one.n is not None]
        if kept and len({safe[i].segment[column] for i in kept}) <= MOST:
            return figures.plot(safe.take(kept), kind="curve", theme=at.theme, number=at.next_figure()).html()
    return ""


def points_of(report: Report, days: Sequence[float]) -> list[float]:
    """Where a curve is read: as the plan says, else at these days, or at round places of a duration without dates.

    Not beyond the place that a small base of customers has reached: a headline of the last dozen would say little.
    """
    asked = keywords_of(report, CURVE, {})
    if "at" in asked or "duration" not in asked:
        return list(asked.get("at", days))
    rows = number(report.table("customers"), asked["duration"], CURVE)
    lasted = nw.col(rows.column(asked["duration"]))
    few = collect(rows.frame.select(lasted.cast(nw.Float64)).drop_nulls()).column(0).sort(order="descending")
    longest = float(few[min(report.job.small_base, len(few)) - 1].as_py()) if len(few) else 0.0
    found = [tick for tick in scale([0.0, longest or 1.0], "number").ticks if 0 < tick <= longest]
    return found[-POINTS:] or [longest or 1.0]


def _limits(at: Page, one: Estimate, unit: str, **how: Any) -> str:
    """An interval in words; a model that was fitted to too little has none."""
    if one.low is None and one.high is None:
        return at.words.message("page.value_unbounded")
    return at.words.interval(one.low, one.high, unit, **how)


def value(at: Page, keywords: Mapping[str, Any]) -> Fragment:
    """What a customer will buy and spend within the horizon, and how the model did in the report's own period.

    It is fitted to what was bought before the period, so that the period can tell whether it is to be believed.
    """
    report, about, words = at.report, about_of(VALUE), at.words
    ends = report.period.start - timedelta(days=1)
    try:
        asked = {"until": ends.isoformat(), **keywords_of(report, about, keywords)}
        model: Any = function_of(about)(report.history.table(about.table), **asked)
        came = model.holdout()
    except (ColumnError, DefinitionError, AnswerError) as error:
        return at.said(lacking(report, about, error))
    worth = at.safe(model)[0]
    bought = next(one for one in model.estimates if one.segment["figure"] == "purchases")
    if worth.n is None or bought.estimate is None:
        return at.words_of("page.too_few")
    told = {
        "date": words.date(ends), "days": words.digits(str(model[0].definition["horizon"]).split()[0]),
        "base": words.count(int(bought.n)),
        "level": words.percent(worth.level, 0), "purchases": words.number(bought.estimate, 2),
        "limits": _limits(at, bought, "number", decimals=2),
    }  # fmt: skip
    lines = [words.message("page.value_purchases", **told)]
    if worth.estimate is not None:
        money: dict[str, Any] = {"unit": "money", "currency": at.theme.currency}
        limits = _limits(at, worth, **money, named=True)
        sum_of_it = words.value(worth.estimate, **money)
        lines.append(words.message("page.value_money", level=told["level"], value=sum_of_it, limits=limits))
    expected, actual = (float((came["customers"] * came[name]).sum()) for name in ("expected", "actual"))
    period = words.period(report.period)
    counted = {"expected": words.count(round(expected)), "actual": words.count(round(actual))}
    lines.append(words.message("page.value_checked", period=period, **counted))
    if actual:
        lines.append(words.message("page.value_off", off=words.percent(expected / actual - 1, 0, signed=True)))
    return Fragment(f'<div class="finding">{"".join(map(paragraph, lines))}</div>', " ".join(lines))
