"""The score engine: one interval for the NPS, every scale mean and every share.

It is the skewness-corrected multinomial score interval on the full known scale. A trial mean mu is accepted when

    |xbar - mu| / sqrt(V/n)  is within  z  of  g (z^2 - 1) / (6 sqrt n),

V and g being variance and skewness of the law on the scale that has mean mu and is most likely given the answers.
Two points without the correction give Wilson's interval, three give Tango's.

The law most likely for its own mean is the answers tilted by one parameter theta, so no search is nested in another.
Write y for the scale moved to 0..1, q for the shares of the answers, U and s2 for their mean and variance, and
A = sum q (y - U)^2 / (1 + theta y). Then

    sigma = S^2/n = theta^2 A / (1 + theta U),      g sqrt(sigma) = s2 (1 + sigma)^2 / ((1 + theta U) A) + sigma - 1,
    U - mu        = sigma (1 + theta U) / (theta (1 + sigma)),

so one division per scale point and Newton step is all the work. Where the lowest point is unseen and the limit lies
beyond theta = infinity, the missing probability sits on that point and the limit is the root of a quartic.

Only lower limits are found here; the upper limit is the lower one of the reflected scale, which makes the symmetry
of the two exact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxlab.errors import DefinitionError

Floats = NDArray[np.float64]

BLOCK = 2048  # segments solved at a time, so that the work stays in the processor's cache
STEPS = 80  # cap of a search; the worst row met in validation needs about a third of it
NOTHING = 1e-13  # a smaller share of the answers is rounding, moves no limit and would only end in overflow
CLOSE = 1e-7  # a Newton step this small leaves an error near its square
NEAR = 1e-12  # below this critical value the limit is the mean, to rounding
CONNECTED = 3.0  # the boundary quartic falls all the way to here, and has its first root before


def limits(counts: ArrayLike, points: ArrayLike, z: ArrayLike, *, skew: bool = True) -> tuple[Floats, Floats]:
    """Score limits (low, high) of the mean answer of each segment, in the unit of the points.

    counts: (S, K), answers per segment and scale point; at least 0, fractions allowed (effective sizes). One segment
        may be given as (K,) and still returns arrays of length 1.
    points: (K,), the whole scale in ascending order, not only the points that were seen; K at least 2.
    z: critical value, scalar or (S,), at least 0: 1.96 for a normal 95 %, or a t quantile.
    skew: False leaves the skewness correction out: Wilson's interval for two points, Tango's for three.

    A segment without answers gets (nan, nan). One answer is enough for an interval. Answers all alike give an
    interval with width; at an end of the scale that limit is exactly the end. No limit leaves the scale. Below z = 1
    there is no correction, because it would change sign.

    Refuses counts that are negative, not finite or of another shape, points out of order and a z that is no number.

    Source: Laud 2017 (Pharmaceutical Statistics 16:334) for the correction, here composed with Tango 1998
    (Statistics in Medicine 17:891) and with more points than three; a new composition, validated by simulation.

    >>> low, high = limits([[0, 0, 1, 0, 0]], [1, 2, 3, 4, 5], 1.96)
    >>> print(f"{low[0]:.3f} {high[0]:.3f}")
    1.154 4.846
    """
    counts, points, z = checked(counts, points, z)
    low = np.full(len(counts), np.nan)
    high = low.copy()
    some = np.flatnonzero(counts.sum(axis=1) > 0)
    for first in range(0, some.size, BLOCK):
        rows = some[first : first + BLOCK]
        part = counts[rows]
        part[part < NOTHING * part.sum(axis=1, keepdims=True)] = 0.0
        low[rows], high[rows] = _both(part.T, points, z[rows], skew)
    return low, high


def _both(counts: Floats, points: Floats, z: Floats, skew: bool) -> tuple[Floats, Floats]:
    """Both limits for answers (K, S): the segments and their mirror images side by side, solved as one."""
    size, span = z.size, points[-1] - points[0]
    sides = np.stack([(points - points[0]) / span, (points[-1] - points[::-1]) / span], axis=1)
    k6 = np.maximum(z * z - 1.0, 0.0) / 6.0 if skew else np.zeros_like(z)
    depth = span * _lower(
        np.concatenate([counts, counts[::-1]], axis=1), sides.repeat(size, axis=1), np.tile(z, 2), np.tile(k6, 2)
    )
    low, high = points[0] + depth[:size], points[-1] - depth[size:]
    if (depth < -1e-12 * span).any() or (depth > span).any():
        raise ArithmeticError("a score limit left the scale")
    depth = np.maximum(depth, 0.0)
    return np.minimum(low, high), np.maximum(low, high)  # at z near 0 rounding may cross them


def checked(counts: ArrayLike, points: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Counts as (S, K), points as (K,) and one z per segment, all float; a DefinitionError where they do not fit."""
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 1 or points.size < 2 or not np.isfinite(points).all() or (np.diff(points) <= 0).any():
        raise DefinitionError(
            "The scale is not a list of at least two ascending points",
            f"It is of shape {points.shape}: {np.array2string(points, threshold=12)}",
            "Give every point of the scale once, from the lowest to the highest.",
        )
    counts = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    if counts.ndim != 2 or counts.shape[1] != points.size:
        raise DefinitionError(
            "Counts and scale do not have the same number of points",
            f"Counts are of shape {counts.shape}, the scale has {points.size} points",
            "Give one row per segment and one column per point of the scale.",
        )
    bad = ~(counts >= 0) | np.isinf(counts)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise DefinitionError(
            "A count is negative or not a number",
            f"It is {counts[row, column]} in row {row} at point {points[column]:g}",
            "Counts are how many answers there are, or their weights: 0 or more.",
        )
    return counts, points, _critical(z, counts)


