"""Progress of a run: a table that lives on a terminal, or plain lines for a log."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import monotonic
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

Say = Callable[[str], None]
COLOURS = {"done": "green", "unchanged": "cyan", "failed": "red"}
SHOWN = 15


class Progress(Protocol):
    """Is told of the reports of a run as they begin and end, from several threads."""

    def shown(self, total: int) -> AbstractContextManager[None]: ...

    def begun(self, task: str) -> None: ...

    def ended(self, task: str, status: str, reason: str, seconds: float, memory: float) -> None: ...


class Lines:
    """One line per report when it has ended; for logs, where a bar would be rubbish."""

    def __init__(self, say: Say) -> None:
        self.say = say

    @contextmanager
    def shown(self, total: int) -> Iterator[None]:
        """Nothing is shown before the first report has ended."""
        yield

    def begun(self, task: str) -> None:
        """Nothing is said of a beginning."""

    def ended(self, task: str, status: str, reason: str, seconds: float, memory: float) -> None:
        """Say what became of a report."""
        told = reason if status == "failed" else f"{seconds:.1f} s"
        self.say(f"{task}: {status}, {told}")


class LiveTable:
    """A table of what runs and what ended last, under a count of all; on a terminal only."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._guard = threading.Lock()
        self._running: dict[str, float] = {}
        self._ended: list[tuple[str, str, str, float, float]] = []
        self._counts = dict.fromkeys(COLOURS, 0)
        self._total = 0
        self._started = 0.0

    @contextmanager
    def shown(self, total: int) -> Iterator[None]:
        """Draw the table anew four times a second until the run is over."""
        self._total, self._started = total, monotonic()
        with Live(get_renderable=self._drawn, console=self.console, refresh_per_second=4, transient=False):
            yield

    def begun(self, task: str) -> None:
        """A report runs."""
        with self._guard:
            self._running[task] = monotonic()

    def ended(self, task: str, status: str, reason: str, seconds: float, memory: float) -> None:
        """A report has ended."""
        with self._guard:
            self._running.pop(task, None)
            self._ended.append((task, status, reason, seconds, memory))
            self._counts[status] += 1

    def _drawn(self) -> Group:
        table = Table("report", "", "s", "MB", "", box=None, pad_edge=False)
        with self._guard:
            now = monotonic()
            # What failed stays in sight however many come after it.
            failed = [entry for entry in self._ended if entry[1] == "failed"][-SHOWN:]
            others = [entry for entry in self._ended if entry[1] != "failed"][-(SHOWN - min(len(failed), SHOWN - 5)) :]
            for task, status, reason, seconds, memory in (*failed, *others):
                state = Text(status, style=COLOURS[status])
                table.add_row(Text(task), state, f"{seconds:.1f}", f"{memory:.0f}", Text(reason[:100]))
            for task, began in self._running.items():
                table.add_row(Text(task), Text("runs", style="yellow"), f"{now - began:.1f}", "", "")
            counts = ", ".join(f"{count} {status}" for status, count in self._counts.items() if count)
            line = f"{len(self._ended)} of {self._total} reports, {now - self._started:.0f} s" + (
                f": {counts}" if counts else ""
            )
        return Group(table, Text(line))
