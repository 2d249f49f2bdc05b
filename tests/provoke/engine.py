"""One call per error of the engines, the cluster and the faults on purpose."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import papermill.clientwrap
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cxlab.report import batch, cluster, executors, faults, kernel_engine
from cxlab.report.engine import CxlabEngine

NOW = datetime(2026, 11, 3, tzinfo=UTC)


def _cells(source: str, limit: float | None = None) -> Callable[[], object]:
    """A notebook of one cell under a heading, run by the fork engine."""

    def act() -> object:
        cells = [new_markdown_cell("## Trend"), new_code_cell(source)]
        notebook = new_notebook(cells=cells, metadata={"papermill": {}})
        return CxlabEngine.execute_notebook(notebook, "python3", progress_bar=False, execution_timeout=limit)

    return act


def _flood() -> object:
    """The kernel engine when its kernel has been ended for putting out too much."""
    with (
        mock.patch.object(kernel_engine._Client, "__init__", return_value=None),
        mock.patch.object(kernel_engine._Client, "flooded", f'under "Trend": OutputFlood: {kernel_engine.TOO_MUCH}'),
        mock.patch.object(papermill.clientwrap.PapermillNotebookClient, "execute", side_effect=DeadKernelError("gone")),
    ):
        return kernel_engine.KernelEngine.execute_managed_notebook(None, "python3")


class _Client:
    """A cluster's client: what its workers would say of the shared folder and of their code."""

    def __init__(self, answer: Callable[[str], dict[str, Any]]) -> None:
        self.answer = answer

    def __enter__(self) -> _Client:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def run(self, function: object, mark: str, **_: object) -> dict[str, Any]:
        """What each worker answers."""
        return self.answer(mark)


def _cluster(client: Any, module: bool = True) -> Callable[[], object]:
    """A run that gets ready for a cluster of this kind."""

    def act() -> object:
        known = SimpleNamespace(Client=client) if module else None
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.dict(sys.modules, {"distributed": known}),
            cluster.Cluster("tcp://127.0.0.1:8786").ready(Path(folder)) as slots,
        ):
            return slots

    return act


def _answers(answer: Callable[[str], dict[str, Any]]) -> Callable[[], object]:
    return _cluster(lambda *_, **__: _Client(answer))


def _no_answer(*_: object, **__: object) -> object:
    raise OSError("Timed out during handshake while connecting")


def _fault() -> object:
    with faults.armed("melt@3") as fault:
        return fault


class _Unstartable:
    """An executor whose processes the system does not start."""

    @contextmanager
    def ready(self, cache: Path, language: str = "en") -> Iterator[int]:
        yield 1

    def __call__(self, *_: object) -> Any:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    def stop(self) -> None:
        """Nothing runs."""


def _not_started() -> object:
    """What stands in the way of a report whose process does not start."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        run = batch._Batch(root, root / "monthly", _Unstartable(), batch.Choice(), batch.Lines(print), {}, 1)
        task = SimpleNamespace(folder=Path("acme/2026-10"))
        with (
            mock.patch.object(run.orders, "key", return_value=None),
            mock.patch.object(run.orders, "write", return_value={}),
        ):
            return run._made(task)  # type: ignore[arg-type]


PROVOKE: dict[str, Callable[[], object]] = {
    "a notebook's process that ends": _cells("import os; os._exit(3)"),
    "a notebook's process that is killed": _cells("import os; os.kill(os.getpid(), 9)"),
    "a cell without end": _cells("import time; time.sleep(60)", 0.5),
    "a cell that floods": _flood,
    "an engine that is none": lambda: executors.executor("steam"),
    "a fault that is none": _fault,
    "a process that does not start": _not_started,
    "a cluster's address": lambda: cluster.Cluster("localhost"),
    "a cluster without dask": _cluster(None, module=False),
    "a cluster that is silent": _cluster(_no_answer),
    "a cluster without workers": _answers(lambda mark: {}),
    "a worker without the folder": _answers(lambda mark: {"tcp://10.0.0.7:4001": ("", "")}),
    "a worker with other code": _answers(lambda mark: {"tcp://10.0.0.7:4001": (Path(mark).read_text(), "other")}),
}
