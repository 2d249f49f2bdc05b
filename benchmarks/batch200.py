"""Two hundred clients, three of them ill: 197 reports, exit code 1, the three named with reasons, and the memory.

    python benchmarks/batch200.py [CLIENTS]

One client's file is broken, one's cell never ends, one's process is killed. Prints the most memory that the runner, the
fork parent and all children held together (shared pages counted once), and fails when any of this does not hold.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

MOST_MEMORY = 1500
PARAMETERS = (
    'client: str = "sample"  # whose report\nperiod: str = "last-month"\nlocale: str = "en"\n'
    'source: str = ""\noptions: dict = {}'
)
CELL = """\
if client == "client-7":
    while True:
        pass
if client == "client-8":
    import os
    os.kill(os.getpid(), 9)
r.show(cx.nps(r.answers))"""
ILL = {
    "client-6": "broken.xlsx",
    "client-7": "A cell ran longer than 5 seconds",
    "client-8": "killed (signal 9, probably memory)",
}


def held(process: psutil.Process) -> float:
    """MB of a process and its descendants, each shared page counted once."""
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.Error:  # the run has just ended
        return 0.0
    for one in family:
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1e6


def prepare(folder: Path, clients: int) -> Path:
    """The notebook, a small file per client, a broken one, and the plan."""
    cells = [
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(
            "import cxlab as cx\n\nr = cx.report(client, period, locale, source, options)",
            metadata={"tags": ["setup"]},
        ),
        new_markdown_cell("# Report\n\n## Score"),
        new_code_cell(CELL),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "small.ipynb")
    rows = "".join(f"2026-10-{day:02d},{(day * 7) % 11}\n" for day in range(1, 31))
    (folder / "answers.csv").write_text("answered,recommend\n" + rows, encoding="utf-8")
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    listed = "".join(
        f"  - {{id: client-{n}, answers: {{source: {'broken.xlsx' if n == 6 else 'answers.csv'}}}}}\n"
        for n in range(clients)
    )
    plan = folder / "many.yaml"
    plan.write_text(f'notebook: small.ipynb\nperiods: ["2026-10"]\nclients:\n{listed}', encoding="utf-8")
    return plan


def main() -> None:
    """Run it and look."""
    clients = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as temporary:
        plan = prepare(Path(temporary), clients)
        started = time.monotonic()
        command = [sys.executable, "-m", "cxlab.cli", "run", str(plan), "--cell-limit", "5"]
        run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        peaks = [0.0]
        watched = psutil.Process(run.pid)

        def watch() -> None:
            while run.poll() is None:
                peaks.append(held(watched))
                time.sleep(0.5)

        watcher = threading.Thread(target=watch)
        watcher.start()
        out, err = run.communicate()
        watcher.join()
        entries = json.loads((plan.parent / "reports/run.json").read_bytes())["reports"]
        done = [entry for entry in entries if entry["status"] == "done"]
        print(
            f"{len(done)} of {len(entries)} reports in {time.monotonic() - started:.0f} s, exit code {run.returncode}"
        )
        print(f"{max(peaks):.0f} MB at the most (budget {MOST_MEMORY})")
        print(err, end="")
        assert (run.returncode, len(done)) == (1, clients - len(ILL)), out[-2000:]
        for client, reason in ILL.items():
            assert any(client in line and reason in line for line in err.splitlines()), client
        assert max(peaks) < MOST_MEMORY


if __name__ == "__main__":
    main()
