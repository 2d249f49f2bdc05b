"""Orders against the example of their definition, and promises that are days or hours."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pyarrow as pa
import pytest

import cxlab as cx

ZERO, DAY = pd.Timestamp("2026-10-10", tz="UTC"), pd.Timedelta(days=1)


def orders() -> pd.DataFrame:
    """500 orders: 440 in time (425 of them in full), 40 late, 20 open of which 12 are past the promise."""
    return pd.DataFrame(
        {
            "promised": [ZERO] * 492 + [ZERO + 9 * DAY] * 8,
            "delivered": [ZERO - DAY] * 440 + [ZERO + DAY] * 40 + [None] * 20,
            "in_full": [1] * 425 + [0] * 15 + [1] * 40 + [None] * 20,
        }
    )


@pytest.mark.parametrize(
    ("variant", "share", "n"),
    [("due", 89.43, 492), ("delivered", 91.67, 480), ("all", 88.0, 500), ("in_time_and_full", 86.38, 492)],
)
def test_four_definitions_of_one_month(variant: str, share: float, n: int) -> None:
    one = cx.on_time_rate(orders(), variant=variant)[0]
    assert (round(one.estimate * 100, 2), one.n) == (share, n)
    assert {"open past the promise: 12", "open before it: 8"} <= set(one.notes)


def test_published_limits() -> None:
    one = cx.on_time_rate(orders(), method="wilson")[0]
    assert (round(one.low * 100, 2), round(one.high * 100, 2)) == (86.40, 91.85)


def test_as_of_decides_what_is_due() -> None:
    early, late = (cx.on_time_rate(orders(), as_of=ZERO + k * DAY)[0] for k in (-1, 20))
    assert (early.n, early.estimate) == (440, 1.0)
    assert late.n == 500


@pytest.mark.parametrize("typed", [True, False], ids=["dates", "text"])
def test_a_promised_day_lasts_until_its_end(typed: bool) -> None:
    days = ["2026-10-05", "2026-10-05"]
    table = pa.table(
        {
            "promised": pa.array([dt.date.fromisoformat(day) for day in days]) if typed else pa.array(days),
            "delivered": pa.array(["2026-10-05 23:59", "2026-10-06 00:00"]),
        }
    )
    rows = cx.read(table, timezone="Asia/Tehran")
    assert cx.on_time_rate(rows)[0].estimate == 0.5
    zoned = pd.DataFrame(
        {
            "promised": [dt.date(2026, 10, 5)] * 2,
            "delivered": pd.to_datetime(["2026-10-05 20:29", "2026-10-05 20:30"], utc=True),
        }
    )
    arrow = pa.Table.from_pandas(zoned)
    # Midnight in Tehran is 20:30 in UTC.
    assert cx.on_time_rate(cx.read(arrow, timezone="Asia/Tehran"))[0].estimate == 0.5


def test_a_promised_hour_is_that_hour() -> None:
    rows = pd.DataFrame({"promised": [ZERO + DAY / 2] * 2, "delivered": [ZERO + DAY / 2, ZERO + DAY / 2 + DAY / 1440]})
    assert cx.on_time_rate(rows)[0].estimate == 0.5


def test_orders_without_a_promise_are_missing() -> None:
    rows = pd.concat([orders(), orders().head(5)], ignore_index=True)
    rows.loc[500:, "promised"] = pd.NaT
    one = cx.on_time_rate(rows)[0]
    assert one.n == 492
    assert "missing: 5 without a promise" in one.notes


def test_a_period_is_that_of_the_promise() -> None:
    rows = cx.read(orders(), timezone="UTC")
    assert cx.on_time_rate(rows, period="2026-10-01/2026-10-15", variant="all")[0].n == 492
    weeks = cx.on_time_rate(rows, variant="all", by=cx.period("promised", "week"))
    assert [one.n for one in weeks] == [492, 0, 8]


def test_an_order_is_not_delivered_before_it_is_placed() -> None:
    day = pd.Timestamp("2026-10-05 15:00", tz="UTC")
    table = pd.DataFrame({"placed": [day], "promised": [day], "delivered": [day.normalize()]})
    assert cx.on_time_rate(table)[0].estimate == 1
    with pytest.raises(cx.CxlabError, match="delivered before it is placed"):
        cx.on_time_rate(table.assign(delivered=day - pd.Timedelta(days=2)))
