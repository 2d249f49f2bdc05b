"""Differences between estimates, with their verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from cxlab.estimate import frames
from cxlab.estimate.answer import Facts, at, short
from cxlab.estimate.estimates import Estimates

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

DIFFERENCE_COLUMNS = (
    "metric",
    "n",
    "n_versus",
    "difference",
    "low",
    "high",
    "level",
    "p_value",
    "detectable",
    "verdict",
    "note",
)


@dataclass(frozen=True)
class Difference:
    """One estimate minus another: the difference with its interval, adjusted p-value and verdict.

    `verdict` is "higher", "lower" or "unclear", and never unclear exactly when `p_value` < 1 - `level`; `detectable` is
    the smallest difference that these bases would show with 80 % power.
    """

    segment: Facts
    versus: str
    metric: str
    variant: str
    unit: str
    n: int
    n_versus: int
    difference: float | None
    low: float | None
    high: float | None
    level: float
    p_value: float | None
    detectable: float | None
    verdict: str
    better: str = ""
    notes: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """The notes in one line."""
        return "; ".join(self.notes)

    def __str__(self) -> str:
        where = ", ".join(str(value) for value in self.segment.values())
        limits = "" if self.low is None else f" [{short(self.low)} to {short(self.high)}]"
        return f"{where} minus {self.versus}: {short(self.difference)} {self.unit}{limits}, {self.verdict}"


class Differences(Sequence[Difference]):
    """Differences between the segments or periods of one metric, all at one family-wise level."""

    def __init__(
        self, items: Iterable[Difference], *, by: Sequence[str], to: str, adjust: str, omnibus: float | None = None
    ) -> None:
        self._items = tuple(items)
        self.by, self.to, self.adjust = tuple(by), to, adjust
        self.omnibus = omnibus

    @overload
    def __getitem__(self, index: int) -> Difference: ...
    @overload
    def __getitem__(self, index: slice) -> Differences: ...
    def __getitem__(self, index: int | slice) -> Difference | Differences:
        if isinstance(index, slice):
            return Differences(self._items[index], by=self.by, to=self.to, adjust=self.adjust, omnibus=self.omnibus)
        are = f"there {'is' if len(self) == 1 else 'are'} {len(self)}"
        return at(self._items, index, "Differences", are, "Take one: [0], or look them up in .to_pandas()")

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return "\n".join(str(item) for item in self._items) or "no differences"

    def _repr_html_(self) -> str:
        return str(self.table()._repr_html_())

    # One way to the pages for both kinds of answer: what is drawn or said is decided there by what it is given.
    table = Estimates.table
    plot = Estimates.plot
    say = Estimates.say

    def to_arrow(self) -> pa.Table:
        """One row for each difference, columns in the order of the contract."""
        cut = {name: [d.segment.get(name) for d in self._items] for name in self.by}
        fixed = {name: [getattr(d, name) for d in self._items] for name in ("versus", *DIFFERENCE_COLUMNS)}
        return frames.to_arrow(cut, fixed)

    def to_pandas(self) -> pd.DataFrame:
        """As `to_arrow`, a pandas frame."""
        return frames.to_pandas(self.to_arrow())

    def to_polars(self) -> pl.DataFrame:
        """As `to_arrow`, a Polars frame."""
        return frames.to_polars(self.to_arrow())
