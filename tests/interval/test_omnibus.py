"""One test over all segments: R's Welch test, and a permutation that rejects as often as it says."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cxlab.interval import omnibus


def test_welch_of_r(shared: Callable[[str], Path]) -> None:
    (case,) = [
        case
        for case in json.loads(shared("reference/cases/means.json").read_text())["cases"]
        if case["id"] == "anova_chick"
    ]
    with shared("reference/data/chickwts.csv").open() as file:
        rows = list(csv.DictReader(file))
    groups = [np.array([float(r["weight"]) for r in rows if r["feed"] == feed]) for feed in {r["feed"] for r in rows}]
    mean, n = np.array([g.mean() for g in groups]), np.array([len(g) for g in groups])
    error = np.array([g.std(ddof=1) for g in groups]) / np.sqrt(n)
    assert omnibus.welch(mean, error, n - 1) == pytest.approx(case["output"]["p_welch"], rel=1e-8)


def test_permutation_counts_all_deals() -> None:
    """Two segments of three: of 20 deals the seen one and its mirror are the farthest apart."""
    assert omnibus.permutation([[3, 0], [0, 3]], [0, 1], draws=20_000) == pytest.approx(0.1, abs=0.008)
    assert omnibus.permutation([[2, 2], [2, 2]], [0, 1]) == 1.0
    assert np.isnan(omnibus.permutation([[2, 2], [0, 0]], [0, 1]))


def test_permutation_holds_its_level_among_very_promoters() -> None:
    rng = np.random.default_rng(1)
    sizes = [8, 12, 20, 30, 60, 100]
    p = [
        omnibus.permutation(np.array([rng.multinomial(n, (0.01, 0.04, 0.95)) for n in sizes]), [-1, 0, 1], draws=199)
        for _ in range(300)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 3 * 0.0126
