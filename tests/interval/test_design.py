"""Designed means against R's survey package; effective sizes by their definition and by simulation."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from cxlab.errors import DefinitionError
from cxlab.interval import design
from cxlab.interval.score import limits

NPS = np.array([-1.0, 0.0, 1.0])


class Survey:
    """One of the api samples: codes of stratum and PSU, weights, and N_h, as the design of the case says."""

    def __init__(self, folder: Path, name: str) -> None:
        files = {"strat": "apistrat", "clus1": "apiclus1", "clus2": "apiclus2", "srs": "apisrs", "wonly": "apistrat"}
        kind = name.split("_")[0]
        with (folder / f"{files[kind]}.csv").open() as file:
            self.rows = list(csv.DictReader(file))
        n = len(self.rows)
        plain = kind == "srs" and name == "srs"
        self.w = np.ones(n) if plain else np.array([float(r["pw"]) for r in self.rows])
        stratum = [r["stype"] if kind == "strat" else "" for r in self.rows]
        self.strata, self.stratum = np.unique(stratum, return_inverse=True)
        psu = [r["dnum"] if kind.startswith("clus") else str(i) for i, r in enumerate(self.rows)]
        _, self.psu = np.unique(psu, return_inverse=True)
        self.population = None
        if name in ("strat", "clus1", "srs"):
            whole = np.array([float(r["fpc"]) for r in self.rows])
            self.population = np.array([whole[self.stratum == h][0] for h in range(len(self.strata))])

    def column(self, name: str) -> np.ndarray:
        if name == "nps":
            score = self.column("api00")
            return np.where(score >= 720, 1.0, np.where(score <= 600, -1.0, 0.0))
        if name == "award_yes":
            return np.array([float(r["awards"] == "Yes") for r in self.rows])
        return np.array([float(r[name] or "nan") for r in self.rows])

    def mean(self, name: str, segment: np.ndarray | None = None) -> design.Effective:
        """The mean of a column in the rows of `segment` as a domain of the whole sample."""
        kept = np.ones(len(self.rows), dtype=bool) if segment is None else segment
        y, w = self.column(name)[kept], self.w[kept]
        size, strata = self.psu.max() + 1, len(self.strata)
        stratum_of = np.zeros(size, dtype=int)
        stratum_of[self.psu] = self.stratum
        here = np.unique(self.psu[kept])
        sw = np.bincount(self.psu[kept], weights=w, minlength=size)[here]
        swy = np.bincount(self.psu[kept], weights=w * y, minlength=size)[here]
        sums = design.totals(np.zeros(len(here), dtype=int), stratum_of[here], sw, swy, (1, strata))
        seen = np.bincount(stratum_of, minlength=strata)
        return design.taylor(sums, [kept.sum()], [(w * y * y).sum()], seen=seen, population=self.population,
                             strata=list(self.strata))  # fmt: skip


def cases_of(shared: Callable[[str], Path]) -> list[dict]:
    return json.loads(shared("reference/cases/survey.json").read_text())["cases"]


def test_means_of_r(shared: Callable[[str], Path]) -> None:
    done = 0
    for case in cases_of(shared):
        name = case["id"].removeprefix("svymean_")
        if not case["id"].startswith("svymean_") or "deffrep" in name or name == "clus2":
            continue  # clus2 without wr has a second stage, which is not in the method
        survey = Survey(shared("reference/data"), name)
        whole = np.array([r["enroll"] != "" for r in survey.rows])  # R drops a row that lacks any of the columns
        for row in case["output"]:
            own = survey.mean(row["term"], whole)
            assert own.estimate[0] == pytest.approx(row["est"], abs=1e-9)
            assert np.sqrt(own.variance[0]) == pytest.approx(row["se"], rel=1e-9), (case["id"], row["term"])
            assert own.df[0] == row["df"] or not whole.all()
            done += 1
    assert done >= 15


def test_effective_size_is_that_of_the_design_effect_of_r(shared: Callable[[str], Path]) -> None:
    """deff="replace" is V over S^2/n with divisor n - 1; ours has the divisor n, so that n_eff deff = n - 1."""
    done = 0
    for case in cases_of(shared):
        name = case["id"].removeprefix("svymean_deffrep_")
        if not case["id"].startswith("svymean_deffrep_"):
            continue
        survey = Survey(shared("reference/data"), name)
        n = len(survey.rows)
        for row in case["output"]:
            own = survey.mean(row["term"]).n[0]
            assert own == pytest.approx(min(n, (n - 1) / row["deff"]), rel=1e-9), case["id"]
            done += 1
    assert done == 9


def test_domains_of_r(shared: Callable[[str], Path]) -> None:
    done = 0
    for case in cases_of(shared):
        name = case["id"]
        if name.startswith(("svyby_api_sw", "svyby_nps")):
            kind = name.removeprefix("svyby_api_sw_").removeprefix("svyby_nps_")
            if kind == "clus2":
                continue
            survey = Survey(shared("reference/data"), kind)
            for row in case["output"]:
                kept = np.array([all(r[k] == row[k] for k in ("stype", "sch.wide") if k in row) for r in survey.rows])
                measure = "nps" if "nps" in row else "api00"
                own = survey.mean(measure, kept)
                assert own.estimate[0] == pytest.approx(row[measure], abs=1e-9)
                assert np.sqrt(own.variance[0]) == pytest.approx(row["se"], rel=1e-9), (name, row)
                done += 1
        elif name.startswith("svy_subset"):
            survey = Survey(shared("reference/data"), name.removeprefix("svy_subset_"))
            column, value = case["inputs"]["domain"].replace("'", "").split(" == ")
            kept = np.array([r[column] == value for r in survey.rows])
            for row in case["output"]:
                own = survey.mean(row["term"], kept)
                assert np.sqrt(own.variance[0]) == pytest.approx(row["se"], rel=1e-9)
                assert own.df[0] == row["df"]
                done += 1
    assert done > 30


def lonely_sums() -> tuple[design.Totals, list[int], list[float]]:
    w, y = np.array([2.0, 2, 5]), np.array([1.0, 3, 10])
    return design.totals([0, 0, 0], [0, 0, 1], w, w * y, (1, 2)), [3], [float((w * y * y).sum())]


def test_stratum_with_one_unit() -> None:
    sums, n, wy2 = lonely_sums()
    assert np.sqrt(design.taylor(sums, n, wy2, lonely="adjust").variance) == pytest.approx([2.02469135802469])
    with pytest.raises(DefinitionError, match="Stratum 'b'"):
        design.taylor(sums, n, wy2, strata=["a", "b"])
    with pytest.raises(DefinitionError, match="lonely='remove'"):
        design.taylor(sums, n, wy2, lonely="remove")
    elsewhere = design.totals([0, 0], [0, 0], [2.0, 2], [2.0, 6], (1, 2))
    own = design.taylor(elsewhere, [2], [20.0], seen=[2, 1])
    assert own.df[0] == 1, "a lonely unit of a stratum in which the segment has no rows does no harm"
    whole = design.taylor(sums, n, wy2, population=[10, 1])
    assert whole.variance[0] > 0, "a stratum seen whole needs no variance of its own"


def test_repeat_answers_of_customers_by_the_formula() -> None:
    random = np.random.default_rng(4)
    customer = random.integers(0, 12, 60)
    y = np.where(random.random(60) < 0.3, random.choice(NPS, 60), random.choice(NPS, 12)[customer])
    u = np.bincount(customer, weights=(y - y.mean()) / 60, minlength=12)
    count, total = np.bincount(customer, minlength=12), np.bincount(customer, weights=y, minlength=12)
    sums = design.totals(np.zeros(12, int), np.zeros(12, int), count, total, (1, 1))
    own = design.taylor(sums, [60], [(y * y).sum()])
    assert own.variance[0] == pytest.approx(12 / 11 * (u**2).sum())
    assert own.n[0] == pytest.approx(y.var() / own.variance[0])
    assert own.df[0] == 11


def test_segments_do_not_touch_each_other() -> None:
    random = np.random.default_rng(5)
    segment, stratum = random.integers(0, 4, 90), random.integers(0, 2, 90)
    w, y = random.uniform(0.5, 2, 90), random.choice(NPS, 90)
    many = design.taylor(design.totals(segment, stratum, w, w * y, (4, 2)), np.bincount(segment),
                         np.bincount(segment, weights=w * y * y))  # fmt: skip
    for s in range(4):
        kept = segment == s
        one = design.taylor(design.totals(np.zeros(kept.sum(), int), stratum[kept], w[kept], (w * y)[kept], (1, 2)),
                            [kept.sum()], [(w * y * y)[kept].sum()])  # fmt: skip
        assert [many.estimate[s], many.variance[s], many.n[s], many.df[s]] == pytest.approx(
            [one.estimate[0], one.variance[0], one.n[0], one.df[0]]
        )


def test_edges_of_the_effective_size() -> None:
    # Segment 0: all alike. 1: two customers that mirror each other. 2: no rows. 3: one customer with all the spread.
    w = [[3.0, 2, 4], [2, 2, 0], [0, 0, 0], [5, 5, 0]]
    wy = [[3.0, 2, 4], [0, 0, 0], [0, 0, 0], [5, -5, 0]]
    where = [(s, c) for s in range(4) for c in range(3) if w[s][c]]
    a = np.array([w[s][c] for s, c in where])
    b = np.array([wy[s][c] for s, c in where])
    sums = design.totals([s for s, _ in where], np.zeros(len(where), int), a, b, (4, 1))
    own = design.taylor(sums, [9, 4, 0, 10], [9, 4, 0, 10])
    assert own.n.tolist() == [3, 4, 0, 2], "the PSUs, at most n, nothing, at least 2"
    assert np.isnan(own.estimate[2])
    assert own.df.tolist() == [2, 1, 1, 1]


def test_finite_population_enters_after_the_clip() -> None:
    sums = design.totals(np.zeros(40, int), np.zeros(40, int), np.ones(40), np.tile([1.0, 0], 20), (1, 1))
    free, half = (design.taylor(sums, [40], [20.0], population=size) for size in (None, [80.0]))
    assert half.variance == pytest.approx(free.variance / 2)
    assert half.n == pytest.approx(free.n * 2)
    assert half.n[0] > 40
    assert design.taylor(sums, [40], [20.0], population=[40.0]).n[0] == np.inf
    with pytest.raises(DefinitionError, match="Population 30, sample 40"):
        design.taylor(sums, [40], [20.0], population=[30.0])


def test_finite_factor() -> None:
    assert design.finite([50, 80, 9], [50, 100, 9], [np.nan, 100, 17]).tolist() == [50, np.inf, 18]
    with pytest.raises(DefinitionError, match="Population 99, sample 100"):
        design.finite(100, 100, 99)


def test_kish_of_r(shared: Callable[[str], Path]) -> None:
    case = {c["id"]: c for c in json.loads(shared("reference/cases/means.json").read_text())["cases"]}["wmean_ref"]
    w = np.array(case["inputs"]["w"])
    assert design.kish(w.sum(), w @ w) == pytest.approx(case["output"]["neff"])
    assert design.kish(0, 0) == 0


def raked_rows(random: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, b = random.integers(0, 3, n), random.integers(0, 2, n)
    w = np.array([0.5, 1.0, 2.0])[a] * np.array([0.8, 1.3])[b]
    return a, b, w


@pytest.mark.parametrize("n", [16, 60])
def test_raked_by_the_formula_on_rows(n: int) -> None:
    random = np.random.default_rng(6)
    a, b, w = raked_rows(random, n)
    y = random.choice(NPS, n)
    x = np.column_stack([np.ones(n), a == 1, a == 2, b == 1]).astype(float)
    share = w / w.sum()
    inverse = np.linalg.inv(x.T @ (x * share[:, None]))
    residual = y - x @ (inverse @ (x.T @ (share * y)))
    h = np.clip(share * np.einsum("iq,qr,ir->i", x, inverse, x), 0, 0.9)
    v = share @ (y - share @ y) ** 2
    variance = ((share * residual / (1 - h)) ** 2).sum()

    cell = a * 2 + b
    used = np.unique(cell)
    cells = [np.bincount(cell, weights=q, minlength=6)[used] for q in (np.ones(n), y, y * y)]
    first = [int(np.flatnonzero(cell == c)[0]) for c in used]
    own = design.raked(x[first], cells[0], w[first], *cells)
    kish = w.sum() ** 2 / (w @ w)
    assert own.estimate[0] == pytest.approx(share @ y)
    assert own.variance[0] == pytest.approx(variance)
    assert own.n[0] == pytest.approx(np.clip(v / variance, 2, n))
    assert own.df[0] == pytest.approx(max(kish - 4, 3))


def test_raked_variance_without_leverage_is_the_calibration_of_r(shared: Callable[[str], Path]) -> None:
    """R's calibrated variance has n/(n - 1) and no leverage: ours lies a little above it, and not far."""
    with shared("reference/data/cal_raking_srs_weights.csv").open() as file:
        rows = list(csv.DictReader(file))
    survey = Survey(shared("reference/data"), "srs")
    w = np.array([float(r["new_weight"]) for r in rows])
    keys, cell = np.unique([f"{r['stype']} {r['sch.wide']}" for r in rows], return_inverse=True)
    x = np.array([[1.0, "E" in k, "H" in k, "Yes" in k] for k in keys])
    y = survey.column("nps")
    cells = [np.bincount(cell, weights=q) for q in (np.ones(len(y)), y, y * y)]
    own = design.raked(x, cells[0], [w[cell == c][0] for c in range(len(keys))], *cells)
    case = next(c for c in cases_of(shared) if c["id"] == "cal_raking_srs")
    r = next(row for row in case["output"]["est"] if row["term"] == "nps")
    assert own.estimate[0] == pytest.approx(r["est"], abs=1e-6)
    se = r["se"] / np.sqrt(1 - 200 / 6194)
    assert se < np.sqrt(own.variance[0]) < 1.05 * se


