"""Segments in several spellings, and without a name: every answer is that of the same rows spelt in one way."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx

ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "categories": lambda frame: frame.astype({"g": "category"}),
    "polars": pl.from_pandas,
    "arrow": pa.Table.from_pandas,
    "duckdb": lambda frame: duckdb.connect().from_arrow(pa.Table.from_pandas(frame)),
}
WAYS = {
    "Hà Nội": ["Hà Nội", unicodedata.normalize("NFD", "Hà Nội"), "Hà Nội "],
    "North": ["North", " North"],
    "South": ["South"],
    "West": ["West"],
    None: [None, "", "  "],
}


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Interactions with a score of customers who stand in several segments: as they were spelt, and in one way."""
    rng, n = np.random.default_rng(5), 600
    names = rng.choice(np.array(list(WAYS), dtype=object), n)
    frame = pd.DataFrame(
        {
            "recommend": rng.integers(0, 11, n),
            "customer": [f"c{i}" for i in rng.integers(0, 250, n)],
            "time": pd.Timestamp("2026-10-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 30, n), "D"),
            "kind": "visit",
            "shop": [f"s{i}" for i in rng.integers(0, 30, n)],
            "g": names,
        }
    )
    return frame.assign(g=[WAYS[name][i % len(WAYS[name])] for i, name in enumerate(names)]), frame


QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "repeats": lambda rows: cx.nps(rows, by="g"),
    "cluster": lambda rows: cx.csat(rows, "recommend", scale=(0, 10), by="g", cluster="shop"),
    "customers": lambda rows: cx.engagement(rows, by="g"),
    "two": lambda rows: cx.nps(rows, by=["g", "shop"]),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("engine", ENGINES)
def test_spellings_change_no_answer_and_no_comparison(engine: str, question: str) -> None:
    found, plain = (QUESTIONS[question](ENGINES[engine](frame)) for frame in tables())
    assert [one.segment for one in found] == [one.segment for one in plain]
    limits = [[[one.n, one.estimate, one.low, one.high] for one in answer] for answer in (found, plain)]
    np.testing.assert_allclose(*limits, rtol=1e-12)
    if question == "two":
        return
    for to in ("pairs", "rest"):
        pairs = [[[one.difference, one.low, one.high] for one in answer.compare(to)] for answer in (found, plain)]
        np.testing.assert_allclose(*pairs, rtol=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_that_name_no_customer_are_not_one(engine: str) -> None:
    rng, n = np.random.default_rng(6), 300
    frame = pd.DataFrame({"recommend": rng.integers(0, 11, n), "g": "x"})
    blank = rng.random(n) < 0.4
    ids = {"customer": [f"c{i % 90}" for i in range(n)]}
    if engine != "duckdb":
        ids["answer"] = [f"a{i}" for i in range(n)]
    empty = frame.assign(**{name: np.where(blank, "", values) for name, values in ids.items()})
    null = frame.assign(**{name: pd.Series(values).mask(blank, None) for name, values in ids.items()})
    here, there = (cx.nps(ENGINES[engine](one))[0] for one in (empty, null))
    assert (here.n, here.low, here.high) == (n, there.low, there.high)
    assert here.n_effective == pytest.approx(there.n_effective)
