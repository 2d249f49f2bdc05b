"""Comparing segments and periods: one rule for every metric, from intervals at a simultaneous critical value.

Each segment's limits are asked again at the critical value of the whole family, and two of them make the limits of a
difference (MOVER). So the comparison never asks which metric it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from cxlab.errors import ComparisonError, listing
from cxlab.estimate import NO_DATA, POPULATION, UNBOUNDED, Estimate, Estimates
from cxlab.estimate.basis.base import Basis, Floats
from cxlab.estimate.differences import Difference, Differences
from cxlab.interval import difference as differences
from cxlab.interval import simultaneous
from cxlab.metric import better_of, level_of
from cxlab.tally.cut import PERIOD

BOTH = "some units stand in both: not independent"
ADJUSTMENTS = ("simultaneous", "holm", "bh", "none")


@dataclass(frozen=True)
class _Family:
    """The contrasts of one comparison: rows of a basis, `first` minus `second`, and the words for `second`.

    `places` says where each row stands among the estimates; rows past the segments are their rests.
    """

    basis: Basis
    first: np.ndarray
    second: np.ndarray
    versus: list[str]
    places: list[int]
    rest: bool = False


def compare(
    estimates: Estimates, to: Any = "pairs", adjust: str = "simultaneous", level: float | None = None
) -> Differences:
    """Differences between the segments of a metric with simultaneous limits, adjusted p-values and verdicts.

    `to` is "pairs", "rest" (each segment against all the others together), "previous" (each period against the one
    before) or a segment, the baseline. With periods among the cuts, segments are compared within each period. `adjust`
    is "simultaneous" (the default: the maximum of all contrasts), "holm", "bh" or "none"; under these three the printed
    limits are at the nominal level and the verdict follows the p-value. A verdict is not "unclear" exactly when the
    p-value is below 1 - level. Segments that overlap, and figures of two definitions, are not compared; where a
    customer or cluster stands on both sides a note says so. `.omnibus` is the p-value of no difference between any
    of them (Welch's analysis of variance, a permutation test where a segment shows no spread), None with several
    families.
    Source: Hothorn, Bretz and Westfall 2008; Donner and Zou 2012.
    """
    if adjust not in ADJUSTMENTS:
        raise ComparisonError(
            f"There is no adjustment '{adjust}'", f"there are {listing(ADJUSTMENTS)}", "Choose one of these"
        )
    basis = estimates.basis()
    _comparable(estimates, to)
    level = estimates[0].level if level is None else level_of(level, "compare")
    found: list[Difference] = []
    families, touching = _families(estimates, basis, to), basis.spanning()
    for family in families:
        found.extend(_compare(estimates, family, adjust, level, touching))
    omnibus = basis.omnibus(level) if len(families) == 1 else float("nan")
    return Differences(
        found,
        by=(*estimates.by, *_axis(estimates)),
        to=str(to),
        adjust=adjust,
        omnibus=None if np.isnan(omnibus) else omnibus,
    )


def _compare(
    estimates: Estimates, family: _Family, adjust: str, level: float, touching: frozenset[tuple[int, int]]
) -> list[Difference]:
    basis, first, second = family.basis, family.first, family.second
    z = basis.critical(level)
    smooth = basis.smoothed()
    low, high = smooth.at(z)
    se = simultaneous.standard_errors(low, high, z)
    df = basis.df
    size = len(basis.n) // 2 if family.rest else len(basis.n)
    rest_se = se[size:] if family.rest else None
    joint = simultaneous.family(se[:size], first, second, level, df=df[:size], n=basis.n[:size], rest_se=rest_se)
    nominal = float(np.max(z[np.isfinite(z)], initial=0.0))
    # With one segment that has answers there is no contrast, and its own limits are all there is.
    widest = joint.critical if np.isfinite(joint.critical) else nominal
    start = widest if adjust == "simultaneous" else nominal
    z_star = differences.critical(basis.at, basis.estimate, first, second, start)
    if adjust == "simultaneous":
        p = joint.p_values(z_star)
        reach = np.full(len(basis.n), widest)
    else:
        raw = differences.p_value(z_star, differences.welch_df(se[first], df[first], se[second], df[second]))
        p = {"holm": simultaneous.holm, "bh": simultaneous.bh, "none": lambda values: values}[adjust](raw)
        reach = z
    low, high = basis.at(reach)
    points = basis.estimate
    gap, under, over = differences.mover(
        points[first], low[first], high[first], points[second], low[second], high[second]
    )
    return [
        _difference(
            estimates,
            family,
            level,
            row,
            (gap[row], under[row], over[row], p[row]),
            _detectable(se, reach, first[row], second[row]),
            _shared(family, row, touching),
        )
        for row in range(len(first))
    ]


def _detectable(se: Floats, reach: Floats, i: int, j: int) -> float:
    """The smallest true difference that would be shown with 80 % power, at the critical value used."""
    power = 0.8416212335729143  # the normal quantile of 0.8
    return float(np.hypot(se[i], se[j]) * (max(reach[i], reach[j]) + power))


def _shared(family: _Family, row: int, touching: frozenset[tuple[int, int]]) -> tuple[str, ...]:
    """A note where one customer or cluster stands on both sides, so that they are not independent."""
    if not touching:
        return ()
    i, j = int(family.first[row]), int(family.second[row])
    mine = family.places[i]
    if family.rest:
        both = any((mine, other) in touching for other in family.places)
    else:
        both = (mine, family.places[j]) in touching
    return (BOTH,) if both else ()


def _difference(
    estimates: Estimates,
    family: _Family,
    level: float,
    row: int,
    figures: tuple[float, ...],
    detectable: float,
    shared: tuple[str, ...],
) -> Difference:
    gap, low, high, p = (None if np.isnan(figure) else float(figure) for figure in figures)
    i, j = int(family.first[row]), int(family.second[row])
    mine = estimates[family.places[i]]
    verdict = "unclear"
    if p is not None and gap is not None and p < 1 - level:
        verdict = "higher" if gap > 0 else "lower"
    reason = (NO_DATA,) if gap is None else (UNBOUNDED, *shared) if low is None or high is None else shared
    return Difference(
        segment=mine.segment,
        versus=family.versus[row],
        metric=mine.metric,
        variant=mine.variant,
        unit=mine.unit,
        n=round(float(family.basis.n[i])),
        n_versus=round(float(family.basis.n[j])),
        difference=gap,
        low=low,
        high=high,
        level=level,
        p_value=p,
        detectable=None if np.isnan(detectable) else detectable,
        verdict=verdict,
        better=better_of(mine),
        notes=reason,
    )


def _axis(estimates: Estimates) -> tuple[str, ...]:
    return (estimates.axis,) if estimates.axis and estimates.axis not in estimates.by else ()


def _comparable(estimates: Estimates, to: Any) -> None:
    if estimates.overlap:
        raise ComparisonError(
            "Segments of cx.each overlap, so they are not independent",
            f"they are cut by {listing(estimates.by)}",
            "Compare segments of a column in which each row stands in one",
        )
    if any(POPULATION in estimate.notes for estimate in estimates):
        raise ComparisonError(
            "Population values have no sampling error to compare by",
            "population='all' was asked",
            "Subtract them, or leave population= out to read the log as a draw of its process",
        )
    kinds = {
        (
            e.metric,
            e.variant,
            e.unit,
            tuple(sorted((k, str(v)) for k, v in e.definition.items() if k not in ("window", "zone"))),
        )
        for e in estimates
    }
    if len(kinds) > 1:
        raise ComparisonError(
            "Figures of different definitions are not compared",
            f"there are {len(kinds)} definitions among them",
            "Ask the metric once, with one variant and scale",
        )
    if len(estimates) < 2:
        raise ComparisonError(
            "There is nothing to compare",
            f"there is {len(estimates)} estimate",
            "Cut the metric by a column or a period: by=",
        )
    if to == "previous" and PERIOD not in estimates.by:
        raise ComparisonError(
            "Comparing with the previous period needs periods",
            f"the cut is {listing(estimates.by)}",
            "Add cx.period(...) to by=",
        )
    if estimates.axis not in (None, PERIOD) and len({e.segment[estimates.axis] for e in estimates}) > 1:
        raise ComparisonError(
            f"The rows of one segment along '{estimates.axis}' share a base",
            "they are parts of one whole",
            f"Compare one of them between segments: .where({estimates.axis}=...).compare()",
        )


def _families(estimates: Estimates, basis: Basis, to: Any) -> list[_Family]:
    """One family of contrasts per period; all changes from one period to the next are one family."""
    if to == "previous":
        return [_changes(estimates, basis)]
    groups: dict[Any, list[int]] = {}
    for i, estimate in enumerate(estimates):
        key = None if estimates.by == (PERIOD,) else estimate.segment.get(PERIOD)
        groups.setdefault(key, []).append(i)
    return [_family(estimates, basis, rows, to) for rows in groups.values() if len(rows) > 1]


def _changes(estimates: Estimates, basis: Basis) -> _Family:
    """Each period of a segment against the one before."""
    tracks: dict[Any, list[int]] = {}
    for i, estimate in enumerate(estimates):
        tracks.setdefault(tuple(v for k, v in estimate.segment.items() if k != PERIOD), []).append(i)
    steps = [(after, before) for rows in tracks.values() for before, after in pairwise(rows)]
    if not steps:
        raise ComparisonError("There is no period before", "each segment has one period", "Ask for two periods or more")
    first, second = (np.array(side, dtype=int) for side in zip(*steps, strict=True))
    versus = [str(estimates[int(j)].segment[PERIOD]) for j in second]
    return _Family(basis, first, second, versus, list(range(len(estimates))))


def _family(estimates: Estimates, basis: Basis, rows: list[int], to: Any) -> _Family:
    part = basis.take(np.array(rows, dtype=int))
    names = [_name(estimates[i]) for i in rows]
    size = len(rows)
    if to == "rest":
        alone, others = [[i] for i in range(size)], [[k for k in range(size) if k != i] for i in range(size)]
        first, second = simultaneous.rest(size)
        return _Family(part.pool([*alone, *others]), first, second, ["rest"] * size, rows, rest=True)
    if to == "pairs":
        first, second = simultaneous.pairs(size)
    else:
        first, second = simultaneous.against(size, _baseline(estimates, rows, to))
    return _Family(part, first, second, [names[j] for j in second], rows)


def _baseline(estimates: Estimates, rows: list[int], to: Any) -> int:
    for place, i in enumerate(rows):
        values = [v for k, v in estimates[i].segment.items() if k != PERIOD] or list(estimates[i].segment.values())
        if to in values or to == tuple(values) or to == _name(estimates[i]):
            return place
    names = [_name(estimates[i]) for i in rows]
    raise ComparisonError(
        f"No segment {to!r} to compare with",
        f"the segments are {listing(names)}",
        "Name one of them, or 'pairs', 'rest' or 'previous'",
    )


def _name(estimate: Estimate) -> str:
    segment = estimate.segment
    if set(segment) == {PERIOD}:
        return str(segment[PERIOD])
    return ", ".join("none" if v is None else str(v) for k, v in segment.items() if k != PERIOD)
