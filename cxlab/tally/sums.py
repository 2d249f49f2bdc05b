"""Sums over customers, agents or rows: what rates and ratios of sums need, from one two-level group-by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from cxlab.rows.read import Frame, collect
from cxlab.tally.clusters import members
from cxlab.tally.cut import Cut, Segments

Floats = np.ndarray
_UNIT = "__unit"


@dataclass(frozen=True)
class Sums:
    """Per segment: rows, units, the totals of named amounts and the sums over units of their products.

    A unit is a customer (or whatever column was named), or a row; rows that name no unit are units of their own.
    `totals` is S x C, `products` S x C x C, both in the order of `names`. Sums of segments that share no unit add.
    """

    segments: Segments
    names: tuple[str, ...]
    rows: Floats
    units: Floats
    totals: Floats
    products: Floats
    unit: str | None = field(default=None, compare=False)

    def total(self, name: str) -> Floats:
        """The sum of one amount in each segment."""
        return self.totals[:, self.names.index(name)]

    def product(self, first: str, second: str) -> Floats:
        """The sum over units of the product of two amounts, each taken as the total of the unit."""
        return self.products[:, self.names.index(first), self.names.index(second)]


def sums(cut: Cut, amounts: Mapping[str, Any], *, unit: str | None = None) -> Sums:
    """Sums of amounts by the segments of a cut, with their squares and products over units.

    `amounts` maps a name to an expression of one number for each row (nulls add nothing), `unit` names the column of
    the customer, or is None where each row stands alone. One query.
    """
    names = tuple(amounts)
    columns = {f"__x{i}": amount.cast(nw.Float64) for i, amount in enumerate(amounts.values())}
    if unit is not None:
        columns[_UNIT] = nw.col(cut.rows.column(unit))
    rows = cut.select(**columns)
    if unit is None:
        return _fold(cut, names, collect(_over_rows(rows, cut.names, len(names))), unit)
    inner = _per_unit(rows, [*cut.names, _UNIT], len(names))
    if cut.overlap:
        return _by_hand(cut, names, collect(inner), unit)
    found = _fold(cut, names, collect(_over_units(inner, cut.names, len(names))), unit)
    # One customer may use two spellings of a segment, so units of spellings do not add.
    return found if found is not None else _by_hand(cut, names, collect(inner), unit)


def sums_of_unions(
    cut: Cut, amounts: Mapping[str, Any], unit: str, tally: Sums, groups: Sequence[Sequence[int]]
) -> Sums:
    """The sums of unions of segments, tallied again, since a unit may stand in several of them."""
    parts = [sums(members(cut, group, tally.segments), amounts, unit=unit) for group in groups]
    stacked = {
        name: np.concatenate([getattr(p, name) for p in parts]) for name in ("rows", "units", "totals", "products")
    }
    return Sums(Segments((), tuple(() for _ in groups)), tally.names, unit=unit, **stacked)


def _pairs(width: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(width) for j in range(i, width)]


def _over_rows(rows: Frame, keys: list[str], width: int) -> Frame:
    products = {f"__p{i}_{j}": nw.col(f"__x{i}") * nw.col(f"__x{j}") for i, j in _pairs(width)}
    wide = rows.with_columns(**products)
    added = [nw.col(name).sum() for name in (*[f"__x{i}" for i in range(width)], *products)]
    return (
        wide.group_by(*keys).agg(nw.len().alias("__rows"), *added).with_columns(__units=nw.col("__rows"))
        if keys
        else (wide.select(nw.len().alias("__rows"), *added).with_columns(__units=nw.col("__rows")))
    )


def _per_unit(rows: Frame, keys: list[str], width: int) -> Frame:
    """One row per unit: its sums, and the sums of the products of its rows, for rows that are units of their own."""
    products = {f"__r{i}_{j}": nw.col(f"__x{i}") * nw.col(f"__x{j}") for i, j in _pairs(width)}
    added = [nw.col(name).sum() for name in (*[f"__x{i}" for i in range(width)], *products)]
    return rows.with_columns(**products).group_by(*keys).agg(nw.len().alias("__rows"), *added)


def _over_units(inner: Frame, keys: list[str], width: int) -> Frame:
    alone = nw.col(_UNIT).is_null()
    products = {
        f"__p{i}_{j}": nw.when(alone).then(nw.col(f"__r{i}_{j}")).otherwise(nw.col(f"__x{i}") * nw.col(f"__x{j}"))
        for i, j in _pairs(width)
    }
    one = nw.when(alone).then(nw.col("__rows")).otherwise(nw.lit(1))
    wide = inner.with_columns(__units=one, **products)
    names = ["__rows", "__units", *[f"__x{i}" for i in range(width)], *products]
    wide = wide.with_columns(nw.col(name).cast(nw.Float64) for name in names)
    added = [nw.col(name).sum() for name in names]
    return wide.group_by(*keys).agg(*added) if keys else wide.select(*added)


def _fold(cut: Cut, names: tuple[str, ...], table: pa.Table, unit: str | None) -> Any:
    """The sums of a table with one row per raw key; None where units of several raw keys would be counted twice."""
    segments, positions, segment = cut.fold(table)
    if unit is not None and len(np.unique(segment)) < len(positions):
        return None
    return _added(segments, names, table, positions, segment, unit, "__p")


def _by_hand(cut: Cut, names: tuple[str, ...], table: pa.Table, unit: str) -> Sums:
    """The second level outside the engine, for segments that overlap or are spelled in two ways."""
    segments, positions, segment = cut.fold(table)
    encoded = table.column(_UNIT).combine_chunks().dictionary_encode()
    alone = table.column(_UNIT).is_null().to_numpy(zero_copy_only=False)[positions]
    code = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False).astype(int)[positions]
    pair, where = np.unique(np.stack([segment, code]), axis=1, return_inverse=True)
    where = np.ravel(where)
    size, width = pair.shape[1], len(names)
    read = {
        name: table.column(name).to_numpy().astype(float)[positions]
        for name in table.column_names
        if name[:3] in ("__x", "__r")
    }
    summed = {name: np.bincount(where, np.nan_to_num(values), size) for name, values in read.items()}
    single = np.zeros(size, dtype=bool)
    single[where[alone]] = True
    columns = {"__rows": summed["__rows"], "__units": np.where(single, summed["__rows"], 1.0)}
    columns |= {f"__x{i}": summed[f"__x{i}"] for i in range(width)}
    for i, j in _pairs(width):
        columns[f"__p{i}_{j}"] = np.where(single, summed[f"__r{i}_{j}"], summed[f"__x{i}"] * summed[f"__x{j}"])
    return _added(segments, names, pa.table(columns), np.arange(size), pair[0], unit, "__p")


def _added(
    segments: Segments,
    names: tuple[str, ...],
    table: pa.Table,
    positions: Floats,
    segment: Floats,
    unit: str | None,
    mark: str,
) -> Sums:
    size, width = len(segments), len(names)

    def column(name: str) -> Floats:
        values = np.nan_to_num(table.column(name).to_numpy(zero_copy_only=False).astype(float))
        return np.bincount(segment, values[positions], size).astype(float)

    totals = np.stack([column(f"__x{i}") for i in range(width)], axis=1) if width else np.zeros((size, 0))
    products = np.zeros((size, width, width))
    for i, j in _pairs(width):
        products[:, i, j] = products[:, j, i] = column(f"{mark}{i}_{j}")
    return Sums(segments, names, column("__rows"), column("__units"), totals, products, unit)
