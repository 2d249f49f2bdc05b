"""Small segments drawn towards the mean of all: normal empirical Bayes with Morris' intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxlab.errors import DefinitionError
from cxlab.interval.division import over
from cxlab.interval.simultaneous import smoothed

Floats = NDArray[np.float64]


def error_variance(counts: ArrayLike, points: ArrayLike) -> Floats:
    """Squared standard error of the mean of each segment from its smoothed counts (S, K), in points squared, (S,).

    The counts are smoothed as in `simultaneous.smoothed`, so answers all alike still have an error. No answers: nan.
    """
    table, scale = smoothed(counts), np.asarray(points, dtype=float)
    share = over(table, table.sum(axis=1, keepdims=True))
    spread = share @ scale**2 - (share @ scale) ** 2
    return over(spread, np.asarray(counts, dtype=float).sum(axis=1))


def morris(y: ArrayLike, v: ArrayLike, z: float) -> tuple[Floats, Floats, Floats]:
    """Shrunken estimates of K segments with their limits (estimate, low, high), in the unit of `y`, shape (K,).

    `y` estimates, `v` their squared standard errors (above 0), `z` the normal critical value. The spread between the
    segments is Paule and Mandel's; where it is 0 all share one mean. Unknown (nan) segments stay nan and do not count.
    Fewer than four known segments are an error: nothing tells how far to shrink. Limits are not clipped to a scale.

    Source: Morris 1983 (J Am Stat Assoc 78:47); Paule and Mandel 1982.
    """
    raw, error = np.asarray(y, dtype=float), np.asarray(v, dtype=float)
    known = np.isfinite(raw) & np.isfinite(error)
    count = int(known.sum())
    if count < 4:
        raise DefinitionError(
            "Too few segments to shrink",
            f"{count} segments with a number",
            "Take four or more, or show them as they are",
        )
    value, own = raw[known], error[known]
    between = paule_mandel(value, own)
    weight = 1.0 / (own + between)
    mean = float((weight * value).sum() / weight.sum())
    pull = own / (own + between)
    less = (count - 3) / (count - 1) * pull
    variance = own * (1.0 - (count - 1) / count * less) + 2.0 / (count - 3) * less**2 * (value - mean) ** 2
    estimate, reach = np.full(raw.shape, np.nan), np.full(raw.shape, np.nan)
    estimate[known], reach[known] = mean + (1.0 - less) * (value - mean), z * np.sqrt(variance)
    return estimate, estimate - reach, estimate + reach


def paule_mandel(y: ArrayLike, v: ArrayLike) -> float:
    """Variance between segments beyond their own errors, in the unit of `y` squared; 0 when the errors explain it all.

    It makes the weighted sum of squares around the weighted mean equal to the number of segments less 1.

    Source: Paule and Mandel 1982.

    >>> paule_mandel([0.0, 0.0, 0.0], [1.0, 1.0, 1.0])
    0.0
    """
    value, own = np.asarray(y, dtype=float), np.asarray(v, dtype=float)

    def excess(between: float) -> float:
        weight = 1.0 / (own + between)
        mean = (weight * value).sum() / weight.sum()
        return float((weight * (value - mean) ** 2).sum()) - (len(value) - 1)

    low, high = 0.0, float(np.ptp(value)) ** 2  # at this spread the sum of squares cannot exceed the number less 1
    if excess(low) <= 0:
        return 0.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
        if high - low <= 1e-14 * high:
            break
    return 0.5 * (low + high)
