"""The link of a score to an outcome: the golden of the definition, another program, separation, calibration."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

import cxlab as cx
from cxlab.interval import logistic


def table_of(counts: dict[int, tuple[int, int]]) -> pd.DataFrame:
    rows = [(score, int(i < k)) for score, (k, m) in counts.items() for i in range(k + m)]
    return pd.DataFrame(rows, columns=["effort", "returned"])


GOLDEN = table_of({1: (80, 20), 0: (45, 45)})


def test_golden_of_the_definition() -> None:
    """DEFINITIONS A4: odds ratio 4.0 (2.11 to 7.59), AUC .6662; 80 % against 50 %."""
    odds, area = own = cx.link(GOLDEN, "effort", "returned", scale=(0, 1))
    assert (round(odds.estimate, 6), round(odds.low, 2), round(odds.high, 2)) == (4.0, 2.11, 7.59)
    assert round(area.estimate, 4) == 0.6662
    assert area.low < area.estimate < area.high
    frame = own.calibration
    assert list(frame.columns) == ["score", "n", "observed", "low", "high", "predicted"]
    assert frame.observed.tolist() == [0.5, 0.8]
    assert frame.predicted.tolist() == pytest.approx([0.5, 0.8]), "a line through two scores meets both"
    assert list(own.to_pandas().measure) == ["odds_ratio", "auc"]


def test_without_a_scale_every_score_is_taken_and_that_is_said() -> None:
    table = table_of({1: (3, 9), 4: (5, 5), 7: (9, 2)})
    bare, named = cx.link(table, score="effort", outcome="returned"), cx.link(table, "effort", "returned", scale=(1, 7))
    assert [(one.estimate, one.low, one.high) for one in bare] == [(one.estimate, one.low, one.high) for one in named]
    assert all("scale not declared: every score was taken" in one.notes for one in bare)
    assert bare[0].definition["scale"] == "1 to 7"
    declared = cx.link(cx.read(table, scale={"effort": (1, 7)}), "effort", "returned")
    assert list(declared) == list(named)
    with pytest.raises(cx.CxlabError, match="holds 'soon'"):
        cx.link(table.astype({"effort": str}).replace({"effort": {"7": "soon"}}), "effort", "returned")


def test_logistic_line_of_another_program() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(1)
    score = rng.integers(1, 8, 400)
    outcome = rng.random(400) < 1 / (1 + np.exp(2 - 0.5 * score))
    model = sm.Logit(outcome.astype(float), sm.add_constant(score.astype(float))).fit(disp=0)
    odds = cx.link(pd.DataFrame({"s": score, "o": outcome}), "s", "o", scale=(1, 7))[0]
    assert odds.estimate == pytest.approx(np.exp(model.params[1]), rel=1e-6)
    assert (odds.low, odds.high) == pytest.approx(tuple(np.exp(model.conf_int()[1])), rel=1e-5)


def test_separated_groups_have_an_odds_ratio_and_say_so() -> None:
    odds, area = cx.link(table_of({0: (0, 10), 1: (10, 0)}), "effort", "returned", scale=(0, 1))
    assert odds.estimate == pytest.approx(21**2), "Firth adds one half to each cell: (10.5 / .5)^2"
    assert 1 < odds.low < odds.estimate < odds.high
    assert odds.method == "firth"
    assert (area.estimate, area.low) == (1.0, None)
    assert area.notes[0] == "unbounded"


def test_profile_by_brute_force() -> None:
    x, k, m = np.arange(1.0, 6), np.array([0.0, 0, 0, 3, 4]), np.array([5.0, 2, 3, 0, 0])
    slope, low, high = logistic.slope_limits(x, k, m, 1.96)

    def likelihood(level: float, slope: float) -> float:
        p = 1 / (1 + np.exp(-(level + slope * x)))
        w = (k + m) * p * (1 - p)
        information = np.array([[w.sum(), (w * x).sum()], [(w * x).sum(), (w * x * x).sum()]])
        return float((k * np.log(p) + m * np.log(1 - p)).sum() + 0.5 * np.log(np.linalg.det(information)))

    def profile(slope: float) -> float:
        found = optimize.minimize_scalar(
            lambda a: -likelihood(a - slope * 3.4, slope), bounds=(-15, 15), method="bounded"
        )
        return -found.fun

    best = optimize.minimize_scalar(lambda s: -profile(s), bounds=(0.1, 10), method="bounded")
    assert slope == pytest.approx(best.x, abs=1e-3)
    for edge in (low, high):
        assert 2 * (-best.fun - profile(edge)) == pytest.approx(1.96**2, abs=1e-3)


def test_customers_not_followed_are_left_out() -> None:
    more = pd.concat([GOLDEN, pd.DataFrame({"effort": [1] * 30, "returned": [None] * 30})]).assign(customer=1)
    odds = cx.link(more, "effort", "returned", scale=(0, 1))[0]
    assert odds.estimate == pytest.approx(4.0)
    assert "left out: 30 rows without score or outcome" in odds.notes
    assert any("several rows" in note for note in odds.notes)


def test_coverage_of_the_area() -> None:
    """METHODS 4.10: a = .08, 50 stay and 10 leave: logit DeLong .950 of 4,000 samples."""
    from cxlab.interval.auc import limits

    rng, k = np.random.default_rng(2), np.arange(11)
    stay, leave = (np.exp(a * k) / np.exp(a * k).sum() for a in (0.08, -0.08))
    truth = float((stay[:, None] * leave * ((k[:, None] > k) + 0.5 * (k[:, None] == k))).sum())
    hits = 0
    for _ in range(1500):
        _, low, high = limits(rng.multinomial(50, stay), rng.multinomial(10, leave), 1.959964)
        hits += low <= truth <= high
    assert hits / 1500 == pytest.approx(0.95, abs=0.017)
