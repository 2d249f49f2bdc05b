"""Sample reports in three languages as readers without colour, mouse, sight or a wide screen meet them.

axe-core finds no violation; all is reached by keyboard; nothing is cut at 320 pixels, which is 400% of a usual screen.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cxlab.report import batch, demo
from cxlab.report.processes import Processes

pytestmark = pytest.mark.browser
LANGUAGES = {"harbour": "en", "songhan": "vi", "niloofar": "fa"}
# Every notebook once, and every language: all fifteen would take a minute.
PAGES = {"client_survey": "en", "support_operations": "vi", "retention_value": "fa", "executive_monthly": "fa",
         "segment_deep_dive": "vi"}  # fmt: skip
OVER = """() => [...document.querySelectorAll('body *')].filter(one => {
    const box = one.getBoundingClientRect();
    return (box.left < -1 || box.right > innerWidth + 1) && !one.closest('.scroll, .skip');
}).map(one => one.outerHTML.slice(0, 120))"""
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
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The addresses of one page of each report notebook, from the plan of `cxlab demo`."""
    plan, choice = demo.prepare(tmp_path_factory.mktemp("demo"))
    clients = {code: client for client, code in LANGUAGES.items()}
    found = {}
    for name, code in PAGES.items():
        other = plan.with_name(f"{name}.yaml")
        text = plan.read_text(encoding="utf-8").replace("notebook: client_survey", f"notebook: {name}")
        other.write_text(text, encoding="utf-8")
        asked = replace(choice, formats=("html",), workers=1, clients=(clients[code],))
        summary = batch.run(other, demo.NOW, Processes(), asked, lambda _: None)
        assert [entry.reason for entry in summary.entries] == [""]
        found[name] = (summary.folder.parent / summary.entries[0].folder / "report.html").resolve().as_uri()
    return found


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
@pytest.mark.parametrize("name", PAGES)
def test_no_report_has_a_violation(browser: Any, axe: str, reports: dict[str, str], name: str, width: int) -> None:
    found = violations(browser, axe, reports[name], width)
    said = [f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
    assert said == []


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_on_the_narrowest_screen(tab: Any, reports: dict[str, str], name: str) -> None:
    tab.set_viewport_size({"width": 320, "height": 800})
    tab.goto(reports[name])
    assert tab.evaluate(OVER) == []
    assert tab.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("name", ["client_survey", "executive_monthly"])
def test_all_is_reached_by_keyboard_in_the_order_of_the_page(tab: Any, reports: dict[str, str], name: str) -> None:
    tab.goto(reports[name])
    wanted = tab.evaluate(
        "[...document.querySelectorAll('a[href], [tabindex]')].filter(one => one.checkVisibility())"
        ".map((one, at) => one.dataset.at = at).length"
    )
    assert wanted > 5
    for at in range(wanted):
        tab.keyboard.press("Tab")
        place, seen, outline = tab.evaluate(
            "(() => { const one = document.activeElement, box = one.getBoundingClientRect();"
            " return [Number(one.dataset.at), box.top < innerHeight && box.bottom > 0 && box.left < innerWidth"
            " && box.right > 0, getComputedStyle(one).outlineStyle] })()"
        )
        assert (place, seen, outline) == (at, True, "solid")
    tab.reload()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == "#report"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_what_is_for_the_screen_alone_is_not_printed(tab: Any, reports: dict[str, str]) -> None:
    tab.goto(reports["client_survey"])
    tab.emulate_media(media="print")
    shown = "one => document.querySelector(one)?.checkVisibility() ?? false"
    assert {one: tab.evaluate(shown, one) for one in (".skip", "nav.contents", ".running", "main", ".letterhead")} == {
        ".skip": False, "nav.contents": False, ".running": False, "main": True, ".letterhead": True,
    }  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_drawings_stay_legible_where_the_reader_sets_the_colours(
    browser: Any, reports: dict[str, str], scheme: str
) -> None:
    context = browser.new_context(forced_colors="active", color_scheme=scheme)
    tab = context.new_page()
    tab.goto(reports["client_survey"])
    grounds = tab.evaluate("[...document.querySelectorAll('svg')].map(one => getComputedStyle(one).backgroundColor)")
    assert len(grounds) > 20
    assert set(grounds) == {"rgb(255, 255, 255)"}
    context.close()


def test_axe_sees_what_is_wrong(browser: Any, axe: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>t</title><p style='color:#ccc'>pale</p><img src=x>", encoding="utf-8")
    seen = {one["id"] for one in violations(browser, axe, page.as_uri(), 1280) if one["impact"] in GRAVE}
    assert {"image-alt", "html-has-lang", "color-contrast"} <= seen
