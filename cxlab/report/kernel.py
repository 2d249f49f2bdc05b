"""A kernel of its own for one report: this very Python, an empty folder, no secrets, no one else's settings."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

ROOT = Path(__file__).resolve().parents[2]
INHERITED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "SYSTEMROOT")
PID_FILE = "kernel.pid"
PRIVATE = ("home", "ipython", "jupyter", "temporary")


def environment(folder: Path, cache: Path, secrets: Mapping[str, str], epoch: int) -> dict[str, str]:
    """The whole environment of a report's processes: an allow-list, the client's own named secrets, private folders.

    `folder` is the report's private folder, `cache` one for caches of fonts, which hold no data. `epoch` is the
    instant (seconds) that file formats write as their date, so that the same inputs give the same bytes.
    """
    private = {name: str(folder / name) for name in PRIVATE}
    for path in private.values():
        Path(path).mkdir(mode=0o700, exist_ok=True)
    one_thread = ("OPENBLAS", "OMP", "MKL", "VECLIB", "NUMEXPR", "POLARS", "RAYON")
    fixed = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")),
        "HOME": private["home"],
        "IPYTHONDIR": private["ipython"],
        "JUPYTER_CONFIG_DIR": private["jupyter"],
        "JUPYTER_DATA_DIR": private["jupyter"],
        "JUPYTER_RUNTIME_DIR": private["jupyter"],
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        "TMPDIR": private["temporary"],
        "MPLCONFIGDIR": str(cache),
        "XDG_CACHE_HOME": str(cache),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUTF8": "1",
        "PYTHONSAFEPATH": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "SOURCE_DATE_EPOCH": str(max(epoch, 315532800)),  # zip files know no date before 1980
        **{f"{name}_NUM_THREADS": "1" for name in one_thread},
    }
    if str(ROOT) not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        fixed["PYTHONPATH"] = str(ROOT)
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | dict(secrets) | fixed


class PrivateKernel(AsyncKernelManager):
    """A kernel that is always this Python, whatever kernels a user has installed, and that leaves its process id."""

    def __init__(self, folder: Path, sockets: Path) -> None:
        # Sockets as files in a folder of the owner: no other user of the machine can connect, as they could over TCP.
        super().__init__(transport="ipc", ip=str(sockets / "s"), connection_file=str(sockets / "connection.json"))
        self._kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "cxlab.report.kernel_app", "-f", "{connection_file}"],
            display_name="cxlab",
            language="python",
        )
        self.pid_file = folder / PID_FILE

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        await super()._async_launch_kernel(kernel_cmd, **kw)
        provisioner: Any = self.provisioner
        self.pid_file.write_text(str(provisioner.pid), encoding="ascii")

    def end(self) -> int | None:
        """End the kernel and all it started; the signal that had ended it before, if one had."""
        provisioner: Any = self.provisioner
        process = provisioner.process if provisioner else None
        if process is None:
            return None
        died = process.poll()
        end_group(process.pid)
        process.wait()
        return -died if died is not None and died < 0 else None


@contextmanager
def private_kernel(folder: Path) -> Iterator[PrivateKernel]:
    """A kernel for one report, not yet started; ended in any case, with every process of its group."""
    sockets = Path(tempfile.mkdtemp(prefix="cx-", dir="/tmp" if Path("/tmp").is_dir() else None))  # noqa: S108  (socket names must be short)
    kernel = PrivateKernel(folder, sockets)
    try:
        yield kernel
    finally:
        kernel.end()
        shutil.rmtree(sockets, ignore_errors=True)


def end_group(pid: int) -> None:
    """Kill a process and its group; nothing happens when they are gone already."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
