"""Intervals of a mean on a known scale that are not the score engine: the ones people ask for by name.

All take answers per scale point and clip to the scale. Of answers that are all alike `wald` and `bootstrap` make a
point and `t` makes nothing: that is what those methods say, and why none of them is a default.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from cxlab.errors import DefinitionError
from cxlab.interval.score import Floats, checked
from cxlab.interval.simultaneous import smoothed

LATTICE = 1000  # most steps that `bootstrap` divides a scale into


def wald(counts: ArrayLike, points: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
    """Mean -+ z sd / sqrt(n) with divisor n, in the unit of the points, clipped to the scale.

    counts (S, K), points (K,) ascending, z scalar or (S,), as in `score.limits`. No answers: (nan, nan). Answers all
    alike, one answer included: a point.

    Source: Wald 1943.
    """
    counts, points, z = checked(counts, points, z)
    n, mean, variance = _moments(counts, points)
    return _around(mean, z * np.sqrt(variance / n), points)


def t(counts: ArrayLike, points: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
    """Mean -+ z s / sqrt(n) with divisor n - 1, in the unit of the points, clipped to the scale.

    As `wald`, but z is the quantile of Student's t that the caller chose (n - 1 degrees of freedom, or the design's).
    One answer or fewer (effective size), or answers all alike, have no such interval: (nan, nan).

    Source: Student 1908.
    """
    counts, points, z = checked(counts, points, z)
    n, mean, variance = _moments(counts, points)
    known = np.where((n > 1) & ((counts > 0).sum(axis=1) > 1), n - 1, np.nan)
    return _around(mean, z * np.sqrt(variance / known), points)


def adjusted_wald(counts: ArrayLike, points: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
    """Wald limits after three pseudo answers: .75 at each end of the scale, 1.5 spread evenly over the inner points.

    As `wald`. The interval is centred on the adjusted mean; where it would not contain the plain mean (one answer) it
    is widened until it does. Clipped to the scale. For a scale without inner points 0.75 on each side is all.

    Source: Rocks 2016 (The American Statistician 70:365), his (3, T), for the NPS.

    >>> low, high = adjusted_wald([[15, 25, 60]], [-1, 0, 1], 1.959964)
    >>> print(f"{low[0]:.4f} {high[0]:.4f}")
    0.2934 0.5804
    """
    counts, points, z = checked(counts, points, z)
    _, plain, _ = _moments(counts, points)
    n, mean, variance = _moments(smoothed(counts), points)
    low, high = _around(mean, z * np.sqrt(variance / n), points)
    return np.minimum(low, plain), np.maximum(high, plain)


def bootstrap(counts: ArrayLike, points: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
    """Percentile bootstrap limits of the mean, exact: the law of all resamples by one FFT, so no seed and no noise.

    As `wald`; each tail leaves out what a normal has beyond z. Answers all alike give a point. Refuses fractional
    counts, because a fraction of an answer cannot be drawn again, and points that lie on no common lattice.

    Source: Efron 1979; the exact law instead of draws.
    """
    counts, points, z = checked(counts, points, z)
    rows, column = np.nonzero(counts != np.rint(counts))
    if rows.size:
        raise DefinitionError(
            "The bootstrap needs whole counts",
            f"There are {counts[rows[0], column[0]]} answers in row {rows[0]}",
            "Weighted or clustered answers have no exact resample: use method='score'.",
        )
    steps = _lattice(points)
    low = np.full(len(counts), np.nan)
    high = low.copy()
    tails = ndtr(-z)
    for row in np.flatnonzero(counts.sum(axis=1) > 0):
        low[row], high[row] = _percentiles(counts[row], points, steps, tails[row])
    return low, high


def _moments(counts: Floats, points: Floats) -> tuple[Floats, Floats, Floats]:
    """Number of answers, mean and variance (divisor n) per segment; nan where there are none."""
    n = counts.sum(axis=1)
    n = np.where(n > 0, n, np.nan)
    mean = (counts * points).sum(axis=1) / n
    return n, mean, (counts * (points - mean[:, None]) ** 2).sum(axis=1) / n


def _around(mean: Floats, reach: Floats, points: Floats) -> tuple[Floats, Floats]:
    return np.maximum(mean - reach, points[0]), np.minimum(mean + reach, points[-1])


def _lattice(points: Floats) -> NDArray[np.int64]:
    """The points as whole steps from the lowest one."""
    width = np.diff(points).min()
    for divisor in range(1, LATTICE):
        steps = (points - points[0]) * divisor / width
        if steps[-1] > LATTICE:
            break
        if np.allclose(steps, np.rint(steps), rtol=0, atol=1e-9):
            return np.rint(steps).astype(np.int64)
    raise DefinitionError(
        "The bootstrap needs points on a common lattice",
        f"They are {np.array2string(points, threshold=12)}, no multiples of a step of 1/{LATTICE} of the scale or more",
        "Use method='score', which takes any points.",
    )


def _percentiles(counts: Floats, points: Floats, steps: NDArray[np.int64], tail: float) -> tuple[float, float]:
    """Percentile limits of one segment from the n-fold convolution of its own law.

    A window of 12 standard deviations and 40 scale lengths to each side holds all but e^-50 of it (Bernstein), and
    what falls outside wraps around; so a million answers need no longer transform than their spread.
    """
    n = counts.sum()
    law = counts / n
    centre = law @ steps
    reach = 12 * np.sqrt(law @ (steps - centre) ** 2 * n) + 40 * steps[-1]
    size = 1 << int(min(n * steps[-1], 2 * reach)).bit_length()
    first = 0 if size > n * steps[-1] else round(n * centre) - size // 2
    comb = np.zeros(size)
    np.add.at(comb, steps % size, law)
    mass = np.roll(np.fft.irfft(np.fft.rfft(comb) ** n, size), -(first % size))
    below, above = np.cumsum(mass), np.cumsum(mass[::-1])
    ends = np.array([first + np.argmax(below >= tail - 1e-12), first + size - 1 - np.argmax(above >= tail - 1e-12)])
    low, high = points[0] + ends / n * ((points[-1] - points[0]) / steps[-1])
    return max(low, points[0]), min(high, points[-1])
