"""Which interval methods a kind of metric admits, and the function behind each name.

Every function is called alike: answers per point (S, K), the points (K,) and the critical value, a normal or t
quantile; it returns (low, high). A share is given as failures and successes (S, 2) at the points 0 and 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from numpy.typing import ArrayLike

from cxlab.errors import DefinitionError, did_you_mean, listing
from cxlab.interval import mean, share
from cxlab.interval.score import Floats, checked, limits

Interval = Callable[[ArrayLike, ArrayLike, ArrayLike], tuple[Floats, Floats]]


def _tango(counts: ArrayLike, points: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
    return limits(counts, points, z, skew=False)


def _of_share(function: Interval) -> Interval:
    """A method of (k, n, z) called with counts and points."""

    def interval(counts: ArrayLike, points: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats]:
        counts, points, z = checked(counts, points, z)
        if points.tolist() != [0.0, 1.0]:
            raise DefinitionError(
                "A share has the points 0 and 1",
                f"They are {points.tolist()}",
                "Give failures and successes as counts of shape (S, 2) at the points (0, 1).",
            )
        return function(counts[:, 1], counts.sum(axis=1), z)

    interval.__doc__ = function.__doc__
    return interval


DEFAULT = "score"

METHODS: Mapping[str, Mapping[str, Interval]] = MappingProxyType(
    {
        "nps": MappingProxyType(
            {
                DEFAULT: limits,
                "adjusted_wald": mean.adjusted_wald,
                "tango": _tango,
                "wald": mean.wald,
                "t": mean.t,
                "bootstrap": mean.bootstrap,
            }
        ),
        "mean": MappingProxyType(
            {
                DEFAULT: limits,
                "adjusted_wald": mean.adjusted_wald,
                "wald": mean.wald,
                "t": mean.t,
                "bootstrap": mean.bootstrap,
            }
        ),
        "share": MappingProxyType(
            {
                DEFAULT: limits,
                "wilson": _of_share(share.wilson),
                "jeffreys": _of_share(share.jeffreys),
                "clopper_pearson": _of_share(share.clopper_pearson),
                "agresti_coull": _of_share(share.agresti_coull),
                "wald": mean.wald,
                "t": mean.t,
                "bootstrap": mean.bootstrap,
            }
        ),
    }
)


def method(kind: str, name: str = DEFAULT) -> Interval:
    """The function f(counts, points, z) -> (low, high) behind a method's name.

    kind: "nps", "mean" (rating, CSAT, CES or IQS mean, index) or "share". name: one of METHODS[kind]; any other is a
    DefinitionError that lists the admissible ones.

    >>> low, high = method("share", "wilson")([[3, 7]], [0, 1], 1.959964)
    >>> print(f"{low[0]:.4f} {high[0]:.4f}")
    0.3968 0.8922
    """
    if kind not in METHODS:
        raise DefinitionError(
            "There are no interval methods for this kind of metric",
            f"It is '{kind}'",
            f"Give {listing(METHODS)}. {did_you_mean(kind, METHODS)}",
        )
    admitted = METHODS[kind]
    if name not in admitted:
        raise DefinitionError(
            f"The method is not admissible for a metric of the kind '{kind}'",
            f"It is '{name}'",
            f"Give method={listing(admitted)}. {did_you_mean(name, admitted)}",
        )
    return admitted[name]
