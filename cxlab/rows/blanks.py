"""Blanks of typed tables: what files of text leave empty and frames write as a value of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import narwhals as nw

Frame = Any


def blank_nan(frame: Frame) -> Frame:
    """The frame with NaN as null in its columns of floats: a number that is none is a blank in every library."""
    floats = [name for name, kind in frame.collect_schema().items() if kind.is_float()]
    if isinstance(frame, nw.DataFrame) and frame.implementation.is_pandas():
        # In columns of NumPy a NaN is null already; only pandas' own types tell the two apart.
        native = frame.to_native()
        floats = [name for name in floats if hasattr(native[name].dtype, "na_value")]
    if floats and isinstance(frame, nw.DataFrame):
        found = frame.select((nw.col(name).is_nan() & ~nw.col(name).is_null()).any() for name in floats).rows()[0]
        floats = [name for name, any_nan in zip(floats, found, strict=True) if any_nan]
    return frame.with_columns(nw.col(name).fill_nan(None) for name in floats) if floats else frame


def blank_text(frame: Frame, names: Iterable[str]) -> Frame:
    """The frame with empty text as null in the named columns: many rows without an id are not one."""
    schema = frame.collect_schema()
    texts = [nw.col(name) for name in names if schema[name] == nw.String]
    return frame.with_columns(nw.when(text != nw.lit("")).then(text) for text in texts) if texts else frame
