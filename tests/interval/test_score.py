"""The engine against figures known beforehand, a brute-force search of its definition, and its symmetries."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlab.errors import DefinitionError
from cxlab.interval.score import BLOCK, limits

Z = 1.959963984540054
FIVE = [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("counts", "points", "z", "low", "high"),
    [
        ([0, 0, 1, 0, 0], FIVE, 1.96, 1.154, 4.846),
        ([0, 0, 0, 0, 1], FIVE, 1.96, 1.308, 5),
        ([1, 0, 0, 0, 0], FIVE, 1.96, 1, 4.692),
        ([0, 0, 1, 0, 0], FIVE, 3.1, 1, 5),  # the end rule bites
        ([0, 0, 10], [-1, 0, 1], 1.96, 0.5197, 1),
    ],
)
def test_goldens(counts, points, z, low, high):
    found = limits(counts, points, z)
    assert np.ravel(found) == pytest.approx([low, high], abs=5e-4)


def test_all_answers_at_one_end_reach_exactly_that_end_and_have_width():
    for n in (1, 2, 10, 12, 100_000):
        low, high = limits([0, 0, n], [-1, 0, 1], Z)
        assert high[0] == 1.0
        assert low[0] < 1.0


def test_no_answers_give_nan_and_leave_the_other_segments_alone():
    low, high = limits([[0, 0, 0], [15, 25, 60], [0, 0, 0]], [-1, 0, 1], [np.nan, Z, np.nan])
    alone = limits([15, 25, 60], [-1, 0, 1], Z)
    assert np.isnan(low[[0, 2]]).all()
    assert np.isnan(high[[0, 2]]).all()
    assert (low[1], high[1]) == (alone[0][0], alone[1][0])
    assert [part.size for part in limits(np.empty((0, 3)), [-1, 0, 1], Z)] == [0, 0]


def test_end_rule_gives_exactly_the_end():
    """One success in n: n xbar^2 / q2 is 1, so the end is accepted exactly when (z^2 - 1)/6 >= 1."""
    below, above = np.sqrt(7) - 1e-6, np.sqrt(7) + 1e-6
    for n in (1, 10, 1000):
        assert limits([n - 1, 1], [0, 1], below)[0][0] > 0
        assert limits([n - 1, 1], [0, 1], above)[0][0] == 0


def test_no_correction_below_z_of_one():
    table = [3, 4, 0, 9]
    assert limits(table, [1, 2, 3, 4], 0.8) == limits(table, [1, 2, 3, 4], 0.8, skew=False)
    assert limits(table, [1, 2, 3, 4], 1.5) != limits(table, [1, 2, 3, 4], 1.5, skew=False)
    low, high = limits(table, [1, 2, 3, 4], 0.0)
    assert low[0] == pytest.approx(47 / 16)
    assert high[0] == pytest.approx(47 / 16)


def test_three_points_without_correction_are_tango(shared):
    """ratesci to its 12 digits; PropCIs and NPS 2.0 stop their search at about 1e-6."""
    checked = 0
    for file in ("nps_v1", "nps_dev"):
        for case in json.loads(shared(f"reference/cases/{file}.json").read_text())["cases"]:
            if case["id"].startswith(("nps_paired_tango", "npsdev_iter")):
                expected, exact = case["output"], "ratesci" in case["id"]
                if exact:
                    expected = {"lo": expected["estimates"][0]["lower"], "hi": expected["estimates"][0]["upper"]}
                counts = [case["inputs"][name] for name in ("detractors", "passives", "promoters")]
                low, high = limits(counts, [-1, 0, 1], Z, skew=False)
                found, wanted = (low[0], high[0]), (expected["lo"], expected["hi"])
                assert found == pytest.approx(wanted, abs=1e-10 if exact else 2e-6), case["id"]
                checked += 1
    assert checked >= 15


def test_two_points_without_correction_are_wilson():
    k = np.array([0, 1, 5, 9.5, 10, 400])
    n = np.array([10, 10, 10, 10, 10, 1e6])
    low, high = limits(np.stack([n - k, k], axis=1), [0, 1], Z, skew=False)
    centre = (k + Z * Z / 2) / (n + Z * Z)
    reach = Z * np.sqrt(k * (n - k) / n + Z * Z / 4) / (n + Z * Z)
    np.testing.assert_allclose(low, np.where(k == 0, 0, centre - reach), rtol=0, atol=1e-12)
    np.testing.assert_allclose(high, np.where(k == n, 1, centre + reach), rtol=0, atol=1e-12)


def test_segments_do_not_influence_one_another():
    """Rows solved together, over more than one block, are to rounding the rows solved alone."""
    rng = np.random.default_rng(4)
    counts = rng.multinomial(rng.integers(1, 60, BLOCK + 50), rng.dirichlet(np.full(5, 0.4), BLOCK + 50))
    z = rng.choice([1.5, Z, 3.1, 12.7], len(counts))
    low, high = limits(counts, FIVE, z)
    for row in [*range(0, len(counts), 97), BLOCK - 1, BLOCK]:
        alone = limits(counts[row], FIVE, z[row])
        assert (low[row], high[row]) == pytest.approx((alone[0][0], alone[1][0]), abs=1e-13)


def distance(shares, y, n, z, mu):
    """S - (z + b) by the definition: a bisection for lam in every column. Positive rejects. All (K, M) or (M,)."""
    d = y[:, None] - mu
    xbar = (shares * y[:, None]).sum(axis=0)
    seen = shares > 0
    lam_low, lam_high = np.zeros_like(mu), 1.0 / (mu - y[0])
    end = lam_high.copy()

    def excess(lam):
        with np.errstate(divide="ignore"):  # at the end of the range a seen extreme point weighs infinitely
            return (shares * d / np.where(seen, 1 + lam * d, 1.0)).sum(axis=0)

    bounded = (shares[0] == 0) & (excess(end) >= 0)
    for _ in range(80):
        middle = (lam_low + lam_high) / 2
        up = excess(np.where(bounded, end, middle)) > 0
        lam_low, lam_high = np.where(up, middle, lam_low), np.where(up, lam_high, middle)
    lam = np.where(bounded, end, (lam_low + lam_high) / 2)
    law = shares / np.where(seen, 1 + lam * d, 1.0)
    law[0] += np.where(bounded, np.maximum(1 - law.sum(axis=0), 0), 0)
    variance = (law * d**2).sum(axis=0)
    skewness = (law * d**3).sum(axis=0) / variance**1.5
    b = skewness * (z * z - 1) / (6 * np.sqrt(n)) if z >= 1 else 0.0
    return (xbar - mu) / np.sqrt(variance / n) - (z + b)


def brute_lower(tables, y, z):
    """Outermost accepted mean below the estimate on 0..1, by a grid from the end inwards and then ever finer grids."""
    n = tables.sum(axis=1)
    mean, square = tables @ y / n, tables @ (y * y) / n
    found = np.zeros_like(mean)
    rest = np.flatnonzero(n * mean**2 > (max(z * z - 1, 0) / 6) * square)
    n, shares = n[rest], tables[rest] / n[rest, None]
    outer, inner = np.zeros(rest.size), mean[rest]
    fractions = np.concatenate([np.geomspace(1e-7, 0.5, 50), 1 - np.geomspace(0.48, 1e-9, 60)])
    for _ in range(9):
        grid = outer[:, None] + (inner - outer)[:, None] * fractions
        columns = shares.repeat(fractions.size, axis=0).T, y, n.repeat(fractions.size), z, grid.ravel()
        accepted = (distance(*columns) <= 0).reshape(grid.shape)
        accepted[:, -1] = True
        first = accepted.argmax(axis=1)
        outer = np.where(first > 0, np.take_along_axis(grid, np.maximum(first - 1, 0)[:, None], 1)[:, 0], outer)
        inner = np.take_along_axis(grid, first[:, None], 1)[:, 0]
        fractions = np.linspace(0, 1, 32)[1:]
    found[rest] = inner
    return found


@pytest.mark.parametrize("z", [0.7, Z, 2.58, 3.1])
@pytest.mark.parametrize("size", [2, 3, 5, 11])
def test_against_nested_bisection(size, z):
    rng = np.random.default_rng(size)
    y = np.arange(size) / (size - 1)
    n = rng.choice([1, 2, 3, 8, 30, 500, 800_000], 60)
    tables = rng.multinomial(n, rng.dirichlet(np.full(size, 0.3), 60)).astype(float)
    tables[:6] *= rng.uniform(0.3, 1.7, (6, 1))
    pair = np.zeros((2, size))
    pair[:, -2:] = [[1, 1], [2, 1]]  # neighbours at one end: the accepted set has a gap on 10 points and more
    tables = np.concatenate([tables, pair, pair[:, ::-1], np.eye(size)])
    low, high = limits(tables, np.arange(size), z)
    np.testing.assert_allclose(low / (size - 1), brute_lower(tables, y, z), rtol=0, atol=1e-11)
    np.testing.assert_allclose(1 - high / (size - 1), brute_lower(tables[:, ::-1], y, z), rtol=0, atol=1e-11)


def test_fraction_of_an_answer_at_the_end_does_not_hide_the_gap():
    """With a sliver of weight on the lowest point the gap lies inside the tilted laws, not beyond them."""
    y = np.arange(11) / 10
    tables = np.zeros((4, 11))
    tables[:, 0] = [1e-4, 1e-3, 1e-2, 0.2]
    tables[:, 9:] = [[1, 1], [0.7, 1.9], [2, 0], [0, 1]]
    np.testing.assert_allclose(limits(tables, np.arange(11), Z)[0] / 10, brute_lower(tables, y, Z), rtol=0, atol=1e-9)


def test_extreme_counts_and_critical_values_stay_on_the_scale_and_in_order():
    """From a millionth of an answer to a hundred billion, shares down to nothing, z from 0 to a t of one degree."""
    rng = np.random.default_rng(7)
    for size in (2, 3, 5, 11, 101):
        for whole in (False, True):
            counts = rng.dirichlet(np.full(size, 0.1), 2000) * 10.0 ** rng.uniform(-6, 11, (2000, 1))
            counts[rng.random(counts.shape) < 0.3] = 0
            counts = np.rint(counts) if whole else counts
            z = 10.0 ** rng.uniform(-6, 3, 2000)
            z[:20] = 0
            low, high = limits(counts, np.arange(size), z)
            some = counts.sum(axis=1) > 0
            assert (np.isnan(low) == ~some).all()
            mean = counts[some] @ np.arange(size) / counts[some].sum(axis=1)
            assert (low[some] >= 0).all()
            assert (low[some] <= mean + 1e-9).all()
            assert (high[some] >= mean - 1e-9).all()
            assert (high[some] <= size - 1).all()


def test_few_answers_at_the_end_do_not_hide_the_gap_at_a_large_z():
    tables = np.array([[1.0, 0, 7213], [19, 0, 4e6], [3, 1, 26_000]])
    y = np.array([0, 0.5, 1])
    for z in (63.66, 190.0):
        np.testing.assert_allclose(limits(tables, y, z)[0], brute_lower(tables, y, z), rtol=0, atol=1e-9)


TABLES = st.integers(2, 11).flatmap(
    lambda size: st.lists(st.sampled_from([0, 0, 1, 2, 7, 40, 0.3, 2.75]), min_size=size, max_size=size)
)
CRITICAL = st.sampled_from([0.5, 1.0, 1.645, Z, 2.58, 3.1, 8.0, 63.66])


@settings(max_examples=150, deadline=None)
@given(TABLES.filter(any), CRITICAL, st.randoms(use_true_random=False))
def test_symmetries(table, z, random):
    counts = np.array(table, dtype=float)
    points = np.cumsum([random.choice([1.0, 1.0, 2.5]) for _ in table])
    low, high = limits(counts, points, z)
    mean = (counts @ points) / counts.sum()
    assert points[0] <= low[0] <= mean + 1e-9
    assert mean - 1e-9 <= high[0] <= points[-1]
    mirrored = limits(counts[::-1], -points[::-1], z)
    assert (-mirrored[1][0], -mirrored[0][0]) == (low[0], high[0])
    scaled = limits(counts, 3.7 * points - 11, z)
    np.testing.assert_allclose(np.ravel(scaled), 3.7 * np.ravel((low, high)) - 11, rtol=0, atol=1e-9)
    wider = limits(np.append(counts, 0), np.append(points, points[-1] + 1.5), z)
    assert wider[0][0] == pytest.approx(low[0], abs=1e-9)
    assert wider[1][0] >= high[0] - 1e-9


@pytest.mark.parametrize(
    ("counts", "points", "z", "words"),
    [
        ([[1, 2]], [0, 1, 2], Z, "same number of points"),
        ([[1, 2]], [1, 0], Z, "ascending"),
        ([[1]], [1], Z, "ascending"),
        ([[1, -2]], [0, 1], Z, "-2.0 in row 0 at point 1"),
        ([[1, np.nan]], [0, 1], Z, "nan in row 0"),
        ([[1, 2]], [0, 1], [Z, Z], "shape"),
        ([[1, 2]], [0, 1], -1, "negative"),
        ([[1, 2]], [0, 1], np.nan, "not a number"),
        ([[1, 2]], [0, 1], np.inf, "not a number"),
    ],
)
def test_refusals(counts, points, z, words):
    with pytest.raises(DefinitionError, match=words):
        limits(counts, points, z)
