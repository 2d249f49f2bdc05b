"""The fast executor: reports run in children of a warm fork parent (`cxlab.report.parent`), which this process starts.

The runner itself never forks: it opens data and runs threads, and a fork of it would carry both along.
"""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from tempfile import mkdtemp
from typing import Any

from cxlab.report import faults, kernel
from cxlab.report.limits import ENVIRONMENT, Limits
from cxlab.report.outcome import told
from cxlab.report.run import ORDER, Result

ENDED: dict[str, Any] = {"ended": None}
STOPPED: dict[str, Any] = {"stopped": True}


class Forks:
    """Runs ordered reports, one at a time per calling thread; `stop` ends all that run.

    A parent that is killed costs the reports that run under it; the next order starts another.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._guard = threading.Lock()
        self._link: _Link | None = None
        self._cache: Path | None = None
        self._language = "en"
        self._stopped = False

    @contextmanager
    def ready(self, cache: Path, language: str = "en") -> Iterator[int]:
        """Have a parent get warm, with its caches of fonts in `cache`, until the block ends; 0: as many as cores."""
        self._cache, self._language = cache, language
        self._stopped = False
        self._linked()
        try:
            yield 0
        finally:
            self.close()

    def __call__(self, folder: Path, environment: Mapping[str, str]) -> Result:
        faults.at("spawn")
        self._cache = self._cache or Path(environment["XDG_CACHE_HOME"])
        (folder / "empty").mkdir(mode=0o700, exist_ok=True)
        link = self._linked()
        try:
            said = STOPPED if self._stopped else link.run(folder, environment, self.limits)
        finally:
            for name in (*kernel.PRIVATE, "empty"):
                shutil.rmtree(folder / name, ignore_errors=True)
        if self._stopped:
            said = said | STOPPED
        return told(folder, said)

    def stop(self) -> None:
        """End every report that runs; calls that wait for one come back with a failed result."""
        self._stopped = True
        with self._guard:
            if self._link:
                self._link.stop()

    def close(self) -> None:
        """End the parent, and with it every report that it still runs."""
        with self._guard:
            link, self._link = self._link, None
        if link:
            link.close()

    def _linked(self) -> _Link:
        with self._guard:
            if self._link and self._link.dead:
                self._link.close()
                self._link = None
            if self._link is None:
                assert self._cache is not None  # noqa: S101  (set by both that call this)
                self._link = _Link(self._cache, self._language)
            return self._link


class _Link:
    """A running parent and the wire to it."""

    def __init__(self, cache: Path, language: str) -> None:
        self.private = Path(mkdtemp(prefix="cx-"))
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        ours, theirs = socket.socketpair()
        environment = kernel.environment(self.private, cache, {}, 0) | {"MPLBACKEND": "agg"}
        faults.at("spawn")
        with theirs, (cache / "parent.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cxlab.report.parent", str(theirs.fileno()), language],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.private, env=environment,
                pass_fds=(theirs.fileno(),), start_new_session=True,
            )  # fmt: skip
        self.wire = ours
        self.dead = False
        self._guard = threading.Lock()
        self._number = 0
        self._waiting: dict[int, SimpleQueue[dict[str, Any]]] = {}
        self._groups: dict[int, int] = {}
        self._ear = threading.Thread(target=self._hear, daemon=True)
        self._ear.start()

    def run(self, folder: Path, environment: Mapping[str, str], limits: Limits) -> dict[str, Any]:
        """Order one report and wait until it has ended; what the parent says of its end."""
        answer: SimpleQueue[dict[str, Any]] = SimpleQueue()
        with self._guard:
            self._number += 1
            number = self._number
            self._waiting[number] = answer
        order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
        variables = folder / ENVIRONMENT
        language = order["meta"].get("locale", "en")
        try:
            variables.touch(mode=0o600)
            variables.write_text(json.dumps(dict(environment)), encoding="utf-8")
            self._send(number=number, folder=str(folder), limits=vars(limits), language=language)
            return answer.get()
        finally:
            variables.unlink(missing_ok=True)

    def stop(self) -> None:
        """Have every report ended."""
        self._send(stop=True)

    def close(self) -> None:
        """End the parent with all its reports, and wait until it is gone."""
        with suppress(OSError):  # it may be gone already
            self.wire.shutdown(socket.SHUT_RDWR)
        self._ear.join()
        self.wire.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            shutil.rmtree(self.private, ignore_errors=True)

    def _send(self, **order: Any) -> None:
        with self._guard:
            if not self.dead:
                try:
                    self.wire.sendall(json.dumps(order).encode() + b"\n")
                    return
                except OSError:
                    self.dead = True
        self._give_up()

    def _hear(self) -> None:
        # A parent that dies with an order unread resets the wire: it is as gone as one that closed it.
        try:
            with suppress(ConnectionResetError), self.wire.makefile("rb") as lines:
                for line in lines:
                    if line.endswith(b"\n"):  # else it died while it told us
                        self._heard(json.loads(line))
        finally:
            with self._guard:
                self.dead = True
            self._give_up()

    def _heard(self, said: dict[str, Any]) -> None:
        number = said.get("number")
        if "pid" in said:
            self._groups[number] = said["pid"]  # type: ignore[index]
        elif "ended" in said:
            self._groups.pop(number, None)  # type: ignore[arg-type]
            with self._guard:
                answer = self._waiting.pop(number, None)  # type: ignore[arg-type]
            if answer:
                answer.put(said)

    def _give_up(self) -> None:
        """The parent is gone: its children must not outlive it, and nobody must wait for them."""
        for group in [*self._groups.values()]:
            kernel.end_group(group)
        with self._guard:
            waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            answer.put(ENDED)
