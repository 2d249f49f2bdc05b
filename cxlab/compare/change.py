"""A change between two periods, split into what a new mix of segments made and what happened within them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from cxlab.errors import ComparisonError, DefinitionError, did_you_mean, listing
from cxlab.estimate import NO_DATA, Estimate, Estimates, Facts
from cxlab.estimate.basis.counts import CountsBasis
from cxlab.interval import difference
from cxlab.interval.decomposition import Split, kitagawa
from cxlab.interval.score import limits
from cxlab.metric import catalogue
from cxlab.rows.read import Rows, rows_of
from cxlab.tally.order import in_order
from cxlab.tally.pairs import pairs

if TYPE_CHECKING:
    import pandas as pd

PART = "part"
PAIRED = "paired: the same customers in both periods"


@dataclass(frozen=True)
class Change:
    """A change of a metric from one period to another, in the metric's unit; its parts add up to it exactly.

    `start` and `end` are the metric in the two periods. `total` is the change, `mix` what comes from other shares of
    the segments, `within` what comes from change inside them. `segments` has the mix and the within part of every
    segment. `paired` is the change among customers who answered once in each period, None where none did.
    """

    start: Estimates
    end: Estimates
    total: Estimates
    mix: Estimates
    within: Estimates
    segments: Estimates
    paired: Estimates | None = None
    between: tuple[str, str] = ("", "")
    by: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        lines = [repr(self.total), repr(self.mix), repr(self.within), repr(self.segments)]
        return "\n".join(lines)

    def to_pandas(self) -> pd.DataFrame:
        """The rows of a waterfall: the start, the mix, the within part of every segment, and the end.

        Columns: name, part (start, mix, within, end), estimate, low, high, n; the parts add up to end less start.
        """
        import pandas as pd

        rows = [self._row(self.between[0], "start", self.start[0]), self._row("mix", "mix", self.mix[0])]
        for one in self.segments:
            if one.segment[PART] == "within":
                rows.append(self._row(self._name(one), "within", one))
        rows.append(self._row(self.between[1], "end", self.end[0]))
        frame = pd.DataFrame(rows, columns=["name", "part", "estimate", "low", "high", "n"])
        return frame.astype({"estimate": "Float64", "low": "Float64", "high": "Float64", "n": "Int64"})

    def _repr_html_(self) -> str | None:
        # A period without answers has no change to draw; the words of `repr` then say so.
        known = all(one[0].estimate is not None for one in (self.start, self.end, self.total))
        return str(self.plot()._repr_html_()) if known else None

    # Drawn and displayed the way estimates are: the pages know what a change looks like.
    plot = Estimates.plot

    def _row(self, name: str, part: str, one: Estimate) -> tuple[Any, ...]:
        return name, part, one.estimate, one.low, one.high, one.n

    def _name(self, one: Estimate) -> str:
        values = [one.segment[column] for column in self.by]
        return ", ".join("none" if value is None else str(value) for value in values)


def change(
    rows: Any, metric: str | Callable[..., Estimates], between: Sequence[Any], mix: Any, **keywords: Any
) -> Change:
    """The change of a metric between two periods, split into mix and within, in the metric's unit.

    `metric` is a metric or its name, `between` the two periods ("2026-09", "2026-10"), the earlier first; `mix` the
    column (or columns) whose segments the change is split by; further keywords are the metric's own.

    The total has the limits of a difference (paired ones where every answer of both periods belongs to a customer who
    answered once in each), mix and within those of the delta method. A segment that is empty in one period only makes
    mix. Metrics that are not means of answers are not split. A period without answers has no change: "no data".
    Source: Kitagawa 1955; Donner and Zou 2012; paired: Tango 1998.
    """
    source = rows_of(rows)
    ask = metric_of(metric)
    if isinstance(between, str) or len(between) != 2:
        raise DefinitionError(
            "A change lies between two periods", f"between={between!r}", 'Write between=("2026-09", "2026-10")'
        )
    by = [mix] if isinstance(mix, str) or not isinstance(mix, Sequence) else list(mix)
    if not by or not all(isinstance(column, str) for column in by):
        raise DefinitionError(
            "A change is split by columns", f"mix={mix!r}", "Name a column whose segments do not overlap"
        )
    if "by" in keywords or "period" in keywords:
        raise DefinitionError(
            "A change has its periods and cuts already",
            f"it was asked with {listing(keywords)}",
            "Leave by= and period= out",
        )
    cut = [ask(source, by=by, period=one, **keywords) for one in between]
    whole = [ask(source, period=one, **keywords) for one in between]
    first, second = (_counts(one, answers) for one, answers in zip(whole, cut, strict=True))
    values = in_order({*_values(cut[0]), *_values(cut[1])})
    before, after = (_table(answers, one, values) for answers, one in zip(cut, (first, second), strict=True))
    split = kitagawa(before, after, first.points * first.factor)
    made = _Made(source, whole, (first, second), tuple(str(getattr(one, "key", one)) for one in between))  # type: ignore[arg-type]
    total, twins = made.total()
    bases = {
        value: sum(one.n or 0 for answers in cut for one in answers if _value(one, by) == value) for value in values
    }
    shown = made.parts(split, bases, tuple(by))
    return Change(whole[0], whole[1], total, *shown, twins, made.between, tuple(by))


class _Made:
    """The estimates that a change is made of."""

    def __init__(
        self, source: Rows, whole: list[Estimates], bases: tuple[CountsBasis, CountsBasis], between: tuple[str, str]
    ) -> None:
        self.source, self.whole, self.bases, self.between = source, whole, bases, between
        self.like = whole[1][0]
        self.z = float(ndtri((1 + self.like.level) / 2))
        self.known = all(one[0].estimate is not None for one in whole)
        self.n = sum(one[0].n or 0 for one in whole)

    def total(self) -> tuple[Estimates, Estimates | None]:
        """The change, and the change among those who answered in both periods."""
        before, after = (one[0] for one in self.whole)
        twins, everyone = self._paired()
        if twins is not None and everyone:
            return Estimates(
                [replace(twins[0], id=self._id("total"), segment=Facts({PART: "total"}))], axis=PART
            ), twins
        if not self.known:
            return Estimates([self._estimate("total", None, None, None, "mover")], axis=PART), twins
        limits_known = None not in (before.low, before.high, after.low, after.high)
        gap, low, high = difference.mover(
            *(np.nan if x is None else x for e in (after, before) for x in (e.estimate, e.low, e.high))
        )
        under, over = (float(low), float(high)) if limits_known else (None, None)
        notes = ("customers stand in both periods",) if twins is not None else ()
        return Estimates([self._estimate("total", float(gap), under, over, "mover", notes=notes)], axis=PART), twins

    def parts(
        self, split: Split, bases: dict[tuple[Any, ...], int], by: tuple[str, ...]
    ) -> tuple[Estimates, Estimates, Estimates]:
        """Mix, within, and both for every segment, whose answers in both periods are its base."""
        figures = {
            "mix": (split.total_mix, split.total_mix_error, split.mix, split.mix_error),
            "within": (split.total_within, split.total_within_error, split.within, split.within_error),
        }
        sums, each = [], []
        for part, (whole, error, parts, errors) in figures.items():
            sums.append(Estimates([self._delta(part, whole, error, Facts({PART: part}), self.n)], axis=PART))
            each.append([
                self._delta(part, parts[i], errors[i], Facts({**dict(zip(by, value, strict=True)), PART: part}), n)
                for i, (value, n) in enumerate(bases.items())
            ])  # fmt: skip
        rows = [one for pair in zip(*each, strict=True) for one in pair]
        return sums[0], sums[1], Estimates(rows, by=by, axis=PART)

    def _delta(self, part: str, size: float, error: float, segment: Facts, n: int) -> Estimate:
        if not self.known:
            return self._estimate(part, None, None, None, "delta", segment, n=n)
        reach = self.z * float(error)
        return self._estimate(part, float(size), float(size) - reach, float(size) + reach, "delta", segment, n=n)

    def _paired(self) -> tuple[Estimates | None, bool]:
        """The change among customers with one answer in each period, and whether they are all there are."""
        one, two = self.bases
        customer = self.source.find("customer")
        if customer is None or one.source is None or two.source is None or one.weighted or not self.known:
            return None, False
        found = pairs(
            one.source.cut, two.source.cut, one.source.score, (one.source.scoring, two.source.scoring), customer
        )
        size = float(found.n.sum())
        if not size:
            return None, False
        gaps = np.unique(np.round(np.subtract.outer(one.points, one.points), 12))
        counts = np.zeros((1, len(gaps)))
        place = np.searchsorted(gaps, np.round(found.second - found.first, 12) - 1e-9)
        np.add.at(counts[0], place, found.n)
        low, high = (float(x[0]) * one.factor for x in limits(counts, gaps, self.z))
        gap = float(counts[0] @ gaps / size) * one.factor
        notes = [PAIRED]
        if found.repeated:
            notes.append(f"left out: {found.repeated} customers with several answers in a period")
        made = self._estimate("paired", gap, low, high, "score", notes=tuple(notes), n=round(size))
        everyone = size == float(one.n.sum()) == float(two.n.sum())
        return Estimates([made], axis=PART), everyone

    def _estimate(
        self, part: str, size: float | None, low: float | None, high: float | None, method: str,
        segment: Facts | None = None, notes: tuple[str, ...] = (), n: int | None = None,
    ) -> Estimate:  # fmt: skip
        segment = Facts({PART: part}) if segment is None else segment
        return replace(
            self.like,
            id=self._id(",".join(str(value) for value in segment.values())),
            estimate=size,
            low=low,
            high=high,
            n=self.n if n is None else n,
            n_effective=None,
            method=method,
            segment=segment,
            definition=Facts({**self.like.definition, "window": f"{self.between[0]} to {self.between[1]}"}),
            notes=notes if size is not None else (NO_DATA, *notes),
        )

    def _id(self, part: str) -> str:
        return f"{self.like.metric}.{self.like.variant}.change[{part}]"


def metric_of(metric: str | Callable[..., Estimates]) -> Callable[..., Estimates]:
    """The metric of that name, or the metric itself."""
    if callable(metric) and hasattr(metric, "about"):
        return metric
    about = catalogue().get(str(metric))
    if about is None or about.function is None:
        raise DefinitionError(
            f"There is no metric {metric!r}", "a change is that of a metric", did_you_mean(str(metric), catalogue())
            or "Name one of cx.metrics()",
        )  # fmt: skip
    return about.function


def _counts(whole: Estimates, cut: Estimates) -> CountsBasis:
    """The counts behind the figure of one period; an error where there are none to split."""
    basis = whole.basis()
    if cut.overlap or len(whole) != 1 or not isinstance(basis, CountsBasis):
        name = cut[0].metric if len(cut) else "the metric"
        seen = (
            "its segments overlap" if cut.overlap
            else f"it is in {whole[0].unit}" if len(whole) == 1 else f"it has {len(whole)} figures in a period"
        )  # fmt: skip
        raise ComparisonError(
            f"{name} is no mean of answers, so its change has no mix and no within", seen,
            "Split a score, a mean or a share; compare() gives the change of any metric",
        )  # fmt: skip
    return basis


def _values(cut: Estimates) -> list[tuple[Any, ...]]:
    return [_value(one, cut.by) for one in cut]


def _value(one: Estimate, by: Sequence[str]) -> tuple[Any, ...]:
    return tuple(one.segment[column] for column in by)


def _table(cut: Estimates, every: CountsBasis, values: list[tuple[Any, ...]]) -> np.ndarray:
    """Counts of every segment brought to the effective size of the whole period, (S, K)."""
    table = np.zeros((len(values), len(every.points)))
    place = {value: i for i, value in enumerate(values)}
    counts = getattr(cut.basis(), "counts")  # noqa: B009
    for row, value in enumerate(_values(cut)):
        table[place[value]] = counts[row]
    total = table.sum()
    size = float(every.n_effective[0]) if len(every.n_effective) else 0.0
    return table * (size / total) if total > 0 and np.isfinite(size) else table
