"""What was seen of a table serves its parts and later questions, and changes no answer by the order of questions."""

from __future__ import annotations

from pathlib import Path

import duckdb

import cxlab as cx
from cxlab.rows.moments import moments

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
