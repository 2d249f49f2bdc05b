"""The same table in other kinds of columns: words kept as numbers, narrow numbers, instants of several zones.

Brute force: every metric of the catalogue answers as it does of the plain table.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from contract_cases import CASES, demand_same
from pyarrow import parquet

import cxlab as cx
from cxlab.metric import catalogue

NAMES = sorted(name for name, case in CASES.items() if not case.numbers)


def narrow(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers in as few bytes as hold them, and words as the numbers of a dictionary."""
    if pa.types.is_string(column.type):
        return column.dictionary_encode()
    for kind in (pa.uint8(), pa.int16(), pa.uint32()) if pa.types.is_integer(column.type) else ():
        try:
            return column.cast(kind)
        except pa.ArrowInvalid:
            continue
    return column


def in_arrow(table: pa.Table) -> Any:
    return pa.table({name: narrow(table.column(name)) for name in table.column_names})


def in_duckdb(table: pa.Table) -> Any:
    narrowed = in_arrow(table)
    return duckdb.connect().from_arrow(narrowed)


def in_pandas_on_arrow(table: pa.Table) -> Any:
    return in_arrow(table).to_pandas(types_mapper=pd.ArrowDtype)


def in_polars(table: pa.Table) -> Any:
    frame = pl.from_arrow(in_arrow(table))
    assert isinstance(frame, pl.DataFrame)
    zones = ("Asia/Tehran", "America/New_York")
    instants = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime) and kind.time_zone]
    return frame.with_columns(*(pl.col(name).dt.convert_time_zone(zones[i % 2]) for i, name in enumerate(instants)))


