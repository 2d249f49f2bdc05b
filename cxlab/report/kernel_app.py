"""The kernel's own program: ipykernel without its one TCP port, which other users of the machine could reach."""

from __future__ import annotations

from typing import Any

from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread


def without_pipe(socket: Any, pipe: bool = False, session: bool = False) -> IOPubThread:
    """The thread that sends outputs, without the port on which it would collect those of forked children."""
    return IOPubThread(socket, pipe=False, session=session)


if __name__ == "__main__":
    kernelapp.IOPubThread = without_pipe
    kernelapp.IPKernelApp.launch_instance()
