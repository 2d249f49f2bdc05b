"""max-T: its quantile, its p-values and their agreement with the intervals; Holm and Benjamini-Hochberg against R."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from cxlab.interval import simultaneous
from cxlab.interval.difference import critical, mover
from cxlab.interval.score import limits
from cxlab.interval.simultaneous import Family, bh, family, holm, segment_draws

NPS = (-1.0, 0.0, 1.0)
SIZES = np.array([8, 12, 20, 30, 60, 100, 300, 1000])


def test_adjusted_p_of_r(shared: Callable[[str], Path]) -> None:
    cases = {c["id"]: c for c in json.loads(shared("reference/cases/proportions.json").read_text())["cases"]}
    for name, own in (("padjust_bh1995_holm", holm), ("padjust_bh1995_BH", bh)):
        case = cases[name]
        assert own(case["inputs"]["p"]) == pytest.approx(case["output"], abs=1e-12)


def test_unknown_p_values_are_not_counted() -> None:
    known, gap = [0.01, 0.04, 0.03, 0.005], [0.01, np.nan, 0.04, 0.03, 0.005]
    for own, other in ((holm, "holm"), (bh, "bh")):
        assert np.delete(own(gap), 1) == pytest.approx(own(known)), other
        assert np.isnan(own(gap)[1])
        assert np.isnan(own([np.nan])).all()
        assert len(own([])) == 0
    assert bh(known) == pytest.approx(stats.false_discovery_control(known))


def test_one_contrast_is_the_normal_and_the_t_quantile() -> None:
    normal = family([1.0, 2.0], [0], [1], 0.95, draws=200_000)
    assert normal.critical == pytest.approx(1.96, abs=0.02)
    single = family([1.0, 0.0], [0], [1], 0.95, df=[5.0, np.inf], draws=200_000)
    assert single.critical == pytest.approx(stats.t.ppf(0.975, 5), abs=0.04)


@pytest.mark.parametrize("level", [0.7, 0.9, 0.95, 0.999, 0.99999, 0.999999])
def test_many_contrasts_never_need_less_than_one_alone(level: float) -> None:
    """The largest of 40,000 draws lies near 4.5, and 99.9999 % of one contrast needs 4.89."""
    for segments in (2, 3):
        found = family(np.ones(segments), *simultaneous.pairs(segments), level)
        assert found.critical >= stats.norm.ppf((1 + level) / 2) - 1e-12
        near = found.critical * np.array([1 - 1e-9, 1 + 1e-9])
        assert (found.p_values(near) < 1 - level).tolist() == [False, True]


def test_all_pairs_of_equal_segments_is_tukey() -> None:
    first, second = simultaneous.pairs(5)
    found = family(np.ones(5), first, second, 0.95, draws=100_000)
    assert found.critical == pytest.approx(stats.studentized_range.ppf(0.95, 5, np.inf) / np.sqrt(2), abs=0.03)


def test_baseline_is_dunnett() -> None:
    first, second = simultaneous.against(4, 0)
    assert first.tolist() == [1, 2, 3]
    assert second.tolist() == [0, 0, 0]
    found = family(np.ones(4), first, second, 0.95, draws=100_000)
    # Dunnett's table: three treatments, infinite df, two-sided 5 %: 2.35.
    assert found.critical == pytest.approx(2.35, abs=0.02)


def test_period_before_and_rest_are_contrasts_of_the_right_rows() -> None:
    assert [a.tolist() for a in simultaneous.previous(4)] == [[1, 2, 3], [0, 1, 2]]
    assert [a.tolist() for a in simultaneous.rest(3)] == [[0, 1, 2], [3, 4, 5]]


def test_draw_of_the_rest_is_the_weighted_mean_at_its_own_width() -> None:
    se, n, own = np.array([0.3, 0.2, 0.1]), np.array([10.0, 20.0, 70.0]), np.array([0.05, 0.06, 0.15])
    table = segment_draws(se, draws=50_000)
    others = simultaneous._rest_draws(table, se, n, own)
    assert others.std(axis=1) == pytest.approx(own, rel=0.02)
    assert np.corrcoef(others[0], 20 * table[1] + 70 * table[2])[0, 1] == pytest.approx(1.0)
    first, second = simultaneous.rest(3)
    found = family(se, first, second, 0.95, n=n, rest_se=own, draws=50_000)
    alone = stats.norm.ppf(0.975)
    assert alone < found.critical < stats.norm.ppf(1 - 0.025 / 3) + 0.02


def test_draws_of_a_segment_do_not_move_when_others_join() -> None:
    assert np.array_equal(segment_draws([1.0, 2.0]), segment_draws([1.0, 2.0, 5.0])[:2])
    assert np.array_equal(segment_draws([1.0], [np.inf]), segment_draws([1.0]))
    assert segment_draws([1.0])[0, :2] == pytest.approx([0.3506, 1.8233], abs=1e-3)


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
def test_p_is_below_one_minus_level_exactly_above_the_critical_value(level: float) -> None:
    found = family(np.ones(4), *simultaneous.pairs(4), level)
    rank = int(np.floor(level * len(found.maxima) + 1e-9))
    at = found.maxima[[rank - 1, rank, rank + 1]]
    assert found.critical == at[1]
    z = np.array([0, at[0], (at[0] + at[1]) / 2, np.nextafter(at[1], 0), np.nextafter(at[1], 9), at[2], 50, np.inf])
    p = found.p_values(z)
    assert np.array_equal(p < 1 - level, z > found.critical)
    assert np.array_equal(p < round(1 - level, 10), z > found.critical)
    assert p[0] == 1.0
    assert p[-1] == 0.0


def test_edges_of_the_family() -> None:
    none = family([np.nan, 1.0], [0], [1], 0.95)
    assert np.isnan(none.critical)
    assert np.isnan(none.p_values([np.nan])).all()
    part = family([np.nan, 1.0, 1.0], [0, 1], [1, 2], 0.95)
    assert part.critical == pytest.approx(family([7.0, 1.0, 1.0], [1], [2], 0.95).critical)
    flat = family([0.0, 0.0], [0], [1], 0.95)
    assert flat.critical == 0.0
    assert flat.p_values([0.0, np.inf]).tolist() == [1.0, 0.0]


def compared(counts: np.ndarray, level: float = 0.95) -> tuple[Family, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of NPS by the whole road: smoothed widths, critical value, MOVER limits, z*, p-values."""
    first, second = simultaneous.pairs(len(counts))
    z = float(stats.norm.ppf(0.5 + level / 2))
    se = simultaneous.standard_errors(*limits(simultaneous.smoothed(counts), NPS, z), z)
    found = family(se, first, second, level)
    n = counts.sum(axis=1)
    points = counts @ np.array(NPS) / np.where(n > 0, n, np.nan)
    low, high = limits(counts, NPS, found.critical)
    gap, below, above = mover(points[first], low[first], high[first], points[second], low[second], high[second])
    star = critical(lambda q, rows: limits(counts[rows], NPS, q), points, first, second, found.critical)
    return found, gap, below, above, found.p_values(star)


