"""Who was there, where one customer or employee has several rows: each is one, as if counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx

ENGINES: dict[str, Callable[[pa.Table], Any]] = {
    "arrow": lambda table: table,
    "pandas": lambda table: table.to_pandas(),
    "polars": pl.from_arrow,
    "duckdb": duckdb.from_arrow,
}
START, END = date(2026, 10, 1), date(2026, 11, 1)


def spells(rows: int, people: int, seed: int) -> pa.Table:
    """Rows with so many names, some of them blank; several rows of one name may touch, overlap or be the same."""
    rng = np.random.default_rng(seed)
    started = [date(2026, 8, 1) + timedelta(days=int(day)) for day in rng.integers(0, 110, rows)]
    ended = [
        None if here else day + timedelta(days=int(length))
        for day, length, here in zip(started, rng.integers(0, 60, rows), rng.random(rows) < 0.5, strict=True)
    ]
    names = [None if blank else f"p{who}" for who, blank in zip(rng.integers(0, people, rows), rng.random(rows) < 0.1,
                                                                strict=True)]  # fmt: skip
    table = pa.table({"customer": names, "started": started, "ended": pa.array(ended, pa.date32())})
    table = table.append_column("region", pa.array([f"r{one}" for one in rng.integers(0, 2, rows)]))
    return pa.concat_tables([table, table.slice(0, rows // 5)])


def by_hand(table: pa.Table) -> dict[str, int]:
    """Those present at the start, those of them who left, those who joined and stayed, and who joined and left."""
    seen: dict[object, list[tuple[date, date | None]]] = {}
    for i, row in enumerate(table.to_pylist()):
        if row["started"] < END and (row["ended"] is None or row["ended"] >= START):
            seen.setdefault(row["customer"] or i, []).append((row["started"], row["ended"]))
    kinds = {"start": 0, "left": 0, "joined": 0, "both": 0}
    for rows in seen.values():
        before = any(started < START for started, _ in rows)
        after = any(ended is None or ended >= END for _, ended in rows)
        kinds["start"] += before
        kinds["left"] += before and not after
        kinds["joined"] += after and not before
        kinds["both"] += not after and not before
    return kinds


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(3))
def test_several_rows_of_a_customer_are_one_customer(engine: str, seed: int) -> None:
    table = spells(80, 25, seed)
    kinds = by_hand(table)
    rows = cx.read(ENGINES[engine](table), timezone="UTC")
    one = cx.churn_rate(rows, period="2026-10")[0]
    assert (one.n, one.estimate) == (kinds["start"], pytest.approx(kinds["left"] / kinds["start"]))
    kept = cx.retention_rate(rows, period="2026-10", variant="start_cohort")[0]
    assert kept.estimate == pytest.approx(1 - kinds["left"] / kinds["start"])
    lost = cx.churn_rate(rows, period="2026-10", variant="all_lost_start")[0]
    assert lost.estimate == pytest.approx((kinds["left"] + kinds["both"]) / kinds["start"])
    for region in cx.churn_rate(rows, period="2026-10", by="region"):
        part = table.filter(pa.compute.equal(table["region"], region.segment["region"]))
        assert (region.n, region.estimate) == (
            by_hand(part)["start"], pytest.approx(by_hand(part)["left"] / by_hand(part)["start"])
        )  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
def test_overlapping_rows_are_counted_in_the_ledger(engine: str) -> None:
    early, late = date(2025, 1, 1), date(2026, 3, 1)
    table = pa.table(
        {
            "customer": ["a", "a", "b", "b", "c", None, None],
            "started": [early, late, early, early, early, early, early],
            "ended": [date(2026, 10, 9), None, date(2026, 10, 5), date(2026, 10, 5), None, None, date(2026, 10, 2)],
        }
    )
    rows = cx.read(ENGINES[engine](table))
    one = cx.churn_rate(rows, period="2026-10")[0]
    # a goes on under her second row, b left once, and rows without a name are customers of their own.
    assert (one.n, one.estimate) == (5, 0.4)
    assert [(e.kind, e.count, e.column, e.detail) for e in rows.ledger if e.kind == "several_rows"] == [
        ("several_rows", 2, "customer", "in 2026-10")
    ]
    curve = cx.churn_rate(rows, period="2026-10", variant="kaplan_meier")[0]
    assert (curve.n, curve.estimate) == (5, pytest.approx(0.4))
    single = cx.read(ENGINES[engine](table.slice(4)))
    assert cx.churn_rate(single, period="2026-10")[0].n == 3
    assert "several_rows" not in single.ledger.counts


@pytest.mark.parametrize("engine", ENGINES)
def test_overlapping_rows_of_an_employee(engine: str) -> None:
    early, gone = date(2025, 1, 1), date(2026, 10, 9)
    table = pa.table(
        {
            "employee": ["a", "a", "b", "c", "c", "d"],
            "started": [early] * 5 + [date(2026, 10, 5)],
            "ended": [gone, gone, None, date(2026, 10, 2), None, None],
            "voluntary": [True, None, None, True, None, None],
        }
    )
    rows = cx.read(ENGINES[engine](table))
    found = {v: cx.employee_turnover(rows, period="2026-10", variant=v)[0] for v in ("start", "average", "voluntary")}
    assert found["start"].estimate == pytest.approx(1 / 3)
    assert found["average"].estimate == found["voluntary"].estimate == pytest.approx(1 / 3)
    assert not [note for note in found["voluntary"].notes if "reason" in note]
    assert rows.ledger.counts["several_rows"] == 2


def test_times_with_a_zone_and_a_design_go_through_the_same_door() -> None:
    table = spells(200, 60, 5)
    zoned = table.set_column(1, "started", table["started"].cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC")))
    zoned = zoned.set_column(2, "ended", table["ended"].cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC")))
    plain = cx.churn_rate(table, period="2026-10", variant="kaplan_meier")[0]
    found = [cx.churn_rate(engine(zoned), period="2026-10", variant="kaplan_meier")[0] for engine in ENGINES.values()]
    assert {(round(one.estimate or 0, 12), one.n) for one in found} == {(round(plain.estimate or 0, 12), plain.n)}
    heavy = table.append_column("w", pa.array([2.0] * table.num_rows))
    weighted = cx.churn_rate(heavy, period="2026-10", weight="w", cluster="customer")[0]
    assert weighted.estimate == pytest.approx(cx.churn_rate(table, period="2026-10")[0].estimate)


def test_a_row_that_ends_before_it_starts_is_refused_among_others() -> None:
    table = pa.table(
        {"customer": ["a", "a"], "started": [date(2026, 1, 1), date(2026, 5, 1)], "ended": [None, date(2026, 4, 1)]}
    )
    with pytest.raises(cx.CxlabError, match="end after they start"):
        cx.churn_rate(table, period="2026-10")


def test_a_segment_of_people_who_were_not_there_stays() -> None:
    table = pa.table(
        {
            "customer": ["a", "a", "b"],
            "started": [date(2026, 1, 1)] * 3,
            "ended": [None, None, date(2026, 2, 1)],
            "region": ["North", "North", "South"],
        }
    )
    found = cx.churn_rate(table, period="2026-10", by="region")
    assert [(one.segment["region"], one.n, one.estimate) for one in found] == [("North", 1, 0.0), ("South", 0, None)]
