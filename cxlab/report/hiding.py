"""What a report hides of few people: bases under the plan's smallest, and what would give such a base away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cxlab.estimate import Differences, Estimates
from cxlab.report.linked import crossed, hidden
from cxlab.report.measure import Measure
from cxlab.tally.cut import PERIOD

if TYPE_CHECKING:
    from cxlab.report.job import Report


class Hiding:
    """The segments that one report hides: what is hidden of a column once stays hidden in all of it."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.smallest = int(report.job.privacy.get("smallest_base", 10))
        self._segments: dict[str, set[object]] = {}
        self._linked: set[str] = set()

    def of(self, column: str) -> set[object]:
        """The segments of a column that are hidden so far."""
        return self._segments.get(column, set())

    def known(self, column: str, table: str) -> set[object]:
        """As `of`, to be added to; at first what the other segment columns of the table would give away."""
        linked = [name for name in self.report.segments if self.report.has(table, name)]
        if table not in self._linked and column in linked and len(linked) > 1:
            self._linked.add(table)
            for tables in (self.report, self.report.previous) if self.report.dated(table) else (self.report,):
                cells = crossed(tables.table(table), linked)
                for name, values in zip(linked, hidden(cells, self.smallest), strict=False):
                    self._segments.setdefault(name, set()).update(values)
        return self._segments.setdefault(column, set())

    def visible(self, differences: Differences, beside: Estimates | None = None) -> Differences:
        """The differences of which neither side is hidden, nor a segment of the estimates `beside` them."""
        small = {_name(one.segment) for one in beside or () if one.n is None}
        kept = [
            one
            for one in differences
            if min(one.n, one.n_versus) >= self.smallest and not {_name(one.segment), one.versus} & small
        ]
        return Differences(kept, by=differences.by, to=differences.to, adjust=differences.adjust)

    def measure(self, measure: Measure, now: Estimates) -> Measure:
        """A measure with `now` as its safe figures and small bases hidden; a hidden figure has no change."""
        history = None if measure.history is None else measure.history.suppress(self.smallest)
        change = measure.change
        if change is not None and min(change.n, change.n_versus) < self.smallest:
            change = None
        return replace(measure, now=now, change=change, history=history)


def _name(segment: Mapping[str, Any]) -> str:
    """A segment as a difference names what it is taken from."""
    return ", ".join("none" if value is None else str(value) for key, value in segment.items() if key != PERIOD)
