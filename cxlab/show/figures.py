"""The figure that fits: chosen by what the estimates are cut by, so that `.plot()` needs no kind."""

from __future__ import annotations

from typing import Any

from cxlab.errors import DefinitionError, did_you_mean, listing
from cxlab.estimate import Differences, Estimates
from cxlab.show.curve import AT, curve
from cxlab.show.distribution import distribution, diverging
from cxlab.show.flow import flow
from cxlab.show.forest import differences, forest
from cxlab.show.heat import heat_map
from cxlab.show.importance import importance
from cxlab.show.multiples import multiples
from cxlab.show.picture import Figure
from cxlab.show.theme import BRAND, Theme
from cxlab.show.trend import trend
from cxlab.tally.cut import PERIOD

KINDS = {
    "forest": forest, "trend": trend, "distribution": distribution, "diverging": diverging, "curve": curve,
    "heat": heat_map, "multiples": multiples,
}  # fmt: skip
_DISTRIBUTED = ("point", "band")

__all__ = ["KINDS", "flow", "importance", "plot", "plot_differences"]


def plot(
    estimates: Estimates, locale: str = "en", *, kind: str | None = None, theme: Theme | None = None,
    brand: str = BRAND, currency: str | None = None, number: int | None = None, **options: Any,
) -> Figure:  # fmt: skip
    """The figure of some estimates: segments as a forest, periods as a trend, points or bands of a scale as a
    distribution, times `at` as a curve, one answer as one interval.

    `kind` asks for another: forest, trend, distribution, diverging, curve, heat, multiples. `theme` (or `locale`,
    `brand` and `currency`) is the look; `number` the figure's number in a report; further options are the kind's own:
    `title`, `small_base`, and `total` (forest), `chart` (trend), `left right emphasis` (diverging).
    """
    if not len(estimates):
        raise DefinitionError(
            "There is nothing to draw", "there are no estimates", "Ask the metric of rows that are there"
        )
    kind = kind or fitting(estimates)
    if kind not in KINDS:
        raise DefinitionError(
            f"There is no figure '{kind}'",
            f"There are {listing(KINDS, 'and')}",
            did_you_mean(kind, KINDS) or "Choose one of them",
        )
    look = theme or Theme(locale, brand, currency)
    figure = KINDS[kind](estimates, look, **options)  # type: ignore[operator]
    return figure.titled(figure.title, number)


def plot_differences(
    found: Differences, locale: str = "en", *, theme: Theme | None = None, brand: str = BRAND,
    currency: str | None = None, number: int | None = None, **options: Any,
) -> Figure:  # fmt: skip
    """The figure of some differences: each with its interval around a line at zero, hollow where it is unclear."""
    figure = differences(found, theme or Theme(locale, brand, currency), **options)
    return figure.titled(figure.title, number)


def fitting(estimates: Estimates) -> str:
    """The kind of figure that suits these cuts."""
    segments = [column for column in estimates.by if column != PERIOD]
    if estimates.axis == AT:
        return "curve"
    if estimates.axis in _DISTRIBUTED:
        return "diverging" if segments and _two_camps(estimates) else "distribution" if not segments else "heat"
    if PERIOD in estimates.by or estimates.axis == PERIOD:
        if len({e.segment[PERIOD] for e in estimates}) < 2:
            return "forest"
        return "multiples" if segments else "trend"
    return "forest"


def _two_camps(estimates: Estimates) -> bool:
    return {"detractors", "promoters"} <= {e.segment[str(estimates.axis)] for e in estimates}
