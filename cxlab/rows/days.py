"""Local days as numbers: on which day of its zone a time lies, on every engine."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.rows.offsets import offsets
from cxlab.rows.read import Frame
from cxlab.rows.times import EPOCH, Timeline, seconds_of_parts, steps

DAY = 86400
MOST = 100_000  # days


def local_day(times: Timeline) -> Any:
    """The expression of the local day of each time, as whole days since EPOCH; null where there is no time."""
    if times.kind != "instant":
        if times.rows.frame.implementation.is_spark_like() or times.rows.frame.implementation.is_ibis():
            return seconds_of_parts(nw.col(times.column), clock=False) // DAY
        return (nw.col(times.column).cast(nw.Datetime("us")) - nw.lit(EPOCH)).dt.total_seconds() // DAY
    edges, offsets = _changes(times)
    seconds = times.seconds()
    return (seconds + steps(seconds, edges, [nw.lit(one) for one in offsets])) // DAY


def with_first_day(frame: Frame, day: str, of: str, name: str) -> Frame:
    """The frame with the first day of each row's group: a column of days by a column of groups without blanks.

    A join, and no window: PyArrow joins a window's answers back in an order that its threads decide, which at times
    gave a customer the first day of another.
    """
    if frame.implementation.is_duckdb():
        # DuckDB looks a plain least up in a second scan of the rows; a running least of ordered days it does not.
        return frame.with_columns(nw.col(day).cum_min().over(of, order_by=day).alias(name))
    return frame.join(frame.group_by(of).agg(nw.col(day).min().alias(name)), on=of, how="left")


def day_number(day: date) -> int:
    """The number of a local day, as `local_day` counts them."""
    return (day - EPOCH.date()).days


def span_of(value: Any) -> float | None:
    """The days that a number, a timedelta or text like "7 days" means; None where it is none or no span data can have.

    >>> span_of("7 days"), span_of(timedelta(hours=12)), span_of("a week")
    (7.0, 0.5, None)
    """
    if isinstance(value, np.timedelta64):
        value = value / np.timedelta64(1, "D")
    elif isinstance(value, timedelta):
        value = value / timedelta(days=1)
    try:
        days = float(str(value).strip().lower().removesuffix("days").removesuffix("day").strip())
    except ValueError:
        return None
    return days if 0 <= days < MOST else None


def _changes(times: Timeline) -> tuple[list[int], list[int]]:
    """The instants, in seconds since EPOCH, at which the zone's offset changes within the data, and the offsets."""
    ahead, changes = offsets(times.timezone or "UTC", *(times.span() or (date(2000, 1, 1), date(2000, 1, 1))))
    edges = [round((change.instant - EPOCH).total_seconds()) for change in changes]
    return edges, [ahead, *(change.ahead for change in changes)]
