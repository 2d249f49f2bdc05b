"""What `cx.report` hands a notebook: one client's tables over one period, and the door through which things are shown.

In a batch the private job file named by the environment says whose data these are and where they lie; by hand the
sample or one file stands in. The notebook is the same in both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cxlab.errors import ColumnError, PlanError, listing
from cxlab.metric import catalogue
from cxlab.report.sources import Sources, count
from cxlab.rows import holidays
from cxlab.rows import sample as samples
from cxlab.rows.guess import table_told
from cxlab.rows.ledger import Ledger
from cxlab.rows.periods import Period, resolve
from cxlab.rows.read import Rows
from cxlab.rows.times import timeline
from cxlab.tally.cut import ByPeriod
from cxlab.words.locale import Locale, locale

ENVIRONMENT = "CXLAB_JOB"
# The time by which the rows of a table belong to a period; customers and people have spans, so they stay whole.
TIMES = {
    "answers": "answered",
    "invitations": "sent",
    "transactions": "time",
    "orders": "promised",
    "events": "time",
    "tickets": "opened",
    "calls": "started",
    "totals": "started",
    "complaints": "opened",
}
TABLES = (*TIMES, "reviews", "customers", "people")
# The sample ends here, so that by hand "last-month" is always the month with something to find.
SAMPLE_OPTIONS: Mapping[str, Any] = {"ces": {"easy": "high"}}


@dataclass(frozen=True)
class Job:
    """The facts of one report: client, period, tables and rules, as the plan gave them.

    `now` is the aware instant of the run, after which nothing can have happened; None where nobody said.
    """

    client: Mapping[str, Any]
    period: Period
    locale: str
    level: float = 0.95
    compare: str = "previous"
    privacy: Mapping[str, Any] = field(default_factory=lambda: {"smallest_base": 10, "comments": False})
    small_base: int = 30
    variants: Mapping[str, str] = field(default_factory=dict)
    brand: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    sample: bool = False
    folder: str | None = None
    now: datetime | None = None


class Tables:
    """The tables of one client over one span: `.answers`, `.tickets` ..., each read and kept when first used."""

    def __init__(self, job: Job, span: Period | None, sources: Mapping[str, Rows], warnings: list[str]) -> None:
        self._job, self._span, self._sources, self._warnings = job, span, sources, warnings
        self._kept: dict[str, Rows] = {}

    def __getattr__(self, name: str) -> Rows:
        if name not in TABLES:
            raise AttributeError(f"a report has no '{name}'; its tables are {listing(TABLES, 'and')}")
        return self.table(name)

    def table(self, name: str) -> Rows:
        """The rows of a table that belong to the span; an error where the client has no such table."""
        if name not in self._sources:
            raise ColumnError(
                f"This client has no table '{name}'",
                f"it has {listing(self._sources, 'and')}",
                f"Add '{name}:' to the client in the plan, or leave this section out",
            )
        if name not in self._kept:
            self._kept[name] = self._cut(name)
        return self._kept[name]

    def has(self, name: str, *columns: str) -> bool:
        """Whether the client has this table, with all these roles."""
        return name in self._sources and all(self._sources[name].has(column) for column in columns)

    def _cut(self, name: str) -> Rows:
        rows = self._sources[name]
        time = TIMES.get(name)
        if self._span is None or time is None:
            return rows
        if not rows.has(time):
            words = locale(self._job.locale)
            note = words.message("page.undated", table=words.message(f"page.table_{name}"), column=time)
            if note not in self._warnings:
                self._warnings.append(note)
            return rows
        times = timeline(rows, time, self._job.client["timezone"], name)
        inside = times.rows.on(times.rows.frame.filter(times.within(self._span)))
        return replace(inside, ledger=_account(rows, inside))


class Report(Tables):
    """One client's report: its tables over the period, and `previous` and `history` beside them.

    `segments level clock brand locale period` are what the plan says; `previous` holds the same tables over the period
    before, `both` over the two, `history` over everything up to the end of this one. What is to be seen goes through
    `show` and `page`.
    """

    def __init__(self, job: Job) -> None:
        self.warnings: list[str] = []
        sources = Sources(job)
        super().__init__(job, job.period, sources, self.warnings)
        self.job = job
        self.client: str = job.client["id"]
        self.name: str = job.client.get("name") or job.client["id"]
        self.period = job.period
        self.level = job.level
        self.brand = job.brand
        # Dates follow the calendar of the client, as periods do: a page with both would name one day twice.
        self.words: Locale = replace(locale(job.locale), calendar=job.period.calendar)
        self.locale = job.locale
        self.segments = list(job.client.get("segments") or ())
        self.previous = Tables(job, job.period.previous(), sources, self.warnings)
        self.both = Tables(
            job, replace(job.period, start=job.period.previous().start, every="range"), sources, self.warnings
        )
        self.history = Tables(job, _up_to(job.period), sources, self.warnings)

    def __repr__(self) -> str:
        return f"Report of {self.name} for {self.period.key}: {listing(self._sources, 'and')}"

    @property
    def options(self) -> Mapping[str, Any]:
        """What the plan says to metrics by name: `{"ces": {"easy": "high"}}`."""
        return self.job.options

    def used(self) -> dict[str, Rows]:
        """The tables that were asked for, with their ledgers."""
        return dict(self._kept)

    @property
    def sources(self) -> Mapping[str, Rows]:
        """The whole tables, of all time."""
        return self._sources

    def by_period(self, table: str = "answers", every: str | None = None) -> ByPeriod:
        """The cut of a table's history into the client's periods (months unless the report's are others)."""
        unit = every or (self.period.every if self.period.every != "range" else "month")
        client = self.job.client
        return ByPeriod(TIMES[table], unit, client["timezone"], client["calendar"], client.get("week_start"))

    def dated(self, table: str = "answers") -> bool:
        """Whether the rows of a table know when they were made, so that periods can be told apart."""
        return table in TIMES and self.has(table, TIMES[table])

    @cached_property
    def clock(self) -> Any:
        """The client's business hours, or "calendar" where the plan names none."""
        hours = self.job.client.get("hours")
        if not hours:
            return "calendar"
        from cxlab.rows.clock import calendar

        path = self.job.client.get("holidays")
        off = holidays.read(Path(path)) if path else ()
        return calendar(hours=hours, holidays=off, timezone=self.job.client["timezone"])

    @cached_property
    def page(self) -> Any:
        """The parts of a page that are made of this report's figures."""
        from cxlab.report.page import Page

        return Page(self)

    def show(self, what: Any, **options: Any) -> Any:
        """What may be shown of some figures, in the report's language: suppressed, noted for `estimates.csv`."""
        return self.page.show(what, **options)


def report(
    client: str = "sample",
    period: str = "last-month",
    locale: str = "en",
    source: str = "",
    options: Mapping[str, Any] | None = None,
) -> Report:
    """One client's data over one period, for a report notebook.

    In a batch the job file says everything and the parameters must agree with it. By hand `client` may be "sample" (or
    the id of a sample client), or `source` names one file; `period` is a key such as "2026-10" or "last-month";
    `options` may hold what a plan would say of the client: columns, missing, timezone, segments ..., and the `table`
    that the file is, where its columns do not tell.

    >>> report().period.key
    '2026-10'
    """
    path = os.environ.get(ENVIRONMENT)
    if path:
        job = _of_file(Path(path))
        for name, given, known in (("client", client, job.client["id"]), ("period", period, job.period.key)):
            if given != known:
                raise PlanError(
                    f"The notebook asks for another {name} than its job",
                    f"{name} '{given}', the job is of '{known}'",
                    "Pass the parameters on as they are",
                )
        return Report(replace(job, options=dict(options or {})))
    if source:
        return Report(_of_source(client, period, locale, source, dict(options or {})))
    return Report(replace(_of_sample(client, period, locale), options={**SAMPLE_OPTIONS, **(options or {})}))


def _of_file(path: Path) -> Job:
    data = json.loads(path.read_text(encoding="utf-8"))
    span, now = data.pop("period"), data.pop("now", None)
    period = Period(
        span["key"], date.fromisoformat(span["start"]), date.fromisoformat(span["end"]), span["every"], span["calendar"]
    )
    return Job(period=period, now=datetime.fromisoformat(now) if now else None, **data)


def _of_sample(client: str, period: str, language: str) -> Job:
    known = {"sample": "harbour"} | {name: name for name in samples.CLIENTS}
    if client not in known:
        raise PlanError(
            f"There are no data of a client '{client}' here",
            f"by hand there is the sample of {listing(known)}",
            "Name a file with source=..., or run the plan that knows the client",
        )
    one = samples.CLIENTS[known[client]]
    kept = ("id", "name", "timezone", "calendar", "week_start", "hours", "currency", "segments")
    facts = {name: getattr(one, name) for name in kept}
    facts["names"] = {column: {"column": name} for column, name in one.names.items()}
    found = resolve(period, samples.NOW, one.timezone, one.calendar, one.week_start)
    return Job(facts, found, language, brand={"colour": one.colour}, tables=samples.tables(one.id), sample=True,
               now=samples.NOW)  # fmt: skip


def _of_source(client: str, period: str, language: str, source: str, options: dict[str, Any]) -> Job:
    facts = {
        "id": client,
        "name": options.pop("name", client),
        "timezone": options.pop("timezone", "UTC"),
        "calendar": options.pop("calendar", "gregorian"),
        "week_start": options.pop("week_start", None),
        "segments": options.pop("segments", []),
        "names": options.pop("names", {}),
    }
    asked = {name: options.pop(name) for name in [*options] if name in catalogue()}
    table = options.pop("table", None) or table_told(source, options.get("columns", {}))
    now = datetime.now(UTC)
    found = resolve(period, now, facts["timezone"], facts["calendar"], facts["week_start"])
    return Job(facts, found, language, tables={table: {"source": source} | options}, options=asked, now=now)


def _account(rows: Rows, inside: Rows) -> Ledger:
    """The ledger of the rows of a period: those of other times are counted as left out."""
    before, after = count(rows), count(inside)
    ledger = Ledger()
    ledger.facts = dict(rows.ledger.facts)
    for entry in rows.ledger:
        if entry.kind != "kept":
            ledger.count(entry.kind, entry.count, entry.column, entry.detail)
    ledger.found("read", before)
    ledger.count("filtered", before - after, detail="outside the period")
    ledger.count("kept", after)
    return ledger


def _up_to(period: Period) -> Period:
    """Everything before the end of a period."""
    return replace(period, start=date(1900, 1, 1), every="range")
