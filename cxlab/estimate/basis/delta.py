"""The basis of figures of a fitted model: each above 0, with a standard error of its logarithm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxlab.errors import ComparisonError
from cxlab.estimate.basis.base import Basis, Floats, Groups


@dataclass(frozen=True, eq=False)
class DeltaBasis(Basis):
    """Figures with limits exp(log figure plus and minus z standard errors); nan errors are unbounded."""

    kind: str
    method: str
    value: Floats
    log_error: Floats
    n: Floats
    n_effective: Floats
    df: Floats
    bounds: tuple[float, float] = (0.0, float("inf"))

    @property
    def estimate(self) -> Floats:
        """The figures."""
        return self.value

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Limits on the log scale."""
        value, error = (self.value, self.log_error) if rows is None else (self.value[rows], self.log_error[rows])
        reach = np.exp(np.asarray(z, dtype=float) * error)
        return value / reach, value * reach

    def take(self, rows: Floats) -> DeltaBasis:
        """The same of some figures."""
        parts: dict[str, Any] = {
            name: getattr(self, name)[rows] for name in ("value", "log_error", "n", "n_effective", "df")
        }
        return replace(self, **parts)

    def pool(self, groups: Groups) -> DeltaBasis:
        """Figures of a model do not add."""
        if all(len(group) == 1 for group in groups):
            return self.take(np.array([group[0] for group in groups]))
        raise ComparisonError(
            "Figures of a fitted model cannot be pooled",
            f"{max(len(group) for group in groups)} of them were to become one",
            "Fit the model to all rows together",
        )

    def tally_text(self, position: int) -> str:
        """The figure with its error."""
        return f"{self.value[position]:.6g}, standard error of its logarithm {self.log_error[position]:.3g}"


def delta_basis(value: Floats, log_error: Floats, n: float) -> DeltaBasis:
    """The basis of figures of a model that was fitted to `n` customers."""
    size = np.full(len(value), float(n))
    return DeltaBasis("model", "delta", value, log_error, size, size, np.full(len(value), np.inf))
