"""The basis of counts and rates: events, their exposure, and how the customers behind them differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import ndtri, stdtr

from cxlab.estimate.basis.base import Basis, Floats, Groups
from cxlab.interval import rate
from cxlab.interval.division import over
from cxlab.tally.cut import Cut
from cxlab.tally.sums import Sums, sums_of_unions

_POISSON = {
    "jeffreys": rate.jeffreys,
    "score": rate.score,
    "clopper_pearson": rate.clopper_pearson,
    "wald": rate.wald,
}
# So many customers without an event that only those with one vary; the count is then compound Poisson.
_MANY = 1e12
Units = Callable[[Groups], tuple[Floats, Floats]]


@dataclass(frozen=True, eq=False)
class RateBasis(Basis):
    """Events per exposure, times `factor` (1,000 customers); a plain count has an exposure of 1.

    `events` and `exposure` are per segment. `units` and `squares`, the number of customers and the sum of their squared
    counts, serve the method `t` and are nan where rows name no customer; the other methods take the events for a
    Poisson count. `shared` says that one exposure belongs to all segments together, so that unions do not add it;
    `silent` that the customers seen are a few of many, most of whom have no event and so no row.
    """

    kind: str
    method: str
    events: Floats
    exposure: Floats
    n: Floats
    n_effective: Floats
    df: Floats
    units: Floats
    squares: Floats
    bounds: tuple[float, float] = (0.0, float("inf"))
    factor: float = 1.0
    shared: bool = True
    silent: bool = False
    again: Units | None = None

    @property
    def estimate(self) -> Floats:
        """Events per exposure, in the unit of the metric; nan where there is no exposure."""
        return over(self.events, self.exposure) * self.factor

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Limits by the method of this basis, not below 0."""
        chosen = self if rows is None else self.take(rows)
        z = np.broadcast_to(np.asarray(z, dtype=float), chosen.n.shape)
        if chosen.method == "t":
            normal = _normal(z, chosen.df)
            units = np.maximum(chosen.units, _MANY) if chosen.silent else chosen.units
            low, high = rate.log_t(units, chosen.events, chosen.squares, z, normal, exposure=chosen.exposure)
        else:
            low, high = _POISSON[chosen.method](chosen.events, chosen.exposure, z)
        return np.clip(low * chosen.factor, *self.bounds), np.clip(high * chosen.factor, *self.bounds)

    def take(self, rows: Floats) -> RateBasis:
        """The same of some segments."""
        again = self.again
        moved = None if again is None else lambda groups: again([[int(rows[i]) for i in group] for group in groups])
        parts: dict[str, Any] = {
            name: getattr(self, name)[rows]
            for name in ("events", "exposure", "n", "n_effective", "df", "units", "squares")
        }
        return replace(self, **parts, again=moved)

    def pool(self, groups: Groups) -> RateBasis:
        """Unions of segments: events add; customers are counted anew where they may stand in several."""
        added: dict[str, Any] = {
            name: np.array([getattr(self, name)[list(group)].sum() for group in groups])
            for name in ("events", "n", "n_effective", "units", "squares")
        }
        pick = np.max if self.shared else np.sum
        exposure = np.array([pick(self.exposure[list(group)]) for group in groups])
        unions = [i for i, group in enumerate(groups) if len(group) > 1]
        if self.again is not None and unions:
            units, squares = self.again([groups[i] for i in unions])
            added["units"][unions], added["squares"][unions] = units, squares
            added["n_effective"][unions] = units
        df = degrees(self.method, added["units"])
        return replace(self, exposure=exposure, df=df, again=None, **added)

    def smoothed(self) -> RateBasis:
        """With a method that has width without events."""
        return replace(self, method="jeffreys", df=np.full(len(self.n), np.inf)) if self.method == "wald" else self

    def tally_text(self, position: int) -> str:
        """Events and exposure in one line."""
        line = f"{self.events[position]:g} events, exposure {self.exposure[position]:g}"
        if np.isfinite(self.units[position]):
            line += f", {self.units[position]:g} units, sum of squared counts {self.squares[position]:g}"
        return line

    def r_lines(self, position: int, level: float) -> list[str]:
        """The rate in base R, with the exact limits where they were asked for."""
        k, e = self.events[position], self.exposure[position]
        lines = [f"k <- {k:.15g}; e <- {e:.15g}", f"{self.factor:g} * k / e"]
        if self.method == "clopper_pearson" and float(k).is_integer():
            lines.append(f"{self.factor:g} * poisson.test({k:.0f}, {e:.15g}, conf.level = {level:g})$conf.int")
        elif self.method == "jeffreys" and k > 0:
            tails = f"c({(1 - level) / 2:g}, {(1 + level) / 2:g})"
            lines.append(f"{self.factor:g} * qgamma({tails}, k + 0.5) / e")
        elif self.method == "t" and self.units[position] > 1 and k > 0:
            n, ss = self.units[position], self.squares[position]
            # The many customers without an event add nothing to the sum of squares.
            spread = f"sqrt({ss:.15g})" if self.silent else f"sqrt(n * ({ss:.15g} - k^2 / n) / (n - 1))"
            lines += [
                f"n <- {n:.0f}; s <- {spread}",
                f"{self.factor:g} * k / e * exp(c(-1, 1) * qt({(1 + level) / 2:g}, n - 1) * s / k)",
            ]
        return lines


