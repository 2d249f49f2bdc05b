"""Number lines: round ticks, and where a scale begins."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from cxlab.words.locale import TIMES, time_unit

# Scale points have no zero worth showing (a scale from 1 to 7 begins at 1); shares far from zero show their range.
_WITHOUT_ZERO = ("scale points", "number")
_FAR = 0.5


@dataclass(frozen=True)
class Scale:
    """A number line in the stored unit: its ticks, its ends, and the unit of time in which its numbers are said."""

    ticks: tuple[float, ...]
    decimals: int
    time: str | None = None

    @property
    def low(self) -> float:
        """The left end."""
        return self.ticks[0]

    @property
    def high(self) -> float:
        """The right end."""
        return self.ticks[-1]

    def share(self, x: float) -> float:
        """Where a number lies between the ends, 0..1."""
        return (x - self.low) / (self.high - self.low)


def scale(numbers: Iterable[float | None], unit: str, zero: bool | None = None, most: int = 5) -> Scale:
    """The number line that holds these numbers, with at most `most` round ticks.

    Zero is on it where the unit has one worth showing, unless all shares lie in the upper half of their range; `zero`
    decides otherwise. Without numbers it runs from 0 to 1.

    >>> scale([9.5, 52.4], "points").ticks
    (0.0, 20.0, 40.0, 60.0)
    """
    known = [float(x) for x in numbers if x is not None and math.isfinite(x)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if zero is None:
        zero = unit not in _WITHOUT_ZERO and not (unit in ("share", "ratio") and low > _FAR * high > 0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        # All stay, or all are satisfied: no share is above one.
        whole = unit == "share" and low == 1.0
        low, high = (0.0, 1.0) if not low or whole else (low - 1, high + 1)
    time = time_unit(max(abs(low), abs(high))) if unit == "seconds" else None
    factor = TIMES[time] if time else 0.01 if unit in ("share", "ratio", "percentage points") else 1.0
    ticks = round_ticks(low / factor, high / factor, most)
    decimals = next((d for d in range(6) if all(math.isclose(tick, round(tick, d), abs_tol=1e-9) for tick in ticks)), 6)
    return Scale(tuple(round(tick * factor, 12) for tick in ticks), decimals, time)


def round_ticks(low: float, high: float, most: int = 5) -> tuple[float, ...]:
    """Round numbers in even steps, the first at or under `low`, the last at or over `high`, at most `most` of them.

    >>> round_ticks(16.7, 31.0)
    (15.0, 20.0, 25.0, 30.0, 35.0)
    """
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (power * factor for factor in (1, 2, 2.5, 5, 10, 20, 25, 50)):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first + 1 <= most:
            break
    digits = max(0, 2 - math.floor(math.log10(step)))
    return tuple(round(at * step, digits) + 0.0 for at in range(first, last + 1))
