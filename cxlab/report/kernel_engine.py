"""papermill's own engine with a limit on what one cell may put out, so that endless printing cannot fill memory."""

from __future__ import annotations

from typing import Any

from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from cxlab.errors import ReportError
from cxlab.report import headings
from cxlab.report.cells import MOST_PICTURES, MOST_TEXT, TOO_MUCH
from cxlab.report.engine import BY_HAND
from cxlab.report.kernel import end_group

ENGINE = "cxlab-kernel"


class _Client(PapermillNotebookClient):
    """Counts what the running cell puts out."""

    _counted, _size, _pictures = -1, 0, 0
    flooded = ""

    def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> Any:
        if cell_index != self._counted:
            self._counted, self._size, self._pictures = cell_index, 0, 0
        content = msg["content"]
        self._size += len(content.get("text", ""))
        for mime, data in content.get("data", {}).items():
            if "image/" in mime:
                self._pictures += len(data)
            else:
                self._size += len(str(data))
        if self._size > MOST_TEXT or self._pictures > MOST_PICTURES:
            # An exception here would not be seen before the cell has ended, which it may never do.
            self.flooded = f"{headings.above(self.nb, self.nb.cells[cell_index])}OutputFlood: {TOO_MUCH}"
            end_group(self.km.provisioner.pid)
        return super().output(outs, msg, display_id, cell_index)


class KernelEngine(NBClientEngine):
    """Runs a notebook in a real kernel, each cell within the limit of output."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, execution_timeout: float | None = None, km: Any = None, **kwargs: Any
    ) -> None:
        """As papermill's engine does it, with the counting client."""
        client = _Client(nb_man, km=km, timeout=execution_timeout, startup_timeout=60, kernel_name=kernel_name)
        try:
            client.execute()
        except DeadKernelError:
            if not client.flooded:
                raise
            raise ReportError("A cell of the notebook failed", client.flooded, BY_HAND) from None


papermill_engines.register(ENGINE, KernelEngine)
