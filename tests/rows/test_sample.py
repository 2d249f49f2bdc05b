"""The sample: the same bytes each time, every role of the contract, ranges that can be true, and its story."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from persiantools.jdatetime import JalaliDate

from cxlab.errors import DefinitionError
from cxlab.rows.sample import CLIENTS, FIRST, LAST, STORY, TABLES, sample, tables, write

ROLES = {
    "answers": "answer customer answered recommend satisfaction effort quality comment channel sent delivered opened"
    " weight",
    "reviews": "review agent category score low high weight auto_fail",
    "customers": "customer started ended referred_by programme revenue_start revenue_end",
    "transactions": "customer time amount referred",
    "orders": "order customer placed promised delivered in_full",
    "events": "customer time kind",
    "tickets": "ticket customer opened responded resolved due assigned status channel agent reopens",
    "calls": "call started outcome cause wait talk hold wrap agent",
    "totals": "offered answered abandoned answered_within abandoned_within abandoned_short blocked wait_seconds"
    " talk_seconds hold_seconds wrap_seconds",
    "complaints": "complaint customer kind opened resolved",
    "people": "employee started ended voluntary",
}

# Where each kind of row happens in time; customers and people are records, not happenings.
HAPPENS = {
    "answers": "answered",
    "invitations": "sent",
    "reviews": "reviewed",
    "transactions": "time",
    "orders": "placed",
    "events": "time",
    "tickets": "opened",
    "calls": "started",
    "totals": "started",
    "complaints": "opened",
}

each_client = pytest.mark.parametrize("client", CLIENTS)


def values(table: pa.Table, column: str) -> np.ndarray[Any, Any]:
    """A column as numpy: numbers with nan for null, words with None."""
    return table[column].to_numpy()


def local_days(client: str, instants: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Local days of instants, without the code under test."""
    local = pc.local_timestamp(instants.cast(pa.timestamp("us", tz=CLIENTS[client].timezone)))
    return local.to_numpy().astype("datetime64[D]")


def month_of(client: str, day: date) -> tuple[int, int]:
    """Year and month of a day in the client's calendar."""
    if CLIENTS[client].calendar == "jalali":
        jalali = JalaliDate(day)
        return jalali.year, jalali.month
    return day.year, day.month


def months(client: str, instants: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Months counted from year 0, of each instant."""
    days, place = np.unique(local_days(client, instants), return_inverse=True)
    dated = [month_of(client, day) for day in days.astype(object)]
    return np.array([year * 12 + month - 1 for year, month in dated])[place]


def last_month(client: str) -> int:
    year, month = STORY[client].period.split("-")
    return int(year) * 12 + int(month) - 1


def nps(scores: np.ndarray[Any, Any]) -> tuple[float, float]:
    """NPS and its standard error, in points."""
    scores = scores[~np.isnan(scores)]
    one = 100.0 * ((scores >= 9).astype(float) - (scores <= 6))
    return float(one.mean()), float(one.std() / np.sqrt(len(one)))


def fall(client: str, column: str, value: str) -> tuple[float, float]:
    """Change of NPS of one segment from the month before the story to the story's, and its standard error."""
    table = sample(client, "answers")
    month, here = months(client, table["answered"]), values(table, column) == value
    recommend = values(table, "recommend")
    now, se_now = nps(recommend[here & (month == last_month(client))])
    before, se_before = nps(recommend[here & (month == last_month(client) - 1)])
    return now - before, float(np.hypot(se_now, se_before))


def test_the_same_bytes_at_every_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def digests(folder: Path) -> dict[str, str]:
        paths = write(folder)
        assert list(paths) == list(CLIENTS)
        assert all(list(by_table) == list(TABLES) for by_table in paths.values())
        return {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for by_table in paths.values()
            for path in by_table.values()
        }

    first = digests(tmp_path / "first")
    forget()
    assert digests(tmp_path / "second") == first
    assert len(set(first.values())) == len(CLIENTS) * len(TABLES)


def forget() -> None:
    """Empties every memory of the generator, so that the next call draws again."""
    from cxlab.rows.sample import build, crowd, draw, service, survey, trade

    for module in (build, crowd, draw, service, survey, trade):
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()


@each_client
def test_one_table_alone_is_the_same_as_among_all(client: str) -> None:
    among_all = tables(client)["answers"]
    forget()
    assert sample(client, "answers").equals(among_all)


@each_client
def test_every_table_says_that_it_is_made_up(client: str, tmp_path: Path) -> None:
    assert CLIENTS[client].sample is True
    assert CLIENTS[client].id == client
    for name, table in tables(client).items():
        assert table.schema.metadata == {b"cxlab": b"sample data, made up"}, name
    path = tmp_path / "people.parquet"
    pq.write_table(sample(client, "people"), path)
    assert pq.read_schema(path).metadata[b"cxlab"] == b"sample data, made up"


@each_client
def test_every_role_of_the_contract_is_there(client: str) -> None:
    for name, roles in ROLES.items():
        table = sample(client, name)
        assert set(roles.split()) <= set(table.column_names), name
        for role in roles.split():
            assert table[role].null_count < table.num_rows, f"{name}.{role} is empty"
    assert sample(client, "invitations").schema.equals(sample(client, "answers").schema)
    assert set(TABLES) == {*ROLES, "invitations"}


def test_the_roles_are_those_of_the_written_contract(shared: Callable[[str], Path]) -> None:
    text = shared("CONTRACT.md").read_text(encoding="utf-8").split("Tables and roles.")[1].split("## 2.")[0]
    written = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and "`" in line and len(cells) == 2:
            written[cells[0].split()[0]] = set(re.findall(r"`(\w+)`", cells[1]))
    assert written == {name: set(roles.split()) for name, roles in ROLES.items()}


@each_client
def test_twenty_four_months_without_a_gap(client: str) -> None:
    last = last_month(client)
    for name, column in HAPPENS.items():
        table = sample(client, name)
        days = local_days(client, table[column].drop_null())
        assert days.min() >= np.datetime64(FIRST), name
        assert days.max() <= np.datetime64(LAST), name
        month = months(client, table[column].drop_null())
        counts = np.array([(month == one).sum() for one in range(last - 23, last + 1)])
        assert counts.min() > 0.6 * np.median(counts), f"{name}: {counts}"
        if name != "reviews" and name != "complaints":
            missing = {FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)} - set(
                np.unique(days).astype(object)
            )
            assert not missing, f"{name}: nothing on {sorted(missing)[:3]}"


