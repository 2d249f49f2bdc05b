"""The house's tables: base before value, interval, drawn interval, verdict and letters, and the definition under it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import product
from string import ascii_uppercase
from typing import Any

from cxlab.errors import DefinitionError
from cxlab.estimate import Difference, Differences, Estimate, Estimates
from cxlab.show import told
from cxlab.show.named import SMALL_BASE, unit_of
from cxlab.show.scale import Scale, scale
from cxlab.show.spoken import CLEAR, VERDICTS, Spoken, listed, sentence
from cxlab.show.table import Cell, Column, Row, Table, drawn, tick_words
from cxlab.show.theme import BRAND, Theme
from cxlab.show.verdict import judgement
from cxlab.tally.cut import PERIOD
from cxlab.words.locale import TIMES, change_unit

_EMPTY = Cell(None, "")


def table(
    estimates: Estimates, locale: str = "en", *, theme: Theme | None = None, brand: str = BRAND,
    currency: str | None = None, title: str | None = None, number: int | None = None, total: Estimate | None = None,
    rest: Differences | None = None, pairs: Differences | None = None, compare: bool = False,
    small_base: int = SMALL_BASE,
) -> Table:  # fmt: skip
    """The table of some estimates: name, base, value, interval, drawn interval; the definition stands under it.

    `rest` adds the verdict of each segment against the rest, `pairs` the letters of the segments it is higher than;
    `compare=True` asks both of the estimates. `total` is the whole, as a last row and a dashed line. A base under
    `small_base` is hollow and gets no verdict; what is hidden says so. A column that says the same in every row is said
    once, in the note.
    """
    if not len(estimates):
        raise DefinitionError(
            "There is nothing to put into a table", "there are no estimates", "Ask the metric of rows that are there"
        )
    look = theme or Theme(locale, brand, currency)
    spoken = told.spoken_for(look, estimates, small_base)
    if compare:
        rest, pairs = rest or estimates.compare(to="rest"), pairs or estimates.compare(to="pairs")
    return _Maker(estimates, look, spoken, total, rest, pairs).table(title, number)


def difference_table(
    found: Differences, locale: str = "en", *, theme: Theme | None = None, brand: str = BRAND,
    currency: str | None = None, title: str | None = None, number: int | None = None, small_base: int = SMALL_BASE,
) -> Table:  # fmt: skip
    """The table of some differences: both bases, the difference, its interval drawn around zero, and the verdict."""
    if not len(found):
        raise DefinitionError(
            "There is nothing to put into a table", "there are no differences", "Compare two or more segments"
        )
    look = theme or Theme(locale, brand, currency)
    spoken = told.spoken_for(look, found, small_base)
    words, unit = look.words, change_unit(found[0].unit)
    numbers = scale([x for d in found for x in (d.difference, d.low, d.high)], unit, zero=True)
    time = None if _vanishing([d.difference for d in found], numbers) else numbers.time
    head = words.message("report.difference")
    bare = time == numbers.time
    level = spoken.level(found[0].level)
    one = len({d.versus for d in found}) == 1
    columns = (
        Column("segment", words.message("report.segment"), "own"),
        *(() if one else (Column("versus", words.message("report.versus"), "own"),)),
        Column("n", words.message("report.base"), "number"),
        Column("n_versus", words.message("axis.base_versus"), "number"),
        Column("difference", _head(head, _unit_head(unit, time, look) if bare else ""), "value"),
        Column("interval", words.message("report.interval", level=level), "interval"),
        Column("drawn", "", "glyph"),
        Column("verdict", words.message("axis.verdict"), "verdict"),
    )
    rows = tuple(_difference_row(d, replace(spoken, pace=time), look, numbers, one, bare) for d in found)
    finding, note = told.compared(spoken, found)
    drawn_said = words.message("draws.differences", metric=spoken.metric(found[0].metric, inside=True), level=level)
    against = words.message("draws.against", versus=spoken.versus(found[0])) if one else ""
    return Table(
        title or finding,
        listed(words, [drawn_said, against]),
        columns,
        rows,
        (note,),
        look,
        _name("differences", [str(d) for d in found]),
        tick_words(numbers, look, unit),
        number,
    )


def _difference_row(d: Difference, spoken: Spoken, look: Theme, numbers: Scale, one: bool, bare: bool) -> Row:
    words = look.words
    if d.difference is None:
        value, limits = words.message("state.no_data"), ""
    else:
        value, limits = spoken.change(d.difference, d, named=not bare), spoken.change_limits(d)
    picture = drawn(
        numbers, look, (d.difference, d.low, d.high), f"{value} ({limits})" if limits else value,
        hollow=spoken.verdict(d) not in CLEAR,
    )  # fmt: skip
    return Row(
        (
            Cell(spoken.segment(d), spoken.segment(d), own=True),
            *(() if one else (Cell(d.versus, spoken.versus(d), own=True),)),
            Cell(d.n, words.count(d.n)),
            Cell(d.n_versus, words.count(d.n_versus)),
            Cell(d.difference, value),
            Cell((d.low, d.high), limits),
            Cell(None, "", picture),
            Cell(_verdict(d, spoken), "", "" if d.difference is None else judgement(d, spoken)),
        )
    )


def _verdict(d: Difference, spoken: Spoken) -> str | None:
    """What stands for a verdict among numbers; None where there is none."""
    return kind if (kind := spoken.verdict(d)) in VERDICTS else None


class _Maker:
    """One table of estimates on its way: what it is made of, and one method for each part of it."""

    def __init__(
        self, estimates: Estimates, look: Theme, spoken: Spoken, total: Estimate | None, rest: Differences | None,
        pairs: Differences | None,
    ) -> None:  # fmt: skip
        self.estimates, self.look, self.spoken, self.total = estimates, look, spoken, total
        self.rest, self.pairs, self.words = rest, pairs, look.words
        self.items = [*estimates, *([total] if total else [])]
        self.unit = unit_of(self.items[0])
        self.numbers = scale([x for e in self.items for x in (e.estimate, e.low, e.high)], self.unit)
        self.time = None if _vanishing([e.estimate for e in self.items], self.numbers) else self.numbers.time
        self.spoken = spoken = replace(spoken, pace=self.time)
        cut = [*estimates.by, *([estimates.axis] if estimates.axis and estimates.axis not in estimates.by else [])]
        extra = [name for name in ("metric", "variant") if len({getattr(e, name) for e in estimates}) > 1]
        said = {column: {self._part(e, column) for e in estimates} for column in [*extra, *cut]}
        many = len(estimates) > 1
        self.constant = [(c, next(iter(said[c]))) for c in said if many and len(said[c]) == 1]
        self.cut = [c for c in said if not (many and len(said[c]) == 1)]
        self.units = {unit_of(e) for e in estimates}
        self.letters = (
            dict(zip(map(_key, estimates), _letters(len(estimates)), strict=False)) if pairs is not None else {}
        )

    def table(self, title: str | None, number: int | None) -> Table:
        words, first = self.words, self.estimates[0]
        level = self.spoken.level(first.level)
        drawn = told.forest(self.spoken, self.estimates)
        subtitle = listed(words, [drawn, words.message("draws.total") if self.total else ""])
        finding = title or self._finding()
        rows = tuple(self._row(e, e is self.total) for e in self.items)
        ticks = tick_words(self.numbers, self.look, self.unit) if self._draws() else ()
        return Table(
            finding, subtitle, tuple(self._columns()), rows, self._notes(level), self.look,
            _name(first.metric, [e.id for e in self.items]), ticks, number,
        )  # fmt: skip

    def _finding(self) -> str:
        """The lowest and the highest; of a curve read at several places these are the places."""
        said, points = self.spoken, {e.segment.get("at") for e in self.estimates}
        if len(points) > 1 and "at" in self.estimates[0].definition:
            return told.finding(said, self.estimates, lambda e: listed(self.words, [said.place(e), said.point(e)]))
        return told.finding(said, self.estimates, said.place, said.measured(self.estimates[0]))

    def _draws(self) -> bool:
        return len(self.units) == 1

    def _bare(self) -> bool:
        """Whether one unit in the head holds for all rows; durations far apart are said each in their own."""
        return self._draws() and self.time == self.numbers.time

    def _columns(self) -> list[Column]:
        words, first = self.words, self.estimates[0]
        found = [Column("letter", "", "letter")] if self.letters else []
        found += [
            Column(c, self._column_head(c), "words" if c in _AXES or c in ("metric", "variant") else "own")
            for c in self.cut
        ]
        if not self.cut:
            found.append(Column("metric", words.message("report.measure")))
        unit = _unit_head(self.unit, self.time, self.look) if self._bare() else ""
        found += [
            Column("n", words.message("report.base"), "number"),
            Column("estimate", _head(words.message("report.value"), unit), "value"),
            Column("interval", words.message("report.interval", level=self.spoken.level(first.level)), "interval"),
        ]
        found += [Column("drawn", "", "glyph")] if self._draws() else []
        found += [Column("verdict", words.message("report.against_rest"), "verdict")] if self.rest is not None else []
        found += [Column("letters", words.message("report.higher_than"), "letters")] if self.letters else []
        return found

    def _row(self, e: Estimate, total: bool) -> Row:
        spoken = self.spoken
        hollow = spoken.hollow(e) and not total
        value, limits = spoken.value(e, bare=self._bare()), spoken.limits(e)
        cells = [Cell(None, self.letters.get(_key(e), "") if not total else "")] if self.letters else []
        cells += self._names(e, total)
        cells += [Cell(e.n, spoken.base(e)), Cell(e.estimate, value), Cell((e.low, e.high), limits)]
        if self._draws():
            said = f"{value} ({limits})" if limits else value
            reference = self.total.estimate if self.total else None
            picture = drawn(
                self.numbers,
                self.look,
                (e.estimate, e.low, e.high),
                said,
                hollow=hollow,
                total=total,
                reference=reference,
            )
            cells.append(Cell(None, "", picture))
        if self.rest is not None:
            cells.append(_EMPTY if total or e.estimate is None else self._against(e, hollow))
        if self.letters:
            above = "" if total or hollow else self._above(e)
            cells.append(Cell(above, above))
        return Row(tuple(cells), total, hollow and e.estimate is not None)

    def _names(self, e: Estimate, total: bool) -> list[Cell]:
        if not self.cut:
            return [Cell(e.metric, self.spoken.metric(e.metric))]
        if total:
            return [Cell(None, self.words.message("report.all")), *[_EMPTY] * (len(self.cut) - 1)]
        return [
            Cell(
                getattr(e, c) if c in ("metric", "variant") else e.segment.get(c), self._part(e, c), own=c not in _AXES
            )
            for c in self.cut
        ]

    def _part(self, e: Estimate, column: str) -> str:
        if column == "metric":
            return self.spoken.metric(e.metric)
        return self.spoken.named("variant", e.variant) if column == "variant" else self.spoken.cell(e, column)

    def _column_head(self, column: str) -> str:
        return self.spoken.head(column, self.estimates[0])

    def _against(self, e: Estimate, hollow: bool) -> Cell:
        d = next((d for d in self.rest or () if d.segment == e.segment), None)
        if d is None or d.difference is None:
            return _EMPTY
        said = self.spoken.verdict_said(d)
        if self.spoken.verdict(d) == "small_base":
            return Cell(None, said, judgement(d, self.spoken))
        # In the unit of the column of values, or the same column would count hours in one row and minutes in the next.
        change = self.spoken.change(d.difference, d, named=not self._bare())
        return Cell(d.verdict, said,
                    f'{judgement(d, self.spoken, gloss=False)} '
                    f'<span class="num delta">{escape(change)}</span>')  # fmt: skip

    def _above(self, e: Estimate) -> str:
        """The letters of the segments that this one is higher than; of a small base none are given."""
        found = []
        for d in self.pairs or ():
            mine, kind = _key(d), self.spoken.verdict(d)
            if kind == "higher" and mine == _key(e):
                found.append(d.versus)
            elif kind == "lower" and d.versus == _key(e):
                found.append(mine)
        named = sorted({self.letters[name] for name in found if name in self.letters}, key=lambda one: (len(one), one))
        return ("" if len(self.letters) <= len(ascii_uppercase) else " ").join(named)

    def _notes(self, level: str) -> tuple[str, ...]:
        words, spoken = self.words, self.spoken
        numbers = self.numbers
        hollow = any(spoken.hollow(e) and e.estimate is not None for e in self.estimates)
        beside = any(e.n is None and not spoken.threshold(e) for e in self.estimates)
        adjust = (self.rest or self.pairs).adjust if self.rest is not None or self.pairs is not None else ""  # type: ignore[union-attr]
        ends = [
            words.value(x, self.unit, currency=self.look.currency, time=numbers.time)
            for x in (numbers.low, numbers.high)
        ]
        kind = "small_base" if self.rest is not None else "hollow_base"
        first = sentence(words, [
            *(words.message("define.constant", column=self._column_head(c), value=value) for c, value in self.constant),
            words.message(f"define.adjust_{adjust}", level=level) if adjust else "",
            words.message("define.letters") if self.letters else "",
            words.message(f"define.{kind}", smallest=words.count(spoken.small_base)) if hollow else "",
            words.message("define.beside", state=words.message("state.suppressed")) if beside else "",
            told.scale_note(spoken, ends[0], ends[1], not self._draws() or numbers.low <= 0 <= numbers.high),
        ])  # fmt: skip
        shown = [e for e in self.estimates if e.estimate is not None] or self.estimates
        lines = dict.fromkeys(spoken.definition(e) for e in shown) if len(self.units) == 1 else {}
        return tuple(note for note in (first, *lines) if note)


def _letters(number: int) -> list[str]:
    """So many names for rows: A to Z, then AA, AB and on."""
    return ["".join(one) for size in (1, 2, 3) for one in product(ascii_uppercase, repeat=size)][:number]


def _vanishing(values: Sequence[float | None], numbers: Scale) -> bool:
    """Whether a duration would be printed as 0.0 in the unit of time that suits the longest: a minute among days."""
    unit = TIMES[numbers.time] if numbers.time else 0.0
    return any(0 < abs(x) < unit / 20 for x in values if x is not None)


_AXES = ("period", "band", "point", "at", "channel", "driver")


def _key(answer: Estimate | Difference) -> str:
    """The name under which a comparison knows a segment."""
    segment = answer.segment
    if set(segment) == {PERIOD}:
        return str(segment[PERIOD])
    return ", ".join("none" if v is None else str(v) for k, v in segment.items() if k != PERIOD)


def _head(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _unit_head(unit: str, time: str | None, look: Theme) -> str:
    if unit == "money":
        return look.words.currency(look.currency) if look.currency else ""
    return look.words.message(f"unit_head.{time or unit.replace(' ', '_')}")


def _name(kind: str, parts: Sequence[Any]) -> str:
    """An id that is the same for the same table and another for another one on the page."""
    mark = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:8]
    return f"t-{kind.replace('_', '-')}-{mark}"
