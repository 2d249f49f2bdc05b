"""Pairs of answers: the same customers in two tables, tallied by their first and second score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.rows.read import collect
from cxlab.tally.clusters import scored
from cxlab.tally.cut import Cut


@dataclass(frozen=True)
class Pairs:
    """Customers with one answer in each of two tables: how many went from score `first` to score `second` (P,).

    `repeated` counts the customers that stand in both tables but more than once in one of them.
    """

    first: np.ndarray
    second: np.ndarray
    n: np.ndarray
    repeated: int


def pairs(
    one: Cut, two: Cut, score: str, scoring: tuple[Mapping[object, float], Mapping[object, float]], customer: str
) -> Pairs:
    """The pairs of two cuts of one table by the column `customer`; `scoring` gives the score of each raw value."""
    first, second = (_by_customer(cut, score, raw, customer) for cut, raw in zip((one, two), scoring, strict=True))
    second = second.rename({"y": "y2", "n": "n2"})
    both = first.join(second, on="customer", how="inner")
    single = nw.when((nw.col("n") == 1) & (nw.col("n2") == 1)).then(nw.lit(1)).otherwise(nw.lit(0))
    table = collect(both.with_columns(single=single).group_by("single", "y", "y2").agg(nw.len().alias("pairs")))
    number, alone = (table.column(name).to_numpy().astype(float) for name in ("pairs", "single"))
    kept = alone == 1
    before, after = (table.column(name).to_numpy().astype(float)[kept] for name in ("y", "y2"))
    return Pairs(before, after, number[kept], int(number[~kept].sum()))


def _by_customer(cut: Cut, score: str, scoring: Mapping[object, float], customer: str) -> Any:
    """One row for each customer: the number of answers, and the answer where it is one."""
    rows = cut.rows
    frame = rows.frame.select(customer=nw.col(rows.column(customer)), y=scored(nw.col(rows.column(score)), scoring))
    frame = frame.filter(~nw.col("y").is_null() & ~nw.col("customer").is_null())
    return frame.group_by("customer").agg(nw.col("y").max(), nw.len().alias("n"))
