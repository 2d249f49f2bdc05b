"""The contract over the whole catalogue: the metric that nobody looked at is held to the same rules."""

from __future__ import annotations

import inspect
import math
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from contract_cases import CASES, Case

import cxlab as cx
from cxlab.metric import ADMISSIBLE, About, catalogue

CATALOGUE = catalogue()
METRICS = sorted(CATALOGUE)
NEITHER = ("distribution", "contacts_by_channel")  # more detractors or more calls are not better
TABLED = [name for name in METRICS if name not in CASES or not CASES[name].numbers]
VARIANTS = [(name, variant.name) for name in METRICS for variant in CATALOGUE[name].variants]


def ask(name: str, table: Any = None, **keywords: Any) -> cx.Estimates:
    case = case_of(name)
    variant = keywords.get("variant", CATALOGUE[name].variants[0].name)
    asked = (
        {name: make() for name, make in case.late.items()} | case.keywords | case.variants.get(variant, {}) | keywords
    )
    function = CATALOGUE[name].function
    assert function is not None
    return function(**asked) if case.numbers else function(case.table() if table is None else table, **asked)


def case_of(name: str) -> Case:
    assert name in CASES, f"{name} has no case in tests/contract_cases.py"
    return CASES[name]


def known(estimates: cx.Estimates) -> list[cx.Estimate]:
    return [one for one in estimates if one.estimate is not None]


@pytest.mark.parametrize("name", METRICS)
def test_the_facts_are_whole(name: str) -> None:
    about: About = CATALOGUE[name]
    assert set(about.label) == {"en", "vi", "fa"}
    assert all(about.label.values())
    assert about.better in (("",) if name in NEITHER else ("higher", "lower"))
    assert about.source
    assert about.variants
    assert len({variant.name for variant in about.variants}) == len(about.variants)
    for variant in about.variants:
        assert variant.kind in ADMISSIBLE, f"{name} {variant.name}: kind {variant.kind}"
        assert variant.formula


@pytest.mark.parametrize("name", METRICS)
def test_the_docstring_says_what_it_is(name: str) -> None:
    text = CATALOGUE[name].function.__doc__ or ""
    first = text.strip().splitlines()[0]
    assert first.endswith("."), first
    units = {"points", "share", "0 to 1", "seconds", "count", "rate", "money", "ratio", "per"}
    assert any(unit in first for unit in units), f"{name}: the first line names no unit: {first}"
    assert "Source" in text
    assert ">>>" in text


@pytest.mark.parametrize("name", TABLED)
def test_the_table_may_be_given_by_its_name(name: str) -> None:
    function = CATALOGUE[name].function
    assert function is not None
    table = next(iter(inspect.signature(function).parameters))
    case = case_of(name)
    asked = {late: make() for late, make in case.late.items()} | case.keywords
    first = case.variants.get(CATALOGUE[name].variants[0].name, {})
    assert list(function(**{table: case.table()}, **asked, **first)) == list(ask(name))


