"""Definitions in every language: variants, formulas, interval methods, and the phrases that metrics state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest
from contract_cases import CASES

from cxlab import clv
from cxlab.estimate import Estimate
from cxlab.metric import ADMISSIBLE, catalogue
from cxlab.rows.clock import calendar
from cxlab.show import defined
from cxlab.show.spoken import Spoken, begun
from cxlab.words.catalogue import catalogue as texts
from cxlab.words.locale import locale

CODES = ("en", "vi", "fa")
CATALOGUE = catalogue()
VARIANTS = sorted({variant.name for about in CATALOGUE.values() for variant in about.variants})
FORMULAS = sorted(f"{about.name}.{variant.name}" for about in CATALOGUE.values() for variant in about.variants)
METHODS = sorted({method for methods in ADMISSIBLE.values() for method in methods})
# What stands in the line under a table, but for the period and the zone.
PRINTED = (
    "statistic", "counted", "within", "short", "older_than", "inactive", "promise", "scale", "base", "clock",
    "exclusions",
)  # fmt: skip
# Phrases of definitions that no case of the contract has.
OTHERS = (
    "a day", "customers who had started by the end of the period", "answered", "p90", "20 s, as the export counted",
    "tickets answered within the limit, 1 - S(limit) by Kaplan and Meier",
)  # fmt: skip


@cache
def asked(name: str, variant: str) -> Estimate:
    """The first answer of a metric's case in the contract."""
    about, case = CATALOGUE[name], CASES[name]
    late = {key: make() for key, make in case.late.items()}
    tables = () if case.numbers else (case.table(),)
    assert about.function is not None
    answers = about.function(*tables, **late | case.keywords | case.variants.get(variant, {}), variant=variant)
    return answers[0]


def definitions(name: str) -> list[Mapping[str, object]]:
    """The definitions that a metric states, one for each of its variants."""
    return [asked(name, variant.name).definition for variant in CATALOGUE[name].variants]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("kind", "names"), [("variant", VARIANTS), ("formula", FORMULAS), ("method", METHODS)])
def test_variants_formulas_and_methods_have_their_words_and_nothing_else(
    code: str, kind: str, names: list[str]
) -> None:
    words = locale(code)
    assert all(words.message(f"{kind}.{name}") for name in names)
    known = [key.partition(".")[2] for key in words_of(code) if key.startswith(f"{kind}.")]
    assert sorted(known) == names


def words_of(code: str) -> list[str]:
    return list(texts(code, locale(code).icu).texts)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_phrase_of_a_definition_has_its_words(name: str) -> None:
    said = {str(facts[key]) for facts in definitions(name) for key in PRINTED if facts.get(key) not in (None, "")}
    for text in said:
        for code in CODES:
            assert defined.fact(text, locale(code)), f"{name}: no words for '{text}' ({defined.key(text)})"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("text", OTHERS)
def test_other_phrases_have_their_words(text: str, code: str) -> None:
    assert defined.fact(text, locale(code))


def test_numbers_times_and_days_are_written_by_the_locale() -> None:
    text = "mean of staff on 4 days, 2026-07-01 to 2026-10-01"
    assert defined.fact(text, locale("en")) == "mean of staff on 4 days, 1 July 2026 to 1 October 2026"
    assert defined.fact("9000 reached", locale("vi")) == "9.000, theo số được cung cấp"
    assert defined.fact("answers of 4 to 5", locale("fa")) == "پاسخ‌های ۴ تا ۵"
    assert defined.fact("1 days", locale("en")) == "1 day"
    assert defined.fact("0.5 s", locale("vi")) == "0,5 giây"


def test_a_business_clock_is_told_in_the_language() -> None:
    week = {"mon": "09:00-17:00", "tue": "09:00-17:00", "sat": "08:30-12:00,13:00-15:00"}
    clock = str(calendar(week, holidays=["2026-12-25"], timezone="Asia/Tehran"))
    assert defined.fact(clock, locale("en")) == (
        "business hours (Mon to Tue 09:00 to 17:00; Sat 08:30 to 12:00, 13:00 to 15:00; Asia/Tehran; 1 holiday)"
    )
    said = defined.fact(clock, locale("fa")) or ""
    assert "دوشنبه تا سه‌شنبه ۰۹:۰۰ تا ۱۷:۰۰" in said
    assert not re.search("[0-9,;-]", said)


