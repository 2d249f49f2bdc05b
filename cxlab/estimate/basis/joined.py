"""The basis of figures that were asked one by one, such as a rate of each month: compared, but never pooled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxlab.errors import ComparisonError
from cxlab.estimate.basis.base import Basis, Floats, Groups


class JoinedBasis(Basis):
    """Several bases side by side; each answers for its own segments."""

    def __init__(self, parts: Sequence[Basis]) -> None:
        self.parts = tuple(parts)
        first = parts[0]
        self.kind, self.method, self.bounds = first.kind, first.method, first.bounds
        self.n, self.n_effective, self.df = (
            np.concatenate([np.asarray(getattr(part, name), dtype=float) for part in parts])
            for name in ("n", "n_effective", "df")
        )

    @property
    def estimate(self) -> Floats:
        """The estimates of all parts in a row."""
        return np.concatenate([part.estimate for part in self.parts])

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Limits of all parts, or of the positions in `rows`."""
        places = np.arange(len(self.n)) if rows is None else np.asarray(rows, dtype=int)
        critical = np.broadcast_to(np.asarray(z, dtype=float), places.shape)
        low, high = np.full(places.shape, np.nan), np.full(places.shape, np.nan)
        start = 0
        for part in self.parts:
            mine = np.flatnonzero((places >= start) & (places < start + len(part.n)))
            if mine.size:
                low[mine], high[mine] = part.at(critical[mine], places[mine] - start)
            start += len(part.n)
        return low, high

    def take(self, rows: Floats) -> JoinedBasis:
        """The same of some segments, each now a part of its own."""
        starts = np.concatenate([[0], np.cumsum([len(part.n) for part in self.parts])])
        chosen = []
        for row in np.asarray(rows, dtype=int):
            owner = int(np.searchsorted(starts, row, side="right")) - 1
            chosen.append(self.parts[owner].take(np.array([row - starts[owner]])))
        return JoinedBasis(chosen)

    def pool(self, groups: Groups) -> Basis:
        """Single segments only: figures asked apart share no tally that could be added."""
        if any(len(group) > 1 for group in groups):
            raise ComparisonError(
                "Figures that were asked one by one have no rest in common",
                "they are compared to 'rest'",
                "Compare them by pairs or with the previous period, or ask the metric once with by=",
            )
        return self.take(np.array([group[0] for group in groups]))

    def smoothed(self) -> Basis:
        """The smoothed bases of the parts."""
        return JoinedBasis([part.smoothed() for part in self.parts])

    def tally_text(self, position: int) -> str:
        """The tally of one segment, as its part tells it."""
        one = self.take(np.array([position]))
        return one.parts[0].tally_text(0)

    def r_lines(self, position: int, level: float) -> list[str]:
        """The lines of R of its part."""
        return self.take(np.array([position])).parts[0].r_lines(0, level)
