"""Reading: what a source may be and how its columns are declared, whatever library made it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx

NAN = [9.0, 3.0, float("nan"), float("nan")]


def relation(frame: pd.DataFrame) -> Any:
    return duckdb.connect().from_arrow(pa.Table.from_pandas(frame))


@pytest.mark.parametrize(
    "source",
    [
        pl.DataFrame({"recommend": NAN}),
        pl.DataFrame({"recommend": NAN}).lazy(),
        pa.table({"recommend": pa.array(NAN, pa.float64(), from_pandas=False)}),
        lambda: relation(pd.DataFrame({"r": [9.0, 3.0, 1.0, 1.0]})).select(
            "case when r > 1 then r else 'nan'::double end as recommend"
        ),
        pd.DataFrame({"recommend": pd.array(NAN, dtype="Float64")}),
        pd.DataFrame({"recommend": pd.Series([9, "3", None, pd.NA], dtype=object)}),
        pd.Series([9, 3, pd.NA, pd.NA], dtype="Int64"),
        np.array(NAN),
    ],
    ids=["polars", "lazy", "arrow", "duckdb", "nullable", "mixed objects", "series", "array"],
)
@pytest.mark.filterwarnings("error")
def test_not_a_number_is_a_blank_in_every_library(source: Any) -> None:
    source = source() if callable(source) else source
    scored, kept = cx.nps(source), cx.nps(source, variant="all")
    assert (scored[0].estimate, scored[0].n) == (0.0, 2)
    assert kept[0].n == 4


def test_a_frame_with_nothing_to_change_is_handed_back_as_it_is() -> None:
    for frame in (pl.DataFrame({"x": [1.0]}), pa.table({"x": [1.0]}), pd.DataFrame({"x": [1.0, None]})):
        assert cx.read(frame).to_native() is frame


def test_columns_of_pandas_that_no_engine_groups_are_read_as_text() -> None:
    frame = pd.DataFrame({"recommend": [9, "10 - sure", None, 8], "mixed": [1, "a", None, 2.0]})
    frame["band"] = pd.cut(pd.Series([1, 5, 9, 2]), [0, 4, 10])
    frame["month"] = pd.PeriodIndex(["2026-01", "2026-02", "2026-01", "2026-02"], freq="M")
    rows = cx.read(frame, labels={"recommend": {"10 - sure": 10}})
    for by, seen in (
        ("mixed", ["1", "2", "a", None]),
        ("band", ["(0, 4]", "(4, 10]"]),
        ("month", ["2026-01", "2026-02"]),
    ):
        assert [one.segment[by] for one in cx.nps(rows, by=by)] == seen


@pytest.mark.parametrize("codes", [99, "99", [99], ("99",), 99.0])
@pytest.mark.parametrize("scores", [[9, 99], [9.0, 99.0], ["9", "99"]])
def test_one_code_may_be_given_bare_and_as_number_or_text(codes: Any, scores: list[Any]) -> None:
    table = pa.table({"q": scores})
    assert cx.nps(cx.read(table, columns={"recommend": "q"}, missing={"recommend": codes}))[0].n == 1
    assert cx.nps(table, score="q", missing=codes)[0].n == 1


def test_labels_may_stand_for_numbers_too() -> None:
    turned = {"recommend": {1: 10, 10: 1}}
    for scores in ([1, 1, 10], ["1", "1", "10"], [1.0, 1.0, 10.0]):
        answer = cx.nps(cx.read(pa.table({"recommend": scores}), labels=turned))
        assert answer[0].estimate == pytest.approx(100 / 3)


@pytest.mark.parametrize(
    "declared",
    [
        {"columns": ["NETPRO"]},
        {"columns": {"recommend": None}},
        {"missing": [11]},
        {"labels": {"NETPRO": {"a": None}}},
        {"labels": {"NETPRO": ["a"]}},
        {"scale": (0, 10)},
    ],
)
def test_a_declaration_of_another_form_is_refused_with_the_form(declared: dict[str, Any]) -> None:
    with pytest.raises(cx.CxlabError, match="Write"):
        cx.read(pa.table({"NETPRO": [9]}), **declared)


class TestFilter:
    @pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, relation, lambda f: pa.Table.from_pandas(f)])
    def test_identifiers_are_text_and_a_blank_is_asked_for_by_none(self, make: Callable[[pd.DataFrame], Any]) -> None:
        rows = cx.read(make(pd.DataFrame({"id": ["007", "7", "x"], "seg": ["a", None, None], "recommend": [9, 8, 1]})))
        assert rows.filter(id="007").to_pandas()["recommend"].tolist() == [9]
        assert rows.filter(id=7).to_pandas()["recommend"].tolist() == [8]
        assert sorted(rows.filter(seg=None).to_pandas()["recommend"]) == [1, 8]
        assert rows.filter(recommend=9, seg="a").to_pandas()["id"].tolist() == ["007"]
        assert rows.filter({"recommend": 9}, seg="a").to_pandas()["id"].tolist() == ["007"]
        assert sorted(rows.filter(id=["007", 7]).to_pandas()["recommend"]) == [8, 9]
        assert sorted(rows.filter(recommend={1, 9}).to_pandas()["id"]) == ["007", "x"]
        assert sorted(rows.filter(seg=["a", None]).to_pandas()["recommend"]) == [1, 8, 9]
        assert sorted(rows.filter(recommend=np.array([1, 8])).to_pandas()["recommend"]) == [1, 8]
        assert rows.filter(seg=[None], recommend=[8]).to_pandas()["id"].tolist() == ["7"]

    @pytest.mark.parametrize("value", [[], {"not": "a"}, [["a"]]])
    def test_what_is_no_value_is_refused(self, value: Any) -> None:
        with pytest.raises(cx.CxlabError, match=r"filtered by a value, by several.*seg="):
            cx.read(pa.table({"seg": ["a"]})).filter(seg=value)

    def test_a_text_column_is_compared_with_text(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("score,x\n9,1\nBlank,2\n")
        assert len(cx.read(path).filter(score=9).to_pandas()) == 1


@pytest.mark.parametrize("slip", ["recomend", "Recommand", "custmer", "satisfacton", "delivred"])
def test_a_misspelt_role_is_named_at_once(slip: str) -> None:
    with pytest.raises(cx.CxlabError, match="Did you mean"):
        cx.read(pa.table({"Q1": [9]}), columns={slip: "Q1"})


@pytest.mark.parametrize(
    "own", ["recommend_2", "tickets", "assignee", "resolver", "region", "resolve", "Q1", "answerer"]
)
def test_a_column_of_ones_own_may_have_any_name(own: str) -> None:
    assert cx.read(pa.table({"Q1": [9]}), columns={own: "Q1"}).roles == {own: "Q1"}


def test_a_name_like_a_role_is_ones_own_beside_that_role() -> None:
    both = {"recommend": "Q1", "recomend": "Q2"}
    assert cx.read(pa.table({"Q1": [9], "Q2": [3]}), columns=both).roles == both


def test_what_to_do_about_a_column_that_is_not_there() -> None:
    """'Did you mean resolved?' had been asked of whoever lacked the role 'responded'."""
    table = pa.table({"ID": [1], "resolved": [2]})
    for ask, todo in (
        (lambda: cx.read(table).column("responded"), 'columns={"responded": "..."}'),
        (lambda: cx.read(table, columns={"opened": "Geöffnet"}), 'columns={"opened": "..."}'),
        (lambda: cx.read(table).column("id_"), "Did you mean 'ID'?"),
        (lambda: cx.read(pa.table({"id^recommend": ["1^9"]})).column("recommend"), "delimiter="),
    ):
        with pytest.raises(cx.CxlabError) as caught:
            ask()
        assert todo in caught.value.todo
