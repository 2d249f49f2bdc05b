"""One sample: the NPS (4.1) and shares (4.3) by enumeration, scale means (4.2) by simulation, and other levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import ndtri, stdtrit

from benchmarks.coverage.cells import EDGE, Cell, Table, averaged, covers, exact, mean_of_cells, simulated
from benchmarks.coverage.designs import (
    EVEN,
    NPS,
    SHAPES,
    SHARES,
    Profile,
    Z,
    likely,
    probabilities,
    random_shapes,
    scale_shapes,
    trinomial,
)
from cxlab.interval.methods import METHODS, method
from cxlab.interval.score import limits

Pair = tuple[np.ndarray, np.ndarray]
SIZES = (5, 10, 20, 30, 50, 100, 300, 1000)
# The figures count answers all alike as an interval that is a point and may hold the truth; `t` of this project has no
# interval there, which holds nothing.
POINT = "t, answers alike a point"
NPS_MINIMA = {
    "score": (0.932, 0.947, 0.950, 0.947, 0.948, 0.950, 0.945, 0.950),
    "adjusted_wald": (0.919, 0.914, 0.943, 0.936, 0.948, 0.949, 0.949, 0.950),
    "tango": (0.937, 0.904, 0.947, 0.947, 0.948, 0.950, 0.948, 0.950),
    "wald": (0.049, 0.096, 0.182, 0.260, 0.395, 0.633, 0.830, 0.924),
    "t": (0.049, 0.096, 0.182, 0.260, 0.395, 0.634, 0.830, 0.924),
    POINT: (0.049, 0.096, 0.182, 0.260, 0.395, 0.634, 0.830, 0.924),
    "bootstrap": (),
}
MEAN_SIZES = (5, 10, 20, 50, 100, 300, 1000)
NPS_MEANS = {
    "score": ((0.970, 0.977, 0.966, 0.960, 0.956, 0.952, 0.950), (1.061, 0.751, 0.521, 0.322, 0.225, 0.129, 0.070)),
    "adjusted_wald": (
        (0.951, 0.957, 0.963, 0.960, 0.958, 0.954, 0.952),
        (0.936, 0.707, 0.511, 0.322, 0.226, 0.129, 0.070),
    ),
    "tango": ((0.960, 0.955, 0.957, 0.955, 0.953, 0.950, 0.950), (1.019, 0.750, 0.529, 0.327, 0.227, 0.129, 0.070)),
    "t": ((), ()),
    POINT: ((0.695, 0.753, 0.819, 0.880, 0.908, 0.932, 0.946), (0.935, 0.701, 0.493, 0.312, 0.221, 0.128, 0.070)),
}
TAILS = {
    "score": (0.029, 0.028, 0.017, 0.010, 0.006, 0.004),
    "adjusted_wald": (0.044, 0.044, 0.026, 0.019, 0.014, 0.009),
    "tango": (0.035, 0.038, 0.025, 0.016, 0.015, 0.009),
    "t": (),
    POINT: (0.292, 0.238, 0.164, 0.093, 0.063, 0.032),
}
FLOORS = {5: 0.915, 10: 0.92, 20: 0.92, 50: 0.935, 100: 0.935}  # of the engine under random shapes
RANDOM_MEANS = {"score": 0.952, "adjusted_wald": 0.951, POINT: 0.937}  # at n = 30
SCALES = (3, 5, 7, 10)
BOOTSTRAPS = 1500
SCALE_SIZES = (5, 10, 20, 50, 100, 300)
SCALE_MINIMA = {
    "score": (0.931, 0.951, 0.946, 0.944, 0.945, 0.945),
    "score without skewness": (0.901, 0.945, 0.937, 0.919, 0.945, 0.940),
    "adjusted_wald": (0.901, 0.896, 0.940, 0.942, 0.946, 0.945),
    "t": (0.094, 0.178, 0.328, 0.632, 0.863, 0.934),
    POINT: (0.094, 0.178, 0.328, 0.632, 0.863, 0.934),
    "wald": (),
    "bootstrap": (),
}
SCALE_MEANS = {
    "score": ((0.977, 0.975, 0.966, 0.958, 0.955, 0.953), (2.072, 1.441, 0.994, 0.622, 0.436, 0.252)),
    POINT: ((0.683, 0.772, 0.827, 0.890, 0.931, 0.946), (1.851, 1.334, 0.950, 0.608, 0.433, 0.252)),
}
SCALE_BY_POINTS = {
    3: (0.938, 0.958, 0.953, 0.944, 0.945, 0.945),
    5: (0.931, 0.951, 0.947, 0.949, 0.948, 0.946),
    7: (0.935, 0.952, 0.946, 0.947, 0.947, 0.950),
    10: (0.934, 0.955, 0.948, 0.945, 0.948, 0.948),
}
SHARE_MINIMA = {
    "score": (0.921, 0.924, 0.901, 0.926, 0.926, 0.921, 0.918, 0.928),
    "wilson": (0.859, 0.904, 0.905, 0.860, 0.905, 0.910, 0.935, 0.946),
    "jeffreys": (0.900, 0.869, 0.896, 0.889, 0.885, 0.921, 0.918, 0.928),
    "clopper_pearson": (0.975, 0.962, 0.959, 0.954, 0.953, 0.954, 0.952, 0.951),
    "wald": (0.010, 0.020, 0.039, 0.058, 0.095, 0.181, 0.451, 0.864),
    "agresti_coull": (),
    "t": (),
    "bootstrap": (),
}
SHARE_MEANS = {
    "score": ((0.965, 0.955, 0.950), (0.450, 0.274, 0.154)),
    "wilson": ((0.955, 0.952, 0.949), (0.437, 0.272, 0.153)),
    "clopper_pearson": ((0.983, 0.974, 0.965), (0.510, 0.301, 0.163)),
    "wald": ((0.776, 0.883, 0.927), ()),
}


def at(figures: Sequence[float], place: int) -> float | None:
    return figures[place] if figures else None


def interval(kind: str, name: str, tables: np.ndarray, points: np.ndarray, level: float = 0.95) -> Pair:
    """Limits of every table by a method of the house, with the critical value it takes; no interval has no width."""
    tail = (1 + level) / 2
    if name not in ("t", POINT):
        return method(kind, name)(tables, points, float(ndtri(tail)))
    n = tables[0].sum()
    low, high = method(kind, "t")(tables, points, stdtrit(n - 1, tail))
    if name == POINT:
        mean = tables @ points / n
        low, high = np.where(np.isnan(low), mean, low), np.where(np.isnan(high), mean, high)
    return low, high


def width(found: Pair) -> np.ndarray:
    """Width of each interval; one that does not exist has none."""
    return np.nan_to_num(found[1] - found[0])


def tails(found: Pair, truth: np.ndarray, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probability of missing low and high under each law; an interval that does not exist misses once."""
    low, high = found[0][:, None], found[1][:, None]
    none = np.isnan(low)
    above = (low > truth + EDGE) | none
    return (above * chance).sum(axis=0), (((high < truth - EDGE) & ~none) * chance).sum(axis=0)