FORMS: dict[str, Callable[[pa.Table], Any]] = {
    "arrow": in_arrow,
    "duckdb": in_duckdb,
    "pandas on arrow": in_pandas_on_arrow,
    "polars": in_polars,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_metric_answers_as_of_the_plain_table(name: str, form: str) -> None:
    case, function = CASES[name], catalogue()[name].function
    assert function is not None
    asked: dict[str, Any] = {key: make() for key, make in case.late.items()} | case.keywords | {"by": case.by}
    table = case.table()
    zone = {"timezone": "UTC"}  # else it is that of each column, which differs on purpose
    demand_same(function(cx.read(table, **zone), **asked), function(cx.read(FORMS[form](table), **zone), **asked))


@pytest.mark.parametrize("form", FORMS)
class TestNarrowNumbers:
    def test_parts_of_a_call_do_not_run_over(self, form: str) -> None:
        table = pa.table({"talk": [200, 200], "hold": [100, 250], "wrap": [100, 250]})
        assert cx.handle_time(FORMS[form](table))[0].estimate == (400 + 700) / 2

    def test_revenue_that_grows_is_no_revenue_below_zero(self, form: str) -> None:
        table = pa.table(
            {
                "started": [datetime(2025, 1, 1)] * 3,
                "ended": [None, None, datetime(2026, 10, 9)],
                "revenue_start": [100, 50, 50],
                "revenue_end": [250, 40, 0],
            }
        )
        answer = cx.churn_rate(FORMS[form](table), period="2026-10", variant="revenue_net")
        assert answer[0].estimate == pytest.approx((50 + 10 - 150) / 200)


@pytest.mark.parametrize("form", FORMS)
def test_business_hours_and_days_written_as_words(form: str) -> None:
    table = pa.table({"opened": ["2026-01-05", "2026-01-05"], "resolved": ["2026-01-06", "2026-01-07"]})
    clock = cx.calendar({"mon": "09:00-17:00", "tue": "09:00-12:00"}, timezone="UTC")
    answer = cx.resolution_time(cx.read(FORMS[form](table), timezone="UTC"), clock=clock, statistic="mean")
    assert answer[0].estimate == (8 + 11) / 2 * 3600


@pytest.mark.parametrize("every", ["day", "month"])
@pytest.mark.parametrize("lazy", [False, True])
def test_instants_of_another_zone_in_polars(every: str, lazy: bool) -> None:
    at = [datetime(2026, 10, 31, 17, 30) + timedelta(minutes=10 * i) for i in range(30)]
    plain = pa.table({"recommend": [9] * 30, "answered": pa.array(at, pa.timestamp("us", tz="UTC"))})
    frame = in_polars(plain)
    assert frame.schema["answered"].time_zone == "Asia/Tehran"
    by = cx.period("answered", every, timezone="Asia/Ho_Chi_Minh")
    demand_same(cx.nps(plain, by=by), cx.nps(frame.lazy() if lazy else frame, by=by))
    # Without a zone it is that of the column.
    assert [one.n for one in cx.nps(frame, period="2026-10")] == [
        sum(moment + timedelta(hours=3.5) < datetime(2026, 11, 1) for moment in at)
    ]


class TestYesAndNoBesideBlanks:
    """pandas makes floats of whole numbers beside blanks."""

    @pytest.mark.parametrize("made", [list, lambda cells: [None if c is None else str(float(c)) for c in cells]])
    def test_a_nought_is_a_no(self, made: Callable[[list[int | None]], list[Any]]) -> None:
        frame = pd.DataFrame({"sent": made([1, 1, 1, 0, None]), "answered": made([1, 0, None, 0, None])})
        answer = cx.response_rate(frame)[0]
        assert (answer.estimate, answer.n) == (pytest.approx(1 / 3), 3)

    def test_a_file_that_pandas_wrote(self) -> None:
        frame = pd.DataFrame({"months": ["1", "2", "3"], "left": ["1.0", "0.0", ""]})
        curve = cx.retention_curve(frame, duration="months", event="left", at=[1])
        assert curve[0].estimate == pytest.approx(2 / 3)


def test_a_ticket_without_a_time_is_in_no_period() -> None:
    opened = [datetime(2026, 1, 1), datetime(2026, 1, 3), None]
    table = pa.table({"opened": opened, "resolved": [datetime(2026, 1, 2), None, None]})
    told = {"timezone": "UTC"}
    for form in (table, table.to_pandas(), pl.from_arrow(table)):
        answer = cx.resolution_time(cx.read(form, **told), period="2026-01")
        assert not [note for note in answer[0].notes if note.startswith("missing")]
        assert "missing: 1" in cx.resolution_time(cx.read(form, **told))[0].notes


@pytest.mark.parametrize("ask", [cx.speed_of_answer, cx.handle_time])
def test_a_call_without_end_is_refused(ask: Callable[..., cx.Estimates]) -> None:
    table = pa.table({"outcome": ["answered"] * 2, "wait": [1.0, np.inf], "talk": [1.0, np.inf]})
    with pytest.raises(cx.CxlabError, match="for ever"):
        ask(table)


@pytest.mark.parametrize("form", FORMS)
def test_answers_told_by_times_or_words_that_repeat(form: str) -> None:
    table = pa.table({"sent": ["yes", "yes", "yes", "no"], "answered": ["2026-01-05", "", "2026-01-05", None]})
    answer = cx.response_rate(FORMS[form](table))[0]
    assert (answer.estimate, answer.n) == (pytest.approx(2 / 3), 3)


@pytest.mark.parametrize("column", ["recommend", "answer", "customer", "weight", "shop"])
@pytest.mark.parametrize("cells", [[["a"], ["b", "c"]], [{"a": 1}, {"a": 2}]])
def test_lists_and_records_are_refused_wherever_one_value_belongs(column: str, cells: list[Any]) -> None:
    table = pa.table({"recommend": [9, 1], "shop": [1, 2]} | {column: pa.array(cells)})
    for frame in (table, pl.from_arrow(table), table.to_pandas(types_mapper=pd.ArrowDtype)):
        with pytest.raises(cx.CxlabError, match=f"'{column}' holds several values in a cell"):
            cx.nps(frame, cluster="shop" if column == "shop" else None)


def test_floats_of_two_bytes_in_pandas() -> None:
    assert cx.nps(pd.DataFrame({"recommend": np.array([9, 10, 3], dtype="float16")}))[0].n == 3


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tehran"])
class TestInstantsOfAnyUnit:
    """pandas up to version 2 holds and writes all times to the nanosecond."""

    def table(self, unit: str, zone: str | None) -> pa.Table:
        at = [datetime(2026, 1, 1, 5), datetime(2026, 2, 27, 23, 30), None]
        return pa.table(
            {"recommend": [9, 10, 3], "w": ["1", "1", "1"], "answered": pa.array(at, pa.timestamp(unit, zone))}
        )

    def test_in_a_file_and_in_every_frame(self, unit: str, zone: str | None, tmp_path: Path) -> None:
        table = self.table(unit, zone)
        parquet.write_table(table, tmp_path / "answers.parquet")
        connection = duckdb.connect()
        frames = [tmp_path / "answers.parquet", table, table.to_pandas(), pl.from_arrow(table)]
        frames += [connection.from_arrow(table), pl.from_arrow(table).lazy()]
        for frame in frames:
            rows = cx.read(frame, timezone="Asia/Ho_Chi_Minh")
            # A weight that is text takes the table through the engine.
            answer = cx.nps(rows, by=cx.period("answered", "month"), weight="w")
            assert [(one.segment["period"], one.n) for one in answer] == [("2026-01", 1), ("2026-02", 1)]


def test_a_zone_of_pandas_with_an_underscore() -> None:
    at = pd.to_datetime(["2026-10-31 16:30", "2026-10-31 17:30"], utc=True).tz_convert("Asia/Ho_Chi_Minh")
    frame = pd.DataFrame({"recommend": [9, 10], "answered": at})
    by = cx.period("answered", "month")
    assert [one.segment["period"] for one in cx.nps(frame, by=by)] == ["2026-10", "2026-11"]
    assert [one.n for one in cx.nps(cx.read(frame, timezone="UTC"), by=by)] == [2]


def test_days_that_arrow_counts_in_milliseconds() -> None:
    days = pa.array([date(2026, 10, 5), date(2026, 10, 6), None], pa.date64())
    table = pa.table({"recommend": [1, 9, 10], "answered": days})
    assert cx.nps(table, period="2026-10")[0].n == 2
    assert [one.n for one in cx.nps(table, by=cx.period("answered", "day"))] == [1, 1]
