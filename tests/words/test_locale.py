"""Locales: the text of numbers, units, intervals, dates and periods in three languages, with their bidi marks."""

from __future__ import annotations

import math
import re
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxlab.errors import DefinitionError
from cxlab.rows.periods import parse
from cxlab.words.fold import fold_digits, fold_text
from cxlab.words.locale import change_unit, locale, time_unit

EN, VI, FA = (locale(code) for code in ("en", "vi", "fa"))
ALL = (EN, VI, FA)
LRM, RLM, ALM, FSI, PDI = "\u200e", "\u200f", "\u061c", "\u2068", "\u2069"


def test_numbers_as_the_formats_page_has_them() -> None:
    assert EN.number(-1234567.891, 3) == "−1,234,567.891"
    assert VI.number(-1234567.891, 3) == "−1.234.567,891"
    assert FA.number(-1234567.891, 3) == f"{LRM}−۱٬۲۳۴٬۵۶۷٫۸۹۱"
    assert [one.percent(0.457) for one in ALL] == ["45.7%", "45,7%", f"{ALM}۴۵٫۷٪"]
    assert FA.percent(-0.457) == f"{ALM}{LRM}−۴۵٫۷{RLM}٪"
    assert [one.count(1818) for one in ALL] == ["1,818", "1.818", "۱٬۸۱۸"]


@given(st.floats(-1e9, 1e9), st.integers(0, 3), st.booleans(), st.sampled_from(ALL))
def test_every_number_reads_back(x: float, decimals: int, signed: bool, one: object) -> None:
    text = one.number(x, decimals, signed)  # type: ignore[attr-defined]
    assert "-" not in text
    assert one is not FA or not re.search(f"(?<!{LRM})[−+]", text)
    plain = fold_digits(fold_text(text)).replace("−", "-")
    plain = plain.replace(".", "").replace(",", ".") if one is VI else plain.replace(",", "")
    assert float(plain) == pytest.approx(x, abs=10.0**-decimals * 0.501)
    assert plain.startswith("+") == (signed and float(plain) > 0)
    assert not (plain.startswith("-") and float(plain) == 0)


def test_units() -> None:
    assert [one.value(36.2, "points") for one in ALL] == ["36.2 points", "36,2 điểm", "۳۶٫۲ واحد"]
    assert [one.value(7.8, "points", signed=True) for one in ALL] == [
        "+7.8 points", "+7,8 điểm", f"{FSI}{LRM}+۷٫۸{PDI} واحد",
    ]  # fmt: skip
    assert [one.value(0.824, "share") for one in ALL] == ["82.4%", "82,4%", f"{ALM}۸۲٫۴٪"]
    assert [one.bare(0.824, "share") for one in ALL] == ["82.4", "82,4", "۸۲٫۴"]
    assert EN.value(-0.06, change_unit("share"), signed=True) == "−6.0 percentage points"
    assert (change_unit("ratio"), change_unit("points")) == ("percentage points", "points")
    assert EN.value(1.025, "ratio") == "102.5%"
    assert [EN.value(x, "points", 0) for x in (1, -1, 0, 2)] == ["1 point", "−1 point", "0 points", "2 points"]
    assert EN.value(1, "points") == "1.0 points"
    assert (EN.value(65, "count"), EN.value(0.3412, "rate"), VI.value(5.314, "scale points")) == (
        "65", "0.34", "5,31 điểm thang đo",
    )  # fmt: skip


def test_intervals_are_joined_by_a_word() -> None:
    assert [one.interval(2.8, 12.8, "points") for one in ALL] == ["2.8 to 12.8", "2,8 đến 12,8", "۲٫۸ تا ۱۲٫۸"]
    assert FA.interval(-3.4, 1.6, "points") == f"{FSI}{LRM}−۳٫۴{PDI} تا ۱٫۶"
    assert EN.interval(0.806, 0.841, "share") == "80.6 to 84.1"
    assert EN.interval(0.806, 0.841, "share", named=True) == "80.6% to 84.1%"
    assert VI.interval(-2.1, 12.8, "points", named=True) == "−2,1 đến 12,8 điểm"
    assert EN.interval(1.5, 20, "money", currency="USD", named=True) == "$1.50 to $20.00"
    assert EN.interval(2.8, None, "points") == "at least 2.8"
    assert EN.interval(None, 0.03, "share", named=True) == "at most 3.0%"


def test_durations_and_their_interval_share_a_unit() -> None:
    assert [one.duration(2520) for one in ALL] == ["42 minutes", "42 phút", "۴۲ دقیقه"]
    assert [EN.duration(x) for x in (0, 1, 45.25, 119, 120, 5400, 7200, 129600, 259200)] == [
        "0 seconds", "1 second", "45.2 seconds", "119 seconds", "2 minutes", "90 minutes", "2 hours", "36 hours",
        "3 days",
    ]  # fmt: skip
    hours = time_unit(9000)
    assert EN.value(9000, "seconds", time=hours) == "2.5 hours"
    assert EN.interval(3600, 200000, "seconds", time=hours, named=True) == "1.0 to 55.6 hours"
    assert VI.interval(2400, 2700, "seconds", time=time_unit(2520)) == "40 đến 45"


