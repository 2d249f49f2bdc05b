"""Several estimates of one metric, with the tallies behind them.

An `Estimate` is a frozen fact. `Estimates` is a sequence of them that knows which columns made its segments and, while
it lives, the tallies behind it, so that other limits, other variants and comparisons can be asked of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from cxlab.errors import ColumnError, ComparisonError, DefinitionError, FieldError, ReadError, did_you_mean, listing
from cxlab.estimate import frames
from cxlab.estimate.answer import SUPPRESSED, Estimate, Facts, at
from cxlab.estimate.basis.joined import JoinedBasis
from cxlab.rows.declared import is_number

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from cxlab.estimate.basis.base import Basis
    from cxlab.estimate.differences import Differences
    from cxlab.estimate.receipt import Receipt
    from cxlab.rows.ledger import Ledger
    from cxlab.rows.periods import Period

# Why a segment that is large enough is hidden too: "under 10" would be a false statement about it.
BESIDE = "protects a smaller segment"
COLUMNS = ("metric", "variant", "n", "n_effective", "estimate", "low", "high", "level", "method", "unit", "note")


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
        return at(self._items, index, "Estimates", self._are(), self._one())

    if not TYPE_CHECKING:  # a name that is nowhere stays an error to mypy

        def __getattr__(self, name: str) -> Any:
            # Asked where nothing has this name; Python looks for names of its own kinds here too.
            if name not in Estimate.__dataclass_fields__:
                raise AttributeError(f"'Estimates' object has no attribute '{name}'", name=name, obj=self)
            raise FieldError(f"Each estimate has its own '{name}'", self._are(), f"{self._one()}, then .{name}")

    def _are(self) -> str:
        count = len(self._items)
        many = "is 1 estimate" if count == 1 else f"are {count} estimates"
        return f"there {many}" + (f", cut by {listing(self._cut(), 'and')}" if self.by else "")

    def _one(self) -> str:
        chosen = f" or .where({self.by[0]}=...)[0]" if self.by and self.by[0].isidentifier() else ""
        return f"Take one: [0]{chosen}"

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Estimates) and (self._items, self.by) == (other._items, other.by)

    def __hash__(self) -> int:
        return hash((self._items, self.by))

    def __repr__(self) -> str:
        return "\n".join(str(item) for item in self._items) or "no estimates"

    def _repr_html_(self) -> str:
        return str(self.table()._repr_html_()) if self._items else f"<p>{self!r}</p>"

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

    def suppress(self, k: int, also: Collection[object] = ()) -> Estimates:
        """These estimates with everything about a base below `k` hidden: figures, limits and the base itself.

        A total and all parts but the hidden ones give these away together; so beside a hidden segment the next smallest
        ones are hidden too, until at least two are, and together they hold `k` or more. `also` names segments that
        stay hidden because they are hidden elsewhere in the same report.
        """
        if not is_number(k):
            raise DefinitionError("The smallest base that is shown is a number", f"k={k!r}", "Write .suppress(10)")
        bases = self._bases()
        small = {group for group, base in bases.items() if 0 < base < k or any(value in also for _, value in group)}
        for when in {dict(group).get("period") for group in small}:
            beside = sorted(
                (base, str(g), g) for g, base in bases.items() if dict(g).get("period") == when and base > 0
            )
            mine = {group for group in small if dict(group).get("period") == when}
            for _, _, group in beside if self.by and not self.overlap else ():
                if len(mine) > 1 and sum(bases[one] for one in mine) >= k:
                    break
                mine.add(group)
            small |= mine if len(beside) > 1 else set()
        items = [
            _hide(e, f"n < {k}" if bases[self._group(e)] < k else BESIDE) if self._group(e) in small else e
            for e in self._items
        ]
        return Estimates(
            items, by=self.by, axis=self.axis, periods=self.periods, ledger=self.ledger, overlap=self.overlap
        )

    def _group(self, estimate: Estimate) -> tuple[tuple[str, Any], ...]:
        """The segment that an estimate belongs to, whatever its place along the axis."""
        return tuple((key, value) for key, value in estimate.segment.items() if key in self.by)

    def _bases(self) -> dict[tuple[tuple[str, Any], ...], int]:
        """The base of each segment: the largest along its axis."""
        found: dict[tuple[tuple[str, Any], ...], int] = {}
        for estimate in self._items:
            group = self._group(estimate)
            found[group] = max(found.get(group, 0), estimate.n or 0)
        return found

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
                "they were read from JSON, suppressed, joined or are several figures side by side",
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
        from cxlab.estimate.receipt import Receipt

        return Receipt(self)

    def compare(self, to: str = "pairs", adjust: str = "simultaneous", level: float | None = None) -> Differences:
        """Differences between segments or periods with their verdicts; see `cxlab.compare`."""
        from cxlab.compare.segments import compare

        return compare(self, to=to, adjust=adjust, level=level)

    def plot(self: Any, **options: Any) -> Any:
        """The figure that fits these estimates or differences; see `cxlab.show`."""
        from cxlab.show.answers import plot

        return plot(self, **options)

    def table(self: Any, **options: Any) -> Any:
        """The house table of these estimates or differences."""
        from cxlab.show.answers import table

        return table(self, **options)

    def say(self: Any, locale: str = "en", currency: str | None = None) -> str:
        """These estimates or differences in sentences, hedged by their intervals."""
        from cxlab.show.answers import say

        return say(self, locale, currency)

    # -- frames -----------------------------------------------------------------------------------------------------

    def to_arrow(self) -> pa.Table:
        """One row for each estimate, columns in the order of the contract."""
        cut = {name: [e.segment.get(name) for e in self._items] for name in self._cut()}
        return frames.to_arrow(cut, {name: [getattr(e, name) for e in self._items] for name in COLUMNS})

    def to_pandas(self) -> pd.DataFrame:
        """As `to_arrow`, a pandas frame; numbers that do not exist are `<NA>`."""
        return frames.to_pandas(self.to_arrow())

    def to_polars(self) -> pl.DataFrame:
        """As `to_arrow`, a Polars frame."""
        return frames.to_polars(self.to_arrow())

    def to_json(self) -> str:
        """The estimates as JSON, without the tallies behind them."""
        body = {"by": list(self.by), "axis": self.axis, "estimates": [e.to_dict() for e in self._items]}
        return json.dumps(body, ensure_ascii=False, default=_day_as_json)


def joined(parts: Mapping[Any, Estimates], column: str, periods: Mapping[str, Period] | None = None) -> Estimates:
    """Figures of one metric that were asked one by one, as one answer cut by `column`: a rate of each month.

    `parts` maps the value of the column to its estimates. They can be compared with each other, not with a rest. With
    `periods` of one kind their length is that kind: a rate of October and one of September are both of a month.
    """
    kinds = {period.every for period in (periods or {}).values()}
    length = {"length": kinds.pop()} if len(kinds) == 1 else {}

    def defined(one: Estimate) -> Facts:
        return Facts({**one.definition, **length}) if "length" in one.definition else one.definition

    items = [
        replace(
            one,
            id=f"{one.metric}.{one.variant}[{column}={value}]",
            segment=Facts({**one.segment, column: value}),
            definition=defined(one),
        )
        for value, part in parts.items()
        for one in part
    ]
    first = next(iter(parts.values()))
    kept = [part._basis for part in parts.values()]
    basis = JoinedBasis([one for one in kept if one is not None]) if all(kept) else None
    return Estimates(items, by=(*first.by, column), basis=basis, ledger=first.ledger, periods=periods)


def from_json(text: str) -> Estimates:
    """The estimates that `to_json` wrote; the tallies behind them are not kept. Other JSON is a `ReadError`."""
    try:
        body = json.loads(text, object_hook=_json_as_day)
        items = [
            Estimate(
                **raw
                | {
                    "segment": Facts(raw["segment"]),
                    "definition": Facts(raw["definition"]),
                    "notes": tuple(raw["notes"]),
                }
            )
            for raw in body["estimates"]
        ]
        return Estimates(items, by=body["by"], axis=body["axis"])
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError("This is not JSON of estimates", str(text)[:40], "Give what .to_json() wrote") from error


def _day_as_json(value: object) -> object:
    """What JSON has no form for: days and instants under a mark, so that they come back as what they were."""
    return {"$day" if type(value) is date else "$time": value.isoformat()} if isinstance(value, date) else str(value)


def _json_as_day(found: dict[str, Any]) -> Any:
    if set(found) == {"$day"}:
        return date.fromisoformat(found["$day"])
    return datetime.fromisoformat(found["$time"]) if set(found) == {"$time"} else found


def _hide(estimate: Estimate, why: str) -> Estimate:
    notes = (f"{SUPPRESSED}: {why}",)
    return replace(estimate, estimate=None, low=None, high=None, n=None, n_effective=None, notes=notes)
