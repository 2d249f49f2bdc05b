"""A figure as somebody printed it: its value in our unit, and how far rounding may have moved it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from cxlab.errors import DefinitionError
from cxlab.units import SECONDS, SHARE
from cxlab.words.fold import fold_digits, fold_text

_SHARES = ("share", "ratio")
_SPANS = {
    **dict.fromkeys(("d", "day", "days"), 86400), **dict.fromkeys(("h", "hour", "hours", "hrs"), 3600),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
}  # fmt: skip
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")
_NUMBER = re.compile(r"([+-]?[\d.,' ]*\d)\s*(%|[a-z]+)?")


@dataclass(frozen=True)
class Printed:
    """A printed figure: `value` in the unit of our estimate, `half` of its last printed place."""

    value: float
    half: float

    def meets(self, figure: float) -> bool:
        """Whether a figure would have been printed like this one."""
        return abs(figure - self.value) <= self.half * (1 + 1e-9) + 1e-12 * abs(self.value)


def printed(given: Any, unit: str) -> Printed:
    """A figure as it was given: a number, or text such as "39.2", "81 %", "5:12" or "4.5 h".

    It is as exact as its last printed place. A share above 1 was printed in percent; times without a unit are seconds.

    >>> printed("81 %", "share"), printed(39.2, "points").meets(39.157)
    (Printed(value=0.81, half=0.005), True)
    """
    number, word = _parts(given, unit)
    scale = 0.0 if word else 1.0
    if unit in _SHARES and (word == "%" or (not word and abs(number) > Decimal("1.5"))):
        scale = 0.01
    elif unit == SECONDS.name and word in _SPANS:
        scale = float(_SPANS[word])
    elif unit == "points" and word == "%":
        scale = 1.0
    if not number.is_finite() or not scale:
        raise _unreadable(given, unit)
    exponent = number.as_tuple().exponent
    place = float(Decimal(1).scaleb(exponent)) if isinstance(exponent, int) else 1.0
    if isinstance(given, float) and given.is_integer():
        place = 1.0  # a column of floats prints 39 as 39.0
    return Printed(_exact(number, scale), place * scale / 2)


def _exact(number: Decimal, scale: float) -> float:
    return float(number / 100) if scale == 0.01 else float(number) * scale


def _parts(given: Any, unit: str) -> tuple[Decimal, str]:
    """The number in a printed figure and the word or sign behind it; no finite number where there is none."""
    text = " ".join(fold_digits(fold_text(str(given))).replace("\u2212", "-").casefold().split())
    clock = _CLOCK.fullmatch(text)
    if clock and unit == SECONDS.name:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return Decimal(hours * 3600 + minutes * 60 + seconds), ""
    if isinstance(given, str):
        found = _NUMBER.fullmatch(text)
        text, word = (_plain(found[1]), found[2] or "") if found else ("", "")
    else:
        word = ""
    try:
        return Decimal(text), word
    except InvalidOperation:
        return Decimal("nan"), word


def _plain(number: str) -> str:
    """A number with a point as its decimal mark: the last mark is one unless three digits follow a comma."""
    number = number.replace(" ", "").replace("'", "")
    marks = [mark for mark in ".," if mark in number]
    if len(marks) == 2:
        decimal = max(marks, key=number.rindex)
        return number.replace("," if decimal == "." else ".", "").replace(",", ".")
    if marks == [","] and (number.count(",") > 1 or re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", number)):
        return number.replace(",", "")
    return number.replace(".", "") if number.count(".") > 1 else number.replace(",", ".")


def _unreadable(given: Any, unit: str) -> DefinitionError:
    wanted = {SHARE.name: "'81 %' or 0.81", SECONDS.name: "'5:12', '4.5 h' or seconds"}.get(unit, "39.2 or '39.2'")
    return DefinitionError("A vendor's figure is a number as it was printed", f"{given!r} for a figure in {unit}",
                           f"Give {wanted}")  # fmt: skip
