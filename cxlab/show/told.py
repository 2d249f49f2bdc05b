"""The words around a figure: finding, what is drawn, notes, base and alternative text, in any of the languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cxlab.estimate import Differences, Estimate, Estimates
from cxlab.show.canvas import Canvas
from cxlab.show.named import SMALL_BASE, part_of
from cxlab.show.picture import Figure
from cxlab.show.scale import Scale
from cxlab.show.spoken import CLEAR, Spoken, listed, sentence
from cxlab.show.theme import Theme
from cxlab.words.locale import Locale

_WITH_LIMITS = 30


@dataclass(frozen=True)
class Told:
    """The words of one figure in one language."""

    title: str
    subtitle: str
    alt: str
    note: str = ""
    base: str = ""


def spoken_for(theme: Theme, estimates: object, small_base: int = SMALL_BASE, numbers: Scale | None = None) -> Spoken:
    """How the answers of a figure are said in its theme's language."""
    return Spoken(
        theme.words,
        theme.currency,
        getattr(estimates, "periods", None),
        small_base,
        pace=numbers.time if numbers else None,
        names=theme.names,
        mixed=isinstance(estimates, Sequence) and len({one.variant for one in estimates}) > 1,
    )


def figure(
    kind: str, theme: Theme, height: float, spoken: Spoken, tell: Callable[[Spoken], Told],
    draw: Callable[[Canvas], None], title: str | None = None,
) -> Figure:  # fmt: skip
    """A figure from the function that draws it and the one that tells it."""
    told = tell(spoken)

    def describe(words: Locale) -> str:
        return tell(replace(spoken, words=words)).alt

    return Figure(kind, title or told.title, told.subtitle, told.note, told.base, theme, height, draw, describe)


def alt(words: Locale, drawn: str, finding: str, numbers: Sequence[str]) -> str:
    """The alternative text: what is drawn, the finding, its numbers."""
    if not numbers:
        return words.message("alt.empty", drawn=drawn, finding=finding)
    return words.message("alt.figure", drawn=drawn, finding=finding, numbers=listed(words, numbers))


def finding(
    spoken: Spoken, estimates: Sequence[Estimate], name: Callable[[Estimate], str], metric: str | None = None
) -> str:
    """What the estimates say without a comparison: the only one, or the lowest and the highest; no claim beyond.

    Of small bases, which are not judged, nothing is claimed beside two others.
    """
    words = spoken.words
    shown = [e for e in estimates if e.estimate is not None]
    sound = [e for e in shown if not spoken.hollow(e)]
    shown = sound if len(sound) > 1 else shown
    if metric is None:
        metric = "".join({spoken.measured(e) if part_of(e) else spoken.metric(e.metric) for e in estimates[:1]})
    if not shown:
        return words.message("figure.nothing", metric=metric)
    if len(shown) == 1:
        where = name(shown[0])
        one = {"metric": metric, "value": spoken.value(shown[0])}
        return words.message("figure.one_of", where=where, **one) if where else words.message("figure.one", **one)
    low, high = (pick(shown, key=lambda e: e.estimate or 0.0) for pick in (min, max))
    if spoken.value(low) == spoken.value(high):
        return words.message("figure.equal", metric=metric, value=spoken.value(low))
    return words.message(
        "figure.range", metric=metric, low=spoken.value(low), high=spoken.value(high),
        where_low=name(low), where_high=name(high),
    )  # fmt: skip


def points(
    spoken: Spoken, estimates: Sequence[Estimate], name: Callable[[Estimate], str], limits: bool = True
) -> list[str]:
    """The numbers of an alternative text, all of them: who cannot see the drawing gets the same figures.

    Where the drawing has no `limits`, of very many only the first, the lowest, the highest and the last are told.
    """
    if limits:
        return [_point(spoken, e, name(e)) for e in estimates]
    shown = [e for e in estimates if e.estimate is not None] or list(estimates)
    ends = [shown[0], *(pick(shown, key=lambda e: e.estimate or 0.0) for pick in (min, max)), shown[-1]]
    many = len(shown) > _WITH_LIMITS
    plain = replace(spoken, small_base=0)  # what is drawn without intervals is never hollow
    return [_point(plain, e, name(e), bare=many and e not in ends) for e in estimates]