@pytest.mark.parametrize("name", METRICS)
def test_numpys_numbers_are_numbers(name: str) -> None:
    def of_numpy(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(map(of_numpy, value))
        if isinstance(value, dict):
            return {key: of_numpy(one) for key, one in value.items()}
        plain = isinstance(value, bool) or not isinstance(value, (int, float))
        return value if plain else np.int64(value) if isinstance(value, int) else np.float64(value)

    case = case_of(name)
    asked = case.keywords | case.variants.get(CATALOGUE[name].variants[0].name, {}) | {"level": np.float64(0.95)}
    assert list(ask(name, **{key: of_numpy(value) for key, value in asked.items()})) == list(ask(name))


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_limits_hold_the_estimate_and_stay_in_the_unit(name: str, variant: str) -> None:
    found = known(ask(name, variant=variant))
    assert found, "the case gives no estimate"
    for one in found:
        unit = next(v.unit for v in CATALOGUE[name].variants if v.name == variant)
        assert isinstance(one.n, int)
        assert one.n > 0
        assert one.metric
        assert one.variant == variant
        assert one.method
        assert one.level == 0.95
        assert not any(isinstance(x, float) and math.isnan(x) for x in (one.estimate, one.low, one.high))
        if one.low is None or one.high is None:
            assert any(reason in one.note for reason in ("unbounded", "population value", "no data")), one
        assert (
            (one.low if one.low is not None else -math.inf)
            <= one.estimate
            <= (one.high if one.high is not None else math.inf)
        )
        if unit is not None:
            assert one.unit == unit.name
            bounded = [x for x in (one.low, one.estimate, one.high) if x is not None]
            assert all(unit.low <= x <= unit.high for x in bounded), one


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_a_higher_level_is_wider(name: str, variant: str) -> None:
    for narrow, wide in zip(ask(name, variant=variant, level=0.9), ask(name, variant=variant, level=0.99), strict=True):
        if None not in (narrow.low, narrow.high, wide.low, wide.high):
            assert wide.low <= narrow.low + 1e-12
            assert narrow.high <= wide.high + 1e-12


@pytest.mark.parametrize("name", METRICS)
def test_an_unknown_keyword_method_or_variant_is_refused(name: str) -> None:
    for wrong in ({"variannt": "x"}, {"method": "magic"}, {"variant": "magic"}, {"level": 2}, {"level": 0.5}):
        with pytest.raises(cx.CxlabError):
            ask(name, **wrong)


@pytest.mark.parametrize(
    ("name", "keywords", "methods"),
    [
        ("resolution_time", {"statistic": "mean", "method": "wilson"}, "'hall' or 't'"),
        ("speed_of_answer", {"statistic": "median", "method": "hall"}, "'hutson' or 'order'"),
        ("employee_turnover", {"method": "t"}, "'jeffreys', 'score', 'clopper_pearson' or 'wald'"),
    ],
)
def test_a_default_method_is_refused_where_it_is_asked_for_and_does_not_hold(
    name: str, keywords: dict[str, Any], methods: str
) -> None:
    with pytest.raises(cx.CxlabError, match=f"admissible are {methods}"):
        ask(name, **keywords)


def test_the_catalogue_names_every_unit() -> None:
    units = cx.metrics().set_index("name")["unit"]
    assert units["request_volume"] == "count, rate"
    assert units["retention_profit"] == "money, share"
    rates = ask("request_volume", exposure=9000)
    assert {one.unit for one in rates} <= set(units["request_volume"].split(", "))
    assert {one.unit for one in ask("retention_profit").estimates} == set(units["retention_profit"].split(", "))


@pytest.mark.parametrize("name", TABLED)
def test_the_order_of_rows_does_not_matter(name: str) -> None:
    table = case_of(name).table()
    shuffled = table.take(np.random.default_rng(5).permutation(table.num_rows))
    assert same(ask(name, by=case_of(name).by), ask(name, shuffled, by=case_of(name).by))


@pytest.mark.parametrize("name", TABLED)
def test_every_engine_gives_the_same(name: str) -> None:
    table, by = case_of(name).table(), case_of(name).by
    expected = ask(name, table, by=by)
    connection = duckdb.connect()
    connection.register("t", table)
    for frame in (table.to_pandas(), pl.DataFrame(table), connection.table("t")):
        assert same(expected, ask(name, frame, by=by)), type(frame)


@pytest.mark.parametrize("name", TABLED)
def test_the_table_has_the_columns_of_the_contract(name: str) -> None:
    by = case_of(name).by
    answer = ask(name, by=by)
    frame = answer.to_pandas()
    tail = ["metric", "variant", "n", "n_effective", "estimate", "low", "high", "level", "method", "unit", "note"]
    assert list(frame.columns)[-len(tail) :] == tail
    assert by is None or next(iter(frame.columns)) == by
    assert len(frame) == len(answer)
    assert pl.DataFrame(pa.table(answer.to_arrow())).shape == answer.to_polars().shape
    again = cx.from_json(answer.to_json())
    assert [str(one) for one in again] == [str(one) for one in answer]


def same(a: cx.Estimates, b: cx.Estimates) -> bool:
    assert [(x.segment, x.n) for x in a] == [(x.segment, x.n) for x in b]
    for x, y in zip(a, b, strict=True):
        for left, right in ((x.estimate, y.estimate), (x.low, y.low), (x.high, y.high)):
            assert (left is None) == (right is None)
            assert left is None or left == pytest.approx(right, rel=1e-9, abs=1e-9)
    return True
