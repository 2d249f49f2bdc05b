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
HOURS = [pd.Timestamp(f"2026-09-10T{hour:02d}:00", tz="UTC") for hour in range(8, 12)]
TICKETS = pa.table({"ticket": [1, 2, 3, 4], "opened": HOURS, "responded": HOURS[1:] + HOURS[3:], "queue": list("aabb")})
DRIVEN = pa.table({"y": [1, 2, 3, 4, 5], "a": [1, 2, 2, 4, 5], "gone": [0] * 5, "half": [0.5, 1, 0, 0, 1]})
CROSSED = pa.table({"y": [1, 5, 5, 1] * 5, "a": [1, 1, 5, 5] * 5, "b": [1, 5, 1, 5] * 5})
NAMED = pa.table({"customer": ["a", "b"]})

PROVOKE: dict[str, Callable[[], object]] = {
    "no estimates to reconcile": lambda: cx.reconcile([1, 2], 39),
    "no figure to reconcile with": lambda: cx.reconcile(REGIONS.where(region="N"), {"S": "n/a"}),
    "a figure that is none": lambda: cx.reconcile(cx.nps([9, 3]), "soon"),
    "one figure against several": lambda: cx.reconcile(REGIONS, 39),
    "a segment that we do not have": lambda: cx.reconcile(REGIONS, {"North": 39}),
    "a vendor's frame that is not cut": lambda: cx.reconcile(REGIONS, pd.DataFrame({"area": ["N"], "nps": [3]})),
    "two columns of figures": lambda: cx.reconcile(cx.nps([9, 3]), pd.DataFrame({"a": [3], "b": [4]})),
    "none of our figures": lambda: cx.reconcile(REGIONS, pd.DataFrame({"region": ["X"], "nps": [3]})),
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
    "a sample size for nothing": lambda: cx.sample_size("nps"),
    "a sample size of an unknown metric": lambda: cx.sample_size("npss", 5),
    "a sample size for no width": lambda: cx.sample_size("nps", 0),
    "a sample size at no level": lambda: cx.sample_size("nps", 5, level=95),
    "a sample size for no power": lambda: cx.sample_size("nps", difference=5, power=2),
    "a sample size without a scale": lambda: cx.sample_size("rating", 0.1),
    "a sample size of two figures": lambda: cx.sample_size(REGIONS, 5),
    "a sample size that does not exist": lambda: cx.sample_size("nps", 1e-7),
    "a sample size for a spread beyond the scale": lambda: cx.sample_size("nps", 5, sd=120),
    "a sample size for a share beyond 1": lambda: cx.sample_size("csat", difference=0.7),
    "a sample size of a median": lambda: cx.sample_size("first_response_time", 60),
    "a sample size from two medians": lambda: cx.sample_size(cx.first_response_time(TICKETS, by="queue"), 60),
    "a sample size from no interval": lambda: cx.sample_size(cx.first_response_time(TICKETS.slice(0, 1)), 60),
    "what three groups show": lambda: cx.detectable((1, 2, 3)),
    "what a median shows": lambda: cx.detectable(100, metric="first_response_time"),
    "what no answers show": lambda: cx.detectable(0),
    "drivers: the outcome itself": lambda: cx.drivers(DRIVEN, "y", ["y"], scale=(1, 5)),
    "drivers: an unknown variant": lambda: cx.drivers(DRIVEN, "y", ["a"], scale=(1, 5), variant="impact"),
    "drivers: too few rows": lambda: cx.drivers(DRIVEN.slice(0, 3), "y", ["a"], scale=(1, 5)),
    "drivers: nothing to share": lambda: cx.drivers(CROSSED, "y", ["a", "b"], scale=(1, 5)),
    "link: no level": lambda: cx.link(DRIVEN, "a", "gone", scale=(1, 5), level=95),
    "link: half an outcome": lambda: cx.link(DRIVEN, "a", "half", scale=(1, 5)),
    "link: nobody with the outcome": lambda: cx.link(DRIVEN, "a", "gone", scale=(1, 5)),
    "follow up: a list of none": lambda: cx.follow_up(NAMED, top=0),
    "follow up: effort without an end": lambda: cx.follow_up(NAMED, easy="up"),
    "follow up: a scale of another answer": lambda: cx.follow_up(NAMED, scale={"mood": (1, 5)}),
    "follow up: no answers": lambda: cx.follow_up(NAMED),
    "the previous of one period": lambda: cx.nps(
        ROWS, by=["region", cx.period("answered", "month")], period="2026-09"
    ).compare("previous"),
    "shrinking what overlaps": lambda: cx.shrink(cx.nps(ROWS, by=cx.each("region"))),
    "a change of shares of one whole": lambda: cx.change(
        ROWS, "distribution", MONTHS, "region", score="recommend", scale=(0, 10)
    ),
}
