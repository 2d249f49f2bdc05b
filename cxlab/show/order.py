"""The order of segments on a page: that of the alphabet of its language, in which a reader looks names up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxlab.show.spoken import Spoken
from cxlab.words.alphabet import alphabetical


def looked_up(spoken: Spoken, column: str, values: Sequence[Any]) -> list[int]:
    """The positions of the values of a column by their names in the language, blanks last; numbers stay as they are."""
    places = range(len(values))
    if not all(value is None or (isinstance(value, str) and not value.isdecimal()) for value in values):
        return list(places)
    code = spoken.words.code
    return sorted(places, key=lambda i: (values[i] is None, alphabetical(spoken.part(column, values[i]), code)))
