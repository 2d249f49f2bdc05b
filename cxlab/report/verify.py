"""Verifying: what lies under `reports` is complete, is what was published, and is where it belongs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cxlab.errors import PlanError
from cxlab.report import folders
from cxlab.report.publish import MANIFEST, STORE, problems

NEVER_DELIVERED = (".ipynb", ".pkl", ".log")


@dataclass(frozen=True)
class Finding:
    """One thing wrong: where, and what."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


@dataclass(frozen=True)
class Verified:
    """How many reports were looked at and what was found wrong with them."""

    reports: int
    findings: tuple[Finding, ...]


def verify(folder: Path | str) -> Verified:
    """Check every report under a folder (of all plans, one plan, one client or one period) against its manifest.

    A folder without any report is a finding too: a check that could not look has not passed.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise PlanError("There is no such folder", str(folder), "Give a folder of reports, such as 'reports'")
    found = sorted(_reports(folder))
    findings = [Finding(_named(path, folder), problem) for path in found for problem in _wrong(path, path == folder)]
    findings += [Finding(_named(path, folder), "a notebook or log lies among the reports") for path in _strays(folder)]
    if not found:
        findings.append(Finding(folder.name, "no report was found"))
    return Verified(len(found), tuple(findings))


def _reports(folder: Path) -> list[Path]:
    """The period links under a folder, or the folder itself when it is one.

    What begins with a dot is the store, a run's folder or a link that a killed run had not yet put in its place: the
    next run sweeps it away, and nobody is handed it.
    """
    if folder.is_symlink() or (folder / MANIFEST).is_file():
        return [folder]
    found: list[Path] = []
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            found.append(path)
        elif path.is_dir():
            found += _reports(path)
    return found


def _wrong(report: Path, alone: bool) -> list[str]:
    """What is wrong with a report; one that was named `alone` may be a copy, which lies in folders of other names."""
    if not report.is_dir():
        return ["it points to a folder that is not there"]
    found = problems(report)
    if found and found[0].startswith(MANIFEST):
        return found
    manifest = json.loads((report / MANIFEST).read_bytes())
    if report.is_symlink() and report.resolve().parent != report.parent.parent.resolve() / STORE:
        found.append("it points out of its plan's store")
    if report.is_symlink() or not alone:
        client, period = str(manifest.get("client", "")), str(manifest.get("period", ""))
        if not _is_called(report.parent, folders.client_folder, client):
            found.append(f"it belongs to the client {client!a}")
        if not _is_called(report, folders.period_folder, period):
            found.append(f"it belongs to the period {period!a}")
    return found


def _is_called(folder: Path, name: Callable[[str], str], given: str) -> bool:
    """Whether a folder has the name that a manifest's words lead to; words that lead to none do not."""
    try:
        return name(given) == folder.name
    except PlanError:
        return False


def _strays(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in NEVER_DELIVERED and ".runs" not in path.parts and path.is_file()
    )


def _named(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path != folder else folder.name
