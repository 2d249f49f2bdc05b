"""Whom to call first: the worst latest answers, once each, with the reason."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx


def test_worst_first_and_each_customer_once() -> None:
    table = pa.table(
        {
            "customer": ["a", "b", "c", "d", "d", None],
            "recommend": [6, 0, 9, 3, 0, 0],
            "satisfaction": [1, 2, 5, None, 1, 1],
        }
    )
    found = cx.follow_up(table, scale={"satisfaction": (1, 5)})
    assert list(found.columns) == ["customer", "reason", "rank"]
    assert found.customer.tolist() == ["d", "b", "a"]
    assert found["rank"].tolist() == [1, 2, 3]
    assert found.reason.tolist() == [
        "recommend 0 of 10; satisfaction 1 of 5",
        "recommend 0 of 10; satisfaction 2 of 5",
        "recommend 6 of 10; satisfaction 1 of 5",
    ]
    assert cx.follow_up(table, top=1, scale={"satisfaction": (1, 5)}).customer.tolist() == ["d"]


def test_only_the_latest_answer_counts() -> None:
    table = pd.DataFrame(
        {
            "customer": ["a", "a", "b", "b", "c"],
            "recommend": [0, 10, 9, 4, 4],
            "answered": pd.to_datetime(
                ["2026-10-01", "2026-10-09", "2026-10-02", "2026-10-05", "2026-10-07"], utc=True
            ),
        }
    )
    for frame in (table, pl.DataFrame(table)):
        assert cx.follow_up(frame).customer.tolist() == ["c", "b"], "the later one first among equals"


@pytest.mark.parametrize(("easy", "wanted"), [("high", ["a"]), ("low", ["b"])])
def test_effort_has_a_direction(easy: str, wanted: list[str]) -> None:
    table = pa.table({"customer": ["a", "b"], "effort": [1, 7]})
    assert cx.follow_up(table, scale={"effort": (1, 7)}, easy=easy).customer.tolist() == wanted


def test_nobody_to_call_is_an_empty_list() -> None:
    assert cx.follow_up(pa.table({"customer": ["a"], "recommend": [10]})).empty


def test_a_customer_with_many_bad_answers_leaves_room_for_the_others() -> None:
    table = pa.table({"customer": ["a"] * 200 + ["b", "c"], "recommend": [0] * 200 + [3, 2]})
    assert cx.follow_up(table, top=2)["customer"].tolist() == ["a", "c"]
    assert cx.follow_up(table)["customer"].tolist() == ["a", "c", "b"]
