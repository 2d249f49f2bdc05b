"""The batch: checked before anything runs, one client's failure its own, and resumed without doing work twice."""

from __future__ import annotations

import errno
import json
import os
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest
from PIL import Image

from cxlab.errors import PlanError, ReportError
from cxlab.report import batch, files, order, publish, run, tasks
from cxlab.report import plan as plans
from cxlab.report.batch import Choice
from cxlab.report.verify import verify

Silent = Callable[[str], None]


@pytest.fixture
def quiet() -> Silent:
    return lambda line: None


def rewrite(plan: Path, old: str, new: str) -> None:
    text = plan.read_text(encoding="utf-8")
    assert old in text
    plan.write_text(text.replace(old, new), encoding="utf-8")


def test_a_plan_becomes_published_reports(plan_path: Path, paper: Any, now: datetime, quiet: Silent) -> None:
    summary = batch.run(plan_path, now, paper(), say=quiet)
    assert (summary.exit_code, [entry.status for entry in summary.entries]) == (0, ["done", "done"])
    root = plan_path.parent / "reports"
    assert sorted(path.name for path in (root / "monthly/acme/2026-10").iterdir()) == [
        "estimates.csv", "manifest.json", "report.html",
    ]  # fmt: skip
    manifest = json.loads((root / "monthly/acme/2026-10/manifest.json").read_bytes())
    assert (manifest["client"], manifest["period"], manifest["notebook"]["name"]) == ("acme", "2026-10", "small.ipynb")
    assert manifest["parameters"] == ["client", "locale", "options", "period", "source"]
    assert [(entry["table"], entry["source"], entry["rows"]) for entry in manifest["inputs"]] == [
        ("answers", "acme.csv", 3)
    ]
    assert str(plan_path.parent) not in json.dumps(manifest)
    entries = json.loads((root / "run.json").read_bytes())["reports"]
    assert [(e["client"], e["period"], e["status"], e["memory"]) for e in entries] == [
        ("acme", "2026-10", "done", 10.0), ("borealis", "2026-10", "done", 10.0),
    ]  # fmt: skip
    assert verify(root).findings == ()
    assert (root / ".runs").stat().st_mode & 0o777 == 0o700
    assert (root / ".runs/monthly/acme-2026-10/job.json").stat().st_mode & 0o777 == 0o600
    assert not list((root / "monthly").rglob("*.ipynb"))


def test_why_a_report_failed_is_for_the_owner_alone(plan_path: Path, paper: Any, now: datetime) -> None:
    """A reason may name a row and its value: nobody else reads it, whatever the umask and the file before were."""
    root = plan_path.parent / "reports"
    root.mkdir()
    (root / "run.json").write_text('{"runs": {}, "reports": []}', encoding="utf-8")
    (root / "run.json").chmod(0o644)
    before = os.umask(0)
    try:
        summary = batch.run(plan_path, now, paper({"acme": "row 7 holds 'Nguyen Van A'"}), say=lambda line: None)
    finally:
        os.umask(before)
    assert summary.exit_code == 1
    assert "row 7 holds 'Nguyen Van A'" in summary.failed[0].reason
    written = root / "run.json"
    assert "row 7 holds 'Nguyen Van A'" in written.read_text(encoding="utf-8")
    assert written.stat().st_mode & 0o777 == 0o600
    assert not [path for path in root.iterdir() if path.name.endswith(".new")]


def test_a_job_holds_its_own_client_and_no_other(plan_path: Path, paper: Any, now: datetime, quiet: Silent) -> None:
    rewrite(
        plan_path,
        "answers: {source: acme.csv}",
        "timezone: Asia/Tehran\n    answers: {source: acme.csv, weight: recommend}",
    )
    batch.run(plan_path, now, paper(), say=quiet)
    text = (plan_path.parent / "reports/.runs/monthly/acme-2026-10/job.json").read_text(encoding="utf-8")
    job = json.loads(text)
    assert "borealis" not in text
    assert job["now"] == now.isoformat()
    assert job["client"]["timezone"] == "Asia/Tehran"
    assert job["tables"]["answers"]["source"] == str(plan_path.parent / "acme.csv")
    assert job["tables"]["answers"]["columns"] == {"weight": "recommend"}
    assert job["privacy"] == {"smallest_base": 10, "comments": False}
    assert (job["period"]["start"], job["period"]["end"]) == ("2026-10-01", "2026-11-01")


