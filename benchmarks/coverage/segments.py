"""Many segments: false alarms of all pairs, mix and within, shrunken segments, charts, the AUC of a score (4.10)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import ndtri

from benchmarks.coverage.cells import EDGE, Cell, Table, averaged, covers, simulated
from benchmarks.coverage.designs import AFTER, BEFORE, MIX, NPS, SEGMENTS, TYPICAL, VERY, Profile, Z
from benchmarks.coverage.single import at
from cxlab.interval import auc, chart
from cxlab.interval.decomposition import kitagawa
from cxlab.interval.difference import mover
from cxlab.interval.mean import wald
from cxlab.interval.score import limits
from cxlab.interval.shrink import error_variance, morris
from cxlab.interval.simultaneous import family, pairs, smoothed, standard_errors

# Family error and mean width, typical and very promoter; how many samples the figures rest on. The figures for Wald
# limits are of limits that may leave the scale; those of this project do not, so nothing is held against them.
FAMILIES: dict[str, tuple[int, tuple[float, ...], tuple[float, ...]]] = {
    "max-T, score": (1200, (0.022, 1.155), (0.011, 0.808)),
    "max-T from smoothed variance / (n + 3), score": (600, (0.023, 1.153), (0.027, 0.809)),
    "Bonferroni, score": (600, (0.010, 1.216), (0.008, 0.893)),
    "max-T from smoothed variance / (n + 3), wald": (600, (), ()),
    "Bonferroni, wald": (600, (), ()),
}
SPLITS = {100: (0.962, 0.951, 0.216, 0.416), 300: (0.946, 0.953, 0.119, 0.242), 1000: (0.951, 0.944, 0.064, 0.133)}
SHRUNK = {0.05: (0.159, 0.062, 0.966, 0.952), 0.15: (0.156, 0.107, 0.947, 0.951), 0.3: (0.149, 0.127, 0.948, 0.954)}
CHARTS = {(200, 0.0): 0.003, (5000, 0.01): 0.002, (200, 0.02): 0.003}
AREAS = {
    0.08: (0.950, 0.946, 0.950),
    0.35: (0.918, 0.901, 0.909),
    0.9: (0.136, 0.406, 0.752),
}
GROUPS = ((50, 10), (200, 20), (1000, 50))


def comparisons(profile: Profile) -> Iterator[Table]:
    """Section 4.10, multiplicity."""
    runs, rng, cells = profile.runs(1200), np.random.default_rng(4101), []
    for place, (column, shape) in enumerate((("typical", TYPICAL), ("very promoter", VERY))):
        for name, (wrong, widths) in false_alarms(rng, runs, shape).items():
            of, *figures = FAMILIES[name]
            cells.append(simulated(f"{name}: family error", column, wrong, runs, at(figures[place], 0), of))
            cells.append(averaged(f"{name}: width", column, widths, at(figures[place], 1), of))
    cells.sort(key=lambda cell: cell.row.endswith("width"))
    about = f"Eight segments of 8 to 1,000 answers without a true difference, all 28 pairs, {runs} samples; MOVER."
    yield Table("4.10", "All pairs of eight segments", about, cells)


def false_alarms(rng: np.random.Generator, runs: int, shape: list[float]) -> dict[str, tuple[float, np.ndarray]]:
    """Share of samples with at least one clear pair, and the mean width over the pairs of each sample."""
    counts = np.stack([rng.multinomial(n, shape, runs) for n in SEGMENTS], axis=1)
    flat = counts.reshape(-1, 3).astype(float)
    n = flat.sum(axis=1)
    points = (flat @ NPS / n).reshape(runs, 8)
    first, second = pairs(8)
    own = standard_errors(*limits(smoothed(flat), NPS, Z), Z)
    table = smoothed(flat) / (n + 3)[:, None]
    plain = np.sqrt((table @ NPS**2 - (table @ NPS) ** 2) / (n + 3))
    cuts = {
        name: np.repeat([family(se, first, second, 0.95).critical for se in errors.reshape(runs, 8)], 8)
        for name, errors in (("own", own), ("plain", plain))
    }
    cuts["bonferroni"] = np.full(runs * 8, ndtri(1 - 0.025 / len(first)))
    found = {}
    kinds = ("own", "plain", "bonferroni", "plain", "bonferroni")
    for name, kind in zip(FAMILIES, kinds, strict=True):
        method = wald if name.endswith("wald") else limits
        low, high = (side.reshape(runs, 8) for side in method(flat, NPS, cuts[kind]))
        _, below, above = mover(points[:, first], low[:, first], high[:, first],
                                points[:, second], low[:, second], high[:, second])  # fmt: skip
        clear = (below > EDGE) | (above < -EDGE)
        found[name] = float(clear.any(axis=1).mean()), (above - below).mean(axis=1)
    return found


def splits(profile: Profile) -> Iterator[Table]:
    """Section 4.10, mix and within."""
    runs, of, rng, cells = profile.runs(1000), 1000, np.random.default_rng(4102), []
    laws = MIX[0][:, None] * BEFORE, MIX[1][:, None] * AFTER
    one, two = BEFORE @ NPS, AFTER @ NPS
    truth = ((MIX[1] - MIX[0]) @ (one + two) / 2, (two - one) @ (MIX[0] + MIX[1]) / 2)
    for n, figures in SPLITS.items():
        drawn = [rng.multinomial(n, law.ravel(), runs).reshape(runs, 5, 3) for law in laws]
        both = np.array([kitagawa(a, b, NPS).limits(Z) for a, b in zip(*drawn, strict=True)])
        for part, name in enumerate(("mix", "within")):
            low, high = both[:, part].T
            cells.append(simulated(f"{name}, coverage", f"n = {n}", covers(low, high, truth[part]).mean(), runs,
                                   figures[part], of))  # fmt: skip
            cells.append(averaged(f"{name}, width", f"n = {n}", high - low, figures[part + 2], of))
    cells.sort(key=lambda cell: cell.row.endswith("width"))
    about = f"Five segments whose mix and levels change, n answers per period, {runs} samples; delta limits."
    yield Table("4.10", "Change split into mix and within", about, cells)


def shrinkage(profile: Profile) -> Iterator[Table]:
    """Section 4.10, empirical Bayes."""
    runs, of, rng, cells = profile.runs(500), 500, np.random.default_rng(4103), []
    for tau, (raw, shrunk, covered, engine) in SHRUNK.items():
        column, found = f"spread {tau:g}", shrunken(rng, runs, tau)
        cells.append(_root(averaged("root mean square error, raw", column, found[:, 0], raw**2, of)))
        cells.append(_root(averaged("root mean square error, shrunken", column, found[:, 1], shrunk**2, of)))
        cells.append(averaged("Morris, coverage", column, found[:, 2], covered, of))
        cells.append(averaged("score on the raw segments, coverage", column, found[:, 3], engine, of))
    about = f"25 segments of 5 to 79 answers around .3, {runs} runs."
    yield Table("4.10", "Shrunken segments", about, cells)


def _root(cell: Cell) -> Cell:
    """A mean square and its bounds as roots."""
    figure, allowed = float(np.sqrt(cell.figure or 0.0)), cell.allowed or 0.0
    return Cell(cell.row, cell.column, float(np.sqrt(cell.here)), figure, allowed / (2 * figure) + 0.0005)


def shrunken(rng: np.random.Generator, runs: int, tau: float) -> np.ndarray:
    """By run: squared error of the raw and the shrunken segments, coverage of Morris' and of the raw score limits."""
    found = []
    for _ in range(runs):
        n = rng.integers(5, 80, 25)
        truth = np.clip(0.3 + tau * rng.standard_normal(25), -0.95, 0.95)
        passive = np.minimum(0.25, 1 - np.abs(truth))
        shapes = np.column_stack([(1 - passive - truth) / 2, passive, (1 - passive + truth) / 2])
        counts = rng.multinomial(n, shapes)
        raw = counts @ NPS / n
        estimate, low, high = morris(raw, error_variance(counts, NPS), Z)
        held = covers(*limits(counts, NPS, Z), truth).mean()
        errors = ((raw - truth) ** 2).mean(), ((estimate - truth) ** 2).mean()
        found.append((*errors, covers(low, high, truth).mean(), held))
    return np.array(found)


