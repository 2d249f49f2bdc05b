"""The difference of two independent estimates: its MOVER limits, and the critical value at which they touch zero."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, stdtr

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
LimitsAt = Callable[[Floats, Rows], tuple[Floats, Floats]]
Excess = Callable[[Floats, Rows], Floats]

FARTHEST = 1e6  # beyond this critical value both p-values, normal and t, are 0 for every use


def mover(
    t1: ArrayLike, l1: ArrayLike, u1: ArrayLike, t2: ArrayLike, l2: ArrayLike, u2: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Difference t1 - t2 of two independent estimates with its limits, in the unit of the estimates.

    Arguments broadcast; (t, l, u) are point, lower and upper limit. Where one of them is nan, so is the result. The
    limits cannot leave the range that the scale allows to a difference. Only for independent samples.

    Source: Donner and Zou 2012 (for shares Newcombe 1998, method 10).

    >>> [round(float(v), 4) for v in mover(0.9, 0.5958, 0.9821, 0.3, 0.1078, 0.6032)]
    [0.6, 0.1705, 0.809]
    """
    p1, a1, b1, p2, a2, b2 = (np.asarray(v, dtype=float) for v in (t1, l1, u1, t2, l2, u2))
    gap = p1 - p2
    return gap, gap - np.hypot(p1 - a1, b2 - p2), gap + np.hypot(b1 - p1, p2 - a2)


def critical(
    limits_at: LimitsAt, points: ArrayLike, first: ArrayLike, second: ArrayLike, start: float = 1.96
) -> Floats:
    """Critical value z* at which the MOVER interval of each contrast touches 0, a pure number of shape (C,).

    `limits_at(z, rows)` gives the limits (low, high) of the estimates `rows` at the critical values `z` (two arrays of
    one length); it is called once per step with all rows still needed. `points` are the estimates (S,), `first` and
    `second` the rows of each contrast (C,).

    `start` is the critical value at which the caller prints the limits. z* is above it exactly when the interval at
    `start` leaves 0 out, so that a verdict from the limits and one from z* cannot disagree. A difference of 0 has
    z* = 0; one whose limits never reach 0 (a Wald interval without width) has inf; a nan among the limits at `start`
    gives nan. A limit that is unbounded (nan or infinite) from some z on reaches 0 there.

    Source: inversion of Donner and Zou 2012.
    """
    value = np.asarray(points, dtype=float)
    one, two = np.asarray(first, dtype=np.intp), np.asarray(second, dtype=np.intp)
    gap = np.abs(value[one] - value[two])
    upper, lower = np.where(value[one] >= value[two], one, two), np.where(value[one] >= value[two], two, one)

    def excess(z: Floats, at: Rows) -> Floats:
        """Reach of the interval towards 0 over the size of the difference, less 1: negative while 0 is outside."""
        rows = np.concatenate([upper[at], lower[at]])
        low, high = limits_at(np.concatenate([z, z]), rows)
        count = len(at)
        reach = np.hypot(value[upper[at]] - low[:count], high[count:] - value[lower[at]])
        return (reach - gap[at]) / gap[at]

    def open_ended(z: Floats, at: Rows) -> Floats:
        found = excess(z, at)
        return np.where(np.isnan(found), np.inf, found)

    answer = np.where(gap > 0, np.nan, gap)
    live = np.flatnonzero((gap > 0) & np.isfinite(start))
    if not len(live):
        return answer
    at_start = excess(np.full(len(live), float(start)), live)
    live, at_start = live[np.isfinite(at_start)], at_start[np.isfinite(at_start)]
    outside, inside = live[at_start < 0], live[at_start >= 0]
    nought, g_nought = np.zeros(len(inside)), np.full(len(inside), -1.0)
    below = _crossing(open_ended, inside, nought, g_nought, start, at_start[at_start >= 0])
    above = _beyond(open_ended, outside, start, at_start[at_start < 0])
    answer[inside] = np.minimum(below, np.nextafter(start, -np.inf))
    answer[outside] = np.maximum(above, np.nextafter(start, np.inf))
    return answer


