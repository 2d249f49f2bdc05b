"""The facts of a definition in the words of a language: bases, clocks, exclusions, limits.

Metrics state their facts in English phrases. A phrase is looked up by its words; the numbers, times and days in it
are written by the locale and handed to the message as `first`, `second` and `third`.
"""

from __future__ import annotations

import re
from datetime import date
from functools import reduce

from cxlab.words.locale import TIMES, Locale

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
    """Open hours by days, as `cx.calendar` writes them: "mon-fri 09:00-17:00; sat 09:00-12:00"."""
    week = ""
    for item in clock["week"].split("; "):
        days, _, hours = item.partition(" ")
        first, _, last = days.partition("-")
        day = words.message(f"clock.{first}")
        if last:
            day = words.message("interval.between", low=day, high=words.message(f"clock.{last}"))
        said = words.message("clock.day", day=day, hours=_hours(hours, words))
        week = words.message("define.list", first=week, second=said) if week else said
    facts = {"week": week, "zone": clock["zone"]}
    if clock["off"]:
        return words.message("clock.business_holidays", n=int(clock["off"]), **facts)
    return words.message("clock.business", **facts)


def _hours(text: str, words: Locale) -> str:
    """The open spans of a day: "09:00-12:00, 13:00-17:00"."""
    digits = re.sub(r"\d", lambda digit: words.number(int(digit[0]), 0), text)
    spans = [span.split("-") for span in digits.split(", ")]
    said = [words.message("interval.between", low=start, high=end) for start, end in spans]
    return reduce(lambda first, second: words.message("clock.spans", first=first, second=second), said)
