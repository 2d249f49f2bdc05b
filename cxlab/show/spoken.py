"""One answer in the words of a language: its name, value, interval, base and definition.

Figures, tables, cards and sentences all take their words from here, so that they cannot say different things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from html import escape
from typing import Any

from cxlab.errors import CxlabError
from cxlab.estimate import NO_DATA, POPULATION, PROCESS, SUPPRESSED, Difference, Estimate
from cxlab.metric import about_of
from cxlab.rows.periods import Period, parse
from cxlab.show.defined import fact
from cxlab.tally.cut import PERIOD
from cxlab.words.locale import TIMES, Locale, change_unit, time_unit

SMALL_BASE = 30
BANDS = ("detractors", "passives", "promoters")
REST = "rest"
CLEAR = ("higher", "lower")
VERDICTS = (*CLEAR, "unclear")
AT = "at"
PART = "part"
PARTS = ("total", "mix", "within", "paired")
_CHANGE = ".change["
AXES = ("period", "band", "point", AT, "channel", "driver", "metric", "variant")
_UNIT_OF = "the unit of "
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
class Spoken:
    """How answers are said in one language; `currency` is needed for money, `periods` name the cuts by time, `pace` is
    the one unit of time of a drawing, and `mixed` says that several definitions of a metric stand beside each other.
    `names` are the words of a plan for columns and their values: {"region": {"column": "Vùng", "values": {...}}}.
    """

    words: Locale
    currency: str | None = None
    periods: Mapping[str, Period] | None = None
    small_base: int = SMALL_BASE
    short: bool = True
    pace: str | None = None
    mixed: bool = False
    names: Mapping[str, Any] = field(default_factory=dict)

    # -- names ------------------------------------------------------------------------------------------------------

    def metric(self, name: str, inside: bool = False) -> str:
        """The name of a metric; its plain name where nobody gave it one in this language.

        `inside` a sentence it begins small, unless it is a proper name: as more than one capital shows in English, and
        a second capital letter in Vietnamese, whose names of metrics all begin with a common noun.
        """
        about, key = about_of(name), f"metric.{name}"
        given = about.label.get(self.words.code) if about else None
        label = given or (self.words.message(key) if self.words.has(key) else name)
        return self._inside(label) if inside else label

    def _inside(self, label: str) -> str:
        named = {"en": label[1:], "vi": label[1:2]}.get(self.words.code)
        return label if named is None or named != named.lower() else label[:1].lower() + label[1:]

    def period(self, key: Any, short: bool | None = None) -> str:
        """A period in words, from its key; a key that names no period stays as it is."""
        short = self.short if short is None else short
        period = self._known(key)
        return str(key) if period is None else self.words.period(period, short=short)

    def every(self, key: Any) -> str:
        """The kind of a period, such as "month"; empty where a key names none."""
        period = self._known(key)
        return "" if period is None else period.every

    def _known(self, key: Any) -> Period | None:
        if str(key) in (self.periods or {}):
            return (self.periods or {})[str(key)]
        try:
            return parse(str(key))
        except CxlabError:
            return None  # periods of a caller's own, such as waves: the key is their name

    def measured(self, answer: Estimate, inside: bool = False) -> str:
        """The name of the metric of an answer; of a point of a curve with that point."""
        name, at = self.metric(answer.metric, inside), _point(answer)
        if part_of(answer):
            return self.words.message("figure.change", metric=name)
        if at is None:
            return name
        unit, value = str(answer.definition.get(AT, "days")), self.part(AT, at)
        if not unit.startswith(_UNIT_OF):
            return self.words.message("figure.after", metric=name, n=round(at), days=value)
        column = self._inside(self.column(unit[len(_UNIT_OF) :]))
        return self.words.message("figure.at", metric=name, column=column, value=value)

    def column(self, name: str) -> str:
        """What a column is called: by the plan, else in the words of the language, else as the data call it."""
        given = self.names.get(name, {}).get("column")
        key = f"column.{self._role(name)}"
        return str(given) if given else self.words.message(key) if self.words.has(key) else name

    def _role(self, column: str) -> str:
        """The role that a column plays, or its own name, as the keys of the catalogue have it."""
        return _folded(self.names.get(column, {}).get("role") or column)

    def head(self, column: str, like: Estimate) -> str:
        """What stands over a column of a table or at an axis."""
        unit = str(like.definition.get(AT, ""))
        if column == AT and unit.startswith(_UNIT_OF):
            return self.column(unit[len(_UNIT_OF) :])
        if column == PART and part_of(like):
            return self.words.message("axis.part")
        if column == AT and not unit:
            return self.column(column)
        return self.words.message(f"axis.{column}") if column in AXES else self.column(column)

    def part(self, column: str, value: Any) -> str:
        """One part of a segment's name: a period in words, a blank as "not stated", known bands by their names."""
        if column == PERIOD:
            return self.period(value)
        if value is None:
            return self.words.message("report.not_stated")
        if column in ("band", "point") and value in BANDS:
            return self.words.message(f"band.{value}")
        if column == "driver":
            return self.column(str(value))
        given = self.names.get(column, {}).get("values", {}).get(str(value))
        if given:
            return str(given)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.words.number(value, 0 if float(value).is_integer() else 1)
        key = f"value.{self._role(column)}.{_folded(str(value))}"
        return self.words.message(key) if self.words.has(key) else self.words.digits(str(value))

    def cell(self, answer: Estimate | Difference, column: str) -> str:
        """What a column says of an answer: as `part`, and of a change which part of it this is."""
        value = answer.segment.get(column)
        if column == PART and isinstance(answer, Estimate) and part_of(answer):
            return self.words.message(f"part.{value}")
        return self.part(column, value)

    def segment(self, answer: Estimate | Difference, without: tuple[str, ...] = ()) -> str:
        """The name of a segment; empty where there is only the whole."""
        parts = [self.cell(answer, column) for column in answer.segment if column not in without]
        return " · ".join([*parts, self.named("variant", answer.variant)] if self.mixed else parts)

    def place(self, answer: Estimate | Difference) -> str:
        """The name of a segment where no head says its column: a bare number stands behind that column's name."""
        parts = [
            f"{self.column(column)} {self.part(column, value)}" if _bare(column, value) else self.cell(answer, column)
            for column, value in answer.segment.items()
            if (column != AT or _point(answer) is None) and not (column == PART and _whole(answer))
        ]
        return " · ".join([*parts, self.named("variant", answer.variant)] if self.mixed else parts)

    def point(self, answer: Estimate, inside: bool = False) -> str:
        """Where on a curve an answer stands: "30 days", or a number behind the name of its column."""
        at, unit = answer.segment[AT], str(answer.definition.get(AT, "days"))
        if unit.startswith(_UNIT_OF):
            column = self.column(unit[len(_UNIT_OF) :])
            return f"{self._inside(column) if inside else column} {self.part(AT, at)}"
        return self.words.message("unit.days", text=self.part(AT, at), n=round(float(at)))

    def about(self, answer: Estimate | Difference) -> str:
        """Whose figure it is, as it follows the name of the metric: a period is said otherwise than a segment."""
        place, dated = self.place(answer), all(column in (PERIOD, AT) for column in answer.segment)
        return self.words.message("place.when" if dated else "place.of", name=place) if place else ""

    def versus(self, difference: Difference) -> str:
        """What a difference is taken from, in words."""
        if difference.versus == REST:
            return self.words.message("say.rest")
        if difference.versus == "none":
            return self.words.message("report.not_stated")
        if PERIOD in difference.segment:
            return self.period(difference.versus)
        cut = [column for column in difference.segment if column != AT]
        return self.part(cut[0], difference.versus) if len(cut) == 1 else difference.versus

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
        if str(answer.definition.get(AT, "")).startswith(_UNIT_OF):  # any table with durations, not only of customers
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

    def named(self, kind: str, name: str) -> str:
        """The words for a variant or method; its name where the catalogue has none."""
        key = f"{kind}.{name}"
        return self.words.message(key) if self.words.has(key) else name.replace("_", " ")

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


def part_of(answer: Estimate) -> str:
    """Which part of a change this is: total, mix, within or paired; empty for anything else."""
    # A table of spare parts has a column of that name as well.
    return str(answer.segment[PART]) if PART in answer.segment and _CHANGE in answer.id else ""


def unit_of(answer: Estimate) -> str:
    """The unit in which an answer is said: of a part of a change that of differences."""
    return change_unit(answer.unit) if part_of(answer) else answer.unit


def _whole(answer: Estimate | Difference) -> bool:
    """Whether this is all of a change, which needs no name."""
    return isinstance(answer, Estimate) and part_of(answer) == "total"


def _point(answer: Estimate | Difference) -> float | None:
    """Where on a curve an answer stands; None for a column that only has the name of that axis."""
    at = answer.segment.get(AT)
    if not isinstance(at, (int, float)) or (isinstance(answer, Estimate) and AT not in answer.definition):
        return None
    return float(at)


def _folded(name: str) -> str:
    """A name as the keys of the catalogue have it."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def _bare(column: str, value: Any) -> bool:
    """Whether a value says nothing without the name of its column."""
    return column not in (PERIOD, "band", "point") and str(value).replace(".", "", 1).isdigit()


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
