"""A change split in two: what comes from a new mix of segments and what from within them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxlab.interval.division import over

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Split:
    """Parts of a change in the unit of the points, by segment (S,) and in all, each with its standard error.

    The parts of all segments add up to the change. The mix part of one segment takes its own level for its measure, so
    read it beside the others; the totals do not depend on that.
    """

    mix: Floats
    within: Floats
    mix_error: Floats
    within_error: Floats
    total_mix: float
    total_within: float
    total_mix_error: float
    total_within_error: float

    @property
    def change(self) -> float:
        """The change in all, in the unit of the points."""
        return self.total_mix + self.total_within

    def limits(self, z: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """Limits of the mix and of the within total at a normal critical value, in the unit of the points."""
        a, b = z * self.total_mix_error, z * self.total_within_error
        return (self.total_mix - a, self.total_mix + a), (self.total_within - b, self.total_within + b)


def kitagawa(before: ArrayLike, after: ArrayLike, points: ArrayLike) -> Split:
    """Split of the change of a mean between two independent periods into mix and within, with delta standard errors.

    `before` and `after` (S, K) are the counts of each segment at the scale `points` (K,). With shares w and means y of
    the segments, mix = (w_b - w_a)(y_a + y_b)/2 and within = (y_b - y_a)(w_a + w_b)/2. A segment that is empty in one
    period keeps its mean of the other, so all it does is mix. An empty period gives nan.

    Source: Kitagawa 1955; the delta errors are those of multinomial cells.

    >>> split = kitagawa([[1, 3], [3, 1]], [[1, 1], [1, 1]], [0, 1])
    >>> split.total_mix, split.total_within
    (0.0, 0.0)
    """
    scale = np.asarray(points, dtype=float)
    first, second = _Period(before, scale), _Period(after, scale)
    y_a = np.where(first.rows > 0, first.mean, second.mean)
    y_b = np.where(second.rows > 0, second.mean, first.mean)
    y_a, y_b = (np.where(np.isnan(y), 0.0, y) for y in (y_a, y_b))  # empty in both: weight 0 in both
    level, gap = (y_a + y_b) / 2.0, y_b - y_a
    weight, shift = (first.share + second.share) / 2.0, second.share - first.share
    mix, within = shift * level, gap * weight
    # The one mean of a segment that is empty in a period stands for both, so it moves all of the mix and no gap.
    lone = (first.rows > 0) != (second.rows > 0)
    by_mix, by_gap = np.where(lone, shift, shift / 2.0), np.where(lone, 0.0, weight)
    parts = [
        # Slopes of each part in the share and in the mean of the segment, in each period.
        (first.variances(-level, by_mix), second.variances(level, by_mix)),
        (first.variances(gap / 2.0, -by_gap), second.variances(gap / 2.0, by_gap)),
    ]
    (mix_each, mix_all), (within_each, within_all) = ((a[0] + b[0], a[1] + b[1]) for a, b in parts)
    return Split(
        mix,
        within,
        np.sqrt(mix_each),
        np.sqrt(within_each),
        float(mix.sum()),
        float(within.sum()),
        float(np.sqrt(mix_all)),
        float(np.sqrt(within_all)),
    )


class _Period:
    """Shares, means and variances of the segments in one period."""

    def __init__(self, counts: ArrayLike, points: Floats) -> None:
        table = np.asarray(counts, dtype=float)
        self.rows = table.sum(axis=1)
        self.n = float(self.rows.sum())
        self.share = over(self.rows, self.n)
        self.mean = over(table @ points, self.rows)
        self.spread = np.maximum(over(table @ points**2, self.rows, 0.0) - np.nan_to_num(self.mean) ** 2, 0.0)

    def variances(self, by_share: Floats, by_mean: Floats) -> tuple[Floats, float]:
        """Delta variance of each segment's part and of their sum, from its slopes in share and mean."""
        inner = by_mean**2 * over(self.spread, self.share, 0.0)
        each = (by_share**2 * self.share * (1.0 - self.share) + inner) / max(self.n, 1.0)
        centre = float((by_share * self.share).sum())
        total = float((self.share * (by_share - centre) ** 2 + inner).sum()) / max(self.n, 1.0)
        return each, total