def _critical(z: ArrayLike, counts: Floats) -> Floats:
    """One critical value per segment; that of a segment without answers is not looked at."""
    z = np.asarray(z, dtype=np.float64)
    if z.ndim and z.shape != (len(counts),):
        raise DefinitionError(
            "Critical values and segments do not match in number",
            f"z is of shape {z.shape}, segments: {len(counts)}",
            "Give one z for all segments, or one for each.",
        )
    z = np.broadcast_to(z, len(counts))
    bad = (~(z >= 0) | np.isinf(z)) & (counts.sum(axis=1) > 0)
    if bad.any():
        raise DefinitionError(
            "A critical value is negative or not a number",
            f"It is z = {z[bad][0]}",
            "Give the two-sided quantile, such as 1.96 for 95 %.",
        )
    return z


def _lower(counts: Floats, y: Floats, z: Floats, k6: Floats) -> Floats:
    """Lower limit on 0..1 for answers (K, M) at points y (K, M) that run from 0 to 1."""
    n = counts.sum(axis=0)
    mean = (counts * y).sum(axis=0) / n
    square = (counts * y * y).sum(axis=0) / n
    limit = np.where(z < NEAR, mean, 0.0)
    inner = (n * mean * mean > k6 * square) & (z >= NEAR)  # elsewhere the end of the scale is itself accepted

    unseen = np.flatnonzero(inner & (counts[0] == 0))
    if unseen.size:
        part = n[unseen], mean[unseen], z[unseen], k6[unseen]
        edge = _edge(counts[1:, unseen], y[1:, unseen], *part[:3])
        root = _quartic(square[unseen], *part)
        beyond = root <= edge
        odds = (part[0] * (root / part[2]) ** 2)[beyond]
        limit[unseen[beyond]] = part[1][beyond] * odds / (1 + odds)
        inner[unseen[beyond]] = False
    if inner.all():
        return _tilted(counts, y, n, mean, z, k6)
    if inner.any():
        limit[inner] = _tilted(counts[:, inner], y[:, inner], n[inner], mean[inner], z[inner], k6[inner])
    return limit


def _edge(above: Floats, y: Floats, n: Floats, mean: Floats, z: Floats) -> Floats:
    """Where on the axis of the quartic theta reaches infinity, for the answers above the lowest point."""
    room = mean * (above / y).sum(axis=0) / n - 1.0  # 0, or a rounding error of it, when one point alone was seen
    return np.where(room > 1e-14, z / np.sqrt(n * np.maximum(room, 1e-14)), np.inf)


def _quartic(square: Floats, n: Floats, mean: Floats, z: Floats, k6: Floats) -> Floats:
    """First positive root of p(x) = a0 - x - a2 x^2 - a4 x^4, with x = z / S and so x^2 = (z^2/n) mu / (mean - mu).

    p > 0 rejects. As 0 < a0 <= 1, a2 > -1/6 and a4 >= 0, p falls steadily from 0 to 3 and is below 0 at `x` below,
    so the first root is the only one there and Newton needs no bracket.
    """
    bulge = np.maximum(square / (mean * mean) - 1.0, 0.0)
    a0 = 1.0 - k6 * (1.0 + bulge) / n
    a2 = k6 * (2.0 * bulge - 1.0) / (z * z)
    a4 = k6 * bulge * n / z**4
    x = 3.0 - 3.0 * np.sqrt(1.0 - a0 / 1.5)
    x = np.minimum(x, (a0 / np.maximum(a4, 1e-30)) ** 0.25)
    for _ in range(STEPS):
        slope = 1.0 + x * (2.0 * a2 + 4.0 * a4 * x * x)
        step = (a0 - x * (1.0 + x * (a2 + a4 * x * x))) / slope
        x = x + step
        if (np.abs(step) <= CLOSE * x).all():
            return x
    raise ArithmeticError("the search for a limit beyond the seen points did not end")


