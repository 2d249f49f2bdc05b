"""Tickets against the examples of their definitions, a city's requests and a help desk's log."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx
from cxlab.rows import read as reading

ZERO, MINUTE, HOUR, DAY = pd.Timestamp("2026-10-01", tz="UTC"), *(pd.Timedelta(1, unit) for unit in ("min", "h", "D"))


def answered(*minutes: float, still_open: tuple[float, ...] = ()) -> pd.DataFrame:
    """Tickets answered after so many minutes, and open ones that have waited so long when the last answer comes."""
    end = ZERO + max(minutes) * MINUTE
    opened = [ZERO] * len(minutes) + [end - waited * MINUTE for waited in still_open]
    return pd.DataFrame(
        {"opened": opened, "responded": [ZERO + m * MINUTE for m in minutes] + [None] * len(still_open)}
    )


class TestTimes:
    def test_an_open_ticket_moves_the_median(self) -> None:
        rows = answered(30, 60, 90, 600, still_open=(480,))
        one = cx.first_response_time(rows)[0]
        assert (one.estimate / 60, one.n, one.low / 60, one.high) == (90, 5, 30, None)
        assert {"open n=1", "mean of answered 11700 s", "unbounded"} <= set(one.notes)
        assert any(note.startswith("as of 2026-10-01 10:00 UTC, the latest") for note in one.notes)

    def test_without_it_the_naive_figures(self) -> None:
        rows = answered(30, 60, 90, 600)
        figures = [cx.first_response_time(rows, statistic=s)[0].estimate / 60 for s in ("median", "mean", "p90")]
        assert figures == [60, 195, 600]

    def test_dropping_open_tickets_would_show_two_hours(self) -> None:
        opened = [ZERO] * 6
        rows = pd.DataFrame({"opened": opened, "resolved": [ZERO + h * HOUR for h in (1, 2, 3)] + [None] * 3})
        one = cx.resolution_time(rows, as_of=ZERO + 200 * HOUR)[0]
        assert one.estimate == 3 * 3600
        mean = cx.resolution_time(rows, as_of=ZERO + 200 * HOUR, statistic="mean")[0]
        assert (mean.estimate, mean.n, "open n=3, not in the mean" in mean.notes) == (7200, 3, True)

    def test_three_resolution_times_of_a_reopened_ticket(self) -> None:
        row = {
            "opened": [ZERO],
            "resolved": [ZERO + 30 * HOUR],
            "first_resolved": [ZERO + 10 * HOUR],
            "pending": [6 * 3600],
        }
        hours = {
            variant: cx.resolution_time(pd.DataFrame(row), variant=variant)[0].estimate / 3600
            for variant in ("first", "full", "agent_time")
        }
        assert hours == {"first": 10, "full": 30, "agent_time": 24}

    def test_what_comes_after_as_of_has_not_happened(self) -> None:
        rows = answered(30, 60, 90, 600)
        one = cx.first_response_time(rows, as_of=ZERO + 70 * MINUTE)[0]
        assert (one.n, one.estimate / 60) == (4, 60)
        assert "open n=2" in one.notes
        assert cx.first_response_time(rows, as_of=ZERO - DAY)[0].notes[0] == "no data"

    def test_an_answer_before_the_question(self) -> None:
        rows = cx.read(answered(-0.5, 30, 60))
        assert cx.first_response_time(rows, statistic="mean")[0].estimate == pytest.approx(30 * 60)
        assert rows.ledger.counts["clock_skew"] == 1
        with pytest.raises(cx.CxlabError, match="ends before it begins"):
            cx.first_response_time(answered(-12, 30, 60))
        with pytest.raises(cx.CxlabError, match="ends before it begins"):
            cx.first_response_time(answered(-0.5, 30), skew=10)

    def test_a_business_clock_does_not_hide_it(self) -> None:
        night = pd.Timestamp("2026-10-03 04:00", tz="UTC")  # a Saturday
        rows = pd.DataFrame({"opened": [night], "responded": [night - 2 * HOUR]})
        desk = cx.calendar({"mon": "09:00-17:00"}, timezone="UTC")
        with pytest.raises(cx.CxlabError, match="ends before it begins"):
            cx.first_response_time(rows, clock=desk)

    def test_zones_are_not_mixed(self) -> None:
        rows = pa.table(
            {
                "opened": pa.array([ZERO.to_pydatetime()], pa.timestamp("us", "UTC")),
                "responded": pa.array([ZERO.tz_localize(None).to_pydatetime() + 90 * MINUTE], pa.timestamp("us")),
            }
        )
        with pytest.raises(cx.CxlabError, match="zone"):
            cx.first_response_time(cx.read(rows, timezone="UTC"))

    def test_elapsed_time_over_a_change_of_the_clocks(self) -> None:
        """The night of 29 March 2026 has 23 hours in Berlin."""
        table = pa.table({"opened": ["2026-03-28 12:00"], "resolved": ["2026-03-29 12:00"]})
        assert cx.resolution_time(cx.read(table, timezone="Europe/Berlin"))[0].estimate == 23 * 3600

    def test_curves_of_another_program(self, shared: Callable[[str], Path]) -> None:
        """R's survival package on lung cancer: S at the given days, through a metric that any log could ask."""
        cases = json.loads(shared("reference/cases/survival.json").read_text(encoding="utf-8"))["cases"]
        case = next(one for one in cases if one["id"] == "km_lung_all_log-log")
        lung = pd.read_csv(shared("reference/data/lung.csv"))
        end = ZERO + 2000 * DAY
        opened = [end - day * DAY for day in lung.time]
        rows = pd.DataFrame({"opened": opened, "responded": [end if dead else None for dead in lung.status == 2]})
        for point in case["output"][1:]:
            found = cx.service_level(rows, within=point["time"] * 86400, as_of=end)[0]
            assert 1 - found.estimate == pytest.approx(point["surv"], abs=1e-12)

    def test_method_and_statistic_must_fit(self) -> None:
        rows = answered(30, 60, 90, 600, still_open=(480,))
        for keywords in (
            {"method": "hall"},
            {"method": "hutson"},
            {"statistic": "mean", "method": "order"},
            {"statistic": 2},
        ):
            with pytest.raises(cx.CxlabError):
                cx.first_response_time(rows, **keywords)
        closed = answered(*range(1, 60))
        assert cx.first_response_time(closed, method="hutson")[0].method == "hutson"

    @pytest.mark.parametrize("keyword", ["weight", "cluster", "strata"])
    def test_what_means_nothing_is_refused(self, keyword: str) -> None:
        with pytest.raises(cx.CxlabError, match=f"no use for {keyword}"):
            cx.first_response_time(answered(30, 60), **{keyword: "opened"})


