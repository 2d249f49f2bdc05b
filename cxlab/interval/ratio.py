"""Limits for a ratio: of two counts or rates, and of two sums over the same rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxlab.interval.division import over

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]


def wilson(k1: ArrayLike, k2: ArrayLike, z: ArrayLike, *, t1: ArrayLike = 1.0, t2: ArrayLike = 1.0) -> Pair:
    """Limits of (k1/t1) / (k2/t2), the ratio of two independent counts or rates, a pure number of shape (S,).

    `k1`, `k2` are counts (0 or more), `t1`, `t2` their exposures (above 0), `z` the normal critical value. Given the
    total, k1 is binomial; its Wilson limits are turned into odds. k1 = 0 gives a lower limit of 0; k2 = 0 gives nan
    above, which means unbounded; both 0, or an exposure of 0, give nan on both sides.

    Source: Price and Bonett 2000 (J Stat Comput Simul 66:115).

    >>> [round(float(v), 3) for v in wilson(10, 10, 1.959964)]
    [0.427, 2.341]
    """
    a, b, value = (np.asarray(v, dtype=float) for v in (k1, k2, z))
    time = over(t2, t1)
    time = np.where(time > 0, time, np.nan)
    n = a + b
    # Wilson's limits solve n (p - a/n)^2 = z^2 p (1 - p); as odds x that is b^2 x^2 - (2ab + z^2 n) x + a^2 = 0.
    middle = 2.0 * a * b + value**2 * n
    root = value * np.sqrt(n * (4.0 * a * b + value**2 * n))  # of the discriminant, without its cancellation
    return over(2.0 * a**2, middle + root) * time, over(middle + root, 2.0 * b**2) * time


def t_ratio(
    n: ArrayLike, sy: ArrayLike, sx: ArrayLike, syy: ArrayLike, syx: ArrayLike, sxx: ArrayLike, t: ArrayLike
) -> Pair:
    """Limits of a ratio of sums, sum y / sum x over n rows, in the unit of y per x, shape (S,); may be negative.

    `syy`, `syx`, `sxx` are the sums of products over the rows, `t` the t quantile with n - 1. Serves a mean time from
    queue totals (y seconds, x contacts) and a ratio that can leave 0..1. n below 2, sum x = 0 or rows all of one ratio
    give nan: they show no spread.

    Source: Cochran 1977, section 6.3.
    """
    size, above, below = (np.asarray(v, dtype=float) for v in (n, sy, sx))
    error, alike = linearised_error(size, above, below, syy, syx, sxx)
    point = over(above, below)
    reach = np.where(alike, np.nan, np.asarray(t, dtype=float) * error)
    return point - reach, point + reach


def linearised_error(
    n: ArrayLike, sy: ArrayLike, sx: ArrayLike, syy: ArrayLike, syx: ArrayLike, sxx: ArrayLike
) -> tuple[Floats, NDArray[np.bool_]]:
    """Standard error of sum y / sum x over n independent rows, and where it is 0 because all rows have one ratio.

    nan for n below 2 or sum x = 0. Source: Cochran 1977, section 6.3.
    """
    size, above, below, yy, yx, xx = (np.asarray(v, dtype=float) for v in (n, sy, sx, syy, syx, sxx))
    point = over(above, below)
    squares = yy - 2.0 * point * yx + point**2 * xx
    # Rounding of three sums of one size; a spread below it is none.
    alike = (size > 1) & (squares <= 1e-13 * (np.abs(yy) + 2.0 * np.abs(point * yx) + point**2 * xx))
    spread = np.where(alike, 0.0, np.maximum(squares, 0.0))
    variance = over(np.where(size > 1, spread * size, np.nan), size - 1.0)
    return over(np.sqrt(variance), np.abs(below)), alike
