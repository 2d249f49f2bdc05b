"""Counts per scale point: the tally of every survey score, share and index, from one group-by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from cxlab.errors import AnswerError, DefinitionError
from cxlab.rows.read import Rows, collect
from cxlab.rows.scores import Reading, on_scale, read_value, refuse
from cxlab.tally.cut import ByPeriod, Cut, Segments

WEIGHT_WARNING = 5.0


@dataclass(frozen=True)
class Counts:
    """Answers per segment and scale point, raw and weighted, with those that gave none.

    `counts`, `weights` and `squares` (sums of squared weights) are S x K; `missing`, `missing_weights` and
    `missing_squares` have length S. Two tallies over the same segments and points add.
    """

    segments: Segments
    points: np.ndarray
    counts: np.ndarray
    weights: np.ndarray
    squares: np.ndarray
    missing: np.ndarray
    missing_weights: np.ndarray
    missing_squares: np.ndarray
    weighted: bool = False
    raw: dict[object, Reading] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def n(self) -> np.ndarray:
        """Answers on the scale, per segment."""
        return self.counts.sum(axis=1)

    def __add__(self, other: Counts) -> Counts:
        return add(self, other)


def counts(
    cut: Cut,
    score: str,
    scale: tuple[float, float],
    *,
    weight: str | None = None,
    missing: Sequence[object] = (),
    metric: str = "the metric",
    steps: bool = True,
) -> Counts:
    """Counts per scale point of the column `score` by the segments of a cut.

    Each distinct value is read once: codes of `missing` and blanks count as no answer, labels and foreign digits are
    read and counted in the ledger, and a value that the scale does not have is an error naming its row. With `steps`
    off every number between the ends is on the scale, and the points are the ends and the values seen.
    """
    rows = cut.rows
    column = rows.column(score, metric)
    table, heavy = _grouped(cut, column, weight, metric)
    raws = table.column("value").combine_chunks().dictionary_encode()
    meanings = _read(rows, column, raws.dictionary.to_pylist(), scale, missing, metric, steps)
    index, points = _indices(raws, meanings, scale, steps)
    segments, positions, segment = cut.fold(table)
    _count_timeless(cut, table, positions)
    arrays = {name: table.column(name).to_numpy().astype(float) for name in ("n", "w", "w2")}
    size, width = len(segments), len(points)
    sums = {name: np.zeros((size, width + 1)) for name in arrays}
    for name, values in arrays.items():
        np.add.at(sums[name], (segment, index[positions]), values[positions])
    _count_readings(rows, column, table, raws, meanings)
    return Counts(
        segments,
        points,
        sums["n"][:, :width],
        sums["w"][:, :width],
        sums["w2"][:, :width],
        sums["n"][:, width],
        sums["w"][:, width],
        sums["w2"][:, width],
        weighted=weight is not None,
        raw=meanings,
        notes=heavy,
    )


def add(a: Counts, b: Counts) -> Counts:
    """The tally of two tables together, over the segments of both."""
    if not np.array_equal(a.points, b.points) or a.segments.columns != b.segments.columns:
        raise DefinitionError("Only tallies of one scale and one cut add", "these have two", "Tally both the same way")
    segments = a.segments.joined(b.segments)
    place = {value: i for i, value in enumerate(segments.values)}
    total: dict[str, Any] = {}
    for name in ("counts", "weights", "squares", "missing", "missing_weights", "missing_squares"):
        parts = [getattr(a, name), getattr(b, name)]
        total[name] = np.zeros((len(segments), *parts[0].shape[1:]))
        for tally, part in zip((a, b), parts, strict=True):
            np.add.at(total[name], [place[value] for value in tally.segments.values], part)
    notes = tuple(dict.fromkeys(a.notes + b.notes))
    return replace(a, segments=segments, raw=a.raw | b.raw, notes=notes, **total)


def _grouped(cut: Cut, column: str, weight: str | None, metric: str) -> tuple[pa.Table, tuple[str, ...]]:
    """The group-by itself: rows, weights and squared weights per key and raw value."""
    if weight is None:
        frame = cut.select(value=nw.col(column))
        table = collect(frame.group_by(*cut.names, "value").agg(nw.len().alias("n")))
        return table.append_column("w", table.column("n")).append_column("w2", table.column("n")), ()
    heft = nw.col(cut.rows.column(weight, metric)).cast(nw.Float64)
    frame = cut.select(value=nw.col(column), w=heft, w2=heft * heft, blank=heft.is_null().cast(nw.Int64))
    grouped = frame.group_by(*cut.names, "value").agg(
        nw.len().alias("n"),
        nw.col("w").sum(),
        nw.col("w2").sum(),
        nw.col("w").min().alias("least"),
        nw.col("w").max().alias("most"),
        nw.col("blank").sum(),
    )
    return check_weights(collect(grouped), cut.rows, weight, metric)


def check_weights(table: pa.Table, rows: Rows, weight: str, metric: str) -> tuple[pa.Table, tuple[str, ...]]:
    """Refuse weights that are no weights; note those that carry far more than their share."""
    sums, least, most = (table.column(name).to_numpy().astype(float) for name in ("w", "least", "most"))
    blank = int(table.column("blank").to_numpy().sum())
    squares = table.column("w2").to_numpy().astype(float)
    far = not np.isfinite(squares).all() or bool(((sums > 0) & (squares <= 0)).any())
    bad = blank or far or (least < 0).any()
    if bad or (len(sums) and sums.sum() <= 0):
        seen = (
            f"{blank} rows have none"
            if blank
            else f"the smallest is {np.nanmin(least):g}"
            if (least < 0).any()
            else "one is not a number"
            if not np.isfinite(sums).all()
            else f"they run from {least.min():g} to {most.max():g}, too far to square"
            if far
            else "all of them are 0"
        )
        raise AnswerError(
            f"{metric} needs a weight of 0 or more for every row, and not 0 for all",
            f"in column '{weight}' of {rows.origin} {seen}",
            "Correct the weights, or leave out the rows that have none",
        )
    mean = sums.sum() / max(1, int(table.column("n").to_numpy().sum())) if len(sums) else 0.0
    heavy = float(most.max()) > WEIGHT_WARNING * mean if len(most) else False
    return table, (f"largest weight is {most.max() / mean:.1f} times the mean",) if heavy else ()


def _read(
    rows: Rows,
    column: str,
    raws: list[object],
    scale: tuple[float, float],
    missing: Sequence[object],
    metric: str,
    steps: bool,
) -> dict[object, Reading]:
    codes = (*rows.missing.get(column, ()), *missing)
    labels = rows.labels.get(column, {})
    meanings: dict[object, Reading] = {None: Reading(None, "missing")}
    for raw in raws:
        reading = read_value(raw, codes, labels, rows.decimal)
        yes_or_no = isinstance(raw, bool) and scale != (0.0, 1.0) and reading is not None and not reading.how
        if reading is None or yes_or_no or (reading.value is not None and not on_scale(reading.value, *scale, steps)):
            raise refuse(rows, column, raw, *scale, metric)
        meanings[raw] = reading
    return meanings


def _indices(
    raws: pa.DictionaryArray, meanings: dict[object, Reading], scale: tuple[float, float], steps: bool
) -> tuple[np.ndarray, np.ndarray]:
    """For every grouped row the number of its scale point, or the one past the last where there is no answer."""
    low, high = scale
    known = [meanings[raw].value for raw in raws.dictionary.to_pylist()]
    points = (
        np.arange(low, high + 1.0)
        if steps
        else np.unique([low, high, *(value for value in known if value is not None)])
    )
    place = {float(point): i for i, point in enumerate(points)}
    codes = np.array([len(points) if value is None else place[value] for value in known] + [len(points)], dtype=int)
    indices = raws.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
    return codes[indices], points


def _count_timeless(cut: Cut, table: pa.Table, positions: np.ndarray) -> None:
    """Tell the ledger of rows that lie in no period, because they name no time."""
    for item in cut.by:
        if isinstance(item, ByPeriod):
            n = table.column("n").to_numpy()
            lost = n.sum() - n[np.unique(positions)].sum()
            cut.rows.ledger.found("missing", int(lost), cut.rows.find(item.column))


def _count_readings(
    rows: Rows, column: str, table: pa.Table, raws: pa.DictionaryArray, meanings: dict[object, Reading]
) -> None:
    """Tell the ledger what was not plainly a number."""
    values = raws.dictionary.to_pylist()
    rows_of = np.bincount(
        raws.indices.fill_null(len(values)).to_numpy(zero_copy_only=False),
        table.column("n").to_numpy(),
        len(values) + 1,
    )
    kinds: dict[str, float] = {}
    for value, number in zip([*values, None], rows_of, strict=True):
        how = meanings[value].how
        if how and number:
            kinds[how] = kinds.get(how, 0) + number
    for kind, number in kinds.items():
        rows.ledger.found(kind, int(number), column)