def desk() -> pd.DataFrame:
    """65 open tickets (12 new, 30 open, 18 pending, 5 on hold; 22 older than 7 days, 14 past due) and 142 solved."""
    now = pd.Timestamp("2026-10-31 23:00", tz="UTC")
    size = 65
    status = ["new"] * 12 + ["open"] * 30 + ["pending"] * 18 + ["on hold"] * 5
    # The 42 new and open ones belong to 37 customers.
    customer = [f"c{i % 37}" for i in range(42)] + [f"c{i}" for i in range(100, 123)]
    opened = [now - (8 if i < 22 else 7 if i < 30 else 2) * DAY for i in range(size)]
    due = [now - HOUR if i % 4 == 0 and i < 56 else now + HOUR for i in range(size)]
    waiting = pd.DataFrame({"status": status, "customer": customer, "opened": opened, "due": due})
    solved = pd.DataFrame(
        {
            "status": ["solved"] * 142,
            "customer": [f"s{i}" for i in range(142)],
            "opened": [now - 25 * DAY] * 142,
            "resolved": [now - (i % 20) * DAY for i in range(142)],
        }
    )
    return pd.concat([waiting, solved], ignore_index=True)


class TestLevels:
    @pytest.mark.parametrize(
        ("variant", "count"),
        [("unsolved", 65), ("waiting_on_us", 42), ("without_on_hold", 60), ("customers_waiting", 37)],
    )
    def test_open_cases(self, variant: str, count: int) -> None:
        one = cx.open_cases(desk(), variant=variant)[0]
        assert (one.estimate, one.unit) == (count, "count")
        assert one.low < count < one.high
        assert "as of 2026-10-31 23:00 UTC, the latest time in the table" in one.notes

    @pytest.mark.parametrize(
        ("as_of", "zone", "said"),
        [
            ("2026-10-10 12:00", "Asia/Tehran", "as of 2026-10-10 12:00 Asia/Tehran"),
            ("2026-10-10 12:00", None, "as of 2026-10-10 12:00"),
            ("2026-10-10", None, "as of 2026-10-10"),
        ],
    )
    def test_the_hour_of_an_instant_is_said_among_days_too(self, as_of: str, zone: str | None, said: str) -> None:
        rows = cx.read(pa.table({"opened": ["2026-10-01", "2026-10-20"], "resolved": [None, None]}), timezone=zone)
        assert said in cx.open_cases(rows, as_of=as_of)[0].notes

    @pytest.mark.parametrize(("variant", "count"), [("older_than", 22), ("overdue", 14), ("unsolved", 65)])
    def test_backlog(self, variant: str, count: int) -> None:
        assert cx.backlog(desk(), variant=variant)[0].estimate == count

    def test_days_of_work(self) -> None:
        one = cx.backlog(desk(), variant="days_of_work", pace="20 days")[0]
        assert round(one.estimate, 2) == 9.15
        assert one.low < 9.15 < one.high

    def test_ages_are_said(self) -> None:
        assert "age in days: median 2, p90 8, oldest 8" in cx.open_cases(desk())[0].notes

    def test_the_balance_is_the_series(self) -> None:
        """Opened before each month's end less resolved before it, counted one by one."""
        rng = np.random.default_rng(3)
        opened = ZERO + pd.to_timedelta(rng.integers(0, 150 * 24, 400), "h")
        took = pd.to_timedelta(rng.integers(0, 900, 400), "h")
        resolved = pd.Series(opened + took).where(rng.random(400) < 0.9)
        rows = pd.DataFrame({"opened": opened, "resolved": resolved, "queue": rng.choice(["a", "b"], 400)})
        for variant, days in (("unsolved", 0), ("older_than", 7)):
            series = cx.backlog(rows, variant=variant, by=["queue", cx.period("opened", "month", timezone="UTC")])
            last = max(resolved.max(), pd.Series(opened).max()) + pd.Timedelta(seconds=1)
            for one in series:
                end = min(pd.Period(one.segment["period"]).end_time.ceil("D").tz_localize("UTC"), last)
                mine = rows[rows.queue == one.segment["queue"]]
                still = mine.resolved.isna() | (mine.resolved >= end)
                assert one.estimate == ((mine.opened + days * DAY < end) & still).sum()
        at = cx.backlog(rows, variant="unsolved", period="2026-11")[0]
        end = pd.Timestamp("2026-12-01", tz="UTC")
        assert at.estimate == ((rows.opened < end) & (rows.resolved.isna() | (rows.resolved >= end))).sum()

    def test_a_status_is_known_at_the_export_only(self) -> None:
        with pytest.raises(cx.CxlabError, match="time of the export only"):
            cx.open_cases(desk(), variant="waiting_on_us", as_of="2026-10-20")
        odd = desk().replace({"status": {"pending": "in progress"}})
        with pytest.raises(cx.CxlabError, match="in-progress"):
            cx.open_cases(odd, variant="waiting_on_us")
        assert cx.open_cases(odd)[0].estimate == 65

    def test_the_rest_is_all_the_others_together(self) -> None:
        rows = desk().assign(queue=lambda frame: [f"q{i % 3}" for i in range(len(frame))])
        answer = cx.open_cases(rows, by="queue")
        for one, mine in zip(answer.compare(to="rest"), answer, strict=True):
            assert one.difference == mine.estimate - (65 - mine.estimate)

    def test_nothing_open_is_none_and_has_an_upper_limit(self) -> None:
        rows = pd.DataFrame({"opened": [ZERO] * 3, "resolved": [ZERO + DAY] * 3})
        one = cx.open_cases(rows)[0]
        assert (one.estimate, one.low, one.n) == (0, 0, 3)
        assert one.high > 0