def test_paths_relative_to_the_working_folder_are_whole_in_the_job(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(plan_path.parent)
    summary = batch.run("monthly.yaml", now, paper(), Choice(output=Path("out")), say=quiet)
    assert summary.folder == plan_path.parent / "out/monthly"
    job = json.loads((plan_path.parent / "out/.runs/monthly/acme-2026-10/job.json").read_text(encoding="utf-8"))
    assert Path(job["folder"]).is_absolute()
    assert Path(job["tables"]["answers"]["source"]).is_absolute()


def test_one_bad_client_stops_nobody_and_its_old_report_stays(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent
) -> None:
    batch.run(plan_path, now, paper(), say=quiet)
    summary = batch.run(plan_path, now, paper({"acme": "A cell failed"}, text="second"), say=quiet)
    assert (summary.exit_code, [(e.status, e.stale) for e in summary.entries]) == (
        1,
        [("failed", True), ("done", False)],
    )
    assert "A cell failed" in summary.failed[0].reason
    root = plan_path.parent / "reports/monthly"
    assert (root / "acme/2026-10/report.html").read_text(encoding="utf-8") == "acme first"
    assert (root / "borealis/2026-10/report.html").read_text(encoding="utf-8") == "borealis second"
    both = batch.run(plan_path, now, paper({"acme": "x", "borealis": "x"}), say=quiet)
    assert both.exit_code == 3
    again = paper(text="third")
    assert batch.run(plan_path, now, again, Choice(only_failed=True), say=quiet).exit_code == 0
    assert sorted(again.made) == ["acme", "borealis"]


def test_resuming_makes_only_what_is_not_there_as_it_would_be_made(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent, small: Callable[..., nbformat.NotebookNode]
) -> None:
    first = paper({"borealis": "broken"})
    batch.run(plan_path, now, first, say=quiet)
    second = paper()
    summary = batch.run(plan_path, now, second, Choice(resume=True), say=quiet)
    assert (second.made, [entry.status for entry in summary.entries]) == (["borealis"], ["unchanged", "done"])
    for change in (
        lambda: (plan_path.parent / "acme.csv").write_text("answer,recommend\n1,10\n", encoding="utf-8"),
        lambda: (plan_path.parent / "reports/monthly/acme/2026-10/report.html").write_text("x", encoding="utf-8"),
        lambda: rewrite(plan_path, "  - id: acme\n", "  - id: acme\n    segments: [recommend]\n"),
    ):
        change()
        third = paper()
        batch.run(plan_path, now, third, Choice(resume=True), say=quiet)
        assert third.made == ["acme"]
    nbformat.write(small("2 + 2"), plan_path.parent / "small.ipynb")
    fourth = paper()
    batch.run(plan_path, now, fourth, Choice(resume=True), say=quiet)
    assert sorted(fourth.made) == ["acme", "borealis"]


def test_resuming_an_unfinished_run_keeps_its_month(plan_path: Path, paper: Any, now: datetime, quiet: Silent) -> None:
    rewrite(plan_path, '["2026-10"]', "[last-month]")

    class Killed(paper):  # type: ignore[misc, valid-type]
        def __call__(self, folder: Path, environment: Any) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.run(plan_path, now, Killed(), say=quiet)
    later = now + timedelta(days=40)
    assert {e.period for e in batch.run(plan_path, later, paper(), Choice(resume=True), say=quiet).entries} == {
        "2026-10"
    }
    assert {e.period for e in batch.run(plan_path, later, paper(), Choice(resume=True), say=quiet).entries} == {
        "2026-11"
    }


def test_a_full_disk_ends_the_batch_and_leaves_the_old_reports(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.run(plan_path, now, paper(), say=quiet)
    write = files.write

    def full(path: Path, content: bytes, mode: int = 0o666) -> None:
        if path.name == "report.html":
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content, mode)

    monkeypatch.setattr(files, "write", full)
    second = paper(text="second")
    summary = batch.run(plan_path, now, second, Choice(workers=1), say=quiet)
    assert (summary.exit_code, second.made) == (3, ["acme"])
    assert all("The disk is full" in entry.reason for entry in summary.entries)
    monkeypatch.undo()
    assert verify(plan_path.parent / "reports").findings == ()
    root = plan_path.parent / "reports/monthly"
    assert (root / "acme/2026-10/report.html").read_text(encoding="utf-8") == "acme first"
    assert [path for path in (root / ".store").iterdir() if path.name.startswith("new-")] == []


def test_a_report_that_fails_on_a_full_disk_ends_the_batch(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Filling(paper):  # type: ignore[misc, valid-type]
        def __call__(self, folder: Path, environment: Any) -> Any:
            monkeypatch.setattr(batch, "LEAST_SPACE", 1 << 62)
            return super().__call__(folder, environment)

    executor = Filling({"acme": "OSError: No space left on device"})
    summary = batch.run(plan_path, now, executor, Choice(workers=1), say=quiet)
    assert (executor.made, summary.exit_code) == (["acme"], 3)
    assert "There is too little space on the disk" in summary.entries[1].reason


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("small.ipynb", "lost.ipynb", "monthly.yaml, line 1: 'lost.ipynb'"),
        ("formats: [html]", "formats: [html]\nvariants: {npss: scored}", "Did you mean 'nps'?"),
        ("formats: [html]", "formats: [html]\nvariants: {nps: scord}", "Did you mean 'scored'?"),
        ("formats: [html]", "formats: [html]\noptions: {db: 'pg://u:p@h/x'}", "looks like an address with a password"),
        ('periods: ["2026-10"]\n', "", "No period is given"),
        ("{source: acme.csv}", "{source: 'env:NOT_SET_ANYWHERE'}", "NOT_SET_ANYWHERE is not set"),
    ],
)  # fmt: skip
def test_mistakes_are_refused_before_anything_runs(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent, old: str, new: str, said: str
) -> None:
    rewrite(plan_path, old, new)
    rewrite(plan_path, "  - id: borealis\n    answers: {source: borealis.csv}\n", "")
    executor = paper()
    with pytest.raises((PlanError, ReportError)) as error:
        batch.run(plan_path, now, executor, say=quiet)
    assert said in str(error.value)
    assert executor.made == []


