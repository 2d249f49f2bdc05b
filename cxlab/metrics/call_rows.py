"""The figures of a call centre from one row per call: classes of calls, and their seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.errors import AnswerError, DefinitionError, listing
from cxlab.estimate import Estimates
from cxlab.estimate.basis.ratio import linear_basis
from cxlab.metric import Question
from cxlab.metrics.logs import classed, classes, facts_of, method_among, odd_row, quantile_of, refuse, share_of, time_of
from cxlab.rows.numbers import number
from cxlab.rows.read import Rows, collect
from cxlab.tally.apart import by_segment
from cxlab.tally.cut import Cut
from cxlab.tally.sums import sums
from cxlab.tally.values import Values, values
from cxlab.units import SECONDS

OUTCOMES = ("answered", "abandoned", "blocked")
_UNKNOWN = -1e15  # stands for an outcome that is none of these, so that one pass can find it
_PARTS = {
    "talk_hold_wrap": ("talk", "hold", "wrap"),
    "without_wrap": ("talk", "hold"),
    "per_leg": ("talk", "hold", "wrap"),
}
# Classes of a call: answered within and after the limit, abandoned shortly, within and after it, and no part of a base.
A_IN, A_LATE, L_SHORT, L_IN, L_LATE, BLOCKED, NO_WAIT, UNKNOWN = range(8)
ALL = (A_IN, A_LATE, L_SHORT, L_IN, L_LATE)
LEVELS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "abandon_negative": ((A_IN,), ALL),
    "abandon_positive": ((A_IN, L_SHORT, L_IN), ALL),
    "answered_only": ((A_IN,), (A_IN, A_LATE)),
    "abandon_ignored": ((A_IN,), (A_IN, A_LATE, L_LATE)),
    "short_as_met": ((A_IN, L_SHORT), ALL),
    "short_removed": ((A_IN,), (A_IN, A_LATE, L_IN, L_LATE)),
}


@dataclass(frozen=True)
class _Calls:
    """Call rows with their outcome in plain words and the numbers typed that a metric needs."""

    rows: Rows
    outcome: Any

    def unknown(self) -> Any:
        """True where the outcome is a word that is not known."""
        return (~self.outcome.is_null()) & (~self.outcome.is_in(list(OUTCOMES)))

    def seconds(self, *names: str) -> Any:
        """The expression of the sum of some columns of seconds."""
        parts = [nw.col(self.rows.column(name)) for name in names]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total


def service_level(calls: Rows, within: float, short: float, ask: Question) -> Estimates:
    """The share of calls answered within the limit, from one row per call."""
    refuse(ask, "weight", "missing")
    known = _calls(calls, ask, "wait")
    cut = ask.cut(known.rows)
    wait = nw.col(known.rows.column("wait"))
    met, base = LEVELS[ask.variant.name]
    named = ask.variant.name.startswith("short")
    said = f"under {short:g} s" if named else ""
    facts = facts_of(ask, cut, "calls", within=f"{within:g} s", short=said, clock="calendar")
    code = _code(known, wait, within, short if named else 0.0)
    if len({(one in met, one in base) for one in (L_SHORT, L_IN, L_LATE)}) == 1:
        # However long they waited who gave up, they count alike: their wait need not be known.
        code = nw.when((known.outcome == "abandoned") & wait.is_null()).then(nw.lit(L_LATE)).otherwise(code)
    return _share(ask, cut, known, code, met, base, facts, calls)


def abandonment_rate(calls: Rows, short: float, ask: Question) -> Estimates:
    """The share of calls that were given up, from one row per call."""
    refuse(ask, "weight", "missing")
    timed = ask.variant.name != "offered"
    known = _calls(calls, ask, *(("wait",) if timed else ()))
    cut = ask.cut(known.rows)
    wait = nw.col(known.rows.column("wait")) if timed else nw.lit(1.0)
    met: tuple[int, ...] = (L_SHORT, L_IN)
    base: tuple[int, ...] = ALL
    if ask.variant.name == "queued":
        # Whoever waited was in the queue: the rest of the base is put aside with the blocked calls.
        code = nw.when(wait <= 0).then(nw.lit(BLOCKED)).otherwise(_code(known, wait, np.inf, 0.0))
        base = (A_IN, L_SHORT, L_IN)
    elif timed:
        code = _code(known, wait, np.inf, short)
        met, base = (L_IN,), (A_IN, L_IN)
    else:
        code = _code(known, wait, np.inf, 0.0)
    facts = facts_of(ask, cut, "calls", short=f"under {short:g} s" if ask.variant.name == "without_short" else "")
    return _share(ask, cut, known, code, met, base, facts, calls)


def blockage_rate(calls: Rows, ask: Question) -> Estimates:
    """The share of attempts that found no line or no staff, from one row per call."""
    refuse(ask, "weight", "missing")
    known = _calls(calls, ask)
    blocked = known.outcome == "blocked"
    counted = blocked
    if ask.variant.name == "capacity_only":
        counted = blocked & (nw.col(known.rows.column("cause", "blockage_rate capacity_only")) == "capacity")
    cut = ask.cut(known.rows)
    code = nw.when(counted).then(nw.lit(0)).otherwise(nw.when(blocked).then(nw.lit(1)).otherwise(nw.lit(2)))
    code = nw.when(known.unknown()).then(nw.lit(UNKNOWN)).otherwise(code)
    cut = classed(cut, nw.when(~known.outcome.is_null()).then(code))
    tally = classes(ask, cut, UNKNOWN + 1)
    _known(known, tally.counts[:, UNKNOWN].sum())
    if not tally.counts[:, :2].sum() and not _any_blocked(known):
        raise DefinitionError(
            "Blocked calls are not measurable here",
            f"{calls.origin} has no blocked call at all",
            "Take them from the carrier or the switch; a caller who was turned away leaves no row in the queue",
        )
    return share_of(ask, cut, tally, (0,), (0, 1, 2), facts_of(ask, cut, "attempts"), ledger=calls.ledger)


def speed_of_answer(calls: Rows, statistic: Any, ask: Question) -> Estimates:
    """How long callers waited, from one row per call."""
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    name = ask.variant.name
    known = _calls(calls, ask, "wait", *(("ivr",) if name == "with_ivr" else ()))
    cut = ask.cut(known.rows)
    answered, abandoned = known.outcome == "answered", known.outcome == "abandoned"
    wait = known.seconds("wait", "ivr") if name == "with_ivr" else known.seconds("wait")
    wait = nw.when(known.unknown()).then(nw.lit(_UNKNOWN)).otherwise(wait)
    inside = answered if name in ("answered", "with_ivr") else answered | abandoned
    if name == "all_over_answered":
        return _over_answered(ask, cut, known, wait, answered, abandoned, statistic, calls)
    tally = _checked(known, values(cut, wait, inside | known.unknown()), "wait")
    base = "answered and abandoned calls" if name == "all_over_all" else "answered calls"
    return time_of(ask, tally, statistic, facts_of(ask, cut, base, clock="calendar"), ledger=calls.ledger)


def handle_time(calls: Rows, statistic: Any, ask: Question) -> Estimates:
    """How long an answered call took, from one row per call or per leg of a call."""
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    parts = [part for part in _PARTS[ask.variant.name] if part == "talk" or calls.has(part)]
    absent = [part for part in _PARTS[ask.variant.name] if part not in parts]
    known = (
        _calls(calls, ask, *parts) if calls.has("outcome") else _Calls(_typed(calls, parts, ask), nw.lit("answered"))
    )
    cut = ask.cut(known.rows)
    total = known.seconds(*parts)
    inside = None
    if calls.has("outcome"):
        total = nw.when(known.unknown()).then(nw.lit(_UNKNOWN)).otherwise(total)
        inside = (known.outcome == "answered") | known.unknown()
    said = tuple(f"no {'wrap-up' if part == 'wrap' else part} data" for part in absent)
    facts = facts_of(ask, cut, "legs" if ask.variant.name == "per_leg" else "answered calls", clock="calendar")
    if ask.variant.name != "per_leg" and calls.has("call"):
        cut, total, inside = _whole_calls(cut, total, inside)
    tally = _checked(known, values(cut, total, inside), *parts)
    return time_of(ask, tally, statistic, facts, lambda i: said, calls.ledger)


def _calls(calls: Rows, ask: Question, *numbers: str) -> _Calls:
    rows = _typed(calls, numbers, ask)
    return _Calls(
        rows, nw.col(rows.column("outcome", ask.about.name)).cast(nw.String).str.strip_chars().str.to_lowercase()
    )


def _typed(rows: Rows, names: Sequence[str], ask: Question) -> Rows:
    for name in names:
        rows = number(rows, name, ask.about.name, clock=True)
    return rows


def _code(known: _Calls, wait: Any, within: float, short: float) -> Any:
    """The class of each call; `within` may be infinite."""
    limit = min(within, 1e12)
    answered = nw.when(wait <= limit).then(nw.lit(A_IN)).otherwise(nw.lit(A_LATE))
    given_up = (
        nw.when(wait < short)
        .then(nw.lit(L_SHORT))
        .otherwise(nw.when(wait <= limit).then(nw.lit(L_IN)).otherwise(nw.lit(L_LATE)))
    )
    code = nw.when(known.outcome == "answered").then(answered).otherwise(given_up)
    code = (
        nw.when(wait.is_null()).then(nw.lit(NO_WAIT)).otherwise(nw.when(wait < 0).then(nw.lit(UNKNOWN)).otherwise(code))
    )
    code = nw.when(known.outcome == "blocked").then(nw.lit(BLOCKED)).otherwise(code)
    code = nw.when(known.unknown()).then(nw.lit(UNKNOWN)).otherwise(code)
    return nw.when(~known.outcome.is_null()).then(code)


def _share(
    ask: Question,
    cut: Cut,
    known: _Calls,
    code: Any,
    met: tuple[int, ...],
    base: tuple[int, ...],
    facts: dict[str, object],
    calls: Rows,
) -> Estimates:
    cut = classed(cut, code)
    tally = classes(ask, cut, UNKNOWN + 1)
    _known(known, tally.counts[:, UNKNOWN].sum(), "wait")

    def notes(i: int) -> tuple[str, ...]:
        lost = {"without an outcome": tally.missing[i], "without a wait": tally.counts[i, NO_WAIT]}
        return tuple(f"missing: {int(n)} {what}" for what, n in lost.items() if n)

    return share_of(ask, cut, tally, met, base, facts, notes, calls.ledger)


def _known(known: _Calls, odd: float, *columns: str) -> None:
    """Refuse outcomes that are no outcome, and negative seconds."""
    if not odd:
        return
    seen = collect(known.rows.frame.filter(known.unknown()).select(known.outcome.alias("o")).unique().head(20))
    words = sorted(str(word) for word in seen.column("o").to_pylist())
    if words:
        raise AnswerError(
            "A call was answered, abandoned or blocked",
            f"the column '{known.rows.column('outcome')}' of {known.rows.origin} also holds {listing(words, 'and')}",
            'Say what they mean: labels={"outcome": {"AGENT": "answered"}} in cx.read, or leave them out',
        )
    _no_row(known, columns, lambda seconds: seconds < 0, "Seconds of a call cannot be negative")


def _no_row(known: _Calls, columns: Sequence[str], odd: Callable[[Any], Any], wrong: str) -> None:
    """Refuse a row in which one of these columns of seconds is odd."""
    for name in columns:
        column = known.rows.column(name)
        bad = odd(nw.col(column))
        if collect(known.rows.frame.filter(bad).select(nw.len())).column(0)[0].as_py():
            raise odd_row(known.rows, bad, [column], wrong, "Correct them, or leave the row out")


def _checked(known: _Calls, tally: Values, *columns: str) -> Values:
    _known(known, tally.below, *columns)
    if any(np.isinf(table.value[-1:]).any() for table in tally.tables):
        _no_row(known, columns, lambda seconds: seconds == np.inf, "A call does not take for ever")
    return tally


def _any_blocked(known: _Calls) -> bool:
    """Whether the table knows blocked calls at all, in whichever period."""
    found = collect(known.rows.frame.filter(known.outcome == "blocked").select(nw.len()))
    return bool(found.column(0)[0].as_py())


def _over_answered(
    ask: Question, cut: Cut, known: _Calls, wait: Any, answered: Any, abandoned: Any, statistic: Any, calls: Rows
) -> Estimates:
    """All waiting per answered call: a ratio of two sums, of which there is a mean only."""
    if quantile_of(statistic, "speed_of_answer") is not None:
        raise DefinitionError(
            "All waiting per answered call has a mean only",
            f"statistic={statistic!r} with variant='all_over_answered'",
            "Use statistic='mean', or another variant",
        )
    part = nw.when(answered | abandoned | known.unknown()).then(wait)
    amounts = {
        "wait": part,
        "answered": nw.when(answered).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
        "odd": nw.when(part < 0).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
    }
    tally = sums(cut, amounts)
    _known(known, tally.total("odd").sum(), "wait")
    basis = linear_basis(
        cut,
        amounts,
        tally,
        "wait",
        "answered",
        kind="mean_time_totals",
        method=method_among(ask, ("t",), "for a ratio of two sums"),
        n=tally.total("answered"),
        bounds=(0.0, np.inf),
    )
    facts = {"statistic": "mean", **facts_of(ask, cut, "answered calls", clock="calendar")}
    return ask.answer(tally.segments, basis, unit=SECONDS, definition=facts, ledger=calls.ledger)


def _whole_calls(cut: Cut, total: Any, inside: Any) -> tuple[Cut, Any, Any]:
    """One row for each call with the sum of its legs, cut as before; a leg without its times makes the call unknown."""
    call = nw.col(cut.rows.column("call"))
    frame = cut.select(__call=call, __t=total.cast(nw.Float64), __in=nw.lit(True) if inside is None else inside)
    frame = by_segment(cut, frame.filter(nw.col("__in")))
    lost = nw.when(nw.col("__t").is_null()).then(nw.lit(1)).otherwise(nw.lit(0))
    frame = frame.with_columns(__lost=lost)
    named = (
        frame.filter(~nw.col("__call").is_null())
        .group_by(*cut.names, "__call")
        .agg(nw.col("__t").sum(), nw.col("__lost").max())
    )
    alone = frame.filter(nw.col("__call").is_null()).select(*cut.names, "__call", "__t", "__lost")
    whole = nw.concat([named, alone], how="vertical")
    flat = replace(cut, rows=replace(cut.rows, frame=whole, roles={}), keys=tuple(nw.col(n) for n in cut.names))
    return flat, nw.when(nw.col("__lost") == 0).then(nw.col("__t")), None
