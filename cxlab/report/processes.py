"""The executor that works everywhere: each report in a fresh process with a kernel of its own, within limits."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

from cxlab.report import faults
from cxlab.report.kernel import PID_FILE, PRIVATE, end_group
from cxlab.report.limits import LOG, LOOK, Limits
from cxlab.report.outcome import told
from cxlab.report.run import Result

GRACE = 2.0


class Processes:
    """Runs ordered reports one at a time per calling thread; `stop` ends all that run."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._running: dict[int, Path] = {}
        self._guard = threading.Lock()
        self._stopped = False

    @contextmanager
    def ready(self, cache: Path, language: str = "en") -> Iterator[int]:
        """Nothing needs to be made ready; gives 0: as many reports at a time as there are cores."""
        self._stopped = False
        yield 0

    def __call__(self, folder: Path, environment: Mapping[str, str]) -> Result:
        started = perf_counter()
        nowhere = folder / "empty"
        nowhere.mkdir(mode=0o700, exist_ok=True)
        faults.at("spawn")
        with (folder / LOG).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "cxlab.report.run", str(folder)],
                stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, cwd=nowhere, env=dict(environment),
                start_new_session=True,
            )  # fmt: skip
        with self._guard:
            self._running[process.pid] = folder
        if self._stopped:
            self._end(process.pid, folder)
        try:
            broken = self._wait(process, folder)
        finally:
            self._end(process.pid, folder)
            process.wait()
            if process.stdin:
                process.stdin.close()
            for name in (*PRIVATE, nowhere.name):
                shutil.rmtree(folder / name, ignore_errors=True)
            with self._guard:
                del self._running[process.pid]
        seconds = round(perf_counter() - started, 3)
        return told(
            folder, {"ended": process.returncode, "broken": broken, "stopped": self._stopped, "seconds": seconds}
        )

    def stop(self) -> None:
        """End every report that runs; calls that wait for one come back with a failed result."""
        self._stopped = True
        with self._guard:
            running = dict(self._running)
        for pid, folder in running.items():
            self._end(pid, folder)

    def _wait(self, process: subprocess.Popen[bytes], folder: Path) -> str:
        """Wait for the process while it keeps within its limits; the one that it exceeded."""
        started = perf_counter()
        while True:
            try:
                process.wait(LOOK)
                return ""
            except subprocess.TimeoutExpired:
                broken = self.limits.broken(process.pid, folder, perf_counter() - started)
            if broken:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(GRACE)
                return broken

    @staticmethod
    def _end(pid: int, folder: Path) -> None:
        end_group(pid)
        noted = folder / PID_FILE
        if noted.is_file() and (kernel := noted.read_text(encoding="ascii").strip()):
            end_group(int(kernel))
            noted.unlink(missing_ok=True)
