"""Personal columns, known by their header: a person's name, mail, telephone, IP address or coordinates.

A header is taken as personal only as a whole ("Email address", "Số điện thoại", "نام مشتری"), never because the word
occurs in it, so that a question such as "Was the e-mail helpful?" stays.
"""

from __future__ import annotations

import re
import unicodedata

_WHO = (
    "recipient|requester|requestor|customer|client|respondent|contact|user|guest|employee|staff|agent|assignee|"
    "submitter|caller|buyer|member|subscriber|account holder|visitor|participant|student|patient|passenger|owner|"
    "sender|author|reviewer|manager|person|contact person"
)
_ASKED = r"(?:(?:what is|please enter|enter|please give)? ?(?:your|the|my)? ?)"
_NAMES = "(?:first|last|middle|given|family|full|sur|fore|nick|maiden|user|display)? ?name|surname|patronymic"
_MAIL = "(?:e ?)?mail(?: ?address)?|email id"
_PHONE = (
    "(?:mobile|cell|home|work|office|business|daytime)? ?(?:tele)?(?:phone|tel|mobile|cell|fax|whatsapp|telegram|zalo)"
    "(?: (?:number|no|nr))?"
)
_IP = "(?:remote |source )?ip ?(?:address|addr)?"
_PLACE = (
    "(?:location|geo|gps|map)? ?(?:latitude|longitude|lat|lon|lng|coordinates?)|"
    "gps(?: location)?|geo ?location|lat ?lo?ng"
)
_ENGLISH = rf"{_ASKED}(?:{_WHO})?(?: s)? ?(?:work |private |personal )?(?:{_NAMES}|{_MAIL}|{_PHONE}|{_IP}|{_PLACE})"

# Vietnamese is compared without its marks, as half of all headers are typed without them.
_KHACH = "khach hang|khach|nguoi (?:dung|gui|nhan|mua|lien he|tra loi)|nhan vien|day du|cua ban"
_VIETNAMESE = (
    rf"ho (?:va )?ten(?: (?:{_KHACH}))?|ten(?: (?:{_KHACH}))?|(?:dia chi )?(?:e ?mail|thu dien tu)(?: (?:{_KHACH}))?|"
    rf"(?:so )?(?:dien thoai|dtdd|di dong|sdt)(?: di dong)?(?: lien he)?(?: (?:{_KHACH}))?|"
    r"dia chi ip|vi do|kinh do|toa do"
)
_KE = "مشتری|کاربر|پاسخگو|کارمند|گیرنده|فرستنده|خریدار|شما|کامل"
_PERSIAN = (
    rf"(?:نام|نام خانوادگی|نام و نام خانوادگی)(?: (?:{_KE}))?|"
    rf"(?:آدرس |نشانی )?(?:ایمیل|پست الکترونیکی?|رایانامه)(?: (?:{_KE}))?|"
    rf"(?:شماره )?(?:تلفن|موبایل|همراه|تماس)(?: همراه| ثابت| تماس)?(?: (?:{_KE}))?|(?:آدرس |نشانی )?(?:آی ?پی|ip)|"
    r"(?:طول|عرض) جغرافیایی|مختصات(?: جغرافیایی)?"
)
_PERSONAL = re.compile(f"(?:{_ENGLISH}|{_VIETNAMESE}|{_PERSIAN})")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LETTERS = str.maketrans({"ي": "ی", "ك": "ک", "đ": "d", "Đ": "d", "\u200c": " ", "\u0640": None})


def is_personal(header: str) -> bool:
    """Whether a column of this name holds personal data, as far as the name tells.

    >>> [is_personal(name) for name in ("RecipientEmail", "Họ và tên", "شماره موبایل", "Product name", "Phone service")]
    [True, True, True, False, False]
    """
    last = header.rsplit(" | ", 1)[-1]  # in a survey "Contact details | Email address" the item says what it is
    return _PERSONAL.fullmatch(_plain(last)) is not None


def _plain(header: str) -> str:
    """Lower-case words with single blanks, without marks on Latin letters, signs and camel case."""
    words = _CAMEL.sub(" ", header).translate(_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFD", words) if not "\u0300" <= c <= "\u036f")
    bare = unicodedata.normalize("NFC", bare)
    return " ".join(re.sub(r"[^\w]|_", " ", bare).lower().split())
