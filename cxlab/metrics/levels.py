"""Levels: how many tickets are open at an instant, or at the end of each period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import narwhals as nw
import numpy as np

from cxlab.errors import AnswerError, DefinitionError, listing
from cxlab.estimate import Estimates
from cxlab.estimate.basis.rate import RateBasis, rate_of_counts
from cxlab.estimate.basis.ratio import count_ratio
from cxlab.interval.times import quantile
from cxlab.metric import Question
from cxlab.metrics.logs import PER_DAY, facts_of, method_among, refuse
from cxlab.metrics.spans import count_after, count_skewed, early, early_ticket, skewed
from cxlab.rows.days import span_of
from cxlab.rows.distinct import distinct
from cxlab.rows.moments import Moments, moments, seconds_of
from cxlab.rows.periods import parse
from cxlab.rows.read import Rows, collect
from cxlab.tally.cut import ByPeriod
from cxlab.tally.flow import NEVER, Flow, by_period, flow, without_period
from cxlab.tally.sums import sums
from cxlab.tally.values import Values, values
from cxlab.units import COUNT

STATUSES = ("new", "open", "pending", "on-hold", "solved", "closed")
CLOSED = ("solved", "resolved", "closed")
_SKEWED, _UNKNOWN, _BEFORE = -1, -(10**12), -(10**13)
_WHO = "__waiting"
POISSON = ("jeffreys", "score", "clopper_pearson", "wald")


class Level:
    """The tickets of a table as they stood at an instant: what is open, and what had been opened by then."""

    def __init__(self, tickets: Rows, ask: Question, as_of: Any, marks: tuple[str, ...] = ()) -> None:
        refuse(ask, "weight", "cluster", "strata", "population", "missing")
        self.ask, self.ledger = ask, tickets.ledger
        rows = distinct(tickets, "ticket")
        names = ["opened", *(["resolved"] if rows.has("resolved") else []), *marks]
        if "resolved" not in names:
            rows.column("status", f"{ask.about.name}, or 'resolved',")
        self.times = moments(rows, names, ask.about.name)
        self.cut = replace(ask, period=None).cut(self.times.rows, "opened")
        self.series = any(isinstance(item, ByPeriod) for item in self.cut.by)
        self.given = _instant(self.times, ask, as_of, self.series)
        self.stated = as_of is not None  # what lies after the end of a period is no future

    @property
    def as_of(self) -> float:
        """The instant of the snapshot: the one asked for, else the latest of opening and resolution."""
        return self.given if self.given is not None else self._latest()

    def _latest(self) -> float:
        plain = [name for name in ("opened", "resolved") if name in self.times.times]
        return replace(self.times, seconds={name: self.times.seconds[name] for name in plain}).ends()[1]

    @property
    def opened(self) -> Any:
        """The expression of the time of opening."""
        return self.times.seconds["opened"]

    @property
    def resolved(self) -> Any:
        """The expression of the time of resolution, null while there is none; without such a column by the status."""
        if "resolved" in self.times.seconds:
            return self.times.seconds["resolved"]
        return nw.when(self.status().is_in(list(CLOSED))).then(self.opened)

    def status(self) -> Any:
        """The expression of the status in plain words."""
        column = nw.col(self.times.rows.column("status", self.ask.about.name)).cast(nw.String)
        word = column.str.strip_chars().str.to_lowercase().str.replace_all("[ _]", "-")
        return (
            nw.when(word == nw.lit("hold")).then(nw.lit("on-hold")).otherwise(word)
        )  # the word of one vendor's exports

    def open(self) -> Any:
        """True for tickets that were opened by the instant and not resolved by it."""
        at = nw.lit(self.as_of)
        return (self.opened <= at) & (self.resolved.is_null() | (self.resolved > at))

    def check_status(self) -> None:
        """Refuse to say which status a ticket had before the export, and words that are no status."""
        name = self.ask.about.name
        if self.series or (self.given is not None and self.given < self._latest()):
            raise DefinitionError(
                f"{name} ({self.ask.variant.name}) is known at the time of the export only",
                "the column 'status' holds how tickets stood then",
                "Leave as_of= and periods out, or use variant='unsolved'",
            )

    def odd(self) -> Any:
        """Whether a ticket has a word for its status that is none."""
        return ~self.status().is_null() & ~self.status().is_in([*STATUSES, *CLOSED])

    def refuse_odd(self) -> NoReturn:
        """Refuse the table: an error that names the words that are no status."""
        found = collect(self.times.rows.frame.filter(self.odd()).select(self.status().alias("s")).unique().head(50))
        words = sorted(str(one) for one in found.column("s").to_pylist())
        raise AnswerError(
            f"{self.ask.about.name} ({self.ask.variant.name}) needs to know what each status means",
            f"'status' of {self.times.rows.origin} also holds {listing(words, 'and')}",
            f"Say which of {listing(STATUSES)} they mean: labels={{'status': {{{words[0]!r}: 'open'}}}} in cx.read; "
            "or keep only those that count: filter(status=[...])",
        )

    def snapshot(self, inside: Any, facts: dict[str, object], told: bool = False) -> Estimates:
        """How many tickets stand inside a condition at the instant, with their ages; `told`: the status says so."""
        counted = self.opened <= nw.lit(self.as_of)
        after: Any = None if self.given is None else self.opened > nw.lit(self.given)
        age: Any = nw.when(inside).then(nw.lit(self.as_of) - self.opened)
        if told or "resolved" not in self.times.times:
            # A ticket of no known status gets an age that none has, so that one pass counts and finds it.
            age = nw.when(self.odd()).then(nw.lit(_UNKNOWN)).otherwise(age)
            counted = counted | self.odd()
            after = after if after is None else after & ~self.odd()
        if "resolved" in self.times.times:
            # So does one resolved a little before it was opened, which is not open: below, it has no age.
            slip = skewed(self.times) & (self.opened <= nw.lit(self.as_of))
            age = nw.when(slip).then(nw.lit(_SKEWED)).otherwise(age)
            age = nw.when(early(self.times)).then(nw.lit(_BEFORE)).otherwise(age)
            counted = counted | early(self.times)
        tally = values(self.cut, age, counted, after)
        if self.stated:
            count_after(self.times, "opened", tally.after, self.as_of)
        if tally.below and tally.least <= _BEFORE:
            raise early_ticket(self.times)
        if tally.below and tally.least <= _UNKNOWN:
            self.refuse_odd()
        n = tally.done + tally.missing
        if tally.below:
            count_skewed(self.times, replace(self.cut, by=()), tally.below)
            tally = _aged(tally)
        count = tally.done
        basis = self.basis(count, n)
        said = [self.said(_ages(t.value, t.done)) for t in tally.tables]
        return self.answer(tally.segments, basis, facts, said)

    def basis(self, count: Any, n: Any) -> RateBasis:
        """The basis of counts, each the level of its segment."""
        method = method_among(self.ask, POISSON, "for a level")
        return rate_of_counts(count, np.ones(len(count)), method=method, kind="count", n=n, shared=True)

    def said(self, more: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The notes of a snapshot: its instant with the zone, and more."""
        default = "" if self.given is not None else ", the latest time in the table"
        return (f"as of {self.times.text(self.as_of)}{default}", *more)

    def answer(self, segments: Any, basis: Any, facts: dict[str, object], notes: Any) -> Estimates:
        """The estimates of a level, in tickets."""
        definition = facts_of(self.ask, self.cut, "tickets opened by the instant", **facts)
        return self.ask.answer(
            segments, basis, unit=self.ask.variant.unit or COUNT, definition=definition, notes=notes, ledger=self.ledger
        )

    def over_periods(self, times: dict[str, Any], read: Callable[[Flow], Any], facts: dict[str, object]) -> Estimates:
        """A level at the end of each period of the cut."""
        opened, kind = self.times.times["opened"], self.times.kind
        # A level after the last row of the table is not known: the period that it lies in is read there.
        last = self._latest() + 1
        ends = [min(seconds_of(opened.edge(one.end), opened.timezone, kind), last) for one in self.cut.periods]
        plain = without_period(self.cut)
        marks = {"opened": self.opened, **times}
        if "resolved" in self.times.times:
            marks["early"] = nw.when(early(self.times)).then(self.opened)
            marks["skew"] = nw.when(skewed(self.times)).then(self.opened)
        found = flow(plain, marks, ends)
        if "early" in marks and (found.place["early"] != NEVER).any():
            raise early_ticket(self.times)
        if "skew" in marks:
            count_skewed(self.times, plain, found.n[found.place["skew"] != NEVER].sum())
        level = read(found)
        known = np.stack([_up_to(found, i) for i in range(len(ends))], axis=1) if ends else level
        segments = by_period(found.segments, self.cut)
        notes = [(f"as of {self.times.text(end)}",) for _ in found.segments.values for end in ends]
        return self.answer(segments, self.basis(level.ravel(), known.ravel()), facts, notes)