def test_raked_segment_is_a_domain() -> None:
    """Rows outside the segment count as 0 in the regression, as they do in a domain of a calibrated sample."""
    random = np.random.default_rng(7)
    a, b, w = raked_rows(random, 80)
    y, kept = random.choice(NPS, 80), random.random(80) < 0.5
    x = np.column_stack([np.ones(80), a == 1, a == 2, b == 1]).astype(float)
    mean = (w * y)[kept].sum() / w[kept].sum()
    z = np.where(kept, y - mean, 0.0)
    inverse = np.linalg.inv(x.T @ (x * w[:, None]))
    residual = z - x @ (inverse @ (x.T @ (w * z)))
    h = w * np.einsum("iq,qr,ir->i", x, inverse, x)
    cell = a * 2 + b
    first = [int(np.flatnonzero(cell == c)[0]) for c in range(6)]
    table = [np.bincount(cell[kept], weights=q[kept], minlength=6) for q in (np.ones(80), y, y * y)]
    own = design.raked(x[first], np.bincount(cell, minlength=6), w[first], *table)
    assert own.variance[0] == pytest.approx(((w * residual / (1 - h)) ** 2).sum() / w[kept].sum() ** 2)


def test_raked_answers_all_alike_take_kish() -> None:
    own = design.raked(np.ones((2, 1)), [4, 6], [1.0, 2.0], [4, 6], [4, 6], [4, 6])
    assert own.n[0] == pytest.approx(16**2 / (4 + 24))


