"""Habits that turn data into code, or hide what was lost, are not in the package: each rule says why it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SQL_CALLS = {"execute", "executemany", "sql", "query", "from_query"}
BROWSERS = {"playwright", "pyppeteer", "selenium", "webbrowser", "splinter"}


def keyword(node: ast.AST, name: str, value: object) -> bool:
    return isinstance(node, ast.keyword) and node.arg == name and constant(node.value) == value


def constant(node: ast.AST) -> object:
    return node.value if isinstance(node, ast.Constant) else ...


def imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return set()


def unescaped(node: ast.AST) -> bool:
    return keyword(node, "escape", False) or keyword(node, "autoescape", False)


def pickled(node: ast.AST) -> bool:
    attribute = isinstance(node, ast.Attribute) and node.attr in {"read_pickle", "to_pickle"}
    return (
        attribute
        or keyword(node, "allow_pickle", True)
        or bool(imported(node) & {"pickle", "joblib", "dill", "cloudpickle"})
    )


def built_sql(node: ast.AST) -> bool:
    if not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in SQL_CALLS
        and node.args
    ):
        return False
    text = node.args[0]
    formatted = (
        isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute) and text.func.attr in {"format", "join"}
    )
    return isinstance(text, ast.JoinedStr | ast.BinOp) or formatted


def coerced(node: ast.AST) -> bool:
    return keyword(node, "errors", "coerce")


def browser(node: ast.AST) -> bool:
    text = constant(node)
    program = (
        isinstance(text, str)
        and re.fullmatch(r"(.*/)?(chromium|chrome|google-chrome|firefox|webpdf)", text) is not None
    )
    return program or bool(imported(node) & BROWSERS)


RULES: dict[str, tuple[Callable[[ast.AST], bool], list[str], str]] = {
    "markup is escaped": (
        unescaped,
        ["frame.to_html(escape=False)", "Environment(autoescape=False)"],
        "customer text is never markup",
    ),
    "nothing is unpickled": (
        pickled,
        ["pd.read_pickle(p)", "import pickle", "from joblib import load", "np.load(p, allow_pickle=True)"],
        "a pickle runs the code it holds",
    ),
    "SQL has bound parameters": (
        built_sql,
        [
            "con.execute(f'select {x}')",
            "con.sql('select ' + x)",
            "con.execute('select {}'.format(x))",
            "con.execute('%s' % x)",
        ],
        "a column's name or a client's id is never SQL",
    ),
    "values are not lost in silence": (
        coerced,
        ["pd.to_numeric(s, errors='coerce')"],
        "'10 - Extremely likely' would become nothing, uncounted",
    ),
    "no browser is started": (
        browser,
        ["import playwright.sync_api", "run(['chromium'])", "run(['/usr/bin/chromium'])", "exporter = 'webpdf'"],
        "a browser reads files of the machine into the page",
    ),
}


def breaches(rule: str, text: str) -> list[int]:
    seen = RULES[rule][0]
    return [getattr(node, "lineno", 0) for node in ast.walk(ast.parse(text)) if seen(node)]


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps_the_rule(rule: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "cxlab").rglob("*.py"))
        for line in breaches(rule, path.read_text(encoding="utf-8"))
    ]
    assert not found, f"{rule}: {RULES[rule][2]}. Seen: {', '.join(found)}"


@pytest.mark.parametrize(("rule", "bad"), [(rule, bad) for rule, (_, examples, _) in RULES.items() for bad in examples])
def test_the_rule_sees_what_it_forbids(rule: str, bad: str) -> None:
    assert breaches(rule, bad)


def test_templates_do_not_switch_escaping_off() -> None:
    off = re.compile(r"autoescape\s+false|escape\s*=\s*False")
    files = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".j2", ".html", ".jinja"}]
    found = [str(path.relative_to(ROOT)) for path in files if off.search(path.read_text(encoding="utf-8"))]
    assert not found, f"markup is escaped: {', '.join(found)}"
