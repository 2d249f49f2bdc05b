"""Every error of comparisons, changes, charts, planning, drivers and links."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa

import cxlab as cx

MONTHS = ("2026-09", "2026-10")
ROWS = pa.table(
    {
        "recommend": [10, 9, 3, 8],
        "region": ["N", "N", "S", "S"],
        "answered": [pd.Timestamp(f"2026-{month}-10", tz="UTC") for month in ("09", "10", "09", "10")],
    }
)
REGIONS = cx.nps(ROWS, by="region")
SERIES = cx.nps(ROWS, by=cx.period("answered", "month"))

PROVOKE: dict[str, Callable[[], object]] = {
    "an unknown adjustment": lambda: REGIONS.compare(adjust="magic"),
    "an unknown baseline": lambda: REGIONS.compare(to="W"),
    "the previous of no periods": lambda: REGIONS.compare(to="previous"),
    "one figure": lambda: cx.nps(ROWS).compare(),
    "population values": lambda: cx.nps(ROWS, by="region", population="all").compare(),
    "overlapping segments": lambda: cx.nps(ROWS, by=cx.each("region")).compare(),
    "two definitions": lambda: cx.nps(ROWS).variants().compare(),
    "parts of one whole": lambda: cx.distribution(ROWS, "recommend", scale=(0, 10)).compare(),
    "a change of an unknown metric": lambda: cx.change(ROWS, "npss", MONTHS, "region"),
    "a change of one period": lambda: cx.change(ROWS, "nps", "2026-09", "region"),
    "a change split by nothing": lambda: cx.change(ROWS, "nps", MONTHS, []),
    "a change with a period": lambda: cx.change(ROWS, "nps", MONTHS, "region", period="2026-09"),
    "a chart of segments": lambda: cx.control_chart(REGIONS),
    "a chart of another kind": lambda: cx.control_chart(SERIES, method="laney"),
    "a chart from one period": lambda: cx.control_chart(SERIES, base=1),
    "a chart by another rule": lambda: cx.control_chart(SERIES, rules=("trend",)),
    "a change of shares of one whole": lambda: cx.change(
        ROWS, "distribution", MONTHS, "region", score="recommend", scale=(0, 10)
    ),
}
