"""The cells of a notebook, run in this very process by a fresh IPython shell that keeps outputs as a notebook does.

What a kernel sends over sockets is here put straight into lists of outputs: results, displays and their updates,
errors, and printed text with neighbouring pieces joined.
"""

from __future__ import annotations

import base64
import io
import os
import sys
from collections.abc import Mapping
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets import Any as AnyTrait
from traitlets import Type
from traitlets.config import Config

INLINE = "module://matplotlib_inline.backend_inline"
# A cell that prints without end would fill memory and disk; pictures are larger than words.
MOST_TEXT, MOST_PICTURES = 1_000_000, 20_000_000
TOO_MUCH = f"it put out more than {MOST_TEXT // 1_000_000} MB of text or {MOST_PICTURES // 1_000_000} MB of pictures"


class TooMuch(BaseException):
    """Ends a cell that puts out more than a page could show; no `except Exception` of the cell's catches it."""


class Outputs:
    """The outputs of the cell that runs, `kept`; `flooded` says that it put out too much."""

    def __init__(self) -> None:
        self._shown: dict[str, list[tuple[int, NotebookNode]]] = {}
        self.begin(-1)

    def begin(self, cell: int) -> None:
        """Start with nothing, for the next cell; what was displayed under an id can still be updated."""
        self.cell = cell
        self.kept: list[NotebookNode] = []
        self.changed: set[int] = set()
        self.flooded, self._clear_later = False, False
        self._size = {"text": 0, "pictures": 0}

    def text(self, name: str, text: str) -> None:
        """Text printed to stdout or stderr; joined to the piece before it."""
        self._count(len(text), "text")
        self._clear_now()
        last = self.kept[-1] if self.kept else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        else:
            self.kept.append(new_output("stream", name=name, text=text))

    def data(self, kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, **more: Any) -> NotebookNode:
        """A result or a display: its content by MIME type, bytes as base64."""
        plain = {mime: _plain(content) for mime, content in data.items()}
        for mime, content in plain.items():
            self._count(len(content) if isinstance(content, str) else 0, "pictures" if "image/" in mime else "text")
        self._clear_now()
        output = new_output(kind, data=plain, metadata=dict(metadata or {}), **more)
        self.kept.append(output)
        return output

    def display(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, name: str | None) -> None:
        """A display, remembered under its id when it has one."""
        output = self.data("display_data", data, metadata)
        if name:
            self._shown.setdefault(name, []).append((self.cell, output))

    def update(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, name: str | None) -> None:
        """New content for everything displayed under an id, in whatever cell; `changed` names the earlier ones."""
        for cell, output in self._shown.get(name or "", []):
            if cell != self.cell:
                self.changed.add(cell)
            output.data = NotebookNode({mime: _plain(content) for mime, content in data.items()})
            output.metadata = NotebookNode(dict(metadata or {}))

    def clear(self, wait: bool) -> None:
        """Forget what the cell has put out so far; with `wait` only when something else comes."""
        self._clear_later = wait
        if not wait:
            self.kept.clear()

    def error(self, kind: str, value: str, traceback: list[str]) -> None:
        """What went wrong in the cell."""
        self._clear_now()
        self.kept.append(new_output("error", ename=kind, evalue=value, traceback=traceback))

    def _clear_now(self) -> None:
        if self._clear_later:
            self.clear(wait=False)

    def _count(self, size: int, what: str) -> None:
        self._size[what] += size
        if self._size["text"] > MOST_TEXT or self._size["pictures"] > MOST_PICTURES:
            self.flooded = True
            raise TooMuch


class Stream(io.TextIOBase):
    """What `print` writes to while cells run. Its file number is the log's, for programs that a cell starts."""

    encoding, errors = "utf-8", "strict"

    def __init__(self, name: str, number: int, outputs: Outputs) -> None:
        self.name, self._number, self._outputs = name, number, outputs

    def write(self, text: str) -> int:
        """Keep the text as output of the cell that runs."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._outputs.text(self.name, text)
        return len(text)

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """The file that programs started by a cell write to."""
        return self._number


class _Publisher(DisplayPublisher):
    outputs = AnyTrait()

    def publish(
        self, data: Any, metadata: Any = None, source: Any = None, *, transient: Any = None, update: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        name = (transient or {}).get("display_id")
        (self.outputs.update if update else self.outputs.display)(data, metadata, name)

    def clear_output(self, wait: bool = False) -> None:
        self.outputs.clear(wait)


class _Hook(DisplayHook):
    outputs = AnyTrait()

    def write_output_prompt(self) -> None:
        """A notebook keeps the number beside the output, not in it."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        if format_dict:
            self.outputs.data("execute_result", format_dict, md_dict, execution_count=self.prompt_count)

    def finish_displayhook(self) -> None:
        self._is_active = False


class Shell(InteractiveShell):
    """A shell without a terminal, history or windows, whose outputs go to `outputs`."""

    outputs = AnyTrait()
    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        if etype is not TooMuch:
            self.outputs.error(str(etype.__name__), str(evalue), list(stb))

    def enable_gui(self, gui: Any = None) -> None:
        """There are no windows here."""

    def ask_exit(self) -> None:
        """`exit` in a cell: the notebook would go on as if nothing had been asked for, so it ends here."""
        raise SystemExit


def fresh_shell() -> Shell:
    """The shell of this process, which must not have had one; from here on prints are outputs."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    outputs = Outputs()
    shell: Shell = Shell.instance(config=config, outputs=outputs)
    for part in (shell.displayhook, shell.display_pub):
        part.set_trait("outputs", outputs)
    sys.stdout, sys.stderr = Stream("stdout", 1, outputs), Stream("stderr", 2, outputs)
    os.environ["MPLBACKEND"] = INLINE
    if "matplotlib" in sys.modules:
        shell.enable_matplotlib("inline")
    return shell


def run_cell(shell: Shell, index: int, source: str) -> tuple[list[NotebookNode], int, bool]:
    """Run the notebook's cell at `index`: its outputs, its number, and whether it succeeded."""
    shell.outputs.begin(index)
    number = shell.execution_count
    try:
        result = shell.run_cell(source, store_history=True)
        good = bool(result.success)
    except TooMuch:
        good = False
    if shell.outputs.flooded:
        shell.outputs.kept = [*shell.outputs.kept[:3], _flood()]
        good = False
    if any(output.output_type == "error" for output in shell.outputs.kept):
        good = False
    return shell.outputs.kept, number, good


def _flood() -> NotebookNode:
    return new_output("error", ename="OutputFlood", evalue=TOO_MUCH, traceback=[f"OutputFlood: {TOO_MUCH}"])


def _plain(content: Any) -> Any:
    return base64.b64encode(content).decode("ascii") if isinstance(content, bytes) else content
