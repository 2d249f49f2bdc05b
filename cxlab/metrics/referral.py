"""Customers who bring others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.logs import classed, classes, facts_of, refuse, share_of, share_of_counts
from cxlab.metrics.presence import asked
from cxlab.rows.read import Rows, collect
from cxlab.rows.times import timeline
from cxlab.rows.truths import truth
from cxlab.tally.cut import Cut, Segments
from cxlab.units import SHARE


@metric(
    label={"en": "Referral rate", "vi": "Tỷ lệ giới thiệu", "fa": "نرخ ارجاع"},
    table="customers",
    better="higher",
    variants=[
        Variant("new_customers", "new customers from a referral programme / new customers", SHARE, "share"),
        Variant("purchases", "referred purchases / purchases", SHARE, "share"),
        Variant("referrers", "customers who brought somebody / customers", SHARE, "share"),
        Variant("conversion", "referred purchases / invitations", SHARE, "share"),
    ],
    source="Kumar, Petersen and Leone 2010",
    unit_of_analysis="customers",
    cluster="customer",
    census=True,
)
def referral_rate(
    table: Rows, *, programme: str | None = None, invitations: float | None = None, ask: Question
) -> Estimates:
    """Share of new customers who were brought by others, 0 to 1 (variants: of purchases, customers, invitations).

    `new_customers` and `referrers` take customers: who has a `programme` or `referred_by` was brought, and `programme=`
    counts one programme only; `period=` keeps those who `started` in it, and for `referrers` counts whom they brought
    in it. `purchases` and `conversion` take transactions with `referred` (true, 1, yes) and `time`; `conversion` needs
    the number of `invitations=` and cannot be cut. A blank `referred` is not referred. What somebody said in a survey
    is no referral. Source: Kumar, Petersen and Leone 2010.

    >>> import cxlab as cx, pyarrow as pa
    >>> cx.referral_rate(pa.table({"programme": ["friends"] * 30 + [None] * 170}))[0].estimate
    0.15
    """
    name = ask.variant.name
    if invitations is not None and name != "conversion":
        raise DefinitionError(
            "invitations= belongs to the variant 'conversion'", f"variant='{name}'", "Leave it out, or ask for it"
        )
    if programme is not None and name not in ("new_customers", "referrers"):
        raise DefinitionError(
            "Purchases name no programme",
            f"variant='{name}' and programme={programme!r}",
            "Filter the rows, or ask for variant='new_customers'",
        )
    if programme is not None and not isinstance(programme, str):
        raise DefinitionError("programme= names one programme", f"programme={programme!r}", "Write its name as text")
    if name in ("purchases", "conversion"):
        rows = truth(table, "referred", f"referral_rate ({name})")
        cut = ask.cut(rows, "time")
        if name == "conversion":
            return _conversion(cut, invitations, ask)
        referred, base = nw.col(rows.column("referred")), "purchases"
    elif name == "referrers":
        cut, referred, base = _referrers(table, programme, ask)
    else:
        cut = ask.cut(table, "started")
        referred, base = _brought(cut.rows, programme), "new customers"
    coded = classed(cut, nw.when(referred).then(nw.lit(1)).otherwise(nw.lit(0)))
    facts = facts_of(ask, cut, base, programme=programme)
    return share_of(ask, coded, classes(ask, coded, 2), (1,), (0, 1), facts, ledger=table.ledger)


def _brought(rows: Rows, programme: str | None) -> Any:
    """Whether a customer came by others: by one programme, or by any programme or person."""
    if programme is not None:
        return nw.col(rows.column("programme", "referral_rate")).cast(nw.String) == nw.lit(programme)
    named = [rows.column(name) for name in ("programme", "referred_by") if rows.has(name)]
    if not named:
        rows.column("programme", "referral_rate")
    found = ~nw.col(named[0]).is_null()
    for name in named[1:]:
        found = found | ~nw.col(name).is_null()
    return found


def _referrers(table: Rows, programme: str | None, ask: Question) -> tuple[Cut, Any, str]:
    """Every customer, and whether somebody who came in the period names them."""
    why = "referral_rate (referrers)"
    by, customer = table.column("referred_by", why), table.column("customer", why)
    rows, base = table, "customers"
    brought = ~nw.col(by).is_null()
    if programme is not None:
        brought = brought & (nw.col(table.column("programme", why)).cast(nw.String) == nw.lit(programme))
    window = asked(ask)
    if window is not None:
        times = timeline(table, "started", None, why)
        rows, brought = times.rows, brought & times.within(window)
        rows = rows.on(rows.frame.filter(nw.col(times.column) < nw.lit(times.edge(window.end))))
        base = "customers who had started by the end of the period"
    names = rows.frame.filter(brought).select(nw.col(by).alias("__by")).unique().with_columns(__one=nw.lit(1))
    joined = rows.frame.join(names, left_on=customer, right_on="__by", how="left")
    cut = replace(ask, period=None).cut(rows.on(joined))
    if window is not None:
        cut = replace(cut, window=window, zone=times.timezone)
    return cut, ~nw.col("__one").is_null(), base


def _conversion(cut: Cut, invitations: float | None, ask: Question) -> Estimates:
    refuse(ask, "by", "weight", "cluster", "strata", "missing")
    if invitations is None:
        raise DefinitionError(
            "A conversion needs the number of invitations", "invitations= is not given", "Give it: invitations=600"
        )
    referred = nw.col(cut.rows.column("referred")).cast(nw.Int64).sum().alias("k")
    k = float(collect(cut.rows.frame.select(referred)).column("k")[0].as_py() or 0)
    if not k <= invitations < float("inf") or invitations <= 0:
        raise DefinitionError(
            "There are fewer invitations than purchases that followed them",
            f"invitations={invitations:g} and {k:g} referred purchases",
            "Give the number of invitations",
        )
    basis = share_of_counts(np.array([k]), np.array([float(invitations)]), ask.method)
    facts = facts_of(ask, cut, "invitations")
    return ask.answer(Segments(), basis, unit=SHARE, definition=facts, ledger=cut.rows.ledger)
