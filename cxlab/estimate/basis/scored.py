"""From a tally of answers to a basis: classes of points, effective size under the design, finite population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate.basis.base import Floats, Groups
from cxlab.estimate.basis.counts import CountsBasis, rows_design
from cxlab.interval.design import Effective, Totals, finite, taylor
from cxlab.tally.clusters import PsuSums, canonical, members, psu_sums
from cxlab.tally.counts import Counts
from cxlab.tally.cut import Cut

# A second pass over more rows than this costs many times the first one, so it is made only when asked for.
UNASKED = 5_000_000


@dataclass(frozen=True)
class Design:
    """How the rows came to be in the table: weights, clusters, strata and the population they are drawn from.

    `noticed` says that nobody named the cluster: the table has a column of customers, who may have answered twice.
    """

    weight: str | None = None
    cluster: str | None = None
    strata: str | None = None
    population: Any = None
    noticed: bool = False

    @property
    def grouped(self) -> bool:
        """Whether rows share units or strata, so that sums over these are needed."""
        return self.cluster is not None or self.strata is not None


def scored_basis(
    cut: Cut,
    tally: Counts,
    score: str,
    classes: Sequence[int | None],
    points: Floats,
    *,
    design: Design,
    kind: str,
    method: str,
    factor: float = 1.0,
    missing_class: int | None = None,
) -> tuple[CountsBasis, list[tuple[str, ...]]]:
    """The basis of the mean of `points` over classes of scale points, and notes for each segment.

    `classes[k]` is the class of scale point k (None: not in the base); `missing_class` puts rows without an answer into
    a class, for variants that keep them in the base.
    """
    place = np.array([len(points) if group is None else group for group in classes], dtype=int)
    counts, n, squares = (
        _grouped(tally, name, place, len(points), missing_class) for name in ("weights", "counts", "squares")
    )
    rows = n.sum(axis=1)
    unchecked: tuple[str, ...] = ()
    if design.noticed and rows.sum() > UNASKED:
        unchecked = (f"not checked whether a {design.cluster} stands in several rows: ask with cluster=",)
        design = replace(design, cluster=None)
    size, df, variance = rows_design(counts, squares, rows, points, tally.weighted)
    redesign = None
    weighed = (f"weighted by {design.weight}",) if tally.weighted else ()
    notes: list[tuple[str, ...]] = [(*weighed, *tally.notes, *unchecked) for _ in rows]
    if design.grouped and len(rows):
        scoring = {raw: points[i] for raw, i in _classes_of(tally, place, len(points), missing_class).items()}
        maker = _Redesign(cut, tally, score, scoring, design, counts, rows, points)
        size, df, variance, extra = maker.segments(size, df, variance)
        redesign = maker.unions if maker.clustered else None
        notes = [note + more for note, more in zip(notes, extra, strict=True)]
    if method == "t" and not design.grouped:
        df = rows - 1
    if design.population is not None and design.population != "all" and not (design.grouped and design.cluster is None):
        size, variance = _finite(size, rows, variance, design)
    bounds = (float(points[0] * factor), float(points[-1] * factor))
    basis = CountsBasis(
        kind=kind,
        method=method,
        points=np.asarray(points, dtype=float),
        counts=counts,
        n=rows,
        n_effective=size,
        df=df,
        variance=variance,
        squares=squares,
        bounds=bounds,
        factor=factor,
        weighted=tally.weighted,
        redesign=redesign,
    )
    return basis, notes


class _Redesign:
    """Effective sizes under clusters and strata, of segments and of unions of segments."""

    def __init__(
        self,
        cut: Cut,
        tally: Counts,
        score: str,
        scoring: Mapping[object, float],
        design: Design,
        counts: Floats,
        rows: Floats,
        points: Floats,
    ) -> None:
        self.cut, self.tally, self.score, self.scoring = cut, tally, score, scoring
        self.design, self.counts, self.rows, self.points = design, counts, rows, points
        self.clustered = False

    def segments(
        self, size: Floats, df: Floats, variance: Floats
    ) -> tuple[Floats, Floats, Floats, list[tuple[str, ...]]]:
        """Sizes of all segments; those whose clusters hold one row each stay as they are."""
        sums = self._sums(self.cut, self.tally)
        place = {value: i for i, value in enumerate(sums.segments.values)}
        order = np.array([place.get(value, -1) for value in self.tally.segments.values], dtype=int)
        psus = np.where(order >= 0, sums.psus[order].sum(axis=1), 0.0)
        alone = (psus == self.rows) & (self.design.strata is None)
        self.clustered = bool((~alone & (self.rows > 0)).any())
        notes: list[tuple[str, ...]] = [()] * len(order)
        if not self.clustered:
            return size, df, variance, notes
        touched = np.flatnonzero(~alone & (self.rows > 0))
        found = self._effective(sums, order[touched], self.counts[touched], self.rows[touched])
        size, df, variance = size.copy(), df.copy(), variance.copy()
        size[touched], df[touched], variance[touched] = found.n, found.df, found.variance
        if self.design.cluster is not None:
            for i in touched:
                notes[i] = (f"clustered by {self.design.cluster}: {psus[i]:g} units",)
        return size, df, variance, notes

    def unions(self, groups: Groups) -> tuple[Floats, Floats, Floats]:
        """Sizes of unions of segments: tallied again, since a cluster may stand in several of them."""
        parts = []
        for group in groups:
            sums = self._sums(members(self.cut, group, self.tally.segments), None)
            counts, rows = self.counts[list(group)].sum(axis=0)[None], self.rows[list(group)].sum()[None]
            parts.append(self._effective(sums, np.array([0]), counts, rows))
        return tuple(np.concatenate([getattr(part, name) for part in parts]) for name in ("n", "df", "variance"))  # type: ignore[return-value]

    def _sums(self, cut: Cut, tally: Counts | None) -> PsuSums:
        design = self.design
        keyed = canonical(cut, tally.keys) if tally is not None and tally.keys is not None else cut
        return psu_sums(
            keyed, self.score, self.scoring, weight=design.weight, cluster=design.cluster, strata=design.strata
        )

    def _effective(self, sums: PsuSums, order: Floats, counts: Floats, rows: Floats) -> Effective:
        totals = Totals(*(getattr(sums, name)[order] for name in ("psus", "w", "wy", "ww", "wwy", "wyy")))
        population = self.design.population
        known = None
        if isinstance(population, Mapping):
            known = np.array([float(population.get(name, np.nan)) for name in sums.strata])
        elif isinstance(population, (int, float)):
            known = np.full(len(sums.strata), float(population))
        return taylor(
            totals, rows, counts @ self.points**2, population=known, strata=[str(name) for name in sums.strata]
        )


def _grouped(tally: Counts, name: str, place: Floats, width: int, missing_class: int | None) -> Floats:
    """Sums over the scale points of each class."""
    source = getattr(tally, name)
    out = np.zeros((source.shape[0], width + 1))
    np.add.at(out.T, place, source.T)
    if missing_class is not None:
        lost = {"weights": tally.missing_weights, "counts": tally.missing, "squares": tally.missing_squares}[name]
        out[:, missing_class] += lost
    return out[:, :width]


def _classes_of(tally: Counts, place: Floats, width: int, missing_class: int | None) -> dict[object, int]:
    """The class of every raw value that is in the base."""
    found: dict[object, int] = {}
    for raw, reading in tally.raw.items():
        group = (
            missing_class if reading.value is None else int(place[int(np.searchsorted(tally.points, reading.value))])
        )
        if group is not None and group < width:
            found[raw] = group
    return found


def _finite(size: Floats, rows: Floats, variance: Floats, design: Design) -> tuple[Floats, Floats]:
    if design.cluster is not None:
        return size, variance  # the Taylor variance of clusters has it already
    if isinstance(design.population, Mapping):
        raise DefinitionError(
            "A population per stratum needs the strata",
            "population= is a mapping and strata= is not given",
            "Name the column of the strata: strata=...",
        )
    whole = np.full(len(rows), float(design.population))
    grown = finite(size, rows, whole)
    return grown, np.divide(variance * size, grown, out=np.zeros(len(rows)), where=grown > 0)