@pytest.mark.parametrize("text", ["Asia/Tehran", "region", "mean of staff on 1, 2, 3 and 4", "a phrase of a caller"])
def test_what_the_catalogue_does_not_know_stays_as_it_is(text: str) -> None:
    assert defined.fact(text, locale("fa")) is None
    assert Spoken(locale("fa")).fact(text) == text


def test_english_names_begin_small_inside_a_sentence_unless_they_are_proper_names() -> None:
    said = {name: Spoken(locale("en")).metric(name, inside=True) for name in ("nps", "ces", "service_level", "iqs")}
    assert said == {
        "nps": "Net Promoter Score",
        "ces": "Customer Effort Score (CES)",
        "service_level": "service level",
        "iqs": "internal quality score",
    }
    persian = Spoken(locale("fa"))
    assert all(persian.metric(name, inside=True) == persian.metric(name) for name in CATALOGUE)


def test_vietnamese_names_begin_small_inside_a_sentence_and_large_where_they_begin_it() -> None:
    vietnamese = Spoken(locale("vi"))
    assert vietnamese.metric("nps", inside=True) == "chỉ số NPS"
    assert all(vietnamese.metric(name, inside=True)[0].islower() for name in CATALOGUE)
    assert vietnamese.metric("NPS2", inside=True) == "NPS2"
    assert begun("chỉ số NPS là 3") == "Chỉ số NPS là 3"


def test_the_line_of_a_definition_names_its_limits_once() -> None:
    line = Spoken(locale("en")).definition
    level = asked("service_level", "abandon_negative")
    assert line(level).startswith("Definition: abandoned count as missed; within 20 seconds; base: calls; ")
    assert line(level).endswith("; process interval.")
    assert "score method" not in line(level, method=False)
    remarks = asked("complaint_rate", "complaints_and_remarks")
    assert line(remarks).count("complaints and remarks") == 1
    wait = asked("speed_of_answer", "answered")
    assert "Definition: answered calls; mean; base: answered calls" in line(wait)


def test_other_data_of_a_variant_bring_their_own_formula() -> None:
    answer = asked("service_level", "abandon_negative")
    said = Spoken(locale("fa"))
    tickets = replace(answer, definition={**answer.definition, "formula": OTHERS[-1]})
    own = replace(answer, definition={**answer.definition, "formula": "a formula of a caller"})
    assert said.formula(answer) == locale("fa").message("formula.service_level.abandon_negative")
    assert said.formula(tickets) == defined.fact(OTHERS[-1], locale("fa"))
    assert said.formula(own) == "a formula of a caller"


def test_a_figure_of_money_says_what_it_was_reckoned_from() -> None:
    given = {"margin": 40, "retention": 0.8, "discount": 0.1, "acquisition": 50}
    one = clv(**given, costs="none")[0]
    said = Spoken(locale("en"), "GBP").definition(one)
    for part in ("margin a year: £40.00", "retention: 80%", "discount rate: 10%", "acquisition cost: £50.00",
                 "costs taken as none: retention; service", "horizon: no end"):  # fmt: skip
        assert part in said
    for code in ("vi", "fa"):
        said = Spoken(locale(code), "VND").definition(one)
        assert not re.search("none|no end|service|margin", said), said


def test_a_persian_week_begins_on_saturday() -> None:
    clock = "business (mon-wed 08:00-17:00; thu 08:00-13:00; sat-sun 08:00-17:00 Asia/Tehran)"
    said = re.sub("[\u2066-\u2069]", "", defined.fact(clock, locale("fa")) or "")
    assert said.startswith("ساعت کاری (شنبه تا چهارشنبه ۰۸:۰۰ تا ۱۷:۰۰؛ پنجشنبه ۰۸:۰۰ تا ۱۳:۰۰؛ Asia/Tehran")
    assert "Mon to Wed 08:00 to 17:00; Thu" in str(defined.fact(clock, locale("en")))
