"""A PostgreSQL of the tests' own: a new cluster in a temporary folder, on a socket alone, ended with the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_WAIT = 60


def program(name: str) -> Path | None:
    """A program of PostgreSQL, which Debian keeps off the path."""
    found = shutil.which(name)
    if found and Path(found).resolve().with_name("initdb").exists():
        return Path(found).resolve().with_name(name)
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder / name for folder in folders if (folder / name).exists()), None)


def _run(command: list[str], folder: Path) -> None:
    # PostgreSQL refuses to run as root: there it runs as the user that its package makes.
    other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*other, *command], check=True, cwd=folder, timeout=_WAIT, stdout=subprocess.DEVNULL)


@contextmanager
def cluster() -> Iterator[str]:
    """The address of an empty database in a cluster that lives as long as the block; no port is opened."""
    folder = Path(tempfile.mkdtemp(prefix="cx-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = folder / "data"
        initdb, control = str(program("initdb")), str(program("pg_ctl"))
        _run([initdb, "-D", str(data), "-U", "cx", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], folder)
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        _run([control, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"], folder)
        try:
            yield f"postgresql://cx@/postgres?host={folder}"
        finally:
            _run([control, "-D", str(data), "-m", "immediate", "-w", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
