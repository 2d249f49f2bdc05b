"""Event tables against counting by hand, on every engine, and the coarse table of very many times."""

from __future__ import annotations

from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from cxlab.errors import AnswerError
from cxlab.rows.read import read
from cxlab.tally import events as room
from cxlab.tally.cut import cut
from cxlab.tally.events import Events, events, unions

RNG = np.random.default_rng(8)
TABLE = pa.table(
    {
        "t": pa.array([*RNG.integers(1, 90, 400), None], pa.int64()),
        "e": [*(RNG.random(400) < 0.7), False],
        "g": [*RNG.choice(["a", "b", "A "], 400), "a"],
    }
)


def tally(table: Any = TABLE, by: str | None = "g") -> Events:
    return events(cut(read(table), by, None, None, "test"), nw.col("t"), nw.col("e"), "test")


def test_the_tables_are_those_of_counting_by_hand() -> None:
    found = tally()
    frame = TABLE.to_pandas()
    for i, (name,) in enumerate(found.segments.values):
        mine = frame[frame.g.str.strip() == name]
        times, died, gone = found.table(i)
        by_time = mine.groupby("t").e.agg(["sum", "size"])
        assert times.tolist() == by_time.index.tolist()
        assert died.tolist() == by_time["sum"].tolist()
        assert (died + gone).tolist() == by_time["size"].tolist()
        assert found.missing[i] == mine.t.isna().sum()


def test_every_engine_gives_the_same_tables() -> None:
    connection = duckdb.connect()
    connection.register("t", TABLE)
    for frame in (TABLE.to_pandas(), pl.DataFrame(TABLE), connection.table("t")):
        other = tally(frame)
        for name in ("starts", "times", "events", "gone", "missing"):
            assert getattr(other, name).tolist() == getattr(tally(), name).tolist(), name


def test_tables_of_parts_add_to_the_table_of_the_whole() -> None:
    parts = tally(TABLE.slice(0, 150)) + tally(TABLE.slice(150))
    assert parts.times.tolist() == tally().times.tolist()
    assert parts.gone.tolist() == tally().gone.tolist()
    whole, one = tally(by=None), unions(tally(), [range(len(tally().segments))])
    assert one.table(0)[1].tolist() == whole.table(0)[1].tolist()
    assert one.missing.tolist() == whole.missing.tolist() == [1.0]


def test_no_rows_are_empty_tables() -> None:
    found = tally(TABLE.slice(0, 0), by=None)
    assert found.n.tolist() == [0.0]
    assert found.table(0)[0].tolist() == []


def test_a_time_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(AnswerError, match="that do: 2"):
        tally(pa.table({"t": [3, -1, -4], "e": [True] * 3, "g": ["a"] * 3}))


def test_millions_of_different_times_are_kept_to_one_part_in_4096(monkeypatch: pytest.MonkeyPatch) -> None:
    times = np.concatenate([np.arange(1, 300), RNG.integers(10_000, 10_000_000, 5000)])
    table = pa.table({"t": times, "e": times % 7 > 0, "g": ["a"] * len(times)})
    exact = tally(table)
    monkeypatch.setattr(room, "EXACT", 100)
    coarse = tally(table)
    assert coarse.rounded
    assert not exact.rounded
    assert coarse.n.tolist() == exact.n.tolist()
    assert coarse.table(0)[0][:299].tolist() == list(range(1, 300))
    for q in (0.1, 0.5, 0.9):
        assert np.quantile(np.repeat(coarse.times, (coarse.events + coarse.gone).astype(int)), q) == pytest.approx(
            np.quantile(times, q), rel=1 / 4096
        )


def test_the_rests_of_many_segments_are_those_of_the_rows_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    table = TABLE.set_column(2, "g", pa.array(RNG.choice(list("abcdef"), TABLE.num_rows)))
    one, size = tally(table), 6
    rests = [[i for i in range(size) if i != own] for own in range(size)]
    groups = [[0], *rests, [1, 4], range(size)]
    found, frame = unions(one, groups), table.to_pandas().dropna()
    names = [value for (value,) in one.segments.values]
    for number, group in enumerate(groups):
        rows = frame[frame.g.isin([names[i] for i in group])].groupby("t").e.agg(["sum", "size"])
        times, died, gone = found.table(number)
        assert times.tolist() == rows.index.tolist()
        assert died.tolist() == rows["sum"].tolist()
        assert (died + gone).tolist() == rows["size"].tolist()
    # Where the rests would be millions of rows, they are those of rounded times; here small whole times stay.
    monkeypatch.setattr(room, "EXACT", 10)
    rough = unions(one, groups)
    assert rough.rounded
    assert rough.table(1)[0].tolist() == found.table(1)[0].tolist()


def test_times_here_and_times_in_the_engine_are_rounded_alike() -> None:
    times = np.concatenate([RNG.exponential(1e6, 300), np.arange(5000), [0.0, 0.5, 1.5]])
    frame = nw.from_native(pa.table({"t": times})).select(room.coarse(nw.col("t")))
    np.testing.assert_allclose(room.roughly(times), frame.to_numpy().ravel(), rtol=1e-12)
