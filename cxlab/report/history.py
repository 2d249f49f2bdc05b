"""What earlier runs left written down: `run.json`, with one entry per report, and the manifests of what stands.

Why a report failed may name a row and its value, which is a client's: the file is its owner's alone to read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cxlab.errors import PlanError
from cxlab.report import files, publish
from cxlab.report.tasks import Task

RUN = "run.json"


@dataclass
class History:
    """The runs of each plan (`now`, and whether they ended) and the last entry of each report."""

    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    reports: list[dict[str, Any]] = field(default_factory=list)

    def unfinished(self, plan: str) -> datetime | None:
        """The instant for which the last run of a plan was made, if that run did not come to its end.

        To resume it means to finish that month and that day of issue, even when the clock has moved on.
        """
        last = self.runs.get(plan, {})
        return datetime.fromisoformat(last["now"]) if last and not last.get("finished") else None

    def failed_of(self, plan: str, todo: Sequence[Task]) -> list[Task]:
        """Those tasks that failed when they were last run, or that never were."""
        if not any(entry["plan"] == plan for entry in self.reports):
            raise PlanError(f"The plan '{plan}' has not been run yet", f"{RUN} has no report of it",
                            "Leave --only-failed out")  # fmt: skip
        good = {(e["client"], e["period"]) for e in self.reports if e["plan"] == plan and e["status"] != "failed"}
        return [task for task in todo if (task.client.id, task.period.key) not in good]

    def begin(self, root: Path, plan: str, now: datetime) -> None:
        """Write down that a run has begun."""
        self.runs[plan] = {"now": now.astimezone(UTC).isoformat(), "started": _clock(), "finished": None}
        self._write(root)

    def end(self, root: Path, plan: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Write down what became of its reports; entries of other reports stay."""
        fresh = {(entry["plan"], entry["client"], entry["period"]) for entry in entries}
        kept = [e for e in self.reports if (e["plan"], e["client"], e["period"]) not in fresh]
        self.reports = kept + [dict(entry) for entry in entries]
        self.runs[plan]["finished"] = _clock()
        self._write(root)

    def _write(self, root: Path) -> None:
        files.replace(root / RUN, files.as_json({"runs": self.runs, "reports": self.reports}), mode=0o600)


def read(root: Path) -> History:
    """The history of an output folder; empty when nothing has run there."""
    try:
        found = json.loads((root / RUN).read_bytes())
        return History(dict(found["runs"]), list(found["reports"]))
    except FileNotFoundError:
        return History()
    except (ValueError, KeyError, TypeError):
        raise PlanError(f"{RUN} cannot be read", f"{root.name}/{RUN} is no run's", "Move it away") from None


def stands(report: Path, key: str) -> bool:
    """Whether a report made of exactly these inputs is published, whole and unchanged."""
    try:
        manifest = json.loads((report / publish.MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    return bool(manifest.get("key") == key) and publish.intact(report)


def _clock() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
