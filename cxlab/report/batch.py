"""The batch: from a plan to published reports. Everything is checked first; one client's failure stays its own."""

from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cxlab.errors import CxlabError, PlanError, ReadError, ReportError
from cxlab.report import files, folders, history, order, plan, publish, secret, tasks
from cxlab.report.progress import Lines, Progress, Say
from cxlab.report.run import DONE, FAILED, OUT, Result
from cxlab.report.tasks import Task

UNCHANGED = "unchanged"
LEAST_SPACE = 50_000_000
CACHE = "cache"


class Executor(Protocol):
    """Makes what is ordered in a folder, in the given environment; `stop` ends all that runs.

    `ready` is entered once the plan has been read, with a folder for caches that hold no data and the language of most
    clients, and left when the run is over; it gives how many reports can be made at a time (0: as many as this machine
    has cores).
    """

    def ready(self, cache: Path, language: str = "en") -> AbstractContextManager[int]: ...

    def __call__(self, folder: Path, environment: Mapping[str, str]) -> Result: ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class Entry:
    """What became of one report; `stale` when it failed and an older one still stands under its name."""

    plan: str
    client: str
    period: str
    status: str
    reason: str = ""
    seconds: float = 0.0
    memory: float = 0.0
    folder: str = ""
    stale: bool = False
    steps: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """All entries of a run, in the order of the plan, and the folder they lie in."""

    folder: Path
    entries: tuple[Entry, ...]

    @property
    def failed(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.status == FAILED)

    @property
    def exit_code(self) -> int:
        """0 when all are there, 1 when some failed, 3 when all did."""
        if not self.failed:
            return 0
        return 3 if len(self.failed) == len(self.entries) else 1


@dataclass(frozen=True)
class Choice:
    """What of a plan to run and how: periods, clients and formats in place of the plan's, and which reports to skip."""

    periods: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    formats: tuple[plan.Format, ...] = ()
    output: Path | None = None
    workers: int = 0
    resume: bool = False
    only_failed: bool = False
    sample: bool = False
    cell_seconds: int = 300
    batch_seconds: float | None = None


def check(path: Path | str, now: datetime, choice: Choice = Choice()) -> tuple[list[Task], dict[str, CxlabError]]:
    """The tasks of a plan and what stands in the way of single ones, by client; nothing is run or written.

    Raises PlanError or ReportError for mistakes of the plan (columns that the data do not have are one), and for what
    stands in the way of every client. A file that is missing or broken stands in the way of its own client only.
    """
    file = plan.load(path)
    todo = tasks.of(
        file, now, keys=choice.periods, clients=choice.clients, formats=choice.formats, sample=choice.sample
    )
    order.check_notebook(file, todo)
    order.check_variants(file)
    obstacles: dict[str, CxlabError] = {}
    seen: set[str] = set()
    heads: dict[str, list[str]] = {}
    for task in todo:
        if task.client.id in seen:
            continue
        seen.add(task.client.id)
        try:
            tasks.check_data(task)
        except Exception as error:  # noqa: BLE001  (as below)
            obstacles[task.client.id] = _obstacle(error)
            continue
        try:
            tasks.check_columns(task, heads)
        except PlanError:
            raise
        except Exception as error:  # noqa: BLE001  (whatever a file holds, it must not end the others' reports)
            obstacles[task.client.id] = _obstacle(error)
    if todo and all(task.client.id in obstacles for task in todo):
        raise next(iter(obstacles.values()))
    return todo, obstacles


def _obstacle(error: Exception) -> CxlabError:
    """What stands in a client's way; of a surprise only its kind, since its text may hold a secret's."""
    if isinstance(error, CxlabError):
        return error
    return ReadError("The client's files cannot be looked at", type(error).__name__, "Save or export them again")


def run(
    path: Path | str, now: datetime, execute: Executor, choice: Choice = Choice(), say: Say = print,
    progress: Progress | None = None,
) -> Summary:  # fmt: skip
    """Make and publish the reports of a plan; what became of each stands in the summary and in `run.json`.

    `progress` sees them come and go; without it `say` is given a line for each.
    `now` is the aware instant from which "last-month" is reckoned and which the pages show as day of issue. Raises
    PlanError before anything runs when plan or command are wrong, and BusyError when another run holds the folder.
    """
    root = (choice.output or folders.output_root(Path(path))).absolute()
    name = folders.plan_folder(Path(path))
    found = plan.load(path).plan
    languages = Counter(client.locale or found.locale for client in found.clients)
    language = max(languages, key=languages.__getitem__)
    with files.clear_errors(root.name):
        root.mkdir(parents=True, exist_ok=True)
    cache = root / ".runs" / CACHE
    with (
        files.clear_errors(root.name),
        files.held(root),
        execute.ready(cache, language) as slots,
    ):
        past = history.read(root)
        if choice.resume:
            now = past.unfinished(name) or now
        todo, obstacles = check(path, now, choice)
        if choice.only_failed:
            todo = past.failed_of(name, todo)
        refuse_full(root)
        publish.sweep(root / name)
        slots = max(min(choice.workers or slots or os.cpu_count() or 1, len(todo)), 1)
        batch = _Batch(root, root / name, execute, choice, progress or Lines(say), obstacles, slots)
        past.begin(root, name, now)
        entries = batch.run(todo)
        past.end(root, name, [asdict(entry) for entry in entries])
    return Summary(root / name, entries)


