"""AUC against R's pROC, brute force and the coverage design."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from cxlab.interval import auc

Z95 = float(stats.norm.ppf(0.975))


def test_auc_of_r(shared: Callable[[str], Path]) -> None:
    with shared("reference/data/asah.csv").open() as file:
        rows = list(csv.DictReader(file))
    score = np.array([float(r["s100b"]) for r in rows])
    poor = np.array([r["outcome"] == "Poor" for r in rows])
    _, place = np.unique(score, return_inverse=True)
    area, variance = auc.delong(np.bincount(place, weights=poor), np.bincount(place, weights=~poor))
    cases = json.loads(shared("reference/cases/drivers_auc_spc.json").read_text())["cases"]
    expected = next(c for c in cases if c["id"] == "auc_s100b_95")["output"]
    assert area == pytest.approx(expected["auc"])
    assert variance == pytest.approx(expected["var_delong"])
    assert area - Z95 * np.sqrt(variance) == pytest.approx(expected["lo"])


def test_every_pair_by_hand() -> None:
    a, b = np.array([2, 0, 3, 1]), np.array([4, 1, 1, 0])
    x, y = np.repeat(np.arange(4), a), np.repeat(np.arange(4), b)
    wins = (x[:, None] > y) + 0.5 * (x[:, None] == y)
    area, variance = auc.delong(a, b)
    assert area == pytest.approx(wins.mean())
    assert variance == pytest.approx(wins.mean(axis=1).var(ddof=1) / len(x) + wins.mean(axis=0).var(ddof=1) / len(y))
    assert auc.delong(b, a) == pytest.approx((1 - area, variance))
    _, low, high = auc.limits(a, b, 1.96)
    _, mirrored_low, mirrored_high = auc.limits(b, a, 1.96)
    assert (mirrored_low, mirrored_high) == pytest.approx((1 - high, 1 - low))


def test_golden_of_the_definitions() -> None:
    area, _ = auc.delong(cases=[45, 80], controls=[45, 20])
    assert round(area, 4) == 0.6662


def test_edges() -> None:
    assert np.isnan(auc.limits([0, 0], [1, 2], 1.96)).all()
    assert auc.limits([0, 5], [5, 0], 1.96)[0] == 1.0
    assert np.isnan(auc.limits([0, 5], [5, 0], 1.96)[1:]).all()
    assert np.isnan(auc.delong([0, 1], [5, 3])[1])


@pytest.mark.parametrize(
    ("slope", "stay", "churn", "published"),
    [(0.08, 50, 10, 0.950), (0.08, 1000, 50, 0.950), (0.35, 50, 10, 0.918), (0.9, 200, 20, 0.406)],
)
def test_coverage(slope: float, stay: int, churn: int, published: float) -> None:
    random, runs, k = np.random.default_rng(6), 2000, np.arange(11)
    p, q = np.exp(slope * k) / np.exp(slope * k).sum(), np.exp(-slope * k) / np.exp(-slope * k).sum()
    truth = float(p @ (np.cumsum(q) - q / 2))
    drawn = zip(random.multinomial(stay, p, runs), random.multinomial(churn, q, runs), strict=True)
    hits = sum(low <= truth <= high for _, low, high in (auc.limits(a, b, Z95) for a, b in drawn))
    error = 3 * np.sqrt(published * (1 - published) * (1 / 4000 + 1 / runs))
    assert hits / runs == pytest.approx(published, abs=error)
