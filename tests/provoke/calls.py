"""One provocation for each error of the telephone: call rows, queue totals and service level from tickets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

import cxlab as cx

CALLS = pa.table({"outcome": ["answered", "abandoned"], "wait": [10, 20]})
TICKETS = pa.table({"opened": ["2026-10-05"], "responded": ["2026-10-06"]})


def totals(**columns: list[Any]) -> pa.Table:
    base: dict[str, Any] = {"offered": [10], "answered": [8], "abandoned": [2], "answered_within": [7]}
    return pa.table({**base, **columns})


PROVOKE: dict[str, Callable[[], object]] = {
    "unknown outcome": lambda: cx.service_level(pa.table({"outcome": ["answered", "PHANTOM"], "wait": [1, 2]})),
    "negative wait": lambda: cx.speed_of_answer(pa.table({"outcome": ["answered"], "wait": [-4]})),
    "an endless wait": lambda: cx.speed_of_answer(pa.table({"outcome": ["answered"], "wait": [float("inf")]})),
    "limit that is no number": lambda: cx.service_level(CALLS, within=-20),
    "never a blocked call": lambda: cx.blockage_rate(CALLS),
    "median of a ratio of sums": lambda: cx.speed_of_answer(CALLS, variant="all_over_answered", statistic="median"),
    "totals without blocked calls": lambda: cx.blockage_rate(totals()),
    "all waits from totals": lambda: cx.speed_of_answer(totals(wait_seconds=[90]), variant="all_over_all"),
    "a row of all totals": lambda: cx.handle_time(
        pa.table(
            {
                "queue": ["sales", "help", " Total"],
                "offered": [3, 2, 5],
                "answered": [3, 2, 5],
                "talk_seconds": [9, 6, 15],
            }
        )
    ),
    "median from totals": lambda: cx.handle_time(totals(talk_seconds=[900]), statistic="median"),
    "limit that the export does not state": lambda: cx.service_level(totals(), within=30),
    "limit that the export did not use": lambda: cx.service_level(totals(within=[20]), within=30),
    "totals below zero": lambda: cx.service_level(totals(abandoned=[-2])),
    "totals that contradict each other": lambda: cx.service_level(totals(answered_within=[70])),
    "abandoned tickets": lambda: cx.service_level(TICKETS, within=3600, variant="answered_only"),
    "a wait that may be minutes or hours": lambda: cx.handle_time(
        pa.table({"outcome": ["answered"], "talk": ["3:25"]})
    ),
    "waits with a comma": lambda: cx.speed_of_answer(pa.table({"outcome": ["answered"], "wait": ["12,000"]})),
    "waits with a point and three digits": lambda: cx.speed_of_answer(
        pa.table({"outcome": ["answered"], "wait": ["1.234"]})
    ),
    "waits with a mark that was not declared": lambda: cx.speed_of_answer(
        cx.read(pa.table({"outcome": ["answered"], "wait": ["12.5"]}), decimal=",")
    ),
    "waits with a decimal comma": lambda: cx.speed_of_answer(pa.table({"outcome": ["answered"], "wait": ["1.234,5"]})),
    "a decimal mark that is none": lambda: cx.read(CALLS, decimal=";"),
    "years of two digits": lambda: cx.speed_of_answer(
        pa.table({"outcome": ["answered"], "wait": [3], "started": ["03/04/26"]}), period="2026-04"
    ),
    "days as numbers": lambda: cx.speed_of_answer(
        pa.table({"outcome": ["answered"], "wait": [3], "started": [20261005]}), period="2026-10"
    ),
    "clock of calls": lambda: cx.service_level(CALLS, as_of="2026-10-31"),
}
