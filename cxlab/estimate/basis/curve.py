"""The basis of times with open cases: S(t), 1 - S(t), or the time by which a share has had the event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate.basis.base import Basis, Floats, Groups
from cxlab.estimate.basis.r_code import curve_in_r
from cxlab.interval import times
from cxlab.interval.division import over
from cxlab.interval.survival import Curve, kaplan_meier, rothman_wilson
from cxlab.tally.cut import Segments
from cxlab.tally.events import Events, unions

_CLOSED: dict[str, Callable[..., tuple[float, float]]] = {"hutson": times.hutson, "order": times.order}
NOT_REACHED = "not reached"
_TIE = 1e-9  # a critical value is met when it is met but for rounding


class CurveBasis(Basis):
    """Kaplan-Meier curves of S segments, read at one time each or at one quantile.

    `what` is "quantile" (the time by which a share `at` has had the event, in the unit of the times), "survival" (the
    share without it at the time `at`) or "failure" (the share with it). `at` is one number, or one for each row;
    `segment` says which event table each row reads, so that one curve can serve several times. Limits are
    Rothman-Wilson's, inverted for a quantile; with nothing censored a quantile also has `hutson` and `order`.
    """

    kind = "curve"

    def __init__(
        self,
        events: Events,
        what: str = "quantile",
        at: float | Sequence[float] | Floats = 0.5,
        *,
        method: str = "wilson",
        segment: Sequence[int] | Floats | None = None,
    ) -> None:
        self.events, self.what, self.method = events, what, method
        self.segment = np.arange(len(events.segments)) if segment is None else np.asarray(segment, dtype=int)
        self.points = np.broadcast_to(np.asarray(at, dtype=float), self.segment.shape)
        if what == "quantile" and not ((self.points > 0) & (self.points < 1)).all():
            raise DefinitionError("A quantile lies between 0 and 1", f"it is {self.points.tolist()}", "Use 0.5 or 0.9")
        open_cases = events.total("gone")
        if method in _CLOSED and (what != "quantile" or open_cases[self.segment].any()):
            raise DefinitionError(
                f"The method '{method}' is for quantiles of closed cases",
                f"open cases: {open_cases.sum():g}" if what == "quantile" else f"the figure is the {what}",
                "Use method='wilson'",
            )
        self.bounds = (0.0, float("inf")) if what == "quantile" else (0.0, 1.0)
        self.n = self.n_effective = events.n[self.segment]
        self.df = np.full(len(self.segment), np.inf)

    @cached_property
    def curves(self) -> list[Curve]:
        """The curve of every event table."""
        return [kaplan_meier(*self.events.table(i)) for i in range(len(self.events.segments))]

    @cached_property
    def estimate(self) -> Floats:
        """The quantile, S(t) or 1 - S(t) of each row; nan where the curve does not reach it, or nothing was seen."""
        if self.what == "quantile":
            return np.array([self.curves[s].quantile(q) for s, q in zip(self.segment, self.points, strict=True)])
        alive = self._share[0]
        return 1.0 - alive if self.what == "failure" else alive

    def at(self, z: Floats | float, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """Limits at critical values; nan is unbounded."""
        chosen = np.arange(len(self.segment)) if rows is None else np.asarray(rows, dtype=int)
        value = np.broadcast_to(np.asarray(z, dtype=float), chosen.shape)
        if self.what != "quantile":
            return self._share_limits(chosen, value)
        pairs = [self._quantile_limits(int(row), float(one)) for row, one in zip(chosen, value, strict=True)]
        return tuple(np.array(side) for side in zip(*pairs, strict=True)) if pairs else (np.zeros(0), np.zeros(0))  # type: ignore[return-value]

    def take(self, rows: Floats) -> CurveBasis:
        """The same of some rows."""
        rows = np.asarray(rows, dtype=int)
        taken = CurveBasis(self.events, self.what, self.points[rows], method=self.method, segment=self.segment[rows])
        taken.__dict__["curves"] = self.curves
        return taken

    def pool(self, groups: Groups) -> CurveBasis:
        """Unions of segments read at the same time: their event tables add."""
        joined = unions(self.events, [[int(self.segment[i]) for i in group] for group in groups])
        at = np.array([self.points[group[0]] if len(group) else np.nan for group in groups])
        return CurveBasis(joined, self.what, at, method=self.method)

    def notes(self) -> list[tuple[str, ...]]:
        """Notes for each row: how many cases are open, and that a quantile or time was not reached."""
        gone, value = self.events.total("gone")[self.segment], self.estimate
        rounded = ("long times kept to 1 in 4,096",) if self.events.rounded else ()
        return [
            (
                *((f"open n={gone[i]:g}",) if gone[i] else ()),
                *((NOT_REACHED,) if np.isnan(value[i]) and self.n[i] else ()),
                *rounded,
            )
            for i in range(len(value))
        ]

    def tally_text(self, position: int) -> str:
        """Cases, events and open cases in one line."""
        when, died, gone = self.events.table(int(self.segment[position]))
        return f"{died.sum():g} events and {gone.sum():g} open cases at {len(when)} different times"

    def r_lines(self, position: int, level: float) -> list[str]:
        """The curve in R's survival package; its own limits are not these."""
        table = self.events.table(int(self.segment[position]))
        return curve_in_r(table, self.what, float(self.points[position]), float(self.estimate[position]))

    @cached_property
    def _share(self) -> tuple[Floats, Floats, Floats]:
        """S(t) of every row, its variance and the number at risk."""
        seen = np.full((3, len(self.points)), np.nan)
        for s in np.unique(self.segment):
            rows = np.flatnonzero(self.segment == s)
            seen[:, rows] = _seen(self.curves[int(s)], self.points[rows])
        return seen[0], seen[1], seen[2]

    def _share_limits(self, rows: Floats, z: Floats) -> tuple[Floats, Floats]:
        survival, variance, risk = self._share
        low, high = rothman_wilson(survival[rows], variance[rows], risk[rows], z)
        return (1 - high, 1 - low) if self.what == "failure" else (low, high)

    def _quantile_limits(self, row: int, z: float) -> tuple[float, float]:
        s, q = int(self.segment[row]), float(self.points[row])
        if self.method in _CLOSED:
            when, died, _ = self.events.table(s)
            return _CLOSED[self.method](when, died, q, z)
        falling = self._falling(s, q)
        when = self.curves[s].times
        # Wilson's limit of S(t) has passed 1 - q where the score of S(t) against it has fallen below z.
        low, high = (np.searchsorted(falling, -(bound + _TIE), side="left") for bound in (z, -z))
        return tuple(float(when[i]) if i < len(when) else float("nan") for i in (low, high))  # type: ignore[return-value]

    def _falling(self, segment: int, q: float) -> Floats:
        """Minus the lowest score so far of S(t) against 1 - q: ascending, so that limits at any z are looked up."""
        key = (segment, q)
        if key not in self._scores:
            curve, p = self.curves[segment], 1.0 - q
            alive, variance, risk = _seen(curve, curve.times)
            inner = (alive > 0) & (alive < 1)
            size = np.where(inner, over(alive * (1 - alive), variance), risk)
            score = over((alive - p) * np.sqrt(np.nan_to_num(size)), np.sqrt(p * q), 0.0)
            self._scores[key] = -np.minimum.accumulate(score) if len(score) else score
        return self._scores[key]

    @cached_property
    def _scores(self) -> dict[tuple[int, float], Floats]:
        return {}


def curve_rows(segments: Segments, at: Sequence[float]) -> tuple[Floats, Floats]:
    """For several times of each segment: the segment and the time of every row, segments in order."""
    size, width = len(segments), len(at)
    return np.repeat(np.arange(size), width), np.tile(np.asarray(at, dtype=float), size)


def _seen(curve: Curve, when: Floats) -> tuple[Floats, Floats, Floats]:
    """S at some times, its variance and the number at risk; where S has fallen to 0 that of the last event."""
    survival, variance, risk = curve.at(when)
    ended = survival == 0
    if ended.any():
        risk = np.where(ended, curve.at_risk[np.flatnonzero(curve.survival == 0)[0]], risk)
    return survival, variance, risk
