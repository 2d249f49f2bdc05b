"""Holidays: dates of either calendar, in the ways in which they are written, and nothing taken for another day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from cxlab.errors import DefinitionError, ReadError
from cxlab.rows.clock import calendar
from cxlab.rows.holidays import holiday, read

NOWRUZ = date(2026, 3, 21)  # 1 Farvardin 1405


@pytest.mark.parametrize("written", ["1405-01-01", "1405/1/1", "۱۴۰۵/۰۱/۰۱", "2026-03-21", " 2026/3/21 ", NOWRUZ])
def test_one_day_written_in_many_ways(written: date | str) -> None:
    assert holiday(written) == NOWRUZ


@pytest.mark.parametrize(
    "written", ["1405-13-01", "21/03/2026", "2026-02-30", "0026-03-21", date(1405, 1, 1), datetime(1405, 1, 1), ""]
)
def test_what_is_no_day_of_our_time_is_refused(written: date | str) -> None:
    with pytest.raises(DefinitionError, match="A holiday is a date"):
        calendar({"mon": "09:00-17:00"}, holidays=[written], timezone="UTC")


def test_a_jalali_holiday_takes_its_hours_away() -> None:
    """Read as the Gregorian year 1405 it had taken away nothing, without a word."""
    assert calendar({"sat": "09:00-17:00"}, ["1405-01-01"], "Asia/Tehran").holidays == (NOWRUZ,)


def test_a_file_of_holidays_names_its_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "ir.csv"
    path.write_text('\ufeffdate;name\n"1405/01/01";Nowruz\n\n2026-12-25,Christmas\n', encoding="utf-8")
    assert read(path) == [NOWRUZ, date(2026, 12, 25)]
    path.write_text("1405-01-01\n1405-12-31\n", encoding="utf-8")
    with pytest.raises(ReadError, match=r"line 2 of ir\.csv holds '1405-12-31'"):
        read(path)
    path.write_bytes("روز\n".encode("cp1256"))
    with pytest.raises(ReadError, match="not UTF-8"):
        read(path)
    with pytest.raises(ReadError, match="cannot be read"):
        read(tmp_path)
