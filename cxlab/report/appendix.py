"""The appendix: what happened to the rows, how every figure was defined, all figures in one table, how it was made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from html import escape
from importlib.metadata import version
from typing import TYPE_CHECKING

from cxlab.estimate import PROCESS
from cxlab.metric import about_of
from cxlab.report.fragment import Fragment, paragraph, row, wide_table
from cxlab.rows.ledger import ROWS_OUT

if TYPE_CHECKING:
    from cxlab.estimate import Estimate
    from cxlab.report.page import Page

_DAY = timedelta(days=1)


OF_COLUMNS = ("personal_dropped", "renamed", "empty_columns")
MARKS = "Net Promoter, Net Promoter Score, NPS"
OWNERS = "Bain & Company, Inc., Satmetrix Systems, Inc., Fred Reichheld"
_DESIGNED = re.compile(r"(weighted|clustered) by (.+?)(?:: [\d.e+]+ units?)?", re.DOTALL)
_DEFINED = ("report.measure", "page.formula", "report.variant", "page.method_and_source")


def quality(at: Page) -> Fragment:
    """The ledger of every table that was used: read less what was left out is what was kept."""
    words = at.words
    body = ""
    for name, rows in at.report.used().items():
        label = escape(words.message(f"page.table_{name}"))
        for entry in rows.ledger:
            count = words.count(-entry.count if entry.kind in ROWS_OUT else entry.count)
            if entry.kind in OF_COLUMNS:
                count = words.message("page.columns", n=entry.count)  # "1" would read as one row
            said = (
                words.message(f"ledger.{entry.kind}")
                if words.has(f"ledger.{entry.kind}")
                else entry.kind.replace("_", " ")
            )
            column = f'<bdi dir="auto">{escape(at.spoken.column(entry.column) if entry.column else "")}</bdi>'
            body += row(label, escape(said), column, f'<span class="num">{escape(count)}</span>')
    head = row(
        *(escape(words.message(key)) for key in ("page.table", "report.step", "page.column", "report.rows")), head=True
    )
    title = words.message("report.data_quality")
    table = wide_table("quality", "ledger", title, words.message("page.ledger_note"), head, body)
    return Fragment(_head(at, "quality") + table + _notes((*at.left_out, *at.report.warnings)), title)


def definitions(at: Page) -> Fragment:
    """Variant, scale, base, exclusions, interval and source of every figure shown."""
    words = at.words
    body = ""
    for estimate in at.defined.values():
        facts = about_of(estimate.metric)
        source = facts.source if facts else ""
        method = at.spoken.named("method", estimate.method)
        body += row(
            escape(at.spoken.metric(estimate.metric)),
            escape(at.spoken.formula(estimate)),
            escape(at.spoken.definition(estimate, method=False)),
            f'{escape(method)}<br><bdi dir="ltr">{escape(source)}</bdi>',
        )
    head = row(*(escape(words.message(key)) for key in _DEFINED), head=True)
    title = words.message("report.definitions_and_methods")
    # Eight definitions fill a page: kept together, they had left the page before them nearly empty.
    table = wide_table("definitions", "defs", title, words.message("page.definitions_note"), head, body, tall=True)
    notes = []
    if any(one.method == "score" for one in at.defined.values()):
        notes.append(words.message("page.method_score"))
    if at.compared:
        notes.append(words.message("page.method_compare", level=at.spoken.level(at.report.level)))
    if any(PROCESS in one.notes for one in at.defined.values()):
        notes.append(words.message("page.method_process"))
    notes += _design(at)
    if any(one.metric == "nps" for one in at.defined.values()):
        notes.append(words.message("page.trademark", marks=MARKS, owners=OWNERS))
    return Fragment(_head(at, "definitions") + table + _notes(notes), title)


def figures(at: Page) -> Fragment:
    """Every figure shown, with limits, to two decimals: what a statistician checks against the tally."""
    words = at.words
    found = {one.id: one for estimates in at.shown for one in estimates if one.n}
    body = "".join(_figure(at, one) for one in found.values())
    level = at.spoken.level(at.report.level)
    plain = [words.message("report.measure"), words.message("report.segment")]
    numeric = [
        words.message("report.base"),
        words.message("report.value"),
        words.message("report.interval", level=level),
    ]
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in plain)
    head += "".join(f'<th scope="col" class="n">{escape(one)}</th>' for one in numeric)
    head += f'<th scope="col">{escape(words.message("page.unit"))}</th>'
    title = words.message("page.all_figures")
    return Fragment(
        _head(at, "figures")
        + wide_table("figures", "figures", title, words.message("page.figures_note"), f"<tr>{head}</tr>", body),
        title,
    )


def colophon(at: Page) -> Fragment:
    """Period and zone, level, privacy, and what the report was made with."""
    words, report = at.words, at.report
    span = report.period
    days = words.message("period.range", first=words.date(span.start), last=words.date(span.end - _DAY))
    left = [
        ("report.period", f"{words.period(span)} ({days})"),
        ("report.time_zone", words.isolate(report.job.client["timezone"])),
        ("report.level", at.spoken.level(report.level)),
    ]
    right = [
        ("report.privacy", words.message("page.privacy", smallest=words.count(at.hiding.smallest))),
        ("report.small_base", words.message("page.small_base", smallest=words.count(report.job.small_base))),
        ("report.built_with", words.isolate(f"cxlab {version('cxlab')}")),
    ]
    at.notes.write()
    columns = "".join(
        "<dl>"
        + "".join(f"<dt>{escape(words.message(key))}</dt><dd>{escape(text)}</dd>" for key, text in side)
        + "</dl>"
        for side in (left, right)
    )
    title = words.message("report.colophon")
    return Fragment(
        f'<footer class="colophon"><h3>{escape(title)}</h3><div class="row">{columns}</div></footer>', title
    )


def _notes(texts: Iterable[str]) -> str:
    """Notes under a table, which paper keeps together: one line alone on the next page belongs to nothing."""
    notes = "".join(paragraph(text, "note") for text in texts)
    return f'<div class="notes">{notes}</div>' if notes else ""


def _design(at: Page) -> list[str]:
    """Which columns weighted or clustered the figures: without them nobody can count the same again."""
    noted = (note for estimates in at.shown for one in estimates for note in one.notes)
    found = dict.fromkeys(match.groups() for note in noted if (match := _DESIGNED.fullmatch(note)))
    return [at.words.message(f"page.method_{kind}", column=at.words.isolate(column)) for kind, column in found]


def _figure(at: Page, one: Estimate) -> str:
    """One figure to two decimals: elsewhere it is rounded for reading, here it can be checked."""
    words, time, currency = at.words, at.spoken.time(one), at.theme.currency
    value, limits = at.spoken.state(one), ""
    if one.estimate is not None:
        value = words.bare(one.estimate, one.unit, 2, currency=currency, time=time)
        limits = at.spoken.limits(one)
        if one.low is not None or one.high is not None:
            limits = words.interval(one.low, one.high, one.unit, 2, currency=currency, time=time)
    segment = f'<bdi dir="auto">{escape(at.spoken.place(one) or words.message("report.all"))}</bdi>'
    numbers = "".join(f'<td class="n">{escape(cell)}</td>' for cell in (at.spoken.base(one), value, limits))
    name, unit = escape(at.spoken.measured(one)), escape(_unit(at, one.unit, time))
    return f'<tr><th scope="row">{name}</th><td>{segment}</td>{numbers}<td>{unit}</td></tr>'


def _head(at: Page, kind: str) -> str:
    words = at.words
    kicker, title = words.message("report.appendix"), words.message(f"page.section_{kind}")
    # One line of the contents stands for the whole appendix: the first page has to hold all of them.
    short = escape(words.message("report.definitions_method_data")) if kind == "quality" else ""
    head = f'<p class="kicker">{escape(kicker)}</p><h2 data-contents="{short}">{escape(title)}</h2>'
    return f'<header class="section-head flow">{head}</header>'


def _unit(at: Page, unit: str, time: str | None) -> str:
    key = f"unit_head.{(time or unit).replace(' ', '_')}"
    if at.words.has(key):
        return at.words.message(key)
    return at.words.currency(at.theme.currency) if at.theme.currency else unit
