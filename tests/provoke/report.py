"""One call per error of plans, parameters and publication."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from cxlab.report import files, folders, parameters, plan, plan_text, publish, tasks
from cxlab.report.verify import verify

PLAN = "notebook: client_survey\nclients:\n  - id: acme\n    answers: {source: acme.csv}\nperiods: [2026-10]\n"
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
    return tasks.of(file, datetime(2026, 11, 3, tzinfo=UTC))


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


PROVOKE: dict[str, Callable[[], object]] = {
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
    "no such client": _plan(
        "x", "x", lambda file: tasks.of(file, datetime(2026, 11, 3, tzinfo=UTC), clients=["acmee"])
    ),
    "no period": _plan("periods: [2026-10]\n", "", _tasks),
    "no such notebook file": _plan("client_survey", "lost.ipynb", tasks.notebook_path),
    "no data": _plan("x", "x", lambda file: tasks.check_data(_tasks(file)[0])),
    "a variable that is not set": _plan(
        "acme.csv", "'env:CXLAB_NOT_SET'", lambda file: tasks.check_data(_tasks(file)[0])
    ),
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
}
