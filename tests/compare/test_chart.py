"""Control charts by public calls: limits by their formulas, signals by rule, limits from the past only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxlab as cx

MONTHS = [f"{2024 + i // 12}-{i % 12 + 1:02d}" for i in range(24)]
MONTH = {"by": cx.period("answered", "month")}


def shares(ks: list[int], ns: list[int]) -> cx.Estimates:
    rows = [(f"{MONTHS[i]}-10", int(j < k)) for i, (k, n) in enumerate(zip(ks, ns, strict=True)) for j in range(n)]
    table = pd.DataFrame(rows, columns=["answered", "yes"]).assign(
        answered=lambda t: pd.to_datetime(t.answered, utc=True)
    )
    return cx.csat(table, "yes", scale=(0, 1), **MONTH)


def means(values: list[list[int]]) -> cx.Estimates:
    rows = [(f"{MONTHS[i]}-10", score) for i, scores in enumerate(values) for score in scores]
    table = pd.DataFrame(rows, columns=["answered", "q"]).assign(
        answered=lambda t: pd.to_datetime(t.answered, utc=True)
    )
    return cx.rating(table, "q", scale=(1, 5), **MONTH)


def test_laney_by_its_formula() -> None:
    ks, ns = [12, 15, 9, 14, 40, 11], [100, 120, 90, 110, 100, 100]
    own = cx.control_chart(shares(ks, ns)).to_pandas()
    k, n = np.array(ks), np.array(ns)
    p, s = k.sum() / n.sum(), np.sqrt(k.sum() / n.sum() * (1 - k.sum() / n.sum()) / n)
    sigma = np.abs(np.diff((k / n - p) / s)).mean() / 1.1283791670955126
    assert list(own.columns) == ["period", "value", "centre", "low", "high", "signal"]
    assert own.centre.to_numpy() == pytest.approx(p)
    assert own.low.to_numpy() == pytest.approx(np.maximum(p - 3 * s * sigma, 0))
    assert own.high.to_numpy() == pytest.approx(np.minimum(p + 3 * s * sigma, 1))


def test_xmr_by_its_formula_and_inside_the_scale() -> None:
    own = cx.control_chart(means([[4, 5], [4, 4], [3, 5], [5, 5], [4, 5]]))
    x = np.array([4.5, 4, 4, 5, 4.5])
    assert own.method == "xmr"
    assert own.low == pytest.approx(x.mean() - 3 * np.abs(np.diff(x)).mean() / 1.1283791670955126)
    assert own.high == pytest.approx(5), "no rating passes the end of its scale"
    assert own.notes == ("limits from 5 periods still move much",)


def test_signals_are_named_by_their_rule() -> None:
    rng = np.random.default_rng(2)
    ks = [int(k) for k in rng.binomial(200, 0.1, 23)] + [70]
    own = cx.control_chart(shares(ks, [200] * 24)).to_pandas()
    assert own.signal.iloc[-1] == "outside the limits"
    shifted = [20, 22] * 8 + [30, 32] * 4
    own = cx.control_chart(shares(shifted, [200] * 24)).to_pandas()
    assert list(own.signal != "").index(True) == 7, "the eighth month below the centre"
    assert "8 in a row on one side" in own.signal.iloc[-1]
    assert (cx.control_chart(shares([20] * 24, [200] * 24), rules=("outside",)).to_pandas().signal == "").all()


def test_limits_from_the_past_only() -> None:
    ks = [20, 22, 18, 21, 19, 23, 60]
    every, past = (cx.control_chart(shares(ks, [200] * 7), base=base).to_pandas() for base in ("all", "earlier"))
    first = cx.control_chart(shares(ks, [200] * 7), base=6).to_pandas()
    assert past.iloc[-1].signal == first.iloc[-1].signal == "outside the limits"
    assert past.iloc[-1].high == pytest.approx(first.iloc[-1].high)
    assert past.iloc[-1].high < every.iloc[-1].high
    assert past.iloc[:2].low.isna().all(), "two periods are needed for a moving range"
    earlier = cx.control_chart(shares(ks[:5], [200] * 5), base="earlier").to_pandas()
    assert past.low.iloc[2:5].to_numpy() == pytest.approx(earlier.low.iloc[2:5].to_numpy()), (
        "the future changes nothing"
    )


def test_a_month_without_answers_is_passed_over() -> None:
    found = shares([20, 22, 0, 21, 19], [200, 200, 0, 200, 200])
    own = cx.control_chart(found).to_pandas()
    assert own.value.isna().tolist() == [False, False, True, False, False]
    assert own.centre.iloc[0] == pytest.approx(82 / 800)


def test_false_alarms_of_months_that_really_vary() -> None:
    """METHODS 4.10: n = 200 with a real month sd of .02: p chart .025, Laney .003 outside."""
    rng = np.random.default_rng(3)
    from cxlab.interval.chart import laney

    outside = 0
    for _ in range(1500):
        p = np.clip(0.1 + 0.02 * rng.standard_normal(24), 0.001, 0.999)
        outside += int(laney(rng.binomial(200, p), np.full(24, 200)).outside.sum())
    assert outside / (1500 * 24) < 0.005
