"""Shrinkage beside the raw figure: better on the whole, with limits that cover."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxlab as cx


def drawn(rng: np.random.Generator, tau: float, segments: int = 25) -> tuple[pd.DataFrame, np.ndarray]:
    truth = np.clip(0.3 + tau * rng.standard_normal(segments), -0.95, 0.95)
    rows = []
    for i, t in enumerate(truth):
        passives = min(0.25, 1 - abs(t))
        p = [(1 - passives - t) / 2, passives, (1 - passives + t) / 2]
        rows += [(i, score) for score in rng.choice([0, 8, 10], rng.integers(5, 80), p=p)]
    return pd.DataFrame(rows, columns=["g", "recommend"]), 100 * truth


def test_both_figures_stand_beside_each_other() -> None:
    table, _ = drawn(np.random.default_rng(1), 0.15, 6)
    found = cx.nps(table, by="g")
    both = cx.shrink(found)
    frame = both.to_pandas()
    assert frame.figure.tolist() == ["raw", "shrunk"] * 6
    assert list(frame.columns[:2]) == ["g", "figure"]
    raw = [one for one in both if one.segment["figure"] == "raw"]
    assert [(e.estimate, e.low, e.high) for e in raw] == [(e.estimate, e.low, e.high) for e in found]
    assert np.ptp([one.estimate for one in both[1::2]]) < np.ptp([one.estimate for one in raw])
    for one, other in zip(raw, both[1::2], strict=True):
        assert min(e.estimate for e in raw) <= other.estimate <= max(e.estimate for e in raw)
        assert other.n == one.n
        assert -100 <= other.low <= other.estimate <= other.high <= 100


@pytest.mark.parametrize(("tau", "least"), [(0.05, 0.966), (0.3, 0.948)])
def test_coverage_and_error_as_measured(tau: float, least: float) -> None:
    """METHODS 4.10, empirical Bayes: RMSE .159 to .062 and .149 to .127; Morris' coverage .966 and .948."""
    rng = np.random.default_rng(5)
    hits, errors, count = 0, np.zeros(2), 0
    for _ in range(25):
        table, truth = drawn(rng, tau)
        both = cx.shrink(cx.nps(table, by="g"))
        raw, shrunk = both[0::2], both[1::2]
        hits += sum(one.low <= t <= one.high for one, t in zip(shrunk, truth, strict=True))
        errors += [sum((one.estimate - t) ** 2 for one, t in zip(part, truth, strict=True)) for part in (raw, shrunk)]
        count += len(truth)
    assert hits / count >= least - 3 * 0.012
    assert errors[1] < errors[0]


def test_segments_without_answers_and_periods() -> None:
    table = pd.DataFrame({"g": list("abcde") * 20, "recommend": [0, 8, 10, 9, 10] * 18 + [None] * 10})
    table.loc[table.g == "e", "recommend"] = None
    both = cx.shrink(cx.nps(table, by="g"))
    assert both[-1].estimate is None
    assert both[-1].note
    dated = table.assign(answered=pd.to_datetime(["2026-09-10", "2026-10-10"] * 50, utc=True))
    assert len(cx.shrink(cx.nps(dated, by=["g", cx.period("answered", "month")]))) == 20


def test_few_or_dependent_segments_are_refused() -> None:
    table = pd.DataFrame({"g": ["a", "b,a", "c"], "recommend": [9, 3, 8]})
    with pytest.raises(cx.CxlabError, match="Too few segments"):
        cx.shrink(cx.nps(table, by="g"))
    with pytest.raises(cx.CxlabError, match="independent"):
        cx.shrink(cx.nps(table, by=cx.each("g")))
