"""The path of times from one column to another: open cases censored, clocks kept, and the mean beside the median."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import narwhals as nw

from cxlab.errors import AnswerError, DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.curve import CurveBasis
from cxlab.estimate.basis.times import mean_basis
from cxlab.metric import Question
from cxlab.metrics.logs import (
    CLASS,
    PER_DAY,
    facts_of,
    method_among,
    missing_note,
    name_of,
    odd_row,
    quantile_of,
    refuse,
)
from cxlab.rows.clock import Calendar, clock_text
from cxlab.rows.distinct import distinct
from cxlab.rows.moments import Moments, moments
from cxlab.rows.numbers import number
from cxlab.rows.read import Rows, collect
from cxlab.tally.counts import Counts
from cxlab.tally.cut import Cut
from cxlab.tally.values import Table, Values, as_events, not_negative, spans
from cxlab.units import SECONDS, SHARE

SKEW = 60.0  # seconds by which two systems' clocks may differ before an end before the beginning is an error


@dataclass(frozen=True)
class Spans:
    """Times between two columns of a table, tallied, with what has to be said of them."""

    cut: Cut
    tally: Values
    times: Moments
    facts: dict[str, object]
    notes: tuple[str, ...]


def spans_of(
    rows: Rows,
    ask: Question,
    start: str,
    end: str,
    *,
    id_role: str,
    base: str,
    clock: Any = "calendar",
    as_of: Any = None,
    skew: float = SKEW,
    others: Sequence[str] = (),
    less: str | None = None,
) -> Spans:
    """The times from the role `start` to the role `end`; `others` are further times that tell what the latest is."""
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    if not 0 <= skew < float("inf"):
        raise DefinitionError("skew= is a number of seconds of 0 or more", f"skew={skew!r}", "Use 60")
    name = ask.about.name
    said = clock_text(clock)
    known = [other for other in others if rows.has(other) and other not in (start, end)]
    rows = distinct(rows, id_role)
    if less is not None:
        rows = number(rows, less, f"{name} ({ask.variant.name})")
    times = moments(rows, [start, end, *known], name)
    cut = ask.cut(times.rows, start)
    until = None if as_of is None else times.instant(as_of)
    inside = None
    if cut.window is not None and until is None:
        # The rows outside the period still tell how late the table was drawn up.
        inside = times.times[start].within(cut.window)
        cut = replace(cut, rows=times.rows)
    passed = None
    if isinstance(clock, Calendar):
        span = times.ends()
        if span[0] == span[0]:
            whole = (span[0], max(span[1], until or span[1]))
            passed = partial(_on_clock, clock, whole)
    taken = nw.col(times.rows.column(less)).fill_null(0) if less is not None else None
    tally = spans(
        cut,
        times.seconds[start],
        times.seconds[end],
        as_of=until,
        tops=[times.seconds[other] for other in known],
        passed=passed,
        less=taken,
        inside=inside,
        ends=times.ends,
    )
    count_after(times, start, tally.after, tally.latest)
    if tally.below:
        tally = _skewed(times, tally, start, end, skew, taken)
    latest = times.text(tally.latest)
    notes = (f"as of {latest}",) if as_of is not None else (f"as of {latest}, the latest time in the table",)
    facts = facts_of(ask, cut, base, clock=said, **{"from": start, "to": end, "as_of": latest})
    return Spans(cut, tally, times, facts, notes)


def time_of_spans(found: Spans, ask: Question, statistic: Any, ended: str, ledger: Any) -> Estimates:
    """A quantile by Kaplan and Meier, or the mean of the ended cases, in seconds."""
    q = quantile_of(statistic, ask.about.name)
    tally = found.tally
    facts = {"statistic": name_of(q), **found.facts}
    segments = tally.segments
    if q is None:
        method = method_among(ask, ("hall", "t"), "with statistic='mean'")
        notes = [(*found.notes, *_open(table), *missing_note(tally, i)) for i, table in enumerate(tally.tables)]
        basis = mean_basis(tally.tables, method=method)
        return ask.answer(segments, basis, unit=SECONDS, definition=facts, notes=notes, ledger=ledger)
    method = method_among(ask, ("wilson", "hutson", "order"), f"with statistic={statistic!r}")
    curve = CurveBasis(as_events(tally), "quantile", q, method=method)
    said = [
        (*found.notes, *more, *_mean(table, ended), *missing_note(tally, i))
        for i, (table, more) in enumerate(zip(tally.tables, curve.notes(), strict=True))
    ]
    return ask.answer(segments, curve, unit=SECONDS, definition=facts, notes=said, ledger=ledger)


def share_within(found: Spans, ask: Question, within: float, ledger: Any, facts: Mapping[str, object]) -> Estimates:
    """The share of cases that ended within a time, 1 - S(within) by Kaplan and Meier."""
    method = method_among(ask, ("wilson",), "where open cases are censored")
    curve = CurveBasis(as_events(found.tally), "failure", within, method=method)
    notes = [(*found.notes, *more) for more in curve.notes()]
    definition = {**found.facts, **facts}
    return ask.answer(found.tally.segments, curve, unit=SHARE, definition=definition, notes=notes, ledger=ledger)


def count_after(times: Moments, start: str, count: float, as_of: float) -> None:
    """Tell the ledger how many rows begin after the instant asked for: there they have not happened yet."""
    times.rows.ledger.found("future", int(count), times.rows.column(start), f"after {times.text(as_of)}")


def after_of(cut: Cut, tally: Counts, kind: int) -> float:
    """How many rows the class of those after the instant has; a row in several segments is one."""
    count = float(tally.counts[:, kind].sum())
    if not count or not cut.overlap:
        return count
    return float(collect(cut.rows.frame.filter(nw.col(CLASS) == kind).select(nw.len())).column(0)[0].as_py())


def early(times: Moments) -> Any:
    """True for tickets resolved before they are opened: by more than a day, since a day may stand beside an hour."""
    return times.seconds["resolved"] < times.seconds["opened"] - PER_DAY


def skewed(times: Moments) -> Any:
    """True for tickets resolved before they are opened by no more than that: taken as they are, and counted."""
    opened, resolved = times.seconds["opened"], times.seconds["resolved"]
    return (resolved < opened) & (resolved >= opened - PER_DAY)


def count_skewed(times: Moments, cut: Cut, count: float) -> None:
    """Tell the ledger how many tickets are resolved a little before they are opened; in several segments one is one."""
    if count and cut.overlap:
        frame = times.rows.frame.filter(skewed(times))
        count = float(collect(frame.select(nw.len())).column(0)[0].as_py())
    opened, resolved = (times.rows.column(one) for one in ("opened", "resolved"))
    times.rows.ledger.found("clock_skew", int(count), resolved, f"before {opened}, by a day at most")


def early_ticket(times: Moments) -> AnswerError:
    """The error that shows a ticket resolved before it is opened."""
    columns = [times.rows.column(one) for one in ("opened", "resolved")]
    wrong = "A ticket is resolved before it is opened"
    return odd_row(times.rows, early(times), columns, wrong, "Correct the times")


def _on_clock(clock: Calendar, span: tuple[float, float], frame: Any, columns: Sequence[str]) -> Any:
    return clock.passed(frame, columns, span)


def _open(table: Table) -> tuple[str, ...]:
    count = table.open.sum()
    return (f"open n={count:g}, not in the mean",) if count else ()


def _mean(table: Table, ended: str) -> tuple[str, ...]:
    """The naive mean, for whoever knows the figure by that name."""
    n = table.done.sum()
    return (f"mean of {ended} {(table.value * table.done).sum() / n:.6g} s",) if n else ()


def _skewed(times: Moments, tally: Values, start: str, end: str, skew: float, less: Any) -> Values:
    """Count ends that lie a little before their beginning, and refuse those that clocks do not explain."""
    rows = times.rows
    columns = [rows.column(start), rows.column(end)]
    if -tally.least > skew:
        elapsed = times.seconds[end] - times.seconds[start]
        bad = (elapsed if less is None else elapsed - less) < -skew
        raise odd_row(
            rows,
            bad,
            columns,
            f"A case ends before it begins, by more than the {skew:g} seconds that clocks may differ",
            "Correct the times, or declare how far clocks differ: skew=",
        )
    rows.ledger.found("clock_skew", int(tally.below), columns[1], f"before {columns[0]} by up to {-tally.least:g} s")
    return not_negative(tally)