class TestShares:
    @staticmethod
    def assigned() -> pd.DataFrame:
        return pd.DataFrame(
            {
                "opened": [ZERO] * 400,
                "assigned": [ZERO] * 400,
                "resolved": [ZERO + DAY] * 376 + [None] * 24,
                "reopens": [1] * 12 + [0] * 388,
            }
        )

    def test_resolved_of_assigned(self) -> None:
        one = cx.resolution_rate(self.assigned(), method="wilson")[0]
        assert (one.estimate, round(one.low * 100, 2), round(one.high * 100, 2)) == (0.94, 91.23, 95.94)
        assert cx.resolution_rate(self.assigned(), as_of=ZERO + HOUR)[0].estimate == 0

    def test_tickets_without_the_time_of_the_base_are_missing(self) -> None:
        rows = cx.read(self.assigned().assign(assigned=[None] * 10 + [ZERO] * 390))
        one = cx.resolution_rate(rows)[0]
        assert one.n == 390
        assert "missing: 10 not assigned" in one.notes
        assert "__class" not in {entry.column for entry in rows.ledger}

    def test_cohort_net_of_reopened(self) -> None:
        rows = self.assigned().assign(resolved=[ZERO + DAY] * 352 + [None] * 48)
        assert cx.resolution_rate(rows, variant="cohort")[0].estimate == 0.88
        assert cx.resolution_rate(rows, variant="net_of_reopened")[0].estimate == 0.85

    def test_throughput_may_pass_one(self) -> None:
        """410 resolved in October, 10 of them created in September, 400 created in October."""
        rows = pd.DataFrame({"opened": [ZERO - 5 * DAY] * 10 + [ZERO + DAY] * 400, "resolved": [ZERO + 2 * DAY] * 410})
        one = cx.resolution_rate(cx.read(rows, timezone="UTC"), variant="throughput", period="2026-10")[0]
        assert (one.estimate, one.unit, one.n) == (1.025, "ratio", 400)
        series = cx.resolution_rate(rows, variant="throughput", by=cx.period("opened", "month", timezone="UTC"))
        assert [one.estimate for one in series] == [0.0, 1.025]

    def test_customers_with_many_tickets_widen_the_interval(self) -> None:
        rows = self.assigned().assign(customer=[f"c{i // 8}" for i in range(400)])
        alone, grouped = (cx.resolution_rate(table)[0] for table in (self.assigned(), rows))
        assert alone.estimate == grouped.estimate
        assert grouped.n_effective < alone.n_effective

    def test_first_contact(self) -> None:
        days = {"a": [1, 4], "b": [1, 20], "c": [2], "d": [26]}
        rows = pd.DataFrame(
            [(name, ZERO + day * DAY) for name, all_days in days.items() for day in all_days],
            columns=["customer", "opened"],
        )
        # The latest ticket is of day 26: day 20 and day 26 are too young to tell after 7 days.
        one = cx.first_contact_resolution(rows)[0]
        assert (one.estimate, one.n) == (0.75, 4)
        assert "too young to tell: 2" in one.notes
        assert cx.first_contact_resolution(rows, within="30 days", as_of=ZERO + 60 * DAY)[0].estimate == pytest.approx(
            4 / 6
        )

    def test_first_contact_by_times_and_survey(self) -> None:
        rows = pd.DataFrame(
            {
                "opened": [ZERO] * 4,
                "responded": [ZERO + HOUR] * 4,
                "resolved": [ZERO + HOUR, ZERO + HOUR, ZERO + DAY, None],
                "reopens": [0, 1, 0, 0],
                "first_contact": [1, 1, 0, None],
            }
        )
        shares = {v: cx.first_contact_resolution(rows, variant=v)[0] for v in ("same_contact", "one_touch", "survey")}
        assert {v: round(one.estimate, 3) for v, one in shares.items()} == {
            "same_contact": 0.667,
            "one_touch": 0.333,
            "survey": 0.667,
        }
        assert "not resolved: 1" in shares["same_contact"].notes

    @pytest.mark.parametrize(
        "said", [[True, True, False, None], ["yes", "Yes", "no", None], ["true", "true", "false", ""]]
    )
    def test_first_contact_may_be_said_by_yes_and_no(self, said: list[Any]) -> None:
        for frame in (pd.DataFrame({"first_contact": said}), pl.DataFrame({"first_contact": said})):
            one = cx.first_contact_resolution(frame, variant="survey")[0]
            assert (one.estimate, one.n) == (pytest.approx(2 / 3), 3)
            assert "missing: 1" in one.notes


