"""What a metric is: its facts stated once, its question checked once, and the catalogue of all of them.

A metric is one function in one file of `metrics/`, marked with `@metric(...)`. The mark states the facts (name, table,
variants, units, words); the common keywords, the catalogue row, the command line and the contract test follow from it.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cxlab.basis.base import Basis
from cxlab.errors import DefinitionError, did_you_mean, listing
from cxlab.estimate import NO_DATA, POPULATION, PROCESS, UNBOUNDED, Estimate, Estimates, Facts
from cxlab.interval.methods import METHODS
from cxlab.rows.read import Rows, rows_of
from cxlab.tally.cut import PERIOD, By, Cut, Segments, cut
from cxlab.units import Unit

# METHODS 1.8: what is admissible for each kind of metric, the default first.
ADMISSIBLE: dict[str, tuple[str, ...]] = {
    **{kind: tuple(table) for kind, table in METHODS.items()},
    "ratio": ("wilson",),
    "signed_ratio": ("t",),
    "rate": ("t", "jeffreys", "score", "clopper_pearson", "wald"),
    "count": ("jeffreys", "score", "clopper_pearson", "wald", "t"),
    "mean_time": ("hall", "t"),
    "mean_time_totals": ("t",),
    "quantile_time": ("hutson", "order"),
    "curve": ("wilson", "hutson", "order"),
    "money": ("t",),
    "model": ("delta",),
}
COMMON = ("by", "weight", "cluster", "strata", "population", "period", "variant", "level", "method", "missing")
LOWEST_LEVEL = 0.7
LANGUAGES = ("en", "vi", "fa")


@dataclass(frozen=True)
class Variant:
    """One definition of a metric: its formula in words, its unit (None: points of the scale asked) and its kind."""

    name: str
    formula: str
    unit: Unit | None
    kind: str
    better: str | None = None


@dataclass(frozen=True)
class About:
    """The facts of a metric."""

    name: str
    label: Mapping[str, str]
    table: str
    better: str
    variants: tuple[Variant, ...]
    source: str
    time: str | None = None
    unit_of_analysis: str = "answers"
    cluster: str | None = None
    weight: str | None = None
    census: bool = False
    method: str | None = None
    function: Callable[..., Any] | None = field(default=None, compare=False)

    def variant(self, name: str) -> Variant:
        """The variant of that name; an error that lists those there are."""
        for variant in self.variants:
            if variant.name == name:
                return variant
        names = [variant.name for variant in self.variants]
        raise DefinitionError(
            f"{self.name} has no variant '{name}'",
            f"its variants are {listing(names)}",
            did_you_mean(str(name), names) or "Choose one of them",
        )


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
    period: str | None = None
    level: float = 0.95
    method: str = ""
    missing: tuple[object, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def census(self) -> bool:
        """Whether everything was counted, so that there is no sampling interval."""
        return isinstance(self.population, str) and self.population == "all"

    def cut(self, rows: Rows, time: str | None = None, timezone: str | None = None) -> Cut:
        """The table cut as asked, by the metric's defining time."""
        return cut(rows, self.by, self.period, time or self.about.time, self.about.name, timezone)

    def weighing(self, rows: Rows) -> str | None:
        """The weight column: the one named, else the one that plays the role."""
        return self.weight if self.weight is not None else _role(rows, self.about.weight)

    def clustering(self, rows: Rows) -> str | None:
        """The cluster column: the one named, else the customer or agent where the table knows one."""
        return self.cluster if self.cluster is not None else _role(rows, self.about.cluster)

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


def metric(
    *,
    label: Mapping[str, str],
    table: str,
    better: str,
    variants: Sequence[Variant],
    source: str,
    time: str | None = None,
    unit_of_analysis: str = "answers",
    cluster: str | None = None,
    weight: str | None = None,
    census: bool = False,
    method: str | None = None,
    score: str = "recommend",
) -> Callable[[Callable[..., Estimates]], Callable[..., Estimates]]:
    """Mark a function as a metric: it gets `ask`, the checked question, and the common keywords become its own.

    The marked function takes `(rows, ..., ask)`; the metric that users call takes the table and, beside its own
    keywords, `by weight cluster strata population period variant level method missing`.
    """

    def mark(function: Callable[..., Estimates]) -> Callable[..., Estimates]:
        about = About(
            function.__name__,
            dict(label),
            table,
            better,
            tuple(variants),
            source,
            time,
            unit_of_analysis,
            cluster,
            weight,
            census,
            method,
        )

        @functools.wraps(function)
        def ask(*args: Any, **keywords: Any) -> Estimates:
            common = {name: keywords.pop(name) for name in COMMON if name in keywords}
            _known(about.name, keywords, signature)
            # Plain numbers may stand in place of a table (cx.clv); only tables are opened.
            first = (rows_of(args[0], score), *args[1:]) if args else ()
            if args and args[0] is not first[0]:
                args = first
            question = _question(about, common)
            answer = function(*args, ask=question, **keywords)

            def again(**changes: Any) -> Estimates:
                return ask(*args, **keywords | common | changes)

            answer._again = again
            answer._variants = tuple(variant.name for variant in about.variants)
            if args:
                answer.ledger = answer.ledger or args[0].ledger
            return answer

        signature = _signature(function, about)
        ask.__signature__ = signature  # type: ignore[attr-defined]
        ask.about = replace(about, function=ask)  # type: ignore[attr-defined]
        return ask

    return mark


