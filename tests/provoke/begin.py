"""Every error of the first plan and of the questionnaire."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cxlab.report import first_plan
from cxlab.report.questions import questionnaire
from cxlab.report.single import Told

NOW = datetime(2026, 11, 3, tzinfo=UTC)


def _here(source: str, **given: str) -> Callable[[], object]:
    """Ask for a plan in an empty folder that holds data and a plan of their name."""

    def act() -> object:
        before = Path.cwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                Path("acme.csv").write_text("recommend\n9\n", encoding="utf-8")
                Path("acme.yaml").write_text("mine", encoding="utf-8")
                return first_plan.write(Path(source), NOW, **given)  # type: ignore[arg-type]
            finally:
                os.chdir(before)

    return act


PROVOKE: dict[str, Callable[[], object]] = {
    "a plan that is there already": _here("acme.csv"),
    "a plan to fill in that is there already": _here("acme.yaml"),
    "an unknown table": _here("acme.csv", table="ticket"),
    "an unknown table of one report": lambda: Told(table="ticket").client("acme", Path("acme.csv")),
    "a column without its role": lambda: Told(columns=["NETPRO"]).client("acme", Path("acme.csv")),
    "a scale with one end": lambda: Told(scales=["effort=7"]).client("acme", Path("acme.csv")),
    "a metric that nobody asks for": lambda: questionnaire(["npss"]),
    "a language without questions": lambda: questionnaire([], ["de"]),
}
