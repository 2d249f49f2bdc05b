"""Employee turnover against the golden example, brute force and the sample's staff."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx

HALF = "2026-01-01/2026-07-01"


def staff() -> pa.Table:
    """Six months from 100 to 110 people (100, 102, 104, 107, 108, 109, 110); 12 leave, 9 of their own will."""
    heads, leave = [100, 102, 104, 107, 108, 109, 110], 2
    started, ended = [date(2025, 1, 1)] * 100, [None] * 100
    for month in range(6):
        for k in range(leave):
            ended[month * leave + k] = date(2026, month + 1, 15)
        joined = heads[month + 1] - heads[month] + leave
        started += [date(2026, month + 1, 10)] * joined
        ended += [None] * joined
    own = [i < 9 if end else None for i, end in enumerate(ended)]
    return pa.table({"started": started, "ended": ended, "voluntary": own})


@pytest.mark.parametrize(
    ("variant", "value"),
    [("average", 12 / 105), ("voluntary", 9 / 105), ("monthly_heads", 0.1135135), ("start", 0.12)],
)
def test_golden_value_of_each_variant(variant: str, value: float) -> None:
    for frame in (staff(), staff().to_pandas(), pl.from_arrow(staff()), pl.from_arrow(staff()).lazy()):
        one = cx.employee_turnover(frame, period=HALF, variant=variant)[0]
        assert one.estimate == pytest.approx(value)
        assert one.unit == "ratio"


def test_golden_year_and_limits() -> None:
    year = cx.employee_turnover(staff(), period=HALF, annualise=True)[0]
    assert round(year.estimate, 4) == 0.2286
    exact = cx.employee_turnover(staff(), period=HALF, method="clopper_pearson")[0]
    assert (round(exact.low, 4), round(exact.high, 4)) == (0.0591, 0.1996)
    assert "process interval" in exact.notes


def test_half_months_are_brought_to_a_year_by_days() -> None:
    half = cx.employee_turnover(staff(), period="2026-01-01/2026-01-16")[0]
    year = cx.employee_turnover(staff(), period="2026-01-01/2026-01-16", annualise=True)[0]
    assert year.estimate == pytest.approx(half.estimate * 365.2425 / 15)


def test_leavers_without_a_reason_are_said_and_words_are_read(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "employee,started,ended,voluntary\n1,2024-01-01,2026-01-05,yes\n2,2024-01-01,2026-01-06,\n3,2024-01-01,,\n"
    )
    one = cx.employee_turnover(path, period="2026-01", variant="voluntary")[0]
    assert one.estimate == pytest.approx(1 / 2)
    assert "reason not stated: 1" in one.notes


def test_monthly_heads_are_those_of_counting_by_hand() -> None:
    table = cx.sample("harbour", "people")
    frame = table.to_pandas()
    days = [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)]
    heads = [
        sum(a < d and (b is None or b >= d) for a, b in zip(frame.started, frame.ended, strict=True)) for d in days
    ]
    left = sum(b is not None and days[0] <= b < days[-1] for b in frame.ended)
    one = cx.employee_turnover(table, period="2026-Q3", variant="monthly_heads")[0]
    assert one.estimate == pytest.approx(left / (sum(heads) / 4))


def test_no_staff_is_no_data() -> None:
    empty = pa.table({"started": pa.array([], pa.date32()), "ended": pa.array([], pa.date32())})
    assert cx.employee_turnover(empty, period=HALF)[0].note == "no data"
