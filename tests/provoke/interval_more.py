"""Every error of the designs, the shrinkage and the drivers."""

from __future__ import annotations

from collections.abc import Callable

from cxlab.interval import design, lmg, shrink

ALONE = design.totals([0, 0, 0], [0, 0, 1], [2.0, 2.0, 5.0], [2.0, 6.0, 50.0], (1, 2))

PROVOKE: dict[str, Callable[[], object]] = {
    "design: a stratum with one unit": lambda: design.taylor(ALONE, [3], [520.0], strata=["north", "south"]),
    "design: an unknown way to treat it": lambda: design.taylor(ALONE, [3], [520.0], lonely="remove"),
    "design: fewer in the stratum than asked": lambda: design.taylor(ALONE, [3], [520.0], population=[1, 9]),
    "design: a population below the sample": lambda: design.finite(100, 100, 60),
    "shrink: three segments": lambda: shrink.morris([0.1, 0.2, 0.4], [0.01, 0.01, 0.02], 1.96),
    "drivers: more than twelve": lambda: lmg.lmg([[float(i == j) for i in range(13)] for j in range(13)], [0.1] * 13),
    "drivers: one repeats the others": lambda: lmg.lmg([[1.0, 1.0], [1.0, 1.0]], [0.5, 0.5]),
    "drivers: a column of one value": lambda: lmg.johnson([[1.0, float("nan")], [float("nan"), 1.0]], [0.5, 0.5]),
}
