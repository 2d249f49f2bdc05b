"""Complaints against the examples of their definitions."""

from __future__ import annotations

import pandas as pd
import pytest

import cxlab as cx

ZERO, DAY = pd.Timestamp("2026-10-01"), pd.Timedelta(days=1)


def complaints() -> pd.DataFrame:
    """36 complaints by 30 people and 24 remarks."""
    people = [f"c{i}" for i in range(24)] + [f"c{24 + i // 2}" for i in range(12)]
    return pd.DataFrame(
        {"kind": ["complaint"] * 36 + ["Remark "] * 24, "customer": people + [f"r{i}" for i in range(24)]}
    )


@pytest.mark.parametrize(
    ("variant", "reached", "value", "unit"),
    [
        ("complaints_and_remarks", 12_000, 0.005, "share"),
        ("complaints", 12_000, 0.003, "share"),
        ("complainants", 12_000, 0.0025, "share"),
        ("per_orders", 9_000, 4.0, "rate"),
        ("per_contacts", 12_000, 3.0, "rate"),
    ],
)
def test_five_definitions(variant: str, reached: int, value: float, unit: str) -> None:
    one = cx.complaint_rate(complaints(), reached=reached, variant=variant)[0]
    assert (one.estimate, one.unit) == (pytest.approx(value), unit)
    assert one.low < value < one.high


@pytest.mark.parametrize(
    ("variant", "reached", "low", "high"), [("complaints", 12_000, 0.00210, 0.00415), ("per_orders", 9_000, 2.80, 5.54)]
)
def test_exact_limits(variant: str, reached: int, low: float, high: float) -> None:
    one = cx.complaint_rate(complaints(), reached=reached, variant=variant, method="clopper_pearson")[0]
    assert (round(one.low, 5 if low < 1 else 2), round(one.high, 5 if low < 1 else 2)) == (low, high)


def test_who_complains_twice_widens_the_limits() -> None:
    """Every customer once: about Poisson. The same number from a third of them: wider by about the root of three."""
    alone = pd.DataFrame({"customer": [f"c{i}" for i in range(90)]})
    thrice = pd.DataFrame({"customer": [f"c{i // 3}" for i in range(90)]})
    first, second = (cx.complaint_rate(table, reached=5000, variant="complaints")[0] for table in (alone, thrice))
    exact = cx.complaint_rate(alone, reached=5000, variant="complaints", method="jeffreys")[0]
    assert (first.high - first.low) == pytest.approx(exact.high - exact.low, rel=0.03)
    assert (second.high - second.low) / (first.high - first.low) == pytest.approx(3**0.5, rel=0.1)


def test_no_complaint_has_an_upper_limit() -> None:
    remarks = complaints().query("kind != 'complaint'")
    one = cx.complaint_rate(remarks, reached=120, variant="complaints")[0]
    assert (one.estimate, one.low) == (0, 0)
    assert one.high == pytest.approx(3.6889 / 120, rel=1e-4)


@pytest.mark.parametrize("reached", [None, 0, -5, "many"])
def test_the_base_is_required(reached: object) -> None:
    with pytest.raises(cx.CxlabError, match="reached"):
        cx.complaint_rate(complaints(), reached=reached)


def test_unknown_kinds_and_impossible_bases_are_refused() -> None:
    with pytest.raises(cx.CxlabError, match="'praise'"):
        cx.complaint_rate(pd.DataFrame({"kind": ["complaint", "praise"]}), reached=100)
    for variant in ("complaints", "complainants"):
        with pytest.raises(cx.CxlabError, match="than customers reached"):
            cx.complaint_rate(complaints(), reached=20, variant=variant)


def test_an_open_complaint_moves_the_median() -> None:
    """2, 5, 9 and 20 days, and one that has waited 12 when the last one is closed."""
    rows = pd.DataFrame(
        {"opened": [ZERO] * 4 + [ZERO + 8 * DAY], "resolved": [ZERO + k * DAY for k in (2, 5, 9, 20)] + [None]}
    )
    one = cx.complaint_resolution_time(rows)[0]
    assert one.estimate / 86400 == 9
    assert f"mean of closed {9 * 86400} s" in one.notes
    closed = rows.dropna()
    assert cx.complaint_resolution_time(closed)[0].estimate / 86400 == 5
    assert cx.complaint_resolution_time(closed, statistic="mean")[0].estimate / 86400 == 9


def test_a_segment_without_complainants_is_a_zero_with_its_base() -> None:
    rows = pd.DataFrame(
        {
            "kind": ["complaint", "remark", "complaint", "complaint"],
            "customer": ["a", "b", "a", None],
            "region": ["N", "S", "N", "W"],
        }
    )
    found = cx.complaint_rate(rows, reached=100, variant="complainants", by="region")
    assert [(one.segment["region"], one.estimate, one.n, one.low) for one in found][1:] == [
        ("S", 0, 100, 0),
        ("W", 0, 100, 0),
    ]
    assert (found[0].estimate, found[0].n) == (0.01, 100)