class TestContacts:
    @staticmethod
    def contacts() -> pa.Table:
        status = [None] * 1060 + ["merged"] * 15 + ["spam"] * 25 + ["open"] * 380 + [None] * 370
        return pa.table(
            {"channel": ["call"] * 1060 + ["ticket"] * 420 + ["chat"] * 300 + ["social"] * 70, "status": status}
        )

    def test_answers_are_dated_by_the_answer_and_not_by_the_invitation_that_was_opened(self) -> None:
        rows = pd.DataFrame(
            {
                "answer": [1, 2, 3],
                "opened": [True, True, False],
                "answered": ["2026-09-30", "2026-10-02", "2026-10-03"],
                "channel": ["mail", "web", "web"],
            }
        )
        assert cx.request_volume(rows, period="2026-10")[0].estimate == 2
        assert [one.estimate for one in cx.request_volume(rows, by=cx.period("answered", "month"))] == [1, 2]
        (web,) = cx.contacts_by_channel(rows, period="2026-10")
        assert (web.segment["channel"], web.estimate) == ("web", 1.0)

    def test_volume(self) -> None:
        assert cx.request_volume(self.contacts())[0].estimate == 1810
        assert cx.request_volume(self.contacts(), variant="ticket")[0].estimate == 1850
        one = cx.request_volume(self.contacts(), exposure=25_000, method="clopper_pearson")[0]
        assert (round(one.estimate, 1), round(one.low, 2), round(one.high, 2)) == (72.4, 69.10, 75.81)
        assert one.unit == "rate"

    def test_channels(self) -> None:
        shares = {
            one.segment["channel"]: round(one.estimate * 100, 2) for one in cx.contacts_by_channel(self.contacts())
        }
        assert shares == {"call": 58.56, "ticket": 20.99, "chat": 16.57, "social": 3.87}

    def test_a_contact_over_two_channels(self) -> None:
        rows = pa.table(
            {
                "ticket": ["1", "1", "2", "3"],
                "channel": ["chat", "phone", "phone", "phone"],
                "opened": ["2026-10-01", "2026-10-02", "2026-10-01", "2026-10-01"],
            }
        )
        share = {
            v: {one.segment["channel"]: round(one.estimate, 3) for one in cx.contacts_by_channel(rows, variant=v)}
            for v in ("each", "first")
        }
        assert share == {"each": {"chat": 0.333, "phone": 1.0}, "first": {"chat": 0.333, "phone": 0.667}}

    def test_contacts_of_few_customers_are_less_certain(self) -> None:
        alone = pa.table({"customer": [f"c{i}" for i in range(100)]})
        many = pa.table({"customer": [f"c{i // 10}" for i in range(100)]})
        width = [one.high - one.low for one in (cx.request_volume(t, exposure=1000)[0] for t in (alone, many))]
        assert width[1] > 2.5 * width[0]

    def test_each_segment_has_its_own_exposure(self) -> None:
        rows = pa.table({"region": ["North"] * 10 + ["South"] * 30})
        rates = cx.request_volume(rows, by="region", exposure={"North": 1000, "South": 2000})
        assert [one.estimate for one in rates] == [10.0, 15.0]
        with pytest.raises(cx.CxlabError, match="does not name every segment"):
            cx.request_volume(rows, by="region", exposure={"North": 1000})


