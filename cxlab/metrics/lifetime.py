"""Customers who buy again without a contract: BG/NBD with Gamma-Gamma, fitted to few numbers per customer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import narwhals as nw

from cxlab.errors import AnswerError, DefinitionError, listing
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.buyers import Buyers, ClvModel
from cxlab.metrics.levels import days_of
from cxlab.metrics.logs import refuse
from cxlab.rows.days import day_number, local_day
from cxlab.rows.numbers import number
from cxlab.rows.read import Rows
from cxlab.rows.times import timeline
from cxlab.tally.purchases import daily, purchases
from cxlab.units import MONEY

UNITS = {"day": 1.0, "week": 7.0, "month": 365.2425 / 12}
_UNUSED = ("by", "weight", "cluster", "strata", "population", "period", "missing")


@metric(
    label={
        "en": "Expected customer value",
        "vi": "Giá trị kỳ vọng của khách hàng",
        "fa": "ارزش مورد انتظار مشتری",
    },
    table="transactions",
    time="time",
    better="higher",
    variants=[
        Variant("bgnbd_gg", "expected purchases x expected spend within the horizon, per customer", MONEY, "model")
    ],
    source="Fader, Hardie and Lee 2005",
    unit_of_analysis="customers",
    census=True,
)
def clv_model(
    transactions: Rows, *, until: Any = None, unit: str = "week", horizon: Any = "365 days", ask: Question
) -> ClvModel:
    """Expected value of a customer within the horizon, in money, by a fitted model of repeat buying and spending.

    `transactions` has `customer`, `time` and `amount`; purchases of a customer on one local day are one, and amounts
    of 0 are purchases that say nothing of spending. Negative amounts (refunds) are an error. The model is fitted to
    what was bought by the day `until` (default: the last one; "1997-09-30"), what came later is for `.holdout()`.
    `unit` ("day", "week", "month") is the unit of time of `.parameters`, `horizon` a number of days. No repeat
    purchase at all is an error; a likelihood without a maximum gives figures without limits.
    Source: Fader, Hardie and Lee 2005; Fader and Hardie 2013; limits by observed information.

    >>> import cxlab as cx
    >>> model = cx.clv_model(cx.sample("harbour", "transactions").slice(0, 4000))
    >>> sorted(model.parameters)
    ['a', 'alpha', 'b', 'log_likelihood', 'p', 'q', 'r', 'v']
    """
    refuse(ask, *_UNUSED)
    if unit not in UNITS:
        raise DefinitionError("clv_model has no such unit of time", f"unit={unit!r}", f"Use {listing(UNITS)}")
    days = days_of(horizon, "horizon")
    if days <= 0:
        raise DefinitionError("A horizon lies ahead", f"horizon={horizon!r}", 'Write horizon="365 days"')
    rows = number(transactions, "amount", "clv_model")
    times = timeline(rows, "time", None, "clv_model")
    table = times.rows
    name = table.column("customer", "clv_model")
    # Customers are put in order, which names kept as numbers cannot be.
    customer = nw.col(name).cast(nw.String) if table.schema[name] in (nw.Categorical, nw.Enum) else nw.col(name)
    amount = nw.col(table.column("amount")).cast(nw.Float64)
    by_day = daily(table.frame, customer, local_day(times), amount)
    found = purchases(by_day, None if until is None else day_number(_day(until)))
    if found.least < 0:
        raise AnswerError(
            "clv_model needs purchases, not refunds",
            f"the lowest amount in {rows.origin} is {found.least:g}",
            "Filter the rows, or set refunds off against their purchases",
        )
    if not found.repeats.sum():
        raise AnswerError(
            "clv_model needs customers who bought again",
            f"{len(found.customer)} customers of {rows.origin} bought by then, none of them on a second day",
            "Give a longer record, or a later until=",
        )
    return ClvModel(ask, Buyers(found, UNITS[unit], unit), by_day, days, transactions.ledger)


def _day(until: Any) -> date:
    if isinstance(until, datetime):
        return until.date()
    if isinstance(until, date):
        return until
    try:
        return date.fromisoformat(str(until))
    except ValueError:
        raise DefinitionError("until= is a day", f"until={until!r}", 'Write until="1997-09-30"') from None
