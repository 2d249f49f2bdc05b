"""The worth of a customer: golden figures, propagated limits, and the model of repeat buying against R's BTYD."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special

import cxlab as cx
from cxlab.interval import buying

FIGURES: dict[str, Any] = {
    "margin": 60,
    "retention": 0.8,
    "discount": 0.1,
    "acquisition": 50,
    "retention_cost": 8,
    "service_cost": 12,
}


class TestClv:
    @pytest.mark.parametrize(
        ("variant", "more", "value"),
        [
            ("end_of_year", {}, 56.67),
            ("start_of_year", {}, 96.67),
            ("horizon_undiscounted", {"horizon": 3}, 47.60),
            ("revenue", {"revenue": 100, "margin": 0.6}, 266.67),
            ("end_of_year", {"revenue": 100, "margin": 0.6}, 56.67),
            ("end_of_year", {"horizon": 400}, 56.67),
        ],
    )
    def test_golden_values(self, variant: str, more: dict[str, Any], value: float) -> None:
        one = cx.clv(**(FIGURES | more), variant=variant)[0]
        assert round(one.estimate, 2) == value
        assert (one.unit, one.low, one.high) == ("money", None, None)
        assert "population value" in one.notes

    def test_golden_history(self) -> None:
        assert cx.clv(margin=[38, 41, 25], acquisition=50, variant="historic")[0].estimate == pytest.approx(54.0)
        dearer = cx.clv(margin=[38, 41, 25], acquisition=50, service_cost=2, variant="historic")
        assert dearer[0].estimate == pytest.approx(48.0)

    def test_costs_that_do_not_exist_are_said(self) -> None:
        one = cx.clv(margin=40, retention=0.8, discount=0.1, acquisition=50, costs="none")[0]
        assert round(one.estimate, 2) == 56.67
        assert one.definition["costs"] == "none: retention_cost, service_cost"

    def test_one_uncertain_figure_gives_its_own_limits_through_the_formula(self) -> None:
        kept = cx.retention_rate(cx.sample("harbour", "customers"), period="2025", by="region")
        worth = cx.clv(**(FIGURES | {"retention": kept}))
        for one, r in zip(worth, kept, strict=True):
            assert one.segment == r.segment
            for mine, limit in ((one.estimate, r.estimate), (one.low, r.low), (one.high, r.high)):
                assert mine == pytest.approx(40 * limit / (1.1 - limit) - 50)
            assert one.n == r.n
        wide = cx.clv(**(FIGURES | {"retention": kept}), level=0.99)
        exact = cx.retention_rate(cx.sample("harbour", "customers"), period="2025", by="region", level=0.99)
        assert wide[0].low == pytest.approx(40 * exact[0].low / (1.1 - exact[0].low) - 50)

    def test_two_uncertain_figures_add_in_squares_as_a_simulation_has_it(self) -> None:
        frame = pd.DataFrame({"customer": range(900), "started": ["2025-01-01"] * 900})
        frame["ended"] = [f"2026-0{1 + i % 9}-05" if i < 180 else None for i in range(900)]
        kept = cx.retention_rate(frame, period="2026")
        margin = cx.rating(list(np.repeat([1, 2, 3, 4, 5], [30, 60, 90, 60, 30])), scale=(1, 5))
        one = cx.clv(margin=margin, retention=kept, discount=0.1, costs="none")[0]
        rng = np.random.default_rng(2)
        r = rng.beta(720.5, 180.5, 200_000)
        m = rng.normal(3.0, np.sqrt(2 * (30 * 4 + 60) / 270 / 270), 200_000)
        low, high = np.quantile(m * r / (1.1 - r), [0.025, 0.975])
        assert one.low == pytest.approx(low, rel=0.01)
        assert one.high == pytest.approx(high, rel=0.01)

    def test_an_estimate_without_its_tally_has_its_limits_stretched(self) -> None:
        kept = cx.retention_rate(cx.sample("harbour", "customers"), period="2025")
        alone, whole = (cx.clv(**(FIGURES | {"retention": r}))[0] for r in (cx.from_json(kept.to_json()), kept))
        assert (alone.low, alone.high) == pytest.approx((whole.low, whole.high))
        wider = cx.clv(**(FIGURES | {"retention": kept[0]}), level=0.99)[0]
        assert wider.low < alone.low
        assert wider.high > alone.high

    def test_kept_for_ever_without_discount_has_no_finite_worth(self) -> None:
        one = cx.clv(margin=1, retention=1.0, discount=0.0, costs="none")[0]
        assert one.estimate is None
        assert cx.clv(margin=1, retention=1.0, discount=0.0, costs="none", horizon=5)[0].estimate == pytest.approx(5)


class TestRetentionProfit:
    @pytest.mark.parametrize(
        ("variant", "after", "growth", "roi"),
        [("points", 136.00, 0.275, 0.467), ("relative", 129.23, 0.212, 0.128)],
    )
    def test_golden_figures(self, variant: str, after: float, growth: float, roi: float) -> None:
        found = cx.retention_profit(**FIGURES, customers=1000, cost=20_000, variant=variant)
        figures = {e.segment["figure"]: e.estimate for e in found.estimates}
        assert round(figures["worth_before"], 2) == 106.67
        assert round(figures["worth_after"], 2) == after
        assert round(figures["growth"], 3) == growth
        assert round(figures["return_on_investment"], 3) == roi
        assert figures["gain"] == found[0].estimate
        if variant == "points":
            assert round(figures["growth_after_acquisition"], 3) == 0.518
            assert round(figures["break_even_cost"]) == 29_333

    def test_figures_that_were_not_asked_for_are_not_there(self) -> None:
        plain = {name: FIGURES[name] for name in ("margin", "retention", "discount", "retention_cost", "service_cost")}
        names = [e.segment["figure"] for e in cx.retention_profit(**plain).estimates]
        assert names == ["worth_before", "worth_after", "gain", "growth"]

    def test_sensitivity_moves_one_figure_at_a_time(self) -> None:
        found = cx.retention_profit(**FIGURES, customers=1000, cost=20_000)
        frame = found.sensitivity(steps=(-0.1, 0.0, 0.2))
        assert list(frame["input"]) == [name for name in ("retention", "discount", "margin") for _ in range(3)]
        assert frame[frame.step == 0]["gain"].tolist() == pytest.approx([found[0].estimate] * 3)
        moved = frame[(frame["input"] == "margin") & (frame.step == 0.2)].iloc[0]
        other = cx.retention_profit(**(FIGURES | {"margin": 72}))[0].estimate
        assert moved["gain"] == pytest.approx(other)
        assert np.isnan(frame[(frame["input"] == "retention") & (frame.step == 0.2)].iloc[0]["gain"])

    def test_a_figure_that_turns_between_the_limits_has_its_least_on_the_way(self) -> None:
        """Growth after acquisition is 40 r / (1.1 - r) and its change over what is left of 50: least near r = 0.828."""
        kept = cx.estimate.Estimate("r", "retention_rate", "v", 0.8, 0.75, 0.84, 0.95, 400, 400.0, "share", "wilson")
        found = cx.retention_profit(**(FIGURES | {"retention": kept})).estimates
        (own,) = [one for one in found if one.segment["figure"] == "growth_after_acquisition"]
        r = np.linspace(0.75, 0.84, 100_001)
        growth = (40 * (r + 0.05) / (1.05 - r) - 40 * r / (1.1 - r)) / (40 * r / (1.1 - r) - 50)
        assert 0.82 < r[growth.argmin()] < 0.835
        assert (own.low, own.high) == pytest.approx((growth.min(), growth.max()), rel=1e-4)

    def test_limits_and_segments_come_from_the_retention(self) -> None:
        kept = cx.retention_rate(cx.sample("harbour", "customers"), period="2025", by="region")
        found = cx.retention_profit(**(FIGURES | {"retention": kept}))
        assert found.by == ("region",)
        bounded = [e for e in found.estimates if e.segment["figure"] != "growth_after_acquisition"]
        assert all(e.low < e.estimate < e.high for e in bounded)
        assert len(found.estimates) == 5 * len(kept)


@pytest.fixture(scope="module")
def cdnow(request: pytest.FixtureRequest) -> pd.DataFrame:
    path = request.getfixturevalue("shared")("data/cdnow/CDNOW_sample.txt")
    names = ["id", "customer", "time", "cds", "amount"]
    frame = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype={"time": str})
    return frame.assign(time=pd.to_datetime(frame["time"], format="%Y%m%d"))


@pytest.fixture(scope="module")
def model(cdnow: pd.DataFrame) -> Any:
    return cx.clv_model(cdnow, until="1997-09-30")


class TestModel:
    def test_published_parameters(self, model: Any) -> None:
        p = model.parameters
        assert [round(p[name], 4) for name in ("r", "alpha", "a", "b")] == [0.2426, 4.4136, 0.7929, 2.4259]
        assert round(p["log_likelihood"], 2) == -9582.43
        for name, published in (("p", 6.25), ("q", 3.74), ("v", 15.44)):
            assert p[name] == pytest.approx(published, rel=0.01)

    def test_errors_of_the_logarithms_are_those_of_the_method_text(self, model: Any) -> None:
        for one, error in zip(model.estimates[:4], (0.052, 0.086, 0.234, 0.291), strict=True):
            assert np.log(one.high / one.low) / (2 * 1.959964) == pytest.approx(error, abs=6e-4)

    def test_polished_fit_of_r(self, model: Any, shared: Callable[[str], Path]) -> None:
        cases = {c["id"]: c for c in json.loads(shared("reference/cases/btyd.json").read_text())["cases"]}
        fit = cases["bgnbd_fit"]["output"]
        for name, key in zip(("r", "alpha", "a", "b"), ("p1", "p2", "p3", "p4"), strict=True):
            assert model.parameters[name] == pytest.approx(fit["polished"][key], rel=1e-5)
        assert model.parameters["log_likelihood"] == pytest.approx(fit["ll"], abs=1e-5)

    def test_what_is_expected_of_single_customers(self, shared: Callable[[str], Path]) -> None:
        checked = 0
        for case in json.loads(shared("reference/cases/btyd.json").read_text())["cases"]:
            given, out = case["inputs"], case["output"]
            if case["id"] == "bgnbd_expect":
                zero = np.zeros(1)
                found = [buying.expected_purchases(given["pars"], t, zero, zero, zero)[0] for t in given["t"]]
                assert found == pytest.approx(out, rel=1e-9)
            elif case["id"].startswith("bgnbd_indiv"):
                row = [np.array([float(given[name])]) for name in ("x", "t_x", "T_cal")]
                assert buying.alive(given["pars"], *row)[0] == pytest.approx(out["p_alive"], rel=1e-9)
                assert buying.buying_likelihood(given["pars"], *row)[0] == pytest.approx(out["ll"], rel=1e-9)
                found = [buying.expected_purchases(given["pars"], t, *row)[0] for t in given["T_star"]]
                assert found == pytest.approx(out["cond_exp"], rel=1e-8)
            elif case["id"].startswith("gg_expected"):
                x, m = (np.array([float(given[name])]) for name in ("x", "m_x"))
                assert buying.expected_spend(given["pars"], x, m)[0] == pytest.approx(out, rel=1e-9)
            else:
                continue
            checked += 1
        assert checked >= 7

    def test_every_customer_is_the_one_of_the_published_summary(
        self, model: Any, shared: Callable[[str], Path]
    ) -> None:
        summary = pd.read_csv(shared("data/cdnow/cdnow_customers_summary.csv"))
        frame = model.customers()
        assert len(frame) == 2357
        assert frame["frequency"].astype(int).tolist() == summary["frequency"].tolist()
        np.testing.assert_allclose(frame["recency"].astype(float), summary["recency"], atol=0.006)
        np.testing.assert_allclose(frame["age"].astype(float), summary["T"], atol=0.006)
        assert ((frame["p_alive"] > 0) & (frame["p_alive"] <= 1)).all()
        whole = frame["expected_value"].astype(float).mean()
        assert model[0].estimate == pytest.approx(whole)
        assert model.customers(horizon=7)["expected_value"].astype(float).mean() < whole

    def test_what_came_later_stands_beside_what_was_expected(self, model: Any, cdnow: pd.DataFrame) -> None:
        frame = model.holdout()
        later = cdnow[cdnow.time > "1997-09-30"].drop_duplicates(["customer", "time"])
        assert (frame["customers"] * frame["actual"]).sum() == pytest.approx(len(later))
        assert (frame["customers"] * frame["expected"]).sum() == pytest.approx(len(later), rel=0.15)
        track = model.tracking()
        days = cdnow.drop_duplicates(["customer", "time"])
        assert track["actual"].iloc[-1] == len(days) - 2357
        assert track["actual"].is_monotonic_increasing
        assert track["expected"].iloc[-1] == pytest.approx(track["actual"].iloc[-1], rel=0.05)
        assert track["holdout"].sum() == pytest.approx(39, abs=1)

    def test_the_order_of_rows_and_the_unit_do_not_matter(self, model: Any, cdnow: pd.DataFrame) -> None:
        days = cx.clv_model(cdnow.sample(frac=1, random_state=3), until="1997-09-30", unit="day")
        assert days.parameters["alpha"] == pytest.approx(7 * model.parameters["alpha"], rel=1e-5)
        assert days.parameters["r"] == pytest.approx(model.parameters["r"], rel=1e-5)
        assert days[0].estimate == pytest.approx(model[0].estimate, rel=1e-5)

    def test_parameters_come_back_from_made_up_customers(self) -> None:
        rng = np.random.default_rng(11)
        n, (r, alpha, a, b) = 4000, (0.8, 6.0, 0.9, 2.5)
        rate, drop = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
        rows = []
        for i in range(n):
            day = float(rng.integers(0, 60))
            while day < 420:
                rows.append((i, day))
                if len(rows) > 1 and rng.random() < drop[i] and rows[-2][0] == i:
                    break
                day += max(1.0, np.round(7 * rng.exponential(1 / rate[i])))
        frame = pd.DataFrame(rows, columns=["customer", "day"])
        frame["time"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(frame.day, unit="D")
        frame["amount"] = 10.0
        found = cx.clv_model(frame.assign(amount=rng.gamma(5, 4, len(frame))))
        assert found.parameters["r"] == pytest.approx(r, rel=0.2)
        assert found.parameters["alpha"] == pytest.approx(alpha, rel=0.25)
        assert 0.5 < found.parameters["a"] / found.parameters["b"] / (a / b) < 2

    @pytest.mark.parametrize("days", [range(0, 28, 7), range(28)])
    def test_customers_all_alike_who_never_stop_go_on_as_before(self, days: range) -> None:
        """The likelihood rises to the edge (no stopping, one rate for all): a figure near the pace, never below 0."""
        bought = [(customer, f"2026-01-{1 + day:02d}", 10.0) for customer in range(30) for day in days]
        model = cx.clv_model(pd.DataFrame(bought, columns=["customer", "time", "amount"]))
        assert model[0].estimate == pytest.approx(10 * 365 / days.step, rel=1e-3)
        assert (model[0].low, model[0].high) == (None, None)
        assert "the likelihood has no clear maximum" in model[0].notes

    @pytest.mark.parametrize(
        ("r", "a", "b"), [(0.5, 0.8, 2.4), (30.0, 2.5, 0.7), (50_000.0, 0.8, 2.4), (3e6, 1.5, 90.0)]
    )
    def test_purchases_to_come_as_an_integral_has_them(self, r: float, a: float, b: float) -> None:
        """The mean of (1 - (1 + p t / (alpha + T))^-(r + x)) / p over the beta law of p, by a sum of 400,000 steps."""
        x, recency, age, ahead, alpha = 3.0, 20.0, 26.0, 13.0, 10.0 * r
        logit = np.linspace(-60 / a, 60 / b, 400_001)
        p, left = 1 / (1 + np.exp(-logit)), 1 / (1 + np.exp(logit))
        law = np.exp(a * np.log(p) + (b + x) * np.log(left) - special.betaln(a, b + x))
        bought = -np.expm1(-(r + x) * np.log1p(p * ahead / (alpha + age))) / p
        alive = buying.alive([r, alpha, a, b], *(np.array([v]) for v in (x, recency, age)))
        own = buying.expected_purchases([r, alpha, a, b], ahead, *(np.array([v]) for v in (x, recency, age)))
        assert own == pytest.approx(alive * np.trapezoid(law * bought, logit), rel=1e-3 if r > buying.SURE else 1e-6)

    def test_spending_that_nothing_is_known_of_gives_no_money(self, cdnow: pd.DataFrame) -> None:
        free = cx.clv_model(cdnow.assign(amount=0.0), until="1997-09-30")
        assert free.parameters["p"] is None
        assert free[0].estimate is None
        assert "nothing is known of spending" in free[0].notes
        assert free.estimates[-2].estimate == pytest.approx(0.8884, abs=1e-3)
        assert free.customers()["expected_value"].isna().all()
