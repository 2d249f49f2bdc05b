"""Customers who leave and customers who stay, by heads, by revenue, by purchases and by open contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.base import Basis
from cxlab.estimate.basis.complement import Complement
from cxlab.estimate.basis.curve import CurveBasis
from cxlab.estimate.basis.rate import rate_of_counts
from cxlab.estimate.basis.ratio import LinearBasis, linear_basis
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.levels import days_of
from cxlab.metrics.logs import classed, classes, facts_of, method_among, odd_row, refuse, share_of
from cxlab.metrics.presence import JOINED, JOINED_LEFT, LEFT, STAYED, presence, window_of
from cxlab.rows.numbers import number
from cxlab.rows.read import Rows
from cxlab.rows.times import timeline
from cxlab.tally.apart import by_segment
from cxlab.tally.cut import ByPeriod, Segments
from cxlab.tally.events import events
from cxlab.tally.sums import sums
from cxlab.units import RATIO, SHARE, Unit

COUNTED = ("jeffreys", "score", "clopper_pearson", "wald")
_DESIGN = ("weight", "cluster", "strata", "population", "missing")
_AT_START = "customers present at the start"


@metric(
    label={"en": "Churn rate", "vi": "Tỷ lệ khách hàng rời bỏ", "fa": "نرخ ریزش مشتری"},
    table="customers",
    time="ended",
    better="lower",
    variants=[
        Variant("start_cohort", "leavers among those present at the start / present at the start", SHARE, "share"),
        Variant("all_lost_start", "all leavers / present at the start", RATIO, "rate"),
        Variant(
            "net_change", "(present at the start - present at the end) / present at the start", RATIO, "signed_ratio"
        ),
        Variant("average", "all leavers / mean of those present at the start and at the end", RATIO, "rate"),
        Variant("start_plus_new", "all leavers / (present at the start + joined)", SHARE, "share"),
        Variant("revenue_gross", "(lost + reduced revenue) / revenue at the start", SHARE, "signed_ratio"),
        Variant("revenue_net", "(lost + reduced - increased revenue) / revenue at the start", RATIO, "signed_ratio"),
        Variant("inactivity", "bought before the start, not before the end / bought before the start", SHARE, "share"),
        Variant("kaplan_meier", "1 - S(length of the period), those who joined censored", SHARE, "curve"),
    ],
    source="Gupta and Lehmann 2005",
    unit_of_analysis="customers",
    census=True,
)
def churn_rate(customers: Rows, *, inactive: Any = None, ask: Question) -> Estimates:
    """Share of customers lost in a period, 0 to 1 (some variants: a ratio, which may leave that range).

    `customers` has one row for each customer: `started`, and `ended`, blank for who is still here. `period=` is
    required. Present at a moment is who started before it and had not ended. Several rows of one `customer` in the
    period are one customer, there from the first to the last, and counted in the ledger: who left and came back in it
    is not lost; rows that differ in a weight, cluster or stratum asked for stay apart. The revenue variants read
    `revenue_start` and `revenue_end`, the customer's revenue at both ends of the period (blank: none), and nothing
    else; negative revenue is an error. `inactivity` takes transactions (`customer`, `time`) and `inactive`, such as "90
    days": who bought within so many days before the start and did not before the end is lost. `kaplan_meier` follows
    everybody from the start of the period, or from joining in it. Nobody at the start: no data. Source: Gupta and
    Lehmann 2005; Kaplan and Meier 1958.

    >>> import cxlab as cx, pyarrow as pa
    >>> from datetime import date
    >>> table = pa.table({"started": [date(2025, 1, 1)] * 20, "ended": [date(2026, 10, 9)] + [None] * 19})
    >>> cx.churn_rate(table, period="2026-10")[0].estimate
    0.05
    """
    _only(ask, "inactivity", inactive=inactive)
    found = _churn(customers, ask, ask.variant.name, inactive)
    return _answer(customers, ask, found, found.basis)


@metric(
    label={"en": "Retention rate", "vi": "Tỷ lệ giữ chân khách hàng", "fa": "نرخ حفظ مشتری"},
    table="customers",
    time="ended",
    better="higher",
    variants=[
        Variant("start_cohort", "present at both ends / present at the start", SHARE, "share"),
        Variant("end_minus_new", "(present at the end - joined) / present at the start", RATIO, "rate"),
        Variant("revenue_gross", "1 - (lost + reduced revenue) / revenue at the start", SHARE, "signed_ratio"),
        Variant("revenue_net", "1 - (lost + reduced - increased) / revenue at the start", RATIO, "signed_ratio"),
    ],
    source="Gupta and Lehmann 2005",
    unit_of_analysis="customers",
    census=True,
)
def retention_rate(customers: Rows, *, ask: Question) -> Estimates:
    """Share of customers kept over a period, 0 to 1 (`end_minus_new` and `revenue_net`: a ratio).

    The table is that of `churn_rate`, and `period=` is required. It is 1 - churn of the same variant: `start_cohort`
    and the revenue variants of the same name, `end_minus_new` of churn's `all_lost_start`. "Joined" counts all who
    joined, also those who left again. Source: Gupta and Lehmann 2005.

    >>> import cxlab as cx, pyarrow as pa
    >>> from datetime import date
    >>> table = pa.table({"started": [date(2025, 1, 1)] * 20, "ended": [date(2026, 10, 9)] + [None] * 19})
    >>> cx.retention_rate(table, period="2026-10")[0].estimate
    0.95
    """
    found = _churn(customers, ask, {"end_minus_new": "all_lost_start"}.get(ask.variant.name, ask.variant.name), None)
    return _answer(customers, ask, found, Complement(found.basis))


@dataclass(frozen=True)
class _Found:
    """A churn figure before it is answered, so that retention can be what it leaves."""

    segments: Segments
    basis: Basis
    facts: Mapping[str, object]
    unit: Unit
    notes: Sequence[tuple[str, ...]] | None = None


def _answer(rows: Rows, ask: Question, found: _Found, basis: Basis) -> Estimates:
    return ask.answer(
        found.segments, basis, unit=found.unit, definition=found.facts, notes=found.notes, ledger=rows.ledger
    )


def _churn(rows: Rows, ask: Question, variant: str, inactive: Any) -> _Found:
    if variant == "inactivity":
        return _inactivity(rows, ask, inactive)
    if variant.startswith("revenue"):
        return _revenue(rows, ask, variant)
    if variant not in ("start_cohort", "start_plus_new"):
        refuse(ask, *_DESIGN)
    known = presence(rows, ask)
    if variant == "kaplan_meier":
        return _curve(known, ask)
    if variant in ("start_cohort", "start_plus_new"):
        met, base = ((LEFT,), (STAYED, LEFT)) if variant == "start_cohort" else ((LEFT, JOINED_LEFT), range(4))
        facts = known.facts(ask, _AT_START if variant == "start_cohort" else "customers present at the start or joined")
        whole = share_of(ask, known.cut, known.tally, met, base, facts)
        return _of_share(whole, known.segments, facts)
    start, left = known.start, known.leavers
    if variant == "net_change":
        lost, won = known.heads(LEFT), known.heads(JOINED)
        basis = _signed(start, lost - won, lost + won, lost, ask.method)
        return _Found(known.segments, basis, known.facts(ask, _AT_START), RATIO)
    below = start if variant == "all_lost_start" else (start + known.end) / 2
    method = method_among(ask, COUNTED, "from counts alone")
    rate = rate_of_counts(
        left, below, method=method, n=start if variant == "all_lost_start" else known.heads(0, 1, 2, 3)
    )
    base_text = _AT_START if variant == "all_lost_start" else "mean of customers at the start and at the end"
    return _Found(known.segments, rate, known.facts(ask, base_text), RATIO)


def _of_share(whole: Estimates, segments: Segments, facts: Mapping[str, object]) -> _Found:
    """A share with its design, ready to be turned."""
    notes = [tuple(note for note in one.notes) for one in whole]
    return _Found(segments, whole.basis(), facts, SHARE, notes)


def _signed(start: np.ndarray, y: np.ndarray, yy: np.ndarray, yx: np.ndarray, method: str) -> LinearBasis:
    """The ratio of a net loss to those at the start, each customer counting 1, 0 or -1."""
    units = yy + start - yx  # everybody who was there and counts above or below
    df = np.where(units > 1, units - 1, np.inf)
    bounds = (-np.inf, 1.0)
    return LinearBasis("signed_ratio", method, start, start, df, units, y, start, yy, yx, start, bounds)


def _revenue(rows: Rows, ask: Question, variant: str) -> _Found:
    refuse(ask, *_DESIGN)
    window = window_of(ask)
    for name in ("revenue_start", "revenue_end"):
        rows = number(rows, name, f"{ask.about.name} ({variant})")
    cut = replace(replace(ask, period=None).cut(rows), window=window)
    names = [rows.column(name) for name in ("revenue_start", "revenue_end")]
    before, after = (nw.col(name).cast(nw.Float64).fill_null(0.0) for name in names)
    lost = before - after
    if variant == "revenue_gross":
        lost = nw.when(lost > 0).then(lost).otherwise(nw.lit(0.0))
    bad = (before < 0) | (after < 0)
    amounts = {
        "lost": nw.when(before > 0).then(lost).otherwise(nw.lit(0.0)),
        "start": before,
        "customer": nw.when(before > 0).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
        "odd": nw.when(bad).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
    }
    tally = sums(cut, amounts)
    if tally.total("odd").sum():
        raise odd_row(rows, bad, names, f"{ask.about.name} ({variant}) needs revenue of 0 or more", "Correct it")
    bounds = (0.0, 1.0) if variant == "revenue_gross" else (-np.inf, 1.0)
    n = tally.total("customer")
    basis = linear_basis(
        cut, amounts, tally, "lost", "start", kind="signed_ratio", method=ask.method, n=n, bounds=bounds
    )
    # Customers without revenue at the start are in neither sum.
    basis = replace(basis, units=n, n_effective=n, df=np.where(n > 1, n - 1, np.inf))
    facts = facts_of(ask, cut, "revenue at the start", length=f"{(window.end - window.start).days} days")
    return _Found(tally.segments, basis, facts, SHARE if variant == "revenue_gross" else RATIO)


def _inactivity(rows: Rows, ask: Question, inactive: Any) -> _Found:
    refuse(ask, "weight", "strata", "missing")
    if inactive is None:
        raise DefinitionError(
            f"{ask.about.name} (inactivity) needs to know how long a silence is a loss",
            "inactive= is not given",
            'Say it: inactive="90 days"',
        )
    days, window = timedelta(days=round(days_of(inactive, "inactive"))), window_of(ask)
    if any(isinstance(item, ByPeriod) for item in (ask.by if isinstance(ask.by, (list, tuple)) else [ask.by])):
        raise DefinitionError(
            "Customers who bought before two moments have no single time to be cut by",
            f"by={ask.by!r}",
            "Ask for one period after the other: period=",
        )
    times = timeline(rows, "time", None, f"{ask.about.name} (inactivity)")
    cut = replace(replace(ask, period=None).cut(times.rows), window=window, zone=times.timezone)
    column, customer = nw.col(times.column), nw.col(times.rows.column("customer", ask.about.name))
    flags = {}
    for name, day in (("before", window.start), ("after", window.end)):
        within = (column >= nw.lit(times.edge(day - days))) & (column < nw.lit(times.edge(day)))
        flags[name] = nw.when(within).then(nw.lit(1)).otherwise(nw.lit(0))
    frame = by_segment(cut, cut.select(customer=customer, **flags)).group_by(*cut.names, "customer")
    flat = frame.agg(nw.col("before").max(), nw.col("after").max())
    flat = flat.filter(~nw.col("customer").is_null())
    people = replace(cut, rows=replace(cut.rows, frame=flat, roles={}), keys=tuple(map(nw.col, cut.names)))
    lost = nw.when(nw.col("after") == 1).then(nw.lit(0)).otherwise(nw.lit(1))
    people = classed(people, nw.when(nw.col("before") == 1).then(lost))
    asked = replace(ask, cluster=None)
    tally = classes(asked, people, 2)
    facts = facts_of(
        ask, cut, f"customers who bought in the {days.days} days before the start", inactive=f"{days.days} days"
    )
    return _of_share(share_of(asked, people, tally, (1,), (0, 1), facts), tally.segments, facts)


def _curve(known: Any, ask: Question) -> _Found:
    """Everybody followed within the period: from its start or from joining, to leaving or its end."""
    times, cut = known.times, known.cut
    first, last = (times.instant(day) for day in (known.window.start, known.window.end))
    started, ended = times.seconds["started"], times.seconds["ended"]
    came = nw.when(started > first).then(started).otherwise(nw.lit(first))
    gone = ~ended.is_null() & (ended < last)
    left = nw.when(gone).then(ended).otherwise(nw.lit(last))
    inside = ~nw.col("__class").is_null()
    tally = events(cut, nw.when(inside).then(left - came), gone, ask.about.name)
    tally = replace(tally, missing=np.zeros(len(tally.missing)))  # those who were not there in the period
    basis = CurveBasis(tally, "failure", last - first, method=method_among(ask, ("wilson",), "of a curve at one time"))
    facts = known.facts(ask, "customers present at the start or joined, followed within the period")
    return _Found(tally.segments, basis, facts, SHARE, basis.notes())


def _only(ask: Question, variant: str, **given: object) -> None:
    for name, value in given.items():
        if value is not None and ask.variant.name != variant:
            raise DefinitionError(
                f"{name}= belongs to the variant '{variant}'",
                f"variant='{ask.variant.name}' and {name}={value!r}",
                f"Leave it out, or ask for variant='{variant}'",
            )
