"""One provocation for each error of the periods."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from cxlab.rows.periods import containing, parse, resolve, zone

PROVOKE: dict[str, Callable[[], object]] = {
    "not a period": lambda: parse("10/26"),
    "no period word": lambda: parse("soon"),
    "misspelt last": lambda: resolve("last-mouth", datetime(2026, 10, 1).astimezone(), "UTC"),
    "naive now": lambda: resolve("last-month", datetime(2026, 10, 1), "UTC"),
    "thirteenth month": lambda: parse("2026-13"),
    "30 Esfand of a common year": lambda: parse("1405-12-30"),
    "week 53 of a year that has 52": lambda: parse("2025-W53"),
    "year out of range": lambda: parse("1100-05"),
    "range backwards": lambda: parse("2026-11-01/2026-10-01"),
    "range of months": lambda: parse("2026-10/2026-11"),
    "kind of period": lambda: containing(date(2026, 10, 5), "months"),
    "calendar": lambda: containing(date(2026, 10, 5), "month", "jalaali"),
    "week start": lambda: containing(date(2026, 10, 5), "week", "gregorian", "Mon"),
    "time zone": lambda: zone("Asia/Teheran"),
    "time zone far from any": lambda: zone("qqq"),
}
