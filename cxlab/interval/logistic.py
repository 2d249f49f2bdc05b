"""The odds of an event by a score: logistic regression on one score, from two rows of counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fit:
    """A logistic line: log odds at score 0, log odds ratio per point with its standard error; `separated`: Firth's."""

    level: float
    slope: float
    error: float
    separated: bool


def fit(x: ArrayLike, events: ArrayLike, others: ArrayLike) -> Fit:
    """Log odds of an event along the score `x` (K,) from the counts with and without it (K,).

    Maximum likelihood; where the score separates the two groups, so that the slope has no end, Firth's penalised
    likelihood, which always has one. One score only, or one of the groups empty: nan.

    Source: Firth 1993 (Biometrika 80:27).

    >>> found = fit([0, 1], [45, 80], [45, 20])
    >>> round(float(np.exp(found.slope)), 6), round(found.error, 4)
    (4.0, 0.327)
    """
    point, k, m = (np.asarray(v, dtype=float) for v in (x, events, others))
    used = (k + m) > 0
    if k.sum() <= 0 or m.sum() <= 0 or len(np.unique(point[used])) < 2:
        return Fit(float("nan"), float("nan"), float("nan"), False)
    apart = _separated(point, k, m)
    level, slope = _newton(point, k, k + m, firth=apart)
    return Fit(level, slope, float(np.sqrt(_inverse(point, k + m, level, slope)[1, 1])), apart)


def slope_limits(x: ArrayLike, events: ArrayLike, others: ArrayLike, z: float) -> tuple[float, float, float]:
    """Log odds ratio per point of the score with its limits (estimate, low, high).

    Wald limits; where the groups are separated those of Firth's penalised profile likelihood. Arguments as in `fit`.

    Source: Woolf 1955 for two scores; Heinze and Schemper 2002 for the profile.
    """
    found = fit(x, events, others)
    if not found.separated:
        return found.slope, found.slope - z * found.error, found.slope + z * found.error
    point, k, m = (np.asarray(v, dtype=float) for v in (x, events, others))
    top = _likelihood(point, k, k + m, found.level, found.slope)

    def inside(slope: float) -> bool:
        level = _level(point, k, k + m, slope)
        return 2.0 * (top - _likelihood(point, k, k + m, level, slope)) <= z * z

    return found.slope, _edge(inside, found.slope, -found.error), _edge(inside, found.slope, found.error)


def _edge(inside: Callable[[float], bool], start: float, step: float) -> float:
    """The last slope that is inside, going from `start` by steps that grow."""
    out = start + step
    for _ in range(60):
        if not inside(out):
            break
        step *= 1.6
        out += step
    else:
        return float(np.inf) * np.sign(step)
    last = start
    for _ in range(80):
        middle = 0.5 * (last + out)
        last, out = (middle, out) if inside(middle) else (last, middle)
    return 0.5 * (last + out)


def _separated(x: Floats, k: Floats, m: Floats) -> bool:
    """Whether one group lies on one side of the other, touching at most in one score."""
    with_event, without = x[k > 0], x[m > 0]
    return bool(with_event.min() >= without.max() or without.min() >= with_event.max())


def _information(x: Floats, n: Floats, level: float, slope: float) -> tuple[Floats, Floats]:
    """Probabilities and the information matrix of level and slope."""
    p = expit(level + slope * x)
    w = n * p * (1.0 - p)
    a, b, c = w.sum(), (w * x).sum(), (w * x * x).sum()
    return p, np.array([[a, b], [b, c]])


def _inverse(x: Floats, n: Floats, level: float, slope: float) -> Floats:
    return np.asarray(np.linalg.inv(_information(x, n, level, slope)[1]))


def _newton(x: Floats, k: Floats, n: Floats, firth: bool) -> tuple[float, float]:
    """Newton's steps on the score equations, halved where they do not raise the likelihood."""
    centre = float((n * x).sum() / n.sum())
    at, level, slope = x - centre, float(np.log((k.sum() + 0.5) / (n.sum() - k.sum() + 0.5))), 0.0
    best = _target(at, k, n, level, slope, firth)
    for _ in range(200):
        p, information = _information(at, n, level, slope)
        inverse = np.linalg.inv(information)
        rest = k - n * p
        if firth:
            w = n * p * (1.0 - p)
            hat = w * (inverse[0, 0] + 2.0 * inverse[0, 1] * at + inverse[1, 1] * at * at)
            rest = rest + hat * (0.5 - p)
        step = inverse @ np.array([rest.sum(), (rest * at).sum()])
        for _ in range(40):
            value = _target(at, k, n, level + step[0], slope + step[1], firth)
            if value >= best - 1e-12:
                break
            step = step / 2.0
        level, slope, best = level + float(step[0]), slope + float(step[1]), value
        if np.abs(step).max() < 1e-11:
            break
    return level - slope * centre, slope


def _level(x: Floats, k: Floats, n: Floats, slope: float) -> float:
    """The level that is most likely with a given slope, under the penalty: golden section."""
    centre = float((n * x).sum() / n.sum())
    low, high = -slope * centre - 40.0, -slope * centre + 40.0
    ratio = 0.5 * (np.sqrt(5.0) - 1.0)
    c, d = high - ratio * (high - low), low + ratio * (high - low)
    value_c, value_d = _likelihood(x, k, n, c, slope), _likelihood(x, k, n, d, slope)
    for _ in range(90):
        if value_c > value_d:
            high, d, value_d = d, c, value_c
            c = high - ratio * (high - low)
            value_c = _likelihood(x, k, n, c, slope)
        else:
            low, c, value_c = c, d, value_d
            d = low + ratio * (high - low)
            value_d = _likelihood(x, k, n, d, slope)
    return 0.5 * (low + high)


def _target(x: Floats, k: Floats, n: Floats, level: float, slope: float, firth: bool) -> float:
    return _likelihood(x, k, n, level, slope) if firth else _plain(x, k, n, level, slope)


def _plain(x: Floats, k: Floats, n: Floats, level: float, slope: float) -> float:
    line = level + slope * x
    return float((k * line - n * np.logaddexp(0.0, line)).sum())


def _likelihood(x: Floats, k: Floats, n: Floats, level: float, slope: float) -> float:
    """Log-likelihood with Jeffreys' penalty, half the log determinant of the information."""
    information = _information(x, n, level, slope)[1]
    determinant = information[0, 0] * information[1, 1] - information[0, 1] ** 2
    return _plain(x, k, n, level, slope) + 0.5 * float(np.log(max(determinant, 1e-300)))
