"""Reconciling with a vendor: the definition that gives their figure is found, and none is made up."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx

# 60 promoters, 20 passives, 15 detractors and 5 who gave no score: scored 47.37, all 45.
SCORES = [10] * 60 + [8] * 20 + [3] * 15 + [None] * 5
# CSAT of 1 to 5: 5 of 40, 4 of 30, 3 of 15, 2 of 10, 1 of 5.
ANSWERS = pa.table(
    {
        "satisfaction": [5] * 40 + [4] * 30 + [3] * 15 + [2] * 10 + [1] * 5 + [5] * 5 + [1] * 5,
        "region": ["North"] * 100 + ["South"] * 10,
    }
)


def variants(ours: Any, vendor: Any) -> list[Any]:
    frame = cx.reconcile(ours, vendor)
    assert list(frame.columns)[:4] == ["figure", "ours", "theirs", "variant"]
    return list(frame["variant"])


def test_the_variant_that_gives_their_figure() -> None:
    ours = cx.nps(SCORES)
    assert variants(ours, 47) == ["scored"], "ours, as they print it"
    assert variants(ours, "47.4") == ["scored"]
    assert variants(ours, 45) == ["all"]
    row = cx.reconcile(ours, 45).iloc[0]
    assert row["ours"] == pytest.approx(100 * 45 / 95)
    assert (row["figure"], row["theirs"], row["note"]) == ("nps", 45.0, "also missing_as_passive")


def test_no_variant_is_made_up() -> None:
    row = cx.reconcile(cx.nps(SCORES), "47.9").iloc[0]
    assert row["variant"] is None
    assert row["note"] == "no definition gives it; the nearest is scored with 47.37"
    empty = cx.reconcile(cx.nps([]), 3).iloc[0]
    assert (empty["variant"], empty["note"], empty["ours"] is pd.NA) == (None, "no data", True)


def test_shares_in_percent_and_an_index_in_points() -> None:
    north = cx.csat(ANSWERS.slice(0, 100), scale=(1, 5))
    assert variants(north, "70 %") == ["top"]
    assert variants(north, 70) == ["top"]
    assert variants(north, "82.4%") == ["good_bad"]
    assert variants(north, 72.5) == ["index"]
    assert variants(north, "40%") == ["top, top=5"], "the highest box alone, which no variant is"


def test_statistics_of_times() -> None:
    opened = [pd.Timestamp("2026-10-05T08:00", tz="UTC")] * 4
    waits = [60, 120, 180, 1000]
    responded = [at + pd.Timedelta(seconds=s) for at, s in zip(opened, waits, strict=True)]
    ours = cx.first_response_time(pa.table({"ticket": list("abcd"), "opened": opened, "responded": responded}))
    assert variants(ours, "5:40") == ["created, statistic='mean'"]


def test_several_segments_in_every_form() -> None:
    ours = cx.nps(pa.table({"recommend": SCORES * 2, "region": ["N"] * 100 + ["S"] * 100}), by="region")
    theirs = {"N": 45, "S": 45}
    frame = pd.DataFrame({"region": ["N", "S"], "nps": [45, 45]})
    other = pl.DataFrame({"Region": ["s", "n"], "x": [45, 45]})
    for vendor in (theirs, {("n",): "45"}, frame, other):
        assert set(variants(ours, vendor)) == {"all"}, vendor
    assert cx.reconcile(ours, {"S": 45})["figure"].tolist() == ["nps, region=S"]


def test_the_definition_that_gives_most_of_their_figures_comes_first() -> None:
    # North alone could be either; South can only be `all`.
    table = pa.table({"recommend": [10, 0, None, *SCORES], "region": ["N"] * 3 + ["S"] * 100})
    assert variants(cx.nps(table, by="region"), {"N": 0, "S": 45}) == ["all", "all"]


def test_several_metrics_by_name() -> None:
    ours = {"NPS": cx.nps(SCORES), "CSAT": cx.csat(ANSWERS.slice(0, 100), scale=(1, 5))}
    assert variants(ours, {"nps": 45, "csat": "70%", "other": 3}) == ["all", "top"]
    frame = pd.DataFrame({"metric": ["csat", "nps", "aht"], "value": ["82.4 %", "47", "3:10"]})
    assert variants(list(ours.values()), frame) == ["scored", "good_bad"]
