"""Numbers in text: their marks are read where they can mean one thing, and asked for where they could mean two."""

from __future__ import annotations

import pyarrow as pa
import pytest

import cxlab as cx
from cxlab.errors import AnswerError
from cxlab.rows.numbers import number


def read(cells: list[str | None], decimal: str | None = None, **declared: list[object]) -> list[float | None]:
    rows = number(cx.read(pa.table({"x": cells}), decimal=decimal, missing=declared), "x", "this")
    found: list[float | None] = rows.frame.to_native()["x"].to_pylist()
    return found


@pytest.mark.parametrize(
    ("cells", "decimal", "numbers"),
    [
        (["12,000", "3", None], ".", [12000, 3, None]),
        (["12,000", " 3 "], ",", [12, 3]),
        (["1,234,567", "-1,234,567.5"], None, [1234567, -1234567.5]),
        (["12,000.50"], None, [12000.5]),
        (["1.234", "1.234.567,5"], ",", [1234, 1234567.5]),
        (["1.234", "2.5"], None, [1.234, 2.5]),
        (["0.123", "1.000"], None, [0.123, 1]),
        (["1.234"], ".", [1.234]),
        (["۱٬۲۳۴", "۱٫۲۳۴"], None, [1234, 1.234]),
        (["۱۲٫۵"], ",", [12.5]),
        (["1e3"], None, [1000]),
    ],
)
def test_a_mark_that_means_one_thing(cells: list[str | None], decimal: str | None, numbers: list[float | None]) -> None:
    assert read(cells, decimal) == numbers


@pytest.mark.parametrize(
    ("cells", "decimal", "todo"),
    [
        (["3", "12,000"], None, r'row 2 .* decimal=",", or decimal="\." where it parts thousands'),
        (["1.234", None], None, r'row 1 .* decimal="\.", or decimal="," where it parts thousands'),
        (["12.5"], ",", "the other parts thousands by threes"),
        (["12,00"], ".", "the other parts thousands by threes"),
        (["12,5"], None, 'declare its decimal mark: .*decimal=","'),
        (["3:25"], None, "minutes and seconds, or hours and minutes"),
        (["two"], None, r"missing=\{'x': \['two'\]\}"),
    ],
)
def test_a_mark_that_could_mean_two_is_asked_for(cells: list[str | None], decimal: str | None, todo: str) -> None:
    with pytest.raises(AnswerError, match=todo):
        read(cells, decimal)


def test_a_code_with_a_mark_is_no_number() -> None:
    assert read(["n,a", "9,999", "3"], x=["n,a", "9,999"]) == [None, None, 3]


@pytest.mark.parametrize(("written", "dates"), [(20261005, "ymd"), (46300, "excel"), (46300.25, "excel")])
def test_days_that_are_numbers_where_that_was_declared(written: float, dates: str) -> None:
    table = pa.table({"answered": [written], "recommend": [9]})
    (one,) = cx.nps(cx.read(table, dates=dates, timezone="UTC"), period="2026-10-05/2026-10-06")
    assert one.n == 1
    with pytest.raises(cx.CxlabError, match='dates="excel"'):
        cx.nps(cx.read(table, timezone="UTC"), period="2026-10")


def test_years_of_two_digits_are_named() -> None:
    table = pa.table({"answered": ["03/04/26", "13/04/26"], "recommend": [9, 10]})
    with pytest.raises(AnswerError, match='dates="%d/%m/%y"'):
        cx.nps(cx.read(table), period="2026-04")
    assert cx.nps(cx.read(table, dates="%d/%m/%y"), period="2026-04")[0].n == 2


def test_a_score_with_a_decimal_comma_names_the_mark() -> None:
    table = pa.table({"score": ["9,0", "8"]})
    with pytest.raises(AnswerError, match='decimal=","'):
        cx.nps(table, score="score")
    assert cx.nps(cx.read(table, decimal=","), score="score")[0].n == 2
