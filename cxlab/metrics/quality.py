"""Internal quality: what reviewers score."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals as nw

from cxlab.errors import AnswerError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.designed import Design
from cxlab.estimate.basis.scored import scored_basis
from cxlab.metric import Question, Variant, metric
from cxlab.rows.numbers import number
from cxlab.rows.read import Rows, collect
from cxlab.tally.counts import counts
from cxlab.tally.cut import Cut
from cxlab.units import INDEX

_SCORE = "__score"
_DIGITS = 9  # a score of 68.75 must not become two points of the tally by rounding of its parts


@metric(
    label={"en": "Internal quality score", "vi": "Điểm chất lượng nội bộ", "fa": "امتیاز کیفیت داخلی"},
    table="reviews",
    better="higher",
    variants=[
        Variant(
            "by_review",
            "mean of reviews, each the weighted mean of its categories",
            INDEX,
            "mean",
        ),
        Variant("by_agent", "mean of agents; an agent is the mean of the reviews", INDEX, "mean"),
    ],
    source="COPC 2014",
    unit_of_analysis="reviews",
    cluster="agent",
)
def iqs(reviews: Rows, *, ask: Question) -> Estimates:
    """Mean quality of reviewed contacts, in points from 0 to 100.

    `reviews` has one row for each review and category: `review`, `score` on a scale from `low` to `high`, and where
    known `category`, `weight` (1), `auto_fail` (true makes the whole review 0) and `agent`. A category without a score
    does not apply and is left out; a review without any is no review. A score off its scale is an error naming the
    review.
    Reviews cluster within agents. Source: COPC 2014.

    >>> import cxlab as cx, pandas as pd
    >>> frame = pd.DataFrame({"review": [1, 1, 1, 2, 2], "score": [4, 5, 0, 5, 3], "low": [1, 1, 0, 1, 1],
    ...                       "high": [5, 5, 1, 5, 5], "weight": [1, 2, 1, 1, 2]})
    >>> round(cx.iqs(frame)[0].estimate, 2)
    67.71
    """
    cut = ask.cut(_scored(reviews))
    _on_scale(cut.rows)
    agents = cut.rows.find("agent")
    by_agent = ask.variant.name == "by_agent"
    if by_agent:
        cut.rows.column("agent", "iqs by_agent")
    flat = _flat(cut, agents, by_agent)
    tally = counts(flat, _SCORE, (0.0, 100.0), metric="iqs", steps=False)
    cluster = "agent" if ask.cluster is None and agents is not None and not by_agent else ask.cluster
    design = Design(
        cluster=cluster,
        strata=ask.strata,
        population=ask.population,
        lonely=ask.lonely,
        repeats=cluster == "agent" and ask.strata is None,
    )
    places = range(len(tally.points))
    basis, notes = scored_basis(
        flat, tally, _SCORE, places, tally.points / 100, design=design, kind="mean", method=ask.method, factor=100.0
    )
    definition = {
        "scale": "0 to 100",
        "base": "agents reviewed" if by_agent else "reviews",
        "formula": ask.variant.formula,
        "exclusions": "categories that do not apply",
        "window": cut.window.key if cut.window else "",
    }
    return ask.answer(tally.segments, basis, unit=INDEX, definition=definition, notes=notes, ledger=reviews.ledger)


def _scored(reviews: Rows) -> Rows:
    """The rows with the numbers of a review typed, and each category from 0 to 100."""
    for name in ("score", "low", "high"):
        reviews = number(reviews, name, "iqs")
    if reviews.has("weight"):
        reviews = number(reviews, "weight", "iqs")
    return reviews


def _on_scale(rows: Rows) -> None:
    score, low, high = (nw.col(rows.column(name, "iqs")) for name in ("score", "low", "high"))
    bad = rows.frame.filter((score < low) | (score > high) | (low >= high))
    found = collect(bad.head(1))
    if found.num_rows:
        row: dict[str, Any] = found.to_pylist()[0]
        names = {name: rows.column(name) for name in ("review", "score", "low", "high")}
        raise AnswerError(
            "A category's score must lie on its scale",
            f"review {row[names['review']]!r} in {rows.origin} has {row[names['score']]:g}, "
            f"the scale runs from {row[names['low']]:g} to {row[names['high']]:g}",
            "Correct the score or its scale",
        )


def _flat(cut: Cut, agents: str | None, by_agent: bool) -> Cut:
    """One row for each review (or agent) with its score, cut as before."""
    rows = cut.rows
    score, low, high = (nw.col(rows.column(name)) for name in ("score", "low", "high"))
    weight = nw.col(rows.column("weight")) if rows.has("weight") else nw.lit(1.0)
    fails = nw.col(rows.column("auto_fail")).cast(nw.Boolean) if rows.has("auto_fail") else nw.lit(False)
    columns = {"review": nw.col(rows.column("review", "iqs")), "part": (score - low) / (high - low) * 100, "w": weight}
    if agents is not None:
        columns["agent"] = nw.col(agents)
    frame = cut.select(**columns, failed=nw.when(fails).then(nw.lit(1)).otherwise(nw.lit(0)))
    frame = frame.filter(~nw.col("part").is_null()).with_columns(whole=nw.col("part") * nw.col("w"))
    keys = [*cut.names, *(["agent"] if agents is not None else [])]
    frame = frame.group_by(*keys, "review").agg(nw.col("whole").sum(), nw.col("w").sum(), nw.col("failed").max())
    earned = nw.when(nw.col("failed") > 0).then(nw.lit(0.0)).otherwise(nw.col("whole") / nw.col("w"))
    frame = frame.with_columns(earned.round(_DIGITS).alias(_SCORE))
    if by_agent:
        frame = frame.group_by(*keys).agg(nw.col(_SCORE).mean()).with_columns(nw.col(_SCORE).round(_DIGITS))
    found = replace(rows, frame=frame, roles={}, checked={})
    return replace(cut, rows=found, keys=tuple(nw.col(name) for name in cut.names))
