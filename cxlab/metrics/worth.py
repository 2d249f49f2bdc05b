"""What the worth of a customer is made of: the figures given, checked, and the sums over the years to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimate, Estimates
from cxlab.estimate.basis.propagated import Formula, Input, PropagatedBasis, known, measured
from cxlab.interval.division import over
from cxlab.metric import Question
from cxlab.tally.cut import Segments
from cxlab.units import MONEY, Unit

Floats = np.ndarray
UNUSED = ("by", "weight", "cluster", "strata", "population", "period", "missing")
COSTS = ("acquisition", "retention_cost", "service_cost")
# What each figure may be: its lowest and highest value, and how to write it.
_RANGES = {
    "retention": (0.0, 1.0, "a share of customers kept in a year, such as 0.8"),
    "discount": (0.0, 1.0, "a share a year, such as 0.1 for 10 %"),
    "acquisition": (0.0, np.inf, "money, 0 or more"),
    "retention_cost": (0.0, np.inf, "money a year, 0 or more"),
    "service_cost": (0.0, np.inf, "money a year, 0 or more"),
    "revenue": (0.0, np.inf, "money a year, 0 or more"),
    "margin": (-np.inf, np.inf, "money a year, or with revenue= the share of it that is margin"),
}


@dataclass(frozen=True)
class Worth:
    """The figures of a formula, one value of each for every segment, and how they were said."""

    segments: Segments
    inputs: Mapping[str, Input]
    said: Mapping[str, object]


def worth(metric: str, given: Mapping[str, Any], needed: Sequence[str], costs: Any) -> Worth:
    """The figures that were given, as inputs: numbers, an `Estimate`, or `Estimates` of the same segments.

    `needed` must be there; of the costs among them those not given are an error unless `costs` is "none".
    """
    if costs not in (None, "none"):
        raise DefinitionError(
            "costs= can only say that there are none", f"costs={costs!r}", 'Leave it out, or costs="none"'
        )
    lost = [name for name in needed if given.get(name) is None]
    free = [name for name in lost if name in COSTS]
    if free and costs is None:
        raise DefinitionError(
            f"{metric} needs every cost",
            f"{free[0]}= is not given",
            'Give it (0 where there is none), or say costs="none" for all that are not given',
        )
    for name in lost:
        if name not in free:
            raise DefinitionError(f"{metric} needs {name}=", f"{name}= is not given", f"Give {_RANGES[name][2]}")
    used = {name: value for name, value in given.items() if value is not None} | dict.fromkeys(free, 0.0)
    segments = _segments(metric, used)
    share = {"margin": (-np.inf, 1.0, "a share of revenue=, such as 0.6")} if "revenue" in used else {}
    inputs = {name: _input(metric, name, value, len(segments), (_RANGES | share)[name]) for name, value in used.items()}
    said: dict[str, object] = {name: _text(value) for name, value in used.items() if name not in free}
    if free:
        said["costs"] = "none: " + ", ".join(free)
    return Worth(segments, inputs, said)


def years(retention: Floats, discount: Floats, horizon: int | None, first: int) -> Floats:
    """The sum over years of P(alive) / (1 + d)^t from year `first`, for ever or `horizon` years; nan where infinite."""
    x = np.asarray(retention / (1 + discount), dtype=float)
    if horizon is None:
        return np.where(x < 1, over(x**first, 1 - x), np.nan)
    return sum((x**t for t in range(first, first + horizon)), np.zeros(x.shape))


def profit(values: Mapping[str, Floats]) -> Floats:
    """Margin a year after the costs of keeping and serving."""
    revenue = values.get("revenue")
    margin = values["margin"] if revenue is None else values["margin"] * revenue
    return margin - values["retention_cost"] - values["service_cost"]


def years_ahead(metric: str, horizon: Any) -> int | None:
    """The horizon in whole years, or None for no end."""
    if horizon is None:
        return None
    if isinstance(horizon, bool) or not isinstance(horizon, (int, float)) or horizon != int(horizon) or horizon < 1:
        raise DefinitionError(
            f"{metric} counts whole years", f"horizon={horizon!r}", "Give a number of years, such as 3"
        )
    return int(horizon)


def answered(
    ask: Question,
    found: Worth,
    formula: Formula,
    facts: Mapping[str, object],
    unit: Unit = MONEY,
    figure: str | None = None,
    notes: tuple[str, ...] = (),
) -> Estimates:
    """The estimates of a formula of figures, with their limits propagated."""
    basis = PropagatedBasis(ask.variant.kind, ask.method, formula, found.inputs)
    certain = not any(one.limits is not None for one in found.inputs.values())
    said = (*notes, *(("its figures are taken as known",) if certain else ()))
    definition = {"base": "one customer", "formula": ask.variant.formula, **found.said, **facts}
    size = len(found.segments)
    extra = {} if figure is None else {"figure": [figure] * size}
    return ask.answer(
        found.segments,
        basis,
        unit=unit,
        definition=definition,
        notes=[said] * size,
        axis=None if figure is None else "figure",
        extra=extra,
    )


def _segments(metric: str, used: Mapping[str, Any]) -> Segments:
    found: Segments | None = None
    for name, value in used.items():
        if not isinstance(value, Estimates) or len(value) < 2:
            continue
        columns = value.by + ((value.axis,) if value.axis and value.axis not in value.by else ())
        rows = tuple(tuple(one.segment.get(column) for column in columns) for one in value)
        mine = Segments(columns, rows, tuple(value.periods.values()))
        if found is not None and (found.columns, found.values) != (mine.columns, mine.values):
            raise DefinitionError(
                f"{metric} needs the same segments in all its estimates",
                f"{name}= has {len(mine)} of {list(mine.columns)}, another has {len(found)} of {list(found.columns)}",
                "Ask for them with the same by=",
            )
        found = mine
    return found or Segments()


def _input(metric: str, name: str, value: Any, size: int, allowed: tuple[float, float, str]) -> Input:
    low, high, what = allowed
    if isinstance(value, (Estimate, Estimates)):
        items = [value] if isinstance(value, Estimate) else value
        if not len(items):
            raise DefinitionError(f"{metric} needs one estimate of {name}", "there is none", "Ask the metric again")
        found = measured(items, size, (low, high))
    elif isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        found = known(float(value), size)
    else:
        raise DefinitionError(
            f"{metric} cannot read {name}=", f"{name}={value!r}", f"Give {what}, or an estimate of it"
        )
    seen = found.value[np.isfinite(found.value)]
    if (seen < low).any() or (seen > high).any() or (isinstance(value, float) and not np.isfinite(value)):
        wrong = found.value[0] if not len(seen) else seen[(seen < low) | (seen > high)][0]
        raise DefinitionError(f"{metric} has a {name} that cannot be", f"{name}={wrong:g}", f"Give {what}")
    return found


def _text(value: Any) -> str:
    if isinstance(value, (Estimate, Estimates)):
        one = value if isinstance(value, Estimate) else value[0]
        return f"{one.metric} ({one.variant})"
    return f"{value:g}"
