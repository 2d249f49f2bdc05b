"""Every error that cxlab raises says what is wrong, what was seen and what to do.

All texts stand in one file, `messages.txt`; each room provokes its own errors in `tests/provoke/<room>.py`. After a
wanted change of a text write the file anew with `CXLAB_UPDATE_MESSAGES=1 make test ARGS=tests/test_messages.py`, and
read the difference.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import cxlab.errors
from cxlab.errors import CxlabError

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "cxlab"
SNAPSHOT = HERE / "messages.txt"
ERRORS = {name for name, kind in vars(cxlab.errors).items() if isinstance(kind, type) and issubclass(kind, CxlabError)}
# What differs from machine to machine or from run to run has no place in a text that is compared.
VARYING = re.compile(
    rf"0x[0-9a-f]{{6,}}|{re.escape(tempfile.gettempdir())}/|{re.escape(str(Path.home()))}/|{re.escape(str(HERE.parent))}"
)


def provocations() -> dict[str, Callable[[], object]]:
    """`<room>: <name>` and what provokes it, from every file of tests/provoke."""
    found: dict[str, Callable[[], object]] = {}
    for path in sorted((HERE / "provoke").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"provoke_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= {f"{path.stem}: {name.removeprefix(path.stem + ': ')}": call for name, call in module.PROVOKE.items()}
    return found


PROVOKE = provocations()


@cache
def provoked(name: str) -> CxlabError | Exception | None:
    """The error itself, what came instead of it, or nothing."""
    try:
        PROVOKE[name]()
    except Exception as error:  # noqa: BLE001 - what came instead is what the test has to show
        return error
    return None


def raise_sites(path: Path, text: str) -> Iterator[tuple[int, int, str]]:
    """First line, last line and name of each error of cxlab that a file raises, built in place or by a function."""
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
            continue
        called = node.exc.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in ERRORS or name.lstrip("_")[:1].islower():
            yield node.lineno, node.end_lineno or node.lineno, name


def places(error: BaseException) -> Iterator[tuple[Path, int]]:
    """Files and lines that an error and those behind it came through."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        trace = current.__traceback__
        while trace is not None:
            yield Path(trace.tb_frame.f_code.co_filename), trace.tb_lineno
            trace = trace.tb_next
        waiting += [current.__cause__, current.__context__]


def snapshot() -> str:
    blocks = []
    for name in sorted(PROVOKE):
        error = provoked(name)
        blocks.append(f"[{name}]\n{type(error).__name__}: {error}\n")
    return "\n".join(blocks)


@pytest.mark.parametrize("name", sorted(PROVOKE))
def test_an_error_says_what_is_wrong_what_was_seen_and_what_to_do(name: str) -> None:
    error = provoked(name)
    assert isinstance(error, CxlabError), f"{name} gave {error!r}"
    missing = [part for part in ("wrong", "seen", "todo") if not getattr(error, part).strip()]
    assert not missing, f"without {' and '.join(missing)}: {error}"
    assert not VARYING.search(str(error)), f"differs between machines: {error}"


def test_the_texts_are_those_of_the_file() -> None:
    now = snapshot()
    if os.environ.get("CXLAB_UPDATE_MESSAGES") == "1":
        SNAPSHOT.write_text(now, encoding="utf-8")
    assert SNAPSHOT.read_text(encoding="utf-8") == now, (
        "a text changed; if that is meant: CXLAB_UPDATE_MESSAGES=1 pytest tests/test_messages.py"
    )


def test_every_place_that_raises_is_provoked() -> None:
    """A text that no provocation reaches has never been read by anyone."""
    reached = {place for name in PROVOKE if (error := provoked(name)) is not None for place in places(error)}
    unreached = [
        f"cxlab/{path.relative_to(PACKAGE)}:{first} {name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for first, last, name in raise_sites(path, path.read_text(encoding="utf-8"))
        if not any((path, line) in reached for line in range(first, last + 1))
    ]
    assert not unreached, f"{len(unreached)} without a provocation in tests/provoke:\n" + "\n".join(unreached)
