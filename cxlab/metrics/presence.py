"""Who was there at the start of a period, who left in it, who joined: customers and staff alike, from one tally."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.errors import DefinitionError
from cxlab.metric import Question
from cxlab.metrics.logs import CLASS, classed, classes, facts_of, odd_row
from cxlab.rows.look import repeated
from cxlab.rows.moments import STORED, Moments, moments
from cxlab.rows.periods import Period, parse
from cxlab.rows.read import Frame, Rows, collect
from cxlab.tally.counts import Counts
from cxlab.tally.cut import ByPeriod, Cut, Segments
from cxlab.tally.sums import Sums, sums

# Classes of those who were there: at the start and stayed, at the start and left, joined and stayed, joined and left.
STAYED, LEFT, JOINED, JOINED_LEFT, ODD = range(5)
Floats = np.ndarray


@dataclass(frozen=True)
class Presence:
    """A table of people who come and go, cut, each row with its class of what it did in a period."""

    ask: Question
    cut: Cut
    times: Moments
    window: Period

    @cached_property
    def tally(self) -> Counts:
        """How many rows of each class the segments have. Rows that end before they start are refused."""
        found = classes(self.ask, self.cut, ODD + 1)
        self._refuse(found.counts[:, ODD].sum())
        return found

    def sums(self, amounts: Mapping[str, Any]) -> Sums:
        """Sums of further amounts by segment, with the number of rows of each class under its number: one query."""
        code = nw.col(CLASS)
        kinds = {f"{kind}": nw.when(code == kind).then(nw.lit(1.0)).otherwise(nw.lit(0.0)) for kind in range(ODD + 1)}
        found = sums(self.cut, {**kinds, **amounts})
        self._refuse(found.total(f"{ODD}").sum())
        return found

    def _refuse(self, odd: float) -> None:
        """An error where some rows end before they start."""
        if odd:
            started, ended = _columns(self.times)
            columns = [self.times.times[name].column for name in ("started", "ended")]
            wrong = f"{self.ask.about.name} needs rows that end after they start"
            raise odd_row(self.times.rows, ended < started, columns, wrong, "Correct the dates")

    @property
    def segments(self) -> Segments:
        """The segments, in the order of the counts."""
        return self.tally.segments

    def heads(self, *kinds: int) -> Floats:
        """How many rows of these classes each segment has."""
        return self.tally.counts[:, list(kinds)].sum(axis=1)

    @property
    def start(self) -> Floats:
        """Those present at the start."""
        return self.heads(STAYED, LEFT)

    @property
    def end(self) -> Floats:
        """Those present at the end."""
        return self.heads(STAYED, JOINED)

    @property
    def leavers(self) -> Floats:
        """All who left in the period."""
        return self.heads(LEFT, JOINED_LEFT)

    def facts(self, ask: Question, base: str, **facts: object) -> dict[str, object]:
        """The definition of a figure over this period, whose length is said."""
        days = (self.window.end - self.window.start).days
        return facts_of(ask, self.cut, base, length=f"{days} days", **facts)


def presence(rows: Rows, ask: Question, mark: str | None = None) -> Presence:
    """What everybody of a table did in the period asked for, from the columns `started` and `ended`.

    Present at a moment is who started before it and had not ended; a blank `ended` is still here. Several rows of one
    customer (employee) in the period are one: there from the first to the last, and counted. `mark` is a further column
    of yes and no, which of several rows is yes where one of them is.
    """
    window = window_of(ask)
    person = _repeated(rows, "employee" if ask.about.table == "people" else "customer")
    times = moments(rows, ["started", "ended"], ask.about.name, None)
    cut = replace(replace(ask, period=None).cut(times.rows), window=window, zone=times.timezone)
    _no_series(ask, rows)
    if person is not None:
        cut = _one_each(cut, ask, (times, window), person, None if mark is None else rows.column(mark))
    return Presence(ask, classed(cut, _code(times, window)), times, window)


def asked(ask: Question) -> Period | None:
    """The period asked for, if there is one."""
    return parse(ask.period) if isinstance(ask.period, str) else ask.period


def window_of(ask: Question) -> Period:
    """The period asked for; an error where there is none."""
    window = asked(ask)
    if window is None:
        raise DefinitionError(
            f"{ask.about.name} is a rate per period", "period= is not given", 'Name it: period="2026-10"'
        )
    return window


def edges(times: Moments, day: Any) -> tuple[Any, Any]:
    """The first moment of a local day, as each of the columns `started` and `ended` can be compared with it."""
    start, end = (times.times[name] for name in ("started", "ended"))
    return nw.lit(start.edge(day)), nw.lit(end.edge(day))


def here(times: Moments, day: Any) -> Any:
    """The expression of whether a row was there at the first moment of a local day."""
    started, ended = _columns(times)
    at_start, at_end = edges(times, day)
    return (started < at_start) & (ended.is_null() | (ended >= at_end))


def _repeated(rows: Rows, role: str) -> str | None:
    """The column that names customers or staff, where one of them has several rows."""
    column = rows.find(role)
    if column is None:
        return None
    key = f"repeated {column}"
    if key not in rows.checked:
        found = repeated(rows, column)
        if found is None:
            named = rows.frame.select(column).filter(~nw.col(column).is_null())
            seen = collect(named.select(n=nw.len(), kinds=nw.col(column).n_unique())).to_pylist()[0]
            found = seen["n"] - seen["kinds"]
        rows.checked[key] = found
    return column if rows.checked[key] else None


def _one_each(cut: Cut, ask: Question, known: tuple[Moments, Period], person: str, mark: str | None) -> Cut:
    """The cut with the rows of one person in a segment and the period made one, and their number told to the ledger."""
    (times, window), schema = known, cut.rows.schema
    firsts, lasts = ([c for c in (name, f"{STORED}{name}") if c in schema] for name in _names(times))
    design = [cut.rows.column(name) for name in (ask.weighing(cut.rows), ask.cluster, ask.strata) if name is not None]
    held = list(dict.fromkeys((person, *design)))
    marks = [] if mark is None else [mark]
    columns = dict.fromkeys((*held, *firsts, *lasts, *marks))
    frame = cut.select(__code=_code(times, window), **{name: nw.col(name) for name in columns})
    # Who was not there in the period keeps a row, so that a segment of such people does not vanish.
    inside = ~nw.col("__code").is_null() & (nw.col("__code") != ODD) & ~nw.col(person).is_null()
    joined = _joined(frame.filter(inside), [*cut.names, *held], firsts, lasts, marks)
    told = collect(joined.select(nw.col("__rows").sum().alias("n"), nw.len().alias("kept"))).to_pylist()[0]
    cut.rows.ledger.found("several_rows", int((told["n"] or 0) - told["kept"]), person, f"in {window.key}")
    kept = [*cut.names, *columns]
    flat = nw.concat([joined.select(*kept), frame.filter(~inside).select(*kept)], how="vertical")
    roles = {role: name for role, name in cut.rows.roles.items() if name in kept}
    rows = replace(cut.rows, frame=flat, roles=roles)
    return replace(cut, rows=rows, keys=tuple(nw.col(name) for name in cut.names))


def _joined(frame: Frame, keys: list[str], firsts: list[str], lasts: list[str], marks: list[str]) -> Frame:
    """One row for each combination of keys: from the first of its times to the last, which is blank where one is."""
    # The engines in memory take plain columns only.
    wide = frame.with_columns(
        **{name: nw.col(name).cast(nw.Int64) for name in marks}, __here=nw.col(lasts[0]).is_null().cast(nw.Int64)
    )
    grouped = wide.group_by(*keys).agg(
        *(nw.col(name).min() for name in firsts),
        *(nw.col(name).max() for name in (*lasts, *marks)),
        nw.col("__here").sum(),
        nw.len().alias("__rows"),
    )
    ended = {name: nw.when(nw.col("__here") == 0).then(nw.col(name)) for name in lasts}
    return grouped.with_columns(**ended, **{name: nw.col(name) == 1 for name in marks})


def _columns(times: Moments) -> tuple[Any, Any]:
    started, ended = (nw.col(name) for name in _names(times))
    return started, ended


def _names(times: Moments) -> tuple[str, str]:
    return times.times["started"].column, times.times["ended"].column


def _code(times: Moments, window: Period) -> Any:
    """The class of each row; null for those who left before the period or came after it."""
    started, ended = _columns(times)
    (first_start, first_end), (last_start, last_end) = edges(times, window.start), edges(times, window.end)
    old, gone = started < first_start, ~ended.is_null() & (ended < last_end)
    new: Any = nw.when(gone).then(nw.lit(JOINED_LEFT)).otherwise(nw.lit(JOINED))
    inside: Any = nw.when(old & gone).then(nw.lit(LEFT)).when(old).then(nw.lit(STAYED)).otherwise(new)
    outside = started.is_null() | (started >= last_start) | (~ended.is_null() & (ended < first_end))
    code = nw.when(~outside).then(inside)
    return nw.when(~ended.is_null() & (ended < started)).then(nw.lit(ODD)).otherwise(code)


def _no_series(ask: Question, rows: Rows) -> None:
    """Who is still here has no time of leaving, so a cut by it would be a cut by the outcome."""
    asked = ask.by if isinstance(ask.by, Sequence) and not isinstance(ask.by, str) else [ask.by]
    for item in asked:
        if isinstance(item, ByPeriod) and rows.find(item.column) == rows.find("ended"):
            raise DefinitionError(
                f"{ask.about.name} cannot be cut by the time of leaving",
                f"by= has the periods of '{item.column}', which is blank for all who stayed",
                "Ask for one period after the other: period=",
            )
