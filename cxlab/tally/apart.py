"""Rows of cells that name several segments, told apart: one for each segment."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pyarrow as pa

from cxlab.rows.read import Frame, collect
from cxlab.tally.cut import ByEach, Cut


def by_segment(cut: Cut, frame: Frame) -> Frame:
    """Rows with the keys of a cut, told apart, ready to be grouped by them and by what may stand in a segment once."""
    return nw.from_native(apart(cut, collect(frame))) if cut.overlap else frame


def apart(cut: Cut, table: pa.Table) -> pa.Table:
    """A table with the keys of a cut with one row for each segment that a cell names, under that one name.

    What is said of a customer in a segment is not added over cells: one customer may have written "price" and
    "price, service", and a blank cell and an empty one name the same.
    """
    for name, item in zip(cut.names, cut.by, strict=True):
        if not isinstance(item, ByEach):
            continue
        parts = [cut._meaning(value, item) for value in table.column(name).to_pylist()]
        table = table.take(np.repeat(np.arange(len(parts)), [len(one) for one in parts]))
        single = pa.array([part for one in parts for part in one], pa.string())
        table = table.set_column(table.column_names.index(name), name, single)
    return table