def coverage(found: Pair, truth: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Coverage under each law."""
    above, below = tails(found, truth, chance)
    return 1.0 - above - below


def nps_coverage(name: str, n: int, level: float = 0.95) -> np.ndarray:
    """Coverage under each of the nine shapes, by enumeration; tables left out as too rare count as covered.

    They hold less than .001 in all.
    """
    tables, chance = likely(n)
    return coverage(interval("nps", name, tables, NPS, level), SHAPES @ NPS, chance)


def nps(profile: Profile) -> Iterator[Table]:
    """Section 4.1."""
    few = [n for n in SIZES if n <= 100 or profile.name == "full"]  # the bootstrap takes one table at a time
    cells = []
    for name, minima in NPS_MINIMA.items():
        sizes = few if name == "bootstrap" else SIZES
        cells += [exact(name, f"n = {n}", nps_coverage(name, n).min(), at(minima, SIZES.index(n))) for n in sizes]
    about = "All tables of n answers are enumerated; the lowest of nine shapes."
    yield Table("4.1", "NPS: lowest coverage of nine shapes", about, cells)
    yield _random_shapes()
    cells = []
    for name, (coverages, widths) in NPS_MEANS.items():
        for place, n in enumerate(MEAN_SIZES):
            tables, chance = likely(n)
            wide = (width(interval("nps", name, tables, NPS)) @ chance).mean()
            cells.append(exact(f"{name}, coverage", f"n = {n}", nps_coverage(name, n).mean(), at(coverages, place)))
            cells.append(exact(f"{name}, width", f"n = {n}", wide, at(widths, place)))
    cells.sort(key=lambda cell: cell.row.endswith("width"))
    yield Table("4.1", "NPS: mean coverage and width of nine shapes", "As above; widths on the scale -1..1.", cells)
    cells = []
    for name, figures in TAILS.items():
        for place, n in enumerate(MEAN_SIZES[:-1]):
            tables, chance = likely(n)
            missed = np.stack(tails(interval("nps", name, tables, NPS), SHAPES @ NPS, chance))
            unbalanced = np.abs(missed - 0.025).sum(axis=0).mean()
            cells.append(exact(name, f"n = {n}", unbalanced, at(figures, place)))
    about = "Distance of the two tails from .025 each, added; mean of nine shapes."
    yield Table("4.1", "NPS: balance of the tails", about, cells)


def _random_shapes() -> Table:
    laws, cells = random_shapes(), []
    for name in ("score", "adjusted_wald", "tango", "wald", POINT):
        for n in SIZES[:6]:
            found = interval("nps", name, trinomial(n), NPS)
            covered = coverage(found, laws @ NPS, probabilities(trinomial(n), laws))
            floor = FLOORS.get(n) if name == "score" else None
            cells.append(Cell(f"{name}, lowest", f"n = {n}", float(covered.min()), floor))
            if n == 30:
                cells.append(averaged(f"{name}, mean", f"n = {n}", covered, RANDOM_MEANS.get(name), len(laws)))
    about = "Enumerated under 200 seeded draws from Dirichlet(1, 1, 1). The lowest depends on the draw: a floor."
    return Table("4.1", "NPS: 200 random shapes", about, cells)


def scale_means(profile: Profile) -> Iterator[Table]:
    """Section 4.2."""
    runs, of = profile.runs(10_000), 10_000
    found: dict[tuple[str, int], list[tuple[int, float]]] = {}
    wide: dict[tuple[str, int], list[np.ndarray]] = {}
    for size in SCALES:
        rng, points = np.random.default_rng(size), np.arange(1.0, size + 1)
        for n in SCALE_SIZES:
            for law in scale_shapes(size):
                tables = rng.multinomial(n, law, runs)
                for name in SCALE_MINIMA:
                    both = _scale_limits(name, tables[: BOOTSTRAPS if name == "bootstrap" else runs], points)
                    found.setdefault((name, n), []).append((size, float(covers(*both, law @ points).mean())))
                    if size == 5 and name in SCALE_MEANS:
                        wide.setdefault((name, n), []).append(width(both))
    shape_count = f"{runs} samples per cell (bootstrap {BOOTSTRAPS}): scales 1..3, 1..5, 1..7 and 1..10, seven shapes."
    yield Table("4.2", "Scale means: lowest coverage", shape_count, [
        simulated(name, f"n = {n}", min(hit for _, hit in found[name, n]), runs, at(minima, place), of)
        for name, minima in SCALE_MINIMA.items() for place, n in enumerate(SCALE_SIZES)
    ])  # fmt: skip
    yield Table("4.2", "Scale means: lowest coverage of the score interval by scale", shape_count, [
        simulated(f"1..{size}", f"n = {n}", min(hit for k, hit in found["score", n] if k == size), runs, figure, of)
        for size, minima in SCALE_BY_POINTS.items() for n, figure in zip(SCALE_SIZES, minima, strict=True)
    ])  # fmt: skip
    cells = []
    for name, (coverages, widths) in SCALE_MEANS.items():
        for n, figure in zip(SCALE_SIZES, coverages, strict=True):
            hits = [hit for _, hit in found[name, n]]
            cells.append(mean_of_cells(f"{name}, coverage", f"n = {n}", hits, runs, figure, of))
        for n, figure in zip(SCALE_SIZES, widths, strict=True):
            cells.append(averaged(f"{name}, width on 1..5", f"n = {n}", np.mean(wide[name, n], axis=0), figure, of))
    yield Table("4.2", "Scale means: mean coverage and width", shape_count, cells)


def _scale_limits(name: str, tables: np.ndarray, points: np.ndarray) -> Pair:
    """Limits of every sample, each different table computed once."""
    code = tables @ (tables[0].sum() + 1.0) ** np.arange(points.size)
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    alike = tables[first] if code.max() < 2**53 else tables
    low, high = (
        limits(alike, points, Z, skew=False)
        if name == "score without skewness"
        else interval("mean", name, alike, points)
    )
    return (low[back], high[back]) if alike is not tables else (low, high)


def share_tables(n: int) -> np.ndarray:
    return np.stack([np.arange(n, -1, -1), np.arange(n + 1)], axis=1)


def share_coverage(name: str, n: int, truth: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Coverage and mean width under each true share, by enumeration."""
    tables = share_tables(n)
    found = interval("share", name, tables, np.array([0.0, 1.0]), level)
    chance = probabilities(tables, np.stack([1 - truth, truth], axis=1))
    return coverage(found, truth, chance), width(found) @ chance


def shares(_: Profile) -> Iterator[Table]:
    """Section 4.3."""
    cells = [
        exact(name, f"n = {n}", share_coverage(name, n, SHARES)[0].min(), at(minima, place))
        for name, minima in SHARE_MINIMA.items()
        for place, n in enumerate(SIZES)
    ]
    about = "Exact binomial sums over p = .01, .02, ..., .99 and .002, .005, .995, .998."
    yield Table("4.3", "Shares: lowest coverage", about, cells)
    cells = []
    for name, (coverages, widths) in SHARE_MEANS.items():
        for place, n in enumerate((10, 30, 100)):
            covered, wide = share_coverage(name, n, EVEN)
            cells.append(exact(f"{name}, coverage", f"n = {n}", covered.mean(), coverages[place]))
            cells.append(exact(f"{name}, width", f"n = {n}", wide.mean(), at(widths, place)))
    cells.sort(key=lambda cell: cell.row.endswith("width"))
    yield Table("4.3", "Shares: mean coverage and width", "The same over p = .01, .02, ..., .99.", cells)


def other_levels(_: Profile) -> Iterator[Table]:
    """4.1 and 4.3 again at 90 % and 99 %: nothing was published to hold them against."""
    sizes, laws = SIZES[:6], random_shapes()
    for level in (0.9, 0.99):
        cells = []
        for name in ("score", "adjusted_wald", "tango", "t"):
            for n in sizes:
                covered = nps_coverage(name, n, level)
                found = interval("nps", name, trinomial(n), NPS, level)
                drawn = coverage(found, laws @ NPS, probabilities(trinomial(n), laws))
                cells.append(Cell(f"{name}, lowest", f"n = {n}", float(covered.min())))
                cells.append(Cell(f"{name}, mean", f"n = {n}", float(covered.mean())))
                cells.append(Cell(f"{name}, lowest of 200 random shapes", f"n = {n}", float(drawn.min())))
        about = "Enumerated as at 95 %: nine shapes, and 200 random ones."
        yield Table("levels", f"NPS at {level:.0%}", about, cells)
        cells = []
        for name in METHODS["share"]:
            if name == "bootstrap":
                continue
            for n in SIZES:
                covered = share_coverage(name, n, SHARES, level)[0]
                cells.append(Cell(f"{name}, lowest", f"n = {n}", float(covered.min())))
                cells.append(Cell(f"{name}, mean", f"n = {n}", float(covered[: len(EVEN)].mean())))
        yield Table(
            "levels", f"Shares at {level:.0%}", "Exact binomial sums; means over p = .01, .02, ..., .99.", cells
        )
