"""Tables, cards and sentences read as they did: golden fragments in three languages, one line for each tag."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from show import made_up as made
from show.gallery import cards, figures, tables

from cxlab.estimate import Differences, Estimates
from cxlab.report.clean import clean
from cxlab.show.sentences import say, say_differences

GOLDEN = Path(__file__).parents[1] / "golden" / "show"
CODES = ("en", "vi", "fa")
MARKS = {"\u200e": "LRM", "\u200f": "RLM", "\u061c": "ALM", "\u2068": "FSI", "\u2069": "PDI", "\u200c": "ZWNJ"}


def shown(html: str) -> str:
    """The fragment with a line for each tag and its direction marks by name."""
    for mark, name in MARKS.items():
        html = html.replace(mark, f"[{name}]")
    return re.sub(r"(?<=>)(?=<(?!/))|(?<=</tr>)", "\n", html)


def compare(name: str, seen: str) -> None:
    """CXLAB_GOLDEN=write renews the files after a wanted change."""
    path = GOLDEN / name
    if os.environ.get("CXLAB_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(seen, encoding="utf-8")
    assert seen == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CODES)
def test_tables_read_as_they_did(code: str) -> None:
    chosen = tables(code) if code == "en" else {key: tables(code)[key] for key in ("segments", "differences")}
    compare(f"tables.{code}.html", "".join(f"<!-- {key} -->\n{shown(table.html())}\n" for key, table in chosen.items()))


@pytest.mark.parametrize("code", CODES)
def test_cards_read_as_they_did(code: str) -> None:
    compare(
        f"cards.{code}.html", "".join(f"<!-- {key} -->\n{shown(card.html())}\n" for key, card in cards(code).items())
    )


@pytest.mark.parametrize("code", CODES)
def test_sentences_read_as_they_did(code: str) -> None:
    month = Differences(
        [
            made.gap(2.0, -3.0, 7.0, "unclear", n=340, n_versus=300),
            made.gap(-0.02, -0.05, 0.01, "unclear", unit="share", metric="csat", detectable=0.08, n=340, n_versus=300),
            made.gap(420.0, 180.0, 660.0, "higher", unit="seconds", metric="first_response_time", better="lower"),
            made.gap(None, None, None, "unclear", detectable=None),
        ],
        by=["period"],
        to="previous",
        adjust="none",
    )
    texts = [
        say(made.regions(), code),
        say(Estimates([made.WHOLE]), code),
        say(Estimates([made.FULLY]), code),
        say_differences(made.rests(), code),
        say_differences(month, code),
    ]
    compare(f"sentences.{code}.txt", shown("\n\n".join(text.replace(". ", ".\n") for text in texts)) + "\n")


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_lost_in_the_allow_list_of_the_report(code: str) -> None:
    pieces = [*(table.html() for table in tables(code).values()), *(card.html() for card in cards(code).values())]
    pieces.append(figures(code)["distribution"].html())
    for html in pieces:
        kept = clean(html)
        for part in ("<svg", "<path", "<rect", "<circle", "<title>", 'class="', "<bdi", "<td", "<th", "<img", "style="):
            assert kept.count(part) == html.count(part), part


@pytest.mark.parametrize("code", CODES)
def test_every_drawing_in_a_fragment_has_a_title(code: str) -> None:
    for html in [*(table.html() for table in tables(code).values()), *(card.html() for card in cards(code).values())]:
        assert html.count("<svg") == len(re.findall(r'<svg[^>]* role="img"[^>]*><title>[^<]+</title>', html))


def test_persian_fragments_have_persian_digits_outside_isolates() -> None:
    for html in [*(table.html() for table in tables("fa").values()), *(card.html() for card in cards("fa").values())]:
        text = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html)
        text = re.sub("\u2068[^\u2069]*\u2069", " ", text)
        assert not re.search("[0-9%?]", text), text
        assert not re.search("(?<!\u200e)[\u2212+]", text), text