class TestRealLogs:
    def test_a_city(self, shared: Callable[[str], Path]) -> None:
        form = "%m/%d/%Y %I:%M:%S %p"
        path = shared("data/baltimore_311/311_sample.csv")
        roles = {
            "ticket": "SRRecordID",
            "opened": "CreatedDate",
            "resolved": "CloseDate",
            "due": "DueDate",
            "channel": "MethodReceived",
        }
        rows = cx.read(path, columns=roles, timezone="America/New_York", dates=form)
        plain = pd.read_csv(path, low_memory=False)
        times = {name: pd.to_datetime(plain[name], format=form) for name in ("CreatedDate", "CloseDate", "DueDate")}
        spent = (times["CloseDate"] - times["CreatedDate"]).dt.total_seconds()
        last, still = times["CloseDate"].max(), times["CloseDate"].isna()
        mean = cx.resolution_time(rows, statistic="mean")[0]
        assert mean.n == 9792
        assert mean.estimate == pytest.approx(spent.mean(), rel=1e-4)  # the file's clock changes twice a year
        assert cx.resolution_rate(rows, variant="cohort")[0].estimate == 0.9792
        assert cx.open_cases(rows)[0].estimate == still.sum() == 208
        old = still & (last - times["CreatedDate"] > pd.Timedelta(days=7))
        assert cx.backlog(rows)[0].estimate == old.sum()
        assert cx.backlog(rows, variant="overdue")[0].estimate == (still & (times["DueDate"] < last)).sum()
        by_channel = {one.segment["channel"]: one.estimate for one in cx.contacts_by_channel(rows)}
        assert by_channel == pytest.approx(plain.MethodReceived.value_counts(normalize=True).to_dict())

    def test_a_help_desk(self, shared: Callable[[str], Path]) -> None:
        log = pd.read_csv(shared("data/verenich_event_logs/helpdesk.csv"), parse_dates=["CompleteTimestamp"])
        assert (len(log), log.CaseID.nunique()) == (13710, 3804)
        cases = log.sort_values("CompleteTimestamp", kind="stable").groupby("CaseID").CompleteTimestamp
        table = pd.DataFrame({"opened": cases.first().to_numpy(), "resolved": cases.last().to_numpy()})
        spent = (table.resolved - table.opened).dt.total_seconds()
        one = cx.resolution_time(cx.read(table, timezone="UTC"))[0]
        assert one.n == 3804
        assert one.estimate == np.sort(spent)[int(np.ceil(0.5 * len(spent))) - 1]


