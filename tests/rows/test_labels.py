"""Words that stand for words of the contract: on every kind of table, and refused where figures are meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx

CALLS = pd.DataFrame(
    {
        "result": ["AGENT", "agent ", "HANG", "Từ chối", "AGENT", None, "blocked"],
        "wait": [5, 30, 50, None, 10, 4, None],
        "started": pd.date_range("2026-10-05 09:00", periods=7, freq="min", tz="UTC"),
    }
)
OUTCOMES = {"AGENT": "answered", "Hang": "abandoned", unicodedata.normalize("NFD", "từ chối"): "blocked"}
ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "categories": lambda frame: frame.astype({"result": "category"}),
    "polars": pl.from_pandas,
    "arrow": pa.Table.from_pandas,
    "duckdb": lambda frame: duckdb.connect().from_arrow(pa.Table.from_pandas(frame)),
}


@pytest.mark.parametrize("name", ["outcome", "result"])
@pytest.mark.parametrize("engine", ENGINES)
def test_words_of_a_source_stand_for_those_that_a_metric_knows(engine: str, name: str) -> None:
    rows = cx.read(ENGINES[engine](CALLS), columns={"outcome": "result"}, labels={name: OUTCOMES})
    found = cx.service_level(rows, within=20)[0]
    assert (found.estimate, found.n) == (2 / 4, 4)
    assert cx.blockage_rate(rows)[0].estimate == pytest.approx(2 / 6)


def test_statuses_of_a_desk(tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    path.write_text(
        "ticket,opened,state\n1,2026-10-01,In Progress\n2,2026-10-01,hold\n3,2026-10-02,On_Hold\n4,2026-10-02,done\n"
    )
    rows = cx.read(
        path, columns={"status": "state"}, labels={"status": {"in-progress": "open", "Done": "solved"}}, timezone="UTC"
    )
    assert cx.open_cases(rows)[0].estimate == 3
    assert cx.open_cases(rows, variant="without_on_hold")[0].estimate == 1
    with pytest.raises(cx.CxlabError, match=r"also holds 'done'.*labels=\{'status': \{'done': 'open'\}\}"):
        cx.open_cases(
            cx.read(path, columns={"status": "state"}, labels={"status": {"in progress": "open"}}, timezone="UTC")
        )


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        ("recommend", {"good": "ten"}),
        ("answer", {"good": "10"}),
        ("region", {"N": "North", "S": 2}),
        ("region", {"N": " "}),
        ("size", {"1": "small"}),
    ],
)
def test_labels_that_stand_for_neither_are_refused(column: str, labels: dict[str, Any]) -> None:
    table = pa.table({"recommend": ["good"], "answer": ["good"], "region": ["N"], "size": [1]})
    with pytest.raises(cx.CxlabError, match=f"labels of '{column}'"):
        cx.read(table, labels={column: labels})
