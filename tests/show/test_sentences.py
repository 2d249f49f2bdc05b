"""Sentences say no more than their interval, and what it would take to say more."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from show import made_up as made

import cxlab as cx
from cxlab.errors import DefinitionError
from cxlab.estimate import Differences
from cxlab.show.sentences import cannot_tell, say, say_differences


def of(*differences: object) -> Differences:
    return Differences(differences, by=["period"], to="previous", adjust="none")  # type: ignore[arg-type]


def test_a_clear_difference_is_said_with_its_size_and_way() -> None:
    said = say_differences(of(made.gap(-26.3, -34.0, -18.2, "lower")))
    assert "October 2026 is 26.3 points lower than that of September 2026, more than chance would explain" in said
    assert "−34.0 to −18.2" in said
    assert "would show" not in said


def test_bases_needed_grow_with_the_square_of_what_is_missing() -> None:
    # Two bases of 400 show 10 points; 5 points, half of it, need four times as many.
    said = cannot_tell(made.gap(2.0, -5.0, 9.0, "unclear", detectable=10.0, n=400, n_versus=400))
    assert "a difference of 10.0 points or more would be detected with 80% power" in said
    assert "1,600 answers a month would show a change of 5 points; you have 400." in said


def test_unequal_bases_count_for_what_they_are_worth_together() -> None:
    # 1/100 + 1/300 is the noise of two bases of 150; four times that is 600 in each.
    said = cannot_tell(
        made.gap(2.0, -5.0, 9.0, "unclear", detectable=10.0, n=100, n_versus=300, versus="rest", region="North")
    )
    assert "600 answers in each group would show a difference of 5 points; there are 100 and 300." in said


def test_where_the_bases_would_have_shown_it_nothing_more_is_asked() -> None:
    said = cannot_tell(made.gap(0.5, -2.0, 3.0, "unclear", detectable=4.0))
    assert said == "With these bases a difference of 4.0 points or more would be detected with 80% power."


def test_times_ask_about_the_change_that_was_seen() -> None:
    unclear = made.gap(
        300.0,
        -100.0,
        700.0,
        "unclear",
        unit="seconds",
        metric="first_response_time",
        detectable=600.0,
        n=50,
        n_versus=50,
    )
    assert "200 tickets a month would show a change of 5.0 minutes; you have 50." in cannot_tell(unclear)


def test_shares_differ_by_percentage_points() -> None:
    assert "6.0 percentage points lower" in say_differences(
        of(made.gap(-0.06, -0.098, -0.022, "lower", unit="share", metric="csat"))
    )


@pytest.mark.parametrize(("code", "limits"), [("en", "−11.92 to −0.04"), ("fa", "−۱۱٫۹۲ تا −۰٫۰۴")])
def test_a_clear_difference_does_not_read_as_if_its_interval_held_zero(code: str, limits: str) -> None:
    gap = made.gap(-0.069, -0.1192, -0.0004, "lower", unit="share", metric="csat")
    assert limits in re.sub("[\u200e\u2066-\u2069]", "", say_differences(of(gap), code))
    count = made.gap(-19.0, -37.0, -0.4, "lower", unit="count")
    assert "−37.0 to −0.4" in say_differences(of(count))
    unclear = made.gap(-0.069, -0.1192, 0.0004, "unclear", unit="share", metric="csat")
    assert "−11.9 to 0.0" in say_differences(of(unclear))


def test_hidden_empty_and_counted_figures_have_sentences_of_their_own() -> None:
    said = say(made.regions()[4:])
    assert said == (
        "There are no data for the Net Promoter Score of Moon. "
        "The Net Promoter Score of Mars is not shown, because its base is under 10 answers."
    )
    assert "counted in full; n = 21,480" in say(type(made.regions())([made.FULLY], by=["period"]))


def test_a_figure_with_a_base_that_cannot_be_measured_is_not_said_to_have_no_data() -> None:
    found = replace(made.FULLY, estimate=None, low=None, high=None, n=95, notes=("follow-up is too short",))
    said = {code: say(type(made.regions())([found], by=["period"]), code) for code in ("en", "vi", "fa")}
    assert said["en"] == "The service level of October 2026 cannot be measured."
    assert said["vi"] == "Mức dịch vụ tháng 10 năm 2026: không đo được."
    assert said["fa"].endswith("قابل اندازه‌گیری نیست.")


def test_vietnamese_says_a_period_and_a_segment_each_in_its_way_and_names_a_metric_small_inside() -> None:
    month = say_differences(of(made.gap(-26.3, -34.0, -18.2, "lower")), "vi")
    assert month.startswith("Chỉ số NPS tháng 10 năm 2026 thấp hơn 26,3 điểm so với tháng 9 năm 2026, vượt mức")
    region = say_differences(of(made.gap(-26.3, -34.0, -18.2, "lower", versus="rest", region="North")), "vi")
    assert region.startswith("Chỉ số NPS của North thấp hơn 26,3 điểm so với phần còn lại")
    assert "n\u00a0=\u00a0" in say(made.regions(), "vi"), "a base is never cut from its name"


def test_only_what_is_unclear_is_open() -> None:
    with pytest.raises(DefinitionError, match="nothing is left open"):
        cannot_tell(made.gap(7.8, 2.8, 12.8, "higher"))


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_parts_of_a_change_and_drivers_have_sentences_of_their_own(code: str) -> None:
    """A part is never called a score, a driver never a metric, and no word of the code stands in a sentence."""
    rows = cx.read(cx.sample("harbour", "answers"), scale={"satisfaction": (1, 5), "effort": (1, 7), "quality": (1, 5)})
    found = cx.change(rows, "nps", between=("2026-09", "2026-10"), mix="region")
    weights = cx.drivers(rows, outcome="satisfaction", drivers=["effort", "quality"])
    said = [*(part.say(code) for part in (found.total, found.mix, found.within, found.segments)), weights.say(code)]
    for text in said:
        assert not re.search(r"\b(mix|within|total|drivers)\b", text) or code == "en"
        assert "NPS of" not in text
        assert "Score of" not in text
    if code == "en":
        total, mix, within, segments, drivers = said
        assert total.startswith("The Net Promoter Score changed by −6.9 points (95% interval −13.3 to −0.4; n = 2,314)")
        assert mix.startswith("The mix of the segments makes up 0.0 points of the change in the Net Promoter Score")
        assert "What moved within Central makes up −7.2 points" in segments
        assert "What moved within the segments" in within
        assert drivers.startswith("Effort goes with 53.6% of what the drivers explain of Satisfaction")
        assert "not a cause" in drivers


def test_no_change_of_figures_all_alike_could_have_been_detected() -> None:
    same = made.gap(0.0, 0.0, 0.0, "unclear", unit="seconds", metric="first_response_time", detectable=0.0)
    assert cannot_tell(same) == ""
    assert "detected" not in say_differences(Differences([same], by=(), to="", adjust=""))


@pytest.mark.parametrize(
    ("code", "said"), [("en", "cannot be measured"), ("vi", "không đo được"), ("fa", "قابل اندازه‌گیری نیست")]
)
def test_a_difference_of_what_cannot_be_measured_is_not_for_want_of_data(code: str, said: str) -> None:
    none = made.gap(None, None, None, "unclear", n=48, n_versus=60)
    assert said in say_differences(Differences([none], by=(), to="", adjust=""), code)
