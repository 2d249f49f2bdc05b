"""One table and keywords for every metric of the catalogue, for the contract test; a metric without a case fails it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pyarrow as pa

from cxlab.rows import sample


@dataclass(frozen=True)
class Case:
    """How to ask a metric: its table (rows made up), own keywords, keywords of single variants, a column to cut by."""

    table: Callable[[], pa.Table]
    keywords: dict[str, Any] = field(default_factory=dict)
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)
    by: str | None = "region"
    # Keywords of the catalogue's metrics that take numbers in place of a table.
    numbers: bool = False


@cache
def month(name: str, column: str, rows: int = 600) -> pa.Table:
    """The last rows of a sample table by one of its times, so that every test is quick."""
    table = sample.sample("harbour", name)
    return table.sort_by(column).slice(max(0, table.num_rows - rows))


@cache
def whole(name: str) -> pa.Table:
    """A whole sample table."""
    return sample.sample("harbour", name)


@cache
def first(name: str, rows: int = 600) -> pa.Table:
    """The first rows of a sample table, for units that span several rows."""
    return sample.sample("harbour", name).slice(0, rows)


CASES: dict[str, Case] = {
    "nps": Case(lambda: month("answers", "answered")),
    "csat": Case(lambda: month("answers", "answered"), {"scale": (1, 5)}),
    "rating": Case(lambda: month("answers", "answered"), {"score": "quality", "scale": (1, 5)}),
    "ces": Case(lambda: month("answers", "answered"), {"scale": (1, 7), "easy": "high"}),
    "distribution": Case(lambda: month("answers", "answered"), {"score": "effort", "scale": (1, 7)}),
    "iqs": Case(lambda: first("reviews"), by="category"),
    "response_rate": Case(lambda: month("invitations", "sent")),
}
