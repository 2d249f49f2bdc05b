"""Small plans, small notebooks and an executor without kernels, for the tests of everything around a report."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cxlab.report.run import NOTED, ORDER, OUT, Result

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
PARAMETERS = (
    'client: str = "sample"  # whose report\nperiod: str = "last-month"\nlocale: str = "en"\n'
    'source: str = ""\noptions: dict = {}'
)
SETUP = """\
import json, os, pathlib
job = json.loads(pathlib.Path(os.environ["CXLAB_JOB"]).read_text(encoding="utf-8"))
noted = pathlib.Path(job["folder"])
_ = (noted / "estimates.csv").write_text("metric,n,estimate\\nnps,2746,39.84\\n")
_ = (noted / "account.json").write_text('{"inputs": {"answers": 2746}, "ledger": [{"kind": "read", "n": 2746}]}')"""
PLAN = """\
notebook: small.ipynb
formats: [html]
clients:
  - id: acme
    answers: {source: acme.csv}
  - id: borealis
    answers: {source: borealis.csv}
periods: ["2026-10"]
"""


def small_notebook(*cells: str) -> nbformat.NotebookNode:
    """A report notebook with the parameters, a set-up that notes estimates, and these code cells under a heading."""
    tagged = [
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(SETUP, metadata={"tags": ["setup"]}),
    ]
    rest = [new_code_cell(cell) for cell in cells]
    return new_notebook(
        cells=[new_markdown_cell("# Report"), *tagged, new_markdown_cell("## What was found"), *rest],
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
    )


class Paper:
    """An executor that writes files instead of running notebooks; fails for the clients it is told to fail for."""

    def __init__(self, failing: Mapping[str, str] | None = None, text: str = "first") -> None:
        self.failing, self.text = dict(failing or {}), text
        self.made: list[str] = []

    def __call__(self, folder: Path, environment: Mapping[str, str]) -> Result:
        order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
        client = order["parameters"]["client"]
        self.made.append(client)
        if client in self.failing:
            return Result("failed", self.failing[client])
        for kind in order["formats"]:
            (folder / OUT / f"report.{kind}").write_text(f"{client} {self.text}", encoding="utf-8")
        (folder / OUT / "estimates.csv").write_text("metric,n\nnps,3\n", encoding="utf-8")
        (folder / NOTED / "account.json").write_text('{"inputs": {"answers": 3}}', encoding="utf-8")
        return Result("done", seconds={"all": 1.0}, memory=10.0)

    @contextmanager
    def ready(self, cache: Path, language: str = "en") -> Iterator[int]:
        """It is always ready."""
        yield 0

    def stop(self) -> None:
        """Nothing runs, so nothing is to be stopped."""


@pytest.fixture
def plan_path(tmp_path: Path) -> Path:
    """A plan for two clients with data and a notebook, in a folder of its own."""
    nbformat.write(small_notebook("1 + 1"), tmp_path / "small.ipynb")
    for client in ("acme", "borealis"):
        (tmp_path / f"{client}.csv").write_text(f"answer,recommend\n{client},9\n", encoding="utf-8")
    path = tmp_path / "monthly.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def paper() -> type[Paper]:
    """The executor without kernels."""
    return Paper


@pytest.fixture(scope="session")
def small() -> Callable[..., nbformat.NotebookNode]:
    """Makes a small report notebook of code cells."""
    return small_notebook


@pytest.fixture
def endless(tmp_path: Path) -> tuple[Path, Callable[[], int]]:
    """A plan of one report that never ends, and how to wait for the process of its cells."""
    cells = ("import os\nopen(noted / 'pid', 'w').write(str(os.getpid()))", "import time\ntime.sleep(300)")
    nbformat.write(small_notebook(*cells), tmp_path / "small.ipynb")
    plan = tmp_path / "slow.yaml"
    plan.write_text(
        'notebook: small.ipynb\nformats: [html]\nclients: [{id: a}]\nperiods: ["2026-10"]\n', encoding="utf-8"
    )
    noted = tmp_path / "reports/.runs/slow/a-2026-10/noted/pid"

    def running() -> int:
        for _ in range(1200):
            if noted.is_file() and noted.read_text(encoding="ascii"):
                return int(noted.read_text(encoding="ascii"))
            time.sleep(0.05)
        pytest.fail("the cells did not start within 60 seconds")

    return plan, running


@pytest.fixture(scope="session")
def now() -> datetime:
    """The instant at which the tests' batches run: 3 November 2026."""
    return NOW


@pytest.fixture(scope="session")
def demo() -> ModuleType:
    """The demo notebook of the pages (demo.py beside this file) in en, vi and fa."""
    spec = importlib.util.spec_from_file_location("report_demo", Path(__file__).with_name("demo.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
