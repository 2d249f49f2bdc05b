"""Maximum likelihood on distinct rows: the parameters of a law, all above 0, and what the data say about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Floats = np.ndarray
_STEP = 1e-4  # for derivatives of a log-likelihood by logarithms: balances rounding against curvature
_EDGE = 15.0  # logarithms of parameters are kept within this: beyond it a likelihood says nothing more
_FLAT = 1e-10  # information below this share of its largest direction says nothing


@dataclass(frozen=True)
class Fit:
    """Parameters at the maximum, the log-likelihood there, and the covariance of their logarithms.

    `covariance` is nan where the likelihood is flat or rises to the edge of what parameters can be; then `found` is
    false.
    """

    params: Floats
    log_likelihood: float
    covariance: Floats
    found: bool


def maximise(total: Callable[[Floats], float], start: Floats, near: bool = False) -> Fit:
    """The maximum of a log-likelihood of parameters above 0, searched over their logarithms from `start`.

    `near` says that `start` is near the maximum already, so that the wide search can be left out.
    """

    def minus(logs: Floats) -> float:
        value = total(np.exp(np.clip(logs, -_EDGE, _EDGE)))
        return -value if np.isfinite(value) else 1e300

    logs = np.log(start)
    if not near:
        from scipy.optimize import minimize  # loaded with the catalogue it was a quarter of the first question

        best = minimize(minus, logs, method="Nelder-Mead", options={"maxiter": 4000, "fatol": 1e-6})
        smooth = minimize(minus, best.x, method="BFGS", options={"gtol": 1e-6})
        logs = smooth.x if smooth.fun <= best.fun else best.x
    logs = _newton(minus, logs)
    information = _hessian(minus, logs)
    inside = bool((np.abs(logs) < _EDGE).all()) and bool(np.isfinite(information).all())
    values = np.linalg.eigvalsh(information) if inside else np.array([-1.0])
    found = bool(values[0] > _FLAT * values[-1])
    covariance = np.linalg.inv(information) if found else np.full((len(logs), len(logs)), np.nan)
    return Fit(np.exp(np.clip(logs, -_EDGE, _EDGE)), -minus(logs), covariance, found)


def _newton(minus: Callable[[Floats], float], logs: Floats) -> Floats:
    """A few steps to the exact maximum, so that the result does not depend on where the search came from."""
    for _ in range(8):
        gradient, information = _gradient(minus, logs), _hessian(minus, logs)
        if not np.isfinite(information).all():
            break
        values = np.linalg.eigvalsh(information)
        if values[0] <= np.finfo(float).eps * values[-1]:  # below, a matrix cannot be told from a singular one
            break
        step = np.linalg.solve(information, gradient)
        if np.abs(step).max() > 1.0 or minus(logs - step) > minus(logs) + 1e-9 * abs(minus(logs)):
            break
        logs = logs - step
        if np.abs(step).max() < 1e-9:
            break
    return logs


def _gradient(minus: Callable[[Floats], float], logs: Floats) -> Floats:
    steps = _STEP * np.eye(len(logs))
    return np.array([(minus(logs + step) - minus(logs - step)) / (2 * _STEP) for step in steps])


def _hessian(minus: Callable[[Floats], float], logs: Floats) -> Floats:
    size = len(logs)
    steps = 10 * _STEP * np.eye(size)
    out = np.zeros((size, size))
    for i in range(size):
        for j in range(i, size):
            a, b = steps[i], steps[j]
            crossed = minus(logs + a + b) - minus(logs + a - b) - minus(logs - a + b) + minus(logs - a - b)
            out[i, j] = out[j, i] = crossed / (4 * (10 * _STEP) ** 2)
    return out
