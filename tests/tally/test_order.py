"""The order of segments, in frames, tables and figures, on every engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cxlab as cx
from cxlab.tally.order import in_order

ENGINES: list[Callable[[pa.Table], Any]] = [
    lambda table: table,
    lambda table: table.to_pandas(),
    pl.from_arrow,
    duckdb.from_arrow,
]
SHOPS = ["10", "2", "1", None, "100", "10", "-3", "0"]
SORTED = ["-3", "0", "1", "2", "10", "100", None]


@pytest.mark.parametrize("engine", ENGINES)
def test_numbers_of_shops_in_text_go_by_size(engine: Callable[[pa.Table], Any]) -> None:
    table = pa.table({"shop": SHOPS, "recommend": [9, 9, 3, 4, 5, 9, 10, 1], "unit": ["b", "a"] * 4})
    answers = cx.nps(engine(table), by="shop")
    assert [one.segment["shop"] for one in answers] == SORTED  # the values stay text
    assert list(answers.to_pandas()["shop"].fillna("none")) == [one or "none" for one in SORTED]
    assert list(answers.to_arrow()["shop"].to_pylist()) == SORTED
    both = [(one.segment["unit"], one.segment["shop"]) for one in cx.nps(engine(table), by=["unit", "shop"])]
    assert both == sorted(both, key=lambda one: (one[0], SORTED.index(one[1])))
    days = table.append_column("opened", pa.array(["2026-10-01"] * 8))
    levels = cx.open_cases(engine(days.append_column("resolved", pa.nulls(8, pa.string()))), by="shop")
    assert [one.segment["shop"] for one in levels] == SORTED
    assert [one.segment["channel"] for one in cx.contacts_by_channel(engine(table.rename_columns({"shop": "channel"})))
            ] == SORTED  # fmt: skip


def test_numbers_of_shops_in_a_file_go_by_size_in_tables_and_figures(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("shop,recommend\n" + "".join(f"{one},9\n{one},2\n" for one in (10, 9, 2, 1)))
    answers = cx.nps(cx.read(tmp_path / "a.csv"), by="shop")
    shown = str(answers.table()._repr_html_())
    assert sorted(("1", "2", "9", "10"), key=lambda one: shown.index(f">{one}<")) == ["1", "2", "9", "10"]
    joined = cx.nps(cx.read(tmp_path / "a.csv"), by=cx.each("shop"))
    assert [one.segment["shop"] for one in joined] == ["1", "2", "9", "10"]


@pytest.mark.parametrize("word", ["02", "x", "+3", "1.0", "1e3", "\u0661", "3 4", "-0", "9" * 19])
def test_one_other_word_and_all_go_as_words(word: str) -> None:
    words = ["10", "2", word]
    assert [one for (one,) in in_order((word,) for word in words)] == sorted(words)


@given(st.lists(st.integers(-(10**17), 10**17), unique=True))
def test_plain_numbers_in_text_go_as_the_numbers_do(numbers: list[int]) -> None:
    assert [int(one) for (one,) in in_order((str(number),) for number in numbers)] == sorted(numbers)


def test_numbers_come_before_words_and_blanks_last() -> None:
    assert in_order([("b",), (None,), (2,), ("a",), (10,), (1.5,)]) == [(1.5,), (2,), (10,), ("a",), ("b",), (None,)]
    assert in_order([]) == []
    assert in_order([()]) == [()]
