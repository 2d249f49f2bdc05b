"""Periods: days, weeks, months, quarters and years of two calendars, and the instants at which they begin.

A period is a pair of local dates, half open: its end is the start of the next one. A calendar ("gregorian" or
"jalali") only decides where months, quarters and years begin; the dates themselves are always Gregorian `date`
objects. Clocks come in last, by `Period.instants`, because the same month begins at another instant in each zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from persiantools.jdatetime import JalaliDate

from cxlab.errors import DefinitionError, did_you_mean, listing

EVERY = ("day", "week", "month", "quarter", "year")
CALENDARS = ("gregorian", "jalali")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEK_START = {"gregorian": "monday", "jalali": "saturday"}
JALALI_YEARS = range(1200, 1600)
GREGORIAN_YEARS = range(1600, 3000)

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_FORMS = (
    ("day", re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
    ("week", re.compile(r"(\d{4})-W(\d{2})")),
    ("month", re.compile(r"(\d{4})-(\d{2})")),
    ("quarter", re.compile(r"(\d{4})-Q([1-4])")),
    ("year", re.compile(r"(\d{4})")),
)
_EXAMPLES = "Write '2026-10', '2026-Q3', '2026-W41', '2026', '2026-10-05', '1405-08' or '2026-10-01/2026-11-01'"

LocalInterval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Period:
    """A span of whole local days, from `start` up to but without `end`.

    `key` is its name as `parse` reads it, `every` one of day, week, month, quarter, year, range, and `calendar` the
    one whose months it is cut by.
    """

    key: str
    start: date
    end: date
    every: str
    calendar: str = "gregorian"

    def previous(self) -> Period:
        """The period of the same kind that ends where this one starts; for a range, as many days before it."""
        if self.every == "range":
            return _range(self.start - (self.end - self.start), self.start, self.calendar)
        return containing(self.start - _DAY, self.every, self.calendar, WEEKDAYS[self.start.weekday()])

    def next(self) -> Period:
        """The period of the same kind that starts where this one ends; for a range, as many days after it."""
        if self.every == "range":
            return _range(self.end, self.end + (self.end - self.start), self.calendar)
        return containing(self.end, self.every, self.calendar, WEEKDAYS[self.start.weekday()])

    def instants(self, timezone: str) -> tuple[datetime, datetime]:
        """The two UTC instants at which the period begins and ends in `timezone`, half open.

        A midnight that the clocks skip becomes the first instant after the gap; of a midnight that they show twice
        the first one counts.

        >>> [instant.isoformat() for instant in parse("2026-10").instants("Asia/Ho_Chi_Minh")]
        ['2026-09-30T17:00:00+00:00', '2026-10-31T17:00:00+00:00']
        """
        place = zone(timezone)
        return _midnight(self.start, place), _midnight(self.end, place)


def parse(text: str, week_start: str | None = None) -> Period:
    """The period that a key names: '2026-10', '2026-Q3', '2026-W41', '2026', '2026-10-05' or a range of two days.

    Years 1200 to 1599 are Jalali, 1600 to 2999 Gregorian. `week_start` says which weeks a week key counts: None means
    Monday (then the keys are those of ISO 8601), or Saturday in the Jalali calendar. A range is half open: the second
    day is the first one that is out.

    >>> parse("1405-08").start
    datetime.date(2026, 10, 23)
    """
    text = str(text).strip()
    if "/" in text:
        halves = text.split("/")
        ends = [parse(half) for half in halves if _FORMS[0][1].fullmatch(half)]
        if len(halves) == len(ends) == 2 and ends[0].calendar == ends[1].calendar and ends[0].start < ends[1].start:
            return _range(ends[0].start, ends[1].start, ends[0].calendar)
        raise DefinitionError(
            "A range needs two days of one calendar, the earlier one first",
            f"It is '{text}'",
            "Write it like '2026-10-01/2026-11-01'; the second day is the first one that is out",
        )
    for every, form in _FORMS:
        if match := form.fullmatch(text):
            return _built(text, every, [int(part) for part in match.groups()], week_start)
    raise DefinitionError("This is not a period", f"It is '{text}'", _EXAMPLES)


def containing(day: date, every: str, calendar: str = "gregorian", week_start: str | None = None) -> Period:
    """The period of the kind `every` (day, week, month, quarter or year) in which the local date `day` lies.

    A week belongs to the year that holds its fourth day, and the first such week is number 1. With weeks from Monday
    in the Gregorian calendar this is ISO 8601; other week starts and the Jalali year follow the same rule.

    >>> containing(date(2026, 10, 5), "quarter").key
    '2026-Q4'
    """
    if every not in EVERY:
        raise DefinitionError(
            f"There is no kind of period '{every}'",
            f"Known are {listing(EVERY, 'and')}",
            did_you_mean(str(every), EVERY) or "Take one of them",
        )
    first_weekday = _weekday(week_start, calendar)
    if every == "day":
        return Period(_day_key(day, calendar), day, day + _DAY, every, calendar)
    if every == "week":
        start = day - timedelta(days=(day.weekday() - first_weekday) % 7)
        fourth = start + timedelta(days=3)
        year = _fields(fourth, calendar)[0]
        number = 1 + (fourth - _first_of_month(year * 12, calendar)).days // 7
        return Period(f"{year:04}-W{number:02}", start, start + timedelta(days=7), every, calendar)
    size = _MONTHS[every]
    year, month, _ = _fields(day, calendar)
    index = (year * 12 + month - 1) // size * size
    ending = {"month": f"-{month:02}", "quarter": f"-Q{index % 12 // 3 + 1}", "year": ""}[every]
    start, end = _first_of_month(index, calendar), _first_of_month(index + size, calendar)
    return Period(f"{year:04}{ending}", start, end, every, calendar)


def between(
    first: date, last: date, every: str, calendar: str = "gregorian", week_start: str | None = None
) -> tuple[Period, ...]:
    """Every period of the kind `every` that touches the local dates `first` to `last`, both included, in order.

    Empty when `last` lies before `first`. Periods without data are in it: a silent month is a row, not a hole.
    """
    found: list[Period] = []
    period = containing(first, every, calendar, week_start)
    while period.start <= last and first <= last:
        found.append(period)
        period = period.next()
    return tuple(found)


def resolve(
    text: str, now: datetime, timezone: str, calendar: str = "gregorian", week_start: str | None = None
) -> Period:
    """The period that a key or one of last-day, last-week, last-month, last-quarter, last-year names.

    `now` is an aware instant; the "last" ones end before the local day of `now` in `timezone` and are cut by
    `calendar` and `week_start`. A written key carries its own calendar.

    >>> resolve("last-month", datetime(2026, 10, 31, 18, tzinfo=UTC), "Asia/Ho_Chi_Minh").key
    '2026-10'
    """
    if now.tzinfo is None:
        raise DefinitionError(
            "'now' must be an instant with a zone",
            f"It is {now.isoformat()}",
            "Give it a tzinfo, such as datetime.now(UTC)",
        )
    words = {f"last-{every}": every for every in EVERY}
    if text in words:
        today = now.astimezone(zone(timezone)).date()
        return containing(today, words[text], calendar, week_start).previous()
    if str(text).startswith("last"):
        raise DefinitionError(
            "This is not a period", f"It is '{text}'", did_you_mean(text, words) or f"Write {listing(words)}"
        )
    return parse(text, week_start)


def zone(timezone: str) -> ZoneInfo:
    """The zone of the time zone database that `timezone` names, such as 'Asia/Tehran'."""
    try:
        if not timezone or not isinstance(timezone, str):
            raise ZoneInfoNotFoundError(timezone)
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(str(timezone), sorted(available_timezones()))
        raise DefinitionError(
            "There is no such time zone",
            f"It is {timezone!r}",
            near or "Write a name of the time zone database, such as 'Asia/Ho_Chi_Minh'",
        ) from None


def gaps(timezone: str, first: date, last: date) -> tuple[LocalInterval, ...]:
    """The local times that the clocks of `timezone` skip on the days `first` to `last`: half-open pairs, no zone."""
    return _changes(zone(timezone), first, last, lambda before, after: (before, after))


def folds(timezone: str, first: date, last: date) -> tuple[LocalInterval, ...]:
    """The local times that the clocks of `timezone` show twice on the days `first` to `last`: half-open pairs."""
    return _changes(zone(timezone), first, last, lambda before, after: (after, before))


def _built(text: str, every: str, parts: list[int], week_start: str | None) -> Period:
    year = parts[0]
    if year not in JALALI_YEARS and year not in GREGORIAN_YEARS:
        raise DefinitionError(
            "The year of this period is out of range",
            f"It is '{text}'",
            "Years 1200 to 1599 are Jalali, 1600 to 2999 Gregorian",
        )
    calendar = "jalali" if year in JALALI_YEARS else "gregorian"
    week_start = week_start or WEEK_START[calendar]
    try:
        if every == "week":
            fourth_of_year = _first_of_month(year * 12, calendar) + timedelta(days=3)
            day = fourth_of_year + timedelta(weeks=parts[1] - 1)
        elif every == "quarter":
            day = _date(year, parts[1] * 3, 1, calendar)
        else:
            _, month, day_of_month = (*parts, 1, 1)[:3]
            day = _date(year, month, day_of_month, calendar)
    except ValueError:
        raise DefinitionError(
            f"There is no such {every} in the {calendar.capitalize()} calendar", f"It is '{text}'", _EXAMPLES
        ) from None
    period = containing(day, every, calendar, week_start)
    if every == "week" and int(period.key[-2:]) != parts[1]:
        weeks = containing(_first_of_month(year * 12 + 12, calendar) - 4 * _DAY, "week", calendar, week_start).key
        raise DefinitionError(
            "That year has no such week", f"It is '{text}'; weeks start on {week_start}", f"Its last week is '{weeks}'"
        )
    return period


def _range(start: date, end: date, calendar: str) -> Period:
    return Period(f"{_day_key(start, calendar)}/{_day_key(end, calendar)}", start, end, "range", calendar)


def _weekday(week_start: str | None, calendar: str) -> int:
    if calendar not in CALENDARS:
        raise DefinitionError(
            f"There is no calendar '{calendar}'",
            f"Known are {listing(CALENDARS, 'and')}",
            did_you_mean(str(calendar), CALENDARS) or "Take one of them",
        )
    name = week_start or WEEK_START[calendar]
    if name not in WEEKDAYS:
        raise DefinitionError(
            "A week cannot start on such a day",
            f"week_start is {name!r}",
            did_you_mean(str(name).lower(), WEEKDAYS) or f"Write {listing(WEEKDAYS)}",
        )
    return WEEKDAYS.index(name)


def _fields(day: date, calendar: str) -> tuple[int, int, int]:
    if calendar == "gregorian":
        return day.year, day.month, day.day
    jalali = JalaliDate(day)
    return jalali.year, jalali.month, jalali.day


def _date(year: int, month: int, day: int, calendar: str) -> date:
    if calendar == "gregorian":
        return date(year, month, day)
    gregorian: date = JalaliDate(year, month, day).to_gregorian()
    return gregorian


def _first_of_month(index: int, calendar: str) -> date:
    """First day of a month that is counted through: year * 12 + month - 1."""
    return _date(index // 12, index % 12 + 1, 1, calendar)


def _day_key(day: date, calendar: str) -> str:
    return "{:04}-{:02}-{:02}".format(*_fields(day, calendar))


def _midnight(day: date, place: ZoneInfo) -> datetime:
    local = datetime(day.year, day.month, day.day)
    instant = local.replace(tzinfo=place).astimezone(UTC)
    if instant.astimezone(place).replace(tzinfo=None) == local:
        return instant
    skipped = next(change for change in transitions(place, day, day) if change[1] <= local < change[2])
    return skipped[0]


def transitions(place: ZoneInfo, first: date, last: date) -> Iterator[tuple[datetime, datetime, datetime]]:
    """Changes of the clocks from two days before `first`: the instant, and the local time just before and after it."""
    here = datetime(first.year, first.month, first.day, tzinfo=UTC) - 2 * _DAY
    stop = datetime(last.year, last.month, last.day, tzinfo=UTC) + 3 * _DAY
    while here < stop:
        if shift(here, place) != shift(here + _DAY, place):
            low, high = here, here + _DAY
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                low, high = (middle, high) if shift(middle, place) == shift(here, place) else (low, middle)
            plain = high.replace(tzinfo=None)
            yield high, plain + shift(low, place), plain + shift(high, place)
        here += _DAY


def shift(instant: datetime, place: ZoneInfo) -> timedelta:
    """How far local time is ahead of UTC at an instant."""
    return instant.astimezone(place).utcoffset() or timedelta()


def _changes(
    place: ZoneInfo, first: date, last: date, order: Callable[[datetime, datetime], LocalInterval]
) -> tuple[LocalInterval, ...]:
    """The changes that, put in order, are a span of local time which touches the days."""
    spans = [order(before, after) for _, before, after in transitions(place, first, last)]
    return tuple((a, b) for a, b in spans if a < b and a.date() <= last and (b - _TICK).date() >= first)
