"""The wheel carries all that a report needs, so that an installed cxlab works without the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def sources(folder: str, *suffixes: str) -> set[str]:
    """Files of a folder that git would keep; none is a breach of the house, not a reason to pass."""
    hidden = {".ipynb_checkpoints", "__pycache__"}
    found = {path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes and not hidden & set(path.parts)}
    assert found, f"nothing in {folder}/"
    return {path.relative_to(ROOT).as_posix() for path in found}


def test_every_module_and_catalogue_is_in_it(wheel: set[str]) -> None:
    assert sources("cxlab", ".py", ".yaml", ".typed") <= wheel
    assert "cxlab/py.typed" in wheel


@pytest.mark.parametrize(
    ("folder", "suffixes"), [("templates", (".j2", ".css", ".json")), ("notebooks", (".ipynb", ".py"))]
)
def test_templates_and_notebooks_are_in_it(wheel: set[str], folder: str, suffixes: tuple[str, ...]) -> None:
    assert {f"cxlab/_assets/{name}" for name in sources(folder, *suffixes)} <= wheel


def test_nothing_else_is_in_it(wheel: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    # `.data` holds the one file that tells JupyterLab's server of our exporters.
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"cxlab"}
    data = {name.partition(".data/")[2] for name in wheel if ".data/" in name}
    assert data == {"data/etc/jupyter/jupyter_server_config.d/cxlab.json"}
