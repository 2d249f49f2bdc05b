"""Every error that the sample generator can raise."""

from __future__ import annotations

from collections.abc import Callable

from cxlab.rows.sample import sample

PROVOKE: dict[str, Callable[[], object]] = {
    "sample: a client nearly named": lambda: sample("harbor"),
    "sample: no such table": lambda: sample("harbour", "weather"),
}
