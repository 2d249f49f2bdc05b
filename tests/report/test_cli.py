"""The command line: exit codes of the contract, errors in their three parts, and a light start."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from cxlab import cli
from cxlab.report import batch, files, forks, plan, tasks
from cxlab.report.job import Job
from cxlab.report.sources import Sources


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in this process: exit code, output, errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return stop.value.code, said.out, said.err

    return run


def test_exit_codes_of_a_run(
    plan_path: Path, paper: Any, call: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = paper()
    monkeypatch.setattr(forks, "Forks", lambda limits: executor)
    code, out, _ = call("run", plan_path)
    assert (code, "2 of 2 reports are in" in out) == (0, True)
    executor.failing = {"acme": "A cell failed"}
    code, out, err = call("run", plan_path)
    assert (code, "failed: acme 2026-10: A cell failed. (an older report still stands there)" in err) == (1, True)
    executor.failing = {"acme": "x", "borealis": "x"}
    assert call("run", plan_path)[0] == 3
    assert call("run", plan_path, "--client", "nobody")[0] == 2
    assert call("run", plan_path, "--period", "soon")[0] == 2
    assert call("run", plan_path, "--format", "docx")[0] == 2
    assert call("run", plan_path, "--resume", "--only-failed")[0] == 2
    assert call("run", plan_path, "--resme")[0] == 2
    assert call("run")[0] == 2
    with files.held(plan_path.parent / "reports"):
        assert call("run", plan_path)[0] == 75
    assert call("verify", plan_path.parent / "reports")[0] == 0
    (plan_path.parent / "reports/monthly/acme/2026-10/report.html").write_text("x", encoding="utf-8")
    code, _, err = call("verify", plan_path.parent / "reports")
    assert (code, "acme/2026-10: report.html is not the file" in err) == (1, True)


def test_a_dry_run_and_a_check_write_nothing(plan_path: Path, call: Callable[..., tuple[int, str, str]]) -> None:
    before = sorted(plan_path.parent.rglob("*"))
    code, out, _ = call("run", plan_path, "--dry-run")
    assert (code, out) == (0, "acme 2026-10: ready (html)\nborealis 2026-10: ready (html)\n")
    (plan_path.parent / "acme.csv").unlink()
    code, out, err = call("check", plan_path)
    assert (code, "line 5: 'acme.csv'" in err, "borealis 2026-10: ready" in out) == (2, True, True)
    assert sorted(plan_path.parent.rglob("*")) == [path for path in before if path.name != "acme.csv"]


def test_an_error_is_printed_in_its_three_parts(plan_path: Path, call: Callable[..., tuple[int, str, str]]) -> None:
    plan_path.write_text(plan_path.read_text(encoding="utf-8").replace("formats", "formts"), encoding="utf-8")
    code, out, err = call("run", plan_path)
    assert (code, out) == (2, "")
    assert err.splitlines() == ["There is no key 'formts' here", f"{plan_path}, line 2", "Did you mean 'formats'?"]


def test_one_report_from_one_file(
    plan_path: Path, paper: Any, call: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forks, "Forks", lambda limits: paper())
    folder = plan_path.parent
    given = ("report", folder / "small.ipynb", "--source", folder / "acme.csv", "-o", folder / "out")
    code, _, err = call(*given)
    assert (code, "--client is missing" in err) == (2, True)
    code, _, _ = call(*given, "--client", "007", "--period", "2026-10", "--format", "html")
    assert code == 0
    assert (folder / "out/small/007/2026-10/report.html").is_file()
    assert call("report", folder / "small.ipynb", "--source", "lost.csv", "--client", "a", "--period", "2026")[0] == 2
    code, _, err = call(*given, "--client", "a", "--period", "2026", "--locale", "de")
    assert (code, err.splitlines()[1]) == (2, "--locale de"), "the option, not a line of a plan that nobody wrote"
    code, _, err = call("report", "lost.ipynb", *given[2:], "--client", "a", "--period", "2026")
    assert (code, err.splitlines()[1]) == (2, "lost.ipynb")


def test_one_report_can_be_told_what_the_data_are(
    plan_path: Path, paper: Any, call: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forks, "Forks", lambda limits: paper())
    folder = plan_path.parent
    data = folder / "export.csv"
    data.write_text("Key,NETPRO,CSAT,Area\n1,9,5,N\n2,11,3,S\n", encoding="utf-8")
    given = (
        "report",
        folder / "small.ipynb",
        "--source",
        data,
        "--client",
        "acme",
        "--period",
        "2026-10",
        "-o",
        folder / "o",
    )
    told = ("--column", "recommend=NETPRO", "--column", "answer=Key", "--missing", "recommend=11", "--segment", "Area")
    code, _, _ = call(
        *given, *told, "--column", "satisfaction=CSAT", "--scale", "satisfaction=1:5", "--timezone", "Asia/Tehran"
    )
    assert code == 0
    (client,) = plan.load(folder / "o/.runs/small.yaml").plan.clients
    assert client.answers is not None
    assert client.answers.columns == {"recommend": "NETPRO", "answer": "Key", "satisfaction": "CSAT"}
    assert (client.answers.missing, client.answers.scale) == ({"recommend": [11]}, {"satisfaction": [1, 5]})
    assert (client.segments, client.timezone) == (["Area"], "Asia/Tehran")
    assert call(*given, "--table", "tickets", "--column", "ticket=Key")[0] == 0
    code, _, err = call(*given, "--column", "recommend=NETPR")
    assert (code, "Did you mean 'NETPRO'?" in err) == (2, True)
    assert call(*given, "--table", "ticket")[0] == 2
    assert call(*given, "--column", "NETPRO")[0] == 2


def test_the_demo_is_three_clients_quick_the_second_time(
    tmp_path: Path,
    paper: Any,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    small: Callable[..., nbformat.NotebookNode],
) -> None:
    from cxlab.report import demo, tasks

    nbformat.write(small(), tmp_path / "small.ipynb")
    monkeypatch.setattr(tasks, "notebook_path", lambda file: tmp_path / "small.ipynb")
    first, second = paper(), paper()
    for executor in (first, second):
        plan, choice = demo.prepare(tmp_path / "demo-here")
        summary = batch.run(plan, demo.NOW, executor, choice, say=lambda line: None)
        assert summary.exit_code == 0
    assert sorted(first.made) == ["harbour", "niloofar", "songhan"]
    assert second.made == []
    assert sorted(str(entry.folder) for entry in summary.entries) == [
        "demo/harbour/2026-10", "demo/niloofar/1405-07", "demo/songhan/2026-10",
    ]  # fmt: skip


def test_metrics_are_listed(call: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = call("metrics")
    assert code == 0
    (nps,) = (line for line in out.splitlines() if line.startswith("nps "))
    assert nps.split()[:4] == ["nps", "answers", "points", "higher"]
    assert "scored, all" in nps
    code, out, _ = call("metrics", "--json")
    assert (code, '"name": "nps"' in out) == (0, True)


def test_the_doctor_names_each_thing_and_fails_when_one_is_ill(
    call: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cxlab.report import doctor
    from cxlab.show import typefaces

    monkeypatch.setattr(doctor, "NEEDED", ("json",))
    monkeypatch.setattr(doctor, "_pdf", lambda: "made")
    monkeypatch.setattr(typefaces, "PACKAGES", {"Nowhere Sans": "fontpkg_nowhere"})
    code, out, err = call("doctor")
    assert code == 1
    assert "ok   Python" in out
    assert "FAIL fonts: ReportError: The font Nowhere Sans is not installed" in err


def test_the_command_line_starts_light() -> None:
    code = (
        "import sys, cxlab.cli; print({'numpy', 'pandas', 'papermill', 'nbconvert', 'matplotlib', 'pydantic'}"
        " & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_check_looks_once_at_a_plan_whose_values_are_read_too(
    plan_path: Path, call: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []
    look = batch.check
    monkeypatch.setattr(batch, "check", lambda *given: looks.append(given) or look(*given))
    assert call("check", plan_path, "--values")[0] == 0
    assert len(looks) == 1


def test_check_reads_values_when_asked(plan_path: Path, call: Callable[..., tuple[int, str, str]]) -> None:
    (plan_path.parent / "acme.csv").write_text("answer,recommend\na,9\nb,11\n", encoding="utf-8")
    assert call("check", plan_path)[0] == 0
    code, out, err = call("check", plan_path, "--values")
    assert (code, err) == (1, "acme, answers: error: off the scale of recommend, 1 rows; row 2: '11'\n")
    assert "borealis 2026-10: ready" in out
    assert call("check", plan_path, "--values", "--client", "borealis")[0] == 0
    (plan_path.parent / "borealis.csv").unlink()
    assert call("check", plan_path, "--values")[0] == 2


@pytest.mark.parametrize("source", ["sqlite:///new/acme 1.db", "new/acme.csv"])
@pytest.mark.parametrize("named", [True, False])
def test_files_that_addresses_name_count_from_the_plans_folder(
    plan_path: Path, call: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    source: str, named: bool,
) -> None:  # fmt: skip
    folder = plan_path.parent / "new"
    folder.mkdir()
    (folder / "acme.csv").write_text("answer,recommend\na,9\nb,10\n", encoding="utf-8")
    with closing(sqlite3.connect(folder / "acme 1.db")) as base:
        base.executescript("CREATE TABLE said (answer TEXT, recommend INTEGER); INSERT INTO said VALUES ('a', 9)")
    table = ", table: said" if "://" in source else ""
    given = "env:ACME_DB" if named else source
    monkeypatch.setenv("ACME_DB", source)
    text = plan_path.read_text(encoding="utf-8").replace("{source: acme.csv}", f'{{source: "{given}"{table}}}')
    plan_path.write_text(text, encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    code, out, err = call("check", plan_path, "--values")
    assert (code, err) == (0, "")
    assert "acme 2026-10: ready" in out
    # The report's process runs in a folder of its own.
    task = tasks.of(plan.load(plan_path), datetime(2026, 11, 3, tzinfo=UTC))[0]
    monkeypatch.setenv("ACME_DB", task.secrets().get("ACME_DB", ""))
    job = Job({"id": "acme", "timezone": "UTC"}, task.period, "en", tables=task.job(tmp_path)["tables"])
    assert Sources(job)["answers"].to_pandas()["answer"][0] == "a"
    monkeypatch.setenv("ACME_DB", source.replace("acme", "lost"))
    plan_path.write_text(text.replace("new/acme", "new/lost"), encoding="utf-8")
    code, _, err = call("check", plan_path)
    assert code == 2
    assert "The data are not there" in err
    assert ("lost" in err) is not named  # a variable's value is never shown


@pytest.mark.parametrize(
    ("given", "line", "meant"),
    [
        ("missing: {recomend: [11]}", 6, "recommend"),
        ("weight: wieght", 7, "WEIGHT"),
        ("columns: {satisfaction: csatt}", 6, "CSAT"),
    ],
)
def test_a_misspelt_column_is_named_with_its_line(
    plan_path: Path, call: Callable[..., tuple[int, str, str]], given: str, line: int, meant: str
) -> None:
    text = plan_path.read_text(encoding="utf-8")
    more = "      columns: {answer: answer}\n" * given.startswith("weight")
    told = f"answers:\n      source: acme.csv\n{more}      {given}\n"
    plan_path.write_text(text.replace("answers: {source: acme.csv}\n", told), encoding="utf-8")
    (plan_path.parent / "acme.csv").write_text("answer,recommend,WEIGHT,CSAT\na,9,1,5\n", encoding="utf-8")
    code, _, err = call("check", plan_path)
    assert code == 2
    assert f"line {line + 1}: " in err
    assert f"Did you mean '{meant}'?" in err


def test_what_a_file_holds_moves_no_terminal(tmp_path: Path, call: Callable[..., tuple[int, str, str]]) -> None:
    """A client's header may hold what clears a screen, or a line end and a line that looks like ours."""
    text = '"sc\x1b[2Jore","b\nacme 2026-10: done, 1 s","\u202ereg"\n1,2,3\n'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    plan = tmp_path / "p.yaml"
    plan.write_text(
        "notebook: client_survey\nperiods: [2026-10]\nclients:\n"
        "  - {id: acme, answers: {source: a.csv, columns: {recommend: x}}}\n",
        encoding="utf-8",
    )
    code, out, err = call("check", plan)
    assert (code, out) == (2, "")
    assert r"'sc\x1b[2Jore', 'b\nacme 2026-10: done, 1 s' and '\u202ereg'" in err


@pytest.mark.parametrize("locale", ["POSIX", "C"])
def test_folders_may_have_names_of_any_script_whatever_the_shell_speaks(tmp_path: Path, locale: str) -> None:
    folder = tmp_path / "گزارش 😀"
    folder.mkdir()
    (folder / "a.csv").write_text("recommend\n9\n", encoding="utf-8")
    (folder / "p.yaml").write_text(
        "notebook: client_survey\nperiods: [2026-10]\nclients:\n  - {id: acme, answers: {source: a.csv}}\n",
        encoding="utf-8",
    )
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "cxlab.cli", "check", "p.yaml"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_that_is_closed_ends_a_run_in_order(
    endless: tuple[Path, Callable[[], int]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan, running = endless
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "cxlab.cli", "run", str(plan)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child = running()
    run.send_signal(signal.SIGHUP)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130, said
    assert b"Stopped; what was published is complete" in said, said
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