def test_a_client_without_its_data_fails_alone_and_before_it_runs(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent
) -> None:
    (plan_path.parent / "acme.csv").unlink()
    executor = paper()
    summary = batch.run(plan_path, now, executor, say=quiet)
    assert (summary.exit_code, executor.made) == (1, ["borealis"])
    assert "monthly.yaml, line 5: 'acme.csv'" in summary.failed[0].reason


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("source: acme.csv", "source: acme.csv, columns: {recommend: NETPRO}", "line 5: acme.csv has"),
        ("source: acme.csv", "source: acme.csv, filter: {tenant: acme}", "No column 'tenant'"),
        ("- id: acme", "- id: acme\n    segments: [answr]", "Did you mean 'answer'?"),
    ],
)
def test_columns_that_are_not_there_refuse_the_plan_before_the_first_report(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent, old: str, new: str, said: str
) -> None:
    rewrite(plan_path, old, new)
    executor = paper()
    with pytest.raises(PlanError) as error:
        batch.run(plan_path, now, executor, say=quiet)
    assert said in str(error.value)
    assert "monthly.yaml, line 5" in str(error.value)
    assert executor.made == []


def test_a_broken_file_stops_its_own_client_only(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent, shared: Callable[[str], Path]
) -> None:
    rewrite(plan_path, "acme.csv", "acme.xlsx")
    (plan_path.parent / "acme.xlsx").write_bytes(shared("nasty/trunc.xlsx").read_bytes())
    executor = paper()
    summary = batch.run(plan_path, now, executor, say=quiet)
    assert (summary.exit_code, executor.made) == (1, ["borealis"])
    assert "acme.xlsx" in summary.failed[0].reason


