"""Two samples: differences of NPS (4.4, simulated) and of shares (4.4, exact), and paired change (4.5)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import stdtrit

from benchmarks.coverage.cells import Table, averaged, covers, exact, mean_of_cells, ratio_of_means, simulated
from benchmarks.coverage.designs import NPS, PAIRS, SHARE_PAIRS, TYPICAL, Profile, Z, paired_law, probabilities
from benchmarks.coverage.single import at, share_tables
from cxlab.interval.difference import mover
from cxlab.interval.mean import t as t_limits
from cxlab.interval.methods import method
from cxlab.interval.score import limits

SIZES = ((5, 5), (10, 10), (10, 50), (20, 20), (30, 30), (30, 300), (100, 100), (300, 300))
MINIMA = {
    "score": (0.954, 0.953, 0.948, 0.949, 0.950, 0.950, 0.948, 0.942),
    "tango": (0.955, 0.951, 0.946, 0.944, 0.948, 0.950, 0.947, 0.942),
    "adjusted_wald": (),
    "wald": (),
}
MEANS = (0.984, 0.979, 0.972, 0.972, 0.970, 0.964, 0.961, 0.953)
WIDTHS = (1.636, 1.097, 0.814, 0.725, 0.572, 0.419, 0.291, 0.163)
SHARE_SIZES = ((10, 10), (20, 20), (50, 50), (20, 100), (100, 100))
SHARE_MINIMA = {
    "wilson": (0.944, 0.944, 0.943, 0.946, 0.944),
    "score": (),
    "jeffreys": (),
    "clopper_pearson": (),
    "agresti_coull": (),
    "wald": (),
}
CHANGES = {
    "typical, .6 the same": (TYPICAL, 0.6),
    "very promoter, .9 the same": ([0.02, 0.06, 0.92], 0.9),
    "typical, .95 the same": (TYPICAL, 0.95),
}
# t coverage, engine coverage, engine width over t width; by n and in the order of CHANGES.
PAIRED = {
    10: ((0.937, 0.998, 1.25), (0.155, 1.000, 10), (0.267, 1.000, 5.8)),
    20: ((0.956, 0.985, 1.15), (0.298, 1.000, 5.9), (0.469, 1.000, 3.7)),
    50: ((0.949, 0.947, 1.07), (0.595, 1.000, 3.0), (0.783, 1.000, 2.1)),
    200: ((0.950, 0.951, 1.02), (0.903, 0.991, 1.5), (0.954, 0.971, 1.3)),
}


def differences(profile: Profile) -> Iterator[Table]:
    """Section 4.4."""
    runs, of = profile.runs(4000), 4000
    rng = np.random.default_rng(44)
    cells = []
    for place, (n, m) in enumerate(SIZES):
        drawn = [(rng.multinomial(n, p, runs), rng.multinomial(m, q, runs)) for p, q in PAIRS]
        column = f"{n}/{m}"
        for name, minima in MINIMA.items():
            hits, widths = nps_differences(name, drawn)
            cells.append(simulated(name, column, min(hits), runs, at(minima, place), of))
            if name == "score":
                cells.append(mean_of_cells(f"{name}, mean", column, hits, runs, MEANS[place], of))
                cells.append(averaged(f"{name}, width", column, widths.mean(axis=0), WIDTHS[place], of))
    order = [*MINIMA, "score, mean", "score, width"]
    cells.sort(key=lambda cell: order.index(cell.row))
    about = f"MOVER on the limits of each sample; the lowest of ten pairs of shapes, {runs} samples each."
    yield Table("4.4", "Difference of two NPS", about, cells)
    cells = [
        exact(name, f"{n}/{m}", min(share_differences(name, n, m)), at(minima, place))
        for name, minima in SHARE_MINIMA.items()
        for place, (n, m) in enumerate(SHARE_SIZES)
    ]
    about = "MOVER on the limits of each sample (on `wilson`: Newcombe's); the lowest of nine pairs of shares, exact."
    yield Table("4.4", "Difference of two shares", about, cells)


def nps_differences(name: str, drawn: list[tuple[np.ndarray, np.ndarray]]) -> tuple[list[float], np.ndarray]:
    """Coverage of each pair of shapes, and the widths (pairs, runs)."""
    hits, widths = [], []
    own = method("nps", name)
    for (one, two), (p, q) in zip(drawn, PAIRS, strict=True):
        sides = ((one @ NPS / one[0].sum(), *own(one, NPS, Z)), (two @ NPS / two[0].sum(), *own(two, NPS, Z)))
        _, low, high = mover(*sides[0], *sides[1])
        hits.append(float(covers(low, high, (p - q) @ NPS).mean()))
        widths.append(high - low)
    return hits, np.array(widths)


def share_differences(name: str, n: int, m: int) -> list[float]:
    """Coverage of each pair of shares, by enumeration of both samples."""
    own, ends = method("share", name), np.array([0.0, 1.0])
    k, j = np.arange(n + 1)[:, None] / n, np.arange(m + 1)[None, :] / m
    one, two = own(share_tables(n), ends, Z), own(share_tables(m), ends, Z)
    _, low, high = mover(k, one[0][:, None], one[1][:, None], j, *two)
    found = []
    for p, q in SHARE_PAIRS:
        chance = probabilities(share_tables(n), np.array([[1 - p, p]])) @ probabilities(
            share_tables(m), np.array([[1 - q, q]])
        ).T  # fmt: skip
        found.append(float((covers(low, high, p - q) * chance).sum()))
    return found


def paired(profile: Profile) -> Iterator[Table]:
    """Section 4.5."""
    runs, of, points = profile.runs(6000), 6000, np.arange(-2.0, 3.0)
    rng = np.random.default_rng(45)
    cells, ratios = [], []
    for n, figures in PAIRED.items():
        for (case, (shape, same)), (by_t, by_score, ratio) in zip(CHANGES.items(), figures, strict=True):
            law = paired_law(shape, same)
            tables = rng.multinomial(n, law, runs)
            low, high = limits(tables, points, Z)
            cells.append(
                simulated(f"score: {case}", f"n = {n}", covers(low, high, law @ points).mean(), runs, by_score, of)
            )
            below, above = t_limits(tables, points, stdtrit(n - 1, 0.975))
            cells.append(simulated(f"t: {case}", f"n = {n}", covers(below, above, law @ points).mean(), runs, by_t, of))
            ratios.append((f"{case}", f"n = {n}", high - low, np.nan_to_num(above - below), ratio))
    cells.sort(key=lambda cell: cell.row)
    about = f"Scores of the same customers twice, {runs} samples; the score interval on the five possible changes."
    yield Table("4.5", "Paired change of the NPS", about, cells)
    about = "Mean width of the score interval over that of t, which has none where no customer changed."
    yield Table("4.5", "Paired change: what the score interval costs", about, [
        ratio_of_means(row, column, wide, narrow, figure, of) for row, column, wide, narrow, figure in ratios
    ])  # fmt: skip
