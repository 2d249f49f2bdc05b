"""One answer in the words of a language: its value, interval, base, verdict and definition.

Figures, tables, cards and sentences all take their words from here, so that they cannot say different things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from html import escape

from cxlab.estimate import NO_DATA, POPULATION, PROCESS, SUPPRESSED, Difference, Estimate
from cxlab.metric import about_of
from cxlab.show.defined import fact
from cxlab.show.named import AT, UNIT_OF, Named, part_of, unit_of
from cxlab.words.locale import TIMES, Locale, change_unit, time_unit

CLEAR = ("higher", "lower")
VERDICTS = (*CLEAR, "unclear")
_FACTS = (
    "statistic", "counted", "within", "short", "older_than", "inactive", "promise", "scale", "base", "clock",
    "exclusions", "window", "zone",
)  # fmt: skip
# What figures of money were reckoned from; of these the shares.
_SHARES = ("retention", "discount", "change")
_GIVEN = (
    "margin", "revenue", "retention", "discount", "acquisition", "retention_cost", "service_cost", "costs", "change",
    "cost", "worth", "horizon",
)  # fmt: skip


@dataclass(frozen=True)
class Spoken(Named):
    """How answers are said in one language: their names, values, intervals, bases and definitions."""

    # -- numbers ----------------------------------------------------------------------------------------------------

    def state(self, answer: Estimate) -> str:
        """What stands where there is no number ("no data", "not shown"); empty where there is one."""
        if any(note.startswith(SUPPRESSED) for note in answer.notes):
            return self.words.message("state.suppressed")
        if answer.estimate is None:
            return self.words.message("state.no_data" if NO_DATA in answer.notes else "state.not_measurable")
        return ""

    def hollow(self, answer: Estimate) -> bool:
        """Whether a base is too small for a verdict."""
        return answer.n is not None and answer.n < self.small_base and POPULATION not in answer.notes

    def small(self, difference: Difference) -> bool:
        """Whether a side of a difference is too small for a verdict."""
        return min(difference.n or 0, difference.n_versus or 0) < self.small_base

    def value(self, answer: Estimate, bare: bool = False, time: str | None = None) -> str:
        """The value with its unit (or `bare`), or what stands in its place."""
        if answer.estimate is None:
            return self.state(answer)
        say = self.words.bare if bare else self.words.value
        time, unit, part = time or self.time(answer), unit_of(answer), bool(part_of(answer))
        places = self._places(unit, time, answer.estimate, answer.low, answer.high)
        return say(answer.estimate, unit, places, signed=part, currency=self.currency, time=time)

    def time(self, answer: Estimate) -> str | None:
        """The unit of time in which a value and its interval are said: the drawing's, else the one that suits it."""
        if answer.unit != "seconds" or answer.estimate is None:
            return None
        return self.pace or time_unit(answer.estimate)

    def _places(self, unit: str, time: str | None, *numbers: float | None) -> int | None:
        """The decimals of a number and its interval: of times one for all of them, or none where all are whole."""
        if unit != "seconds" or time is None:
            return None
        whole = all(round(x / TIMES[time], 1).is_integer() for x in numbers if x is not None)
        return 0 if whole and not self.pace else 1

    def limits(self, answer: Estimate, named: bool = False, time: str | None = None) -> str:
        """The interval in words; "population value" where everything was counted; empty where nothing is shown."""
        if answer.estimate is None:
            return ""
        if answer.low is None and answer.high is None:
            return self.words.message("state.population_value" if POPULATION in answer.notes else "state.unbounded")
        time = time or self.time(answer)
        places, unit = self._places(answer.unit, time, answer.estimate, answer.low, answer.high), unit_of(answer)
        return self.words.interval(answer.low, answer.high, unit, places, self.currency, time, named)

    def base(self, answer: Estimate) -> str:
        """A base; of a hidden one only that it is too small."""
        return self._hidden(answer) if answer.n is None else self.words.count(answer.n)

    def _hidden(self, answer: Estimate) -> str:
        smallest = self.threshold(answer)
        return (
            self.words.message("state.under", smallest=smallest) if smallest else self.words.message("state.suppressed")
        )

    def counted(self, answer: Estimate) -> str:
        """A base with its noun: "1,818 answers"."""
        if answer.n is None:
            return self._hidden(answer)
        if str(answer.definition.get(AT, "")).startswith(UNIT_OF):  # any table with durations, not only of customers
            return self.words.message("noun.cases", n=answer.n)
        return self.nouns(answer.metric, answer.n)

    def nouns(self, metric: str, n: int) -> str:
        """So many of what a metric counts: "10 answers", "3 tickets"; rows, where it is not known what."""
        about = about_of(metric)
        key = f"noun.{about.unit_of_analysis if about else 'rows'}"
        return self.words.message(key if self.words.has(key) else "noun.rows", n=n)

    def level(self, level: float) -> str:
        """A level of confidence: "95%"."""
        return self.words.percent(level, 0 if round(level * 100, 6).is_integer() else 1)

    def threshold(self, answer: Estimate, noun: bool = False) -> str:
        """The base under which this figure is hidden, as its note says; with its noun where asked."""
        found = re.search(r"n < (\d+)", answer.note)
        if found is None:
            return ""
        return self.nouns(answer.metric, int(found[1])) if noun else self.words.count(int(found[1]))

    # -- differences ------------------------------------------------------------------------------------------------

    def change(
        self,
        x: float,
        of: Difference,
        signed: bool = True,
        named: bool = True,
        decimals: int | None = None,
        time: str | None = None,
    ) -> str:
        """A difference, or another number on its scale, in the unit in which differences are said."""
        say = self.words.value if named else self.words.bare
        time = time or self._pace(of)
        if decimals is None:
            decimals = self._places(of.unit, time, x, of.difference, of.low, of.high)
        return say(x, change_unit(of.unit), decimals, signed=signed, currency=self.currency, time=time)

    def change_limits(self, of: Difference, named: bool = False, time: str | None = None) -> str:
        """The interval of a difference; a clear one has as many decimals as it takes not to read as if it held zero."""
        if of.low is None and of.high is None:
            return self.words.message("state.unbounded")
        time = time or self._pace(of)
        places = self._places(of.unit, time, of.difference, of.low, of.high)
        if of.verdict != "unclear" and self._reads_zero(of, places, time):
            places = next((more for more in range(1, 7) if not self._reads_zero(of, more, time)), places)
        return self.words.interval(of.low, of.high, change_unit(of.unit), places, self.currency, time, named)

    def _reads_zero(self, of: Difference, places: int | None, time: str | None) -> bool:
        unit, known = change_unit(of.unit), [x for x in (0.0, of.low, of.high) if x is not None]
        zero, *limits = [self.words.bare(x, unit, places, currency=self.currency, time=time) for x in known]
        return zero in limits

    def _pace(self, of: Difference) -> str | None:
        """One unit of time for a difference, its interval and what could be detected; that of a drawing first."""
        known = [abs(x) for x in (of.difference, of.low, of.high) if x is not None]
        return (self.pace or time_unit(max(known, default=0.0))) if of.unit == "seconds" else None

    def verdict(self, difference: Difference) -> str:
        """What words, tables and figures alike say of a difference: higher, lower or unclear; small_base where a side
        is too small for any of them, no_data where there is nothing to judge.
        """
        if difference.difference is None:
            return "no_data"
        return "small_base" if self.small(difference) else difference.verdict

    def verdict_said(self, difference: Difference) -> str:
        """The word for it."""
        kind = self.verdict(difference)
        return self.words.message(f"{'verdict' if kind in VERDICTS else 'state'}.{kind}")

    def judged(self, difference: Difference) -> str:
        """Whether a clear difference is better or worse for the client; empty where it is neither."""
        if self.verdict(difference) not in CLEAR or not difference.better:
            return ""
        return "better" if difference.verdict == difference.better else "worse"

    # -- definitions ------------------------------------------------------------------------------------------------

    def definition(self, answer: Estimate, method: bool = True) -> str:
        """The line under every table: variant, limits, scale, base, clock, exclusions, window, zone, interval."""
        words, facts = self.words, answer.definition
        variant = self.named("variant", answer.variant)
        parts = [words.message("define.variant", text=variant)]
        for key in _FACTS:
            if facts.get(key) not in (None, ""):
                said = self._window(str(facts[key])) if key == "window" else self.fact(str(facts[key]))
                if key != "counted" or said != variant:
                    parts.append(words.message(f"define.{key}", text=said))
        parts += [
            words.message(f"define.{key}", text=said) for key in _GIVEN if (said := self._given(key, facts.get(key)))
        ]
        if method:
            parts.append(words.message("define.method", text=self.named("method", answer.method)))
        if PROCESS in answer.notes:
            parts.append(words.message("state.process_interval"))
        return sentence(words, parts)

    def _window(self, text: str) -> str:
        """A period in words; of a change both."""
        ends = text.split(" to ")
        if len(ends) == 2 and all(map(self.every, ends)):
            return self.words.message(
                "interval.between", low=self.period(ends[0], short=False), high=self.period(ends[1], short=False)
            )
        return self.period(text, short=False)

    def _given(self, key: str, value: object) -> str:
        """A number that a figure of money was reckoned from, as it was given; empty where there was none."""
        if value in (None, ""):
            return ""
        text = str(value)
        if key == "worth":
            return self.named("variant", text)
        if key == "costs":
            left_out = text.removeprefix("none: ").split(", ")
            return listed(self.words, [self.words.message(f"cost.{one}") for one in left_out])
        try:
            number = float(text)
        except ValueError:
            return self.fact(text)  # an estimate stands for it, or it is a phrase such as "no end"
        if key in _SHARES:
            return self.words.percent(number, 0 if round(100 * number, 6).is_integer() else 1)
        if self.currency is None:
            return self.words.number(number, 0 if number.is_integer() else 2)
        return self.words.value(number, "money", currency=self.currency)

    def formula(self, answer: Estimate) -> str:
        """The formula that was computed; as the metric states it where the catalogue has no words for it."""
        about = about_of(answer.metric)
        stated = str(answer.definition.get("formula", ""))
        usual = {one.name: one.formula for one in about.variants}.get(answer.variant, "") if about else ""
        key = f"formula.{answer.metric}.{answer.variant}"
        # The same variant of other data has a formula of its own: service level from tickets is not that of calls.
        return self.words.message(key) if stated in ("", usual) and self.words.has(key) else self.fact(stated)

    def fact(self, text: str) -> str:
        """A fact of a definition in words: "0 to 10" and the house's phrases; other texts as they are."""
        return fact(text, self.words) or text


def own(text: str) -> str:
    """A name that came with the data, as text in its own direction that can never be live."""
    return f'<bdi dir="auto">{escape(text)}</bdi>'


def listed(words: Locale, parts: Iterable[str]) -> str:
    """Parts of one sentence in a row, with the separator of the language."""
    known = [part for part in parts if part]
    return (
        reduce(lambda first, second: words.message("define.list", first=first, second=second), known) if known else ""
    )


def begun(text: str) -> str:
    """A sentence with its first letter large: in some languages it is the name of a metric that stands there."""
    return text[:1].upper() + text[1:]


def sentence(words: Locale, parts: Iterable[str]) -> str:
    """Parts as one sentence: the first letter large, a stop at the end; empty when there is none."""
    text = listed(words, parts).removesuffix(".")
    return words.message("define.stop", text=text[0].upper() + text[1:]) if text else ""
