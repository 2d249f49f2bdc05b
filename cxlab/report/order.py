"""Orders: what a report's process is given, the key of everything it depends on, and the facts of its manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from platform import python_version
from typing import Any
from zoneinfo import ZoneInfo

from cxlab.errors import DefinitionError, PlanError, ReportError, did_you_mean
from cxlab.report import faults, files, kernel, parameters, places, run, tasks
from cxlab.report.plan import PlanFile
from cxlab.report.tasks import Task

FILE_OF = {"html": "report.html", "pdf": "report.pdf", "xlsx": "report.xlsx"}
NAMED_VERSIONS = (
    "cxlab", "duckdb", "matplotlib", "narwhals", "nbconvert", "numpy", "pandas", "papermill", "pyarrow", "scipy",
    "seaborn", "weasyprint",
)  # fmt: skip


def check_notebook(file: PlanFile, todo: Sequence[Task]) -> None:
    """Refuse a plan whose notebook is missing, does not declare its parameters, or could not take what it gets."""
    path = tasks.notebook_path(file)
    try:
        notebook = json.loads(path.read_bytes())
        if notebook["nbformat"] != 4 or not isinstance(notebook["cells"], list):
            raise ValueError("not a notebook of format 4")
    except (OSError, ValueError, KeyError, TypeError) as error:
        seen = f"{path.name}: {type(error).__name__}"
        raise PlanError("The notebook cannot be read", seen, "Save it again in JupyterLab") from None
    declared = parameters.read(notebook, path.name)
    for task in todo:
        parameters.check(task.parameters(), declared, path.name)


def check_variants(file: PlanFile) -> None:
    """Refuse a plan that names a metric or a variant which does not exist."""
    if not file.plan.variants:
        return
    from cxlab.metric import catalogue

    known = catalogue()
    for name, variant in file.plan.variants.items():
        at = file.where("variants", name)
        if name not in known:
            raise PlanError(f"There is no metric '{name}'", at, did_you_mean(name, known) or "See: cxlab metrics")
        try:
            known[name].variant(variant)
        except DefinitionError as error:
            raise PlanError(error.wrong, f"{at}: {error.seen}", error.todo) from None


class Orders:
    """Writes orders and reckons keys; what does not change during a run is looked at once."""

    def __init__(self, cell_seconds: int) -> None:
        self.cell_seconds = cell_seconds
        self._prints: dict[tuple[str, int, int], str] = {}

    def write(self, task: Task, private: Path, cached: Path) -> dict[str, str]:
        """Write order and job into a fresh private folder; the environment in which the report's process runs."""
        for folder in (private, private / run.OUT, private / run.NOTED):
            folder.mkdir(mode=0o700, parents=True)
        cached.mkdir(mode=0o700, parents=True, exist_ok=True)
        job = private / run.JOB
        # The moment of the run is no part of the key: a report that stands is not made again because a day has passed.
        _private(job, task.job(private / run.NOTED) | {"now": task.now.isoformat()})
        _private(private / run.ORDER, asdict(self._order(task)))
        epoch = int(task.period.instants(task.client.timezone)[1].timestamp())
        secrets = task.secrets()
        return kernel.environment(private, cached, secrets, epoch) | {"CXLAB_JOB": str(job)}

    def key(self, task: Task) -> str | None:
        """The hash of all that a report depends on, or None when its data lie where they cannot be hashed."""
        inputs = self._inputs(task)
        if any(entry["sha256"] is None for entry in inputs):
            return None
        job = task.job(Path())
        beside = [self._print(Path(path)) for path in (job["brand"]["logo"], job["client"]["holidays"]) if path]
        parts = (
            self._print(tasks.notebook_path(task.file)), code(), job, task.parameters(), task.formats,
            [entry["sha256"] for entry in inputs], beside,
        )  # fmt: skip
        return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def facts(self, task: Task, private: Path, key: str | None, result: run.Result) -> dict[str, Any]:
        """The manifest of a report but for its outputs. It names no path, no parameter's value, no secret's text."""
        noted = run.account(private)
        rows = noted.get("inputs", {})
        finished = datetime.now(UTC).replace(microsecond=0)
        notebook = tasks.notebook_path(task.file)
        return {
            "client": task.client.id,
            "period": task.period.key,
            "span": {
                "start": task.period.start.isoformat(),
                "end": task.period.end.isoformat(),
                "calendar": task.period.calendar,
                "timezone": task.client.timezone,
            },
            "locale": task.locale,
            "notebook": {"name": notebook.name, "sha256": self._print(notebook)},
            "parameters": sorted(task.parameters()),
            "inputs": [{**entry, "rows": rows.get(entry["table"])} for entry in self._inputs(task)],
            "versions": versions(),
            "key": key,
            "started": (finished - timedelta(seconds=round(result.seconds.get("all", 0)))).isoformat(),
            "finished": finished.isoformat(),
            "ledger": noted.get("ledger", []),
            "warnings": noted.get("warnings", []),
            "sample": bool(task.sample or noted.get("sample")),
        }

    def _order(self, task: Task) -> run.Order:
        from cxlab.words.locale import locale

        words = locale(task.locale)
        issued = task.now.astimezone(ZoneInfo(task.client.timezone)).date()
        meta = {
            "client": task.client.name or task.client.id,
            "period_label": words.period(task.period),
            "locale": task.locale,
            "colour": task.client.brand.colour,
            "sample": task.sample,
            "issued": issued.isoformat(),
            "calendar": task.period.calendar,
            "page_size": task.client.brand.page_size,
        }
        logo = task.client.brand.logo
        notebook = tasks.notebook_path(task.file)
        return run.Order(
            notebook=str(notebook.absolute()),
            title=notebook.stem.replace("_", " ").capitalize(),
            parameters=task.parameters(),
            formats=list(task.formats),
            meta=meta,
            logo=str(task.file.beside(logo).absolute()) if logo else None,
            cell_seconds=self.cell_seconds,
        )

    def _inputs(self, task: Task) -> list[dict[str, Any]]:
        """Each data file by its bare name and hash; a database by the name of its variable alone."""
        found = task.files()
        inputs: list[dict[str, Any]] = []
        for name, table in task.client.tables().items():
            if name in found:
                inputs += [{"table": name, "source": path.name, "sha256": self._print(path)} for path in found[name]]
            else:
                address = table.source if table.source.startswith("env:") else table.source.partition("://")[0]
                inputs.append({"table": name, "source": address, "sha256": None})
        return inputs

    def _print(self, path: Path) -> str:
        state = path.stat()
        known = (str(path), state.st_size, state.st_mtime_ns)
        if known not in self._prints:
            self._prints[known] = tasks.fingerprint(path)
        return self._prints[known]


def refuse_missing(made: Mapping[str, bytes], task: Task) -> None:
    """Refuse a set in which a declared file is absent or empty, whatever the exit code said."""
    for name in (*(FILE_OF[kind] for kind in task.formats), run.ESTIMATES):
        if not made.get(name):
            raise ReportError("A declared output is missing", name, "See the report's log")


@cache
def code() -> str:
    """The hash of cxlab itself, its templates and every installed version: what a report is made with."""
    digest = sha256(json.dumps([python_version(), _installed()]).encode())
    for root, pattern in ((places.PACKAGE, "*.py"), (places.PACKAGE, "*.yaml"), (places.templates_folder(), "*")):
        for path in sorted(root.rglob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """The versions that a manifest names."""
    installed = dict(_installed())
    return {"python": python_version()} | {name: installed[name] for name in NAMED_VERSIONS if name in installed}


@cache
def _installed() -> list[tuple[str, str]]:
    return sorted({(found.name.lower(), found.version) for found in metadata.distributions()})


def _private(path: Path, record: Mapping[str, Any]) -> None:
    faults.at("write")
    path.touch(mode=0o600)
    path.write_bytes(files.as_json(record))
