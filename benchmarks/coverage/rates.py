"""Counts: one rate, contacts that vary more than Poisson, and the ratio of two rates (4.9)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import gammaln, stdtrit

from benchmarks.coverage.cells import EDGE, Table, covers, exact, simulated
from benchmarks.coverage.designs import Profile, Z
from cxlab.interval import rate, ratio, times

MEANS = (0.5, 1, 2, 5, 10, 30, 100)
POISSON = {
    "clopper_pearson": (0.986, 0.981, 0.983, 0.980, 0.975, 0.956, 0.955),
    "jeffreys": (0.986, 0.981, 0.983, 0.928, 0.944, 0.956, 0.955),
    "score": (0.910, 0.920, 0.947, 0.961, 0.963, 0.946, 0.949),
    "wald": (0.393, 0.632, 0.864, 0.870, 0.926, 0.931, 0.945),
}
CONTACT_SIZES = (30, 100, 300)
CONTACT_LAWS = ((0.3, 0.5), (2, 0.5), (2, 2))
CONTACTS = {
    "clopper_pearson on the total": ((0.900, 0.888, 0.890), (0.658, 0.625, 0.637), (0.851, 0.833, 0.836)),
    "t on the log scale": ((0.958, 0.943, 0.952), (0.934, 0.946, 0.952), (0.945, 0.948, 0.952)),
    "jeffreys, quasi-Poisson": ((0.938, 0.934, 0.949), (0.914, 0.942, 0.952), (0.933, 0.945, 0.952)),
    "t": ((0.901, 0.927, 0.943), (0.911, 0.938, 0.951), (0.936, 0.945, 0.951)),
}
RATIOS = {(2, 2): 0.959, (5, 5): 0.957, (10, 5): 0.952, (20, 20): 0.951, (50, 10): 0.952, (3, 30): 0.959}


def poisson(mean: float, most: int) -> np.ndarray:
    k = np.arange(most)
    return np.exp(k * np.log(mean) - mean - gammaln(k + 1))


def rate_coverage(name: str, mean: float) -> float:
    low, high = getattr(rate, name)(np.arange(400), 1.0, Z)
    return float(poisson(mean, 400)[covers(low, high, mean)].sum())


def ratio_coverage(one: float, two: float) -> float:
    """By enumeration; an open side, and a pair without any count, miss nothing."""
    k, j = np.meshgrid(np.arange(140), np.arange(140), indexing="ij")
    low, high = ratio.wilson(k, j, Z)
    missed = (low > one / two + EDGE) | (high < one / two - EDGE)
    return 1 - float(np.outer(poisson(one, 140), poisson(two, 140))[missed].sum())


def rates(profile: Profile) -> Iterator[Table]:
    """Section 4.9 without open cases."""
    about = (
        "A Poisson count, exact, by its true mean. Without events all but `wald` have the exact upper limit or more."
    )
    yield Table("4.9", "Rate from a count", about, [
        exact(name, f"mean {mean:g}", rate_coverage(name, mean), figure)
        for name, figures in POISSON.items() for mean, figure in zip(MEANS, figures, strict=True)
    ])  # fmt: skip
    runs, of = profile.runs(4000), 4000
    rng, cells = np.random.default_rng(491), []
    for place, law in enumerate(CONTACT_LAWS):
        for column, n in enumerate(CONTACT_SIZES):
            for name, hit in contacts(rng, runs, n, *law).items():
                row = f"{name}: mean {law[0]:g}, shape {law[1]:g}"
                cells.append(simulated(row, f"n = {n}", hit, runs, CONTACTS[name][place][column], of))
    names = list(CONTACTS)
    cells.sort(key=lambda cell: names.index(cell.row.split(":")[0]))
    about = f"{runs} samples of n customers whose contacts are negative binomial."
    yield Table("4.9", "Contacts per customer, more varied than Poisson", about, cells)
    about = "Two Poisson counts, exact, by their true means; conditional Wilson."
    yield Table("4.9", "Ratio of two rates", about, [
        exact("wilson", f"{one}/{two}", ratio_coverage(one, two), figure) for (one, two), figure in RATIOS.items()
    ])  # fmt: skip


def contacts(rng: np.random.Generator, runs: int, n: int, mean: float, shape: float) -> dict[str, float]:
    """Coverage of the mean by each method."""
    x = rng.negative_binomial(shape, shape / (shape + mean), (runs, n)).astype(float)
    sx, sx2, t = x.sum(axis=1), (x * x).sum(axis=1), stdtrit(n - 1, 0.975)
    found = {
        "clopper_pearson on the total": rate.clopper_pearson(sx, n, Z),
        "t on the log scale": rate.log_t(n, sx, sx2, t, Z),
        "jeffreys, quasi-Poisson": rate.quasi(n, sx, sx2, Z),
        "t": times.t_mean(n, sx, sx2, t),
    }
    return {name: float(covers(low, high, mean).mean()) for name, (low, high) in found.items()}
