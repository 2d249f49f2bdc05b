"""The demonstration: sample data of three made-up clients, a plan for them, and what a first look at it needs."""

from __future__ import annotations

from pathlib import Path

from cxlab.report import files, places
from cxlab.report.batch import Choice
from cxlab.rows import sample

# The last full months of the sample are over in both calendars; fixed, so that every run gives the same.
NOW = sample.NOW
NAME = "demo"
HEAD = """\
# Three made-up clients in three languages. Try: cxlab run {name}.yaml --period 2026-10 --client harbour
notebook: client_survey
formats: [html, pdf]
periods: [last-month]
options: {{ces: {{easy: high}}}}
clients:
"""


def prepare(folder: Path | None = None) -> tuple[Path, Choice]:
    """Write data and plan below `folder`; the plan's path, and how to run it.

    Default: `reports` when the working folder is the checkout, else `cxlab-demo`. All goes into `folder / "demo"`.
    """
    root = folder or Path("reports" if _in_checkout() else "cxlab-demo")
    home = root / NAME
    with files.clear_errors(str(root)):
        home.mkdir(parents=True, exist_ok=True)
        written = sample.write(home / "data")
        plan = home / f"{NAME}.yaml"
        files.replace(plan, _plan(written, home).encode())
    return plan, Choice(output=root, resume=True, sample=True)


def _plan(written: dict[str, dict[str, Path]], home: Path) -> str:
    lines = [HEAD.format(name=NAME)]
    for client in sample.CLIENTS.values():
        hours = ", ".join(f'{day}: "{span}"' for day, span in client.hours.items())
        lines.append(
            f"  - id: {client.id}\n"
            f'    name: "{client.name}"\n'
            f"    locale: {client.locale}\n"
            f"    timezone: {client.timezone}\n"
            f"    calendar: {client.calendar}\n"
            f"    week_start: {client.week_start}\n"
            f"    hours: {{{hours}}}\n"
            f"    currency: {client.currency}\n"
            f'    brand: {{colour: "{client.colour}"}}\n'
            f"    segments: [{', '.join(client.segments)}]\n"
        )
        if client.names:
            named = ", ".join(f'{column}: "{name}"' for column, name in client.names.items())
            lines.append(f"    names: {{{named}}}\n")
        for table, path in written[client.id].items():
            scale = ", scale: {satisfaction: [1, 5], effort: [1, 7], quality: [1, 5]}" if table == "answers" else ""
            lines.append(f"    {table}: {{source: {path.relative_to(home).as_posix()}{scale}}}\n")
    return "".join(lines)


def _in_checkout() -> bool:
    root = places.PACKAGE.parent
    return Path.cwd() == root and (root / "pyproject.toml").is_file()
