"""The curve as a basis: against lifelines, against the plain search, and in comparisons."""

from __future__ import annotations

import lifelines
import narwhals as nw
import numpy as np
import pyarrow as pa
import pytest

from cxlab.errors import DefinitionError
from cxlab.estimate.basis.curve import NOT_REACHED, CurveBasis, curve_rows
from cxlab.interval import times as closed
from cxlab.rows.read import read
from cxlab.tally.cut import cut
from cxlab.tally.events import Events, events


def tally(t: object, e: object, g: object | None = None) -> Events:
    table = pa.table({"t": np.asarray(t, dtype=float), "e": e} | ({} if g is None else {"g": g}))
    return events(cut(read(table), None if g is None else "g", None, None, "x"), nw.col("t"), nw.col("e"))


@pytest.mark.parametrize("n", [1, 2, 6, 30, 200])
def test_survival_and_quantiles_are_those_of_lifelines_and_of_the_plain_search(n: int) -> None:
    rng = np.random.default_rng(n)
    for _ in range(20):
        t, e = rng.integers(1, 50, n).astype(float), rng.random(n) < 0.7
        found = tally(t, e)
        fit = lifelines.KaplanMeierFitter().fit(t, e)
        when = np.arange(0.0, t.max() + 1)
        basis = CurveBasis(found, "survival", when, segment=np.zeros(len(when)))
        np.testing.assert_allclose(basis.estimate, fit.survival_function_at_times(when), atol=1e-12)
        curve = basis.curves[0]
        np.testing.assert_allclose(basis.at(1.96), curve.limits(when, 1.96)[1:], atol=1e-12)
        for q in (0.1, 0.5, 0.9):
            median = CurveBasis(found, "quantile", q)
            expected = lifelines.utils.qth_survival_time(1 - q + 1e-12, fit.survival_function_)
            assert median.estimate[0] == expected or (np.isnan(median.estimate[0]) and np.isinf(expected))
            for z in (0.7, 1.96, 3.2):
                np.testing.assert_equal(np.ravel(median.at(z)), curve.quantile_limits(q, z))


def test_failure_is_one_minus_survival_with_its_limits_turned() -> None:
    found = tally([1, 2, 3, 4, 4], [True, False, True, True, False])
    alive, dead = (CurveBasis(found, what, [1, 3, 4], segment=[0, 0, 0]) for what in ("survival", "failure"))
    assert alive.estimate == pytest.approx([0.8, 0.8 * 2 / 3, 0.8 / 3])
    assert dead.estimate == pytest.approx(1 - alive.estimate)
    assert dead.at(1.96)[0] == pytest.approx(1 - alive.at(1.96)[1])


def test_unions_and_choices_keep_their_tables() -> None:
    rng = np.random.default_rng(3)
    t, e, g = rng.integers(1, 60, 90), rng.random(90) < 0.6, rng.choice(["a", "b", "c"], 90)
    found = tally(t, e, g)
    segment, at = curve_rows(found.segments, (10, 20))
    basis = CurveBasis(found, "survival", at, segment=segment)
    assert basis.take(np.array([5, 0])).estimate.tolist() == basis.estimate[[5, 0]].tolist()
    pooled = CurveBasis(found).pool([[0, 1, 2], [2]])
    assert pooled.estimate[0] == CurveBasis(tally(t, e)).estimate[0]
    assert pooled.estimate[1] == CurveBasis(found).estimate[2]


def test_closed_cases_may_use_the_methods_of_quantiles() -> None:
    t = np.arange(1.0, 42.0)
    found = tally(t, [True] * 41)
    for method in ("hutson", "order"):
        limits = np.ravel(CurveBasis(found, method=method).at(1.96))
        np.testing.assert_allclose(limits, getattr(closed, method)(t, np.ones(41), 0.5, 1.96))


def test_open_cases_and_quantiles_out_of_reach_are_said() -> None:
    basis = CurveBasis(tally([5, 6, 7], [True, False, False]))
    assert np.isnan(basis.estimate[0])
    assert basis.notes() == [("open n=2", NOT_REACHED)]


def test_methods_and_quantiles_that_do_not_fit_are_refused() -> None:
    found = tally([5, 6, 7], [True, False, False])
    with pytest.raises(DefinitionError, match="open cases: 2"):
        CurveBasis(found, method="hutson")
    with pytest.raises(DefinitionError, match="survival"):
        CurveBasis(found, "survival", 3.0, method="order")
    with pytest.raises(DefinitionError, match="between 0 and 1"):
        CurveBasis(found, "quantile", 1.5)


def test_a_receipt_gives_the_curve_in_r() -> None:
    basis = CurveBasis(tally([1, 2, 3], [True, False, True]))
    assert "survfit" in basis.r_lines(0, 0.95)[1]
    assert basis.tally_text(0) == "2 events and 1 open cases at 3 different times"
