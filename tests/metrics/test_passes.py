"""How often a question reads the rows: once, twice where it is clustered, whatever the metric, counted at the engine.

Every execution of a DuckDB query is caught, and the scans of the source in its physical plan are counted, so that a
join of a table with itself counts twice, and what the file knows without being read counts as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pytest
from contract_cases import CASES

import cxlab as cx
from cxlab.errors import DefinitionError
from cxlab.metric import catalogue

CATALOGUE = catalogue()
TABLED = [name for name in sorted(CATALOGUE) if name not in CASES or not CASES[name].numbers]
VARIANTS = [(name, variant.name) for name in TABLED for variant in CATALOGUE[name].variants]
FIRSTS = [(name, CATALOGUE[name].variants[0].name) for name in TABLED]
SERIES = [
    name for name in TABLED if CATALOGUE[name].time and name != "clv_model" and "period" not in CASES[name].keywords
]
EXECUTED = (
    "arrow", "count_rows", "create", "df", "execute", "fetch_arrow_table", "fetch_df_chunk", "fetchall", "fetchdf",
    "fetchmany", "fetchnumpy", "fetchone", "insert_into", "pl", "to_arrow_table", "to_csv", "to_df", "to_parquet",
    "to_table", "write_csv", "write_parquet",
)  # fmt: skip
SCAN = re.compile(r"\b(READ_PARQUET|PARQUET_SCAN|READ_CSV|ARROW_SCAN|PANDAS_SCAN|Seq Scan)\b")
# What a question takes to be told once how a table is written: one look at its ids and times, one count of the hours
# that clocks skip or repeat where local times lie in a zone that has any, and each column of text that holds numbers.
LOOK, CLOCKS = 1, 1
# Metrics that take strata= and a cluster= of any column, at least in their default variant.
DESIGNED = (
    "ces", "churn_rate", "csat", "distribution", "first_contact_resolution", "iqs", "nps", "on_time_rate", "rating",
    "referral_rate", "resolution_rate", "response_rate", "retention_rate", "service_level",
)  # fmt: skip
DESIGNS = {
    "cluster": {"cluster": "shop"},
    "strata": {"strata": "layer"},
    "both": {"cluster": "shop", "strata": "layer", "lonely": "adjust"},
}
# Two scans in one query, and why: a customer who brought somebody is known by a row of somebody else.
JOINS_ITSELF = ("referral_rate", "referrers")
# Sums over customers: the unit of analysis is the customer, with or without cluster=. `composite` standardises each
# customer's counts by those of all customers, whatever their segment.
OF_CUSTOMERS = {("engagement", "composite")}


@dataclass
class Count:
    """Scans of the source by query, in the order in which they ran."""

    queries: list[int] = field(default_factory=list)

    @property
    def scans(self) -> int:
        return sum(self.queries)


@contextmanager
def counting(patch: pytest.MonkeyPatch) -> Iterator[Count]:
    """Count the scans of every relation that is executed."""
    count, inside = Count(), []
    relation = duckdb.DuckDBPyRelation

    def watched(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, *args: Any, **keywords: Any) -> Any:
            if not inside:
                inside.append(True)
                try:
                    count.queries.append(len(SCAN.findall(self.explain())))
                    return method(self, *args, **keywords)
                finally:
                    inside.clear()
            return method(self, *args, **keywords)

        return call

    with patch.context() as context:
        for name in EXECUTED:
            if hasattr(relation, name):
                context.setattr(relation, name, watched(getattr(relation, name)))
        yield count


def blanked(table: pa.Table, column: str) -> pa.Table:
    """The table with every seventh cell of a column left out: rows that name no customer."""
    place = table.column_names.index(column)
    keep = pa.array([i % 7 > 0 for i in range(table.num_rows)])
    values = table.column(column)
    return table.set_column(place, column, pc.if_else(keep, values, pa.scalar(None, values.type)))


def without_zone(table: pa.Table) -> pa.Table:
    """The table with its instants as local times that name no zone."""
    for place, one in enumerate(table.schema):
        if pa.types.is_timestamp(one.type) and one.type.tz:
            table = table.set_column(place, one.name, table.column(place).cast(pa.timestamp("us")))
    return table


def keywords_of(name: str, variant: str) -> dict[str, Any]:
    case = CASES[name]
    asked = {**case.keywords, **case.variants.get(variant, {}), "variant": variant}
    if case.by is not None and "by" not in asked and variant not in ("conversion", "per_eligible", "active_share"):
        asked["by"] = case.by
    return asked


def scans(patch: pytest.MonkeyPatch, rows: cx.Rows, name: str, **asked: Any) -> int:
    """Scans of one question; no query has more than one, but for the one that joins a table with itself."""
    function = CATALOGUE[name].function
    assert function is not None
    with counting(patch) as count:
        function(rows, **asked)
    assert max(count.queries) <= (2 if (name, asked["variant"]) == JOINS_ITSELF else 1)
    assert count.scans >= 1
    return count.scans


def check(patch: pytest.MonkeyPatch, rows: cx.Rows, name: str, most: int, look: int, **asked: Any) -> None:
    """A question to a table that was looked at takes `most` scans, one that has to look at it first `look` more."""
    first = scans(patch, rows, name, **asked)
    assert first <= most + look
    if first > most:
        assert scans(patch, rows, name, **asked) <= most


def allowed(name: str, variant: str, clustered: bool) -> int:
    """One pass, two where clustered; the one exception joins a table with itself in each."""
    passes = 2 if clustered or (name, variant) in OF_CUSTOMERS else 1
    return passes * (2 if (name, variant) == JOINS_ITSELF else 1)


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], cx.Rows]:
    """The table of a metric's case as a Parquet file, read once for all its variants."""
    folder = tmp_path_factory.mktemp("passes")

    @cache
    def read(name: str, kind: str) -> cx.Rows:
        table, cluster = CASES[name].table(), CATALOGUE[name].cluster
        if kind == "clustered":
            table = blanked(table, str(cluster))
        if kind == "alone" and cluster is not None:
            table = table.drop_columns([cluster])
        if kind == "designed":
            size = range(table.num_rows)
            table = table.append_column("shop", pa.array([None if i % 9 == 0 else f"s{i % 23}" for i in size]))
            table = table.append_column("layer", pa.array([None if i % 31 == 0 else f"l{i % 3}" for i in size]))
        pa.parquet.write_table(table, folder / f"{name}-{kind}.parquet")
        return cx.read(folder / f"{name}-{kind}.parquet")

    return read


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_a_question_to_a_parquet_file_reads_its_rows_once(
    name: str, variant: str, parquet: Callable[[str, str], cx.Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns, cluster = CASES[name].table().column_names, CATALOGUE[name].cluster
    asked = keywords_of(name, variant)
    needs = (name, variant) in (("iqs", "by_agent"), ("referral_rate", "referrers"), ("complaint_rate", "complainants"))
    needs = needs or (name, variant) == ("first_contact_resolution", "no_repeat")
    if cluster is not None and cluster in columns:
        check(monkeypatch, parquet(name, "clustered"), name, allowed(name, variant, clustered=True), LOOK, **asked)
    if cluster is None or (cluster in columns and not needs):
        check(monkeypatch, parquet(name, "alone"), name, allowed(name, variant, clustered=False), LOOK, **asked)


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_a_named_cluster_and_strata_take_one_pass_more(
    name: str, variant: str, parquet: Callable[[str, str], cx.Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, most = parquet(name, "designed"), allowed(name, variant, clustered=True)
    default = variant == CATALOGUE[name].variants[0].name
    for design in DESIGNS.values() if default else [DESIGNS["both"]]:
        refused = None
        try:
            check(monkeypatch, rows, name, most, LOOK, **keywords_of(name, variant) | design)
        except DefinitionError as error:
            refused = str(error)
        assert refused is None or ("has no use for" in refused and not (default and name in DESIGNED))


@pytest.mark.parametrize("enough", [3, 10_000], ids=["many", "few"])
def test_a_long_table_of_clusters_takes_no_third_pass(
    enough: int, parquet: Callable[[str, str], cx.Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = parquet("nps", "designed")
    cx.nps(rows, by="shop", cluster="layer")
    monkeypatch.setattr("cxlab.tally.events.EXACT", 10)
    monkeypatch.setattr("cxlab.tally.events.PROBE", 50)
    monkeypatch.setattr("cxlab.estimate.basis.designed.ENOUGH", enough)
    with counting(monkeypatch) as count:
        cx.nps(rows, by="shop", cluster="layer")
    assert (count.scans, max(count.queries)) == (3, 1), "the tally, a look at the first rows, the sums over clusters"


@pytest.mark.parametrize(("name", "variant"), FIRSTS)
def test_a_question_to_a_text_file_with_local_times_reads_its_rows_once(
    name: str, variant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = without_zone(CASES[name].table())
    pa.csv.write_csv(table, tmp_path / "rows.csv")
    rows = cx.read(tmp_path / "rows.csv", timezone="Europe/Berlin")
    texts = [one.name for one in table.schema if not (pa.types.is_timestamp(one.type) or pa.types.is_string(one.type))]
    most, look = allowed(name, variant, CATALOGUE[name].cluster in table.column_names), LOOK + CLOCKS + len(texts)
    check(monkeypatch, rows, name, most, look, **keywords_of(name, variant))


@pytest.mark.parametrize("name", SERIES)
def test_a_series_reads_the_rows_once(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about, table = CATALOGUE[name], without_zone(CASES[name].table())
    variant = about.variants[0].name
    asked = keywords_of(name, variant) | {"by": cx.period(about.time, "month")}
    pa.parquet.write_table(table, tmp_path / "rows.parquet")
    rows = cx.read(tmp_path / "rows.parquet", timezone="Europe/Berlin")
    check(monkeypatch, rows, name, allowed(name, variant, about.cluster in table.column_names), LOOK + CLOCKS, **asked)


def test_the_counter_sees_a_second_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pa.parquet.write_table(pa.table({"a": [1, 2, 3]}), tmp_path / "rows.parquet")
    rows = cx.read(tmp_path / "rows.parquet").to_native()
    with counting(monkeypatch) as count:
        rows.aggregate("sum(a)").fetchall()
        rows.aggregate("sum(a)").to_arrow_table()
        rows.set_alias("l").join(rows.set_alias("r"), "l.a < r.a").aggregate("count(*)").fetchall()
    assert count.queries == [1, 1, 2]
