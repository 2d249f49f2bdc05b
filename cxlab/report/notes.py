"""What a notebook notes of a report beside its pages: the estimates that were shown, and the account of the rows."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxlab.estimate import Estimates

if TYPE_CHECKING:
    from cxlab.report.job import Report

COLUMNS = (
    "metric", "variant", "segment", "n", "n_effective", "estimate", "low", "high", "level", "method", "unit", "note",
)  # fmt: skip
# A spreadsheet takes a cell that begins with one of these for a formula; see THREATS I31.
_LIVE = "=+-@\t\r＝＋－＠"


class Notes:
    """The estimates shown so far, each once, and the file they are written to when a job names a folder."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._rows: dict[str, dict[str, Any]] = {}

    def add(self, estimates: Estimates) -> None:
        """Note estimates as they may be shown, and write everything noted so far."""
        for one in estimates:
            segment = "; ".join(f"{key}={value}" for key, value in one.segment.items())
            row = {name: getattr(one, name) for name in COLUMNS if name != "segment"} | {"segment": segment}
            self._rows[f"{one.id} {one.level}"] = row
        self.write()

    def write(self) -> None:
        """Write `estimates.csv` and `account.json` into the job's folder; by hand there is none."""
        folder = self._report.job.folder
        if folder is None:
            return
        Path(folder, "estimates.csv").write_text(self.csv(), encoding="utf-8", newline="")
        Path(folder, "account.json").write_text(
            json.dumps(self.account(), ensure_ascii=False, sort_keys=True), encoding="utf-8"
        )

    def csv(self) -> str:
        """The estimates as CSV in full precision; texts that a spreadsheet would run begin with an apostrophe."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in self._rows.values():
            writer.writerow([_cell(row[name]) for name in COLUMNS])
        return out.getvalue()

    def account(self) -> dict[str, Any]:
        """Rows per table, what was dropped and changed, warnings; for the manifest."""
        used = self._report.used()
        entries = [
            {"table": name, "kind": entry.kind, "count": entry.count, "column": entry.column, "detail": entry.detail}
            for name, rows in used.items()
            for entry in rows.ledger
        ]
        read = {name: rows.ledger.counts.get("read") for name, rows in used.items()}
        return {
            "inputs": read,
            "ledger": entries,
            "warnings": list(self._report.warnings),
            "sample": self._report.job.sample,
            "title": self._report.page.title,
        }


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip(" ")[:1] in tuple(_LIVE) and value:
        return f"'{value}"
    return "" if value is None else value
