"""Parameters: exactly five, plain through and through, and nothing that looks like a secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import nbformat
import numpy as np
import pytest

from cxlab.errors import PlanError, ReportError
from cxlab.report import parameters

GOOD: dict[str, Any] = {"client": "acme", "period": "2026-10", "locale": "en", "source": "", "options": {"n": [1, 0.5]}}


class Sly:
    def __repr__(self) -> str:
        return '__import__("os").system("touch mark")'

    __str__ = __repr__


class SlyText(str):
    """A text of a subclass: papermill would translate it by another rule than a text."""

    __slots__ = ()


@pytest.fixture
def declared(small: Callable[..., nbformat.NotebookNode]) -> dict[str, parameters.Parameter]:
    return parameters.read(small(), "small.ipynb")


def test_names_types_defaults_and_comments_are_read(declared: dict[str, parameters.Parameter]) -> None:
    assert tuple(declared) == parameters.NAMES
    assert declared["client"] == parameters.Parameter("client", "str", "sample", "whose report")
    assert declared["options"] == parameters.Parameter("options", "dict", {}, "")
    assert parameters.check(GOOD, declared, "small.ipynb") == GOOD


@pytest.mark.parametrize(
    "name",
    ["x=1;import os", "client\nimport os", "!ls", "class", "сlient", "client ", "", "clinet", "__import__('os')", 7],
)
def test_names_that_are_code_or_unknown_are_refused(declared: dict[str, parameters.Parameter], name: Any) -> None:
    with pytest.raises(PlanError):
        parameters.check({**GOOD, name: "x"}, declared, "small.ipynb")


def test_a_misspelt_or_missing_parameter_is_refused_with_the_declared_names(
    declared: dict[str, parameters.Parameter],
) -> None:
    rest = {name: value for name, value in GOOD.items() if name != "client"}
    with pytest.raises(PlanError, match=r"'client', 'period', 'locale', 'source' and 'options'.*Did you mean 'client'"):
        parameters.check({**rest, "clinet": "acme"}, declared, "small.ipynb")
    with pytest.raises(PlanError, match="'client' is missing"):
        parameters.check(rest, declared, "small.ipynb")
    with pytest.raises(PlanError, match="'client' is empty"):
        parameters.check({**GOOD, "client": ""}, declared, "small.ipynb")


@pytest.mark.parametrize(
    "value",
    [('a"b',), {1}, date(2026, 1, 1), Decimal(1), np.float64(1), np.int64(1), float("nan"), float("inf"), Sly(),
     SlyText("x"), b"x", 1j, range(3), {1: "x"}],
    ids=repr,
)  # fmt: skip
def test_values_that_are_not_plain_are_refused_at_any_depth(
    declared: dict[str, parameters.Parameter], value: Any
) -> None:
    for options in ({"x": value}, {"x": [value]}, {"x": {"y": [[value]]}}):
        with pytest.raises(PlanError, match="options"):
            parameters.check({**GOOD, "options": options}, declared, "small.ipynb")
    with pytest.raises(PlanError):
        parameters.check({**GOOD, "client": value}, declared, "small.ipynb")


@pytest.mark.parametrize(
    "secret",
    ["postgresql://me:hunter2@db/cx", "host=db password=hunter2", "AKIAABCDEFGHIJKLMNOP",
     "-----BEGIN RSA PRIVATE KEY-----",
     "mysql+pymysql://u:hunter2@h/d?x=1", "Server=db;Pwd=hunter2"],
)  # fmt: skip
def test_what_looks_like_a_secret_is_refused_and_not_repeated(
    declared: dict[str, parameters.Parameter], secret: str
) -> None:
    for given in ({**GOOD, "source": secret}, {**GOOD, "options": {"x": [secret]}}):
        with pytest.raises(PlanError) as error:
            parameters.check(given, declared, "small.ipynb")
        assert secret not in str(error.value)
    with pytest.raises(PlanError, match="names a secret"):
        parameters.check({**GOOD, "options": {"db_password": "x"}}, declared, "small.ipynb")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("client: str = 'a'", "does not declare 'period'"),
        ("client = 'a'", "something else than parameters"),
        ("import os", "something else than parameters"),
        ("client: str = open('x')", "not plain data"),
        ("client: int = 7", "does not declare|another type"),
        ("clinet: str = 'a'", "Did you mean 'client'"),
        ("client: str =", "not Python"),
    ],
)
def test_a_notebook_declares_exactly_the_five(
    small: Callable[..., nbformat.NotebookNode], cell: str, said: str
) -> None:
    notebook = small()
    notebook.cells[1].source = cell
    with pytest.raises(ReportError, match=said):
        parameters.read(notebook, "small.ipynb")
    notebook.cells[1].metadata.tags = []
    with pytest.raises(ReportError, match="one code cell tagged"):
        parameters.read(notebook, "small.ipynb")
