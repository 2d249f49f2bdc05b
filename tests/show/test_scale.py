"""Number lines hold their numbers between round ticks in even steps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlab.show.scale import round_ticks, scale

NUMBERS = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 4)), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(NUMBERS, st.sampled_from(["points", "share", "seconds", "scale points", "money"]))
def test_a_scale_holds_its_numbers(numbers: list[float], unit: str) -> None:
    line = scale(numbers, unit)
    near = 1e-6 * max(1.0, line.high - line.low)
    assert line.low - near <= min(numbers) <= max(numbers) <= line.high + near
    assert 2 <= len(line.ticks) <= 5
    steps = [b - a for a, b in zip(line.ticks, line.ticks[1:], strict=False)]
    assert max(steps) - min(steps) < near
    assert min(steps) > 0


@pytest.mark.parametrize(
    ("numbers", "unit", "ticks"),
    [
        ([9.5, 52.4], "points", (0, 20, 40, 60)),
        ([0.806, 0.841], "share", (0.8, 0.82, 0.84, 0.86)),
        ([0.1, 0.3], "share", (0, 0.1, 0.2, 0.3)),
        ([5.24, 5.38], "scale points", (5.2, 5.25, 5.3, 5.35, 5.4)),
        ([2400, 2700], "seconds", (0, 1200, 2400, 3600)),
        ([], "points", (0, 0.25, 0.5, 0.75, 1)),
    ],
)
def test_zero_is_on_the_line_where_it_means_something(
    numbers: list[float], unit: str, ticks: tuple[float, ...]
) -> None:
    assert scale(numbers, unit).ticks == pytest.approx(ticks)


def test_times_are_ticked_in_the_unit_in_which_they_are_said() -> None:
    line = scale([5400.0, 90000.0], "seconds")
    assert line.time == "hours"
    assert [tick / 3600 for tick in line.ticks] == [0, 10, 20, 30]


def test_decimals_are_as_many_as_the_ticks_need() -> None:
    assert [scale(numbers, "points").decimals for numbers in ([0, 50], [0, 1], [0, 10])] == [0, 2, 1]
    assert round_ticks(0.0, 0.003) == (0.0, 0.001, 0.002, 0.003)
