"""JupyterLab as an analyst meets it: `cxlab lab`, a tutorial run to its end, the explorer, both exports; offline."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

import cxlab as cx
from cxlab.report.gate import check_pdf

pytestmark = pytest.mark.browser
TOKEN = "a-token-of-this-test"  # noqa: S105
TUTORIAL = "tutorials/first_steps.ipynb"
IDLE = "document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'"
PAPER = """() => [...document.querySelectorAll('.cx-paper')].map(paper => {
    const style = getComputedStyle(paper), cell = paper.querySelector('tbody td, tbody th');
    return [style.backgroundColor, style.color, cell && getComputedStyle(cell).color,
            cell && getComputedStyle(cell.parentElement).backgroundColor];
})"""


class Lab(NamedTuple):
    """A running JupyterLab: where it is found and where its notebooks lie."""

    address: str
    folder: Path

    def url(self, path: str) -> str:
        return f"{self.address}/{path}?token={TOKEN}"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:  # noqa: S310 - our own server on loopback
            return bool(reply.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """`cxlab lab` with settings of its own; ended with all its kernels."""
    home = tmp_path_factory.mktemp("lab")
    port = free_port()
    places = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    settings = home / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    # All outputs stand in the page, not only those in the window, so that the test can look at them.
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps({"windowingMode": "none"}), encoding="utf-8")
    env = os.environ | {f"JUPYTER_{name}": str(home / name.lower()) for name in places}
    env |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "IPYTHONDIR": str(home / "ipython")}
    options = ["--no-browser", "--allow-root", f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
    command = [sys.executable, "-m", "cxlab.cli", "lab", "--folder", str(home / "mine"), "--", *options]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--LabApp.expose_app_in_browser=True"], env=env, cwd=home, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    running = Lab(f"http://127.0.0.1:{port}", home / "mine")
    until = time.monotonic() + 60
    while not answers(running.url("api/status")):
        assert process.poll() is None, (home / "log").read_text(encoding="utf-8")
        assert time.monotonic() < until, "JupyterLab did not answer within a minute"
        time.sleep(0.3)
    yield running
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=30)


@pytest.fixture(scope="module")
def tutorial(lab: Lab, browser: Any) -> Iterator[Any]:
    """The first tutorial, opened and run by the menu; what the window asked for is in `tab.asked`."""
    tab = browser.new_page(viewport={"width": 1400, "height": 1000})
    tab.asked = []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.goto(lab.url(f"lab/tree/{TUTORIAL}"))
    tab.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    tab.wait_for_function("jupyterapp.serviceManager.sessions._models.size > 0", timeout=60_000)
    tab.wait_for_function(IDLE, timeout=60_000)
    menu(tab, "Run", "Run All Cells")
    tab.wait_for_selector(".jp-OutputArea select", timeout=90_000)
    tab.wait_for_function(IDLE, timeout=90_000)
    command(tab, "docmanager:save")
    yield tab
    tab.close()


def menu(tab: Any, name: str, entry: str) -> None:
    tab.get_by_role("menuitem", name=name, exact=True).click()
    tab.get_by_role("menuitem", name=entry, exact=True).click()


def command(tab: Any, name: str, **options: Any) -> None:
    tab.evaluate("([name, options]) => jupyterapp.commands.execute(name, options)", [name, options])


def test_run_all_shows_a_figure_and_a_table_and_no_error(tutorial: Any) -> None:
    assert tutorial.locator(".jp-Dialog").count() == 0  # no question about kernels
    assert tutorial.get_by_text("notified about official Jupyter news").count() == 0
    assert tutorial.locator(".jp-OutputArea figure img").count() >= 1
    table = tutorial.locator(".jp-OutputArea table.forest").first
    assert table.locator("tbody svg").first.bounding_box()["width"] > 100  # the interval is drawn
    assert tutorial.locator("[data-mime-type='application/vnd.jupyter.stderr'], .jp-mod-error").count() == 0


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_answers_are_legible_in_a_light_and_a_dark_window(tutorial: Any, theme: str) -> None:
    command(tutorial, "apputils:change-theme", theme=theme)
    tutorial.wait_for_function(f"document.body.dataset.jpThemeName === '{theme}'")
    papers = tutorial.evaluate(PAPER)
    assert len(papers) >= 4
    for ground, ink, cell, row in papers:
        assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(27, 31, 36)")
        if cell is not None:
            assert cell in ("rgb(27, 31, 36)", "rgb(74, 81, 89)")
            assert row == "rgba(0, 0, 0, 0)"


def test_a_verdict_keeps_clear_of_the_next_column(tutorial: Any) -> None:
    """A table as the tutorial on segments shows it, under the window's own styles for outputs."""
    rows = [10] * 60 + [3] * 60 + [8] * 60
    table = pd.DataFrame({"recommend": rows, "region": ["North"] * 60 + ["South"] * 60 + ["East"] * 60})
    shown = cx.nps(table, by="region").table(compare=True)._repr_html_()
    over = tutorial.evaluate(
        """shown => {
            const place = document.querySelector('.jp-RenderedHTMLCommon.jp-OutputArea-output').cloneNode();
            place.innerHTML = shown;
            place.style.width = '300px';  // every column at its least
            document.querySelector('.jp-OutputArea').append(place);
            const found = [...place.querySelectorAll('td.vs')].map(cell => cell.getBoundingClientRect().right
                - Math.max(...[...cell.children].map(one => one.getBoundingClientRect().right)));
            place.remove();
            return found;
        }""",
        shown,
    )
    assert len(over) == 3
    assert min(over) >= 9


