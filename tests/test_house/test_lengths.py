"""Files stay near 300 lines and functions near 40; what is a third beyond that wants to be two things."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "cxlab"
FILE_LINES, FUNCTION_LINES = 400, 55


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_files_can_be_read_in_one_go() -> None:
    lengths = {
        path.relative_to(PACKAGE): len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")
    }
    long = {str(path): length for path, length in lengths.items() if length > FILE_LINES}
    assert not long, f"over {FILE_LINES} lines: {long}"


def test_functions_can_be_seen_at_once() -> None:
    long = {
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}": code_lines(node)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and code_lines(node) > FUNCTION_LINES
    }
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
