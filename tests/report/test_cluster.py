"""Many machines, played by one: a real scheduler and two worker processes, of which one is killed in the middle."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import nbformat
import pytest

from cxlab.errors import PlanError
from cxlab.report import batch
from cxlab.report.batch import Choice
from cxlab.report.cluster import Cluster
from cxlab.report.forks import Forks
from cxlab.report.verify import verify

pytestmark = pytest.mark.cluster
PLAN = """\
notebook: small.ipynb
formats: [html, xlsx]
clients: [{id: a}, {id: b}, {id: c}, {id: d}]
periods: ["2026-10"]
"""
# The first report of all kills the worker that runs it: the runner of the fork parent of this very process.
CELL = """\
import time
flag = pathlib.Path(__FOLDER__) / "killed"
try:
    flag.touch(exist_ok=False)
    first = True
except FileExistsError:
    first = False
if first:
    def parent(pid):
        return int(open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[1])
    worker = parent(parent(os.getppid()))
    flag.write_text(str(worker))
    os.kill(worker, 9)
    time.sleep(60)
time.sleep(0.3)
print(job["client"]["id"])"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A scheduler and two workers of one thread each; its address and the workers' processes."""
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    given = {"text": True, "cwd": tmp_path, "env": environment, "stdout": subprocess.DEVNULL}
    scheduler = subprocess.Popen([*dask, "scheduler", "--port", "0", *local], stderr=subprocess.PIPE, **given)  # type: ignore[call-overload]
    workers = []
    try:
        said = ""
        while not (found := re.search(r"(tcp://127\.0\.0\.1:\d+)", said)):
            line = scheduler.stderr.readline()
            assert line, said
            said += line
        for name in ("one", "two"):
            command = [*dask, "worker", found[1], "--no-nanny", "--nthreads", "1", "--name", name, *local]
            workers.append(subprocess.Popen(command, stderr=subprocess.DEVNULL, **given))  # type: ignore[call-overload]
        yield found[1], workers
    finally:
        for process in (*workers, scheduler):
            process.send_signal(signal.SIGTERM)
        for process in (*workers, scheduler):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        scheduler.stderr.close()


def wait_for_workers(address: str, count: int) -> None:
    """Until so many workers have come to the scheduler."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


@pytest.mark.filterwarnings("ignore")
def test_the_reports_of_a_cluster_are_those_of_one_machine_though_a_worker_dies(
    tmp_path: Path,
    small: Callable[..., nbformat.NotebookNode],
    now: datetime,
    cluster: tuple[str, list[subprocess.Popen[str]]],
) -> None:
    address, workers = cluster
    nbformat.write(small(CELL.replace("__FOLDER__", repr(str(tmp_path)))), tmp_path / "small.ipynb")
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    wait_for_workers(address, 2)
    far = batch.run(plan, now, Cluster(address), Choice(output=tmp_path / "far"), say=lambda line: None)
    assert [entry.status for entry in far.entries] == ["done"] * 4, far.entries
    dead = int((tmp_path / "killed").read_text(encoding="ascii"))
    assert [worker.pid for worker in workers if worker.poll() == -signal.SIGKILL] == [dead]
    near = batch.run(plan, now, Forks(), Choice(output=tmp_path / "near"), say=lambda line: None)
    assert near.exit_code == 0
    for client in "abcd":
        for name in ("report.html", "report.xlsx", "estimates.csv"):
            place = Path("plan") / client / "2026-10" / name
            assert (tmp_path / "far" / place).read_bytes() == (tmp_path / "near" / place).read_bytes()
    assert verify(tmp_path / "far").findings == ()


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_is_not_there_is_said_before_anything_runs(plan_path: Path, now: datetime) -> None:
    started = time.monotonic()
    with pytest.raises(PlanError, match="The cluster does not answer"):
        batch.run(plan_path, now, Cluster("tcp://127.0.0.1:9"), say=lambda line: None)
    assert time.monotonic() - started < 60
    with pytest.raises(PlanError, match="This is no address"):
        Cluster("localhost:8786")
