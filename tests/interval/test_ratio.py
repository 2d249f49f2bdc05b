"""The ratio of two rates and of two sums."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.rates import confint_poisson_2indep

from cxlab.interval import ratio

Z95 = float(stats.norm.ppf(0.975))


@pytest.mark.parametrize(("k1", "t1", "k2", "t2"), [(11, 800, 6, 1083), (60, 51.9, 30, 54.3), (3, 1, 30, 2)])
def test_rate_ratio_of_statsmodels(k1: float, t1: float, k2: float, t2: float) -> None:
    expected = confint_poisson_2indep(k1, t1, k2, t2, compare="ratio", method="score")
    assert ratio.wilson(k1, k2, Z95, t1=t1, t2=t2) == pytest.approx(expected, rel=1e-7)


def test_wilson_of_the_total_turned_into_odds() -> None:
    n, p = 17, 11 / 17
    both = [(p + Z95**2 / (2 * n) + s * Z95 * np.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))) / (1 + Z95**2 / n)
            for s in (-1, 1)]  # fmt: skip
    assert ratio.wilson(11, 6, Z95) == pytest.approx([b / (1 - b) for b in both])


def test_large_counts_keep_their_digits() -> None:
    low, high = ratio.wilson(1e9, 1e9, Z95)
    assert high - 1 == pytest.approx(Z95 * np.sqrt(2 / 1e9), rel=1e-4)
    assert low * high == pytest.approx(1.0, rel=1e-12)


def test_edges() -> None:
    low, high = ratio.wilson([0, 5, 0, 5], [5, 0, 0, 5], Z95, t1=[1, 1, 1, 0])
    assert low[0] == 0
    assert high[0] == pytest.approx(Z95**2 / 5)
    assert low[1] == pytest.approx(5 / Z95**2)
    assert np.isnan(high[1])
    assert np.isnan(low[2:]).all()
    assert np.isnan(high[2:]).all()


@pytest.mark.parametrize(
    ("m1", "m2", "published"),
    [(2, 2, 0.959), (5, 5, 0.957), (10, 5, 0.952), (20, 20, 0.951), (50, 10, 0.952), (3, 30, 0.959)],
)
def test_exact_coverage(m1: float, m2: float, published: float) -> None:
    k1, k2 = np.meshgrid(np.arange(140), np.arange(140), indexing="ij")
    low, high = ratio.wilson(k1, k2, Z95)
    missed = (low > m1 / m2 + 1e-9) | (high < m1 / m2 - 1e-9)  # an open side and an empty pair miss nothing
    weight = np.outer(stats.poisson.pmf(np.arange(140), m1), stats.poisson.pmf(np.arange(140), m2))
    assert 1 - weight[missed].sum() == pytest.approx(published, abs=0.002)


def test_ratio_of_sums_of_r(shared: Callable[[str], Path]) -> None:
    cases = {c["id"]: c for c in json.loads(shared("reference/cases/survey.json").read_text())["cases"]}
    with shared("reference/data/apistrat.csv").open() as file:
        rows = [(float(r["api.stu"]) * float(r["pw"]), float(r["enroll"]) * float(r["pw"]))
                for r in csv.DictReader(file)]  # fmt: skip
    y, x = np.array(rows).T
    low, high = ratio.t_ratio(len(y), y.sum(), x.sum(), y @ y, y @ x, x @ x, stats.t.ppf(0.975, 199))
    expected = cases["svyratio_wonly"]["output"]["ci_t"]
    assert (low, high) == pytest.approx((expected["lo"], expected["hi"]), abs=1e-10)


def test_rows_of_one_ratio_show_no_spread() -> None:
    assert np.isnan(ratio.t_ratio(3, 6, 12, 14, 28, 56, 4.3)).all()
    assert np.isnan(ratio.t_ratio(1, 6, 12, 36, 72, 144, 4.3)).all()
    assert np.isnan(ratio.t_ratio(2, 6, 0, 36, 0, 0, 4.3)).all()