def rate_basis(
    cut: Cut,
    amounts: Mapping[str, Any],
    tally: Sums,
    event: str,
    *,
    method: str,
    kind: str = "rate",
    exposure: float | Floats | None = None,
    factor: float = 1.0,
    shared: bool = True,
    silent: bool = False,
    bounds: tuple[float, float] = (0.0, float("inf")),
) -> RateBasis:
    """The basis of the total of the amount `event` per exposure, from sums over customers.

    `amounts` are the expressions of the tally, for unions of segments that share customers. Without `exposure` the
    estimate is the count itself. Where rows name no customer, the method `t` becomes `jeffreys`, from counts alone.
    `silent` says that customers without an event have no row: of contacts and complaints, not of active users.
    """
    size = len(tally.segments)
    whole = np.broadcast_to(np.asarray(1.0 if exposure is None else exposure, dtype=float), (size,)).copy()
    per_unit = tally.unit is not None
    units = tally.units if per_unit else np.full(size, np.nan)
    squares = tally.product(event, event) if per_unit else np.full(size, np.nan)
    method = "jeffreys" if method == "t" and not per_unit else method

    def again(groups: Groups) -> tuple[Floats, Floats]:
        found = sums_of_unions(cut, {event: amounts[event]}, tally.unit or "", tally, groups)
        return found.units, found.product(event, event)

    return RateBasis(
        kind=kind,
        method=method,
        events=tally.total(event),
        exposure=whole,
        n=tally.rows,
        n_effective=units if per_unit else tally.rows,
        df=degrees(method, units),
        units=units,
        squares=squares,
        factor=factor,
        shared=shared,
        silent=silent,
        bounds=bounds,
        again=again if per_unit else None,
    )


def rate_of_counts(
    events: Floats,
    exposure: Floats,
    *,
    method: str,
    kind: str = "rate",
    factor: float = 1.0,
    n: Floats | None = None,
    shared: bool = False,
) -> RateBasis:
    """The basis of counts that nobody stands behind: the Poisson methods, `t` becoming `jeffreys`."""
    events = np.asarray(events, dtype=float)
    whole = np.broadcast_to(np.asarray(exposure, dtype=float), events.shape).copy()
    none = np.full(len(events), np.nan)
    size = events if n is None else np.asarray(n, dtype=float)
    normal = np.full(len(events), np.inf)
    method = "jeffreys" if method == "t" else method
    return RateBasis(kind, method, events, whole, size, size, normal, none, none, factor=factor, shared=shared)


def degrees(method: str, units: Floats) -> Floats:
    """Degrees of freedom of the critical value: units - 1 under `t`, else normal."""
    if method != "t":
        return np.full(len(units), np.inf)
    return np.where(np.isfinite(units) & (units > 1), units - 1, np.inf)


def _normal(z: Floats, df: Floats) -> Floats:
    """The normal critical value of the same level as t quantiles."""
    finite = np.isfinite(df)
    return np.where(finite, -ndtri(stdtr(np.where(finite, df, 1.0), -z)), z)
