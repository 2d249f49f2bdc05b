"""Reports per minute: the batch against loops of papermill and nbconvert over the same notebook and data.

    python benchmarks/reports.py [--quick]

For the reference notebook (benchmarks/reference.py) and for client_survey: the loop of `papermill`, `nbconvert --to
html` and `nbconvert --to webpdf` one after another and two side by side, `cxlab run` with two workers, and the floor:
the cells alone, again and again in two warm processes. All in one run; ratios carry over to other machines, times do
not. The batch is of 40 reports (6 with --quick), since getting warm is paid once for all of them; the loops pay it anew
for each.

nbconvert's webpdf looks only for the browser that playwright downloads. Here it is given the system's Chromium under
the path where it looks, so that the whole loop is as its makers wrote it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "NUMEXPR")})

import nbformat
import reference

from cxlab.report import places, plan, tasks
from cxlab.rows import sample

BIN = Path(sys.executable).parent
CHROMIUM = Path("/usr/bin/chromium")
NOW = sample.NOW
LOOK_FOR = """
from playwright.sync_api import Error, sync_playwright
with sync_playwright() as p:
    try:
        p.chromium.launch()
    except Error as error:
        print(error.message)
"""


@dataclass(frozen=True)
class Speed:
    """Reports per minute by the clock, and CPU seconds per report."""

    rate: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:5.1f} reports a minute, {self.cpu:5.1f} CPU s each"


def speed(reports: int, work: Callable[[], object]) -> Speed:
    """How fast a piece of work made so many reports, with all processes that it waited for."""

    def cpu() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    start, before = time.perf_counter(), cpu()
    work()
    return Speed(reports * 60 / (time.perf_counter() - start), (cpu() - before) / reports)


def browser(folder: Path) -> dict[str, str]:
    """The environment in which playwright finds the system's Chromium where it looks for its own."""
    given = {"PLAYWRIGHT_BROWSERS_PATH": str(folder / "browsers")}
    said = subprocess.run(
        [sys.executable, "-c", LOOK_FOR], env=os.environ | given, capture_output=True, text=True, check=True
    ).stdout
    missing = next((word for word in said.split() if word.startswith(str(folder))), "")
    if not missing:
        raise SystemExit(f"playwright does not say where it looks for a browser: {said[:300]}")
    Path(missing).parent.mkdir(parents=True)
    Path(missing).symlink_to(CHROMIUM)
    return given


