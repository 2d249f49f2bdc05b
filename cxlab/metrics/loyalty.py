"""Customers who stay and who come back: the retention curve and repeat purchase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.curve import CurveBasis, curve_rows
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.levels import days_of
from cxlab.metrics.logs import (
    PER_DAY,
    facts_of,
    method_among,
    odd_row,
    refuse,
)
from cxlab.metrics.presence import asked
from cxlab.metrics.spans import count_after
from cxlab.rows.days import day_number, local_day, with_first_day
from cxlab.rows.moments import moments
from cxlab.rows.numbers import number
from cxlab.rows.periods import Period
from cxlab.rows.read import Rows
from cxlab.rows.times import timeline
from cxlab.rows.truths import truth
from cxlab.tally.cut import Cut
from cxlab.tally.events import Events, events
from cxlab.tally.values import as_events, spans
from cxlab.units import SHARE


@metric(
    label={"en": "Retention curve", "vi": "Tỷ lệ ở lại", "fa": "منحنی ماندگاری"},
    table="customers",
    time="started",
    better="higher",
    variants=[Variant("kaplan_meier", "S(t), open contracts censored", SHARE, "curve")],
    source="Kaplan and Meier 1958",
    unit_of_analysis="customers",
    census=True,
)
def retention_curve(
    customers: Rows,
    *,
    at: Sequence[float] = (30, 90, 365),
    duration: str | None = None,
    event: str | None = None,
    as_of: Any = None,
    ask: Question,
) -> Estimates:
    """Share of customers still there after so many days, 0 to 1: one row for each of `at`.

    `customers` has `started` and `ended` (blank: still here, censored at `as_of`, by default the latest time in the
    table); `period=` keeps those who started in it. Or any table with `duration=`, a column of numbers in the unit of
    `at`, and `event=`, a column that says whether the customer left then (true, 1, yes) or was last seen there. A
    blank duration is left out and counted; a negative one is an error. Later than anybody was followed: no data.
    Source: Kaplan and Meier 1958; limits Rothman 1978.

    >>> import cxlab as cx, pyarrow as pa
    >>> table = pa.table({"months": [1, 2, 3, 4, 4], "left": [True, False, True, True, False]})
    >>> [round(e.estimate, 4) for e in cx.retention_curve(table, duration="months", event="left", at=[1, 3, 4])]
    [0.8, 0.5333, 0.2667]
    """
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    points = _points(at)
    notes: tuple[str, ...]
    if (duration is None) != (event is None):
        raise DefinitionError(
            "A curve of durations needs both of its columns",
            f"duration={duration!r}, event={event!r}",
            "Name both: duration= and event=",
        )
    if duration is not None and event is not None:
        if as_of is not None or ask.period is not None:
            raise DefinitionError(
                "Durations have no dates", f"as_of={as_of!r}, period={ask.period!r}", "Filter the rows first"
            )
        rows = truth(number(customers, duration, ask.about.name), event, ask.about.name)
        cut, scale, notes = ask.cut(rows), 1.0, ()
        tally = events(cut, nw.col(rows.column(duration)), nw.col(rows.column(event)), ask.about.name)
    else:
        cut, tally, notes = _dated(customers, ask, as_of)
        scale = PER_DAY
    segment, when = curve_rows(tally.segments, points)
    method = method_among(ask, ("wilson",), "of a curve at one time")
    basis = CurveBasis(tally, "survival", when * scale, segment=segment, method=method)
    lost = [(f"missing: {n:g}",) if n else () for n in tally.missing[segment]]
    said = [(*notes, *more, *gone) for more, gone in zip(basis.notes(), lost, strict=True)]
    shown = [int(point) if float(point).is_integer() else point for point in points]
    whom, unit = ("customers", "days") if duration is None else ("cases", f"the unit of {duration}")
    facts = facts_of(ask, cut, whom, at=unit)
    return ask.answer(
        replace(tally.segments, values=tuple(value for value in tally.segments.values for _ in points)),
        basis,
        unit=SHARE,
        definition=facts,
        notes=said,
        axis="at",
        extra={"at": [point for _ in tally.segments.values for point in shown]},
        ledger=customers.ledger,
    )


@metric(
    label={"en": "Repeat purchase rate", "vi": "Tỷ lệ mua lại", "fa": "نرخ خرید مجدد"},
    table="transactions",
    time="time",
    better="higher",
    variants=[Variant("customers", "1 - S(within), customers by the time to their second purchase", SHARE, "curve")],
    source="Kaplan and Meier 1958",
    unit_of_analysis="customers",
    census=True,
)
def repeat_rate(transactions: Rows, *, within: Any = "90 days", ask: Question) -> Estimates:
    """Share of customers who bought again within so many days of their first purchase, 0 to 1.

    `transactions` has `customer` and `time`; purchases of a customer on one local day are one. `within` is "90 days" or
    a number of days, that day included. Customers whose first purchase is younger than that are censored at the
    latest day in the table, not counted as lost. `by=` and `period=` go by the first purchase. Rows without a customer
    or time are left out. Nobody followed so long: no data. Source: Kaplan and Meier 1958; limits Rothman 1978.

    >>> import cxlab as cx, pyarrow as pa
    >>> days = ["2026-01-01", "2026-02-01", "2026-01-05", "2026-06-30"]
    >>> cx.repeat_rate(pa.table({"customer": [1, 1, 2, 3], "time": days}), within="90 days")[0].estimate
    0.5
    """
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    days = days_of(within, "within")
    times = timeline(transactions, "time", None, "repeat_rate")
    window = asked(ask)
    cut = replace(replace(ask, period=None).cut(times.rows), window=window, zone=times.timezone)
    span = times.span()
    flat = _firsts(cut, local_day(times), window)
    last = day_number(span[1]) if span else 0
    again = nw.col("second") - nw.col("first")
    bought = ~nw.col("second").is_null()
    waited = nw.when(bought).then(again).otherwise(nw.lit(last) - nw.col("first"))
    tally = events(flat, waited, bought, "repeat_rate")
    basis = CurveBasis(tally, "failure", days, method=method_among(ask, ("wilson",), "of a curve at one time"))
    until = f"followed until {span[1]}" if span else ""
    facts = facts_of(ask, cut, "customers by their first purchase", within=f"{days:g} days", followed=until)
    return ask.answer(
        tally.segments, basis, unit=SHARE, definition=facts, notes=basis.notes(), ledger=transactions.ledger
    )


def _points(at: Sequence[float]) -> list[float]:
    points = [at] if isinstance(at, (int, float)) else list(at)
    if not points or any(not isinstance(x, (int, float)) or not 0 <= x < float("inf") for x in points):
        raise DefinitionError("at= is the times to read the curve at", f"at={at!r}", "Write at=[30, 90, 365]")
    if len(set(points)) < len(points):
        raise DefinitionError("at= names a time twice", f"at={at!r}", "Name each once")
    return [float(x) for x in points]


def _dated(customers: Rows, ask: Question, as_of: Any) -> tuple[Cut, Events, tuple[str, ...]]:
    """From `started` to `ended`, or to the instant at which the table was drawn up."""
    times = moments(customers, ["started", "ended"], ask.about.name)
    cut = ask.cut(times.rows, "started")
    inside: Any = None
    until = None if as_of is None else times.instant(as_of)
    if cut.window is not None:
        # The rows outside the period still tell how late the table was drawn up.
        inside = times.times["started"].within(cut.window)
        cut = replace(cut, rows=times.rows)
    tally = spans(cut, times.seconds["started"], times.seconds["ended"], as_of=until, inside=inside, ends=times.ends)
    if tally.below:
        columns = [times.rows.column(name) for name in ("started", "ended")]
        bad = nw.col(columns[1]) < nw.col(columns[0])
        raise odd_row(times.rows, bad, columns, "A customer cannot end before starting", "Correct the dates")
    count_after(times, "started", tally.after, tally.latest)
    text = f"as of {times.text(tally.latest)}" if tally.latest == tally.latest else "no time at all"
    return cut, as_events(tally), (text + ("" if as_of is not None else ", the latest time in the table"),)


def _firsts(cut: Cut, day: Any, window: Period | None) -> Cut:
    """One row for each customer: the day of the first purchase, of the second, and the cut by the first."""
    customer = nw.col(cut.rows.column("customer", "repeat_rate"))
    frame = cut.select(customer=customer, day=day).filter(~nw.col("customer").is_null(), ~nw.col("day").is_null())
    frame = with_first_day(frame, "day", "customer", "first")
    kinds, opening = frame.collect_schema(), nw.col("day") == nw.col("first")
    words = {name for name in cut.names if kinds[name] in (nw.Categorical, nw.Enum)}  # which have no smallest one
    cells = {name: nw.col(name).cast(nw.String) if name in words else nw.col(name) for name in cut.names}
    keys = {name: nw.when(opening).then(cell) for name, cell in cells.items()}
    frame = frame.with_columns(second=nw.when(~opening).then(nw.col("day")), **keys)
    flat = frame.group_by("customer").agg(nw.col("first", "second", *cut.names).min())
    if window is not None:
        first, last = day_number(window.start), day_number(window.end)
        flat = flat.filter((nw.col("first") >= first) & (nw.col("first") < last))
    rows = replace(cut.rows, frame=flat, roles={})
    # Whole numbers may have become fractions on the way, where an engine has no other blank.
    whole = {name for name in cut.names if kinds[name].is_integer()}
    return replace(
        cut,
        rows=rows,
        keys=tuple(nw.col(name).cast(kinds[name]) if name in whole else nw.col(name) for name in cut.names),
    )
