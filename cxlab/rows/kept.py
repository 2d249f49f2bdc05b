"""Which rows are kept: conditions on columns, by equality or as expressions of Narwhals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import narwhals as nw

from cxlab.errors import DefinitionError
from cxlab.rows.declared import plain

WRITE = 'Write rows.filter(region="North"), rows.filter(region=["North", "South"]) or rows.filter(nw.col("age") > 30)'


def conditions(
    predicates: Sequence[Any],
    equals: Mapping[str, Any],
    column_of: Callable[[str], str],
    is_text: Callable[[str], bool],
) -> Iterator[nw.Expr]:
    """The conditions of `Rows.filter`, each an expression; names of `equals` are those of roles or columns."""
    for predicate in predicates:
        if isinstance(predicate, Mapping):
            equals = {**predicate, **equals}
        elif isinstance(predicate, nw.Expr):
            yield predicate
        else:
            raise _refused(repr(predicate))
    for name, value in equals.items():
        column = column_of(name)
        yield _among(nw.col(column), plain(value), name, is_text(column))


def _among(column: Any, value: Any, name: str, text: bool) -> Any:
    """Whether a column holds a value, or one of several; None is a blank."""
    several = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    if not several or any(isinstance(one, (Mapping, list, tuple, set, frozenset)) for one in several):
        raise _refused(f"{name}={value!r}")
    # Identifiers are text, so 7 is "7" and never "007", which a database would cast to the same number.
    named = [str(one) if text else one for one in several if one is not None]
    blank = column.is_null()
    if not named:
        return blank
    found = column == named[0] if len(named) == 1 else column.is_in(named)
    return found if len(named) == len(several) else found | blank


def _refused(seen: str) -> DefinitionError:
    return DefinitionError("Rows are filtered by a value, by several or by an expression of Narwhals", seen, WRITE)
