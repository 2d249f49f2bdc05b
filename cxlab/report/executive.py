"""The first page: a headline that says the finding, the measures, four short texts, and how to read them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from cxlab.estimate import Difference, Differences
from cxlab.report.fragment import Fragment, paragraph
from cxlab.report.measure import Measure
from cxlab.show.cards import card, rows_of_cards
from cxlab.show.sentences import cannot_tell, say, say_differences
from cxlab.show.spoken import shape

if TYPE_CHECKING:
    from cxlab.report.page import Page

MONTHS = 13  # a year and the month it began with
TEXTS = 2  # sentences in each of the four texts: they must fit one page in the longest language


def page(at: Page, measures: Sequence[Measure], segments: Differences | None) -> Fragment:
    """The executive page of some measures; `segments` holds the leading measure of each segment against the rest."""
    title = _headline(at, measures[0], segments)
    parts = [
        f'<header class="masthead"><h1>{escape(title)}</h1>{paragraph(_lead(at, measures), "lead")}</header>',
        _cards(at, measures),
        _findings(at, measures, segments),
        _key(at),
    ]
    return Fragment("".join(parts), title)


def _headline(at: Page, lead: Measure, segments: Differences | None) -> str:
    words, metric = at.words, at.spoken.measured(lead.current)
    if lead.change is None:
        first = words.message("page.headline_first", metric=metric, value=at.spoken.value(lead.current))
    else:
        if lead.change.verdict == "unclear":
            metric = at.spoken.metric(lead.about.name, inside=True)
        first = words.message(f"page.headline_{lead.change.verdict}", metric=metric)
    worst = _worst(segments)
    if worst is None:
        return first
    second = words.message(
        "page.segment_below" if worst.verdict == "lower" else "page.segment_above", segment=at.spoken.place(worst)
    )
    return words.message("define.list", first=first, second=second)


def _lead(at: Page, measures: Sequence[Measure]) -> str:
    first = measures[0]
    return say(first.now, at.words.code, at.theme.currency, at.theme.names)


def _cards(at: Page, measures: Sequence[Measure]) -> str:
    words, period = at.words, at.report.period
    dated = any(measure.change is not None for measure in measures)
    when = words.period(period)
    if dated:
        when = words.message("report.against", period=when, previous=words.period(period.previous()))
    made = []
    for measure in measures:
        history = measure.history
        trend = () if history is None else history.take(range(max(0, len(history) - MONTHS), len(history)))
        made.append(card(measure.current, measure.change, trend, theme=at.theme, small_base=at.report.job.small_base))
    head = f"{escape(words.message('report.headline_measures'))} <small>{escape(when)}</small>"
    cards = f'<div class="cards">{rows_of_cards(made)}</div>'
    return f'<section class="measures"><h2 class="bar" data-contents="">{head}</h2>{cards}</section>'


def _findings(at: Page, measures: Sequence[Measure], segments: Differences | None) -> str:
    words = at.words
    changes = [measure.change for measure in measures if measure.change is not None]
    clear = [change for change in changes if change.verdict != "unclear"]
    unclear = [change for change in changes if change.verdict == "unclear" and change.difference is not None]
    worst = [one for one in segments or () if _worse(one)]
    changed = _said(at, clear) if clear else words.message("page.nothing_changed" if changes else "page.first")
    attention = _said(at, worst) if worst else words.message("page.nothing_needs" if segments else "page.not_compared")
    open_ = " ".join(f"{_named(at, one)} {cannot_tell(one, words.code, at.theme.currency)}" for one in unclear[:TEXTS])
    open_ = open_ or words.message("page.nothing_open" if changes else "page.no_previous")
    decide = _decision(at, worst, [change for change in clear if _worse(change)])
    rows = (
        (("what_changed", changed, ""), ("what_needs_attention", attention, "")),
        (
            ("what_we_cannot_tell", open_, ""),
            ("for_the_board", decide, " decide"),
        ),
    )
    body = "".join(
        '<div class="row">'
        + "".join(
            f'<div class="finding{more}"><h3>{escape(words.message(f"report.{key}"))}</h3>{paragraph(text)}</div>'
            for key, text, more in pair
        )
        + "</div>"
        for pair in rows
    )
    return f'<div class="findings">{body}</div>'


def _decision(at: Page, segments: Sequence[Difference], changes: Sequence[Difference]) -> str:
    words = at.words
    if segments:
        metric = at.spoken.metric(segments[0].metric, inside=True)
        return words.message("page.decide_segment", segment=at.spoken.place(segments[0]), metric=metric)
    if changes:
        metric, before = at.spoken.metric(changes[0].metric, inside=True), at.report.period.previous()
        return words.message("page.decide_change", metric=metric, previous=words.period(before))
    return words.message("page.decide_none")


def _key(at: Page) -> str:
    words = at.words
    entries = "".join(
        f"<li>{shape(kind, '', words.message(f'verdict.{kind}'))} {escape(words.message(f'key.{kind}'))}</li>"
        for kind in ("higher", "lower", "unclear")
    )
    hollow = words.message("key.hollow", smallest=words.count(at.report.job.small_base))
    entries += f"<li>{escape(words.message('key.colours'))}</li><li>{escape(hollow)}</li>"
    head = escape(words.message("report.how_to_read"))
    return f'<aside class="key" aria-label="{head}"><h3>{head}</h3><ul>{entries}</ul></aside>'


def _said(at: Page, found: Sequence[Difference]) -> str:
    kept = Differences(found[:TEXTS], by=(), to="", adjust="")
    return say_differences(kept, at.words.code, at.theme.currency, at.theme.names)


def _named(at: Page, one: Difference) -> str:
    return at.words.message("page.about", metric=at.spoken.metric(one.metric))


def _worse(one: Difference) -> bool:
    return one.verdict != "unclear" and one.better != "" and one.verdict != one.better


def _worst(segments: Differences | None) -> Difference | None:
    """The clear and unfavourable difference that is furthest out."""
    found = [one for one in segments or () if _worse(one)]
    return max(found, key=lambda one: abs(one.difference or 0.0), default=None)
