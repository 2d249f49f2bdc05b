"""Cuts: rows fall into exactly one half-open period of the right zone and calendar, and tallies add."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxlab as cx
from cxlab.rows.read import rows_of
from cxlab.tally.counts import counts
from cxlab.tally.cut import cut


def instants(*texts: str) -> pa.Array:
    return pa.array([datetime.fromisoformat(text).replace(tzinfo=UTC) for text in texts])


def ns(estimates: cx.Estimates) -> dict[object, int]:
    return {one.segment["period"]: one.n for one in estimates}


def test_rows_on_both_edges_are_counted_once() -> None:
    table = pa.table(
        {
            "recommend": [9, 9, 3, 3],
            "answered": instants("2026-01-01", "2026-01-31T23:59:59.999", "2026-02-01", "2026-02-28"),
        }
    )
    assert ns(cx.nps(table, by=cx.period("answered", "month"))) == {"2026-01": 2, "2026-02": 2}
    assert cx.nps(table, period="2026-01")[0].n == 2
    assert cx.nps(table, period="2026-Q1")[0].n == 4
    assert cx.nps(table, period="2026-01-31/2026-02-01")[0].n == 1


def test_the_same_instant_lies_in_another_month_elsewhere() -> None:
    table = pa.table({"recommend": [9], "answered": instants("2026-01-31T18:30:00")})
    assert cx.nps(cx.read(table, timezone="Asia/Ho_Chi_Minh"), period="2026-02")[0].n == 1
    assert cx.nps(cx.read(table, timezone="Europe/London"), period="2026-01")[0].n == 1
    by = cx.period("answered", "month", timezone="Asia/Ho_Chi_Minh")
    assert ns(cx.nps(table, by=by)) == {"2026-02": 1}


def test_times_without_a_zone_need_one_but_days_do_not() -> None:
    frame = pd.DataFrame({"recommend": [9], "answered": pd.to_datetime(["2026-01-31 23:30"])})
    with pytest.raises(cx.CxlabError, match="have no zone"):
        cx.nps(frame, period="2026-01")
    assert cx.nps(cx.read(frame, timezone="Asia/Tehran"), period="2026-01")[0].n == 1
    days = pd.DataFrame({"recommend": [9], "answered": pd.to_datetime(["2026-01-31"])})
    assert cx.nps(days, period="2026-01")[0].n == 1


def test_a_time_that_the_clocks_skipped_is_counted() -> None:
    frame = pd.DataFrame({"recommend": [9, 9], "answered": pd.to_datetime(["2022-03-22 00:30", "2022-03-23 10:00"])})
    rows = cx.read(frame, timezone="Asia/Tehran")
    assert cx.nps(rows, period="2022-03")[0].n == 2
    assert rows.ledger.counts["nonexistent_time"] == 1


def test_an_empty_month_is_a_row_and_no_month_is_lost() -> None:
    table = pa.table({"recommend": [9, 3], "answered": instants("2026-01-15", "2026-03-15"), "region": ["N", "S"]})
    months = cx.nps(table, by=cx.period("answered", "month"))
    assert ns(months) == {"2026-01": 1, "2026-02": 0, "2026-03": 1}
    assert months[1].estimate is None
    assert "no data" in months[1].notes
    both = cx.nps(table, by=["region", cx.period("answered", "month")])
    assert len(both) == 6
    assert both.by == ("region", "period")


def test_jalali_months_are_not_gregorian_ones() -> None:
    table = pa.table(
        {"recommend": [9, 9, 9], "answered": instants("2026-09-22T12:00", "2026-09-23T12:00", "2026-10-22T12:00")}
    )
    by = cx.period("answered", "month", timezone="Asia/Tehran", calendar="jalali")
    assert ns(cx.nps(table, by=by)) == {"1405-06": 1, "1405-07": 2}
    assert cx.nps(cx.read(table, timezone="Asia/Tehran"), period="1405-07")[0].n == 2


def test_text_times_are_read_by_one_format_or_refused(tmp_path) -> None:
    def asked(days: list[str], **keywords: object) -> cx.Estimates:
        path = tmp_path / "a.csv"
        path.write_text("recommend,answered\n" + "".join(f"9,{day}\n" for day in days))
        return cx.nps(cx.read(path, **keywords), period="2026-04")

    assert asked(["2026-04-03", "2026-05-01"])[0].n == 1
    assert asked(["13/04/2026", "03/04/2026"])[0].n == 2
    with pytest.raises(cx.CxlabError, match="two ways"):
        asked(["03/04/2026", "04/03/2026"])
    assert asked(["03/04/2026", "04/03/2026"], dates="dmy")[0].n == 1
    assert asked(["03/04/2026", "04/03/2026"], dates={"answered": "%m/%d/%Y"})[0].n == 1
    with pytest.raises(cx.CxlabError, match="jalali"):
        asked(["1405/01/20"])
    assert asked(["1405/01/20", "۱۴۰۵/۰۱/۲۱"], dates="jalali")[0].n == 2
    assert asked(["46115"], dates="excel")[0].n == 1
    with pytest.raises(cx.CxlabError, match="row 2"):
        asked(["2026-04-03", "soon"])
    with pytest.raises(cx.CxlabError, match="with and without a zone"):
        asked(["2026-04-03 10:00", "2026-04-03 10:00:00+07:00"], timezone="UTC")


def test_each_names_several_segments_of_one_cell() -> None:
    table = pa.table({"score": [5, 1, 3], "aspect": ["PRICE, SMELL", "SMELL", None]})
    answer = cx.rating(table, "score", scale=(1, 5), by=cx.each("aspect"))
    assert [(one.segment["aspect"], one.n, one.estimate) for one in answer] == [
        ("PRICE", 1, 5),
        ("SMELL", 2, 3),
        (None, 1, 3),
    ]
    with pytest.raises(cx.CxlabError, match="overlap"):
        answer.compare()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10), st.sampled_from(["a", "b", None]), st.integers(0, 400)), max_size=40),
    st.integers(0, 40),
)
def test_tallies_of_two_halves_add_to_the_tally_of_all(rows: list[tuple[int, str | None, int]], split: int) -> None:
    def tally(part: list[tuple[int, str | None, int]]):
        table = pa.table(
            {
                "recommend": pa.array([row[0] for row in part], pa.int64()),
                "g": pa.array([row[1] for row in part], pa.string()),
            }
        )
        return counts(cut(rows_of(table), "g", None, None, "nps"), "recommend", (0, 10))

    whole, both = tally(rows), tally(rows[:split]) + tally(rows[split:])
    order = [both.segments.values.index(value) for value in whole.segments.values]  # noqa: PD011  (segments, no frame)
    assert len(order) == len(both.segments)
    assert np.array_equal(whole.counts, both.counts[order])
    assert np.array_equal(whole.missing, both.missing[order])


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, 365 * 24), min_size=1, max_size=30),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_every_row_lies_in_exactly_one_period(hours: list[int], every: str) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    times = [start + timedelta(hours=hour) for hour in hours]
    table = pa.table({"recommend": [9] * len(times), "answered": times})
    found = cx.nps(table, by=cx.period("answered", every, timezone="Europe/London"))
    assert sum(one.n for one in found) == len(times)
    periods = found.periods
    for one in found:
        span = periods[one.segment["period"]].instants("Europe/London")
        assert one.n == sum(span[0] <= moment < span[1] for moment in times)
    assert min(period.start for period in periods.values()) <= min(times).astimezone(ZoneInfo("Europe/London")).date()


def test_rows_without_a_time_are_counted_where_periods_leave_them_out() -> None:
    rows = cx.read(pa.table({"recommend": [9, 8, 3], "answered": ["2026-01-01", None, None]}))
    assert ns(cx.nps(rows, by=cx.period("answered", "month"))) == {"2026-01": 1}
    assert [(one.kind, one.count, one.column) for one in rows.ledger if one.kind == "missing"] == [
        ("missing", 2, "answered")
    ]


@pytest.mark.parametrize(
    "ask",
    [
        lambda table: cx.nps(table, by=3),
        lambda table: cx.nps(table, by=["seg", 3]),
        lambda table: cx.nps(table, by=["period", cx.period("answered", "month")]),
        lambda table: cx.nps(table, by=["seg", cx.each("seg")]),
        lambda table: cx.nps(table, by=cx.each("seg", sep="")),
        lambda table: cx.nps(table, by=cx.period("answered", "month", timezone="Mars/Base")),
        lambda table: cx.nps(table, period=2026.5),
        lambda table: cx.nps(table, by="parts"),
    ],
)
def test_a_cut_that_cannot_be_made_is_refused_in_words(ask: Any) -> None:
    table = pa.table(
        {"recommend": [9], "seg": ["a"], "period": ["x"], "parts": [[1]], "answered": instants("2026-01-01")}
    )
    with pytest.raises(cx.CxlabError):
        ask(table)


def test_a_year_may_be_given_as_a_number() -> None:
    table = pa.table({"recommend": [9, 3], "answered": instants("2026-01-01", "2027-01-01")})
    assert cx.nps(table, period=2026)[0].n == 1
