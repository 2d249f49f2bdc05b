"""Words, tables, figures and cards say the same of a difference, in every language, however small its bases are."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from show import made_up as made

import cxlab as cx
from cxlab.estimate import Differences, Facts
from cxlab.show.cards import card
from cxlab.show.figures import plot_differences
from cxlab.show.sentences import say_differences
from cxlab.show.spoken import Spoken
from cxlab.show.tables import difference_table, table
from cxlab.words.locale import locale

CASES = {
    "higher": made.gap(14.5, 6.1, 22.4, "higher"),
    "lower": made.gap(-26.3, -34.0, -18.2, "lower"),
    "unclear": made.gap(9.9, -0.5, 19.3, "unclear"),
    "its own small base": made.gap(14.5, 6.1, 22.4, "higher", n=24),
    "a small base of the other": made.gap(14.5, 6.1, 22.4, "higher", n_versus=24),
    "a small base that is unclear too": made.gap(-3.0, -40.0, 30.0, "unclear", n=24),
}
WORDS = {
    "en": ("unclear", "higher", "lower", "not compared"),
    "vi": ("chưa rõ", "cao hơn", "thấp hơn", "không kết luận"),
    "fa": ("روشن نیست", "بیشتر از سپتامبر", "کمتر از سپتامبر", "مقایسه نمی‌شود"),
}


def words_of(html: str) -> str:
    return re.sub("<[^>]+>", " ", re.sub("<title>.*?</title>", " ", html))


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
@pytest.mark.parametrize("case", CASES)
def test_a_difference_has_one_verdict_wherever_it_is_told(case: str, code: str) -> None:
    one, words = CASES[case], locale(code)
    found = Differences([one], by=["period"], to="previous", adjust="none")
    kind = "small_base" if "small base" in case else one.verdict
    every = {"small_base": words.message("state.small_base")}
    every |= {name: words.message(f"verdict.{name}") for name in ("higher", "lower", "unclear")}
    current = replace(made.WHOLE, segment=Facts({"period": "2026-10"}), n=one.n)
    places = {
        "table": words_of("".join(row.cells[-1].html() for row in difference_table(found, code).rows)),
        "figure": plot_differences(found, code).alt().rpartition(":")[2],
        "card": words_of(card(current, one, locale=code).html().partition('class="change">')[2].partition("</p>")[0]),
    }
    for place, text in places.items():
        said = {name for name, word in every.items() if word.casefold() in text.casefold()}
        assert said == {kind}, (place, text)
    sentence = say_differences(found, code)
    clear = dict(zip(("unclear", "higher", "lower", "small_base"), WORDS[code], strict=True))
    assert {name for name, word in clear.items() if word in sentence} == {kind}, sentence


def test_a_segment_has_no_verdict_where_the_rest_is_small() -> None:
    rows = pd.DataFrame({"recommend": [10] * 200 + [2] * 20, "region": ["North"] * 200 + ["South"] * 20})
    found = cx.nps(rows, by="region")
    rest = found.compare(to="rest")
    assert {one.verdict for one in rest} == {"higher", "lower"}
    for segments in (table(found, rest=rest), difference_table(rest)):
        assert [row["verdict"] for row in segments.records()] == [None, None]
        assert segments.html().count('<span class="muted">small base</span>') == 2
    assert [row["letters"] for row in table(found, pairs=found.compare(to="pairs")).records()] == ["", ""]
    assert rest.plot().alt().count("small base") == 2
    assert rest.say().count("is not compared with that of") == 2
    assert "because a base is under 30 (200 and 20): the difference is 200.0 points" in rest.say()


def test_the_smallest_base_is_the_callers() -> None:
    found = Differences([CASES["its own small base"]], by=["period"], to="previous", adjust="none")
    assert "24 and 1,298" in say_differences(found)
    assert "14.5 points higher" in say_differences(found, small_base=20)
    assert Spoken(locale("en"), small_base=20).verdict(found[0]) == "higher"
    nothing = replace(found[0], difference=None, low=None, high=None)
    assert Spoken(locale("en")).verdict(nothing) == "no_data"
