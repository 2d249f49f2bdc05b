"""The selftest of isolation: good on this machine, and not blind to a leak that somebody makes."""

from __future__ import annotations

import base64
import os
import threading
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from cxlab import cli
from cxlab.report import forks, inside, isolation
from cxlab.report.forks import Forks
from cxlab.report.limits import ENVIRONMENT, Limits
from cxlab.report.run import ORDER

TOKEN = f"{inside.MARK}{'0f' * 16}"


def test_two_clients_of_this_machine_do_not_see_each_other() -> None:
    before = dict(os.environ)
    found = list(isolation.examine(Forks))
    assert [str(one) for one in found if not one.good] == []
    assert {"memory", "environment", "folders", "fork parent", "delivered", "kept"} <= {one.what for one in found}
    assert dict(os.environ) == before


@pytest.mark.slow
def test_a_leak_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """One client's token in the environment of both is found in the other's, and in its memory."""
    given: Callable[..., dict[str, str]] = isolation._Watched.__call__

    def leak(self: Any, folder: Path, environment: dict[str, str]) -> Any:
        return given(self, folder, {**environment, "LEFT": self.stage.tokens["alpha"]})

    monkeypatch.setattr(isolation._Watched, "__call__", leak)
    monkeypatch.setattr(isolation, "_TURNS", isolation._TURNS[:1])
    bad = {one.what: one.seen for one in isolation.examine(Forks) if not one.good}
    assert "beta, after the other: 1" in bad["environment"]
    assert "beta" in bad["memory"]


def test_tokens_are_found_in_what_is_packed() -> None:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", TOKEN)
    for data in (
        TOKEN.encode(),
        archive.getvalue(),
        b'<img src="data:image/png;base64,' + base64.b64encode(TOKEN.encode()) + b'">',
    ):
        assert TOKEN in set().union(*map(inside.tokens, isolation.layers(data)))
    stream = zlib.compress(TOKEN.encode())
    paper = b"%%PDF-1.7\n1 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\n" % (len(stream), stream)
    first = isolation.layers(paper)
    assert TOKEN in inside.tokens(next(first)) | inside.tokens(next(first))


def test_the_memory_of_this_process_can_be_read() -> None:
    held = f"{inside.MARK}{os.urandom(16).hex()}"
    assert any(held in inside.tokens(piece) for piece in inside.memory_of("self"))


def test_the_exit_code_tells(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from cxlab.report.doctor import Finding

    for good, code in ((True, 0), (False, 1)):
        monkeypatch.setattr(isolation, "examine", lambda make, good=good: iter([Finding("memory", good, "seen")]))
        with pytest.raises(SystemExit) as stop:
            cli.main(["selftest", "isolation"])
        said = capsys.readouterr()
        assert (stop.value.code, "memory: seen" in (said.out if good else said.err)) == (code, True)
    with pytest.raises(SystemExit) as stop:
        cli.main(["selftest", "nothing"])
    assert stop.value.code == 2


def test_secrets_do_not_stay_in_the_folder_of_an_order_that_was_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = tmp_path / ENVIRONMENT

    def send(_link: object, **_order: object) -> None:
        assert variables.stat().st_mode & 0o077 == 0
        raise OSError("no room")

    monkeypatch.setattr(forks._Link, "_send", send)
    link = object.__new__(forks._Link)
    link._guard, link._number, link._waiting = threading.Lock(), 0, {}
    (tmp_path / ORDER).write_text('{"meta": {}}', encoding="utf-8")
    with pytest.raises(OSError, match="no room"):
        link.run(tmp_path, {"ACME_DB": "postgresql://acme"}, Limits())
    assert not variables.exists()