def test_a_segment_without_answers_is_in_no_contrast() -> None:
    counts = np.array([[2.0, 3, 5], [0, 0, 0], [8, 1, 1]])
    assert simultaneous.smoothed(counts)[:, 0].tolist() == [2.75, 0, 8.75]
    assert simultaneous.smoothed([[3.0, 0, 0, 1]]).tolist() == [[3.75, 0.75, 0.75, 1.75]]
    assert simultaneous.smoothed([[3.0, 1]]).tolist() == [[3.75, 1.75]]
    found, _, below, _, p = compared(counts)
    assert found.critical == pytest.approx(1.96, abs=0.07), "one contrast is left"
    assert np.isnan(p).tolist() == np.isnan(below).tolist() == [True, False, True]


def test_verdict_of_the_interval_and_of_the_p_value_agree() -> None:
    random = np.random.default_rng(8)
    clear = 0
    for _ in range(12):
        shape = random.dirichlet([1, 1, 1], 8)
        counts = np.array([random.multinomial(n, p) for n, p in zip(SIZES, shape, strict=True)], dtype=float)
        level = float(random.choice([0.8, 0.9, 0.95, 0.99]))
        _, _, below, above, p = compared(counts, level)
        assert np.array_equal((below > 0) | (above < 0), p < 1 - level)
        clear += int((p < 1 - level).sum())
    assert clear > 50


