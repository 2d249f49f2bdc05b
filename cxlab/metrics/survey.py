"""What customers answer: recommendation, satisfaction, effort, ratings and their distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cxlab.errors import DefinitionError, listing
from cxlab.estimate import Estimates
from cxlab.estimate.basis.scored import scored_bases
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.answers import definition_of, mean_as_index, mean_of_classes, mean_of_points, tally_of
from cxlab.metrics.shares import rows_of_shares
from cxlab.rows.read import Rows
from cxlab.rows.scores import scale_of
from cxlab.units import INDEX, POINTS, SHARE

ANSWERS: Mapping[str, Any] = {"table": "answers", "time": "answered", "cluster": "customer", "weight": "weight"}
NPS_SCALES = {(0.0, 10.0): (6, 8), (1.0, 10.0): (6, 8), (1.0, 5.0): (3, 4)}


@metric(
    label={"en": "Net Promoter Score", "vi": "Chỉ số NPS", "fa": "شاخص خالص مروجان"},
    better="higher",
    variants=[
        Variant("scored", "share of 9-10 minus share of 0-6, of valid scores, times 100", POINTS, "nps"),
        Variant("all", "(promoters - detractors) / all answers with and without a score, times 100", POINTS, "nps"),
        Variant("missing_as_passive", "as all: a missing score counts as passive", POINTS, "nps"),
    ],
    source="Reichheld 2003",
    **ANSWERS,
)
def nps(rows: Rows, score: str = "recommend", *, scale: Sequence[float] = (0, 10), ask: Question) -> Estimates:
    """Share of promoters (9-10) less share of detractors (0-6), in points from -100 to 100.

    `rows` is a table or a plain sequence of scores, `score` the column, `scale` its ends (those declared in `cx.read`
    where they are): 0 to 10, or 1 to 10 and 1 to 5 (5 promotes, 4 is passive) which are flagged as not standard.
    Blanks and declared codes are no score: the default leaves them out of the base. A score off the scale is an error;
    no score at all is "no data"; one score has an interval. Source: Reichheld 2003; interval METHODS 1 (`score`), after
    Tango 1998 and Laud 2017.

    >>> import cxlab as cx
    >>> answer = cx.nps([10] * 60 + [8] * 25 + [3] * 15)[0]
    >>> round(answer.estimate, 1), round(answer.low, 1), round(answer.high, 1)
    (45.0, 29.5, 58.5)
    """
    column = rows.column(score, "nps")
    standard = (0, 10)
    if tuple(np.ravel(scale)) == standard:
        scale = rows.scale.get(column, standard)
    low, high = scale_of(scale, metric="nps")
    if (low, high) not in NPS_SCALES:
        raise DefinitionError(
            "nps has a scale of 0 to 10", f"scale={low:g} to {high:g}", "Use (0, 10), (1, 10) or (1, 5)"
        )
    detract, passive = NPS_SCALES[low, high]
    classes = [0 if point <= detract else 1 if point <= passive else 2 for point in np.arange(low, high + 1)]
    keep = None if ask.variant.name == "scored" else 1
    notes = () if (low, high) == (0, 10) else ("not a standard NPS",)
    return mean_of_classes(
        rows, score, (low, high), ask, classes, np.array([-1.0, 0.0, 1.0]), 100.0, POINTS, keep=keep, notes=notes
    )


@metric(
    label={"en": "Customer Satisfaction Score (CSAT)", "vi": "Mức độ hài lòng của khách hàng", "fa": "رضایت مشتری"},
    better="higher",
    variants=[
        Variant("top", "answers at or above top / answers", SHARE, "share"),
        Variant(
            "bottom",
            "answers in as many points from below as top takes / answers",
            SHARE,
            "share",
            "lower",
        ),
        Variant("good_bad", "good / (good + bad), the middle left out", SHARE, "share"),
        Variant("index", "(mean - lowest) / (highest - lowest), times 100", INDEX, "mean"),
    ],
    source="ISO 10004",
    **ANSWERS,
)
def csat(
    rows: Rows,
    score: str = "satisfaction",
    *,
    scale: Sequence[float] | None = None,
    top: float | None = None,
    ask: Question,
) -> Estimates:
    """Share of satisfied answers, 0 to 1 (variant `index`: points from 0 to 100).

    `scale` is the scale asked, lowest first (required); `top` the lowest point that counts as satisfied, by default
    the two highest (of two points the highest). `bottom` counts as many points from below, `good_bad`
    leaves the points between them out of the base. Blanks and declared codes are no answer; a value off the scale is
    an error. Source: ISO 10004.

    >>> import cxlab as cx
    >>> answers = [1] * 5 + [2] * 10 + [3] * 15 + [4] * 30 + [5] * 40
    >>> variants = ("top", "bottom", "good_bad", "index")
    >>> [round(cx.csat(answers, scale=(1, 5), variant=name)[0].estimate, 3) for name in variants]
    [0.7, 0.15, 0.824, 72.5]
    """
    column = rows.column(score, "csat")
    low, high = scale_of(scale, rows, column, "csat")
    points = np.arange(low, high + 1)
    first = _top(top, low, high, "csat")
    if ask.variant.name == "index":
        return mean_as_index(rows, score, (low, high), ask)
    width = int(high - first) + 1
    good, bad = points >= first, points < low + width
    if ask.variant.name == "good_bad" and (good & bad).any():
        raise DefinitionError("good and bad overlap", f"top={first:g} on {low:g} to {high:g}", "Choose a higher top=")
    classes: list[int | None] = [int(x) for x in (bad if ask.variant.name == "bottom" else good)]
    if ask.variant.name == "good_bad":
        classes = [1 if g else 0 if b else None for g, b in zip(good, bad, strict=True)]
    base = (
        f"answers of {first:g} to {high:g}"
        if ask.variant.name != "bottom"
        else f"answers of {low:g} to {low + width - 1:g}"
    )
    return mean_of_classes(rows, score, (low, high), ask, classes, np.array([0.0, 1.0]), 1.0, SHARE, counted=base)


@metric(
    label={"en": "Mean rating", "vi": "Điểm đánh giá trung bình", "fa": "میانگین امتیاز"},
    better="higher",
    variants=[Variant("mean", "sum of answers / answers", None, "mean")],
    source="Owen 2001",
    **ANSWERS,
)
def rating(rows: Rows, score: str = "rating", *, scale: Sequence[float] | None = None, ask: Question) -> Estimates:
    """Mean of the answers on a declared scale, in scale points.

    `score` is the column, `scale` the scale asked, lowest first (required). Blanks and declared codes are no answer; a
    value off the scale is an error; answers all alike still have an interval. Source: METHODS 1, after Owen 2001.

    >>> import cxlab as cx
    >>> round(cx.rating([1] * 5 + [2] * 10 + [3] * 15 + [4] * 30 + [5] * 40, scale=(1, 5))[0].estimate, 2)
    3.9
    """
    column = rows.column(score, "rating")
    return mean_of_points(rows, score, scale_of(scale, rows, column, "rating"), ask)


@metric(
    label={"en": "Customer Effort Score (CES)", "vi": "Điểm nỗ lực của khách hàng", "fa": "امتیاز تلاش مشتری"},
    better="higher",
    variants=[
        Variant("mean", "sum of answers / answers, on the scale as asked", None, "mean"),
        Variant("top", "answers on the easy side of the middle / answers", SHARE, "share", "higher"),
        Variant("net", "share of the easiest third less share of the hardest, times 100", POINTS, "nps", "higher"),
        Variant("index", "ease as (mean - hardest) / (easiest - hardest), times 100", INDEX, "mean", "higher"),
    ],
    source="Dixon, Freeman and Toman 2010",
    **ANSWERS,
)
def ces(
    rows: Rows, score: str = "effort", *, scale: Sequence[float] | None = None, easy: str | None = None, ask: Question
) -> Estimates:
    """Mean effort answer in scale points (variants: share, points or index of ease).

    `scale` is the scale asked, lowest first, and `easy` says which end is easy: "high" or "low"; both are required,
    because a file cannot tell. `top` is the share on the easy side of the middle (5-7 of 1-7); `net` takes the share of
    the easy band less that of the hard one (6-7 less 1-3 of 1-7); `index` is ease from 0 to 100. The mean stays on the
    scale as asked. Blanks and declared codes are no answer. Source: Dixon, Freeman and Toman 2010.

    >>> import cxlab as cx
    >>> answers = [1, 3, 4, 5, 5, 6, 7, 7, 6, 2]
    >>> [round(cx.ces(answers, scale=(1, 7), easy="high", variant=v)[0].estimate, 2) for v in ("mean", "top", "net")]
    [4.6, 0.6, 10.0]
    """
    if easy not in ("high", "low"):
        raise DefinitionError(
            "ces needs the direction of its scale", f"easy={easy!r}", 'Say which end is easy: easy="high" or easy="low"'
        )
    column = rows.column(score, "ces")
    low, high = scale_of(scale, rows, column, "ces")
    ask = _directed(ask, "higher" if easy == "high" or ask.variant.name != "mean" else "lower")
    if ask.variant.name == "mean":
        return mean_of_points(rows, score, (low, high), ask, facts={"easy": easy})
    if ask.variant.name == "index":
        return mean_as_index(rows, score, (low, high), ask, turned=easy == "low", facts={"easy": easy})
    ease = np.arange(low, high + 1) - low
    ease = (high - low) - ease if easy == "low" else ease
    steps = high - low
    if ask.variant.name == "top":
        classes = [int(e > steps / 2) for e in ease]
        return mean_of_classes(
            rows, score, (low, high), ask, classes, np.array([0.0, 1.0]), 1.0, SHARE, facts={"easy": easy}
        )
    # The bands of 1-7 are 1-3, 4-5, 6-7: the hard one up to the middle, the easy one the top sixth of the steps.
    classes = [0 if e < steps / 2 else 2 if e > steps * 2 / 3 else 1 for e in ease]
    return mean_of_classes(
        rows, score, (low, high), ask, classes, np.array([-1.0, 0.0, 1.0]), 100.0, POINTS, facts={"easy": easy}
    )


@metric(
    label={"en": "Share of answers", "vi": "Tỷ lệ câu trả lời", "fa": "سهم پاسخ‌ها"},
    better="",
    variants=[Variant("share", "answers at a point or in a band / answers", SHARE, "share")],
    source="Goodman 1965",
    **ANSWERS,
)
def distribution(
    rows: Rows,
    score: str = "score",
    *,
    scale: Sequence[float] | None = None,
    bands: Mapping[str, Sequence[float]] | None = None,
    ask: Question,
) -> Estimates:
    """Share of the answers at each point of the scale, or in each band, 0 to 1.

    `scale` is the scale asked, lowest first (required); `bands` maps a name to its first and last point, such as
    {"poor": (1, 3)}; bands that overlap are an error, points in no band are named in a note. Each share has its own
    interval; they are not simultaneous. Blanks and declared codes are no answer. Source: METHODS 1 for each share.

    >>> import cxlab as cx
    >>> [round(e.estimate, 2) for e in cx.distribution([1, 2, 2, 3], scale=(1, 3))]
    [0.25, 0.5, 0.25]
    """
    column = rows.column(score, "distribution")
    low, high = scale_of(scale, rows, column, "distribution")
    points = np.arange(low, high + 1)
    if bands is not None and not (isinstance(bands, Mapping) and bands):
        raise DefinitionError(
            "Bands have names, and there is at least one", f"bands={bands!r}", "Write them as {'poor': (1, 3)}"
        )
    if bands is None:
        groups: dict[Any, Any] = {int(point): points == point for point in points}
    else:
        groups = {name: _band(name, ends, points) for name, ends in bands.items()}
        ask = replace(ask, notes=(*ask.notes, *_left_out(bands, groups, points)))
    cut, tally = tally_of(rows, score, (low, high), ask)
    axis = "point" if bands is None else "band"
    definition = definition_of(ask, cut, f"{low:g} to {high:g}", "answers")
    bases = scored_bases(
        cut,
        tally,
        score,
        [[int(x) for x in inside] for inside in groups.values()],
        np.array([0.0, 1.0]),
        design=ask.design(rows),
        kind="share",
        method=ask.method,
    )
    return rows_of_shares(ask, tally.segments, bases, axis, list(groups), definition)


def _top(top: float | None, low: float, high: float, metric: str) -> float:
    if top is None:
        return high if high - low < 2 else high - 1
    if not isinstance(top, (int, float)) or not low < top <= high or not float(top - low).is_integer():
        raise DefinitionError(
            f"{metric} needs top= to be a point of its scale above the lowest",
            f"top={top!r} on a scale of {low:g} to {high:g}",
            f"Use a whole step from {low + 1:g} to {high:g}",
        )
    return float(top)


def _band(name: str, ends: Sequence[float], points: Any) -> Any:
    try:
        first, last = (float(end) for end in ends)
    except (TypeError, ValueError):
        first, last = 1.0, 0.0
    if not points[0] <= first <= last <= points[-1]:
        raise DefinitionError(
            "A band is its first and last point on the scale",
            f"bands['{name}'] = {ends!r} on {points[0]:g} to {points[-1]:g}",
            "Write it as {'poor': (1, 3)}",
        )
    return (points >= first) & (points <= last)


def _left_out(bands: Mapping[str, Any], groups: Mapping[Any, Any], points: Any) -> tuple[str, ...]:
    """A note of the points that lie in no band; an error where one lies in two, since shares are parts of one whole."""
    times = np.sum(list(groups.values()), axis=0)
    if (times > 1).any():
        both = points[np.flatnonzero(times > 1)[0]]
        names = [name for name, inside in groups.items() if inside[points == both][0]]
        raise DefinitionError(
            "Bands may not overlap: their shares would add to more than all answers",
            f"the point {both:g} lies in {listing(names, 'and')} of bands={dict(bands)!r}",
            "Give each point one band",
        )
    lost = [f"{point:g}" for point in points[times == 0]]
    return (f"in no band: {', '.join(lost)}",) if lost else ()


def _directed(ask: Question, better: str) -> Question:
    return replace(ask, variant=replace(ask.variant, better=better))
