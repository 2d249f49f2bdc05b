"""The sample reports of three clients in three languages under axe-core: no serious or critical violation."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cxlab.report import batch, demo
from cxlab.report.processes import Processes

pytestmark = pytest.mark.browser
LANGUAGES = {"harbour": "en", "songhan": "vi", "niloofar": "fa"}
RUN = "axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']})"
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, fetched for this run and kept nowhere."""
    if shutil.which("npm") is None:
        pytest.skip("needs npm on this machine, for axe-core")
    folder = tmp_path_factory.mktemp("axe")
    fetched = subprocess.run(
        ["npm", "pack", "axe-core@4", "--silent"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    if fetched.returncode:
        pytest.skip("needs npm to reach its registry, for axe-core")
    with tarfile.open(next(folder.glob("axe-core-*.tgz"))) as packed:
        member = packed.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of `cxlab demo` by language."""
    plan, choice = demo.prepare(tmp_path_factory.mktemp("demo"))
    summary = batch.run(plan, demo.NOW, Processes(), replace(choice, formats=("html",), workers=1), lambda _: None)
    assert not summary.failed
    return {LANGUAGES[entry.client]: summary.folder.parent / entry.folder / "report.html" for entry in summary.entries}


def violations(browser: Any, axe: str, address: str, width: int) -> list[dict[str, Any]]:
    # The page's own lock forbids every script, so for the examination it is taken off.
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 900})
    tab = context.new_page()
    tab.goto(address)
    tab.evaluate(axe)
    found: list[dict[str, Any]] = tab.evaluate(RUN)["violations"]
    context.close()
    return found


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_no_report_has_a_violation(browser: Any, axe: str, reports: dict[str, Path], code: str, width: int) -> None:
    found = violations(browser, axe, reports[code].resolve().as_uri(), width)
    said = [f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
    assert said == []


def test_axe_sees_what_is_wrong(browser: Any, axe: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>t</title><p style='color:#ccc'>pale</p><img src=x>", encoding="utf-8")
    seen = {one["id"] for one in violations(browser, axe, page.as_uri(), 1280) if one["impact"] in GRAVE}
    assert {"image-alt", "html-has-lang", "color-contrast"} <= seen
