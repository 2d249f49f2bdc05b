"""What each customer bought before and after a day: the table behind models of repeat buying, from one group-by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from cxlab.rows.days import with_first_day
from cxlab.rows.read import Frame, collect

Floats = np.ndarray


@dataclass(frozen=True)
class Purchases:
    """Customers who bought by the day `until`, one row each, sorted by customer; days are numbers.

    `first` and `last` are days of purchase by `until`, `repeats` the days of purchase after the first, `spent` the sum
    over those of them that cost something, `paid` how many these are. `later` and `later_spent` are the days of
    purchase and the money after `until`. `end` is the last day in the table, `least` the lowest amount.
    """

    customer: pa.Array
    first: Floats
    last: Floats
    repeats: Floats
    paid: Floats
    spent: Floats
    later: Floats
    later_spent: Floats
    until: int
    end: int
    least: float


def daily(frame: Frame, customer: Any, day: Any, amount: Any) -> Frame:
    """One row for each customer and day of purchase: purchases of one day are one."""
    rows = frame.select(customer.alias("customer"), day.alias("day"), amount.alias("amount"))
    rows = rows.filter(~nw.col("customer").is_null(), ~nw.col("day").is_null())
    one = rows.with_columns(least=nw.col("amount"))
    return one.group_by("customer", "day").agg(nw.col("amount").sum(), nw.col("least").min())


def purchases(days: Frame, until: int | None) -> Purchases:
    """The table of customers from their days of purchase; `until` None is the last day. One query."""
    table = collect(_by_customer(days, until))
    table = table.sort_by("customer")
    column = {name: table.column(name).to_numpy(zero_copy_only=False).astype(float) for name in table.column_names[1:]}
    end = int(column["end"].max()) if table.num_rows else 0
    until = end if until is None else until
    known = column["repeats"] >= 0
    found = {name: np.nan_to_num(values[known]) for name, values in column.items()}
    least = float(np.nanmin(column["least"])) if table.num_rows and np.isfinite(column["least"]).any() else 0.0
    return Purchases(
        customer=table.column("customer").combine_chunks().filter(pa.array(known)),
        first=found["first"],
        last=found["last"],
        repeats=found["repeats"],
        paid=found["paid"],
        spent=found["spent"],
        later=found["later"],
        later_spent=found["later_spent"],
        until=until,
        end=end,
        least=least,
    )


def _by_customer(days: Frame, until: int | None) -> Frame:
    day, amount = nw.col("day"), nw.col("amount")
    frame = with_first_day(days, "day", "customer", "opened")
    seen = ~day.is_null() if until is None else day <= until
    again = seen & (day > nw.col("opened"))
    frame = frame.with_columns(
        first=nw.when(seen).then(day),
        last=nw.when(seen).then(day),
        repeats=_one(seen),
        paid=_one(again & (amount > 0)),
        spent=nw.when(again & (amount > 0)).then(amount).otherwise(nw.lit(0.0)),
        later=_one(~seen),
        later_spent=nw.when(~seen).then(amount).otherwise(nw.lit(0.0)),
        end=day,
    )
    sums = [nw.col(name).sum() for name in ("repeats", "paid", "spent", "later", "later_spent")]
    grouped = frame.group_by("customer").agg(
        nw.col("first").min(), nw.col("last").max(), *sums, nw.col("end").max(), nw.col("least").min()
    )
    return grouped.with_columns(repeats=nw.col("repeats") - 1)


def _one(condition: Any) -> Any:
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))
