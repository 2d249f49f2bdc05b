"""What a survey's design makes of n: weights, strata, clusters, raking and a finite population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxlab.errors import DefinitionError
from cxlab.interval.division import over

Floats = NDArray[np.float64]

NOTHING = 1e-12  # a variance below this share of the mean square is rounding


@dataclass(frozen=True, eq=False)
class Effective:
    """A designed mean by segment: estimate, variance V, effective size and degrees of freedom, each of shape (S,)."""

    estimate: Floats
    variance: Floats
    n: Floats
    df: Floats


@dataclass(frozen=True, eq=False)
class Totals:
    """Sums over the PSUs of each segment and stratum, all (S, H).

    `psus` counts the PSUs with rows of the segment; `w` and `wy` sum the PSU totals of weight and of weight times
    answer; `ww`, `wwy`, `wyy` sum their squares and products over PSUs. Without weights a row's weight is 1.
    """

    psus: Floats
    w: Floats
    wy: Floats
    ww: Floats
    wwy: Floats
    wyy: Floats


def kish(sw: ArrayLike, sw2: ArrayLike) -> Floats:
    """Effective number of answers under bare weights, (sum w)^2 / sum w^2, shape (S,); 0 where there are none.

    Source: Kish 1965.

    >>> float(kish(11, 20.5).round(4))
    5.9024
    """
    total, squares = np.asarray(sw, dtype=float), np.asarray(sw2, dtype=float)
    return over(total**2, squares, 0.0)


def totals(segment: ArrayLike, stratum: ArrayLike, w: ArrayLike, wy: ArrayLike, shape: tuple[int, int]) -> Totals:
    """Totals of a table with one row per segment and PSU: codes of segment and stratum, its sums of w and of w * y.

    `shape` is (segments, strata). A PSU stands in one stratum. The same sums can come from SQL.
    """
    cell = np.ravel_multi_index((np.asarray(segment, dtype=np.intp), np.asarray(stratum, dtype=np.intp)), shape)
    a, b = np.asarray(w, dtype=float), np.asarray(wy, dtype=float)

    def add(what: Floats) -> Floats:
        return np.bincount(cell, weights=what, minlength=shape[0] * shape[1]).astype(float).reshape(shape)

    return Totals(add(np.ones_like(a)), add(a), add(b), add(a * a), add(a * b), add(b * b))


def taylor(
    sums: Totals,
    n: ArrayLike,
    wy2: ArrayLike,
    *,
    seen: ArrayLike | None = None,
    drawn: ArrayLike | None = None,
    population: ArrayLike | None = None,
    strata: Sequence[object] | None = None,
    lonely: str | None = None,
) -> Effective:
    """Weighted mean with its Taylor linearised variance, effective size and degrees of freedom, by segment.

    `n` (S,) answers and `wy2` (S,) the sum of weight times squared answer. `seen` (H,) is the number of PSUs of each
    stratum in the whole table (a PSU without rows of the segment counts with 0); default: those of the segment.
    `drawn` (S, H) is the number of PSUs drawn from the population, of which the segment has some; default: as `seen`.
    `population` (H,) PSUs in the population, nan or inf for unknown. `strata` (H,) names the strata in errors.

    The effective size is v / V, kept in [min(2, n), n] before the finite population enters, which may take it above n
    (inf when every stratum was seen whole). Answers all alike have no variance: the number of PSUs. df is the PSUs
    less the strata of the segment, at least 1. A segment without weight is nan. A stratum with one PSU is an error
    unless `lonely="adjust"`, which centres it at the grand mean, or it was seen whole.

    Source: Sarndal, Swensson and Wretman 1992; effective size: Korn and Graubard 1998.
    """
    rows, whole = np.asarray(n, dtype=float), sums.w.sum(axis=1)
    mean = over(sums.wy.sum(axis=1), whole)
    v = _spread(mean, over(np.asarray(wy2, dtype=float), whole))
    psus = sums.psus if seen is None else np.where(sums.psus > 0, np.asarray(seen, dtype=float), 0.0)
    left = _not_seen(psus if drawn is None else np.broadcast_to(np.asarray(drawn, dtype=float), psus.shape), population)
    _check_lonely(psus, left, strata, lonely)
    # u = (wy - mean w) / W of each PSU; its sum and sum of squares over the PSUs of the stratum.
    sum_u = over((sums.wy - mean[:, None] * sums.w).T, whole).T
    squares = sums.wyy - 2.0 * mean[:, None] * sums.wwy + mean[:, None] ** 2 * sums.ww
    square_u = over(np.maximum(squares, 0.0).T, whole**2).T
    within = square_u - over(sum_u**2, psus, 0.0)
    many = psus > 1
    inflate = over(psus, psus - 1.0)
    # A lonely PSU is centred at the grand mean, where u has mean 0: its own square stays.
    term = np.where(many, inflate * np.maximum(within, 0.0), square_u)
    bare, full = term.sum(axis=1), (left * term).sum(axis=1)
    bare, full = np.where(whole > 0, bare, np.nan), np.where(whole > 0, full, np.nan)
    size = _clip(over(v, bare, np.inf), rows)
    size = np.where(v == 0, sums.psus.sum(axis=1), size) * np.where(bare == full, 1.0, over(bare, full, np.inf))
    df = np.maximum(sums.psus.sum(axis=1) - (sums.psus > 0).sum(axis=1), 1.0)
    return Effective(mean, full, np.where(whole > 0, size, 0.0), df)


def raked(
    margins: ArrayLike,
    rows: ArrayLike,
    weight: ArrayLike,
    n: ArrayLike,
    sy: ArrayLike,
    syy: ArrayLike,
) -> Effective:
    """Weighted mean of raked answers with its leverage-corrected (HC3) variance, effective size and df, by segment.

    `margins` (C, q) are the raking indicators of each cell: an intercept and all but one level per margin. `rows` (C,)
    answers of the whole table in the cell and `weight` (C,) the weight of one of them. `n`, `sy`, `syy` (S, C): answers
    of the segment in the cell, their sum and sum of squares. A segment is treated as a domain of the whole table.

    Effective size v / V, kept in [min(2, n), n]; Kish's where v or V is 0. df: Kish's size less q, at least 3.

    Source: Deville and Sarndal 1992 for the residuals; MacKinnon and White 1985 for the leverage (HC3).
    """
    x, cell_rows, w = (np.asarray(a, dtype=float) for a in (margins, rows, weight))
    count, first, second = (np.atleast_2d(np.asarray(a, dtype=float)) for a in (n, sy, syy))
    size, whole = count.sum(axis=1), (count * w).sum(axis=1)
    mean = over((first * w).sum(axis=1), whole)
    v = _spread(mean, over((second * w).sum(axis=1), whole))
    crossed = np.linalg.pinv(x.T @ (x * (cell_rows * w)[:, None]), hermitian=True)
    leverage = np.clip(w * np.einsum("cq,qr,cr->c", x, crossed, x), 0.0, 0.9)
    # Sums over all rows of a cell of the variable (y - mean), which is 0 outside the segment, and of its square.
    part = first - mean[:, None] * count
    square = second - 2.0 * mean[:, None] * first + mean[:, None] ** 2 * count
    fitted = ((part * w) @ x) @ crossed @ x.T
    residual = np.maximum(square - 2.0 * fitted * part + fitted**2 * cell_rows, 0.0)
    variance = over((residual * (w / (1.0 - leverage)) ** 2).sum(axis=1), whole**2)
    by_kish = kish(whole, (count * w**2).sum(axis=1))
    tiny = (v == 0) | ~(variance > NOTHING * v / np.maximum(size, 1.0))
    effective = np.where(tiny, by_kish, _clip(over(v, variance, np.inf), size))
    return Effective(mean, variance, effective, np.maximum(by_kish - x.shape[1], 3.0))


def finite(n_effective: ArrayLike, n: ArrayLike, population: ArrayLike) -> Floats:
    """Effective size in a population of N: times (N - 1)/(N - n), shape (S,); inf when all were asked.

    nan or inf in `population` (S,) means that N is not known. N below n is an error. Source: Cochran 1977.

    >>> float(finite(100, 100, 199))
    200.0
    """
    size, rows, whole = (np.asarray(a, dtype=float) for a in (n_effective, n, population))
    known = np.isfinite(whole) & (rows > 0)
    size, rows, whole, known = np.broadcast_arrays(size, rows, whole, known)
    _check_population(rows, np.where(known, whole, np.inf))
    factor = np.divide(whole - 1.0, whole - rows, out=np.ones(size.shape), where=known & (whole > rows))
    return np.where(known & (whole == rows), np.inf, size * factor)


def _not_seen(psus: Floats, population: ArrayLike | None) -> Floats:
    """Share of each stratum's PSUs that were not seen, 1 - n_h / N_h."""
    if population is None:
        return np.ones_like(psus)
    whole = np.asarray(population, dtype=float)
    whole = np.broadcast_to(np.where(np.isnan(whole), np.inf, whole), psus.shape)
    _check_population(psus, whole)
    return np.where(psus > 0, 1.0 - psus / np.maximum(whole, 1.0), 1.0)


