"""One report, made inside its own process: execute the notebook, look whether all of it ran, render, pass the gates.

The runner writes an order into a private folder and starts this module there; what comes back is `result.json` and,
only when everything succeeded, the finished files in `out`. Nothing here publishes.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import secrets
import sys
import threading
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cxlab.errors import CxlabError, ReportError, visible
from cxlab.report import headings
from cxlab.report.engine import BY_HAND

ORDER, JOB, RESULT, OUT, NOTED = "order.json", "job.json", "result.json", "out", "noted"
ESTIMATES, ACCOUNT = "estimates.csv", "account.json"
KERNEL, FORK = "kernel", "cxlab"
DONE, FAILED = "done", "failed"
LONGEST = 800  # letters of what an error of a notebook says


@dataclass(frozen=True)
class Order:
    """What is to be made: the notebook, its parameters, the pages' facts and the limits."""

    notebook: str
    title: str
    parameters: dict[str, Any]
    formats: list[str]
    meta: dict[str, Any]
    logo: str | None = None
    cell_seconds: int = 300


@dataclass
class Result:
    """What became of it: "done" or "failed", and then why; seconds per step; memory in MB at the most."""

    status: str
    wrong: str = ""
    seen: str = ""
    todo: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    memory: float = 0.0

    @property
    def reason(self) -> str:
        return visible(" ".join(f"{part.rstrip('.')}." for part in (self.wrong, self.seen, self.todo) if part))


def make(folder: Path, engine: str = KERNEL, lifeline: int | None = None) -> Result:
    """Make the report ordered in `folder`; failures come back as a result, never as an exception.

    `engine` is "kernel", or "cxlab" for a fork of this process, which then ends when the file `lifeline` does.
    """
    from time import perf_counter

    seconds: dict[str, float] = {}
    started = perf_counter()
    try:
        order = Order(**json.loads((folder / ORDER).read_text(encoding="utf-8")))
        notebook = execute(order, folder, engine, lifeline)
        seconds["notebook"] = round(perf_counter() - started, 3)
        render(notebook, order, folder, seconds)
        result = Result(DONE)
    except CxlabError as error:
        result = Result(FAILED, error.wrong, error.seen, error.todo)
    except Exception as error:  # noqa: BLE001  (whatever it is, this report has failed and the batch must hear of it)
        traceback.print_exc()
        result = Result(FAILED, "The report could not be made", f"{type(error).__name__}: {error}", "See its log")
    seconds["all"] = round(perf_counter() - started, 3)
    result.seconds, result.memory = seconds, _memory()
    return result


def execute(order: Order, folder: Path, engine: str = KERNEL, lifeline: int | None = None) -> Any:
    """The executed notebook, when every cell of it ran to its end; else a ReportError naming heading and reason."""
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    source = nbformat.read(order.notebook, as_version=4)
    mark = secrets.token_hex(16)
    end = nbformat.v4.new_code_cell(f"print({mark!r})", metadata={"tags": ["end-mark"]})
    source.cells.append(end)
    for cell in source.cells:
        cell.metadata.setdefault("tags", [])
    (folder / "source.ipynb").write_text(nbformat.writes(source), encoding="utf-8")
    kept = folder / "executed.ipynb"
    given = {
        "input_path": _finished(folder / "source.ipynb"), "output_path": _finished(kept),
        "parameters": order.parameters,
        "kernel_name": "python3", "language": "python", "progress_bar": False, "autosave_cell_every": 0,
        "execution_timeout": order.cell_seconds,
    }  # fmt: skip
    try:
        if engine == FORK:
            executed = papermill.execute_notebook(**given, engine_name=FORK, lifeline=lifeline, own_group=False)
        else:
            _with_kernel(given, folder, order.cell_seconds)
            executed = nbformat.read(kept, as_version=4)
    except PapermillExecutionError as error:
        seen = f"{headings.last_begun(kept)}{error.ename}: {_short(error.evalue)}"
        raise ReportError("A cell of the notebook failed", seen, BY_HAND) from None
    complete(executed, mark)
    return executed


def _with_kernel(given: Mapping[str, Any], folder: Path, limit: float) -> None:
    """Execute by papermill's own engine, in a kernel of the report's own."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from cxlab.report.engine import SHORTER, ended
    from cxlab.report.kernel import private_kernel
    from cxlab.report.kernel_engine import ENGINE

    kept = folder / "executed.ipynb"
    with private_kernel(folder) as kernel:
        try:
            papermill.execute_notebook(**given, engine_name=ENGINE, km=kernel)
        except CellTimeoutError:
            seen = headings.last_begun(kept).rstrip(": ") or "it stands under no heading"
            raise ReportError(f"A cell ran longer than {limit:g} seconds", seen, SHORTER) from None
        except DeadKernelError:
            seen = f"{headings.last_begun(kept)}{ended(-(kernel.end() or 0))}"
            raise ReportError("The notebook's process did not live to the end", seen, BY_HAND) from None


def _finished(path: Path) -> str:
    """A path as papermill leaves it unchanged: it formats paths, so that braces in a folder's name would be code."""
    return str(path).replace("{", "{{").replace("}", "}}")


