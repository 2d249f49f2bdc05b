"""Comparisons: published differences, one rule for verdict and p-value, and no false alarms over many pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import cxlab as cx


def scores(detractors: int, passives: int, promoters: int) -> list[int]:
    return [3] * detractors + [8] * passives + [10] * promoters


def frame(**groups: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        [(name, score) for name, group in groups.items() for score in group], columns=["g", "recommend"]
    )


def shares(**groups: tuple[int, int]) -> pd.DataFrame:
    rows = [(name, int(i < k)) for name, (k, n) in groups.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["g", "yes"])


def test_newcombe_1998_as_printed() -> None:
    table = shares(a=(56, 70), b=(48, 80))
    (one,) = cx.csat(table, "yes", scale=(0, 1), by="g", method="wilson").compare(adjust="none")
    assert (round(one.difference, 4), round(one.low, 4), round(one.high, 4)) == (0.2, 0.0524, 0.3339)
    assert one.verdict == "higher"


def test_golden_difference_of_two_regions() -> None:
    table = shares(A=(70, 100), B=(48, 80))
    (one,) = cx.csat(table, "yes", scale=(0, 1), by="g", method="wilson").compare(adjust="none")
    assert (round(one.low, 3), round(one.high, 3)) == (-0.039, 0.236)
    assert one.verdict == "unclear"


@pytest.mark.parametrize("adjust", ["simultaneous", "holm", "bh", "none"])
@pytest.mark.parametrize("to", ["pairs", "rest", "b"])
def test_the_verdict_follows_the_p_value(adjust: str, to: str) -> None:
    rng = np.random.default_rng(3)
    groups = {
        name: list(rng.choice([3, 8, 10], 150, p=p))
        for name, p in zip("abcd", [(0.2, 0.3, 0.5), (0.2, 0.3, 0.5), (0.4, 0.3, 0.3), (0.05, 0.15, 0.8)], strict=True)
    }
    found = cx.nps(frame(**groups), by="g").compare(to=to, adjust=adjust)
    assert len(found) == {"pairs": 6, "rest": 4, "b": 3}[to]
    verdicts = {one.verdict for one in found}
    assert "higher" in verdicts or "lower" in verdicts
    for one in found:
        assert (one.verdict != "unclear") == (one.p_value < 1 - one.level)
        if adjust == "simultaneous":
            assert (one.verdict != "unclear") == (one.low > 0 or one.high < 0)
        assert one.low <= one.difference <= one.high
        assert one.verdict == "unclear" or (one.verdict == "higher") == (one.difference > 0)


def test_the_columns_of_the_contract() -> None:
    found = cx.nps(frame(a=scores(1, 2, 7), b=scores(5, 2, 3)), by="g").compare().to_pandas()
    assert list(found.columns) == [
        "g", "versus", "metric", "n", "n_versus", "difference", "low", "high", "level", "p_value", "detectable",
        "verdict", "note",
    ]  # fmt: skip


def test_eight_segments_without_a_difference_raise_few_alarms() -> None:
    rng = np.random.default_rng(11)
    sizes = [8, 12, 20, 30, 60, 100, 300, 1000]
    alarms = 0
    for _ in range(60):
        groups = {f"s{i}": list(rng.choice([3, 8, 10], n, p=[0.01, 0.04, 0.95])) for i, n in enumerate(sizes)}
        found = cx.nps(frame(**groups), by="g").compare()
        assert len(found) == 28
        alarms += any(one.verdict != "unclear" for one in found)
    assert alarms <= 7, "a family error of .05 gives more than 7 of 60 in 1 of 50 runs; METHODS measured .01 to .03"


def test_periods_are_compared_with_the_one_before() -> None:
    table = pa.table(
        {
            "recommend": scores(10, 20, 70) + scores(40, 20, 40),
            "answered": [pd.Timestamp("2026-09-10", tz="UTC")] * 100 + [pd.Timestamp("2026-10-10", tz="UTC")] * 100,
        }
    )
    (one,) = cx.nps(table, by=cx.period("answered", "month")).compare("previous")
    assert (one.segment["period"], one.versus, one.verdict) == ("2026-10", "2026-09", "lower")
    assert one.difference == pytest.approx(-60)


def test_with_periods_segments_are_compared_within_each() -> None:
    table = pa.table(
        {
            "recommend": scores(1, 2, 7) * 4,
            "g": ["a"] * 10 + ["b"] * 10 + ["a"] * 10 + ["b"] * 10,
            "answered": [pd.Timestamp("2026-09-10", tz="UTC")] * 20 + [pd.Timestamp("2026-10-10", tz="UTC")] * 20,
        }
    )
    found = cx.nps(table, by=["g", cx.period("answered", "month")]).compare()
    assert [(one.segment["period"], one.segment["g"], one.versus) for one in found] == [
        ("2026-09", "a", "b"),
        ("2026-10", "a", "b"),
    ]


def test_rest_is_tallied_again_where_clusters_span_segments() -> None:
    rng = np.random.default_rng(2)
    table = pd.DataFrame(
        {
            "recommend": rng.choice([3, 8, 10], 300),
            "g": rng.choice(list("abc"), 300),
            "customer": rng.integers(0, 60, 300),
        }
    )
    estimates = cx.nps(table, by="g")
    rest = estimates.basis().pool([[1, 2]])
    direct = cx.nps(table[table.g != "a"])[0]
    assert float(rest.n_effective[0]) == pytest.approx(direct.n_effective)
    assert float(rest.estimate[0]) == pytest.approx(direct.estimate)
    assert len(estimates.compare("rest")) == 3


@pytest.mark.parametrize("adjust", ["magic", ""])
def test_unknown_adjustments_and_baselines_are_refused(adjust: str) -> None:
    estimates = cx.nps(frame(a=[9], b=[3]), by="g")
    with pytest.raises(cx.CxlabError, match="adjustment"):
        estimates.compare(adjust=adjust)
    with pytest.raises(cx.CxlabError, match="No segment 'z'"):
        estimates.compare(to="z")
    with pytest.raises(cx.CxlabError, match="periods"):
        estimates.compare(to="previous")


def test_population_values_and_single_figures_are_not_compared() -> None:
    table = frame(a=[9], b=[3])
    with pytest.raises(cx.CxlabError, match="Population"):
        cx.nps(table, by="g", population="all").compare()
    with pytest.raises(cx.CxlabError, match="nothing to compare"):
        cx.nps([9, 3]).compare()
