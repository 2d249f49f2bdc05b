"""Dates and periods in words: which parts a language writes, in which order and calendar."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Protocol

from icu4py.messageformat import MessageFormat

ICU_CALENDAR = {"gregorian": "gregorian", "jalali": "persian"}

# Written out, because ICU's own skeletons put the year before the month in Persian ("۱۴۰۵ مهر").
_LONG = {
    "en": {"day": "d MMMM y", "month": "MMMM y"},
    "vi": {"day": "d MMMM 'năm' y", "month": "MMMM 'năm' y"},
    "fa": {"day": "d MMMM y", "month": "MMMM y"},
}
_SHORT = {
    "en": {"day": "d MMM", "month": "MMM y"},
    "vi": {"day": "d/M", "month": "MM/y"},
    "fa": {"day": "d MMMM", "month": "MMMM y"},
}


class PeriodLike(Protocol):
    """What a period must say of itself to be put into words: its key, its half-open local dates, kind and calendar."""

    @property
    def key(self) -> str: ...
    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...
    @property
    def every(self) -> str: ...
    @property
    def calendar(self) -> str: ...


def written(day: date, code: str, icu: str, calendar: str, part: str = "day", short: bool = False) -> str:
    """A date, or the month it lies in, in the words of a language and calendar."""
    pattern = (_SHORT if short else _LONG)[code][part]
    return _format(pattern, f"{icu}@calendar={ICU_CALENDAR[calendar]}").format({"day": day})


def last_day(period: PeriodLike) -> date:
    """The last local date that is in a period: people name it, while the half-open end is for machines."""
    return period.end - timedelta(days=1)


@cache
def _format(pattern: str, icu: str) -> MessageFormat:
    return MessageFormat(f"{{day,date,{pattern}}}", icu)
