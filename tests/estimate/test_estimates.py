"""Answers: frozen, typed, honest about what is missing, and able to show how they came about."""

from __future__ import annotations

import copy
import dataclasses
import math
from datetime import date, datetime

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy import stats

import cxlab as cx

FRAME = pd.DataFrame({"recommend": [10] * 40 + [3] * 20 + [8] * 3, "region": ["N"] * 40 + ["S"] * 20 + ["X"] * 3})


def test_an_estimate_cannot_change_and_compares_by_value() -> None:
    one, same = cx.nps([9, 3])[0], cx.nps([9, 3])[0]
    assert one == same
    assert hash(one) == hash(same)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.estimate = 3.0  # type: ignore[misc]


def test_estimates_slice_and_choose_by_segment() -> None:
    answer = cx.nps(FRAME, by="region")
    assert len(answer[:2]) == 2
    assert answer[-1].segment == {"region": "X"}
    assert answer.where(region="S")[0].estimate == -100
    with pytest.raises(cx.CxlabError, match="No segment"):
        answer.where(region="Q")
    with pytest.raises(cx.CxlabError, match="not cut by"):
        answer.where(country="Q")


def test_hiding_one_small_segment_hides_another_so_that_the_total_gives_nothing_away() -> None:
    shown = cx.nps(FRAME, by="region").suppress(10)
    hidden = [one for one in shown if one.estimate is None]
    assert [one.segment["region"] for one in hidden] == ["S", "X"]
    for one in hidden:
        assert (one.n, one.n_effective, one.low, one.high) == (None, None, None, None)
        assert "suppressed" in one.note
    bases = {one.segment["region"]: one.n for one in cx.nps(FRAME, by="region")}
    for one in hidden:
        assert ("n < 10" in one.note) == (bases[one.segment["region"]] < 10), "no base is called small that is not"
    with pytest.raises(cx.CxlabError, match="not kept"):
        shown.compare()


def test_no_estimates_at_all_are_shown_as_such() -> None:
    none = cx.nps(FRAME[:0], by="region")
    assert (len(none), repr(none)) == (0, "no estimates")
    assert none._repr_html_() == "<p>no estimates</p>"


def test_variants_stand_side_by_side() -> None:
    answer = cx.nps([10] * 60 + [8] * 25 + [3] * 15 + [None] * 10)
    assert [(one.variant, round(one.estimate, 2)) for one in answer.variants()] == [
        ("scored", 45.0),
        ("all", 40.91),
        ("missing_as_passive", 40.91),
    ]


def test_a_receipt_tells_rows_tally_formula_and_interval() -> None:
    text = str(cx.nps([10] * 60 + [8] * 25 + [3] * 15 + [None]).receipt())
    for part in ("missing  1", "-1: 15, 0: 25, 1: 60", "minus share of 0-6", "score at 95%", "k <- c(15, 25, 60)"):
        assert part in text


def test_population_values_have_no_limits_and_a_known_population_narrows_them() -> None:
    counted = cx.nps(FRAME, population="all")[0]
    assert (counted.low, counted.high) == (None, None)
    assert "population value" in counted.notes
    plain, finite = cx.nps(FRAME)[0], cx.nps(FRAME, population=100)[0]
    assert plain.low < finite.low < finite.high < plain.high
    with pytest.raises(cx.CxlabError, match="population"):
        cx.nps(FRAME, population=10)


def test_frames_keep_the_type_of_the_columns_cut_by() -> None:
    frame = pd.DataFrame({"recommend": [9, 3], "year": [2025, 2026]})
    table = cx.nps(frame, by="year").to_pandas()
    assert str(table["year"].dtype) == "Int64"
    assert list(table["year"]) == [2025, 2026]


def test_json_keeps_everything_but_the_tallies() -> None:
    answer = cx.nps(FRAME, by="region")
    again = cx.from_json(answer.to_json())
    assert list(again) == list(answer)
    assert again.by == answer.by
    with pytest.raises(cx.CxlabError, match="not kept"):
        again.compare()


def test_the_face_offers_metrics_and_suggests_near_names() -> None:
    import cxlab.metrics  # noqa: F401  (importing the room must not hide the function of that name)

    assert "nps" in set(cx.metrics()["name"])
    assert "nps" in dir(cx)
    with pytest.raises(AttributeError, match="Did you mean 'nps'"):
        _ = cx.npss


class TestNamesAndDays:
    def test_a_segment_called_as_a_column_of_the_contract_keeps_both(self) -> None:
        answer = cx.nps(pa.table({"recommend": [9, 1], "unit": ["a", "b"], "level": [1, 2]}), by=["unit", "level"])
        for frame in (answer.to_pandas(), answer.compare().to_pandas()):
            assert list(frame.columns)[:2] == ["by_unit", "by_level"]
        assert answer.to_polars()["by_unit"].to_list() == ["a", "b"]
        assert answer.to_polars()["unit"].to_list() == ["points", "points"]

    def test_days_and_instants_come_back_from_json_as_what_they_were(self) -> None:
        day, instant = date(2026, 1, 31), datetime(2026, 1, 31, 10, 30)
        table = pa.table({"recommend": [9, 1], "day": [day, None], "instant": [instant, None]})
        answer = cx.nps(table, by=["day", "instant"])
        again = cx.from_json(answer.to_json())
        assert again == answer
        assert again[0].segment["day"] == day

    @pytest.mark.parametrize("text", ["", "{}", "[]", '{"estimates": [{}]}'])
    def test_other_json_is_refused(self, text: str) -> None:
        with pytest.raises(cx.CxlabError, match="not JSON of estimates"):
            cx.from_json(text)


