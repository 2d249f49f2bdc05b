"""What a change is made of, whether a month stands out, and what goes with the outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
from scipy.special import fdtrc

from cxlab.compare.change import change
from cxlab.compare.chart import ControlChart, control_chart
from cxlab.compare.drivers import drivers
from cxlab.errors import ColumnError, ComparisonError, DefinitionError
from cxlab.estimate import Estimates, Facts, joined
from cxlab.metrics.survey import csat
from cxlab.report.cuts import READ, told
from cxlab.report.fragment import Fragment
from cxlab.report.measure import about_of, function_of, in_periods, keywords_of, table_of
from cxlab.report.parts import most_drawn
from cxlab.rows.read import Rows, collect
from cxlab.show import figures
from cxlab.show.change import plot_change
from cxlab.show.order import looked_up
from cxlab.show.sentences import say
from cxlab.show.trend import trend
from cxlab.tally.cut import PERIOD, segment_of

if TYPE_CHECKING:
    from cxlab.report.page import Page


def changed(at: Page, metric: Any, column: str) -> Fragment:
    """The change from the period before as a waterfall: the mix of a column, then what moved within each segment."""
    report, about, table = at.report, about_of(metric), table_of(at.report, metric)
    if not report.dated(table):
        return at.words_of("page.needs_time")
    before, now = report.period.previous(), report.period
    asked = keywords_of(report, metric, {})
    try:
        rows, lumped = _lumped(at, function_of(about), table, column, asked)
        found = change(rows, about.name, between=(before.key, now.key), mix=column, **asked)
    except (ColumnError, ComparisonError, DefinitionError):  # never values that cannot be true
        return at.said(at.words.message("page.no_parts", metric=at.spoken.metric(about.name)))
    ends = found.start[0], found.end[0]
    if any(one.estimate is None or (one.n or 0) < at.hiding.smallest for one in ends):
        return at.words_of("page.no_previous")
    drawn = plot_change(replace(found, segments=_in_order(at, found.segments, column, lumped)), at.theme)
    return Fragment(drawn.titled(drawn.title, at.next_figure()).html(), drawn.alt())


def _in_order(at: Page, parts: Estimates, column: str, lumped: set[Any]) -> Estimates:
    """The parts of a change as their names are looked up; those that are not told apart are last, by one name."""
    name = at.words.message("page.others")
    shown = [one for one in parts if one.segment[column] not in lumped]
    others = [
        replace(one, segment=Facts({**one.segment, column: name})) for one in parts if one.segment[column] in lumped
    ]
    order = looked_up(at.spoken, column, [one.segment[column] for one in shown])
    return Estimates([*(shown[i] for i in order), *others], by=parts.by, axis=parts.axis)


def controlled(at: Page, metric: Any) -> Fragment:
    """The history with the control limits that its own variation sets: only a signal is worth a meeting."""
    report, about, table = at.report, about_of(metric), table_of(at.report, metric)
    if not report.dated(table):
        return at.words_of("page.needs_time")
    asked = keywords_of(report, metric, {})
    history = in_periods(report, function_of(about), report.history.table(table), table, asked)
    if len(history) < 2:
        return at.words_of("page.no_previous")
    safe = at.safe(history, listed=False)
    drawn = trend(safe, at.theme, chart=control_chart(safe), small_base=report.job.small_base)
    return Fragment(drawn.titled(drawn.title, at.next_figure()).html(), drawn.alt())


def signal(at: Page, chart: ControlChart) -> str:
    """What a control chart says of the report's own period, in a sentence; empty where there is no signal in it.

    A slow way up or down shows here, where each step from one period to the next is unclear.
    """
    one, words = chart.estimates[-1], at.words
    if chart.notes or not chart.signals[-1] or one.segment[PERIOD] != at.report.period.key:
        return ""
    metric = at.spoken.measured(one)
    look: dict[str, Any] = {"currency": at.theme.currency, "time": at.spoken.time(one)}
    if "outside" in chart.signals[-1]:
        low, high, now = float(chart.low[-1]), float(chart.high[-1]), float(chart.value[-1])
        if (one.low is not None and one.high is not None) and one.low <= float(chart.centre[-1]) <= one.high:
            return ""  # of so few that the mean itself is among what the figure may be
        limit = low if now < low else high

        def shown(x: float, places: int | None) -> str:
            return words.value(x, one.unit, places, **look)

        # As many decimals as it takes not to read as if the value were the limit that it has passed.
        apart = [places for places in (None, 2, 3, 4, 5, 6) if shown(now, places) != shown(limit, places)]
        places = apart[0] if apart else None
        interval, period = words.interval(low, high, one.unit, places, **look), at.spoken.period(one.segment[PERIOD])
        return words.message(
            "page.signal_outside", metric=metric, value=shown(now, places), period=period, interval=interval
        )
    side = chart.value > chart.centre
    same = (side == side[-1])[~np.isnan(chart.value)]
    length = len(same) if same.all() else int(np.argmin(same[::-1]))
    centre = words.value(float(chart.centre[-1]), one.unit, **look)
    return words.message(
        f"page.signal_{'higher' if side[-1] else 'lower'}", metric=metric, n=length, value=at.spoken.value(one),
        centre=centre,
    )  # fmt: skip


def driven(at: Page, outcome: str, names: Sequence[str]) -> list[Fragment]:
    """Which answers go with the outcome: importance against performance, and in sentences, where the data have them."""
    rows = at.report.answers
    known = [name for name in names if rows.has(name) and rows.column(name) in rows.scale]
    if len(known) < 2 or not rows.has(outcome):
        return [at.words_of("page.no_drivers")]
    try:
        weights = drivers(rows, outcome, known, level=at.report.level)
    except (ColumnError, DefinitionError):
        return [at.words_of("page.no_drivers")]
    if _by_chance(weights):  # shares of nothing: they would read as if one answer made up nearly all of the outcome
        return [at.said(at.words.message("page.drivers_chance", outcome=at.spoken.column(outcome)))]
    performance = _performance(at, rows, known)
    drawn = figures.importance(weights, performance, at.theme, small_base=at.report.job.small_base)
    lines = [say(weights.take([i]), at.words.code, names=at.theme.names) for i in range(min(len(weights), READ))]
    share = at.words.percent(weights.r_squared, 0)
    lines.append(at.words.message("page.drivers_explain", share=share, outcome=at.spoken.column(outcome)))
    return [
        Fragment(drawn.titled(drawn.title, at.next_figure()).html(), drawn.alt()),
        Fragment(told(at, lines), " ".join(lines)),
    ]


def _by_chance(weights: Any) -> bool:
    """Whether answers that have nothing to do with the outcome would explain as much: the F test of the regression."""
    k, n = len(weights), weights[0].n or 0
    free = n - k - 1
    if weights.r_squared >= 1 or free < 1:
        return False
    return bool(fdtrc(k, free, weights.r_squared / k / ((1 - weights.r_squared) / free)) > 1 - weights[0].level)


def _performance(at: Page, rows: Rows, names: Sequence[str]) -> Estimates:
    """The mean of each driver on 0 to 100, as one answer with a row for each."""
    found = {name: csat(rows, name, variant="index", level=at.report.level) for name in names}
    answer = joined(found, "driver")
    answer.axis = "driver"
    return answer


def _lumped(
    at: Page, ask: Callable[..., Estimates], table: str, column: str, asked: dict[str, Any]
) -> tuple[Rows, set[Any]]:
    """The rows with some segments made one of them, and those: what is hidden in either period, which a waterfall would
    tell, and the smallest ones where there are more than it can draw.

    They go by one of their names, since a column of numbers or truths has no place for a word; in all their spellings.
    """
    rows = at.report.both.table(table)
    safe = at.safe(in_periods(at.report, ask, rows, table, asked, [column], most=2), listed=False)
    bases: dict[Any, int] = {}
    for one in safe:
        bases[one.segment[column]] = bases.get(one.segment[column], 0) + (one.n or 0)
    hidden = at.hiding.of(column)
    lumped = set(bases) - most_drawn({name: n for name, n in bases.items() if name not in hidden})
    key = nw.col(rows.column(column))
    spelt = collect(rows.frame.select(raw=key).unique()).column("raw").to_pylist()
    known: list[Any] = sorted((raw for raw in spelt if raw is not None and segment_of(raw) in lumped), key=str)
    if not known:
        return rows, lumped
    told = ~key.is_in(known)  # of a blank neither true nor false
    told = told if None in lumped else told | key.is_null()
    one_name = nw.when(told).then(key).otherwise(nw.lit(known[0])).alias(rows.column(column))
    return rows.on(rows.frame.with_columns(one_name)), lumped
