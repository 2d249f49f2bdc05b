"""The basis of what is left: 1 minus another figure, with its limits turned."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cxlab.estimate.basis.base import Basis, Floats, Groups
from cxlab.estimate.basis.counts import CountsBasis
from cxlab.estimate.basis.r_code import turned_in_r


@dataclass(frozen=True, eq=False)
class Complement(Basis):
    """1 minus the figure of another basis: retention as what churn leaves."""

    of: Basis

    def __post_init__(self) -> None:
        low, high = self.of.bounds
        facts = {name: getattr(self.of, name) for name in ("kind", "method", "n", "n_effective", "df")}
        for name, value in (facts | {"bounds": (1.0 - high, 1.0 - low)}).items():
            object.__setattr__(self, name, value)

    @property
    def estimate(self) -> Floats:
        """1 minus the estimate."""
        return 1.0 - self.of.estimate

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """1 minus the limits, the upper one first."""
        low, high = self.of.at(z, rows)
        return 1.0 - np.asarray(high), 1.0 - np.asarray(low)

    def take(self, rows: Floats) -> Complement:
        """The same of some segments."""
        return Complement(self.of.take(rows))

    def pool(self, groups: Groups) -> Complement:
        """Unions of segments."""
        return Complement(self.of.pool(groups))

    def smoothed(self) -> Complement:
        """As the other basis smooths."""
        return Complement(self.of.smoothed())

    def tally_text(self, position: int) -> str:
        """The tally of the other figure."""
        return f"1 minus ({self.of.tally_text(position)})"

    def r_lines(self, position: int, level: float) -> list[str]:
        """The lines of the other figure, turned; a share is that of the others."""
        if isinstance(self.of, CountsBasis):
            others = replace(self.of, counts=self.of.counts[:, ::-1], squares=self.of.squares[:, ::-1])
            return others.r_lines(position, level)
        return turned_in_r(self.of.r_lines(position, level))
