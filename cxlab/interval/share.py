"""Intervals of a share k/n that are not the score engine: the ones people ask for by name.

All take k and n as numbers or (S,) arrays with 0 <= k <= n, fractions allowed (effective sizes), and z as a number or
(S,) array, and return (low, high) within 0..1. n = 0 gives (nan, nan). At k = 0 the lower limit is exactly 0, at
k = n the upper one exactly 1: no rounding error is left there. Methods defined by a tail probability use that of a
normal beyond z.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtr

from cxlab.errors import DefinitionError
from cxlab.interval.score import Floats


def wilson(k: ArrayLike, n: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
    """Wilson's score limits of a share (0..1): where the normal test of the share, with its own variance, gives z.

    Source: Wilson 1927 (JASA 22:209).

    >>> low, high = wilson(7, 10, 1.959964)
    >>> print(f"{low[0]:.4f} {high[0]:.4f}")
    0.3968 0.8922
    """
    k, n, z = _checked(k, n, z)
    p, square = k / n, z * z
    centre = (k + square / 2) / (n + square)
    reach = z * np.sqrt(n * p * (1 - p) + square / 4) / (n + square)
    return _settled(k, n, centre - reach, centre + reach)


def agresti_coull(k: ArrayLike, n: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
    """Wald limits of a share (0..1) around Wilson's centre, with z^2 answers added, half of them successes; clipped.

    At k = 0 and k = n the formula passes the end of the scale, so the clipped limit is the end.

    Source: Agresti and Coull 1998 (The American Statistician 52:119).
    """
    k, n, z = _checked(k, n, z)
    size = n + z * z
    centre = (k + z * z / 2) / size
    reach = z * np.sqrt(centre * (1 - centre) / size)
    return _settled(k, n, centre - reach, centre + reach)


def clopper_pearson(k: ArrayLike, n: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
    """Exact limits of a share (0..1): each binomial tail at least the normal's; never covers less than its level.

    Source: Clopper and Pearson 1934 (Biometrika 26:404).
    """
    k, n, z = _checked(k, n, z)
    tail = ndtr(-z)
    low = betaincinv(np.where(k > 0, k, 1.0), n - k + 1, tail)
    high = 1 - betaincinv(np.where(k < n, n - k, 1.0), k + 1, tail)
    return _settled(k, n, low, high)


def jeffreys(k: ArrayLike, n: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
    """Equal-tailed limits of a share (0..1) from the beta(k + 1/2, n - k + 1/2) law.

    The edges follow Brown, Cai and DasGupta: at k = 0 the lower limit is 0 and at k = n the upper one is 1, while the
    other limit keeps its usual tail (not the whole error in one tail, and not their "modified" interval).

    Source: Brown, Cai and DasGupta 2001 (Statistical Science 16:101).
    """
    k, n, z = _checked(k, n, z)
    tail = ndtr(-z)
    low = betaincinv(k + 0.5, n - k + 0.5, tail)
    high = 1 - betaincinv(n - k + 0.5, k + 0.5, tail)
    return _settled(k, n, low, high)


def _checked(k: ArrayLike, n: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """k, n and z of one length, n = 0 turned into nan."""
    shapes = [np.shape(value) for value in (k, n, z)]
    try:
        k, n, z = np.broadcast_arrays(*(np.atleast_1d(np.asarray(value, dtype=np.float64)) for value in (k, n, z)))
    except ValueError:
        raise DefinitionError(
            "Successes, answers and critical values do not match in number",
            f"They are of the shapes {shapes[0]}, {shapes[1]} and {shapes[2]}",
            "Give one value for all segments, or one for each.",
        ) from None
    bad = ~((k >= 0) & (k <= n) & (z >= 0) & np.isfinite(n) & np.isfinite(z))
    if bad.any():
        row = np.flatnonzero(bad)[0]
        raise DefinitionError(
            "A share needs 0 <= k <= n and a critical value of 0 or more",
            f"They are k = {k[row]}, n = {n[row]}, z = {z[row]} in row {row}",
            "Count the successes among the answers, not beside them.",
        )
    return k, np.where(n > 0, n, np.nan), z


def _settled(k: Floats, n: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Clipped to 0..1, with the ends exact where all answers are alike, and nan where there are none."""
    low = np.where(k == 0, 0.0, np.maximum(low, 0.0))
    high = np.where(k == n, 1.0, np.minimum(high, 1.0))
    none = np.isnan(n)
    return np.where(none, np.nan, low), np.where(none, np.nan, high)
