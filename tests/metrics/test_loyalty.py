"""Churn, retention, referral, engagement and repeat purchase against golden figures, other programs and real files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import lifelines
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxlab as cx
from cxlab.estimate.basis.base import Basis
from cxlab.rows import read

START, PERIOD = date(2026, 10, 1), "2026-10"


def people_who_come_and_go() -> pa.Table:
    """1,000 at the start, 50 of them leave; 80 join, 5 of those leave too; 1,025 at the end."""
    started = [date(2025, 1, 1)] * 1000 + [date(2026, 10, 5)] * 80
    ended = [date(2026, 10, 1)] * 20 + [date(2026, 10, 31)] * 30 + [None] * 950
    return pa.table(
        {"customer": range(1080), "started": started, "ended": [*ended, *[date(2026, 10, 20)] * 5, *[None] * 75]}
    )


def revenue() -> pa.Table:
    """Revenue of 50,000 at the start: lost 2,000, reduced 1,500, increased 3,000; and 900 from who came since."""
    before = [2000.0, 5000, 10000, 33000, 0, None]
    after = [None, 3500.0, 13000, 33000, 900, 100]
    return pa.table({"revenue_start": before, "revenue_end": after})


class TestChurn:
    @pytest.mark.parametrize(
        ("variant", "value"),
        [
            ("start_cohort", 0.05),
            ("all_lost_start", 0.055),
            ("net_change", -0.025),
            ("average", 55 / 1012.5),
            ("start_plus_new", 55 / 1080),
        ],
    )
    def test_golden_value_of_each_count_of_heads(self, variant: str, value: float) -> None:
        one = cx.churn_rate(people_who_come_and_go(), period=PERIOD, variant=variant)[0]
        assert one.estimate == pytest.approx(value)
        assert "process interval" in one.notes
        assert one.definition["length"] == "31 days"

    def test_golden_limits(self) -> None:
        one = cx.churn_rate(people_who_come_and_go(), period=PERIOD, method="wilson")[0]
        assert (round(one.low, 4), round(one.high, 4)) == (0.0381, 0.0653)

    @pytest.mark.parametrize(("variant", "value"), [("revenue_gross", 0.07), ("revenue_net", 0.01)])
    def test_golden_revenue(self, variant: str, value: float) -> None:
        table = revenue()
        assert cx.churn_rate(table, period=PERIOD, variant=variant)[0].estimate == pytest.approx(value)
        assert cx.retention_rate(table, period=PERIOD, variant=variant)[0].estimate == pytest.approx(1 - value)

    def test_golden_curve_within_a_period(self) -> None:
        # Times 1, 2+, 3, 4, 4+ and 5+ days: who joined has fewer of them, and one stayed for all five.
        old, ended = date(2026, 1, 1), [START + timedelta(days=d) if d else None for d in (1, None, 3, 4, None, None)]
        started = [old, START + timedelta(days=3), old, old, START + timedelta(days=1), old]
        table = pa.table({"started": started, "ended": ended})
        asked = {"period": "2026-10-01/2026-10-06", "variant": "kaplan_meier"}
        one = cx.churn_rate(table, **asked)[0]
        fit = lifelines.KaplanMeierFitter().fit([1, 2, 3, 4, 4, 5], [1, 0, 1, 1, 0, 0])
        assert one.estimate == pytest.approx(1 - fit.predict(5))
        # Without the last one nobody was followed to the end.
        assert (
            cx.churn_rate(table.slice(0, 5), period="2026-10-01/2026-10-06", variant="kaplan_meier")[0].estimate is None
        )

    def test_inactive_customers_are_lost_by_the_declared_silence(self) -> None:
        moments = {"kept": [-10, 20], "lost": [-80], "old": [-200], "new": [5], "edge": [-90], "late": [-91]}
        rows = [
            (who, datetime(2026, 10, 1, tzinfo=UTC) + timedelta(days=d)) for who, days in moments.items() for d in days
        ]
        table = pa.table({"customer": [who for who, _ in rows], "time": [when for _, when in rows]})
        one = cx.churn_rate(table, period=PERIOD, variant="inactivity", inactive="90 days")[0]
        assert (one.estimate, one.n) == (pytest.approx(2 / 3), 3)
        assert one.definition["inactive"] == "90 days"

    def test_retention_is_what_churn_leaves_under_the_same_variant(self) -> None:
        table = people_who_come_and_go()
        for kept, lost, value in (("start_cohort", "start_cohort", 0.95), ("end_minus_new", "all_lost_start", 0.945)):
            retention = cx.retention_rate(table, period=PERIOD, variant=kept)[0]
            churn = cx.churn_rate(table, period=PERIOD, variant=lost)[0]
            assert retention.estimate == pytest.approx(value) == pytest.approx(1 - churn.estimate)
            assert retention.high == pytest.approx(1 - churn.low)
            assert retention.low == pytest.approx(1 - churn.high)

    def test_nobody_at_the_start_is_no_data_and_no_loss_has_an_upper_limit(self) -> None:
        young = pa.table({"started": [date(2026, 10, 9)] * 3, "ended": pa.array([None] * 3, pa.date32())})
        assert cx.churn_rate(young, period=PERIOD)[0].note == "no data"
        old = pa.table({"started": [date(2025, 1, 1)] * 120, "ended": pa.array([None] * 120, pa.date32())})
        for variant in ("start_cohort", "all_lost_start", "average", "kaplan_meier"):
            one = cx.churn_rate(old, period=PERIOD, variant=variant)[0]
            assert one.estimate == one.low == 0
            assert 0.01 < one.high < 0.06

    def test_segments_compare_and_pool_in_every_variant(self) -> None:
        table = cx.sample("harbour", "customers")
        for variant in ("start_cohort", "all_lost_start", "net_change", "average", "kaplan_meier", "revenue_net"):
            found = cx.churn_rate(table, period=PERIOD, variant=variant, by="region")
            assert all(d.difference is not None for d in found.compare(to="rest") if d.n and d.segment["region"])
            basis: Basis = found.basis()
            whole = cx.churn_rate(table, period=PERIOD, variant=variant)[0].estimate
            assert basis.pool([range(len(found))]).estimate[0] == pytest.approx(whole)

    def test_instants_are_cut_at_local_midnight(self) -> None:
        left = pa.table(
            {
                "started": [datetime(2025, 1, 1, tzinfo=UTC)] * 2,
                "ended": [datetime(2026, 9, 30, 18, tzinfo=UTC), datetime(2026, 10, 31, 18, tzinfo=UTC)],
            }
        )
        rates = [
            cx.churn_rate(cx.read(left, timezone=place), period=PERIOD)[0].estimate
            for place in ("UTC", "Asia/Ho_Chi_Minh")
        ]
        assert rates == [1.0, 0.5]  # the first left before October by UTC, and on its first day in Viet Nam
        counts = [cx.churn_rate(cx.read(left, timezone=p), period=PERIOD)[0].n for p in ("UTC", "Asia/Ho_Chi_Minh")]
        assert counts == [1, 2]

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(-40, 40), st.integers(0, 60) | st.none()), min_size=1, max_size=40))
    def test_heads_are_those_of_counting_by_hand(self, spells: list[tuple[int, int | None]]) -> None:
        started = [START + timedelta(days=a) for a, _ in spells]
        ended = [None if stay is None else START + timedelta(days=a + stay) for a, stay in spells]
        end = date(2026, 11, 1)
        at_start = [a < START and (b is None or b >= START) for a, b in zip(started, ended, strict=True)]
        at_end = [a < end and (b is None or b >= end) for a, b in zip(started, ended, strict=True)]
        table = pa.table({"started": started, "ended": pa.array(ended, pa.date32())})
        gone = sum(s and not e for s, e in zip(at_start, at_end, strict=True))
        one = cx.churn_rate(table, period=PERIOD)[0]
        assert one.estimate == (pytest.approx(gone / sum(at_start)) if any(at_start) else None)
        net = cx.churn_rate(table, period=PERIOD, variant="net_change")[0]
        assert net.estimate == (pytest.approx((sum(at_start) - sum(at_end)) / sum(at_start)) if any(at_start) else None)


class TestRetentionCurve:
    def test_golden_curve(self) -> None:
        table = pa.table({"t": [1, 2, 3, 4, 4], "e": [1, 0, 1, 1, 0]})
        found = cx.retention_curve(table, duration="t", event="e", at=[4, 1, 3])
        assert [e.estimate for e in found] == pytest.approx([0.8 / 3, 0.8, 1.6 / 3])
        assert [e.segment["at"] for e in found] == [4, 1, 3]
        assert found.to_pandas().columns[0] == "at"

    def test_days_from_started_to_ended_with_open_ones_censored(self) -> None:
        day = date(2026, 1, 1)
        started = [day, day, day, day + timedelta(days=6), day]
        ended = [day + timedelta(days=10), None, day + timedelta(days=20), None, day + timedelta(days=30)]
        table = pa.table({"started": started, "ended": ended})
        fit = lifelines.KaplanMeierFitter().fit([10, 30, 20, 24, 30], [1, 0, 1, 0, 1])
        found = cx.retention_curve(table, at=[5, 10, 25, 30, 31])
        assert [e.estimate for e in found[:4]] == pytest.approx([fit.predict(t) for t in (5, 10, 25, 30)])
        assert found[4].estimate is None
        assert "open n=2" in found[0].notes
        assert any(note.startswith("as of 2026-01-31") for note in found[0].notes)
        early = cx.retention_curve(table, at=[10], as_of="2026-01-05")[0]
        assert (early.estimate, early.n) == (None, 4)

    def test_curves_of_r_by_public_calls(self, shared: Callable[[str], Path]) -> None:
        cases = json.loads(shared("reference/cases/survival.json").read_text())["cases"]
        checked = 0
        for case in cases:
            given_, output = case["inputs"], case["output"]
            if not (case["id"].startswith("km_") and "times" in given_ and isinstance(output, list)):
                continue
            frame = pd.read_csv(shared(f"reference/data/{given_['csv']}"))
            column, code = given_["event"].split(" == ")
            frame["left"] = frame[column] == int(code)
            by = given_["group"] if "stratum" in output[0] else None
            found = cx.retention_curve(frame, duration=given_["time"], event="left", at=given_["times"], by=by)
            for row in output:
                name = row.get("stratum", "=").split("=")[1]
                one = next(
                    e for e in found if e.segment["at"] == row["time"] and (by is None or str(e.segment[by]) == name)
                )
                if row["n_risk"] == 0 and row["surv"] != 0:
                    assert one.estimate is None  # R draws its curve on past the last customer; nobody was seen there
                else:
                    assert one.estimate == pytest.approx(float(row["surv"]), abs=1e-10)
                    checked += 1
        assert checked > 150

    def test_telco_customers_by_months(self, shared: Callable[[str], Path]) -> None:
        path = shared("data/telco_churn/Telco-Customer-Churn.csv")
        rows = cx.read(path, labels={"Churn": {"Yes": 1, "No": 0}})
        frame = pd.read_csv(path)
        assert (len(frame), int((frame.Churn == "Yes").sum())) == (7043, 1869)
        found = cx.retention_curve(rows, duration="tenure", event="Churn", at=[1, 12, 24, 72], by="Contract")
        for contract, mine in frame.groupby("Contract"):
            fit = lifelines.KaplanMeierFitter().fit(mine.tenure, mine.Churn == "Yes")
            for one in found.where(Contract=contract):
                assert one.estimate == pytest.approx(fit.predict(one.segment["at"]), abs=1e-12)
                assert one.n == len(mine)

    def test_staff_by_months_of_tenure(self, shared: Callable[[str], Path]) -> None:
        frame = pd.read_csv(shared("data/employee_turnover_babushkin/turnover.csv"))
        fit = lifelines.KaplanMeierFitter().fit(frame.stag, frame.event)
        found = cx.retention_curve(frame, duration="stag", event="event", at=[6, 12, 24, 60])
        assert [e.estimate for e in found] == pytest.approx([fit.predict(t) for t in (6, 12, 24, 60)], abs=1e-12)
        assert found[0].n == 1129


class TestReferral:
    def test_golden_shares(self) -> None:
        new = pa.table({"programme": ["friends"] * 30 + [None] * 170})
        bought = pa.table({"referred": [True] * 150 + [False] * 1850})
        known = [f"c{i}" for i in range(1000)]
        brought = pa.table({"customer": known, "referred_by": known[:90] + [None] * 910})
        assert cx.referral_rate(new)[0].estimate == pytest.approx(0.15)
        assert cx.referral_rate(bought, variant="purchases")[0].estimate == pytest.approx(0.075)
        assert cx.referral_rate(brought, variant="referrers")[0].estimate == pytest.approx(0.09)
        assert cx.referral_rate(bought, variant="conversion", invitations=600)[0].estimate == pytest.approx(0.25)

    def test_one_programme_and_one_period(self) -> None:
        table = pa.table(
            {
                "customer": list("abcdef"),
                "started": [date(2026, 9, 1)] * 2 + [date(2026, 10, 2)] * 4,
                "referred_by": [None, None, "a", "a", None, None],
                "programme": [None, None, "friends", None, "partner", None],
            }
        )
        assert cx.referral_rate(table, period=PERIOD)[0].estimate == pytest.approx(3 / 4)
        assert cx.referral_rate(table, period=PERIOD, programme="friends")[0].estimate == pytest.approx(1 / 4)
        assert cx.referral_rate(table, variant="referrers", period=PERIOD)[0].estimate == pytest.approx(1 / 6)
        assert cx.referral_rate(table, variant="referrers", period="2026-09")[0].estimate == 0

    def test_words_for_yes_and_no_are_read_from_text(self, tmp_path: Path) -> None:
        path = tmp_path / "bought.csv"
        path.write_text("customer,referred\n1,Yes\n2,no\n3,\n4,No\n")
        assert cx.referral_rate(path, variant="purchases")[0].estimate == pytest.approx(0.25)


class TestEngagement:
    EVENTS = pa.table(
        {
            # 400 active customers with 1,200 interactions in 30 days; 120 of them on an average day.
            "customer": [c for c in range(400) for _ in range(3)],
            "time": [datetime(2026, 9, 1 + (c + i) % 30, 12, tzinfo=UTC) for c in range(400) for i in range(3)],
            "kind": ["visit", "visit", "call"] * 400,
        }
    )

    def test_golden_figures(self) -> None:
        events = self.EVENTS
        assert cx.engagement(events)[0].estimate == pytest.approx(3.0)
        eligible = {"eligible": 1000}
        assert cx.engagement(events, variant="per_eligible", **eligible)[0].estimate == pytest.approx(1.2)
        assert cx.engagement(events, variant="active_share", **eligible)[0].estimate == pytest.approx(0.4)

    def test_golden_stickiness(self) -> None:
        # Each of the 400 is active on 9 of 30 days: 120 on an average day.
        customer = [c for c in range(400) for _ in range(9)]
        days = [datetime(2026, 9, 1 + (c * 9 + i) % 30, 12, tzinfo=UTC) for c in range(400) for i in range(9)]
        table = pa.table({"customer": customer * 2, "time": days * 2})
        one = cx.engagement(table, variant="stickiness", period="2026-09")[0]
        assert one.estimate == pytest.approx(0.3)

    def test_kinds_that_count(self) -> None:
        assert cx.engagement(self.EVENTS, kinds=["visit"])[0].estimate == pytest.approx(2.0)

    @pytest.mark.parametrize("kinds", [["vist"], ["visit", "vist"]])
    def test_a_misspelt_kind_is_refused(self, kinds: list[str]) -> None:
        with pytest.raises(cx.CxlabError, match="Did you mean 'visit'"):
            cx.engagement(self.EVENTS, kinds=kinds)
        empty = cx.engagement(
            pa.table({"customer": pa.array([], pa.string()), "kind": pa.array([], pa.string())}), kinds=kinds
        )
        assert (empty[0].n, empty[0].estimate) == (0, None)

    def test_a_kind_that_did_not_happen_counts_for_nothing(self) -> None:
        both, visits = (cx.engagement(self.EVENTS, kinds=kinds)[0] for kinds in (["visit", "purchase"], ["visit"]))
        assert (both.n, both.estimate) == (visits.n, visits.estimate)
        assert cx.engagement(self.EVENTS, kinds=["purchase"], variant="active_share", eligible=900)[0].estimate == 0.0

    def test_kinds_and_programmes_may_be_numbers(self) -> None:
        table = pa.table({"customer": ["a", "a", "b"], "kind": [1, 1, 2], "programme": [1, None, 1]})
        assert cx.engagement(table, kinds=[1])[0].estimate == pytest.approx(2.0)
        assert cx.referral_rate(table, programme="1")[0].estimate == pytest.approx(2 / 3)

    def test_few_customers_do_not_stop_a_model(self) -> None:
        # The information of these 21 purchases cannot be told from a singular one: Newton's steps end there.
        rng, start = np.random.default_rng(303), datetime(2026, 8, 1, tzinfo=UTC)
        size = int(rng.integers(12, 34))
        table = pa.table(
            {
                "customer": rng.integers(0, 60, size),
                "time": [start + timedelta(days=int(day)) for day in rng.integers(0, 90, size)],
                "amount": rng.integers(1, 90, size),
            }
        )
        one = cx.clv_model(table, until="2026-10-30")[0]
        assert one.n > 0
        assert one.estimate is None or one.estimate >= 0

    def test_days_are_local(self) -> None:
        nights = [
            datetime(2026, 9, d, h, tzinfo=UTC) for d in (1, 2) for h in (16, 18)
        ]  # one day of UTC, two of Viet Nam
        table = pa.table({"customer": [1] * 4, "time": nights})
        ask: dict[str, Any] = {"variant": "stickiness", "period": "2026-09"}
        assert cx.engagement(cx.read(table, timezone="UTC"), **ask)[0].estimate == pytest.approx(2 / 30)
        assert cx.engagement(cx.read(table, timezone="Asia/Ho_Chi_Minh"), **ask)[0].estimate == pytest.approx(3 / 30)

    def test_a_composite_is_the_mean_of_standardised_counts(self) -> None:
        rng = np.random.default_rng(4)
        frame = pd.DataFrame({"customer": rng.integers(0, 60, 500), "kind": rng.choice(["visit", "call"], 500)})
        frame["region"] = np.where(frame.customer < 20, "North", "South")
        counts = pd.crosstab(frame.customer, frame.kind)
        z = (counts - counts.mean()) / counts.std(ddof=0)
        score = 0.7 * z["visit"] + 0.3 * z["call"]
        found = cx.engagement(frame, variant="composite", weights={"visit": 0.7, "call": 0.3}, by="region")
        assert found.where(region="North")[0].estimate == pytest.approx(score[score.index < 20].mean())
        error = score[score.index < 20].std() / np.sqrt((score.index < 20).sum())
        one = found.where(region="North")[0]
        assert (one.high - one.low) / 2 == pytest.approx(error * 2.093, rel=2e-3)
        assert one.definition["weights"] == "visit 0.7, call 0.3"

    def test_customers_of_two_segments_count_once_in_their_union(self) -> None:
        frame = pd.DataFrame({"customer": [1, 1, 2, 3, 3, 3], "region": list("ababab")})
        found = cx.engagement(frame, by="region")
        assert found.basis().pool([[0, 1]]).estimate[0] == pytest.approx(6 / 3)


class TestRepeat:
    def test_a_second_day_within_the_limit_and_the_young_censored(self) -> None:
        day = date(2026, 1, 1)
        bought = {
            "again": [0, 90],
            "late": [0, 91],
            "once": [0],
            "twice a day": [0, 0],
            "young": [150],
            "soon": [140, 150],
        }
        rows = [(who, day + timedelta(days=d)) for who, days in bought.items() for d in days]
        rows += [("last", day + timedelta(days=200))]
        table = pa.table({"customer": [r[0] for r in rows], "time": [r[1] for r in rows]})
        fit = lifelines.KaplanMeierFitter().fit([90, 91, 200, 200, 50, 10, 0], [1, 1, 0, 0, 0, 1, 0])
        one = cx.repeat_rate(table)[0]
        assert one.estimate == pytest.approx(1 - fit.predict(90))
        assert one.n == 7

    def test_a_customer_stands_where_the_first_purchase_was_made(self) -> None:
        table = pd.DataFrame(
            {
                "customer": [1, 1, 2, 2, 3],
                "time": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-02-03", "2026-02-04", "2026-09-01"]),
                "region": ["North", "South", "South", "North", "South"],
            }
        )
        found = cx.repeat_rate(table, within=60, by="region")
        assert [(e.segment["region"], e.n) for e in found] == [("North", 1), ("South", 2)]
        months = cx.repeat_rate(table, within="60 days", by=cx.period("time", "month"))
        assert [e.n for e in months] == [1, 1, 0, 0, 0, 0, 0, 0, 1]
        assert cx.repeat_rate(table, within=60, period="2026-02")[0].n == 1


CALLS: dict[str, Callable[[Any], cx.Estimates]] = {
    "churn": lambda f: cx.churn_rate(f, period=PERIOD, by="region"),
    "revenue": lambda f: cx.churn_rate(f, period=PERIOD, variant="revenue_net", by="region"),
    "curve": lambda f: cx.churn_rate(f, period=PERIOD, variant="kaplan_meier", by="region"),
    "retention_curve": lambda f: cx.retention_curve(f, by="region"),
    "referrers": lambda f: cx.referral_rate(f, variant="referrers", by="region"),
}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_engine_gives_the_same_of_every_path(name: str) -> None:
    table = cx.sample("harbour", "customers").slice(0, 12000)
    connection = duckdb.connect()
    connection.register("t", table)
    expected = CALLS[name](table).to_pandas()
    for frame in (table.to_pandas(), pl.DataFrame(table), connection.table("t")):
        pd.testing.assert_frame_equal(CALLS[name](frame).to_pandas(), expected)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_the_second_call_reads_the_rows_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found out about the columns is remembered; then one group-by answers, and two more of the clusters."""
    rows = cx.read(cx.sample("harbour", "customers"))
    CALLS[name](rows)
    seen: list[int] = []
    collect = read.collect

    def counting(frame: Any) -> pa.Table:
        seen.append(1)
        return collect(frame)

    for module in ("counts", "clusters", "cut", "events", "sums", "values"):
        monkeypatch.setattr(f"cxlab.tally.{module}.collect", counting, raising=False)
    for module in ("times", "moments", "read"):
        monkeypatch.setattr(f"cxlab.rows.{module}.collect", counting, raising=False)
    CALLS[name](rows)
    assert len(seen) <= (3 if name == "referrers" else 1)


