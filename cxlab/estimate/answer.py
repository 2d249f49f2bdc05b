"""One figure with its interval, base and definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from cxlab.errors import DefinitionError, PositionError

NO_DATA = "no data"
POPULATION = "population value"
UNBOUNDED = "unbounded"
SUPPRESSED = "suppressed"
PROCESS = "process interval"
One = TypeVar("One")


class Facts(Mapping[str, Any]):
    """A small mapping that cannot change and compares by value, for segments and definitions."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        self._items = dict(items)

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(tuple(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


@dataclass(frozen=True)
class Estimate:
    """One figure with its interval, base and definition.

    `estimate`, `low`, `high` are in `unit` (points, share 0..1, seconds ...); None where there is no such number, and
    `notes` says why. `n` counts the rows used (None where it is suppressed), `n_effective` what they are worth under
    weights and clusters.
    """

    id: str
    metric: str
    variant: str
    estimate: float | None
    low: float | None
    high: float | None
    level: float
    n: int | None
    n_effective: float | None
    unit: str
    method: str
    segment: Facts = field(default_factory=Facts)
    definition: Facts = field(default_factory=Facts)
    notes: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """The notes in one line."""
        return "; ".join(self.notes)

    def __str__(self) -> str:
        where = ", ".join(f"{key} {value}" for key, value in self.segment.items())
        limits = "" if self.low is None and self.high is None else f" [{short(self.low)} to {short(self.high)}]"
        number = NO_DATA if self.estimate is None else f"{short(self.estimate)} {self.unit}"
        return f"{self.metric} ({self.variant}){f' {where}' if where else ''}: {number}{limits}, n = {self.n}"

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values, for JSON."""
        raw = {item.name: getattr(self, item.name) for item in fields(self)}
        return raw | {
            "segment": dict(self.segment),
            "definition": dict(self.definition),
            "notes": list(self.notes),
        }


def short(value: float | None) -> str:
    """A number for a line of text that no client reads."""
    return "-" if value is None else f"{value:.4g}"


def at(items: Sequence[One], index: Any, what: str, are: str, todo: str) -> One:
    """The one at a position; errors that say how many there are and how one of them is had."""
    if not hasattr(index, "__index__"):
        raise DefinitionError(f"{what} stand by their position, not by {index!r}", are, todo)
    try:
        return items[index]
    except IndexError as error:
        raise PositionError(f"None of these {what.lower()} stands at {index}", are, todo) from error
