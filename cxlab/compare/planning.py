"""Planning: how many answers a wanted interval or difference takes, and what difference some answers can show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

import numpy as np
from scipy.special import ndtri

from cxlab.compare.expected import COUNTED, Plan, needs_estimates, plan_of
from cxlab.errors import DefinitionError, listing
from cxlab.estimate import Estimates
from cxlab.estimate.basis.counts import CountsBasis
from cxlab.interval import rate, simultaneous
from cxlab.metric import About, Variant, level_of
from cxlab.rows.declared import plain

MOST = 1e12
_POISSON = {"jeffreys": rate.jeffreys, "score": rate.score, "clopper_pearson": rate.clopper_pearson, "wald": rate.wald}


def sample_size(
    metric: Any,
    margin: float | None = None,
    *,
    level: float = 0.95,
    difference: float | None = None,
    power: float = 0.8,
    expected: Any = None,
    sd: float | None = None,
    scale: Sequence[float] | None = None,
    variant: str | None = None,
    method: str | None = None,
    population: float | None = None,
    design_effect: float = 1.0,
    response: float = 1.0,
) -> int:
    """The number of answers (for rates: the exposure) that a metric needs, a count.

    Either `margin`, half the width that its interval may have, or `difference` between two groups, to be shown with
    `power`; then the number is that of each group. Both in the metric's unit (points, share, scale points, seconds).

    `metric` is a name, or `Estimates` of earlier answers (one figure), whose spread is then expected again. For a name
    `expected` is a share, the shares of detractors, passives and promoters ("typical": .2, .3, .5), the answers per
    point of `scale`, or a rate; `sd` the standard deviation instead; without them the worst case. `population`
    lowers the number, a `design_effect` above 1 raises it, `response` (a share) turns answers into invitations.
    Kinds without a formula (medians, curves, money) take earlier `Estimates` only.
    Source: the metric's own interval, inverted; two groups: Fleiss, Levin and Paik 2003.

    >>> sample_size("csat", 0.05)
    383
    >>> sample_size("csat", difference=0.25, expected=0.5, power=0.9)
    77
    """
    margin, difference, population = plain((margin, difference, population))
    if (margin is None) == (difference is None):
        raise DefinitionError(
            "A sample size is for a margin or for a difference",
            f"margin={margin!r}, difference={difference!r}",
            "Give one of the two",
        )
    wanted = margin if difference is None else abs(difference)
    _positive("margin or difference", wanted)
    _positive("design effect", design_effect)
    _shares(power=power, response=response)
    level = level_of(level, "sample_size")
    if isinstance(metric, Estimates) and not isinstance(metric.basis(), CountsBasis):
        n = _scaled(metric, float(wanted or 0), level, power if difference is not None else None)
    else:
        found = plan_of(metric, expected, sd, scale, variant, method)
        if isinstance(found, Plan):
            n = _answers(found, margin, difference, level, power)
        else:
            n = _exposure(found, margin, level, expected)
    n *= design_effect
    if population is not None:
        _positive("population", population)
        n = n * population / (population - 1 + n)
    return max(1, ceil(n / response - 1e-9))


def detectable(
    estimates: Any,
    power: float = 0.8,
    *,
    level: float | None = None,
    metric: str = "nps",
    expected: Any = None,
    sd: float | None = None,
    scale: Sequence[float] | None = None,
    variant: str | None = None,
) -> float | list[float]:
    """The smallest true difference that two groups would show with this power, in the metric's unit.

    `estimates` is the number of answers of each group, or of both (120, 400), and the keywords are those of
    `sample_size`; or it is `Estimates`, and the number (a list for several) is the change that each would show against
    another sample just like it; nan for one without limits. Source: Fleiss, Levin and Paik 2003.

    >>> round(detectable(100, sd=75.5), 1)
    29.9
    """
    _shares(power=power)
    level = level if level is None else level_of(level, "detectable")
    reach = float(ndtri(power))
    if isinstance(estimates, Estimates):
        if not len(estimates):
            return []
        at = estimates[0].level if level is None else level
        basis = estimates.basis().smoothed()
        used = basis.critical(at)
        se = simultaneous.standard_errors(*basis.at(used), used)
        numbers = [float(x) for x in np.sqrt(2.0) * se * (used + reach)]
        return numbers[0] if len(numbers) == 1 else numbers
    estimates = plain(estimates)
    sizes = [float(n) for n in (estimates if isinstance(estimates, Sequence) else (estimates, estimates))]
    if len(sizes) != 2:
        raise DefinitionError("A difference is between two groups", f"{len(sizes)} numbers", "Give one number or two")
    for n in sizes:
        _positive("number of answers", n)
    found = plan_of(metric, expected, sd, scale, variant, None)
    if not isinstance(found, Plan):
        raise needs_estimates(*found)
    z = float(ndtri((1 + (0.95 if level is None else level)) / 2))
    if found.kind == "share":
        return _two_shares(found, sizes, z, reach)
    return (z + reach) * float(np.sqrt(found.variance / sizes[0] + found.variance / sizes[1]))


def _answers(plan: Plan, margin: float | None, difference: float | None, level: float, power: float) -> float:
    if difference is not None:
        z, reach = float(ndtri((1 + level) / 2)), float(ndtri(power))
        if plan.kind != "share":
            return 2 * plan.variance * ((z + reach) / difference) ** 2
        return _per_group(float(plan.shape[1]), difference, z, reach)
    return _least(lambda n: plan.half_width(n, level) <= float(margin or 0))


def _per_group(share: float, difference: float, z: float, reach: float) -> float:
    """Answers of each of two groups that tell their shares apart: pooled variance without a gap, own with one."""
    other = share + difference
    if not 0 <= other <= 1:
        raise DefinitionError(
            "A share cannot change by so much",
            f"from {share:g} by {difference:g}",
            "Give a smaller difference, or its sign",
        )
    middle = (share + other) / 2
    pooled, own = 2 * middle * (1 - middle), share * (1 - share) + other * (1 - other)
    return float((z * np.sqrt(pooled) + reach * np.sqrt(own)) ** 2 / difference**2)


def _two_shares(plan: Plan, sizes: list[float], z: float, reach: float) -> float:
    """The smallest difference towards the middle of 0..1, which is the harder side."""
    share, (n, m) = float(plan.shape[1]), sizes
    sign = 1.0 if share <= 0.5 else -1.0

    def short(gap: float) -> bool:
        other = share + sign * gap
        middle = (share * n + other * m) / (n + m)
        pooled, own = middle * (1 - middle), share * (1 - share) / n + other * (1 - other) / m
        return bool(gap < z * np.sqrt(pooled * (1 / n + 1 / m)) + reach * np.sqrt(own))

    low, high = 0.0, share if sign < 0 else 1 - share
    if short(high):
        return float("nan")  # so few answers show no difference that a share can have
    for _ in range(100):
        gap = (low + high) / 2
        low, high = (gap, high) if short(gap) else (low, gap)
    return high


def _least(enough: Callable[[float], bool]) -> float:
    """The smallest whole number that is enough."""
    high = 1.0
    while not enough(high):
        high *= 2
        if high > MOST:
            raise DefinitionError("No number of answers is enough", f"not even {MOST:g}", "Allow a wider margin")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _exposure(found: tuple[About, Variant, str], margin: float | None, level: float, expected: Any) -> float:
    """Exposure at which the Poisson interval of an expected rate is narrow enough."""
    _, variant, method = found
    if variant.kind not in COUNTED or margin is None or not isinstance(expected, (int, float)):
        raise needs_estimates(*found)
    _positive("expected", expected)
    limits, z = _POISSON["jeffreys" if method == "t" else method], float(ndtri((1 + level) / 2))

    def enough(exposure: float) -> bool:
        low, high = limits(np.array([expected * exposure]), np.array([exposure]), z)
        return bool((high[0] - low[0]) / 2 <= margin)

    return _least(enough)


def _scaled(estimates: Estimates, wanted: float, level: float, power: float | None) -> float:
    """From the interval that an earlier figure has: its width falls with the root of the base."""
    if len(estimates) != 1:
        raise DefinitionError("Planning takes one earlier figure", f"there are {len(estimates)}", "Choose one of them")
    basis, n = estimates.basis(), float(estimates[0].n or 0)
    z = basis.critical(level)
    low, high = basis.at(z)
    half = float(high[0] - low[0]) / 2
    if not np.isfinite(half) or n == 0:
        raise DefinitionError(
            "The earlier figure has no interval to plan from", estimates[0].note or "its limits are unknown",
            "Take one with more answers",
        )  # fmt: skip
    need = half if power is None else np.sqrt(2.0) * half / float(z[0]) * (float(z[0]) + float(ndtri(power)))
    return float(n * (need / wanted) ** 2)


def _positive(name: str, value: float | None) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise DefinitionError(f"The {name} must be above 0", f"it is {value!r}", "Give a number in the metric's unit")


def _shares(**given: float) -> None:
    for name, value in given.items():
        if not 0 < value < 1 and not (name == "response" and value == 1):
            raise DefinitionError(f"{name}= is a share", f"{name}={value!r}", f"Give {listing((0.8, 0.95))}")
