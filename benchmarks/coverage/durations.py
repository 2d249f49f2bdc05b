"""Times: the mean of six laws, and median and 90th percentile with and without ties (4.8); open cases (4.9)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import ndtri, stdtrit

from benchmarks.coverage.cells import Cell, Table, covers, mean_of_cells, simulated
from benchmarks.coverage.designs import Profile, Z, durations
from cxlab.interval import times
from cxlab.interval.survival import kaplan_meier

MEAN_SIZES = (10, 20, 50, 100, 300)
MEANS = {
    "hall": ((0.802, 0.890, 0.905, 0.913, 0.919), (0.891, 0.932, 0.942, 0.941, 0.938)),
    "t": ((0.710, 0.746, 0.820, 0.838, 0.892), (0.827, 0.865, 0.898, 0.913, 0.930)),
}
QUANTILE_SIZES = (10, 20, 30, 50, 100, 300)
QUANTILES = {
    ("hutson", 0.5): (0.962, 0.954, 0.952, 0.956, 0.949, 0.949),
    ("order", 0.5): (0.978, 0.960, 0.955, 0.968, 0.960, 0.956),
    ("hutson", 0.9): (0.974, 0.974, 0.975, 0.965, 0.953, 0.940),
    ("order", 0.9): (0.987, 0.986, 0.994, 0.974, 0.956, 0.959),
}
TIES = {0.5: (0.997, 1.000), 0.9: (0.967, 0.999)}  # lowest and highest under heavy ties
CENSORED_SIZES = (20, 50, 100)
CENSORED = {
    0.97: ((0.921, 0.956, 0.965), (0.619, 0.298, 0.097)),
    0.9: ((0.960, 0.961, 0.954), (0.182, 0.015, 0.000)),
    0.5: ((0.949, 0.955, 0.954), (0.000, 0.000, 0.000)),
}


def time_means(profile: Profile) -> Iterator[Table]:
    """Section 4.8, means."""
    runs, of = profile.runs(1000), 1000
    rng = np.random.default_rng(48)
    cells = []
    for place, n in enumerate(MEAN_SIZES):
        hits: dict[str, list[float]] = {name: [] for name in MEANS}
        t = stdtrit(n - 1, 0.975)
        for truth, x in durations(rng, (runs, n)).values():
            shift = x.mean()
            sums = [((x - shift) ** power).sum(axis=1) for power in (1, 2, 3)]
            hits["hall"].append(covers(*times.hall(n, sums[0], sums[1], sums[2], t, shift=shift), truth).mean())
            hits["t"].append(covers(*times.t_mean(n, sums[0], sums[1], t, shift=shift), truth).mean())
        for name, (lowest, mean) in MEANS.items():
            cells.append(simulated(f"{name}, lowest", f"n = {n}", min(hits[name]), runs, lowest[place], of))
            cells.append(mean_of_cells(f"{name}, mean", f"n = {n}", hits[name], runs, mean[place], of))
    cells.sort(key=lambda cell: cell.row.endswith("mean"))
    about = f"{runs} samples of each of six laws: three lognormal, gamma, Weibull, a mixture of two lognormal."
    yield Table("4.8", "Mean of times", about, cells)


def time_quantiles(profile: Profile) -> Iterator[Table]:
    """Section 4.8, quantiles."""
    runs = profile.runs(2500)
    rng = np.random.default_rng(49)
    samples = {n: np.sort(rng.lognormal(3, 1, (runs, n)), axis=1) for n in QUANTILE_SIZES}
    cells = [
        simulated(f"{name} of {_named(q)}", f"n = {n}", quantile_coverage(name, q, samples[n]), runs, figure, 2500)
        for (name, q), figures in QUANTILES.items()
        for n, figure in zip(QUANTILE_SIZES, figures, strict=True)
    ]
    about = f"{runs} samples of a lognormal law. The 90th percentile has no upper limit below n = 36."
    yield Table("4.8", "Median and 90th percentile of times", about, cells)
    cells = []
    for step in (5.0, 20.0):
        for name, q in QUANTILES:
            for n in QUANTILE_SIZES:
                hit = quantile_coverage(name, q, samples[n], step)
                floor = TIES[q][0] if step == 20 else None
                spare = 3 * np.sqrt(TIES[q][0] * (1 - TIES[q][0]) * (1 / 2500 + 1 / runs))
                row = f"{name} of {_named(q)}, rounded to {step:g}"
                cells.append(Cell(row, f"n = {n}", hit, None if floor is None else floor - spare))
    about = "The same samples rounded; to 20 the ties are heavy, and every interval covers too much: a floor."
    yield Table("4.8", "The same with ties", about, cells)


def _named(q: float) -> str:
    return "median" if q == 0.5 else f"p{100 * q:g}"


def quantile_coverage(name: str, q: float, sample: np.ndarray, step: float = 0.0) -> float:
    """Share of the sorted samples (runs, n), rounded to `step`, whose limits hold the quantile; open sides hold it."""
    truth = float(np.exp(3 + ndtri(q)))
    rounded = sample
    if step:
        truth = step * np.ceil(truth / step - 0.5)  # the smallest multiple with a share of q at or below
        rounded = step * np.rint(sample / step)
    own, ones = getattr(times, name), np.ones(sample.shape[1])
    both = np.array([own(row, ones, q, Z) for row in rounded])
    return float(covers(np.nan_to_num(both[:, 0], nan=-np.inf), np.nan_to_num(both[:, 1], nan=np.inf), truth).mean())


def censored(profile: Profile) -> Iterator[Table]:
    """Section 4.9, Kaplan-Meier."""
    runs, of = profile.runs(2500), 2500
    rng = np.random.default_rng(492)
    cells = []
    for truth, (coverages, quiet) in CENSORED.items():
        for n, covered, none in zip(CENSORED_SIZES, coverages, quiet, strict=True):
            hit, empty = survival_coverage(rng, truth, n, runs)
            cells.append(simulated(f"wilson, S = {truth:g}", f"n = {n}", hit, runs, covered, of))
            cells.append(simulated(f"samples without an event, S = {truth:g}", f"n = {n}", empty, runs, none, of))
    cells.sort(key=lambda cell: cell.row.startswith("samples"))
    about = f"{runs} samples of exponential times, open cases left at random over 0..2.5; S at time 1."
    yield Table("4.9", "Share still open, with open cases (Rothman-Wilson)", about, cells)


def survival_coverage(rng: np.random.Generator, truth: float, n: int, runs: int) -> tuple[float, float]:
    """Coverage of S(1), and the share of samples without an event up to then."""
    life = rng.exponential(-1 / np.log(truth), (runs, n))
    left = rng.uniform(0, 2.5, (runs, n))
    seen, event = np.minimum(life, left), life <= left
    order = np.argsort(seen, axis=1)
    seen, event = np.take_along_axis(seen, order, axis=1), np.take_along_axis(event, order, axis=1)
    both = np.array([kaplan_meier(t, e, ~e).limits(1.0, Z)[1:] for t, e in zip(seen, event, strict=True)])
    return float(covers(both[:, 0], both[:, 1], truth).mean()), float((~(event & (seen <= 1)).any(axis=1)).mean())
