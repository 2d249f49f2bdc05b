"""Small segments beside what all of them say together: the raw figure and the shrunken one, never one alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from cxlab.errors import ComparisonError, listing
from cxlab.estimate import POPULATION, Estimate, Estimates, Facts
from cxlab.estimate.basis.base import Basis
from cxlab.estimate.basis.counts import CountsBasis
from cxlab.interval import shrink as shrinking
from cxlab.interval import simultaneous
from cxlab.tally.cut import PERIOD

FIGURE = "figure"
RAW, SHRUNK = "raw", "shrunk"


def shrink(estimates: Estimates) -> Estimates:
    """Each segment twice, in the metric's unit: its raw figure, and that figure drawn towards the mean of all segments.

    The axis `figure` is "raw" or "shrunk". A segment of few answers is drawn far, one of many hardly; where segments
    differ no more than their errors explain, all share one mean. With periods among the cuts those of each period are
    drawn together. Shrunken figures rank small segments better than raw ones and are not unbiased for any one of
    them: show both. Fewer than four segments with answers are an error; so are overlapping ones and population values.
    Source: Morris 1983; Paule and Mandel 1982.
    """
    basis = estimates.basis()
    if estimates.overlap or estimates.axis not in (None, PERIOD) or any(POPULATION in one.notes for one in estimates):
        raise ComparisonError(
            "Only independent segments of a sample are shrunk",
            f"these are cut by {listing(estimates.by)} and overlap, share a base or are population values",
            "Ask the metric by a column in which each row stands in one segment",
        )
    groups: dict[object, list[int]] = {}
    for i, one in enumerate(estimates):
        groups.setdefault(one.segment.get(PERIOD), []).append(i)
    drawn: dict[int, Estimate] = {}
    for rows in groups.values():
        part = basis.take(np.array(rows, dtype=int))
        z = float(ndtri((1 + estimates[rows[0]].level) / 2))
        figures = shrinking.morris(part.estimate, _variances(part, z), z)
        for place, i in enumerate(rows):
            drawn[i] = _drawn(estimates[i], part, tuple(float(x[place]) for x in figures))
    items = [two for i, one in enumerate(estimates) for two in (_named(one, RAW), drawn[i])]
    return Estimates(items, by=estimates.by, axis=FIGURE, ledger=estimates.ledger, periods=estimates.periods)


def _variances(basis: Basis, z: float) -> np.ndarray:
    """Squared standard errors, from smoothed counts where there are counts; nan without answers."""
    if isinstance(basis, CountsBasis):
        counts = np.nan_to_num(basis.shares) * np.nan_to_num(basis.n_effective)[:, None]
        return np.asarray(shrinking.error_variance(counts, basis.points * basis.factor))
    used = np.full(len(basis.n), z)
    squared = simultaneous.standard_errors(*basis.at(used), used) ** 2
    return np.where(squared > 0, squared, np.nan)


def _named(one: Estimate, figure: str) -> Estimate:
    return replace(one, id=f"{one.id[:-1]}{',' if one.segment else ''}figure={figure}]", segment=_segment(one, figure))


def _segment(one: Estimate, figure: str) -> Facts:
    return Facts({**one.segment, FIGURE: figure})


def _drawn(one: Estimate, basis: Basis, figures: tuple[float, ...]) -> Estimate:
    low, high = (float(x) for x in basis.bounds)
    named = replace(_named(one, SHRUNK), method="morris")
    if np.isnan(figures[0]):
        return replace(named, estimate=None, low=None, high=None)
    value, under, over = (float(np.clip(x, low, high)) for x in figures)
    return replace(
        named, estimate=value, low=under, high=over, notes=("drawn towards the mean of all segments", *one.notes)
    )
