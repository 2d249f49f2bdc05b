"""Locales: numbers, dates and sentences in English, Vietnamese and Persian.

This is the last station of a number. Until here a share is 0..1 and a time is in seconds; here they become the text
that a person reads. Digits, marks, dates and plurals are ICU's; the words are those of the catalogues beside this
file. Every minus is U+2212. In Persian a sign follows U+200E and a percent number follows U+061C, without which the
sign and the percent mark land on the wrong side of their number.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from numbers import Integral

from icu4py.messageformat import MessageFormat

from cxlab.errors import DefinitionError, did_you_mean, listing
from cxlab.words.catalogue import catalogue
from cxlab.words.dates import PeriodLike, last_day, written

TIMES = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0}
PERCENTAGE_POINTS = "percentage points"

_PERCENTS = ("share", "ratio")
_DECIMALS = {
    "points": 1,
    "share": 1,
    "ratio": 1,
    PERCENTAGE_POINTS: 1,
    "rate": 2,
    "count": 0,
    "scale points": 2,
    "number": 2,
    "seconds": 1,
    "money": 2,
}
_WORDS = {"points": "unit.points", "scale points": "unit.scale_points", PERCENTAGE_POINTS: "unit.percentage_points"}
_CURRENCIES = ("VND", "IRR", "USD", "EUR", "GBP")
_RLI, _FSI, _PDI, _LRM, _RLM, _ALM = "\u2067", "\u2068", "\u2069", "\u200e", "\u200f", "\u061c"
_ISOLATED = re.compile("[\u2066-\u2068][^\u2069]*\u2069")


def time_unit(seconds: float) -> str:
    """The unit in which a duration is said: seconds under 2 minutes, minutes under 2 hours, hours under 2 days, days.

    A value and its interval share the unit of the value: hand it to `Locale.value` and `Locale.interval` as `time`.

    >>> time_unit(5400.0)
    'minutes'
    """
    size = abs(_existing(seconds))
    return "seconds" if size < 120 else "minutes" if size < 7200 else "hours" if size < 172800 else "days"


def change_unit(unit: str) -> str:
    """The unit in which a difference is said: shares differ by percentage points, everything else by its own unit."""
    return PERCENTAGE_POINTS if unit in _PERCENTS else unit


@dataclass(frozen=True)
class Locale:
    """One language of the reports: how it writes numbers, dates, units and sentences.

    Numbers come in their stored unit (see `cxlab.units`); a number that does not exist is an error here, because it is
    said by a message ("no data") and never formatted.
    """

    code: str
    icu: str
    direction: str
    calendar: str

    def number(self, x: float, decimals: int = 1, signed: bool = False) -> str:
        """A plain number; `signed` writes the plus too, and nothing before a zero."""
        return self._written(_existing(x), decimals, signed)

    def count(self, n: float) -> str:
        """A whole number with its thousands grouped."""
        return self.number(n, 0)

    def percent(self, share: float, decimals: int = 1, signed: bool = False) -> str:
        """A share 0..1 as percent."""
        return self._percent(self._written(_existing(share), decimals, signed, "scale/100"))

    def bare(
        self, x: float, unit: str, decimals: int | None = None, signed: bool = False,
        currency: str | None = None, time: str | None = None,
    ) -> str:  # fmt: skip
        """A number of `unit` without the word or mark of its unit, as in a column whose head names the unit.

        `decimals=None` means what is usual for the unit. `time` is one of seconds, minutes, hours, days, and by
        default the one that suits `x`; money without a `currency` is a number.
        """
        time = self._time(unit, time, x)
        return self._written(self._scaled(x, unit, time), self._places(unit, decimals, currency, time, x), signed)

    def value(
        self, x: float, unit: str, decimals: int | None = None, signed: bool = False,
        currency: str | None = None, time: str | None = None,
    ) -> str:  # fmt: skip
        """A number with its unit: "36.2 points", "82.4%", "42 minutes", "$1,234.50". Arguments as in `bare`."""
        time = self._time(unit, time, x)
        places = self._places(unit, decimals, currency, time, x)
        if unit == "money" and currency is not None:
            return self._money(_existing(x), places, signed, currency)
        text = self.bare(x, unit, places, signed, currency, time)
        if unit in _PERCENTS:
            return self._percent(text)
        word = f"unit.{time}" if time else _WORDS.get(unit)
        return self.message(word, text=text, n=self._plural(x, unit, time, places)) if word else text

    def interval(
        self, low: float | None, high: float | None, unit: str, decimals: int | None = None,
        currency: str | None = None, time: str | None = None, named: bool = False,
    ) -> str:  # fmt: skip
        """Two limits joined by a word: "2.8 to 12.8"; `named` adds the unit: "2.8 to 12.8 points", "81.0% to 86.0%".

        With one limit it reads "at least" or "at most"; without any there is no interval, and that is a message.
        """
        limits = [x for x in (low, high) if x is not None]
        if not limits:
            raise DefinitionError(
                "An interval without limits has no text",
                "low and high are None",
                "Write message('state.population_value') or what the estimate's notes say",
            )
        time = self._time(unit, time, max(limits, key=abs))
        places = self._places(unit, decimals, currency, time, *limits)
        bare = [self.bare(x, unit, places, False, currency, time) for x in limits]
        full = [self.value(x, unit, places, False, currency, time) for x in limits] if named else bare
        first = full if unit in (*_PERCENTS, "money") else bare
        if low is None or high is None:
            return self.message("interval.at_most" if low is None else "interval.at_least", limit=full[0])
        return self.message("interval.between", low=first[0], high=full[1])

    def currency(self, code: str) -> str:
        """The name of a currency as heads of columns have it: its code, but in Persian its name where it is known."""
        if self.direction == "ltr":
            return code
        return self.message(f"currency.{code}") if code in _CURRENCIES else self.isolate(code)

    def digits(self, text: str) -> str:
        """A text of the data with its digits in those of the language, if it is made of digits and marks alone."""
        if self.direction == "ltr" or not re.fullmatch(r"[\d\s.,:/<>≤≥+–-]+", text):
            return text
        return "".join(self.count(int(mark)) if mark.isdigit() else mark for mark in text)

    def duration(self, seconds: float) -> str:
        """A duration in the unit that suits it, with one decimal at most: "42 minutes", "1.5 days"."""
        return self.value(seconds, "seconds")

    def date(self, day: date, calendar: str | None = None) -> str:
        """A date in words; Jalali in Persian unless `calendar` says otherwise."""
        return written(day, self.code, self.icu, calendar or self.calendar)

    def period(self, period: PeriodLike, short: bool = False) -> str:
        """A period in words: "October 2026"; `short` for the axis of a chart: "Oct 2026". In its own calendar."""
        every, calendar = period.every, period.calendar
        if every in ("day", "month"):
            return written(period.start, self.code, self.icu, calendar, every, short)
        if every == "range":
            days = period.start, last_day(period)
            ends = [written(day, self.code, self.icu, calendar, short=short) for day in days]
            return self.message("period.range", first=ends[0], last=ends[1])
        year = self._written(int(period.key[:4]), 0, False, "group-off")
        if every == "year":
            return year if short else self.message("period.year", year=year)
        number = int(period.key[6:])
        form = "short" if short else calendar if every == "quarter" else "long"
        return self.message(f"period.{every}_{form}", number=number, year=year)

    def has(self, key: str) -> bool:
        """Whether there is a message of that key."""
        return key in catalogue(self.code, self.icu).texts

    def message(self, key: str, **given: str | int) -> str:
        """A text of the catalogue. Strings go in as they are (isolated where they run the other way), whole numbers
        decide plurals; a missing key, a missing argument or one too many is an error, and so is an unwritten number.
        """
        for name, x in given.items():
            if not isinstance(x, (str, Integral)):
                raise DefinitionError(
                    f"The message '{key}' takes texts and whole numbers",
                    f"{name} is {x!r}",
                    "Write the number first, with value(), number() or percent()",
                )
        ready = {name: self.isolate(x) if isinstance(x, str) else int(x) for name, x in given.items()}
        return catalogue(self.code, self.icu).format(key, ready)

    def isolate(self, text: str) -> str:
        """The text in directional isolates, if it holds letters or signs that run against this language.

        Its first letter decides how it runs; but in Persian a text that also holds Persian is Persian, so that a name
        which begins with a Latin word reads there as it does at the head of a page.
        """
        against, own = ({"R", "AL"}, {"L"}) if self.direction == "ltr" else ({"L"}, {"R", "AL"})
        held = {unicodedata.bidirectional(mark) for mark in _ISOLATED.sub("", text)}
        if not held & against:
            return text
        return f"{_RLI if self.direction == 'rtl' and held & own else _FSI}{text}{_PDI}"

    def _written(self, x: float, decimals: int, signed: bool, extra: str = "") -> str:
        sign = "sign-except-zero" if signed else "sign-negative"
        places = f".{'0' * decimals}" if decimals else "precision-integer"
        return _numbers(f"{places} {sign} {extra}", self.icu).format({"x": x}).replace("-", "\u2212")

    def _scaled(self, x: float, unit: str, time: str | None) -> float:
        x = _existing(x)
        if unit in _PERCENTS or unit == PERCENTAGE_POINTS:
            return x * 100
        return x / TIMES[time] if time else x

    def _places(self, unit: str, decimals: int | None, currency: str | None, time: str | None, *numbers: float) -> int:
        if unit not in _DECIMALS:
            raise DefinitionError(
                f"There is no unit '{unit}'",
                f"Known are {listing(_DECIMALS, 'and')}",
                did_you_mean(unit, _DECIMALS) or "Take the unit of the estimate",
            )
        if unit == "money" and currency is not None and not re.fullmatch("[A-Z]{3}", currency):
            raise DefinitionError(
                "Money needs its currency", f"The currency is {currency!r}", "Give its three letters, such as 'VND'"
            )
        if decimals is not None:
            return decimals
        if unit == "money" and currency is not None:
            return len(_numbers(f"currency/{currency} unit-width-hidden", "en").format({"x": 0}).strip()[2:])
        if time and all(round(self._scaled(x, unit, time), 1).is_integer() for x in numbers):
            return 0
        return _DECIMALS[unit]

    def _time(self, unit: str, time: str | None, x: float) -> str | None:
        if unit != "seconds":
            return None
        if time is not None and time not in TIMES:
            raise DefinitionError(
                f"There is no unit of time '{time}'",
                f"Known are {listing(TIMES, 'and')}",
                did_you_mean(time, TIMES) or "Take one of them",
            )
        return time or time_unit(x)

    def _plural(self, x: float, unit: str, time: str | None, places: int) -> int:
        """The number that chooses the form of the unit's word: "1 point" but "1.0 points"."""
        return round(abs(self._scaled(x, unit, time))) if places == 0 else 2

    def _percent(self, text: str) -> str:
        if self.direction == "ltr":
            return f"{text}%"
        return f"{_ALM}{text}{_RLM if _LRM in text else ''}٪"

    def _money(self, x: float, places: int, signed: bool, currency: str) -> str:
        if self.direction == "ltr":
            return self._written(x, places, signed, f"currency/{currency}")
        return f"{self.isolate(self.number(x, places, signed))}\u00a0{self.currency(currency)}"


_LOCALES = {
    "en": Locale("en", "en", "ltr", "gregorian"),
    "vi": Locale("vi", "vi", "ltr", "gregorian"),
    "fa": Locale("fa", "fa_IR", "rtl", "jalali"),
}


def locale(code: str) -> Locale:
    """The locale of a language: "en", "vi" or "fa".

    >>> locale("vi").value(0.824, "share"), locale("en").interval(-2.1, 12.8, "points")
    ('82,4%', '−2.1 to 12.8')
    """
    if code not in _LOCALES:
        raise DefinitionError(
            f"There is no locale '{code}'", f"Known are {listing(_LOCALES, 'and')}", "Take one of them"
        )
    return _LOCALES[code]


def _existing(x: float) -> float:
    if x is None or not math.isfinite(x):
        raise DefinitionError(
            "A number that does not exist cannot be written",
            f"It is {x!r}",
            "Write a message instead, such as message('state.no_data')",
        )
    return float(x)


@cache
def _numbers(skeleton: str, icu: str) -> MessageFormat:
    return MessageFormat(f"{{x, number, ::{skeleton}}}", icu)
