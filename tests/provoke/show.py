"""One provocation for each error of the figures, tables and sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyarrow as pa
from show import made_up as made

from cxlab.compare.change import change
from cxlab.estimate import Differences, Estimates
from cxlab.show.figures import flow, importance, plot, plot_differences
from cxlab.show.sentences import cannot_tell
from cxlab.show.tables import difference_table, table
from cxlab.show.theme import Theme

NONE = Differences([], by=["region"], to="rest", adjust="none")


PROVOKE: dict[str, Callable[[], object]] = {
    "brand": lambda: Theme(brand="plum"),
    "nothing to draw": lambda: plot(Estimates([])),
    "kind of figure": lambda: plot(made.regions(), kind="pie"),
    "kind of figure misspelt": lambda: plot(made.regions(), kind="forrest"),
    "change without data": lambda: change(
        pa.table({"recommend": [9, 3], "answered": [dt.date(2026, 9, 1)] * 2, "region": ["A", "B"]}),
        "nps",
        ("2026-09", "2026-10"),
        "region",
    ).plot(),
    "differences to draw": lambda: plot_differences(NONE),
    "too many curves": lambda: plot(made.staying("a", "b", "c", "d", "e")),
    "heat map of one cut": lambda: plot(made.regions(), kind="heat"),
    "bands": lambda: plot(made.bands(), left="unhappy"),
    "control chart of another series": lambda: plot(made.months(count=6), chart=made.Chart()),
    "flow of other periods": lambda: flow(made.desk()[0], made.desk()[1], made.desk()[2][:3], Theme()),
    "drivers without performance": lambda: importance(made.drivers()[0], made.drivers()[1][:2], Theme()),
    "empty table": lambda: table(Estimates([])),
    "empty table of differences": lambda: difference_table(NONE),
    "nothing left open": lambda: cannot_tell(made.gap(7.8, 2.8, 12.8, "higher")),
}
