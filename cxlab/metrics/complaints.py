"""Complaints: how many there are per customers reached, orders or contacts, and how long their answer takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.errors import AnswerError, DefinitionError, listing
from cxlab.estimate import Estimates
from cxlab.estimate.basis.rate import rate_basis
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.logs import facts_of, refuse, share_of_counts
from cxlab.metrics.spans import SKEW, spans_of, time_of_spans
from cxlab.rows.distinct import distinct
from cxlab.rows.read import Rows, collect
from cxlab.tally.cut import Cut
from cxlab.tally.sums import Sums, sums
from cxlab.units import RATE, SECONDS, SHARE

PER = 1000.0
KINDS = ("complaint", "remark")
_WHO = "__who"
COMPLAINTS: Mapping[str, Any] = {
    "table": "complaints",
    "time": "opened",
    "unit_of_analysis": "complaints",
    "census": True,
}


@metric(
    label={
        "en": "Complaint rate",
        "vi": "Tỷ lệ khiếu nại và góp ý",
        "fa": "نسبت شکایات و نظرات",
    },
    better="lower",
    variants=[
        Variant("complaints_and_remarks", "complaints and remarks / customers reached", SHARE, "rate"),
        Variant("complaints", "complaints / customers reached", SHARE, "rate"),
        Variant("complainants", "customers who complained / customers reached", SHARE, "share"),
        Variant("per_orders", "complaints / orders, per 1,000", RATE, "rate"),
        Variant("per_contacts", "complaints / contacts, per 1,000", RATE, "rate"),
    ],
    source="ISO 10002",
    cluster="customer",
    **COMPLAINTS,
)
def complaint_rate(complaints: Rows, *, reached: float | None = None, ask: Question) -> Estimates:
    """Complaints and remarks per customer reached, a share (`per_orders`, `per_contacts`: a rate per 1,000).

    `complaints` has one row for each, with its `kind` (complaint or remark; without that all are complaints) and
    `customer`. `reached` is the number of customers, orders or contacts in the same time and is required; it holds for
    every segment. Complaints of one customer are not independent: with `customer` the interval is the log-scale t over
    customers, else Jeffreys' of the count. Source: ISO 10002; Newcombe and Altman 2000; Jeffreys 1946.

    >>> import cxlab as cx, pyarrow as pa
    >>> rows = pa.table({"kind": ["complaint"] * 36 + ["remark"] * 24})
    >>> cx.complaint_rate(rows, reached=12000)[0].estimate
    0.005
    """
    refuse(ask, "weight", "strata", "population", "missing")
    if not isinstance(reached, (int, float)) or not 0 < reached < np.inf:
        raise DefinitionError(
            "complaint_rate needs the number of customers, orders or contacts that were reached",
            f"reached={reached!r}",
            "Give it: reached=12000",
        )
    name = ask.variant.name
    rows = distinct(complaints, "complaint")
    cut = ask.cut(rows, "opened" if rows.has("opened") or ask.period is not None else None)
    amounts = _amounts(cut, name)
    customer = ask.design(rows).cluster
    if name == "complainants":
        customer = customer or rows.column("customer", "complaint_rate complainants")
        return _complainants(ask, cut, customer, float(reached), complaints)
    tally = sums(cut, amounts, unit=customer)
    _known(cut, tally)
    unit = ask.variant.unit or RATE
    if unit is SHARE and (tally.total("n") > reached).any():
        raise DefinitionError(
            "There are more complaints than customers reached",
            f"{tally.total('n').max():g} and reached={reached:g}",
            "Give the number of customers reached",
        )
    basis = rate_basis(
        cut,
        amounts,
        replace(tally, rows=tally.total("n")),
        "n",
        method=ask.method,
        exposure=float(reached),
        factor=1.0 if unit is SHARE else PER,
        silent=True,
        bounds=(unit.low, unit.high),
    )
    said = [() if customer is None else (f"clustered by {customer}: {n:g} units",) for n in tally.units]
    facts = facts_of(ask, cut, _base(name, reached), counted=_counted(name))
    return ask.answer(tally.segments, basis, unit=unit, definition=facts, notes=said, ledger=complaints.ledger)


@metric(
    label={
        "en": "Complaint resolution time",
        "vi": "Thời gian giải quyết khiếu nại",
        "fa": "زمان رسیدگی به شکایت",
    },
    better="lower",
    variants=[Variant("full", "from receipt to the final answer, open ones censored", SECONDS, "censored_time")],
    source="Kaplan and Meier 1958",
    **COMPLAINTS,
)
def complaint_resolution_time(
    complaints: Rows,
    *,
    statistic: Any = "median",
    clock: Any = "calendar",
    as_of: Any = None,
    skew: float = SKEW,
    ask: Question,
) -> Estimates:
    """Median time from the receipt of a complaint to its final answer, in seconds.

    `complaints` has `opened` and `resolved`. Open ones are censored at `as_of`, never dropped; the mean of the closed
    stands in the notes. `statistic`, `clock`, `as_of` and `skew` as in `first_response_time`. Source: Kaplan and Meier
    1958; limits Brookmeyer and Crowley 1982, with Rothman 1978.

    >>> import cxlab as cx, pyarrow as pa
    >>> rows = pa.table({"opened": ["2026-10-01"] * 4, "resolved": ["2026-10-03", "2026-10-06", "2026-10-10", None]})
    >>> cx.complaint_resolution_time(rows)[0].estimate / 86400
    5.0
    """
    found = spans_of(
        complaints,
        ask,
        "opened",
        "resolved",
        id_role="complaint",
        base="complaints",
        clock=clock,
        as_of=as_of,
        skew=skew,
    )
    return time_of_spans(found, ask, statistic, "closed", complaints.ledger)


def _base(name: str, reached: float) -> str:
    """What the complaints are divided by, in words."""
    return f"{reached:g} {name.removeprefix('per_') if name.startswith('per_') else 'customers reached'}"


def _counted(name: str) -> str:
    return "complaints and remarks" if name == "complaints_and_remarks" else "complaints"


def _amounts(cut: Cut, name: str) -> dict[str, Any]:
    """What each row counts for, and whether its kind is known."""
    one, none = nw.lit(1.0), nw.lit(0.0)
    if not cut.rows.has("kind"):
        first = nw.col(cut.rows.columns[0])
        return {
            "n": nw.when(first.is_null()).then(one).otherwise(one),
            "odd": nw.when(first.is_null()).then(none).otherwise(none),
        }
    kind = _kind(cut)
    counted = KINDS if name == "complaints_and_remarks" else KINDS[:1]
    return {
        "n": nw.when(kind.is_in(list(counted))).then(one).otherwise(none),
        "odd": nw.when(_odd(cut)).then(one).otherwise(none),
    }


def _kind(cut: Cut) -> Any:
    return nw.col(cut.rows.column("kind")).cast(nw.String).str.strip_chars().str.to_lowercase()


def _odd(cut: Cut) -> Any:
    """Whether a row is neither a complaint nor a remark."""
    kind = _kind(cut)
    return kind.is_null() | ~kind.is_in(list(KINDS))


def _known(cut: Cut, tally: Sums) -> None:
    if not tally.total("odd").sum():
        return
    bad = cut.rows.frame.filter(_odd(cut))
    seen = collect(bad.select(_kind(cut).alias("k")).unique().head(20)).column("k").to_pylist()
    raise AnswerError(
        "What came in is a complaint or a remark",
        f"'kind' of {cut.rows.origin} also holds {listing(sorted(map(str, seen)), 'and')}",
        'Say what they mean: labels={"kind": {"praise": "remark"}} in cx.read, or leave them out',
    )


def _complainants(ask: Question, cut: Cut, customer: str, reached: float, complaints: Rows) -> Estimates:
    """Different customers with a complaint, of those reached."""
    who = nw.col(cut.rows.column(customer))
    wanted = ~who.is_null()
    if cut.rows.has("kind"):
        wanted = wanted & (_kind(cut) == "complaint").fill_null(False)
    # Remarks, and complaints of nobody, are units of their own, which are taken off: a segment of these only is a 0.
    rows = cut.rows.on(cut.rows.frame.with_columns(nw.when(wanted).then(who).alias(_WHO)))
    others = {"others": nw.when(wanted).then(nw.lit(0.0)).otherwise(nw.lit(1.0))}
    found = sums(replace(cut, rows=rows), _amounts(cut, "complaints") | others, unit=_WHO)
    _known(cut, found)
    k = found.units - found.total("others")
    if (k > reached).any():
        raise DefinitionError(
            "There are more complainants than customers reached",
            f"{k.max():g} and reached={reached:g}",
            "Give the number of customers reached",
        )
    basis = share_of_counts(k, np.full(len(k), reached), ask.method)
    facts = facts_of(ask, cut, _base("complainants", reached), counted="customers who complained")
    return ask.answer(found.segments, basis, unit=SHARE, definition=facts, ledger=complaints.ledger)
