"""Shares and ratios of resolved tickets, and of contacts that needed no second one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.ratio import count_ratio
from cxlab.metric import Question
from cxlab.metrics.levels import days_of
from cxlab.metrics.logs import PER_DAY, classed, classes, facts_of, method_among, refuse, share_of
from cxlab.metrics.spans import after_of, count_after, count_skewed, early, early_ticket, skewed
from cxlab.rows.dates import relation_of
from cxlab.rows.distinct import distinct
from cxlab.rows.moments import Moments, moments, seconds_of
from cxlab.rows.numbers import number
from cxlab.rows.read import Rows
from cxlab.rows.truths import told
from cxlab.tally.cut import ByPeriod, Cut
from cxlab.tally.flow import NEVER, by_period, flow, without_period
from cxlab.units import RATIO

NO, YES, UNKNOWN, AFTER, SKEWED_NO, SKEWED_YES = range(6)
MET, BASE = (YES, SKEWED_YES), (NO, YES, SKEWED_NO, SKEWED_YES)


def share(tickets: Rows, as_of: Any, ask: Question) -> Estimates:
    """Resolved tickets of those assigned or created."""
    refuse(ask, "weight", "missing")
    base = "assigned" if ask.variant.name == "assigned" else "opened"
    rows = distinct(tickets, "ticket")
    known = ["opened"] if rows.has("opened") else []
    times = moments(rows, list(dict.fromkeys([base, "resolved", *known])), ask.about.name)
    cut = ask.cut(times.rows, base)
    done = ~times.seconds["resolved"].is_null()
    entered = ~times.seconds[base].is_null()
    until = None if as_of is None else times.instant(as_of)
    if until is not None:
        done = done & (times.seconds["resolved"] <= nw.lit(until))
    if ask.variant.name == "net_of_reopened":
        cut = replace(cut, rows=number(cut.rows, "reopens", "resolution_rate net_of_reopened"))
        done = done & (nw.col(cut.rows.column("reopens")).fill_null(0) == 0)
    code: Any = nw.when(entered).then(nw.when(done).then(nw.lit(YES)).otherwise(nw.lit(NO)))
    if until is not None:
        code = nw.when(times.seconds[base] > nw.lit(until)).then(nw.lit(AFTER)).otherwise(code)
    # A ticket may be assigned anew after it was resolved, but is not resolved before it is opened.
    if known:
        code = _by_clock(times, code)
        code = nw.when(early(times)).then(nw.lit(UNKNOWN)).otherwise(code)
    cut = classed(cut, code)
    said = ("resolved by the last row of the table",) if until is None else (f"resolved by {times.text(until)}",)
    facts = facts_of(ask, cut, f"tickets {base}", as_of=times.text(until) if until is not None else "")
    tally = classes(ask, cut, SKEWED_YES + 1)
    if tally.counts[:, UNKNOWN].any():
        raise early_ticket(times)
    if known:
        count_skewed(times, cut, tally.counts[:, [SKEWED_NO, SKEWED_YES]].sum())
    if until is not None:
        count_after(times, base, after_of(cut, tally, AFTER), until)

    def notes(i: int) -> tuple[str, ...]:
        lost = int(tally.missing[i])
        return (*said, *((f"missing: {lost} not {base}",) if lost else ()))

    return share_of(ask, cut, tally, MET, BASE, facts, notes, tickets.ledger)


def _by_clock(times: Moments, code: Any) -> Any:
    """The class with tickets resolved a little before they are opened in a class of their own, by which they count."""
    for plain, own in ((NO, SKEWED_NO), (YES, SKEWED_YES)):
        code = nw.when((code == plain) & skewed(times)).then(nw.lit(own)).otherwise(code)
    return code


def throughput(tickets: Rows, as_of: Any, ask: Question) -> Estimates:
    """Tickets resolved in a period over those created in it."""
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    if as_of is not None:
        raise DefinitionError(
            "throughput counts what was resolved in a period", f"as_of={as_of!r}", "Use period= or cx.period(...)"
        )
    times = moments(distinct(tickets, "ticket"), ["opened", "resolved"], "resolution_rate")
    cut = replace(ask, period=None).cut(times.rows, "opened")
    windowed = ask.cut(times.rows, "opened") if ask.period is not None else cut
    series = any(isinstance(item, ByPeriod) for item in cut.by)
    periods = windowed.periods if series else ((windowed.window,) if windowed.window else ())
    opened = times.times["opened"]
    days = [periods[0].start, *[one.end for one in periods]] if periods else []
    edges = [seconds_of(opened.edge(day), opened.timezone, times.kind) for day in days]
    marks = {"opened": times.seconds["opened"], "resolved": times.seconds["resolved"]}
    for name, odd in (("early", early(times)), ("skew", skewed(times))):
        marks[name] = nw.when(odd).then(times.seconds["opened"])
    found = flow(without_period(cut), marks, edges)
    if (found.place["early"] != NEVER).any():
        raise early_ticket(times)
    count_skewed(times, cut, found.n[found.place["skew"] != NEVER].sum())
    places = range(1, len(periods) + 1) if periods else (0,)
    above, below = (np.stack([found.at(name, i) for i in places], axis=1) for name in ("resolved", "opened"))
    method = method_among(ask, ("wilson",), "for a ratio of two counts")
    basis = count_ratio(above.ravel(), below.ravel(), method=method)
    segments = by_period(found.segments, replace(cut, periods=periods)) if series else found.segments
    notes = [(f"resolved {a:g}, created {b:g}",) for a, b in zip(basis.above, basis.below, strict=True)]
    facts = facts_of(ask, windowed, "tickets created in the period")
    return ask.answer(segments, basis, unit=RATIO, definition=facts, notes=notes, ledger=tickets.ledger)


def first_contact(tickets: Rows, within: Any, score: str, as_of: Any, ask: Question) -> Estimates:
    """Tickets for which one contact was enough, by one of its definitions."""
    refuse(ask, "weight", "missing")
    rows = distinct(tickets, "ticket")
    name = ask.variant.name
    if name == "no_repeat":
        return _no_repeat(rows, days_of(within, "within"), as_of, ask, tickets.ledger)
    if as_of is not None:
        raise DefinitionError(
            f"first_contact_resolution ({name}) has no use for as_of=", f"as_of={as_of!r}", "Leave it out"
        )
    if name == "survey":
        why = "first_contact_resolution survey"
        rows = number(told(rows, rows.column(score, why), why), score, why)
        answer = nw.col(rows.column(score))
        cut = ask.cut(rows, "opened" if rows.has("opened") else None)
        code = (
            nw.when(answer == 1)
            .then(nw.lit(YES))
            .otherwise(nw.when(answer == 0).then(nw.lit(NO)).otherwise(nw.lit(UNKNOWN)))
        )
        cut = classed(cut, nw.when(~answer.is_null()).then(code))
        base = "customers asked who said yes or no"
    else:
        times = moments(rows, ["opened", "responded", "resolved"], "first_contact_resolution")
        cut, base = _at_once(times, ask), "resolved tickets"
    tally = classes(ask, cut, 3 if name == "survey" else SKEWED_YES + 1)
    if name != "survey":
        if tally.counts[:, UNKNOWN].any():
            raise early_ticket(times)
        count_skewed(times, cut, tally.counts[:, [SKEWED_NO, SKEWED_YES]].sum())
    if tally.counts[:, UNKNOWN].sum():
        raise DefinitionError(
            "The answers to 'was it solved at once' are 1 and 0",
            f"'{score}' also holds {tally.counts[:, UNKNOWN].sum():g} other numbers",
            "Declare what they mean in cx.read: labels= or missing=",
        )

    def notes(i: int) -> tuple[str, ...]:
        lost = int(tally.missing[i])
        return (f"missing: {lost}" if name == "survey" else f"not resolved: {lost}",) if lost else ()

    return share_of(ask, cut, tally, MET, BASE, facts_of(ask, cut, base), notes, tickets.ledger)


def _at_once(times: Moments, ask: Question) -> Cut:
    """Resolved tickets by whether the first answer, and no other contact, resolved them."""
    cut = ask.cut(times.rows, "opened")
    resolved = times.seconds["resolved"]
    once = resolved <= times.seconds["responded"]
    if ask.variant.name == "one_touch":
        cut = replace(cut, rows=number(cut.rows, "reopens", "first_contact_resolution one_touch"))
        once = once & (nw.col(cut.rows.column("reopens")).fill_null(0) == 0)
    code: Any = nw.when(once).then(nw.lit(YES)).otherwise(nw.lit(NO))
    code = nw.when(early(times)).then(nw.lit(UNKNOWN)).otherwise(_by_clock(times, code))
    return classed(cut, nw.when(~resolved.is_null()).then(code))


def _no_repeat(rows: Rows, days: float, as_of: Any, ask: Question, ledger: Any) -> Estimates:
    customer = rows.column("customer", "first_contact_resolution no_repeat")
    times = moments(rows, ["opened"], "first_contact_resolution")
    until = times.ends()[1] if as_of is None else times.instant(as_of)
    # Only DuckDB orders rows within a customer for every kind of frame, so others are handed to it.
    ordered = moments(times.rows.same(nw.from_native(relation_of(times.rows))), ["opened"], "first_contact_resolution")
    table = ordered.rows
    frame = table.frame.with_columns(__opened=ordered.seconds["opened"])
    following = nw.col("__opened").shift(-1).over(customer, order_by="__opened")
    frame = frame.with_columns(__next=following)
    cut = ask.cut(table.same(frame), "opened")
    wait = nw.lit(days * PER_DAY)
    again = nw.col("__next") - nw.col("__opened") <= wait
    # A repeat within the days is known early, its absence only after them: young tickets of both kinds stay out.
    young = nw.col("__opened") + wait > nw.lit(until)
    code = nw.when(young).then(nw.lit(UNKNOWN)).otherwise(nw.when(again).then(nw.lit(NO)).otherwise(nw.lit(YES)))
    code = nw.when(nw.col("__opened") > nw.lit(until)).then(nw.lit(AFTER)).otherwise(code)
    cut = classed(cut, nw.when(~nw.col(customer).is_null() & ~nw.col("__opened").is_null()).then(code))
    tally = classes(ask, cut, AFTER + 1)
    if as_of is not None:
        count_after(times, "opened", after_of(cut, tally, AFTER), until)

    def notes(i: int) -> tuple[str, ...]:
        lost, late = int(tally.missing[i]), int(tally.counts[i, UNKNOWN])
        return (
            *((f"missing: {lost} without a customer",) if lost else ()),
            *((f"too young to tell: {late}",) if late else ()),
        )

    facts = facts_of(ask, cut, "tickets old enough to tell", within=f"{days:g} days", as_of=times.text(until))
    return share_of(ask, cut, tally, (YES,), (YES, NO), facts, notes, ledger)