def p_value(z: ArrayLike, df: ArrayLike | None = None) -> Floats:
    """Two-sided p-value of a critical value, a share: normal, or t where `df` is given.

    `z` has any shape; nan stays nan and inf gives 0. `df` broadcasts; an infinite one means normal.

    Source: Student 1908 for the t form.

    >>> float(p_value(0.0))
    1.0
    """
    tail = -np.abs(np.asarray(z, dtype=float))
    if df is None:
        return np.asarray(2.0 * ndtr(tail))
    return np.asarray(2.0 * stdtr(np.asarray(df, dtype=float), tail))


def welch_df(se1: ArrayLike, df1: ArrayLike, se2: ArrayLike, df2: ArrayLike) -> Floats:
    """Degrees of freedom of the difference of two estimates that have their own, at least 1.

    `se` are standard errors in one unit, `df` their degrees of freedom (inf for normal ones). Two errors of 0 give the
    smaller of the two.

    Source: Welch 1947 (Biometrika 34:28).
    """
    e1, n1, e2, n2 = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (se1, df1, se2, df2)))
    (a, na), (b, nb) = (np.atleast_1d(e1) ** 2, np.atleast_1d(n1)), (np.atleast_1d(e2) ** 2, np.atleast_1d(n2))
    below = a**2 / na + b**2 / nb
    pooled = np.divide((a + b) ** 2, below, out=np.minimum(na, nb), where=below > 0)
    return np.maximum(pooled, 1.0).reshape(e1.shape)


def _beyond(excess: Excess, rows: Rows, start: float, below: Floats) -> Floats:
    """z* above `start`: walk outwards until 0 comes in, then search between the last two stops."""
    answer = np.full(len(rows), np.inf)
    left, g_left, open_ = np.full(len(rows), float(start)), below.copy(), np.arange(len(rows))
    while len(open_):
        right = left[open_] * np.clip(1.2 / np.maximum(1.0 + g_left[open_], 0.1), 1.5, 8.0)
        g_right = excess(right, rows[open_])
        found = g_right >= 0
        if found.any():
            at = open_[found]
            answer[at] = _crossing(excess, rows[at], left[at], g_left[at], right[found], g_right[found])
        open_, right, g_right = open_[~found], right[~found], g_right[~found]
        left[open_], g_left[open_] = right, g_right
        open_ = open_[right < FARTHEST]
    return answer


def _crossing(excess: Excess, rows: Rows, left: Floats, g_left: Floats, right: ArrayLike, g_right: Floats) -> Floats:
    """Where `excess` passes 0 between `left` (negative) and `right` (perhaps infinite): false position, else halves."""
    a, b = np.array(left, dtype=float), np.array(np.broadcast_to(np.asarray(right, dtype=float), left.shape))
    ga, gb = np.array(g_left, dtype=float), np.array(g_right, dtype=float)
    middle, open_, last = b.copy(), np.arange(len(rows)), np.zeros(len(rows))
    for step in range(60):
        if not len(open_):
            break
        u, v, gu, gv = a[open_], b[open_], ga[open_], gb[open_]
        # Where a limit without width meets one at the end of the scale, 0 is touched over a stretch: its start counts.
        sloped = np.isfinite(gv) & (gv > 0) & (step % 5 != 4)
        back = np.divide(gv * (v - u), gv - gu, out=0.5 * (v - u), where=sloped)
        # Kept between its ends: next to 0 rounding would carry it below, where there is no critical value.
        z = np.clip(v - back, u, v)
        g = excess(z, rows[open_])
        side = np.where(g < 0, -1.0, 1.0)
        # An end that stays twice gets half its weight (Illinois), else it would never move on a curved function.
        stale = np.where(side == last[open_], 0.5, 1.0)
        middle[open_], last[open_] = z, side
        a[open_], b[open_] = np.where(side < 0, z, u), np.where(side < 0, v, z)
        ga[open_], gb[open_] = np.where(side < 0, g, gu * stale), np.where(side < 0, gv * stale, g)
        done = ((np.abs(g) < 1e-9) & ((g != 0) | (gv > 0))) | (b[open_] - a[open_] < 1e-10 * b[open_])
        open_ = open_[~done]
    return middle
