"""The public face by name: where each name lives, looked up when it is first used."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# The names that are not metrics; metrics are found in the catalogue, so that a new one needs no line here.
HOME = {
    "read": "cxlab.rows.read",
    "Rows": "cxlab.rows.read",
    "period": "cxlab.tally.cut",
    "each": "cxlab.tally.cut",
    "from_json": "cxlab.estimate",
    "Estimate": "cxlab.estimate",
    "Estimates": "cxlab.estimate",
    "Difference": "cxlab.estimate",
    "Differences": "cxlab.estimate",
    "CxlabError": "cxlab.errors",
    "metrics": "cxlab.catalogue",
    "sample": "cxlab.rows.sample",
}


def __getattr__(name: str) -> Any:
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

    return sorted([*HOME, *catalogue(), "__version__"])