def test_the_explorer_is_used_by_keyboard_and_gives_its_code(tutorial: Any) -> None:
    select = tutorial.get_by_label("Segment")
    sentence = tutorial.locator(".jp-OutputArea [role=status]").first
    before = sentence.inner_text()
    assert before.startswith("The Net Promoter Score is ")
    tutorial.get_by_label("Measure").focus()
    tutorial.keyboard.press("Tab")
    assert select.evaluate("one => one === document.activeElement")
    tutorial.keyboard.type("region")
    tutorial.wait_for_function("document.querySelector('.jp-OutputArea textarea').value.includes('region')")
    tutorial.wait_for_function("document.querySelector('.jp-OutputArea [role=status]').innerText.includes('Wales')")
    assert tutorial.get_by_label("Code", exact=True).input_value() == 'cx.nps(rows, by="region")'
    assert tutorial.locator(".cx-explorer figure img").get_attribute("alt").count("Central") >= 1
    tutorial.get_by_label("Period").select_option(label="October 2026")
    tutorial.get_by_label("Confidence").select_option(label="90%")
    wanted = 'cx.nps(rows, by="region", period="2026-10", level=0.9)'
    tutorial.wait_for_function(f"document.querySelector('.jp-OutputArea textarea').value === {json.dumps(wanted)}")
    tutorial.wait_for_function(
        "document.querySelector('.jp-OutputArea [role=status]').innerText.includes('90% interval')"
    )


def test_the_code_of_the_explorer_is_copied(tutorial: Any) -> None:
    tutorial.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tutorial.get_by_role("button", name="Copy", exact=True).click()
    tutorial.wait_for_function("document.querySelector('.cx-copy').textContent === 'Copied'")
    code = tutorial.get_by_label("Code", exact=True).input_value()
    assert code.startswith("cx.nps(rows")
    assert tutorial.evaluate("navigator.clipboard.readText()") == code


def exported(tab: Any, name: str) -> tuple[str, bytes]:
    """What File > Save and Export Notebook As > `name` gives: the file's name and content."""
    tab.get_by_role("menuitem", name="File", exact=True).click()
    entries = tab.locator(".lm-Menu-item")
    entries.filter(has_text="Save and Export Notebook As").hover()
    with tab.expect_download(timeout=120_000) as found:
        entries.filter(has_text=name).click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes()


def test_the_menu_exports_our_page_with_a_box_for_the_explorer(tutorial: Any) -> None:
    name, page = exported(tutorial, "Report (HTML)")
    html = page.decode()
    assert name == "first_steps.html"
    assert html.count('<table class="forest">') >= 3
    assert html.count('<p class="refused">') == 1
    assert "<script" not in html
    assert ".cx-paper" not in html  # the style of the notebook stays in the notebook


def test_the_menu_exports_our_paper(tutorial: Any) -> None:
    name, paper = exported(tutorial, "Report (PDF)")
    assert name == "first_steps.pdf"
    assert paper.startswith(b"%PDF-")
    check_pdf(paper)


def test_nothing_was_asked_of_another_machine(tutorial: Any, lab: Lab) -> None:
    asked = {url.split("/")[2] for url in tutorial.asked if url.startswith(("http", "ws"))}
    assert asked == {lab.address.removeprefix("http://")}
