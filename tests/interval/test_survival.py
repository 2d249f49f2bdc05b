"""Kaplan-Meier against R and lifelines; Rothman-Wilson by simulation; quantiles by the inverse-ecdf rule."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from cxlab.interval.survival import Curve, first_at_or_below, kaplan_meier, rothman_wilson

Z95 = float(stats.norm.ppf(0.975))


def curve(times: np.ndarray, events: np.ndarray) -> Curve:
    when, place = np.unique(times, return_inverse=True)
    died = np.bincount(place, weights=events, minlength=len(when))
    return kaplan_meier(when, died, np.bincount(place, minlength=len(when)) - died)


def curves(folder: Path, inputs: dict, grouped: bool) -> dict[str, Curve]:
    column, value = inputs["event"].split(" == ")
    with (folder / inputs["csv"]).open() as file:
        rows = list(csv.DictReader(file))
    split: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        key = f"{inputs['group']}={row[inputs['group']]}" if grouped else "all"
        split.setdefault(key, []).append((float(row[inputs["time"]]), float(row[column] == value)))
    return {key: curve(*np.array(rows).T) for key, rows in split.items()}


def test_curves_of_r(shared: Callable[[str], Path]) -> None:
    cases = json.loads(shared("reference/cases/survival.json").read_text())["cases"]
    done = 0
    for case in cases:
        if not case["id"].startswith("km_") or "csv" not in case["inputs"]:
            continue
        own = curves(shared("reference/data"), case["inputs"], "_group_" in case["id"])
        for row in case["output"]:
            s, variance, risk = own[row.get("stratum", "all").strip()].at(row["time"])
            assert risk == row["n_risk"], (case["id"], row)
            done += 1
            if risk == 0 and row["surv"] > 0:
                assert np.isnan(s), "R carries the last value on; nobody was seen there"
                continue
            assert s == pytest.approx(row["surv"], abs=1e-12)
            if row["surv"] > 0:  # R has no standard error where S is 0
                assert np.sqrt(variance) == pytest.approx(row["se_surv"], abs=1e-12)
    assert done > 100


def test_medians_of_r(shared: Callable[[str], Path]) -> None:
    """R inverts plain limits by the rule that is used here for Rothman-Wilson's; its midpoints are left out."""
    cases = json.loads(shared("reference/cases/survival.json").read_text())["cases"]
    done = 0
    for case in cases:
        if not case["id"].startswith("kmtab_"):
            continue
        own = curves(shared("reference/data"), case["inputs"], "_group_" in case["id"])
        for row in case["output"]:
            found = own[row["stratum"].strip()]
            reach = Z95 * np.sqrt(found.variance)
            for q, keys in ((0.25, ("q25", "q25_lo", "q25_hi")), (0.5, ("median", "X0.95LCL", "X0.95UCL"))):
                point, low, high = (np.nan if row[key] == "NA" else row[key] for key in keys)
                if np.isclose(found.survival, 1 - q).any():
                    assert found.quantile(q) < point, "R's midpoint lies behind our first time"
                    continue
                assert found.quantile(q) == pytest.approx(point, nan_ok=True)
                if case["id"].endswith("_plain"):
                    low_curve, high_curve = found.survival - reach, np.minimum(found.survival + reach, 1)
                    assert first_at_or_below(found.times, low_curve, 1 - q) == pytest.approx(low, nan_ok=True)
                    assert first_at_or_below(found.times, high_curve, 1 - q) == pytest.approx(high, nan_ok=True)
                done += 1
    assert done >= 30


def test_golden_curves_of_the_definitions() -> None:
    churn = kaplan_meier([1, 2, 3, 4], [1, 0, 1, 1], [0, 1, 0, 1])
    assert churn.at([1, 3, 4])[0] == pytest.approx([0.8, 0.5333, 0.2667], abs=5e-5)
    replies = kaplan_meier([30, 60, 90, 480, 600], [1, 1, 1, 0, 1], [0, 0, 0, 1, 0])
    assert replies.quantile(0.5) == 90
    complaints = kaplan_meier([2, 5, 9, 12, 20], [1, 1, 1, 0, 1], [0, 0, 0, 1, 0])
    assert complaints.quantile(0.5) == 9


def test_median_at_exactly_one_half_is_the_first_time() -> None:
    flat = kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 0, 0])
    assert flat.survival[1] == pytest.approx(0.5)
    assert flat.quantile(0.5) == 2.0  # R's survfit: 2.5


