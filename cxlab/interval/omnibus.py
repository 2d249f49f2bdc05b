"""One test over all segments at once: do their means differ at all?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtrc

Floats = NDArray[np.float64]

DRAWS = 1999
SEED = 20261121


def welch(mean: ArrayLike, error: ArrayLike, df: ArrayLike) -> float:
    """p-value, a share, of equal means: Welch's analysis of variance, without equal spreads.

    `mean` (S,), its standard error (S,) above 0 and its degrees of freedom (S,), n - 1 for plain rows; infinite ones
    make it the chi-squared test. Segments with a nan among them are left out; below two segments: nan.

    Source: Welch 1951 (Biometrika 38:330).

    >>> round(welch([0.0, 1.0], [0.3, 0.4], [9, 9]), 4)
    0.062
    """
    y, se, freedom = (np.asarray(v, dtype=float) for v in (mean, error, df))
    known = np.isfinite(y) & np.isfinite(se) & ~np.isnan(freedom) & (se > 0)
    y, se, freedom = y[known], se[known], freedom[known]
    k = len(y)
    if k < 2:
        return float("nan")
    w = se**-2
    centre = (w * y).sum() / w.sum()
    loss = float(((1.0 - w / w.sum()) ** 2 / freedom).sum())
    ratio = (w * (y - centre) ** 2).sum() / (k - 1) / (1.0 + 2.0 * (k - 2) / (k**2 - 1) * loss)
    return float(fdtrc(k - 1, (k**2 - 1) / (3.0 * loss) if loss > 0 else 1e12, ratio))


def permutation(counts: ArrayLike, points: ArrayLike, draws: int = DRAWS, seed: int = SEED) -> float:
    """p-value, a share, of equal laws: how often rows dealt to the segments anew give means as far apart.

    `counts` (S, K) are whole numbers at the scale `points` (K,). Empty segments do not count; below two: nan.

    Source: Fisher 1935; the statistic is the sum of squares between the segments.
    """
    table, scale = np.round(np.asarray(counts, dtype=float)), np.asarray(points, dtype=float)
    table = table[table.sum(axis=1) > 0]
    if len(table) < 2:
        return float("nan")
    size = table.sum(axis=1)
    seen = _between((table @ scale)[None], size)[0]
    random = np.random.Generator(np.random.PCG64(seed))
    left = np.tile(table.sum(axis=0).astype(np.int64), (draws, 1))
    sums = np.zeros((draws, len(table)))
    for segment in range(len(table) - 1):
        dealt = _dealt(random, left, int(size[segment]))
        left -= dealt
        sums[:, segment] = dealt @ scale
    sums[:, -1] = left @ scale
    reached = _between(sums, size) >= seen * (1.0 - 1e-12)
    return float((1 + np.count_nonzero(reached)) / (draws + 1))


def _between(sums: Floats, size: Floats) -> Floats:
    """Sum of squares between the segments, from their sums (draws, S)."""
    return np.asarray((sums**2 / size).sum(axis=1) - sums.sum(axis=1) ** 2 / size.sum())


def _dealt(random: np.random.Generator, left: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """So many rows taken at random from what is left of each point, for every draw."""
    taken = np.zeros_like(left)
    wanted, rest = np.full(len(left), size), left.sum(axis=1)
    for point in range(left.shape[1]):
        rest = rest - left[:, point]
        taken[:, point] = random.hypergeometric(left[:, point], rest, wanted)
        wanted = wanted - taken[:, point]
    return taken
