"""What is expected of answers that are not there yet: their shape on the scale, and the interval they will have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from cxlab.compare.change import metric_of
from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.base import critical
from cxlab.estimate.basis.counts import CountsBasis
from cxlab.interval import simultaneous
from cxlab.interval.methods import METHODS
from cxlab.metric import About, Variant
from cxlab.metric.facts import method_for
from cxlab.units import SHARE

Floats = np.ndarray

TYPICAL = (0.2, 0.3, 0.5)  # an NPS of 30 with sd .78
COUNTED = ("rate", "count")  # kinds whose interval follows from an expected count


@dataclass(frozen=True)
class Plan:
    """What is expected of the answers: their shape on the scale in the metric's unit, and the interval to be used.

    `worth` is what one answer is worth under its design, as it was in earlier answers.
    """

    kind: str
    method: str
    points: Floats
    shape: Floats
    worth: float = 1.0

    @property
    def variance(self) -> float:
        """Variance of one answer, in the unit squared, as much larger as the design makes it."""
        return float(self.shape @ self.points**2 - (self.shape @ self.points) ** 2) / self.worth

    def half_width(self, n: float, level: float) -> float:
        """Half the width of the interval that n such answers would have."""
        if self.method == "t":
            z = float(critical(level, np.array([max(n - 1, 1e-9)]))[0])
            return z * float(np.sqrt(self.variance / max(n - 1, 1e-9)))
        z = float(ndtri((1 + level) / 2))
        low, high = METHODS[self.kind][self.method]([n * self.worth * self.shape], self.points, z)
        return float(high[0] - low[0]) / 2


def plan_of(
    metric: Any, expected: Any, sd: float | None, scale: Sequence[float] | None, variant: str | None, method: str | None
) -> Plan | tuple[About, Variant, str]:
    """The shape of the answers to come; the facts of the metric where it has no shape."""
    if isinstance(metric, Estimates):
        return _again(metric)
    about: About = metric_of(metric).about  # type: ignore[attr-defined]
    chosen = about.variant(variant or about.variants[0].name)
    how = method_for(about, chosen, method)
    if chosen.kind not in METHODS:
        return about, chosen, how
    ends = _ends(about, chosen, scale)
    points, shape = _shape(chosen.kind, ends, expected, sd)
    return Plan(chosen.kind, how, points, shape)


def _again(estimates: Estimates) -> Plan:
    """The answers of an earlier figure, worth as much each as they were."""
    basis = estimates.basis()
    if len(estimates) != 1 or not isinstance(basis, CountsBasis) or not basis.n[0] > 0:
        raise DefinitionError(
            "Planning takes one earlier figure with answers", f"there are {len(estimates)}", "Choose one of them"
        )
    worth = float(basis.n_effective[0] / basis.n[0]) if np.isfinite(basis.n_effective[0]) else 1.0
    smooth = simultaneous.smoothed(basis.shares * basis.n[:, None])[0]
    shape = smooth / smooth.sum()
    points = basis.points * basis.factor
    return Plan(basis.kind, basis.method, points, shape, worth)


def _ends(about: About, variant: Variant, scale: Sequence[float] | None) -> tuple[float, float]:
    """The ends of the scale in the metric's unit."""
    if variant.kind == "nps":
        return -100.0, 100.0
    if variant.kind == "share":
        return SHARE.low, SHARE.high
    if variant.unit is not None:
        return max(variant.unit.low, 0.0), variant.unit.high
    if scale is None:
        raise DefinitionError(f"{about.name} needs its scale", "scale= is not given", "Give its ends, as scale=(1, 5)")
    return float(scale[0]), float(scale[1])


def _shape(kind: str, ends: tuple[float, float], expected: Any, sd: float | None) -> tuple[Floats, Floats]:
    """Points and expected shares; in the worst case half of the answers at each end."""
    low, high = ends
    if kind == "share":
        points, shape = np.array([low, high]), np.array([0.5, 0.5])
        if isinstance(expected, (int, float)):
            shape = np.array([1 - expected, float(expected)])
    else:
        points, shape = np.array([low, (low + high) / 2, high]), np.array([0.5, 0.0, 0.5])
        if expected is not None:
            given = np.array(TYPICAL if isinstance(expected, str) and expected == "typical" else expected, dtype=float)
            points, shape = np.linspace(low, high, max(len(np.atleast_1d(given)), 2)), np.atleast_1d(given)
            shape = shape / shape.sum() if shape.sum() > 0 else shape
    if sd is not None:
        end = (sd / ((high - low) / 2)) ** 2 / 2
        shape = np.array([end, 1 - 2 * end, end]) if kind != "share" else np.array([np.nan, np.nan])
    if len(shape) != len(points) or not np.isfinite(shape).all() or (shape < 0).any() or shape.sum() <= 0:
        raise DefinitionError(
            "No answers can be expected like this",
            f"expected={expected!r}, sd={sd!r} between {low:g} and {high:g}",
            "Give a share, or shares of answers from the lowest to the highest point, or an sd up to half the scale",
        )
    return points, shape


def needs_estimates(about: About, variant: Variant, method: str) -> DefinitionError:
    return DefinitionError(
        f"The spread of {about.name} ({variant.name}) is not known from its scale",
        f"its interval is '{method}', of the kind '{variant.kind}'",
        "Give the Estimates of earlier rows in place of the name"
        + (", or expected= as a rate with margin=" if variant.kind in COUNTED else ""),
    )
