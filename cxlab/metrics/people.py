"""Staff who leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.estimate import Estimates
from cxlab.estimate.basis.rate import rate_of_counts
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.churn import COUNTED
from cxlab.metrics.logs import CLASS, method_among, refuse
from cxlab.metrics.presence import JOINED, JOINED_LEFT, LEFT, STAYED, Presence, here, presence
from cxlab.rows.periods import Period, between
from cxlab.rows.read import Rows
from cxlab.rows.truths import truth
from cxlab.tally.sums import Sums
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
    (true, 1, yes). Several rows of one `employee` in the period are one, and counted in the ledger. `period=` is
    required; who left on its first day left in it, and who joined in it and left counts as a leaver. `annualise=True`
    multiplies by 12 over the months of the period (by days where it is not whole months). Leavers whose reason is blank
    are not voluntary, and are counted in a note. Temporary staff and moves inside the company are whatever rows are in
    the table. No staff: no data. Source: ISO 30414; interval Garwood 1936, Jeffreys.

    >>> import cxlab as cx, pyarrow as pa
    >>> from datetime import date
    >>> table = pa.table({"started": [date(2024, 1, 1)] * 8, "ended": [date(2026, 10, 9)] + [None] * 7})
    >>> round(cx.employee_turnover(table, period="2026-10", variant="start")[0].estimate, 3)
    0.125
    """
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    if ask.variant.name == "voluntary":
        people = truth(people, "voluntary", "employee_turnover (voluntary)")
    known = presence(people, ask, "voluntary" if ask.variant.name == "voluntary" else None)
    days = _month_days(known.window) if ask.variant.name == "monthly_heads" else []
    staff = known.sums({**_there(known, days), **(_reasons(known) if ask.variant.name == "voluntary" else {})})
    left, notes = _of(staff, LEFT, JOINED_LEFT), None
    if ask.variant.name == "voluntary":
        left = staff.total("own")
        notes = [(f"reason not stated: {n:g}",) if n else () for n in staff.total("blank")]
    heads, base = _heads(staff, ask.variant.name, days)
    factor, said = (_a_year(known.window), "a year") if annualise else (1.0, "the period")
    method = method_among(ask, COUNTED, "from counts alone")
    basis = rate_of_counts(left, heads, method=method, factor=factor, n=_of(staff, STAYED, LEFT, JOINED, JOINED_LEFT))
    facts = known.facts(ask, base, turnover_of=said)
    return ask.answer(staff.segments, basis, unit=RATIO, definition=facts, notes=notes, ledger=people.ledger)


def _of(staff: Sums, *kinds: int) -> Floats:
    """How many employees of these classes each segment has."""
    return np.sum([staff.total(f"{kind}") for kind in kinds], axis=0)


def _heads(staff: Sums, variant: str, days: Sequence[date]) -> tuple[Floats, str]:
    """The staff that leavers are divided by, and its name."""
    start, end = _of(staff, STAYED, LEFT), _of(staff, STAYED, JOINED)
    if variant == "start":
        return start, "staff at the start"
    if variant != "monthly_heads":
        return (start + end) / 2, "mean of staff at the start and at the end"
    heads = np.mean([staff.total(f"{day}") for day in days], axis=0)
    return heads, f"mean of staff on {len(days)} days, {days[0]} to {days[-1]}"


def _there(known: Presence, days: Sequence[date]) -> dict[str, Any]:
    """Whether an employee was there on each of some days."""
    return {f"{day}": nw.when(here(known.times, day)).then(nw.lit(1.0)).otherwise(nw.lit(0.0)) for day in days}


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


def _reasons(known: Presence) -> dict[str, Any]:
    """Leavers of their own will, and those without a reason."""
    left = (nw.col(CLASS) == LEFT) | (nw.col(CLASS) == JOINED_LEFT)
    own = nw.col(known.cut.rows.column("voluntary"))
    return {
        "own": nw.when(left & own).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
        "blank": nw.when(left & own.is_null()).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
    }
