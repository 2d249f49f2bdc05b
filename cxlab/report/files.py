"""Writing that survives a crash: every file whole and on the disk before its name appears."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cxlab.errors import BusyError, ReportError
from cxlab.report import faults

FULL = (errno.ENOSPC, errno.EDQUOT)


def write(path: Path, content: bytes, mode: int = 0o666) -> None:
    """A new file with this content, on the disk when this returns. `mode` is who may read it, less the umask."""
    faults.at("write")
    # With its mode from the first byte on: a file that is closed to others later was open to them until then.
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as handle:
        handle.write(content)
        handle.flush()
        faults.at("fsync")
        os.fsync(handle.fileno())


def replace(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Put this content under a name in one step: readers see the old file or the new one, whole."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    try:
        write(fresh, content, mode)
        rename(fresh, path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    settle(path.parent)


def rename(fresh: Path, path: Path) -> None:
    """Give a file, folder or link its final name in one step, in place of what had it."""
    faults.at("rename")
    fresh.replace(path)


def settle(folder: Path) -> None:
    """Make the names of a folder last: without this a crash may forget a rename."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        faults.at("fsync")
        os.fsync(handle)
    finally:
        os.close(handle)


def as_json(record: Any) -> bytes:
    """A record as JSON for people and machines: the same record gives the same bytes."""
    return (json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


@contextmanager
def clear_errors(called: str) -> Iterator[None]:
    """Turn the system's errors while writing into one that says what to do; what was published stays as it was."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            wrong, seen, todo = "The disk is full", f"while writing {called}", "Free space, then run with --resume"
        elif error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            wrong, seen, todo = "The folder cannot be written to", f"{called}: {error.strerror}", "Allow writing there"
        else:
            wrong, seen, todo = "The report could not be published", f"{called}: {error.strerror}", "Look at the disk"
        raise ReportError(wrong, seen, todo) from error


def is_full(error: BaseException) -> bool:
    """Whether an error of `clear_errors` says that no space is left: then every further report would fail the same."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in FULL


@contextmanager
def held(root: Path) -> Iterator[None]:
    """Hold an output folder for one run; a second run gets a BusyError that names the first one's process."""
    private = root / ".runs"
    private.mkdir(mode=0o700, parents=True, exist_ok=True)
    private.chmod(0o700)
    handle = os.open(private / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(handle, 32, 0).decode("ascii").strip() or "unknown"
            raise BusyError("Another run holds the folder", f"{root.name}: process {pid}",
                            "Wait until it has ended") from None  # fmt: skip
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