@functools.cache
def catalogue() -> dict[str, About]:
    """Every metric by name: collected by looking into the files of `metrics/`, in the order of the files."""
    import cxlab.metrics as room

    found: dict[str, About] = {}
    for module in sorted(pkgutil.iter_modules(room.__path__), key=lambda one: one.name):
        members = vars(importlib.import_module(f"{room.__name__}.{module.name}"))
        found |= {
            value.about.name: value.about
            for value in members.values()
            if isinstance(getattr(value, "about", None), About)
        }
    return found


def better_of(estimate: Estimate) -> str:
    """Which way is good for a figure: "higher", "lower", or "" where its metric is not in the catalogue."""
    about = catalogue().get(estimate.metric)
    if about is None:
        return ""
    variant = next((one for one in about.variants if one.name == estimate.variant), None)
    if estimate.definition.get("easy") == "low" and estimate.variant == "mean":
        return "lower"
    return (variant.better if variant else None) or about.better


def method_for(about: About, variant: Variant, method: str | None) -> str:
    """The interval method to use: the one asked for if it is admissible, else the default of the kind."""
    names = ADMISSIBLE[variant.kind]
    if method in (None, "", "default"):
        return about.method if about.method in names else names[0]
    if method not in names:
        raise DefinitionError(
            f"{about.name} ({variant.name}) has no interval method '{method}'",
            f"admissible are {listing(names)}",
            did_you_mean(str(method), names) or "Choose one of them",
        )
    return str(method)


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
        reasons += [] if NO_DATA in notes else [NO_DATA] if not any(notes) or n == 0 else []
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
        n=int(round(n)),
        n_effective=None if np.isnan(effective) or np.isinf(effective) else effective,
        unit=unit.name,
        method=basis.method,
        segment=Facts(segment),
        definition=facts,
        notes=tuple(dict.fromkeys((*reasons, *(note for note in notes if note), *ask.notes))),
    )


def _question(about: About, common: Mapping[str, Any]) -> Question:
    variant = about.variant(common.get("variant") or about.variants[0].name)
    level = common.get("level", 0.95)
    if not isinstance(level, (int, float)) or not LOWEST_LEVEL <= level < 1:
        raise DefinitionError(
            f"{about.name} needs a confidence level from {LOWEST_LEVEL} up to, but not, 1",
            f"level={level!r}",
            "Use 0.95, or 0.9 or 0.99",
        )
    population = common.get("population")
    if isinstance(population, str) and population != "all":
        raise DefinitionError(
            "population= is a number, a mapping per stratum or 'all'", f"population={population!r}", "Use one of these"
        )
    missing = common.get("missing", ())
    missing = (missing,) if isinstance(missing, (str, int, float)) else tuple(missing)
    return Question(
        about=about,
        variant=variant,
        by=common.get("by"),
        weight=common.get("weight"),
        cluster=common.get("cluster"),
        strata=common.get("strata"),
        population=population,
        period=common.get("period"),
        level=float(level),
        method=method_for(about, variant, common.get("method")),
        missing=missing,
    )


def _role(rows: Rows, role: str | None) -> str | None:
    return role if role is not None and rows.has(role) else None


def _known(name: str, keywords: Mapping[str, Any], signature: inspect.Signature) -> None:
    for keyword in keywords:
        if keyword not in signature.parameters:
            known = [p for p in signature.parameters if p != "rows"]
            raise DefinitionError(
                f"{name} has no keyword '{keyword}'",
                f"it has {listing(known, 'and')}",
                did_you_mean(keyword, known) or "Use one of these",
            )


def _signature(function: Callable[..., Any], about: About) -> inspect.Signature:
    """What a user sees: the metric's own parameters, then the common ones with their defaults."""
    own = [p for p in inspect.signature(function).parameters.values() if p.name != "ask"]
    defaults = dict.fromkeys(COMMON) | {
        "variant": about.variants[0].name,
        "level": 0.95,
        "method": method_for(about, about.variants[0], None),
        "missing": (),
    }
    keyword = inspect.Parameter.KEYWORD_ONLY
    common = [
        inspect.Parameter(name, keyword, default=defaults[name]) for name in COMMON if name not in {p.name for p in own}
    ]
    return inspect.Signature([*own, *common])
