"""The selftest of isolation: two made-up clients on this machine, and every way in which one could see the other.

`cxlab selftest isolation` runs their reports one after the other, in turns and side by side, looks from inside each
process (`cxlab.report.inside`) and then at everything that was delivered, logged and kept.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import sqlite3
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile

from cxlab.report import inside
from cxlab.report.doctor import Finding
from cxlab.report.inside import CLIENTS

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
ROWS = 30
# Each comes after the other in one fork parent, then both run at once.
_TURNS = ((CLIENTS, 1, "after the other"), (CLIENTS[::-1], 1, "in turn"), (CLIENTS, len(CLIENTS), "beside the other"))
_LOOKS = {
    "environment": "no variable of the other, none of the one who started the batch",
    "state": "nothing that an earlier report left in modules, builtins, settings, caches or figures",
    "folders": "nothing of the other in the working, home and temporary folders",
    "open files": "no file of the other is open",
    "job": "the private job file names nothing of the other",
    "data": "the rows are its own alone",
    "locked store": "the connection to its data cannot read the other's files",
    "memory": "no token of the other in the process's whole writable memory",
}
_CELLS = (
    ("parameters", 'client: str = ""\nperiod: str = ""\nlocale: str = "en"\nsource: str = ""\noptions: dict = {}'),
    ("setup", "import cxlab as cx\nr = cx.report(client, period, locale, source, options)"),
    ("", 'r.show(cx.nps(r.answers, by="region"))'),
    ("", "print(len(r.tickets.to_pandas()))"),
    ("hide-cell", "from cxlab.report import inside\ninside.look(r)"),
)


@dataclass(frozen=True)
class _Stage:
    """Where the selftest plays: its folder, the token of each client, and one of whoever starts the batch."""

    folder: Path
    tokens: Mapping[str, str]
    starter: str

    @property
    def plan(self) -> Path:
        return self.folder / "isolation.yaml"

    @property
    def output(self) -> Path:
        return self.folder / "reports"

    def data(self, client: str) -> Path:
        return self.folder / f"data-{client}" / "answers.csv"

    def write_plan(self, clients: Sequence[str]) -> None:
        """The plan for the clients in this order, one after the other in one fork parent."""
        lines = ["notebook: isolation.ipynb", "formats: [html, pdf, xlsx]", 'periods: ["2026-10"]', "clients:"]
        for client in clients:
            lines += [
                f"  - id: {client}",
                f"    answers: {{source: {self.data(client).relative_to(self.folder)}}}",
                f'    tickets: {{source: "env:CXLAB_SELFTEST_{client.upper()}", table: tickets}}',
            ]
        self.plan.write_text("\n".join(lines) + "\n", encoding="utf-8")


def examine(executor: Callable[[], Any]) -> Iterator[Finding]:
    """Run the reports of two clients with what `executor` makes, and tell of each thing that was looked at."""
    from cxlab.report import batch

    with TemporaryDirectory(prefix="cx-selftest-") as name, _staged(Path(name)) as stage:
        seen: list[tuple[str, str, dict[str, Any]]] = []
        for clients, workers, how in _TURNS:
            stage.write_plan(clients)
            execute = _Watched(executor(), stage)
            choice = batch.Choice(output=stage.output, workers=workers)
            summary = batch.run(stage.plan, NOW, execute, choice, say=lambda line: None)
            for entry in summary.failed:
                yield Finding(f"report of {entry.client}", False, entry.reason)
            if summary.failed:
                return
            seen += [(client, how, told) for client, told in execute.told.items()]
        yield from _from_inside(seen)
        yield from _from_outside(stage, execute)


def _from_inside(seen: list[tuple[str, str, dict[str, Any]]]) -> Iterator[Finding]:
    reports = f"{len(seen)} reports of {len(CLIENTS)} clients"
    yield Finding("processes", len({told["pid"] for _, _, told in seen}) == len(seen), f"{reports}, a fresh one each")
    blind = sorted({name for _, _, told in seen for name in told["blind"]})
    yield Finding("the looks see", not blind, f"blind in {', '.join(blind)}" if blind else "each finds its own token")
    for name, good in _LOOKS.items():
        bad = [f"{client}, {when}: {told['found'][name]}" for client, when, told in seen if told["found"][name]]
        yield Finding(name, not bad, f"seen by {'; '.join(bad)}" if bad else good)


def _from_outside(stage: _Stage, execute: _Watched) -> Iterator[Finding]:
    if execute.parent is not None:
        held = len(execute.parent)
        seen = f"{held} tokens in its memory" if held else "no token in its memory, after all reports"
        yield Finding("fork parent", not held, seen)
    for kind, root in (("delivered", stage.output / "isolation"), ("kept", stage.output / ".runs/isolation")):
        own: list[str] = []
        bad: list[str] = []
        files = 0
        for client in CLIENTS:
            paths = _files(root, client)
            files += len(paths)
            found = {path: set().union(*map(inside.tokens, layers(path.read_bytes()))) for path in paths}
            bad += [f"{path.name} of {client}" for path, all_ in found.items() if all_ - {stage.tokens[client]}]
            own += [path.name for path, all_ in found.items() if stage.tokens[client] in all_]
        seen = (
            f"in {', '.join(bad)}" if bad else f"no token of another in {files} files, unpacked; its own in {len(own)}"
        )
        yield Finding(kind, bool(own) and not bad, seen)
    mode = stat.S_IMODE((stage.output / ".runs").stat().st_mode)
    yield Finding("private folder", mode & 0o077 == 0, f"mode {mode:o}")


def _files(root: Path, client: str) -> list[Path]:
    """All files of a client: behind the links of what is delivered, in the private folders of what is kept."""
    folders = [link.resolve() for link in (root / client).glob("*")] or list(root.glob(f"{client}-*"))
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def layers(data: bytes) -> Iterator[bytes]:
    """Some bytes as they are and with what is packed in them: members of archives, streams of a PDF, data addresses."""
    yield data
    if data[:2] == b"PK":
        try:
            with ZipFile(BytesIO(data)) as archive:
                yield from (archive.read(name) for name in archive.namelist())
        except BadZipFile:
            return
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL) if data[:4] == b"%PDF" else ():
        try:
            yield zlib.decompressobj().decompress(packed)
        except zlib.error:
            continue  # a stream that is not deflated stands in the file as it is
    if data[:4] == b"%PDF":
        from pypdf import PdfReader

        yield "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).encode()
    for packed in re.findall(rb"base64,([A-Za-z0-9+/=]{40,})", data):
        yield base64.b64decode(packed + b"==")


class _Watched:
    """An executor whose reports' notes are taken before anything else becomes of them."""

    def __init__(self, execute: Any, stage: _Stage) -> None:
        self.execute, self.stage = execute, stage
        self.told: dict[str, dict[str, Any]] = {}
        self.parent: set[str] | None = None

    def ready(self, cache: Path, language: str = "en") -> Any:
        return self.execute.ready(cache, language)

    def stop(self) -> None:
        self.execute.stop()

    def __call__(self, folder: Path, environment: Mapping[str, str]) -> Any:
        result = self.execute(folder, environment)
        client = json.loads((folder / "job.json").read_text(encoding="utf-8"))["client"]["id"]
        seen = folder / "noted" / inside.SEEN
        if seen.is_file():
            self.told[client] = json.loads(seen.read_text(encoding="utf-8"))
        link = getattr(self.execute, "_link", None)
        if len(self.told) == len(CLIENTS) and link is not None and not link.dead and Path("/proc").is_dir():
            self.parent = set().union(*map(inside.tokens, inside.memory_of(link.process.pid)))
        return result


