"""MOVER against published and R values and by exact coverage; z* and p-values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmarks.coverage.designs import NPS, PAIRS, SHARE_PAIRS
from cxlab.interval import mean
from cxlab.interval.difference import critical, mover, p_value, welch_df
from cxlab.interval.rate import jeffreys
from cxlab.interval.score import limits
from cxlab.interval.times import hutson, order

Z95 = float(stats.norm.ppf(0.975))


def wilson(k, n, z):
    """The formula as printed by Wilson 1927, apart from the package."""
    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    p, whole = k / n, 1 + z**2 / n
    reach = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return (p + z**2 / (2 * n) - reach) / whole, (p + z**2 / (2 * n) + reach) / whole


def test_newcombe_of_r(shared: Callable[[str], Path]) -> None:
    cases = json.loads(shared("reference/cases/proportions.json").read_text())["cases"]
    done = 0
    for case in cases:
        if not case["id"].startswith("newcombe_"):
            continue
        x1, n1, x2, n2, conf = (case["inputs"][k] for k in ("x1", "n1", "x2", "n2", "conf"))
        z = stats.norm.ppf(0.5 + conf / 2)
        gap, low, high = mover(x1 / n1, *wilson(x1, n1, z), x2 / n2, *wilson(x2, n2, z))
        expected = case["output"]["DescTools_score"]
        assert (gap, low, high) == pytest.approx((expected["est"], expected["lo"], expected["hi"]), abs=1e-8)
        done += 1
    assert done >= 13


def test_golden_of_the_definitions() -> None:
    gap, low, high = mover(0.8, *wilson(80, 100, Z95), 0.5, *wilson(45, 90, Z95))
    assert [round(float(v), 3) for v in (gap, low, high)] == [0.3, 0.165, 0.421]


@pytest.mark.parametrize(
    ("n1", "n2", "published"), [(10, 10, 0.944), (20, 20, 0.944), (50, 50, 0.943), (20, 100, 0.946), (100, 100, 0.944)]
)
def test_exact_coverage_for_shares(n1: int, n2: int, published: float) -> None:
    k1, k2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    _, low, high = mover(k1 / n1, *wilson(k1, n1, Z95), k2 / n2, *wilson(k2, n2, Z95))
    coverage = []
    for p1, p2 in SHARE_PAIRS:
        weight = np.outer(stats.binom.pmf(np.arange(n1 + 1), n1, p1), stats.binom.pmf(np.arange(n2 + 1), n2, p2))
        covered = (low <= p1 - p2 + 1e-9) & (high >= p1 - p2 - 1e-9)
        coverage.append(float(weight[covered].sum()))
    assert min(coverage) == pytest.approx(published, abs=0.002)


@pytest.mark.parametrize(("n", "published"), [(10, 0.953), (20, 0.949)])
def test_exact_coverage_for_nps(n: int, published: float) -> None:
    """All pairs of tables of size n under the ten pairs of shapes; published from 4,000 samples a cell."""
    tables = np.array([(a, b, n - a - b) for a in range(n + 1) for b in range(n + 1 - a)], dtype=float)
    points = tables @ [-1.0, 0, 1] / n
    low, high = limits(tables, (-1.0, 0.0, 1.0), Z95)
    _, below, above = mover(points[:, None], low[:, None], high[:, None], points, low, high)
    coverage = []
    for one, two in PAIRS:
        p, q = (stats.multinomial.pmf(tables, n, shape) for shape in (one, two))
        truth = (one - two) @ NPS
        coverage.append(float(np.outer(p, q)[(below <= truth + 1e-9) & (above >= truth - 1e-9)].sum()))
    assert min(coverage) == pytest.approx(published, abs=3 * 0.0035)


def test_z_star_is_where_the_interval_touches_zero() -> None:
    random = np.random.default_rng(3)
    n = random.integers(3, 400, 30).astype(float)
    k = random.binomial(n.astype(int), random.uniform(0.05, 0.95, 30)).astype(float)
    calls = []

    def limits_at(z, rows):
        calls.append(len(rows))
        return wilson(k[rows], n[rows], z)

    first, second = np.triu_indices(30, k=1)
    z = critical(limits_at, k / n, first, second, 3.0)
    a, b = wilson(k[first], n[first], z), wilson(k[second], n[second], z)
    _gap, low, high = mover(k[first] / n[first], *a, k[second] / n[second], *b)
    assert np.max(np.minimum(np.abs(low), np.abs(high))) < 1e-8
    assert len(calls) < 30, "one call per step for all contrasts, not one per contrast"
    _, low, high = mover(k[first] / n[first], *wilson(k[first], n[first], 3.0),
                         k[second] / n[second], *wilson(k[second], n[second], 3.0))  # fmt: skip
    assert np.array_equal((low > 0) | (high < 0), z > 3.0)


def test_z_star_of_normal_limits_is_the_z_test() -> None:
    t, se = np.array([0.0, 1.0, -2.5]), np.array([0.3, 0.4, 1.2])
    z = critical(lambda q, rows: (t[rows] - q * se[rows], t[rows] + q * se[rows]), t, [0, 1, 2], [1, 2, 0])
    assert z == pytest.approx([1 / 0.5, 3.5 / np.hypot(0.4, 1.2), 2.5 / np.hypot(0.3, 1.2)], rel=1e-8)
    assert p_value(z) == pytest.approx(2 * stats.norm.sf(z))
    assert p_value(z, 7) == pytest.approx(2 * stats.t.sf(z, 7))


def test_an_interval_that_ends_at_zero_leaves_zero_in() -> None:
    t, se = np.array([2.0, 0.0]), np.array([0.6, 0.8])
    z = critical(lambda q, rows: (t[rows] - q * se[rows], t[rows] + q * se[rows]), t, [0], [1], 2.0)
    assert z[0] < 2.0
    assert z == pytest.approx([2.0])


def test_edges_of_z_star() -> None:
    t = np.array([0.2, 0.2, 0.9, np.nan])
    z = critical(lambda q, rows: (t[rows], t[rows]), t, [0, 0, 0], [1, 2, 3])
    assert z[0] == 0
    assert z[1] == np.inf
    assert np.isnan(z[2])
    assert p_value(z[:2]).tolist() == [1.0, 0.0]


def test_z_star_when_a_limit_jumps() -> None:
    """The end rule makes a limit jump to the end of the scale; z* is then the place of the jump."""
    t = np.array([0.8, 0.1])

    def limits_at(z, rows):
        low = np.where(z < 2.65, t[rows] - 0.01 * z, 0.0)
        return low, t[rows] + 0.01 * z

    assert critical(limits_at, t, [0], [1], 1.96) == pytest.approx([2.65], abs=1e-6)
    assert critical(limits_at, t, [0], [1], 3.3) == pytest.approx([2.65], abs=1e-6)


def test_z_star_of_millions_of_answers() -> None:
    counts = np.array([[0.0, 0, 1e6], [4e5, 3e5, 3e5], [399_000, 3e5, 301_000]])
    points = counts @ [-1.0, 0, 1] / 1e6
    z = critical(lambda q, rows: limits(counts[rows], (-1.0, 0.0, 1.0), q), points, [0, 1], [1, 2], 2.3)
    assert z[0] > 100
    assert z[1] == pytest.approx(0.002 / np.sqrt(2 * 0.69 / 1e6), rel=0.01)


def test_nothing_to_search() -> None:
    never = critical(lambda q, rows: 1 / 0, [0.1, 0.1, np.nan], [0, 0], [1, 2])
    assert never[0] == 0
    assert np.isnan(never[1])
    assert len(critical(lambda q, rows: 1 / 0, [0.1], [], [])) == 0


def test_welch_df_is_that_of_the_welch_test() -> None:
    a, b = [3.0, 4.0, 7.0, 8.0, 1.0], [2.0, 9.0, 9.5]
    expected = stats.ttest_ind(a, b, equal_var=False).df
    assert welch_df(stats.sem(a), 4, stats.sem(b), 2) == pytest.approx(expected)
    assert welch_df(0.0, 5, 0.0, 3) == 3
    assert welch_df(1.0, np.inf, 2.0, np.inf) == np.inf
    assert welch_df(1.0, 4, 0.0, np.inf) == pytest.approx(4)


def test_estimates_that_differ_by_rounding_alone_touch_zero_at_once() -> None:
    counts = np.array([[1.0, 1.0, 18.0], [1.0, 1.0, 18.0]])
    points = np.array([-1.0, 0.0, 1.0])
    for steps in (1, 2, 3, 4):
        estimates = counts @ points / 20
        estimates[0] += steps * np.spacing(estimates[0])
        z = critical(lambda z, rows: limits(counts[rows], points, z), estimates, [0], [1], 2.9)
        assert 0 <= z[0] < 1e-6


@pytest.mark.parametrize("method", [order, hutson])
def test_a_limit_that_becomes_unbounded_reaches_zero_there(method: Callable[..., tuple[float, float]]) -> None:
    """Medians of eight values each, all apart: the least level without a limit is 1 - 2 / 2^8."""
    tables = [np.arange(1.0, 9), np.arange(101.0, 109)]

    def at(z: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pairs = [method(tables[i], np.ones(8), 0.5, float(one)) for i, one in zip(rows, z, strict=True)]
        low, high = np.array(pairs).T
        return low, high

    z = critical(at, [4.0, 104.0], [0, 1], [1, 0])
    assert p_value(z) == pytest.approx(2 / 2**8, rel=1e-6)


def test_counts_far_apart_end_in_no_warning() -> None:
    """Without events the exact limit is infinite where the normal tail is 0."""

    def at(z: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return jeffreys(np.array([0.0, 50_000.0])[rows], 1.0, z)

    z = critical(at, [0.0, 50_000.0], [1], [0])
    assert 30 < z[0] < 40
    assert p_value(z)[0] < 1e-200


def test_zero_that_is_touched_over_a_stretch_counts_from_its_start() -> None:
    """Wald limits of shares: all of 9 against 5 of 9, whose upper limit is cut at 1 from z = 4/9 over its error on."""
    z = critical(lambda z, rows: mean.wald(np.array([[0.0, 9], [4, 5]])[rows], (0, 1), z), [1, 5 / 9], [0], [1], 4.0)
    assert z == pytest.approx([(4 / 9) / np.sqrt(4 * 5 / 9**3)], rel=1e-9)