def loop(notebook: Path, job: Path, folder: Path, number: int, environment: dict[str, str]) -> None:
    """One report as everyone makes it: three commands."""
    known = json.loads(job.read_text(encoding="utf-8"))
    executed = folder / f"loop-{number}.ipynb"
    parameters = ["-p", "client", known["client"]["id"], "-p", "period", known["period"]["key"]]
    commands = (
        [BIN / "papermill", notebook, executed, *parameters, "--no-progress-bar"],
        [BIN / "jupyter", "nbconvert", "--to", "html", executed],
        [BIN / "jupyter", "nbconvert", "--to", "webpdf", "--disable-chromium-sandbox", executed],
    )
    for command in commands:
        done = subprocess.run(
            [str(part) for part in command], env=os.environ | environment | {"CXLAB_JOB": str(job)}, check=False,
            capture_output=True, text=True, cwd=folder,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{Path(command[0]).name} failed: {done.stderr[-2000:]}")
    for ending in (".html", ".pdf"):
        assert executed.with_suffix(ending).stat().st_size > 50_000


def batch(file: Path, folder: Path, reports: int) -> None:
    """The same reports by the command that is measured."""
    done = subprocess.run(
        [str(BIN / "cxlab"), "run", str(file), "--workers", "2", "-o", str(folder / "reports")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or f"{reports} of {reports} reports" not in done.stdout:
        raise SystemExit(f"cxlab run failed: {done.stdout[-1000:]} {done.stderr[-2000:]}")


def floor(notebook: Path, job: Path, rounds: int) -> Speed:
    """Two warm processes that run nothing but the cells, again and again."""
    command = [sys.executable, __file__, "--cells", str(notebook), str(rounds)]
    environment = os.environ | {"CXLAB_JOB": str(job)}
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for _ in range(2)
    ]
    said = [json.loads(process.communicate()[0].splitlines()[-1]) for process in started]
    return Speed(sum(60 / wall for wall, _ in said), sum(cpu for _, cpu in said) / 2)


def cells(path: Path, rounds: int) -> None:
    """In a process of its own: seconds by clock and CPU that the cells take once everything is warm."""
    from matplotlib import pyplot as plt

    from cxlab.report.cells import fresh_shell, run_cell

    job = json.loads(Path(os.environ["CXLAB_JOB"]).read_text(encoding="utf-8"))
    told, shell = sys.__stdout__, fresh_shell()
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    sources.insert(1, f"client, period = {job['client']['id']!r}, {job['period']['key']!r}")
    wall = cpu = 0.0
    for number in range(rounds + 1):
        if number == 1:
            wall, cpu = time.perf_counter(), time.process_time()
        for index, source in enumerate(sources):
            outputs, _, good = run_cell(shell, index, source)
            assert good, outputs
        plt.close("all")
    spent = [(time.perf_counter() - wall) / rounds, (time.process_time() - cpu) / rounds]
    print(json.dumps(spent), file=told, flush=True)


def measure(
    name: str, notebook: Path, file: Path, counts: tuple[int, int, int, int], budgets: tuple[float, ...]
) -> None:
    """Run all four ways and print what each gave and their ratios."""
    serial_count, pair_count, batch_count, rounds = counts
    todo = tasks.of(plan.load(file), NOW)[:batch_count]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        environment = browser(folder)
        noted = folder / "noted"
        noted.mkdir()
        job = folder / "job.json"
        job.write_text(json.dumps(todo[0].job(noted)), encoding="utf-8")
        print(f"{name}: {len(todo)} reports in the batch", flush=True)
        alone = floor(notebook, job, rounds)
        print(f"  cells alone, two processes    {alone}", flush=True)
        ours = speed(len(todo), lambda: batch(file, folder, len(todo)))
        print(f"  cxlab run, two workers        {ours}", flush=True)
        with ThreadPoolExecutor(2) as pool:
            pair = speed(
                pair_count,
                lambda: list(pool.map(lambda n: loop(notebook, job, folder, n, environment), range(pair_count))),
            )
        print(f"  two loops side by side        {pair}", flush=True)
        serial = speed(
            serial_count, lambda: [loop(notebook, job, folder, 100 + n, environment) for n in range(serial_count)]
        )
        print(f"  one loop                      {serial}", flush=True)
    shares = (ours.rate / pair.rate, ours.rate / serial.rate, ours.rate / alone.rate)
    said = zip(("two loops", "one loop", "the floor"), shares, budgets, strict=True)
    print("  " + "; ".join(f"{share:.2f} times {what} (budget {budget or 'none'})" for what, share, budget in said))


def plan_of(folder: Path, notebook: str, tables: dict[str, Path], count: int, more: str = "") -> Path:
    """A plan of so many clients with the same data."""
    sources = "".join(f"    {table}: {{source: {path}}}\n" for table, path in tables.items())
    clients = "".join(f"  - id: client-{number}\n{more}{sources}" for number in range(count))
    path = folder / f"plan-{Path(notebook).stem.replace('_', '-')}.yaml"
    path.write_text(f'notebook: {notebook}\nperiods: ["2026-10"]\nclients:\n{clients}', encoding="utf-8")
    return path


def main() -> None:
    """Both notebooks."""
    quick = "--quick" in sys.argv
    counts = (1, 2, 6, 2) if quick else (4, 8, 40, 4)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        nbformat.write(reference.notebook(), folder / "reference.ipynb")
        reference.data(folder / "answers.parquet")
        file = plan_of(folder, "reference.ipynb", {"answers": folder / "answers.parquet"}, counts[2])
        measure("reference notebook", folder / "reference.ipynb", file, counts, (4, 8, 0.75))
        written = sample.write(folder / "data")["harbour"]
        survey = places.notebooks_folder() / "reports/client_survey.ipynb"
        more = "    segments: [region, product]\n"
        file = plan_of(folder, "client_survey", written, counts[2], more)
        measure("client_survey", survey, file, counts, (6, 0, 0))


if __name__ == "__main__":
    if "--cells" in sys.argv:
        cells(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
