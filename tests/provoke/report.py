"""One call per error of plans, parameters and publication."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image, PngImagePlugin

from cxlab import cli
from cxlab.report import (
    batch,
    doctor,
    files,
    folders,
    history,
    order,
    parameters,
    places,
    plan,
    plan_checks,
    plan_text,
    publish,
    run,
    single,
    tasks,
)
from cxlab.report.verify import verify

PLAN = "notebook: client_survey\nclients:\n  - id: acme\n    answers: {source: acme.csv}\nperiods: [2026-10]\n"
NOW = datetime(2026, 11, 3, tzinfo=UTC)
GIVEN = {"client": "acme", "period": "2026-10", "locale": "en", "source": "", "options": {}}
CELL = 'client: str = ""\nperiod: str = ""\nlocale: str = "en"\nsource: str = ""\noptions: dict = {}'


def _here(act: Callable[[], object]) -> Callable[[], object]:
    """Act in an empty folder, so that messages name files without their folders."""

    def run() -> object:
        before = Path.cwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                return act()
            finally:
                os.chdir(before)

    return run


def _plan(old: str, new: str, then: Callable[[plan.PlanFile], object] = lambda file: file) -> Callable[[], object]:
    def act() -> object:
        Path("monthly.yaml").write_text(PLAN.replace(old, new), encoding="utf-8")
        return then(plan.load("monthly.yaml"))

    return _here(act)


def _given(**changed: Any) -> Callable[[], object]:
    declared = parameters.read(_notebook(CELL), "client_survey.ipynb")
    return lambda: parameters.check({**GIVEN, **changed}, declared, "client_survey.ipynb")


def _notebook(cell: str) -> nbformat.NotebookNode:
    return new_notebook(cells=[new_code_cell(cell, metadata={"tags": ["parameters"]})])


def _declared(cell: str) -> Callable[[], object]:
    return lambda: parameters.read(_notebook(cell), "client_survey.ipynb")


def _tasks(file: plan.PlanFile) -> list[tasks.Task]:
    return tasks.of(file, NOW)


def _checked(file: plan.PlanFile) -> None:
    tasks.check_data(_tasks(file)[0])


def _soon(file: plan.PlanFile) -> object:
    return tasks.of(file, NOW, keys=["soon"])


def _nothing_given() -> object:
    return parameters.check({}, parameters.read(_notebook(CELL), "client_survey.ipynb"), "client_survey.ipynb")


def _nothing_shown() -> object:
    return run.render(new_notebook(), run.Order("a", "A", {}, [], {}), Path(), {})


def _other_client() -> object:
    for client in ("acme", "borealis"):
        publish.publish(Path("monthly"), Path("acme/2026-10"), {"report.html": b"x"}, {"client": client})
    return None


def _in_the_way() -> object:
    Path("monthly/acme/2026-10").mkdir(parents=True)
    return publish.publish(Path("monthly"), Path("acme/2026-10"), {"report.html": b"x"}, {"client": "acme"})


def _system(code: int) -> Callable[[], object]:
    def act() -> object:
        with files.clear_errors("acme/2026-10"):
            raise OSError(code, os.strerror(code))

    return act


def _bytes(content: bytes) -> Callable[[], object]:
    def act() -> object:
        Path("monthly.yaml").write_bytes(content)
        return plan_text.read(Path("monthly.yaml"))

    return _here(act)


def _cut_logo() -> object:
    whole = io.BytesIO()
    Image.effect_noise((200, 200), 50).save(whole, "PNG")
    return _logo(whole.getvalue()[:9000])()


def _packed_logo() -> object:
    whole = io.BytesIO()
    text = PngImagePlugin.PngInfo()
    text.add_text("a", "x" * 9_000_000, zip=True)
    Image.new("1", (1, 1)).save(whole, "PNG", pnginfo=text)
    return _logo(whole.getvalue())()


def _no_holiday(file: plan.PlanFile) -> object:
    Path("ir.csv").write_text("1405-13-01\n", encoding="utf-8")
    return _checked(file)


def _raised(error: Exception) -> object:
    raise error


def _logo(content: bytes | tuple[int, int]) -> Callable[[], object]:
    def act() -> object:
        if isinstance(content, bytes):
            Path("logo.png").write_bytes(content)
        else:
            Image.new("1", content).save("logo.png")
        with mock.patch.object(Image, "MAX_IMAGE_PIXELS", 1_000_000 if content == (3000, 3000) else None):
            return plan_checks.logo(Path("logo.png"), "'logo.png'")

    return _here(act)


def _noted(then: Callable[[], object]) -> Callable[[], object]:
    def act() -> object:
        Path("reports").mkdir()
        Path("reports/run.json").write_text("{}", encoding="utf-8")
        return then()

    return _here(act)


def _held_twice() -> object:
    with mock.patch.object(os, "getpid", return_value=4242), files.held(Path("reports")), files.held(Path("reports")):
        return None


def _full() -> object:
    nearly = mock.Mock(free=1_000_000)
    with mock.patch.object(batch.shutil, "disk_usage", return_value=nearly):
        return batch.refuse_full(Path("reports"))


def _executed(error: Exception) -> Callable[[], object]:
    """A notebook whose execution ends in this way; the heading and the cell stand in the kept notebook."""

    def act() -> object:
        nbformat.write(_notebook(CELL), "client_survey.ipynb")
        given = run.Order("client_survey.ipynb", "Client survey", dict(GIVEN), ["html"], {})
        with mock.patch.object(papermill, "execute_notebook", side_effect=error):
            return run.execute(given, Path())

    return _here(act)


def _incomplete(count: int | None, text: str) -> Callable[[], object]:
    cell = new_code_cell("1 + 1", execution_count=count, metadata={"papermill": {"status": "completed"}})
    cell.outputs = [new_output("stream", text=text)]
    return lambda: run.complete(new_notebook(cells=[new_markdown_cell("## Trend"), cell]), "the mark")


def _report(
    client: str, period: str, notebook: str = "client_survey", source: str = "lost.csv", locale: str = "en"
) -> Callable[[], object]:
    return _here(lambda: single.plan_for(notebook, Path(source), client, period, locale, Path("out"), []))


def _in_a_folder_without_notebooks(file: plan.PlanFile) -> object:
    Path("notebooks/reports").mkdir(parents=True)
    nbformat.write(_notebook(CELL), "notebooks/reports/client_survey.ipynb")
    with mock.patch.object(places, "notebooks_folder", return_value=Path("notebooks")):
        return tasks.notebook_path(file)


def _unreadable(file: plan.PlanFile) -> object:
    Path("broken.ipynb").write_text("{", encoding="utf-8")
    return order.check_notebook(file, [])


def _no_notebooks() -> object:
    Path("notebooks/reports").mkdir(parents=True)
    with mock.patch.object(places, "notebooks_folder", return_value=Path("notebooks")):
        return doctor.look_for_notebooks()


def _locked(file: plan.PlanFile) -> object:
    Path("acme.csv").write_text("answer", encoding="utf-8")
    with mock.patch.object(Path, "open", side_effect=PermissionError(13, "Permission denied")):
        return tasks.check_data(_tasks(file)[0])


def _dataless(file: plan.PlanFile) -> object:
    nbformat.write(_notebook(CELL), "small.ipynb")
    return batch.check("monthly.yaml", NOW)


def _columns(file: plan.PlanFile) -> object:
    Path("acme.csv").write_text("answer,recommend\n1,9\n", encoding="utf-8")
    return tasks.check_columns(_tasks(file)[0], {})


def _weighed_twice(file: plan.PlanFile) -> object:
    Path("acme.csv").write_text("answer", encoding="utf-8")
    return tasks.check_data(_tasks(file)[0])


PROVOKE: dict[str, Callable[[], object]] = {
    "code among the injected parameters": lambda: parameters.refuse_code(
        {"cells": [{"source": "client = open('x')", "metadata": {"tags": ["injected-parameters"]}}]}
    ),
    "a plan that is not there": _here(lambda: plan_text.read(Path("lost.yaml"))),
    "a plan that is no mapping": lambda: plan_text.parse("- a", "monthly.yaml"),
    "a plan that is not YAML": lambda: plan_text.parse("a: [b", "monthly.yaml"),
    "an alias": lambda: plan_text.parse("a: &x 1\nb: *x", "monthly.yaml"),
    "a tag": lambda: plan_text.parse("a: !!python/name:os.system", "monthly.yaml"),
    "a key twice": lambda: plan_text.parse("a: 1\nb: 2\na: 3", "monthly.yaml"),
    "a key without a value": lambda: plan_text.parse("a: 1\ncolour: #0b6e4f", "monthly.yaml"),
    "a plan nested too deeply": lambda: plan_text.parse("a: " + "[" * 20 + "]" * 20, "monthly.yaml"),
    "a misspelt key": _plan("periods", "perods"),
    "an unknown key": _plan("periods", "zebra"),
    "a missing key": _plan("id: acme", "name: Acme"),
    "a value of another type": _plan("notebook: client_survey", "notebook: n\nlevel: 95%"),
    "no list": _plan("[2026-10]", "2026-10"),
    "an unknown locale": _plan("id: acme", "id: acme\n    locale: de"),
    "an unknown zone": _plan("id: acme", "id: acme\n    timezone: Asia/Saigonn"),
    "no truth value": _plan("notebook: client_survey", "notebook: n\nprivacy: {comments: yes}"),
    "a password in a source": _plan("acme.csv", "postgresql://me:secret@db/cx"),
    "a secret without a name": _plan("acme.csv", "'env:'"),
    "a colour by name": _plan("id: acme", "id: acme\n    brand: {colour: green}"),
    "hours without minutes": _plan("id: acme", "id: acme\n    hours: {mon: 8-17}"),
    "a currency by its name": _plan("id: acme", "id: acme\n    currency: dong"),
    "a format twice": _plan("notebook: client_survey", "notebook: n\nformats: [pdf, pdf]"),
    "a month that is none": _plan("2026-10", "2026-13"),
    "two clients of one name": _plan("periods:", "  - id: ACME\nperiods:"),
    "an id with blanks": lambda: folders.client_folder("acme "),
    "an id with a hidden character": lambda: folders.client_folder("acme\u202efdp"),
    "a period without a folder": lambda: folders.period_folder("../2026"),
    "a plan without a folder": lambda: folders.plan_folder(Path("a b.yaml")),
    "no such client": _plan("x", "x", lambda file: tasks.of(file, NOW, clients=["acmee"])),
    "no period": _plan("periods: [2026-10]\n", "", _tasks),
    "no such notebook file": _plan("client_survey", "lost.ipynb", tasks.notebook_path),
    "no data": _plan("x", "x", _checked),
    "a variable that is not set": _plan("acme.csv", "'env:CXLAB_NOT_SET'", _checked),
    "a parameter that is no word": _given(**{"x=1;import os": "x"}),
    "an unknown parameter": _given(clinet="acme"),
    "an empty client": _given(client=""),
    "a parameter of another type": _given(period=202610),
    "a parameter that is not plain": _given(options={"regions": ("North",)}),
    "a parameter that looks like a secret": _given(source="mysql://me:secret@db/cx"),
    "a parameter that names a secret": _given(options={"db_password": "x"}),
    "a notebook without parameters": lambda: parameters.read(new_notebook(), "client_survey.ipynb"),
    "code among the parameters": _declared("import os"),
    "a parameter that no report has": _declared(CELL + '\nregion: str = ""'),
    "a parameter that is not declared": _declared('client: str = ""'),
    "a default that is computed": _declared("client: str = input()"),
    "a report of another client": _here(_other_client),
    "something in the way": _here(_in_the_way),
    "a full disk": _system(28),
    "a folder that cannot be written": _system(30),
    "no folder to verify": _here(lambda: verify("lost")),
    "a plan that is too large": _bytes(b"a: " + b"x" * plan_text.LARGEST),
    "a plan in another encoding": _bytes(b"a: b\nname: \xd0\xff"),
    "a plan with a control character": lambda: plan_text.parse("a: \x00", "monthly.yaml"),
    "a key that is no word": lambda: plan_text.parse("? [a, b]\n: c", "monthly.yaml"),
    "a name with a hidden character": _plan("id: acme", 'id: acme\n    name: "Acme \\u202efdp"'),
    "an empty source": _plan("acme.csv", "''"),
    "a logo that is no picture": _logo(b"<svg/>"),
    "a logo that is cut off": _cut_logo,
    "a logo with a text that is a bomb": _packed_logo,
    "a name that is blank": _plan("id: acme", "id: acme\n    name: ' '"),
    "a holiday that is no date": _plan("    answers: {source: acme.csv}", "    holidays: ir.csv", _no_holiday),
    "a file that nobody expected": lambda: _raised(batch._obstacle(RuntimeError("std::bad_cast"))),
    "a logo of too many points": _logo((2500, 2500)),
    "a logo that is a bomb": _logo((3000, 3000)),
    "a folder that is held": _here(_held_twice),
    "a run.json that is none": _noted(lambda: history.read(Path("reports"))),
    "only what failed, before the first run": lambda: history.History().failed_of("monthly", []),
    "too little space": _full,
    "an output that is missing": _plan("x", "x", lambda file: order.refuse_missing({}, _tasks(file)[0])),
    "an error that the disk gives": _system(5),
    "a metric that is none": _plan("clients", "variants: {npss: scored}\nclients", order.check_variants),
    "a variant that is none": _plan("clients", "variants: {nps: scord}\nclients", order.check_variants),
    "a notebook that cannot be read": _plan("client_survey", "broken.ipynb", _unreadable),
    "a notebook that is not known": _plan("client_survey", "client_servey", _in_a_folder_without_notebooks),
    "no notebooks at all": _here(_no_notebooks),
    "data that cannot be read": _plan("x", "x", _locked),
    "data of no client": _plan("client_survey", "small.ipynb", _dataless),
    "a column that is not there": _plan("acme.csv", "acme.csv, columns: {recommend: NETPRO}", _columns),
    "a segment that is not there": _plan("id: acme", "id: acme\n    segments: [answr]", _columns),
    "a weight named twice": _plan("acme.csv", "acme.csv, weight: A, columns: {weight: B}", _weighed_twice),
    "holidays that are not there": _plan("    answers: {source: acme.csv}", "    holidays: vn.csv", _checked),
    "a period of no calendar": _plan("x", "x", lambda file: tasks.of(file, NOW, keys=["soon"])),
    "a parameter that is missing": lambda: parameters.check(
        {}, parameters.read(_notebook(CELL), "client_survey.ipynb"), "client_survey.ipynb"
    ),
    "a parameter nested too deeply": _given(options={"a": [[[[[[[[[1]]]]]]]]]}),
    "a parameter that is no number": _given(options={"a": float("nan")}),
    "a parameter with a key that is no text": _given(options={"a": {1: 2}}),
    "a parameters cell that is not Python": _declared("client: str ="),
    "a parameter declared with another type": _declared(CELL.replace("str", "int", 1)),
    "a cell that fails": _executed(
        papermill.PapermillExecutionError(2, 1, "1 / 0", "ZeroDivisionError", "division by zero", [])
    ),
    "a cell without end": _executed(CellTimeoutError("late")),
    "a kernel that dies": _executed(DeadKernelError("gone")),
    "a cell that did not run": _incomplete(None, ""),
    "a notebook without its end": _incomplete(1, "2"),
    "a notebook that shows nothing": _here(
        lambda: run.render(new_notebook(), run.Order("a", "A", {}, [], {}), Path(), {})
    ),
    "one report without a client": _report("", "2026-10"),
    "one report without data": _report("acme", "2026-10"),
    "a report from a notebook that is not there": _report("acme", "2026-10", "lost.ipynb", "."),
    "a report in a language that is not there": _report("acme", "2026-10", source=".", locale="de"),
    "two ways to resume": lambda: cli.run(Path("monthly.yaml"), resume=True, only_failed=True),
    "a format that is none": lambda: cli.run(Path("monthly.yaml"), format=["docx"]),
}
