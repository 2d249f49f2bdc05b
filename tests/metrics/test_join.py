"""Several instruments of one customer on one row: the nearest earlier one, never more rows, and all of it counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)


def tables(n: int = 120) -> tuple[pa.Table, pa.Table]:
    rng = np.random.default_rng(6)
    asked = [NOW + timedelta(hours=int(h)) for h in rng.integers(0, 2000, n)]
    opened = [NOW + timedelta(hours=int(h)) for h in rng.integers(0, 2000, 2 * n)]
    customer = [*[f"c{i}" for i in rng.integers(0, 20, n - 2)], None, "nobody"]
    answers = pa.table(
        {"customer": customer, "answered": asked, "recommend": rng.integers(0, 11, n), "channel": ["app"] * n}
    )
    tickets = pa.table(
        {
            "customer": [f"c{i}" for i in rng.integers(0, 20, 2 * n)],
            "opened": opened,
            "ticket": range(2 * n),
            "channel": rng.choice(["phone", "chat"], 2 * n),
        }
    )
    return answers, tickets


def by_hand(answers: pa.Table, tickets: pa.Table, days: float) -> list[int | None]:
    found: list[int | None] = []
    for row in answers.to_pylist():
        fits = [
            (t["opened"], -t["ticket"])
            for t in tickets.to_pylist()
            if t["customer"] == row["customer"]
            and timedelta(0) <= row["answered"] - t["opened"] <= timedelta(days=days)
        ]
        found.append(-max(fits)[1] if fits else None)
    return found


def test_each_row_has_the_nearest_earlier_one_of_brute_force() -> None:
    answers, tickets = tables()
    joined = cx.join(answers, tickets, on="customer", within="10 days")
    expected = by_hand(answers, tickets, 10)
    frame = joined.to_pandas()
    assert [None if pd.isna(x) else int(x) for x in frame["ticket"]] == expected
    assert frame["answered"].tolist() == answers["answered"].to_pandas().tolist()
    assert joined.columns == ["customer", "answered", "recommend", "channel", "opened", "ticket", "channel_2"]
    counts = joined.ledger.counts
    assert counts["joined"] == sum(x is not None for x in expected)
    assert 0 < counts["nearest_of_several"] < counts["joined"]


def test_every_engine_gives_the_same() -> None:
    answers, tickets = tables()
    connection = duckdb.connect()
    connection.register("a", answers)
    expected = cx.join(answers, tickets).to_pandas()["ticket"].tolist()
    pairs = [(answers.to_pandas(), tickets.to_pandas()), (pl.DataFrame(answers), pl.DataFrame(tickets))]
    for left, right in [*pairs, (connection.table("a"), tickets), (answers, pl.DataFrame(tickets))]:
        np.testing.assert_array_equal(
            cx.join(left, right).to_pandas()["ticket"].to_numpy(float), np.array(expected, float)
        )


def test_metrics_run_on_the_joined_rows_and_declarations_move_along() -> None:
    answers, tickets = tables()
    right = cx.read(tickets, columns={"desk": "channel"}, labels={"channel": {"phone": 1.0}})
    joined = cx.join(cx.read(answers, missing={"recommend": [3]}), right)
    assert joined.roles == {"desk": "channel_2"}
    assert joined.labels == {"channel_2": {"phone": 1.0}}
    by_desk = cx.nps(joined, by="channel_2")
    assert {e.segment["channel_2"] for e in by_desk} == {"phone", "chat", None}
    assert sum(e.n or 0 for e in by_desk) == cx.nps(cx.read(answers, missing={"recommend": [3]}))[0].n


def test_the_edge_of_the_window_is_in_and_a_later_row_is_out() -> None:
    answers = pa.table({"customer": ["a", "b", "c"], "answered": [NOW] * 3})
    tickets = pa.table(
        {"customer": ["a", "b", "c"], "opened": [NOW - timedelta(days=2), NOW - timedelta(days=2, seconds=1), NOW]}
    )
    found = cx.join(answers, tickets, within=2).to_pandas()["opened"]
    assert found.notna().tolist() == [True, False, True]
    after = pa.table({"customer": ["a"], "opened": [NOW + timedelta(seconds=1)]})
    assert cx.join(answers, after).to_pandas()["opened"].isna().all()


def test_times_may_be_named() -> None:
    answers, tickets = tables()
    named = cx.join(answers.rename_columns(["customer", "at", "recommend", "channel"]), tickets, times=("at", "opened"))
    assert named.to_pandas()["ticket"].tolist()[:5] == cx.join(answers, tickets).to_pandas()["ticket"].tolist()[:5]


def test_names_that_would_clash_are_refused() -> None:
    answers, tickets = tables()
    with pytest.raises(cx.CxlabError, match="channel_2"):
        cx.join(answers.append_column("channel_2", answers["channel"]), tickets)
