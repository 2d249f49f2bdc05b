"""In a notebook answers bring a style of their own; a report has one already and drops it."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest

import cxlab as cx
from cxlab.report.clean import clean
from cxlab.show.display import displayed


def test_a_notebook_gets_the_markup_of_the_report_and_a_style_for_it_alone() -> None:
    shown = cx.nps([10] * 30 + [3] * 10)._repr_html_()
    assert shown.count("<style>") == 1
    style = shown.partition("<style>")[2].partition("</style>")[0]
    rules = [rule.partition("{")[0].strip() for rule in style.split("}") if rule.strip()]
    assert len(rules) > 20
    assert all(rule.startswith((".cx-paper", ".cx-explorer")) for rule in rules)  # no rule reaches the window around it
    assert "url(" not in style
    assert '<table class="forest">' in shown


def test_a_report_keeps_the_markup_and_drops_the_style() -> None:
    assert clean(displayed("<p>36.2</p>")) == '<div class="cx-paper"><p>36.2</p></div>'


def test_variants_beside_each_other_are_named() -> None:
    both = cx.nps([10] * 30 + [3] * 10 + [None] * 10).variants()
    table = both.table()
    assert table.title == "Net Promoter Score: from 40.0 points (all) to 50.0 points (scored)"
    assert "Net Promoter Score (missing as passive) is 40.0 points" in both.say()
    assert "missing as passive 40.0 points" in both.plot().alt()


PAYLOAD = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_a_live_table_is_text_in_every_language(code: str) -> None:
    """Names of columns and segments come from the data: none is live, each stands in its own direction."""
    rows = pa.table({
        PAYLOAD: [PAYLOAD, "شمال", "Tây Nguyên"] * 40, "recommend": [10, 9, 2] * 40,
    })  # fmt: skip
    found = cx.nps(rows, by=PAYLOAD)
    compared = found.compare()
    live = [found._repr_html_(), compared._repr_html_(), found.receipt()._repr_html_(),
            found.table(locale=code)._repr_html_(), compared.table(locale=code)._repr_html_(),
            found.plot(locale=code)._repr_html_()]  # fmt: skip
    for markup in live:
        assert PAYLOAD not in markup
        assert "<img src=x" not in markup
    table = found.table(locale=code)
    words = table.theme.words
    assert f'<div class="wide short" lang="{code}" dir="{words.direction}">' in table.html()
    assert '<bdi dir="auto">شمال</bdi>' in table.html()
    assert '<bdi dir="auto">Tây Nguyên</bdi>' in table.html()
    text = re.sub(r"<[^>]+>", "", table.html())
    assert words.bare(-100.0, "points") in text, "a minus of the language, on its side of the number"
    if code == "fa":
        own = r'<bdi dir="auto">.*?</bdi>|<[^>]+>|\u2068[^\u2069]*\u2069'
        assert not re.search(r"[0-9]", re.sub(own, "", table.html()))


def test_money_is_shown_before_anybody_named_its_currency() -> None:
    worth = cx.clv(margin=40, retention=0.8, discount=0.1, acquisition=50, costs="none")
    assert ">56.67<" in worth._repr_html_()
    assert " is 56.67 (" in worth.say()
    assert "$56.67" in worth.say(currency="USD")
