"""Orders: how many were handled within the time that was promised."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals as nw

from cxlab.estimate import Estimates
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.logs import PER_DAY, classed, classes, facts_of, odd_row, refuse, share_of
from cxlab.metrics.spans import after_of, count_after
from cxlab.rows.distinct import distinct
from cxlab.rows.moments import moments
from cxlab.rows.read import Rows
from cxlab.rows.times import timeline
from cxlab.rows.truths import truth
from cxlab.units import SHARE

# Classes of an order.
FULL, PART, LATE, PAST, COMING, BEFORE, AFTER = range(7)
DELIVERED, DUE = (FULL, PART, LATE), (FULL, PART, LATE, PAST)
VARIANTS = {
    "due": ((FULL, PART), DUE),
    "delivered": ((FULL, PART), DELIVERED),
    "all": ((FULL, PART), (*DUE, COMING)),
    "in_time_and_full": ((FULL,), DUE),
}


@metric(
    label={
        "en": "On-time order rate",
        "vi": "Tỷ lệ đơn hàng xử lý đúng hẹn",
        "fa": "سهم سفارش‌های انجام‌شده در موعد مقرر",
    },
    table="orders",
    time="promised",
    better="higher",
    variants=[
        Variant("due", "delivered in time / delivered or past the promise", SHARE, "share"),
        Variant("delivered", "delivered in time / delivered", SHARE, "share"),
        Variant("all", "delivered in time / all orders", SHARE, "share"),
        Variant("in_time_and_full", "delivered in time and in full / delivered or past the promise", SHARE, "share"),
    ],
    source="APICS SCOR",
    unit_of_analysis="orders",
    cluster="customer",
    census=True,
)
def on_time_rate(orders: Rows, *, as_of: Any = None, ask: Question) -> Estimates:
    """Share of orders that were delivered within the promised time, 0 to 1.

    `orders` has `promised` and `delivered`, for `in_time_and_full` also `in_full` (true, yes or 1). A promise that is a
    day is kept until its end. An order not delivered by `as_of` (default: the latest of `placed` and `delivered`) is
    late once its promise has passed and not yet due before; one `placed` after it is left out and counted in the
    ledger. Orders without a promise are missing; one delivered more than a day before it was `placed` is an error.
    Source: SCOR, perfect order; interval METHODS 1.

    >>> import cxlab as cx, pyarrow as pa
    >>> rows = pa.table({"promised": ["2026-10-05", "2026-10-06", "2026-10-07"],
    ...                  "delivered": ["2026-10-05", "2026-10-08", None]})
    >>> round(cx.on_time_rate(rows)[0].estimate, 3)
    0.333
    """
    refuse(ask, "weight", "missing")
    rows = distinct(orders, "order")
    name = ask.about.name
    if ask.variant.name == "in_time_and_full":
        rows = truth(rows, "in_full", f"{name} in_time_and_full")
    day = timeline(rows, "promised", None, name).kind == "date"
    placed = ["placed"] if rows.has("placed") else []
    times = moments(rows, ["promised", "delivered", *placed], name)
    known = {one: times.seconds[one] for one in ("delivered", *placed)}
    until = replace(times, seconds=known).ends()[1] if as_of is None else times.instant(as_of)
    cut = ask.cut(times.rows, "promised")
    # A day counts as promised until it ends: the first instant too late is the next midnight.
    deadline = times.seconds["promised"] + PER_DAY if day else times.seconds["promised"] + 1
    delivered = times.seconds["delivered"]
    arrived = (~delivered.is_null()) & (delivered <= nw.lit(until))
    whole = nw.lit(FULL)
    if ask.variant.name == "in_time_and_full":
        full = nw.col(cut.rows.column("in_full")).fill_null(False)
        whole = nw.when(full).then(nw.lit(FULL)).otherwise(nw.lit(PART))
    kept = nw.when(delivered < deadline).then(whole).otherwise(nw.lit(LATE))
    waiting = nw.when(deadline <= nw.lit(until)).then(nw.lit(PAST)).otherwise(nw.lit(COMING))
    code = nw.when(arrived).then(kept).otherwise(waiting)
    if placed and as_of is not None:
        code = nw.when(times.seconds["placed"] > nw.lit(until)).then(nw.lit(AFTER)).otherwise(code)
    # A day beside an hour may lie before it, but by less than a day.
    early = delivered < times.seconds["placed"] - PER_DAY if placed else None
    code = code if early is None else nw.when(early).then(nw.lit(BEFORE)).otherwise(code)
    cut = classed(cut, nw.when(~times.seconds["promised"].is_null()).then(code))
    tally = classes(ask, cut, AFTER + 1)
    if tally.counts[:, BEFORE].any():
        columns = [times.rows.column(one) for one in ("placed", "delivered")]
        raise odd_row(times.rows, early, columns, "An order is delivered before it is placed", "Correct the times")
    if placed and as_of is not None:
        count_after(times, "placed", after_of(cut, tally, AFTER), until)
    met, base = VARIANTS[ask.variant.name]
    default = ", the latest time in the table" if as_of is None else ""
    said = f"as of {times.text(until)}{default}"

    def notes(i: int) -> tuple[str, ...]:
        lost, late, coming = tally.missing[i], tally.counts[i, PAST], tally.counts[i, COMING]
        return (
            said,
            *((f"open past the promise: {late:g}",) if late else ()),
            *((f"open before it: {coming:g}",) if coming else ()),
            *((f"missing: {lost:g} without a promise",) if lost else ()),
        )

    facts = facts_of(ask, cut, "orders", clock="calendar", promise="a day" if day else "an hour")
    return share_of(ask, cut, tally, met, base, facts, notes, orders.ledger)
