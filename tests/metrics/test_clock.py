"""Business clocks against counting minute by minute, with holidays and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import narwhals as nw
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx
from cxlab.rows.clock import Calendar
from cxlab.rows.moments import moments
from cxlab.rows.read import collect, rows_of

WEEK = ("mon", "tue", "wed", "thu", "fri")
STEP = timedelta(minutes=5)
CALENDARS = {
    "weekdays": cx.calendar(dict.fromkeys(WEEK, "09:00-17:00"), ["2026-03-30", date(2026, 3, 31)], "Europe/Berlin"),
    "always": cx.calendar(dict.fromkeys((*WEEK, "sat", "sun"), "00:00-24:00"), ["2026-03-29"], "Europe/Berlin"),
    "nights": cx.calendar(
        {"sat": "08:00-12:00,13:00-16:30", "sun": "01:00-04:00", "thu": "22:00-24:00"}, [], "America/New_York"
    ),
}


def counted(calendar: Calendar, start: datetime, end: datetime) -> int:
    total, place = 0, ZoneInfo(calendar.timezone)
    while start < end:
        local = start.astimezone(place)
        second = local.hour * 3600 + local.minute * 60
        if local.date() not in calendar.holidays:
            total += sum(300 for a, b in calendar.hours[local.weekday()] if a <= second < b)
        start += STEP
    return total


@pytest.mark.parametrize("name", CALENDARS)
@pytest.mark.parametrize("first", [datetime(2026, 3, 25, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)])
def test_open_time_is_that_of_counting_on_every_engine(name: str, first: datetime) -> None:
    calendar, rng = CALENDARS[name], np.random.default_rng(1)
    starts = [first + STEP * int(rng.integers(2500)) for _ in range(8)]
    ends = [start + STEP * int(rng.integers(2000)) for start in starts]
    zoned = pa.timestamp("us", "UTC")
    table = pa.table({"a": pa.array(starts, zoned), "b": pa.array(ends, zoned)})
    expected = [counted(calendar, a, b) for a, b in zip(starts, ends, strict=True)]
    for frame in (table, table.to_pandas(), pl.DataFrame(table), duckdb.from_arrow(table)):
        times = moments(rows_of(frame), ["a", "b"], "the test")
        found = calendar.passed(times.rows.frame.select(**times.seconds), ["a", "b"], times.ends())
        assert collect(found.select((nw.col("b") - nw.col("a")).alias("x"))).column("x").to_pylist() == expected


def test_a_weekend_between_question_and_answer() -> None:
    table = pa.table({"opened": ["2026-10-02 16:00"], "responded": ["2026-10-05 10:00"]})
    rows = cx.read(table, timezone="Asia/Ho_Chi_Minh")
    desk = cx.calendar(dict.fromkeys(WEEK, "09:00-17:00"), timezone="Asia/Ho_Chi_Minh")
    plain, business = (cx.first_response_time(rows, clock=clock)[0] for clock in ("calendar", desk))
    assert (plain.estimate, business.estimate) == (66 * 3600, 2 * 3600)
    assert plain.definition["clock"] == "calendar"
    assert business.definition["clock"] == "business (mon-fri 09:00-17:00 Asia/Ho_Chi_Minh)"


def test_a_holiday_takes_its_hours_away() -> None:
    rows = cx.read(pa.table({"opened": ["2026-10-02 16:00"], "responded": ["2026-10-06 10:00"]}), timezone="UTC")
    hours = dict.fromkeys(WEEK, "09:00-17:00")
    with_monday = cx.calendar(hours, timezone="UTC")
    without = cx.calendar(hours, ["2026-10-05"], "UTC")
    assert [cx.first_response_time(rows, clock=c)[0].estimate / 3600 for c in (with_monday, without)] == [10.0, 2.0]


def test_an_open_case_waits_by_the_business_clock_too() -> None:
    rows = cx.read(
        pa.table({"opened": ["2026-10-02 16:00"] * 2, "responded": [None, "2026-10-02 16:30"]}), timezone="UTC"
    )
    desk = cx.calendar(dict.fromkeys(WEEK, "09:00-17:00"), timezone="UTC")
    level = cx.service_level(rows, within=3600, clock=desk, as_of="2026-10-04 12:00")[0]
    assert level.estimate == 0.5  # the open one has waited an hour of the desk's time, so it is not yet a miss
    assert "open n=1" in level.notes
