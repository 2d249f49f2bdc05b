"""The facts of a definition in the words of a language: bases, clocks, exclusions, limits.

Metrics state their facts in English phrases. A phrase is looked up by its words; the numbers, times and days in it
are written by the locale and handed to the message as `first`, `second` and `third`.
"""

from __future__ import annotations

import re
from datetime import date
from functools import reduce

from cxlab.words.locale import TIMES, Locale

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PLACES = ("first", "second", "third")
_SCALE = re.compile(r"(-?\d+(?:\.\d+)?) to (-?\d+(?:\.\d+)?)")
_PARTS = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)|(?P<seconds>\d+(?:\.\d+)?) s\b|(?P<days>\d+(?:\.\d+)?) days\b|(?P<n>\d+(?:\.\d+)?)"
)
_BUSINESS = re.compile(r"business \((?P<week>.+?\d) (?P<zone>[^\s,;]+)(?:, (?P<off>\d+) holidays?)?\)")


def fact(text: str, words: Locale) -> str | None:
    """A fact in words; None where the catalogue has none for it, as for names of columns and zones.

    >>> from cxlab.words.locale import locale
    >>> fact("under 5 s", locale("en")), fact("0 to 10", locale("vi")), fact("Asia/Tehran", locale("fa"))
    ('under 5 seconds', '0 đến 10', None)
    """
    if ends := _SCALE.fullmatch(text):
        return words.message("interval.between", low=_number(ends[1], words), high=_number(ends[2], words))
    if clock := _BUSINESS.fullmatch(text):
        return _business(clock, words)
    if words.has(key(text)):
        return words.message(key(text))
    found: list[str] = []

    def part(match: re.Match[str]) -> str:
        kind = str(match.lastgroup)
        found.append(_written(match[kind], kind, words))
        return "time" if kind in TIMES else kind

    general = key(_PARTS.sub(part, text))
    if len(found) > len(_PLACES) or not words.has(general):
        return None
    return words.message(general, **dict(zip(_PLACES, found, strict=False)))


def key(text: str) -> str:
    """The key under which the catalogue has a phrase."""
    return "fact." + re.sub(r"\W+", "_", text.strip().lower())


def _written(text: str, kind: str, words: Locale) -> str:
    if kind == "date":
        return words.date(date.fromisoformat(text))
    if kind == "days":
        return words.value(float(text) * TIMES["days"], "seconds", time="days")
    return words.duration(float(text)) if kind == "seconds" else _number(text, words)


def _number(text: str, words: Locale) -> str:
    return words.number(float(text), len(text.partition(".")[2]))


def _business(clock: re.Match[str], words: Locale) -> str:
    """Open hours by days, from the first day of the language's week: "Mon to Fri 09:00 to 17:00; Sat ..."."""
    week = ""
    for first, last, hours in _spans(clock["week"], "sat" if words.direction == "rtl" else "mon"):
        day = words.message(f"clock.{first}")
        if last != first:
            day = words.message("interval.between", low=day, high=words.message(f"clock.{last}"))
        said = words.message("clock.day", day=day, hours=_hours(hours, words))
        week = words.message("define.list", first=week, second=said) if week else said
    facts = {"week": week, "zone": clock["zone"]}
    if clock["off"]:
        return words.message("clock.business_holidays", n=int(clock["off"]), **facts)
    return words.message("clock.business", **facts)


def _spans(week: str, begins: str) -> list[tuple[str, str, str]]:
    """Days in a row with the same hours, of a week as `cx.calendar` writes it ("mon-fri 09:00-17:00; sat ...").

    >>> _spans("mon-wed 08:00-17:00; thu 08:00-13:00; sat-sun 08:00-17:00", "sat")
    [('sat', 'wed', '08:00-17:00'), ('thu', 'thu', '08:00-13:00')]
    """
    hours: dict[str, str] = {}
    for item in week.split("; "):
        days, _, open_ = item.partition(" ")
        first, _, last = days.partition("-")
        hours |= dict.fromkeys(_DAYS[_DAYS.index(first) : _DAYS.index(last or first) + 1], open_)
    at = _DAYS.index(begins)
    found: list[tuple[str, str, str]] = []
    before = None
    for day in (*_DAYS[at:], *_DAYS[:at]):
        if found and before is not None and hours.get(day) == before:
            found[-1] = found[-1][0], day, before
        elif day in hours:
            found.append((day, day, hours[day]))
        before = hours.get(day)
    return found


def _hours(text: str, words: Locale) -> str:
    """The open spans of a day: "09:00-12:00, 13:00-17:00"."""
    digits = re.sub(r"\d", lambda digit: words.number(int(digit[0]), 0), text)
    spans = [span.split("-") for span in digits.split(", ")]
    said = [words.message("interval.between", low=start, high=end) for start, end in spans]
    return reduce(lambda first, second: words.message("clock.spans", first=first, second=second), said)
