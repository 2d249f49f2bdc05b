"""The headline card: name, value, interval, trend, verdict and change, detectable change, base, in that order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cxlab.estimate import POPULATION, SUPPRESSED, Difference, Estimate, Estimates
from cxlab.metric import about_of
from cxlab.show.display import displayed
from cxlab.show.named import SMALL_BASE
from cxlab.show.sparkline import sparkline
from cxlab.show.spoken import Spoken, listed
from cxlab.show.theme import BRAND, Theme
from cxlab.show.verdict import judgement, verdict
from cxlab.tally.cut import PERIOD
from cxlab.words.locale import change_unit, time_unit

# What a definition says that a card repeats beside the unit.
_SAID = ("scale", "within", "older_than", "inactive")


@dataclass(frozen=True)
class Usual:
    """The usual range of a figure counted in full: the limits of its control chart, in the metric's unit."""

    low: float
    high: float


@dataclass(frozen=True)
class Card:
    """One headline figure as HTML in the markup of the report's stylesheet."""

    current: Estimate
    difference: Difference | None
    history: Sequence[Estimate]
    theme: Theme
    small_base: int = SMALL_BASE
    usual: Usual | None = None
    previous: Estimate | None = None
    subtitle: str | None = None

    def html(self) -> str:
        """The card. What cannot be shown says so in words; a card is never empty and never shows a zero instead."""
        spoken = self._spoken
        name = escape(spoken.measured(self.current))
        under = escape(self.subtitle if self.subtitle is not None else self._scale())
        return (
            f'<article class="card"><h3>{name}<small>{under}</small></h3><div class="card-main">'
            f'<div class="card-value">{self._value()}{self._interval()}</div>{self._trend()}</div>'
            f"{self._change_line()}{self.facts()}</article>"
        )

    def __str__(self) -> str:
        return self.html()

    def _repr_html_(self) -> str:
        return displayed(self.html())

    @property
    def _spoken(self) -> Spoken:
        look, periods = self.theme, getattr(self.history, "periods", None)
        return Spoken(look.words, look.currency, periods, self.small_base, names=look.names)

    @property
    def _full(self) -> bool:
        return POPULATION in self.current.notes

    @property
    def _small(self) -> bool:
        return self.current.estimate is not None and self._spoken.hollow(self.current)

    def _scale(self) -> str:
        """The unit and the ends of its scale; for other units the answers that count."""
        words, about = self.theme.words, about_of(self.current.metric)
        unit = next((v.unit for v in about.variants if v.name == self.current.variant), None) if about else None
        if self.current.unit == "points":
            head = words.message("unit_head.points")
            if unit is None or not math.isfinite(unit.low) or not math.isfinite(unit.high):
                return head
            return words.message("card.range", unit=head, low=words.count(unit.low), high=words.count(unit.high))
        if self.current.unit == "money":
            return words.currency(self.theme.currency) if self.theme.currency else ""
        if self.current.unit == "seconds":
            return listed(words, [self._fact("statistic"), self._clock()])
        # "number" and "rate" say neither of what nor for whom.
        named = f"card.of.{self.current.metric}.{self.current.variant}"
        head = words.message(named if words.has(named) else f"unit_head.{self.current.unit.replace(' ', '_')}")
        return listed(words, [head, *map(self._fact, _SAID)])

    def _fact(self, key: str) -> str:
        """A fact without which the figure cannot be read, such as the seconds that a call may wait."""
        stated = self.current.definition.get(key)
        return self.theme.words.message(f"define.{key}", text=self._spoken.fact(str(stated))) if stated else ""

    def _clock(self) -> str:
        """By which clock a duration runs; the open hours themselves stand in its definition."""
        stated = str(self.current.definition.get("clock", ""))
        if not stated:
            return ""
        return self.theme.words.message("clock.short") if stated.startswith("business") else self._spoken.fact(stated)

    def _value(self) -> str:
        words, current = self.theme.words, self.current
        if current.estimate is None:
            return f'<p class="value words">{escape(self._spoken.state(current))}</p>'
        time, bare = self._spoken.time(current), self._spoken.value(current, bare=True)
        after = ""
        if current.unit in ("share", "ratio"):
            mark = words.message("unit_head.share")
            # U+061C keeps the Persian percent mark on the left of its number.
            bare = f"\u061c{bare}" if self.theme.mirrored else bare
            after = f'<span class="unit">{mark}</span>'
        elif time:
            after = f'<span class="unit unit-word">{escape(words.message(f"unit_head.{time}"))}</span>'
        elif current.unit == "money":
            bare = words.value(current.estimate, "money", currency=self.theme.currency)
        return f'<p class="value">{escape(bare)}{after}</p>'

    def _interval(self) -> str:
        words, current = self.theme.words, self.current
        if current.estimate is None:
            return ""
        if self._full:
            return f'<p class="interval">{escape(words.message("state.counted_in_full"))}</p>'
        level = words.message("report.interval", level=self._spoken.level(current.level))
        limits = self._spoken.limits(current)
        return f'<p class="interval">{escape(level)} <span class="num">{escape(limits)}</span></p>'

    def _trend(self) -> str:
        known = [e for e in self.history if e.estimate is not None]
        hidden = any(note.startswith(SUPPRESSED) for note in self.current.notes)
        if len(known) < 2 or hidden:  # a trend that ends in the hidden figure would tell it
            return ""
        spoken, words = self._spoken, self.theme.words
        ends = [spoken.period(e.segment.get(PERIOD, "")) for e in (self.history[0], self.history[-1])]
        title = words.message(
            "card.trend", metric=spoken.metric(self.current.metric), first=ends[0], last=ends[1],
            low=spoken.value(known[0]), high=spoken.value(known[-1]),
        )  # fmt: skip
        picture = sparkline(self.history, self.theme, title, hollow=self._small)
        span = "".join(f"<span>{escape(end)}</span>" for end in ends)
        return f'<div class="card-trend">{picture}<p class="span">{span}</p></div>'

    def _change_line(self) -> str:
        change = self._change()
        return f'<p class="change">{change}</p>' if change else ""

    def _change(self) -> str:
        words, d = self.theme.words, self.difference
        if self.current.estimate is None:
            return ""
        if self._full:
            return self._counted()
        if self._small:
            return f'<span class="muted">{escape(words.message("state.small_base"))}</span>'
        if d is None or d.difference is None:
            return f'<span class="muted">{escape(self._alone())}</span>'
        if self._spoken.small(d):
            return judgement(d, self._spoken)
        limits = self._spoken.change_limits(d)
        said, bare = (self._spoken.change(d.difference, d, named=named) for named in (True, False))
        return f"{judgement(d, self._spoken)} {self._delta(said, bare, limits)}"

    def _alone(self) -> str:
        """Why there is no change: nothing was measured before, or nothing in the very period before."""
        before = any(e.n != 0 for e in tuple(self.history)[:-1])  # a hidden base is no number, and was measured
        return self.theme.words.message("state.nothing_before" if before else "state.first_measurement")

    def _counted(self) -> str:
        """Counted in full: the change as it is, in ink, with what is usual for it."""
        words, now, before = self.theme.words, self.current.estimate, self.previous
        if before is None or before.estimate is None or now is None:
            return f'<span class="muted">{escape(self._alone())}</span>'
        gap = now - before.estimate
        kind = "higher" if gap > 0 else "lower" if gap < 0 else "unclear"
        time = time_unit(abs(gap)) if self.current.unit == "seconds" else None
        said = words.value(gap, change_unit(self.current.unit), signed=True, currency=self.theme.currency, time=time)
        shape = verdict(kind, "", words) if gap else ""
        bare = words.bare(gap, change_unit(self.current.unit), signed=True, currency=self.theme.currency, time=time)
        if self.usual is None:
            return f"{shape} {self._delta(said, bare, '')}"
        within = self.usual.low <= now <= self.usual.high
        usual = words.message("state.within_usual" if within else "card.outside_usual")
        return f'{shape} {self._delta(said, bare, "")} <span class="paren">{escape(usual)}</span>'

    def _delta(self, said: str, bare: str, limits: str) -> str:
        """A change with its unit; only the number itself is set in figures of one width and never broken."""
        said = _numbered(self.theme.words.isolate(said), bare, "b")
        around = f' <span class="num paren">({escape(limits)})</span>' if limits else ""
        return f'<span class="delta">{said}{around}</span>'

    def facts(self) -> str:
        """The last line as HTML: what change could have been detected, and the base."""
        words, d = self.theme.words, self.difference
        facts = []
        known = self.current.estimate is not None
        if known and self._full and self.usual is not None:
            limits = words.interval(self.usual.low, self.usual.high, self.current.unit, currency=self.theme.currency)
            facts.append((words.message("report.usual_range"), f'<span class="num">{escape(limits)}</span>'))
        elif known and d is not None and d.detectable and not (self._small or self._spoken.small(d)):
            # A change of hours may be one of minutes, so that without its unit the reader would take the value's.
            bare, said = (self._spoken.change(d.detectable, d, False, named=named) for named in (False, True))
            said = said if d.unit == "seconds" else bare
            facts.append((words.message("report.detectable"), _numbered(said, bare, "span")))
        base = "" if self.current.n is None else words.count(self.current.n)
        among = "card.among" if self.current.unit == "count" else "report.base"  # a number of cases is part of its base
        facts.append((words.message(among), _numbered(self._spoken.counted(self.current), base, "span")))
        rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{said}</dd></div>" for name, said in facts)
        return f'<dl class="facts">{rows}</dl>'