def _point(spoken: Spoken, estimate: Estimate, name: str, bare: bool = False) -> str:
    limits = "" if bare else spoken.limits(estimate)
    name = name or spoken.words.message("say.whole")
    given = {"name": name, "value": spoken.value(estimate)}
    if limits:
        said = spoken.words.message("alt.point", interval=limits, **given)
    else:
        said = spoken.words.message("alt.bare", **given)
    # The drawing says it by a hollow point.
    small = spoken.hollow(estimate) and estimate.estimate is not None
    return f"{said}: {spoken.words.message('state.small_base')}" if small else said


def compared(spoken: Spoken, found: Differences) -> tuple[str, str]:
    """The finding of differences, of which small bases are no comparisons, and the note on what is hollow."""
    words, metric = spoken.words, spoken.metric(found[0].metric)
    kinds = [spoken.verdict(d) for d in found]
    judged = len(kinds) - kinds.count("small_base")
    clear = sum(kind in CLEAR for kind in kinds)
    if judged:
        title = words.message("figure.differ", metric=metric, number=clear, n=judged)
    else:
        title = words.message("figure.small_bases", metric=metric)
    note = sentence(words, [
        words.message(f"define.adjust_{found.adjust}", level=spoken.level(found[0].level)),
        words.message("define.hollow_unclear") if clear < judged else "",
        words.message("define.small_base", smallest=words.count(spoken.small_base)) if "small_base" in kinds else "",
    ])  # fmt: skip
    return title, note


def bases(spoken: Spoken, estimates: Sequence[Estimate]) -> str:
    """The line of the bases: one base, or the smallest and the largest of those that may be told."""
    known = [e for e in estimates if e.n]
    if not known:
        return ""
    low, high = (pick(known, key=lambda e: e.n or 0) for pick in (min, max))
    if low.n == high.n:
        return spoken.words.message("figure.base", base=spoken.counted(low))
    return spoken.words.message("figure.base_from", low=spoken.words.count(low.n or 0), high=spoken.counted(high))


def hollow_note(spoken: Spoken, estimates: Sequence[Estimate]) -> str:
    """What a hollow point or bar means, where there is one."""
    words, small = spoken.words, any(spoken.hollow(e) and e.estimate is not None for e in estimates)
    note = words.message("define.hollow_base", smallest=words.count(spoken.small_base)) if small else ""
    return sentence(words, [note])


def scale_note(spoken: Spoken, low: str, high: str, starts_at_zero: bool) -> str:
    """Says where a scale begins when it does not begin at zero."""
    return "" if starts_at_zero else spoken.words.message("define.scale_from", low=low, high=high)


def unit(spoken: Spoken, name: str, time: str | None = None) -> str:
    """In what the numbers of a drawing are, where they do not carry it themselves as shares do."""
    words = spoken.words
    if name in ("share", "ratio", "count", "number", "rate"):  # "in rate" would say nothing
        return ""
    head = spoken.currency if name == "money" else words.message(f"unit_head.{time or name.replace(' ', '_')}")
    return words.message("draws.unit", unit=head or "")


def forest(spoken: Spoken, estimates: Estimates) -> str:
    """What a drawing or table of estimates with their intervals shows."""
    words, first = spoken.words, estimates[0]
    level, part = spoken.level(first.level), bool(part_of(first))
    if not sampled(estimates):
        return words.message("draws.full", metric=spoken.metric(first.metric))
    kind = "draws.change" if part else "draws.forest"
    return words.message(kind, metric=spoken.metric(first.metric, inside=part), level=level)


def sampled(estimates: Estimates) -> bool:
    """Whether any figure has an interval to be drawn; where there is no figure at all, none was counted in full."""
    known = [e for e in estimates if e.estimate is not None]
    return not known or any(e.low is not None or e.high is not None for e in known)
