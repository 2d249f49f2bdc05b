"""Publishing: readers find the old set or the new one, complete, whatever fails and whenever."""

from __future__ import annotations

import errno
import json
import shutil
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from cxlab.errors import BusyError, ReportError
from cxlab.report import files, publish
from cxlab.report.verify import Verified, verify

INSIDE = Path("acme") / "2026-10"


def put(folder: Path, text: str, client: str = "acme", **facts: str) -> Path:
    made = {"report.html": text.encode() * 50, "report.pdf": text.encode() * 70, "estimates.csv": text.encode()}
    return publish.publish(folder, INSIDE, made, {"client": client, "period": "2026-10", **facts})


def texts(report: Path) -> set[str]:
    """The first letters of each file of a report: one letter when all are of one set."""
    return {path.read_text(encoding="utf-8")[0] for path in report.iterdir() if path.name != publish.MANIFEST}


def test_a_set_is_a_link_to_a_stored_folder_with_a_manifest(tmp_path: Path) -> None:
    stored = put(tmp_path / "monthly", "a")
    link = tmp_path / "monthly" / INSIDE
    assert link.is_symlink()
    assert link.resolve() == stored.resolve()
    assert stored.parent == tmp_path / "monthly" / ".store"
    manifest = json.loads((link / "manifest.json").read_bytes())
    assert sorted(manifest["outputs"]) == ["estimates.csv", "report.html", "report.pdf"]
    assert verify(tmp_path).findings == ()


def test_the_same_content_is_not_written_again_even_when_the_times_differ(tmp_path: Path) -> None:
    first = put(tmp_path, "a", finished="early")
    state = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in first.iterdir()}
    assert put(tmp_path, "a", finished="late").samefile(first)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in first.iterdir()} == state
    (first / "report.html").write_text("spoiled", encoding="utf-8")
    mended = put(tmp_path, "a", finished="late")
    assert verify(tmp_path).findings == ()
    assert texts(mended) == {"a"}


