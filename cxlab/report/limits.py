"""The limits of a whole report, looked after from outside it: time, memory, and what it writes to its log.

Memory is what its processes hold (resident, looked at four times a second), not the addresses they ask for: DuckDB and
Arrow reserve far more of these than they use, so a limit on addresses would refuse reports that are small.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

LOG = "log.txt"
# The variables of a report, in its private folder until its process has read them: what came over the wire to the
# parent would stay in the memory of every child after it.
ENVIRONMENT = "environment.json"
MOST_LOG = 20_000_000
LOOK = 0.25


@dataclass(frozen=True)
class Limits:
    """Seconds and megabytes that one report may take, all its processes together."""

    seconds: float = 900.0
    memory: float = 4000.0

    def broken(self, pid: int, folder: Path, took: float) -> str:
        """What a running report has exceeded, in words; "" while it keeps within all limits."""
        if took > self.seconds:
            return f"The report took longer than {self.seconds:g} seconds"
        if held(pid) > self.memory:
            return f"The report used more than {self.memory:g} MB of memory"
        log = folder / LOG
        if log.is_file() and log.stat().st_size > MOST_LOG:
            return f"The report wrote more than {MOST_LOG // 1_000_000} MB to its log"
        return ""


def held(pid: int) -> float:
    """MB that a process and its descendants hold; pages that forks share with their parent count in each."""
    try:
        top = psutil.Process(pid)
        family = [top, *top.children(recursive=True)]
    except psutil.Error:
        return 0.0
    return sum(map(_resident, family)) / 1e6


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has ended meanwhile
        return 0
