"""Units of the whole table, counted in the pass over the clusters: against a count by hand, on every kind of table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxlab as cx
from cxlab.tally.clusters import many_units, psu_sums
from cxlab.tally.cut import cut

SCORING: dict[object, float] = {0: -1.0, 5: 0.0, 10: 1.0}
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["n", "s", "N ", None]),
        st.sampled_from(["a", "b", "c", None]),
        st.sampled_from(["x", "y", None]),
        st.sampled_from([0, 5, 10, 7, None]),
    ),
    min_size=1,
    max_size=25,
)
ENGINES: dict[str, Callable[[pa.Table], Any]] = {
    "arrow": lambda table: table,
    "duckdb": lambda table: duckdb.connect().from_arrow(table),
    "pandas": lambda table: table.to_pandas(),
}


def by_hand(rows: list[tuple[Any, ...]], cluster: bool, strata: bool) -> dict[Any, float]:
    """Distinct clusters and rows that name none, by stratum."""
    found: dict[Any, set[object]] = {}
    for i, (_, shop, layer, _) in enumerate(rows):
        found.setdefault(layer if strata else 0, set()).add(shop if cluster and shop is not None else i)
    return {name: float(len(several)) for name, several in found.items()}


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=20, deadline=None)
@given(
    rows=ROWS,
    design=st.sampled_from([(True, False), (False, True), (True, True)]),
    weighted=st.booleans(),
    by=st.booleans(),
)
def test_the_units_of_all_rows(
    engine: str, rows: list[tuple[Any, ...]], design: tuple[bool, bool], weighted: bool, by: bool
) -> None:
    cluster, strata = design
    columns = dict(zip(("region", "shop", "layer", "recommend"), map(list, zip(*rows, strict=True)), strict=True))
    kinds = [pa.string(), pa.string(), pa.string(), pa.int64()]
    table = pa.table(
        {name: pa.array(values, kind) for (name, values), kind in zip(columns.items(), kinds, strict=True)}
    )
    table = table.append_column("w", pa.array([1.0 + i % 3 for i in range(len(rows))]))
    whole = cut(cx.read(ENGINES[engine](table)), "region" if by else None, None, None, "this")
    named: dict[str, Any] = {"cluster": "shop" if cluster else None, "strata": "layer" if strata else None}
    weight = "w" if weighted else None
    (counted,) = psu_sums(whole, "recommend", [SCORING], weight=weight, whole=True, **named)
    (alone,) = psu_sums(whole, "recommend", [SCORING], weight=weight, **named)
    assert counted.seen == by_hand(rows, cluster, strata)
    assert counted.segments.values == alone.segments.values
    assert set(counted.strata) == set(alone.strata)
    places = [counted.strata.index(name) for name in alone.strata]
    for name in ("psus", "w", "wy", "ww", "wwy", "wyy") if places else ():
        assert getattr(counted, name)[:, places] == pytest.approx(getattr(alone, name))


def test_the_units_at_the_beginning_of_a_long_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = range(900)
    table = pa.table({"recommend": [i % 11 for i in size], "region": [f"r{i % 3}" for i in size]})
    table = table.append_column("shop", pa.array([None if i % 50 == 7 else f"s{i % 200}" for i in size]))
    pa.parquet.write_table(table, tmp_path / "rows.parquet")
    by = cut(cx.read(tmp_path / "rows.parquet"), "region", None, None, "this")
    assert many_units(by, "shop") == 0, "nine hundred rows are few"
    monkeypatch.setattr("cxlab.tally.events.EXACT", 100)
    assert many_units(by, "shop") == 196
    assert many_units(by, None) == 0
    monkeypatch.setattr("cxlab.tally.events.PROBE", 60)
    assert many_units(by, "shop") == 58
    monkeypatch.setattr("cxlab.tally.events.EXACT", 800)
    monkeypatch.setattr("cxlab.tally.events.PROBE", 900)
    assert many_units(by, "shop") == 0, "six hundred pairs are fewer"
