"""Driver shares against R's relaimpo, brute force over orders of entry, and Johnson's weights."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from cxlab.errors import DefinitionError
from cxlab.interval.lmg import johnson, lmg


@pytest.mark.parametrize("case", ["lmg_attitude", "lmg_two"])
def test_shares_of_r(shared: Callable[[str], Path], case: str) -> None:
    cases = json.loads(shared("reference/cases/drivers_auc_spc.json").read_text())["cases"]
    found = next(c for c in cases if c["id"] == case)
    with shared(f"reference/data/{found['inputs']['csv']}").open() as file:
        rows = list(csv.DictReader(file))
    data = np.array([[float(r[c]) for c in (*found["inputs"]["x"], found["inputs"]["y"])] for r in rows])
    matrix = np.corrcoef(data, rowvar=False)
    shares = lmg(matrix[:-1, :-1], matrix[:-1, -1])
    assert shares == pytest.approx([row["lmg"] for row in found["output"]["table"]], abs=1e-12)
    assert shares.sum() == pytest.approx(found["output"]["R2"])
    near = johnson(matrix[:-1, :-1], matrix[:-1, -1])
    assert near.sum() == pytest.approx(found["output"]["R2"])
    assert near == pytest.approx(shares, abs=0.02)


def test_all_orders_of_entry_by_hand() -> None:
    data = np.random.default_rng(1).normal(size=(60, 5)) @ np.random.default_rng(2).normal(size=(5, 5))
    matrix = np.corrcoef(data, rowvar=False)
    between, aim = matrix[:4, :4], matrix[:4, 4]

    def explained(kept: list[int]) -> float:
        return float(aim[kept] @ np.linalg.solve(between[np.ix_(kept, kept)], aim[kept])) if kept else 0.0

    gains = np.zeros(4)
    for order in permutations(range(4)):
        for place, driver in enumerate(order):
            gains[driver] += explained([*order[: place + 1]]) - explained([*order[:place]])
    assert lmg(between, aim) == pytest.approx(gains / 24)


def test_twelve_drivers_are_exact_and_thirteen_refused() -> None:
    data = np.random.default_rng(3).normal(size=(200, 13)) @ np.random.default_rng(4).normal(size=(13, 13))
    matrix = np.corrcoef(data, rowvar=False)
    shares = lmg(matrix[:12, :12], matrix[:12, 12])
    assert shares.sum() == pytest.approx(matrix[:12, 12] @ np.linalg.solve(matrix[:12, :12], matrix[:12, 12]))
    assert (shares > 0).all()
    with pytest.raises(DefinitionError, match="13 drivers"):
        lmg(np.eye(13), np.full(13, 0.1))
    assert johnson(np.eye(13), np.full(13, 0.1)) == pytest.approx(np.full(13, 0.01))


def test_refused_matrices() -> None:
    with pytest.raises(DefinitionError, match="determine each other"):
        lmg([[1.0, 1.0], [1.0, 1.0]], [0.5, 0.5])
    with pytest.raises(DefinitionError, match="does not exist"):
        johnson([[1.0, np.nan], [np.nan, 1.0]], [0.5, 0.5])
