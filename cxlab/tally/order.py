"""The order of segments: the one place that sorts them, for every answer, table and figure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")


def in_order(keys: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Segments in their order, each a tuple of its values: numbers, then words, and what has no name last.

    Where all words of a column are plain whole numbers, as those of branches in a text file, they go by size: 2 is
    before 10. A number with a leading zero, a plus or a point is a word like any other.

    >>> in_order([("10",), (None,), ("2",)]), in_order([("10",), ("02",), ("2",)])
    ([('2',), ('10',), (None,)], [('02',), ('10',), ('2',)])
    """
    keys = list(keys)
    whole = [all(value is None or _is_whole(value) for value in column) for column in zip(*keys, strict=True)]

    def place(key: tuple[Any, ...]) -> tuple[Any, ...]:
        pairs = zip(key, whole, strict=True)
        return tuple(_order(int(value) if plain and value is not None else value) for value, plain in pairs)

    return sorted(keys, key=place)


def _is_whole(value: Any) -> bool:
    return isinstance(value, str) and _WHOLE.fullmatch(value) is not None


def _order(value: Any) -> tuple[int, str, Any]:
    if value is None:
        return (2, "", 0)
    return (
        (0, "", value)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else (1, type(value).__name__, value)
    )
