"""Real kernels: a report is made by all of its cells or it is not made, and nothing that it started stays."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import nbformat
import pytest

from cxlab.report import batch
from cxlab.report.batch import Choice, Entry
from cxlab.report.limits import Limits
from cxlab.report.processes import Processes
from cxlab.report.verify import verify

CLIENTS = """\
notebook: small.ipynb
formats: [{format}]
options: {{text: "'; \\"\\"\\" \\\\ %% ! \\u2028 {{x}}"}}
clients: [{clients}]
periods: ["2026-10"]
"""
# What the notebook does for the client of that name; `job` is what the set-up cell has read.
CELLS = """\
import os, signal, subprocess, sys, time
who = job["client"]["id"]
if who == "leaves":
    sys.exit(0)
if who == "fails":
    1 / 0
if who == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
if who == "vanishes":
    os._exit(0)
if who == "endless":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        time.sleep(0.1)
child = subprocess.Popen(["sleep", "300"])
_ = (noted / "child").write_text(str(child.pid))
"""
LOOK = """\
sockets = set()
for number in os.listdir("/proc/self/fd"):
    try:
        sockets.add(os.readlink(f"/proc/self/fd/{number}"))
    except OSError:
        pass
lines = [line.split() for name in ("tcp", "tcp6") for line in open(f"/proc/net/{name}").readlines()[1:]]
_ = (noted / "look.json").write_text(json.dumps({
    "environment": dict(os.environ), "cwd": os.listdir("."), "python": sys.executable, "safe": sys.flags.safe_path,
    "text": options["text"], "startup": "planted" in globals(), "utf8": sys.flags.utf8_mode,
    "listening": [line for line in lines if line[3] == "0A" and f"socket:[{line[9]}]" in sockets],
}))"""
NAMES = ("good", "leaves", "fails", "killed", "vanishes", "endless")
Made = tuple[Path, dict[str, Entry]]


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, small: Callable[..., nbformat.NotebookNode], now: datetime) -> Made:
    """One batch of one notebook for clients of which each does something else."""
    folder = tmp_path_factory.mktemp("kernels{client.__class__}")
    nbformat.write(small(CELLS, LOOK), folder / "small.ipynb")
    plan = folder / "kernels.yaml"
    clients = ", ".join(f"{{id: {name}}}" for name in NAMES)
    plan.write_text(CLIENTS.format(format="xlsx", clients=clients), encoding="utf-8")
    startup = folder / "home/.ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("planted = 1", encoding="utf-8")
    kernels = folder / "home/.local/share/jupyter/kernels/python3"
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text(
        '{"argv": ["false"], "display_name": "x", "language": "python"}', encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("MY_SECRET", "hunter2")
        patch.setenv("TZ", "Asia/Tokyo")
        choice = Choice(cell_seconds=6, workers=3)
        summary = batch.run(plan, now, Processes(Limits(seconds=120)), choice, say=lambda line: None)
    return folder, {entry.client: entry for entry in summary.entries}


def test_a_whole_notebook_is_a_report(made: Made) -> None:
    folder, entries = made
    assert [name for name in NAMES if entries[name].status == "done"] == ["good"]
    assert sorted(path.name for path in (folder / "reports/kernels").iterdir()) == [".store", "good"]
    assert (folder / "reports/kernels/good/2026-10/report.xlsx").is_file()
    assert verify(folder / "reports").findings == ()
    assert entries["good"].memory > 20


@pytest.mark.parametrize(
    ("client", "said"),
    [
        ("leaves", "did not live to the end|stopped before its end"),
        ("fails", 'A cell of the notebook failed. under "What was found": ZeroDivisionError: division by zero'),
        ("killed", r"did not live to the end.*killed \(signal 9, probably memory\)"),
        ("vanishes", "did not live to the end"),
        ("endless", 'A cell ran longer than 6 seconds. under "What was found"'),
    ],
)
def test_a_notebook_that_does_not_run_to_its_end_is_a_failure_with_its_reason(
    made: Made, client: str, said: str
) -> None:
    _, entries = made
    assert entries[client].status == "failed"
    assert re.search(said, entries[client].reason)


def test_the_kernel_sees_no_secret_no_settings_and_nobody_elses_files(made: Made) -> None:
    folder, _ = made
    look = json.loads((folder / "reports/.runs/kernels/good-2026-10/noted/look.json").read_text(encoding="utf-8"))
    text = json.dumps(look)
    assert "hunter2" not in text
    assert "MY_SECRET" not in text
    assert (look["cwd"], look["startup"], look["safe"], look["utf8"], look["listening"]) == ([], False, True, 1, [])
    assert look["python"] == sys.executable
    assert look["environment"]["TZ"] == "UTC"
    assert look["environment"]["OPENBLAS_NUM_THREADS"] == "1"
    assert look["text"] == '\'; """ \\ %% ! \u2028 {x}'


def test_nothing_that_a_report_started_outlives_it(made: Made) -> None:
    folder, _ = made
    child = int((folder / "reports/.runs/kernels/good-2026-10/noted/child").read_text(encoding="ascii"))
    assert not alive(child)
    assert not list((folder / "reports/.runs").rglob("kernel.pid"))


def test_a_report_has_a_deadline_and_a_killed_runner_leaves_nothing_behind(
    endless: tuple[Path, Callable[[], int]], now: datetime
) -> None:
    plan, running = endless
    runner = subprocess.Popen([sys.executable, "-m", "cxlab.cli", "run", str(plan)], stdout=subprocess.DEVNULL)
    kernel = running()
    busy = subprocess.run(
        [sys.executable, "-m", "cxlab.cli", "run", str(plan)], capture_output=True, text=True, check=False
    )
    assert (busy.returncode, f"process {runner.pid}" in busy.stderr) == (75, True)
    runner.kill()
    runner.wait()
    for _ in range(100):
        if not alive(kernel):
            break
        time.sleep(0.05)
    assert not alive(kernel)
    summary = batch.run(plan, now, Processes(Limits(seconds=1.5)), say=lambda line: None)
    assert "The report took longer than 1.5 seconds" in summary.entries[0].reason
    assert not (plan.parent / "reports/slow/a").exists()


def test_html_and_pdf_come_out_with_the_same_bytes_in_any_zone(
    tmp_path: Path, small: Callable[..., nbformat.NotebookNode], now: datetime
) -> None:
    nbformat.write(small("import os\nassert job['client']['name'] == 'Acme'"), tmp_path / "small.ipynb")
    plan = tmp_path / "twice.yaml"
    text = CLIENTS.format(format="html, pdf, xlsx", clients="{id: a, name: Acme}")
    plan.write_text(text, encoding="utf-8")
    sums = []
    for zone in ("Asia/Tokyo", "America/New_York"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TZ", zone)
            output = tmp_path / zone.partition("/")[2]
            summary = batch.run(plan, now, Processes(), Choice(output=output), say=lambda line: None)
        assert summary.exit_code == 0, summary.entries[0].reason
        sums.append({path.name: path.read_bytes() for path in (output / "twice/a/2026-10").iterdir()})
    assert {"report.html", "report.pdf", "report.xlsx"} <= set(sums[0])
    for name in sums[0]:
        assert name == "manifest.json" or sums[0][name] == sums[1][name]
    page = sums[0]["report.html"].decode()
    for hidden in ("injected", "papermill", str(tmp_path), "CXLAB_JOB", "read_text"):
        assert hidden not in page
