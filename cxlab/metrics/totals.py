"""The figures of a call centre from queue totals, one row per interval or queue: counts are pooled, never rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.errors import AnswerError, DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.ratio import linear_basis
from cxlab.metric import Question
from cxlab.metrics.logs import facts_of, method_among, odd_row, quantile_of, refuse, share_of_counts
from cxlab.rows.numbers import number
from cxlab.rows.read import Rows, collect
from cxlab.tally.cut import Cut
from cxlab.tally.sums import Sums, sums
from cxlab.units import SECONDS, SHARE

# For each variant the counts that are met and those that make the base; a minus sign takes one away.
Terms = tuple[tuple[str, int], ...]
ANSWERED, ABANDONED = ("answered", 1), ("abandoned", 1)
LEVELS: dict[str, tuple[Terms, Terms]] = {
    "abandon_negative": ((("answered_within", 1),), (ANSWERED, ABANDONED)),
    "abandon_positive": ((("answered_within", 1), ("abandoned_within", 1)), (ANSWERED, ABANDONED)),
    "answered_only": ((("answered_within", 1),), (ANSWERED,)),
    "abandon_ignored": ((("answered_within", 1),), (ANSWERED, ABANDONED, ("abandoned_within", -1))),
    "short_as_met": ((("answered_within", 1), ("abandoned_short", 1)), (ANSWERED, ABANDONED)),
    "short_removed": ((("answered_within", 1),), (ANSWERED, ABANDONED, ("abandoned_short", -1))),
}
ABANDONS: dict[str, tuple[Terms, Terms]] = {
    "offered": ((ABANDONED,), (ANSWERED, ABANDONED)),
    "queued": ((ABANDONED,), (("queued", 1),)),
    "without_short": ((ABANDONED, ("abandoned_short", -1)), (ANSWERED, ABANDONED, ("abandoned_short", -1))),
}
BLOCKS: dict[str, tuple[Terms, Terms]] = {
    "all_causes": ((("blocked", 1),), (("offered", 1), ("blocked", 1))),
    "capacity_only": ((("blocked_capacity", 1),), (("offered", 1), ("blocked", 1))),
}
SPEEDS: dict[str, tuple[tuple[str, ...], str]] = {
    "answered": (("wait_seconds",), "answered"),
    "with_ivr": (("wait_seconds", "ivr_seconds"), "answered"),
}
HANDLES: dict[str, tuple[tuple[str, ...], str]] = {
    "talk_hold_wrap": (("talk_seconds", "hold_seconds", "wrap_seconds"), "answered"),
    "without_wrap": (("talk_seconds", "hold_seconds"), "answered"),
    "per_leg": (("talk_seconds", "hold_seconds", "wrap_seconds"), "legs"),
}
# What exports write under their intervals, in the languages that reports speak.
TOTAL = ("total", "totals", "grand total", "tổng", "tổng cộng", "جمع", "جمع کل", "مجموع")


def service_level(totals: Rows, within: float, short: float, ask: Question) -> Estimates:
    """The share of calls answered within the limit by which the export counted."""
    rows = _threshold(_threshold(totals, "within", within, 20.0), "short", short, 5.0)
    return _share(rows, ask, LEVELS[ask.variant.name], "calls", within=f"{within:g} s, as the export counted")


def abandonment_rate(totals: Rows, short: float, ask: Question) -> Estimates:
    """The share of calls that were given up."""
    rows = _threshold(totals, "short", short, 5.0) if ask.variant.name == "without_short" else totals
    return _share(rows, ask, ABANDONS[ask.variant.name], "calls")


def blockage_rate(totals: Rows, ask: Question) -> Estimates:
    """The share of attempts that found no line or no staff."""
    met, base = BLOCKS[ask.variant.name]
    for name in ("blocked", met[0][0]):
        if not totals.has(name):
            raise DefinitionError(
                "Blocked calls are not measurable here",
                f"{totals.origin} has no column '{name}'",
                "Take them from the carrier or the switch; a caller who was turned away leaves no row in the queue",
            )
    return _share(totals, ask, (met, base), "attempts: offered and blocked calls")


def speed_of_answer(totals: Rows, statistic: Any, ask: Question) -> Estimates:
    """The mean wait of answered calls."""
    if ask.variant.name not in SPEEDS:
        raise DefinitionError(
            f"speed_of_answer ({ask.variant.name}) is not measurable from queue totals",
            "wait_seconds holds the waits of answered calls only",
            "Use one row per call, or variant='answered'",
        )
    amounts, base = SPEEDS[ask.variant.name]
    return _mean(totals, statistic, ask, amounts, base, ())


def handle_time(totals: Rows, statistic: Any, ask: Question) -> Estimates:
    """The mean handling time of a call, or of a leg."""
    amounts, base = HANDLES[ask.variant.name]
    present = tuple(name for name in amounts if name == "talk_seconds" or totals.has(name))
    absent = [name for name in amounts if name not in present]
    said = tuple(f"no {'wrap-up' if name == 'wrap_seconds' else 'hold'} data" for name in absent)
    return _mean(totals, statistic, ask, present, base, said)


def _mean(
    totals: Rows, statistic: Any, ask: Question, amounts: Sequence[str], base: str, said: tuple[str, ...]
) -> Estimates:
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    if quantile_of(statistic, ask.about.name) is not None:
        raise DefinitionError(
            f"A {statistic} from queue totals is not measurable",
            f"{totals.origin} holds sums of seconds, not the seconds of each call",
            "Use statistic='mean', or one row per call",
        )
    cut, columns = _counted(totals, ask, (*amounts, base))
    above: Any = columns[amounts[0]]
    for name in amounts[1:]:
        above = above + columns[name]
    expressions = {"seconds": above, "base": columns[base]}
    tally = _tallied(cut, expressions, columns)
    basis = linear_basis(
        cut,
        expressions,
        tally,
        "seconds",
        "base",
        kind="mean_time_totals",
        method=method_among(ask, ("t",), "from queue totals"),
        n=tally.total("base"),
        bounds=(0.0, np.inf),
    )
    facts = {"statistic": "mean", **facts_of(ask, cut, base, clock="calendar"), "from": "queue totals"}
    notes = [said] * len(tally.segments)
    return ask.answer(tally.segments, basis, unit=SECONDS, definition=facts, notes=notes, ledger=totals.ledger)


def _share(totals: Rows, ask: Question, terms: tuple[Terms, Terms], base: str, **facts: object) -> Estimates:
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    names = tuple(dict.fromkeys(name for part in terms for name, _ in part))
    cut, columns = _counted(totals, ask, names)
    tally = _tallied(cut, columns, columns)
    met, whole = (sum(sign * tally.total(name) for name, sign in part) for part in terms)
    _possible(tally, met, whole, totals, terms)
    basis = share_of_counts(np.asarray(met), np.asarray(whole), ask.method)
    definition = {**facts_of(ask, cut, base, **facts), "from": "queue totals"}
    return ask.answer(tally.segments, basis, unit=SHARE, definition=definition, ledger=totals.ledger)


def _counted(totals: Rows, ask: Question, names: Sequence[str]) -> tuple[Cut, dict[str, Any]]:
    """The cut of the totals with some columns as numbers."""
    rows = totals
    for name in names:
        rows = number(rows, name, f"{ask.about.name} ({ask.variant.name})", clock=name.endswith("_seconds"))
    cut = ask.cut(rows)
    columns = {name: nw.col(rows.column(name)) for name in names}
    return cut, columns


def _tallied(cut: Cut, amounts: dict[str, Any], columns: dict[str, Any]) -> Sums:
    """The sums of the totals; a blank or negative cell is an error that shows its row."""
    odd: Any = nw.lit(False)
    for expression in columns.values():
        odd = odd | expression.is_null() | (expression < 0)
    whole = _whole(cut.rows)
    flags = {"odd": odd} if whole is None else {"odd": odd, "whole": whole}
    counted = {name: nw.when(flag).then(nw.lit(1.0)).otherwise(nw.lit(0.0)) for name, flag in flags.items()}
    tally = sums(cut, {**amounts, **counted})
    if whole is not None and 0 < tally.total("whole").sum() < tally.rows.sum():
        names = [name for name, kind in cut.rows.schema.items() if kind == nw.String]
        todo = "Filter it out: it would count everything twice"
        raise odd_row(cut.rows, whole, names, "A row of these totals is the total of the others", todo)
    if tally.total("odd").sum():
        names = list(dict.fromkeys(cut.rows.column(name) for name in columns))
        raise odd_row(cut.rows, odd, names, "Queue totals are counts and seconds of 0 or more", "Correct the export")
    return tally


def _whole(rows: Rows) -> Any:
    """Whether a row calls itself the total of the others; None where no column could."""
    texts = [name for name, kind in rows.schema.items() if kind == nw.String]
    said = [nw.col(name).str.strip_chars().str.to_lowercase().is_in(list(TOTAL)) for name in texts]
    return nw.any_horizontal(*said, ignore_nulls=True) if said else None


def _possible(tally: Sums, met: Any, whole: Any, totals: Rows, terms: tuple[Terms, Terms]) -> None:
    if np.any(np.asarray(met) > np.asarray(whole)):
        i = int(np.flatnonzero(np.asarray(met) > np.asarray(whole))[0])
        counts = ", ".join(f"{name} {tally.total(name)[i]:g}" for name in tally.names if name not in ("odd", "whole"))
        raise AnswerError(
            "Queue totals contradict each other",
            f"{totals.origin} has {counts}",
            "Check what the export counts under these names",
        )


def _threshold(totals: Rows, name: str, seconds: float, usual: float) -> Rows:
    """Refuse a limit that is not the one by which the export counted: totals cannot be counted again."""
    if not totals.has(name):
        if seconds == usual:
            return totals
        raise DefinitionError(
            f"{name}= of queue totals must be what the export used",
            f"{name}={seconds:g}, and {totals.origin} does not say what its counts were made with",
            f"Leave {name}= out, or give the totals a column '{name}' with the seconds of the export",
        )
    rows = number(totals, name)
    column = nw.col(rows.column(name))
    ends = collect(rows.frame.select(column.min().alias("low"), column.max().alias("high"))).to_pylist()[0]
    if (ends["low"], ends["high"]) != (seconds, seconds):
        raise DefinitionError(
            f"{name}= of queue totals must be what the export used",
            f"{name}={seconds:g}, and {totals.origin} was counted with {ends['low']:g} to {ends['high']:g} seconds",
            f"Use {name}={ends['low']:g}" if ends["low"] == ends["high"] else "Ask for the rows of one limit at a time",
        )
    return rows
