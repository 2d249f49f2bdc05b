"""Several scores of the same rows tallied together: how many rows gave each combination of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np

from cxlab.rows.distinct import distinct
from cxlab.rows.read import Rows, collect
from cxlab.tally.clusters import scored
from cxlab.tally.counts import check_weights, counts
from cxlab.tally.cut import cut


@dataclass(frozen=True)
class Joint:
    """Combinations of values (C, P) with the number of rows `n` and the weight `w` of each (C,).

    Only rows that have all values are in it; `lost` counts the others. `notes` says what is odd about the weights.
    """

    values: np.ndarray
    n: np.ndarray
    w: np.ndarray
    w2: np.ndarray
    lost: int
    notes: tuple[str, ...] = ()

    @property
    def worth(self) -> float:
        """What one row is worth under the weights (Kish 1965)."""
        return float(self.w.sum() ** 2 / self.w2.sum() / self.n.sum()) if self.n.sum() else 1.0


def joint(
    rows: Rows, scales: Mapping[str, tuple[float, float]], *, weight: str | None, missing: Sequence[object], why: str
) -> Joint:
    """The joint tally of some columns, each read on its scale; a value off the scale is an error naming its row."""
    rows = distinct(rows, "answer")
    columns = {f"x{i}": rows.column(name, why) for i, name in enumerate(scales)}
    schema = rows.schema
    truths = [column for column in columns.values() if schema[column] == nw.Boolean]
    if truths:
        rows = rows.on(rows.frame.with_columns(*(nw.col(column).cast(nw.Int64) for column in truths)))
    whole = cut(rows, None, None, None, why)
    heft = nw.lit(1.0) if weight is None else nw.col(rows.column(weight, why)).cast(nw.Float64)
    read = {}
    for (name, column), scale in zip(columns.items(), scales.values(), strict=True):
        tally = counts(whole, column, scale, missing=missing, metric=why, steps=False)
        known = {raw: reading.value for raw, reading in tally.raw.items() if reading.value is not None}
        read[name] = scored(nw.col(column), known)
    frame = whole.select(w=heft, **read)
    complete = ~nw.any_horizontal(*(nw.col(name).is_null() for name in read), ignore_nulls=False)
    sums = [nw.len().alias("n"), nw.col("w").sum(), nw.col("w2").sum(), nw.col("w").min().alias("least")]
    sums += [nw.col("w").max().alias("most"), nw.col("blank").sum()]
    frame = frame.with_columns(
        w2=nw.col("w") * nw.col("w"), blank=nw.col("w").is_null().cast(nw.Int64), complete=complete
    )
    table = collect(frame.group_by("complete", *read).agg(*sums))
    notes: tuple[str, ...] = ()
    if weight is not None:
        table, notes = check_weights(table, rows, weight, why)
    kept = table.column("complete").to_numpy(zero_copy_only=False).astype(bool)
    n = table.column("n").to_numpy().astype(float)
    values = np.stack([table.column(name).to_numpy(zero_copy_only=False).astype(float) for name in read], axis=1)
    order = np.lexsort(values[kept].T[::-1])
    w, w2 = (table.column(name).to_numpy().astype(float)[kept][order] for name in ("w", "w2"))
    return Joint(values[kept][order], n[kept][order], w, w2, int(n[~kept].sum()), notes)
