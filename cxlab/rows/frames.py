"""Frames of other libraries, used where they are; known by Narwhals, so that none of them is imported here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import narwhals as nw

from cxlab.errors import ReadError
from cxlab.rows import store
from cxlab.rows.header import arrange
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded, facts_of, names_of

_KNOWN = "pandas, Polars, PyArrow, DuckDB, Ibis, PySpark or Dask"


def load(frame: Any, keep: Iterable[str] | None, ledger: Ledger) -> Loaded:
    """The frame itself, without its personal columns and with folded names; nothing is computed."""
    try:
        table = nw.from_native(frame)
    except TypeError as error:
        seen = f"A {type(frame).__module__}.{type(frame).__qualname__}"
        raise ReadError("The source is no table", seen, f"Give a path, or a frame of {_KNOWN}") from error
    except nw.exceptions.DuplicateError as error:
        raise ReadError("The frame has two columns of one name", _repeated(frame), "Rename one of them") from error
    names = table.collect_schema().names()
    if not all(isinstance(name, str) for name in names):
        odd = next(name for name in names if not isinstance(name, str))
        raise ReadError("The frame has a column whose name is no text", repr(odd), "Rename it")
    header = arrange(names, ledger, keep)
    if not header.columns:
        raise ReadError("The frame has no column left", "None, or all of them are personal", "Name one in keep=")
    if len(header.columns) < len(names):
        table = table.select([column.original for column in header.columns])
    renamed = {column.original: column.name for column in header.columns if column.name != column.original}
    if renamed:
        table = table.rename(renamed)
    if table.implementation.is_duckdb():
        table = nw.from_native(store.in_microseconds(table.to_native()))
    if table.implementation.is_pandas():
        table = _groupable(table)
    if table.implementation.is_pyarrow():
        table = nw.from_native(_known_times(table.to_native()))
    if isinstance(table, nw.DataFrame):
        ledger.count("read", len(table))
        ledger.count("kept", len(table))
    facts = facts_of(header, None, None, ledger)
    return Loaded(table.to_native(), "the frame", names_of(header.columns), True, facts)


def _groupable(table: Any) -> Any:
    """A pandas frame whose columns can be grouped: mixed objects, intervals and periods as text, halves as floats."""
    import pandas as pd

    frame = table.to_native()
    changed = {}
    for name, kind in table.collect_schema().items():
        if kind not in (nw.Object, nw.Unknown, nw.Categorical, nw.Enum):
            continue
        column = frame[name]
        values = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column
        if pd.api.types.infer_dtype(values, skipna=True) in ("mixed", "mixed-integer", "interval", "period"):
            blank = column.isna()
            changed[name] = [None if empty else as_text(one) for one, empty in zip(column, blank, strict=True)]
    typed = {name: pd.Series(cells, index=frame.index, dtype=object) for name, cells in changed.items()}
    typed |= {name: frame[name].astype("float32") for name in frame.columns[frame.dtypes == "float16"]}
    return nw.from_native(frame.assign(**typed)) if typed else table


def _known_times(table: Any) -> Any:
    """An Arrow table with days that are counted in milliseconds as times: Narwhals does not know of such days."""
    for place, field in enumerate(table.schema):
        if str(field.type) == "date64[ms]":
            table = table.set_column(place, field.name, table.column(place).cast("timestamp[ms]"))
    return table


def as_text(value: object) -> str:
    """A value as the text that a file would hold; a whole float without its point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _repeated(frame: Any) -> str:
    names = [str(name) for name in getattr(frame, "columns", ())]
    return ", ".join(sorted({f"'{name}'" for name in names if names.count(name) > 1})) or "its header"
