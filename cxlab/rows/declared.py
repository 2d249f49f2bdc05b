"""What is declared of a table, in the form in which it has to be declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cxlab.errors import DefinitionError

FORMS = {
    "columns": 'columns={"recommend": "NETPRO"}',
    "missing": 'missing={"recommend": [11]}',
    "labels": 'labels={"satisfaction": {"Good": 1, "Bad": 0}}',
    "scale": 'scale={"satisfaction": (1, 5)}',
}


def demand_mapping(given: Any, what: str) -> None:
    """An error where `columns=` and its like are not a mapping with names as keys."""
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise DefinitionError(f"{what}= is a mapping by role or column", f"{what}={given!r}", f"Write {FORMS[what]}")


def codes_of(given: Any) -> tuple[object, ...]:
    """Codes for no answer as a tuple: one alone may be given bare, and a text is one code and not its letters.

    >>> codes_of("99"), codes_of([11, "Blank"]), codes_of(None)
    (('99',), (11, 'Blank'), ())
    """
    if given is None:
        return ()
    alone = isinstance(given, (str, bytes)) or not isinstance(given, Iterable)
    return (given,) if alone else tuple(given)
