"""The one path of every survey figure: rows, tally, basis, estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxlab.estimate import Estimates
from cxlab.estimate.basis.scored import scored_bases
from cxlab.metric import Question
from cxlab.rows.distinct import distinct
from cxlab.rows.numbers import number
from cxlab.rows.read import Rows
from cxlab.tally.counts import Counts, counts
from cxlab.tally.cut import Cut
from cxlab.units import INDEX, Unit, scale_points


def tally_of(rows: Rows, score: str, scale: tuple[float, float], ask: Question) -> tuple[Cut, Counts]:
    """The cut and the counts of one score under a question, repeated answers dropped."""
    rows, weight = distinct(rows, "answer"), ask.weighing(rows)
    if weight is not None:
        rows = number(rows, weight, ask.about.name)
    cut = ask.cut(rows)
    return cut, counts(cut, score, scale, weight=weight, missing=ask.missing, metric=ask.about.name)


def mean_of_classes(
    rows: Rows,
    score: str,
    scale: tuple[float, float],
    ask: Question,
    classes: Sequence[int | None],
    points: Any,
    factor: float,
    unit: Unit,
    *,
    keep: int | None = None,
    counted: str = "",
    notes: tuple[str, ...] = (),
    facts: Mapping[str, object] | None = None,
) -> Estimates:
    """The one path of every survey figure: tally, basis, estimates."""
    cut, tally = tally_of(rows, score, scale, ask)
    ((basis, extra),) = scored_bases(
        cut,
        tally,
        score,
        [classes],
        points,
        design=ask.design(rows),
        kind=ask.variant.kind,
        method=ask.method,
        factor=factor,
        missing_class=keep,
    )
    said = [(*notes, *_missing_note(tally, i, keep), *more) for i, more in enumerate(extra)]
    base = "all answers" if keep is not None else "answers on the scale"
    definition = (
        definition_of(ask, cut, f"{scale[0]:g} to {scale[1]:g}", base) | {"counted": counted} | dict(facts or {})
    )
    return ask.answer(tally.segments, basis, unit=unit, definition=definition, notes=said, ledger=rows.ledger)


def mean_of_points(
    rows: Rows, score: str, scale: tuple[float, float], ask: Question, facts: Mapping[str, object] | None = None
) -> Estimates:
    points = np.arange(scale[0], scale[1] + 1)
    return mean_of_classes(rows, score, scale, ask, range(len(points)), points, 1.0, scale_points(*scale), facts=facts)


def mean_as_index(
    rows: Rows,
    score: str,
    scale: tuple[float, float],
    ask: Question,
    turned: bool = False,
    facts: Mapping[str, object] | None = None,
) -> Estimates:
    """The mean as points from 0 to 100; turned where low answers are the good ones."""
    points = (np.arange(scale[0], scale[1] + 1) - scale[0]) / (scale[1] - scale[0])
    classes = list(range(len(points)))[:: -1 if turned else 1]
    return mean_of_classes(rows, score, scale, ask, classes, points, 100.0, INDEX, facts=facts)


def definition_of(ask: Question, cut: Cut, scale: str, base: str) -> dict[str, object]:
    return {
        "scale": scale,
        "base": base,
        "formula": ask.variant.formula,
        "exclusions": "blank and declared codes" if base != "all answers" else "",
        "window": cut.window.key if cut.window else "",
        "zone": cut.zone,
    }


def _missing_note(tally: Counts, position: int, keep: int | None) -> tuple[str, ...]:
    lost = int(tally.missing[position])
    return (f"missing: {lost}",) if lost and keep is None else ()
