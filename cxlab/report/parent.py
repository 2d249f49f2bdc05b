"""The fork parent: a process of its own that is warm, holds no data, and forks one child per report.

It hears orders as lines of JSON on a socket and answers on it. When the socket closes, the runner is gone: then it ends
every report and itself. A report is a session of its own, so that all it started can be ended together.
"""

from __future__ import annotations

import json
import os
import select
import selectors
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from cxlab.report import fonts
from cxlab.report.kernel import end_group
from cxlab.report.limits import ENVIRONMENT, LOG, LOOK, Limits
from cxlab.report.run import leave_unloaded
from cxlab.report.warm import speak, warm

GRACE = 2.0


@dataclass
class _Child:
    """One report that runs; `broken` says which limit it has exceeded, `ends` when it is killed for that."""

    number: int
    folder: Path
    limits: Limits
    started: float
    looked: float
    broken: str = ""
    ends: float = 0.0


class Parent:
    """Forks and looks after children; `serve` returns when the runner is gone."""

    def __init__(self, runner: socket.socket) -> None:
        self.runner = runner
        self.children: dict[int, _Child] = {}
        self.stopped = False
        self.chosen = selectors.DefaultSelector()
        self.lifeline, self._held = os.pipe()
        self._waker, self._woken = socket.socketpair()
        for end in (self._waker, self._woken):
            end.setblocking(False)

    def serve(self) -> None:
        """Fork what is ordered, end what exceeds its limits, tell what has ended."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        for end in (self.runner, self._waker):
            self.chosen.register(end, selectors.EVENT_READ)
        heard = b""
        while True:
            ready = [key.fileobj for key, _ in self.chosen.select(LOOK if self.children else None)]
            if self._waker in ready:
                self._waker.recv(4096)
            if self.runner in ready:
                piece = self.runner.recv(1 << 16)
                if not piece:
                    return self.end()
                *lines, heard = (heard + piece).split(b"\n")
                for line in lines:
                    self._obey(json.loads(line))
            self._reap()
            self._look()

    def leave_if_alone(self) -> None:
        """End this process when the runner is gone; at once, since libraries catch exceptions while they load."""
        hung_up = select.poll()
        hung_up.register(self.runner, 0)  # orders that wait to be read would hide the end from a read
        if hung_up.poll(0):
            leave()

    def end(self) -> None:
        """End every report."""
        for pid in self.children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # it may not lead its group yet
            end_group(pid)

    def _obey(self, order: dict[str, Any]) -> None:
        if "stop" in order:
            self.stopped = True
            self.end()
            return
        if self.stopped:
            self._tell(number=order["number"], ended=None)
            return
        _prepare(order["language"])
        pid = os.fork()
        if pid == 0:
            self._become(Path(order["folder"]))
        now = time.monotonic()
        self.children[pid] = _Child(order["number"], Path(order["folder"]), Limits(**order["limits"]), now, now)
        self._tell(number=order["number"], pid=pid)

    def _become(self, folder: Path) -> NoReturn:
        """The child: make one report, with nothing of ours open but the lifeline, and leave without clearing up."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.chosen.close()
            self.runner.close()
            self._waker.close()
            self._woken.close()
            os.close(self._held)
            _redirect(folder / LOG)
            os.environ.clear()
            os.environ.update(_environment(folder))
            time.tzset()
            tempfile.tempdir = None  # the parent's own, which it has looked up, would be shared by all clients
            os.chdir(folder / "empty")
            from cxlab.report import run

            run.tell(run.make(folder, run.FORK, self.lifeline), folder)
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        while self.children:
            pid, status, used = os.wait4(-1, os.WNOHANG)
            if not pid:
                return
            child = self.children.pop(pid, None)
            if child is None:
                continue
            end_group(pid)
            took = time.monotonic() - child.started
            self._tell(number=child.number, ended=os.waitstatus_to_exitcode(status), broken=child.broken,
                       seconds=round(took, 3), memory=_peak(used))  # fmt: skip

    def _look(self) -> None:
        now = time.monotonic()
        for pid, child in self.children.items():
            if child.broken and now > child.ends:
                end_group(pid)
            elif not child.broken and now - child.looked >= LOOK:
                child.looked = now
                child.broken = child.limits.broken(pid, child.folder, now - child.started)
                if child.broken:
                    child.ends = now + GRACE
                    os.killpg(pid, signal.SIGTERM)

    def _tell(self, **told: Any) -> None:
        try:
            self.runner.sendall(json.dumps(told).encode() + b"\n")
        except OSError:  # the runner is gone, which the next look at the socket shows too
            self.end()


def _environment(folder: Path) -> dict[str, str]:
    """The variables of a report, secrets among them: read by its own process alone, and gone from the folder then."""
    path = folder / ENVIRONMENT
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    return found


def _redirect(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number, opened in ((0, nothing), (1, written), (2, written)):
        os.dup2(opened, number)
    os.close(nothing)
    os.close(written)


def _peak(used: Any) -> float:
    return round(used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def leave() -> NoReturn:
    """End this process without any clearing up but that of its private folder, in which it stands."""
    shutil.rmtree(Path.cwd(), ignore_errors=True)
    os._exit(0)


def _begin_fonts(language: str, wire: int) -> Callable[[], None]:
    """Have another process make a language's fonts while this one loads libraries; what it returns takes them over."""
    received, sent = os.pipe()
    maker = os.fork()
    if maker == 0:
        try:
            os.close(received)
            os.close(wire)  # held open here it would hide from the runner that the parent is gone
            fonts.prepare(language)
            with os.fdopen(sent, "wb") as out:
                out.write(fonts.made())
        except BrokenPipeError:
            pass  # nobody waits for them any more
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(0)
    os.close(sent)

    def take() -> None:
        with os.fdopen(received, "rb") as given:
            found = given.read()
        os.waitpid(maker, 0)
        if found:
            fonts.keep(found)

    return take


def _prepare(language: str) -> None:
    """Speak a language where that can be done; where it cannot, each report of it says why."""
    try:
        speak(language)
    except Exception:  # noqa: BLE001  (the reports of other languages run on)
        traceback.print_exc()


def main(number: int, language: str) -> None:
    """The process: become warm, say so, serve, and be gone with everything."""
    leave_unloaded()
    take_fonts = _begin_fonts(language, number)
    parent = Parent(socket.socket(fileno=number))
    # Until it serves, nothing else would tell it that nobody waits for it any more.
    signal.signal(signal.SIGALRM, lambda *_: parent.leave_if_alone())
    signal.setitimer(signal.ITIMER_REAL, LOOK, LOOK)
    warm()
    take_fonts()
    _prepare(language)
    signal.setitimer(signal.ITIMER_REAL, 0)
    parent._tell(ready=True)
    parent.serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
    leave()
