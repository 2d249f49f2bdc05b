"""Periods: keys, tiling, two calendars, and clocks that skip or repeat midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icu4py.messageformat import MessageFormat

from cxlab.errors import DefinitionError
from cxlab.rows.periods import (
    CALENDARS,
    EVERY,
    WEEK_START,
    WEEKDAYS,
    Period,
    between,
    containing,
    folds,
    gaps,
    parse,
    resolve,
)

days = st.dates(date(1950, 1, 1), date(2150, 12, 31))
kinds = st.sampled_from(EVERY)
calendars = st.sampled_from(CALENDARS)
week_starts = st.sampled_from((None, *WEEKDAYS))


@pytest.mark.parametrize(
    ("key", "start", "end", "every", "calendar"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 11, 1), "month", "gregorian"),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1), "month", "gregorian"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 10, 1), "quarter", "gregorian"),
        ("2026-W41", date(2026, 10, 5), date(2026, 10, 12), "week", "gregorian"),
        ("2026", date(2026, 1, 1), date(2027, 1, 1), "year", "gregorian"),
        ("2026-10-05", date(2026, 10, 5), date(2026, 10, 6), "day", "gregorian"),
        ("1405-01", date(2026, 3, 21), date(2026, 4, 21), "month", "jalali"),
        ("1405-08", date(2026, 10, 23), date(2026, 11, 22), "month", "jalali"),
        ("1405-Q3", date(2026, 9, 23), date(2026, 12, 22), "quarter", "jalali"),
        ("1405", date(2026, 3, 21), date(2027, 3, 21), "year", "jalali"),
        ("1405-08-30", date(2026, 11, 21), date(2026, 11, 22), "day", "jalali"),
        ("2026-10-01/2026-11-01", date(2026, 10, 1), date(2026, 11, 1), "range", "gregorian"),
        ("1405-07-01/1405-08-01", date(2026, 9, 23), date(2026, 10, 23), "range", "jalali"),
    ],
)
def test_keys(key: str, start: date, end: date, every: str, calendar: str) -> None:
    assert parse(key) == Period(key, start, end, every, calendar)


def test_persian_digits_name_the_same_period() -> None:
    assert parse("۱۴۰۵-۰۸") == parse("1405-08")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-Q5",
        "2026-W54",
        "2025-W53",
        "2026-02-30",
        "1404-13",
        "1405-12-30",
        "26-10",
        "1100",
        "3000",
        "10/2026",
        "2026-10/2026-11",
        "2026-11-01/2026-10-01",
        "2026-10-01/2026-10-01",
        "2026-10-01/1405-08-01",
        "soon",
    ],
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    assert all((caught.value.wrong, caught.value.seen, caught.value.todo))


@given(days)
def test_monday_weeks_are_iso_weeks(day: date) -> None:
    year, week, _ = day.isocalendar()
    assert containing(day, "week").key == f"{year:04}-W{week:02}"


@given(days, kinds, calendars, week_starts)
def test_periods_tile_the_line(day: date, every: str, calendar: str, week_start: str | None) -> None:
    period = containing(day, every, calendar, week_start)
    assert period.start <= day < period.end
    assert period.next().start == period.end
    assert period.previous().end == period.start
    assert period.next().previous() == period == period.previous().next()


@given(days, kinds, calendars, week_starts)
def test_a_key_reads_back(day: date, every: str, calendar: str, week_start: str | None) -> None:
    period = containing(day, every, calendar, week_start)
    assert parse(period.key, week_start) == period


@given(days, st.integers(0, 400), kinds, calendars)
@settings(max_examples=40)
def test_between_covers_both_ends_without_holes(first: date, length: int, every: str, calendar: str) -> None:
    last = first + timedelta(days=length)
    periods = between(first, last, every, calendar)
    assert periods[0].start <= first < periods[0].end
    assert periods[-1].start <= last < periods[-1].end
    assert all(left.end == right.start for left, right in pairwise(periods))
    assert len({period.key for period in periods}) == len(periods)


def test_between_backwards_is_empty() -> None:
    assert between(date(2026, 10, 2), date(2026, 10, 1), "month") == ()


@given(days, st.integers(1, 60), calendars)
def test_ranges_step_by_their_own_length(start: date, length: int, calendar: str) -> None:
    end = start + timedelta(days=length)
    first, stop = (containing(day, "day", calendar).key for day in (start, end))
    period = parse(f"{first}/{stop}")
    assert (period.start, period.end) == (start, end)
    assert period.previous().end == start
    assert period.previous().next() == period


@given(st.integers(1330, 1529))
def test_lengths_of_a_jalali_year(year: int) -> None:
    period = parse(f"{year}")
    assert (period.end - period.start).days in (365, 366)
    months = between(period.start, period.end - timedelta(days=1), "month", "jalali")
    lengths = [(month.end - month.start).days for month in months]
    assert lengths[:11] == [31] * 6 + [30] * 5
    assert lengths[11] == (period.end - period.start).days - 336
    quarters = between(period.start, period.end - timedelta(days=1), "quarter", "jalali")
    assert [quarter.start for quarter in quarters] == [months[i].start for i in (0, 3, 6, 9)]


def test_fifty_years_of_jalali_days_agree_with_icu() -> None:
    icu = MessageFormat("{day, date, yyyy-MM-dd}", "en@calendar=persian")
    day, seen = date(1996, 3, 20), 0
    while day < date(2046, 3, 20):
        assert icu.format({"day": day}).strip() == containing(day, "day", "jalali").key
        day, seen = day + timedelta(days=1), seen + 1
    assert seen == 18262


def test_weeks_start_on_saturday_in_persia() -> None:
    assert WEEK_START["jalali"] == "saturday"
    week = containing(date(2026, 3, 25), "week", "jalali")
    assert (week.key, week.start, week.end) == ("1405-W01", date(2026, 3, 21), date(2026, 3, 28))
    assert containing(date(2026, 3, 25), "week", "gregorian", "sunday").start == date(2026, 3, 22)


@pytest.mark.parametrize(
    ("text", "calendar", "key"),
    [
        ("last-day", "gregorian", "2026-10-31"),
        ("last-week", "gregorian", "2026-W43"),
        ("last-month", "gregorian", "2026-10"),
        ("last-quarter", "gregorian", "2026-Q3"),
        ("last-year", "gregorian", "2025"),
        ("last-month", "jalali", "1405-07"),
        ("last-quarter", "jalali", "1405-Q2"),
        ("2026-05", "jalali", "2026-05"),
    ],
)
def test_words_are_resolved_by_the_local_day(text: str, calendar: str, key: str) -> None:
    late = datetime(2026, 10, 31, 18, 30, tzinfo=UTC)  # already 1 November in Viet Nam
    assert resolve(text, late, "Asia/Ho_Chi_Minh", calendar).key == key


def test_one_row_lies_in_two_months_under_two_zones() -> None:
    row = datetime(2026, 1, 31, 18, 30, tzinfo=UTC)
    start, end = parse("2026-01").instants("UTC")
    assert start <= row < end
    start, end = parse("2026-02").instants("Asia/Ho_Chi_Minh")
    assert start <= row < end


@given(days, kinds, calendars, st.sampled_from(["Asia/Tehran", "America/Sao_Paulo", "America/Havana", "Europe/London"]))
@settings(max_examples=60)
def test_instants_of_neighbours_meet(day: date, every: str, calendar: str, timezone: str) -> None:
    period = containing(day, every, calendar)
    start, end = period.instants(timezone)
    assert start < end
    assert period.next().instants(timezone)[0] == end


def test_months_add_up_to_the_quarter() -> None:
    quarter = parse("2022-Q1").instants("Asia/Tehran")
    months = [parse(f"2022-0{month}").instants("Asia/Tehran") for month in (1, 2, 3)]
    assert (months[0][0], months[-1][1]) == quarter


@pytest.mark.parametrize(
    ("day", "timezone", "instant"),
    [
        ("2022-03-22", "Asia/Tehran", datetime(2022, 3, 21, 20, 30, tzinfo=UTC)),  # 00:00 -> 01:00
        ("2018-11-04", "America/Sao_Paulo", datetime(2018, 11, 4, 3, 0, tzinfo=UTC)),  # 00:00 -> 01:00
        ("1919-03-31", "America/Toronto", datetime(1919, 3, 31, 4, 30, tzinfo=UTC)),  # 23:30 -> 00:30
        ("2011-12-30", "Pacific/Apia", datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),  # the whole day
        ("2025-11-02", "America/Havana", datetime(2025, 11, 2, 4, 0, tzinfo=UTC)),  # midnight comes twice
    ],
)
def test_midnights_that_are_skipped_or_doubled(day: str, timezone: str, instant: datetime) -> None:
    assert parse(day).instants(timezone)[0] == instant


def test_gaps_and_folds() -> None:
    first, last = date(2022, 1, 1), date(2022, 12, 31)
    assert gaps("Asia/Tehran", first, last) == ((datetime(2022, 3, 22), datetime(2022, 3, 22, 1)),)
    assert folds("Asia/Tehran", first, last) == ((datetime(2022, 9, 21, 23), datetime(2022, 9, 22)),)
    assert gaps("Europe/Berlin", first, last) == ((datetime(2022, 3, 27, 2), datetime(2022, 3, 27, 3)),)
    assert folds("Europe/Berlin", first, last) == ((datetime(2022, 10, 30, 2), datetime(2022, 10, 30, 3)),)
    assert gaps("Pacific/Apia", date(2011, 12, 30), date(2011, 12, 30)) == (
        (datetime(2011, 12, 30), datetime(2011, 12, 31)),
    )
    for find in (gaps, folds):
        assert find("Asia/Ho_Chi_Minh", first, last) == ()
        assert find("Asia/Tehran", date(2023, 1, 1), date(2026, 12, 31)) == ()
        assert find("Europe/Berlin", date(2022, 3, 28), date(2022, 10, 29)) == ()


@pytest.mark.parametrize("name", ["Asia/Teheran", "Asia", "", "../Tehran", "Tehran"])
def test_a_misspelt_zone_is_refused(name: str) -> None:
    with pytest.raises(DefinitionError, match="no such time zone"):
        parse("2026").instants(name)


def test_a_misspelt_zone_gets_a_suggestion() -> None:
    with pytest.raises(DefinitionError, match="Did you mean 'Asia/Ho_Chi_Minh'"):
        parse("2026").instants("Asia/Ho_Chi_Min")
