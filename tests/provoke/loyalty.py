"""One provocation for each error of customers who stay, come back and leave, of staff, and of joins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import narwhals as nw
import pyarrow as pa

import cxlab as cx
from cxlab.estimate.basis.curve import CurveBasis
from cxlab.rows.read import read
from cxlab.tally.cut import cut
from cxlab.tally.events import Events, events

OCTOBER = "2026-10"
NOW = datetime(2026, 10, 5, tzinfo=UTC)


def spells(ended: date | None = None) -> pa.Table:
    return pa.table({"started": [date(2026, 10, 2)], "ended": pa.array([ended], pa.date32()), "region": ["North"]})


def acts(**columns: Any) -> pa.Table:
    return pa.table({"customer": ["a", "b"], "time": [NOW, NOW]} | columns)


def tally(times: list[float]) -> Events:
    rows = read(pa.table({"t": times, "e": [True, False][: len(times)]}))
    return events(cut(rows, None, None, None, "x"), nw.col("t"), nw.col("e"), "retention_curve")


KINDS = {"kind": ["visit", "call"]}
REVENUE = pa.table({"revenue_start": [-5.0], "revenue_end": [1.0]})
TEXT = pa.table({"referred": ["yes", "perhaps"]})
CODES = pa.table({"referred": [1, 2]})
CURVE: dict[str, Any] = {"duration": "t", "event": "e"}
TIMES = pa.table({"t": [1, 2], "e": [1, 0]})

PROVOKE: dict[str, Callable[[], object]] = {
    "a kind that no event is of": lambda: cx.engagement(
        pa.table({"customer": ["a", "b"], "kind": ["visit", "call"]}), kinds=["vist"]
    ),
    "a programme that is no name": lambda: cx.referral_rate(
        pa.table({"programme": ["friends"]}), programme=["friends"]
    ),
    "times that end before they begin": lambda: tally([-3.0, 5.0]),
    "quantile of one": lambda: CurveBasis(tally([3.0, 5.0]), "quantile", 1.0),
    "closed method of open cases": lambda: CurveBasis(tally([3.0, 5.0]), method="hutson"),
    "closed method of a share": lambda: CurveBasis(tally([3.0, 5.0]), "survival", 4.0, method="order"),
    "word that is neither yes nor no": lambda: cx.referral_rate(TEXT, variant="purchases"),
    "number that is neither 1 nor 0": lambda: cx.referral_rate(CODES, variant="purchases"),
    "churn without a period": lambda: cx.churn_rate(spells()),
    "customer who ends before starting": lambda: cx.churn_rate(spells(date(2026, 10, 1)), period=OCTOBER),
    "curve of one who ends before starting": lambda: cx.retention_curve(spells(date(2026, 10, 1))),
    "churn by the time of leaving": lambda: cx.churn_rate(spells(), period=OCTOBER, by=cx.period("ended", "month")),
    "negative revenue": lambda: cx.churn_rate(REVENUE, period=OCTOBER, variant="revenue_net"),
    "inactivity without its length": lambda: cx.churn_rate(acts(), period=OCTOBER, variant="inactivity"),
    "inactivity by period": lambda: cx.churn_rate(
        acts(), period=OCTOBER, variant="inactivity", inactive=90, by=cx.period("time", "month")
    ),
    "length of silence elsewhere": lambda: cx.churn_rate(spells(), period=OCTOBER, inactive="90 days"),
    "weight of an open count": lambda: cx.churn_rate(spells(), period=OCTOBER, variant="average", weight="region"),
    "duration without event": lambda: cx.retention_curve(TIMES, duration="t"),
    "durations with a period": lambda: cx.retention_curve(TIMES, period=OCTOBER, **CURVE),
    "no times to read": lambda: cx.retention_curve(TIMES, at=[], **CURVE),
    "a time twice": lambda: cx.retention_curve(TIMES, at=[30, 30], **CURVE),
    "invitations of purchases": lambda: cx.referral_rate(acts(), variant="purchases", invitations=5),
    "programme of purchases": lambda: cx.referral_rate(acts(), variant="purchases", programme="friends"),
    "no referral at all": lambda: cx.referral_rate(acts()),
    "conversion without invitations": lambda: cx.referral_rate(acts(referred=[1, 0]), variant="conversion"),
    "fewer invitations than purchases": lambda: cx.referral_rate(
        acts(referred=[1, 1]), variant="conversion", invitations=1
    ),
    "eligible of the active": lambda: cx.engagement(acts(), eligible=5),
    "kinds as text": lambda: cx.engagement(acts(**KINDS), kinds="visit"),
    "nobody eligible": lambda: cx.engagement(acts(), variant="active_share"),
    "one number for two segments": lambda: cx.engagement(acts(**KINDS), variant="active_share", eligible=9, by="kind"),
    "segment without its number": lambda: cx.engagement(
        acts(**KINDS), variant="active_share", eligible={"visit": 9}, by="kind"
    ),
    "fewer eligible than active": lambda: cx.engagement(acts(), variant="active_share", eligible=1),
    "composite without weights": lambda: cx.engagement(acts(**KINDS), variant="composite"),
    "composite of a constant": lambda: cx.engagement(
        acts(kind=["visit", "visit"]), variant="composite", weights={"visit": 1.0}
    ),
    "join without a time": lambda: cx.join(pa.table({"customer": [1]}), acts()),
    "join of text and numbers": lambda: cx.join(acts(), pa.table({"customer": [1], "time": [NOW]})),
    "join into one name": lambda: cx.join(acts(time_2=[NOW, NOW]), acts()),
    "window that is none": lambda: cx.join(acts(), acts(), within="a month"),
}
