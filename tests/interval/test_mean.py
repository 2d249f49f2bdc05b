"""The named intervals of a mean against R, against draws, and at their edges."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.special import ndtri, stdtrit
from scipy.stats import bootstrap as drawn

from cxlab.errors import DefinitionError
from cxlab.interval.mean import adjusted_wald, bootstrap, t, wald

Z = 1.959963984540054
NPS = [-1, 0, 1]
NAMES = ("detractors", "passives", "promoters")


def clipped(*pair):
    return [min(max(value, -1.0), 1.0) for value in pair]


def reference(shared, file, *starts):
    """(id, counts, output) of the one-sample NPS cases whose id starts so."""
    found = []
    for case in json.loads(shared(f"reference/cases/{file}.json").read_text())["cases"]:
        if case["id"].startswith(starts) and "_two_" not in case["id"]:
            counts = case["output"].get("counts") or [case["inputs"][name] for name in NAMES]
            found.append((case["id"], counts, case["output"]))
    return found


def test_wald_is_that_of_r(shared):
    """Three packages; none of them clips."""
    starts = "nps_v1_", "nps_paired_wald", "nps_testdata_Region_", "nps_testdata_BU_", "nps_testdata_all"
    cases = reference(shared, "nps_v1", *starts) + reference(shared, "nps_dev", "npsdev_wald")
    for name, counts, output in cases:
        z = ndtri(0.95) if "ci90" in name else Z
        ends = output.get("ci_sorted") or (output["ci"]["lo"], output["ci"]["hi"])
        assert np.ravel(wald(counts, NPS, z)) == pytest.approx(clipped(*ends), rel=1e-8, abs=1e-12), name
    assert len(cases) >= 30


def test_t_is_that_of_r_and_does_not_exist_where_r_refuses(shared):
    cases = reference(shared, "nps_v1", "nps_t_")
    for name, counts, output in cases:
        found = np.ravel(t(counts, NPS, stdtrit(sum(counts) - 1, 0.975)))
        if "error" in output or output["ci"]["lo"] == "NaN":
            assert np.isnan(found).all(), name
        else:
            assert found == pytest.approx(clipped(output["ci"]["lo"], output["ci"]["hi"]), rel=1e-8, abs=1e-12), name
    assert len(cases) >= 6
    assert np.isnan(t([0, 0, 1], NPS, 12.7)).all()


def test_adjusted_wald_is_that_of_r(shared):
    """Clipped, and reaching the plain score where R's does not (one promoter: .985 < 1)."""
    cases = reference(shared, "nps_dev", "npsdev_adj_", "npsdev_adj90_")
    for name, counts, output in cases:
        low, high = clipped(output["ci"]["lo"], output["ci"]["hi"])
        plain = (counts[2] - counts[0]) / sum(counts)
        found = np.ravel(adjusted_wald(counts, NPS, ndtri(0.95) if "adj90" in name else Z))
        assert found == pytest.approx([min(low, plain), max(high, plain)], rel=1e-8, abs=1e-12), name
    assert len(cases) >= 12
    assert adjusted_wald([0, 0, 1], NPS, Z)[1][0] == 1.0


def test_adjusted_wald_on_five_points_is_wald_with_three_more_answers():
    """.75 at each end and .5 at each inner point, by hand."""
    low, high = adjusted_wald([2, 0, 3, 4, 6], [1, 2, 3, 4, 5], Z)
    assert (low[0], high[0]) == pytest.approx(np.ravel(wald([2.75, 0.5, 3.5, 4.5, 6.75], [1, 2, 3, 4, 5], Z)))


@pytest.mark.parametrize(
    ("counts", "points"), [([15, 25, 60], NPS), ([0, 3, 5, 11, 10], [1, 2, 3, 4, 5]), ([4, 3, 7], [0, 2, 5])]
)
def test_bootstrap_is_the_limit_of_drawing(counts, points):
    low, high = bootstrap(counts, points, Z)
    rows = np.repeat(np.array(points, dtype=float), counts)
    draws = drawn((rows,), np.mean, method="percentile", n_resamples=20_000, rng=np.random.default_rng(3))
    step = 1.01 / rows.size  # the mean has a lattice, and draws may stop at the neighbouring point
    assert low[0] == pytest.approx(draws.confidence_interval.low, abs=step)
    assert high[0] == pytest.approx(draws.confidence_interval.high, abs=step)


def test_bootstrap_by_hand():
    """Two answers, one at each end of 0..1: resamples have means 0, .5, 1 with chances 1/4, 1/2, 1/4."""
    for tail, expected in ((0.2, (0.0, 1.0)), (0.3, (0.5, 0.5))):
        assert np.ravel(bootstrap([1, 1], [0, 1], -ndtri(tail))) == pytest.approx(expected)


def test_bootstrap_in_a_window_is_the_bootstrap():
    """A million answers wrap around a window of the transform; the normal limit must come out."""
    counts = [200_000, 200_000, 600_000]
    np.testing.assert_allclose(np.ravel(bootstrap(counts, NPS, Z)), np.ravel(wald(counts, NPS, Z)), rtol=0, atol=2e-6)


def test_answers_all_alike():
    counts = [[0, 0, 7], [0, 4, 0]]
    for method in (wald, bootstrap):
        np.testing.assert_allclose(method(counts, NPS, Z), [[1, 0], [1, 0]], rtol=0, atol=1e-12)
    assert np.isnan(t(counts, NPS, 2.0)).all()
    assert (np.subtract(*adjusted_wald(counts, NPS, Z)[::-1]) > 0.3).all()


def test_no_answers():
    for method in (wald, t, adjusted_wald, bootstrap):
        low, high = method([[0, 0, 0], [1, 2, 3]], NPS, Z)
        assert np.isnan([low[0], high[0]]).all()
        assert low[1] < 1 / 3 < high[1]


def test_refusals():
    with pytest.raises(DefinitionError, match=r"whole counts.* 1\.5 answers in row 0"):
        bootstrap([[1.5, 2, 3]], NPS, Z)
    with pytest.raises(DefinitionError, match="common lattice"):
        bootstrap([[1, 2, 3]], [0, 1, np.pi], Z)
