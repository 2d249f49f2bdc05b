"""Files stay near 300 lines and functions near 40; what is a third beyond that wants to be two things."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "cxlab"
FILE_LINES, FUNCTION_LINES = 400, 55


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef, source: list[str]) -> int:
    """Lines of a function that hold code: no docstring, no comment, no empty line."""
    first = function.body[0]
    docstring = range(first.lineno, (first.end_lineno or first.lineno) + 1) if ast.get_docstring(function) else range(0)
    lines = range(function.lineno, (function.end_lineno or function.lineno) + 1)
    return sum(
        bool(source[n - 1].strip()) and not source[n - 1].strip().startswith("#") for n in lines if n not in docstring
    )


def test_files_can_be_read_in_one_go() -> None:
    lengths = {
        path.relative_to(PACKAGE): len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")
    }
    long = {str(path): length for path, length in lengths.items() if length > FILE_LINES}
    assert not long, f"over {FILE_LINES} lines: {long}"


def test_functions_can_be_seen_at_once() -> None:
    long = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = code_lines(node, text.splitlines())
                if lines > FUNCTION_LINES:
                    long[f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"] = lines
    assert not long, f"over {FUNCTION_LINES} lines: {long}"


def test_a_package_file_only_imports() -> None:
    """It holds a docstring, imports, names, and the two functions by which the rest is loaded when first used."""
    lazy = {"__getattr__", "__dir__"}
    found = []
    for path in sorted(PACKAGE.rglob("__init__.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            functions = isinstance(node, ast.FunctionDef) and node.name in lazy
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if not (
                docstring
                or functions
                or isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.If)
            ):
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert not found, f"code in a package file: {found}"
