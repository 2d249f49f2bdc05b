"""Does a score go with what customers do later: odds ratio, area under the curve, and observed against expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
from scipy.special import expit, ndtri

from cxlab.errors import AnswerError
from cxlab.estimate import UNBOUNDED, Estimate, Estimates, Facts
from cxlab.interval import auc, logistic
from cxlab.interval.score import limits
from cxlab.metric import level_of
from cxlab.rows.distinct import distinct
from cxlab.rows.read import Rows, collect, rows_of
from cxlab.rows.scores import scale_of
from cxlab.tally.counts import counts
from cxlab.tally.cut import cut
from cxlab.tally.joint import Joint, joint
from cxlab.units import NUMBER, SHARE

if TYPE_CHECKING:
    import pandas as pd

Floats = np.ndarray

MEASURE = "measure"
UNDECLARED = "scale not declared: every score was taken"
ANY = (-1e9, 1e9)  # beyond what a scale can have
FEWEST = 2


class Link(Estimates):
    """The odds ratio and the AUC; `calibration` is a frame with one row for each score.

    Its columns: score, n, observed (share with the outcome), low, high, predicted (by the logistic line).
    """

    calibration: pd.DataFrame


def link(
    rows: Any,
    score: str,
    outcome: str,
    scale: Any = None,
    *,
    weight: str | None = None,
    level: float = 0.95,
    missing: Sequence[object] = (),
) -> Link:
    """How a score goes with a later outcome: the odds ratio per point (a number) and the AUC (a share, 0 to 1).

    `rows` has one row for each customer; `score` is the column of the score, `outcome` a column of 1 (it happened) and
    0 (it did not). With `scale` a score that is not on it is an error; without, all scores are taken, and that is said.
    Blanks in either are left out and counted: a customer not followed long enough has no outcome, and did not fail to
    return. The AUC is the chance that one with the outcome has the higher score, ties counting one half; below one half
    the score goes against the outcome.

    Odds ratio: logistic regression with Wald limits, Firth's with profile limits where the score separates the groups
    (noted). AUC: DeLong on the logit scale; near 0 and 1 its limits are too short, and at 0 or 1 there are none. It is
    association, not cause, unless the score was assigned at random. Fewer than two customers with the outcome, or
    without, are an error. Source: Woolf 1955; Firth 1993; DeLong, DeLong and Clarke-Pearson 1988.

    >>> import pyarrow as pa
    >>> table = pa.table({"easy": [1] * 100 + [0] * 90, "bought": [1] * 80 + [0] * 20 + [1] * 45 + [0] * 45})
    >>> [round(e.estimate, 4) for e in link(table, "easy", "bought", scale=(0, 1))]
    [4.0, 0.6662]
    """
    source = rows_of(rows)
    level = level_of(level, "link")
    column = source.column(score, "link")
    declared = scale is not None or column in source.scale
    ends = scale_of(scale, source, column, "link") if declared else _seen(source, score, missing)
    heft = weight if weight is not None else ("weight" if source.has("weight") else None)
    tally = joint(source, {score: ends, outcome: (0.0, 1.0)}, weight=heft, missing=missing, why="link")
    points, k, m, n = _table(tally, outcome)
    z = float(ndtri((1 + level) / 2))
    slope, low, high = logistic.slope_limits(points, k, m, z)
    odds = (float(np.exp(slope)), float(np.exp(low)), float(np.exp(min(high, 700.0))))
    fit = logistic.fit(points, k, m)
    notes = ("association, not cause", *(() if declared else (UNDECLARED,)), *_notes(source, tally, heft))
    apart = ("the score separates the groups: Firth's penalised likelihood",) if fit.separated else ()
    area = auc.limits(k, m, z)

    def made(name: str, figures: tuple[float, float, float], unit: str, method: str, more: tuple[str, ...]) -> Estimate:
        value, under, over = (None if not np.isfinite(x) else float(x) for x in figures)
        bare = (UNBOUNDED,) if value is not None and None in (under, over) else ()
        return Estimate(
            id=f"link.{name}[{score},{outcome}]", metric="link", variant=name, estimate=value, low=under, high=over,
            level=level, n=int(n.sum()), n_effective=float(n.sum() * tally.worth), unit=unit, method=method,
            segment=Facts({MEASURE: name}),
            definition=Facts({"score": score, "outcome": outcome, "scale": f"{ends[0]:g} to {ends[1]:g}"}),
            notes=(*bare, *more, *notes),
        )  # fmt: skip

    items = [
        made("odds_ratio", odds, NUMBER.name, "firth" if fit.separated else "wald", apart),
        made("auc", area, SHARE.name, "delong", ()),
    ]
    found = Link(items, axis=MEASURE, ledger=source.ledger)
    found.calibration = _calibration(points, k, m, n, fit, z)
    return found


def _seen(source: Rows, score: str, missing: Sequence[object]) -> tuple[float, float]:
    """The least and the greatest score of a column whose scale nobody declared."""
    rows = distinct(source, "answer")
    tally = counts(cut(rows, None, None, None, "link"), score, ANY, missing=missing, metric="link", steps=False)
    values = [reading.value for reading in tally.raw.values() if reading.value is not None]
    return (min(values), max(values)) if values else (0.0, 1.0)


def _table(tally: Joint, outcome: str) -> tuple[Floats, Floats, Floats, Floats]:
    """Scores, weighted numbers with and without the outcome at their effective size, and rows."""
    x, happened = (tally.values[:, i] for i in range(2))  # noqa: PD011 - not a frame
    odd = np.setdiff1d(happened, [0.0, 1.0])
    if len(odd):
        raise AnswerError(
            "An outcome is 1 or 0", f"the column '{outcome}' holds {odd[0]:g}", "Say which rows had it with 1 and 0"
        )
    points, place = np.unique(x, return_inverse=True)
    k, m, n = (
        np.bincount(place, weights, len(points)) for weights in (tally.w * happened, tally.w * (1 - happened), tally.n)
    )
    with_it, without = tally.n[happened == 1].sum(), tally.n[happened == 0].sum()
    if min(with_it, without) < FEWEST or len(points) < 2 or k.sum() <= 0 or m.sum() <= 0:
        raise AnswerError(
            "Both outcomes and two scores are needed to link them",
            f"{with_it:g} rows have the outcome, {without:g} have not, and there are {len(points)} scores",
            "Take more customers, or a longer time to follow them",
        )
    size = tally.n.sum() * tally.worth / (k.sum() + m.sum())
    return points, k * size, m * size, n


def _calibration(points: Floats, k: Floats, m: Floats, n: Floats, fit: logistic.Fit, z: float) -> pd.DataFrame:
    """Observed shares with their limits, and those on the logistic line."""
    import pandas as pd

    low, high = limits(np.column_stack([m, k]), [0.0, 1.0], z)
    share = k / np.where(k + m > 0, k + m, np.nan)
    frame = pd.DataFrame({"score": points, "n": n.astype(int)})
    columns = {"observed": share, "low": low, "high": high, "predicted": expit(fit.level + fit.slope * points)}
    for name, values in columns.items():
        frame[name] = pd.array([None if np.isnan(x) else float(x) for x in values], dtype=pd.Float64Dtype())
    return frame


def _notes(source: Rows, tally: Joint, weight: str | None) -> tuple[str, ...]:
    notes = []
    if tally.lost:
        notes.append(f"left out: {tally.lost} rows without score or outcome")
    if weight is not None:
        notes += [f"weighted by {weight}", *tally.notes]
    customer = source.find("customer")
    if customer is not None:
        named = source.frame.filter(~nw.col(customer).is_null())
        counted = collect(named.group_by(customer).agg(nw.len().alias("__n")).filter(nw.col("__n") > 1).head(1))
        if counted.num_rows:
            notes.append("customers stand in several rows: the limits are too short")
    return tuple(notes)
