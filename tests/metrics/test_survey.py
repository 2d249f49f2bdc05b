"""Survey figures against published definitions, a real passenger survey and the values that must be refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx

COUNTS = [10] * 60 + [8] * 25 + [3] * 15
FIVE = [1] * 5 + [2] * 10 + [3] * 15 + [4] * 30 + [5] * 40
SEVEN = [1, 3, 4, 5, 5, 6, 7, 7, 6, 2]


def limits(estimates: cx.Estimates) -> tuple[float, float]:
    one = estimates[0]
    assert one.low is not None
    assert one.high is not None
    return round(one.low, 2), round(one.high, 2)


class TestNps:
    @pytest.mark.parametrize(
        ("method", "low", "high"), [("wald", 30.50, 59.50), ("t", 30.24, 59.76), ("adjusted_wald", 29.34, 58.04)]
    )
    def test_golden_limits_of_each_method(self, method: str, low: float, high: float) -> None:
        answer = cx.nps(COUNTS, method=method)
        assert answer[0].estimate == pytest.approx(45.0)
        assert limits(answer) == (low, high)

    def test_missing_scores_are_in_the_base_only_by_variant(self) -> None:
        rows = [*COUNTS, *[None] * 10]
        assert cx.nps(rows)[0].estimate == pytest.approx(45.0)
        assert cx.nps(rows)[0].n == 100
        for variant in ("all", "missing_as_passive"):
            assert cx.nps(rows, variant=variant)[0].estimate == pytest.approx(45 / 110 * 100)
            assert cx.nps(rows, variant=variant)[0].n == 110

    def test_difference_of_two_waves_keeps_its_sign(self) -> None:
        first, second = [10] * 60 + [8] * 25 + [3] * 15, [10] * 55 + [8] * 27 + [3] * 18
        frame = pd.DataFrame({"recommend": first + second, "wave": ["a"] * 100 + ["b"] * 100})
        (difference,) = cx.nps(frame, by="wave").compare(to="a")
        assert difference.difference == pytest.approx(-8.0)
        assert difference.verdict == "unclear"

    def test_passenger_survey_of_2017(self, shared: Callable[[str], Path]) -> None:
        path = shared("data/sfo_airport_survey/2017_SFO_Customer_Survey_20250817.csv")
        rows = cx.read(path, columns={"recommend": "NETPRO"}, missing={"recommend": [11]})
        plain, weighted = cx.nps(rows)[0], cx.nps(rows, weight="WEIGHT")[0]
        assert (round(plain.estimate, 2), plain.n) == (39.84, 2746)
        assert (round(weighted.estimate, 2), weighted.n) == (40.40, 2746)
        assert weighted.n_effective < 2746
        assert any("weighted by WEIGHT" in note for note in weighted.notes)
        assert rows.ledger.counts["missing"] == 85

    def test_undeclared_code_of_the_survey_is_refused_with_its_row(self, shared: Callable[[str], Path]) -> None:
        path = shared("data/sfo_airport_survey/2017_SFO_Customer_Survey_20250817.csv")
        with pytest.raises(cx.CxlabError, match=r"row \d+ of column 'NETPRO'.* 11"):
            cx.nps(cx.read(path, columns={"recommend": "NETPRO"}))

    def test_other_scales_are_flagged(self) -> None:
        assert "not a standard NPS" in cx.nps([1, 5, 5], scale=(1, 5))[0].notes


class TestSatisfaction:
    @pytest.mark.parametrize(
        ("asked", "value"),
        [
            ({}, 0.70),
            ({"top": 5}, 0.40),
            ({"variant": "bottom"}, 0.15),
            ({"variant": "good_bad"}, 70 / 85),
            ({"variant": "index"}, 72.5),
        ],
    )
    def test_golden_variants(self, asked: dict[str, object], value: float) -> None:
        assert cx.csat(FIVE, scale=(1, 5), **asked)[0].estimate == pytest.approx(value)

    @pytest.mark.parametrize(
        ("method", "low", "high"),
        [("wilson", 60.42, 78.11), ("clopper_pearson", 60.02, 78.76), ("jeffreys", 60.55, 78.32)],
    )
    def test_golden_limits_of_seventy_in_a_hundred(self, method: str, low: float, high: float) -> None:
        one = cx.csat(FIVE, scale=(1, 5), method=method)[0]
        assert (round(one.low * 100, 2), round(one.high * 100, 2)) == (low, high)

    def test_three_point_question(self) -> None:
        answers = [1] * 12 + [2] * 18 + [3] * 70
        assert cx.csat(answers, scale=(1, 3), top=3)[0].estimate == pytest.approx(0.70)
        assert cx.rating(answers, scale=(1, 3))[0].estimate == pytest.approx(2.58)

    def test_bands_of_the_source_definition(self) -> None:
        bands = {"not satisfied": (1, 1), "met": (2, 4), "very satisfied": (5, 5)}
        shares = cx.distribution(FIVE, scale=(1, 5), bands=bands)
        assert [round(e.estimate, 2) for e in shares] == [0.05, 0.55, 0.40]
        assert [e.segment["band"] for e in shares] == list(bands)

    def test_points_in_no_band_are_named(self) -> None:
        shares = cx.distribution(FIVE, scale=(1, 5), bands={"low": (1, 2), "top": (5, 5)})
        assert all("in no band: 3, 4" in one.notes for one in shares)
        whole = cx.distribution(FIVE, scale=(1, 5), bands={"low": (1, 4), "top": (5, 5)})
        assert not any(note.startswith("in no band") for one in whole for note in one.notes)

    def test_a_point_in_two_bands_is_refused(self) -> None:
        with pytest.raises(cx.CxlabError, match="point 3 lies in 'poor' and 'fair'"):
            cx.distribution(FIVE, scale=(1, 5), bands={"poor": (1, 3), "fair": (3, 4), "good": (5, 5)})

    def test_the_scale_is_not_guessed(self) -> None:
        with pytest.raises(cx.CxlabError, match="scale"):
            cx.csat(FIVE)


class TestEffort:
    @pytest.mark.parametrize(
        ("variant", "easy", "value"),
        [
            ("mean", "high", 4.6),
            ("top", "high", 0.6),
            ("net", "high", 10.0),
            ("index", "high", 60.0),
            ("index", "low", 40.0),
        ],
    )
    def test_golden_variants_on_seven_points(self, variant: str, easy: str, value: float) -> None:
        assert cx.ces(SEVEN, scale=(1, 7), easy=easy, variant=variant)[0].estimate == pytest.approx(value)

    def test_other_golden_means(self) -> None:
        assert cx.ces([8, 9, 7, 10, 6], scale=(1, 10), easy="high")[0].estimate == pytest.approx(8.0)
        assert cx.ces([1, 2, 2, 3, 5], scale=(1, 5), easy="low")[0].estimate == pytest.approx(2.6)

    def test_t_limits_as_published(self) -> None:
        assert limits(cx.ces(SEVEN, scale=(1, 7), easy="high", method="t")) == (3.12, 6.08)

    def test_both_directions_mirror_each_other(self) -> None:
        high = cx.ces(SEVEN, scale=(1, 7), easy="high", variant="index")[0]
        low = cx.ces([8 - answer for answer in SEVEN], scale=(1, 7), easy="low", variant="index")[0]
        assert (high.estimate, high.low, high.high) == pytest.approx((low.estimate, low.low, low.high))

    def test_without_a_direction_it_is_refused(self) -> None:
        with pytest.raises(cx.CxlabError, match="easy"):
            cx.ces(SEVEN, scale=(1, 7))


def test_response_rates_of_the_definitions() -> None:
    table = pa.table({"answered": ["2026-10-01"] * 95 + [None] * 12, "recommend": [9] * 107})
    assert cx.response_rate(table, sent=400)[0].estimate == pytest.approx(0.2375)
    assert cx.response_rate(table, variant="delivered", delivered=380)[0].estimate == pytest.approx(0.25)
    assert cx.response_rate(table, variant="partial_in", delivered=380)[0].estimate == pytest.approx(107 / 380)


class TestQuality:
    FRAME = pd.DataFrame(
        {
            "review": [1, 1, 1, 2, 2, 2],
            "category": ["tone", "solution", "grammar"] * 2,
            "score": [4, 5, 0, 5, 3, None],
            "low": [1, 1, 0] * 2,
            "high": [5, 5, 1] * 2,
            "weight": [1, 2, 1] * 2,
        }
    )

    def test_golden_score(self) -> None:
        assert cx.iqs(self.FRAME)[0].estimate == pytest.approx(67.7083333)

    def test_a_failed_review_counts_as_nothing(self) -> None:
        failed = self.FRAME.assign(auto_fail=self.FRAME.review == 2)
        assert cx.iqs(failed)[0].estimate == pytest.approx(34.375)

    def test_whole_codes_are_found_among_numbers_with_decimals(self) -> None:
        frame = self.FRAME.assign(score=self.FRAME.score.astype(float).fillna(-1))
        for given in (frame, pl.from_pandas(frame), pl.from_pandas(frame).lazy(), pa.Table.from_pandas(frame)):
            assert cx.iqs(given, missing=[-1])[0].estimate == pytest.approx(67.7083333)
            assert cx.iqs(cx.read(given, missing={"score": [-1]}))[0].estimate == pytest.approx(67.7083333)

    def test_by_review_and_by_agent_differ(self) -> None:
        frame = pd.DataFrame({"review": [1, 2, 3], "agent": ["A", "A", "B"], "score": [80, 60, 100]})
        frame = frame.assign(low=0, high=100)
        assert cx.iqs(frame)[0].estimate == pytest.approx(80)
        assert cx.iqs(frame, variant="by_agent")[0].estimate == pytest.approx(85)

    def test_a_score_off_its_scale_names_the_review(self) -> None:
        with pytest.raises(cx.CxlabError, match="review 1"):
            cx.iqs(self.FRAME.assign(high=3))


class TestBadInput:
    @pytest.mark.parametrize(
        "value", [11, -1, 99, 9.5, float("inf"), "Extremely likely", "1e1", "+9", "10 - Extremely likely"]
    )
    def test_what_cannot_be_true_is_refused(self, value: object) -> None:
        with pytest.raises(cx.CxlabError, match="row 2"):
            cx.nps([9, value])

    @pytest.mark.parametrize(
        ("value", "kind"), [(" 9 ", "coerced"), ("٩", "coerced"), ("۹", "coerced"), ("", "missing")]
    )
    def test_what_can_be_read_is_counted(self, value: str, kind: str) -> None:
        answer = cx.nps(["9", value])
        assert answer.ledger.counts == {kind: 1}
        assert answer[0].estimate == 100

    def test_labels_are_read_by_a_declared_map_only(self) -> None:
        table = pa.table({"recommend": ["10 - Extremely likely", "0 - Not at all", "7"]})
        labels = {"recommend": {"10 - Extremely likely": 10, "0 - Not at all": 0}}
        rows = cx.read(table, labels=labels)
        assert cx.nps(rows)[0].estimate == 0
        assert rows.ledger.counts["labelled"] == 2

    @pytest.mark.parametrize("scores", [[], [None], [None, float("nan")]])
    def test_nothing_to_measure_is_no_data(self, scores: list[object]) -> None:
        one = cx.nps(scores)[0]
        assert (one.estimate, one.low, one.high, one.n) == (None, None, None, 0)
        assert "no data" in one.notes
        frame = cx.nps(scores).to_pandas()
        assert frame.estimate.isna().all()
        assert str(frame.estimate.dtype) == "Float64"

    def test_one_answer_has_an_interval(self) -> None:
        one = cx.rating([3], scale=(1, 5))[0]
        assert (round(one.low, 3), round(one.high, 3)) == (1.154, 4.846)

    def test_answers_all_alike_have_width(self) -> None:
        one = cx.nps([9, 9, 9])[0]
        assert one.low < 100 == one.high

    def test_duplicates_are_judged_by_the_answer_id_alone(self) -> None:
        same = pd.DataFrame({"answer": [1, 1, 2], "recommend": [9, 9, 3]})
        assert cx.nps(same)[0].n == 2
        assert cx.nps(same).ledger.counts["duplicates_dropped"] == 1
        with pytest.raises(cx.CxlabError, match="Two different rows have one id"):
            cx.nps(same.assign(recommend=[9, 8, 3]))

    def test_repeated_customers_are_kept_and_clustered(self) -> None:
        one = cx.nps(pd.DataFrame({"customer": ["a", "a", "b", "c"], "recommend": [9, 9, 3, 10]}))[0]
        assert one.n == 4
        assert "clustered by customer: 3 units" in one.notes

    @pytest.mark.parametrize("weights", [[1.0, -1.0], [0.0, 0.0], [1.0, float("nan")], [1.0, None]])
    def test_weights_that_are_none_are_refused(self, weights: list[float]) -> None:
        with pytest.raises(cx.CxlabError, match="weight"):
            cx.nps(pd.DataFrame({"recommend": [9, 3], "w": weights}), weight="w")

    def test_a_weight_far_above_the_rest_is_noted(self) -> None:
        frame = pd.DataFrame({"recommend": [9, 3] * 10, "w": [1.0] * 19 + [100.0]})
        assert any("largest weight" in note for note in cx.nps(frame, weight="w")[0].notes)

    def test_segment_named_na_is_text_and_no_segment_is_none(self) -> None:
        table = pa.table({"recommend": [9, 3, 10], "client": ["NA", None, "NA"]})
        assert [(e.segment["client"], e.n) for e in cx.nps(table, by="client")] == [("NA", 2), (None, 1)]

    def test_two_spellings_are_one_segment_even_under_clusters(self) -> None:
        table = pa.table(
            {"recommend": [9, 3, 10, 2], "city": ["كرج", "کرج", "کرج ", "Huế"], "customer": ["a", "a", "b", "c"]}
        )
        answer = cx.nps(table, by="city")
        assert [(e.segment["city"], e.n) for e in answer] == [("Huế", 1), ("کرج", 3)]
        assert "clustered by customer: 2 units" in answer[1].notes


class TestDeclarations:
    def test_the_scale_declared_with_the_table_is_the_scale_of_an_nps(self) -> None:
        rows = cx.read(pa.table({"recommend": [1, 9, 10]}), scale={"recommend": (1, 10)})
        assert cx.nps(rows)[0].definition["scale"] == "1 to 10"
        assert "not a standard NPS" in cx.nps(rows)[0].notes
        zero = cx.read(pa.table({"recommend": [0, 9, 10]}), scale={"recommend": (1, 10)})
        with pytest.raises(cx.CxlabError, match="row 1"):
            cx.nps(zero)

    @pytest.mark.parametrize(
        "wrong", [{"scale": (0, 1e9)}, {"scale": (1, 5), "bands": {}}, {"scale": (1, 5), "bands": [(1, 3)]}]
    )
    def test_a_scale_or_bands_that_no_question_has_are_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(cx.CxlabError):
            cx.distribution(FIVE, **wrong)

    def test_top_has_to_be_a_number(self) -> None:
        with pytest.raises(cx.CxlabError, match="top="):
            cx.csat(FIVE, scale=(1, 5), top="4")

    def test_weights_written_as_text_are_typed_when_used(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("recommend;w\n10;1,5\n3;0,5\n")
        answer = cx.nps(cx.read(path, decimal=","), weight="w")
        assert answer[0].estimate == pytest.approx(50.0)
        path.write_text("recommend;w\n10;heavy\n")
        with pytest.raises(cx.CxlabError, match="row 1"):
            cx.nps(path, weight="w")

    def test_bootstrap_of_plain_rows_takes_every_count_as_whole(self) -> None:
        for n in range(1, 60):
            answer = cx.csat([5] * n + [1] * (60 - n) + [3] * 7, scale=(1, 5), method="bootstrap")
            assert answer[0].low <= answer[0].estimate <= answer[0].high


class TestFlagsAndBlanks:
    SENT = pd.DataFrame(
        {
            "sent": [True, True, True, True, False, False],
            "answered": ["2026-01-03", "2026-01-04", None, None, None, None],
            "recommend": [9, 8, 7, None, None, None],
        }
    )

    @pytest.mark.parametrize("flags", [[1, 1, 1, 1, 0, 0], ["yes"] * 4 + ["no"] * 2, ["TRUE"] * 4 + ["FALSE"] * 2])
    def test_invitations_may_be_told_by_a_flag(self, flags: list[object]) -> None:
        assert cx.response_rate(self.SENT)[0].n == 4
        answer = cx.response_rate(self.SENT.assign(sent=flags))
        assert (answer[0].estimate, answer[0].n) == (0.5, 4)

    def test_blank_text_and_a_no_are_no_answers(self) -> None:
        for answered in (["2026-01-03"] * 2 + [""] * 2, ["yes"] * 2 + ["no"] * 2, [True, True, False, False]):
            table = pa.table({"sent": ["2026-01-01"] * 4, "answered": answered})
            assert cx.response_rate(table)[0].estimate == 0.5

    def test_a_number_of_invitations_knows_its_population_and_no_clusters(self) -> None:
        plain, finite = cx.response_rate(self.SENT, sent=10)[0], cx.response_rate(self.SENT, sent=10, population=12)[0]
        assert plain.low < finite.low < finite.high < plain.high
        for wrong in ({"sent": "10"}, {"sent": 10.5}, {"sent": 10, "cluster": "recommend"}):
            with pytest.raises(cx.CxlabError):
                cx.response_rate(self.SENT, **wrong)


class TestReviews:
    # 75, 100 and 0 with weights 1, 2 and 1; then 100 and 50 with 1 and 2: 68.75 and 66.67.
    REVIEWS = pd.DataFrame(
        {
            "review": [1, 1, 1, 2, 2, 2],
            "score": [4, 5, 0, 5, 3, None],
            "low": [1, 1, 0, 1, 1, 0],
            "high": [5, 5, 1, 5, 5, 1],
            "weight": [1, 2, 1, 1, 2, 1],
            "team": ["x", "x", "x", "y", "y", "y"],
        }
    )

    @pytest.mark.parametrize("flags", [[False] * 3 + [True] + [False] * 2, ["no"] * 3 + ["yes"] + ["no"] * 2])
    def test_an_automatic_fail_is_read_from_words_too(self, flags: list[object]) -> None:
        answer = cx.iqs(self.REVIEWS.assign(auto_fail=flags))
        assert answer[0].estimate == pytest.approx(34.375)

    def test_an_automatic_fail_counts_on_a_category_that_does_not_apply(self) -> None:
        answer = cx.iqs(self.REVIEWS.assign(auto_fail=[False] * 5 + [True]))
        assert answer[0].estimate == pytest.approx(34.375)

    def test_a_declared_code_does_not_apply(self) -> None:
        for reviews in (self.REVIEWS.fillna({"score": 99}), self.REVIEWS.assign(score=[4, 5, 0, 5, 3, "N/A"])):
            rows = cx.read(reviews, missing={"score": [99, "N/A"]})
            assert cx.iqs(rows)[0].estimate == pytest.approx(67.7083333)
            assert cx.iqs(reviews, missing=(99, "N/A"))[0].estimate == pytest.approx(67.7083333)

    def test_the_weight_named_is_the_weight_used(self) -> None:
        assert cx.iqs(self.REVIEWS.assign(heft=1), weight="heft")[0].estimate == pytest.approx((175 / 3 + 75) / 2)

    @pytest.mark.parametrize("wrong", [{"weight": -1}, {"weight": None}, {"low": None}, {"high": [None] * 6}])
    def test_weights_and_scales_that_cannot_be_are_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(cx.CxlabError, match="review 1"):
            cx.iqs(self.REVIEWS.assign(**wrong))

    def test_strata_and_clusters_stay_with_the_review(self) -> None:
        reviews = pd.DataFrame({"review": range(8), "score": [1, 5, 3, 4, 2, 2, 5, 1], "low": 1, "high": 5})
        answer = cx.iqs(reviews.assign(team=list("xxxxyyyy"), who=list("aabbccdd")), cluster="who", strata="team")
        assert "4 units" in answer[0].note


@pytest.mark.parametrize(
    "ask",
    [
        lambda number: cx.response_rate(pa.table({"answered": ["2026-01-05"]}), sent=number),
        lambda number: cx.complaint_rate(pa.table({"complaint": [1], "kind": ["complaint"]}), reached=number),
        lambda number: cx.csat(FIVE, scale=(1, 5), top=number),
        lambda number: cx.engagement(pa.table({"customer": ["a"]}), variant="active_share", eligible=number),
        lambda number: cx.engagement(
            pa.table({"customer": ["a"], "kind": ["visit"]}),
            variant="active_share", by="kind", eligible={"visit": number},
        ),
        lambda number: cx.referral_rate(
            pa.table({"referred": [True], "time": [datetime(2026, 1, 5, tzinfo=UTC)]}),
            variant="conversion", invitations=number,
        ),
    ],
)  # fmt: skip
def test_a_number_is_no_text(ask: Callable[[object], cx.Estimates]) -> None:
    assert ask(5)[0].estimate is not None
    for wrong in ("5", [5], True):
        with pytest.raises(cx.CxlabError, match="takes a number"):
            ask(wrong)
