"""Designed samples: NPS of customers who answer more than once (4.6), and of raked answers (4.7)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import stdtrit

from benchmarks.coverage.cells import Cell, Table, averaged, covers, simulated
from benchmarks.coverage.designs import (
    MARGINS,
    NPS,
    PEOPLE,
    TYPICAL,
    Profile,
    Z,
    cell_shapes,
    clustered,
    raked_weights,
    respondents,
)
from cxlab.interval import design
from cxlab.interval.mean import wald
from cxlab.interval.score import limits

Pair = tuple[np.ndarray, np.ndarray]
GROUPS = (10, 20, 50, 200)
STEADY = [0.02, 0.06, 0.92]
CLUSTERED = {
    "score on effective size, t": ((0.943, 0.938, 0.902, 0.924), (0.683, 0.439, 0.271, 0.136)),
    "tango on effective size, t": ((0.942, 0.938, 0.915, 0.923), (0.677, 0.441, 0.272, 0.136)),
    "one answer per customer, tango": ((0.944, 0.938, 0.945, 0.936), (0.740, 0.521, 0.322, 0.159)),
    "t (Taylor)": ((0.700, 0.743, 0.835, 0.912), (0.550, 0.400, 0.263, 0.134)),
    "rows as independent, wald": ((0.610, 0.640, 0.711, 0.688), (0.372, 0.276, 0.180, 0.091)),
}
RAKED_SIZES = (50, 100, 400)
# Coverage at 50, 100 and 400 answers: response, base law, slope, then by method.
RAKED = {
    "strong weights, strong dependence": ("strong", TYPICAL, 0.9),
    "strong weights, very promoter": ("strong", STEADY, 0.5),
    "mild weights, strong dependence": ("mild", TYPICAL, 0.9),
    "mild weights, very promoter": ("mild", STEADY, 0.5),
    "strong weights, no dependence": ("strong", TYPICAL, 0.0),
}
RAKED_FIGURES: dict[str, tuple[int, tuple[tuple[float, ...], ...]]] = {
    "score on HC3 size, t": (600, (
        (0.958, 0.940, 0.940), (0.947, 0.933, 0.928), (0.967, 0.970, 0.970), (0.968, 0.962, 0.947), ())),
    "score on Kish size": (600, (
        (0.988, 0.975, 0.975), (0.965, 0.968, 0.943), (0.972, 0.983, 0.977), (0.955, 0.948, 0.943), ())),
    "tango on Kish size": (600, ((), (), (), (), (0.964, 0.959, 0.952))),
    "t (HC3)": (600, (
        (0.932, 0.920, 0.938), (0.840, 0.888, 0.922), (0.942, 0.947, 0.942), (0.905, 0.943, 0.948), ())),
    "weights as frequencies, wald": (1200, (
        (0.853, 0.847, 0.863), (0.741, 0.772, 0.797), (), (), (0.767, 0.777, 0.785))),
    "unweighted, wald": (1200, ((0.573, 0.301, 0.001), (0.748, 0.712, 0.333), (), (), ())),
}  # fmt: skip


def clusters(profile: Profile) -> Iterator[Table]:
    """Section 4.6."""
    runs, of = profile.runs(1200), 1200
    rng = np.random.default_rng(46)
    cells = []
    for place, groups in enumerate(GROUPS):
        hits: dict[str, list[float]] = {name: [] for name in CLUSTERED}
        widths: dict[str, list[np.ndarray]] = {name: [] for name in CLUSTERED}
        for shape in (TYPICAL, STEADY):
            for rho in (0.0, 0.5, 0.8):
                sample = clustered(rng, runs, groups, rho, shape)
                for name, (low, high) in repeat_answers(sample, rng).items():
                    hits[name].append(float(covers(low, high, shape @ NPS).mean()))
                    widths[name].append(np.where(np.isnan(low), 0.0, high - low))
        for name, (coverages, wide) in CLUSTERED.items():
            column = f"{groups} customers"
            cells.append(simulated(f"{name}, lowest", column, min(hits[name]), runs, coverages[place], of))
            cells.append(averaged(f"{name}, width", column, np.mean(widths[name], axis=0), wide[place], of))
    cells.sort(key=lambda cell: cell.row.endswith("width"))
    about = (
        f"{runs} samples per cell: three answers per customer on average, latent correlation 0, .5 and .8 within "
        "customers, two shapes. The lowest of the six, and the mean width."
    )
    yield Table("4.6", "NPS of customers who answer more than once", about, cells)


def repeat_answers(sample: np.ndarray, rng: np.random.Generator) -> dict[str, Pair]:
    """Limits of every sample (runs, customers, points), each run being a segment."""
    runs, groups, _ = sample.shape
    size, total = sample.sum(axis=2), sample @ NPS
    counts = sample.sum(axis=1)
    n = counts.sum(axis=1)
    segment = np.repeat(np.arange(runs), groups)
    sums = design.totals(segment, np.zeros_like(segment), size.ravel(), total.ravel(), (runs, 1))
    own = design.taylor(sums, n, counts @ NPS**2)
    t = stdtrit(own.df, 0.975)
    effective = counts / n[:, None] * own.n[:, None]
    reach = np.where(own.variance > 0, t * np.sqrt(own.variance), np.nan)
    chosen = (rng.random((runs, groups, 1)) * size[:, :, None] < sample.cumsum(axis=2)).argmax(axis=2)
    one = np.stack([(chosen == point).sum(axis=1) for point in range(3)], axis=1)
    return {
        "score on effective size, t": limits(effective, NPS, t),
        "tango on effective size, t": limits(effective, NPS, t, skew=False),
        "one answer per customer, tango": limits(one, NPS, Z, skew=False),
        "t (Taylor)": _clipped(own.estimate, reach),
        "rows as independent, wald": wald(counts, NPS, Z),
    }


def _clipped(centre: np.ndarray, reach: np.ndarray) -> Pair:
    return np.maximum(centre - reach, -1.0), np.minimum(centre + reach, 1.0)


def raking(profile: Profile) -> Iterator[Table]:
    """Section 4.7."""
    rng = np.random.default_rng(47)
    runs = profile.runs(1200)
    cells: list[Cell] = []
    for which, (case, (response, base, slope)) in enumerate(RAKED.items()):
        shapes = cell_shapes(base, slope)
        truth = PEOPLE.ravel() @ shapes @ NPS
        for place, n in enumerate(RAKED_SIZES):
            sample = respondents(rng, runs, n, response, shapes)
            for name, (low, high) in raked_answers(sample).items():
                of, figures = RAKED_FIGURES[name]
                figure = figures[which][place] if figures[which] else None
                hit = covers(low, high, truth).mean()
                cells.append(simulated(f"{name}: {case}", f"n = {n}", hit, runs, figure, of))
    names = list(RAKED_FIGURES)
    cells.sort(key=lambda cell: names.index(cell.row.split(":")[0]))
    about = f"{runs} samples per cell; two margins of three, raked in 25 rounds."
    yield Table("4.7", "Raked NPS", about, cells)


def raked_answers(sample: np.ndarray) -> dict[str, Pair]:
    """Limits of every sample (runs, cells, points), each raked by itself."""
    rows = sample.sum(axis=2)
    weight = raked_weights(rows)
    weighted = (sample * weight[:, :, None]).sum(axis=1)
    share = weighted / weighted.sum(axis=1, keepdims=True)
    n = rows[0].sum()
    kish = design.kish((rows * weight).sum(axis=1), (rows * weight**2).sum(axis=1))
    each = [
        design.raked(MARGINS, r, w, r, cells @ NPS, cells @ NPS**2)
        for r, w, cells in zip(rows, weight, sample, strict=True)
    ]
    size, variance, df = (np.array([float(getattr(own, name)[0]) for own in each]) for name in ("n", "variance", "df"))
    t = stdtrit(df, 0.975)
    mean = share @ NPS
    return {
        "score on HC3 size, t": limits(share * size[:, None], NPS, t),
        "score on Kish size": limits(share * kish[:, None], NPS, Z),
        "tango on Kish size": limits(share * kish[:, None], NPS, Z, skew=False),
        "t (HC3)": _clipped(mean, t * np.sqrt(variance)),
        "weights as frequencies, wald": wald(share * n, NPS, Z),
        "unweighted, wald": wald(sample.sum(axis=1), NPS, Z),
    }
