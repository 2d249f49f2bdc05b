"""Many contrasts at once: the max-T critical value with its adjusted p-values, and the step-wise corrections."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri, stdtrit

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

DRAWS = 4000  # for very many contrasts; for FEW of them ten times as many, since a fixed seed keeps its error for ever
FEW = 500
SEED = 20261121
KEPT = 16  # segments whose draws are kept: a page compares the same ones by several figures
SMOOTH_DF = 5.0  # from here on the quantiles of t are smooth enough in those of the normal to be read off a grid
GRID_END, GRID_STEP = 8.5, 0.01  # the smallest uniform draw is a normal of -8.3
CHUNK = 2_000_000  # numbers held at once while the maximum over the contrasts is taken


@dataclass(frozen=True, eq=False)
class Family:
    """Largest standardised difference of a family of contrasts under no difference: sorted draws and their quantile."""

    critical: float
    level: float
    maxima: Floats

    def p_values(self, z: ArrayLike) -> Floats:
        """Adjusted p-values, shares: the part of the draws that reach each critical value z* of `difference.critical`.

        A p-value is below 1 - level exactly when z* lies above `critical`; nan stays nan.
        """
        value = np.asarray(z, dtype=float)
        size = len(self.maxima)
        p = (size - np.searchsorted(self.maxima, value, side="left")) / max(size, 1)
        # 1 - .95 is a little above .05 in binary; a p of exactly .05 must not slip under it.
        p = np.where(value <= self.critical, np.maximum(p, 1.0 - self.level), p)
        return np.where(np.isnan(value), np.nan, p)


def pairs(segments: int) -> tuple[Rows, Rows]:
    """Rows (first, second) of all pairs of `segments` segments, first before second."""
    first, second = np.triu_indices(segments, k=1)
    return first.astype(np.intp), second.astype(np.intp)


def against(segments: int, baseline: int) -> tuple[Rows, Rows]:
    """Rows (first, second) of every other segment against the segment number `baseline`."""
    first = np.delete(np.arange(segments, dtype=np.intp), baseline)
    return first, np.full(segments - 1, baseline, dtype=np.intp)


def previous(segments: int) -> tuple[Rows, Rows]:
    """Rows (first, second) of each period against the one before; segments are in order of time."""
    return np.arange(1, segments, dtype=np.intp), np.arange(segments - 1, dtype=np.intp)


def rest(segments: int) -> tuple[Rows, Rows]:
    """Rows (first, second) of each segment against its rest, which stands in row `segments` + its own number."""
    first = np.arange(segments, dtype=np.intp)
    return first, first + segments


def smoothed(counts: ArrayLike) -> Floats:
    """Counts (S, K) with .75 added at each end and 1.5 spread over the inner points: the counts whose limits give se.

    Shares (K = 2) get .75 on each side. Answers all alike thus have a width. A segment without answers stays empty, so
    that it has no standard error and does not count among the contrasts. Source: Rocks 2016.
    """
    table = np.asarray(counts, dtype=float)
    inner = table.shape[-1] - 2
    added = np.full(table.shape[-1], 1.5 / max(inner, 1))
    added[[0, -1]] = 0.75
    return table + added * (table.sum(axis=-1, keepdims=True) > 0)


def standard_errors(low: ArrayLike, high: ArrayLike, z: ArrayLike) -> Floats:
    """Standard error that an interval stands for, in its unit: half its width over its critical value."""
    return (np.asarray(high, dtype=float) - np.asarray(low, dtype=float)) / (2.0 * np.asarray(z, dtype=float))


def family(
    se: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    level: float,
    *,
    df: ArrayLike | None = None,
    n: ArrayLike | None = None,
    rest_se: ArrayLike | None = None,
    draws: int | None = None,
    seed: int = SEED,
) -> Family:
    """Critical value for all contrasts together, and the draws it comes from.

    `se` (S,) are standard errors in one unit, `first` and `second` (C,) the rows of each contrast. With `df` (S,) the
    draws are t, else normal. Against the rest give `n` (S,) and `rest_se` (S,): row S + i is then the rest of segment
    i, the mean of the other segments' draws weighted by their n and brought to its own standard error.

    Contrasts with a nan standard error are left out; with none left the critical value is nan. A contrast of two
    errors of 0 counts as 0. The same seed gives the same draws on every machine, and a segment's draws do not depend
    on how many segments follow it. Source: Hothorn, Bretz and Westfall 2008.
    """
    errors = np.asarray(se, dtype=float)
    draws = draws or (10 * DRAWS if np.size(first) <= FEW else DRAWS)
    table = segment_draws(errors, df, draws, seed)
    if n is not None and rest_se is not None:
        own = np.asarray(rest_se, dtype=float)
        table = np.concatenate([table, _rest_draws(table, errors, np.asarray(n, dtype=float), own)])
        errors = np.concatenate([errors, own])
    one, two = np.asarray(first, dtype=np.intp), np.asarray(second, dtype=np.intp)
    known = np.isfinite(errors[one]) & np.isfinite(errors[two])
    one, two = one[known], two[known]
    if not len(one):
        return Family(float("nan"), level, np.zeros(0))
    maxima = np.zeros(draws)
    step = max(1, CHUNK // draws)
    for start in range(0, len(one), step):
        i, j = one[start : start + step], two[start : start + step]
        scale = np.hypot(errors[i], errors[j])
        inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0)
        gaps = table[i]
        gaps -= table[j]
        np.abs(gaps, out=gaps)
        gaps *= inverse[:, None]
        np.maximum(maxima, gaps.max(axis=0), out=maxima)
    maxima.sort()
    rank = min(int(np.floor(level * draws + 1e-9)) + 1, draws)
    # Many contrasts never need less than one of them alone, whatever the draws (next to level 1 there are too few).
    alone = float(ndtri((1.0 + level) / 2.0)) if maxima[-1] > 0 else 0.0
    return Family(max(float(maxima[rank - 1]), alone), level, maxima)


def segment_draws(se: ArrayLike, df: ArrayLike | None = None, draws: int = DRAWS, seed: int = SEED) -> Floats:
    """Independent errors (S, draws) of the segments, in the unit of `se`: normal, or t with `df` (inf is normal).

    Made from the raw bits of PCG64, which numpy keeps stable, by the inverse of the distribution.
    """
    errors = np.asarray(se, dtype=float)
    freedom = np.broadcast_to(np.asarray(np.inf if df is None else df, dtype=float), errors.shape)
    # A page asks for the same few segments again and again; of many segments every row is new.
    made = _standard_draws if len(errors) <= KEPT else _standard_draws.__wrapped__
    table = np.empty((len(errors), draws))
    for row, (error, one) in enumerate(zip(errors, freedom.tolist(), strict=True)):
        np.multiply(made(row, one, draws, seed), error, out=table[row])
    return table


@lru_cache(maxsize=3 * KEPT)
def _standard_draws(row: int, df: float, draws: int, seed: int) -> Floats:
    """Draws of one row with a standard error of 1: t with `df`, normal where that is inf. Not to be written to."""
    if np.isinf(df):
        bits = np.random.PCG64(seed).advance(row * draws).random_raw(draws)
        found = ndtri(((bits >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53)
    else:
        normal = _standard_draws(row, np.inf, draws, seed)
        found = _student(normal, df) if df >= SMOOTH_DF else stdtrit(df, ndtr(normal))
    found.flags.writeable = False
    return np.asarray(found)


def _student(normal: Floats, df: float) -> Floats:
    """Normal draws as draws of t: the quantile function exact on a grid, a cubic through four points in between.

    Between the grid's points it is off by less than 1e-6, and takes a fifth of the time.
    """
    grid = np.arange(-GRID_END - 2 * GRID_STEP, GRID_END + 3 * GRID_STEP, GRID_STEP)
    exact = np.sign(grid) * -stdtrit(df, ndtr(-np.abs(grid)))
    place = (normal - grid[0]) / GRID_STEP
    left = place.astype(np.intp)
    t = place - left
    before, here, after, beyond = (exact[left + step] for step in (-1, 0, 1, 2))
    slope = after - before
    bend = 2 * before - 5 * here + 4 * after - beyond
    return here + 0.5 * t * (slope + t * (bend + t * (3 * (here - after) + beyond - before)))


def holm(p: ArrayLike) -> Floats:
    """Holm's adjusted p-values, shares (C,): they hold the chance of any false finding. nan is left out of the count.

    Source: Holm 1979.

    >>> [round(float(v), 3) for v in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    value, order, known = _ordered(p)
    steps = np.maximum.accumulate(known * (len(known) - np.arange(len(known))))
    value[order] = np.minimum(steps, 1.0)
    return value


def bh(p: ArrayLike) -> Floats:
    """Benjamini and Hochberg's adjusted p-values, shares (C,): they hold the share of false findings. nan is left out.

    Source: Benjamini and Hochberg 1995.

    >>> [round(float(v), 3) for v in bh([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    value, order, known = _ordered(p)
    steps = np.minimum.accumulate((known * len(known) / np.arange(1, len(known) + 1))[::-1])[::-1]
    value[order] = np.minimum(steps, 1.0)
    return value


def _ordered(p: ArrayLike) -> tuple[Floats, Rows, Floats]:
    """A copy to write to, the places of the p-values that are known from small to large, and those p-values."""
    value = np.array(p, dtype=float)
    order = np.argsort(value, kind="stable")[: np.count_nonzero(~np.isnan(value))]
    return value, order, value[order]


def _rest_draws(table: Floats, se: Floats, n: Floats, rest_se: Floats) -> Floats:
    """Draws of everything but segment i: the others' draws weighted by n, scaled to the standard error of the rest."""
    weight = np.where(np.isfinite(se), n, 0.0)
    part = np.where(weight > 0, weight, 0.0)[:, None] * np.where(np.isfinite(table), table, 0.0)
    others = part.sum(axis=0) - part
    spread = (weight * np.where(np.isfinite(se), se, 0.0)) ** 2
    size = np.sqrt(np.maximum(spread.sum() - spread, 0.0))
    return others * np.divide(rest_se, size, out=np.zeros_like(size), where=size > 0)[:, None]