class _Batch:
    """One run over its tasks."""

    def __init__(
        self, root: Path, folder: Path, execute: Executor, choice: Choice, progress: Progress,
        obstacles: Mapping[str, CxlabError], slots: int,
    ) -> None:  # fmt: skip
        self.root, self.folder, self.execute, self.choice = root, folder, execute, choice
        self.progress, self.obstacles, self.slots = progress, obstacles, slots
        self.halt: CxlabError | None = None
        self.orders = order.Orders(choice.cell_seconds)
        self._making = threading.BoundedSemaphore(slots)

    def run(self, todo: Sequence[Task]) -> tuple[Entry, ...]:
        # One thread more than reports that are made at a time: while one is published, its slot makes the next.
        pool = ThreadPoolExecutor(self.slots + (self.slots > 1))
        alarm = threading.Timer(self.choice.batch_seconds or 0, self._late) if self.choice.batch_seconds else None
        try:
            with self.progress.shown(len(todo)):
                if alarm:
                    alarm.start()
                return tuple(pool.map(self._entry, todo))
        except BaseException:
            self.halt = ReportError("The run was stopped", "", "Run again with --resume")
            self.execute.stop()
            raise
        finally:
            if alarm:
                alarm.cancel()
            pool.shutdown(wait=True, cancel_futures=True)

    def _late(self) -> None:
        """The batch's own deadline: what runs is ended, what has not begun does not begin."""
        limit = f"it took longer than {self.choice.batch_seconds:g} seconds"
        self.halt = ReportError("The run was stopped", limit, "Run again with --resume")
        self.execute.stop()

    def _entry(self, task: Task) -> Entry:
        """Make one report; whatever happens to it becomes its entry and nobody else's."""
        self.progress.begun(str(task))
        try:
            if self.halt:
                raise self.halt
            if obstacle := self.obstacles.get(task.client.id):
                raise obstacle
            entry = self._made(task)
        except CxlabError as error:
            if files.is_full(error):
                self.halt = error
            entry = self._failed(task, str(error))
        except Exception as error:  # noqa: BLE001  (one client's surprise must not end the others' reports)
            entry = self._failed(task, f"{type(error).__name__}: {error}")
        self.progress.ended(str(task), entry.status, entry.reason, entry.seconds, entry.memory)
        return entry

    def _made(self, task: Task) -> Entry:
        key = self.orders.key(task)
        standing = self.folder / task.folder
        if self.choice.resume and key and history.stands(standing, key):
            return self._told(task, UNCHANGED)
        private = self.root / ".runs" / self.folder.name / "-".join(task.folder.parts)
        shutil.rmtree(private, ignore_errors=True)
        with files.clear_errors(str(task.folder)):
            environment = self.orders.write(task, private, self.root / ".runs" / CACHE)
        try:
            with self._making:
                if self.halt:
                    raise self.halt
                result = self.execute(private, environment)
        except OSError as error:
            wrong = "The report's process could not be started"
            raise ReportError(wrong, str(error.strerror or error), "Run again with --resume") from None
        secrets = task.secrets().values()
        secret.hide_in_files(private, secrets)
        result.wrong, result.seen = (secret.hidden(part, secrets) for part in (result.wrong, result.seen))
        if result.status != DONE:
            try:
                refuse_full(self.root)
            except PlanError as error:  # a report's process cannot say why it could not write
                self.halt = error
            return self._told(task, FAILED, result)
        made = {path.name: path.read_bytes() for path in sorted((private / OUT).iterdir())}
        order.refuse_missing(made, task)
        publish.publish(self.folder, task.folder, made, self.orders.facts(task, private, key, result))
        return self._told(task, DONE, result)

    def _failed(self, task: Task, reason: str) -> Entry:
        return self._told(task, FAILED, Result(FAILED, reason))

    def _told(self, task: Task, status: str, result: Result | None = None) -> Entry:
        result = result or Result(status)
        place = self.folder / task.folder
        return Entry(
            plan=self.folder.name, client=task.client.id, period=task.period.key, status=status,
            reason=result.reason if status == FAILED else "", seconds=result.seconds.get("all", 0.0),
            memory=result.memory, folder=str(place.relative_to(self.root)), steps=result.seconds,
            stale=status == FAILED and place.is_dir(),
        )  # fmt: skip


def refuse_full(root: Path) -> None:
    """Refuse to start where a run would soon find no space."""
    free = shutil.disk_usage(root).free
    if free < LEAST_SPACE:
        raise PlanError("There is too little space on the disk", f"{root.name}: {free // 1_000_000} MB are free",
                        f"Free at least {LEAST_SPACE // 1_000_000} MB")  # fmt: skip
