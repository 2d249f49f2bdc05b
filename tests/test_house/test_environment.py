"""environment.yml says the same as pyproject.toml, so that conda and pip make the same environment."""

from __future__ import annotations

import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# conda-forge gives the Python side of these another name.
FROM_CONDA = {"brotli-python": "brotli", "python-duckdb": "duckdb", "python-tzdata": "tzdata"}
NOT_PYTHON = {"pango", "pip"}
ITSELF = "--editable ."


def asked(needs: list[str]) -> dict[str, SpecifierSet]:
    """Package and versions; an extra of cxlab itself is replaced by what it stands for."""
    found: dict[str, SpecifierSet] = {}
    for need in map(Requirement, needs):
        if need.name == "cxlab":
            for extra in need.extras:
                found |= asked(PROJECT["optional-dependencies"][extra])
        else:
            found[canonicalize_name(need.name)] = need.specifier
    return found


def environment() -> tuple[dict[str, SpecifierSet], list[str]]:
    """The packages of environment.yml, those under `pip:` too, and the lines that are no packages."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    by_conda = [entry for entry in listed if isinstance(entry, str)]
    by_pip = [line for entry in listed if isinstance(entry, dict) for line in entry["pip"]]
    packages = asked([*by_conda, *(line for line in by_pip if not line.startswith("-"))])
    return {FROM_CONDA.get(name, name): spec for name, spec in packages.items()}, [
        line for line in by_pip if line.startswith("-")
    ]


def test_environment_says_the_same_as_pyproject() -> None:
    packages, _ = environment()
    python = packages.pop("python")
    pyproject = asked([*PROJECT["dependencies"], "cxlab[dev]"])
    assert {name: spec for name, spec in packages.items() if name not in NOT_PYTHON} == pyproject
    assert python == SpecifierSet(PROJECT["requires-python"] + ",<3.15")


def test_environment_installs_this_checkout_itself() -> None:
    assert environment()[1] == [ITSELF]


def test_weasyprint_finds_pango_in_it() -> None:
    assert "pango" in environment()[0]