def _aged(tally: Values) -> Values:
    """The tally without what stands in it below 0."""
    tables = [
        replace(one, value=one.value[one.value >= 0], done=one.done[one.value >= 0], open=one.open[one.value >= 0])
        for one in tally.tables
    ]
    return replace(tally, tables=tuple(tables))


def _up_to(found: Flow, edge: int) -> Any:
    """Rows per segment that were opened before an edge."""
    return found.count((found.place["opened"] <= edge) & (found.place["opened"] >= 0))


def _instant(times: Moments, ask: Question, as_of: Any, series: bool) -> float | None:
    if series and (as_of is not None or ask.period is not None):
        raise DefinitionError(
            f"{ask.about.name} is read at the end of each period, or at one instant",
            f"by= names a period, and {'as_of' if as_of is not None else 'period'}= was given too",
            "Leave one of them out",
        )
    if as_of is not None and ask.period is not None:
        raise DefinitionError(
            f"{ask.about.name} is read at one instant", f"as_of={as_of!r} and period={ask.period!r}", "Give one of them"
        )
    if ask.period is not None:
        window = parse(ask.period) if isinstance(ask.period, str) else ask.period
        opened = times.times["opened"]
        return seconds_of(opened.edge(window.end), opened.timezone, times.kind) - 1
    return None if as_of is None else times.instant(as_of)


