"""One table and keywords for every metric of the catalogue, for the contract test; a metric without a case fails it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa

import cxlab
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
    # Keywords that are made when they are first needed: estimates that go into other figures.
    late: dict[str, Callable[[], Any]] = field(default_factory=dict)


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


@cache
def of_agents(name: str, column: str) -> pa.Table:
    """Tickets with what agents note beside the times: first resolution, waiting for the customer, a survey."""
    table = month(name, column)
    resolved, size = table.column("resolved"), table.num_rows
    asked = pa.array([[1, 0, 1, None][i % 4] for i in range(size)])
    return (
        table.append_column("first_resolved", resolved)
        .append_column("pending", pa.array([60 * (i % 3) for i in range(size)]))
        .append_column("first_contact", asked)
    )


@cache
def with_menu(name: str, column: str) -> pa.Table:
    """Calls with the seconds that a caller spent in the voice menu."""
    table = month(name, column)
    return table.append_column("ivr", pa.array([20 + i % 40 for i in range(table.num_rows)]))


@cache
def crowd() -> pa.Table:
    """Some customers of every age, with what transactions know beside them, for the variants that read those."""
    table = sample.sample("harbour", "customers")
    some = table.take(list(range(0, table.num_rows, 13)))
    bought = [datetime(2026, 6, 1 + i % 28, i % 24, tzinfo=UTC) + timedelta(days=i % 150) for i in range(some.num_rows)]
    return some.append_column("time", pa.array(bought)).append_column(
        "referred", pa.array([i % 9 == 0 for i in range(some.num_rows)])
    )


@cache
def kept() -> Any:
    """A retention with its limits, as a figure for the worth of customers."""
    return cxlab.retention_rate(sample.sample("harbour", "customers"), period="2025")


FIGURES = {"margin": 0.6, "revenue": 100, "discount": 0.1, "acquisition": 50, "retention_cost": 8, "service_cost": 12}
CASES: dict[str, Case] = {
    "nps": Case(lambda: month("answers", "answered")),
    "csat": Case(lambda: month("answers", "answered"), {"scale": (1, 5)}),
    "rating": Case(lambda: month("answers", "answered"), {"score": "quality", "scale": (1, 5)}),
    "ces": Case(lambda: month("answers", "answered"), {"scale": (1, 7), "easy": "high"}),
    "distribution": Case(lambda: month("answers", "answered"), {"score": "effort", "scale": (1, 7)}),
    "iqs": Case(lambda: first("reviews"), by="category"),
    "response_rate": Case(lambda: month("invitations", "sent")),
    "open_cases": Case(lambda: month("tickets", "opened")),
    "backlog": Case(lambda: month("tickets", "opened"), {"older_than": 1}),
    "resolution_rate": Case(lambda: month("tickets", "opened")),
    "first_response_time": Case(lambda: month("tickets", "opened")),
    "resolution_time": Case(
        lambda: of_agents("tickets", "opened"),
    ),
    "first_contact_resolution": Case(lambda: of_agents("tickets", "opened")),
    "request_volume": Case(lambda: month("tickets", "opened")),
    "contacts_by_channel": Case(lambda: month("tickets", "opened")),
    "on_time_rate": Case(lambda: month("orders", "placed")),
    "service_level": Case(lambda: month("calls", "started")),
    "speed_of_answer": Case(lambda: with_menu("calls", "started")),
    "handle_time": Case(lambda: month("calls", "started")),
    "abandonment_rate": Case(lambda: month("calls", "started")),
    "blockage_rate": Case(lambda: month("calls", "started")),
    "complaint_rate": Case(lambda: month("complaints", "opened"), {"reached": 9000}),
    "complaint_resolution_time": Case(lambda: month("complaints", "opened")),
    "churn_rate": Case(crowd, {"period": "2026-10"}, {"inactivity": {"inactive": "90 days"}}),
    "retention_rate": Case(crowd, {"period": "2026-10"}),
    "retention_curve": Case(crowd),
    "repeat_rate": Case(lambda: month("transactions", "time", 3000), {"within": "5 days"}),
    "referral_rate": Case(crowd, {}, {"conversion": {"invitations": 2000}}),
    "engagement": Case(
        lambda: month("events", "time", 2000),
        {},
        {
            "per_eligible": {"eligible": 9000},
            "active_share": {"eligible": 9000},
            "stickiness": {"period": "2026-10"},
            "composite": {"weights": {"visit": 0.5, "app": 0.5}, "by": "region"},
        },
    ),
    "employee_turnover": Case(lambda: whole("people"), {"period": "2026-Q3"}, by=None),
    "clv": Case(
        crowd,
        dict(FIGURES),
        {"horizon_undiscounted": {"horizon": 3}, "historic": {"margin": [38, 41, 25]}},
        numbers=True,
        by=None,
        late={"retention": kept},
    ),
    "retention_profit": Case(
        crowd, FIGURES | {"customers": 1000, "cost": 2000}, numbers=True, by=None, late={"retention": kept}
    ),
    "clv_model": Case(lambda: month("transactions", "time", 4000), by=None),
}


def demand_same(ours: cxlab.Estimates, theirs: cxlab.Estimates) -> None:
    """Two answers with the same segments, bases, notes and, to one part in a thousand million, the same figures."""
    assert [(one.segment, one.n, one.notes) for one in theirs] == [(one.segment, one.n, one.notes) for one in ours]
    for one, other in zip(ours, theirs, strict=True):
        for a, b in ((one.estimate, other.estimate), (one.low, other.low), (one.high, other.high)):
            assert (a is None) == (b is None)
            assert a is None or b is None or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