class TestTimesAsTheirLibrariesGiveThem:
    CUSTOMERS = pd.DataFrame(
        {"customer": list("abcd"), "started": pd.to_datetime(["2025-01-01"] * 4),
         "ended": pd.to_datetime(["2026-03-05", None, "2026-05-01", None])}
    )  # fmt: skip
    BOUGHT = pd.DataFrame(
        {"customer": list("aabb"), "time": pd.to_datetime(["2025-01-01", "2025-03-01", "2025-01-01", "2025-06-01"]),
         "amount": 1.0}
    )  # fmt: skip

    @pytest.mark.parametrize("period", [2026, np.int64(2026), pd.Period("2026", "Y")])
    def test_a_period_is_what_it_prints(self, period: Any) -> None:
        assert cx.churn_rate(self.CUSTOMERS, period=period)[0].estimate == 0.5
        assert cx.churn_rate(self.CUSTOMERS, period=pd.Period("2026-03", "M"))[0].estimate == 0.25

    @pytest.mark.parametrize("period", [("2026-03-01", "2026-04-01"), 3.5, b"2026"])
    def test_what_is_no_period_is_refused(self, period: Any) -> None:
        with pytest.raises(cx.CxlabError, match="not a period"):
            cx.churn_rate(self.CUSTOMERS, period=period)

    @pytest.mark.parametrize("days", [timedelta(days=90), pd.Timedelta("90D"), np.timedelta64(90 * 24, "h")])
    def test_a_span_may_be_a_timedelta(self, days: Any) -> None:
        said = cx.repeat_rate(self.BOUGHT, within="90 days")
        assert cx.repeat_rate(self.BOUGHT, within=days) == said
        for none in (pd.NaT, np.timedelta64("NaT"), timedelta(days=-1)):
            with pytest.raises(cx.CxlabError, match="a number of days"):
                cx.repeat_rate(self.BOUGHT, within=none)

    def test_an_instant_may_be_numpys_and_must_be_one(self) -> None:
        said = cx.retention_curve(self.CUSTOMERS, at=[365], as_of="2026-06-01")
        assert cx.retention_curve(self.CUSTOMERS, at=[365], as_of=np.datetime64("2026-06-01")) == said
        for none in (pd.NaT, np.datetime64("NaT")):
            with pytest.raises(cx.CxlabError, match="needs an instant"):
                cx.retention_curve(self.CUSTOMERS, at=[365], as_of=none)
