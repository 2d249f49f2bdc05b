"""The bases of times: their mean from power sums, and their quantiles from tables of values and counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxlab.estimate.basis.base import Basis, Floats, Groups
from cxlab.estimate.basis.r_code import mean_in_r, quantile_in_r
from cxlab.interval import times
from cxlab.interval.division import over
from cxlab.tally.values import Table, merged

_QUANTILE = {"hutson": times.hutson, "order": times.order}


@dataclass(frozen=True, eq=False)
class MeanBasis(Basis):
    """Mean times from power sums around a shift: Hall's transform, or plus and minus t errors.

    Each segment has a shift of its own near its mean: around one of all segments a few times of years beside seconds
    would leave no digit to the cubes of the seconds.
    """

    kind: str
    method: str
    n: Floats
    n_effective: Floats
    df: Floats
    shift: Floats
    sums: Floats
    """S x 3: the sums of (value - shift), its square and its cube."""
    bounds: tuple[float, float] = (0.0, float("inf"))

    @property
    def estimate(self) -> Floats:
        """The mean of each segment, in seconds; nan without values."""
        return over(self.sums[:, 0], self.n) + self.shift

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Limits by the method of this basis, not below the lower bound; nan where the values show no spread."""
        chosen = self if rows is None else self.take(rows)
        first, second, third = chosen.sums.T
        if self.method == "hall":
            return times.hall(chosen.n, first, second, third, z, shift=chosen.shift, least=self.bounds[0])
        return times.t_mean(chosen.n, first, second, z, shift=chosen.shift, least=self.bounds[0])

    def take(self, rows: Floats) -> MeanBasis:
        """The same of some segments."""
        parts: dict[str, Any] = {
            name: getattr(self, name)[rows] for name in ("n", "n_effective", "df", "shift", "sums")
        }
        return replace(self, **parts)

    def pool(self, groups: Groups) -> MeanBasis:
        """Unions of segments: their sums add, once they are around one shift."""
        own = [self.take(np.array(group, dtype=int)) for group in groups]
        n = np.array([one.n.sum() for one in own])
        shift = np.array([over((one.n * one.shift).sum(), one.n.sum(), 0.0) for one in own])
        sums = np.stack(
            [_moved(one.n, one.sums, one.shift - to).sum(axis=0) for one, to in zip(own, shift, strict=True)]
        )
        return replace(self, n=n, n_effective=n, df=degrees(n), shift=shift, sums=sums)

    def tally_text(self, position: int) -> str:
        """The power sums in one line."""
        s = ", ".join(f"{value:.10g}" for value in self.sums[position])
        return f"n = {self.n[position]:g}, sums of (x - {self.shift[position]:g}) to the powers 1 to 3: {s}"

    def r_lines(self, position: int, level: float) -> list[str]:
        """The mean in base R from its power sums, with its limits."""
        n, shift = float(self.n[position]), float(self.shift[position])
        spread = np.isfinite(self.at(1.0)[0][position])
        return mean_in_r(n if spread else 1.0, shift, self.sums[position], self.method, level, self.bounds[0])


@dataclass(frozen=True, eq=False)
class QuantileBasis(Basis):
    """A quantile of times, by the inverse of the empirical distribution, with limits that are order statistics."""

    kind: str
    method: str
    n: Floats
    n_effective: Floats
    df: Floats
    q: float
    tables: tuple[Table, ...]
    bounds: tuple[float, float] = (0.0, float("inf"))

    @property
    def estimate(self) -> Floats:
        """The quantile of each segment, in seconds; nan without values."""
        return np.array([times.quantile(table.value, table.done, self.q) for table in self.tables])

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Limits at critical value z; a side on which the sample is too short is nan."""
        places = range(len(self.tables)) if rows is None else rows
        z = np.broadcast_to(np.asarray(z, dtype=float), (len(places),))
        limit = _QUANTILE[self.method]
        tables = [self.tables[int(i)] for i in places]
        pairs = [limit(t.value, t.done, self.q, float(one)) for t, one in zip(tables, z, strict=True)]
        low, high = np.array(pairs, dtype=float).reshape(-1, 2).T
        return low, high

    def take(self, rows: Floats) -> QuantileBasis:
        """The same of some segments."""
        parts: dict[str, Any] = {name: getattr(self, name)[rows] for name in ("n", "n_effective", "df")}
        return replace(self, tables=tuple(self.tables[int(i)] for i in rows), **parts)

    def pool(self, groups: Groups) -> QuantileBasis:
        """Unions of segments: their tables merge."""
        return _quantiles([merged([self.tables[i] for i in group]) for group in groups], self)

    def tally_text(self, position: int) -> str:
        """How many values there are, and between which ends."""
        table = self.tables[position]
        ends = f" from {table.value[0]:g} to {table.value[-1]:g}" if len(table.value) else ""
        return f"n = {self.n[position]:g}, {len(table.value)} distinct values{ends}"

    def r_lines(self, position: int, level: float) -> list[str]:
        """The quantile in base R, from the table of values and counts."""
        table = self.tables[position]
        return quantile_in_r(table.value, table.done, self.q, times.quantile(table.value, table.done, self.q))


def mean_basis(tables: Sequence[Table], *, method: str, kind: str = "mean_time", least: float = 0.0) -> MeanBasis:
    """The basis of the mean of the ended cases of each table."""
    n = np.array([table.done.sum() for table in tables])
    shift = over([(table.value * table.done).sum() for table in tables], n, 0.0)
    around = list(zip(tables, shift, strict=True))
    sums = np.array([[float(((t.value - mean) ** k * t.done).sum()) for k in (1, 2, 3)] for t, mean in around])
    bounds = (least, float("inf"))
    return MeanBasis(kind, method, n, n, degrees(n), shift, sums.reshape(-1, 3), bounds)


def quantile_basis(tables: Sequence[Table], q: float, *, method: str, kind: str = "quantile_time") -> QuantileBasis:
    """The basis of a quantile of the ended cases of each table; `hutson` becomes `order` where ties are heavy."""
    if method == "hutson" and any(times.heavy_ties(t.value, t.done, q) for t in tables):
        method = "order"
    empty = np.zeros(0)
    return _quantiles(tables, QuantileBasis(kind, method, empty, empty, empty, q, ()))


def degrees(n: Floats) -> Floats:
    """Degrees of freedom of a mean: n - 1, normal where that is none."""
    return np.where(n > 1, n - 1, np.inf)


def _moved(n: Floats, sums: Floats, by: Floats) -> Floats:
    """Power sums (S, 3) of n values around a shift, around another one that lies `by` below it."""
    first, second, third = sums.T
    return np.stack(
        [first + n * by, second + 2 * by * first + n * by**2, third + 3 * by * second + 3 * by**2 * first + n * by**3],
        axis=1,
    )


def _quantiles(tables: Sequence[Table], like: QuantileBasis) -> QuantileBasis:
    n = np.array([table.done.sum() for table in tables])
    return replace(like, n=n, n_effective=n, df=np.full(len(n), np.inf), tables=tuple(tables))
