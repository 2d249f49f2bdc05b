"""Cells that name several segments: what has one sum or state in a segment has it, however it was written."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx

RNG = np.random.default_rng(3)
SIZE = 240
CELLS = RNG.choice(["price,service", "service", "care, price", None, "", "price"], SIZE)
NAMES = ("care", "price", "service", None)
TABLE = pd.DataFrame(
    {
        "recommend": RNG.integers(0, 11, SIZE),
        "about": CELLS,
        "shop": RNG.choice([*"abcdefghijklmnopqrst", None], SIZE),
        "w": RNG.uniform(0.5, 2, SIZE),
        "half": RNG.choice(["x", "y"], SIZE),
        "review": RNG.integers(0, 60, SIZE),
        "agent": RNG.choice(list("pqrst"), SIZE),
        "score": RNG.integers(0, 6, SIZE),
        "customer": RNG.integers(0, 50, SIZE),
        "time": pd.Timestamp("2026-08-01", tz="UTC") + pd.to_timedelta(RNG.integers(0, 90 * 86400, SIZE), unit="s"),
        "call": RNG.integers(0, 60, SIZE),
        "talk": RNG.integers(1, 400, SIZE),
    }
).assign(low=0, high=5, hold=0, wrap=0, outcome="answered")
EACH = cx.each("about")


def named(name: str | None) -> Any:
    """Whether each cell names a segment, in Python alone."""
    parts = [{part.strip() for part in (cell or "").split(",")} - {""} for cell in CELLS]
    return np.array([name in one if name else not one for one in parts])


def engines() -> dict[str, Any]:
    return {
        "pandas": TABLE,
        "polars": pl.from_pandas(TABLE),
        "arrow": pa.Table.from_pandas(TABLE, preserve_index=False),
        "duckdb": duckdb.from_df(TABLE),
    }


@pytest.mark.parametrize("engine", ["pandas", "polars", "arrow", "duckdb"])
@pytest.mark.parametrize("design", [{}, {"weight": "w"}, {"strata": "half"}, {"population": 900}])
def test_a_cluster_has_one_sum_in_a_segment_that_several_cells_name(engine: str, design: dict[str, Any]) -> None:
    rows = cx.read(engines()[engine], timezone="UTC")
    found = {one.segment["about"]: one for one in cx.nps(rows, by=EACH, cluster="shop", **design)}
    assert tuple(found) == NAMES
    for name, one in found.items():
        # The same rows under one plain name: the engine then sums each cluster in it by itself.
        plain = TABLE.assign(inside=np.where(named(name), "in", "out"))
        want = cx.nps(plain, by="inside", cluster="shop", **design).where(inside="in")[0]
        assert (one.n, one.n_effective) == (want.n, pytest.approx(want.n_effective))
        assert (one.low, one.high) == (pytest.approx(want.low), pytest.approx(want.high))


def test_a_customer_who_answered_twice_is_noticed_across_cells() -> None:
    table = pa.table({"recommend": [9, 3, 10] * 20, "about": ["a,b", "a", "b"] * 20, "customer": [*range(20)] * 3})
    one = cx.nps(table, by=cx.each("about")).where(about="a")[0]
    assert "clustered by customer: 20 units" in one.notes


def test_a_review_and_an_agent_are_one_in_a_segment() -> None:
    part = TABLE.score / 5 * 100
    for variant, unit in (("by_review", ["review"]), ("by_agent", ["agent"])):
        found = cx.iqs(TABLE.assign(agent=TABLE.review % 5), by=EACH, variant=variant)
        for one in found:
            inside = TABLE.assign(part=part, agent=TABLE.review % 5)[named(one.segment["about"])]
            reviews = inside.groupby(["agent", "review"]).part.mean().reset_index()
            assert one.estimate == pytest.approx(reviews.groupby(unit).part.mean().mean())


def test_a_customer_is_lost_to_a_segment_once() -> None:
    start, end, days = pd.Timestamp("2026-09-01", tz="UTC"), pd.Timestamp("2026-10-01", tz="UTC"), pd.Timedelta("20D")
    found = cx.churn_rate(cx.read(TABLE, timezone="UTC"), variant="inactivity", inactive=20, period="2026-09", by=EACH)
    for one in found:
        rows = TABLE[named(one.segment["about"])]
        before, after = (set(rows.customer[(rows.time >= at - days) & (rows.time < at)]) for at in (start, end))
        assert (one.n, one.estimate) == (len(before), pytest.approx(len(before - after) / len(before)))


def test_legs_of_one_call_are_added_in_a_segment() -> None:
    calls = TABLE[["call", "talk", "hold", "wrap", "outcome", "about"]]
    for one in cx.handle_time(calls, by=EACH, statistic="mean"):
        legs = calls[named(one.segment["about"])]
        assert one.estimate == pytest.approx(legs.groupby("call").talk.sum().mean())
