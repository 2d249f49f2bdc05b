"""How often customers deal with the company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import narwhals as nw
import numpy as np

from cxlab.errors import DefinitionError, listing, misspelt
from cxlab.estimate import Estimates
from cxlab.estimate.basis.base import Groups
from cxlab.estimate.basis.rate import RateBasis, rate_basis
from cxlab.estimate.basis.ratio import LinearBasis
from cxlab.interval.division import over
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.logs import facts_of, refuse, share_of_counts
from cxlab.metrics.presence import asked, window_of
from cxlab.rows.days import local_day
from cxlab.rows.declared import is_number
from cxlab.rows.look import part_of
from cxlab.rows.read import Rows, collect
from cxlab.rows.times import timeline
from cxlab.tally.cut import Cut
from cxlab.tally.sums import Sums, sums
from cxlab.units import NUMBER, RATE, SHARE

Floats = np.ndarray
SHOWN = 12  # kinds that a message names


@metric(
    label={"en": "Customer engagement", "vi": "Mức độ gắn kết của khách hàng", "fa": "تعامل مشتری"},
    table="events",
    time="time",
    better="higher",
    variants=[
        Variant("per_active", "interactions / active customers", RATE, "rate"),
        Variant("per_eligible", "interactions / eligible customers", RATE, "rate"),
        Variant("active_share", "active customers / eligible customers", SHARE, "share"),
        Variant("stickiness", "customers active on an average day / active customers", SHARE, "signed_ratio"),
        Variant("composite", "sum of weight x standardised count of each kind", NUMBER, "signed_ratio"),
    ],
    source="Brodie, Hollebeek, Juric and Ilic 2011",
    unit_of_analysis="customers",
    census=True,
)
def engagement(
    events: Rows,
    *,
    eligible: float | Mapping[Any, float] | None = None,
    kinds: Sequence[str] | None = None,
    weights: Mapping[str, float] | None = None,
    ask: Question,
) -> Estimates:
    """Interactions per active customer, a rate (variants: per eligible customer, or a share of customers, 0 to 1).

    `events` has one row for each interaction: `customer`, `time` and, for `kinds=` and `composite`, `kind`; rows
    without a customer are left out. `kinds` names those that count; a misspelt one is an error. `eligible`
    is the number of customers who could have been active, or a mapping from segment to it; fewer than were active
    is an error. `stickiness` needs `period=` and the zone of the times: its days are local. `composite` needs
    `weights`, from kind to weight: each customer's counts are standardised over all active customers of the table,
    so that 0 is the average customer.
    Source: Brodie, Hollebeek, Juric and Ilic 2011; interval over customers, Newcombe and Altman 2000.

    >>> import cxlab as cx, pyarrow as pa
    >>> cx.engagement(pa.table({"customer": ["a", "a", "a", "b", "c", "c"]}))[0].estimate
    2.0
    """
    name = ask.variant.name
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    for keyword, value, variants in (
        ("eligible", eligible, ("per_eligible", "active_share")),
        ("weights", weights, ("composite",)),
    ):
        if value is not None and name not in variants:
            raise DefinitionError(
                f"engagement ({name}) has no use for {keyword}=",
                f"{keyword}={value!r}",
                f"Leave it out, or ask for variant='{variants[0]}'",
            )
    events = ask.timed(events)
    if name == "composite":
        return _composite(events, kinds, weights, ask)
    if name == "stickiness":
        # Before rows are left out, so that what is found out about the times is kept with the table.
        events = timeline(events, "time", None, "engagement (stickiness)").rows
    rows = _of_kinds(events, kinds)
    counted = "all" if kinds is None else ", ".join(map(str, kinds))
    if name == "stickiness":
        return _stickiness(rows, counted, ask)
    cut = ask.cut(rows)
    amounts = {"event": nw.lit(1.0)}
    tally = sums(cut, amounts, unit="customer")
    if name == "per_active":
        facts = facts_of(ask, cut, "active customers", kinds=counted)
        active = per_unit(cut, amounts, tally, ask.method)
        return ask.answer(tally.segments, active, unit=RATE, definition=facts, ledger=events.ledger)
    size = _eligible(tally, eligible, ask)
    facts = facts_of(ask, cut, "eligible customers", kinds=counted)
    if name == "active_share":
        share = share_of_counts(tally.units, size, ask.method)
        return ask.answer(tally.segments, share, unit=SHARE, definition=facts, ledger=events.ledger)
    # Customers who did nothing count as well: they add nothing to the sums, but they are there.
    whole = replace(tally, units=size)
    basis = rate_basis(cut, amounts, whole, "event", method=ask.method, exposure=size, shared=False)
    basis = replace(basis, again=None)
    return ask.answer(tally.segments, basis, unit=RATE, definition=facts, ledger=events.ledger)


@dataclass(frozen=True, eq=False)
class PerUnit(RateBasis):
    """Events per unit that had any: the exposure is the number of units, counted anew in unions of segments."""

    def pool(self, groups: Groups) -> PerUnit:
        """Unions of segments, each unit once."""
        joined = super().pool(groups)
        return PerUnit(**{**vars(joined), "exposure": joined.units})


def per_unit(cut: Cut, amounts: Mapping[str, Any], tally: Sums, method: str) -> PerUnit:
    """The basis of the first amount per unit of a tally."""
    (event,) = amounts
    basis = rate_basis(cut, amounts, tally, event, method=method, exposure=tally.units)
    return PerUnit(**vars(basis))


def _of_kinds(rows: Rows, kinds: Sequence[str] | None) -> Rows:
    """The rows of the kinds that count, each with a customer; an error where a kind that no row is of is misspelt.

    Without it the figure would be that of the rest. Other kinds that no row is of did not happen: a month of a small
    client may well be without purchases.
    """
    frame = rows.frame.filter(~nw.col(rows.column("customer", "engagement")).is_null())
    if kinds is None:
        return part_of(rows, frame)
    if isinstance(kinds, str) or not list(kinds) or not all(isinstance(kind, (str, int)) for kind in kinds):
        raise DefinitionError("kinds= is a list", f"kinds={kinds!r}", 'Write kinds=["visit", "purchase"]')
    kind, names = nw.col(rows.column("kind", "engagement")).cast(nw.String), [str(one) for one in kinds]
    if "kinds" not in rows.checked:  # asked once, whatever is asked of them
        found = collect(frame.select(kind=kind).unique()).column("kind").to_pylist()
        rows.checked["kinds"] = sorted(one for one in found if one is not None)
    there = cast("list[str]", rows.checked["kinds"])
    for name in names:
        near = None if name in there else misspelt(name, there)
        if near is not None:
            more = [f"{len(there) - SHOWN} more"] if len(there) > SHOWN else []
            raise DefinitionError(
                f"No event is of the kind '{name}'",
                f"the column 'kind' of {rows.origin} has {listing([*there[:SHOWN], *more], 'and')}",
                f"Did you mean '{near}'?",
            )
    return part_of(rows, frame.filter(kind.is_in(names)))


def _eligible(tally: Sums, eligible: float | Mapping[Any, float] | None, ask: Question) -> Floats:
    """The number of eligible customers of each segment."""
    names, active = tally.segments.values, tally.units
    if eligible is None or (not isinstance(eligible, Mapping) and names != ((),)):
        raise DefinitionError(
            f"engagement ({ask.variant.name}) needs the number of eligible customers"
            + (" of each segment" if eligible is not None else ""),
            "eligible= is not given" if eligible is None else f"eligible={eligible!r} and by= asks for several",
            "Give eligible=1000, or a mapping from segment to number",
        )
    if isinstance(eligible, Mapping):
        lost = [value for value in names if _key(value) not in eligible]
        if lost:
            raise DefinitionError(
                "eligible= lacks a segment",
                f"it has no '{_key(lost[0])}'",
                "Give the number of eligible customers of every segment",
            )
        size = np.array([float(eligible[_key(value)]) for value in names])
    else:
        size = np.array([float(eligible)])
    if (size < active).any() or not np.isfinite(size).all():
        i = int(np.flatnonzero(~(size >= active))[0]) if (size < active).any() else 0
        raise DefinitionError(
            "Fewer customers are eligible than were active",
            f"eligible {size[i]:g}, active {active[i]:g}",
            "Give the number of all who could have been active",
        )
    return size


def _key(value: tuple[Any, ...]) -> Any:
    return value[0] if len(value) == 1 else value


def _stickiness(rows: Rows, counted: str, ask: Question) -> Estimates:
    """Mean over the active customers of the share of days on which they were active."""
    window = window_of(ask)
    times = timeline(rows, "time", None, "engagement (stickiness)")
    cut = ask.cut(times.rows)
    days = float((window.end - window.start).days)
    customer = nw.col(cut.rows.column("customer"))
    frame = cut.select(customer=customer, day=local_day(times)).unique()
    flat = replace(
        cut,
        rows=replace(cut.rows, frame=frame, roles={"customer": "customer"}),
        keys=tuple(nw.col(name) for name in cut.names),
    )
    amounts = {"day": nw.lit(1.0)}
    tally = sums(flat, amounts, unit="customer")

    def basis(found: Sums) -> LinearBasis:
        y = found.total("day") / days
        return _mean_of_units(found.units, y, found.product("day", "day") / days**2, ask.method, (0.0, 1.0))

    linear = basis(tally)
    facts = facts_of(ask, cut, "active customers", kinds=counted, length=f"{days:g} days")
    return ask.answer(tally.segments, linear, unit=SHARE, definition=facts, ledger=rows.ledger)


def _mean_of_units(units: Floats, y: Floats, yy: Floats, method: str, bounds: tuple[float, float]) -> LinearBasis:
    """The mean over units of an amount: a ratio of sums whose lower one counts the units."""
    df = np.where(units > 1, units - 1, np.inf)
    return LinearBasis("signed_ratio", method, units, units, df, units, y, units, yy, y, units, bounds)


def _weights(given: Any) -> bool:
    return isinstance(given, Mapping) and all(is_number(weight) for weight in given.values())


def _composite(
    rows: Rows, kinds: Sequence[str] | None, weights: Mapping[str, float] | None, ask: Question
) -> Estimates:
    if not weights or kinds is not None or not _weights(weights):
        raise DefinitionError(
            "A composite needs the weight of each kind",
            f"weights={weights!r}, kinds={kinds!r}",
            'Give weights={"visit": 0.5, "purchase": 0.5}, and no kinds=',
        )
    names = list(weights)
    rows = _of_kinds(rows, names)
    kind = nw.col(rows.column("kind", "engagement (composite)"))
    amounts = {name: nw.when(kind == nw.lit(name)).then(nw.lit(1.0)).otherwise(nw.lit(0.0)) for name in names}
    cut = ask.cut(rows)
    tally = sums(cut, amounts, unit="customer")
    alone = ask.by is None and asked(ask) is None
    whole = tally if alone else sums(replace(cut, by=(), keys=(), periods=()), amounts, unit="customer")
    n = whole.units[0]
    mean = over(whole.totals[0], n)
    spread = np.sqrt(np.maximum(np.diagonal(whole.products[0]) / max(n, 1.0) - mean**2, 0.0))
    if (spread <= 0).any() and n:
        flat = names[int(np.flatnonzero(spread <= 0)[0])]
        raise DefinitionError(
            "A kind that all customers have alike cannot be standardised",
            f"'{flat}' does not vary between {n:g} customers",
            "Leave it out of weights=",
        )
    scale = np.array([float(weights[name]) for name in names]) / np.where(spread > 0, spread, 1.0)
    shift = -float(scale @ np.nan_to_num(mean))
    total = tally.totals @ scale
    squares = np.einsum("sij,i,j->s", tally.products, scale, scale) + 2 * shift * total + shift**2 * tally.units
    linear = _mean_of_units(tally.units, total + shift * tally.units, squares, ask.method, (-np.inf, np.inf))
    said = ", ".join(f"{name} {weights[name]:g}" for name in names)
    facts = facts_of(ask, cut, "active customers", weights=said)
    return ask.answer(tally.segments, linear, unit=NUMBER, definition=facts, ledger=rows.ledger)
