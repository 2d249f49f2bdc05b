"""Tickets: open cases, backlog, resolution, first response and first-contact resolution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cxlab.estimate import Estimates
from cxlab.metric import Question, Variant, metric
from cxlab.metrics import levels, resolved
from cxlab.metrics.spans import SKEW, spans_of, time_of_spans
from cxlab.rows.read import Rows
from cxlab.units import COUNT, NUMBER, RATIO, SECONDS, SHARE

TICKETS: Mapping[str, Any] = {"table": "tickets", "unit_of_analysis": "tickets", "census": True}
OTHERS = ("opened", "assigned", "responded", "resolved")


@metric(
    label={"en": "Number of open cases", "vi": "Số yêu cầu đang mở", "fa": "تعداد پرونده‌های باز"},
    better="lower",
    variants=[
        Variant("unsolved", "tickets opened and not resolved by the instant", COUNT, "count"),
        Variant("waiting_on_us", "unsolved tickets that are new or open", COUNT, "count"),
        Variant("without_on_hold", "unsolved tickets that are not on hold", COUNT, "count"),
        Variant("customers_waiting", "different customers with a new or open ticket", COUNT, "count"),
    ],
    source="ISO 10002; Wheeler 2000",
    **TICKETS,
)
def open_cases(tickets: Rows, *, as_of: Any = None, ask: Question) -> Estimates:
    """Number of cases open at an instant, a count.

    `tickets` has `opened` and `resolved` (without that: `status`). `as_of` is the instant, a datetime, or a date or
    text in the table's zone; by default the latest time in the table. With `cx.period` in `by` it is read at the end of
    each period, with `period=` at the end of that one. Variants that need `status` (new, open, pending, on-hold,
    solved, closed) hold at the time of the export only. A ticket resolved more than a day before it is opened is an
    error. The interval takes the level for one draw of its process. Source: METHODS 2; Jeffreys 1946.

    >>> import cxlab as cx, pyarrow as pa
    >>> rows = pa.table({"opened": ["2026-10-01", "2026-10-02"], "resolved": ["2026-10-03", None]})
    >>> cx.open_cases(rows)[0].estimate
    1.0
    """
    return levels.open_cases(tickets, as_of, ask)


@metric(
    label={"en": "Ticket backlog", "vi": "Lượng yêu cầu tồn đọng", "fa": "تعداد درخواست‌های انباشته"},
    better="lower",
    variants=[
        Variant("older_than", "unsolved tickets older than so many days", COUNT, "count"),
        Variant("overdue", "unsolved tickets past their target", COUNT, "count"),
        Variant("unsolved", "tickets opened and not resolved by the instant", COUNT, "count"),
        Variant("days_of_work", "unsolved tickets / tickets resolved a day", NUMBER, "ratio"),
    ],
    source="ISO 10002; Wheeler 2000",
    **TICKETS,
)
def backlog(
    tickets: Rows,
    *,
    as_of: Any = None,
    older_than: Any = 7,
    pace: Any = 28,
    ask: Question,
) -> Estimates:
    """Number of tickets not solved within their time at an instant, a count (`days_of_work`: days).

    `tickets` has `opened` and `resolved`, for `overdue` also `due`. `as_of` as in `open_cases`; a cut by `cx.period`
    gives a series, read at the end of each period. `older_than` is the age in days, `pace` the days before the instant
    in which the tickets solved a day are counted. A ticket exactly that old is not older, one resolved more than a day
    before it is opened an error. Source: METHODS 2; Jeffreys 1946, of `days_of_work` Price and Bonett 2000.

    >>> import cxlab as cx, pyarrow as pa
    >>> rows = pa.table({"opened": ["2026-10-01", "2026-10-20"], "resolved": [None, None]})
    >>> cx.backlog(rows, as_of="2026-10-21")[0].estimate
    1.0
    """
    return levels.backlog(tickets, as_of, older_than, pace, ask)


@metric(
    label={"en": "Resolution rate", "vi": "Tỷ lệ giải quyết", "fa": "نرخ حل"},
    better="higher",
    variants=[
        Variant("assigned", "resolved / assigned in the period", SHARE, "share"),
        Variant("throughput", "resolved in the period / created in the period", RATIO, "ratio"),
        Variant("cohort", "resolved by the cut-off / created in the period", SHARE, "share"),
        Variant("net_of_reopened", "(resolved - reopened) / created in the period", SHARE, "share"),
    ],
    source="ISO 10002",
    time="assigned",
    cluster="customer",
    **TICKETS,
)
def resolution_rate(tickets: Rows, *, as_of: Any = None, ask: Question) -> Estimates:
    """Share of tickets that were resolved, 0 to 1 (`throughput`: a ratio that may pass 1).

    `tickets` has `assigned` and `resolved`; `cohort` and `net_of_reopened` take those created, by `opened`, the latter
    with `reopens`. `period` keeps the tickets assigned (created) in it; what is resolved after `as_of` is not resolved,
    and what is assigned (created) after it is left out and counted in the ledger. `throughput` counts the resolved of a
    period and the created of it, which need not be the same tickets. Tickets without the time of the base are missing;
    one resolved more than a day before it is opened is an error. Source: METHODS 1; ratio Price and Bonett 2000.

    >>> import cxlab as cx, pyarrow as pa
    >>> day = "2026-10-01"
    >>> rows = pa.table({"assigned": [day] * 4, "resolved": [day] * 3 + [None]})
    >>> cx.resolution_rate(rows)[0].estimate
    0.75
    """
    if ask.variant.name == "throughput":
        return resolved.throughput(tickets, as_of, ask)
    return resolved.share(tickets, as_of, ask)


@metric(
    label={"en": "First response time", "vi": "Thời gian phản hồi đầu tiên", "fa": "زمان نخستین پاسخ"},
    better="lower",
    variants=[Variant("created", "from creation to the first answer, open ones censored", SECONDS, "censored_time")],
    source="Kaplan and Meier 1958",
    time="opened",
    **TICKETS,
)
def first_response_time(
    tickets: Rows,
    *,
    statistic: Any = "median",
    clock: Any = "calendar",
    as_of: Any = None,
    skew: float = SKEW,
    ask: Question,
) -> Estimates:
    """Median time from a ticket's creation to its first answer, in seconds.

    `tickets` has `opened` and `responded`. Unanswered tickets are censored at `as_of` (default: the latest time in the
    table, said in the notes), never dropped; the mean of the answered stands in the notes. `statistic` is "median",
    "mean" (of the answered), "p90" or a quantile; a quantile that too few have reached is no number. `clock` is
    "calendar" or one of `cx.calendar`. An answer up to `skew` seconds before the creation counts as 0 and is counted,
    an earlier one is an error. Source: Kaplan and Meier 1958; limits Brookmeyer and Crowley 1982, with Rothman 1978.

    >>> import cxlab as cx, pyarrow as pa
    >>> times = {"opened": ["2026-10-02 16:00"], "responded": ["2026-10-05 10:00"]}
    >>> rows, days = cx.read(pa.table(times), timezone="UTC"), ("mon", "tue", "wed", "thu", "fri")
    >>> desk = cx.calendar({day: "09:00-17:00" for day in days}, timezone="UTC")
    >>> [cx.first_response_time(rows, clock=clock)[0].estimate / 3600 for clock in ("calendar", desk)]
    [66.0, 2.0]
    """
    found = spans_of(
        tickets,
        ask,
        "opened",
        "responded",
        id_role="ticket",
        base="tickets",
        clock=clock,
        as_of=as_of,
        skew=skew,
        others=OTHERS,
    )
    return time_of_spans(found, ask, statistic, "answered", tickets.ledger)


@metric(
    label={"en": "Resolution time", "vi": "Thời gian giải quyết", "fa": "زمان حل"},
    better="lower",
    variants=[
        Variant("full", "from creation to the last resolution, open ones censored", SECONDS, "censored_time"),
        Variant("first", "from creation to the first resolution, open ones censored", SECONDS, "censored_time"),
        Variant("agent_time", "as full, less the time spent waiting for the customer", SECONDS, "censored_time"),
    ],
    source="Kaplan and Meier 1958",
    time="opened",
    **TICKETS,
)
def resolution_time(
    tickets: Rows,
    *,
    statistic: Any = "median",
    clock: Any = "calendar",
    as_of: Any = None,
    skew: float = SKEW,
    ask: Question,
) -> Estimates:
    """Median time from a ticket's creation to its resolution, in seconds.

    `tickets` has `opened` and `resolved`, the last resolution; `first` needs `first_resolved`, `agent_time` the seconds
    spent waiting for the customer in `pending`. Open tickets are censored at `as_of`, never dropped; the mean of the
    resolved stands in the notes. `statistic`, `clock`, `as_of` and `skew` as in `first_response_time`. Source: Kaplan
    and Meier 1958; limits Brookmeyer and Crowley 1982, with Rothman 1978.

    >>> import cxlab as cx, pyarrow as pa
    >>> rows = pa.table({"opened": ["2026-10-01"] * 3, "resolved": ["2026-10-02", "2026-10-03", None]})
    >>> cx.resolution_time(rows)[0].estimate / 86400
    2.0
    """
    found = spans_of(
        tickets,
        ask,
        "opened",
        "first_resolved" if ask.variant.name == "first" else "resolved",
        id_role="ticket",
        base="tickets",
        clock=clock,
        as_of=as_of,
        skew=skew,
        others=OTHERS,
        less="pending" if ask.variant.name == "agent_time" else None,
    )
    return time_of_spans(found, ask, statistic, "resolved", tickets.ledger)


@metric(
    label={
        "en": "First-contact resolution rate",
        "vi": "Tỷ lệ giải quyết ngay lần liên hệ đầu",
        "fa": "نرخ حل در نخستین تماس",
    },
    better="higher",
    variants=[
        Variant("no_repeat", "tickets without another of the same customer within the days / tickets", SHARE, "share"),
        Variant("same_contact", "resolved no later than the first answer / resolved", SHARE, "share"),
        Variant("one_touch", "resolved no later than the first answer and never reopened / resolved", SHARE, "share"),
        Variant("survey", "customers who say it was solved at once / customers asked", SHARE, "share"),
    ],
    source="ICMI; COPC 2014",
    time="opened",
    cluster="customer",
    **TICKETS,
)
def first_contact_resolution(
    tickets: Rows, *, within: Any = 7, score: str = "first_contact", as_of: Any = None, ask: Question
) -> Estimates:
    """Share of tickets for which the first contact was enough, 0 to 1.

    `tickets` has `opened` and `customer`: `no_repeat` asks whether the same customer came back within `within` days;
    tickets too young to tell at `as_of` (default: the latest opening) stay out and are counted. `same_contact` needs
    `responded` and `resolved`, `one_touch` also `reopens`; their base is the resolved tickets, and one resolved more
    than a day before it is opened is an error. `survey` takes the answers 1 and 0 of the column `score`. Source: COPC
    2014; interval METHODS 1.

    >>> import cxlab as cx, pyarrow as pa
    >>> rows = pa.table({"customer": ["a", "a", "b", "c"], "opened": ["2026-10-01", "2026-10-04", "2026-10-02",
    ...                  "2026-10-20"]})
    >>> round(cx.first_contact_resolution(rows)[0].estimate, 3)
    0.667
    """
    return resolved.first_contact(tickets, within, score, as_of, ask)
