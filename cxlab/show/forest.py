"""Segments with their intervals on one scale, one answer alone, and differences around zero."""

from __future__ import annotations

from cxlab.errors import ComparisonError
from cxlab.estimate import Difference, Differences, Estimate, Estimates
from cxlab.show import told
from cxlab.show.canvas import Canvas
from cxlab.show.named import SMALL_BASE, unit_of
from cxlab.show.picture import Figure
from cxlab.show.rows import Mark, draw_rows, height_of, interval
from cxlab.show.scale import Scale, scale
from cxlab.show.spoken import CLEAR, Spoken, listed, sentence
from cxlab.show.theme import Theme
from cxlab.show.told import Told
from cxlab.words.locale import change_unit


def forest(
    estimates: Estimates, theme: Theme, *, total: Estimate | None = None, small_base: int = SMALL_BASE,
    title: str | None = None,
) -> Figure:  # fmt: skip
    """Each segment as a point in its interval, in the order given; `total` is the whole, a dashed line through all.

    A hollow point has a base under `small_base`. A hidden or empty segment keeps its row, and words stand in it.
    """
    items = [*estimates, *([total] if total else [])]
    unit = unit_of(items[0])
    numbers = scale([x for e in items for x in (e.estimate, e.low, e.high)], unit)
    spoken = told.spoken_for(theme, estimates, small_base, numbers)

    def draw(canvas: Canvas) -> None:
        marks = [_mark(spoken, e, numbers, e is total) for e in items]
        reference = total.estimate if total else None
        draw_rows(canvas, marks, numbers, unit, lambda axes, at, mark: interval(canvas, axes, at, mark), reference)

    def tell(said: Spoken) -> Told:
        return _told(said, estimates, total, numbers)

    return told.figure("forest", theme, height_of(len(items)), spoken, tell, draw, title)


def differences(found: Differences, theme: Theme, *, small_base: int = SMALL_BASE, title: str | None = None) -> Figure:
    """Differences around a line at zero: filled where the verdict is clear, hollow where it is unclear."""
    if not len(found):
        raise ComparisonError(
            "There are no differences to draw", "the comparison is empty", "Compare two or more segments"
        )
    spoken = told.spoken_for(theme, found, small_base)
    unit = change_unit(found[0].unit)
    one = len({d.versus for d in found}) == 1
    numbers = scale([x for d in found for x in (d.difference, d.low, d.high)], unit, zero=True)

    def draw(canvas: Canvas) -> None:
        marks = [
            Mark(
                _pair(spoken, d, one),
                d.difference,
                d.low,
                d.high,
                *_numbers(spoken, d, numbers),
                spoken.verdict(d) not in CLEAR,
            )
            for d in found
        ]
        draw_rows(canvas, marks, numbers, unit, lambda axes, at, mark: interval(canvas, axes, at, mark), 0.0)

    def tell(said: Spoken) -> Told:
        return _told_differences(said, found, numbers)

    return told.figure("differences", theme, height_of(len(found)), spoken, tell, draw, title)


def _mark(spoken: Spoken, estimate: Estimate, numbers: Scale, total: bool) -> Mark:
    name = spoken.words.message("report.all") if total else spoken.segment(estimate)
    shown = estimate.estimate is not None
    value = spoken.value(estimate, bare=unit_of(estimate) not in ("share", "ratio"), time=numbers.time)
    limits = spoken.limits(estimate, time=numbers.time) if shown else ""
    return Mark(name, estimate.estimate, estimate.low, estimate.high, value, limits, spoken.hollow(estimate), total)


def _told(said: Spoken, estimates: Estimates, total: Estimate | None, numbers: Scale) -> Told:
    words, name = said.words, unit_of(estimates[0])
    unit = told.unit(said, name, numbers.time)
    subtitle = listed(words, [told.forest(said, estimates), unit, words.message("draws.total") if total else ""])
    title = told.finding(said, estimates, said.place)
    ends = [words.value(x, name, currency=said.currency, time=numbers.time) for x in (numbers.low, numbers.high)]
    hollow = any(said.hollow(e) and e.estimate is not None for e in estimates)
    note = sentence(words, [
        told.scale_note(said, ends[0], ends[1], numbers.low <= 0 <= numbers.high),
        words.message("define.hollow_base", smallest=words.count(said.small_base)) if hollow else "",
    ])  # fmt: skip
    whole = told.points(said, [total], lambda _: words.message("report.all")) if total else []
    alt = told.alt(words, subtitle, title, [*told.points(said, estimates, said.segment), *whole])
    return Told(title, subtitle, alt, note, told.bases(said, estimates))


def _numbers(spoken: Spoken, d: Difference, numbers: Scale) -> tuple[str, str]:
    if d.difference is None:
        return spoken.words.message("state.no_data"), ""
    said = spoken.change(d.difference, d, named=False, time=numbers.time)
    return said, spoken.change_limits(d, time=numbers.time)


def _pair(spoken: Spoken, difference: Difference, one: bool) -> str:
    """The two of a difference; where all are taken from the same, the subtitle says from what."""
    name = spoken.segment(difference)
    return name if one else f"{name} \u2212 {spoken.versus(difference)}"


def _told_differences(said: Spoken, found: Differences, numbers: Scale) -> Told:
    words, first = said.words, found[0]
    inside, level = said.metric(first.metric, inside=True), said.level(first.level)
    one = len({d.versus for d in found}) == 1
    unit = told.unit(said, change_unit(first.unit), numbers.time)
    against = words.message("draws.against", versus=said.versus(first)) if one else ""
    subtitle = listed(words, [words.message("draws.differences", metric=inside, level=level), unit, against])
    title, note = told.compared(said, found)
    alt = told.alt(words, subtitle, title, [_difference_said(said, d, one) for d in found])
    return Told(title, subtitle, alt, note)


def _difference_said(said: Spoken, d: Difference, one: bool) -> str:
    """A difference for who cannot see it: how large, and the verdict, which the drawing shows as full or hollow."""
    words, name = said.words, _pair(said, d, one)
    if d.difference is None:
        return words.message("alt.bare", name=name, value=words.message("state.no_data"))
    number = words.message("alt.point", name=name, value=said.change(d.difference, d), interval=said.change_limits(d))
    return f"{number}: {said.verdict_said(d).lower()}"
