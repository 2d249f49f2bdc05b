"""Empirical Bayes: by the formula, against statsmodels, and by the coverage design."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from cxlab.errors import DefinitionError
from cxlab.interval.shrink import error_variance, morris, paule_mandel

NPS = np.array([-1.0, 0.0, 1.0])


def test_spread_of_statsmodels() -> None:
    random = np.random.default_rng(1)
    y, v = random.normal(0, 2, 12), random.uniform(0.2, 2, 12)
    expected = combine_effects(y, v, method_re="iterated").tau2
    assert paule_mandel(y, v) == pytest.approx(expected, rel=1e-6)
    assert paule_mandel(y / 100, v) == 0.0


def test_equal_errors_by_the_formula() -> None:
    y, v, k = np.array([1.0, 3, 4, 8, 9]), np.full(5, 0.5), 5
    spread = y.var(ddof=1) - 0.5
    assert paule_mandel(y, v) == pytest.approx(spread)
    less = (k - 3) / (k - 1) * 0.5 / (0.5 + spread)
    error = np.sqrt(0.5 * (1 - (k - 1) / k * less) + 2 / (k - 3) * less**2 * (y - 5) ** 2)
    estimate, low, high = morris(y, v, 1.96)
    assert estimate == pytest.approx(5 + (1 - less) * (y - 5))
    assert (high - low) / 2 == pytest.approx(1.96 * error)


def test_unknown_segments_do_not_count() -> None:
    y, v = np.array([0.1, np.nan, 0.3, 0.2, 0.9]), np.array([0.01, 0.01, 0.02, 0.01, 0.03])
    kept = [0, 2, 3, 4]
    for own, part in zip(morris(y, v, 1.96), morris(y[kept], v[kept], 1.96), strict=True):
        assert own[kept] == pytest.approx(part)
        assert np.isnan(own[1])


def test_three_segments_are_refused() -> None:
    with pytest.raises(DefinitionError, match="3 segments"):
        morris([0.1, np.nan, 0.3, 0.2], [0.01, 0.01, 0.02, 0.01], 1.96)


def test_error_of_answers_all_alike() -> None:
    variance = error_variance([[0, 0, 10], [0, 0, 0], [2, 3, 5]], NPS)
    share = np.array([0.75, 1.5, 10.75]) / 13
    assert variance[0] == pytest.approx((share @ NPS**2 - (share @ NPS) ** 2) / 10)
    assert np.isnan(variance[1])


@pytest.mark.parametrize(("tau", "coverage", "rmse"), [(0.05, 0.966, 0.062), (0.15, 0.947, 0.107), (0.3, 0.948, 0.127)])
def test_coverage(tau: float, coverage: float, rmse: float) -> None:
    """25 segments with n on 5..79, 500 runs, as published; one run's segments share a mean, so 3 s.e. are about .01."""
    random, runs = np.random.default_rng(5), 500
    hits, squares = 0, 0.0
    for _ in range(runs):
        n = random.integers(5, 80, 25)
        truth = np.clip(0.3 + tau * random.standard_normal(25), -0.95, 0.95)
        passive = np.minimum(0.25, 1 - np.abs(truth))
        shapes = np.column_stack([(1 - passive - truth) / 2, passive, (1 - passive + truth) / 2])
        counts = np.array([random.multinomial(m, p) for m, p in zip(n, shapes, strict=True)])
        estimate, low, high = morris(counts @ NPS / n, error_variance(counts, NPS), 1.959964)
        hits += int(((low <= truth) & (truth <= high)).sum())
        squares += float(((estimate - truth) ** 2).mean())
    assert hits / runs / 25 == pytest.approx(coverage, abs=0.01)
    assert np.sqrt(squares / runs) == pytest.approx(rmse, abs=0.006)
