"""Designed answers against R's survey package, asked as a user asks them; and designs that say nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from scipy import stats

import cxlab as cx
from cxlab.estimate.basis import designed

Shared = Callable[[str], Path]
FILES = {"strat": "apistrat", "clus1": "apiclus1", "clus2": "apiclus2", "srs": "apisrs", "wonly": "apistrat"}


def table_of(shared: Shared, kind: str, whole: bool = False) -> pd.DataFrame:
    """An api sample with its figures as answers; with `whole` only rows that lack none of R's columns give one."""
    frame = pd.read_csv(shared(f"reference/data/{FILES[kind]}.csv"), dtype={"dnum": str})
    score = frame.api00
    frame = frame.assign(
        recommend=np.where(score >= 720, 10, np.where(score <= 600, 0, 8)),
        award=(frame.awards == "Yes").astype(int),
        level=frame.stype.map({"E": 1, "H": 2, "M": 3}),
    )
    for column in ("recommend", "award", "api00", "api99") if whole else ():
        frame[column] = frame[column].where(frame.enroll.notna())
    return frame


def design_of(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    """The keywords of the design that a case names."""
    kind, _, option = name.partition("_")
    found: dict[str, Any] = {"method": "t", "weight": "pw"}
    if kind == "strat":
        found["strata"] = "stype"
    if kind.startswith("clus"):
        found["cluster"] = "dnum"
    if name == "srs":
        return {"method": "t", "population": 6194}
    if option in ("nofpc", "wr", "w_nofpc") or kind == "wonly":
        return found
    sizes = frame.groupby("stype").fpc.first().to_dict() if kind == "strat" else float(frame.fpc.iloc[0])
    return found | {"population": sizes}


def ask(term: str, frame: pd.DataFrame, **keywords: Any) -> cx.Estimates:
    if term == "nps":
        return cx.nps(frame, **keywords)
    if term == "award_yes":
        return cx.csat(frame, "award", scale=(0, 1), **keywords)
    if term.startswith("stype"):
        found = cx.distribution(frame, "level", scale=(1, 3), **keywords)
        return found.where(point={"E": 1, "H": 2, "M": 3}[term[-1]])
    return cx.rating(frame, term, scale=(100, 1000), **keywords)


def cases(shared: Shared, start: str) -> list[tuple[str, dict[str, Any]]]:
    """Cases whose id begins so, with the name of their design; the two-stage design is not in the method."""
    found = json.loads(shared("reference/cases/survey.json").read_text())["cases"]
    named = [(case["id"].removeprefix(start), case) for case in found if case["id"].startswith(start)]
    return [(name, case) for name, case in named if name.partition("_")[0] in FILES and name != "clus2"]


def same(
    own: cx.Estimate, mean: float, low: float, high: float, ends: tuple[float, float] = (-math.inf, math.inf)
) -> None:
    factor = 100 if own.metric == "nps" else 1
    assert own.estimate == pytest.approx(mean * factor, rel=1e-9, abs=1e-9)
    assert own.low == pytest.approx(max(low * factor, ends[0]), rel=1e-8, abs=1e-8)
    assert own.high == pytest.approx(min(high * factor, ends[1]), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("start", ["svymean_", "svyprop_stype_"])
def test_means_and_shares_of_r(shared: Shared, start: str) -> None:
    done = 0
    for name, case in cases(shared, start):
        frame = table_of(shared, name.partition("_")[0], whole=start == "svymean_")
        for row in case["output"]:
            if row["term"] == "enroll":
                continue  # beyond the thousand points that a scale may have
            if row["se"] == 0:
                continue  # a share that the strata fix has no error in R, and answers by design nothing to ask
            found = ask(row["term"], frame, **design_of(name, frame))
            # R keeps the df of a cluster whose only answer is blank; ours go with the answers.
            reach = stats.t.ppf(0.975, found.basis().df[0]) * row["se"]
            assert found.basis().df[0] == row["df"] or (start, name) == ("svymean_", "clus2_wr")
            same(found[0], row["est"], row["est"] - reach, row["est"] + reach)
            done += 1
    assert done >= (20 if start == "svymean_" else 9), done


def test_domains_of_r(shared: Shared) -> None:
    """A segment of a designed table is a domain: clusters without its rows count, its own give the t quantile."""
    done = 0
    for start in ("svyby_nps_", "svyby_api_sw_"):
        for name, case in cases(shared, start):
            frame = table_of(shared, name.partition("_")[0])
            term, by = ("nps", ["stype"]) if start == "svyby_nps_" else ("api00", ["stype", "sch.wide"])
            found = ask(term, frame, by=by, **design_of(name, frame))
            basis = found.basis()
            assert len(found) == len(case["output"])
            for row in case["output"]:
                place = next(i for i, one in enumerate(found) if all(one.segment[key] == row[key] for key in by))
                if basis.n[place] == 1 or row["se"] < 1e-9:
                    assert not np.isnan([x for x in (found[place].low, found[place].high) if x is not None]).any()
                    continue
                reach = stats.t.ppf(0.975, basis.df[place]) * row["se"]
                ends = (-100.0, 100.0) if term == "nps" else (100.0, 1000.0)
                same(found[place], row[term], row[term] - reach, row[term] + reach, ends)
                done += 1
    assert done >= 25, done


def test_a_domain_taken_out_of_its_sample_by_r(shared: Shared) -> None:
    for name, column, value in (("strat", "sch.wide", "Yes"), ("clus1", "stype", "M")):
        (case,) = [case for own, case in cases(shared, "svy_subset_") if own == name]
        frame = table_of(shared, name)
        for row in case["output"]:
            (own,) = ask(row["term"], frame, by=column, **design_of(name, frame)).where(**{column: value})
            same(own, row["est"], row["ci_t_lo"], row["ci_t_hi"])


def test_lonely_strata_as_r_adjusts_them() -> None:
    frame = pd.DataFrame({"y": [1, 3, 10], "s": ["a", "a", "b"], "w": [2.0, 2.0, 5.0]})
    (one,) = cx.rating(frame, "y", scale=(0, 100), weight="w", strata="s", lonely="adjust", method="t")
    se = (one.high - one.estimate) / stats.t.ppf(0.975, 1)
    assert one.estimate == pytest.approx(6.44444444444444)
    assert se == pytest.approx(2.02469135802469)
    with pytest.raises(cx.CxlabError, match="Stratum 'b' has 1 unit"):
        cx.rating(frame, "y", scale=(0, 100), weight="w", strata="s")


class TestRake:
    margins = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch.wide": {"No": 1072, "Yes": 5122}}  # noqa: RUF012

    @pytest.mark.parametrize("case", ["rake_clus1", "cal_raking_clus1_nofpc", "cal_raking_srs"])
    def test_weights_and_means_of_r(self, shared: Shared, case: str) -> None:
        (wanted,) = [
            c for c in json.loads(shared("reference/cases/survey.json").read_text())["cases"] if c["id"] == case
        ]
        frame = table_of(shared, "srs" if case.endswith("srs") else "clus1")
        raked = cx.rake(cx.read(frame, columns={"weight": "pw"}), self.margins)
        table = raked.to_pandas()
        for cell in wanted["output"]["distinct_cell_weights"]:
            rows = table[(table.stype == cell["stype"]) & (table["sch.wide"] == cell["sch.wide"])]
            assert rows.weight.to_numpy() == pytest.approx(cell["new"], rel=1e-9)
        for row in wanted["output"]["est"]:
            (own,) = ask(row["term"], raked, method="t")
            factor = 100 if row["term"] == "nps" else 1
            assert own.estimate == pytest.approx(row["est"] * factor, rel=1e-9)
            assert "raked to 'stype' and 'sch.wide'" in own.notes

    def test_errors_stay_near_those_of_r_and_lean_to_the_safe_side(self, shared: Shared) -> None:
        """Ours take the leverage of a row into account (HC3), which R's linearisation does not."""
        found = json.loads(shared("reference/cases/survey.json").read_text())["cases"]
        (wanted,) = [case for case in found if case["id"] == "cal_raking_srs"]
        raked = cx.rake(table_of(shared, "srs"), self.margins)
        for row in wanted["output"]["est"]:
            own = ask(row["term"], raked, population=6194).basis()
            ours, theirs = math.sqrt(own.variance[0]), row["se"]
            assert 1.0 < ours / theirs < 1.04, row["term"]

    def test_trimmed_weights_of_r(self, shared: Shared) -> None:
        frame = table_of(shared, "strat")
        raked = cx.rake(cx.read(frame, columns={"weight": "pw"}), self.margins).to_pandas().weight
        low = float(np.quantile(raked, 0.02))
        trimmed = cx.rake(cx.read(frame, columns={"weight": "pw"}), self.margins, trim=(low / raked.mean(), 1.2))
        wanted = pd.read_csv(shared("reference/data/trim_strat_weights.csv"))
        assert trimmed.to_pandas().weight.to_numpy() == pytest.approx(wanted.iloc[:, -1].to_numpy(), rel=1e-9)
        assert trimmed.ledger.facts["trimmed"] > 0
        assert trimmed.ledger.counts["trimmed"] == trimmed.ledger.facts["trimmed"]

    def test_customers_who_answered_once_do_not_undo_raking(self, shared: Shared) -> None:
        frame = table_of(shared, "srs")
        bare = cx.nps(cx.rake(frame, self.margins))[0]
        named = cx.nps(cx.rake(frame.assign(customer=range(len(frame))), self.margins))[0]
        assert (named.low, named.high) == (bare.low, bare.high)

    def test_the_rest_of_a_raked_segment_is_raked_too(self, shared: Shared) -> None:
        raked = cx.rake(table_of(shared, "srs"), self.margins)
        found = cx.nps(raked, by="stype")
        whole = found.basis().pool([[0, 1, 2]])
        assert whole.n_effective[0] == pytest.approx(cx.nps(raked)[0].n_effective)
        assert len(found.compare("rest")) == 3

    def test_every_engine_rakes_alike(self, shared: Shared) -> None:
        frame = table_of(shared, "srs")[["stype", "sch.wide", "recommend"]]
        wanted = cx.nps(cx.rake(frame, self.margins), by="stype")
        import duckdb
        import polars as pl

        relation = duckdb.connect().from_df(frame)
        for other in (pl.DataFrame(frame), relation):
            found = cx.nps(cx.rake(other, self.margins), by="stype")
            assert [one.low for one in found] == pytest.approx([one.low for one in wanted], rel=1e-9)

    def test_blank_levels_can_have_a_margin(self) -> None:
        frame = pd.DataFrame({"g": ["a", None, "a ", None], "recommend": [9, 3, 8, 10]})
        raked = cx.rake(frame, {"g": {"a": 30, None: 10}})
        assert list(raked.to_pandas().weight) == [15, 5, 15, 5]

    def test_margins_that_need_rows_where_there_are_none_are_refused_before_weights_overflow(self) -> None:
        """Half of the rows would need 10 and half 50 of the same 100: the factors grow for ever."""
        frame = pd.DataFrame({"a": list("xxyy"), "b": list("uuvv"), "recommend": [1, 9, 10, 5]})
        with pytest.raises(cx.CxlabError, match=r"one is still off by 4 of its size"):
            cx.rake(frame, {"a": {"x": 10, "y": 90}, "b": {"u": 50, "v": 50}})


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"weight": "w"},
        {"weight": "w", "method": "t"},
        {"weight": "w", "population": 2000},
        {"cluster": "k", "weight": "w"},
        {"strata": "s", "cluster": "sk", "method": "t"},
        {"strata": "s", "population": {"x": 600, "y": 900}},
    ],
)
def test_the_rest_is_the_segment_that_its_rows_would_make(how: dict[str, Any]) -> None:
    """A union of tallies against the same rows under one name: estimate, size, degrees of freedom, variance, limits."""
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"g": random.choice(list("abcd"), 300), "recommend": random.integers(0, 11, 300)})
    frame = frame.assign(w=random.gamma(2, 1, 300), k=random.integers(0, 90, 300), s=random.choice(["x", "y"], 300))
    frame = frame.assign(sk=frame.s + frame.k.astype(str), other=np.where(frame.g == "a", "a", "rest"))
    union = cx.nps(frame, by="g", **how).basis().pool([[1, 2, 3]])
    alone = cx.nps(frame, by="other", **how).basis().take(np.array([1]))
    for name in ("estimate", "n", "n_effective", "df", "variance"):
        assert getattr(union, name) == pytest.approx(getattr(alone, name), rel=1e-10, nan_ok=True), name
    assert np.ravel(union.shown(0.95)) == pytest.approx(np.ravel(alone.shown(0.95)))


