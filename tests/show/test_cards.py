"""Cards keep their order, and their word, shape and colour agree with the interval."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from show import made_up as made
from show.gallery import cards

from cxlab.estimate import Facts
from cxlab.show.cards import card, rows_of_cards


def test_a_verdict_is_a_word_a_shape_and_a_colour_that_agree() -> None:
    seen = {
        name: re.search(r'class="verdict([^"]*)"><svg.*?<path d="([^"]+)"[^>]*?(?:fill|stroke)="(#\w+)"', one.html())
        for name, one in cards("en").items()
    }
    found = {name: (match[1].strip(), match[2][:5]) for name, match in seen.items() if match}
    assert found == {
        "higher better": ("is-better", "M6 1."),
        "lower worse": ("is-worse", "M6 10"),
        "higher worse": ("is-worse", "M6 1."),
        "lower better": ("is-better", "M6 10"),
        "unclear": ("", "M6 1 "),
        "counted in full": ("", "M6 1."),
    }
    assert 'Higher<span class="gloss"> · worse</span>' in cards("en")["higher worse"].html()


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_the_order_never_changes(code: str) -> None:
    for one in cards(code).values():
        order = [
            one.html().find(part)
            for part in ("<h3>", 'class="value', 'class="interval', "card-trend", 'class="change', '<dl class="facts')
        ]
        known = [at for at in order if at >= 0]
        assert known == sorted(known)
        assert {order[0], order[1], order[5]} & {-1} == set()


def test_the_smallest_change_of_a_duration_names_its_unit() -> None:
    wait = made.one(27720.0, 25600.0, 31000.0, 1168, unit="seconds", metric="first_response_time", period="2026-10")
    less = made.gap(
        -1896.0, -5418.0, 1992.0, "unclear", unit="seconds", metric="first_response_time", detectable=5256.0
    )
    text = re.sub("<[^>]+>", " ", card(wait, less).html())
    assert re.search(r"7\.7\s+hours", text)
    assert re.search(r"Smallest detectable change\s+87\.6\s+minutes", text)


def test_nothing_is_shown_of_what_is_hidden() -> None:
    html = cards("en")["suppressed"].html()
    assert '<p class="value words">not shown</p>' in html
    assert "under 10" in html
    assert "svg" not in html  # the trend would end in the hidden figure
    assert "interval" not in html


def test_no_data_is_a_word() -> None:
    html = cards("en")["no data"].html()
    assert '<p class="value words">no data</p>' in html
    assert not re.search(r'class="change"', html)


def test_a_small_base_has_a_hollow_point_and_no_verdict() -> None:
    html = cards("en")["small base"].html()
    assert "small base" in html
    assert "verdict" not in html
    assert re.search(r'<circle[^>]*fill="#FFFFFF"', html)


def test_what_was_counted_in_full_says_so_and_what_is_usual() -> None:
    html = cards("en")["counted in full"].html()
    for said in (
        "Counted in full: no sampling interval",
        "within the usual range",
        "78.0 to 84.0",
        "+1.3</b> percentage points",
    ):
        assert said in html
    beyond = card(made.FULLY, None, (), usual=(0.70, 0.80), previous=made.FULLY)
    assert "outside the usual range" in beyond.html()


def test_the_percent_mark_stands_left_of_a_persian_number() -> None:
    assert "\u061c۶۸٫۹<span" in cards("fa")["lower worse"].html()


def test_cards_lie_two_in_a_row() -> None:
    html = rows_of_cards(list(cards("en").values())[:3])
    assert html.count('<div class="row">') == 2
    assert html.count("<article") == 3


@pytest.mark.parametrize(("code", "said", "among"), [
    ("en", "unsolved tickets; older than 7 days", '<dt>Counted among</dt><dd><span class="num">1,204</span>'),
    ("vi", "phiếu chưa giải quyết; tồn quá 7 ngày", "<dt>Đếm trong số</dt>"),
    ("fa", "تیکت حل‌نشده؛ قدیمی‌تر از ۷ روز", "<dt>شمارش از میان</dt>"),
])  # fmt: skip
def test_a_card_says_of_what_it_is_a_number(code: str, said: str, among: str) -> None:
    one = replace(made.one(54.0, 41.0, 70.0, 1204, unit="count", period="2026-10"), metric="backlog",
                  variant="older_than", definition=Facts({"older_than": "7 days"}))  # fmt: skip
    html = card(one, locale=code).html()
    assert f"<small>{said}</small>" in html
    assert among in html
    per = replace(one, metric="engagement", variant="per_active", unit="rate", definition=Facts({}))
    assert {"en": "interactions per active customer", "vi": "trên mỗi khách hàng", "fa": "به ازای هر مشتری"}[
        code] in card(per, locale=code).html()  # fmt: skip


@pytest.mark.parametrize(("unit", "definition", "said"), [
    ("share", {"within": "20 s"}, "%; within 20 seconds"),
    ("share", {"scale": "1 to 5"}, "%; scale: 1 to 5"),
    ("count", {"older_than": "7 days"}, "number; older than 7 days"),
    ("seconds", {"statistic": "median", "clock": "business (mon-fri 09:00-17:00 UTC)"}, "median; business hours"),
    ("seconds", {"statistic": "median", "clock": "calendar time"}, "median; calendar time"),
])  # fmt: skip
def test_a_card_says_what_its_figure_cannot_be_read_without(unit: str, definition: dict[str, str], said: str) -> None:
    one = replace(made.one(0.7, 0.6, 0.8, 300, unit=unit, period="2026-10"), definition=Facts(definition))
    assert f"<small>{said}</small>" in card(one).html()
