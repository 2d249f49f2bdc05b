"""How fast intervals are: the score engine for all segments at once against a loop over other software.

    python benchmarks/intervals.py [--segments 10000]

Only the ratios carry over to another machine. Loops are timed on as many segments as fit in a second or two, spread
over all, and scaled up; each section says on how many.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is loaded: one core for everybody
os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa
from scipy.stats import bootstrap
from statsmodels.stats.proportion import proportion_confint

import cxlab as cx
from cxlab.interval.score import limits

Z = 1.959963984540054


def tables(segments: int, points: int) -> np.ndarray:
    """Counts (segments, points): 5 to 500 answers each, every segment of its own shape."""
    rng = np.random.default_rng(points)
    return rng.multinomial(rng.integers(5, 500, segments), rng.dirichlet(np.full(points, 0.7), segments))


def seconds(call: Callable[[], object], times: int = 7) -> float:
    """CPU seconds of the best of several calls, so that a busy neighbour does not count."""
    found = []
    for _ in range(times):
        start = time.process_time()
        call()
        found.append(time.process_time() - start)
    return min(found)


def looped(counts: np.ndarray, one: Callable[[np.ndarray], object], sample: int) -> float:
    """CPU seconds that a loop over all segments would take, from an even sample of them."""
    chosen = counts[:: max(len(counts) // sample, 1)]
    return seconds(lambda: [one(row) for row in chosen], times=1) * len(counts) / len(chosen)


def row(label: str, own: float, other: float | None = None) -> None:
    against = "" if other is None else f"{other * 1e3:12.0f} ms {other / own:12.0f} x"
    print(f"  {label:<44}{own * 1e3:9.2f} ms{against}")


def engine(segments: int) -> None:
    """The engine alone, both limits, against loops over software that has an interval for the same counts."""
    print(f"Engine, {segments} segments, both limits: own time, other's time, ratio")
    for points in (3, 11):
        counts, scale = tables(segments, points), np.arange(points)
        own = seconds(lambda counts=counts, scale=scale: limits(counts, scale, Z))

        def drawn(table: np.ndarray, scale: np.ndarray = scale) -> object:
            return bootstrap((np.repeat(scale, table),), np.mean, method="percentile", n_resamples=999, rng=1)

        row(f"K = {points}, scipy.stats.bootstrap, 999 draws", own, looped(counts, drawn, 200))

        def wilson(table: np.ndarray) -> object:
            return proportion_confint(table[-1], table.sum(), method="wilson")

        row(f"K = {points}, statsmodels, Wilson of the top box", own, looped(counts, wilson, 5000))


def single() -> None:
    """One interval, as an analyst asks for it."""
    print("Engine, one segment")
    for points in (2, 3, 11):
        counts, scale = tables(1, points), np.arange(points)
        row(f"K = {points}", seconds(lambda c=counts, s=scale: [limits(c, s, Z) for _ in range(200)]) / 200)


def whole(segments: int) -> None:
    """From rows to a frame of estimates, against the same loops over rows that are already sorted into segments."""
    counts = tables(segments, 3)
    answers = np.repeat(np.tile(np.array([3, 8, 10]), segments), counts.astype(int).ravel())
    names = np.repeat(np.arange(segments), counts.sum(axis=1).astype(int))
    rows = pa.table({"recommend": answers, "segment": names})
    print(f"End to end, NPS of {segments} segments on {rows.num_rows} rows: own time, other's time, ratio")
    own = seconds(lambda: cx.nps(rows, by="segment").to_pandas(), 3)

    def drawn(table: np.ndarray) -> object:
        return bootstrap((np.repeat([-1, 0, 1], table),), np.mean, method="percentile", n_resamples=999, rng=1)

    def wilson(table: np.ndarray) -> object:
        return proportion_confint(table[-1], table.sum(), method="wilson")

    row("cx.nps(...).to_pandas(), scipy.stats.bootstrap", own, looped(counts, drawn, 200))
    row("cx.nps(...).to_pandas(), statsmodels, Wilson of the top box", own, looped(counts, wilson, 5000))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=10_000)
    segments = parser.parse_args().segments
    engine(segments)
    single()
    whole(segments)


if __name__ == "__main__":
    main()
