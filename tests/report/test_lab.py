"""Copies for the lab: nobody's changes are lost, and the server is asked for nothing from outside."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest

from cxlab.report import lab
from cxlab.report.places import notebooks_folder

FIRST = "tutorials/first_steps.ipynb"


def test_all_notebooks_are_copied_without_their_pairing(tmp_path: Path) -> None:
    copied = lab.prepare(tmp_path / "mine")
    assert set(copied.written) == {
        path.relative_to(notebooks_folder()).as_posix() for path in notebooks_folder().glob("*/*.ipynb")
    }
    assert copied.kept == ()
    given = nbformat.read(tmp_path / "mine" / FIRST, as_version=4)
    assert "jupytext" not in given.metadata  # saving it would write a second file beside it
    assert [cell.source for cell in given.cells] == [
        cell.source for cell in nbformat.read(notebooks_folder() / FIRST, as_version=4).cells
    ]
    assert not list((tmp_path / "mine").rglob("*.py"))


def test_a_second_time_keeps_what_was_changed_and_thrown_away(tmp_path: Path) -> None:
    lab.prepare(tmp_path)
    (tmp_path / FIRST).write_text("mine", encoding="utf-8")
    (tmp_path / "tutorials/change.ipynb").unlink()
    copied = lab.prepare(tmp_path)
    assert copied == lab.Copied((), (FIRST,))
    assert (tmp_path / FIRST).read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "tutorials/change.ipynb").exists()


def test_what_was_left_as_given_is_brought_up_to_date(tmp_path: Path) -> None:
    lab.prepare(tmp_path)
    before = (tmp_path / FIRST).read_bytes()
    (tmp_path / FIRST).write_bytes(b"of an older version")
    record = json.loads((tmp_path / lab.GIVEN).read_text(encoding="utf-8"))
    record[FIRST] = lab._mark(b"of an older version")
    (tmp_path / lab.GIVEN).write_text(json.dumps(record), encoding="utf-8")
    assert lab.prepare(tmp_path).written == (FIRST,)
    assert (tmp_path / FIRST).read_bytes() == before


def test_the_server_runs_in_the_folder_and_asks_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Application:
        @staticmethod
        def launch_instance(argv: list[str]) -> None:
            asked.extend(argv)

    monkeypatch.setattr(lab, "_application", lambda: Application)
    monkeypatch.delenv("JUPYTER_PREFER_ENV_PATH", raising=False)
    lab.serve(tmp_path, ["--no-browser"])
    assert f"--ServerApp.root_dir={tmp_path.resolve()}" in asked
    assert "--LabApp.news_url=None" in asked
    assert asked[-1] == "--no-browser"
    assert os.environ["JUPYTER_PREFER_ENV_PATH"] == "1"
