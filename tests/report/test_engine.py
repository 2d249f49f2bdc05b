"""The fork engine: the same notebook as a real kernel makes, its limits, its ends, and what it must not share."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from cxlab.errors import PlanError, ReportError
from cxlab.report import batch, kernel_engine
from cxlab.report.batch import Choice, Entry
from cxlab.report.forks import Forks
from cxlab.report.limits import Limits
from cxlab.report.processes import Processes
from cxlab.report.verify import verify

OUTPUTS = (
    "import pandas as pd\nprint('a')\nprint('b')\npd.DataFrame({'a': [1]})",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2]);",
    "from IPython.display import display, clear_output, Image\nhandle = display(1, display_id='x')\nb'bytes';",
    "handle.update({'later': 2})\n_",
    "print('gone')\nclear_output()\nprint('kept')",
    "print('gone')\nclear_output(wait=True)\ndisplay('shown')",
    "import sys\nprint('to stderr', file=sys.stderr)",
    "!echo from a shell",
    "import asyncio\nawait asyncio.sleep(0)\n5",
    "fig, ax = plt.subplots()\nax.bar([1], [1])\nplt.show()\nprint(plt.get_fignums(), _oh[9], In[1][:6])",
    "class Cell:\n    def _repr_png_(self):\n        return b'\\x89PNG'\n\n"
    "    def __repr__(self):\n        return 'cell'\nCell()",
    "from pickle import dumps, loads\nloads(dumps(Cell())), __name__",
)
CLIENTS = """\
notebook: small.ipynb
formats: [{format}]
clients: [{clients}]
periods: ["2026-10"]
"""
CELLS = """\
import os, signal, subprocess, sys, time
who = job["client"]["id"]
child = subprocess.Popen(["sleep", "300"])
_ = (noted / "child").write_text(str(child.pid))
if who == "leaves":
    sys.exit(0)
if who == "quits":
    exit()
if who == "fails":
    1 / 0
if who == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
if who == "crashes":
    import ctypes
    ctypes.string_at(0)
if who == "vanishes":
    os._exit(0)
if who == "kills-all":
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(30)
if who == "floods":
    while True:
        print("x" * 1000)
if who == "endless":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        time.sleep(0.1)
"""
# The report that stays alive looks around; the others leave something behind in the process for it to find.
LOOK = """\
import gc, threading
import matplotlib, numpy as np
opened = []
for number in os.listdir("/proc/self/fd"):
    try:
        opened.append(os.readlink(f"/proc/self/fd/{number}").split(":")[0])
    except OSError:
        pass
