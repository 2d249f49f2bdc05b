"""Planning: the interval that was planned is the one that comes, and R's power for two shares."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxlab as cx


def width(found: cx.Estimates) -> float:
    return (found[0].high - found[0].low) / 2


def nps_of(counts: tuple[int, int, int]) -> list[int]:
    return [0] * counts[0] + [8] * counts[1] + [10] * counts[2]


@pytest.mark.parametrize("method", ["score", "wald", "t", "adjusted_wald", "tango"])
@pytest.mark.parametrize("margin", [5, 20])
def test_the_planned_interval_comes_true(method: str, margin: float) -> None:
    n = cx.sample_size("nps", margin, expected=(0.2, 0.3, 0.5), method=method)
    counts = np.round(np.array([0.2, 0.3, 0.5]) * n).astype(int)
    assert width(cx.nps(nps_of(tuple(counts)), method=method)) == pytest.approx(margin, rel=0.03)


def test_the_number_is_the_smallest_that_is_enough() -> None:
    n = cx.sample_size("csat", 0.05, expected=0.5, method="wilson")
    assert n == 381, "Wilson at one half: n + z^2 = (z / .1)^2 = 384.15, less z^2 = 3.84, up to whole answers"
    assert cx.sample_size("csat", 0.05, method="wald") == 385, "the number of every textbook"


def test_the_worst_case_is_worst_and_typical_is_an_sd_of_78() -> None:
    worst = cx.sample_size("nps", 5, method="wald")
    assert worst == 1537, "(1.96 * 100 / 5)^2 = 1536.6"
    typical = cx.sample_size("nps", 5, expected="typical", method="wald")
    assert typical == pytest.approx((1.959964 / 0.05) ** 2 * 0.61, abs=1)
    assert cx.sample_size("nps", 5, sd=78.1025, method="wald") == typical


def test_two_groups_of_r(shared: Callable[[str], Path]) -> None:
    cases = json.loads(shared("reference/cases/proportions.json").read_text())["cases"]
    (case,) = [case for case in cases if case["id"] == "power_prop"]
    given = case["inputs"]
    n = cx.sample_size("csat", difference=given["p2"] - given["p1"], expected=given["p1"], power=given["power"])
    assert n == int(np.ceil(case["output"]["n"]))
    gap = cx.detectable(50, case["output"]["power_n50"], metric="csat", expected=given["p1"])
    # R counts one tail only for power; ours too, and the same pooled variance.
    assert gap == pytest.approx(given["p2"] - given["p1"], abs=1e-6)


def test_golden_of_two_waves() -> None:
    """DEFINITIONS A1: 60/25/15 then 55/27/18 of 100 each: 29.9 points with 80 % power."""
    sd = 100 * ((0.5475 + 0.5931) / 2) ** 0.5
    assert cx.detectable(100, sd=sd) == pytest.approx(29.9, abs=0.05)
    assert cx.sample_size("nps", difference=cx.detectable(100, sd=sd), sd=sd) == 100


def test_detectable_of_estimates_is_that_of_compare() -> None:
    scores = nps_of((15, 25, 60))
    found = cx.nps(scores)
    table = pd.DataFrame({"recommend": scores * 2, "g": ["a"] * 100 + ["b"] * 100})
    (gap,) = cx.nps(table, by="g").compare(adjust="none")
    assert cx.detectable(found) == pytest.approx(gap.detectable)
    assert len(cx.detectable(cx.nps(table, by="g"))) == 2


def test_population_design_and_response() -> None:
    plain = cx.sample_size("csat", 0.05, method="wald")
    assert cx.sample_size("csat", 0.05, method="wald", population=400) == 197, "385 N / (N - 1 + 385)"
    assert cx.sample_size("csat", 0.05, method="wald", design_effect=2) == 2 * plain
    assert cx.sample_size("csat", 0.05, method="wald", response=0.25) == 4 * plain


def test_earlier_answers_plan_the_next() -> None:
    found = cx.nps(nps_of((20, 30, 50)))
    n = cx.sample_size(found, 5)
    assert n == pytest.approx(cx.sample_size("nps", 5, expected="typical"), rel=0.03)
    doubled = pd.DataFrame({"recommend": nps_of((20, 30, 50)) * 2, "customer": list(range(100)) * 2})
    clustered = cx.nps(doubled)
    assert cx.sample_size(clustered, 5) == pytest.approx(2 * n, rel=0.05), (
        "each customer's second answer is worth nothing"
    )
    assert cx.sample_size(found, difference=10) < cx.sample_size(found, difference=5)


def test_other_kinds_of_scale() -> None:
    assert cx.sample_size("rating", 0.1, scale=(1, 5), method="wald") == 1537
    assert cx.sample_size("csat", 2.5, variant="index", scale=(1, 5), method="wald") == 1537
    assert cx.sample_size(cx.rating, 0.1, scale=(1, 5), expected=(5, 10, 15, 30, 40)) < 1537


def test_numbers_of_numpy_are_numbers() -> None:
    assert cx.detectable(np.array([120, 400])) == cx.detectable((120, 400))
    assert cx.sample_size("nps", np.int64(5), population=np.int64(1000)) == cx.sample_size("nps", 5, population=1000)
    table = pd.DataFrame({"region": ["N", "N", "S"], "recommend": [9, 10, 3]})
    raked = cx.rake(table, {"region": {"N": np.int64(50), "S": np.float32(50)}}, trim=np.int64(3))
    assert raked.to_pandas()["weight"].tolist() == pytest.approx([25, 25, 50])
    coded = cx.read(table, missing={"recommend": np.array([3])}, labels={"region": {"N": np.int64(1), "S": 0}})
    assert cx.nps(coded)[0].n == 2


@pytest.mark.parametrize(
    "wrong", [{"design_effect": 0}, {"design_effect": float("nan")}, {"level": 0.5}, {"level": 95}]
)
def test_what_no_plan_has_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(cx.CxlabError):
        cx.sample_size("nps", 5, **wrong)
    if "level" in wrong:
        with pytest.raises(cx.CxlabError):
            cx.detectable(100, **wrong)
