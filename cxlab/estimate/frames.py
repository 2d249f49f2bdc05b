"""Answers as frames: columns with their types in the order of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

_COUNTS = ("n", "n_versus")
_NUMBERS = ("n_effective", "estimate", "low", "high", "level", "difference", "p_value", "detectable")
_WORDS = ("metric", "variant", "method", "unit", "note", "verdict", "versus")
_TYPES = dict.fromkeys(_COUNTS, "int64") | dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(_WORDS, "string")


def to_arrow(cut: Mapping[str, list[Any]], fixed: Mapping[str, list[Any]]) -> pa.Table:
    """One Arrow table: the columns of the cut with their own types, then those of the contract with theirs.

    A frame has one column of a name, so a segment column called as one of the contract is `by_unit`, `by_level` ...
    """
    import pyarrow as pa

    own = {f"by_{name}" if name in _TYPES else name: pa.array(column) for name, column in cut.items()}
    return pa.table(own | {name: pa.array(column, pa.type_for_alias(_TYPES[name])) for name, column in fixed.items()})


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """The table in pandas, where a number that does not exist is `<NA>`."""
    import pandas as pd
    import pyarrow as pa

    nullable = {pa.float64(): pd.Float64Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    return table.to_pandas(types_mapper=nullable.get)


def to_polars(table: pa.Table) -> pl.DataFrame:
    """The table in Polars."""
    import polars as pl

    return pl.DataFrame(table)