def _numbered(said: str, number: str, tag: str) -> str:
    """Words as HTML with the number among them marked."""
    before, found, after = said.partition(number) if number else (said, "", "")
    marked = f'<{tag} class="num">{escape(found)}</{tag}>' if found else ""
    return f"{escape(before)}{marked}{escape(after)}"


def card(
    current: Estimate, difference: Difference | None = None, history: Estimates | Sequence[Estimate] = (), *,
    locale: str = "en", theme: Theme | None = None, brand: str = BRAND, currency: str | None = None,
    small_base: int = SMALL_BASE, usual: tuple[float, float] | None = None, previous: Estimate | None = None,
    subtitle: str | None = None,
) -> Card:  # fmt: skip
    """The headline card of a figure, its difference from the period before, and the history up to it.

    `usual` are the control limits and `previous` the figure before, for what was counted in full. `subtitle` says
    variant and scale in your own words. Without a difference it is the first measurement; under `small_base` there is
    no verdict.
    """
    range_ = Usual(*usual) if usual is not None else None
    look = theme or Theme(locale, brand, currency)
    return Card(current, difference, history, look, small_base, range_, previous, subtitle)


def rows_of_cards(cards: Sequence[Card]) -> str:
    """Cards two by two in explicit rows, since paper mirrors neither grids nor wrapped rows."""
    pairs = [cards[at : at + 2] for at in range(0, len(cards), 2)]
    blank = "<div></div>"  # keeps a card without a neighbour at the width of all others
    return "".join(
        f'<div class="row">{"".join(card.html() for card in pair)}{blank if len(pair) == 1 else ""}</div>'
        for pair in pairs
    )
