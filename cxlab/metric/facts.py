"""The facts of a metric, and which interval methods its kinds admit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cxlab.errors import DefinitionError, did_you_mean, listing
from cxlab.interval.methods import METHODS
from cxlab.units import SCALE, Unit

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
    # A time is asked for as a mean or a quantile, and open cases among them decide too: the answer names its method.
    "time": ("hall", "t", "hutson", "order"),
    "censored_time": ("wilson", "hutson", "order", "hall", "t"),
    "curve": ("wilson", "hutson", "order"),
    "money": ("t",),
    "model": ("delta",),
    "propagated": ("mover",),
}
COMMON = (
    "by", "weight", "cluster", "strata", "population", "lonely", "period", "variant", "level", "method", "missing",
)  # fmt: skip
LOWEST_LEVEL = 0.7
LANGUAGES = ("en", "vi", "fa")


@dataclass(frozen=True)
class Variant:
    """One definition of a metric: its formula in words, its unit (None: points of the scale asked) and its kind.

    `also` are the units that its figures have when asked with a keyword, or that stand beside it.
    """

    name: str
    formula: str
    unit: Unit | None
    kind: str
    better: str | None = None
    also: tuple[Unit, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """The names of all its units, its own first."""
        return (self.unit.name if self.unit else SCALE, *(unit.name for unit in self.also))


@dataclass(frozen=True)
class About:
    """The facts of a metric; `better` is "higher" or "lower", or "" where neither is."""

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