def test_whatever_a_file_holds_stops_its_own_client_only(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tasks.check_columns

    def surprised(task: tasks.Task, heads: dict[str, list[str]]) -> None:
        if task.client.id == "acme":
            raise RuntimeError("std::bad_cast")
        before(task, heads)

    monkeypatch.setattr(tasks, "check_columns", surprised)
    executor = paper()
    summary = batch.run(plan_path, now, executor, say=quiet)
    assert (summary.exit_code, executor.made) == (1, ["borealis"])
    assert "cannot be looked at. RuntimeError" in summary.failed[0].reason


def test_the_manifest_names_the_files_that_were_read(plan_path: Path, paper: Any, now: datetime, quiet: Silent) -> None:
    """A spreadsheet's or a Mac's own files lie beside the data, and folders of older ones below them."""
    folder = plan_path.parent / "data [1]"
    (folder / "old").mkdir(parents=True)
    for name in ("b.csv", "a.csv", "._a.csv", "~$a.csv", "old/c.csv"):
        (folder / name).write_text("answer,recommend\nacme,9\n", encoding="utf-8")
    before = "acme.csv"
    for source in ('"data [1]"', '"data [1]/*.csv"'):
        rewrite(plan_path, before, source)
        before = source
        batch.run(plan_path, now, paper(), say=quiet)
        manifest = json.loads((plan_path.parent / "reports/monthly/acme/2026-10/manifest.json").read_bytes())
        assert [entry["source"] for entry in manifest["inputs"]] == ["a.csv", "b.csv"]


def png(chunk: bytes) -> bytes:
    """A picture of one point with a chunk of one's own before its points."""

    def framed(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = framed(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    text = framed(b"zTXt", b"a\0\0" + zlib.compress(chunk))
    return b"\x89PNG\r\n\x1a\n" + head + text + framed(b"IDAT", zlib.compress(b"\0\1\2\3")) + framed(b"IEND", b"")


def test_a_logo_that_is_a_bomb_or_broken_is_the_clients_own_fault(plan_path: Path, now: datetime) -> None:
    rewrite(plan_path, "  - id: acme\n", "  - id: acme\n    brand: {logo: logo.png}\n")
    logo = plan_path.parent / "logo.png"
    Image.effect_noise((300, 300), 50).save(logo)
    whole = logo.read_bytes()
    for content, said in ((png(b"x" * 20_000_000), "it is broken"), (whole[: len(whole) // 2], "cut off or broken")):
        logo.write_bytes(content)
        _, obstacles = batch.check(plan_path, now)
        assert list(obstacles) == ["acme"]
        assert said in str(obstacles["acme"])
    logo.write_bytes(png(b"made by hand"))
    assert batch.check(plan_path, now)[1] == {}


def test_a_client_may_have_its_own_paper(plan_path: Path, now: datetime) -> None:
    rewrite(plan_path, "  - id: acme\n", "  - id: acme\n    brand: {page_size: Letter}\n")
    acme, borealis = tasks.of(plans.load(plan_path), now)
    orders = order.Orders(60)
    sizes = {}
    for task in (acme, borealis):
        private = plan_path.parent / task.client.id
        orders.write(task, private, plan_path.parent / "cache")
        written = json.loads((private / run.ORDER).read_text(encoding="utf-8"))
        sizes[task.client.id] = (written["meta"]["page_size"], task.job(private)["brand"]["page_size"])
    assert sizes == {"acme": ("Letter", "Letter"), "borealis": ("A4", "A4")}


def test_logos_are_looked_at_before_anything_runs(
    plan_path: Path, now: datetime, shared: Callable[[str], Path]
) -> None:
    rewrite(plan_path, "  - id: acme\n", "  - id: acme\n    brand: {logo: logo.png}\n")
    logo = plan_path.parent / "logo.png"
    todo = tasks.of(plans.load(plan_path), now)
    for content, said in (
        (shared("nasty/logo_170Mpx.png").read_bytes(), "13,000 x 13,000 points"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not such a picture"),
        (None, "No such file"),
    ):
        logo.unlink(missing_ok=True)
        if content is not None:
            logo.write_bytes(content)
        with pytest.raises(PlanError, match="logo") as error:
            tasks.check_data(todo[0])
        assert said in str(error.value)
    Image.new("RGB", (200, 80)).save(logo)
    tasks.check_data(todo[0])


def test_last_month_is_resolved_for_each_client_in_its_zone_and_calendar(plan_path: Path) -> None:
    rewrite(plan_path, '["2026-10"]', "[last-month]")
    rewrite(plan_path, "  - id: acme\n", "  - id: acme\n    timezone: Asia/Tehran\n    calendar: jalali\n")
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    found = tasks.of(plans.load(plan_path), late)
    assert [task.period.key for task in found] == ["1405-07", "2026-09"]
    rewrite(plan_path, "timezone: Asia/Tehran\n    calendar: jalali", "timezone: Asia/Ho_Chi_Minh")
    assert [task.period.key for task in tasks.of(plans.load(plan_path), late)] == ["2026-10", "2026-09"]
    with pytest.raises(PlanError, match="Did you mean 'acme'"):
        tasks.of(plans.load(plan_path), late, clients=["acmee"])


def test_secrets_are_handed_over_by_name_and_to_their_own_client_only(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_DB", "postgresql://me:hunter2@db/x")
    monkeypatch.setenv("OTHER_TOKEN", "hunter3")
    rewrite(plan_path, "{source: acme.csv}", '{source: "env:ACME_DB", table: answers}')
    seen: dict[str, dict[str, str]] = {}

    class Looking(paper):  # type: ignore[misc, valid-type]
        def __call__(self, folder: Path, environment: Any) -> Any:
            result = super().__call__(folder, environment)
            seen[self.made[-1]] = dict(environment)
            return result

    class Chatty(Looking):
        def __call__(self, folder: Path, environment: Any) -> Any:
            address = environment.get("ACME_DB", "")
            (folder / "log.txt").write_text(f"no connection to {address}", encoding="utf-8")
            result = super().__call__(folder, environment)
            result.seen = "password hunter2 was refused"
            return result

    failed = batch.run(plan_path, now, Chatty({"acme": "no connection"}), Choice(workers=1), say=quiet).failed[0]
    assert failed.reason == "no connection. password *** was refused."
    assert not [path for path in plan_path.parent.rglob("*") if path.is_file() and b"hunter" in path.read_bytes()]
    assert batch.run(plan_path, now, Looking(), Choice(workers=1), say=quiet).exit_code == 0
    assert "hunter2" in seen["acme"]["ACME_DB"]
    assert "ACME_DB" not in seen["borealis"]
    assert all("OTHER_TOKEN" not in environment for environment in seen.values())
    written = [path for path in plan_path.parent.rglob("*") if path.is_file()]
    assert not [path for path in written if b"hunter" in path.read_bytes()]
    manifest = json.loads((plan_path.parent / "reports/monthly/acme/2026-10" / publish.MANIFEST).read_bytes())
    assert manifest["inputs"] == [{"table": "answers", "source": "env:ACME_DB", "sha256": None, "rows": 3}]


def test_a_declared_output_that_is_missing_is_a_failure(
    plan_path: Path, paper: Any, now: datetime, quiet: Silent
) -> None:
    class Forgetful(paper):  # type: ignore[misc, valid-type]
        def __call__(self, folder: Path, environment: Any) -> Any:
            result = super().__call__(folder, environment)
            (folder / "out" / "report.html").unlink()
            return result

    summary = batch.run(plan_path, now, Forgetful(), say=quiet)
    assert summary.exit_code == 3
    assert "A declared output is missing. report.html" in summary.entries[0].reason
    assert not (plan_path.parent / "reports/monthly").exists()
