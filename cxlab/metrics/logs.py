"""The paths of figures from full logs (tickets, calls, orders): shares of classes of rows, counts, and times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.errors import AnswerError, DefinitionError, listing
from cxlab.estimate import Estimates
from cxlab.estimate.basis.counts import CountsBasis, rows_design
from cxlab.estimate.basis.scored import scored_bases
from cxlab.estimate.basis.times import mean_basis, quantile_basis
from cxlab.metric import Question
from cxlab.rows.ledger import Ledger
from cxlab.rows.read import Rows
from cxlab.tally.counts import Counts, counts
from cxlab.tally.cut import Cut
from cxlab.tally.values import Values
from cxlab.units import SECONDS, SHARE

CLASS = "__class"
PER_DAY = 86400.0
Floats = np.ndarray


def refuse(ask: Question, *keywords: str) -> None:
    """An error for common keywords that were given and mean nothing to this metric."""
    for name in keywords:
        value = getattr(ask, name)
        if value is None or value == () or (name == "population" and ask.census):
            continue
        raise DefinitionError(
            f"{ask.about.name} ({ask.variant.name}) has no use for {name}=",
            f"{name}={value!r}",
            "Leave it out" if name != "population" else "Leave it out, or say population='all'",
        )


def method_among(ask: Question, names: Sequence[str], why: str) -> str:
    """The method asked for if these admit it; the first of them where none was asked for."""
    if ask.method in names:
        return ask.method
    if not ask.chosen:
        return names[0]
    raise DefinitionError(
        f"{ask.about.name} has no interval method '{ask.method}' {why}",
        f"admissible are {listing(names)}",
        "Choose one of them",
    )


def facts_of(ask: Question, cut: Cut, base: str, **facts: object) -> dict[str, object]:
    """What the definition of a figure says of it."""
    window = cut.window.key if cut.window else ""
    return {"base": base, "formula": ask.variant.formula, **facts, "window": window, "zone": cut.zone}


def classed(cut: Cut, code: Any) -> Cut:
    """The cut with each row's class in a column of its own."""
    frame = cut.rows.frame.with_columns(code.cast(nw.Float64).alias(CLASS))
    # Rows of no class are told by the metric's notes; the table's own account has no such column.
    return replace(cut, rows=replace(cut.rows, frame=frame, ledger=Ledger()))


def classes(ask: Question, cut: Cut, width: int) -> Counts:
    """How many rows each of `width` classes has; rows of no class are missing."""
    return counts(cut, CLASS, (0.0, float(width - 1)), weight=ask.weighing(cut.rows), metric=ask.about.name)


def share_of(
    ask: Question,
    cut: Cut,
    tally: Counts,
    met: Sequence[int],
    base: Sequence[int],
    facts: Mapping[str, object],
    notes: Callable[[int], tuple[str, ...]] = lambda i: (),
    ledger: Any = None,
) -> Estimates:
    """The share of the classes `met` among the classes `base`, by the segments of a cut."""
    groups = [int(i in met) if i in base else None for i in range(len(tally.points))]
    ((basis, extra),) = scored_bases(
        cut,
        tally,
        CLASS,
        [groups],
        np.array([0.0, 1.0]),
        design=ask.design(cut.rows),
        kind="share",
        method=ask.method,
    )
    said = [(*notes(i), *more) for i, more in enumerate(extra)]
    return ask.answer(tally.segments, basis, unit=SHARE, definition=facts, notes=said, ledger=ledger)


def share_of_counts(k: Floats, n: Floats, method: str) -> CountsBasis:
    """The basis of k of n, where the counts are all that is known."""
    sums = np.stack([n - k, k], axis=1)
    points = np.array([0.0, 1.0])
    size, df, variance = rows_design(sums, sums, n, points, weighted=False)
    df = np.where(n > 1, n - 1, np.inf) if method == "t" else df
    return CountsBasis("share", method, points, sums, n, size, df, variance, sums, (0.0, 1.0))


def quantile_of(statistic: Any, metric: str) -> float | None:
    """The quantile that a statistic names: None for the mean."""
    if statistic == "mean":
        return None
    if statistic == "median":
        return 0.5
    if isinstance(statistic, str) and statistic[:1] == "p" and statistic[1:].replace(".", "", 1).isdigit():
        statistic = float(statistic[1:]) / 100
    if isinstance(statistic, (int, float)) and not isinstance(statistic, bool) and 0 < statistic < 1:
        return float(statistic)
    raise DefinitionError(
        f"{metric} has no such statistic",
        f"statistic={statistic!r}",
        "Use 'median', 'mean', 'p90' or a quantile between 0 and 1",
    )


def time_of(
    ask: Question,
    tally: Values,
    statistic: Any,
    facts: Mapping[str, object],
    notes: Callable[[int], tuple[str, ...]] = lambda i: (),
    ledger: Any = None,
) -> Estimates:
    """The mean or a quantile of times that have all ended, in seconds."""
    q = quantile_of(statistic, ask.about.name)
    names = ("hall", "t") if q is None else ("hutson", "order")
    method = method_among(ask, names, f"with statistic={statistic!r}")
    basis = mean_basis(tally.tables, method=method) if q is None else quantile_basis(tally.tables, q, method=method)
    said = [(*notes(i), *missing_note(tally, i)) for i in range(len(tally.tables))]
    definition = {"statistic": name_of(q), **facts}
    return ask.answer(tally.segments, basis, unit=SECONDS, definition=definition, notes=said, ledger=ledger)


def seconds_given(ask: Question, **named: Any) -> None:
    """An error for a limit that is no number of seconds."""
    for name, value in named.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
            raise DefinitionError(
                f"{name}= of {ask.about.name} is a number of seconds of 0 or more",
                f"{name}={value!r}",
                f"Write {name}=20",
            )


def name_of(q: float | None) -> str:
    """A statistic in words."""
    return "mean" if q is None else "median" if q == 0.5 else f"p{q * 100:g}"


def missing_note(tally: Values, position: int) -> tuple[str, ...]:
    """How many rows have no such time."""
    lost = int(tally.missing[position])
    return (f"missing: {lost}",) if lost else ()


def odd_row(rows: Rows, bad: Any, columns: Sequence[str], wrong: str, todo: str) -> AnswerError:
    """The error that shows the first row for which an expression holds."""
    from cxlab.rows.read import collect

    found = collect(rows.frame.filter(bad).select(*columns).head(1)).to_pylist()
    seen = ", ".join(f"{name} {value}" for name, value in (found[0] if found else {}).items())
    return AnswerError(wrong, f"a row of {rows.origin} has {seen}", todo)
