"""Alphabets: the order in which readers of a language look up names, which is not that of the codes of letters.

By their codes Đ stands after Z, every small letter after every capital, and the four letters that Persian added to
the Arabic script after all others.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_LETTERS = {
    "en": "abcdefghijklmnopqrstuvwxyz",
    "vi": "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz",
    "fa": "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
}
# The marks that are no letters of their own: the five tones of Vietnamese, and elsewhere all of them.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_FIRST, _OWN, _FOREIGN = 0, 1, 2  # digits and signs, letters of the language, letters of others


def alphabetical(text: str, code: str) -> tuple[list[tuple[int, int]], str]:
    """The place of a name in the alphabet of a language, to be sorted by; marks decide only between equal letters.

    >>> sorted(["Ti vi", "Đà Nẵng", "Hà Nội", "Dầu", "email"], key=lambda name: alphabetical(name, "vi"))
    ['Dầu', 'Đà Nẵng', 'email', 'Hà Nội', 'Ti vi']
    """
    plain = unicodedata.normalize("NFC", text).casefold()
    letters = _places(code)
    return [_place(mark, letters) for mark in _bare(plain, code)], plain


def _bare(text: str, code: str) -> str:
    """The letters without the marks that are none."""
    apart = unicodedata.normalize("NFD", text)
    if code == "vi":
        return unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES))
    kept = "آ" if code == "fa" else ""
    return "".join(mark if mark in kept else unicodedata.normalize("NFD", mark)[0] for mark in text)


def _place(mark: str, letters: dict[str, int]) -> tuple[int, int]:
    if mark in letters:
        return _OWN, letters[mark]
    return (_FOREIGN if mark.isalpha() else _FIRST), ord(mark)


@cache
def _places(code: str) -> dict[str, int]:
    return {letter: place for place, letter in enumerate(_LETTERS[code])}
