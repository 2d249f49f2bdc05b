"""The first page: a headline that says the finding, the measures, four short texts, and how to read them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from cxlab.estimate import Difference, Differences, Estimate
from cxlab.report.fragment import Fragment, paragraph
from cxlab.report.measure import CURVE, WHOLE, Measure
from cxlab.show.cards import Card, card, rows_of_cards
from cxlab.show.sentences import cannot_tell, say, say_differences
from cxlab.show.spoken import CLEAR, VERDICTS, begun, listed
from cxlab.show.verdict import shape

if TYPE_CHECKING:
    from cxlab.report.page import Page

MONTHS = 13  # a year and the month it began with
TEXTS = 2  # sentences in each of the four texts where the page has room; what is beyond them is named
CARDS = 6  # cards; further measures have a line each
# The first page in lines down to its foot, and what stands on it beside headline, cards and texts: margin, letterhead,
# key, contents. A row of cards, to which facts that need a second line add one; the letters of a line of text, of small
# text and of facts in half the page are those of the language with the longest.
PAGE = {"A4": 60.8, "Letter": 57.0}
FIXED, ENTRY, ROW, COLUMN, SMALL, FACTS = 13.3, 0.84, 8.1, 50, 58, 62
ENTRIES = {"executive": 3, "survey": 4, "segments": 4}  # lines of contents; five at most
TIGHT, TIGHT_ROW = 1.0, 0.66  # lines that less space around the texts and in a row of cards gives back


def page(
    at: Page, measures: Sequence[Measure], segments: Differences | None, kind: str, doubts: Sequence[str] = ()
) -> Fragment:
    """The executive page of some measures; `segments` holds the leading measure of each segment against the rest, and
    `doubts` are sentences on what the data leave open before any figure does.
    """
    title, lead = _headline(at, measures[0], segments), _lead(at, measures)
    cards = _made(at, measures[:CARDS])
    texts = _Texts(at, measures, segments, doubts)
    used = lines(title, 36) * 1.75 + lines(lead, 94) * 1.12 + _rows(cards) + FIXED
    used += 1.0 + sum(lines(_further(at, one), 100) for one in measures[CARDS:]) if measures[CARDS:] else 0.0
    used += lines(f"{at.report.name} {at.title} {at.words.period(at.report.period)}", 80) - 1
    used += ENTRY * ENTRIES.get(kind, 5)
    spared = TIGHT + TIGHT_ROW * -(-len(cards) // 2)
    texts.fit(PAGE[at.report.brand.get("page_size", "A4")] - used, spared)
    parts = [
        f'<header class="masthead"><h1>{escape(title)}</h1>{paragraph(lead, "lead")}</header>',
        _cards(at, measures, cards, texts.tight),
        _others(at, measures[CARDS:]),
        texts.html(),
        _key(at),
    ]
    return Fragment("".join(parts), title)


def _headline(at: Page, lead: Measure, segments: Differences | None) -> str:
    words, metric = at.words, at.spoken.measured(lead.current)
    kind = "none" if lead.change is None else at.spoken.verdict(lead.change)
    if lead.about.name == CURVE:
        told = {"value": at.spoken.value(lead.current), "when": _when(at, lead.current)}
        first = begun(words.message("page.headline_stay", **told))
    elif kind not in VERDICTS:
        first = words.message("page.headline_first", metric=metric, value=at.spoken.value(lead.current))
    else:
        if kind == "unclear":
            metric = at.spoken.metric(lead.about.name, inside=True)
        first = begun(words.message(f"page.headline_{kind}", metric=metric))
    worst = _worst(segments)
    if worst is None:
        return first
    second = words.message(
        "page.segment_below" if worst.verdict == "lower" else "page.segment_above", segment=at.spoken.place(worst)
    )
    return words.message("define.list", first=first, second=second)


def _when(at: Page, one: Estimate) -> str:
    """Where on a curve a figure stands, as a part of a sentence."""
    days = one.definition.get("at", "days") == "days"
    return at.words.message("page.stay_after" if days else "page.stay_at", point=at.spoken.point(one, inside=True))


def _lead(at: Page, measures: Sequence[Measure]) -> str:
    first = measures[0]
    if first.about.name == CURVE:
        one, spoken = first.current, at.spoken
        told = {"value": spoken.value(one), "interval": spoken.limits(one), "base": spoken.counted(one)}
        return begun(at.words.message("page.lead_stay", when=_when(at, one), level=spoken.level(one.level), **told))
    # Held together by blanks that do not break: "1,187)." had stood alone in the second line.
    return say(first.now, at.words.code, at.theme.currency, at.theme.names).replace("n = ", "n\u00a0=\u00a0")


def _made(at: Page, measures: Sequence[Measure]) -> list[Card]:
    made = []
    for measure in measures:
        history = measure.history
        trend = () if history is None else history.take(range(max(0, len(history) - MONTHS), len(history)))
        made.append(card(measure.current, measure.change, trend, theme=at.theme, small_base=at.report.job.small_base))
    return made


def _rows(cards: Sequence[Card]) -> float:
    """The lines that cards take two by two: the one with more facts makes its row higher."""
    tall = [lines(re.sub(r"(<[^>]+>|\s)+", " ", one.facts()), FACTS) - 1 for one in cards]
    return sum(ROW + 0.9 * max(tall[i : i + 2]) for i in range(0, len(tall), 2))


def _cards(at: Page, measures: Sequence[Measure], made: Sequence[Card], dense: bool) -> str:
    words, period = at.words, at.report.period
    when = words.period(period)
    if any(measure.change is not None for measure in measures):
        when = words.message("report.against", period=when, previous=words.period(period.previous()))
    head = f"{escape(words.message('report.headline_measures'))} <small>{escape(when)}</small>"
    cards = f'<div class="cards{" dense" if dense else ""}">{rows_of_cards(made)}</div>'
    return f'<section class="measures"><h2 class="bar" data-contents="">{head}</h2>{cards}</section>'


@dataclass
class _Text:
    """One short text: sentences of its own for what matters most, and one line that names the rest of it."""

    sentences: list[str]
    rest: Callable[[int], str]
    said: int

    def __str__(self) -> str:
        return " ".join(one for one in (*self.sentences[: self.said], self.rest(self.said)) if one)


class _Texts:
    """The four short texts, of which as many sentences are said as the page has room for; what has none is named."""

    def __init__(
        self, at: Page, measures: Sequence[Measure], segments: Differences | None, doubts: Sequence[str]
    ) -> None:
        self.at, self.tight, self.small, words = at, False, False, at.words
        changes = [measure.change for measure in measures if measure.change is not None]
        clear = [change for change in changes if at.spoken.verdict(change) in CLEAR]
        unclear = [one for one in changes if one not in clear and one.difference is not None and one.detectable != 0]
        worst = sorted((one for one in segments or () if _worse(one)), key=lambda one: -abs(one.difference or 0.0))
        first = words.message("page.nothing_changed" if changes else _unchanged(at, measures))
        none = words.message("page.nothing_needs" if segments else "page.not_compared")
        settled = words.message("page.nothing_open" if changes else "page.no_previous")
        worsened = [change for change in clear if _worse(change)]
        untold = self._text(unclear, _open, settled, ("unclear",))
        first_of_it = [*doubts, *untold.sentences], untold.said + len(doubts)
        self.texts = {
            "what_changed": self._text(clear, _said, first, ("higher", "lower")),
            "what_needs_attention": self._text(worst, _said, none, ("needs",)),
            "what_we_cannot_tell": _Text(
                first_of_it[0], lambda n: untold.rest(max(0, n - len(doubts))), first_of_it[1]
            ),
            "for_the_board": _Text([" ".join(_decisions(at, worst, worsened))], lambda _: "", 1),
        }

    def _text(
        self, found: list[Difference], say: Callable[[Page, Difference], str], none: str, kinds: Sequence[str]
    ) -> _Text:
        at = self.at

        def rest(said: int) -> str:
            named = {kind: [one for one in found[said:] if len(kinds) == 1 or one.verdict == kind] for kind in kinds}
            return " ".join(_also(at, kind, ones) for kind, ones in named.items() if ones)

        return _Text([say(at, one) for one in found[:TEXTS]] or [none], rest, min(len(found), TEXTS) or 1)

    def fit(self, room: float, spared: float) -> None:
        """Only name what the longest text says last until they stand in so many lines, or one sentence is left of each.

        What is still too long is set closer together, which spares so many lines, and then in small type.
        """
        wanted = [one.said for one in self.texts.values()]
        for self.tight, self.small in ((False, False), (True, False), (True, True)):
            for one, said in zip(self.texts.values(), wanted, strict=True):
                one.said = said
            given = room + spared if self.tight else room
            while self.height() > given and any(one.said > 1 for one in self.texts.values()):
                longest = max((one for one in self.texts.values() if one.said > 1), key=lambda one: len(str(one)))
                longest.said -= 1
            if self.height() <= given:
                return

    def height(self) -> float:
        """The lines that the two rows of texts take."""
        wide, high = (SMALL, 0.84) if self.small else (COLUMN, 1.0)
        tall = [lines(str(one), wide) * high + 1.0 for one in self.texts.values()]
        return max(tall[:2]) + max(tall[2:]) + 1.75

    def html(self) -> str:
        """Two rows of two texts."""
        words, made = self.at.words, []
        for key, text in self.texts.items():
            more = " decide" if key == "for_the_board" else ""
            head = escape(words.message(f"report.{key}"))
            made.append(f'<div class="finding{more}"><h3>{head}</h3>{paragraph(str(text))}</div>')
        rows = "".join(f'<div class="row">{made[i]}{made[i + 1]}</div>' for i in (0, 2))
        look = (" tight" if self.tight else "") + (" small" if self.small else "")
        return f'<div class="findings{look}">{rows}</div>'


def _unchanged(at: Page, measures: Sequence[Measure]) -> str:
    """Why there are no changes: the rows have no time, nothing was measured before, or nothing in the period before."""
    tables = {measure.table for measure in measures}
    if not any(table in WHOLE or at.report.dated(table) for table in tables):
        return "page.needs_time"
    before = (one for measure in measures for one in tuple(measure.history or ())[:-1])
    return "page.no_change" if any(one.n != 0 for one in before) else "page.first"


def lines(text: str, wide: int) -> int:
    """How many lines a text takes that has so many letters to a line; unseen marks take no room."""
    return max(1, -(-sum(unicodedata.category(mark) not in ("Cf", "Mn") for mark in text) // wide))


def _others(at: Page, measures: Sequence[Measure]) -> str:
    """Measures beyond the cards, each in one line."""
    said = "".join(f"<li>{escape(_further(at, one))}</li>" for one in measures)
    return f'<ul class="further">{said}</ul>' if said else ""


def _further(at: Page, measure: Measure) -> str:
    told = say(measure.now, at.words.code, at.theme.currency, at.theme.names)
    if measure.change is None or measure.change.difference is None:
        return told
    return f"{told} {begun(at.spoken.verdict_said(measure.change))}."


def _open(at: Page, one: Difference) -> str:
    if at.spoken.small(one):
        return _said(at, one)
    return f"{_named(at, one)} {cannot_tell(one, at.words.code, at.theme.currency)}"


def _also(at: Page, kind: str, found: Sequence[Difference]) -> str:
    """What has no sentence of its own: segments by their names, changes by those of their measures."""
    name = at.spoken.place if kind == "needs" else lambda one: at.spoken.metric(one.metric)
    return at.words.message(f"page.also_{kind}", list=listed(at.words, map(name, found)))


def _decisions(at: Page, segments: Sequence[Difference], changes: Sequence[Difference]) -> list[str]:
    """What the figures ask of a board: to look into the segment that is furthest out, to act on all that worsened."""
    words, before, found = at.words, at.words.period(at.report.period.previous()), []
    if segments:
        metric = at.spoken.metric(segments[0].metric, inside=True)
        found.append(words.message("page.decide_segment", segment=at.spoken.place(segments[0]), metric=metric))
    if len(changes) == 1:
        metric = at.spoken.metric(changes[0].metric, inside=True)
        found.append(words.message("page.decide_change", metric=metric, previous=before))
    elif changes:
        found.append(words.message("page.decide_changes", n=len(changes), previous=before))
    return found or [words.message("page.decide_none")]


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


def _said(at: Page, found: Difference) -> str:
    kept = Differences([found], by=(), to="", adjust="")
    return say_differences(kept, at.words.code, at.theme.currency, at.theme.names, at.spoken.small_base)


def _named(at: Page, one: Difference) -> str:
    return at.words.message("page.about", metric=at.spoken.metric(one.metric))


def _worse(one: Difference) -> bool:
    return one.verdict != "unclear" and one.better != "" and one.verdict != one.better


def _worst(segments: Differences | None) -> Difference | None:
    """The clear and unfavourable difference that is furthest out."""
    found = [one for one in segments or () if _worse(one)]
    return max(found, key=lambda one: abs(one.difference or 0.0), default=None)
