"""The parameters of a report notebook: read from its `parameters` cell, and checked before anything runs.

papermill writes parameter names and values into the notebook as code. Names that are not plain words and values that
are not plain data are therefore refused here, by name and type; so are parameters that the notebook does not declare,
which papermill would only mention in its log.
"""

from __future__ import annotations

import ast
import keyword
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cxlab.errors import PlanError, ReportError, did_you_mean, listing
from cxlab.report import secret

NAMES = ("client", "period", "locale", "source", "options")
KINDS: dict[str, type] = {"client": str, "period": str, "locale": str, "source": str, "options": dict}
PLAIN = (str, int, float, bool, type(None), list, dict)
DEEPEST = 8


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: its name, the type written beside it, its default and its comment."""

    name: str
    kind: str
    default: Any
    comment: str


def read(notebook: Mapping[str, Any], called: str) -> dict[str, Parameter]:
    """The parameters that a notebook declares in its cell tagged `parameters`, in their order.

    `notebook` is an nbformat notebook or the JSON of one, `called` its name for messages. A report notebook declares
    exactly client, period, locale, source and options, each `name: type = default  # comment` with a plain default;
    all else is a ReportError.
    """
    cells = [cell for cell in notebook["cells"] if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(cells) != 1 or cells[0]["cell_type"] != "code":
        raise ReportError(
            "A report notebook has one code cell tagged 'parameters'",
            f"{called} has {len(cells)}",
            "Tag the cell that declares client, period, locale, source and options",
        )
    found: dict[str, Parameter] = {}
    try:
        source = "".join(cells[0]["source"])  # a file may hold it as a list of lines
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ReportError(
            "The parameters cell is not Python",
            f"{called}, line {error.lineno} of the cell",
            "Write one 'name: type = default  # comment' per line",
        ) from None
    lines = source.splitlines()
    for statement in statements:
        parameter = _declared(statement, lines, called)
        found[parameter.name] = parameter
    _exactly(found, called)
    return found


def check(given: Mapping[str, Any], declared: Mapping[str, Parameter], called: str) -> dict[str, Any]:
    """The given parameters, when a notebook may be run with them; a PlanError naming the first that may not.

    All of client, period, locale, source and options must be given, each of its type, made of str, int, finite float,
    bool, None, list and dict and of nothing else, subclasses included; and nothing in them may look like a secret.
    """
    named(given, declared, called)
    for name in declared:
        if name not in given:
            raise PlanError(
                f"The parameter '{name}' is missing", f"{called} declares {listing(declared, 'and')}", f"Give '{name}'"
            )
        if type(given[name]) is not KINDS[name]:
            raise PlanError(
                f"The parameter '{name}' has another type",
                f"Seen: {type(given[name]).__name__}",
                f"Give a {KINDS[name].__name__}",
            )
        plain(given[name], name)
    for name in ("client", "period"):
        if name in declared and not given[name]:
            raise PlanError(
                f"The parameter '{name}' is empty", f"{called} has no default for a batch", f"Give '{name}'"
            )
    return dict(given)


def named(given: Mapping[str, Any], known: Collection[str], called: str) -> None:
    """Refuse a parameter that the notebook does not declare, or whose name could be code; papermill would run both."""
    for name in given:
        if type(name) is not str or not (name.isascii() and name.isidentifier()) or keyword.iskeyword(name):
            raise PlanError(
                "A parameter's name is a plain word", f"Seen: {name!a}", f"Known are {listing(known, 'and')}"
            )
        if name not in known:
            raise PlanError(
                f"The notebook has no parameter '{name}'",
                f"{called} declares {listing(known, 'and')}",
                did_you_mean(name, known) or "Remove it",
            )


def names_in(notebook: Mapping[str, Any]) -> list[str]:
    """The names that a notebook assigns in its cell tagged `parameters`, whatever kind of notebook it is."""
    found: list[str] = []
    for cell in notebook["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            for statement in ast.walk(ast.parse("".join(cell["source"]))):
                targets = statement.targets if isinstance(statement, ast.Assign) else []
                targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
                found += [target.id for target in targets if isinstance(target, ast.Name)]
    return found


def refuse_code(notebook: Mapping[str, Any]) -> None:
    """Refuse what papermill wrote into the cell of injected parameters when it is more than names and plain data."""
    for cell in notebook["cells"]:
        if "injected-parameters" not in cell.get("metadata", {}).get("tags", []):
            continue
        try:
            for statement in ast.parse("".join(cell["source"])).body:
                ast.literal_eval(statement.value)  # type: ignore[attr-defined]  # an assignment, or it has no value
        except (SyntaxError, ValueError, AttributeError):
            raise PlanError(
                "A parameter holds a value that is not plain data",
                "written into the notebook it would be code",
                "Use text, whole numbers, decimal numbers, true, false, lists and mappings",
            ) from None


def plain(value: Any, name: str, depth: int = 0) -> None:
    """Refuse a value that is not plain data through and through, or that looks like a secret.

    >>> plain({"regions": ["North", 3, 0.5, None]}, "options")
    """
    kind = type(value)
    if kind not in PLAIN:
        raise PlanError(
            f"The parameter '{name}' holds a value that is not plain data",
            f"Seen: {kind.__name__}",
            "Use text, whole numbers, decimal numbers, true, false, lists and mappings",
        )
    if depth > DEEPEST:
        raise PlanError(
            f"The parameter '{name}' is nested too deeply", f"More than {DEEPEST} levels", "Make it flatter"
        )
    if kind is float and not math.isfinite(value):
        raise PlanError(f"The parameter '{name}' holds a number that is none", f"Seen: {value}", "Leave it out")
    if kind is str and (found := secret.likeness(value)):
        raise PlanError(
            f"The parameter '{name}' looks like {found}",
            "Its text is not repeated here",
            'Name the secret in the plan: source: "env:NAME"',
        )
    if kind is list:
        for item in value:
            plain(item, name, depth + 1)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise PlanError(
                    f"The parameter '{name}' has a key that is no text",
                    f"Seen: {type(key).__name__}",
                    "Use texts as keys",
                )
            if secret.is_secret_name(key):
                raise PlanError(
                    f"The parameter '{name}' holds a key that names a secret",
                    f"Seen: '{key}'",
                    'Name the secret in the plan: source: "env:NAME"',
                )
            plain(key, name, depth + 1)
            plain(item, f"{name}.{key}", depth + 1)


def _declared(statement: ast.stmt, lines: list[str], called: str) -> Parameter:
    """One statement of the cell as a parameter; anything else there would be code that runs unseen."""
    target = statement.target if isinstance(statement, ast.AnnAssign) else None
    if not isinstance(statement, ast.AnnAssign) or not isinstance(target, ast.Name) or statement.value is None:
        raise ReportError(
            "The parameters cell holds something else than parameters",
            f"{called}, line {statement.lineno} of the cell",
            "Write one 'name: type = default  # comment' per line",
        )
    try:
        default = ast.literal_eval(statement.value)
    except ValueError:
        raise ReportError(
            f"The default of '{target.id}' is not plain data",
            f"{called}, line {statement.lineno} of the cell",
            "Write a text, a number, a list or a mapping",
        ) from None
    rest = lines[(statement.end_lineno or statement.lineno) - 1].encode()[statement.end_col_offset or 0 :].decode()
    return Parameter(target.id, ast.unparse(statement.annotation), default, rest.partition("#")[2].strip())


def _exactly(found: Mapping[str, Parameter], called: str) -> None:
    for name in found:
        if name not in NAMES:
            raise ReportError(
                f"A report notebook has no parameter '{name}'",
                f"{called} declares {listing(found, 'and')}",
                did_you_mean(name, NAMES) or "Put it into 'options'",
            )
    for name in NAMES:
        if name not in found:
            raise ReportError(
                f"The notebook does not declare '{name}'",
                f"{called} declares {listing(found, 'and')}",
                f"Add '{name}' to its parameters cell",
            )
        if found[name].kind != KINDS[name].__name__ or type(found[name].default) is not KINDS[name]:
            raise ReportError(
                f"The parameter '{name}' is declared with another type",
                f"{called} says {found[name].kind} = {found[name].default!r}",
                f"Write '{name}: {KINDS[name].__name__} = ...'",
            )
