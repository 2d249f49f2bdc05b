"""The public face by name: where each name lives, looked up when it is first used."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

# The names that are not metrics; metrics are found in the catalogue, so that a new one needs no line here.
HOME = {
    "read": "cxlab.rows.read",
    "Rows": "cxlab.rows.read",
    "check": "cxlab.rows.quality.check",
    "period": "cxlab.tally.cut",
    "each": "cxlab.tally.cut",
    "join": "cxlab.rows.join",
    "rake": "cxlab.tally.rake",
    "change": "cxlab.compare.change",
    "control_chart": "cxlab.compare.chart",
    "drivers": "cxlab.compare.drivers",
    "link": "cxlab.compare.link",
    "follow_up": "cxlab.compare.follow_up",
    "reconcile": "cxlab.compare.reconcile",
    "shrink": "cxlab.compare.shrink",
    "sample_size": "cxlab.compare.planning",
    "detectable": "cxlab.compare.planning",
    "calendar": "cxlab.rows.clock",
    "from_json": "cxlab.estimate",
    "Estimate": "cxlab.estimate",
    "Estimates": "cxlab.estimate",
    "Difference": "cxlab.estimate.differences",
    "Differences": "cxlab.estimate.differences",
    "CxlabError": "cxlab.errors",
    "explore": "cxlab.show.explorer",
    "sample": "cxlab.rows.sample",
}
# Functions that share their name with a room: importing the room must not take the name away from users.
SHADOWED = {"metrics": "cxlab.metric.table", "report": "cxlab.report.job"}


class Face(ModuleType):
    """The module `cxlab` itself: its `metrics` and `report` are functions, whatever rooms have been imported."""

    @property
    def metrics(self) -> Any:
        """The function that gives the catalogue as a frame."""
        return importlib.import_module(SHADOWED["metrics"]).metrics

    @metrics.setter
    def metrics(self, room: ModuleType) -> None:
        """The import system offers the room of that name; `sys.modules` has it already."""

    @property
    def report(self) -> Any:
        """The function that a report notebook calls."""
        return importlib.import_module(SHADOWED["report"]).report

    @report.setter
    def report(self, room: ModuleType) -> None:
        """As for `metrics`."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("cxlab")
    if name.startswith("__"):
        raise AttributeError(name)
    if name in HOME:
        return getattr(importlib.import_module(HOME[name]), name)
    from cxlab.metric import catalogue

    about = catalogue().get(name)
    if about is None:
        from cxlab.errors import did_you_mean

        raise AttributeError(f"cxlab has no '{name}'. {did_you_mean(name, [*HOME, *catalogue()])}".strip())
    return about.function


def __dir__() -> list[str]:
    from cxlab.metric import catalogue

    return sorted([*HOME, *SHADOWED, *catalogue(), "__version__"])
