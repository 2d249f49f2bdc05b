"""Receipts: how a figure came about, from the rows to the interval, and the same figure in R."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cxlab.estimate.answer import POPULATION

if TYPE_CHECKING:
    from cxlab.estimate import Estimate, Estimates


class Receipt:
    """What stands behind some estimates: rows read and dropped, tally, formula, interval and lines of R."""

    def __init__(self, estimates: Estimates) -> None:
        self._estimates = estimates
        self._basis = estimates.basis()

    def __str__(self) -> str:
        parts = ["\n".join(self._rows())]
        parts += ["\n".join(self._figure(i, estimate)) for i, estimate in enumerate(self._estimates)]
        return "\n\n".join(part for part in parts if part)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre class='receipt'>{escape(str(self))}</pre>"

    def _rows(self) -> list[str]:
        ledger = self._estimates.ledger
        if ledger is None or not len(ledger):
            return ["Rows: nothing was dropped or changed."]
        return ["Rows:", *(f"  {line}" for line in repr(ledger).splitlines())]

    def _figure(self, position: int, estimate: Estimate) -> list[str]:
        definition = ", ".join(f"{key} {value}" for key, value in estimate.definition.items() if key != "formula")
        lines = [
            str(estimate),
            f"  Definition: {estimate.definition.get('formula', estimate.variant)} ({definition})",
            f"  Tally: {self._basis.tally_text(position)}",
            f"  Interval: {estimate.method} at {estimate.level:.0%}, effective size {estimate.n_effective or 0:.6g}",
        ]
        lines += [f"  Note: {note}" for note in estimate.notes]
        bounded = estimate.estimate is not None and POPULATION not in estimate.notes
        code = self._basis.r_lines(position, estimate.level) if bounded else []
        return lines + (["  In R:", *(f"    {line}" for line in code)] if code else [])
