"""The papermill engine `cxlab`: the cells run in a fork of this process instead of a kernel that must first start.

    papermill --engine cxlab IN OUT

Whatever the process has imported is there already, and whatever the cells do to it ends with the fork. What this
process cannot survive (a kill, a crash of a library, `os._exit`) it sees from outside and says.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Any, NoReturn

from cxlab.errors import ReportError
from cxlab.report import headings, parameters

LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": sys.version.split()[0],
}
LOOK = 0.2
OFTEN = (5_000, 10, 10)  # objects between two collections in a cell: closed figures are large, few and circular
GONE = object()
BY_HAND, SHORTER = "Run the notebook by hand with the same parameters", "Make it shorter or raise the limit"


class CxlabEngine:
    """Runs a notebook's cells in a forked child of the present process.

    It offers what papermill asks of an engine without being a subclass of its own: papermill imports its engines while
    it is itself being imported.
    """

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, output_path: str | None = None, progress_bar: bool = True,
        log_output: bool = False, execution_timeout: float | None = None, lifeline: int | None = None,
        own_group: bool = True, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """Run all cells, or stop at the first that fails; the notebook with its outputs.

        `execution_timeout` is the longest that one cell may take, in seconds. `lifeline` is a file number whose end
        means that nobody waits for this report any more; `own_group` lets the cells end together with all they
        started. Raises ReportError when the child did not live to its end.
        """
        from papermill.engines import NotebookExecutionManager

        # papermill has written them into a cell by now, and only mentions an unknown one; no cell has run yet.
        # A notebook keeps them as nodes of its own kind; as JSON they are plain data again.
        given = json.loads(json.dumps(nb.metadata.get("papermill", {}).get("parameters") or {}))
        parameters.named(given, parameters.names_in(nb), "the notebook")
        for name, value in given.items():
            parameters.plain(value, name)
        parameters.refuse_code(nb)
        # Without a path here: papermill would write and check the whole notebook twice per cell. It does so at the end.
        manager = NotebookExecutionManager(nb, progress_bar=progress_bar, log_output=log_output, autosave_cell_every=0)
        manager.notebook_start()
        try:
            _execute(manager, execution_timeout or None, lifeline, own_group)
        except BaseException:
            manager.output_path = output_path
            raise
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        nb.metadata["language_info"] = LANGUAGE
        return nb

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Python, whatever the notebook was saved with."""
        return "python3"

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Python."""
        return "python"


def _execute(manager: Any, limit: float | None, lifeline: int | None, own_group: bool) -> None:
    received, sent = Pipe(duplex=False)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        received.close()
        _run(manager.nb, sent, own_group)
    sent.close()
    listener = _Listener(manager, child, received, lifeline)
    try:
        whole = listener.listen(limit)
    finally:
        listener.end(own_group)
    if not whole:
        seen = f"{listener.place()}{ended(os.waitstatus_to_exitcode(listener.status or 0))}"
        raise ReportError("The notebook's process did not live to the end", seen, BY_HAND)


class _Listener:
    """Hears what the child tells of its cells and writes it into the notebook."""

    def __init__(self, nb_man: Any, child: int, received: Connection, lifeline: int | None) -> None:
        self.nb_man, self.child, self.received, self.lifeline = nb_man, child, received, lifeline
        self.cell: Any = None
        self.status: int | None = None

    def listen(self, limit: float | None) -> bool:
        """Until the child has told of its last cell (True) or is gone; refused: a cell that takes too long."""
        ends = float("inf")
        while (message := self._next()) is not GONE:
            if message is None:
                if monotonic() > ends:
                    seen = self.place().rstrip(": ") or "it stands under no heading"
                    raise ReportError(f"A cell ran longer than {limit:g} seconds", seen, SHORTER)
                continue
            kind, index, *told = message
            if kind == "done":
                return True
            self.cell = self.nb_man.nb.cells[index]
            if kind == "start":
                self.nb_man.cell_start(self.cell, index)
                ends = monotonic() + limit if limit else ends
            else:
                self._note(index, *told)
        return False

    def _note(self, index: int, outputs: Any, number: int, good: bool, updated: dict[int, Any]) -> None:
        self.cell.outputs, self.cell.execution_count = outputs, number
        for other, fresh in updated.items():
            self.nb_man.nb.cells[other].outputs = fresh
        if not good:
            self.nb_man.cell_exception(self.cell, cell_index=index)
        self.nb_man.cell_complete(self.cell, cell_index=index)

    def _next(self) -> Any:
        """The child's next message; None when there is none yet, GONE when there will be none."""
        watched: list[Any] = [self.received] if self.lifeline is None else [self.received, self.lifeline]
        heard = wait(watched, LOOK)
        if self.received in heard:
            try:
                return self.received.recv()
            except (EOFError, OSError):
                return GONE
        if self.lifeline in heard:
            os.killpg(os.getpgrp(), signal.SIGKILL)
        if self.status is None:
            # A process that a cell started may hold the pipe open, so that its end alone would not tell.
            gone, status = os.waitpid(self.child, os.WNOHANG)
            self.status = status if gone else None
        return None if self.status is None else GONE

    def place(self) -> str:
        """'under "Trend": ' for the cell that runs or ran last."""
        return headings.above(self.nb_man.nb, self.cell)

    def end(self, own_group: bool) -> None:
        """End the child, with all that it started when it has a group of its own."""
        with suppress(ProcessLookupError, PermissionError):
            if own_group:
                os.killpg(self.child, signal.SIGKILL)
            elif self.status is None:
                os.kill(self.child, signal.SIGKILL)
        if self.status is None:
            self.status = os.waitpid(self.child, 0)[1]
        self.received.close()


def ended(code: int) -> str:
    """In words how a process ended, by its exit code or the negative number of a signal."""
    if code >= 0:
        return "it ended by itself" if code == 0 else f"it ended by itself with exit code {code}"
    known: dict[int, str] = {signal.SIGKILL: ", probably memory", signal.SIGSEGV: ", a crash of compiled code"}
    return f"killed (signal {-code}{known.get(-code, '')})"


def _run(notebook: Any, sent: Connection, own_group: bool) -> NoReturn:
    """The child: run the cells, tell of each, leave without any of the parent's clearing up."""
    code = 1
    try:
        if own_group:
            os.setpgid(0, 0)
        gc.set_threshold(*OFTEN)
        _tell_cells(notebook, sent)
        code = 0
    except BrokenPipeError:
        code = 1  # nobody listens any more
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
        raise
    finally:
        os._exit(code)


def _tell_cells(notebook: Any, sent: Connection) -> None:
    from cxlab.report.cells import fresh_shell, run_cell

    shell = fresh_shell()
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        sent.send(("start", index))
        cell.outputs, number, good = run_cell(shell, index, cell.source)
        updated = {other: notebook.cells[other].outputs for other in shell.outputs.changed}
        sent.send(("end", index, cell.outputs, number, good, updated))
        if not good:
            break
    sent.send(("done", -1))
