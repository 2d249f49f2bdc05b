"""Repeat buying (BG/NBD) and spending (Gamma-Gamma): likelihoods and expectations from few numbers per customer."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, hyp2f1

Floats = NDArray[np.float64]

SURE = 8_000.0  # purchases after which a customer's rate is known as well as any; beyond 20,000 the series overflows


def buying_likelihood(params: ArrayLike, x: Floats, t_x: Floats, T: Floats) -> Floats:  # noqa: N803 - as published
    """Log-likelihood of BG/NBD for each customer, shape of `x`.

    `params` is (r, alpha, a, b), all above 0; `x` repeat purchases, `t_x` time of the last one (0 without any), `T`
    time observed, both since the first purchase and in one unit.

    Source: Fader, Hardie and Lee 2005 (Marketing Science 24:275).
    """
    r, alpha, a, b = np.asarray(params, dtype=float)
    known = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    known = known + gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    alive = -(r + x) * np.log(alpha + T)
    gone = np.log(a) - np.log(b + np.maximum(x, 1.0) - 1.0) - (r + x) * np.log(alpha + t_x)
    return np.asarray(known + np.where(x > 0, np.logaddexp(alive, gone), alive), dtype=np.float64)


def alive(params: ArrayLike, x: Floats, t_x: Floats, T: Floats) -> Floats:  # noqa: N803
    """P(alive) of each customer at the end of the time observed, shares; 1 without a repeat purchase.

    Arguments as in `buying_likelihood`. Source: Fader, Hardie and Lee 2008 (note 021).
    """
    r, alpha, a, b = np.asarray(params, dtype=float)
    odds = np.log(a) - np.log(b + np.maximum(x, 1.0) - 1.0) + (r + x) * (np.log(alpha + T) - np.log(alpha + t_x))
    return np.where(x > 0, 1.0 / (1.0 + np.exp(np.minimum(odds, 700.0))), 1.0)


def expected_purchases(params: ArrayLike, t: ArrayLike, x: Floats, t_x: Floats, T: Floats) -> Floats:  # noqa: N803
    """Purchases to expect of each customer in the time `t` after the time observed.

    Arguments as in `buying_likelihood`; x = t_x = T = 0 is a new customer. Where no number holds the series (a in the
    thousands) it is nan. Source: Fader, Hardie and Lee 2005, eq. 10, with Euler's
    transformation of 2F1, which keeps its digits for many purchases.

    >>> zero = np.zeros(1)
    >>> round(float(expected_purchases([0.243, 4.414, 0.793, 2.426], 52, zero, zero, zero)[0]), 4)
    1.4461
    """
    r, alpha, a, b = np.asarray(params, dtype=float)
    a = a if abs(a - 1.0) > 1e-7 else 1.0 + 1e-7  # the formula has a removable gap at a = 1
    sure = np.minimum(r + x, SURE)
    z = np.asarray(t, dtype=float) / ((alpha + T) * (sure / (r + x)) + t)
    with np.errstate(over="ignore", invalid="ignore"):
        series = (1.0 - z) ** (a - 1.0) * hyp2f1(a + b + x - 1.0 - sure, a - 1.0, a + b + x - 1.0, z)
        ahead = (a + b + x - 1.0) / (a - 1.0) * (1.0 - np.where(np.isfinite(series), series, np.nan))
    return np.asarray(ahead * alive(params, x, t_x, T), dtype=np.float64)


def spending_likelihood(params: ArrayLike, x: Floats, mean: Floats) -> Floats:
    """Log-likelihood of Gamma-Gamma for each customer: a mean spend `mean` above 0 over `x` purchases, at least 1.

    `params` is (p, q, v), all above 0. Source: Fader and Hardie 2013 (note 025).
    """
    p, q, v = np.asarray(params, dtype=float)
    px = p * x
    head = gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v)
    return np.asarray(head + (px - 1.0) * np.log(mean) + px * np.log(x) - (px + q) * np.log(v + x * mean))


def expected_spend(params: ArrayLike, x: Floats, mean: Floats) -> Floats:
    """Spend to expect of each customer's next purchase; nan where the law has no mean (p x + q below 1).

    Arguments as in `spending_likelihood`; x = 0 is a customer whose spend is not known. Source: Fader and Hardie 2013.

    >>> round(float(expected_spend([6.25, 3.74, 15.44], np.array([2.0]), np.array([20.0]))[0]), 4)
    22.7362
    """
    p, q, v = np.asarray(params, dtype=float)
    weight = p * x + q - 1.0
    return np.where(weight > 0, p * (v + x * mean) / np.where(weight > 0, weight, 1.0), np.nan)
