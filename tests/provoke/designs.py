"""Every error of designed answers: weights, clusters, strata, populations and raking."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

import cxlab as cx

ROWS = pa.table(
    {
        "recommend": [10, 9, 3, 8, 10, 0],
        "store": [1, 1, 1, 1, 1, 1],
        "region": ["N", "N", "N", "N", "N", "S"],
        "age": ["old", "old", "old", "old", "old", "young"],
        "far": [1e200, 1.0, 1.0, 1.0, 1.0, 1.0],
        "none": [0.0, 1.0, 1.0, 1.0, 1.0, 1.0],
    }
)
HALVES = {"region": {"N": 50, "S": 50}}


def many() -> object:
    table = pa.table({"g": list(range(20_001)), "recommend": [9] * 20_001})
    return cx.rake(table, {"g": dict.fromkeys(range(20_001), 1)})


PROVOKE: dict[str, Callable[[], object]] = {
    "one cluster": lambda: cx.nps(ROWS, cluster="store"),
    "an unknown way with lonely strata": lambda: cx.nps(ROWS, strata="region", lonely="remove"),
    "a population of strata without strata": lambda: cx.nps(ROWS, population={"N": 9, "S": 9}),
    "one population for all strata": lambda: cx.nps(ROWS, strata="region", population=90),
    "a stratum without its population": lambda: cx.nps(ROWS, strata="region", population={"N": 90}),
    "a population of nobody": lambda: cx.nps(ROWS, population=0),
    "weights too far apart": lambda: cx.nps(ROWS, weight="far"),
    "rake: no margins": lambda: cx.rake(ROWS, {}),
    "rake: a margin that is no mapping": lambda: cx.rake(ROWS, {"region": 50}),  # type: ignore[dict-item]
    "rake: a margin of nobody": lambda: cx.rake(ROWS, {"region": {"N": 50, "S": 0}}),
    "rake: margins of two populations": lambda: cx.rake(ROWS, HALVES | {"age": {"old": 30, "young": 40}}),
    "rake: rows without a margin": lambda: cx.rake(ROWS, {"region": {"N": 50}}),
    "rake: a margin without rows": lambda: cx.rake(ROWS, {"region": {"N": 50, "S": 40, "W": 10}}),
    "rake: margins that contradict": lambda: cx.rake(ROWS, HALVES | {"age": {"old": 60, "young": 40}}),
    "rake: weights of nothing to begin with": lambda: cx.rake(cx.read(ROWS, columns={"weight": "none"}), HALVES),
    "rake: trimmed below the mean": lambda: cx.rake(ROWS, HALVES, trim=0.5),
    "rake: too many cells": many,
}