def test_coverage_of_raked_answers() -> None:
    """4.7 at n = 100, strong weights and strong dependence: published .940 from 600 samples."""
    random, runs, n = np.random.default_rng(12), 250, 100
    people = np.outer([0.5, 0.3, 0.2], [0.4, 0.35, 0.25])
    asked = people * np.outer([0.3, 1, 2], [1.5, 1, 0.4])
    a, b = np.divmod(np.arange(9), 3)
    shift = 0.9 * ((a - 1) + 0.7 * (b - 1))
    edges = stats.norm.ppf([0.2, 0.5])[:, None] - shift
    shapes = np.diff(np.vstack([np.zeros(9), stats.norm.cdf(edges), np.ones(9)]), axis=0).T
    truth = people.ravel() @ shapes @ NPS
    x = np.column_stack([np.ones(9), a == 1, a == 2, b == 1, b == 2]).astype(float)
    hit = 0
    for _ in range(runs):
        cell = random.choice(9, n, p=asked.ravel() / asked.sum())
        counts = np.bincount(cell, minlength=9)
        y = np.array([random.choice(NPS, p=shapes[c] / shapes[c].sum()) for c in cell])
        share = counts.reshape(3, 3) / n
        for _round in range(50):
            share = share * (people.sum(axis=1) / share.sum(axis=1))[:, None]
            share = share * people.sum(axis=0) / share.sum(axis=0)
        w = np.divide(share.ravel(), counts, out=np.zeros(9), where=counts > 0)
        tables = [np.bincount(cell, weights=q, minlength=9) for q in (np.ones(n), y, y * y)]
        own = design.raked(x, tables[0], w, *tables)
        table = np.array([[w[cell] @ (y == p) / w[cell].sum() for p in NPS]]) * own.n[0]
        low, high = limits(table, tuple(NPS), float(stats.t.ppf(0.975, own.df[0])))
        hit += int(low[0] <= truth <= high[0])
    assert hit / runs == pytest.approx(0.94, abs=3 * np.sqrt(0.94 * 0.06 * (1 / 600 + 1 / runs)))


def test_coverage_of_repeat_answers() -> None:
    """4.6 at G = 20, latent correlation .5, shape (.2, .3, .5): the published minimum over its six cells is .938."""
    random, runs, groups = np.random.default_rng(11), 600, 20
    cuts = stats.norm.ppf([0.2, 0.5])
    hit = 0
    for _ in range(runs):
        size = random.geometric(1 / 3, groups)
        who = np.repeat(np.arange(groups), size)
        latent = np.sqrt(0.5) * random.standard_normal(groups)[who] + np.sqrt(0.5) * random.standard_normal(len(who))
        y = np.searchsorted(cuts, latent) - 1.0
        total = np.bincount(who, weights=y)
        sums = design.totals(np.zeros(groups, int), np.zeros(groups, int), size, total, (1, 1))
        own = design.taylor(sums, [len(y)], [(y * y).sum()])
        counts = np.array([[(y == p).mean() for p in NPS]]) * own.n[0]
        low, high = limits(counts, tuple(NPS), float(stats.t.ppf(0.975, own.df[0])))
        hit += int(low[0] <= 0.3 <= high[0])
    assert hit / runs >= 0.938 - 3 * 0.0098
