"""What was asked of a metric, checked; and the estimates that answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate import NO_DATA, POPULATION, PROCESS, UNBOUNDED, Estimate, Estimates, Facts
from cxlab.estimate.basis.base import Basis
from cxlab.estimate.basis.designed import Design, weights_of
from cxlab.metric.facts import LOWEST_LEVEL, About, Variant, method_for
from cxlab.rows.declared import codes_of
from cxlab.rows.periods import Period
from cxlab.rows.read import Rows
from cxlab.rows.times import timeline
from cxlab.tally.cut import PERIOD, By, ByPeriod, Cut, Segments, cut
from cxlab.units import Unit


@dataclass(frozen=True)
class Question:
    """What was asked of a metric, checked: how to cut, weigh and keep rows, which definition, which interval."""

    about: About
    variant: Variant
    by: By | Sequence[By] | None = None
    weight: str | None = None
    cluster: str | None = None
    strata: str | None = None
    population: Any = None
    lonely: str | None = None
    period: str | Period | None = None
    level: float = 0.95
    method: str = ""
    missing: tuple[object, ...] = ()
    notes: tuple[str, ...] = ()
    chosen: bool = False

    @property
    def census(self) -> bool:
        """Whether everything was counted, so that there is no sampling interval."""
        return isinstance(self.population, str) and self.population == "all"

    def cut(self, rows: Rows, time: str | None = None, timezone: str | None = None) -> Cut:
        """The table cut as asked, by the metric's defining time."""
        return cut(rows, self.by, self.period, time or self.about.time, self.about.name, timezone)

    def timed(self, rows: Rows, time: str | None = None) -> Rows:
        """The table with the times typed by which it will be cut: before rows are left out, so that it keeps them."""
        asked = self.by if isinstance(self.by, Sequence) and not isinstance(self.by, str) else [self.by]
        wanted = [(item.column, item.timezone) for item in asked if isinstance(item, ByPeriod)]
        wanted += [(time or self.about.time or "", None)] if self.period is not None else []
        for column, place in wanted:
            if rows.has(column):
                rows = timeline(rows, column, place, self.about.name).rows
        return rows

    def weighing(self, rows: Rows) -> str | None:
        """The weight column: the one named, else the one that plays the role."""
        return self.weight if self.weight is not None else _role(rows, self.about.weight)

    def design(self, rows: Rows) -> Design:
        """The design of this question on a table: what was named, and the roles that the table knows."""
        weight, own = self.weighing(rows), _role(rows, self.about.cluster)
        cluster = self.cluster if self.cluster is not None else own
        same = own is not None and cluster is not None and rows.find(cluster) == rows.find(own)
        return Design(
            weight,
            cluster,
            self.strata,
            self.population,
            self.lonely,
            noticed=self.cluster is None and cluster is not None,
            repeats=same and self.strata is None,
            margins=weights_of(rows, weight),
        )

    def answer(
        self,
        segments: Segments,
        basis: Basis,
        *,
        unit: Unit,
        definition: Mapping[str, object],
        notes: Sequence[Sequence[str]] | None = None,
        axis: str | None = None,
        extra: Mapping[str, Sequence[Any]] | None = None,
        ledger: Any = None,
        metric: str | None = None,
    ) -> Estimates:
        """The estimates of a basis: limits at the level asked, in the unit, with reasons where a number is missing.

        `notes` gives further notes per segment, `axis` and `extra` the column that makes several rows of one segment.
        """
        low, high = basis.shown(self.level)
        estimate = basis.estimate
        facts = Facts({key: value for key, value in definition.items() if value not in (None, "")})
        items = []
        for i in range(len(basis.n)):
            segment = dict(zip(segments.columns, segments.values[i], strict=True))
            segment |= {name: values[i] for name, values in (extra or {}).items()}
            name = metric or self.about.name
            items.append(
                _estimate(
                    self,
                    name,
                    segment,
                    (estimate[i], low[i], high[i]),
                    basis,
                    i,
                    unit,
                    facts,
                    tuple(notes[i]) if notes else (),
                )
            )
        periods = {one.key: one for one in segments.periods}
        return Estimates(
            items,
            by=segments.columns,
            axis=axis or (PERIOD if PERIOD in segments.columns else None),
            basis=basis,
            ledger=ledger,
            periods=periods,
            overlap=segments.overlap,
        )