@contextmanager
def _staged(folder: Path) -> Iterator[_Stage]:
    """Two clients with data, a secret each, a plan and a notebook; the variables are taken back at the end."""
    tokens = {client: f"{inside.MARK}{secrets.token_hex(16)}" for client in CLIENTS}
    stage = _Stage(folder, tokens, f"{inside.MARK}{secrets.token_hex(16)}")
    variables = {"CXLAB_SELFTEST_STARTER": stage.starter}
    for client, token in tokens.items():
        path = stage.data(client)
        path.parent.mkdir()
        lines = [f"{client}{i},{i % 11},North {token},{token} says hello,2026-10-{1 + i % 28:02d}" for i in range(ROWS)]
        path.write_text("\n".join(["answer,recommend,region,comment,answered", *lines]), encoding="utf-8")
        base = path.with_name(f"{token}.db")
        _database(base, token)
        variables[f"CXLAB_SELFTEST_{client.upper()}"] = f"sqlite:///{base}"
    _write_notebook(folder / "isolation.ipynb")
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield stage
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _database(path: Path, token: str) -> None:
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE tickets (ticket TEXT, opened TEXT, subject TEXT)")
        base.executemany("INSERT INTO tickets VALUES (?, '2026-10-05', ?)", [(str(i), token) for i in range(ROWS)])
    base.close()


def _write_notebook(path: Path) -> None:
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells = [new_code_cell(text, metadata={"tags": [tag] if tag else []}) for tag, text in _CELLS]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    book = new_notebook(cells=[new_markdown_cell("# Isolation"), *cells], metadata={"kernelspec": kernel})
    nbformat.write(book, path)
