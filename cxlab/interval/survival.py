"""Time to an event with open cases: the Kaplan-Meier curve, its limits, and its quantiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxlab.interval.division import over

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """A Kaplan-Meier curve: at each time in order the number at risk, the events, S(t) and its Greenwood variance."""

    times: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    variance: Floats

    def at(self, when: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """S, its variance and the number at risk at the times asked for, three arrays of their shape.

        The number at risk counts who is still observed at that time, events at it included. After the last time it is
        0, and S is nan unless it had reached 0: nothing was seen there. Before the first time S is 1.
        """
        asked = np.asarray(when, dtype=float)
        place = np.searchsorted(self.times, asked, side="right") - 1
        survival = np.where(place < 0, 1.0, self.survival[place]) if len(self.times) else np.full(asked.shape, np.nan)
        variance = np.where(place < 0, 0.0, self.variance[place]) if len(self.times) else np.full(asked.shape, np.nan)
        after = np.searchsorted(self.times, asked, side="left")
        risk = np.append(self.at_risk, 0.0)[after]
        unseen = (risk <= 0) & (survival > 0)
        return np.where(unseen, np.nan, survival), np.where(unseen, np.nan, variance), risk

    def limits(self, when: ArrayLike, z: float) -> tuple[Floats, Floats, Floats]:
        """S with its Rothman-Wilson limits at the times asked for, shares (S, low, high) of their shape.

        Where S has fallen to 0 the number at risk is that of the last event. nan where S is not known.
        """
        survival, variance, risk = self.at(when)
        ended = survival == 0
        if ended.any():
            risk = np.where(ended, self.at_risk[np.flatnonzero(self.survival == 0)[0]], risk)
        low, high = rothman_wilson(survival, variance, risk, z)
        return survival, low, high

    def quantile(self, q: float) -> float:
        """Time by which a share of at least q has had the event: the first time with S(t) <= 1 - q; nan if never.

        R's survfit takes the middle of the flat stretch where S is exactly 1 - q (times 1 to 4: 2.5, here 2).
        """
        return first_at_or_below(self.times, self.survival, 1.0 - q)

    def quantile_limits(self, q: float, z: float) -> tuple[float, float]:
        """Limits of the quantile, in the unit of the times: where the limits of S(t) pass 1 - q; nan is unbounded.

        The lower one is nan only when the quantile is too. Source: Brookmeyer and Crowley 1982, with Rothman-Wilson.
        """
        _, low, high = self.limits(self.times, z)
        return first_at_or_below(self.times, low, 1.0 - q), first_at_or_below(self.times, high, 1.0 - q)


def kaplan_meier(times: ArrayLike, events: ArrayLike, gone: ArrayLike, *, at_risk: ArrayLike | None = None) -> Curve:
    """Kaplan-Meier curve of one event table.

    `times` (T,) ascending and distinct, `events` and `gone` (T,) how many had the event and how many were last seen
    open (censored) at each time; counts may be fractions. A case censored at a time is at risk at it. `at_risk` (T,)
    replaces the number at risk, for cases that enter late.

    Source: Kaplan and Meier 1958; variance: Greenwood 1926.

    >>> [round(float(s), 4) for s in kaplan_meier([1, 2, 3, 4], [1, 0, 1, 1], [0, 1, 0, 1]).survival]
    [0.8, 0.8, 0.5333, 0.2667]
    """
    when, died, left = (np.asarray(v, dtype=float) for v in (times, events, gone))
    if at_risk is None:
        leaving = died + left
        risk = np.cumsum(leaving[::-1])[::-1] if len(leaving) else leaving
    else:
        risk = np.asarray(at_risk, dtype=float)
    share = over(died, risk, 0.0)
    share = np.where((died > 0) & (share > 1.0 - 1e-12), 1.0, share)
    survival: Floats = np.cumprod(1.0 - share, dtype=np.float64)
    terms = over(share, risk * (1.0 - share), 0.0)
    return Curve(when, risk, died, survival, np.asarray(survival**2 * np.cumsum(terms), dtype=np.float64))


def rothman_wilson(survival: ArrayLike, variance: ArrayLike, at_risk: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
    """Wilson limits of S(t) at the number of cases its Greenwood variance is worth, shares of the shape of `survival`.

    Where S is 0 or 1 that variance is 0 and the number at risk takes its place, so the limits have width without an
    event too. nan where S is nan or nobody is at risk there.

    Source: Rothman 1978 (J Chronic Dis 31:557).
    """
    s, v, n, q = (np.asarray(x, dtype=float) for x in (survival, variance, at_risk, z))
    inner = (s > 0) & (s < 1)
    size = np.where(inner, over(s * (1.0 - s), v), n)
    size = np.where((size > 0) & np.isfinite(s), size, np.nan)
    middle = s + q**2 / (2.0 * size)
    reach = q * np.sqrt(s * (1.0 - s) / size + q**2 / (4.0 * size**2))
    whole = 1.0 + q**2 / size
    low, high = np.maximum((middle - reach) / whole, 0.0), np.minimum((middle + reach) / whole, 1.0)
    return np.where(s == 0, 0.0 * low, low), np.where(s == 1, 1.0 + 0.0 * high, high)


def first_at_or_below(times: ArrayLike, curve: ArrayLike, share: float) -> float:
    """First time at which a falling curve of shares is at or below `share` (to 12 digits), or nan when it never is."""
    hit = np.flatnonzero(np.asarray(curve, dtype=float) <= share + 1e-12)
    return float(np.asarray(times, dtype=float)[hit[0]]) if len(hit) else float("nan")
