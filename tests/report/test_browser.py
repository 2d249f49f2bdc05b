"""Payloads in a real browser (THREATS I01 to I10): none runs, nothing is asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cxlab.errors import ReportError
from cxlab.report.clean import verbatim
from cxlab.report.meta import Meta
from cxlab.report.render import html

pytestmark = pytest.mark.browser
MARK = "document.documentElement.dataset.hurt='{}'"
PAYLOADS = [
    "<script>{}</script>",
    '<img src="x" onerror="{}">',
    '<svg onload="{}"></svg>',
    '<details open ontoggle="{}">a</details>',
    '<body onload="{}">',
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    '<a href="javascript:{}" id="go">a</a>',
    '<input autofocus onfocus="{}">',
    "</title><script>{}</script>",
    "--><script>{}</script>",
    "]]><script>{}</script>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>",
    "<style><img src=x onerror={}></style>",
    "<math><mtext><table><mglyph><style><img src=x onerror={}>",
    "<svg><script>{}</script></svg>",
]


def visit(browser: Any, page: str, path: Path, width: int = 1280) -> tuple[str | None, list[str], Any]:
    """What a payload left in the page, what the page asked for, and the widths."""
    path.write_text(page, encoding="utf-8")
    tab = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(path.as_uri())
    for link in tab.query_selector_all("#go"):
        link.click(timeout=1000)
    tab.wait_for_timeout(60)
    hurt = tab.evaluate("document.documentElement.dataset.hurt ?? null")
    widths = tab.evaluate(
        "[document.documentElement.scrollWidth - innerWidth, getComputedStyle(document.body).direction,"
        " Math.min(...[...document.querySelectorAll('figure img')].map(i => i.getBoundingClientRect().width)),"
        " [...document.fonts].filter(f => f.status === 'loaded').length]"
    )
    tab.close()
    return hurt, [url for url in asked if not url.startswith(("data:", path.as_uri()))], widths


def as_text(payload: str) -> str:
    """A page with the payload in every place where a customer's or client's words may stand as text."""
    import pandas as pd

    frame = pd.DataFrame({payload: [payload]}, index=[payload])
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><title>t</title>{payload.replace("&", "&amp;")}</svg>'
    outputs = [
        new_output("display_data", data={"text/html": verbatim(payload)}),
        new_output("display_data", data={"text/html": frame._repr_html_()}),
        new_output("display_data", data={"image/svg+xml": drawing}, metadata={"image/svg+xml": {"alt": payload}}),
        new_output("display_data", data={"text/plain": payload}),
        new_output("stream", name="stdout", text=payload),
    ]
    book = new_notebook(cells=[new_markdown_cell("# T"), new_code_cell("x", execution_count=1, outputs=outputs)])
    return html(
        book, Meta(client=payload, title=payload, period_label=payload, prepared_by=payload, description=payload)
    )


def as_markup(payload: str) -> Iterator[str]:
    """Pages with the payload raw in an output and in a Markdown cell, as far as the gates let them through."""
    output = new_output(
        "display_data", data={"text/html": f"<table><tbody><tr><td>{payload}</td></tr></tbody></table>"}
    )
    for cell in (
        new_code_cell("x", execution_count=1, outputs=[output]),
        new_markdown_cell(f"{payload}\n\n[a](javascript:x())"),
    ):
        with contextlib.suppress(ReportError):  # refused is as good as cleaned
            yield html(new_notebook(cells=[new_markdown_cell("# T"), cell]), Meta())


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_no_payload_runs_anywhere(browser: Any, tmp_path: Path, number: int) -> None:
    payload = PAYLOADS[number].format(MARK.format(number))
    for page in (as_text(payload), *as_markup(payload)):
        hurt, asked, _ = visit(browser, page, tmp_path / "a.html")
        assert hurt is None
        assert asked == []


def test_the_lock_alone_stops_what_is_put_into_the_page_raw(browser: Any, tmp_path: Path) -> None:
    page = html(new_notebook(cells=[new_markdown_cell("# T\n\nWords.")]), Meta())
    raw = page.replace("<p>Words.</p>", "".join(PAYLOADS).format(*(MARK.format(at) for at in range(len(PAYLOADS)))))
    hurt, asked, _ = visit(browser, raw, tmp_path / "a.html")
    assert hurt is None
    assert [url for url in asked if url.startswith("http")] == []
    unlocked = "<!DOCTYPE html><p>" + PAYLOADS[1].format(MARK.format(1))
    assert visit(browser, unlocked, tmp_path / "b.html")[0] == "1"  # the payload does run where nothing stops it


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
@pytest.mark.parametrize("width", [360, 390, 768, 1360])
def test_page_fits_every_width_and_uses_its_own_fonts(
    browser: Any, demo: ModuleType, tmp_path: Path, code: str, width: int
) -> None:
    hurt, asked, (over, direction, figure, loaded) = visit(
        browser, html(demo.notebook(code), demo.meta(code)), tmp_path / "a.html", width
    )
    assert (hurt, asked) == (None, [])
    assert over <= 0
    assert direction == ("rtl" if code == "fa" else "ltr")
    assert figure >= 0.9 * 325
    assert loaded >= 2
