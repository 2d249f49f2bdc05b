"""The telephone against the examples of its definitions and a day of a bank's calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import cxlab as cx

TOTALS = pa.table(
    {
        "offered": [600, 460],
        "answered": [560, 440],
        "abandoned": [40, 20],
        "answered_within": [500, 360],
        "abandoned_within": [12, 8],
        "abandoned_short": [6, 4],
    }
)
CALLS = pa.table(
    {
        "outcome": ["answered"] * 1000 + ["abandoned"] * 60,
        "wait": [20] * 860 + [21] * 140 + [4] * 10 + [5] * 10 + [25] * 40,
    }
)
LEVELS = {
    "abandon_negative": 81.13,
    "abandon_positive": 83.02,
    "answered_only": 86.00,
    "abandon_ignored": 82.69,
    "short_as_met": 82.08,
    "short_removed": 81.90,
}


class TestServiceLevel:
    @pytest.mark.parametrize("table", [TOTALS, CALLS], ids=["totals", "calls"])
    @pytest.mark.parametrize("variant", LEVELS)
    def test_six_definitions_of_one_queue(self, table: pa.Table, variant: str) -> None:
        one = cx.service_level(table, variant=variant)[0]
        assert round(one.estimate * 100, 2) == LEVELS[variant]
        assert "process interval" in one.notes

    def test_published_limits(self) -> None:
        one = cx.service_level(TOTALS, method="wilson")[0]
        assert (round(one.low * 100, 2), round(one.high * 100, 2)) == (78.67, 83.37)

    @pytest.mark.parametrize(
        ("variant", "share"), [("abandon_ignored", 77.78), ("abandon_negative", 70.0), ("abandon_positive", 80.0)]
    )
    def test_the_vendors_example(self, variant: str, share: float) -> None:
        calls = pa.table({"outcome": ["answered"] * 90 + ["abandoned"] * 10, "wait": [10] * 70 + [60] * 20 + [12] * 10})
        assert round(cx.service_level(calls, variant=variant)[0].estimate * 100, 2) == share

    def test_variants_together_and_population(self) -> None:
        assert len(cx.service_level(TOTALS).variants()) == 6
        whole = cx.service_level(CALLS, population="all")[0]
        assert (whole.low, whole.high, "population value" in whole.notes) == (None, None, True)

    def test_tickets_are_censored(self) -> None:
        zero, minute = pd.Timestamp("2026-10-01", tz="UTC"), pd.Timedelta(minutes=1)
        opened = [zero] * 4 + [zero + 555 * minute, zero + 120 * minute]
        responded = [zero + k * minute for k in (30, 60, 90, 600)] + [None, None]
        one = cx.service_level(pd.DataFrame({"opened": opened, "responded": responded}), within=3600)[0]
        assert one.estimate == 0.375
        assert one.low < 0.375 < one.high

    def test_a_limit_below_what_is_short(self) -> None:
        """Two were given up after 2 and 4 s: one within the limit of 3 s, both shortly."""
        calls = pa.table({"outcome": ["answered", "abandoned", "abandoned"], "wait": [1, 4, 2]})
        share = {v: round(cx.service_level(calls, within=3, variant=v)[0].estimate, 3) for v in LEVELS}
        assert share == {
            "abandon_negative": 0.333,
            "abandon_positive": 0.667,
            "answered_only": 1.0,
            "abandon_ignored": 0.5,
            "short_as_met": 1.0,
            "short_removed": 1.0,
        }

    def test_limits_of_an_export(self) -> None:
        stated = TOTALS.append_column("within", pa.array([30, 30]))
        assert cx.service_level(stated, within=30)[0].estimate == pytest.approx(0.8113, abs=1e-4)
        for table, within in ((stated, 20), (TOTALS, 30)):
            with pytest.raises(cx.CxlabError, match="must be what the export used"):
                cx.service_level(table, within=within)

    def test_who_gave_up_is_in_the_base_where_their_wait_does_not_matter(self) -> None:
        rows = pa.table({"outcome": ["answered"] * 4 + ["abandoned"] * 2, "wait": [10.0, 20, 30, 60, None, 25]})
        sure = {"abandon_negative": (2 / 6, 6), "answered_only": (2 / 4, 4)}
        for name, (share, n) in sure.items():
            one = cx.service_level(rows, variant=name)[0]
            assert (one.estimate, one.n, one.notes) == (pytest.approx(share), n, ("process interval",))
        for name in ("abandon_positive", "abandon_ignored", "short_as_met", "short_removed"):
            assert "missing: 1 without a wait" in cx.service_level(rows, variant=name)[0].notes

    def test_blank_waits_are_counted_and_odd_rows_refused(self) -> None:
        one = cx.service_level(pa.table({"outcome": ["answered", "answered", None], "wait": [3, None, 4]}))[0]
        assert (one.n, one.estimate) == (1, 1.0)
        assert {"missing: 1 without an outcome", "missing: 1 without a wait"} <= set(one.notes)
        with pytest.raises(cx.CxlabError, match="also holds 'phantom'"):
            cx.service_level(pa.table({"outcome": ["PHANTOM"], "wait": [3]}))
        with pytest.raises(cx.CxlabError, match="cannot be negative"):
            cx.service_level(pa.table({"outcome": ["answered"], "wait": [-3]}))


class TestSeconds:
    CALLS = pa.table(
        {"outcome": ["answered"] * 4 + ["abandoned"] * 2, "wait": [10, 20, 30, 60, 5, 25], "ivr": [40] * 6}
    )

    @pytest.mark.parametrize(
        ("variant", "seconds"),
        [("answered", 30.0), ("all_over_all", 25.0), ("all_over_answered", 37.5), ("with_ivr", 70.0)],
    )
    def test_speed_of_answer(self, variant: str, seconds: float) -> None:
        one = cx.speed_of_answer(self.CALLS, variant=variant)[0]
        assert one.estimate == seconds
        assert one.low < seconds < one.high

    def test_median_from_calls_but_not_from_totals(self) -> None:
        assert cx.speed_of_answer(self.CALLS, statistic="median")[0].estimate == 20
        totals = TOTALS.append_column("wait_seconds", pa.array([6000, 4000]))
        assert cx.speed_of_answer(totals)[0].estimate == 10.0
        with pytest.raises(cx.CxlabError, match="not measurable"):
            cx.speed_of_answer(totals, statistic="median")

    def test_mean_of_totals_pools_seconds(self) -> None:
        """Means of the intervals are 10 and 1; their mean would be 5.5."""
        totals = pa.table({"offered": [10, 990], "answered": [10, 990], "wait_seconds": [100, 990]})
        assert cx.speed_of_answer(totals)[0].estimate == pytest.approx(1.09)

    @pytest.mark.parametrize(
        ("variant", "seconds"), [("talk_hold_wrap", 250.0), ("without_wrap", 220.0), ("per_leg", 217.4)]
    )
    def test_handling_time_of_totals(self, variant: str, seconds: float) -> None:
        totals = pa.table(
            {
                "offered": [500, 500],
                "answered": [500, 500],
                "talk_seconds": [90_000, 110_000],
                "hold_seconds": [9_000, 11_000],
                "wrap_seconds": [15_000, 15_000],
                "legs": [575, 575],
            }
        )
        assert round(cx.handle_time(totals, variant=variant)[0].estimate, 1) == seconds

    def test_legs_make_one_contact(self) -> None:
        calls = pa.table(
            {
                "call": ["a", "a", "b", None, None],
                "talk": [10, 20, 30, 5, 7],
                "hold": [0, 1, 0, 0, None],
                "wrap": [1] * 5,
            }
        )
        whole, legs = cx.handle_time(calls)[0], cx.handle_time(calls, variant="per_leg")[0]
        assert (whole.n, whole.estimate) == (3, pytest.approx(70 / 3))
        assert (legs.n, legs.estimate) == (4, 17.5)
        assert "missing: 1" in whole.notes

    def test_no_wrap_up_is_said(self) -> None:
        one = cx.handle_time(pa.table({"talk": [100, 200], "hold": [0, 10]}))[0]
        assert "no wrap-up data" in one.notes

    def test_a_percentile_of_few_calls_is_open_above(self) -> None:
        calls = pa.table({"outcome": ["answered"] * 35, "wait": list(range(35))})
        one = cx.speed_of_answer(calls, statistic="p90")[0]
        assert (one.estimate, one.high) == (31, None)
        assert "unbounded" in one.notes
        assert one.low is not None


class TestLost:
    def test_blocked(self) -> None:
        calls = pa.table(
            {
                "outcome": ["answered"] * 1440 + ["blocked"] * 60,
                "cause": [None] * 1440 + ["capacity"] * 45 + ["fault"] * 15,
            }
        )
        totals = pa.table({"offered": [1440], "blocked": [60], "blocked_capacity": [45]})
        for table in (calls, totals):
            one = cx.blockage_rate(table, method="wilson")[0]
            assert (one.estimate, round(one.low * 100, 2), round(one.high * 100, 2)) == (0.04, 3.12, 5.11)
            assert cx.blockage_rate(table, variant="capacity_only")[0].estimate == 0.03

    def test_nothing_blocked_in_one_month_is_none_but_never_blocked_is_unknown(self) -> None:
        calls = pa.table({"outcome": ["answered", "blocked"], "started": ["2026-01-05", "2026-02-05"]})
        assert cx.blockage_rate(calls, period="2026-01")[0].estimate == 0
        with pytest.raises(cx.CxlabError, match="not measurable"):
            cx.blockage_rate(calls.slice(0, 1))
        with pytest.raises(cx.CxlabError, match="not measurable"):
            cx.blockage_rate(TOTALS)

    def test_abandoned(self) -> None:
        assert cx.abandonment_rate(CALLS)[0].estimate == pytest.approx(60 / 1060)
        assert cx.abandonment_rate(CALLS, variant="without_short")[0].estimate == pytest.approx(50 / 1050)
        assert cx.abandonment_rate(TOTALS, variant="without_short")[0].estimate == pytest.approx(50 / 1050)
        waited = pa.table({"outcome": ["answered", "answered", "abandoned"], "wait": [0, 5, 9]})
        assert cx.abandonment_rate(waited, variant="queued")[0].estimate == 0.5


def test_a_day_of_a_bank(shared: Callable[[str], Path]) -> None:
    day = pd.read_csv(shared("data/anonymous_bank_one_day/calls_one_day.csv"))
    queued = (day.outcome == "AGENT") | ((day.outcome == "HANG") & (day.q_time > 0))
    day = day[queued & (day.outcome != "PHANTOM")]
    calls = pd.DataFrame(
        {
            "outcome": day.outcome.map({"AGENT": "answered", "HANG": "abandoned"}),
            "wait": day.q_time,
            "talk": day.ser_time,
        }
    )
    served = day[day.outcome == "AGENT"]
    assert cx.service_level(calls, within=20)[0].estimate == pytest.approx((served.q_time <= 20).sum() / len(day))
    assert cx.abandonment_rate(calls)[0].estimate == pytest.approx((day.outcome == "HANG").mean())
    assert cx.speed_of_answer(calls)[0].estimate == pytest.approx(served.q_time.mean())
    handled = cx.handle_time(calls)[0]
    assert handled.estimate == pytest.approx(served.ser_time.mean())
    assert {"no wrap-up data", "no hold data"} <= set(handled.notes)
    with pytest.raises(cx.CxlabError, match="not measurable"):
        cx.blockage_rate(calls)


def test_totals_of_the_sample_are_those_of_its_calls() -> None:
    calls, totals = cx.sample("harbour", "calls"), cx.sample("harbour", "totals")
    for metric in (cx.service_level, cx.speed_of_answer, cx.handle_time, cx.abandonment_rate, cx.blockage_rate):
        left, right = metric(calls)[0], metric(totals)[0]
        assert left.estimate == pytest.approx(right.estimate)
        assert left.n == right.n


def test_seconds_may_be_written_as_hours_minutes_and_seconds(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("outcome,wait\nAnswered,00:00:12\nABANDONED ,0:00:45\n answered,00:01:05\n")
    assert cx.speed_of_answer(cx.read(tmp_path / "calls.csv"))[0].estimate == pytest.approx(38.5)
    (tmp_path / "odd.csv").write_text("outcome,wait\nanswered,0:12\n")
    with pytest.raises(cx.CxlabError, match=r"row 1 in odd\.csv holds '0:12'"):
        cx.speed_of_answer(cx.read(tmp_path / "odd.csv"))


def test_declared_codes_are_no_seconds_and_no_times(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("outcome,wait\nanswered,10\nanswered,-1\nanswered,n/a\n")
    rows = cx.read(tmp_path / "calls.csv", missing={"wait": [-1, "n/a"]})
    assert cx.speed_of_answer(rows)[0].estimate == 10
    typed = cx.read(pa.table({"outcome": ["answered"] * 2, "wait": [10, -1]}), missing={"wait": [-1]})
    assert cx.speed_of_answer(typed)[0].estimate == 10
    (tmp_path / "tickets.csv").write_text("ticket,opened,resolved\n1,2026-10-01,2026-10-02\n2,2026-10-01,NULL\n")
    tickets = cx.read(tmp_path / "tickets.csv", missing={"resolved": ["NULL"]})
    assert cx.open_cases(tickets)[0].estimate == 1


def test_the_total_under_queue_totals_is_not_counted_twice() -> None:
    rows = {"interval": ["08:00", "08:30", "Total"], "offered": [3, 2, 5], "answered": [3, 2, 5], "abandoned": [0] * 3}
    with pytest.raises(cx.CxlabError, match="is the total of the others"):
        cx.abandonment_rate(pa.table(rows))
    every = pa.table(rows | {"interval": ["Total"] * 3})
    assert cx.abandonment_rate(every)[0].n == 10
