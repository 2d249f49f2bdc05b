"""Faults on purpose: tests make the N-th write, fsync, rename or start of a process fail, or kill the runner there.

    cxlab run PLAN --fault rename@3     the third rename fails
    cxlab run PLAN --fault any@17!      the process is killed at its seventeenth step of any kind

Without `arm` nothing is counted and nothing happens.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cxlab.errors import PlanError

KINDS = {"write": errno.ENOSPC, "fsync": errno.EIO, "rename": errno.EIO, "spawn": errno.EAGAIN}


class _Fault:
    """Counts steps of one kind (or of any) down to the one that fails."""

    def __init__(self, kind: str, number: int, kill: bool) -> None:
        self.kind, self.left, self.kill = kind, number, kill
        self._guard = threading.Lock()

    def step(self, kind: str) -> None:
        if self.kind not in (kind, "any"):
            return
        with self._guard:
            self.left -= 1
            due = self.left == 0
        if due and self.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        if due:
            raise OSError(KINDS[kind], f"{os.strerror(KINDS[kind])} (on purpose)")


_armed: list[_Fault] = []


def at(kind: str) -> None:
    """A step of this kind is about to be taken."""
    for fault in _armed:
        fault.step(kind)


@contextmanager
def armed(text: str | None) -> Iterator[_Fault | None]:
    """Let the step named by `text` fail within the block; `left` of what is given is above 0 when it never came."""
    if text is None:
        yield None
        return
    found = re.fullmatch(rf"({'|'.join(KINDS)}|any)@([1-9]\d*)(!?)", text)
    if not found:
        raise PlanError("There is no such fault", f"--fault {text}", "Write it like rename@3 or any@17!")
    fault = _Fault(found[1], int(found[2]), bool(found[3]))
    _armed.append(fault)
    try:
        yield fault
    finally:
        _armed.remove(fault)
