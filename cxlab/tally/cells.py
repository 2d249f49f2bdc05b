"""Sums over raking cells: what the leverage-corrected variance of raked answers needs, from one group-by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np

from cxlab.rows.read import collect
from cxlab.tally.clusters import scored
from cxlab.tally.cut import Cut, Segments
from cxlab.words.fold import fold_text

Floats = np.ndarray


@dataclass(frozen=True)
class Cells:
    """Answers by raking cell: indicators `margins` (C, q), `rows` of the whole table and `weight` of one row (C,).

    `n`, `sy` and `syy` (S, C) are the number of answers of each segment in the cell, their sum and sum of squares.
    """

    segments: Segments
    margins: Floats
    rows: Floats
    weight: Floats
    n: Floats
    sy: Floats
    syy: Floats


def cell_sums(cut: Cut, score: str, scoring: Mapping[object, float], weight: str, margins: Sequence[str]) -> Cells:
    """Sums of the scored answers by segment and raking cell; a cell is a level of each margin and a weight."""
    rows = cut.rows
    names = [f"__m{i}" for i in range(len(margins))]
    levels = {name: nw.col(rows.column(margin)) for name, margin in zip(names, margins, strict=True)}
    frame = cut.select(
        y=scored(nw.col(rows.column(score)), scoring), w=nw.col(rows.column(weight)).cast(nw.Float64), **levels
    )
    frame = frame.filter(~nw.col("y").is_null()).with_columns(yy=nw.col("y") * nw.col("y"))
    sums = [nw.len().alias("n"), nw.col("y").sum(), nw.col("yy").sum()]
    table = collect(frame.group_by(*cut.names, *names, "w").agg(*sums))
    weights = table.column("w").to_numpy()
    codes = [_codes(table.column(name).to_pylist()) for name in names]
    cells, cell = np.unique(np.stack([*codes, weights]), axis=1, return_inverse=True)
    cell = np.ravel(cell)
    segments, positions, segment = cut.fold(table)
    parts = [table.column(name).to_numpy().astype(float) for name in ("n", "y", "yy")]
    found = []
    for values in parts:
        table_of = np.zeros((len(segments), cells.shape[1]))
        np.add.at(table_of, (segment, cell[positions]), values[positions])
        found.append(table_of)
    whole = np.bincount(cell, parts[0], cells.shape[1])
    return Cells(segments, _indicators(cells[:-1]), whole, cells[-1], *found)


def _codes(values: list[object]) -> Floats:
    """A number for each level, spellings of one level folded."""
    folded = [fold_text(value) if isinstance(value, str) else value for value in values]
    place = {value: float(i) for i, value in enumerate(dict.fromkeys(folded))}
    return np.array([place[value] for value in folded])


def _indicators(codes: Floats) -> Floats:
    """An intercept and, for each margin, all but one of its levels."""
    columns = [np.ones(codes.shape[1])]
    for levels in codes:
        columns += [(levels == level).astype(float) for level in np.unique(levels)[1:]]
    return np.stack(columns, axis=1)
