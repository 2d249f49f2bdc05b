"""Public calls of the service metrics against R: exact Poisson limits, quantiles of type 1, t limits of a mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cxlab as cx


def cases(shared: Callable[[str], Path], name: str, start: str) -> list[dict[str, Any]]:
    found = json.loads(shared(f"reference/cases/{name}.json").read_text(encoding="utf-8"))["cases"]
    return [one for one in found if one["id"].startswith(start)]


def test_exact_rates(shared: Callable[[str], Path]) -> None:
    """Garwood's limits of poisson.test, for a log that holds one row for each event."""
    checked = 0
    for case in cases(shared, "rates_quantiles", "pois_"):
        given, wanted = case["inputs"], case["output"]
        limits = wanted.get("ci") or wanted["exact"]
        rows = pd.DataFrame({"channel": ["phone"] * given["events"]}, dtype="str")
        one = cx.request_volume(rows, exposure=given["exposure"], per=1, method="clopper_pearson", level=given["conf"])
        checked += 1
        assert one[0].low == pytest.approx(limits["lo"], rel=1e-9)
        assert one[0].high == pytest.approx(limits["hi"], rel=1e-9)
    assert checked >= 10


def test_quantiles_of_type_one(shared: Callable[[str], Path]) -> None:
    minutes = pd.read_csv(shared("reference/data/handle_minutes_21.csv")).minutes
    (case,) = cases(shared, "rates_quantiles", "quantile_handle21_type1")
    calls = pd.DataFrame({"outcome": "answered", "wait": minutes})
    for share, wanted in case["output"].items():
        one = cx.speed_of_answer(calls, statistic=float(share.removesuffix("%")) / 100)[0]
        assert one.estimate == wanted


def test_a_mean_with_t_limits(shared: Callable[[str], Path]) -> None:
    plants = pd.read_csv(shared("reference/data/plantgrowth.csv")).query("group == 'trt2'")
    (case,) = cases(shared, "means", "tci_plant_trt2")
    calls = pd.DataFrame({"talk": plants.weight, "hold": 0.0, "wrap": 0.0})
    one = cx.handle_time(calls, method="t")[0]
    assert (one.n, one.estimate) == (10, pytest.approx(case["output"]["mean"]))
    assert (one.low, one.high) == (
        pytest.approx(case["output"]["ci95"]["lo"]),
        pytest.approx(case["output"]["ci95"]["hi"]),
    )