_ = (noted / "look.json").write_text(json.dumps({
    "environment": dict(os.environ), "cwd": os.listdir("."), "python": sys.executable, "safe": sys.flags.safe_path,
    "startup": "planted" in globals(), "utf8": sys.flags.utf8_mode, "session": os.getsid(0),
    "polars": "polars" in sys.modules, "figure": list(matplotlib.rcParams["figure.figsize"]),
    "marks": getattr(np, "mark", None), "frozen": gc.get_freeze_count(), "files": sorted(opened),
}))
np.mark = who
matplotlib.rcParams["figure.figsize"] = (1, 1)"""
NAMES = (
    "good",
    "leaves",
    "quits",
    "fails",
    "killed",
    "crashes",
    "vanishes",
    "kills-all",
    "floods",
    "endless",
    "second",
)
Made = tuple[Path, dict[str, Entry]]


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended but was not waited for does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False


def gone(pid: int, seconds: float = 5) -> bool:
    """Whether a process is gone within so many seconds."""
    ends = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < ends:
        time.sleep(0.05)
    return not alive(pid)


def executed(folder: Path, engine: str, *cells: str, limit: int = 60) -> Any:
    """A notebook of these cells as papermill leaves it with an engine, without its times."""
    sources = [new_code_cell(cell, id=f"cell-{number}", metadata={"tags": []}) for number, cell in enumerate(cells)]
    notebook = new_notebook(cells=sources, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    nbformat.write(notebook, folder / "in.ipynb")
    made = papermill.execute_notebook(
        folder / "in.ipynb", folder / "out.ipynb", engine_name=engine, kernel_name="python3", language="python",
        progress_bar=False, execution_timeout=limit,
    )  # fmt: skip
    for metadata in (made.metadata, *(cell.metadata for cell in made.cells)):
        metadata.pop("papermill", None)
        metadata.pop("execution", None)
    return made


@pytest.mark.filterwarnings("ignore")
def test_both_engines_give_the_same_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)
    forked = executed(tmp_path, "cxlab", *OUTPUTS)
    real = executed(tmp_path, kernel_engine.ENGINE, *OUTPUTS)
    for number, (one, other) in enumerate(zip(forked.cells, real.cells, strict=True)):
        assert json.dumps(merged(one), sort_keys=True) == json.dumps(merged(other), sort_keys=True), number
    assert forked.metadata == real.metadata
    kinds = [output.output_type for cell in forked.cells for output in cell.outputs]
    assert {"stream", "display_data", "execute_result"} == set(kinds)
    assert sum("image/png" in output.get("data", {}) for cell in forked.cells for output in cell.outputs) == 3
    assert forked.cells[2].outputs[0].data["text/plain"] == "{'later': 2}"


def merged(cell: Any) -> Any:
    """A cell with neighbouring pieces of one stream as one, which a kernel sends as they come."""
    outputs: list[Any] = []
    for output in cell.outputs:
        if outputs and output.output_type == "stream" and outputs[-1].get("name") == output.name:
            outputs[-1].text += output.text
        else:
            outputs.append(output)
    return cell | {"outputs": outputs}


def test_papermill_with_our_engine_takes_plain_parameters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cell = new_code_cell("options: dict = {}", metadata={"tags": ["parameters"]})
    book = new_notebook(cells=[cell, new_code_cell("print(options)", metadata={"tags": []})])
    nbformat.write(book, tmp_path / "in.ipynb")
    given = {"options": {"ces": {"easy": "high", "missing": [0, 6]}}}
    made = papermill.execute_notebook(
        "in.ipynb",
        "out.ipynb",
        given,
        engine_name="cxlab",
        kernel_name="python3",
        language="python",
        progress_bar=False,
    )
    assert made.cells[-1].outputs[0].text.strip() == str(given["options"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"clinet": "acme"}, "no parameter 'clinet'"),
        ({"x=1;open('mark','w');y": 1}, "plain word"),
        ({"client": ('a"', "b")}, "plain data"),
    ],
)
def test_papermill_with_our_engine_refuses_what_no_parameter_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    cell = new_code_cell('client: str = "sample"', metadata={"tags": ["parameters"]})
    book = new_notebook(cells=[cell, new_code_cell("open('ran', 'w')", metadata={"tags": []})])
    nbformat.write(book, tmp_path / "in.ipynb")
    with pytest.raises(PlanError, match=said):
        papermill.execute_notebook(
            "in.ipynb",
            "out.ipynb",
            given,
            engine_name="cxlab",
            kernel_name="python3",
            language="python",
            progress_bar=False,
        )
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    ("cell", "limit", "said"),
    [
        ("import os\nos._exit(3)", 60, "ended by itself with exit code 3"),
        ("import os\nos.kill(os.getpid(), 9)", 60, r"killed \(signal 9, probably memory\)"),
        ("import time\ntime.sleep(60)", 1, "A cell ran longer than 1 seconds"),
        (
            "import subprocess, os\nsubprocess.Popen(['sleep', '60'], close_fds=False)\nos._exit(0)",
            60,
            "ended by itself",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_papermill_hears_why_the_cells_ended(tmp_path: Path, cell: str, limit: int, said: str) -> None:
    with pytest.raises(ReportError, match=said):
        executed(tmp_path, "cxlab", cell, limit=limit)


@pytest.mark.parametrize("engine", ["cxlab", kernel_engine.ENGINE])
@pytest.mark.filterwarnings("ignore")
def test_a_flood_of_output_is_cut_short(tmp_path: Path, engine: str) -> None:
    cell = "try:\n    while True:\n        print('x' * 9999)\nexcept Exception:\n    pass"
    with pytest.raises(Exception, match="more than 1 MB of text"):
        executed(tmp_path, engine, cell)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, small: Callable[..., nbformat.NotebookNode], now: datetime) -> Made:
    """One batch of one notebook for clients of which each does something else."""
    folder = tmp_path_factory.mktemp("forks")
    nbformat.write(small(CELLS, LOOK), folder / "small.ipynb")
    plan = folder / "forks.yaml"
    plan.write_text(CLIENTS.format(format="xlsx", clients=", ".join(f"{{id: {n}}}" for n in NAMES)), encoding="utf-8")
    startup = folder / "home/.ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("planted = 1", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"HOME": str(folder / "home"), "MY_SECRET": "hunter2", "TZ": "Asia/Tokyo"}.items():
            patch.setenv(name, value)
        summary = batch.run(plan, now, Forks(), Choice(cell_seconds=6, workers=2), say=lambda line: None)
    return folder, {entry.client: entry for entry in summary.entries}


def test_a_crash_costs_one_report(made: Made) -> None:
    folder, entries = made
    assert [name for name in NAMES if entries[name].status == "done"] == ["good", "second"], entries
    assert verify(folder / "reports").findings == ()
    assert entries["good"].memory > 20


@pytest.mark.parametrize(
    ("client", "said"),
    [
        ("leaves", 'The notebook stopped before its end. under "What was found": a cell did not run'),
        ("quits", "The notebook stopped before its end"),
        ("fails", 'A cell of the notebook failed. under "What was found": ZeroDivisionError: division by zero'),
        ("killed", r'under "What was found": killed \(signal 9, probably memory\)'),
        ("crashes", r"killed \(signal 11, a crash of compiled code\)"),
        ("vanishes", "did not live to the end. .*ended by itself"),
        ("kills-all", r"ended before it could tell. killed \(signal 9, probably memory\)"),
        ("floods", "OutputFlood: it put out more than 1 MB of text"),
        ("endless", 'A cell ran longer than 6 seconds. under "What was found"'),
    ],
)
def test_what_failed_says_why(made: Made, client: str, said: str) -> None:
    assert re.search(said, made[1][client].reason), made[1][client].reason


def test_nothing_that_a_report_started_outlives_it(made: Made) -> None:
    for name in NAMES:
        child = made[0] / f"reports/.runs/forks/{name}-2026-10/noted/child"
        assert gone(int(child.read_text(encoding="ascii"))), name


def test_a_child_sees_no_secret_no_settings_and_nothing_of_another_report(made: Made) -> None:
    folder, _ = made
    seen = [
        json.loads((folder / f"reports/.runs/forks/{name}-2026-10/noted/look.json").read_text(encoding="utf-8"))
        for name in ("good", "second")
    ]
    for look in seen:
        text = json.dumps(look)
        assert "hunter2" not in text
        assert "MY_SECRET" not in text
        assert (look["cwd"], look["startup"], look["safe"], look["utf8"], look["polars"]) == ([], False, True, 1, False)
        assert (look["python"], look["environment"]["TZ"]) == (sys.executable, "UTC")
        assert (look["figure"], look["marks"]) == ([6.4, 4.8], None)
        assert look["frozen"] > 100_000
        assert not [name for name in look["files"] if name in ("socket", "anon_inode")]
    assert seen[0]["session"] != seen[1]["session"]


@pytest.mark.parametrize("victim", ["runner", "parent"])
def test_who_is_killed_takes_its_reports_along(endless: tuple[Path, Callable[[], int]], victim: str) -> None:
    plan, running = endless
    runner = subprocess.Popen([sys.executable, "-m", "cxlab.cli", "run", str(plan)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)  # fmt: skip
    cells = running()
    report = parent_of(cells)
    parent = parent_of(report)
    assert parent_of(parent) == runner.pid
    os.kill(runner.pid if victim == "runner" else parent, signal.SIGKILL)
    said = runner.communicate()[1]
    assert all(gone(pid) for pid in (cells, report, parent))
    if victim == "parent":
        assert (runner.returncode, "the process that started it is gone" in said) == (3, True)
    assert not (plan.parent / "reports/slow/a").exists()


def parent_of(pid: int) -> int:
    """The process that started another."""
    return int(re.search(r"PPid:\t(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))[1])  # type: ignore[index]


@pytest.mark.parametrize("executor", [Forks, Processes])
@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(seconds=2.5), "The report took longer than 2.5 seconds. it was ended"),
        (Limits(memory=101), "The report used more than 101 MB of memory. it was ended"),
    ],
)
def test_a_report_has_a_deadline_and_a_limit_of_memory(
    endless: tuple[Path, Callable[[], int]], now: datetime, executor: Any, limits: Limits, said: str
) -> None:
    plan, _ = endless
    summary = batch.run(plan, now, executor(limits), say=lambda line: None)
    assert said in summary.entries[0].reason
    assert not (plan.parent / "reports/slow/a").exists()


def test_a_batch_has_a_deadline(endless: tuple[Path, Callable[[], int]], now: datetime) -> None:
    summary = batch.run(endless[0], now, Forks(), Choice(batch_seconds=9), say=lambda line: None)
    assert (summary.exit_code, summary.entries[0].reason[:20]) == (3, "The run was stopped.")