def _estimate(
    ask: Question,
    name: str,
    segment: dict[str, Any],
    figures: tuple[float, float, float],
    basis: Basis,
    i: int,
    unit: Unit,
    facts: Facts,
    notes: tuple[str, ...],
) -> Estimate:
    value, low, high = (None if np.isnan(figure) else float(figure) for figure in figures)
    n, effective = float(basis.n[i]), float(basis.n_effective[i])
    reasons: list[str] = []
    if value is None:
        low = high = None
        reasons += [NO_DATA] if NO_DATA not in notes and (n == 0 or not any(notes) or effective == 0) else []
    elif ask.census or np.isinf(effective):
        low = high = None
        reasons.append(POPULATION)
    else:
        if low is None or high is None:
            reasons += [] if UNBOUNDED in notes else [UNBOUNDED]
        if ask.about.census:
            reasons.append(PROCESS)
    where = ",".join(f"{key}={segment[key]}" for key in segment)
    return Estimate(
        id=f"{name}.{ask.variant.name}[{where}]",
        metric=name,
        variant=ask.variant.name,
        estimate=value,
        low=low,
        high=high,
        level=ask.level,
        n=round(n),
        n_effective=None if np.isnan(effective) or np.isinf(effective) else effective,
        unit=unit.name,
        method=basis.method,
        segment=Facts(segment),
        definition=facts,
        notes=tuple(dict.fromkeys((*reasons, *(note for note in notes if note), *ask.notes))),
    )


def question(about: About, common: Mapping[str, Any]) -> Question:
    variant = about.variant(common.get("variant") or about.variants[0].name)
    population, period = common.get("population"), common.get("period")
    if isinstance(population, str) and population != "all":
        raise DefinitionError(
            "population= is a number, a mapping per stratum or 'all'", f"population={population!r}", "Use one of these"
        )
    _design(population, common.get("lonely"))
    return Question(
        about=about,
        variant=variant,
        by=common.get("by"),
        weight=common.get("weight"),
        cluster=common.get("cluster"),
        strata=common.get("strata"),
        population=population,
        lonely=common.get("lonely"),
        # 2026 and pandas' Period read as what they print; what is no period is refused where it is read.
        period=period if period is None or isinstance(period, Period) else str(period),
        level=level_of(common.get("level", 0.95), about.name),
        method=method_for(about, variant, common.get("method")),
        chosen=common.get("method") not in (None, "", "default"),
        missing=codes_of(common.get("missing")),
    )


def level_of(level: Any, why: str) -> float:
    """A confidence level; an error where it is none, or too low for the score engine."""
    if not isinstance(level, (int, float)) or not LOWEST_LEVEL <= level < 1:
        raise DefinitionError(
            f"{why} needs a confidence level from {LOWEST_LEVEL} up to, but not, 1",
            f"level={level!r}",
            "Use 0.95, or 0.9 or 0.99",
        )
    return float(level)


def _design(population: Any, lonely: Any) -> None:
    """Refuse sizes that no population has."""
    sizes = list(population.values()) if isinstance(population, Mapping) else [population]
    for size in sizes:
        if size is None or size == "all":
            continue
        if isinstance(size, bool) or not isinstance(size, (int, float)) or not 1 <= size < float("inf"):
            raise DefinitionError("A population has one unit or more", f"population= holds {size!r}", "Give its size")
    if lonely not in (None, "adjust"):
        raise DefinitionError("Unknown way to treat a stratum with one unit", f"lonely={lonely!r}", "Use 'adjust'")


def _role(rows: Rows, role: str | None) -> str | None:
    return role if role is not None and rows.has(role) else None
