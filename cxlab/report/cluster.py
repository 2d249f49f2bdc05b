"""The executor on many machines: reports as tasks of a Dask cluster, each worker with a warm fork parent of its own.

The folder of the reports, the data and the same cxlab must be on every machine, under the same paths. What a worker
needs to know, a client's named secrets among it, travels to it: use tls:// where others share the network.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cxlab.errors import PlanError
from cxlab.report import order
from cxlab.report.forks import Forks
from cxlab.report.limits import Limits
from cxlab.report.run import FAILED, NOTED, OUT, RESULT, Result

INSTALL = "Install it with: pip install 'cxlab[cluster]'"
# On a worker: the executor and the private cache of each run that it serves.
_served: dict[str, tuple[Forks, Path]] = {}
_guard = threading.Lock()


class Cluster:
    """Runs ordered reports on the workers of a Dask scheduler, one per calling thread; `stop` ends all that run.

    A report whose worker is lost is made again on another one; one that has cost several workers fails.
    """

    def __init__(self, address: str, limits: Limits | None = None) -> None:
        if not address.startswith(("tcp://", "tls://")):
            raise PlanError(
                "This is no address of a Dask scheduler", f"--on {address}", "Write it like tcp://host:8786"
            )
        self.address, self.limits = address, limits or Limits()
        self._client: Any = None
        self._run = secrets.token_hex(8)

    @contextmanager
    def ready(self, cache: Path, language: str = "en") -> Iterator[int]:
        """Connect, and look whether every worker has this cxlab and the folder; gives how many threads they have."""
        try:
            from distributed import Client
        except ImportError:
            raise PlanError("Dask is not installed", f"--on {self.address}", INSTALL) from None
        try:
            client = Client(self.address, timeout=10, set_as_default=False)
        except OSError as error:
            seen = f"{self.address}: {str(error).splitlines()[0]}"
            raise PlanError(
                "The cluster does not answer", seen, "Start its scheduler, or correct the address"
            ) from None
        with client:
            self._client = client
            self._check(cache)
            try:
                yield sum(client.nthreads().values())
            finally:
                client.run(end, self._run, on_error="ignore")
                self._client = None

    def __call__(self, folder: Path, environment: Mapping[str, str]) -> Result:
        from distributed import CancelledError, KilledWorker

        future = self._client.submit(
            make, self._run, str(folder), dict(environment), vars(self.limits), pure=False, retries=0
        )
        try:
            result: Result = future.result()
        except KilledWorker:
            return Result(FAILED, "The report has cost several workers their lives", "", "Raise their memory")
        except CancelledError:
            return Result(FAILED, "The run was stopped", "", "Run again with --resume")
        return result

    def stop(self) -> None:
        """End every report of this run that runs on a worker."""
        if self._client is not None:
            self._client.run(end, self._run, on_error="ignore")

    def _check(self, cache: Path) -> None:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = cache / f"seen-{self._run}"
        mark.write_text(self._run, encoding="ascii")
        try:
            seen = self._client.run(look, str(mark))
        finally:
            mark.unlink()
        if not seen:
            raise PlanError("The cluster has no workers", self.address, "Start workers: dask worker tcp://...")
        for worker, (text, code) in sorted(seen.items()):
            if text != self._run:
                todo = "Share the folder of the reports with every machine, under the same path"
                raise PlanError("A worker does not see the folder of the reports", worker, todo)
            if code != order.code():
                raise PlanError("A worker has another cxlab or other versions", worker, "Install the same lock there")


def look(mark: str) -> tuple[str, str]:
    """On a worker: what it reads in a file of the shared folder, and the hash of what it would make reports with."""
    path = Path(mark)
    return path.read_text(encoding="ascii") if path.is_file() else "", order.code()


def make(run: str, folder: str, environment: dict[str, str], limits: dict[str, float]) -> Result:
    """On a worker: one report. Leavings of a worker that was lost while making it are removed first."""
    private = Path(folder)
    (private / RESULT).unlink(missing_ok=True)
    for name in (OUT, NOTED):
        shutil.rmtree(private / name, ignore_errors=True)
        (private / name).mkdir(mode=0o700)
    with _guard:
        if run not in _served:
            _served[run] = (Forks(Limits(**limits)), Path(tempfile.mkdtemp(prefix="cx-")))
        execute, cache = _served[run]
    # Caches name files of one machine, so they do not lie in the shared folder.
    local = {"MPLCONFIGDIR": str(cache), "XDG_CACHE_HOME": str(cache)}
    return execute(private, environment | local)


def end(run: str) -> None:
    """On a worker: end what it runs for a run, and the parent that it kept warm."""
    with _guard:
        execute, cache = _served.pop(run, (None, None))
    if execute and cache:
        execute.stop()
        execute.close()
        shutil.rmtree(cache, ignore_errors=True)
