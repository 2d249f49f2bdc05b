"""One report from one file: the command `cxlab report` is a plan of one client, written for the occasion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from cxlab.errors import PlanError, listing
from cxlab.report import files, folders
from cxlab.report.plan import Locale

LOCALES = get_args(Locale)


def plan_for(
    notebook: str, source: Path, client: str, period: str, locale: str, output: Path, formats: Sequence[str]
) -> Path:
    """The path of a new plan for one client, one period and one file of answers, private under `output`."""
    for name, value, example in (("--client", client, "acme"), ("--period", period, "2026-10")):
        if not value:
            raise PlanError(f"{name} is missing", "A report names whose it is and when", f"Add {name} {example}")
    if not source.exists():
        raise PlanError("The data are not there", f"--source {source}", "Correct the path")
    if notebook.endswith(".ipynb") and not Path(notebook).is_file():
        raise PlanError("The notebook is not there", notebook, "Correct the path, or name a report notebook of cxlab")
    if locale not in LOCALES:
        raise PlanError("There is no such language", f"--locale {locale}", f"Take {listing(LOCALES)}")
    folders.client_folder(client)
    plan = {
        "notebook": str(Path(notebook).absolute()) if notebook.endswith(".ipynb") else notebook,
        "locale": locale,
        "formats": list(formats) or ["html", "pdf"],
        "clients": [{"id": client, "answers": {"source": str(source.absolute())}}],
        "periods": [period],
    }
    folder = output / ".runs"
    with files.clear_errors(output.name):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{Path(notebook).stem}.yaml"
        files.replace(path, files.as_json(plan))  # every JSON text is YAML too, and quotes what YAML would guess
    return path
