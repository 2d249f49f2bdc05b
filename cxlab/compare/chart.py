"""Control charts: which periods of a series stand out from its own noise, named by the rule that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cxlab.errors import ComparisonError, DefinitionError, listing
from cxlab.estimate import Estimates
from cxlab.estimate.basis.counts import CountsBasis
from cxlab.interval import chart
from cxlab.tally.cut import PERIOD

if TYPE_CHECKING:
    import pandas as pd

Floats = np.ndarray

RUN = 8
RULES = {"outside": "outside the limits", "run": f"{RUN} in a row on one side"}
METHODS = ("xmr", "laney")
FEW = 10  # with fewer periods the limits still move much with each new one


@dataclass(frozen=True, eq=False)
class ControlChart:
    """A series by period with its centre line and limits, in the metric's unit; nan where there is none.

    `signals` has for each period the names of the rules that it breaks. `method` is "xmr" or "laney".
    """

    estimates: Estimates
    method: str
    value: Floats
    centre: Floats
    low: Floats
    high: Floats
    signals: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        found = [
            f"{one.segment[PERIOD]}: {', '.join(s)}" for one, s in zip(self.estimates, self.signals, strict=True) if s
        ]
        return f"{self.method} chart of {len(self.value)} periods; " + ("; ".join(found) or "no signal")

    def _repr_html_(self) -> str:
        return str(self.plot()._repr_html_())

    def to_pandas(self) -> pd.DataFrame:
        """One row for each period: period, value, centre, low, high, signal (the rules broken, "" where none)."""
        import pandas as pd

        frame = pd.DataFrame({PERIOD: [one.segment[PERIOD] for one in self.estimates]})
        for name in ("value", "centre", "low", "high"):
            frame[name] = pd.array(
                [None if np.isnan(x) else float(x) for x in getattr(self, name)], dtype=pd.Float64Dtype()
            )
        return frame.assign(signal=["; ".join(RULES[rule] for rule in broken) for broken in self.signals])

    def plot(self, **options: Any) -> Any:
        """The trend with these limits."""
        return self.estimates.plot(chart=self, **options)


def control_chart(
    estimates: Estimates, *, method: str | None = None, base: str | int = "all", rules: tuple[str, ...] = tuple(RULES)
) -> ControlChart:
    """The control chart of one metric by period, in its unit: centre line, limits and the signals, named by rule.

    `estimates` are cut by one `cx.period(...)` and nothing else. `method` is "laney" (p', the default for shares) or
    "xmr" (the default for all else). `base` says which periods set the limits: "all", "earlier" (for each period those
    before it) or the number of first periods. `rules`: "outside" the limits, and a "run" of 8 periods on one side of
    the centre. Periods without data are passed over; where fewer than two periods set the limits there are none.
    Source: Laney 2002; Wheeler 1993.

    >>> import cxlab as cx
    >>> import datetime as dt, pyarrow as pa
    >>> when = [dt.date(2026, month, 5) for month in range(1, 7) for _ in range(2)]
    >>> found = cx.nps(pa.table({"recommend": [9, 3] * 6, "answered": when}), by=cx.period("answered", "month"))
    >>> control_chart(found)
    xmr chart of 6 periods; no signal
    """
    _one_series(estimates)
    share = all(one.unit == "share" for one in estimates)
    name = method or ("laney" if share else "xmr")
    _known(name, share, base, rules)
    value = np.array([np.nan if one.estimate is None else one.estimate for one in estimates], dtype=float)
    if name == "laney":
        n = _sizes(estimates)
        made = _charts(lambda own: chart.laney(np.nan_to_num(value) * n, n, own), len(value), base)
    else:
        made = _charts(lambda own: chart.xmr(value, own), len(value), base)
    centre, low, high = made
    basis = estimates._basis
    if basis is not None and name == "xmr":
        low, high = (np.clip(x, *getattr(basis, "bounds", (-np.inf, np.inf))) for x in (low, high))
    known = int((~np.isnan(value)).sum())
    notes = (f"limits from {known} periods still move much",) if known < FEW else ()
    return ControlChart(estimates, name, value, centre, low, high, _signals(value, centre, low, high, rules), notes)


def _charts(make: Any, size: int, base: str | int) -> tuple[Floats, Floats, Floats]:
    """Centre and limits of every period, from the periods that set them."""
    if base != "earlier":
        own = np.ones(size, dtype=bool) if base == "all" else np.arange(size) < int(base)
        whole = make(own)
        return np.full(size, whole.centre), whole.low, whole.high
    rows = [make(np.arange(size) < at) for at in range(size)]
    centre, low, high = (
        np.array([x[at] if np.ndim(x) else x for at, x in enumerate(xs)], dtype=float)
        for xs in ([r.centre for r in rows], [r.low for r in rows], [r.high for r in rows])
    )
    return centre, low, high


def _signals(
    value: Floats, centre: Floats, low: Floats, high: Floats, rules: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    """The rules that each period breaks; a run is named at its eighth period and at those that carry it on."""
    run, side, length = np.zeros(len(value), dtype=bool), 0.0, 0
    for at, now in enumerate(chart.side(value, centre)):
        if np.isnan(now):
            continue
        length = length + 1 if now == side and now != 0 else int(now != 0)
        side = now
        run[at] = length >= RUN
    broken = {"outside": chart.outside(value, low, high), "run": run}
    return tuple(tuple(rule for rule in RULES if rule in rules and broken[rule][at]) for at in range(len(value)))


def _sizes(estimates: Estimates) -> Floats:
    """What the rows of each period are worth."""
    basis = estimates._basis
    if isinstance(basis, CountsBasis):
        return np.asarray(basis.n_effective, dtype=float)
    return np.array([one.n_effective if one.n_effective is not None else one.n or 0 for one in estimates], dtype=float)


def _one_series(estimates: Estimates) -> None:
    if estimates.by != (PERIOD,) or estimates.axis != PERIOD:
        raise ComparisonError(
            "A control chart shows one series by period",
            f"these estimates are cut by {listing(estimates.by)}",
            'Ask the metric with by=cx.period(..., "month") alone, or choose one segment with a filter',
        )


def _known(method: str, share: bool, base: str | int, rules: tuple[str, ...]) -> None:
    if method not in METHODS or (method == "laney" and not share):
        raise DefinitionError(
            f"There is no control chart '{method}' of this metric",
            f"it is {'a share' if share else 'no share'}",
            "Use 'xmr', or 'laney' for shares",
        )
    if base not in ("all", "earlier") and (not isinstance(base, int) or base < 2):
        raise DefinitionError(
            "The limits come from some of the periods", f"base={base!r}", "Use 'all', 'earlier' or a number from 2"
        )
    if not set(rules) <= set(RULES):
        raise DefinitionError("A control chart has other rules", f"rules={rules!r}", f"Choose {listing(RULES, 'and')}")
