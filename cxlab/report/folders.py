"""The folders of a report: names made by code from a client's id, a plan's name and a period's key."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from pathlib import Path

from cxlab.errors import PlanError

_READY = re.compile(r"[a-z0-9-]{1,40}")
_PLAN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_PERIOD = re.compile(r"[0-9A-Z-]{4,10}(?:_[0-9-]{10})?")
# Control, format (bidi, zero width), surrogate, private, unassigned; line and paragraph separators.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# Letters, marks and signs by their category, which are drawn as nothing: joiners, fillers, selectors of variants.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


def client_folder(client: str) -> str:
    """The folder name of a client: the id where it is already fit, else a readable part and ten digits of its hash.

    `client` is the id as the plan writes it. Refused: an empty id, blanks at its ends, characters that cannot be seen
    (control, direction, zero width). Two spellings of one text (NFC and NFD) give one folder.

    >>> client_folder("acme"), client_folder("../../Acme")
    ('acme', 'acme-563265896b')
    """
    if not client or client != client.strip():
        raise PlanError(
            "A client's id is a text without blanks at its ends",
            f"It is {client!a}",
            "Give each client an id such as 'acme'",
        )
    if hidden := unseen(client):
        raise PlanError(
            "A client's id holds a character that cannot be seen",
            f"It is {client!a} with {hidden}",
            "Write the id without it; the client's 'name' may hold any letters",
        )
    if _READY.fullmatch(client):
        return client
    whole = unicodedata.normalize("NFC", client)
    letters = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", letters)[:40].strip("-") or "client"
    return f"{readable}-{sha256(whole.encode()).hexdigest()[:10]}"


def folded(client: str) -> str:
    """The id without case, width and accents' spelling: two clients of a plan may not share it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", client).casefold()).strip()


def unseen(text: str) -> str:
    """The name of the first character of a text that cannot be seen, or "" when all can."""
    for letter in text:
        if unicodedata.category(letter) in _UNSEEN or _BLANK.match(letter):
            return f"U+{ord(letter):04X}"
    return ""


def period_folder(key: str) -> str:
    """The folder name of a period: its key, with `_` for the `/` of a range.

    >>> period_folder("2026-10-01/2026-11-01")
    '2026-10-01_2026-11-01'
    """
    name = key.replace("/", "_")
    if not _PERIOD.fullmatch(name):
        raise PlanError("This period has no folder name", f"It is {key!a}", "Write a period such as '2026-10'")
    return name


def plan_folder(path: Path) -> str:
    """The folder name of a plan: its file name without the ending."""
    if not _PLAN.fullmatch(path.stem):
        raise PlanError(
            "The plan's file name cannot name a folder",
            f"It is {path.name!a}",
            "Name it with letters a-z, digits, '-' and '_', such as 'monthly.yaml'",
        )
    return path.stem


def output_root(plan: Path) -> Path:
    """Where a plan's reports go by default: the folder `reports` in which the plan lies, or one beside the plan."""
    here = plan.absolute().parent
    return next((folder for folder in (here, here.parent) if folder.name == "reports"), here / "reports")
