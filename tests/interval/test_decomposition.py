"""Mix and within against R's standardisation and by the coverage design."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.coverage.designs import AFTER, BEFORE, MIX
from cxlab.interval.decomposition import kitagawa

NPS = np.array([-1.0, 0.0, 1.0])


def test_standardised_rates_of_r(shared: Callable[[str], Path]) -> None:
    with shared("reference/data/nps_mix_shift.csv").open() as file:
        rows = list(csv.DictReader(file))
    tables = []
    for period in ("Q1", "Q2"):
        n = np.array([float(r["n"]) for r in rows if r["pop"] == period])
        score = np.array([float(r["score"]) for r in rows if r["pop"] == period]) / 100
        tables.append(np.column_stack([n * (1 - score) / 2, np.zeros(len(n)), n * (1 + score) / 2]))
    cases = json.loads(shared("reference/cases/decomposition.json").read_text())["cases"]
    rates = {(r["factor"], r["pop"]): r["rate"] for r in next(c for c in cases if c["id"] == "nps_mix_cc")["output"]}
    own = kitagawa(*tables, 100 * NPS)
    assert own.total_within == pytest.approx(rates["score", "Q2"] - rates["score", "Q1"])
    assert own.total_mix == pytest.approx(rates["segment_struct", "Q2"] - rates["segment_struct", "Q1"])
    assert own.change == pytest.approx(rates["crude", "Q2"] - rates["crude", "Q1"])


def test_parts_add_up_and_mirror() -> None:
    random = np.random.default_rng(1)
    a, b = random.integers(0, 40, (2, 6, 5)).astype(float)
    a[2], b[4] = 0, 0  # a segment that is new, and one that is gone
    points = np.arange(1.0, 6)
    own, back = kitagawa(a, b, points), kitagawa(b, a, points)
    change = b.sum(axis=0) @ points / b.sum() - a.sum(axis=0) @ points / a.sum()
    assert own.change == pytest.approx(change)
    assert own.within[[2, 4]].tolist() == [0, 0]
    assert back.mix == pytest.approx(-own.mix)
    assert back.total_within_error == pytest.approx(own.total_within_error)


def test_errors_are_those_of_the_multinomial() -> None:
    """The delta errors against the gradient taken by differences and the covariance of the cells."""
    random = np.random.default_rng(2)
    a, b = random.integers(5, 60, (2, 3, 3)).astype(float)
    own = kitagawa(a, b, NPS)
    for part, total in (("mix", own.total_mix_error), ("within", own.total_within_error)):
        variance, each = 0.0, np.zeros(3)
        for which, table in enumerate((a, b)):
            n, p = table.sum(), (table / table.sum()).ravel()
            slope = np.zeros((9, 3))
            for cell in range(9):
                ends = []
                for step in (1e-5, -1e-5):
                    moved = p.copy()
                    moved[cell] += step
                    tables = [a / a.sum(), b / b.sum()]
                    tables[which] = moved.reshape(3, 3)
                    ends.append(unnormalised(*tables)[part])
                slope[cell] = (ends[0] - ends[1]) / 2e-5
            covariance = (np.diag(p) - np.outer(p, p)) / n
            variance += slope.sum(axis=1) @ covariance @ slope.sum(axis=1)
            each += np.einsum("cs,cd,ds->s", slope, covariance, slope)
        assert total == pytest.approx(np.sqrt(variance), rel=1e-6)
        assert getattr(own, f"{part}_error") == pytest.approx(np.sqrt(each), rel=1e-6)


def unnormalised(a: np.ndarray, b: np.ndarray) -> dict[str, np.ndarray]:
    w_a, w_b = a.sum(axis=1), b.sum(axis=1)
    y_a, y_b = a @ NPS / w_a, b @ NPS / w_b
    return {"mix": (w_b - w_a) * (y_a + y_b) / 2, "within": (y_b - y_a) * (w_a + w_b) / 2}


def test_errors_where_a_segment_is_new_or_gone() -> None:
    """All it does is mix, so its mean moves the mix alone: against the spread of 4,000 redrawn pairs of periods."""
    random, found = np.random.default_rng(5), []
    before = np.array([[30, 20, 50], [0, 0, 0], [10, 40, 20], [20, 5, 25]])
    after = np.array([[20, 30, 50], [40, 30, 10], [10, 30, 40], [0, 0, 0]])
    own = kitagawa(before, after, NPS)
    for _ in range(4000):
        a, b = (random.multinomial(t.sum(), (t / t.sum()).ravel()).reshape(4, 3) for t in (before, after))
        one = kitagawa(a, b, NPS)
        found.append([one.total_mix, one.total_within, *one.mix, *one.within])
    expected = [own.total_mix_error, own.total_within_error, *own.mix_error, *own.within_error]
    assert np.std(found, axis=0) == pytest.approx(expected, rel=0.05)


def test_an_empty_period_has_no_split() -> None:
    assert np.isnan(kitagawa(np.zeros((2, 3)), np.ones((2, 3)), NPS).change)


def test_coverage() -> None:
    """n = 300: published .946 for mix and .953 for within from 1,000 samples; widths .119 and .242."""
    random, runs, n = np.random.default_rng(3), 1000, 300
    cells = (MIX[0][:, None] * BEFORE, MIX[1][:, None] * AFTER)
    truth = {part: value.sum() for part, value in unnormalised(*cells).items()}
    hits, widths = np.zeros(2), np.zeros(2)
    for _ in range(runs):
        a, b = (random.multinomial(n, c.ravel()).reshape(5, 3) for c in cells)
        for which, (part, (low, high)) in enumerate(
            zip(("mix", "within"), kitagawa(a, b, NPS).limits(1.96), strict=True)
        ):
            hits[which] += low <= truth[part] <= high
            widths[which] += high - low
    assert hits / runs == pytest.approx([0.946, 0.953], abs=3 * np.sqrt(2 * 0.05 * 0.95 / runs))
    assert widths / runs == pytest.approx([0.119, 0.242], rel=0.02)
