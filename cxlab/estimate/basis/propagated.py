"""The basis of a figure that is a formula of other figures, each with its own limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from cxlab.errors import ComparisonError
from cxlab.estimate.answer import Estimate
from cxlab.estimate.basis.base import Basis, Floats, Groups

_SURE = 1 - 1e-15  # the highest level below 1 that numbers can tell from it
_WAY = np.arange(1, 32) / 32  # stops between two limits, close enough for a formula that turns
Formula = Callable[[Mapping[str, Floats]], Floats]


@dataclass(frozen=True, eq=False)
class Input:
    """One figure of the formula for each segment: a plain number, or estimates with limits at any critical value.

    `limits(z)` gives them; None for a number, which is taken as known. `n` counts the rows behind it (0: a number).
    """

    value: Floats
    n: Floats
    limits: Callable[[float], tuple[Floats, Floats]] | None = None

    def take(self, rows: Floats) -> Input:
        """The same of some segments."""
        ask = self.limits
        moved = None if ask is None else lambda z: tuple(side[rows] for side in ask(z))
        return Input(self.value[rows], self.n[rows], moved)


def known(value: float, size: int) -> Input:
    """A number that is taken as known, for every segment."""
    return Input(np.full(size, float(value)), np.zeros(size))


def measured(estimates: Any, size: int, bounds: tuple[float, float]) -> Input:
    """Estimates as an input: their limits are asked again at each critical value while their tallies are there.

    Estimates without tallies (from JSON, or one taken alone) have their printed limits stretched, and cut to `bounds`.
    """
    items: list[Estimate] = list(estimates)
    if len(items) == 1:
        items = items * size
    value = np.array([np.nan if one.estimate is None else one.estimate for one in items], dtype=float)
    n = np.array([one.n or 0 for one in items], dtype=float)
    basis = getattr(estimates, "_basis", None)

    def again(z: float) -> tuple[Floats, Floats]:
        if basis is not None:
            low, high = basis.shown(min(float(2 * ndtr(z) - 1), _SURE))
            pair = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
            return (np.repeat(pair[0], size), np.repeat(pair[1], size)) if len(pair[0]) == 1 else pair
        return _stretched(items, value, z, bounds)

    return Input(value, n, again)


def _stretched(items: list[Estimate], value: Floats, z: float, bounds: tuple[float, float]) -> tuple[Floats, Floats]:
    reach = np.array([z / float(ndtri((1 + one.level) / 2)) for one in items])
    low, high = (
        np.array([getattr(one, side) if getattr(one, side) is not None else np.nan for one in items], dtype=float)
        for side in ("low", "high")
    )
    # A population value has no limits because it is known.
    exact = np.array([one.low is None and one.high is None and "population value" in one.notes for one in items])
    low, high = np.where(exact, value, low), np.where(exact, value, high)
    return np.maximum(value - reach * (value - low), bounds[0]), np.minimum(value + reach * (high - value), bounds[1])


@dataclass(frozen=True, eq=False)
class PropagatedBasis(Basis):
    """A formula of independent figures: each is moved to its limits in turn, and the changes add in squares.

    What counts is the largest change on the way, since a formula may turn between the limits (growth after acquisition
    falls and rises with retention); it must have a value all along. Figures without limits are taken as known.
    Source: Zou and Donner 2008; Donner and Zou 2012.
    """

    kind: str
    method: str
    formula: Formula
    inputs: Mapping[str, Input]
    bounds: tuple[float, float] = (-np.inf, np.inf)

    def __post_init__(self) -> None:
        size = len(next(iter(self.inputs.values())).value)
        counts = np.stack([one.n for one in self.inputs.values() if one.limits is not None] or [np.zeros(size)])
        n = np.where(counts.max(axis=0) > 0, np.where(counts > 0, counts, np.inf).min(axis=0), 0.0)
        n = np.where(np.isfinite(n), n, 0.0)
        # Plain numbers alone are one case that is known.
        certain = not any(one.limits is not None for one in self.inputs.values())
        facts = {
            "n": np.ones(size) if certain else n,
            "n_effective": np.full(size, np.inf) if certain else n,
            "df": np.full(size, np.inf),
        }
        for name, value in facts.items():
            object.__setattr__(self, name, value)

    @property
    def _values(self) -> dict[str, Floats]:
        return {name: one.value for name, one in self.inputs.items()}

    @property
    def estimate(self) -> Floats:
        """The formula at the estimates."""
        return self.formula(self._values)

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Limits by moving each figure to its own limits; nan where one of them is unbounded."""
        if rows is not None:
            return self.take(np.asarray(rows)).at(z)
        at = np.broadcast_to(np.asarray(z, dtype=float), self.n.shape)
        low, high = np.full(at.shape, np.nan), np.full(at.shape, np.nan)
        for one in np.unique(at):
            rows = at == one
            low[rows], high[rows] = (side[rows] for side in self._at(float(one)))
        return np.maximum(low, self.bounds[0]), np.minimum(high, self.bounds[1])

    def _at(self, z: float) -> tuple[Floats, Floats]:
        point = self.estimate
        below, above = np.zeros(point.shape), np.zeros(point.shape)
        for name, one in self.inputs.items():
            if one.limits is None:
                continue
            low, high = one.limits(z)
            stops = [low, high, *(low + part * (high - low) for part in _WAY)]
            moves = [self.formula(self._values | {name: stop}) - point for stop in stops]
            below = below + np.minimum(0.0, np.minimum.reduce(moves)) ** 2
            above = above + np.maximum(0.0, np.maximum.reduce(moves)) ** 2
        return point - np.sqrt(below), point + np.sqrt(above)

    def take(self, rows: Floats) -> PropagatedBasis:
        """The same of some segments."""
        return replace(self, inputs={name: one.take(rows) for name, one in self.inputs.items()})

    def pool(self, groups: Groups) -> PropagatedBasis:
        """Unions of segments have no formula of their own."""
        if all(len(group) == 1 for group in groups):
            return self.take(np.array([group[0] for group in groups]))
        raise ComparisonError(
            "A figure made of other figures cannot be pooled over segments",
            f"{max(len(group) for group in groups)} segments were to become one",
            "Compare pairs of segments, or ask for the figures of the whole",
        )

    def tally_text(self, position: int) -> str:
        """The figures of the formula, in one line."""
        return ", ".join(f"{name} {one.value[position]:.6g}" for name, one in self.inputs.items())