def complete(notebook: Any, mark: str) -> None:
    """Refuse a notebook of which a cell did not run; take the end mark off again."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for cell in cells:
        ran = cell.metadata.get("papermill", {}).get("status") == "completed" and cell.execution_count is not None
        if not ran or any(output.output_type == "error" for output in cell.outputs):
            seen = f"{headings.above(notebook, cell)}a cell did not run"
            raise ReportError("The notebook stopped before its end", seen,
                              "Remove sys.exit() and the like: a report ends with its last cell")  # fmt: skip
    last = notebook.cells[-1]
    if "".join(output.get("text", "") for output in last.outputs).strip() != mark:
        raise ReportError("The notebook did not reach its end", "the mark behind its last cell is missing",
                          "Remove sys.exit() and the like: a report ends with its last cell")  # fmt: skip
    del notebook.cells[-1]


def render(notebook: Any, order: Order, folder: Path, seconds: dict[str, float]) -> None:
    """Write the ordered files into `out`; `html` and `pdf` are themselves gates and refuse what is not as promised."""
    from time import perf_counter

    from cxlab.report import render as pages

    out = folder / OUT
    estimates = folder / NOTED / ESTIMATES
    if not estimates.is_file():
        raise ReportError("The notebook noted no estimates", f"{ESTIMATES} is missing", "Show figures with r.show(...)")
    (out / ESTIMATES).write_bytes(estimates.read_bytes())
    _forget_run(notebook)
    meta = _meta(order, notebook, account(folder))
    if "html" in order.formats:
        started = perf_counter()
        (out / "report.html").write_text(pages.html(notebook, meta), encoding="utf-8")
        seconds["html"] = round(perf_counter() - started, 3)
    if "pdf" in order.formats:
        started = perf_counter()
        (out / "report.pdf").write_bytes(pages.pdf(pages.html(notebook, meta, on_paper=True)))
        seconds["pdf"] = round(perf_counter() - started, 3)
    if "xlsx" in order.formats:
        from cxlab.report import workbook

        (out / "report.xlsx").write_bytes(workbook.xlsx(estimates))


def account(folder: Path) -> dict[str, Any]:
    """What the notebook noted of its rows: `inputs` (rows per table), `ledger`, `warnings`, `sample`; or nothing."""
    path = folder / NOTED / ACCOUNT
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def _meta(order: Order, notebook: Any, noted: dict[str, Any]) -> Any:
    """What the pages say of themselves: the notebook's own words (its metadata `cxlab`) under the task's facts."""
    from cxlab.report.meta import Meta

    facts = dict(notebook.metadata.get("cxlab", {})) | {name: value for name, value in order.meta.items() if value}
    if noted.get("sample"):
        facts["sample"] = True
    if order.logo:
        facts["logo"] = base64.b64encode(Path(order.logo).read_bytes()).decode()
    return Meta.of(facts, title=noted.get("title") or order.title)


def _forget_run(notebook: Any) -> None:
    """Take times, paths and parameters off the notebook: a report says nothing of how it was run."""
    for metadata in (notebook.metadata, *(cell.metadata for cell in notebook.cells)):
        for name in ("papermill", "execution"):
            metadata.pop(name, None)
    notebook.cells = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", [])]


def _short(text: str) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _memory() -> float:
    """The most memory that this process or one it waited for had, in MB."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return round(max(resource.getrusage(kind).ru_maxrss for kind in kinds) / unit, 1)


def leave_unloaded() -> None:
    """Keep jsonschema from loading a grammar of web addresses that notebooks do not need: that takes a second."""
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]


def tell(result: Result, folder: Path) -> None:
    """Leave the result where the runner looks for it."""
    fresh = folder / f"{RESULT}.new"
    fresh.write_text(json.dumps(asdict(result), ensure_ascii=False), encoding="utf-8")
    fresh.replace(folder / RESULT)


def _end_with_runner(folder: Path) -> None:
    """Wait for the runner's end of our standard input to close: then it is gone, and so are we and our kernel."""
    from cxlab.report.kernel import PID_FILE, end_group

    while os.read(0, 4096):
        pass
    if (folder / PID_FILE).is_file():
        end_group(int((folder / PID_FILE).read_text(encoding="ascii")))
    os._exit(1)


def main(folder: Path) -> int:
    """The process of one report. Its exit code says only whether it could tell its result."""
    leave_unloaded()
    threading.Thread(target=_end_with_runner, args=(folder,), daemon=True).start()
    tell(make(folder), folder)
    return 0


if __name__ == "__main__":
    os._exit(main(Path(sys.argv[1])))
