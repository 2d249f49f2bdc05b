"""Printed figures: their value in our unit, and no more exact than they were printed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cxlab.compare.printed import printed
from cxlab.errors import DefinitionError


@pytest.mark.parametrize(
    ("given", "unit", "value", "half"),
    [
        (39, "points", 39, 0.5),
        (39.0, "points", 39, 0.5),
        (Decimal("39.0"), "points", 39, 0.05),
        ("39.20", "points", 39.2, 0.005),
        ("\u22123,5", "points", -3.5, 0.05),
        ("+39", "points", 39, 0.5),
        ("۳۹٫۲", "points", 39.2, 0.05),
        ("81 %", "share", 0.81, 0.005),
        ("81,0%", "share", 0.81, 0.0005),
        (81, "share", 0.81, 0.005),
        (0.81, "share", 0.81, 0.005),
        ("0.81", "ratio", 0.81, 0.005),
        ("0.8 %", "share", 0.008, 0.0005),
        ("1,234", "count", 1234, 0.5),
        ("0,812", "share", 0.812, 0.0005),
        ("1.234.567", "count", 1234567, 0.5),
        ("1.234,5", "money", 1234.5, 0.05),
        ("1,234.5", "money", 1234.5, 0.05),
        ("5:12", "seconds", 312, 0.5),
        ("1:05:12", "seconds", 3912, 0.5),
        ("4.5 h", "seconds", 16200, 180),
        ("88 min", "seconds", 5280, 30),
    ],
)
def test_value_and_exactness(given: Any, unit: str, value: float, half: float) -> None:
    found = printed(given, unit)
    assert found.value == pytest.approx(value)
    assert found.half == pytest.approx(half)
    assert found.meets(value + half * 0.99)
    assert not found.meets(value + half * 1.01)


@pytest.mark.parametrize("given", ["n/a", "", None, True, float("nan"), float("inf"), "39 apples", "4 h"])
def test_what_is_no_figure_is_refused(given: Any) -> None:
    with pytest.raises(DefinitionError):
        printed(given, "points")
