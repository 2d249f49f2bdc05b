"""The basis of everything that is the mean of points on a known scale: NPS, ratings, indices and shares."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxlab.estimate.basis.base import Basis, Floats, Groups
from cxlab.estimate.basis.r_code import limits_in_r
from cxlab.interval import methods, omnibus, simultaneous
from cxlab.tally.clusters import spanning

Design = Callable[[Groups], tuple[Floats, Floats, Floats]]


@dataclass(frozen=True, eq=False)
class CountsBasis(Basis):
    """Weighted counts at scale points with the size that they are worth.

    `points` is the whole scale in the unit of the metric divided by `factor` (an NPS has -1, 0, 1 and factor 100);
    `counts` is S x K weighted, `n_effective` the effective size, `variance` the design variance that `method="t"`
    uses. `source` is how the rows were scored, where they are answers, and `positions` which of its segments these
    are. `redesign` tallies unions of segments again where clusters span them: it returns effective sizes, degrees of
    freedom and variances.
    """

    kind: str
    method: str
    points: Floats
    counts: Floats
    n: Floats
    n_effective: Floats
    df: Floats
    variance: Floats
    squares: Floats
    bounds: tuple[float, float]
    factor: float = 1.0
    weighted: bool = False
    source: Any = None
    positions: Floats | None = None
    redesign: Design | None = None

    @property
    def shares(self) -> Floats:
        """Weighted shares at the points; nan where a segment is empty."""
        totals = self.counts.sum(axis=1, keepdims=True)
        return np.divide(self.counts, totals, out=np.full(self.counts.shape, np.nan), where=totals > 0)

    @property
    def estimate(self) -> Floats:
        """The weighted mean of the points, in the metric's unit."""
        return self.shares @ self.points * self.factor

    def effective(self) -> Floats:
        """The counts at effective size: those of plain rows exactly, which the bootstrap needs to be whole."""
        total = self.counts.sum(axis=1)
        # Where all of the population was asked there is nothing to bound.
        size = np.where(np.isfinite(self.n_effective), self.n_effective, 0.0)
        return self.counts * np.divide(size, total, out=np.zeros(len(total)), where=total > 0)[:, None]

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Limits by the method of this basis, at effective size, inside the scale."""
        chosen = self if rows is None else self.take(rows)
        z = np.broadcast_to(np.asarray(z, dtype=float), chosen.n.shape)
        if chosen.method == "t":
            # Answers all alike show no spread, and a t interval has nothing else to go by.
            seen = ((chosen.counts > 0).sum(axis=1) > 1) & (chosen.variance > 0)
            reach = z * np.sqrt(np.where(seen, chosen.variance, np.nan))
            mean = chosen.shares @ chosen.points
            low, high = mean - reach, mean + reach
        else:
            low, high = methods.METHODS[chosen.kind][chosen.method](chosen.effective(), chosen.points, z)
        ends = chosen.points[0], chosen.points[-1]
        return np.clip(low, *ends) * chosen.factor, np.clip(high, *ends) * chosen.factor

    def take(self, rows: Floats) -> CountsBasis:
        """The same of some segments."""
        parts: dict[str, Any] = {
            name: getattr(self, name)[rows] for name in ("counts", "n", "n_effective", "df", "variance", "squares")
        }
        redesign = self.redesign
        moved = (
            None if redesign is None else lambda groups: redesign([[int(rows[i]) for i in group] for group in groups])
        )
        places = np.arange(len(self.n)) if self.positions is None else self.positions
        return replace(self, **parts, redesign=moved, positions=places[rows])

    def pool(self, groups: Groups) -> CountsBasis:
        """Unions of segments: their counts add; their effective size is taken anew."""
        sums: dict[str, Any] = {
            name: np.stack([getattr(self, name)[list(g)].sum(axis=0) for g in groups]) for name in ("counts", "squares")
        }
        n = np.array([self.n[list(group)].sum() for group in groups])
        size, df, variance = rows_design(sums["counts"], sums["squares"], n, self.points, self.weighted)
        if self.method == "t" and self.redesign is None:
            df = np.where(n > 1, n - 1, 1.0)
        for i, group in enumerate(groups):
            if len(group) == 1:
                (one,) = group
                size[i], df[i], variance[i] = self.n_effective[one], self.df[one], self.variance[one]
        unions = [i for i, group in enumerate(groups) if len(group) > 1]
        if self.redesign is not None and unions:
            size[unions], df[unions], variance[unions] = self.redesign([groups[i] for i in unions])
        return replace(
            self, **sums, n=n, n_effective=size, df=df, variance=variance, redesign=None, source=None, positions=None
        )

    def smoothed(self) -> CountsBasis:
        """With a few answers spread over the scale, so that a segment of answers all alike has a standard error."""
        effective = simultaneous.smoothed(self.effective())
        size = effective.sum(axis=1)
        method = "score" if self.method in ("wald", "t", "bootstrap") else self.method
        return replace(self, counts=effective, n_effective=size, method=method, redesign=None)

    def spanning(self) -> frozenset[tuple[int, int]]:
        """Pairs of segments in which one cluster stands, asked of the table."""
        if self.source is None or self.source.cluster is None or len(self.n) < 2:
            return frozenset()
        one = self.source
        found = spanning(one.cut, one.tally.segments, one.cluster)
        if self.positions is None:
            return found
        place: dict[int, list[int]] = {}
        for here, there in enumerate(self.positions):
            place.setdefault(int(there), []).append(here)
        return frozenset((a, b) for i, j in found for a in place.get(i, ()) for b in place.get(j, ()))

    def omnibus(self, level: float) -> float:
        """Welch's analysis of variance on the points; rows dealt anew where a segment shows no spread."""
        filled = self.n_effective > 0
        shares, size = np.nan_to_num(self.shares), np.where(np.isfinite(self.n_effective), self.n_effective, np.nan)
        mean = shares @ self.points
        spread = np.maximum(shares @ self.points**2 - mean**2, 0.0)
        if (spread[filled] <= 1e-12).any() or (size[filled] <= 1).any():
            return omnibus.permutation(shares * np.nan_to_num(size)[:, None], self.points)
        df = np.where(np.isfinite(self.df), self.df, size - 1)
        error = np.sqrt(np.divide(spread, size - 1, out=np.full(len(size), np.nan), where=filled))
        return omnibus.welch(np.where(filled, mean, np.nan), error, df)

    def tally_text(self, position: int) -> str:
        """Counts at the points, in one line."""
        row = self.counts[position]
        return ", ".join(f"{point:g}: {count:g}" for point, count in zip(self.points, row, strict=True) if count)

    def _as_rows(self, position: int) -> bool:
        """Whether the variance and the quantile are those of rows drawn one by one, as R's own tests take them."""
        n, shares = float(self.n[position]), np.nan_to_num(self.shares[position])
        spread = shares @ self.points**2 - (shares @ self.points) ** 2
        alike = n < 2 or bool(np.isclose(self.variance[position], spread / (n - 1), rtol=1e-9))
        return alike and float(self.df[position]) in (n - 1 if self.method == "t" else math.inf, math.inf)

    def r_lines(self, position: int, level: float) -> list[str]:
        """The estimate in base R from the counts, with the limits where base R has a short way to them."""
        row, size = self.counts[position], float(self.n_effective[position])
        counts = ", ".join(f"{count:.12g}" for count in row)
        points = ", ".join(f"{point:.12g}" for point in self.points)
        limits = limits_in_r(
            self.method,
            level,
            size=size,
            df=float(self.df[position]),
            variance=float(self.variance[position]),
            factor=self.factor,
            plain=not self.weighted and size == self.n[position] and self._as_rows(position),
        )
        return [f"k <- c({counts}); x <- c({points})", f"{self.factor:g} * sum(k * x) / sum(k)", *limits]


def rows_design(
    counts: Floats, squares: Floats, n: Floats, points: Floats, weighted: bool
) -> tuple[Floats, Floats, Floats]:
    """Effective size, degrees of freedom and Taylor variance of rows drawn one by one, with or without weights.

    Without weights the size is the number of rows; with a bare weight column it is Kish's (Kish 1965).
    """
    total = counts.sum(axis=1)
    shares = np.divide(counts, total[:, None], out=np.zeros(counts.shape), where=total[:, None] > 0)
    centred = (points - (shares @ points)[:, None]) ** 2
    spread = np.divide((squares * centred).sum(axis=1), total**2, out=np.full(len(n), np.nan), where=total > 0)
    variance = np.divide(n * spread, n - 1, out=np.full(len(n), np.nan), where=n > 1)
    size = np.divide(total**2, squares.sum(axis=1), out=np.zeros(len(n)), where=total > 0) if weighted else total
    return size, np.full(len(n), np.inf), variance
