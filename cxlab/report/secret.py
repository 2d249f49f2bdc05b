"""What looks like a secret: it stands in no plan, parameter or notebook; it is named there, never written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

_NAME = re.compile(r"passw(or)?d|passphrase|secret|token|api_?key|access_?key|private_?key|credential", re.IGNORECASE)
_FORMS = (
    ("an address with a password in it", re.compile(r"[a-z][a-z0-9+.-]*://[^\s/@]*:[^\s/@]+@", re.IGNORECASE)),
    (
        "a setting that holds a password",
        re.compile(r"(?:^|[\s;&?,])(?:password|passwd|pwd|secret|token|api_?key|access_?key)\s*=\s*\S", re.IGNORECASE),
    ),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("an access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bsk-[\w-]{20,}")),
    ("a signed token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")),
)


def likeness(text: str) -> str:
    """What kind of secret a text looks like, or "" when it looks like none.

    A regular expression is a floor, not a proof: it finds the secrets that are written as such.

    >>> likeness("postgresql://reader:hunter2@db/cx")
    'an address with a password in it'
    >>> likeness("postgresql://db/cx")
    ''
    """
    return next((kind for kind, form in _FORMS if form.search(text)), "")


def is_secret_name(name: str) -> bool:
    """Whether a key's name says that its value is a secret.

    >>> is_secret_name("db_password"), is_secret_name("region")
    (True, False)
    """
    return bool(_NAME.search(name))


def hidden(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets that an error message may have carried into it: addresses, and passwords in them.

    >>> hidden("cannot connect to pg://me:hunter2@db/x as me with hunter2", ["pg://me:hunter2@db/x"])
    'cannot connect to *** as me with ***'
    """
    for secret in secrets:
        for part in (secret, _password(secret), unquote(_password(secret))):
            text = text.replace(part, "***") if part else text
    return text


def hide_in_files(folder: Path, secrets: Iterable[str]) -> None:
    """Take secrets off the logs and notebooks that a run keeps in its private folder."""
    known = list(secrets)
    for path in (*folder.glob("*.txt"), *folder.glob("*.ipynb")) if known else ():
        text = path.read_text(encoding="utf-8", errors="replace")
        if text != (clean := hidden(text, known)):
            path.write_text(clean, encoding="utf-8")


def _password(address: str) -> str:
    try:
        return urlsplit(address).password or ""
    except ValueError:
        return ""
