"""Internal quality: what reviewers score."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.errors import AnswerError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.designed import Design
from cxlab.estimate.basis.scored import scored_bases
from cxlab.metric import Question, Variant, metric
from cxlab.rows.numbers import among, number
from cxlab.rows.read import Rows, collect
from cxlab.rows.truths import truth
from cxlab.tally.apart import by_segment
from cxlab.tally.counts import Counts, counts
from cxlab.tally.cut import Cut
from cxlab.units import INDEX

_SCORE = "__score"
_BROKEN = -1.0
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
    known `category`, `weight` (of the category, 1), `auto_fail` (true or yes makes the whole review 0) and `agent`. A
    category without a score, or with a declared code, does not apply and is left out; a review without any is no
    review. A score off its scale or a weight below 0 is an error naming the review. Reviews cluster within agents.
    Source: COPC 2014.

    >>> import cxlab as cx, pandas as pd
    >>> frame = pd.DataFrame({"review": [1, 1, 1, 2, 2], "score": [4, 5, 0, 5, 3], "low": [1, 1, 0, 1, 1],
    ...                       "high": [5, 5, 1, 5, 5], "weight": [1, 2, 1, 1, 2]})
    >>> round(cx.iqs(frame)[0].estimate, 2)
    67.71
    """
    cut = ask.cut(_scored(reviews, ask))
    agents = cut.rows.find("agent")
    by_agent = ask.variant.name == "by_agent"
    if by_agent:
        cut.rows.column("agent", "iqs by_agent")
    flat = _flat(cut, agents, by_agent, ask)
    tally = _checked(cut, counts(flat, _SCORE, (_BROKEN, 100.0), metric="iqs", steps=False), ask)
    cluster = "agent" if ask.cluster is None and agents is not None and not by_agent else ask.cluster
    design = Design(
        cluster=cluster,
        strata=ask.strata,
        population=ask.population,
        lonely=ask.lonely,
        repeats=cluster == "agent" and ask.strata is None,
    )
    places = range(len(tally.points))
    ((basis, notes),) = scored_bases(
        flat, tally, _SCORE, [places], tally.points / 100, design=design, kind="mean", method=ask.method, factor=100.0
    )
    definition = {
        "scale": "0 to 100",
        "base": "agents reviewed" if by_agent else "reviews",
        "formula": ask.variant.formula,
        "exclusions": "categories that do not apply",
        "window": cut.window.key if cut.window else "",
    }
    return ask.answer(tally.segments, basis, unit=INDEX, definition=definition, notes=notes, ledger=reviews.ledger)


def _weight(rows: Rows, ask: Question) -> str | None:
    """The column that weighs the categories of a review, where there is one."""
    return rows.column(ask.weight, "iqs") if ask.weight is not None else rows.find("weight")


def _scored(reviews: Rows, ask: Question) -> Rows:
    """The rows with the numbers of a review typed and codes for "does not apply" as blanks."""
    score = reviews.column("score", "iqs")
    codes = (*reviews.missing.get(score, ()), *ask.missing)
    text = reviews.schema[score] == nw.String
    known: list[Any] = [code for code in codes if text or isinstance(code, (int, float))]
    if known:
        value = nw.col(score)
        blank = value.is_in([str(code) for code in known]) if text else among(value, known)
        reviews = reviews.on(reviews.frame.with_columns(nw.when(~blank).then(nw.col(score)).alias(score)))
    weight = _weight(reviews, ask)
    for name in ("score", "low", "high", *([weight] if weight is not None else [])):
        reviews = number(reviews, name, "iqs")
    return truth(reviews, "auto_fail", "iqs") if reviews.has("auto_fail") else reviews


def _checked(cut: Cut, tally: Counts, ask: Question) -> Counts:
    """The tally without the place of reviews that cannot be: an error where there are some."""
    if tally.counts[:, 0].sum():
        _refuse(cut.rows, _weight(cut.rows, ask))
    if 0.0 not in tally.points:
        return replace(tally, points=np.concatenate([[0.0], tally.points[1:]]))
    sums = {name: getattr(tally, name)[:, 1:] for name in ("counts", "weights", "squares")}
    return replace(tally, points=tally.points[1:], **sums)


