"""Answers: an estimate with its interval, base and definition; several of them; and their differences.

An `Estimate` is a frozen fact. `Estimates` is a sequence of them that knows which columns made its segments and, while
it lives, the tallies behind it, so that other limits, other variants and comparisons can be asked of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from cxlab.errors import ColumnError, ComparisonError, DefinitionError, did_you_mean, listing

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from cxlab.basis.base import Basis
    from cxlab.receipt import Receipt
    from cxlab.rows.ledger import Ledger
    from cxlab.rows.periods import Period

NO_DATA = "no data"
POPULATION = "population value"
UNBOUNDED = "unbounded"
SUPPRESSED = "suppressed"
PROCESS = "process interval"

COLUMNS = ("metric", "variant", "n", "n_effective", "estimate", "low", "high", "level", "method", "unit", "note")
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
_TYPES = {
    "n": "int64",
    "n_versus": "int64",
    **dict.fromkeys(
        ("n_effective", "estimate", "low", "high", "level", "difference", "p_value", "detectable"), "float64"
    ),
    **dict.fromkeys(("metric", "variant", "method", "unit", "note", "verdict"), "string"),
}


class Facts(Mapping[str, Any]):
    """A small mapping that cannot change and compares by value, for segments and definitions."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        self._items = dict(items)

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(tuple(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


@dataclass(frozen=True)
class Estimate:
    """One figure with its interval, base and definition.

    `estimate`, `low`, `high` are in `unit` (points, share 0..1, seconds ...); None where there is no such number, and
    `notes` says why. `n` counts the rows used (None where it is suppressed), `n_effective` what they are worth under
    weights and clusters.
    """

    id: str
    metric: str
    variant: str
    estimate: float | None
    low: float | None
    high: float | None
    level: float
    n: int | None
    n_effective: float | None
    unit: str
    method: str
    segment: Facts = field(default_factory=Facts)
    definition: Facts = field(default_factory=Facts)
    notes: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """The notes in one line."""
        return "; ".join(self.notes)

    def __str__(self) -> str:
        where = ", ".join(f"{key} {value}" for key, value in self.segment.items())
        limits = "" if self.low is None and self.high is None else f" [{_short(self.low)} to {_short(self.high)}]"
        number = NO_DATA if self.estimate is None else f"{_short(self.estimate)} {self.unit}"
        return f"{self.metric} ({self.variant}){f' {where}' if where else ''}: {number}{limits}, n = {self.n}"

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values, for JSON."""
        raw = {item.name: getattr(self, item.name) for item in fields(self)}
        return raw | {
            "segment": dict(self.segment),
            "definition": dict(self.definition),
            "notes": list(self.notes),
        }


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


class Estimates(Sequence[Estimate]):
    """Several estimates of one metric: one for each segment, period or point that was asked for."""

    def __init__(
        self,
        items: Iterable[Estimate],
        *,
        by: Sequence[str] = (),
        axis: str | None = None,
        basis: Basis | None = None,
        again: Callable[..., Estimates] | None = None,
        ledger: Ledger | None = None,
        periods: Mapping[str, Period] | None = None,
        variants: Sequence[str] = (),
        overlap: bool = False,
    ) -> None:
        self._items = tuple(items)
        self.by = tuple(by)
        self.axis = axis
        self.periods = dict(periods or {})
        self.ledger = ledger
        self.overlap = overlap
        self._basis = basis
        self._again = again
        self._variants = tuple(variants)

    @overload
    def __getitem__(self, index: int) -> Estimate: ...
    @overload
    def __getitem__(self, index: slice) -> Estimates: ...
    def __getitem__(self, index: int | slice) -> Estimate | Estimates:
        if isinstance(index, slice):
            return self.take(range(len(self))[index])
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Estimates) and (self._items, self.by) == (other._items, other.by)

    def __hash__(self) -> int:
        return hash((self._items, self.by))

    def __repr__(self) -> str:
        return "\n".join(str(item) for item in self._items) or "no estimates"

    def _repr_html_(self) -> str:
        return str(self.table())

    # -- choosing ---------------------------------------------------------------------------------------------------

    def take(self, rows: Iterable[int]) -> Estimates:
        """The estimates at these positions, with their tallies."""
        chosen = list(rows)
        basis = self._basis.take(np.array(chosen, dtype=int)) if self._basis is not None else None
        return self._like([self._items[i] for i in chosen], basis=basis)

    def where(self, **segment: object) -> Estimates:
        """The estimates of one segment or period, named by column: `where(region="North")`."""
        for name in segment:
            if name not in self.by and name != self.axis:
                raise ColumnError(
                    f"These estimates are not cut by '{name}'",
                    f"they are cut by {listing(self._cut())}",
                    did_you_mean(name, self._cut()) or "Name one of those columns, or ask the metric with by=",
                )
        rows = [i for i, e in enumerate(self._items) if all(e.segment[k] == v for k, v in segment.items())]
        if not rows:
            seen = sorted({str(e.segment[k]) for e in self._items for k in segment})
            raise ColumnError(f"No segment {dict(segment)!r}", f"the segments are {listing(seen)}", "Name one of those")
        return self.take(rows)

    def suppress(self, k: int) -> Estimates:
        """These estimates with everything about a base below `k` hidden: figures, limits and the base itself.

        Where exactly one segment of a cut would be hidden, the next smallest is hidden with it, since the total and
        the others would give the hidden one away.
        """
        hidden = {i for i, e in enumerate(self._items) if 0 < (e.n or 0) < k}
        if len(hidden) == 1 and self.by and not self.overlap:
            (only,) = hidden
            others = [i for i in self._beside(only) if i not in hidden and (self._items[i].n or 0) > 0]
            if others:
                hidden.add(min(others, key=lambda i: self._items[i].n or 0))
        items = [_hide(e, k) if i in hidden else e for i, e in enumerate(self._items)]
        return Estimates(items, by=self.by, axis=self.axis, periods=self.periods, ledger=self.ledger)

    def _beside(self, position: int) -> list[int]:
        """Positions of the segments that share a total with this one: the same period, another segment."""
        mine = self._items[position].segment.get("period")
        return [i for i, e in enumerate(self._items) if e.segment.get("period") == mine and i != position]

    def _cut(self) -> tuple[str, ...]:
        return self.by + ((self.axis,) if self.axis and self.axis not in self.by else ())

    def _like(self, items: Iterable[Estimate], *, basis: Basis | None) -> Estimates:
        return Estimates(
            items,
            by=self.by,
            axis=self.axis,
            basis=basis,
            again=self._again,
            ledger=self.ledger,
            periods=self.periods,
            variants=self._variants,
            overlap=self.overlap,
        )

    # -- asking more ------------------------------------------------------------------------------------------------

    def basis(self) -> Basis:
        """The tallies behind these estimates; an error where they were not kept."""
        if self._basis is None:
            raise ComparisonError(
                "The tallies behind these estimates were not kept",
                "they were read from JSON, suppressed or joined",
                "Ask the metric again and compare that",
            )
        return self._basis

    def variants(self) -> Estimates:
        """The same metric under every definition that the same data admit, default first."""
        if self._again is None:
            self.basis()
            raise ComparisonError(
                "These estimates have one definition", "no variants are known", "Use them as they are"
            )
        found: list[Estimate] = []
        for variant in self._variants:
            try:
                found.extend(self._again(variant=variant))
            except (DefinitionError, ColumnError):
                continue  # this table cannot answer that variant: it is not admissible here
        return Estimates(found, by=self.by, axis=self.axis, periods=self.periods, ledger=self.ledger)

    def at_level(self, level: float) -> Estimates:
        """The same estimates with limits at another level."""
        if self._again is None:
            self.basis()
            raise ComparisonError("The level cannot change", "these estimates have no metric behind them", "Ask again")
        return self._again(level=level)

    def receipt(self) -> Receipt:
        """How these figures came about: rows read and dropped, tally, formula, interval, and the same in R."""
        from cxlab.receipt import Receipt

        return Receipt(self)

    def compare(self, to: str = "pairs", adjust: str = "simultaneous", level: float | None = None) -> Differences:
        """Differences between segments or periods with their verdicts; see `cxlab.compare`."""
        from cxlab.compare.segments import compare

        return compare(self, to=to, adjust=adjust, level=level)

    def plot(self, **options: Any) -> Any:
        """The figure that fits these estimates."""
        from cxlab.show.figures import plot

        return plot(self, **options)

    def table(self, **options: Any) -> Any:
        """The house table of these estimates."""
        from cxlab.show.tables import table

        return table(self, **options)

    def say(self, locale: str = "en") -> str:
        """These estimates in sentences."""
        from cxlab.show.sentences import say

        return say(self, locale)

    # -- frames -----------------------------------------------------------------------------------------------------

    def to_arrow(self) -> pa.Table:
        """One row for each estimate, columns in the order of the contract."""
        cut = self._cut()
        values = {name: [e.segment.get(name) for e in self._items] for name in cut}
        values |= {name: [getattr(e, name) for e in self._items] for name in COLUMNS}
        return _arrow(values)

    def to_pandas(self) -> pd.DataFrame:
        """As `to_arrow`, a pandas frame; numbers that do not exist are `<NA>`."""
        return _pandas(self.to_arrow())

    def to_polars(self) -> pl.DataFrame:
        """As `to_arrow`, a Polars frame."""
        return _polars(self.to_arrow())

    def to_json(self) -> str:
        """The estimates as JSON, without the tallies behind them."""
        body = {"by": list(self.by), "axis": self.axis, "estimates": [e.to_dict() for e in self._items]}
        return json.dumps(body, ensure_ascii=False, default=str)


def from_json(text: str) -> Estimates:
    """The estimates that `to_json` wrote; the tallies behind them are not kept."""
    body = json.loads(text)
    items = [
        Estimate(
            **raw
            | {"segment": Facts(raw["segment"]), "definition": Facts(raw["definition"]), "notes": tuple(raw["notes"])}
        )
        for raw in body["estimates"]
    ]
    return Estimates(items, by=body["by"], axis=body["axis"])


def _hide(estimate: Estimate, k: int) -> Estimate:
    return replace(
        estimate, estimate=None, low=None, high=None, n=None, n_effective=None, notes=(f"{SUPPRESSED}: n < {k}",)
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
        limits = "" if self.low is None else f" [{_short(self.low)} to {_short(self.high)}]"
        return f"{where} minus {self.versus}: {_short(self.difference)} {self.unit}{limits}, {self.verdict}"


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
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return "\n".join(str(item) for item in self._items) or "no differences"

    def _repr_html_(self) -> str:
        return str(self.table())

    def table(self, **options: Any) -> Any:
        """The house table of these differences."""
        from cxlab.show.tables import difference_table

        return difference_table(self, **options)

    def plot(self, **options: Any) -> Any:
        """The figure of these differences."""
        from cxlab.show.figures import plot_differences

        return plot_differences(self, **options)

    def say(self, locale: str = "en") -> str:
        """These differences in sentences, hedged by their intervals."""
        from cxlab.show.sentences import say_differences

        return say_differences(self, locale)

    def to_arrow(self) -> pa.Table:
        """One row for each difference, columns in the order of the contract."""
        values = {name: [d.segment.get(name) for d in self._items] for name in self.by}
        values |= {"versus": [d.versus for d in self._items]}
        values |= {name: [getattr(d, name) for d in self._items] for name in DIFFERENCE_COLUMNS}
        return _arrow(values)

    def to_pandas(self) -> pd.DataFrame:
        """As `to_arrow`, a pandas frame."""
        return _pandas(self.to_arrow())

    def to_polars(self) -> pl.DataFrame:
        """As `to_arrow`, a Polars frame."""
        return _polars(self.to_arrow())


def _arrow(values: Mapping[str, list[Any]]) -> pa.Table:
    import pyarrow as pa

    return pa.table(
        {
            name: pa.array(column, pa.type_for_alias(_TYPES[name]) if name in _TYPES else None)
            for name, column in values.items()
        }
    )


def _pandas(table: pa.Table) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    nullable = {pa.float64(): pd.Float64Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    return table.to_pandas(types_mapper=nullable.get)


def _polars(table: pa.Table) -> pl.DataFrame:
    import polars as pl

    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