def test_money() -> None:
    assert [one.value(1234567, "money", currency="VND") for one in ALL] == [
        "₫1,234,567", "1.234.567\u00a0₫", "۱٬۲۳۴٬۵۶۷\u00a0دونگ",
    ]  # fmt: skip
    assert FA.value(1234567, "money", currency="IRR") == "۱٬۲۳۴٬۵۶۷\u00a0ریال"
    assert EN.value(-5.5, "money", currency="USD") == "−$5.50"
    assert [VI.value(5.5, "money", currency=code) for code in ("EUR", "GBP")] == ["5,50\u00a0€", "5,50\u00a0£"]
    assert EN.bare(1234.5, "money", currency="EUR") == "1,234.50"
    assert FA.value(5, "money", currency="JPY") == f"۵\u00a0{FSI}JPY{PDI}"


def test_dates() -> None:
    assert [one.date(date(2026, 3, 21)) for one in ALL] == ["21 March 2026", "21 tháng 3 năm 2026", "۱ فروردین ۱۴۰۵"]
    assert FA.date(date(2026, 10, 5), "gregorian") == "۵ اکتبر ۲۰۲۶"
    assert EN.date(date(2026, 3, 21), "jalali") == "1 Farvardin 1405"


@pytest.mark.parametrize(
    ("key", "en", "vi", "fa"),
    [
        ("2026-10", "October 2026", "tháng 10 năm 2026", "اکتبر ۲۰۲۶"),
        ("2026-Q3", "Q3 2026", "quý 3 năm 2026", "سه‌ماههٔ سوم ۲۰۲۶"),
        ("2026-W41", "week 41 of 2026", "tuần 41 năm 2026", "هفتهٔ ۴۱ سال ۲۰۲۶"),
        ("2026", "2026", "năm 2026", "سال ۲۰۲۶"),
        ("2026-10-05", "5 October 2026", "5 tháng 10 năm 2026", "۵ اکتبر ۲۰۲۶"),
        ("1405-07", "Mehr 1405", "Mehr năm 1405", "مهر ۱۴۰۵"),
        ("1405-Q3", "autumn 1405", "mùa thu năm 1405", "پاییز ۱۴۰۵"),
        ("1405-W05", "week 5 of 1405", "tuần 5 năm 1405", "هفتهٔ ۵ سال ۱۴۰۵"),
        ("2026-10-01/2026-10-16", "1 October 2026 to 15 October 2026",
         "1 tháng 10 năm 2026 đến 15 tháng 10 năm 2026", "۱ اکتبر ۲۰۲۶ تا ۱۵ اکتبر ۲۰۲۶"),
    ],
)  # fmt: skip
def test_periods(key: str, en: str, vi: str, fa: str) -> None:
    assert [one.period(parse(key)) for one in ALL] == [en, vi, fa]


def test_short_periods_for_axes() -> None:
    assert [one.period(parse("2025-11"), short=True) for one in ALL] == ["Nov 2025", "11/2025", "نوامبر ۲۰۲۵"]
    assert [one.period(parse("2025-Q4"), short=True) for one in ALL] == ["Q4 2025", "Q4/2025", "سه‌ماههٔ ۴، ۲۰۲۵"]
    assert EN.period(parse("2026-W05"), short=True) == "W5 2026"
    assert EN.period(parse("2026-10-05/2026-10-19"), short=True) == "5 Oct to 18 Oct"


@pytest.mark.parametrize(("number", "one"), list(product([None, math.nan, math.inf], ALL)))
def test_what_does_not_exist_is_not_written(number: float | None, one: object) -> None:
    for write in ("number", "percent", "count", "duration"):
        with pytest.raises(DefinitionError, match="does not exist"):
            getattr(one, write)(number)
    with pytest.raises(DefinitionError, match="without limits"):
        EN.interval(None, None, "points")


def test_a_currency_has_its_name_in_persian_and_its_code_elsewhere() -> None:
    assert (FA.currency("IRR"), FA.currency("CHF"), EN.currency("IRR")) == ("ریال", f"{FSI}CHF{PDI}", "IRR")


def test_a_persian_name_that_begins_with_a_latin_word_stays_persian() -> None:
    assert FA.isolate("Telco شرکت") == f"\u2067Telco شرکت{PDI}"
    assert FA.isolate("شرکت Telco (ایران)") == f"\u2067شرکت Telco (ایران){PDI}"
    assert EN.isolate("شرکت Telco") == f"{FSI}شرکت Telco{PDI}"


def test_text_of_the_other_direction_is_isolated_once() -> None:
    assert FA.isolate("Asia/Tehran") == f"{FSI}Asia/Tehran{PDI}"
    assert FA.isolate(FA.isolate("Asia/Tehran")) == f"{FSI}Asia/Tehran{PDI}"
    assert (FA.isolate("شمال ۱۲"), EN.isolate("North 12"), EN.isolate("شمال")) == (
        "شمال ۱۲", "North 12", f"{FSI}شمال{PDI}",
    )  # fmt: skip
