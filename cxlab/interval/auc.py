"""How well a score tells two groups apart: the area under the ROC curve, with its limits, from two rows of counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit


def delong(cases: ArrayLike, controls: ArrayLike) -> tuple[float, float]:
    """AUC, a share, and its DeLong variance: the chance that a case scores above a control, ties counting one half.

    `cases` and `controls` (K,) are counts at the scale points in ascending order. A group without rows gives nan; one
    row in a group gives an AUC and a nan variance. For a score that is low before churn give the stayers as cases.

    Source: DeLong, DeLong and Clarke-Pearson 1988.

    >>> delong([0, 0, 5], [5, 0, 0])
    (1.0, 0.0)
    """
    a, b = np.asarray(cases, dtype=float), np.asarray(controls, dtype=float)
    m, n = float(a.sum()), float(b.sum())
    if m <= 0 or n <= 0:
        return float("nan"), float("nan")
    # For a case at point k the share of controls below it, half of those at it included; and the other way round.
    of_case = (np.cumsum(b) - 0.5 * b) / n
    of_control = 1.0 - (np.cumsum(a) - 0.5 * a) / m
    area = float(a @ of_case / m)
    if m <= 1 or n <= 1:
        return area, float("nan")
    spread = a @ (of_case - area) ** 2 / (m - 1.0) / m + b @ (of_control - area) ** 2 / (n - 1.0) / n
    return area, float(spread)


def limits(cases: ArrayLike, controls: ArrayLike, z: float) -> tuple[float, float, float]:
    """AUC with DeLong limits on the logit scale (AUC, low, high), shares. Arguments as in `delong`.

    Where the AUC is 0 or 1, or its variance is not known, the limits are nan. Near 1 they are too short (measured).

    Source: DeLong, DeLong and Clarke-Pearson 1988; the logit scale as in Pepe 2003.
    """
    area, variance = delong(cases, controls)
    if not 0.0 < area < 1.0 or not variance > 0.0:
        return area, float("nan"), float("nan")
    reach = z * np.sqrt(variance) / (area * (1.0 - area))
    return area, float(expit(logit(area) - reach)), float(expit(logit(area) + reach))
