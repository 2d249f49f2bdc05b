"""Control charts by their formulas and by their rate of false alarms."""

from __future__ import annotations

import numpy as np
import pytest

from cxlab.interval.chart import laney, side, xmr


def test_xmr_by_hand() -> None:
    x = np.array([5.0, 7, 4, 4, 9, 30])
    chart = xmr(x)
    assert chart.centre == pytest.approx(59 / 6)
    assert chart.high == pytest.approx(59 / 6 + 2.658681 * (2 + 3 + 0 + 5 + 21) / 5, abs=1e-5)
    assert chart.outside.tolist() == [False] * 5 + [True]
    assert xmr([1.0, 2, 1, 2, 1, 2, 1, 9, 2, 1, 2, 1, 2]).outside.nonzero()[0].tolist() == [7]


def test_p_prime_by_hand() -> None:
    k, n = np.array([10.0, 14, 7, 30]), np.array([100.0, 120, 90, 200])
    centre = 61 / 510
    error = np.sqrt(centre * (1 - centre) / n)
    sigma = np.abs(np.diff((k / n - centre) / error)).mean() / 1.1283791671
    chart = laney(k, n)
    assert (chart.centre, chart.sigma) == pytest.approx((centre, sigma), rel=1e-6)
    assert chart.high == pytest.approx(centre + 3 * error * sigma, rel=1e-6)
    assert chart.low == pytest.approx(np.maximum(centre - 3 * error * sigma, 0), rel=1e-6)


def test_p_prime_and_xmr_are_equal_when_n_is_constant() -> None:
    k = np.array([100.0, 140, 120, 130, 90])
    a, b = laney(k, np.full(5, 1000.0)), xmr(k / 1000)
    assert a.low == pytest.approx(b.low)
    assert a.high == pytest.approx(b.high)


def test_periods_without_rows_are_passed_over() -> None:
    gap, full = laney([10, 0, 14, 7], [100, 0, 120, 90]), laney([10, 14, 7], [100, 120, 90])
    assert gap.high[[0, 2, 3]] == pytest.approx(full.high)
    assert np.isnan(gap.high[1])
    assert not gap.outside[1]
    assert xmr([1.0, np.nan, 4, 2]).sigma == xmr([1.0, 4, 2]).sigma


def test_too_short_or_without_noise() -> None:
    for chart in (xmr([3.0]), xmr([]), laney([3], [10]), laney([], []), laney([0, 0], [5, 5]), laney([0, 0], [0, 0])):
        assert np.isnan(chart.high).all()
        assert not chart.outside.any()


def test_equal_values_never_stand_out_by_rounding() -> None:
    """The mean of equal values can differ from them in its last digit, and so could every limit."""
    for parts in range(3, 40):
        for months in range(2, 12):
            assert not xmr(np.full(months, 200 / parts)).outside.any()
            assert not laney(2.0 * np.arange(1, months + 1), parts * np.arange(1.0, months + 1)).outside.any()
    assert xmr([0.1, 0.1, 0.1, 0.1, 0.2], base=[True] * 4 + [False]).outside.tolist() == [False] * 4 + [True]
    assert side(np.array([0.1, 0.2, 0.3, np.nan]), np.full(4, 0.2))[:3].tolist() == [-1.0, 0.0, 1.0]


@pytest.mark.parametrize(("n", "sd", "published"), [(200, 0.0, 0.003), (5000, 0.01, 0.002), (200, 0.02, 0.003)])
def test_false_alarms(n: int, sd: float, published: float) -> None:
    random, runs = np.random.default_rng(7), 800
    p = np.clip(0.1 + sd * random.standard_normal((runs, 24)), 0.001, 0.999)
    counts = random.binomial(n, p)
    share = np.mean([laney(row, np.full(24, n)).outside.mean() for row in counts])
    assert share == pytest.approx(published, abs=0.0015)
