"""One call per error of the explorer."""

from __future__ import annotations

from collections.abc import Callable

import cxlab as cx


def _answers() -> object:
    return cx.read(cx.sample("harbour").slice(0, 50), timezone="Europe/London")


PROVOKE: dict[str, Callable[[], object]] = {
    "a table without a metric": lambda: cx.explore(cx.read(cx.sample("harbour").select(["region"]))),
    "options of no metric": lambda: cx.explore(_answers(), npss={}),
}
