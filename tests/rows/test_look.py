"""What was seen of a table serves its parts and later questions, and changes no answer by the order of questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

import cxlab as cx
from cxlab.rows import files
from cxlab.rows.moments import moments
from cxlab.rows.read import Rows

MONTHS = ("2026-08", "2026-09", "2026-10")


def test_a_column_of_text_typed_before_is_read_anew_in_a_part(tmp_path: Path) -> None:
    lines = [f"{i},{i % 11},{MONTHS[i % 3]}-05 10:00,{MONTHS[i % 3]}-06 12:30" for i in range(60)]
    (tmp_path / "answers.csv").write_text("\n".join(["answer,recommend,sent,answered", *lines]), encoding="utf-8")
    rows = cx.read(tmp_path / "answers.csv", timezone="UTC")
    every = cx.nps(rows, by=cx.period("sent", "month"))
    one = cx.nps(rows, by=cx.period("sent", "month"), period="2026-09")
    assert [part.segment["period"] for part in one] == ["2026-09"]
    assert (one[0].estimate, one[0].n) == (every[1].estimate, every[1].n)


def test_days_stay_days_after_they_stood_beside_times_of_day(tmp_path: Path) -> None:
    # The clocks of London change on 29 March: a day of days is 24 hours, one of local times may be 23.
    day, hour = "timestamp '2026-03-01' + interval (i) day", "timestamp '2026-03-01 10:00' + interval (i) day"
    table = duckdb.sql(
        f"SELECT {day} AS due, {day} + interval 2 day AS assigned, {hour} AS resolved FROM range(60) t(i)"
    )
    table.write_parquet(str(tmp_path / "tickets.parquet"))

    def days(first: tuple[str, ...] = ()) -> tuple[str, tuple[float, float]]:
        rows = cx.read(tmp_path / "tickets.parquet", timezone="Europe/London")
        if first:
            assert moments(rows, first, "the test").kind == "local"
        found = moments(rows, ["due", "assigned"], "the test")
        return found.kind, found.ends()

    assert days(("resolved", "due")) == days() == ("date", days()[1])
    assert (days()[1][1] - days()[1][0]) % 86400 == 0


ENGINES = ("pandas", "arrow types", "pyarrow", "polars", "lazy", "duckdb", "parquet", "csv")


def table_of(engine: str, data: dict[str, list[Any]], folder: Path) -> Any:
    table = pa.table(data)
    if engine == "arrow types":
        return cx.read(table.to_pandas(types_mapper=pd.ArrowDtype), timezone="UTC")
    if engine in ("pandas", "pyarrow"):
        return cx.read(table.to_pandas() if engine == "pandas" else table, timezone="UTC")
    if engine in ("polars", "lazy"):
        frame = pl.DataFrame(data)
        return cx.read(frame if engine == "polars" else frame.lazy(), timezone="UTC")
    if engine == "duckdb":
        return cx.read(duckdb.from_arrow(table), timezone="UTC")
    path = folder / f"{engine}.{engine}"
    pq.write_table(table, path) if engine == "parquet" else pc.write_csv(table, path)
    return cx.read(path, timezone="UTC")


def by_month(estimates: cx.Estimates) -> dict[Any, tuple[float | None, int | None]]:
    return {one.segment["period"]: (one.estimate, one.n) for one in estimates}


@pytest.mark.parametrize("clock", [0, 10], ids=["days", "times"])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_month_in_which_nothing_is_left_is_there_on_every_engine(engine: str, clock: int, tmp_path: Path) -> None:
    months = [7 + i % 3 for i in range(60)]
    tickets = {
        "ticket": [f"t{i}" for i in range(60)],
        "opened": [datetime(2026, month, 5, clock) for month in months],
        "status": ["spam" if month != 8 else "open" for month in months],
        "channel": ["chat"] * 60,
    }
    rows = table_of(engine, tickets, tmp_path)
    volume = by_month(cx.request_volume(rows, by=cx.period("opened", "month")))
    assert volume == {"2026-07": (0.0, 0), "2026-08": (20.0, 20), "2026-09": (0.0, 0)}
    share = cx.contacts_by_channel(rows, by=cx.period("opened", "month"))
    assert sorted({one.segment["period"] for one in share}) == ["2026-07", "2026-08", "2026-09"]
    # What a reader filtered is another table: it ends where its own rows end, on every engine.
    assert list(by_month(cx.request_volume(rows.filter(status="open"), by=cx.period("opened", "month")))) == ["2026-08"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_month_without_an_invitation_is_there_on_every_engine(engine: str, tmp_path: Path) -> None:
    months = [7 + i % 3 for i in range(60)]
    answers = {
        "answer": [f"a{i}" for i in range(60)],
        "sent": [datetime(2026, month, 5, 10) for month in months],
        "delivered": [None if month == 9 else datetime(2026, month, 6, 10) for month in months],
        "answered": [datetime(2026, month, 7, 10) if i % 2 else None for i, month in enumerate(months)],
    }
    rows = table_of(engine, answers, tmp_path)
    rate = by_month(cx.response_rate(rows, variant="delivered", by=cx.period("sent", "month")))
    assert rate == {"2026-07": (0.5, 20), "2026-08": (0.5, 20), "2026-09": (None, 0)}


def test_what_was_found_out_does_not_outlive_the_declarations() -> None:
    """The same table with another zone, other codes or other roles is another table to every question."""
    table = pa.table(
        {
            "opened": ["2026-03-28 23:30", "2026-03-31 23:30"],
            "resolved": ["2026-03-29 23:30", "2026-04-02 23:30"],
            "other": ["2026-03-28 23:40", "2026-03-31 23:40"],
        }
    )
    for engine in (duckdb.from_arrow, lambda one: one):
        berlin = cx.read(engine(table), timezone="Europe/Berlin")
        assert cx.resolution_time(berlin, statistic=0.01)[0].estimate == 23 * 3600
        hanoi = replace(berlin, timezone="Asia/Ho_Chi_Minh")
        assert cx.resolution_time(hanoi, statistic=0.01)[0].estimate == 24 * 3600
        moved = replace(berlin, roles={"resolved": "other"})
        assert cx.resolution_time(moved, statistic=0.01)[0].estimate == 600
        assert replace(berlin).checked == {} != berlin.checked
    with pytest.raises(TypeError, match="checked"):
        Rows(berlin.frame, berlin.ledger, checked={})  # type: ignore[call-arg]


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_file_that_is_written_again_is_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """What a look found, the account of the rows and the SHA-256 are those of the file as it was."""
    monkeypatch.setattr(files, "LAZY", 0)
    path = tmp_path / f"answers.{ending}"

    def write(answers: list[str], months: list[str]) -> None:
        scores = [9 if month == "2026-09" else 3 for month in months]
        days = [f"{month}-05" for month in months]
        if ending == "parquet":
            pq.write_table(pa.table({"answer": answers, "recommend": scores, "answered": days}), path)
        else:
            lines = [f"{one},{score},{day}" for one, score, day in zip(answers, scores, days, strict=True)]
            path.write_text("\n".join(["answer,recommend,answered", *lines, ""]), encoding="utf-8")

    write(["a", "b"], ["2026-09", "2026-09"])
    rows, monthly = cx.read(path, timezone="UTC"), cx.period("answered", "month")
    assert [one.n for one in cx.nps(rows, by=monthly)] == [2]
    write(["a", "a", "c"], ["2026-09", "2026-09", "2026-10"])
    part = rows.filter(recommend=9 if ending == "parquet" else "9")
    for table in (rows, part, replace(rows, timezone="Asia/Tehran")):
        with pytest.raises(cx.CxlabError, match="has changed"):
            cx.nps(table, by=monthly)
    again = cx.read(path, timezone="UTC")
    assert [one.n for one in cx.nps(again, by=monthly)] == [1, 1]
    assert again.ledger.counts["duplicates_dropped"] == 1
    path.unlink()
    with pytest.raises(cx.CxlabError, match="gone"):
        cx.nps(again)


def test_rows_in_memory_do_not_ask_for_their_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("recommend\n9\n", encoding="utf-8")
    rows = cx.read(tmp_path / "a.csv")
    (tmp_path / "a.csv").unlink()
    assert cx.nps(rows)[0].estimate == 100