@each_client
def test_volumes_are_as_promised(client: str) -> None:
    last = last_month(client)
    for name, low, high in (("answers", 900, 1500), ("tickets", 900, 1500), ("calls", 2400, 3700)):
        month = months(client, sample(client, name)[HAPPENS[name]])
        counts = [(month == one).sum() for one in range(last - 23, last + 1)]
        assert all(low <= count <= high for count in counts), f"{name}: {counts}"


@each_client
def test_the_week_and_the_day_have_a_rhythm(client: str) -> None:
    opened = sample(client, "tickets")["opened"].cast(pa.timestamp("us", tz=CLIENTS[client].timezone))
    by_day = np.bincount(pc.day_of_week(opened).to_numpy(), minlength=7)
    assert by_day.argmin() == {"niloofar": 4}.get(client, 6)
    by_hour = np.bincount(pc.hour(opened).to_numpy(), minlength=24)
    assert by_hour[9:12].min() > 8 * by_hour[0:4].max()


@each_client
def test_things_happen_in_their_order(client: str) -> None:
    order = {
        "answers": ("sent", "delivered", "opened", "answered"),
        "invitations": ("sent", "delivered", "opened", "answered"),
        "tickets": ("opened", "assigned", "responded", "resolved"),
        "complaints": ("opened", "resolved"),
        "orders": ("placed", "delivered"),
        "customers": ("started", "ended"),
        "people": ("started", "ended"),
    }
    for name, steps in order.items():
        table = sample(client, name)
        for before, after in itertools.pairwise(steps):
            assert pc.all(pc.greater_equal(table[after], table[before])).as_py(), f"{name}: {after} before {before}"
            orphans = pc.and_(pc.is_valid(table[after]), pc.is_null(table[before]))
            assert not pc.any(orphans).as_py(), f"{name}: {after} without {before}"
        for column in steps:
            if name not in ("customers", "people"):
                assert local_days(client, table[column].drop_null()).max() <= np.datetime64(LAST), f"{name}.{column}"
    due = sample(client, "tickets")
    assert pc.all(pc.greater(due["due"], due["opened"])).as_py()


@each_client
def test_scores_stay_on_their_scales_and_some_are_missing(client: str) -> None:
    table = sample(client, "answers")
    for role, low, high in (("recommend", 0, 10), ("satisfaction", 1, 5), ("effort", 1, 7), ("quality", 1, 5)):
        score = values(table, role)
        assert 0.03 <= np.isnan(score).mean() <= 0.06, role
        assert set(score[~np.isnan(score)]) == set(range(low, high + 1)), role
    score = values(table, "recommend")
    assert np.nanmean(score >= 9) > 0.5
    assert np.nanmean(score == 0) > np.nanmean(score == 1)
    weight = values(table, "weight")
    assert weight.min() > 0
    assert abs(weight.mean() - 1) < 0.02
    assert 0.3 < table["comment"].null_count / table.num_rows < 0.7
    assert len(pc.unique(table["comment"].drop_null())) > 100


