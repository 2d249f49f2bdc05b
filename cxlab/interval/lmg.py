"""Which drivers go with a score: shares of R squared from a correlation matrix. Association, not cause."""

from __future__ import annotations

from functools import lru_cache
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxlab.errors import DefinitionError

Floats = NDArray[np.float64]

MOST = 12


def lmg(between: ArrayLike, with_score: ArrayLike) -> Floats:
    """Shares of R squared by LMG: each driver's gain in R squared averaged over all orders of entry, (p,); sum R^2.

    `between` (p, p) are the correlations of the drivers, `with_score` (p,) theirs with the score. Exact over all 2^p
    subsets, so at most 12 drivers; above that `johnson`. Drivers that determine each other are an error.

    Source: Lindeman, Merenda and Gold 1980.

    >>> [round(float(v), 3) for v in lmg([[1, 0], [0, 1]], [0.6, 0.3])]
    [0.36, 0.09]
    """
    matrix, aim = _checked(between, with_score)
    p = len(aim)
    if p > MOST:
        raise DefinitionError("Too many drivers for exact shares", f"{p} drivers", f"Take {MOST} or fewer")
    # What is left of each column given the first drivers, for every subset of these; the score is the last column.
    left = np.ones((1, p + 1, p + 1))
    left[0, :p, :p], left[0, :p, p], left[0, p, :p] = matrix, aim, aim
    for _ in range(p):
        without, column = left[:, 1:, 1:], left[:, 1:, 0]
        gone = column[:, :, None] * (column / left[:, :1, 0])[:, None, :]
        left = np.concatenate([without, without - gone])
    return np.asarray(_gains(p) @ (1.0 - left[:, 0, 0]))


@lru_cache(maxsize=MOST)
def _gains(p: int) -> Floats:
    """What the R squared of each subset (2^p; a driver is in where its bit is set) adds to the share of each driver."""
    inside = (np.arange(1 << p) >> np.arange(p)[:, None]) & 1
    size = inside.sum(axis=0)
    chance = np.array([factorial(s) * factorial(p - 1 - s) / factorial(p) for s in range(p)] + [0.0])
    return np.where(inside == 1, chance[size - 1], -chance[size])


def johnson(between: ArrayLike, with_score: ArrayLike) -> Floats:
    """Shares of R squared by Johnson's relative weights, (p,); they sum to R squared and lie near those of `lmg`.

    Arguments as in `lmg`, any number of drivers. Source: Johnson 2000.
    """
    matrix, aim = _checked(between, with_score)
    values, vectors = np.linalg.eigh(matrix)
    root = (vectors * np.sqrt(values)) @ vectors.T
    return np.asarray(root**2 @ np.linalg.solve(root, aim) ** 2, dtype=float)


def _checked(between: ArrayLike, with_score: ArrayLike) -> tuple[Floats, Floats]:
    matrix, aim = np.asarray(between, dtype=float), np.asarray(with_score, dtype=float)
    if not (np.isfinite(matrix).all() and np.isfinite(aim).all()):
        raise DefinitionError(
            "A correlation does not exist", "A driver or the score has one value only", "Leave that column out"
        )
    if np.linalg.eigvalsh(matrix)[0] < 1e-10:
        raise DefinitionError(
            "The drivers determine each other",
            "One of them is a weighted sum of others",
            "Leave one of the drivers that repeat each other out",
        )
    return matrix, aim
