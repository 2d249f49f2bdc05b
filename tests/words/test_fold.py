"""Folding: every spelling that people hold to be the same becomes one, and stays so."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxlab.words.fold import fold_digits, fold_text, match_key

# Letters that meet each other in odd ways: both yehs and kafs, hamza, marks, spaces, Vietnamese tones apart, Turkish i.
awkward = st.text(
    "\u064a\u06cc\u0643\u06a9\u0640\u200c\u200e\u061c\u2067\u2069\u00a0\u202f \u0654\u0647"
    "oauye\u0300\u0301\u0323\u0302Đđİıß\u0345۱٢٫٬٪1"
)
texts = st.one_of(st.text(), awkward)


@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    for fold in (fold_digits, fold_text, match_key):
        assert fold(fold(text)) == fold(text)


@given(texts)
def test_folded_text_has_one_spelling(text: str) -> None:
    folded = fold_text(text)
    assert not set(folded) & set("\u064a\u0643\u0640\u200e\u200f\u061c\u202a\u202e\u2066\u2069\u00a0\u202f")
    assert folded == folded.strip() == unicodedata.normalize("NFC", folded)
    assert match_key(folded) == match_key(text)


@given(texts)
def test_a_key_ignores_half_spaces_case_and_normal_form(text: str) -> None:
    assert match_key(text.replace("\u200c", "")) == match_key(text)
    assert match_key(unicodedata.normalize("NFD", text)) == match_key(text)
    assert "\u200c" not in match_key(text)


@given(st.integers(0, 10**12))
def test_digits_of_three_scripts_read_alike(number: int) -> None:
    latin = str(number)
    for zero in (0x06F0, 0x0660):
        assert fold_digits("".join(chr(zero + int(digit)) for digit in latin)) == latin


def test_marks_of_numbers() -> None:
    assert fold_digits("۱٬۲۳۴٫۵٪") == "1,234.5%"
    assert float(fold_digits("۱۲٫۵")) == 12.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كيفيت", "کیفیت"),
        ("می\u200cخواهد", "میخواهد"),
        ("کـــیفیت", "کیفیت"),
        ("\u200fشمال\u200e ", "شمال"),
        ("Miền\u00a0Bắc", "miền bắc"),
        ("hòa", "hoà"),
        ("Thúy", "Thuý"),
        ("STRASSE", "straße"),
        (unicodedata.normalize("NFD", "Đà Nẵng"), "đà nẵng"),
    ],
)
def test_one_segment_stays_one(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Đà", "Dà"), ("ma", "mà"), ("má", "mà"), ("mùa", "muà"), ("hoàn", "hoan"), ("کار", "گار")]
)
def test_two_words_stay_two(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


def test_the_half_space_is_kept_for_showing() -> None:
    assert fold_text(" می\u200cخواهد ") == "می\u200cخواهد"
