"""Times written as text: what is read is what stands there, to the half of the day and the zone; else it is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxlab as cx
from cxlab.rows.read import collect
from cxlab.rows.times import timeline


def read(cells: list[Any], dates: str | None = None, engine: str = "arrow") -> tuple[str, list[Any]]:
    """What kind of times a column of these cells holds, and which."""
    table = pa.table({"answered": cells})
    frame = {"arrow": table, "pandas": table.to_pandas(), "polars": pl.from_arrow(table)}[engine]
    found = timeline(cx.read(frame, timezone="Asia/Ho_Chi_Minh", dates=dates), "answered")
    return found.kind, collect(found.rows.frame).column("answered").to_pylist()


@pytest.mark.parametrize("engine", ["arrow", "pandas", "polars"])
def test_a_clock_of_twelve_hours_behind_an_iso_day_keeps_its_half(engine: str) -> None:
    """DuckDB takes PM for the name of a zone and drops it: a quarter past two had been read as of the night."""
    kind, found = read(["2026-10-31 02:15 PM", "2026-10-31 12:05:09 am"], engine=engine)
    assert (kind, found) == ("local", [datetime(2026, 10, 31, 14, 15), datetime(2026, 10, 31, 0, 5, 9)])


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-31 11:59:12 EST",
        "2026-10-31 11:59:12 America/New_York",
        "2026-10-31 11:59 noon",
        "infinity",
        "epoch",
        "2026-10-31 (Sat)",
    ],
)
def test_what_stands_behind_a_time_is_not_dropped(text: str) -> None:
    with pytest.raises(cx.CxlabError, match="read in one way"):
        read([text])


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-10-31 11:30:00 UTC", 11),
        ("2026-10-31 11:30 GMT", 11),
        ("2026-10-31T11:30:00Z", 11),
        ("2026-10-31 11:30:00+07", 4),
        ("2026-10-31 11:30:00 +7", 4),
        ("2026-10-31T11:30:00-0500", 16),
        ("2026-10-31 11:30 UTC+07:00", 4),
        ("2026/10/31 11:30:00 AM GMT+7", 4),
        ("2026/10/31 11:30:00 PM GMT+12", 11),
    ],
)
def test_a_time_with_its_offset_is_an_instant_however_it_is_written(text: str, hour: int) -> None:
    """As BigQuery and Google Forms write them; "UTC" had been dropped, and the zone of the client taken."""
    assert read([text]) == ("instant", [datetime(2026, 10, 31, hour, 30, tzinfo=UTC)])


@settings(max_examples=25, deadline=None)
@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda one: one.replace(microsecond=0)),
    st.integers(-12 * 60, 14 * 60),
)
def test_every_way_to_write_an_instant_means_the_same(moment: datetime, ahead: int) -> None:
    local = moment + timedelta(minutes=ahead)
    sign, hours, minutes = "-+"[ahead >= 0], abs(ahead) // 60, abs(ahead) % 60
    short = f"{sign}{hours}" + (f":{minutes:02}" if minutes else "")
    cells = [
        f"{local.isoformat()}{sign}{hours:02}:{minutes:02}",
        f"{local.isoformat(sep=' ')} {sign}{hours:02}{minutes:02}",
        f"{local:%Y/%m/%d %I:%M:%S %p} GMT{short}",
        f"{local:%Y-%m-%d %I:%M:%S %p} UTC{short}",
    ]
    kind, found = read(cells)
    assert (kind, set(found)) == ("instant", {moment.replace(tzinfo=UTC)})


@pytest.mark.parametrize("engine", ["arrow", "pandas", "polars"])
def test_seconds_since_1970_are_instants_where_somebody_said_so(engine: str) -> None:
    moment = datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)
    assert read(["1760000000", "1760000000000", "1760000000000000"], "unix", engine) == ("instant", [moment] * 3)
    assert read([1760000000, None], "unix", engine) == ("instant", [moment, None])
    with pytest.raises(cx.CxlabError, match='dates="unix"'):
        read(["1760000000"], engine=engine)
    with pytest.raises(cx.CxlabError, match='dates="unix"'):
        read([1760000000], engine=engine)


@pytest.mark.parametrize("dates", ["unix", "excel"])
@pytest.mark.parametrize("cell", ["inf", "1e300", "-1e300", "soon"])
def test_a_count_that_is_no_time_is_refused_and_not_reckoned_with(cell: str, dates: str) -> None:
    with pytest.raises(cx.CxlabError, match="read in one way"):
        read([cell], dates)


def test_a_jalali_time_has_nothing_behind_it_that_would_change_it() -> None:
    written = ["1405/08/30", "۱۴۰۵/۰۸/۰۱ - ۲۳:۳۰", "1405/08/01، 10:15", "1405-08-01 ساعت 10:15:30"]
    day = datetime(2026, 10, 23)
    clocks = [timedelta(hours=23, minutes=30), timedelta(hours=10, minutes=15), timedelta(hours=10, seconds=930)]
    assert read(written, "jalali")[1] == [datetime(2026, 11, 21), *(day + clock for clock in clocks)]
    for text in ("1405/08/30 02:15 PM", "1405/08/30 ب.ظ 02:15", "1405/08/301", "1405/08/30 10:15 UTC"):
        with pytest.raises(cx.CxlabError, match="read in one way"):
            read([text], "jalali")


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("46310.5", 'dates="excel"'),
        ("NULL", r"missing=\{'answered': \['NULL'\]\}"),
        ("31 Oct 26", "Declare the format"),
    ],
)
def test_a_text_that_is_no_time_gets_the_advice_that_helps(cell: str, advice: str) -> None:
    with pytest.raises(cx.CxlabError, match=advice):
        read([cell])


@pytest.mark.parametrize("dates", ["%s", "%Q", "%d/%m/%Y %"])
def test_a_pattern_with_a_sign_that_means_nothing_is_refused_in_our_words(dates: str) -> None:
    with pytest.raises(cx.CxlabError, match="stands for no part of a time"):
        read(["1760000000"], dates)


@pytest.mark.parametrize("cell", ["$12.50", "(12.50)", "85%", "1\u00a0234", "12 USD"])
def test_a_number_with_more_than_a_number_in_it_is_not_called_a_decimal_mark(cell: str) -> None:
    orders = pd.DataFrame({"customer": ["a"], "time": ["2026-10-01"], "amount": [cell]})
    with pytest.raises(cx.CxlabError, match="plain number"):
        cx.clv_model(cx.read(orders, timezone="UTC"))


NEVER = pa.table(
    {
        "ticket": [1, 2, 3],
        "opened": [datetime(2026, 10, day, 10) for day in (1, 2, 3)],
        "resolved": [datetime(2026, 10, 1, 12), datetime(9999, 12, 31), datetime(2026, 10, 3, 12)],
    }
)


@pytest.mark.parametrize("engine", ["arrow", "zoned", "days", "pandas", "polars", "duckdb", "parquet"])
def test_a_year_in_which_nobody_lives_is_no_time_of_its_type_either(engine: str, tmp_path: Path) -> None:
    """9999-12-31 for never: as of then nothing is open, and the changes of its clocks were beyond Python's dates."""
    table = NEVER
    if engine in ("zoned", "days"):
        kind = pa.timestamp("us", "Asia/Tehran") if engine == "zoned" else pa.date32()
        cast = [table.column(name).cast(kind) for name in ("opened", "resolved")]
        table = table.set_column(1, "opened", cast[0]).set_column(2, "resolved", cast[1])
    pq.write_table(table, tmp_path / "a.parquet")
    source: Any = {
        "pandas": table.to_pandas(),
        "polars": pl.from_arrow(table),
        "duckdb": duckdb.from_arrow(table),
        "parquet": tmp_path / "a.parquet",
    }.get(engine, table)
    with pytest.raises(cx.CxlabError, match=r"year 9999.*missing=\{'resolved'"):
        cx.open_cases(cx.read(source, timezone="UTC"))
    code = datetime(9999, 12, 31, tzinfo=UTC) if engine == "zoned" else "9999-12-31"
    told = cx.read(source, timezone="UTC", missing={"resolved": [code]})
    assert cx.open_cases(told)[0].estimate == 1
    assert "year out of range" in set(cx.check(cx.read(source, timezone="UTC"))["finding"])


def test_yes_and_no_are_a_scale_of_two_points_alone() -> None:
    """True had been a score of 1 from 0 to 10: everybody was a detractor."""
    table = pa.table({"recommend": [True, False], "satisfaction": [True, True]})
    with pytest.raises(cx.CxlabError, match="row 1 of column 'recommend'"):
        cx.nps(table)
    assert cx.csat(table, scale=(0, 1), top=1)[0].estimate == 1
    assert cx.nps(cx.read(table, labels={"recommend": {"True": 10, "False": 0}}))[0].estimate == 0


def test_a_code_of_text_is_no_time_and_done_with_once_the_column_is_read() -> None:
    cells = {"ticket": ["1", "2"], "opened": ["2026-10-01 10:00"] * 2, "resolved": ["2026-10-01 12:00", "NULL"]}
    rows = cx.read(pa.table(cells), timezone="UTC", missing={"resolved": ["NULL"]})
    assert cx.resolution_time(rows, statistic="mean")[0].estimate == 7200
    assert cx.open_cases(rows)[0].estimate == 1
    assert "unreadable time" not in set(cx.check(rows)["finding"])