@pytest.mark.parametrize(
    ("shape", "published", "width"), [((0.2, 0.3, 0.5), 0.022, 1.155), ((0.01, 0.04, 0.95), 0.011, 0.808)]
)
def test_family_error(shape: tuple[float, ...], published: float, width: float) -> None:
    """Share of 800 samples without a true difference that have a clear pair; both figures have a sampling error."""
    random, runs = np.random.default_rng(10), 800
    counts = np.stack([random.multinomial(n, shape, size=runs) for n in SIZES], axis=1).astype(float)
    first, second = simultaneous.pairs(8)
    z = float(stats.norm.ppf(0.975))
    flat = counts.reshape(-1, 3)
    se = simultaneous.standard_errors(*limits(simultaneous.smoothed(flat), NPS, z), z).reshape(runs, 8)
    cuts = np.array([family(row, first, second, 0.95, draws=4000).critical for row in se])
    low, high = (side.reshape(runs, 8) for side in limits(flat, NPS, np.repeat(cuts, 8)))
    points = counts @ np.array(NPS) / counts.sum(axis=2)
    _, below, above = mover(points[:, first], low[:, first], high[:, first],
                            points[:, second], low[:, second], high[:, second])  # fmt: skip
    wrong = ((below > 0) | (above < 0)).any(axis=1).mean()
    assert wrong == pytest.approx(published, abs=3 * np.sqrt(published * (1 - published) * (1 / 1200 + 1 / runs)))
    assert (above - below).mean() == pytest.approx(width, rel=0.02)


@pytest.mark.parametrize("contrasts", ["rest", "baseline", "previous"])
@pytest.mark.parametrize("df", [None, 6.0])
def test_other_contrasts_hold_their_level(contrasts: str, df: float | None) -> None:
    """Not published: samples without a true difference; the verdicts of p-values and intervals agree in each."""
    random, runs, wrong = np.random.default_rng(13), 100 if df is None else 30, 0
    z = float(stats.norm.ppf(0.975)) if df is None else float(stats.t.ppf(0.975, df))
    for run in range(runs):
        alone = np.array([random.multinomial(n, (0.2, 0.3, 0.5)) for n in SIZES], dtype=float)
        counts = np.vstack([alone, alone.sum(axis=0) - alone])
        n = counts.sum(axis=1)
        points = counts @ np.array(NPS) / n
        se = simultaneous.standard_errors(*limits(simultaneous.smoothed(counts), NPS, z), z)
        first, second = {
            "rest": simultaneous.rest(8),
            "baseline": simultaneous.against(8, 3),
            "previous": simultaneous.previous(8),
        }[contrasts]
        freedom = None if df is None else np.full(8, df)
        found = family(se[:8], first, second, 0.95, df=freedom, n=n[:8], rest_se=se[8:], draws=4000)
        low, high = limits(counts, NPS, found.critical)
        _, below, above = mover(points[first], low[first], high[first], points[second], low[second], high[second])
        clear = (below > 0) | (above < 0)
        wrong += int(clear.any())
        if run < 10:
            star = critical(lambda q, rows, c=counts: limits(c[rows], NPS, q), points, first, second, found.critical)
            assert np.array_equal(clear, found.p_values(star) < 0.05)
    assert wrong / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
