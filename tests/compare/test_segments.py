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
    for _ in range(40):
        groups = {f"s{i}": list(rng.choice([3, 8, 10], n, p=[0.01, 0.04, 0.95])) for i, n in enumerate(sizes)}
        found = cx.nps(frame(**groups), by="g").compare()
        assert len(found) == 28
        alarms += any(one.verdict != "unclear" for one in found)
    assert alarms <= 5, "a family error of .05 gives more than 5 of 40 in 1 of 70 runs; METHODS measured .01 to .03"


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


def test_one_test_over_all_segments() -> None:
    alike = cx.nps(frame(a=scores(10, 20, 30), b=scores(11, 19, 30), c=scores(9, 22, 29)), by="g").compare()
    apart = cx.nps(frame(a=scores(10, 20, 30), b=scores(30, 20, 10), c=scores(9, 22, 29)), by="g").compare()
    same = cx.nps(frame(a=scores(0, 0, 9), b=scores(0, 0, 5), c=scores(1, 1, 30)), by="g").compare()
    assert alike.omnibus > 0.5 > 1e-6 > apart.omnibus
    assert same.omnibus > 0.2, "segments without spread are tested by dealing the rows anew"


def test_customers_on_both_sides_are_noted() -> None:
    table = pd.DataFrame(
        {"recommend": [9, 3, 10, 8, 0, 10, 9, 9], "g": list("aaabbbcc"), "customer": [1, 2, 3, 3, 4, 5, 6, 7]}
    )
    notes = {(one.segment["g"], one.versus): one.notes for one in cx.nps(table, by="g").compare()}
    assert notes["a", "b"] == ("some units stand in both: not independent",)
    assert notes["a", "c"] == notes["b", "c"] == ()
    rest = {one.segment["g"]: bool(one.notes) for one in cx.nps(table, by="g").compare("rest")}
    assert rest == {"a": True, "b": True, "c": False}
    part = cx.nps(table, by="g")[1:]
    assert all(not one.notes for one in part.compare()), "positions move with the segments that are chosen"


def test_rest_counts_customers_once_who_stand_in_two_segments() -> None:
    table = pd.DataFrame(
        {"recommend": [9, 3, 10, 8, 0, 10, 9, 9], "g": list("abcabcab"), "customer": [1, 1, 2, 2, 3, 3, 4, 5]}
    )
    union = cx.nps(table, by="g").basis().pool([[0, 1, 2]])
    assert union.n_effective[0] == pytest.approx(cx.nps(table)[0].n_effective)


def test_unadjusted_p_values_of_t_intervals_are_those_of_welch() -> None:
    from scipy import stats

    rng = np.random.default_rng(0)
    a, b = rng.integers(1, 11, 40), rng.integers(3, 11, 12)
    table = frame(a=list(a), b=list(b))
    (own,) = cx.rating(table, "recommend", scale=(1, 10), by="g", method="t").compare(adjust="none")
    assert own.p_value == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue, rel=0.15)


def test_a_segment_seen_once_has_no_period_before() -> None:
    table = pd.DataFrame(
        {"recommend": [9, 3], "g": ["a", "b"], "answered": pd.to_datetime(["2026-09-10"] * 2, utc=True)}
    )
    with pytest.raises(cx.CxlabError, match="no period before"):
        cx.nps(table, by=["g", cx.period("answered", "month")]).compare("previous")


def test_one_share_of_a_distribution_is_compared_like_that_share_alone() -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "satisfaction": rng.integers(1, 6, 200),
            "seg": rng.choice(list("abc"), 200),
            "customer": rng.integers(0, 60, 200),
        }
    )
    parts = cx.distribution(frame, "satisfaction", scale=(1, 5), by="seg").where(point=5)
    alone = cx.csat(frame, scale=(1, 5), top=5, by="seg")
    for to in ("pairs", "rest"):
        for one, other in zip(parts.compare(to), alone.compare(to), strict=True):
            assert (one.low, one.high, one.p_value) == pytest.approx((other.low, other.high, other.p_value))


@pytest.mark.parametrize("level", [0, 0.2, 1, 95, "high"])
def test_a_comparison_refuses_a_level_as_a_metric_does(level: object) -> None:
    answer = cx.nps(pd.DataFrame({"recommend": [9, 1], "seg": ["a", "b"]}), by="seg")
    with pytest.raises(cx.CxlabError, match="confidence level"):
        answer.compare(level=level)


def test_a_difference_without_limits_says_why() -> None:
    answer = cx.nps(pd.DataFrame({"recommend": [9, 1], "seg": ["a", "b"]}), by="seg", method="t")
    (one,) = answer.compare()
    assert (one.difference, one.low, one.note) == (200.0, None, "unbounded")
