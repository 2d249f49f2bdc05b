"""From a tally of answers to a basis: classes of points, effective size under the design, finite population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cxlab.estimate.basis.base import Floats
from cxlab.estimate.basis.counts import CountsBasis
from cxlab.estimate.basis.designed import Design, Grouped, Plain, Raked, Scored, segment_sums
from cxlab.tally.counts import Counts
from cxlab.tally.cut import Cut

# A second pass over more rows than this costs many times the first one, so it is made only when asked for.
UNASKED = 5_000_000
Scoring = tuple[CountsBasis, list[tuple[str, ...]]]


def scored_bases(
    cut: Cut,
    tally: Counts,
    score: str,
    several: Sequence[Sequence[int | None]],
    points: Floats,
    *,
    design: Design,
    kind: str,
    method: str,
    factor: float = 1.0,
    missing_class: int | None = None,
) -> list[Scoring]:
    """For each of several ways to put answers into classes: the basis of the mean of `points`, and notes by segment.

    A way names the class of each scale point (None: not in the base); `missing_class` puts rows without an answer into
    a class, for variants that keep them in the base. Units are summed once for all ways.
    """
    rows = tally.n.sum() + (0.0 if missing_class is None else tally.missing.sum())
    unchecked: tuple[str, ...] = ()
    if design.noticed and rows > UNASKED:
        unchecked = (f"not checked whether a {design.cluster} stands in several rows: ask with cluster=",)
        design = replace(design, cluster=None, repeats=False)
    ways = [_scored(cut, tally, score, classes, points, design, missing_class) for classes in several]
    grouped = design.grouped and len(tally.n) > 0
    sums = segment_sums(ways, design) if grouped else ()
    found = []
    for i, one in enumerate(ways):
        alone = Raked(one, design) if design.raked and len(one.rows) else Plain(one, design, t=method == "t")
        shared = Grouped(one, design, sums[i]) if grouped else None
        sizes = alone.segments() if shared is None else shared.segments(alone)
        maker = alone if shared is None else shared
        notes = [_weight_notes(design, tally, k, unchecked) + more for k, more in enumerate(sizes.notes)]
        basis = CountsBasis(
            kind=kind,
            method=method,
            points=one.points,
            counts=one.weights,
            n=one.rows,
            n_effective=sizes.n,
            df=sizes.df,
            variance=sizes.variance,
            squares=one.squares,
            bounds=(float(points[0] * factor), float(points[-1] * factor)),
            factor=factor,
            weighted=tally.weighted,
            source=one,
            redesign=maker.unions if maker.again else None,
        )
        found.append((basis, notes))
    return found


def _scored(
    cut: Cut,
    tally: Counts,
    score: str,
    classes: Sequence[int | None],
    points: Floats,
    design: Design,
    missing_class: int | None,
) -> Scored:
    """The answers of a tally in one way to put them into classes."""
    place = np.array([len(points) if group is None else group for group in classes], dtype=int)
    weights, numbers, squares = (
        _grouped(tally, name, place, len(points), missing_class) for name in ("weights", "counts", "squares")
    )
    scoring = {raw: float(points[i]) for raw, i in _classes_of(tally, place, len(points), missing_class).items()}
    values = np.asarray(points, dtype=float)
    return Scored(cut, tally, score, scoring, values, weights, numbers, squares, design.cluster)


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


def _weight_notes(design: Design, tally: Counts, position: int, unchecked: tuple[str, ...]) -> tuple[str, ...]:
    """What there is to say of the weights of a segment."""
    if not tally.weighted:
        return (*tally.notes, *unchecked)
    nothing = tally.n[position] > 0 and tally.weights[position].sum() <= 0
    none = ("every weight is 0",) if nothing else ()
    return (*none, f"weighted by {design.weight}", *tally.notes, *unchecked)
