"""One provocation for each error of the worth of customers, given or fitted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

import cxlab as cx
from cxlab.estimate import Estimates

DAY = datetime(2026, 1, 1, tzinfo=UTC)
FIGURES: dict[str, Any] = {"margin": 40, "retention": 0.8, "discount": 0.1, "costs": "none"}


def worth(**changes: Any) -> Estimates:
    return cx.clv(**(FIGURES | changes))


def gain(**changes: Any) -> Estimates:
    return cx.retention_profit(**(FIGURES | changes))


def kept(by: str | None = None) -> Estimates:
    return cx.retention_rate(cx.sample("harbour", "customers"), period="2025", by=by)


def bought(amount: float = 5.0, customers: int = 6, days: int = 3) -> pa.Table:
    rows = [(f"c{i}", DAY + timedelta(days=(i + 2) * k * 3), amount + i) for i in range(customers) for k in range(days)]
    return pa.table({"customer": [r[0] for r in rows], "time": [r[1] for r in rows], "amount": [r[2] for r in rows]})


PROVOKE: dict[str, Callable[[], object]] = {
    "costs that are a number": lambda: worth(costs=3),
    "a cost that is not given": lambda: worth(costs=None),
    "no margin": lambda: worth(margin=None),
    "half a year": lambda: worth(horizon=1.5),
    "horizon without years": lambda: worth(variant="horizon_undiscounted"),
    "history without years": lambda: worth(margin=40, variant="historic"),
    "retention in percent": lambda: worth(retention=80),
    "margin in percent of revenue": lambda: worth(margin=60, revenue=100),
    "discount as text": lambda: worth(discount="10 %"),
    "no estimate": lambda: worth(retention=kept()[:0]),
    "other segments": lambda: worth(retention=kept("region"), discount=kept("product")),
    "worth by region": lambda: worth(by="region"),
    "figures that do not pool": lambda: worth(retention=kept("region")).compare(to="rest"),
    "change of nothing": lambda: gain(change=0),
    "return without customers": lambda: gain(cost=100),
    "retention above one": lambda: gain(change=0.3),
    "unit of time": lambda: cx.clv_model(bought(), unit="year"),
    "no horizon": lambda: cx.clv_model(bought(), horizon=0),
    "refunds": lambda: cx.clv_model(bought(amount=-9.0)),
    "nobody bought again": lambda: cx.clv_model(bought(days=1)),
    "not a day": lambda: cx.clv_model(bought(), until="September"),
    "nothing held out": lambda: cx.clv_model(bought()).holdout(),
    "model figures that do not pool": lambda: cx.clv_model(bought()).basis().pool([[0, 0]]),
}
