"""Coverage of the one-sample intervals: exact by enumeration for the NPS and shares, simulated for scale means.

The figures are those the choice of the methods rests on. Exact ones must agree to .002; simulated ones to three
standard errors of their difference. A limit equal to the truth within 1e-9 covers it; an interval that does not exist
covers nothing.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.special import stdtrit

from benchmarks.coverage.designs import (
    EVEN,
    NPS,
    SHAPES,
    SHARES,
    Z,
    likely,
    probabilities,
    random_shapes,
    scale_shapes,
    trinomial,
)
from cxlab.interval.methods import method

SIZES = (5, 10, 20, 30, 50, 100)


@cache
def bounds(name, n):
    """Limits of every trinomial table by one method."""
    return method("nps", name)(trinomial(n), NPS, stdtrit(n - 1, 0.975) if name == "t" else Z)


def misses(limits, truth):
    """Shares of the tables that miss low and high, as 0/1 per table and truth; a missing interval misses both ways."""
    low, high = limits
    none = np.isnan(low)[:, None]
    above = (low[:, None] > truth + 1e-9) | none
    return above, (high[:, None] < truth - 1e-9) & ~none


def nps_coverage(name, n, laws):
    above, below = misses(bounds(name, n), laws @ NPS)
    chance = probabilities(trinomial(n), laws)
    return 1 - ((above | below) * chance).sum(axis=0)


@pytest.mark.parametrize(
    ("name", "minima"),
    [
        ("score", (0.932, 0.947, 0.950, 0.947, 0.948, 0.950)),
        ("adjusted_wald", (0.919, 0.914, 0.943, 0.936, 0.948, 0.949)),
        ("tango", (0.937, 0.904, 0.947, 0.947, 0.948, 0.950)),
        ("wald", (0.049, 0.096, 0.182, 0.260, 0.395, 0.633)),
        ("t", (0.049, 0.096, 0.182, 0.260, 0.395, 0.634)),
    ],
)
def test_nps_worst_of_nine_shapes(name, minima):
    found = [nps_coverage(name, n, SHAPES).min() for n in SIZES]
    np.testing.assert_allclose(found, minima, rtol=0, atol=0.002)


@pytest.mark.slow
@pytest.mark.parametrize("n", [300, 1000])
@pytest.mark.parametrize(
    ("name", "minima"),
    [("score", (0.945, 0.950)), ("adjusted_wald", (0.949, 0.950)), ("tango", (0.948, 0.950)), ("wald", (0.830, 0.924))],
)
def test_nps_worst_of_nine_shapes_of_many_answers(name, minima, n):
    """Tables whose probability is below 1e-8 under every shape are left out."""
    tables, chance = likely(n)
    above, below = misses(method("nps", name)(tables, NPS, Z), SHAPES @ NPS)
    covered = (~(above | below) * chance).sum(axis=0)
    assert covered.min() == pytest.approx(minima[n == 1000], abs=0.002)


@pytest.mark.parametrize(
    ("name", "coverage", "width"),
    [
        ("score", (0.970, 0.977, 0.966, 0.960, 0.956), (1.061, 0.751, 0.521, 0.322, 0.225)),
        ("adjusted_wald", (0.951, 0.957, 0.963, 0.960, 0.958), (0.936, 0.707, 0.511, 0.322, 0.226)),
        ("tango", (0.960, 0.955, 0.957, 0.955, 0.953), (1.019, 0.750, 0.529, 0.327, 0.227)),
    ],
)
def test_nps_mean_coverage_and_width(name, coverage, width):
    sizes = (5, 10, 20, 50, 100)
    found = [nps_coverage(name, n, SHAPES).mean() for n in sizes]
    np.testing.assert_allclose(found, coverage, rtol=0, atol=0.002)
    wide = [(np.subtract(*bounds(name, n)[::-1]) @ probabilities(trinomial(n), SHAPES)).mean() for n in sizes]
    np.testing.assert_allclose(wide, width, rtol=0, atol=0.002)


def test_nps_tail_imbalance():
    for name, imbalance in (
        ("score", (0.029, 0.028, 0.017, 0.010, 0.006)),
        ("tango", (0.035, 0.038, 0.025, 0.016, 0.015)),
    ):
        for n, expected in zip((5, 10, 20, 50, 100), imbalance, strict=True):
            chance = probabilities(trinomial(n), SHAPES)
            tails = [(side * chance).sum(axis=0) for side in misses(bounds(name, n), SHAPES @ NPS)]
            assert sum(np.abs(tail - 0.025) for tail in tails).mean() == pytest.approx(expected, abs=0.002)


def test_nps_worst_of_random_shapes():
    laws = random_shapes()
    found = {n: nps_coverage("score", n, laws).min() for n in SIZES}
    assert found[5] >= 0.915
    assert found[10] >= 0.92
    assert found[20] >= 0.92
    assert found[50] >= 0.935
    assert found[100] >= 0.935


def share_coverage(name, n, truth):
    tables = np.stack([np.arange(n, -1, -1), np.arange(n + 1)], axis=1)
    low, high = method("share", name)(tables, [0, 1], Z)
    above, below = misses((low, high), truth)
    chance = probabilities(tables, np.stack([1 - truth, truth], axis=1))
    return 1 - ((above | below) * chance).sum(axis=0), (high - low) @ chance


@pytest.mark.parametrize(
    ("name", "minima"),
    [
        ("score", (0.921, 0.924, 0.901, 0.926, 0.926, 0.921, 0.918, 0.928)),
        ("wilson", (0.859, 0.904, 0.905, 0.860, 0.905, 0.910, 0.935, 0.946)),
        ("jeffreys", (0.900, 0.869, 0.896, 0.889, 0.885, 0.921, 0.918, 0.928)),
        ("clopper_pearson", (0.975, 0.962, 0.959, 0.954, 0.953, 0.954, 0.952, 0.951)),
        ("wald", (0.010, 0.020, 0.039, 0.058, 0.095, 0.181, 0.451, 0.864)),
    ],
)
def test_share_worst(name, minima):
    found = [share_coverage(name, n, SHARES)[0].min() for n in (5, 10, 20, 30, 50, 100, 300, 1000)]
    np.testing.assert_allclose(found, minima, rtol=0, atol=0.002)


@pytest.mark.parametrize(
    ("name", "coverage", "width"),
    [
        ("score", (0.965, 0.955, 0.950), (0.450, 0.274, 0.154)),
        ("wilson", (0.955, 0.952, 0.949), (0.437, 0.272, 0.153)),
        ("clopper_pearson", (0.983, 0.974, 0.965), (0.510, 0.301, 0.163)),
    ],
)
def test_share_mean_and_width(name, coverage, width):
    for n, covered, wide in zip((10, 30, 100), coverage, width, strict=True):
        found, widths = share_coverage(name, n, EVEN)
        assert found.mean() == pytest.approx(covered, abs=0.002)
        assert widths.mean() == pytest.approx(wide, abs=0.002)


@pytest.mark.parametrize(
    ("size", "minima"),
    [
        (3, (0.938, 0.958, 0.953, 0.944, 0.945, 0.945)),
        (5, (0.931, 0.951, 0.947, 0.949, 0.948, 0.946)),
        (7, (0.935, 0.952, 0.946, 0.947, 0.947, 0.950)),
        (10, (0.934, 0.955, 0.948, 0.945, 0.948, 0.948)),
    ],
)
def test_scale_mean_worst_of_seven_shapes(size, minima):
    """10,000 samples a cell: three standard errors of the difference of two such runs are .009."""
    rng = np.random.default_rng(size)
    points = np.arange(1, size + 1)
    for n, expected in zip((5, 10, 20, 50, 100, 300), minima, strict=True):
        covered = []
        for law in scale_shapes(size):
            low, high = method("mean")(rng.multinomial(n, law, 10_000), points, Z)
            above, below = misses((low, high), np.array([law @ points]))
            covered.append(1 - (above | below).mean())
        assert min(covered) == pytest.approx(expected, abs=0.009)
