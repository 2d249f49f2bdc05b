"""Poisson limits against R and by exact coverage; log t and quasi-Poisson by simulation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from cxlab.interval import rate

Z95 = float(stats.norm.ppf(0.975))
MEANS = (0.5, 1, 2, 5, 10, 30, 100)


def test_rates_of_r(shared: Callable[[str], Path]) -> None:
    cases = json.loads(shared("reference/cases/rates_quantiles.json").read_text())["cases"]
    done = 0
    for case in cases:
        if not case["id"].startswith("pois_"):
            continue
        k, exposure, conf = (case["inputs"][key] for key in ("events", "exposure", "conf"))
        z = stats.norm.ppf(0.5 + conf / 2)
        answers = {"exact": case["output"]["ci"]} if "ci" in case["output"] else case["output"]
        for name, own in (("exact", rate.clopper_pearson), ("score", rate.score), ("wald", rate.wald)):
            if name in answers:
                expected = answers[name]["lo"], answers[name]["hi"]
                assert own(k, exposure, z) == pytest.approx((max(expected[0], 0.0), expected[1]), abs=1e-9), case["id"]
                done += 1
    assert done >= 37


def test_golden_turnover() -> None:
    low, high = rate.clopper_pearson(12, 105, Z95)
    assert (round(100 * low, 2), round(100 * high, 2)) == (5.91, 19.96)


def test_no_events_have_the_exact_upper_limit() -> None:
    for own in (rate.clopper_pearson, rate.jeffreys):
        low, high = own([0, 0], [120, 1], Z95)
        assert low.tolist() == [0, 0]
        assert high == pytest.approx([3.68888 / 120, 3.68888], abs=1e-5)
    assert rate.log_t(50, 0, 0, 2.01, Z95)[1] == pytest.approx(3.68888 / 50, abs=1e-5)
    assert rate.quasi(50, 0, 0, Z95)[1] == pytest.approx(3.68888 / 50, abs=1e-5)


def test_no_exposure_has_no_limits() -> None:
    for own in (rate.clopper_pearson, rate.jeffreys, rate.score, rate.wald):
        assert np.isnan(own(0, 0, Z95)).all()
    assert np.isnan(rate.log_t(0, 0, 0, np.nan, Z95)).all()
    assert np.isnan(rate.quasi(0, 0, 0, Z95)).all()


@pytest.mark.parametrize(
    ("own", "published"),
    [
        (rate.clopper_pearson, (0.986, 0.981, 0.983, 0.980, 0.975, 0.956, 0.955)),
        (rate.jeffreys, (0.986, 0.981, 0.983, 0.928, 0.944, 0.956, 0.955)),
        (rate.score, (0.910, 0.920, 0.947, 0.961, 0.963, 0.946, 0.949)),
        (rate.wald, (0.393, 0.632, 0.864, 0.870, 0.926, 0.931, 0.945)),
    ],
)
def test_exact_coverage(own: Callable, published: tuple[float, ...]) -> None:
    k = np.arange(400)
    low, high = own(k, 1.0, Z95)
    for mean, expected in zip(MEANS, published, strict=True):
        covered = (low <= mean + 1e-9) & (high >= mean - 1e-9)
        assert stats.poisson.pmf(k, mean)[covered].sum() == pytest.approx(expected, abs=0.002), mean


@pytest.mark.parametrize("n", [30, 300])
@pytest.mark.parametrize(
    ("mean", "shape", "log_t", "quasi"),
    [
        (0.3, 0.5, {30: 0.958, 300: 0.952}, {30: 0.938, 300: 0.949}),
        (2, 0.5, {30: 0.934, 300: 0.952}, {30: 0.914, 300: 0.952}),
        (2, 2, {30: 0.945, 300: 0.952}, {30: 0.933, 300: 0.952}),
    ],
)
def test_coverage_of_contacts(n: int, mean: float, shape: float, log_t: dict, quasi: dict) -> None:
    runs = 4000
    x = np.random.default_rng(n).negative_binomial(shape, shape / (shape + mean), (runs, n)).astype(float)
    sx, sx2 = x.sum(axis=1), (x**2).sum(axis=1)
    for both, expected in (
        (rate.log_t(n, sx, sx2, stats.t.ppf(0.975, n - 1), Z95), log_t[n]),
        (rate.quasi(n, sx, sx2, Z95), quasi[n]),
    ):
        covered = np.mean((both[0] <= mean) & (mean <= both[1]))
        assert covered == pytest.approx(expected, abs=3 * np.sqrt(2 * expected * (1 - expected) / runs))


def test_log_t_by_hand_and_with_exposures() -> None:
    x, t = np.array([0.0, 1, 1, 4, 0, 2]), 2.5706
    rel = t * stats.sem(x) / x.mean()
    plain = rate.log_t(6, x.sum(), (x**2).sum(), t, Z95)
    assert plain == pytest.approx((x.mean() * np.exp(-rel), x.mean() * np.exp(rel)))
    assert rate.log_t(6, x.sum(), (x**2).sum(), t, Z95, exposure=12) == pytest.approx((plain[0] / 2, plain[1] / 2))
    same = rate.log_t(6, x.sum(), (x**2).sum(), t, Z95, exposure=12, sxe=2 * x.sum(), se2=24)
    assert same == pytest.approx((plain[0] / 2, plain[1] / 2)), "an exposure that is alike for all changes nothing"
    e = np.array([1.0, 2, 1, 5, 1, 3])
    ratio = x.sum() / e.sum()
    error = np.sqrt(6 / 5 * ((x - ratio * e) ** 2).sum()) / e.sum()
    own = rate.log_t(6, x.sum(), (x**2).sum(), t, Z95, exposure=e.sum(), sxe=(x * e).sum(), se2=(e**2).sum())
    assert own == pytest.approx((ratio * np.exp(-t * error / ratio), ratio * np.exp(t * error / ratio)))


def test_customers_alike_or_single_have_width() -> None:
    for n, sx, sx2 in ((1, 4, 16), (5, 10, 20)):
        assert rate.log_t(n, sx, sx2, 2.8, Z95) == pytest.approx(rate.jeffreys(sx, n, Z95))
        assert rate.quasi(n, sx, sx2, Z95) == pytest.approx(rate.jeffreys(sx, n, Z95))


def test_rows_are_independent_of_each_other() -> None:
    n, sx, sx2 = np.array([0.0, 1, 6, 8]), np.array([0.0, 4, 0, 8]), np.array([0.0, 16, 0, 22])
    for own, extra in ((rate.log_t, (2.0, 1.9)), (rate.quasi, (2.0,))):
        both = np.array(own(n, sx, sx2, *extra))
        one = np.array([own(*row, *extra) for row in zip(n, sx, sx2, strict=True)]).T
        assert both == pytest.approx(one, nan_ok=True)
