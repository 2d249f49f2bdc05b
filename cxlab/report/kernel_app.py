"""The kernel's own program: ipykernel without its one TCP port, which other users of the machine could reach."""

from __future__ import annotations

from typing import Any

from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread


class WithoutPort(IOPubThread):
    """The thread that sends outputs, without the port on which it would collect those of forked children."""

    def __init__(self, socket: Any, pipe: bool = False, session: Any = False) -> None:
        super().__init__(socket, pipe=False, session=session)


if __name__ == "__main__":
    vars(kernelapp)["IOPubThread"] = WithoutPort
    kernelapp.IPKernelApp.launch_instance()
