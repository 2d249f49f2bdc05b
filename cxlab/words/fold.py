"""Folding: one spelling for texts that people hold to be the same.

Keyboards, exports and operating systems write the same Persian or Vietnamese word in several ways. Unfolded, one
segment becomes two.
"""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {ord(mark): str(value) for row in ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩") for value, mark in enumerate(row)}
_NUMBERS = _DIGITS | {0x066B: ".", 0x066C: ",", 0x066A: "%"}

_BIDI_MARKS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_NO_BREAK_SPACES = (0x00A0, 0x2007, 0x202F)
_TATWEEL = 0x0640
_ZWNJ = "\u200c"
_TEXT: dict[int, str] = {
    0x064A: "\u06cc",
    0x0643: "\u06a9",
    _TATWEEL: "",
    **dict.fromkeys(_BIDI_MARKS, ""),
    **dict.fromkeys(_NO_BREAK_SPACES, " "),
}
# Both places of the tone mark are correct in an open syllable of oa, oe, uy: "hòa" and "hoà", "thúy" and "thuý".
_TONE = "([\u0300\u0301\u0303\u0309\u0323])"
_EARLY_TONE = re.compile(f"(?:(?<=o){_TONE}([ae])|(?<=u){_TONE}(y))(?![\\w\u0302\u0306])")


def fold_digits(text: str) -> str:
    """The text with Persian and Arabic-Indic digits as 0-9, and their decimal, thousands and percent marks as . , %.

    >>> fold_digits("۱٬۲۳۴٫۵٪")
    '1,234.5%'
    """
    return text.translate(_NUMBERS)


def fold_text(text: str) -> str:
    """The text in the one spelling in which it is stored and shown.

    NFC; Arabic yeh and kaf become Persian; tatweel and bidi marks go; no-break spaces become blanks; outer blanks go.
    The half space (U+200C) stays, because Persian words are printed with it.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_TEXT)).strip()


def match_key(text: str) -> str:
    """A key that is equal for texts which differ only in spelling: for comparing, never for showing.

    `fold_text`, then without half spaces, casefolded, and with Vietnamese tone marks in their later place.

    >>> match_key("Hòa Bình") == match_key("hoà bình")
    True
    """
    folded = unicodedata.normalize("NFD", fold_text(text.replace(_ZWNJ, "")))
    folded = unicodedata.normalize("NFD", folded.casefold())
    return fold_text(_EARLY_TONE.sub(r"\2\4\1\3", folded))
