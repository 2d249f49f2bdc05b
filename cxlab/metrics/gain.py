"""What keeping more customers would bring: growth of their worth, break-even cost and return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.propagated import Formula, Input
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.logs import refuse
from cxlab.metrics.worth import UNUSED, Worth, answered, profit, worth, years, years_ahead
from cxlab.units import MONEY, PART

if TYPE_CHECKING:
    import pandas as pd

Floats = np.ndarray
_CLAIM = "the quoted gains of 25 to 95 % are a claim about others, not a figure of these customers"


@metric(
    label={
        "en": "Effect of retention on profit",
        "vi": "Tác động của tỷ lệ giữ chân đến lợi nhuận",
        "fa": "اثر حفظ مشتری بر سود",
    },
    table="none: figures",
    better="higher",
    variants=[
        Variant("points", "worth at r + change - worth at r, per customer", MONEY, "propagated", also=(PART,)),
        Variant("relative", "worth at r x (1 + change) - worth at r, per customer", MONEY, "propagated", also=(PART,)),
    ],
    source="Gupta and Lehmann 2003",
    unit_of_analysis="customers",
)
def retention_profit(
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
    change: float = 0.05,
    cost: float | None = None,
    customers: float | None = None,
    ask: Question,
) -> RetentionProfit:
    """What a change of retention brings per customer, in money, with its growth, break-even cost and return as shares.

    The figures are those of `clv` (`end_of_year`); `change` is in points of retention (0.8 to 0.85) or, variant
    `relative`, in parts of it (0.8 to 0.84). `acquisition` is needed only for growth after acquisition, `customers` for
    the break-even cost of the measure, and `cost` with `customers` for the return. `.estimates` holds all figures,
    `.sensitivity()` a frame of what they do when retention, discount or margin are otherwise. A retention above 1 is an
    error. Source: Gupta and Lehmann 2003; limits Zou and Donner 2008.

    >>> import cxlab as cx
    >>> gain = cx.retention_profit(margin=60, retention=0.8, discount=0.1, retention_cost=8, service_cost=12,
    ...                            acquisition=50, cost=20_000, customers=1000)
    >>> [(e.segment["figure"], round(e.estimate, 3)) for e in gain.estimates if e.unit == "share"]
    [('growth', 0.275), ('growth_after_acquisition', 0.518), ('return_on_investment', 0.467)]
    """
    refuse(ask, *UNUSED)
    given = {
        "margin": margin,
        "retention": retention,
        "discount": discount,
        "retention_cost": retention_cost,
        "service_cost": service_cost,
        "revenue": revenue,
        "acquisition": acquisition,
    }
    needed = ("margin", "retention", "discount", "retention_cost", "service_cost")
    found = worth("retention_profit", given, needed, costs)
    plain = {"change": change, "customers": customers, "cost": cost}
    for name, number in plain.items():
        if number is not None and (not isinstance(number, (int, float)) or not 0 < number < np.inf):
            raise DefinitionError(f"retention_profit needs {name}= above 0", f"{name}={number!r}", "Give a number")
    if cost is not None and customers is None:
        raise DefinitionError(
            "A return needs the number of customers", "customers= is not given", "Give customers=1000"
        )
    raised = _raised(found.inputs["retention"].value, change, ask.variant.name)
    if (raised > 1).any():
        raise DefinitionError(
            "Retention cannot rise above 1", f"it would be {np.nanmax(raised):g}", "Give a smaller change="
        )
    ahead = years_ahead("retention_profit", horizon)
    return RetentionProfit(ask, found, ahead, plain)


class RetentionProfit(Estimates):
    """What a change of retention brings: the gain per customer, with all other figures in `.estimates`."""

    def __init__(self, ask: Question, found: Worth, ahead: int | None, plain: Mapping[str, float | None]) -> None:
        self._ask, self._found, self._ahead, self._plain = ask, found, ahead, plain
        main = self._figure("gain", found)
        super().__init__(main, by=main.by, axis=main.axis, basis=main.basis(), periods=main.periods)

    @property
    def estimates(self) -> Estimates:
        """Every figure with its limits: worth before and after, gain, growth, break-even cost, return on investment."""
        parts = [list(self._figure(name, self._found, axis=True)) for name in self._names()]
        items = [part[i] for i in range(len(self)) for part in parts]
        return Estimates(items, by=self.by, axis="figure", periods=self.periods)

    def sensitivity(self, steps: Iterable[float] = (-0.2, -0.1, 0.0, 0.1, 0.2)) -> pd.DataFrame:
        """The figures when retention, discount or margin are otherwise, one at a time, by these parts of themselves.

        One row for each input and step (and segment); a step that takes retention above 1 has no figures.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for name in ("retention", "discount", "margin"):
            for step in steps:
                base = self._found.inputs[name]
                moved = Input(base.value * (1 + step), base.n)
                found = replace(self._found, inputs={**self._found.inputs, name: moved})
                values = {key: one.value for key, one in found.inputs.items()}
                figures = {figure: self._formula(figure)(values) for figure in self._names()}
                raised = _raised(values["retention"], self._plain["change"] or 0.0, self._ask.variant.name)
                for i, segment in enumerate(self._found.segments.values):
                    row: dict[str, Any] = dict(zip(self._found.segments.columns, segment, strict=True))
                    row |= {"input": name, "step": step, "value": moved.value[i]}
                    rows.append(row | {name: value[i] if raised[i] <= 1 else np.nan for name, value in figures.items()})
        return pd.DataFrame(rows)

    def _names(self) -> list[str]:
        names = ["worth_before", "worth_after", "gain", "growth"]
        names += ["growth_after_acquisition"] if "acquisition" in self._found.inputs else []
        names += ["break_even_cost"] if self._plain["customers"] else []
        return names + (["return_on_investment"] if self._plain["cost"] else [])

    def _formula(self, figure: str) -> Formula:
        change, customers, cost = (self._plain[name] or 0.0 for name in ("change", "customers", "cost"))

        def formula(values: Mapping[str, Floats]) -> Floats:
            kept = values["retention"]
            raised = _raised(kept, change, self._ask.variant.name)
            net, rate = profit(values), values["discount"]
            before = net * years(kept, rate, self._ahead, 1)
            # The estimate is not above 1; its upper limit may be, and nobody is kept more than surely.
            after = net * years(np.minimum(raised, 1.0), rate, self._ahead, 1)
            gain = after - before
            bought = values.get("acquisition", np.zeros(len(kept)))
            return {
                "worth_before": lambda: before,
                "worth_after": lambda: after,
                "gain": lambda: gain,
                "growth": lambda: _part(gain, before),
                "growth_after_acquisition": lambda: _part(gain, before - bought),
                "break_even_cost": lambda: gain * customers,
                "return_on_investment": lambda: (gain * customers - cost) / cost,
            }[figure]()

        return formula

    def _figure(self, figure: str, found: Worth, axis: bool = False) -> Estimates:
        unit = PART if figure.startswith(("growth", "return")) else MONEY
        facts: dict[str, object] = {name: value for name, value in self._plain.items() if value is not None}
        facts |= {"worth": "end_of_year", "horizon": f"{self._ahead} years" if self._ahead else "no end"}
        return answered(self._ask, found, self._formula(figure), facts, unit, figure if axis else None, (_CLAIM,))


def _raised(retention: Floats, change: float, variant: str) -> Floats:
    return retention + change if variant == "points" else retention * (1 + change)


def _part(gain: Floats, base: Floats) -> Floats:
    """Growth in parts of a base; none where the base is not above 0."""
    return np.divide(gain, base, out=np.full(len(gain), np.nan), where=base > 0)
