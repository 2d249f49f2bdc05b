"""The executor that always works: each report in a fresh process with a kernel of its own, ended at its deadline."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

from cxlab.report.kernel import PID_FILE, PRIVATE, end_group
from cxlab.report.run import RESULT, Result

GRACE = 2.0


class Processes:
    """Runs ordered reports one at a time per calling thread; `stop` ends all that run.

    Another executor takes its place by offering the same two: a call with folder and environment that returns a
    `Result`, and `stop`.
    """

    def __init__(self, deadline: float = 900.0) -> None:
        self.deadline = deadline
        self._running: dict[int, Path] = {}
        self._guard = threading.Lock()
        self._stopped = False

    def __call__(self, folder: Path, environment: Mapping[str, str]) -> Result:
        started = perf_counter()
        nowhere = folder / "empty"
        nowhere.mkdir(mode=0o700, exist_ok=True)
        with (folder / "log.txt").open("wb") as log:
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
            late = self._wait(process)
        finally:
            self._end(process.pid, folder)
            process.wait()
            if process.stdin:
                process.stdin.close()
            for name in (*PRIVATE, nowhere.name):
                shutil.rmtree(folder / name, ignore_errors=True)
            with self._guard:
                del self._running[process.pid]
        return self._result(process.returncode, late, folder, perf_counter() - started)

    def stop(self) -> None:
        """End every report that runs; calls that wait for one come back with a failed result."""
        self._stopped = True
        with self._guard:
            running = dict(self._running)
        for pid, folder in running.items():
            self._end(pid, folder)

    def _wait(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait for the process until its deadline; whether it was late."""
        try:
            process.wait(self.deadline)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                return True
            return True
        return False

    @staticmethod
    def _end(pid: int, folder: Path) -> None:
        end_group(pid)
        noted = folder / PID_FILE
        if noted.is_file() and (kernel := noted.read_text(encoding="ascii").strip()):
            end_group(int(kernel))
            noted.unlink(missing_ok=True)

    def _result(self, code: int, late: bool, folder: Path, seconds: float) -> Result:
        spent = {"all": round(seconds, 3)}
        if late:
            return Result("failed", f"The report took longer than {self.deadline:g} seconds", "it was ended",
                          "Make it shorter or raise the limit", spent)  # fmt: skip
        if self._stopped:
            return Result("failed", "The run was stopped", "", "Run again with --resume", spent)
        path = folder / RESULT
        if code == 0 and path.is_file():
            return Result(**json.loads(path.read_text(encoding="utf-8")))
        why = f"killed (signal {-code}{', probably memory' if code == -9 else ''})" if code < 0 else f"exit code {code}"
        return Result("failed", "The report's process ended before it could tell", why, "See its log", spent)
