"""The basis of ratios: of two counts, and of two sums over the same rows or customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxlab.estimate.basis.base import Basis, Floats, Groups
from cxlab.estimate.basis.r_code import ratio_in_r
from cxlab.interval import ratio
from cxlab.interval.division import over
from cxlab.tally.cut import Cut
from cxlab.tally.sums import Sums, sums_of_unions


@dataclass(frozen=True, eq=False)
class CountRatioBasis(Basis):
    """One count over another, independent of it, which may pass 1 (conditional Wilson, Price and Bonett 2000)."""

    kind: str
    method: str
    above: Floats
    below: Floats
    n: Floats
    n_effective: Floats
    df: Floats
    bounds: tuple[float, float] = (0.0, float("inf"))
    factor: float = 1.0

    @property
    def estimate(self) -> Floats:
        """The ratio times the factor; nan where the lower count is 0."""
        return over(self.above, self.below) * self.factor

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Limits given the total of both counts."""
        above, below = (self.above, self.below) if rows is None else (self.above[rows], self.below[rows])
        low, high = ratio.wilson(above, below, z)
        return low * self.factor, high * self.factor

    def take(self, rows: Floats) -> CountRatioBasis:
        """The same of some segments."""
        parts: dict[str, Any] = {
            name: getattr(self, name)[rows] for name in ("above", "below", "n", "n_effective", "df")
        }
        return replace(self, **parts)

    def pool(self, groups: Groups) -> CountRatioBasis:
        """Unions of segments: both counts add."""
        added: dict[str, Any] = {
            name: np.array([getattr(self, name)[list(group)].sum() for group in groups])
            for name in ("above", "below", "n", "n_effective")
        }
        return replace(self, df=np.full(len(groups), np.inf), **added)

    def tally_text(self, position: int) -> str:
        """Both counts in one line."""
        return f"{self.above[position]:g} / {self.below[position]:g}"

    def r_lines(self, position: int, level: float) -> list[str]:
        """The ratio in base R, its limits as the odds of Wilson's."""
        a, b = self.above[position], self.below[position]
        return [
            f"p <- prop.test({a:.15g}, {a + b:.15g}, conf.level = {level:g}, correct = FALSE)$conf.int",
            f"{self.factor:g} * c({a:.15g} / {b:.15g}, p / (1 - p))",
        ]


def count_ratio(
    above: Floats, below: Floats, *, method: str, kind: str = "ratio", factor: float = 1.0
) -> CountRatioBasis:
    """The basis of a ratio of two counts per segment, times `factor`; `n` is the lower one."""
    a, b = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    return CountRatioBasis(kind, method, a, b, b, b, np.full(len(b), np.inf), factor=factor)


@dataclass(frozen=True, eq=False)
class LinearBasis(Basis):
    """A ratio of sums over units, sum y / sum x, with its linearised error and a t quantile (Cochran 1977).

    It serves ratios that may be negative, and mean times from queue totals (y seconds, x contacts). `yy`, `yx`, `xx`
    are sums of products over `units`; `again` tallies unions of segments that may share units.
    """

    kind: str
    method: str
    n: Floats
    n_effective: Floats
    df: Floats
    units: Floats
    y: Floats
    x: Floats
    yy: Floats
    yx: Floats
    xx: Floats
    bounds: tuple[float, float]
    again: Callable[[Groups], Sums] | None = None

    @property
    def estimate(self) -> Floats:
        """The ratio of the sums; nan where the lower one is 0."""
        return over(self.y, self.x)

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Limits plus and minus t standard errors, inside the bounds; nan where units show no spread."""
        b = self if rows is None else self.take(rows)
        low, high = ratio.t_ratio(b.units, b.y, b.x, b.yy, b.yx, b.xx, z)
        return np.clip(low, *self.bounds), np.clip(high, *self.bounds)

    def take(self, rows: Floats) -> LinearBasis:
        """The same of some segments."""
        again = self.again
        moved = None if again is None else lambda groups: again([[int(rows[i]) for i in group] for group in groups])
        names = ("n", "n_effective", "df", "units", "y", "x", "yy", "yx", "xx")
        parts: dict[str, Any] = {name: getattr(self, name)[rows] for name in names}
        return replace(self, **parts, again=moved)

    def pool(self, groups: Groups) -> LinearBasis:
        """Unions of segments: sums add; units are counted anew where they may stand in several."""
        names = ("n", "units", "y", "x", "yy", "yx", "xx")
        added: dict[str, Any] = {
            name: np.array([getattr(self, name)[list(group)].sum() for group in groups]) for name in names
        }
        unions = [i for i, group in enumerate(groups) if len(group) > 1]
        if self.again is not None and unions:
            found = self.again([groups[i] for i in unions])
            fresh = {"units": found.units, "yy": found.products[:, 0, 0], "yx": found.products[:, 0, 1]}
            for name, values in (fresh | {"xx": found.products[:, 1, 1]}).items():
                added[name][unions] = values
        units = added["units"]
        return replace(self, n_effective=units, df=np.where(units > 1, units - 1, np.inf), again=None, **added)

    def tally_text(self, position: int) -> str:
        """Both sums in one line."""
        return f"{self.y[position]:.10g} / {self.x[position]:.10g} over {self.units[position]:g} units"

    def r_lines(self, position: int, level: float) -> list[str]:
        """The ratio in base R from its sums, with its limits."""
        sums = {name: float(getattr(self, name)[position]) for name in ("y", "x", "yy", "yx", "xx")}
        spread = bool(np.isfinite(self.at(1.0)[0][position]))
        return ratio_in_r({"n": float(self.units[position])} | sums, level, self.bounds, spread)


def linear_basis(
    cut: Cut,
    amounts: Mapping[str, Any],
    tally: Sums,
    above: str,
    below: str,
    *,
    kind: str,
    method: str,
    n: Floats | None = None,
    bounds: tuple[float, float] = (-float("inf"), float("inf")),
) -> LinearBasis:
    """The basis of the ratio of two amounts of a tally, linearised over its units (customers, or rows)."""

    def again(groups: Groups) -> Sums:
        chosen = {above: amounts[above], below: amounts[below]}
        return sums_of_unions(cut, chosen, tally.unit or "", tally, groups)

    units = tally.units
    return LinearBasis(
        kind=kind,
        method=method,
        n=tally.rows if n is None else n,
        n_effective=units,
        df=np.where(units > 1, units - 1, np.inf),
        units=units,
        y=tally.total(above),
        x=tally.total(below),
        yy=tally.product(above, above),
        yx=tally.product(above, below),
        xx=tally.product(below, below),
        bounds=bounds,
        again=again if tally.unit is not None else None,
    )
