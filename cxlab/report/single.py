"""One report from one file: the command `cxlab report` is a plan of one client, written for the occasion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from cxlab.errors import PlanError, did_you_mean, listing
from cxlab.report import files, folders
from cxlab.report.plan import TABLES, Locale
from cxlab.report.plan_text import Typed
from cxlab.rows.guess import table_told

LOCALES = get_args(Locale)


@dataclass(frozen=True)
class Told:
    """What the command says of the data, in the words of a plan: which table they are, and `role=...` for the rest.

    Without a `table` the columns tell, and what they do not tell are answers.
    """

    table: str | None = None
    columns: Sequence[str] = ()
    missing: Sequence[str] = ()
    scales: Sequence[str] = ()
    segments: Sequence[str] = ()
    timezone: str | None = None

    def client(self, name: str, source: Path) -> dict[str, Any]:
        """The client of a plan for one file."""
        if self.table is not None and self.table not in TABLES:
            raise PlanError("There is no such table", f"--table {self.table}",
                            did_you_mean(self.table, TABLES) or f"Take {listing(TABLES)}")  # fmt: skip
        table: dict[str, Any] = {"source": str(source.absolute())}
        columns = dict(_pair(given, "--column", "recommend=NETPRO") for given in self.columns)
        if columns:
            table["columns"] = columns
        missing: dict[str, list[Any]] = {}
        for given in self.missing:
            role, code = _pair(given, "--missing", "recommend=11")
            missing.setdefault(role, []).append(Typed(code, quoted=False).plain())
        if missing:
            table["missing"] = missing
        scales = [_pair(given, "--scale", "satisfaction=1:5") for given in self.scales]
        if scales:
            table["scale"] = {role: _ends(role, ends) for role, ends in scales}
        zone = {"timezone": self.timezone} if self.timezone else {}
        kind = self.table or table_told(source, columns)
        return {"id": name, **zone, "segments": list(self.segments), kind: table}


def _pair(given: str, option: str, example: str) -> tuple[str, str]:
    role, sign, value = given.partition("=")
    if not (role.strip() and sign and value.strip()):
        raise PlanError("An option names a role and what it is", f"{option} {given}", f"Write {option} {example}")
    return role.strip(), value.strip()


def _ends(role: str, ends: str) -> list[int]:
    low, sign, high = ends.partition(":")
    try:
        return [int(low), int(high)]
    except ValueError:
        todo = f"Write --scale {role}=1:5"
        raise PlanError("A scale is its two ends", f"--scale {role}={low}{sign}{high}", todo) from None


def plan_for(
    notebook: str, source: Path, client: str, period: str, locale: str, output: Path, formats: Sequence[str],
    told: Told = Told(),
) -> Path:  # fmt: skip
    """The path of a new plan for one client, one period and one file, private under `output`."""
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
        "clients": [told.client(client, source)],
        "periods": [period],
    }
    folder = output / ".runs"
    with files.clear_errors(output.name):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{Path(notebook).stem}.yaml"
        files.replace(path, files.as_json(plan))  # every JSON text is YAML too, and quotes what YAML would guess
    return path