def test_asking_again_is_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first question also looks for repeated tickets and the latest time; after that each is one query."""
    asked: list[Any] = []
    original = reading.collect

    def counting(frame: Any) -> pa.Table:
        asked.append(frame)
        return original(frame)

    rows = cx.read(cx.sample("harbour", "tickets").drop_columns("customer"))
    calls = cx.read(cx.sample("harbour", "calls"))
    desk = cx.calendar({"mon": "09:00-17:00"}, timezone="Europe/Berlin")
    questions: list[Callable[[], cx.Estimates]] = [
        lambda: cx.first_response_time(rows, by="region"),
        lambda: cx.resolution_time(rows, by="region", period="2026-05"),
        lambda: cx.resolution_time(rows, clock=desk),
        lambda: cx.open_cases(rows, by="region"),
        lambda: cx.backlog(rows, variant="overdue"),
        lambda: cx.resolution_rate(rows, by="region"),
        lambda: cx.request_volume(rows),
        lambda: cx.service_level(calls, by="region"),
        lambda: cx.speed_of_answer(calls, statistic="p90"),
        lambda: cx.handle_time(calls),
        lambda: cx.blockage_rate(calls),
    ]
    for question in questions:
        question()
    for module in [one for name, one in sys.modules.items() if name.startswith("cxlab.")]:
        if getattr(module, "collect", None) is original:
            monkeypatch.setattr(module, "collect", counting)
    for number, question in enumerate(questions):
        asked.clear()
        question()
        assert len(asked) == 1, number


def test_every_engine_gives_the_same_business_median() -> None:
    table = cx.sample("harbour", "tickets").slice(0, 400)
    clock = cx.calendar(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00"), timezone="Europe/Berlin")
    frames = (table, table.to_pandas(), pl.DataFrame(table), duckdb.from_arrow(table))
    found = [[str(one) for one in cx.resolution_time(frame, by="region", clock=clock)] for frame in frames]
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize(
    "name",
    [
        "first_response_time",
        "resolution_time",
        "open_cases",
        "backlog",
        "resolution_rate",
        "request_volume",
        "contacts_by_channel",
        "first_contact_resolution",
    ],
)
def test_a_table_without_rows(name: str) -> None:
    times = {role: pa.array([], pa.timestamp("us", "UTC")) for role in ("opened", "responded", "resolved", "assigned")}
    words = {role: pa.array([], pa.string()) for role in ("customer", "region", "channel")}
    (one,) = getattr(cx, name)(pa.table({**times, **words}))
    assert one.n == 0
    # A share or time of nothing is no number; a count of nothing is 0.
    assert one.estimate == (0 if one.unit == "count" else None)
    assert list(getattr(cx, name)(pa.table({**times, **words}), by="region")) == []


def test_times_as_desks_write_them(tmp_path: Path) -> None:
    (tmp_path / "zone.csv").write_text("opened,resolved\n2026-01-01 10:00:00 +0700,2026-01-01 05:00:00Z\n")
    assert cx.resolution_time(cx.read(tmp_path / "zone.csv"))[0].estimate == 2 * 3600
    (tmp_path / "open.csv").write_text("opened,resolved\n2026-01-01 10:00,\n2026-01-01 12:00,\n")
    never = cx.resolution_time(cx.read(tmp_path / "open.csv", timezone="UTC"))[0]
    assert (never.estimate, never.n) == (None, 2)
    (tmp_path / "month.csv").write_text("opened,resolved\n03-Feb-2026,05-Feb-2026\n")
    assert cx.resolution_time(cx.read(tmp_path / "month.csv"))[0].estimate == 2 * 86400


def test_without_times_of_resolution_every_status_has_to_be_known() -> None:
    day = "2026-01-01"
    assert cx.open_cases(pa.table({"opened": [day] * 3, "status": ["Resolved", "open", "Closed"]}))[0].estimate == 1
    with pytest.raises(cx.CxlabError, match="done"):
        cx.open_cases(pa.table({"opened": [day] * 2, "status": ["done", "open"]}))
    with pytest.raises(cx.CxlabError, match="done"):
        cx.backlog(pa.table({"opened": [day] * 2, "status": ["done", "open"]}), variant="unsolved")


# Every figure that takes as_of=, the time by which a row begins, and of four rows those that it is about as of October.
AS_OF = [
    (cx.resolution_time, {}, "opened", 2),
    (cx.first_response_time, {}, "opened", 2),
    (cx.service_level, {"within": 20}, "opened", 2),
    (cx.complaint_resolution_time, {}, "opened", 2),
    (cx.open_cases, {}, "opened", 2),
    (cx.backlog, {}, "opened", 2),
    (cx.backlog, {"variant": "days_of_work"}, "opened", 1),  # of one solved in the four weeks before
    (cx.resolution_rate, {}, "assigned", 2),
    (cx.resolution_rate, {"variant": "cohort"}, "opened", 2),
    (cx.resolution_rate, {"by": cx.each("topics")}, "assigned", 2),
    (cx.first_contact_resolution, {}, "opened", 2),
    (cx.on_time_rate, {"variant": "all"}, "placed", 2),
    (cx.retention_curve, {"at": 30}, "started", 2),
]


@pytest.mark.parametrize("engine", [lambda frame: frame, duckdb.from_df])
@pytest.mark.parametrize(("ask", "keywords", "begins", "left"), AS_OF)
def test_what_begins_after_the_instant_is_counted(
    ask: Callable[..., cx.Estimates], keywords: dict[str, Any], begins: str, left: int, engine: Any
) -> None:
    days = [pd.Timestamp(day, tz="UTC") for day in ("2026-10-01", "2026-10-03", "2027-01-01", "2027-01-02")]
    later = [day + DAY for day in days]
    table = pd.DataFrame(dict.fromkeys(("opened", "assigned", "placed", "started"), days))
    table = table.assign(responded=later, resolved=later, promised=later, delivered=later, ended=later)
    rows = cx.read(engine(table.assign(customer=["a", "b", "c", "d"], topics="x, y")))
    (one, *_) = ask(rows, as_of="2026-10-31", **keywords)
    assert one.n == left
    assert not [note for note in one.notes if "missing" in note]
    assert [(entry.kind, entry.count, entry.column) for entry in rows.ledger if entry.kind == "future"] == [
        ("future", 2, begins)
    ]
    fresh = cx.read(engine(table.assign(customer=["a", "b", "c", "d"], topics="x, y")))
    ask(fresh, **keywords)  # nothing lies after the latest time of the table
    assert "future" not in fresh.ledger.counts


@pytest.mark.parametrize("blank", [None, float("nan"), pd.NA, pd.NaT])
def test_a_column_of_times_in_which_nothing_has_happened(blank: object) -> None:
    table = pd.DataFrame({"opened": [ZERO, ZERO + DAY], "resolved": pd.Series([blank, blank], dtype=object)})
    assert cx.open_cases(table)[0].estimate == 2
    assert (cx.resolution_time(table)[0].estimate, cx.resolution_time(table)[0].n) == (None, 2)
    assert cx.resolution_rate(table, variant="cohort", period="2026-10")[0].estimate == 0


def test_what_lies_after_a_period_is_no_future() -> None:
    rows = cx.read(pd.DataFrame({"opened": [ZERO, ZERO + 40 * DAY], "resolved": [None, None]}))
    assert cx.open_cases(rows, period="2026-10")[0].n == 1
    assert "future" not in rows.ledger.counts


MONTHS = cx.period("opened", "month")
# Every figure that reads when tickets were resolved, and did not tell one that was resolved before it came from others.
RESOLVED = [
    (cx.open_cases, {}),
    (cx.open_cases, {"as_of": "2026-10-31"}),
    (cx.open_cases, {"by": MONTHS}),
    (cx.open_cases, {"variant": "waiting_on_us"}),
    (cx.open_cases, {"variant": "customers_waiting"}),
    (cx.backlog, {}),
    (cx.backlog, {"as_of": "2026-10-31"}),
    (cx.backlog, {"by": MONTHS}),
    (cx.backlog, {"variant": "unsolved", "by": MONTHS}),
    (cx.backlog, {"variant": "overdue"}),
    (cx.backlog, {"variant": "days_of_work"}),
    (cx.resolution_rate, {}),
    (cx.resolution_rate, {"variant": "throughput"}),
    (cx.resolution_rate, {"variant": "throughput", "by": MONTHS}),
    (cx.resolution_rate, {"variant": "throughput", "by": ["region", MONTHS]}),
    (cx.resolution_rate, {"variant": "cohort"}),
    (cx.resolution_rate, {"variant": "net_of_reopened"}),
    (cx.resolution_time, {}),
    (cx.first_contact_resolution, {"variant": "same_contact"}),
    (cx.first_contact_resolution, {"variant": "one_touch"}),
]


@pytest.mark.parametrize("engine", [lambda frame: frame, pa.Table.from_pandas, duckdb.from_df])
@pytest.mark.parametrize(("ask", "keywords"), RESOLVED)
def test_a_ticket_that_was_closed_before_it_came_is_refused(
    ask: Callable[..., cx.Estimates], keywords: dict[str, Any], engine: Callable[[pd.DataFrame], Any]
) -> None:
    table = pd.DataFrame({"opened": [ZERO, ZERO], "resolved": [ZERO + DAY, ZERO + DAY], "responded": [ZERO, ZERO]})
    table = table.assign(assigned=ZERO, due=ZERO, status="open", customer="a", region="North", reopens=0)
    ask(engine(table), **keywords)
    table.loc[1, "resolved"] = ZERO - DAY - MINUTE
    with pytest.raises(cx.CxlabError, match=r"resolved before it is opened|ends before it begins"):
        ask(engine(table), **keywords)


@pytest.mark.parametrize("variant", ["assigned", "cohort"])
def test_a_ticket_is_not_resolved_before_it_is_opened(variant: str) -> None:
    table = pd.DataFrame({"opened": [ZERO, ZERO], "assigned": [ZERO, ZERO], "resolved": [ZERO + DAY, ZERO - DAY]})
    assert cx.resolution_rate(table, variant=variant)[0].estimate == 1
    table.loc[1, "resolved"] -= MINUTE
    with pytest.raises(cx.CxlabError, match="resolved before it is opened"):
        cx.resolution_rate(table, variant=variant)


SLIPPED = pa.table(
    {
        "ticket": [1, 2, 3, 4, 5],
        "customer": ["a", "b", "c", "d", "e"],
        "opened": [datetime(2026, 9, day, 12) for day in (1, 2, 3, 4, 5)],
        "responded": [datetime(2026, 9, day, 13) for day in (1, 2, 3, 4, 5)],
        # The second is resolved an hour before it is opened, the fourth 23 hours.
        "resolved": [datetime(2026, 9, 1, 14), datetime(2026, 9, 2, 11), None, datetime(2026, 9, 3, 13), None],
        "assigned": [datetime(2026, 9, day, 12) for day in (1, 2, 3, 4, 5)],
        "due": [datetime(2026, 9, day, 18) for day in (1, 2, 3, 4, 5)],
        "reopens": [0, 0, 0, 1, 0],
        "status": ["solved", "solved", "open", "closed", "new"],
        "about": ["a,b", "a,b", "b", "a", None],
    }
)


@pytest.mark.parametrize("by", [None, cx.each("about")], ids=["whole", "each"])
@pytest.mark.parametrize(
    ("ask", "figure"),
    [
        (lambda rows, **by: cx.open_cases(rows, **by), 2),
        (lambda rows, **by: cx.open_cases(rows, variant="customers_waiting", **by), 2),
        (lambda rows, **by: cx.backlog(rows, older_than=1, variant="older_than", **by), 1),
        (lambda rows, **by: cx.backlog(rows, variant="overdue", **by), 1),
        (lambda rows, **by: cx.backlog(rows, variant="days_of_work", pace=30, **by), 20),
        (lambda rows, **by: cx.resolution_rate(rows, **by), 0.6),
        (lambda rows, **by: cx.resolution_rate(rows, variant="net_of_reopened", **by), 0.4),
        (lambda rows, **by: cx.resolution_rate(rows, variant="throughput", **by), 0.6),
        (lambda rows, **by: cx.first_contact_resolution(rows, variant="one_touch", **by), 1 / 3),
    ],
)
def test_tickets_resolved_a_little_before_they_are_opened_are_counted(ask: Any, figure: float, by: Any) -> None:
    rows = cx.read(SLIPPED, timezone="UTC")
    found = ask(rows, **({"by": by} if by else {}))
    assert [(one.kind, one.count, one.column) for one in rows.ledger if one.kind == "clock_skew"] == [
        ("clock_skew", 2, "resolved")
    ]
    if by is None:
        assert found[0].estimate == pytest.approx(figure)
    ask(rows)
    assert rows.ledger.counts["clock_skew"] == 2  # asked again, they are no more than before


@pytest.mark.parametrize("variant", ["unsolved", "waiting_on_us", "customers_waiting"])
def test_a_segment_in_which_nobody_waits_is_none_and_not_away(variant: str) -> None:
    """Those of whom nothing is open had not been in the answer where customers are counted."""
    found = cx.open_cases(cx.read(SLIPPED, timezone="UTC"), by="about", variant=variant)
    assert [(one.segment["about"], one.estimate, one.n) for one in found] == [
        ("a", 0, 1), ("a,b", 0, 2), ("b", 1, 1), (None, 1, 1)
    ]  # fmt: skip


def test_levels_over_time_count_them_too() -> None:
    rows = cx.read(SLIPPED, timezone="UTC")
    assert cx.open_cases(rows, by=cx.period("opened", "month"))[0].estimate == 2
    assert rows.ledger.counts["clock_skew"] == 2
