"""What a design leaves of the rows: effective size, degrees of freedom and variance of segments and of their unions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from cxlab.errors import DefinitionError, listing
from cxlab.estimate.basis.base import Floats, Groups
from cxlab.estimate.basis.counts import rows_design
from cxlab.interval.design import Effective, Totals, finite, raked, taylor
from cxlab.rows.read import Rows
from cxlab.tally.cells import Cells, cell_sums
from cxlab.tally.clusters import PsuSums, canonical, many_units, members, psu_sums
from cxlab.tally.counts import Counts
from cxlab.tally.cut import PERIOD, Cut

# Where a table has so many units, how many it has exactly changes a variance by less than one part in ten thousand.
ENOUGH = 10_000


@dataclass(frozen=True)
class Design:
    """How the rows came to be in the table: weights, clusters, strata and the population they are drawn from.

    `repeats` says that the clusters are the customers: answers of one customer are repeats, and each segment has
    customers of its own. Other clusters and strata are a design of the whole table, in which a segment is a domain.
    `noticed` says that nobody named the cluster. `margins` are those to which `cx.rake` weighted the rows.
    """

    weight: str | None = None
    cluster: str | None = None
    strata: str | None = None
    population: Any = None
    lonely: str | None = None
    noticed: bool = False
    repeats: bool = False
    margins: tuple[str, ...] = field(default=())

    @property
    def grouped(self) -> bool:
        """Whether rows share units or strata, so that sums over these are needed."""
        return self.cluster is not None or self.strata is not None

    @property
    def raked(self) -> bool:
        """Whether the weights are raked."""
        return bool(self.margins) and self.weight is not None

    @property
    def known(self) -> bool:
        """Whether the population was given as a number, or one for each stratum."""
        return self.population is not None and self.population != "all"

    @property
    def counted(self) -> bool:
        """Whether rows are drawn one by one from a population of known size."""
        return self.known and self.strata is None


def weights_of(rows: Rows, weight: str | None) -> tuple[str, ...]:
    """The margins to which the rows were raked, where it is the raked weight that is asked for."""
    return tuple(rows.margins) if weight is not None and rows.find(weight) == rows.find("weight") else ()


class Sizes(NamedTuple):
    """Effective sizes, degrees of freedom and variances of some segments, and what there is to say of each."""

    n: Floats
    df: Floats
    variance: Floats
    notes: list[tuple[str, ...]]


class Scored(NamedTuple):
    """A tally of answers as a mean of points: weights, numbers, squared weights (S, K) and each raw value's point."""

    cut: Cut
    tally: Counts
    score: str
    scoring: Mapping[object, float]
    points: Floats
    weights: Floats
    numbers: Floats
    squares: Floats
    cluster: str | None = None

    @property
    def rows(self) -> Floats:
        """Rows in the base of each segment."""
        return np.asarray(self.numbers.sum(axis=1), dtype=float)


class Plain:
    """Rows drawn one by one, with or without a bare weight column, from a population that may be known."""

    def __init__(self, scored: Scored, design: Design, t: bool) -> None:
        self.scored, self.design, self.t = scored, design, t
        self.whole, self.counted = _whole(scored), design.counted
        # Sums that add tell a union's size, but not the variance of a domain of the whole sample.
        self.again = design.counted or scored.tally.weighted
        if self.counted:
            _one_population(design)

    def segments(self) -> Sizes:
        """Sizes of all segments."""
        return self._sizes([[i] for i in range(len(self.scored.rows))])

    def unions(self, groups: Groups) -> tuple[Floats, Floats, Floats]:
        """Sizes of unions of segments."""
        return self._sizes(groups)[:3]

    def _sizes(self, groups: Groups) -> Sizes:
        one = self.scored
        counts, squares = (_union(table, groups) for table in (one.weights, one.squares))
        n = _union(one.rows, groups)
        size, df, variance = rows_design(counts, squares, n, one.points, one.tally.weighted)
        if self.t:
            df = np.where(n > 1, n - 1, 1.0)
        whole = np.array([self.whole[list(group)].max() for group in groups])
        if self.again:
            # Under a design a segment is a domain: its variance is that of a total over the whole sample.
            variance *= np.divide((n - 1) * whole, n * (whole - 1), out=np.ones(len(n)), where=(n > 1) & (whole > 1))
        if self.counted:
            size, variance = _finite(size, variance, whole, self.design)
        return Sizes(size, df, variance, [()] * len(groups))


