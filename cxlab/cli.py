"""The command line: plans to reports, a look at what was made, and help with the machine."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cxlab.errors import BusyError, CxlabError, PlanError, visible

FAILED, USAGE, ALL_FAILED, BUSY, STOPPED = 1, 2, 3, 75, 130

app = typer.Typer(
    name="cxlab", help="Customer experience reports that can be defended.", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False, rich_markup_mode=None,
)  # fmt: skip

PlanPath = Annotated[Path, typer.Argument(help="The plan, a YAML file.", metavar="PLAN")]
Periods = Annotated[list[str] | None, typer.Option("--period", help="Such as 2026-10, 2026-Q3, last-month.")]
Clients = Annotated[list[str] | None, typer.Option("--client", help="Only this client; may be repeated.")]
Formats = Annotated[list[str] | None, typer.Option("--format", help="html, pdf or xlsx; may be repeated.")]
Workers = Annotated[int, typer.Option(min=0, help="Reports at a time; 0: as many as there are cores.")]
Engine = Annotated[str, typer.Option(help="fork, kernel (a real kernel per report), or auto: fork where there is one.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Folder of the reports.")]


@app.command()
def run(
    plan: PlanPath,
    period: Periods = None,
    client: Clients = None,
    workers: Workers = 0,
    format: Formats = None,
    resume: Annotated[bool, typer.Option("--resume", help="Skip reports that stand as they would be made.")] = False,
    only_failed: Annotated[bool, typer.Option("--only-failed", help="Only what failed last time.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and make nothing.")] = False,
    output: Output = None,
    cell_limit: Annotated[int, typer.Option(min=1, help="Seconds that one cell may take.")] = 300,
    report_limit: Annotated[float, typer.Option(min=1, help="Seconds that one report may take.")] = 900,
    batch_limit: Annotated[float, typer.Option(min=0, help="Seconds that the whole run may take; 0: no limit.")] = 0,
    memory_limit: Annotated[float, typer.Option(min=100, help="MB that one report may take.")] = 4000,
    engine: Engine = "auto",
    on: Annotated[str, typer.Option("--on", help="Address of a Dask scheduler: tcp://... or tls://...")] = "",
    fault: Annotated[str | None, typer.Option("--fault", hidden=True)] = None,
) -> int:
    """Make and publish the reports of a plan."""
    from cxlab.report import batch, faults
    from cxlab.report.executors import executor
    from cxlab.report.limits import Limits

    if resume and only_failed:
        raise PlanError("--resume and --only-failed exclude each other", "both are given", "Take one of them")
    choice = batch.Choice(
        periods=tuple(period or ()), clients=tuple(client or ()), formats=_formats(format or []), output=output,
        workers=workers, resume=resume, only_failed=only_failed, cell_seconds=cell_limit,
        batch_seconds=batch_limit or None,
    )  # fmt: skip
    now = datetime.now(UTC)
    if dry_run:
        return _checked(plan, now, choice)[1]
    execute = executor(engine, on, Limits(report_limit, memory_limit))
    with faults.armed(fault) as armed:
        code = _told(batch.run(plan, now, execute, choice, typer.echo, _progress()))
    if armed and armed.left > 0:
        typer.echo(f"--fault {fault} never came", err=True)
    return code


@app.command()
def report(
    notebook: Annotated[str, typer.Argument(help="Name of a report notebook, or a path ending in .ipynb.")],
    source: Annotated[str, typer.Option(help="The data file.")],
    client: Annotated[str, typer.Option(help="Whose data they are.")] = "",
    period: Annotated[str, typer.Option(help="Such as 2026-10.")] = "",
    locale: Annotated[str, typer.Option(help="en, vi or fa.")] = "en",
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder of the report.")] = Path("reports"),
    table: Annotated[
        str | None, typer.Option(help="What the rows are: answers, tickets, calls ...; else the columns tell.")
    ] = None,
    column: Annotated[list[str] | None, typer.Option(help="recommend=NETPRO; may be repeated.")] = None,
    missing: Annotated[list[str] | None, typer.Option(help="A code for no answer: recommend=11.")] = None,
    scale: Annotated[list[str] | None, typer.Option(help="Its two ends: satisfaction=1:5.")] = None,
    segment: Annotated[list[str] | None, typer.Option(help="A column to cut by; may be repeated.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Where the times were written.")] = None,
    format: Formats = None,
    engine: Engine = "auto",
) -> int:
    """Make one report from one file, without a plan."""
    from cxlab.report import batch, single
    from cxlab.report.executors import executor

    told = single.Told(table, column or (), missing or (), scale or (), segment or (), timezone)
    plan = single.plan_for(notebook, Path(source), client, period, locale, output, _formats(format or []), told)
    return _told(batch.run(plan, datetime.now(UTC), executor(engine), batch.Choice(output=output), typer.echo))


@app.command()
def check(
    plan: PlanPath,
    period: Periods = None,
    client: Clients = None,
    values: Annotated[
        bool, typer.Option("--values", help="Read all values too, and say what is wrong with them.")
    ] = False,
) -> int:
    """Check a plan, its notebook and its data, and make nothing."""
    from cxlab.report import batch

    choice = batch.Choice(periods=tuple(period or ()), clients=tuple(client or ()))
    todo, code = _checked(plan, datetime.now(UTC), choice)
    return max(code, _valued(todo)) if values else code


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The data; or the name of a new plan, .yaml.", metavar="FILE")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The plan to write.")] = None,
    table: Annotated[str | None, typer.Option(help="What the rows are: answers, tickets, calls ...")] = None,
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook.")] = None,
) -> int:
    """Write a first plan for a file of data, with guesses to confirm; nothing is overwritten."""
    from cxlab.report import first_plan

    written = first_plan.write(file, datetime.now(UTC), output, table, sheet)
    typer.echo(f"{_shown(written.path)} is written; confirm its guesses, then: cxlab check {_shown(written.path)}")
    for line in written.decide:
        typer.echo(f"  to decide: {line}")
    return 0


@app.command()
def questions(
    metrics: Annotated[list[str] | None, typer.Argument(help="Only these metrics.", metavar="[METRIC]...")] = None,
    locale: Annotated[list[str] | None, typer.Option(help="en, vi or fa; may be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one object per metric.")] = False,
) -> int:
    """Say what to ask customers so that a metric is defined: wording, scale and role, in three languages."""
    from cxlab.report.questions import lines, questionnaire

    records = questionnaire(metrics or (), locale or ())
    if as_json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return 0
    for record in records:
        typer.echo("\n".join(lines(record)))
    return 0


@app.command()
def verify(folder: Annotated[Path, typer.Argument(help="reports, or one plan, client or period in it.")]) -> int:
    """Compare published reports with their manifests."""
    from cxlab.report.verify import verify as look

    verified = look(folder)
    for finding in verified.findings:
        typer.echo(visible(str(finding)), err=True)
    if verified.findings:
        typer.echo(f"{verified.reports} reports, {len(verified.findings)} findings", err=True)
        return FAILED
    typer.echo(f"{verified.reports} reports are complete and as published")
    return 0


@app.command()
def metrics(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one object per metric.")] = False,
) -> int:
    """List the metrics with their tables, units and variants."""
    from cxlab.metric.table import records

    rows = records()
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        known = f"{row['name']:<26} {row['table']:<14} {row['unit']:<29} {row['better']:<7}"
        typer.echo(f"{known} {', '.join(row['variants'])}")
    return 0


@app.command()
def doctor() -> int:
    """Look whether this machine can make reports: packages, fonts, templates, notebooks, and one page as PDF."""
    from cxlab.report.doctor import examine

    return _examined(examine())


@app.command()
def demo(
    folder: Annotated[Path | None, typer.Argument(help="Where to put data, plan and reports.")] = None,
    workers: Workers = 0,
    engine: Engine = "auto",
) -> int:
    """Make the sample reports of three clients, in HTML and PDF."""
    from cxlab.report import batch
    from cxlab.report.demo import NOW, prepare
    from cxlab.report.executors import executor

    plan, choice = prepare(folder)
    summary = batch.run(plan, NOW, executor(engine), replace(choice, workers=workers), typer.echo, _progress())
    for entry in summary.entries:
        if entry.status != batch.FAILED:
            for name in ("report.html", "report.pdf"):
                typer.echo(_shown(summary.folder.parent / entry.folder / name))
    return _told(summary)


def _progress() -> Any:
    """A live table where someone looks at a terminal; else None, for plain lines."""
    if not sys.stdout.isatty():
        return None
    from rich.console import Console

    from cxlab.report.progress import LiveTable

    return LiveTable(Console())


@app.command()
def lab(
    folder: Annotated[Path, typer.Option(help="Where your copies of the notebooks lie.")] = Path("cxlab-lab"),
    options: Annotated[list[str] | None, typer.Argument(help="JupyterLab's own, after --: -- --no-browser")] = None,
) -> int:
    """Open JupyterLab on your own copies of the tutorials and report notebooks."""
    from cxlab.report.lab import prepare, serve

    copied = prepare(folder)
    if copied.written:
        typer.echo(f"{len(copied.written)} notebooks are new in {_shown(folder)}")
    if copied.kept:
        typer.echo(f"{len(copied.kept)} stay as you changed them")
    serve(folder, options or ())
    return 0


selftest = typer.Typer(help="Prove on this machine what reports promise.", no_args_is_help=True)
app.add_typer(selftest, name="selftest")


@selftest.callback()
def _selftest() -> None:
    """Prove on this machine what reports promise."""


@selftest.command()
def isolation(engine: Engine = "auto") -> int:
    """Run the reports of two made-up clients and look for each in the other: memory, environment, files, output."""
    from cxlab.report.executors import executor
    from cxlab.report.isolation import examine

    return _examined(examine(lambda: executor(engine)))


def _examined(findings: Iterable[Any]) -> int:
    """Say each finding as it comes; 1 when one of them is bad."""
    worst = 0
    for finding in findings:
        typer.echo(str(finding), err=not finding.good)
        worst = worst if finding.good else FAILED
    return worst


def _formats(given: list[str]) -> tuple[Any, ...]:
    known = ("html", "pdf", "xlsx")
    for name in given:
        if name not in known:
            raise PlanError("There is no such format", f"--format {name}", f"Take one of {', '.join(known)}")
    return tuple(given)


def _checked(plan: Path, now: datetime, choice: Any) -> tuple[list[Any], int]:
    """Say what would be made, and what stands in the way of it: what can be made, and the exit code."""
    from cxlab.report import batch

    todo, obstacles = batch.check(plan, now, choice)
    ready = [task for task in todo if task.client.id not in obstacles]
    for task in ready:
        typer.echo(f"{task}: ready ({', '.join(task.formats)})")
    for client, error in obstacles.items():
        typer.echo(f"{client}: {error}", err=True)
    return ready, USAGE if obstacles else 0


def _valued(ready: list[Any]) -> int:
    """Say what is wrong with the values of each client; 1 when a report that uses them would be refused."""
    from cxlab.report import tasks

    worst = 0
    for task in {task.client.id: task for task in ready}.values():
        for table, found in tasks.check_values(task):
            role = f" of {found.role}" if found.role else ""
            said = visible(f"{found.finding}{role}, {found.count} rows; {found.example}")
            bad = found.severity == "error"
            typer.echo(f"{task.client.id}, {table}: {found.severity}: {said}", err=bad)
            worst = FAILED if bad else worst
    return worst


def _told(summary: Any) -> int:
    good = len(summary.entries) - len(summary.failed)
    typer.echo(f"{good} of {len(summary.entries)} reports are in {_shown(summary.folder)}")
    for entry in summary.failed:
        stale = " (an older report still stands there)" if entry.stale else ""
        typer.echo(f"  failed: {entry.client} {entry.period}: {entry.reason}{stale}", err=True)
    return int(summary.exit_code)


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)


def _end(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _demand_utf8() -> None:
    """Begin again in UTF-8 mode where the shell's locale has another encoding: folders have names of any script."""
    if sys.getfilesystemencoding().lower() != "utf-8":
        # -X holds where Python was told to leave the environment alone (-I), the variable for what is started later.
        again = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
        os.execve(sys.executable, again, os.environ | {"PYTHONUTF8": "1"})  # noqa: S606  (itself)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; the exit code is that of the contract (0, 1, 2, 3, 75)."""
    if arguments is None:
        _demand_utf8()
    signal.signal(signal.SIGTERM, _end)
    # A terminal that is closed ends a run as a kill does; under nohup it goes on.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _end)
    try:
        code = app(arguments, standalone_mode=False)
    except CxlabError as error:
        for part in (error.wrong, error.seen, error.todo):
            if part:
                print(part, file=sys.stderr)
        code = BUSY if isinstance(error, BusyError) else USAGE
    except typer.Exit as stop:
        code = stop.exit_code
    except KeyboardInterrupt:
        code = STOPPED
    except Exception as error:
        shown = getattr(error, "format_message", None)  # typer's usage errors; their base class has no public name
        if shown is None:
            raise
        print(shown(), file=sys.stderr)
        code = USAGE
    if code == STOPPED:  # typer answers an interrupt with this code and says nothing
        print("Stopped; what was published is complete. Run again with --resume.", file=sys.stderr)
    sys.stdout.flush()
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
