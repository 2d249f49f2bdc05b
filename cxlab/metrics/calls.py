"""Telephone: service level, speed of answer, handling time, abandoned and blocked calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cxlab.estimate import Estimates
from cxlab.metric import Question, Variant, metric
from cxlab.metrics import call_rows, ticket_level, totals
from cxlab.metrics.logs import seconds_given
from cxlab.rows.read import Rows
from cxlab.units import SECONDS, SHARE

CALLS: Mapping[str, Any] = {"table": "calls", "time": "started", "unit_of_analysis": "calls", "census": True}


@metric(
    label={"en": "Service level", "vi": "Mức độ dịch vụ", "fa": "سطح خدمت"},
    better="higher",
    variants=[
        Variant("abandon_negative", "answered within the limit / (answered + abandoned)", SHARE, "share"),
        Variant(
            "abandon_positive",
            "(answered within the limit + abandoned within it) / (answered + abandoned)",
            SHARE,
            "share",
        ),
        Variant("answered_only", "answered within the limit / answered", SHARE, "share"),
        Variant("abandon_ignored", "answered within the limit / (answered + abandoned after it)", SHARE, "share"),
        Variant(
            "short_as_met",
            "(answered within the limit + short abandons) / (answered + abandoned)",
            SHARE,
            "share",
        ),
        Variant(
            "short_removed",
            "answered within the limit / (answered + abandoned - short abandons)",
            SHARE,
            "share",
        ),
    ],
    source="ICMI; Cleveland 2012",
    **CALLS,
)
def service_level(
    calls: Rows,
    *,
    within: float = 20,
    short: float = 5,
    clock: Any = "calendar",
    as_of: Any = None,
    ask: Question,
) -> Estimates:
    """Share of calls that were answered within a limit, 0 to 1.

    `calls` has one row per call (`outcome`, `wait` in seconds), or one row per interval of a queue (known by its column
    `offered`), or tickets (`opened`, `responded`). `within` is the limit in seconds, up to and including it; a call
    given up before `short` seconds is a short abandon. Blocked calls are no part of it. Queue totals cannot be counted
    again: a limit that is not that of the export is an error. Of tickets it is the share answered within the limit by
    Kaplan and Meier, 1 - S(limit): those open for longer are misses, younger ones censored at `as_of`; `clock` is
    "calendar" or one of `cx.calendar`. Source: ICMI (the variants as Cleveland 2012 lists them); interval METHODS 1.

    >>> import cxlab as cx, pyarrow as pa
    >>> queue = pa.table({"offered": [1060], "answered": [1000], "abandoned": [60], "answered_within": [860]})
    >>> round(cx.service_level(queue)[0].estimate, 4)
    0.8113
    """
    seconds_given(ask, within=within, short=short)
    if calls.has("offered"):
        ticket_level.no_clock(ask, clock, as_of)
        return totals.service_level(calls, within, short, ask)
    if not calls.has("outcome") and calls.has("responded"):
        return ticket_level.service_level(calls, within, clock, as_of, ask)
    ticket_level.no_clock(ask, clock, as_of)
    return call_rows.service_level(calls, within, short, ask)


@metric(
    label={"en": "Speed of answer", "vi": "Tốc độ trả lời", "fa": "سرعت پاسخ‌گویی"},
    better="lower",
    variants=[
        Variant("answered", "wait of answered calls / answered calls", SECONDS, "time"),
        Variant("all_over_all", "wait of answered and abandoned calls / all these calls", SECONDS, "time"),
        Variant("all_over_answered", "wait of answered and abandoned calls / answered calls", SECONDS, "time"),
        Variant("with_ivr", "wait and voice menu of answered calls / answered calls", SECONDS, "time"),
    ],
    source="ICMI; Cleveland 2012",
    **CALLS,
)
def speed_of_answer(calls: Rows, *, statistic: Any = "mean", ask: Question) -> Estimates:
    """Mean wait until a call is answered, in seconds.

    `calls` has one row per call (`outcome`, `wait`; for `with_ivr` also `ivr`, all in seconds) or one row per interval
    of a queue (`offered`, `answered`, `wait_seconds`), whose seconds and calls are pooled. `statistic` is "mean",
    "median", "p90" or a quantile; from totals all but the mean are an error, "not measurable". A quantile is a wait
    that occurred; one side of its limits is open where there are too few calls. Source: Cleveland 2012; interval Hall
    1992, Hutson 1999.

    >>> import cxlab as cx, pyarrow as pa
    >>> rows = pa.table({"outcome": ["answered"] * 4 + ["abandoned"] * 2, "wait": [10, 20, 30, 60, 5, 25]})
    >>> [round(cx.speed_of_answer(rows, variant=v)[0].estimate, 1) for v in ("answered", "all_over_all")]
    [30.0, 25.0]
    """
    return (totals if calls.has("offered") else call_rows).speed_of_answer(calls, statistic, ask)


@metric(
    label={"en": "Handling time", "vi": "Thời gian xử lý", "fa": "زمان رسیدگی"},
    better="lower",
    variants=[
        Variant("talk_hold_wrap", "(talk + hold + wrap-up) / calls", SECONDS, "time"),
        Variant("without_wrap", "(talk + hold) / calls", SECONDS, "time"),
        Variant("per_leg", "(talk + hold + wrap-up) / legs", SECONDS, "time"),
    ],
    source="ICMI; Cleveland 2012",
    **CALLS,
)
def handle_time(calls: Rows, *, statistic: Any = "mean", ask: Question) -> Estimates:
    """Mean time that an answered call takes, in seconds.

    `calls` has one row per call or leg (`talk`, `hold`, `wrap` in seconds; legs share their `call`), or one row per
    interval of a queue (`talk_seconds`, `hold_seconds`, `wrap_seconds`, `answered`; `legs` for `per_leg`). A table
    without hold or wrap-up is answered with that note, never with a silent 0; a call with a blank among its parts is
    missing. `statistic` as in `speed_of_answer`. Source: Cleveland 2012; interval Hall 1992, Hutson 1999.

    >>> import cxlab as cx, pyarrow as pa
    >>> one = cx.handle_time(pa.table({"talk": [200, 300], "hold": [20, 0]}))[0]
    >>> one.estimate, one.notes
    (260.0, ('process interval', 'no wrap-up data'))
    """
    return (totals if calls.has("offered") else call_rows).handle_time(calls, statistic, ask)


@metric(
    label={"en": "Abandonment rate", "vi": "Tỷ lệ cuộc gọi bị bỏ", "fa": "نرخ رهاسازی تماس"},
    better="lower",
    variants=[
        Variant("offered", "abandoned / (answered + abandoned)", SHARE, "share"),
        Variant("queued", "abandoned / calls that waited in the queue", SHARE, "share"),
        Variant("without_short", "abandoned without short ones / (calls without these)", SHARE, "share"),
    ],
    source="ICMI; Cleveland 2012",
    **CALLS,
)
def abandonment_rate(calls: Rows, *, short: float = 5, ask: Question) -> Estimates:
    """Share of calls whose caller gave up before the answer, 0 to 1.

    `calls` has one row per call (`outcome`; `wait` in seconds for `queued` and `without_short`) or one row per interval
    of a queue (`abandoned`, `answered`; `queued`, `abandoned_short`). A call given up before `short` seconds is a short
    abandon. A blocked call is none: it never got in. Source: Cleveland 2012; interval METHODS 1.

    >>> import cxlab as cx, pyarrow as pa
    >>> round(cx.abandonment_rate(pa.table({"offered": [1060], "answered": [1000], "abandoned": [60]}))[0].estimate, 4)
    0.0566
    """
    seconds_given(ask, short=short)
    return (totals if calls.has("offered") else call_rows).abandonment_rate(calls, short, ask)


@metric(
    label={"en": "Call blockage rate", "vi": "Tỷ lệ cuộc gọi bị chặn", "fa": "نرخ تماس‌های مسدودشده"},
    better="lower",
    variants=[
        Variant("all_causes", "blocked / attempts", SHARE, "share"),
        Variant("capacity_only", "blocked for lack of lines or staff / attempts", SHARE, "share"),
    ],
    source="ICMI; Cleveland 2012",
    **CALLS,
)
def blockage_rate(calls: Rows, *, ask: Question) -> Estimates:
    """Share of attempts that were not served because no line or nobody was free or a network failed, 0 to 1.

    `calls` has one row per attempt (`outcome` blocked; `cause` capacity or fault for `capacity_only`) or one row per
    interval of a queue (`offered`, `blocked`; `blocked_capacity`). A table that knows no blocked call at all is an
    error, "not measurable": the queue does not see them. Source: Cleveland 2012; interval METHODS 1.

    >>> import cxlab as cx, pyarrow as pa
    >>> cx.blockage_rate(pa.table({"offered": [1440], "blocked": [60]}))[0].estimate
    0.04
    """
    return (totals if calls.has("offered") else call_rows).blockage_rate(calls, ask)
