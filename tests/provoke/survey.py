"""One provocation for each error between a table and the answer to a survey question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa

import cxlab as cx
from cxlab.rows.numbers import number
from cxlab.rows.read import rows_of
from cxlab.tally.counts import counts
from cxlab.tally.cut import cut

TWO = pa.table({"recommend": [9, 3], "region": ["North", "South"], "satisfaction": [4, 5], "effort": [1, 2]})
TIMES = pa.table({"recommend": [9, 3], "answered": [datetime(2026, 1, 5, 10), datetime(2026, 2, 5, 11)]})
AWARE = pa.table({"recommend": [9], "answered": [datetime(2026, 1, 5, tzinfo=UTC)]})
REVIEWS = pd.DataFrame({"review": [7], "score": [6], "low": [1], "high": [5]})
CUT = cx.nps(TWO, by="region")


def dated(*days: str, **keywords: object) -> cx.Estimates:
    return cx.nps(
        cx.read(pa.table({"recommend": [9] * len(days), "answered": list(days)}), **keywords), period="2026-04"
    )


def weighted(*weights: float | None) -> cx.Estimates:
    return cx.nps(pa.table({"recommend": [9, 3], "w": pa.array(weights, pa.float64())}), weight="w")


def tally(by: str, scale: tuple[int, int] = (0, 10)):
    return counts(cut(rows_of(TWO), by, None, None, "nps"), "recommend", scale)


PROVOKE: dict[str, Callable[[], object]] = {
    "a pattern of dates with an unknown sign": lambda: cx.nps(
        cx.read(pa.table({"answered": ["1760000000"], "recommend": [9]}), dates="%s"), period="2026"
    ),
    "a year in which nobody lives": lambda: cx.nps(
        pa.table({"answered": [datetime(9999, 12, 31)], "recommend": [9]}), by=cx.period("answered", "month")
    ),
    "yes and no on a longer scale": lambda: cx.nps(pa.table({"recommend": [True]})),
    "several estimates asked by name": lambda: CUT["North"],
    "an estimate that is not there": lambda: CUT[2],
    "differences asked by name": lambda: CUT.compare()["North"],
    "a difference that is not there": lambda: CUT.compare()[1],
    "a field of several estimates": lambda: CUT.estimate,
    "a smallest base in words": lambda: CUT.suppress("16"),
    "a role misspelt": lambda: cx.read(TWO, columns={"custmer": "region"}),
    "a number in quotes": lambda: cx.response_rate(pa.table({"answered": ["2026-01-05"]}), sent="500"),
    "bands that overlap": lambda: cx.distribution([1, 2], scale=(1, 5), bands={"poor": (1, 3), "fair": (3, 4)}),
    "a weight below nothing in a review": lambda: cx.iqs(REVIEWS.assign(score=3, weight=-1)),
    "invitations with clusters": lambda: cx.response_rate(
        pa.table({"answered": ["2026-01-05"], "customer": ["a"]}), sent=3, cluster="customer"
    ),
    "JSON of something else": lambda: cx.from_json('{"rows": 3}'),
    "bands without names": lambda: cx.distribution([1, 2], scale=(1, 5), bands=[(1, 2)]),
    "a role played by nothing": lambda: cx.read(TWO, columns={"recommend": None}),
    "columns that are a list": lambda: cx.read(TWO, columns=["recommend"]),
    "codes without a column": lambda: cx.read(TWO, missing=[11]),
    "a label for nothing": lambda: cx.read(TWO, labels={"region": {"North": None}}),
    "a scale without end": lambda: cx.csat([1], scale=(0, 1_000_000_000)),
    "segments told apart by nothing": lambda: cx.each("region", sep=""),
    "a cut by lists": lambda: cx.nps(pa.table({"recommend": [9], "topics": [["price", "taste"]]}), by="topics"),
    "a cut by a number": lambda: cx.nps(TWO, by=3),
    "comparison at a level of 95": lambda: CUT.compare(level=95),
    "no such column": lambda: cx.nps(TWO, "recomend"),
    "a role without a column": lambda: cx.csat(pa.table({"x": [1]}), scale=(1, 5)),
    "a header there twice": lambda: cx.nps(replace(rows_of(TWO), duplicated=frozenset({"recommend"}))),
    "codes for one column twice": lambda: cx.read(
        TWO, columns={"score": "recommend"}, missing={"score": [1], "recommend": [2]}
    ),
    "score above the scale": lambda: cx.nps([9, 11]),
    "text that is no score": lambda: cx.nps(["9", "Extremely likely"]),
    "scale not declared": lambda: cx.rating(TWO, "satisfaction"),
    "scale the wrong way round": lambda: cx.rating(TWO, "satisfaction", scale=(5, 1)),
    "scale of an NPS": lambda: cx.nps([1], scale=(1, 7)),
    "top off the scale": lambda: cx.csat([1, 5], scale=(1, 5), top=9),
    "good and bad overlap": lambda: cx.csat([1, 5], scale=(1, 5), top=2, variant="good_bad"),
    "direction of effort": lambda: cx.ces([1], scale=(1, 7)),
    "a band off the scale": lambda: cx.distribution([1], scale=(1, 7), bands={"poor": (0, 3)}),
    "review off its scale": lambda: cx.iqs(REVIEWS),
    "fewer invitations than answers": lambda: cx.response_rate(pa.table({"answered": ["2026-01-01"]}), sent=0),
    "rate of a number, cut": lambda: cx.response_rate(
        TWO.append_column("answered", TWO["region"]), sent=5, by="region"
    ),
    "times without a zone": lambda: cx.nps(TIMES, period="2026-01"),
    "times that are numbers": lambda: cx.nps(pa.table({"recommend": [9], "answered": [46053]}), period="2026-01"),
    "dates in two readings": lambda: dated("03/04/2026", "04/03/2026"),
    "dates of another calendar": lambda: dated("1405/01/20"),
    "a date that is none": lambda: dated("2026-04-03", "soon"),
    "a format that is none": lambda: dated("2026-04-03", dates="day first"),
    "zones mixed": lambda: dated("2026-04-03 10:00", "2026-04-03 10:00+07:00"),
    "number that is none": lambda: number(rows_of(pa.table({"x": ["1", "two"]})), "x", "clv"),
    "two rows of one id": lambda: cx.nps(pa.table({"answer": [1, 1], "recommend": [9, 3]})),
    "negative weight": lambda: weighted(1, -1),
    "blank weight": lambda: weighted(1, None),
    "weights of nothing": lambda: weighted(0, 0),
    "weight that is no number": lambda: weighted(1, float("inf")),
    "every": lambda: cx.period("answered", "fortnight"),
    "two periods": lambda: cx.nps(AWARE, by=[cx.period("answered", "month"), cx.period("answered", "year")]),
    "a column twice": lambda: cx.nps(TWO, by=["region", "region"]),
    "a period without a time": lambda: cx.iqs(REVIEWS.assign(score=3), period="2026-01"),
    "tallies that do not add": lambda: tally("region") + tally("satisfaction"),
    "unknown keyword": lambda: cx.nps(TWO, wieght="w"),
    "unknown variant": lambda: cx.nps(TWO, variant="al"),
    "inadmissible method": lambda: cx.nps(TWO, method="wilson"),
    "level of 2": lambda: cx.nps(TWO, level=2),
    "population of a word": lambda: cx.nps(TWO, population="everyone"),
    "population of a stratum": lambda: cx.nps(TWO, population={"North": 10}),
    "no such segment": lambda: CUT.where(region="East"),
    "no such cut": lambda: CUT.where(country="East"),
    "tallies not kept": lambda: CUT.suppress(100).compare(),
    "level without a metric": lambda: cx.Estimates([], basis=CUT.basis()).at_level(0.9),
    "variants without a metric": lambda: cx.Estimates([], basis=CUT.basis()).variants(),
    "compare: adjustment": lambda: CUT.compare(adjust="bonferroni"),
    "compare: baseline": lambda: CUT.compare(to="East"),
    "compare: previous without periods": lambda: CUT.compare(to="previous"),
    "compare: one figure": lambda: cx.nps(TWO).compare(),
    "compare: population": lambda: cx.nps(TWO, by="region", population="all").compare(),
    "compare: overlap": lambda: cx.nps(TWO, by=cx.each("region")).compare(),
    "compare: parts of a whole": lambda: cx.distribution(TWO, "satisfaction", scale=(1, 5)).compare(),
    "compare: definitions": lambda: cx.Estimates(
        [cx.nps([9])[0], cx.nps([9], variant="all")[0]], basis=CUT.basis()
    ).compare(),
}