def _ages(value: Any, count: Any) -> tuple[str, ...]:
    """Ages of the open cases, in days."""
    if not count.sum():
        return ()
    median, high = (quantile(value, count, q) / PER_DAY for q in (0.5, 0.9))
    return (f"age in days: median {median:.4g}, p90 {high:.4g}, oldest {value[count > 0][-1] / PER_DAY:.4g}",)


def open_cases(tickets: Rows, as_of: Any, ask: Question) -> Estimates:
    """Open tickets by one of the definitions of open."""
    level = Level(tickets, ask, as_of)
    name = ask.variant.name
    if name == "unsolved":
        if level.series:
            times = {"from": level.opened, "to": level.resolved - 1}
            return level.over_periods(times, lambda f: f.between("from", "to"), {})
        return level.snapshot(level.open(), {})
    level.check_status()
    waiting = level.open() & level.status().is_in(["new", "open"])
    if name == "without_on_hold":
        return level.snapshot(level.open() & (level.status() != "on-hold"), {}, told=True)
    if name == "waiting_on_us":
        return level.snapshot(waiting, {}, told=True)
    return _customers_waiting(level, waiting)


def _customers_waiting(level: Level, waiting: Any) -> Estimates:
    """How many customers have a ticket that waits for us."""

    def marked(condition: Any) -> Any:
        return nw.when(condition).then(nw.lit(1.0)).otherwise(nw.lit(0.0))

    customer = nw.col(level.times.rows.column("customer", "open_cases customers_waiting"))
    asked = waiting & ~customer.is_null()
    # Every other row is a unit of its own, so that it can be counted, and taken off again.
    frame = level.times.rows.frame.with_columns(nw.when(asked).then(customer).alias(_WHO))
    amounts = {"odd": marked(level.odd()), "by": marked(level.opened <= nw.lit(level.as_of)), "asked": marked(asked)}
    if "resolved" in level.times.times:
        amounts |= {"early": marked(early(level.times)), "skew": marked(skewed(level.times))}
    found = sums(replace(level.cut, rows=level.times.rows.on(frame)), amounts, unit=_WHO)
    if "early" in amounts and found.total("early").any():
        raise early_ticket(level.times)
    if found.total("odd").sum():
        level.refuse_odd()
    if "skew" in amounts:
        count_skewed(level.times, level.cut, found.total("skew").sum())
    customers = found.units - (found.rows - found.total("asked"))
    notes = [level.said()] * len(found.segments)
    return level.answer(found.segments, level.basis(customers, found.total("by")), {}, notes)


