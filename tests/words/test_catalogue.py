"""Catalogues: the same messages in every language, all of which format; and the sampler that people read."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cxlab.errors import DefinitionError
from cxlab.rows.periods import parse
from cxlab.words.catalogue import arguments, catalogue
from cxlab.words.locale import Locale, change_unit, locale

CODES = ("en", "vi", "fa")
TEXTS = {code: catalogue(code, locale(code).icu).texts for code in CODES}
GOLDEN = Path(__file__).parents[1] / "golden" / "words.txt"
COUNTED = ("n", "number", "page", "pages")


def example(text: str) -> dict[str, str | int]:
    """Arguments for a message: numbers where it counts, else a word that has no letter or sign of its own."""
    return {name: 3 if name in COUNTED else "…" for name in arguments(text)}


def test_every_language_has_the_same_messages_with_the_same_arguments() -> None:
    for code in CODES[1:]:
        assert list(TEXTS[code]) == list(TEXTS["en"])
        for key, text in TEXTS[code].items():
            assert arguments(text) == arguments(TEXTS["en"][key]), key


@pytest.mark.parametrize("code", CODES)
def test_every_message_formats(code: str) -> None:
    for key, text in TEXTS[code].items():
        said = locale(code).message(key, **example(text))
        assert said, key
        assert said == said.strip(), key
        assert not re.search("[{}#]", said), key
        assert said.count("…") == sum(name not in COUNTED for name in arguments(text)), key


def test_persian_messages_are_persian() -> None:
    for key, text in TEXTS["fa"].items():
        said = locale("fa").message(key, **example(text))
        assert not re.search("[0-9A-Za-z,;?%\u064a\u0643-]", said), key


@pytest.mark.parametrize("code", CODES)
def test_no_dash_stands_for_a_minus_or_an_interval(code: str) -> None:
    for key, text in TEXTS[code].items():
        assert not re.search("[\u2013\u2014]", text), key


def test_plurals_choose_their_form() -> None:
    said = [locale("en").message("noun.answers", n=n) for n in (0, 1, 2, 1818)]
    assert said == ["0 answers", "1 answer", "2 answers", "1,818 answers"]
    assert locale("fa").message("noun.answers", n=1818) == "۱٬۸۱۸ پاسخ"


def test_arguments_are_told_from_branches() -> None:
    assert arguments("{n, plural, one {answer} other {{many} answers}} in {month}") == {"n", "many", "month"}
    assert arguments("none") == frozenset()


@pytest.mark.parametrize(
    ("key", "given"),
    [("state.nodata", {}), ("report.issued", {}), ("report.issued", {"date": "x", "time": "y"}),
     ("report.issued", {"day": "x"}), ("noun.answers", {"n": 3.5}), ("noun.answers", {"n": None})],
)  # fmt: skip
def test_a_wrong_key_or_argument_is_an_error(key: str, given: dict[str, object]) -> None:
    with pytest.raises(DefinitionError):
        locale("en").message(key, **given)  # type: ignore[arg-type]


def sampler(one: Locale) -> list[str]:
    """What a reader may meet: numbers of every unit, periods, and the sentences of the reports."""
    metric = {"en": "Net Promoter Score", "vi": "Chỉ số NPS", "fa": "شاخص خالص مروجان"}[one.code]
    now, before = (parse("1405-07"), parse("1405-06")) if one.code == "fa" else (parse("2026-10"), parse("2026-09"))
    level, power = one.percent(0.95, 0), one.percent(0.8, 0)
    acme, when = one.message("place.of", name="Acme"), one.message("place.when", name=one.period(now))
    periods = {"metric": metric, "segment": when, "versus": one.period(before), "level": level}
    answers = one.message("noun.answers", n=1818)
    return [
        one.message("say.estimate", metric=metric, value=one.value(36.2, "points"), level=level,
                    interval=one.interval(32.7, 39.6, "points"), base=answers),
        one.message("say.counted_of", metric=metric, segment=acme, value=one.value(-2.5, "points"), base=answers),
        one.message("say.no_data_of", metric=metric, segment=one.period(now)),
        one.message("say.suppressed", metric=metric, smallest=one.message("noun.answers", n=10)),
        one.message("say.suppressed_beside", metric=metric),
        one.message("say.suppressed_beside_of", metric=metric, segment=acme),
        one.message("say.higher", difference=one.value(7.8, "points"), interval=one.interval(2.8, 12.8, "points"),
                    **periods),
        one.message("say.lower", difference=one.value(0.06, change_unit("share")),
                    interval=one.interval(-0.098, -0.022, "share"), **periods),
        one.message("say.unclear", difference=one.value(-0.9, "points", signed=True),
                    interval=one.interval(-3.4, 1.6, "points"), **periods),
        one.message("say.detectable", detectable=one.value(7.1, "points"), power=power),
        one.message("say.needed", needed=one.message("noun.answers", n=340), change=one.value(5, "points", 0),
                    present=one.count(87)),
        one.message("report.against", period=one.period(now), previous=one.period(before)),
        one.message("report.page", page=2, pages=14),
        " | ".join(one.period(period) for period in (parse("1405-Q3"), parse("2026-Q3"), parse("2026-W41"))),
        " | ".join((one.percent(-0.021, signed=True), one.duration(2520), one.number(-3.25, 2),
                    one.value(1234567, "money", currency="IRR"), one.interval(9000, None, "seconds", named=True))),
    ]  # fmt: skip


def test_the_sampler_reads_as_before() -> None:
    """The golden file shows direction marks by name; CXLAB_GOLDEN=write renews it after a wanted change."""
    lines = [f"{code}  {line}" for code in CODES for line in sampler(locale(code))]
    seen = "\n".join(lines) + "\n"
    for mark, name in (("\u200e", "LRM"), ("\u200f", "RLM"), ("\u061c", "ALM"), ("\u2068", "FSI"), ("\u2069", "PDI"),
                       ("\u200c", "ZWNJ"), ("\u00a0", "NBSP")):  # fmt: skip
        seen = seen.replace(mark, f"<{name}>")
    if os.environ.get("CXLAB_GOLDEN") == "write":
        GOLDEN.write_text(seen, encoding="utf-8")
    assert seen == GOLDEN.read_text(encoding="utf-8")
