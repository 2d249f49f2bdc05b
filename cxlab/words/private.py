"""Personal data inside free text: mail addresses, telephones, identity, card and account numbers, names after a title.

A regular expression is a floor and no proof: names without a title, number plates and the like need a reader.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from cxlab.words.fold import fold_digits, fold_text

_MAIL = re.compile(r"[\w.+-]+\s?(?:@|\[at\]|\(at\)|%40)\s?[\w-]+(?:\s?(?:\.|\[dot\])\s?[\w-]+)+", re.I)
_HANDLE = re.compile(r"(?<![\w.@])@[A-Za-z_]\w{3,}")
_RUN = re.compile(r"(?<![\w.,])\+?\(?\d(?:[\s.()/-]{0,3}\d){7,23}(?![\w])")
_DATE = re.compile(r"(?:1[34]|19|20)\d\d([-/.])\d{1,2}\1\d{1,2}.*|\d{1,2}([-/.])\d{1,2}\2(?:1[34]|19|20)\d\d.*")
_AMOUNT = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,4})?(?!\w)")
_ADDRESS = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])")
_CARD_WORD = re.compile(r"(?:cmnd|cccd|căn cước|chứng minh)\D{0,12}(?:\d{12}|\d{9})(?!\d)", re.I)
# Mobile and fixed numbers of Viet Nam (also the old ones of eleven digits) and Iran, and any with a country code.
_PHONE = re.compile(r"(?:(?:00)?84)?0?(?:[35789]\d{8}|1[2689]\d{8}|2\d{9})|(?:(?:00)?98|0)?9\d{9}|0[1-8]\d{9}")
_NAMED = re.compile(
    r"(?<!\w)(?:anh|chị|em|cô|chú|bác|ông|bà|mr|mrs|ms|miss|dr)\.?\s+(?-i:[A-ZĐÀ-ÖØ-ÞẠ-Ỹ]\w+)(?:\s+(?-i:[A-ZĐÀ-ÖØ-ÞẠ-Ỹ]\w+))+"
    r"|(?<!\w)(?:آقای|خانم|جناب)\s+\w{2,}",
    re.I,
)


def kinds_in(text: str) -> tuple[str, ...]:
    """The kinds of personal data that a text holds, as far as patterns tell; () where none was found.

    Digits of any script, signs that steer direction and full-width letters do not hide them. Grouped amounts
    (1.250.000.000), scores (10/10) and short hotlines are none.

    >>> kinds_in("write to a＠b．com or ۰۹۱۲ ۳۴۵ ۶۷۸۹"), kinds_in("10/10, 1.250.000 đồng")
    (('mail address', 'telephone'), ())
    """
    plain = fold_digits(fold_text(unicodedata.normalize("NFKC", text))).replace("\u200c", "")
    return tuple(dict.fromkeys(_found(plain)))


def _found(text: str) -> Iterator[str]:
    if _MAIL.search(text):
        yield "mail address"
    if _HANDLE.search(text):
        yield "account name"
    if any(_is_iban(match[0]) for match in _IBAN.finditer(text)):
        yield "bank account"
    if _ADDRESS.search(text):
        yield "IP address"
    if _CARD_WORD.search(text):
        yield "identity number"
    for match in _RUN.finditer(_CARD_WORD.sub(" ", text)):
        kind = _kind_of_run(match[0])
        if kind:
            yield kind
    if _NAMED.search(text):
        yield "name"


def _kind_of_run(run: str) -> str:
    """What a long run of digits is: a telephone, a card, an identity number, or "" for none of them."""
    digits = re.sub(r"\D", "", run)
    if _AMOUNT.fullmatch(run.strip()) or _DATE.fullmatch(run.strip()) or _ADDRESS.fullmatch(run.strip()):
        return ""
    abroad = run.startswith("+") or digits.startswith("00")
    if (abroad and 9 <= len(digits) <= 15) or (digits[0] == "0" and _PHONE.fullmatch(digits)):
        return "telephone"
    if digits.startswith(("84", "98")) and len(digits) >= 11 and _PHONE.fullmatch(digits):
        return "telephone"
    if 13 <= len(digits) <= 19 and _luhn(digits):
        return "card number"
    return "identity number" if len(digits) == 10 and _is_iranian_id(digits) else ""


def _luhn(digits: str) -> bool:
    doubled = [int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0 and len(set(digits)) > 1


def _is_iranian_id(digits: str) -> bool:
    rest = sum(int(one) * (10 - place) for place, one in enumerate(digits[:9])) % 11
    return int(digits[9]) == (rest if rest < 2 else 11 - rest) and len(set(digits)) > 1


def _is_iban(text: str) -> bool:
    bare = re.sub(r"\s", "", text)
    turned = bare[4:] + bare[:4]
    return 15 <= len(bare) <= 34 and int("".join(str(int(one, 36)) for one in turned)) % 97 == 1