class TestReceiptsInR:
    """All lines were run in R 4.2.2 against the same figures; here it is held that they use the right ones."""

    @pytest.mark.parametrize("method", ["score", "tango", "adjusted_wald", "wald", "t"])
    def test_every_method_of_counts_has_lines_for_its_limits(self, method: str) -> None:
        lines = str(cx.nps(FRAME, method=method).receipt()).split("In R:")[1]
        assert "qnorm(0.975)" in lines if method != "t" else "qt(0.975, 62)" in lines
        assert "n <- 63;" in lines

    @pytest.mark.parametrize("method", ["wilson", "clopper_pearson", "jeffreys", "agresti_coull"])
    def test_every_method_of_shares_too(self, method: str) -> None:
        lines = str(cx.csat([1, 1, 0], scale=(0, 1), method=method).receipt()).split("In R:")[1]
        assert any(word in lines for word in ("prop.test", "binom.test", "qbeta", "sqrt"))

    def test_clusters_have_their_own_size_and_quantile(self) -> None:
        table = pa.table({"recommend": [9, 9, 1, 8, 3, 10], "who": ["a", "a", "b", "b", "c", "d"]})
        answer = cx.nps(table, cluster="who")
        lines = str(answer.receipt()).split("In R:")[1]
        assert "qt(0.975, 3)" in lines
        assert f"n <- {answer[0].n_effective:.12g};" in lines

    @pytest.mark.parametrize("reached", [None, 10_000])
    def test_rates_over_customers_are_found_again_from_their_tally(self, reached: int | None) -> None:
        kinds = pa.table({"customer": [1, 1, 1, 2, 2, 3], "kind": ["complaint"] * 6, "time": ["2026-10-01"] * 6})
        found = cx.engagement(kinds) if reached is None else cx.complaint_rate(kinds, reached=reached)
        k, n, squares = 6, 3, 14
        spread = math.sqrt(n * (squares - k**2 / n) / (n - 1)) if reached is None else math.sqrt(squares)
        lines = str(found.receipt())
        assert f"n <- {n}; s <- sqrt({'n * (14 - k^2 / n) / (n - 1)' if reached is None else '14'})" in lines
        assert "1 * k / e * exp(c(-1, 1) * qt(0.975, n - 1) * s / k)" in lines
        wide = math.exp(stats.t.ppf(0.975, n - 1) * spread / k)
        assert (found[0].low, found[0].high) == pytest.approx((found[0].estimate / wide, found[0].estimate * wide))

    def test_a_population_value_has_no_limits_to_find(self) -> None:
        assert "In R:" not in str(cx.nps(FRAME, population="all").receipt())


def test_several_estimates_say_how_one_of_them_is_had() -> None:
    several = cx.nps(pa.table({"recommend": [9, 3, 10], "region": ["North", "South", "North"]}), by="region")
    with pytest.raises(cx.CxlabError, match=r"where\(region=") as asked:
        several["North"]  # type: ignore[call-overload]
    with pytest.raises(cx.CxlabError, match=r"\[0\]\.estimate|then \.estimate") as field:
        several.estimate  # noqa: B018
    assert "2 estimates, cut by 'region'" in str(asked.value)
    assert "2 estimates, cut by 'region'" in str(field.value)
    # What asks whether a name is there, as pickle and pandas do, is told no.
    assert not hasattr(several, "estimate")
    assert copy.copy(several) == several
    with pytest.raises(AttributeError, match="has no attribute 'estimat'"):
        several.estimat  # noqa: B018
    with pytest.raises(IndexError):
        several[2]
    with pytest.raises(cx.CxlabError, match="is a number"):
        several.suppress("16")  # type: ignore[arg-type]


def test_a_position_at_which_nothing_stands_is_an_error_that_ends_loops_too() -> None:
    answer = cx.nps(FRAME, by="region")
    for several, todo in ((answer, r"\.where\(region"), (answer.compare(), "to_pandas")):
        for place in (3, -4):
            with pytest.raises(cx.CxlabError, match=todo) as caught:
                several[place]
            assert isinstance(caught.value, IndexError)
        with pytest.raises(cx.CxlabError, match="position, not by 'N'"):
            several["N"]  # type: ignore[call-overload]
        assert len(list(several)) == len(list(reversed(several))) == 3
        assert several.index(several[2]) == 2


def test_what_is_kept_of_the_tally_gives_limits_at_any_critical_value_and_everything_else() -> None:
    size = range(60)
    rows = pa.table({"recommend": [i * 7 % 11 for i in size], "g": ["abc"[i % 3] for i in size]})
    found = cx.nps(rows, by="g")
    low, high = found._basis.at(1.959963984540054)
    assert low.tolist() == pytest.approx([one.low for one in found])
    assert (found._basis.at(3.0)[1] > high).all()
    (others,) = cx.nps(rows.filter(pc.not_equal(rows.column("g"), "b")))
    rest = found._basis.rest(1)
    assert (rest.n.tolist(), rest.estimate.tolist()) == ([others.n], pytest.approx([others.estimate]))
    assert [float(side[0]) for side in rest.shown(0.95)] == pytest.approx([others.low, others.high])
