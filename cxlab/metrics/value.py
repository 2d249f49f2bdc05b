"""What a customer is worth over the whole relation, from figures that are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.propagated import known
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.logs import refuse
from cxlab.metrics.worth import COSTS, UNUSED, answered, profit, worth, years, years_ahead
from cxlab.units import MONEY

if TYPE_CHECKING:
    pass

Floats = np.ndarray


@metric(
    label={"en": "Customer lifetime value", "vi": "Giá trị vòng đời khách hàng", "fa": "ارزش طول عمر مشتری"},
    table="none: figures",
    better="higher",
    variants=[
        Variant("end_of_year", "profit a year x r / (1 + d - r) - acquisition", MONEY, "propagated"),
        Variant("start_of_year", "profit a year x (1 + d) / (1 + d - r) - acquisition", MONEY, "propagated"),
        Variant("horizon_undiscounted", "profit a year x (1 + r + r^2 ...) - acquisition", MONEY, "propagated"),
        Variant("historic", "sum of the profits so far - acquisition", MONEY, "propagated"),
        Variant("revenue", "revenue a year x r / (1 + d - r), no costs", MONEY, "propagated"),
    ],
    source="Gupta and Lehmann 2003",
    unit_of_analysis="customers",
)
def clv(
    *,
    margin: Any = None,
    retention: Any = None,
    discount: Any = None,
    acquisition: Any = None,
    retention_cost: Any = None,
    service_cost: Any = None,
    revenue: Any = None,
    horizon: float | None = None,
    costs: str | None = None,
    ask: Question,
) -> Estimates:
    """Worth of a customer over the whole relation, in money.

    Each figure is a number, an `Estimate` or `Estimates` (of the same segments): `margin` a year in money, or with
    `revenue` the share of it; `retention` and `discount` shares a year; `acquisition` once, `retention_cost` and
    `service_cost` a year. Costs that are not given are an error unless costs="none". `horizon` is a number of years
    (default: no end; `horizon_undiscounted` needs it). `historic` takes `margin` as the list of yearly profits so far,
    from which costs a year are taken where they are given. Numbers are taken as known; estimates carry their limits
    into the result. A retention of 1 without discount has no finite worth: no data.
    Source: Gupta and Lehmann 2003; limits Zou and Donner 2008.

    >>> import cxlab as cx
    >>> worth = cx.clv(margin=60, retention=0.8, discount=0.1, acquisition=50, retention_cost=8, service_cost=12)
    >>> round(worth[0].estimate, 2)
    56.67
    """
    refuse(ask, *UNUSED)
    name = ask.variant.name
    given = {
        "margin": margin,
        "retention": retention,
        "discount": discount,
        "acquisition": acquisition,
        "retention_cost": retention_cost,
        "service_cost": service_cost,
        "revenue": revenue,
    }
    if name == "historic":
        return _historic(given, costs, ask)
    ahead = years_ahead("clv", horizon)
    if name == "horizon_undiscounted":
        if ahead is None:
            raise DefinitionError("A horizon is a number of years", "horizon= is not given", "Give horizon=3")
        given["discount"] = None
    if name == "revenue":
        given = {key: given[key] for key in ("revenue", "retention", "discount")}
        needed: tuple[str, ...] = ("revenue", "retention", "discount")
    else:
        needed = ("margin", "retention", *(() if name == "horizon_undiscounted" else ("discount",)), *COSTS)
    found = worth("clv", given, needed, costs)

    def formula(values: Mapping[str, Floats]) -> Floats:
        rate = values.get("discount", np.zeros(len(values["retention"])))
        first = 1 if name in ("end_of_year", "revenue") else 0
        sum_of_years = years(values["retention"], rate, ahead, first)
        if name == "revenue":
            return values["revenue"] * sum_of_years
        return profit(values) * sum_of_years - values["acquisition"]

    return answered(ask, found, formula, {"horizon": f"{ahead} years" if ahead else "no end"})


def _historic(given: Mapping[str, Any], costs: Any, ask: Question) -> Estimates:
    """The profits so far, added up."""
    profits = given["margin"]
    plain = isinstance(profits, (list, tuple, np.ndarray)) and all(
        isinstance(one, (int, float, np.number)) and np.isfinite(one) for one in profits
    )
    if not plain or not len(profits):
        raise DefinitionError(
            "clv (historic) needs the profit of each year so far", f"margin={profits!r}", "Give margin=[38, 41, 25]"
        )
    yearly = {name: given[name] for name in ("retention_cost", "service_cost") if given[name] is not None}
    found = worth("clv (historic)", {"acquisition": given["acquisition"], **yearly}, ("acquisition",), costs)
    total = known(float(np.sum(profits)), len(found.segments))
    found = replace(found, inputs={**found.inputs, "profits": total})

    def formula(values: Mapping[str, Floats]) -> Floats:
        yearly_costs = sum((values[name] for name in yearly), np.zeros(len(values["profits"])))
        return values["profits"] - len(profits) * yearly_costs - values["acquisition"]

    return answered(ask, found, formula, {"years": len(profits), "margin": "profits so far"})
