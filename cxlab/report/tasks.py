"""Tasks: a plan taken apart into single reports, each with the private records that its notebook and its run need."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from cxlab.errors import ColumnError, CxlabError, DefinitionError, PlanError, ReadError, did_you_mean, listing
from cxlab.report import folders, places, plan_checks
from cxlab.report.plan import Client, Format, PlanFile, Table
from cxlab.rows import holidays, periods
from cxlab.rows.address import file_of, located
from cxlab.rows.places import found as found_files


@dataclass(frozen=True)
class Task:
    """One report: a client of a plan over one period."""

    file: PlanFile
    index: int
    period: periods.Period
    formats: tuple[Format, ...]
    now: datetime
    sample: bool = False

    @property
    def client(self) -> Client:
        return self.file.plan.clients[self.index]

    @property
    def locale(self) -> str:
        return self.client.locale or self.file.plan.locale

    @cached_property
    def folder(self) -> Path:
        """Where the report is published, as a path inside the plan's folder."""
        return Path(folders.client_folder(self.client.id)) / folders.period_folder(self.period.key)

    def __str__(self) -> str:
        return f"{self.client.id} {self.period.key}"

    def parameters(self) -> dict[str, Any]:
        """What the notebook is given, and all that it is given openly."""
        return {
            "client": self.client.id,
            "period": self.period.key,
            "locale": self.locale,
            "source": "",
            "options": self.file.plan.options,
        }

    def job(self, folder: Path) -> dict[str, Any]:
        """The private record that `cx.report` reads: everything about this client and nothing about another.

        `folder` is where the notebook leaves `estimates.csv` and its account of the rows. Paths are absolute.
        """
        plan, client = self.file.plan, self.client
        kept = ("id", "timezone", "calendar", "week_start", "hours", "currency", "segments")
        record = {name: getattr(client, name) for name in kept}
        record["names"] = {column: named.model_dump() for column, named in client.names.items()}
        return {
            "client": record | {"name": client.name or client.id, "holidays": self._beside(client.holidays)},
            "period": {
                "key": self.period.key,
                "start": self.period.start.isoformat(),
                "end": self.period.end.isoformat(),
                "every": self.period.every,
                "calendar": self.period.calendar,
            },
            "locale": self.locale,
            "level": plan.level,
            "compare": plan.compare,
            "privacy": plan.privacy.model_dump(),
            "small_base": plan.small_base,
            "variants": plan.variants,
            "brand": client.brand.model_dump() | {"logo": self._beside(client.brand.logo)},
            "tables": {name: self.table(table) for name, table in client.tables().items()},
            "sample": self.sample,
            "folder": str(folder),
        }

    def secrets(self) -> dict[str, str]:
        """The environment variables that this client's sources name, and no others.

        A file that one of them names counts from the plan's folder, as it does in the plan itself.
        """
        named = {_variable(table): table for table in self.client.tables().values() if _is_named(table)}
        return {name: self.address(table) for name, table in named.items() if name in os.environ}

    def files(self) -> dict[str, list[Path]]:
        """The data files of each table whose source is a file, a folder or a pattern; sorted."""
        return {
            name: found
            for name, table in self.client.tables().items()
            if not _is_named(table) and "://" not in table.source
            for found in [found_files(self.file.beside(table.source))]
        }

    def address(self, table: Table) -> str:
        """Where the data of a table lie: the address or path that its variable or the plan names, files in full."""
        source = os.environ[_variable(table)] if _is_named(table) else table.source
        return located(source, self.file.path.parent)

    def _beside(self, name: str | None) -> str | None:
        return None if name is None else str(self.file.beside(name).absolute())

    def table(self, table: Table) -> dict[str, Any]:
        """What `read` is given for a table: an absolute path or the name of a variable, and how to understand it."""
        record = table.model_dump(exclude_none=True)
        record["source"] = table.source if _is_named(table) else self.address(table)
        if weight := record.pop("weight", None):
            record["columns"] = {**table.columns, "weight": weight}
        return record


def of(
    file: PlanFile,
    now: datetime,
    *,
    keys: Sequence[str] = (),
    clients: Sequence[str] = (),
    formats: Sequence[Format] = (),
    sample: bool = False,
) -> list[Task]:
    """The reports of a plan: every client (or those of `clients`) over every period (of `keys`, else of the plan).

    "last-month" and its like are resolved once per client, in its own zone and calendar, from the aware instant `now`.
    """
    plan = file.plan
    known = [client.id for client in plan.clients]
    for wanted in clients:
        if wanted not in known:
            raise PlanError(f"The plan has no client '{wanted}'", f"{file.path.name} has {_some(known)}",
                            did_you_mean(wanted, known) or "Take one of them")  # fmt: skip
    if not (keys or plan.periods):
        raise PlanError("No period is given", f"{file.path.name} has no 'periods'", "Add --period 2026-10")
    tasks = []
    for index, client in enumerate(plan.clients):
        if clients and client.id not in clients:
            continue
        spans: dict[str, periods.Period] = {}
        for key in keys or plan.periods:
            try:
                span = periods.resolve(key, now, client.timezone, client.calendar, client.week_start)
            except CxlabError as error:
                raise PlanError(error.wrong, error.seen, error.todo) from None
            spans[span.key] = span
        chosen = tuple(dict.fromkeys(formats or plan.formats))
        tasks += [Task(file, index, span, chosen, now, sample) for span in spans.values()]
    return tasks


