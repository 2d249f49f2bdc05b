"""Answers: an estimate with its interval, base and definition; several of them; their differences and receipts.

An `Estimate` is a frozen fact. `Estimates` is a sequence of them that knows which columns made its segments and, while
it lives, the tallies behind it (its basis), so that other limits, other variants and comparisons can be asked of it.
"""

from cxlab.estimate.answer import NO_DATA, POPULATION, PROCESS, SUPPRESSED, UNBOUNDED, Estimate, Facts
from cxlab.estimate.differences import Difference, Differences
from cxlab.estimate.estimates import Estimates, from_json, joined

__all__ = [
    "NO_DATA",
    "POPULATION",
    "PROCESS",
    "SUPPRESSED",
    "UNBOUNDED",
    "Difference",
    "Differences",
    "Estimate",
    "Estimates",
    "Facts",
    "from_json",
    "joined",
]
