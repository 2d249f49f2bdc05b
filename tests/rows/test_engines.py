"""Ibis, PySpark and Dask: every metric of the catalogue answers there as it does in memory, time zones included.

None of the three is in the lock: `make engines` installs them beside it and runs this file.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from contract_cases import CASES, demand_same

import cxlab as cx
from cxlab.metric import catalogue

NAMES = sorted(name for name, case in CASES.items() if not case.numbers)
Engine = Callable[[pa.Table], Any]
# Slow to start, and they warn of each other.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def _ibis() -> Iterator[Engine]:
    ibis = pytest.importorskip("ibis", reason="needs Ibis: make engines")
    yield ibis.memtable


def _dask() -> Iterator[Engine]:
    frames = pytest.importorskip("dask.dataframe", reason="needs Dask's frames: make engines")
    yield lambda table: frames.from_pandas(table.to_pandas(), npartitions=3)


def _spark() -> Iterator[Engine]:
    sql = pytest.importorskip("pyspark.sql", reason="needs PySpark: make engines")
    builder = sql.SparkSession.builder.master("local[1]").appName("cxlab")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",  # a wall clock of PyArrow stays one
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session.createDataFrame
    session.stop()


ENGINES = {"ibis": _ibis, "spark": _spark, "dask": _dask}


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """What makes a frame of the engine from a table; one engine after the other."""
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from ENGINES[request.param]()


@pytest.mark.parametrize("name", NAMES)
def test_a_metric_answers_as_in_memory(engine: Engine, name: str) -> None:
    case, function = CASES[name], catalogue()[name].function
    assert function is not None
    asked: dict[str, Any] = {key: make() for key, make in case.late.items()} | case.keywords | {"by": case.by}
    demand_same(function(case.table(), **asked), function(engine(case.table()), **asked))


def test_local_times_weights_and_declared_codes(engine: Engine) -> None:
    start = datetime(2026, 3, 27, 22)
    table = pa.table(
        {
            "ticket": [str(i) for i in range(60)],
            "opened": pa.array([start + timedelta(hours=i) for i in range(60)], pa.timestamp("us")),
            "responded": pa.array([start + timedelta(hours=i, minutes=i) for i in range(60)], pa.timestamp("us")),
            "recommend": [i % 11 for i in range(59)] + [99],
            "weight": [1.0 + i % 3 for i in range(60)],
            "customer": [str(i // 2) for i in range(60)],
        }
    )
    told = {"timezone": "Europe/Berlin", "missing": {"recommend": [99]}}
    ours, theirs = cx.read(table, **told), cx.read(engine(table), **told)
    month = {"by": cx.period("opened", "month")}
    demand_same(cx.first_response_time(ours, **month), cx.first_response_time(theirs, **month))
    demand_same(cx.nps(ours, weight="weight"), cx.nps(theirs, weight="weight"))
    assert theirs.filter(recommend=9).head(3)["recommend"].tolist() == [9, 9, 9]
    found = [
        cx.check(rows, as_of="2027-01-01")[["finding", "role", "count"]].values.tolist() for rows in (ours, theirs)
    ]
    assert found[0] == found[1]


def test_times_with_a_zone_are_instants(engine: Engine) -> None:
    at = [datetime(2026, 10, 31, 17, 30, tzinfo=UTC) + timedelta(minutes=10 * i) for i in range(30)]
    table = pa.table({"recommend": [9] * 30, "answered": at})
    for zone in ("UTC", "Asia/Ho_Chi_Minh"):
        by = cx.period("answered", "month", timezone=zone)
        demand_same(cx.nps(table, by=by), cx.nps(engine(table), by=by))
