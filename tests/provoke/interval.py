"""One provocation for each error of the one-sample intervals."""

from __future__ import annotations

from collections.abc import Callable

from cxlab.interval.mean import bootstrap
from cxlab.interval.methods import method
from cxlab.interval.score import limits
from cxlab.interval.share import wilson

PROVOKE: dict[str, Callable[[], object]] = {
    "scale out of order": lambda: limits([[1, 2, 3]], [1, 3, 2], 1.96),
    "counts of another scale": lambda: limits([[1, 2, 3]], [1, 2, 3, 4, 5], 1.96),
    "negative count": lambda: limits([[4, 5, 6], [1, -2, 3]], [-1, 0, 1], 1.96),
    "critical values of other segments": lambda: limits([[1, 2, 3]], [-1, 0, 1], [1.96, 1.96]),
    "negative critical value": lambda: limits([[1, 2, 3]], [-1, 0, 1], -1.96),
    "bootstrap of weights": lambda: bootstrap([[1.5, 2, 3]], [-1, 0, 1], 1.96),
    "bootstrap without a lattice": lambda: bootstrap([[1, 2, 3]], [0, 1, 3.14159], 1.96),
    "more successes than answers": lambda: wilson(4, 3, 1.96),
    "shares of other segments": lambda: wilson([1, 2], [3, 4, 5], 1.96),
    "share on another scale": lambda: method("share", "wilson")([[1, 2]], [1, 2], 1.96),
    "inadmissible method": lambda: method("mean", "wilson"),
    "misspelt method": lambda: method("nps", "bootstrapp"),
    "unknown kind of metric": lambda: method("rating"),
}