def _off_scale(rows: Rows) -> Any:
    """Whether a category's score lies off its scale, or has none to lie on."""
    score, low, high = (nw.col(rows.column(name, "iqs")) for name in ("score", "low", "high"))
    endless = ~score.is_null() & (low.is_null() | high.is_null())
    return (score < low) | (score > high) | (low >= high) | endless


def _no_weight(rows: Rows, weight: str) -> Any:
    """Whether a category that has a score has no weight that can weigh it."""
    score = nw.col(rows.column("score", "iqs"))
    return ~score.is_null() & (nw.col(weight).is_null() | (nw.col(weight) < 0))


def _refuse(rows: Rows, weight: str | None) -> None:
    row = _first(rows, _off_scale(rows))
    if row is not None:
        seen = {name: "nothing" if row[name] is None else f"{row[name]:g}" for name in ("score", "low", "high")}
        raise AnswerError(
            "A category's score must lie on its scale",
            f"review {row['review']!r} in {rows.origin} has {seen['score']}, "
            f"the scale runs from {seen['low']} to {seen['high']}",
            "Correct the score or its scale",
        )
    if weight is None:
        return
    row = _first(rows, _no_weight(rows, weight))
    if row is not None:
        raise AnswerError(
            "iqs needs a weight of 0 or more for every category that has a score",
            f"review {row['review']!r} in {rows.origin} has {row[weight]}",
            "Correct the weights, or leave the column out to weigh all categories alike",
        )


def _first(rows: Rows, bad: Any) -> dict[str, Any] | None:
    """The first row of which this holds, its columns under their names and its roles."""
    found = collect(rows.frame.filter(bad).head(1)).to_pylist()
    roles = {name: rows.column(name, "iqs") for name in ("review", "score", "low", "high")}
    return found[0] | {name: found[0][column] for name, column in roles.items()} if found else None


def _flat(cut: Cut, agents: str | None, by_agent: bool, ask: Question) -> Cut:
    """One row for each review (or agent) with its score, cut as before; the columns of a design stay with it."""
    rows, heft = cut.rows, _weight(cut.rows, ask)
    score, low, high = (nw.col(rows.column(name)) for name in ("score", "low", "high"))
    part = (score - low) / (high - low) * 100
    weight = nw.col(heft).cast(nw.Float64) if heft is not None else nw.lit(1.0)
    fails = nw.col(rows.column("auto_fail")) if rows.has("auto_fail") else nw.lit(False)
    broken = _off_scale(rows) if heft is None else _off_scale(rows) | _no_weight(rows, heft)
    keys = {"agent": nw.col(agents)} if agents is not None else {}
    for name in (ask.cluster, ask.strata):
        if name is not None and name not in ("agent", "review"):
            keys[name] = nw.col(rows.column(name, "iqs"))
    frame = cut.select(
        **keys,
        review=nw.col(rows.column("review", "iqs")),
        w=nw.when(~part.is_null()).then(weight).otherwise(nw.lit(0.0)),
        whole=nw.when(~part.is_null()).then(part * weight).otherwise(nw.lit(0.0)),
        failed=nw.when(fails).then(nw.lit(1)).otherwise(nw.lit(0)),
        broken=nw.when(broken).then(nw.lit(1)).otherwise(nw.lit(0)),
    )
    named = [*cut.names, *keys]
    frame = (
        by_segment(cut, frame)
        .group_by(*named, "review")
        .agg(nw.col("whole", "w").sum(), nw.col("failed", "broken").max())
    )
    frame = frame.filter((nw.col("w") > 0) | (nw.col("failed") > 0) | (nw.col("broken") > 0))
    earned = (
        nw.when((nw.col("failed") > 0) | (nw.col("w") == 0)).then(nw.lit(0.0)).otherwise(nw.col("whole") / nw.col("w"))
    )
    frame = frame.with_columns(earned.alias(_SCORE))
    if by_agent:
        frame = frame.group_by(*named).agg(nw.col(_SCORE).mean(), nw.col("broken").max())
    # A review that cannot be stands where no score is, so that one pass counts and finds it.
    score = nw.when(nw.col("broken") > 0).then(nw.lit(_BROKEN)).otherwise(nw.col(_SCORE))
    frame = frame.with_columns(score.round(_DIGITS).alias(_SCORE))
    found = replace(rows, frame=frame, roles={}, missing={}, labels={})
    return replace(cut, rows=found, keys=tuple(nw.col(name) for name in cut.names))