def notebook_path(file: PlanFile) -> Path:
    """The notebook of a plan: a name of `notebooks/reports`, or a path ending in .ipynb beside the plan."""
    name = file.plan.notebook
    if name.endswith(".ipynb"):
        path = file.beside(name)
        if not path.is_file():
            raise PlanError("The notebook is not there", f"{file.where('notebook')}: '{name}'", "Correct the path")
        return path
    folder = places.notebooks_folder() / "reports"
    known = sorted(path.stem for path in folder.glob("*.ipynb"))
    if name not in known:
        raise PlanError(f"There is no report notebook '{name}'", f"{file.where('notebook')}; known are {_some(known)}",
                        did_you_mean(name, known) or "Take one of them, or give a path ending in .ipynb")  # fmt: skip
    return folder / f"{name}.ipynb"


def check_data(task: Task) -> None:
    """Refuse a task whose data, logo or holidays are not to be found, naming the line of the plan."""
    where = task.file.where
    for kind, table in task.client.tables().items():
        at = where("clients", task.index, kind, "source")
        if _is_named(table):
            name = _variable(table)
            if not os.environ.get(name):
                raise PlanError(f"The environment variable {name} is not set", at, f"Set {name} for this run")
        file = file_of(task.address(table))
        if file is not None:  # a variable's value is never shown
            _check_files(found_files(file), table.source, at, named=_is_named(table))
        if table.weight and "weight" in table.columns:
            raise PlanError(f"'{kind}' names its weight twice", at, "Keep 'weight' or 'columns: {weight: ...}'")
    if task.client.brand.logo:
        logo = task.client.brand.logo
        called = f"{where('clients', task.index, 'brand', 'logo')}: '{logo}'"
        plan_checks.logo(task.file.beside(logo), called)
    if task.client.holidays:
        at = where("clients", task.index, "holidays")
        if not task.file.beside(task.client.holidays).is_file():
            raise PlanError("The file of holidays is not there", f"{at}: '{task.client.holidays}'", "Correct the path")
        try:
            holidays.read(task.file.beside(task.client.holidays))
        except ReadError as error:
            raise PlanError(error.wrong, f"{at}: {error.seen}", error.todo) from None


def check_columns(task: Task, heads: dict[str, list[str]]) -> None:
    """Refuse a plan that names columns which the data do not have.

    `heads` keeps what was found sound, so that a file of many clients is opened once. Only the heads of files are
    looked at, not databases. What cannot be read at all is a ReadError: it is the client's file that is at fault then,
    not the plan.
    """
    from cxlab.rows.read import read

    where, client = task.file.where, task.client
    columns: dict[str, list[str]] = {}
    for name, table in client.tables().items():
        if _is_address(table):
            continue
        given = task.table(table)
        wanted = given.pop("filter")
        asked = {"timezone": client.timezone} | given
        key = repr((sorted(wanted), sorted(asked.items())))
        try:
            if key not in heads:
                rows = read(asked.pop("source"), **asked)
                for column in wanted:
                    rows.column(column, "filter")
                heads[key] = rows.columns
        except (ColumnError, DefinitionError) as error:
            at = where("clients", task.index, name, _key_of(table, getattr(error, "lacks", "")))
            raise PlanError(
                f"'{name}' of the client '{client.id}': {error.wrong}", f"{at}: {error.seen}", error.todo
            ) from error
        columns[name] = [*heads[key], *table.columns]
    for place, segment in enumerate(client.segments):
        if columns and not any(segment in known for known in columns.values()):
            known = sorted({column for names in columns.values() for column in names})
            raise PlanError(
                f"No table of the client '{client.id}' has the segment '{segment}'",
                f"{where('clients', task.index, 'segments', place)}; there are {_some(known)}",
                did_you_mean(segment, known) or "Correct 'segments'",
            )


def _key_of(table: Table, lacking: str) -> str:
    """The key of the plan that names a column which is not there."""
    for key in ("columns", "missing", "labels", "scale", "filter", "weight"):
        given = getattr(table, key)
        named = [*given, *given.values()] if key == "columns" else given if isinstance(given, dict) else [given]
        if lacking and lacking in named:
            return key
    return "columns" if table.columns else "source"


def check_values(task: Task) -> Iterator[tuple[str, Any]]:
    """What `cx.check` finds in the tables of a client: the name of the table and a row of the quality report."""
    from cxlab.rows.quality.check import check
    from cxlab.rows.read import read

    for name, table in task.client.tables().items():
        given = task.table(table)
        del given["source"]
        wanted = given.pop("filter")
        rows = read(task.address(table), **{"timezone": task.client.timezone} | given).filter(wanted)
        for found in check(rows, as_of=task.now).itertuples():
            yield name, found


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as handle:
        digest = sha256()
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _check_files(found: list[Path], source: str, at: str, named: bool) -> None:
    if not found:
        todo = "Correct the path; it counts from the plan's folder"
        raise PlanError("The data are not there", f"{at}: '{source}'", todo)
    for path in found:
        try:
            path.open("rb").close()
        except OSError as error:
            called = source if named else path.name
            raise PlanError("The data cannot be read", f"{at}: '{called}': {error.strerror}", "Allow it") from None


def _is_named(table: Table) -> bool:
    return table.source.startswith("env:")


def _variable(table: Table) -> str:
    return table.source.removeprefix("env:")


def _is_address(table: Table) -> bool:
    return _is_named(table) or "://" in table.source


def _some(names: Sequence[str]) -> str:
    return listing(names[:8], "and") + (f" and {len(names) - 8} more" if len(names) > 8 else "")