def charts(profile: Profile) -> Iterator[Table]:
    """Section 4.10, control charts."""
    runs, of, rng, cells = profile.runs(3000), 3000, np.random.default_rng(4104), []
    for (n, sd), figure in CHARTS.items():
        p = np.clip(0.1 + sd * rng.standard_normal((runs, 24)), 0.001, 0.999)
        counts = rng.binomial(n, p)
        column = f"n = {n}, months vary {sd:g}"
        for name, outside in (
            ("laney", [chart.laney(row, np.full(24, n)).outside.mean() for row in counts]),
            ("xmr", [chart.xmr(row / n).outside.mean() for row in counts]),
        ):
            cells.append(averaged(name, column, outside, figure, of))
    about = f"Share of months outside the limits in {runs} series of 24 months without a special cause."
    yield Table("4.10", "Charts: false alarms", about, cells)


def areas(profile: Profile) -> Iterator[Table]:
    """Section 4.10, AUC."""
    runs, of, rng, cells = profile.runs(4000), 4000, np.random.default_rng(4105), []
    for slope, figures in AREAS.items():
        for (stay, churn), figure in zip(GROUPS, figures, strict=True):
            hit, truth = area_coverage(rng, slope, stay, churn, runs)
            row = f"AUC {truth:.3f}"
            cells.append(simulated(row, f"{stay} stay, {churn} leave", hit, runs, figure, of))
    about = f"A score of eleven points, {runs} samples; DeLong on the logit scale, which fails near 1."
    yield Table("4.10", "AUC", about, cells)


def area_coverage(rng: np.random.Generator, slope: float, stay: int, churn: int, runs: int) -> tuple[float, float]:
    """Coverage of the AUC, and the AUC."""
    up = np.exp(slope * np.arange(11))
    p, q = up / up.sum(), up[::-1] / up.sum()
    truth = float(p @ (np.cumsum(q) - q / 2))
    drawn = zip(rng.multinomial(stay, p, runs), rng.multinomial(churn, q, runs), strict=True)
    both = np.array([auc.limits(a, b, Z)[1:] for a, b in drawn])
    return float(covers(both[:, 0], both[:, 1], truth).mean()), truth
