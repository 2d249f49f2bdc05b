"""Limits for durations: the mean from power sums, a quantile from a table of values and counts. Sides can be open."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, ndtr

from cxlab.interval.division import over

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]


def hall(
    n: ArrayLike,
    sx: ArrayLike,
    sx2: ArrayLike,
    sx3: ArrayLike,
    t: ArrayLike,
    *,
    shift: ArrayLike = 0.0,
    least: float = 0.0,
) -> Pair:
    """Limits of a mean of skewed values by Hall's cubic transform, in the unit of the values, shape (S,).

    `n` answers with power sums `sx`, `sx2`, `sx3` of (value - shift): pass sums around a number near the mean, else
    long times lose digits. `t` is the t quantile with n - 1. Limits are not below `least` (a time: 0; money that may
    be negative: -inf). Sums may be rescaled to an effective n.

    n below 2, or values all alike, give nan: nothing in them tells how far the mean may lie off.

    Source: Hall 1992 (J R Stat Soc B 54:221).
    """
    size, mean, deviation = _moments(n, sx, sx2)
    third = over(sx3, size) - 3.0 * mean * over(sx2, size) + 2.0 * mean**3
    spread = deviation * np.sqrt(np.maximum(over(size - 1.0, size, 0.0), 0.0))
    lean = over(over(third, spread**3), np.sqrt(size))
    error, quantile = over(deviation, np.sqrt(size)), np.asarray(t, dtype=float)
    centre = mean + np.asarray(shift, dtype=float)
    low = centre - error * _untransform(quantile, lean)
    high = centre - error * _untransform(-quantile, lean)
    return np.maximum(low, least), np.maximum(high, least)


def t_mean(
    n: ArrayLike, sx: ArrayLike, sx2: ArrayLike, t: ArrayLike, *, shift: ArrayLike = 0.0, least: float = 0.0
) -> Pair:
    """Limits of a mean, plus and minus t standard errors, in the unit of the values, shape (S,).

    Arguments as in `hall`; n below 2 or values all alike give nan. Source: Student 1908.
    """
    size, mean, deviation = _moments(n, sx, sx2)
    reach = np.asarray(t, dtype=float) * over(deviation, np.sqrt(size))
    centre = mean + np.asarray(shift, dtype=float)
    return np.maximum(centre - reach, least), np.maximum(centre + reach, least)


def quantile(values: ArrayLike, counts: ArrayLike, q: float) -> float:
    """Quantile by the inverse of the empirical distribution: the smallest value with a share of at least q at or below.

    `values` (V,) ascending and distinct, `counts` (V,) how often each occurs (fractions allowed). No counts: nan. Other
    software's default (type 7) lies between two values and differs.

    Source: Hyndman and Fan 1996, definition 1.

    >>> quantile([30, 60, 90, 600], [1, 1, 1, 1], 0.5)
    60.0
    """
    table = _Table(values, counts)
    return table.at(q * table.n) if table.n > 0 else float("nan")


def hutson(values: ArrayLike, counts: ArrayLike, q: float, z: float) -> tuple[float, float]:
    """Limits of a quantile between order statistics, in the unit of the values, for one table of values and counts.

    Arguments as in `quantile`; `z` is the normal critical value. Counts may be rescaled to an effective n. A side on
    which the sample is too short (for a 90th percentile at 95 %: the upper one below n = 36) is nan, which means
    unbounded; the other side is then a one-sided limit.

    Source: Hutson 1999 (J Appl Stat 26:343).

    >>> hutson(range(1, 22), [1] * 21, 0.9, 1.96)[1]
    nan
    """
    table = _Table(values, counts)
    if table.n <= 0:
        return float("nan"), float("nan")
    tail = float(ndtr(-z))
    lower, upper = _rank(table.n, q, 1.0 - tail), _rank(table.n, q, tail)
    return (
        table.between(lower) if lower >= 1.0 else float("nan"),
        table.between(upper) if upper <= table.n else float("nan"),
    )


def order(values: ArrayLike, counts: ArrayLike, q: float, z: float) -> tuple[float, float]:
    """Limits of a quantile that are two of the values, from binomial tails: at least the level, and wide under ties.

    Arguments and open sides as in `hutson`. Each tail is at most the normal tail beyond `z`. Source: Conover 1999.

    >>> order(range(1, 22), [1] * 21, 0.5, 1.96)
    (6.0, 16.0)
    """
    table = _Table(values, counts)
    if table.n <= 0:
        return float("nan"), float("nan")
    tail = float(ndtr(-z)) * (1.0 + 1e-12)
    lower = _largest(lambda k: _below(k, table.n, q) <= tail, int(table.n))
    # The rank u is the smallest with P(X >= u) <= tail; below it the tail is larger, so it follows the largest such.
    upper = _largest(lambda k: 1.0 - _below(k, table.n, q) > tail, int(table.n)) + 1
    return (
        table.at(float(lower)) if lower >= 1 else float("nan"),
        table.at(float(upper)) if upper <= table.n else float("nan"),
    )


def heavy_ties(values: ArrayLike, counts: ArrayLike, q: float) -> bool:
    """Whether the value at the quantile is repeated more often than the standard error of its rank, sqrt(n q (1 - q)).

    Then interpolation between order statistics has nothing to work on and `order` says the same more plainly.
    """
    table = _Table(values, counts)
    if table.n <= 0:
        return False
    return table.count_at(q * table.n) > max(1.0, float(np.sqrt(table.n * q * (1.0 - q))))


class _Table:
    """Values in order with the running sum of their counts."""

    def __init__(self, values: ArrayLike, counts: ArrayLike) -> None:
        count = np.asarray(counts, dtype=float)
        kept = count > 0
        self.values, self.counts = np.asarray(values, dtype=float)[kept], count[kept]
        self.up_to = np.cumsum(self.counts)
        self.n = float(self.up_to[-1]) if len(self.up_to) else 0.0

    def _place(self, rank: float) -> int:
        # Running sums of fractions are off by rounding; a rank that is met to 12 digits is met.
        place = int(np.searchsorted(self.up_to, rank - 1e-12 * self.n, side="left"))
        return min(place, len(self.values) - 1)

    def at(self, rank: float) -> float:
        return float(self.values[self._place(rank)])

    def count_at(self, rank: float) -> float:
        return float(self.counts[self._place(rank)])

    def between(self, rank: float) -> float:
        whole = float(np.floor(rank))
        left, right = self.at(whole), self.at(whole + 1.0)
        return left + (rank - whole) * (right - left)


def _moments(n: ArrayLike, sx: ArrayLike, sx2: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """n, mean around the shift, standard deviation with divisor n - 1; nan where there is no spread to speak of."""
    size, mean, squares = np.asarray(n, dtype=float), over(sx, n), over(sx2, n)
    variance = squares - mean**2
    # Below this the difference is rounding of the two sums, not a spread of the values.
    spread = np.where((size > 1) & (variance > 1e-13 * squares), variance, np.nan)
    return size, mean, np.sqrt(over(spread * size, size - 1.0))


def _untransform(u: Floats, lean: Floats) -> Floats:
    """Inverse of Hall's transform; without skewness it is u itself."""
    flat = np.abs(lean) < 1e-8
    safe = np.where(flat, 1.0, lean)
    return np.where(flat, u, 3.0 / safe * (np.cbrt(1.0 + safe * (u - safe / 6.0)) - 1.0))


def _rank(n: float, q: float, target: float) -> float:
    """Rank r, a real number in (0, n + 1), with I_q(r, n + 1 - r) = target; the left side falls in r."""
    low, high = 0.0, n + 1.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        if betainc(middle, n + 1.0 - middle, q) > target:
            low = middle
        else:
            high = middle
        if high - low <= 1e-14 * n:
            break
    return 0.5 * (low + high)


def _below(rank: int, n: float, q: float) -> float:
    """P(X < rank) of X binomial (n, q); n need not be whole."""
    if rank <= 0:
        return 0.0
    return float(betainc(n - rank + 1.0, rank, 1.0 - q)) if rank < n + 1.0 else 1.0


def _largest(holds: Callable[[int], bool], most: int) -> int:
    """Largest whole number in 0..most at which `holds`, which is true at 0 and falls once."""
    low, high = 0, most + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
