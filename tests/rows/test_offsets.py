"""Local times as instants: what PEP 495 says of those that the clocks skip or show twice, on every engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx
from cxlab.rows.days import local_day
from cxlab.rows.moments import moments
from cxlab.rows.offsets import offsets
from cxlab.rows.read import collect, read
from cxlab.rows.times import EPOCH, timeline

ENGINES: dict[str, Callable[[pa.Table], Any]] = {
    "arrow": lambda table: table,
    "pandas": lambda table: table.to_pandas(),
    "polars": pl.from_arrow,
    "lazy polars": lambda table: pl.from_arrow(table).lazy(),  # type: ignore[union-attr]
    "duckdb": duckdb.from_arrow,
}
# Zones whose clocks change at night, at midnight, by half an hour, before Greenwich, and once by a whole day.
NIGHTS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Asia/Tehran", date(2022, 3, 22)),
    ("Asia/Tehran", date(2022, 9, 21)),
    ("America/Havana", date(2025, 11, 2)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("zone", "day"), NIGHTS)
def test_local_times_are_the_instants_of_pep_495(engine: str, zone: str, day: date) -> None:
    rng, start = np.random.default_rng(1), datetime.combine(day, datetime.min.time()) - timedelta(days=1)
    local = [start + timedelta(minutes=5 * int(one)) for one in rng.permutation(3 * 288)]
    found = timeline(read(ENGINES[engine](pa.table({"t": local})), timezone=zone), "t")
    seconds = collect(found.rows.frame.select(found.seconds().alias("s")))["s"].to_pylist()
    expected = [one.replace(tzinfo=ZoneInfo(zone)) - EPOCH.replace(tzinfo=UTC) for one in local]
    assert seconds == [one.total_seconds() for one in expected]


@pytest.mark.parametrize("engine", ENGINES)
def test_skipped_and_doubled_times_are_counted_and_dated(engine: str) -> None:
    opened, answered = ["2026-03-29 02:30", "2026-10-25 02:30"], ["2026-03-29 04:00", "2026-10-25 03:00"]
    table = pa.table({"opened": opened, "responded": answered})
    rows = cx.read(ENGINES[engine](table), timezone="Europe/Berlin")
    # 02:30 becomes 03:30 summer time, half an hour before 04:00; the first 02:30 lies an hour and a half before 03:00.
    assert [cx.first_response_time(rows, statistic=q)[0].estimate for q in (0.01, 0.99)] == [1800.0, 5400.0]
    assert rows.ledger.counts["nonexistent_time"] == rows.ledger.counts["ambiguous_time"] == 1


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("hours", [0, 8, 16, 24, 32, 40])
def test_local_days_and_open_hours_of_a_table_that_begins_just_after_a_change(engine: str, hours: int) -> None:
    place = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 29, 1, 30, tzinfo=UTC) + timedelta(hours=hours)
    times = [start, datetime(2026, 3, 31, 22, 30, tzinfo=UTC)]
    table = pa.table({"a": pa.array(times, pa.timestamp("us", "UTC"))})
    rows = read(ENGINES[engine](table), timezone="Europe/Berlin")
    found = timeline(rows, "a")
    days = collect(found.rows.frame.select(local_day(found).alias("d")))["d"].to_pylist()
    assert [EPOCH.date() + timedelta(days=day) for day in days] == [one.astimezone(place).date() for one in times]
    clock = cx.calendar({"wed": "00:00-24:00"}, timezone="Europe/Berlin")
    both = moments(rows, ["a"], "the test")
    opened = clock.passed(both.rows.frame.select(**both.seconds), ["a"], both.ends())
    first, last = collect(opened)["a"].to_pylist()
    assert last - first == 1800  # of the Wednesday that begins at 22:00 UTC


def test_a_business_clock_on_the_day_after_a_change() -> None:
    zoned = pa.timestamp("us", "UTC")
    opened, answered = (datetime(2026, 3, 30, hour, 30, tzinfo=UTC) for hour in (0, 8))
    table = pa.table({"opened": pa.array([opened], zoned), "responded": pa.array([answered], zoned)})
    clock = cx.calendar({"mon": "09:00-17:00"}, timezone="Europe/Berlin")
    found = cx.first_response_time(cx.read(table, timezone="Europe/Berlin"), clock=clock)
    assert found[0].estimate == 5400  # 09:00 to 10:30 summer time


def test_offsets_know_the_changes_of_the_days_around() -> None:
    for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)):
        ahead, changes = offsets("Europe/Berlin", day, day)
        assert (ahead, [(change.instant, change.ahead) for change in changes]) == (
            3600,
            [(datetime(2026, 3, 29, 1), 7200)],
        )
    assert offsets("Asia/Ho_Chi_Minh", date(2026, 1, 1), date(2026, 12, 31)) == (7 * 3600, ())
