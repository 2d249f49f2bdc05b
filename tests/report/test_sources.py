"""A client's tables: opened when asked for, held in memory where they are small, and the same figures either way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import cxlab as cx
from cxlab.report import sources
from cxlab.report.job import Job, Report
from cxlab.rows import store
from cxlab.rows.numbers import number
from cxlab.rows.periods import parse

ROWS = 400
CLIENT = {"id": "acme", "timezone": "Europe/London", "calendar": "gregorian"}


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """Answers of two tenants in a CSV file, and a table whose file is broken."""
    draw = np.random.default_rng(5)
    table = pa.table(
        {
            "answer": [f"a{i}" for i in range(ROWS)],
            "customer": [f"c{i}" for i in draw.integers(0, 90, ROWS)],
            "tenant": ["acme" if one else "other" for one in draw.random(ROWS) < 0.4],
            "answered": [f"2026-10-{day:02d} 09:30" for day in draw.integers(1, 29, ROWS)],
            "recommend": draw.integers(0, 11, ROWS),
            "region": draw.choice(["North", "South"], ROWS),
        }
    )
    pyarrow.csv.write_csv(table, tmp_path / "answers.csv")
    (tmp_path / "orders.parquet").write_bytes(b"no Parquet")
    tables = {
        "answers": {"source": str(tmp_path / "answers.csv"), "filter": {"tenant": "acme"}},
        "orders": {"source": str(tmp_path / "orders.parquet")},
    }
    return Report(Job(CLIENT, parse("2026-10"), "en", tables=tables))


def test_a_small_table_is_held_and_a_large_one_stays_where_it_is(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = report.answers
    assert isinstance(held.frame, nw.DataFrame)
    monkeypatch.setattr(sources, "HELD", 100)
    left = Report(report.job).answers
    assert isinstance(left.frame, nw.LazyFrame)
    for by in (None, "region"):
        one, other = (cx.nps(rows, by=by).to_pandas() for rows in (held, left))
        assert one.equals(other)
    # By customer sums are added in another order.
    one, other = (cx.nps(rows, by="region").compare().to_pandas() for rows in (held, left))
    np.testing.assert_allclose(one[["low", "high"]].astype(float), other[["low", "high"]].astype(float), rtol=1e-12)


def test_only_this_clients_part_of_a_source_counts(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = sources.count(report.answers)
    assert 0 < mine < ROWS / 2
    monkeypatch.setattr(sources, "HELD", mine * 6)
    assert isinstance(Report(report.job).answers.frame, nw.DataFrame)
    monkeypatch.setattr(sources, "HELD", mine * 6 - 1)
    assert isinstance(Report(report.job).answers.frame, nw.LazyFrame)


def test_a_text_column_of_a_held_table_is_read_once(report: Report) -> None:
    rows = report.answers.on(report.answers.frame.with_columns(nw.col("recommend").cast(nw.String)))
    first = number(rows, "recommend")
    assert isinstance(first.frame, nw.DataFrame)
    assert first.schema["recommend"] == nw.Float64
    assert number(rows, "recommend") is first
    assert first.frame["recommend"].to_list() == [float(one) for one in rows.frame["recommend"]]


def test_a_table_that_nobody_asks_for_is_not_opened(report: Report) -> None:
    assert "orders" in report.sources
    assert len(report.sources) == 2
    assert report.answers is report.answers
    with pytest.raises(cx.errors.ReadError, match="orders"):
        report.table("orders")


def test_the_database_of_a_table_holds_less_than_an_analysts(
    report: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pyarrow.parquet.write_table(pa.table({"recommend": [9, 10]}), tmp_path / "answers.parquet")
    monkeypatch.setattr(sources, "HELD", 0)
    job = replace(report.job, tables={"answers": {"source": str(tmp_path / "answers.parquet")}})
    native = Report(job).sources["answers"].to_native()
    limit = native.query("t", "select current_setting('memory_limit')").fetchall()[0][0]
    assert limit == "476.8 MiB"
    assert store.MEMORY.get() == "1GB"


@pytest.mark.parametrize("held", [sources.HELD, 0])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_lies_after_the_run_is_counted_in_the_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, ending: str
) -> None:
    """A year that was mistyped moves the instant to which open cases are read: the report says how many there are."""
    monkeypatch.setattr(sources, "HELD", held)
    table = pa.table(
        {
            "ticket": [f"t{i}" for i in range(5)],
            "opened": [
                "2026-10-01 09:00",
                "2026-10-02 09:00",
                "2026-10-03 09:00",
                "2026-11-05 08:59",
                "2027-01-01 10:00",
            ],
            "resolved": ["2026-10-02 09:00", "2062-10-02 10:00", None, "2026-11-05 09:01", None],
            "due": ["2030-01-01 09:00"] * 5,
            "sent": ["yes"] * 5,
        }
    )
    path = tmp_path / f"tickets.{ending}"
    if ending == "csv":
        pyarrow.csv.write_csv(table, path)
    else:
        day = pa.timestamp("us")
        for name in ("opened", "resolved", "due"):
            table = table.set_column(table.column_names.index(name), name, table[name].cast(day))
        pyarrow.parquet.write_table(table, path)
    now = datetime(2026, 11, 5, 9, tzinfo=UTC)
    job = Job(CLIENT, parse("2026-10"), "en", tables={"tickets": {"source": str(path)}}, now=now)
    report = Report(job)
    counted = [(one.count, one.column, one.detail) for one in report.tickets.ledger if one.kind == "future"]
    said = "after 2026-11-05 09:00 in Europe/London"
    assert counted == [(1, "opened", said), (2, "resolved", said)]
    assert cx.resolution_time(report.tickets)[0].n == 3  # nothing is left out for it
    assert "Times that had not come yet" in str(report.page.quality())
    silent = Report(replace(job, now=datetime(2100, 1, 1, tzinfo=UTC))).tickets.ledger
    assert "future" not in silent.counts
    assert "future" not in Report(replace(job, now=None)).tickets.ledger.counts
