"""Packages with known holes are not installed, not locked and not asked for: this works without any network."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
# Package: the first version without the hole named beside it.
MINIMUM = {
    "nbconvert": "7.17.1",  # CVE-2026-39378 (reads files with embed_images), CVE-2025-53000
    "weasyprint": "70.0",  # CVE-2026-55073 (fetcher bypassed), CVE-2026-49452, CVE-2025-68616
    "pillow": "13.0.0",  # CVE-2026-112398, -112403, -112393 (heap overflows in JPEG and TIFF)
    "mistune": "3.3.0",  # CVE-2026-44896, -44899, -115350
    "jinja2": "3.1.6",  # CVE-2025-27516, CVE-2024-56201, CVE-2024-56326
    "jupyter-server": "2.20.0",  # CVE-2026-44727 (page to kernel), CVE-2026-40171
    "jupyterlab": "4.5.7",  # CVE-2026-42557
    "pyarrow": "17.0.0",  # CVE-2023-47248 (code in Parquet and IPC files)
    "brotli": "1.2.1",  # CVE-2026-111497 (decoder writes out of bounds)
    "matplotlib": "3.11",  # no hole: from here on it shapes Persian itself
}
# Comes only with the classic interface, which cxlab does not install; checked where somebody did.
MINIMUM_IF_PRESENT = {"notebook": "7.5.6"}
LOCKED = re.compile(r"^([a-z0-9.-]+)==(\S+)")


def lock_text() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


def locked() -> list[tuple[str, str]]:
    found = (LOCKED.match(line) for line in lock_text().splitlines())
    return [(canonicalize_name(match[1]), match[2]) for match in found if match]


@pytest.mark.parametrize(("package", "minimum"), MINIMUM.items())
def test_installed_versions_are_past_the_known_holes(package: str, minimum: str) -> None:
    assert Version(version(package)) >= Version(minimum)


@pytest.mark.parametrize(("package", "minimum"), MINIMUM.items())
def test_locked_versions_are_past_the_known_holes(package: str, minimum: str) -> None:
    pins = [pin for name, pin in locked() if name == package]
    assert pins
    assert min(map(Version, pins)) >= Version(minimum)


@pytest.mark.parametrize(("package", "minimum"), MINIMUM.items())
def test_asked_versions_are_past_the_known_holes(package: str, minimum: str) -> None:
    """An installation from the wheel has no lock: the bounds of pyproject must keep the holes out."""
    asked = map(
        Requirement, tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    )
    bounds = [
        spec.version
        for need in asked
        if canonicalize_name(need.name) == package
        for spec in need.specifier
        if spec.operator == ">="
    ]
    assert bounds, f"{package} has no lower bound"
    assert Version(bounds[0]) >= Version(minimum)


def test_what_others_installed_is_past_the_known_holes() -> None:
    for package, minimum in MINIMUM_IF_PRESENT.items():
        try:
            present = Version(version(package))
        except PackageNotFoundError:
            continue
        assert present >= Version(minimum)


def test_every_locked_package_has_hashes() -> None:
    blocks = re.split(r"(?m)^(?=[a-z0-9.-]+==)", lock_text())[1:]
    assert len(blocks) == len(locked()) > 100
    assert [block.split(" ")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_lock_names_no_address_and_no_folder() -> None:
    """An address in a lock is an index somebody else may answer for; a folder is this machine's."""
    assert re.findall(r"://|file:|^\s*-(?!-hash)|--(?!hash=)\w+|@ |\s/\w", lock_text(), flags=re.M) == []


def test_the_lock_holds_all_that_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {canonicalize_name(name) for name, _ in locked()}
    needs = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
        *project["build-system"]["requires"],
    ]
    asked = {canonicalize_name(Requirement(need).name) for need in needs} - {"cxlab"}
    assert asked <= names
    for need in map(Requirement, project["project"]["dependencies"]):
        pins = [pin for name, pin in locked() if name == canonicalize_name(need.name)]
        assert all(need.specifier.contains(pin) for pin in pins), f"{need} but locked {pins}: run `make lock`"
