"""Staff who leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import narwhals as nw
import numpy as np

from cxlab.estimate import Estimates
from cxlab.estimate.basis.rate import rate_of_counts
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.churn import COUNTED
from cxlab.metrics.logs import method_among, refuse
from cxlab.metrics.presence import Presence, here, presence
from cxlab.rows.periods import Period, between
from cxlab.rows.read import Rows
from cxlab.rows.truths import truth
from cxlab.tally.sums import sums
from cxlab.units import RATIO

Floats = np.ndarray
_YEAR = 365.2425


@metric(
    label={"en": "Employee turnover", "vi": "Tỷ lệ nghỉ việc", "fa": "نرخ ترک خدمت کارکنان"},
    table="people",
    time="ended",
    better="lower",
    variants=[
        Variant("average", "leavers / mean of staff at the start and at the end", RATIO, "rate"),
        Variant("voluntary", "leavers of their own will / mean of staff at the start and at the end", RATIO, "rate"),
        Variant("monthly_heads", "leavers / mean of staff at the start, each new month and the end", RATIO, "rate"),
        Variant("start", "leavers / staff at the start", RATIO, "rate"),
    ],
    source="ISO 30414",
    unit_of_analysis="employees",
    census=True,
)
def employee_turnover(people: Rows, *, annualise: bool = False, ask: Question) -> Estimates:
    """Leavers of a period per mean head count, a ratio: over a year it may pass 1.

    `people` has one row for each employee: `started`, `ended` (blank: still here) and, for `voluntary`, `voluntary`
    (true, 1, yes). `period=` is required; who left on its first day left in it, and who joined in it and left counts as
    a leaver. `annualise=True` multiplies by 12 over the months of the period (by days where it is not whole months).
    Leavers whose reason is blank are not voluntary, and are counted in a note. Temporary staff and moves inside the
    company are whatever rows are in the table. No staff: no data. Source: ISO 30414; interval Garwood 1936, Jeffreys.

    >>> import cxlab as cx, pyarrow as pa
    >>> from datetime import date
    >>> table = pa.table({"started": [date(2024, 1, 1)] * 8, "ended": [date(2026, 10, 9)] + [None] * 7})
    >>> round(cx.employee_turnover(table, period="2026-10", variant="start")[0].estimate, 3)
    0.125
    """
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    if ask.variant.name == "voluntary":
        people = truth(people, "voluntary", "employee_turnover (voluntary)")
    known = presence(people, ask)
    left, notes = known.leavers, None
    if ask.variant.name == "voluntary":
        reasons = _reasons(known)
        left = reasons.own
        notes = [(f"reason not stated: {n:g}",) if n else () for n in reasons.blank]
    heads, base = _heads(known, ask.variant.name)
    factor, said = (_a_year(known.window), "a year") if annualise else (1.0, "the period")
    method = method_among(ask, COUNTED, "from counts alone")
    basis = rate_of_counts(left, heads, method=method, factor=factor, n=known.heads(0, 1, 2, 3))
    facts = known.facts(ask, base, turnover_of=said)
    return ask.answer(known.segments, basis, unit=RATIO, definition=facts, notes=notes, ledger=people.ledger)


@dataclass(frozen=True)
class _Reasons:
    """Leavers of their own will, and those without a reason, in each segment."""

    own: Floats
    blank: Floats


def _heads(known: Presence, variant: str) -> tuple[Floats, str]:
    if variant == "start":
        return known.start, "staff at the start"
    if variant != "monthly_heads":
        return (known.start + known.end) / 2, "mean of staff at the start and at the end"
    days = _month_days(known.window)
    flags = {
        f"{i}": nw.when(here(known.times, day)).then(nw.lit(1.0)).otherwise(nw.lit(0.0)) for i, day in enumerate(days)
    }
    tally = sums(known.cut, flags)
    return tally.totals.mean(axis=1), f"mean of staff on {len(days)} days, {days[0]} to {days[-1]}"


def _month_days(window: Period) -> list[date]:
    """The start, the first days of the months inside, and the first day after the period."""
    months = between(window.start, window.end, "month", window.calendar)
    return [window.start, *(one.start for one in months if window.start < one.start < window.end), window.end]


def _a_year(window: Period) -> float:
    """How many such periods make a year."""
    months = between(window.start, window.end, "month", window.calendar)
    if months[0].start == window.start and months[-1].start == window.end:
        return 12 / (len(months) - 1)
    return _YEAR / (window.end - window.start).days


def _reasons(known: Presence) -> _Reasons:
    code = nw.col("__class")
    left = (code == 1) | (code == 3)
    own = nw.col(known.cut.rows.column("voluntary"))
    amounts = {
        "own": nw.when(left & own).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
        "blank": nw.when(left & own.is_null()).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
    }
    tally = sums(known.cut, amounts)
    return _Reasons(tally.total("own"), tally.total("blank"))
