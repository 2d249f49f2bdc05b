"""A basis: the tally behind some estimates and the way their interval is made, so that other limits can be asked.

This room stands between `interval`, which knows numbers only, and `estimate`, which is frozen. A comparison asks it for
limits at another critical value, and for everything that is not one segment.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri, stdtrit

from cxlab.interval import omnibus

Floats = np.ndarray
Groups = Sequence[Sequence[int]]


class Basis(ABC):
    """S segments of one metric: estimates and limits for all of them at once, in the metric's unit.

    `n` counts the rows of each segment, `n_effective` what they are worth, `df` the degrees of freedom of the critical
    value (infinite where it is normal). `kind` says which methods are admissible.
    """

    kind: str
    method: str
    bounds: tuple[float, float]
    n: Floats
    n_effective: Floats
    df: Floats

    @property
    @abstractmethod
    def estimate(self) -> Floats:
        """The estimate of each segment; nan where there is nothing to measure."""

    @abstractmethod
    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Low and high limits at critical value `z`, of all segments or of the positions in `rows`."""

    @abstractmethod
    def take(self, rows: Floats) -> Basis:
        """The basis of the segments at these positions."""

    @abstractmethod
    def pool(self, groups: Groups) -> Basis:
        """The basis of unions of segments: one new segment for each group of positions."""

    def rest(self, position: int) -> Basis:
        """The basis of everything but one segment, as one segment; tallied again where a unit stands in several."""
        return self.pool([[i for i in range(len(self.n)) if i != position]])

    def smoothed(self) -> Basis:
        """The basis that gives the standard errors of a simultaneous comparison."""
        return self

    def spanning(self) -> frozenset[tuple[int, int]]:
        """Pairs of segments (both ways round) that share units, so that they are not independent."""
        return frozenset()

    def omnibus(self, level: float) -> float:
        """The p-value of no difference between any of the segments; nan where it cannot be tested."""
        z = self.critical(level)
        low, high = self.at(z)
        df = np.where(np.isfinite(self.df), self.df, self.n_effective - 1)
        return omnibus.welch(self.estimate, (high - low) / (2 * z), np.where(df > 0, df, np.nan))

    def critical(self, level: float) -> Floats:
        """The critical value of each segment: a t quantile, normal where its degrees of freedom are infinite."""
        return critical(level, self.df)

    def shown(self, level: float) -> tuple[Floats, Floats]:
        """The limits at a level, as they are printed."""
        return self.at(self.critical(level))

    def tally_text(self, position: int) -> str:
        """The tally of one segment in one line, for its receipt."""
        return f"n = {self.n[position]:g}"

    def r_lines(self, position: int, level: float) -> list[str]:
        """A few lines of R that give the same figure; none where R has no short way to it."""
        return []


def critical(level: float, df: Floats) -> Floats:
    """Two-sided critical values at a level for degrees of freedom that may be infinite.

    >>> [round(float(z), 3) for z in critical(0.95, np.array([np.inf, 9.0]))]
    [1.96, 2.262]
    """
    tail = (1 + level) / 2
    finite = np.isfinite(df)
    values = np.full(np.shape(df), ndtri(tail))
    values[finite] = stdtrit(np.maximum(df[finite], 1e-9), tail)
    return values