class TestDesignsThatSayNothing:
    frame = pd.DataFrame(
        {"recommend": [10, 9, 3, 8, 10, 0], "one": [1] * 6, "k": [1, 1, 2, 3, 2, 2], "g": list("aabbbb"),
         "zero": [0, 0, 1, 1, 1, 1]}
    )  # fmt: skip

    def test_one_customer_is_worth_one_answer(self) -> None:
        (own,) = cx.nps(self.frame.assign(customer=7))
        assert own.n_effective == 1
        assert (own.low, own.high) == (-100, 100)
        assert "clustered by customer: 1 unit" in own.notes

    def test_a_segment_inside_one_cluster_is_worth_one_answer(self) -> None:
        first, second = cx.nps(self.frame, cluster="k", by="g")
        assert (first.n, first.n_effective) == (2, 1)
        assert second.n_effective > 1

    @pytest.mark.parametrize("how", [{}, {"weight": "w"}, {"cluster": "k"}])
    def test_answers_all_alike_have_no_t_interval(self, how: dict[str, str]) -> None:
        """As R refuses `t.test` of constant data: not a point, which would be sure of what two answers cannot show."""
        frame = pd.DataFrame(
            {"y": [3, 3, 3, 1, 2, 5], "w": [0.1, 0.2, 0.7, 1, 2, 1], "k": [1, 2, 3, 4, 5, 6], "g": list("aaabbb")}
        )
        alike, other = cx.rating(frame, "y", scale=(1, 5), by="g", method="t", **how)
        assert (alike.estimate, alike.low, alike.high) == (pytest.approx(3), None, None)
        assert "unbounded" in alike.notes
        assert other.low < other.estimate < other.high
        (gap,) = cx.rating(frame, "y", scale=(1, 5), by="g", method="t", **how).compare()
        assert (gap.p_value, gap.verdict) == (None, "unclear")

    def test_a_segment_without_weight_has_no_data_and_harms_no_other(self) -> None:
        for method in ("score", "t", "wald"):
            first, second = cx.nps(self.frame, weight="zero", by="g", method=method)
            assert (first.estimate, first.low, first.n) == (None, None, 2)
            assert {"no data", "every weight is 0"} <= set(first.notes)
            assert second.estimate == pytest.approx(-25)
        (gap,) = cx.nps(self.frame, weight="zero", by="g").compare()
        assert (gap.difference, gap.verdict) == (None, "unclear")

    def test_a_population_that_was_asked_whole_has_no_limits(self) -> None:
        (own,) = cx.nps(self.frame, population=6)
        assert (own.low, own.high, own.note) == (None, None, "population value")
        (most,) = cx.nps(self.frame, population=8)
        (some,) = cx.nps(self.frame, population=1000)
        assert most.high - most.low < some.high - some.low

    def test_the_population_of_customers_holds_when_each_answered_once(self) -> None:
        once = self.frame.assign(customer=range(6))
        assert cx.nps(once, population=8)[0].n_effective == cx.nps(self.frame, population=8)[0].n_effective

    def test_the_population_of_clusters_may_be_smaller_than_the_rows(self) -> None:
        scores = np.random.default_rng(3).integers(0, 11, 60)
        frame = pd.DataFrame({"recommend": scores, "school": np.arange(60) % 20, "customer": np.arange(60) % 20})
        free, half = (cx.nps(frame, cluster="school", population=n)[0] for n in (None, 40))
        assert half.n_effective == pytest.approx(free.n_effective * 40 / (40 - 20), rel=1e-12)
        assert cx.nps(frame, population=40)[0].n_effective == pytest.approx(half.n_effective, rel=1e-12)
        raked = cx.rake(frame.assign(g=frame.school % 2), {"g": {0: 30, 1: 30}})
        assert cx.nps(raked, weight="weight", cluster="school", population=40)[0].n_effective > free.n_effective

    def test_a_customer_who_answers_again_moves_no_other_segment_in_a_known_population(self) -> None:
        scores = np.random.default_rng(4).integers(0, 11, 80)
        once = pd.DataFrame({"recommend": scores, "customer": np.arange(80), "g": np.arange(80) % 2})
        again = pd.concat([once, once.iloc[:1]])
        first, second = cx.nps(once, by="g", population=100), cx.nps(again, by="g", population=100)
        assert second[1] == first[1]
        assert second[0].n_effective == pytest.approx(
            cx.nps(again, by="g")[0].n_effective * 100 / (100 - 80), rel=1e-12
        )
        both = pd.concat([once, once.assign(g=1 - once.g)])
        sizes = [one.n_effective for one in cx.nps(both, by="g", population=100)]
        assert sizes == pytest.approx([80 * 99 / 20] * 2), "80 customers of 100, each in both segments"
        assert cx.nps(both, by="g", population=100).compare()[0].difference is not None

    @pytest.mark.parametrize("weights", [[1e200, 1, 1, 1, 1, 1], [1e-200] * 6])
    def test_weights_that_cannot_be_squared_are_refused(self, weights: list[float]) -> None:
        with pytest.raises(cx.CxlabError, match="too far to square"):
            cx.nps(self.frame.assign(w=weights), weight="w")


