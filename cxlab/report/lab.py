"""JupyterLab on copies of the tutorials and report notebooks: offline, with this environment's kernel."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from cxlab.report import files
from cxlab.report.places import notebooks_folder

GIVEN = ".cxlab-notebooks.json"
# No question about news, no look for updates, no catalogue of extensions: the lab needs no network and asks for none.
OFFLINE = (
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.news_url=None",
    "--LabApp.extension_manager=readonly",
)
QUIET = "CXLAB_LAB"  # says that the lab was opened by `cxlab lab`, which asks no question about news
EXPORTS = "--ServerApp.jpserver_extensions=cxlab.report.lab_server=True"


@dataclass(frozen=True)
class Copied:
    """What happened to the notebooks of a folder, as names below it; `kept` were changed by their user."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def prepare(folder: Path) -> Copied:
    """Copy the tutorials and report notebooks into `folder`; what its user changed stays as it is.

    A notebook that is still as it was given is brought up to date; the folder remembers what it was given.
    """
    with files.clear_errors(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        record = folder / GIVEN
        given: dict[str, str] = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
        written, kept = [], []
        source = notebooks_folder()
        for path in sorted(source.glob("*/*.ipynb")):
            name, text = path.relative_to(source).as_posix(), _plain(path)
            target = folder / name
            now = _mark(target.read_bytes()) if target.exists() else None
            if now == _mark(text) or (now is None and name in given):
                continue  # as given, or thrown away by its user
            if now is not None and now != given.get(name):
                kept.append(name)
                continue
            target.parent.mkdir(exist_ok=True)
            files.replace(target, text)
            given[name] = _mark(text)
            written.append(name)
        files.replace(record, json.dumps(given, indent=1).encode())
    return Copied(tuple(written), tuple(kept))


def serve(folder: Path, options: Sequence[str] = ()) -> None:
    """Run JupyterLab in `folder` until it is stopped; `options` are its own, such as `--no-browser`."""
    # A kernel that the user installed under the same name would run another Python.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ[QUIET] = "1"
    app: Any = _application()
    app.launch_instance(argv=[*OFFLINE, EXPORTS, f"--ServerApp.root_dir={folder.resolve()}", *options])


def _application() -> Any:
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    return LabApp


def _plain(path: Path) -> bytes:
    """A notebook without its pairing: in the user's folder saving it must not write a second file beside it."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("jupytext", None)
    return (nbformat.writes(notebook) + "\n").encode()


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