class _Law(NamedTuple):
    """What the search of the tilted law needs to know of each row."""

    gap2: Floats  # (K, M) shares times (y - mean)^2
    y: Floats  # (K, M)
    n: Floats
    mean: Floats
    s2: Floats
    z: Floats
    k6: Floats

    def rows(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> _Law:
        return _Law(self.gap2[:, which], self.y[:, which], *(vector[which] for vector in self[2:]))


def _tilted(counts: Floats, y: Floats, n: Floats, mean: Floats, z: Floats, k6: Floats) -> Floats:
    """Lower limit where it is the mean of a tilted law: safeguarded Newton steps in t = log theta."""
    gap2 = counts * ((y - mean) ** 2 / n)
    law = _Law(gap2, y, n, mean, gap2.sum(axis=0), z, k6)
    t = _start(law)
    low, high = np.full_like(t, -np.inf), np.full_like(t, np.inf)
    gapped = _gapped(counts, y, z, k6)
    if gapped.size:
        low[gapped], high[gapped] = _march(law.rows(gapped))
        t[gapped] = (low[gapped] + high[gapped]) / 2

    limit, todo = np.empty_like(t), np.arange(t.size)
    for lap in range(STEPS):
        fall, pull, gap, bend = _newton(law, t)
        rejected = fall < 0  # S is still too large
        np.copyto(high, t, where=rejected)
        np.copyto(low, t, where=~rejected)
        going = np.abs(fall) >= CLOSE
        left = np.count_nonzero(going)
        if left <= fall.size // 2:  # leaving rows out costs a copy, about as much as one step
            limit[todo] = law.mean - gap * np.exp(bend * fall)
            if not left:
                return limit
            law = law.rows(going)
            todo = todo[going]
            t, low, high, fall, pull = (vector[going] for vector in (t, low, high, fall, pull))
            going = np.ones_like(todo, dtype=bool)
        new = t + np.clip(2.0 * fall / pull, -2.0, 2.0)
        halve = (new <= low) | (new >= high)
        if lap > 8 and lap % 2:
            halve |= np.isfinite(high - low)
        halve &= going
        t = np.where(halve, (low + high) / 2, new) if halve.any() else new
    raise ArithmeticError("the search for a score limit did not end")


def _start(law: _Law) -> Floats:
    """log theta where S is near z + b, from A ~ s2 / (1 + theta centre), which is never above A."""
    _, _, n, mean, s2, z, k6 = law
    centre = (law.gap2 * law.y).sum(axis=0) / s2
    aim = np.maximum(z + k6 * (centre - mean) / np.sqrt(s2 * n), 0.5 * z)
    sigma = aim * aim / n
    inverse = 0.5 * (np.sqrt((centre - mean) ** 2 + 4.0 * s2 / sigma) - centre - mean)
    pole = law.gap2[0] / (mean * sigma)  # theta grows without bound as the share of the lowest point falls
    return -np.log(np.maximum(np.maximum(inverse, pole), 0.01 * mean))


def _gapped(counts: Floats, y: Floats, z: Floats, k6: Floats) -> NDArray[np.intp]:
    """Rows whose accepted set may have a gap although the lowest point was seen, but by too few answers for this z."""
    rows = np.flatnonzero((counts[0] > 0) & (counts[0] < np.maximum(1.0, k6)))
    if not rows.size:
        return rows
    above, y = counts[1:, rows], y[1:, rows]
    n = above.sum(axis=0)
    return rows[_edge(above, y, n, (above * y).sum(axis=0) / n, z[rows]) > CONNECTED / 2]


def _march(law: _Law) -> tuple[Floats, Floats]:
    """Bracket of the outermost root in t: from near the end of the scale in small steps to the first accepted mean."""
    t = np.log(16.0 * law.z * law.z * law.mean / (law.n * law.gap2[0]))
    while (accepted := _newton(law, t)[0] > 0).any():
        t = t + accepted
    while (rejected := _newton(law, t)[0] <= 0).any():
        t = t - 0.5 * rejected
    return t, t + 0.5


def _newton(law: _Law, t: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """One Newton step at theta = exp(t), towards the root in x = z/S of p = 1 - x - k6 h / S^2, which is near a0 - x.

    Returns the step as a change of log S, d log sigma / dt, mean - mu, and the slope of its logarithm against log S.
    """
    gap2, y, n, mean, s2, z, k6 = law
    theta = np.exp(t)
    tilt = y * theta
    tilt += 1.0
    np.divide(1.0, tilt, out=tilt)
    work = gap2 * tilt
    a = work.sum(axis=0)
    work *= tilt
    ratio = work.sum(axis=0) / a
    u = 1.0 / (1.0 + theta * mean)
    sigma = theta * theta * a * u
    square = n * sigma
    pull = ratio + u
    m = s2 * u / a * (1.0 + sigma) ** 2
    h = m + sigma - 1.0  # skewness times sqrt(sigma)
    x = z / np.sqrt(square)
    p = 1.0 - x - k6 * h / square
    rise = m * (2.0 * sigma * pull / (1.0 + sigma) - ratio + u) + sigma * pull
    slope = 0.5 * x * pull - k6 / square * (rise - h * pull)  # dp / dt
    ahead = p * 0.5 * pull / np.maximum(slope, 0.02 * x * pull)  # (x_new - x) / x
    fall = -np.log1p(np.clip(ahead, -0.9, 9.0))
    gap = sigma / (theta * u * (1.0 + sigma))
    return fall, pull, gap, 2.0 * (1.0 / (1.0 + sigma) - u / pull)
