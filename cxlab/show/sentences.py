"""Answers in sentences: what was measured, how sure it is, and where nothing can be said, when it could be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cxlab.errors import DefinitionError
from cxlab.estimate import NO_DATA, POPULATION, SUPPRESSED, Difference, Differences, Estimate, Estimates, Facts
from cxlab.show.named import PART, SMALL_BASE, part_of
from cxlab.show.spoken import CLEAR, Spoken, begun
from cxlab.tally.cut import PERIOD
from cxlab.words.locale import PERCENTAGE_POINTS, change_unit, time_unit
from cxlab.words.locale import locale as locale_of

POWER = 0.8
DRIVER, DRIVERS = "driver", "drivers"
# A change that a board would act on; in other units the change seen is the one asked about.
FAR = 5.0
WANTED = {"points": 5.0, PERCENTAGE_POINTS: 0.05}


def say(
    estimates: Estimates, locale: str = "en", currency: str | None = None, names: Mapping[str, Any] | None = None
) -> str:
    """One sentence for each estimate: its value with interval and base, or why there is none.

    >>> import cxlab as cx
    >>> say(cx.nps([10] * 60 + [8] * 25 + [3] * 15))  # doctest: +ELLIPSIS
    'The Net Promoter Score is 45.0 points (95% interval 29... to 58...; n = 100).'
    """
    spoken = Spoken(locale_of(locale), currency, estimates.periods, short=False, names=names or {})
    mixed = len({estimate.variant for estimate in estimates}) > 1
    return " ".join(_said(spoken, estimate, mixed) for estimate in estimates)


def say_differences(
    differences: Differences, locale: str = "en", currency: str | None = None, names: Mapping[str, Any] | None = None,
    small_base: int = SMALL_BASE,
) -> str:  # fmt: skip
    """One sentence for each difference, hedged by its interval; beside an unclear one stands what it takes to know.

    With a base under `small_base` the difference is said, and that it is no verdict, as figures and tables do.

    What could be known is reckoned from the smallest detectable difference: bases that are `f` squared times as large
    show a difference `f` times as small, with 80 % power.
    """
    spoken = Spoken(locale_of(locale), currency, small_base=small_base, short=False, names=names or {})
    return " ".join(_compared(spoken, difference) for difference in differences)


def cannot_tell(difference: Difference, locale: str = "en", currency: str | None = None) -> str:
    """What an unclear difference leaves open, and how many answers would show a change worth acting on."""
    if difference.verdict != "unclear":
        raise DefinitionError(
            "This difference is clear, so nothing is left open", f"its verdict is {difference.verdict}", "Use say()"
        )
    return _open(Spoken(locale_of(locale), currency, short=False), difference)


def _said(spoken: Spoken, estimate: Estimate, mixed: bool) -> str:
    words = spoken.words
    if estimate.estimate is not None and (part_of(estimate) or estimate.metric == DRIVERS):
        return (_part if part_of(estimate) else _driver)(spoken, estimate)
    where, metric = spoken.place(estimate), spoken.measured(estimate, inside=True)
    metric = f"{metric} ({spoken.named('variant', estimate.variant)})" if mixed else metric
    said = spoken.about(estimate)
    given = {"metric": metric} | ({"segment": said} if where else {})
    ending = "_of" if where else ""
    if any(note.startswith(SUPPRESSED) for note in estimate.notes):
        smallest = spoken.threshold(estimate, noun=True)
        if not smallest:
            return begun(words.message(f"say.suppressed_beside{ending}", **given))
        return begun(words.message(f"say.suppressed{ending}", smallest=smallest, **given))
    if estimate.estimate is None and NO_DATA in estimate.notes:
        return begun(words.message(f"say.no_data{ending}", **given | ({"segment": where} if where else {})))
    if estimate.estimate is None:
        return begun(words.message(f"say.not_measurable{ending}", **given))
    given |= {"value": spoken.value(estimate), "base": words.count(estimate.n or 0)}
    if POPULATION in estimate.notes:
        return begun(words.message(f"say.counted{ending}", **given))
    level, limits = spoken.level(estimate.level), spoken.limits(estimate)
    return begun(words.message(f"say.estimate{ending}", level=level, interval=limits, **given))


def _part(spoken: Spoken, part: Estimate) -> str:
    """A part of a change: all of it, the mix of the segments, or what moved within them; of one segment or of all."""
    words, unit = spoken.words, change_unit(part.unit)
    known = [abs(x) for x in (part.estimate, part.low, part.high) if x is not None]
    time = time_unit(max(known)) if unit == "seconds" else None
    cut = {column: value for column, value in part.segment.items() if column != PART}
    where = spoken.place(replace(part, segment=Facts(cut)))
    given = {"segment": where} if where else {}
    limits = spoken.limits(part)
    if part.low is not None or part.high is not None:
        limits = words.interval(part.low, part.high, unit, currency=spoken.currency, time=time)
    told = words.message(
        f"say.part_{part.segment[PART]}{'_of' if where else ''}",
        metric=spoken.metric(part.metric, inside=True),
        value=words.value(part.estimate or 0.0, unit, signed=True, currency=spoken.currency, time=time),
        level=spoken.level(part.level),
        interval=limits,
        base=words.count(part.n or 0),
        **given,
    )
    return begun(told)


def _driver(spoken: Spoken, driver: Estimate) -> str:
    """How much of what the drivers explain goes with one of them, or of all variation; never what it causes."""
    words = spoken.words
    return words.message(
        f"say.driver_{driver.variant}",
        driver=spoken.column(str(driver.segment[DRIVER])),
        outcome=spoken.column(str(driver.definition.get("outcome", ""))),
        value=spoken.value(driver),
        level=spoken.level(driver.level),
        interval=spoken.limits(driver),
        base=words.count(driver.n or 0),
    )


def _compared(spoken: Spoken, difference: Difference) -> str:
    words = spoken.words
    given = {
        "metric": spoken.metric(difference.metric, inside=True),
        "segment": spoken.about(difference),
        "versus": spoken.versus(difference),
    }
    if difference.difference is None:
        return begun(words.message("say.no_difference", **given))
    kind = spoken.verdict(difference)
    clear = kind in CLEAR
    size = abs(difference.difference) if clear else difference.difference
    if kind == "small_base":
        given |= {"smallest": words.count(spoken.small_base)}
        given |= {"base": words.count(difference.n), "other": words.count(difference.n_versus)}
    first = words.message(
        f"say.{kind}",
        difference=spoken.change(size, difference, signed=False),
        level=spoken.level(difference.level),
        interval=spoken.change_limits(difference),
        **given,
    )
    left = _open(spoken, difference) if difference.verdict == "unclear" else ""
    return begun(f"{first} {left}".strip())


def _open(spoken: Spoken, difference: Difference) -> str:
    """What could have been detected, and the bases that would show the change that is wanted."""
    words = spoken.words
    if not difference.detectable:  # of figures all alike not even the smallest difference says anything
        return ""
    detectable = spoken.change(difference.detectable, difference, signed=False)
    known = words.message("say.detectable", detectable=detectable, power=words.percent(POWER, 0))
    wanted = WANTED.get(change_unit(difference.unit), abs(difference.difference or 0.0))
    counted = difference.unit == "count"  # a number of cases is not made surer by more of them
    far = difference.detectable > FAR * wanted  # so many that naming them would be mockery
    if counted or far or difference.detectable <= wanted or not (difference.n and difference.n_versus):
        return known
    return f"{known} {_needed(spoken, difference, wanted)}"


def _needed(spoken: Spoken, difference: Difference, wanted: float) -> str:
    """Two equal bases that have the power of the two there are, times the square of what is missing."""
    words = spoken.words
    times = ((difference.detectable or 0.0) / wanted) ** 2
    each = times * 2 / (1 / difference.n + 1 / difference.n_versus)
    named = change_unit(difference.unit) in WANTED
    change = spoken.change(wanted, difference, signed=False, decimals=0 if named else None)
    needed = spoken.nouns(difference.metric, _rounded(each))
    if _monthly(spoken, difference):
        return words.message("say.needed", needed=needed, change=change, present=words.count(difference.n))
    return words.message(
        "say.needed_each", needed=needed, change=change, present=words.count(difference.n),
        versus=words.count(difference.n_versus),
    )  # fmt: skip


def _monthly(spoken: Spoken, difference: Difference) -> bool:
    """Whether a month is compared with another month, so that answers "a month" is what is meant."""
    return spoken.every(difference.segment.get(PERIOD)) == spoken.every(difference.versus) == "month"


def _rounded(n: float) -> int:
    """Upwards to two leading digits: a needed base is never known better than that."""
    size = 10 ** max(0, len(str(int(n))) - 2)
    return int(-(-n // size) * size)
