"""Holidays: the days on which nobody is there, as dates of either calendar; the year tells which."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

from persiantools.jdatetime import JalaliDate

from cxlab.errors import DefinitionError, ReadError
from cxlab.rows.periods import GREGORIAN_YEARS, JALALI_YEARS
from cxlab.words.fold import fold_digits, fold_text

_DATE = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})")


def holiday(one: date | str) -> date:
    """A holiday as a Gregorian date; text may be 2026-12-25, or 1405/01/01 of the Jalali calendar.

    >>> holiday("1405/01/01"), holiday("۱۴۰۵-۰۱-۰۲")
    (datetime.date(2026, 3, 21), datetime.date(2026, 3, 22))
    """
    found = one.date() if isinstance(one, datetime) else one if isinstance(one, date) else _written(str(one))
    if found is None or found.year not in GREGORIAN_YEARS:
        seen = f"holidays has {one!r}"
        raise DefinitionError("A holiday is a date", seen, "Write it like '2026-12-25', or '1405/01/01' in Jalali")
    return found


def read(path: Path) -> list[date]:
    """The dates in a file of holidays: one a line, the date first, a name after a comma; the first line may be a head.

    What is no text, or a line whose first cell is no date, is a ReadError that names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        seen = f"{path.name}: {error.strerror}"
        raise ReadError("The file of holidays cannot be read", seen, "Correct the path, or allow it") from None
    except UnicodeDecodeError as error:
        seen = f"{path.name}, byte {error.start}"
        raise ReadError("The file of holidays is not UTF-8 text", seen, "Save it as UTF-8") from None
    found = []
    for number, line in enumerate(lines, start=1):
        text = re.split("[,;\t]", line)[0].strip().strip('"').strip()
        if not text or (number == 1 and not text[0].isdigit()):
            continue
        try:
            found.append(holiday(text))
        except DefinitionError as error:
            seen = f"line {number} of {path.name} holds {text[:40]!r}"
            raise ReadError(error.wrong, seen, error.todo) from None
    return found


def _written(text: str) -> date | None:
    match = _DATE.fullmatch(fold_text(fold_digits(text)).strip())
    if not match:
        return None
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    try:
        if year in JALALI_YEARS:
            gregorian: date = JalaliDate(year, month, day).to_gregorian()
            return gregorian
        return date(year, month, day)
    except ValueError:
        return None