@each_client
def test_customers_repeat_and_were_customers_at_the_time(client: str) -> None:
    people = sample(client, "customers")
    known = people["customer"].to_pylist()
    assert len(set(known)) == people.num_rows
    place = {customer: n for n, customer in enumerate(known)}
    started = people["started"].cast(pa.int32()).to_numpy()
    ended = people["ended"].cast(pa.int32()).fill_null(10**6).to_numpy()
    for name in ("answers", "tickets", "transactions", "calls", "complaints"):
        table = sample(client, name)
        who = np.array([place[customer] for customer in table["customer"].to_pylist()])
        day = table[{"answers": "sent"}.get(name, HAPPENS[name])].cast(pa.timestamp("s", tz="UTC")).cast(pa.int64())
        assert (started[who] <= day.to_numpy() // 86400).all(), name
        if name != "answers":  # somebody may leave between the ticket and the question about it
            assert (day.to_numpy() // 86400 < ended[who]).all(), name
    counts = np.unique(sample(client, "answers")["customer"].to_numpy(zero_copy_only=False), return_counts=True)[1]
    assert 0.2 < (counts == 1).mean() < 0.6
    assert (counts >= 3).mean() > 0.2
    referred = [(a, b) for a, b in zip(known, people["referred_by"].to_pylist(), strict=True) if b is not None]
    assert referred
    assert all(place[b] < place[a] for a, b in referred)


@each_client
def test_tickets_are_open_at_the_end_and_closed_before(client: str) -> None:
    table = sample(client, "tickets")
    resolved, status = table["resolved"].is_valid().to_numpy(), values(table, "status")
    assert set(status) == {"new", "open", "pending", "on-hold", "solved", "closed"}
    assert (resolved == np.isin(status, ["solved", "closed"])).all()
    assert 100 <= (~resolved).sum() <= 500
    recent = local_days(client, table["opened"]) > np.datetime64(LAST - timedelta(14))
    assert (~resolved & recent).sum() > 0.6 * (~resolved).sum()
    assert (table["responded"].is_valid().to_numpy() | ~np.isin(status, ["pending", "on-hold"])).all()
    waits = pc.subtract(table["responded"], table["opened"]).drop_null().cast(pa.int64()).to_numpy()
    assert waits.mean() > 1.5 * np.median(waits)


@each_client
def test_calls_have_what_their_outcome_leaves(client: str) -> None:
    table = sample(client, "calls")
    outcome = values(table, "outcome")
    share = {one: (outcome == one).mean() for one in ("answered", "abandoned", "blocked")}
    assert sum(share.values()) == pytest.approx(1)
    assert 0.03 < share["abandoned"] < 0.10
    assert share["blocked"] > 0.005
    assert (table["cause"].is_valid().to_numpy() == (outcome == "blocked")).all()
    assert (table["wait"].is_null().to_numpy() == (outcome == "blocked")).all()
    for column in ("talk", "hold", "wrap", "agent"):
        assert (table[column].is_valid().to_numpy() == (outcome == "answered")).all(), column
    for column in ("wait", "talk", "hold", "wrap"):
        assert pc.min(table[column]).as_py() >= 0


@each_client
def test_queue_totals_are_the_same_calls(client: str) -> None:
    calls, totals = sample(client, "calls"), sample(client, "totals")
    outcome, wait = values(calls, "outcome"), values(calls, "wait")
    answered, abandoned = outcome == "answered", outcome == "abandoned"
    expected = {
        "offered": (answered | abandoned).sum(),
        "answered": answered.sum(),
        "abandoned": abandoned.sum(),
        "answered_within": (answered & (wait <= 20)).sum(),
        "abandoned_within": (abandoned & (wait <= 20)).sum(),
        "abandoned_short": (abandoned & (wait < 5)).sum(),
        "blocked": (outcome == "blocked").sum(),
        "wait_seconds": wait[answered].sum(),
        "talk_seconds": pc.sum(calls["talk"]).as_py(),
        "hold_seconds": pc.sum(calls["hold"]).as_py(),
        "wrap_seconds": pc.sum(calls["wrap"]).as_py(),
    }
    assert {name: pc.sum(totals[name]).as_py() for name in expected} == expected
    assert (values(totals, "offered") == values(totals, "answered") + values(totals, "abandoned")).all()


@each_client
def test_reviews_orders_and_response_rate_are_plausible(client: str) -> None:
    reviews = sample(client, "reviews")
    score, low, high = (values(reviews, role) for role in ("score", "low", "high"))
    there = ~np.isnan(score)
    assert ((score >= low) & (score <= high))[there].all()
    assert 0.02 < (~there).mean() < 0.12
    orders = sample(client, "orders")
    in_time = pc.less_equal(orders["delivered"], orders["promised"]).drop_null().to_numpy()
    assert 0.7 < in_time.mean() < 0.95
    assert (orders["in_full"].is_null().to_numpy() == orders["delivered"].is_null().to_numpy()).all()
    asked = sample(client, "invitations")
    assert 0.2 < asked["answered"].is_valid().to_numpy().mean() < 0.35
    assert sample(client, "answers").num_rows == asked.num_rows - asked["answered"].null_count
    begun = asked.filter(pc.and_(pc.is_null(asked["answered"]), pc.is_valid(asked["recommend"])))
    assert begun.num_rows > 1000
    assert begun["satisfaction"].null_count == begun.num_rows


@each_client
def test_the_drop_is_there(client: str) -> None:
    story = STORY[client]
    change, error = fall(client, "region", story.region)
    assert abs(change + story.fall) < 5
    assert change / error < -3


@each_client
def test_the_reason_is_there(client: str) -> None:
    story, table = STORY[client], sample(client, "tickets")
    month, here = months(client, table["opened"]), values(table, "region") == story.region
    wait = pc.subtract(table["responded"], table["opened"]).cast(pa.int64()).to_numpy()

    def typical(rows: np.ndarray[Any, Any]) -> float:
        return float(np.nanmedian(wait[rows]))

    now, before = month == last_month(client), month == last_month(client) - 1
    assert 3 < typical(here & now) / typical(here & before) < 8
    assert 0.7 < typical(~here & now) / typical(~here & before) < 1.4


@each_client
def test_the_rest_is_stable_and_one_region_cannot_be_told(client: str) -> None:
    story, table = STORY[client], sample(client, "answers")
    for region in set(values(table, "region")) - {story.region, story.suppressed}:
        change, error = fall(client, "region", region)
        assert abs(change / error) < 1.5, region
    change, error = fall(client, "region", story.unclear)
    assert abs(change) >= 5
    assert 1.96 * error > 20


@each_client
def test_one_region_is_small_and_one_too_small(client: str) -> None:
    story, table = STORY[client], sample(client, "answers")
    month, region = months(client, table["answered"]), values(table, "region")
    assert 4 <= len(set(region)) <= 6

    def monthly(name: str) -> list[int]:
        last = last_month(client)
        return [int(((region == name) & (month == one)).sum()) for one in range(last - 23, last + 1)]

    assert set(monthly(story.unclear)) <= set(range(15, 46))
    assert set(monthly(story.suppressed)) <= set(range(1, 10))
    for name in set(region) - {story.unclear, story.suppressed}:
        assert min(monthly(name)) > 60, name


def test_the_story_is_told_for_the_last_full_month_of_each_calendar() -> None:
    for client, story in STORY.items():
        before, after = story.starts - timedelta(1), story.ends
        assert month_of(client, story.starts) != month_of(client, before)
        assert month_of(client, after) != month_of(client, after - timedelta(1)) == month_of(client, story.starts)
        assert "{}-{:02d}".format(*month_of(client, story.starts)) == story.period
    assert month_of("niloofar", FIRST) < (1403, 8)
    assert (LAST - STORY["niloofar"].ends).days < 31


def test_the_three_clients_are_frozen_and_speak_their_language() -> None:
    assert [client.locale for client in CLIENTS.values()] == ["en", "vi", "fa"]
    assert [client.calendar for client in CLIENTS.values()] == ["gregorian", "gregorian", "jalali"]
    assert [client.currency for client in CLIENTS.values()] == ["GBP", "VND", "IRR"]
    assert CLIENTS["niloofar"].week_start == "saturday"
    for client, letters in (("harbour", r"^[ -~]+$"), ("songhan", r"[À-ỹ]"), ("niloofar", r"[\u0600-\u06ff]")):
        table = sample(client, "answers")
        texts = [CLIENTS[client].name, *pc.unique(table["comment"].drop_null()).to_pylist()]
        texts += pc.unique(table["region"]).to_pylist()
        assert all(re.search(letters, text) for text in texts), client
    with pytest.raises(AttributeError):
        CLIENTS["harbour"].name = "Somebody"  # type: ignore[misc]
    with pytest.raises(TypeError):
        CLIENTS["harbour"].hours["mon"] = "00:00-24:00"  # type: ignore[index]


def test_an_unknown_name_is_refused_with_what_there_is() -> None:
    with pytest.raises(DefinitionError, match=r"no such client\..*'harbor'\. Did you mean 'harbour'\?"):
        sample("harbor")
    with pytest.raises(DefinitionError, match=r"no such table\..*'weather'\. Use 'answers', .* or 'people'"):
        sample("harbour", "weather")