def backlog(tickets: Rows, as_of: Any, older_than: Any, pace: Any, ask: Question) -> Estimates:
    """Tickets that are not solved within their time."""
    name = ask.variant.name
    level = Level(tickets, ask, as_of, ("due",) if name == "overdue" else ())
    age = days_of(older_than, "older_than") * PER_DAY
    if name == "days_of_work":
        return _days_of_work(level, days_of(pace, "pace"))
    if name == "unsolved":
        age = -1.0
    facts: dict[str, object] = {"older_than": f"{age / PER_DAY:g} days"} if name == "older_than" else {}
    due = level.times.seconds["due"] if name == "overdue" else level.opened + age
    if level.series:
        late = nw.when(due < level.opened).then(level.opened).otherwise(due) if name != "unsolved" else level.opened
        times = {"from": late, "to": level.resolved - 1}
        return level.over_periods(times, lambda f: f.between("from", "to"), facts)
    return level.snapshot(level.open() & (due < nw.lit(level.as_of)), facts)


def _days_of_work(level: Level, pace: float) -> Estimates:
    """Open tickets over those solved a day of late."""
    if level.series:
        raise DefinitionError(
            "days_of_work is read at one instant", "by= names a period", "Ask with as_of= for each, or use 'unsolved'"
        )
    at = level.as_of
    late = level.resolved.is_null() | (level.resolved > nw.lit(at))
    recent = ~late & (level.resolved > nw.lit(at - pace * PER_DAY))
    one, none = nw.lit(1.0), nw.lit(0.0)
    amounts = {
        "open": nw.when(level.open()).then(one).otherwise(none),
        "solved": nw.when(recent).then(one).otherwise(none),
    }
    if level.stated:
        amounts["after"] = nw.when(level.opened > nw.lit(at)).then(one).otherwise(none)
    if "resolved" in level.times.times:
        amounts["early"] = nw.when(early(level.times)).then(one).otherwise(none)
        amounts["skew"] = nw.when(skewed(level.times)).then(one).otherwise(none)
    found = sums(level.cut, amounts)
    if "early" in amounts:
        if found.total("early").any():
            raise early_ticket(level.times)
        count_skewed(level.times, level.cut, found.total("skew").sum())
    if level.stated:
        count_after(level.times, "opened", found.total("after").sum(), at)
    method = method_among(level.ask, ("wilson",), "for a ratio of two counts")
    basis = count_ratio(found.total("open"), found.total("solved"), method=method, factor=pace)
    notes = [
        level.said((f"open {o:g}, solved {s:g} in {pace:g} days",))
        for o, s in zip(basis.above, basis.below, strict=True)
    ]
    return level.answer(found.segments, basis, {"pace": f"{pace:g} days"}, notes)


def days_of(value: Any, name: str) -> float:
    """A number of days, or text like "7 days"."""
    days = span_of(value)
    if days is None:
        raise DefinitionError(f"{name}= is a number of days", f"{name}={value!r}", f'Write {name}=7 or {name}="7 days"')
    return days
