"""Repeated rows against a count by hand, whether few ids repeat or many, on every kind of table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxlab as cx
from cxlab.rows import distinct as room

ENGINES: dict[str, Callable[[pa.Table], Any]] = {
    "arrow": lambda table: table,
    "duckdb": lambda table: duckdb.connect().from_arrow(table),
    "pandas": lambda table: table.to_pandas(),
}
KINDS = pa.schema(
    [
        ("answer", pa.string()),
        ("recommend", pa.int64()),
        ("heft", pa.float64()),
        ("tags", pa.list_(pa.string())),
        ("answered", pa.timestamp("us", tz="UTC")),
        ("comment", pa.dictionary(pa.int32(), pa.string())),
    ]
)


def table_of(ids: list[str | None], shift: dict[int, int] | None = None) -> pa.Table:
    """A row for each id, the same for the same id but for those that are shifted, by their place."""
    rows = []
    for place, name in enumerate(ids):
        k = (place if name is None else sum(map(ord, name))) + (shift or {}).get(place, 0)
        rows.append(
            {
                "answer": name,
                "recommend": k % 11,
                "heft": None if k % 3 == 0 else k / 7,
                "tags": [str(k), None] if k % 2 else None,
                "answered": datetime(2026, 10, 1 + k % 28, tzinfo=UTC),
                "comment": f"c{k % 4}",
            }
        )
    return pa.Table.from_pylist(rows, schema=KINDS)


@pytest.mark.parametrize("few", [0, 100], ids=["many", "few"])
@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=20, deadline=None)
@given(ids=st.lists(st.sampled_from(["a", "b", "c", "d'", "é", None]), min_size=1, max_size=20))
def test_each_id_has_one_row_and_rows_without_one_all_stay(engine: str, few: int, ids: list[str | None]) -> None:
    table = table_of(ids)
    rows = cx.read(ENGINES[engine](table))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "FEW", few)
        once = room.distinct(rows, "answer")
    named = [name for name in ids if name is not None]
    alone = {name: row for name, row in zip(ids, table.to_pylist(), strict=True) if name is not None}
    blank = [row for name, row in zip(ids, table.to_pylist(), strict=True) if name is None]
    found = once.to_pandas().convert_dtypes()
    expected = [row["recommend"] for row in (*alone.values(), *blank)]
    assert sorted(found.recommend.tolist()) == sorted(expected)
    assert sorted(found.answer.dropna().tolist()) == sorted(alone)
    assert rows.ledger.counts.get("duplicates_dropped", 0) == len(named) - len(alone)
    assert room.distinct(rows, "answer") is once


@pytest.mark.parametrize("many", [2, 120])
@pytest.mark.parametrize("engine", ENGINES)
def test_rows_of_one_id_that_differ_in_any_column_are_refused_by_name(engine: str, many: int) -> None:
    ids: list[str | None] = [*(f"n{i}" for i in range(many)), *(f"n{i}" for i in range(many))]
    same = table_of(ids)
    assert cx.nps(ENGINES[engine](same))[0].n == many
    other = table_of(ids, {many + 1: 11 * 28 * 3})
    for name in ("tags", "heft", "answered", "comment", "recommend"):
        changed = same.set_column(same.column_names.index(name), same.field(name), other.column(name))
        if changed.column(name).to_pylist() == same.column(name).to_pylist():
            changed = same.set_column(
                same.column_names.index(name), same.field(name), table_of(ids, {many + 1: 1}).column(name)
            )
        with pytest.raises(cx.CxlabError, match=rf"the id 'n1' of 'answer' has {name} "):
            cx.nps(ENGINES[engine](changed))


def test_a_number_that_is_none_is_the_same_in_both_rows_of_an_id() -> None:
    nan = float("nan")
    same = pa.table({"answer": ["a", "a"], "recommend": [9, 9], "heft": [nan, nan]})
    assert cx.nps(same)[0].n == 1
    with pytest.raises(cx.CxlabError, match="heft None and 1"):
        cx.nps(pa.table({"answer": ["a", "a"], "recommend": [9, 9], "heft": [nan, 1.0]}))


def test_objects_that_cannot_be_hashed_are_compared() -> None:
    frame = pd.DataFrame({"answer": ["a", "a", "b"], "recommend": [9, 9, 1], "tags": [["x"], ["x"], []]})
    assert cx.nps(frame)[0].n == 2
    frame = frame.assign(tags=[["x"], ["y"], []])
    with pytest.raises(cx.CxlabError, match=r"has tags \"\['x'\]\" and \"\['y'\]\""):
        cx.nps(frame)
