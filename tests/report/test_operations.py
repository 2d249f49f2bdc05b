"""The operations guide, lived: its lines for cron, systemd and GitHub Actions are taken from the page and run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
HOME = "/srv/cx"
# What cron gives a job: no PATH to speak of, no locale.
BARE = {"HOME": "/", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "reports"}


def block(after: str) -> str:
    """The first indented block behind some words of the guide."""
    found = re.search(r"\n\n((?:    .*\n|\n)+)", GUIDE[GUIDE.index(after) :])
    assert found
    return textwrap.dedent(found[1]).strip() + "\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder laid out as the guide says, with two months of one client's answers up to the last."""
    last = date.today().replace(day=1) - timedelta(days=1)
    before = last.replace(day=1) - timedelta(days=1)
    days = [month.replace(day=1 + number % 28) for number in range(300) for month in (last, before)]
    rows = [f"{number},{day} 10:00,{(3, 7, 9, 10)[number % 4]}" for number, day in enumerate(days)]
    for name in ("plans", "data", "reports", ".venv/bin"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "data/acme.csv").write_text("\n".join(["id,answered,recommend", *rows]), encoding="utf-8")
    (tmp_path / "plans/monthly.yaml").write_text(
        "notebook: client_survey\nformats: [html]\nclients:\n"
        "  - id: acme\n    answers: {source: ../data/acme.csv, scale: {recommend: [0, 10]}}\n",
        encoding="utf-8",
    )
    command = tmp_path / ".venv/bin/cxlab"
    code = "import sys; from cxlab.cli import main; main(sys.argv[1:])"
    command.write_text(f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec '{sys.executable}' -c '{code}' \"$@\"\n", encoding="utf-8")
    command.chmod(0o755)
    return tmp_path


def lived(command: str, home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the guide by /bin/sh with next to no environment, its folder being ours."""
    return subprocess.run(
        ["/bin/sh", "-c", command.replace(HOME, str(home))],
        cwd=folder, env=BARE, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_line_for_cron_makes_last_months_reports_and_the_next_start_makes_them_once(home: Path) -> None:
    line = next(line for line in block("## cron").splitlines() if not line.startswith("MAILTO"))
    schedule, command = re.match(r"((?:\S+ ){5}) *(.*)", line).groups()  # type: ignore[union-attr]
    assert schedule.split() == ["0", "6", "1", "*", "*"]
    assert "%" not in command  # cron would end the line there
    month = (date.today().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    done = lived(command, home, Path("/"))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"acme {month}: done" in done.stdout
    assert (home / f"reports/monthly/acme/{month}/report.html").is_file()
    again = lived(command, home, Path("/"))
    assert again.returncode == 0
    assert f"acme {month}: unchanged" in again.stdout


def test_the_service_runs_what_cron_runs_and_may_write_where_it_does(home: Path) -> None:
    service = block("`/etc/systemd/system/cxlab.service`")
    facts = dict(line.split("=", 1) for line in service.splitlines() if "=" in line)
    cron = block("## cron")
    assert facts["ExecStart"].removeprefix(f"{HOME}/") in cron
    assert facts["ReadWritePaths"] == f"{facts['WorkingDirectory']}/reports"
    done = lived(facts["ExecStart"] + " --dry-run", home, home)
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("needs systemd-analyze (Debian: systemd)")
    units = []
    for name in ("cxlab.service", "cxlab.timer"):
        unit = tmp_path / name
        text = block(f"`/etc/systemd/system/{name}`")
        # It also looks whether the program and the user are there.
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE).replace("User=reports\n", "")
        unit.write_text(text, encoding="utf-8")
        units.append(str(unit))
    done = subprocess.run([analyse, "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_workflow_parses_and_its_steps_are_commands_of_this_project(home: Path) -> None:
    flow = yaml.safe_load(block("## GitHub Actions"))
    assert flow[True]["schedule"] == [{"cron": "0 6 1 * *"}]  # YAML reads the key "on" as true
    steps = [step["run"] for step in flow["jobs"]["reports"]["steps"] if "run" in step]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [step for step in steps if step.startswith("make ")] == ["make setup"]
    assert "\nsetup:" in makefile
    ours = [step for step in steps if step.startswith(".venv/bin/cxlab")]
    assert len(ours) == 2
    for step in ours:
        done = lived(step, home, home)
        assert (done.returncode, done.stderr) == (0, "")
