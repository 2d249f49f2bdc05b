"""What things are called in the words of a language: metrics, periods, columns and their values, parts of a change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cxlab.errors import CxlabError
from cxlab.estimate import Difference, Estimate
from cxlab.metric import about_of
from cxlab.rows.periods import Period, parse
from cxlab.tally.cut import PERIOD
from cxlab.words.locale import Locale, change_unit

SMALL_BASE = 30
BANDS = ("detractors", "passives", "promoters")
REST = "rest"
AT = "at"
PART = "part"
_CHANGE = ".change["
AXES = ("period", "band", "point", AT, "channel", "driver", "metric", "variant")
UNIT_OF = "the unit of "


@dataclass(frozen=True)
class Named:
    """In which language and words answers are said; `currency` is needed for money, `periods` name the cuts by time.

    `pace` is the one unit of time of a drawing, and `mixed` says that several definitions of a metric stand beside each
    other. `names` are the words of a plan for columns and their values: {"region": {"column": "Vùng", "values": {}}}.
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
        if not unit.startswith(UNIT_OF):
            return self.words.message("figure.after", metric=name, n=round(at), days=value)
        column = self._inside(self.column(unit[len(UNIT_OF) :]))
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
        if column == AT and unit.startswith(UNIT_OF):
            return self.column(unit[len(UNIT_OF) :])
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
        if unit.startswith(UNIT_OF):
            column = self.column(unit[len(UNIT_OF) :])
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

    def named(self, kind: str, name: str) -> str:
        """The words for a variant or method; its name where the catalogue has none."""
        key = f"{kind}.{name}"
        return self.words.message(key) if self.words.has(key) else name.replace("_", " ")


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
