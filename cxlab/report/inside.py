"""What one client's process can see of another's: looked at from inside, for `cxlab selftest isolation`.

Every client of the selftest has a token of its own in all of its data, secrets and traces. The process that looks knows
the form of a token and its own; any other that it finds is a leak.
"""

from __future__ import annotations

import builtins
import gc
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from cxlab.rows import store

MARK = "cxcanary"
TOKEN = re.compile(rf"{MARK}[0-9a-f]{{32}}".encode())
SEEN = "seen.json"
CLIENTS = ("alpha", "beta")
_PIECE = 1 << 24  # bytes of memory looked at at a time


@lru_cache
def _remember(text: str) -> str:
    return text


def look(report: Any) -> None:
    """Look for tokens that are not ours, leave traces for the next to find, and note what was seen beside the job.

    Our own token is the one in our own rows. The other clients' data lie beside ours; a connection that is locked to
    ours must refuse them.
    """
    rows, mine = report.answers, Path(report.job.tables["answers"]["source"])
    (own,) = tokens("\n".join(map(str, rows.to_pandas()["region"].unique())).encode())
    others = [str(mine.parent.parent / f"data-{one}" / mine.name) for one in CLIENTS if one != report.client]
    held = _tokens_of(_memory())
    found = {
        "environment": _strangers(own, (f"{name}={value}" for name, value in os.environ.items())),
        "state": _strangers(own, _state()),
        "folders": _strangers(own, _folders()),
        "open files": _strangers(own, _open_files()),
        "job": _strangers(own, [Path(os.environ["CXLAB_JOB"]).read_text(encoding="utf-8")]),
        "data": _strangers(own, (repr(row) for row in rows.to_pandas().to_dict("records"))),
        "locked store": [path for path in others if _store_reads(mine, path)],
        "memory": sorted(held - {own}),
    }
    # Whoever looks must be able to see: a look that does not find our own token has proved nothing.
    blind = ([] if own in held else ["memory"]) + ([] if _store_reads(mine, str(mine)) else ["locked store"])
    _plant(own)
    told = {"found": {name: len(seen) for name, seen in found.items()}, "blind": blind, "pid": os.getpid()}
    (Path(report.job.folder) / SEEN).write_text(json.dumps(told), encoding="utf-8")


def tokens(data: bytes) -> set[str]:
    """The tokens in some bytes."""
    return {one.decode() for one in TOKEN.findall(data)}


def memory_of(pid: int | str) -> Iterator[bytes]:
    """The writable memory of a process, piece by piece; nothing where the system does not show it."""
    if not Path(f"/proc/{pid}/smaps").exists():
        return
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for start, end in _regions(pid):
            for at in range(start, end, _PIECE):
                try:
                    memory.seek(at)
                    # A token that lies across two pieces is whole in the first.
                    yield memory.read(min(_PIECE + len(MARK) + 32, end - at))
                except (OSError, ValueError, OverflowError):
                    break  # a region of the kernel's own


def _regions(pid: int | str) -> list[tuple[int, int]]:
    """The regions of memory that can be written and have been: what cannot or has not holds no data of a client."""
    found: list[tuple[int, int]] = []
    span = None
    for line in Path(f"/proc/{pid}/smaps").read_text(encoding="ascii", errors="replace").splitlines():
        first, *rest = line.split()
        if "-" in first and not first.endswith(":"):
            start, end = (int(edge, 16) for edge in first.split("-"))
            span = (start, end) if rest[0].startswith("rw") else None
        elif span and first in ("Rss:", "Swap:") and rest[0] != "0":
            found.append(span)
            span = None
    return found


def _memory() -> Iterator[bytes]:
    """Our own memory; where the system does not show it, the objects that Python knows."""
    if Path("/proc/self/smaps").exists():
        yield from memory_of("self")
        return
    for one in gc.get_objects():
        if isinstance(one, dict):
            yield from (value.encode("utf-8", "replace") for value in one.values() if isinstance(value, str))


def _strangers(own: str, parts: Any) -> list[str]:
    seen: set[str] = set()
    for part in parts:
        seen |= tokens(part if isinstance(part, bytes) else str(part).encode("utf-8", "replace"))
    return sorted(seen - {own})


def _tokens_of(parts: Iterable[bytes]) -> set[str]:
    return {token for part in parts for token in tokens(part)}


def _state() -> Iterator[str]:
    """Where a report before this one could have left something: modules, builtins, settings, caches, figures."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    import pandas as pd

    for name, module in list(sys.modules.items()):
        if name.startswith("cxlab") or name in ("builtins", "__main__", "pandas", "os"):
            yield repr([value for value in vars(module).values() if isinstance(value, str)]) if module else ""
    yield repr(vars(builtins).get("cxlab_trace", ""))
    yield str(mpl.rcParams["svg.hashsalt"]) + str(pd.get_option("display.float_format"))
    yield repr([plt.figure(number).get_label() for number in plt.get_fignums()]) + repr(_remember.cache_info().currsize)


def _folders() -> Iterator[str]:
    """Names and contents of everything in our working, home and temporary folders."""
    for root in {Path.cwd(), Path.home(), Path(tempfile.gettempdir())}:
        for path in root.rglob("*"):
            yield str(path)
            if path.is_file() and path.stat().st_size < 1 << 20:
                yield path.read_text(encoding="utf-8", errors="replace")


def _open_files() -> Iterator[str]:
    folder = Path("/proc/self/fd") if Path("/proc/self/fd").exists() else Path("/dev/fd")
    for descriptor in folder.iterdir():
        try:
            yield str(descriptor.readlink())
        except OSError:
            continue  # the descriptor of this very listing


def _store_reads(mine: Path, path: str) -> bool:
    """Whether a connection as it is opened for our data can be made to read a file of another client."""
    import duckdb

    try:
        return bool(store.connect(mine.parent).execute("SELECT content FROM read_text(?)", [path]).fetchall())
    except duckdb.Error:
        return False


def _plant(own: str) -> None:
    """Leave traces as a careless notebook would: the next report must find none of them."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    import cxlab.errors

    vars(builtins)["cxlab_trace"] = own
    vars(cxlab.errors)["TRACE"] = own
    os.environ["CXLAB_TRACE"] = own
    mpl.rcParams["svg.hashsalt"] = own
    plt.figure(label=own)
    _remember(own)
    for folder in (Path.cwd(), Path.home(), Path(tempfile.gettempdir())):
        (folder / "trace.txt").write_text(own, encoding="utf-8")
