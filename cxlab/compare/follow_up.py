"""Whom to call first: customers whose latest answers are bad, worst first. For internal lists only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw

from cxlab.errors import ColumnError, DefinitionError
from cxlab.rows.declared import plain
from cxlab.rows.distinct import distinct
from cxlab.rows.read import Frame, Rows, collect, rows_of
from cxlab.rows.scores import scale_of
from cxlab.rows.times import timeline
from cxlab.tally.clusters import scored
from cxlab.tally.counts import counts
from cxlab.tally.cut import cut

if TYPE_CHECKING:
    import pandas as pd

ROLES = ("recommend", "satisfaction", "effort")
DETRACTORS = 0.6  # of the way up from the worst answer: 0 to 6 of 0 to 10
LOW = 0.25  # the two lowest of five, the three lowest of eleven


def follow_up(
    rows: Any,
    top: int = 50,
    *,
    scale: Mapping[str, Sequence[float]] | None = None,
    easy: str | None = None,
    missing: Sequence[object] = (),
) -> pd.DataFrame:
    """The customers to call first, as a frame: customer, reason (the answers that were bad), rank (1 is first).

    `rows` are answers with the role `customer`; where they have times, only a customer's latest answer counts. Bad is a
    `recommend` of a detractor (0-6 of 0-10), a `satisfaction` in the lowest quarter of its scale (1-2 of 1-5), and an
    `effort` in the hardest quarter, where `scale` (by role; `recommend` is (0, 10)) and for effort `easy`, "high" or
    "low", are given. Ranked by the worst answer, then by all bad answers together, then the latest first. `top` is the
    number of rows, 1 or more. The list names persons: it is for those who call them, never for a report.
    Source: Reichheld 2003 (closing the loop).

    >>> import pyarrow as pa
    >>> follow_up(pa.table({"customer": ["a", "b", "c"], "recommend": [9, 0, 5]}))["customer"].tolist()
    ['b', 'c']
    """
    source, top = distinct(rows_of(rows), "answer"), plain(top)
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise DefinitionError("A list has 1 row or more", f"top={top!r}", "Give a number of customers")
    if easy not in (None, "high", "low"):
        raise DefinitionError("Effort is easy at one end", f"easy={easy!r}", 'Use easy="high" or easy="low"')
    customer = source.column("customer", "follow_up")
    asked = _scales(source, scale or {}, easy)
    at = source.find("answered")
    if at is not None:
        times = timeline(source, "answered", source.timezone or "UTC", "follow_up")
        source, at = times.rows, times.column
    frame, values = _latest(source, customer, at, asked, easy, missing)
    worst = frame.filter(nw.col("__worst") > 0).sort(
        "__worst", "__all", "__at", "__customer", descending=[True, True, True, False], nulls_last=True
    )
    size = 2 * top
    found = collect(worst.head(size))
    # One customer may fill a page of bad answers, and the next one stands behind it.
    while found.num_rows == size and len(found.column("__customer").unique()) < top:
        size *= 8
        found = collect(worst.head(size))
    return _listed(found.to_pylist(), asked, values, top)


def _scales(source: Rows, scale: Mapping[str, Sequence[float]], easy: str | None) -> dict[str, tuple[float, float]]:
    """The roles that can be judged, with their scales."""
    unknown = [role for role in scale if role not in ROLES]
    if unknown:
        raise DefinitionError(
            f"follow_up does not judge '{unknown[0]}'", f"it judges {', '.join(ROLES)}", "Give scales of these"
        )
    found = {}
    for role in ROLES:
        column = source.find(role)
        if column is None or (role == "effort" and easy is None):
            continue
        given = scale.get(role, source.scale.get(column, (0, 10) if role == "recommend" else None))
        if given is not None:
            found[role] = scale_of(given, source, column, "follow_up")
    if not found:
        raise ColumnError(
            "There are no answers to judge customers by",
            f"{source.origin} has none of {', '.join(ROLES)} with a known scale",
            'Name their columns in cx.read(..., columns=), and their scales: scale={"satisfaction": (1, 5)}',
        )
    return found


def _latest(
    source: Rows, customer: str, at: str | None, asked: Mapping[str, tuple[float, float]], easy: str | None,
    missing: Sequence[object],
) -> tuple[Frame, list[str]]:  # fmt: skip
    """Each customer's latest answers with how bad they are: the worst and all together, above 0 where one is bad."""
    whole = cut(source, None, None, None, "follow_up")
    columns: dict[str, Any] = {"__customer": nw.col(customer), "__at": nw.col(at) if at else nw.lit(0)}
    names = []
    for i, (role, ends) in enumerate(asked.items()):
        column = source.column(role)
        tally = counts(whole, column, ends, missing=missing, metric="follow_up", steps=False)
        known = {raw: reading.value for raw, reading in tally.raw.items() if reading.value is not None}
        columns[f"__v{i}"] = scored(nw.col(column), known)
        columns[f"__b{i}"] = scored(nw.col(column), {raw: _badness(role, x, ends, easy) for raw, x in known.items()})
        names.append(f"__v{i}")
    bad = [name.replace("v", "b") for name in names]
    frame = whole.select(**columns).filter(~nw.col("__customer").is_null())
    if at is not None:
        last = frame.group_by("__customer").agg(nw.col("__at").max())
        frame = frame.join(last, on=["__customer", "__at"], how="inner")
    frame = frame.with_columns(
        __worst=nw.max_horizontal(*(nw.col(name) for name in bad)),
        __all=nw.sum_horizontal(*(nw.col(name) for name in bad)),
    )
    return frame.select("__customer", "__at", *names, *bad, "__worst", "__all"), names


def _badness(role: str, value: float, ends: tuple[float, float], easy: str | None) -> float:
    """How bad an answer is, above 0 to 1 at the worst end; 0 where it is no reason to call."""
    low, high = ends
    up = (value - low) / (high - low)
    if role == "effort" and easy == "low":
        up = 1.0 - up
    bad = up <= (DETRACTORS if role == "recommend" else LOW) + 1e-9
    return 1.0 - up if bad else 0.0


def _listed(found: list[dict[str, Any]], asked: Mapping[str, tuple[float, float]], names: list[str], top: int) -> Any:
    """The list, one row for each customer."""
    import pandas as pd

    rows: dict[Any, str] = {}
    for row in found:
        if row["__customer"] in rows or len(rows) == top:
            continue
        reasons = [
            f"{role} {row[name]:g} of {ends[1]:g}"
            for name, (role, ends) in zip(names, asked.items(), strict=True)
            if (row[name.replace("v", "b")] or 0) > 0
        ]
        rows[row["__customer"]] = "; ".join(reasons)
    return pd.DataFrame({"customer": list(rows), "reason": list(rows.values()), "rank": range(1, len(rows) + 1)})