class Raked:
    """Rows of `cx.rake`: what raking explains of the answers does not count as error."""

    again = True

    def __init__(self, scored: Scored, design: Design) -> None:
        self.scored, self.design, self.whole = scored, design, _whole(scored)
        weight = str(design.weight)
        self.cells: Cells = cell_sums(scored.cut, scored.score, scored.scoring, weight, design.margins)
        if design.counted:
            _one_population(design)

    def segments(self) -> Sizes:
        """Sizes of all segments."""
        return self._sizes([[i] for i in range(len(self.scored.rows))])

    def unions(self, groups: Groups) -> tuple[Floats, Floats, Floats]:
        """Sizes of unions of segments."""
        return self._sizes(groups)[:3]

    def _sizes(self, groups: Groups) -> Sizes:
        cells, order = self.cells, _order(self.cells.segments.values, self.scored.tally.segments.values)
        n, sy, syy = (_union(_at(table, order), groups) for table in (cells.n, cells.sy, cells.syy))
        found = raked(cells.margins, cells.rows, cells.weight, n, sy, syy)
        size, variance = np.where(n.sum(axis=1) > 0, found.n, 0.0), found.variance
        if self.design.counted:
            whole = np.array([self.whole[list(group)].max() for group in groups])
            size, variance = _finite(size, variance, whole, self.design)
        note = (f"raked to {listing(self.design.margins, 'and')}",)
        return Sizes(size, found.df, variance, [note] * len(groups))


class Grouped:
    """Rows that share clusters or strata."""

    def __init__(self, scored: Scored, design: Design, sums: PsuSums) -> None:
        self.scored, self.design, self.sums, self.again = scored, design, sums, True
        self.seen: dict[Any, float] | None = None
        self.alone: Plain | Raked | None = None
        self.drawn: Floats | None = None
        self.units = 0.0

    def segments(self, alone: Plain | Raked) -> Sizes:
        """Sizes of all segments; those whose customers answered once each are as rows on their own."""
        one, design, sums = self.scored, self.design, self.sums
        order = _order(sums.segments.values, one.tally.segments.values)
        psus = _at(sums.psus, order).sum(axis=1)
        if design.known:
            # A known population is one of units, so that rows are not held against it.
            self.drawn = _drawn(one, psus, sums.seen) if design.repeats else None
            alone.whole = np.zeros(len(psus)) if self.drawn is None else self.drawn
        once = (psus == one.rows) if design.repeats else np.zeros(len(psus), dtype=bool)
        touched = np.flatnonzero(~once & (one.rows > 0))
        size, df, variance, notes = alone.segments()
        if not len(touched):
            self.alone, self.units = alone, float(psus.sum())
            return Sizes(size, df, variance, notes)
        if not design.repeats:
            self.seen = dict(sums.seen or {})
            _check_units(self.seen, design)
        drawn = None if self.drawn is None else self.drawn[touched]
        found = self._effective(sums, order[touched], one.weights[touched], one.rows[touched], drawn)
        size[touched], df[touched], variance[touched] = found.n, found.df, found.variance
        if design.cluster is not None:
            for i in touched:
                notes[i] = (f"clustered by {design.cluster}: {psus[i]:g} {'unit' if psus[i] == 1 else 'units'}",)
        return Sizes(size, df, variance, notes)

    def unions(self, groups: Groups) -> tuple[Floats, Floats, Floats]:
        """Sizes of unions of segments: tallied again, since a cluster may stand in several of them."""
        parts, one = [], self.scored
        if self.alone is not None and self._whole == self.units:
            return self.alone.unions(groups)
        for group in groups:
            sums = self._sums(members(one.cut, group, one.tally.segments))
            counts, rows = one.weights[list(group)].sum(axis=0)[None], one.rows[list(group)].sum()[None]
            drawn = None if self.drawn is None else self.drawn[list(group)].max()[None]
            parts.append(self._effective(sums, np.array([0]), counts, rows, drawn))
        n, df, variance = (np.concatenate([getattr(part, name) for part in parts]) for name in ("n", "df", "variance"))
        return n, df, variance

    @cached_property
    def _whole(self) -> float:
        """Units in all rows, whatever their segment: fewer than those of the segments where one stands in several."""
        one = self.scored
        return float(self._sums(members(one.cut, range(len(one.rows)), one.tally.segments)).psus.sum())

    def _sums(self, cut: Cut) -> PsuSums:
        return grouped_sums(cut, [self.scored], self.design)[0]

    def _effective(self, sums: PsuSums, order: Floats, counts: Floats, rows: Floats, drawn: Floats | None) -> Effective:
        totals = Totals(*(getattr(sums, name)[order] for name in ("psus", "w", "wy", "ww", "wwy", "wyy")))
        squares = counts @ self.scored.points**2
        single = totals.psus.sum(axis=1) == 1
        seen = np.array([self.seen[name] for name in sums.strata]) if self.seen is not None else None
        if self.design.repeats and seen is None:
            # One customer alone shows no spread between customers: worth one answer, and no reason to refuse the rest.
            totals = replace(totals, psus=np.where(single[:, None], 2.0 * totals.psus, totals.psus))
        names = list(sums.strata) if self.design.strata is not None else None
        found = taylor(
            totals,
            rows,
            squares,
            seen=seen,
            drawn=None if drawn is None else drawn[:, None],
            population=self._population(sums.strata),
            strata=names,
            lonely=self.design.lonely,
        )
        if not single.any():
            return found
        whole = counts.sum(axis=1)
        mean_square = np.divide(squares, whole, out=np.full(len(whole), np.nan), where=whole > 0)
        return Effective(
            found.estimate,
            np.where(single, mean_square - found.estimate**2, found.variance),
            np.where(single, np.minimum(found.n, 1.0), found.n),
            np.where(single, 1.0, found.df),
        )

    def _population(self, strata: tuple[Any, ...]) -> Floats | None:
        population = self.design.population
        if not self.design.known:
            return None
        if self.design.strata is None:
            _one_population(self.design)
            return np.full(len(strata), float(population))
        if not isinstance(population, Mapping):
            raise DefinitionError(
                "A design with strata needs the population of each",
                f"population={population!r}, the strata are {listing(strata, 'and')}",
                "Give a mapping from stratum to its number of units",
            )
        lost = [name for name in strata if name not in population]
        if lost:
            raise DefinitionError(
                "The population of a stratum is not given",
                f"population= has {listing(population, 'and')}, the rows also {listing(lost, 'and')}",
                "Add it, or correct the name",
            )
        return np.array([float(population[name]) for name in strata])