def test_a_reader_sees_the_old_set_or_the_new_one(tmp_path: Path) -> None:
    put(tmp_path, "a")
    seen: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append((tmp_path / INSIDE / "report.html").read_text(encoding="utf-8"))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(30):
        put(tmp_path, "ab"[turn % 2], turn=str(turn))
    done.set()
    reader.join()
    assert len(seen) > 30
    assert set(seen) <= {"a" * 50, "b" * 50}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_an_error_at_any_step_leaves_a_complete_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Each write, settling, rename and link fails in its turn, until a run gets through without meeting the fault."""
    steps = ((files, "write"), (files, "settle"), (Path, "rename"), (Path, "replace"), (Path, "symlink_to"))
    fault = 0
    while True:
        fault += 1
        folder = tmp_path / str(fault)
        put(folder, "a")
        count = 0

        def failing(original, *given, **named):  # type: ignore[no-untyped-def]
            nonlocal count
            count += 1
            if count == fault:  # noqa: B023  (called within this turn only)
                raise OSError(code, "made to fail")
            return original(*given, **named)

        with monkeypatch.context() as patch:
            for place, name in steps:
                original = getattr(place, name)
                patch.setattr(place, name, lambda *a, _o=original, **k: failing(_o, *a, **k))
            try:
                put(folder, "b")
            except ReportError as error:
                full = files.is_full(error)
            else:
                break
        assert full == (code == errno.ENOSPC)
        assert texts(folder / INSIDE) in ({"a"}, {"b"})
        assert publish.problems(folder / INSIDE) == []
        publish.sweep(folder)
        assert [path.name for path in (folder / ".store").iterdir()] == [(folder / INSIDE).resolve().name]
        assert not list(folder.rglob("*.new"))
        put(folder, "b")
        assert texts(folder / INSIDE) == {"b"}
    assert fault > 8


def test_another_clients_folder_and_things_in_the_way_are_not_overwritten(tmp_path: Path) -> None:
    put(tmp_path, "a")
    with pytest.raises(ReportError, match="belongs to another client"):
        put(tmp_path, "b", client="borealis")
    assert texts(tmp_path / INSIDE) == {"a"}
    (tmp_path / "two" / INSIDE).mkdir(parents=True)
    with pytest.raises(ReportError, match="is no link"):
        put(tmp_path / "two", "a")
    put(tmp_path / "three", "a", client="borealis")
    (tmp_path / "three" / "zephyr").symlink_to("acme")
    with pytest.raises(ReportError, match="zephyr is a link"):
        publish.publish(tmp_path / "three", Path("zephyr/2026-10"), {"report.html": b"a"}, {"client": "zephyr"})


def test_sweeping_keeps_what_is_linked(tmp_path: Path) -> None:
    old, new = put(tmp_path, "a"), put(tmp_path, "b")
    assert old.is_dir()
    publish.sweep(tmp_path)
    assert not old.exists()
    assert new.is_dir()


def test_verify_finds_what_was_changed(tmp_path: Path) -> None:
    stored = put(tmp_path / "monthly", "a")
    (stored / "report.html").write_text("x", encoding="utf-8")
    (stored / "report.pdf").unlink()
    (stored / "extra.txt").write_text("x", encoding="utf-8")
    (tmp_path / "monthly" / "acme" / "executed.ipynb").write_text("{}", encoding="utf-8")
    (tmp_path / "monthly" / "acme" / "2026-09").symlink_to("../.store/gone")
    (tmp_path / "monthly" / "other").mkdir()
    (tmp_path / "monthly" / "other" / "2026-10").symlink_to(f"../.store/{stored.name}")
    said = "\n".join(map(str, verify(tmp_path).findings))
    for problem in (
        "report.html is not the file that was published", "report.pdf is missing", "extra.txt is not in the manifest",
        "a notebook or log lies among the reports", "it points to a folder that is not there",
        "it belongs to the client 'acme'",
    ):  # fmt: skip
        assert problem in said
    (stored / "manifest.json").write_text("[]", encoding="utf-8")
    assert "manifest.json is missing or cannot be read" in "\n".join(map(str, verify(tmp_path).findings))


def changed(stored: Path, **facts: str) -> None:
    """Change the facts of a manifest, and its files' hashes so that they agree with it."""
    manifest = json.loads((stored / "manifest.json").read_bytes()) | facts
    for name in manifest["outputs"]:
        content = (stored / name).read_bytes()
        manifest["outputs"][name] = {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
    (stored / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_verify_finds_a_change_that_the_manifest_was_made_to_agree_with(tmp_path: Path) -> None:
    stored = put(tmp_path / "monthly", "a")
    (stored / "report.html").write_text("x", encoding="utf-8")
    changed(stored)
    assert [one.problem for one in verify(tmp_path).findings] == ["manifest.json is not the one that was published"]
    assert not publish.intact(tmp_path / "monthly" / INSIDE)


def test_verify_finds_a_report_in_another_clients_place_when_it_is_no_link(tmp_path: Path) -> None:
    stored = put(tmp_path / "monthly", "a")
    copied = tmp_path / "delivered" / "borealis" / "2026-09"
    shutil.copytree(stored, copied)
    said = [one.problem for one in verify(tmp_path / "delivered").findings]
    assert said == ["it belongs to the client 'acme'", "it belongs to the period '2026-10'"]
    assert verify(copied).findings == ()  # a copy that is named alone may lie anywhere
    changed(copied, client="\u202eacme", period="../x")
    assert len(verify(tmp_path / "delivered").findings) == 2


def test_a_link_that_a_killed_run_had_not_put_in_its_place_is_no_report_and_is_swept_away(tmp_path: Path) -> None:
    put(tmp_path / "monthly", "a")
    newer = tmp_path / "monthly" / ".store" / "newer"
    newer.mkdir()
    left = tmp_path / "monthly" / "acme" / ".2026-10.4711.new"
    left.symlink_to("../.store/newer")
    assert verify(tmp_path) == Verified(1, ())
    publish.sweep(tmp_path / "monthly")
    assert not left.is_symlink()
    assert not newer.exists()
    assert verify(tmp_path) == Verified(1, ())


def test_looking_at_nothing_is_a_finding(tmp_path: Path) -> None:
    assert verify(tmp_path).findings[0].problem == "no report was found"


def test_a_second_run_is_told_the_first_ones_process(tmp_path: Path) -> None:
    import os

    with files.held(tmp_path):
        assert (tmp_path / ".runs").stat().st_mode & 0o777 == 0o700
        with pytest.raises(BusyError, match=f"process {os.getpid()}"), files.held(tmp_path):
            pytest.fail("two runs hold one folder")
    with files.held(tmp_path):
        assert (tmp_path / ".runs" / "lock").is_file()
