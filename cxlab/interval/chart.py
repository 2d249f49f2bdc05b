"""Limits for a series of periods: which of them differ from the rest by more than the series' own noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

D2 = 2.0 / np.sqrt(np.pi)  # mean range of two normal values, 1.128379: the chart books print 1.128 and 3/1.128 = 2.66
ROUNDING = 1e-12  # a smaller part of a value is no distance from a line


@dataclass(frozen=True, eq=False)
class Chart:
    """Centre line and limits of each period (T,), which periods lie outside (T,), and the noise they come from.

    `sigma` is in the unit of the series for XmR; for p' it is the factor by which the months vary more than binomial.
    """

    centre: float
    low: Floats
    high: Floats
    outside: NDArray[np.bool_]
    sigma: float


def laney(k: ArrayLike, n: ArrayLike, base: ArrayLike | None = None) -> Chart:
    """Laney's p' chart of a share by period: `k` of `n` in each period (T,), in order of time.

    The limits are 3 binomial standard errors wide, times the moving-range spread of the standardised shares, and stay
    in 0..1. A period without rows has nan limits and is passed over. Fewer than two periods, or a share that is 0 or 1
    throughout, show no noise: nan limits. `base` (T,) says which periods set the centre and the noise; default: all.

    Source: Laney 2002 (Qual Eng 14:531).
    """
    count, rows = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    seen = rows > 0
    own = seen & _mask(base, seen)
    total = rows[own].sum()
    centre = float(count[own].sum() / total) if total > 0 else float("nan")
    share = np.divide(count, rows, out=np.full(rows.shape, np.nan), where=seen)
    error = np.sqrt(centre * (1.0 - centre) / np.where(seen, rows, np.nan))
    standard = np.divide(share - centre, error, out=np.full(rows.shape, np.nan), where=error > 0)
    sigma = _moving(standard[own])
    low = np.maximum(centre - 3.0 * error * sigma, 0.0)
    high = np.minimum(centre + 3.0 * error * sigma, 1.0)
    return Chart(centre, low, high, outside(share, low, high), sigma)


def xmr(x: ArrayLike, base: ArrayLike | None = None) -> Chart:
    """XmR chart of any series of values in order of time (T,), in their unit; nan periods are passed over.

    The limits are the mean plus and minus 2.66 mean moving ranges. Fewer than two values: nan limits. `base` (T,) says
    which periods set the mean and the noise; default: all.

    Source: Wheeler 1993; Shewhart 1931.

    >>> chart = xmr([10, 12, 11, 13])
    >>> round(chart.centre, 2), round(float(chart.high[0]), 2)
    (11.5, 15.93)
    """
    value = np.asarray(x, dtype=float)
    own = _mask(base, value)
    known = value[~np.isnan(value) & own]
    centre = float(known.mean()) if len(known) else float("nan")
    sigma = _moving(known)
    low, high = np.full(value.shape, centre - 3.0 * sigma), np.full(value.shape, centre + 3.0 * sigma)
    return Chart(centre, low, high, outside(value, low, high), sigma)


def outside(value: Floats, low: Floats, high: Floats) -> NDArray[np.bool_]:
    """Which values (T,) lie below or above their limits; none where either is nan."""
    return (side(value, low) < 0) | (side(value, high) > 0)


def side(value: Floats, line: Floats) -> Floats:
    """-1 below a line, 1 above it, 0 on it but for rounding: the mean of equal values is not always one of them."""
    gap = value - line
    return np.where(np.abs(gap) <= ROUNDING * np.abs(value), 0.0, np.sign(gap))


def _mask(base: ArrayLike | None, like: NDArray[np.generic]) -> NDArray[np.bool_]:
    return np.ones(like.shape, dtype=bool) if base is None else np.asarray(base, dtype=bool)


def _moving(x: Floats) -> float:
    """Standard deviation from the mean moving range of the values that are known, nan below two of them."""
    known = x[~np.isnan(x)]
    return float(np.abs(np.diff(known)).mean() / D2) if len(known) > 1 else float("nan")