def segment_sums(several: Sequence[Scored], design: Design) -> tuple[PsuSums, ...]:
    """The sums over units of each of several scores of one tally, by its segments: one query for all of them."""
    cut, segments = several[0].cut, several[0].tally.segments
    # Which of millions of units stand in several segments costs more than the sums, and is not to be seen where these
    # are many: a table that begins with so many has more, in which one segment may have more still.
    least = 0 if design.known or design.repeats or design.strata is not None else many_units(cut, design.cluster)
    whole = design.known or not (design.repeats or least >= ENOUGH)
    found = grouped_sums(canonical(cut, segments), several, design, whole)
    if least < ENOUGH:
        return found
    most = np.maximum(least, found[0].psus.max(axis=0, initial=0.0))
    return tuple(replace(one, seen=dict(zip(one.strata, most.tolist(), strict=True))) for one in found)


def grouped_sums(cut: Cut, several: Sequence[Scored], design: Design, whole: bool = False) -> tuple[PsuSums, ...]:
    """The sums over units of each of several scores by the segments of a cut; with `whole`, the units of all rows."""
    own = {"weight": design.weight, "cluster": design.cluster, "strata": design.strata}
    return psu_sums(cut, several[0].score, [one.scoring for one in several], **own, whole=whole)


def _check_units(seen: Mapping[Any, float], design: Design) -> None:
    if design.strata is None and sum(seen.values()) == 1:
        raise DefinitionError(
            "A design with one cluster shows no spread between clusters",
            f"the column '{design.cluster}' has one value",
            "Name a column of two or more clusters, or leave cluster= out",
        )


def _one_population(design: Design) -> None:
    if isinstance(design.population, Mapping):
        raise DefinitionError(
            "A population per stratum needs the strata",
            "population= is a mapping and strata= is not given",
            "Name the column of the strata: strata=...",
        )


def _finite(size: Floats, variance: Floats, whole: Floats, design: Design) -> tuple[Floats, Floats]:
    """Effective sizes and Taylor variances when `whole` rows of the population's N were asked."""
    population = np.full(len(whole), float(design.population))
    left = np.where(whole > 0, 1.0 - whole / np.maximum(population, 1.0), 1.0)
    return finite(size, whole, population), variance * left


def _whole(scored: Scored) -> Floats:
    """Rows in the base of the sample that each segment was drawn in: of its period, where there are periods."""
    return _of_period(scored, scored.rows)


def _drawn(scored: Scored, units: Floats, seen: Mapping[Any, float] | None) -> Floats:
    """Customers in the sample that each segment was drawn in, of which one may stand in several segments."""
    most = np.inf if seen is None else sum(seen.values())
    return np.minimum(_of_period(scored, units), most)


def _of_period(scored: Scored, rows: Floats) -> Floats:
    """Sums of rows or units over the segments of each segment's period, where there are periods."""
    segments = scored.tally.segments
    if segments.overlap:
        return rows
    place = segments.columns.index(PERIOD) if PERIOD in segments.columns else None
    keys = [None if place is None else value[place] for value in segments.values]
    sums: dict[Any, float] = {}
    for key, n in zip(keys, rows, strict=True):
        sums[key] = sums.get(key, 0.0) + float(n)
    return np.array([sums[key] for key in keys], dtype=float)


def _order(found: tuple[Any, ...], wanted: tuple[Any, ...]) -> Floats:
    """Where each wanted segment stands among those found; past the last where it is not among them."""
    place = {value: i for i, value in enumerate(found)}
    return np.array([place.get(value, len(found)) for value in wanted], dtype=int)


def _at(table: Floats, order: Floats) -> Floats:
    """Rows of a table in this order; a row of zeros where it has none."""
    return np.concatenate([table, np.zeros((1, *table.shape[1:]))])[order]


def _union(table: Floats, groups: Groups) -> Floats:
    if all(len(group) == 1 for group in groups):
        return np.asarray(table[[group[0] for group in groups]], dtype=float).reshape(len(groups), *table.shape[1:])
    return np.stack([table[list(group)].sum(axis=0) for group in groups])
