"""Limits for a rate, a count per exposure: from the count alone, or from the counts of each customer."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainccinv, gammaincinv, ndtr

from cxlab.interval.division import over
from cxlab.interval.ratio import linearised_error

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]


def clopper_pearson(k: ArrayLike, exposure: ArrayLike, z: ArrayLike) -> Pair:
    """Exact limits of a Poisson rate, events per unit of exposure, shape (S,).

    `k` events (0 or more; fractions come from `quasi`), `exposure` above 0 (else nan), `z` the normal critical value
    whose tail is used on each side. Without events the lower limit is 0 and the upper one is finite.

    Source: Garwood 1936.

    >>> [round(float(v), 3) for v in clopper_pearson(12, 105, 1.959964)]
    [0.059, 0.2]
    """
    count, time, tail = _inputs(k, exposure, z)
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1e-300), tail), 0.0)
    return low / time, gammainccinv(count + 1.0, tail) / time


def jeffreys(k: ArrayLike, exposure: ArrayLike, z: ArrayLike) -> Pair:
    """Limits of a Poisson rate from Jeffreys' prior, events per unit of exposure, shape (S,).

    Arguments as in `clopper_pearson`. Without events the limits are the exact ones: 0 and the exact upper limit.

    Source: Jeffreys 1946; Brown, Cai and DasGupta 2003.
    """
    count, time, tail = _inputs(k, exposure, z)
    none, exact = count <= 0, gammainccinv(1.0, tail)
    low = np.where(none, 0.0, gammaincinv(count + 0.5, tail))
    return low / time, np.where(none, exact, gammainccinv(count + 0.5, tail)) / time


def score(k: ArrayLike, exposure: ArrayLike, z: ArrayLike) -> Pair:
    """Score limits of a Poisson rate, events per unit of exposure, shape (S,). Arguments as in `clopper_pearson`.

    Source: Rao 1948; Garwood 1936 for the comparison.
    """
    count, time, _ = _inputs(k, exposure, z)
    value = np.asarray(z, dtype=float)
    reach = value * np.sqrt(count + value**2 / 4.0)
    # The product of both limits is count squared: the small one is taken from it, which keeps its digits.
    high = count + value**2 / 2.0 + reach
    return count**2 / high / time, high / time


def wald(k: ArrayLike, exposure: ArrayLike, z: ArrayLike) -> Pair:
    """Wald limits of a Poisson rate, events per unit of exposure, not below 0. Without events they are a point.

    Arguments as in `clopper_pearson`. Source: the normal limit of the Poisson law; measured too short below 100 events.
    """
    count, time, _ = _inputs(k, exposure, z)
    reach = np.asarray(z, dtype=float) * np.sqrt(count)
    return np.maximum(count - reach, 0.0) / time, (count + reach) / time


def log_t(
    n: ArrayLike,
    sx: ArrayLike,
    sx2: ArrayLike,
    t: ArrayLike,
    z: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    sxe: ArrayLike | None = None,
    se2: ArrayLike | None = None,
) -> Pair:
    """Limits of a rate over customers who differ, on the log scale, in events per unit of exposure, shape (S,).

    `n` customers with `sx` events in all and `sx2` the sum of their squared counts; `t` is the t quantile with n - 1
    and `z` the normal one. Without `exposure` the rate is events per customer. `exposure` alone is the total of an
    exposure that is alike for all; with `sxe` (sum of events times exposure) and `se2` (sum of squared exposures) each
    customer has an own one.

    Without events: 0 and the exact upper limit at `z`. One customer, or customers all alike: Jeffreys' limits of the
    total at `z`, since nothing shows how customers differ. No exposure: nan.

    Source: Newcombe and Altman 2000 for limits on the log scale; the variance of a ratio as in Cochran 1977.
    """
    size, total = np.asarray(n, dtype=float), np.asarray(sx, dtype=float)
    base = size if exposure is None else np.asarray(exposure, dtype=float)
    if sxe is None or se2 is None:
        across, along = total, size  # every customer counts as an exposure of 1; only the relative error is used
        whole = size
    else:
        across, along, whole = np.asarray(sxe, dtype=float), np.asarray(se2, dtype=float), base
    error, alike = linearised_error(size, total, whole, sx2, across, along)
    point = over(total, whole)
    usable = (total > 0) & (size > 1) & ~alike & (base > 0)
    power = np.where(usable, over(np.asarray(t, dtype=float) * error, point), 0.0)
    rate = over(total, base)
    low, high = jeffreys(total, base, z)
    return np.where(usable, rate * np.exp(-power), low), np.where(usable, rate * np.exp(power), high)


def quasi(n: ArrayLike, sx: ArrayLike, sx2: ArrayLike, z: ArrayLike, *, exposure: ArrayLike | None = None) -> Pair:
    """Limits of a rate whose counts vary more than Poisson between customers, events per unit of exposure, shape (S,).

    Arguments as in `log_t`. The total is divided by the overdispersion max(1, s^2/mean), given Jeffreys' limits and
    multiplied back. One customer or no events: overdispersion 1.

    Source: McCullagh and Nelder 1989.
    """
    size, total = np.asarray(n, dtype=float), np.asarray(sx, dtype=float)
    base = size if exposure is None else np.asarray(exposure, dtype=float)
    mean = over(total, size)
    variance = over(np.asarray(sx2, dtype=float) - size * mean**2, size - 1.0)
    phi = np.where((size > 1) & (total > 0), np.maximum(1.0, over(variance, mean)), 1.0)
    low, high = jeffreys(total / phi, base, z)
    return low * phi, high * phi


def _inputs(k: ArrayLike, exposure: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats, Floats]:
    time = np.asarray(exposure, dtype=float)
    return np.asarray(k, dtype=float), np.where(time > 0, time, np.nan), np.asarray(ndtr(-np.asarray(z, dtype=float)))
