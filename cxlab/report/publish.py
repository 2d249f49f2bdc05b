"""Publishing: a complete, checked set of files appears in one step, or what was there before stays untouched.

The set is written to a new folder under `.store`, made to last on the disk, and named by its content. Then the
period's symbolic link is replaced by one that points there: the commit is a single rename.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cxlab.errors import ReportError
from cxlab.report import files

STORE, MANIFEST = ".store", "manifest.json"
TIMES = ("started", "finished")


def publish(plan_folder: Path, inside: Path, made: Mapping[str, bytes], facts: Mapping[str, Any]) -> Path:
    """Publish files with their manifest under `plan_folder / inside` (client and period); the folder they lie in.

    `made` maps file names to contents, `facts` is the manifest without its outputs. When the same content stands
    there already, complete, nothing is written. Raises ReportError, and leaves the former report intact.
    """
    manifest = dict(facts) | {"outputs": {name: _entry(content) for name, content in sorted(made.items())}}
    link = plan_folder / inside
    with files.clear_errors(str(inside)):
        former = _former(link, manifest)
        if former is not None and _timeless(former) == _timeless(manifest) and intact(link):
            return link.resolve()
        content = files.as_json(manifest)
        stored = plan_folder / STORE / _name(content)
        if not intact(stored):
            _store(stored, {**made, MANIFEST: content})
        _point(link, stored)
    return stored


def intact(folder: Path) -> bool:
    """Whether a published folder holds exactly the files of its manifest, byte for byte."""
    return folder.is_dir() and not problems(folder)


def problems(folder: Path) -> list[str]:
    """What is wrong with a published folder compared with its manifest; empty when nothing is."""
    folder = folder.resolve()  # once: a run may let the link point elsewhere meanwhile
    try:
        content = (folder / MANIFEST).read_bytes()
        outputs = dict(json.loads(content)["outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{MANIFEST} is missing or cannot be read"]
    found = []
    if folder.parent.name == STORE and folder.name != _name(content):  # a stored folder is called by its manifest
        found.append(f"{MANIFEST} is not the one that was published")
    for name, entry in outputs.items():
        path = folder / name
        try:
            if not path.is_file():
                found.append(f"{name} is missing")
            elif _entry(path.read_bytes()) != entry:
                found.append(f"{name} is not the file that was published")
        except OSError as error:
            found.append(f"{name} cannot be read: {error.strerror}")
    extra = sorted(path.name for path in folder.iterdir() if path.name not in outputs and path.name != MANIFEST)
    return found + [f"{name} is not in the manifest" for name in extra]


def sweep(plan_folder: Path) -> None:
    """Remove what no period points to any more, and what a killed run left half done. Only while holding the folder."""
    store = plan_folder / STORE
    if not store.is_dir():
        return
    links = [link for link in plan_folder.glob("*/*") if link.is_symlink() and not link.name.startswith(".")]
    used = {link.resolve().name for link in links}
    with files.clear_errors(plan_folder.name):
        for folder in store.iterdir():
            if folder.name not in used:
                shutil.rmtree(folder)
        for leftover in plan_folder.glob("*/.*.new"):
            leftover.unlink()


def _store(stored: Path, contents: Mapping[str, bytes]) -> None:
    """Fill a new folder, the manifest last, and give it its name when all of it is on the disk."""
    stored.parent.mkdir(parents=True, exist_ok=True)
    fresh = stored.with_name(f"new-{stored.name}-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        for name, content in contents.items():
            files.write(fresh / name, content)
        files.settle(fresh)
        if stored.exists():
            shutil.rmtree(stored)
        files.rename(fresh, stored)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    files.settle(stored.parent)


def _point(link: Path, stored: Path) -> None:
    """Let the period's link point to the stored folder: the step after which the report is the new one."""
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(f".{link.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("..") / STORE / stored.name, target_is_directory=True)
    try:
        files.rename(fresh, link)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    files.settle(link.parent)


def _former(link: Path, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The manifest of the report that stands there. Refused: something else, or another client's report."""
    seen = ""
    if link.parent.is_symlink():  # it may lead into another client's folder, or out of the plan's
        seen = f"{link.parent.name} is a link"
    elif link.exists() and not link.is_symlink():
        seen = f"{link.parent.name}/{link.name} is no link"
    if seen:
        raise ReportError("Something else stands where the report belongs", seen, "Move it away")
    try:
        former: dict[str, Any] = json.loads((link / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    if former.get("client") != manifest.get("client"):
        raise ReportError("The folder belongs to another client", f"{link.parent.name} holds the report of "
                          f"{former.get('client')!a}", "Give one of the two clients another id")  # fmt: skip
    return former


def _name(manifest: bytes) -> str:
    """What the folder of a manifest is called in the store."""
    return sha256(manifest).hexdigest()[:20]


def _timeless(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in manifest.items() if name not in TIMES}


def _entry(content: bytes) -> dict[str, Any]:
    return {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
