"""Units: what a number is, apart from how it is shown.

Values are stored in these units from the tally to the frame. Only the last call, which shows a number to a person,
turns a share into percent or seconds into hours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """One kind of number: its name and the range that no value of it can leave."""

    name: str
    low: float = -math.inf
    high: float = math.inf


POINTS = Unit("points", -100.0, 100.0)
INDEX = Unit("points", 0.0, 100.0)
SHARE = Unit("share", 0.0, 1.0)
RATIO = Unit("ratio")  # a share that may leave 0..1: throughput, net change, a year's turnover
PART = Unit("share")  # a part of something that it may exceed or fall short of: growth, return
RATE = Unit("rate", 0.0)  # a count per exposure
COUNT = Unit("count", 0.0)
SECONDS = Unit("seconds", 0.0)
MONEY = Unit("money")
NUMBER = Unit("number")  # a pure number without a natural range: an odds ratio, a slope
SCALE = "scale points"


def scale_points(low: float, high: float) -> Unit:
    """The unit of a mean on an answer scale that runs from `low` to `high`."""
    return Unit(SCALE, float(low), float(high))
