"""Drivers by public calls: R's shares, direction, performance, and limits that hold the truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxlab as cx


def test_shares_of_r(shared: Callable[[str], Path]) -> None:
    cases = json.loads(shared("reference/cases/drivers_auc_spc.json").read_text())["cases"]
    (case,) = [case for case in cases if case["id"] == "lmg_attitude"]
    table = pd.read_csv(shared("reference/data/attitude.csv"))
    own = cx.drivers(table, "rating", case["inputs"]["x"], scale=(0, 100), draws=200)
    assert [one.estimate for one in own] == pytest.approx([row["lmg_share_sum1"] for row in case["output"]["table"]])
    assert own.r_squared == pytest.approx(case["output"]["R2"])
    parts = cx.drivers(table, "rating", case["inputs"]["x"], scale=(0, 100), variant="r_squared", draws=200)
    assert [one.estimate for one in parts] == pytest.approx([row["lmg"] for row in case["output"]["table"]])
    assert sum(one.estimate for one in own) == pytest.approx(1)
    for one in (*own, *parts):
        assert 0 <= one.low <= one.estimate <= one.high <= 1
        assert one.notes[1] == "association, not cause"


def made(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a, b, c = rng.integers(1, 6, (3, n))
    y = np.clip(np.round(0.7 * a - 0.4 * b + 2 + rng.normal(0, 0.6, n)), 1, 5)
    return pd.DataFrame({"a": a, "b": b, "c": c, "y": y.astype(int)})


def test_direction_performance_and_frame() -> None:
    table = made(400, 1)
    table.loc[:9, "a"] = None
    own = cx.drivers(table, "y", ["a", "b", "c"], scale=(1, 5), draws=200)
    assert (own.direction["a"], own.direction["b"]) == ("with", "against")
    assert [e.segment["driver"] for e in own.performance] == ["a", "b", "c"]
    assert own.performance[1].estimate == pytest.approx(table.b.mean())
    assert own[0].n == 390
    assert "left out: 10 rows without all answers" in own[0].notes
    assert list(own.to_pandas().columns)[:2] == ["driver", "metric"]
    assert own[0].estimate > own[1].estimate > own[2].estimate


def test_scales_may_differ_and_weights_count() -> None:
    table = made(300, 2).assign(y=lambda t: t.y * 2, weight=np.r_[np.ones(150), 3 * np.ones(150)])
    own = cx.drivers(table, "y", ["a", "b"], scale={"y": (0, 10), "a": (1, 5), "b": (0, 6)}, draws=50)
    assert own.performance[0].unit == "points"
    doubled = pd.concat([table, table.iloc[150:], table.iloc[150:]]).drop(columns="weight")
    same = cx.drivers(doubled, "y", ["a", "b"], scale={"y": (0, 10), "a": (1, 5), "b": (0, 6)}, draws=50)
    assert [e.estimate for e in own] == pytest.approx([e.estimate for e in same])


def test_limits_hold_the_truth() -> None:
    truth = [e.estimate for e in cx.drivers(made(200_000, 99), "y", ["a", "b", "c"], scale=(1, 5), draws=10)]
    hits = np.zeros(3)
    for seed in range(30):
        own = cx.drivers(made(150, seed), "y", ["a", "b", "c"], scale=(1, 5), draws=100)
        hits += [one.low <= t <= one.high for one, t in zip(own, truth, strict=True)]
    assert (hits[:2] >= 30 * 0.95 - 3 * np.sqrt(30 * 0.95 * 0.05)).all(), hits / 30


def test_more_than_twelve_drivers_use_relative_weights() -> None:
    rng = np.random.default_rng(5)
    table = pd.DataFrame(rng.integers(1, 6, (300, 14)), columns=[f"d{i}" for i in range(13)] + ["y"])
    own = cx.drivers(table, "y", [f"d{i}" for i in range(13)], scale=(1, 5), draws=40)
    assert own[0].method == "johnson, bootstrap"
    assert sum(one.estimate for one in own) == pytest.approx(1)


def test_drivers_that_explain_nothing_have_no_shares() -> None:
    """A crossed table in which the outcome is one where the drivers agree: every correlation is exactly 0."""
    frame = pd.DataFrame({"a": [1, 1, 5, 5] * 5, "b": [1, 5, 1, 5] * 5, "y": [1, 5, 5, 1] * 5})
    with pytest.raises(cx.CxlabError, match="explain nothing"):
        cx.drivers(frame, "y", ["a", "b"], scale=(1, 5))
    found = cx.drivers(frame, "y", ["a", "b"], scale=(1, 5), variant="r_squared")
    assert [one.estimate for one in found] == pytest.approx([0, 0], abs=1e-12)
