"""What looks like a secret: it stands in no plan, parameter or notebook; it is named there, never written."""

from __future__ import annotations

import re

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