def test_before_after_and_beyond() -> None:
    part = kaplan_meier([2, 5], [1, 0], [0, 3])
    s, variance, risk = part.at([0, 2, 5, 6])
    assert s[:3] == pytest.approx([1, 0.75, 0.75])
    assert np.isnan(s[3])
    assert np.isnan(variance[3])
    assert risk.tolist() == [4, 4, 3, 0]
    ended = kaplan_meier([2, 5], [1, 3], [0, 0])
    s, low, high = ended.limits([5, 9], Z95)
    assert s.tolist() == [0, 0]
    assert low.tolist() == [0, 0]
    assert high == pytest.approx(Z95**2 / (3 + Z95**2))
    none = kaplan_meier([], [], [])
    assert np.isnan(none.at([1.0])[0]).all()
    assert np.isnan(none.quantile(0.5))


def test_without_events_the_number_at_risk_gives_the_width() -> None:
    open_ = kaplan_meier([1, 3], [0, 0], [4, 6])
    s, low, high = open_.limits([0.5, 1, 2], Z95)
    assert s.tolist() == [1, 1, 1]
    assert high.tolist() == [1, 1, 1]
    assert low == pytest.approx(np.array([10, 10, 6]) / (np.array([10, 10, 6]) + Z95**2))


def test_without_censoring_it_is_wilson_of_the_share() -> None:
    x = np.arange(1.0, 21)
    _, low, high = curve(x, np.ones(20)).limits(7.0, Z95)
    expected = proportion_confint(13, 20, method="wilson")
    assert np.array([low, high]) == pytest.approx(expected)
    assert np.array(rothman_wilson(0.65, 0.65 * 0.35 / 20, 99, Z95)) == pytest.approx(expected)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=30))
def test_curve_of_lifelines(rows: list[tuple[int, bool]]) -> None:
    times, events = np.array(rows, dtype=float).T
    own = curve(times, events)
    other = KaplanMeierFitter().fit(times, events)
    assert own.at(own.times)[0] == pytest.approx(other.survival_function_at_times(own.times).to_numpy(), abs=1e-12)
    _, low, high = own.limits(own.times, 1.96)
    assert ((low >= 0) & (low <= own.survival) & (own.survival <= high) & (high <= 1)).all()
    first, last = own.quantile_limits(0.5, 1.96)
    point = own.quantile(0.5)
    assert not first > point
    assert not last < point


def test_cases_that_enter_late() -> None:
    """Number at risk given: those who entered before and have not left (Klein and Moeschberger's way of counting)."""
    late = kaplan_meier([2, 4, 6], [1, 1, 1], [0, 0, 0], at_risk=[1, 3, 2])
    assert late.survival.tolist() == [0, 0, 0]
    assert kaplan_meier([4, 6], [1, 1], [0, 0], at_risk=[4, 2]).survival == pytest.approx([0.75, 0.375])


@pytest.mark.parametrize(
    ("n", "published"), [(20, {0.97: 0.921, 0.9: 0.960, 0.5: 0.949}), (100, {0.97: 0.965, 0.9: 0.954, 0.5: 0.954})]
)
def test_coverage(n: int, published: dict[float, float]) -> None:
    random, runs = np.random.default_rng(n), 1500
    for truth, expected in published.items():
        life = random.exponential(-1 / np.log(truth), (runs, n))
        seen = random.uniform(0, 2.5, (runs, n))
        hit = 0
        for a, b in zip(life, seen, strict=True):
            _, low, high = curve(np.minimum(a, b), (a <= b).astype(float)).limits(1.0, Z95)
            hit += int(low <= truth + 1e-9 and high >= truth - 1e-9)
        error = 3 * np.sqrt(expected * (1 - expected) * (1 / 2500 + 1 / runs))
        assert hit / runs == pytest.approx(expected, abs=error), truth


def test_limits_of_the_median_cover() -> None:
    """Not published; the median of exponential times, one third censored, must not be covered less than 93 %."""
    random, runs, n, hit = np.random.default_rng(2), 800, 40, 0
    for _ in range(runs):
        life, seen = random.exponential(1, n), random.exponential(2, n)
        low, high = curve(np.minimum(life, seen), (life <= seen).astype(float)).quantile_limits(0.5, Z95)
        hit += int(not low > np.log(2) and not high < np.log(2))
    assert 0.93 < hit / runs < 0.99