def test_a_long_table_that_begins_with_many_units_needs_no_count_of_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(3)
    shop = rng.integers(0, 900, 4000)
    answers = np.where(rng.random(4000) < 0.6, np.array([0, 8, 10])[shop % 3], rng.choice([0, 8, 10], 4000))
    table = pa.table({"recommend": answers, "shop": shop, "g": rng.integers(0, 9, 4000)})
    pa.parquet.write_table(table, tmp_path / "rows.parquet")
    asked = {"by": "g", "cluster": "shop"}
    exact = cx.nps(cx.read(tmp_path / "rows.parquet"), **asked)
    monkeypatch.setattr("cxlab.tally.events.EXACT", 1000)
    monkeypatch.setattr("cxlab.tally.events.PROBE", 2000)
    monkeypatch.setattr(designed, "ENOUGH", 500)
    quick = cx.nps(cx.read(tmp_path / "rows.parquet"), **asked)
    for one, other in zip(exact, quick, strict=True):
        assert other.n_effective == pytest.approx(one.n_effective, rel=1 / 500)
        assert other.n_effective < one.n_effective, "the quick way errs on the safe side"


def test_coverage_of_repeat_answers_by_the_public_call() -> None:
    """4.6 at G = 20, latent correlation .5, shape (.2, .3, .5): the published minimum over its six cells is .938."""
    rng, runs, groups = np.random.default_rng(11), 300, 20
    size = rng.geometric(1 / 3, runs * groups)
    who = np.repeat(np.arange(runs * groups), size)
    latent = np.sqrt(0.5) * rng.standard_normal(runs * groups)[who] + np.sqrt(0.5) * rng.standard_normal(len(who))
    scores = np.array([0, 8, 10])[np.searchsorted(stats.norm.ppf([0.2, 0.5]), latent)]
    found = cx.nps(pd.DataFrame({"recommend": scores, "customer": who, "run": who // groups}), by="run")
    hits = sum(one.low <= 30 <= one.high for one in found)
    assert len(found) == runs
    assert hits / runs >= 0.938 - 3 * np.sqrt(0.938 * 0.062 / runs)


def test_coverage_of_raked_answers_by_the_public_call() -> None:
    """4.7 at n = 100, strong weights and strong dependence: published .940 from 600 samples."""
    rng, runs, n = np.random.default_rng(12), 80, 100
    people = np.outer([0.5, 0.3, 0.2], [0.4, 0.35, 0.25])
    asked = (people * np.outer([0.3, 1, 2], [1.5, 1, 0.4])).ravel()
    a, b = np.divmod(np.arange(9), 3)
    edges = stats.norm.ppf([0.2, 0.5])[:, None] - 0.9 * ((a - 1) + 0.7 * (b - 1))
    shapes = np.diff(np.vstack([np.zeros(9), stats.norm.cdf(edges), np.ones(9)]), axis=0).T
    truth = 100 * people.ravel() @ shapes @ [-1, 0, 1]
    margins = {"a": dict(enumerate(people.sum(axis=1))), "b": dict(enumerate(people.sum(axis=0)))}
    hits = lost = 0
    for _ in range(runs):
        cell = rng.choice(9, n, p=asked / asked.sum())
        scores = [rng.choice([0, 8, 10], p=shapes[c] / shapes[c].sum()) for c in cell]
        try:
            raked = cx.rake(pd.DataFrame({"recommend": scores, "a": a[cell], "b": b[cell]}), margins)
        except cx.CxlabError:
            lost += 1  # nobody in several cells: no weights meet both margins, and the rows are refused
            continue
        (one,) = cx.nps(raked)
        hits += one.low <= truth <= one.high
    assert lost <= 2
    runs -= lost
    assert hits / runs >= 0.94 - 3 * np.sqrt(0.94 * 0.06 / runs)


def test_a_named_customer_is_what_a_noticed_one_is() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"recommend": rng.choice([0, 8, 10], 90), "customer": rng.integers(0, 30, 90), "g": rng.choice(list("ab"), 90)}
    )
    assert list(cx.nps(frame, by="g")) == list(cx.nps(frame, by="g", cluster="customer"))


def test_rows_that_name_no_cluster_are_units_of_their_own() -> None:
    import duckdb
    import polars as pl

    scores, shops = [9, 3, 10, 8, 0, 10], ["x", "x", "y", None, None, None]
    named = ["x", "x", "y", "p", "q", "r"]
    wanted = cx.nps(pd.DataFrame({"recommend": scores, "shop": named}), cluster="shop")[0]
    frame = pd.DataFrame({"recommend": scores, "shop": shops})
    for table in (frame, pl.DataFrame(frame), duckdb.connect().from_df(frame)):
        own = cx.nps(table, cluster="shop")[0]
        assert (own.low, own.high, own.notes) == (wanted.low, wanted.high, wanted.notes)