def _check_population(seen: Floats, whole: Floats) -> None:
    short = np.flatnonzero(seen.ravel() > whole.ravel())
    if len(short):
        raise DefinitionError(
            "The population is smaller than the sample",
            f"Population {whole.ravel()[short[0]]:g}, sample {seen.ravel()[short[0]]:g}",
            "Give the number of those who could have been asked (with clusters: of clusters), or population='all'",
        )


def _check_lonely(psus: Floats, left: Floats, strata: Sequence[object] | None, lonely: str | None) -> None:
    if lonely not in (None, "adjust"):
        raise DefinitionError("Unknown way to treat a stratum with one unit", f"lonely={lonely!r}", "Use 'adjust'")
    alone = np.flatnonzero(((psus == 1) & (left > 0)).any(axis=0))
    if len(alone) and lonely is None:
        name = strata[alone[0]] if strata is not None else int(alone[0])
        raise DefinitionError(
            "A stratum with one unit has no variance of its own",
            f"Stratum {name!r} has 1 unit",
            "Join it to another stratum, or pass lonely='adjust' to measure it from the grand mean",
        )


def _spread(mean: Floats, squares: Floats) -> Floats:
    """Variance from mean and mean square, exactly 0 where only rounding is left."""
    variance = squares - mean**2
    return np.where(variance <= NOTHING * np.abs(squares), 0.0, variance)


def _clip(size: Floats, n: Floats) -> Floats:
    return np.minimum(np.maximum(size, np.minimum(2.0, n)), n)
