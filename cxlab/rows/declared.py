"""What is declared of a table, in the form in which it has to be declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

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


def is_number(given: Any) -> bool:
    """Whether this is a number, of Python or numpy: no text, and no yes or no.

    >>> is_number(10), is_number("10"), is_number(True)
    (True, False, False)
    """
    return isinstance(given, (Real, Decimal)) and not isinstance(given, bool)


def codes_of(given: Any) -> tuple[object, ...]:
    """Codes for no answer as a tuple: one alone may be given bare, and a text is one code and not its letters.

    >>> codes_of("99"), codes_of([11, "Blank"]), codes_of(None)
    (('99',), (11, 'Blank'), ())
    """
    if given is None:
        return ()
    given = plain(given)
    alone = isinstance(given, (str, bytes)) or not isinstance(given, Iterable)
    return (given,) if alone else tuple(plain(one) for one in given)


def plain(given: Any) -> Any:
    """What was given with numpy's numbers as Python's own, in lists and mappings too; anything else as it is.

    >>> plain({"North": np.int64(4421)}), plain(np.array([30, 90]))
    ({'North': 4421}, [30, 90])
    """
    if isinstance(given, (np.number, np.bool_)) and not isinstance(given, np.timedelta64):
        return given.item()
    if isinstance(given, np.ndarray) and given.dtype.kind in "biufOU":
        return given.tolist()
    if type(given) in (list, tuple):
        return type(given)(plain(one) for one in given)
    if type(given) is dict:
        return {name: plain(one) for name, one in given.items()}
    return given
