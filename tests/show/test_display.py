"""In a notebook answers bring a style of their own; a report has one already and drops it."""

from __future__ import annotations

import datetime as dt
import pickle
import re
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import cxlab as cx
import cxlab.show.named
import cxlab.show.spoken
from cxlab.estimate import Estimates
from cxlab.metric import Question, Variant, about_of, catalogue, metric
from cxlab.metrics.answers import mean_of_classes
from cxlab.report.clean import clean
from cxlab.rows.read import Rows
from cxlab.show.display import Said, displayed
from cxlab.units import SHARE


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


def test_a_metric_of_ones_own_goes_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cxlab.show.named, "about_of", about_of)
    monkeypatch.setattr(cxlab.show.spoken, "about_of", about_of)

    @metric(label={"en": "Delighted customers"}, table="answers", better="higher", source="a handbook",
            variants=[Variant("highest", "answers at the highest point / answers", SHARE, "share")])  # fmt: skip
    def delight_of_this_test(rows: Rows, score: str = "satisfaction", *, ask: Question) -> Estimates:
        """Share of answers at the highest point of the scale, 0 to 1."""
        return mean_of_classes(rows, score, (1, 5), ask, [0, 0, 0, 0, 1], [0.0, 1.0], 1.0, SHARE)

    table = pd.DataFrame({"satisfaction": [5] * 40 + [1] * 80, "region": ["A"] * 40 + ["B"] * 80})
    found = delight_of_this_test(table, by="region")
    assert found.table().title.startswith("Delighted customers: from ")
    assert found.compare(to="rest")[0].better == "higher"
    assert "delight_of_this_test" not in catalogue()
    assert "delight_of_this_test" in found.table(locale="fa").title, "nobody named it in Persian"


def test_sentences_are_text_and_a_paragraph_in_the_direction_of_their_language() -> None:
    said = cx.nps([10] * 30 + [3] * 10).say("fa")
    assert isinstance(said, str)
    assert said._repr_html_().startswith('<p lang="fa" dir="rtl"')
    assert pickle.loads(pickle.dumps(said))._repr_html_() == said._repr_html_()  # noqa: S301 - made above
    assert f">{PAYLOAD}<" not in Said(PAYLOAD)._repr_html_()


def months(**keywords: Any) -> Any:
    when = [dt.date(2026, month, 5) for month in (9, 10) for _ in range(60)]
    table = pd.DataFrame({"recommend": [9, 3, 8] * 40, "answered": when, "region": ["A", "B", "B"] * 40})
    return cx.change(table, "nps", between=("2026-09", "2026-10"), mix="region", **keywords)


def test_a_change_and_a_control_chart_are_shown_as_they_are_drawn() -> None:
    assert "cx-change" in str(months()._repr_html_())
    counted = months(population="all")  # has no limits
    assert "cx-change" in str(counted._repr_html_())
    chart = cx.control_chart(cx.nps(made_months(), by=cx.period("answered", "month")))
    assert "cx-trend" in chart._repr_html_()


def test_a_change_without_data_is_told_in_words() -> None:
    found = cx.change(made_months(), "nps", between=("2026-09", "2027-09"), mix="region")
    assert found._repr_html_() is None
    assert "no data" in repr(found)


def made_months() -> pd.DataFrame:
    when = [dt.date(2026, month, 5) for month in range(4, 11) for _ in range(6)]
    return pd.DataFrame({"recommend": [9, 3, 8] * 14, "answered": when, "region": ["A", "B"] * 21})
