"""Means and quantiles of durations against R, scipy, brute force and the coverage figures."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from benchmarks.coverage.designs import durations
from cxlab.interval import times

Z95 = float(stats.norm.ppf(0.975))


def sums(x: np.ndarray, shift: float = 0.0) -> tuple[float, float, float, float]:
    gap = np.asarray(x, dtype=float) - shift
    return len(gap), gap.sum(), (gap**2).sum(), (gap**3).sum()


def column(path: Path, name: str) -> np.ndarray:
    with path.open() as file:
        return np.array([float(row[name]) for row in csv.DictReader(file) if row[name]])


def test_t_mean_of_r(shared: Callable[[str], Path]) -> None:
    case = {c["id"]: c for c in json.loads(shared("reference/cases/means.json").read_text())["cases"]}["tci_plant_trt2"]
    with shared("reference/data/plantgrowth.csv").open() as file:
        x = np.array([float(row["weight"]) for row in csv.DictReader(file) if row["group"] == "trt2"])
    n, sx, sx2, _ = sums(x, 5.0)
    for level, key in ((0.95, "ci95"), (0.9, "ci90")):
        low, high = times.t_mean(n, sx, sx2, stats.t.ppf(0.5 + level / 2, n - 1), shift=5.0)
        assert (low, high) == pytest.approx(tuple(case["output"][key].values()), abs=1e-12)


def test_hall_by_the_formula_on_raw_values() -> None:
    x = np.array([3.0, 5, 8, 9, 14, 60, 7, 31])
    n, t = len(x), stats.t.ppf(0.975, 7)
    a = stats.skew(x) / np.sqrt(n)
    # The transform and its inverse written out: g(u) = u + a u^2/3 + a^2 u^3/27 + a/6.
    for sign in (1, -1):
        u = 3 / a * (np.cbrt(1 + a * (sign * t - a / 6)) - 1)
        assert u + a * u**2 / 3 + a**2 * u**3 / 27 + a / 6 == pytest.approx(sign * t)
    expected = [x.mean() - stats.sem(x) * 3 / a * (np.cbrt(1 + a * (s * t - a / 6)) - 1) for s in (1, -1)]
    for shift in (0.0, 17.0, -250.0):
        assert times.hall(*sums(x, shift), t, shift=shift) == pytest.approx(tuple(expected), rel=1e-9)


def test_hall_mirrors_and_is_t_without_skewness() -> None:
    x, t = np.array([1.0, 2, 4, 9, 30]), 2.776
    low, high = times.hall(*sums(x), t, least=-np.inf)
    assert times.hall(*sums(-x), t, least=-np.inf) == pytest.approx((-high, -low))
    even = np.array([1.0, 2, 3, 4, 5])
    assert times.hall(*sums(even, 3.0), t, shift=3.0) == pytest.approx(times.t_mean(*sums(even)[:3], t))
    off = times.hall(*sums(even, 0.1), t, shift=0.1)
    assert off == pytest.approx(times.t_mean(*sums(even)[:3], t), rel=1e-9), "a skewness of rounding is none"
    assert high - x.mean() > x.mean() - low, "the long side is the side of the long tail"


def test_edges_of_a_mean() -> None:
    low, high = times.hall([0, 1, 4, 3], [0, 5, 8, 3e9], [0, 25, 16, 3e18], [0, 125, 32, 3e27], 3.0)
    assert np.isnan(low).all()
    assert np.isnan(high).all()
    for n in range(2, 30):
        assert np.isnan(times.hall(*sums(np.full(n, 0.7)), 2.0)).all(), "the two sums differ by rounding only"
    assert times.hall(2, 20.0, 398.0, 7940.0, 12.7)[0] >= 0.0


def test_shift_keeps_the_digits_of_long_times() -> None:
    x = 1e9 + np.array([0.0, 1, 2, 3, 10])
    low, high = times.hall(*sums(x, 1e9), 2.776, shift=1e9)
    near = times.hall(*sums(x - 1e9), 2.776, least=-np.inf)
    assert (low - 1e9, high - 1e9) == pytest.approx(near, abs=1e-5)


def test_quantile_of_r(shared: Callable[[str], Path]) -> None:
    cases = json.loads(shared("reference/cases/rates_quantiles.json").read_text())["cases"]
    done = 0
    for case in cases:
        if not case["id"].startswith("quantile_") or not case["id"].endswith("type1"):
            continue
        x = column(shared(f"reference/data/{case['inputs']['csv']}"), case["inputs"]["column"].split(" ")[0])
        values, counts = np.unique(x, return_counts=True)
        for name, expected in case["output"].items():
            assert times.quantile(values, counts, float(name[:-1]) / 100) == expected
            done += 1
    assert done == 16


def test_order_limits_of_r(shared: Callable[[str], Path]) -> None:
    cases = json.loads(shared("reference/cases/rates_quantiles.json").read_text())["cases"]
    done = 0
    for case in cases:
        if not case["id"].startswith("ranks_binom"):
            continue
        x = column(shared(f"reference/data/{case['inputs']['csv']}"), case["inputs"]["column"].split(" ")[0])
        values, counts = np.unique(x, return_counts=True)
        z = stats.norm.ppf(0.5 + case["inputs"]["conf"] / 2)
        for row in case["output"]:
            expected = [np.nan if row[side] == "NA" else row[side] for side in ("lo", "hi")]
            assert times.order(values, counts, row["p"], z) == pytest.approx(tuple(expected), nan_ok=True)
            done += 1
    assert done == 32


def test_order_limits_are_those_of_scipy() -> None:
    x = np.random.default_rng(5).lognormal(3, 1, 80)
    for q in (0.25, 0.5, 0.9):
        both = stats.quantile_test(x, p=q).confidence_interval(0.95)
        assert times.order(np.sort(x), np.ones(80), q, Z95) == pytest.approx((both.low, both.high))


def test_hutson_by_its_equations() -> None:
    x = np.sort(np.random.default_rng(6).lognormal(3, 1, 50))
    low, high = times.hutson(x, np.ones(50), 0.5, Z95)
    for limit, target in ((low, 0.975), (high, 0.025)):
        below = int(np.searchsorted(x, limit, side="right"))
        rank = below + (limit - x[below - 1]) / (x[below] - x[below - 1])
        assert special.betainc(rank, 51 - rank, 0.5) == pytest.approx(target, abs=1e-9)


def test_p90_is_unbounded_above_below_36() -> None:
    for n in range(2, 60):
        low, high = times.hutson(np.arange(n), np.ones(n), 0.9, Z95)
        assert np.isnan(high) == (n < 36)
        assert np.isnan(times.order(np.arange(n), np.ones(n), 0.9, Z95)[1]) == (n < 36)
        assert np.isnan(low) or low < 0.9 * n
    assert np.isnan(times.hutson([4.0], [1], 0.5, Z95)).all()
    assert np.isnan(times.hutson([], [], 0.5, Z95)).all()
    assert np.isnan(times.order([], [], 0.5, Z95)).all()
    assert np.isnan(times.quantile([1.0], [0], 0.5))


def test_golden_times() -> None:
    assert 0.07 * 100 > 7
    assert times.quantile(np.arange(1, 101), np.ones(100), 0.07) == 7, "the seventh holds 7 % but for rounding"
    assert times.quantile([30, 60, 90, 600], [1, 1, 1, 1], 0.5) == 60
    assert times.quantile([30, 60, 90, 600], [1, 1, 1, 1], 0.9) == 600
    assert times.quantile([2, 5, 9, 20], [0.1] * 4, 0.5) == 5, "running sums of tenths are met to 12 digits"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=40), st.sampled_from([0.25, 0.5, 0.9]))
def test_a_table_with_counts_is_the_list_written_out(x: list[int], q: float) -> None:
    values, counts = np.unique(np.array(x, dtype=float), return_counts=True)
    ones = np.ones(len(x))
    for how in (times.hutson, times.order):
        assert how(values, counts, q, 1.96) == pytest.approx(how(np.sort(x), ones, q, 1.96), nan_ok=True)
        low, high = how(values, counts, q, 1.96)
        point = times.quantile(values, counts, q)
        assert not low > point
        assert not high < point
    assert times.quantile(values, counts, q) == np.quantile(x, q, method="inverted_cdf")


def test_heavy_ties() -> None:
    assert not times.heavy_ties(np.arange(100), np.ones(100), 0.5)
    assert times.heavy_ties([0, 20, 40], [30, 40, 30], 0.5)
    assert not times.heavy_ties([0, 20, 40], [48, 4, 48], 0.5)
    assert not times.heavy_ties([], [], 0.5)


@pytest.mark.parametrize(("n", "published"), [(10, 0.802), (50, 0.905), (300, 0.919)])
def test_coverage_of_hall(n: int, published: float) -> None:
    """The lowest of six laws of times, 4,000 samples each; the published figure has 1,000."""
    random, runs, covered = np.random.default_rng(n), 4000, []
    for truth, x in durations(random, (runs, n)).values():
        low, high = times.hall(n, x.sum(axis=1), (x**2).sum(axis=1), (x**3).sum(axis=1), stats.t.ppf(0.975, n - 1))
        covered.append(float(np.mean((low <= truth) & (truth <= high))))
    error = 3 * np.sqrt(published * (1 - published) * (1 / 1000 + 1 / runs))
    assert min(covered) == pytest.approx(published, abs=error)


@pytest.mark.parametrize(
    ("n", "q", "published"), [(10, 0.5, 0.962), (50, 0.5, 0.956), (20, 0.9, 0.974), (100, 0.9, 0.953)]
)
def test_coverage_of_hutson(n: int, q: float, published: float) -> None:
    random, runs = np.random.default_rng(n), 1000
    truth = float(stats.lognorm.ppf(q, 1.0, scale=np.exp(3)))
    x = np.sort(random.lognormal(3, 1, (runs, n)), axis=1)
    both = np.array([times.hutson(row, np.ones(n), q, Z95) for row in x])
    missed = (both[:, 0] > truth) | (both[:, 1] < truth)
    error = 3 * np.sqrt(published * (1 - published) * (1 / 2500 + 1 / runs))
    assert 1 - missed.mean() == pytest.approx(published, abs=error)
