"""The PDF renderer reads nothing but the page: not the network, not a file (THREATS I11 to I13)."""

from __future__ import annotations

import builtins
import io
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader
from show import made_up as made

from cxlab.errors import ReportError
from cxlab.estimate import Estimates
from cxlab.report import paper
from cxlab.report.meta import Meta
from cxlab.report.render import html
from cxlab.show.tables import table

KINDS = {
    "img": '<img src="{}" alt="a">',
    "css url": '<p style="background:url({})">a</p>',
    "import": '<style>@import "{}";</style>',
    "font": "<style>@font-face{{font-family:q;src:url({})}} p{{font-family:q}}</style><p>a</p>",
    "stylesheet": '<link rel="stylesheet" href="{}">',
    "attachment": '<link rel="attachment" href="{}">',
    "link attachment": '<a rel="attachment" href="{}">a</a>',
    "svg image": '<svg viewBox="0 0 9 9" width="9"><title>a</title><image href="{}" width="9" height="9"/></svg>',
    "object": '<object data="{}" type="image/png"></object>',
    "embed": '<embed src="{}" type="image/png">',
    "content": '<p style="content:url({})">a</p><style>p::before{{content:url({})}}</style>',
    "list": '<ul style="list-style:url({})"><li>a</li></ul>',
}


@pytest.fixture(scope="module")
def page() -> str:
    """A small page without its styles and fonts, which are not what is tested here and take time."""
    made = html(new_notebook(cells=[new_markdown_cell("# Title\n\nWords.")]), Meta(), on_paper=True)
    return re.sub("(?s)<style>.*?</style>", "", made)


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A local server that writes down every request and would redirect it to a file."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Nothing is printed."""

    running = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}/x.png", asked
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_fetched_and_the_report_is_refused(page: str, server: tuple[str, list[str]], kind: str) -> None:
    address, asked = server
    with pytest.raises(ReportError, match="outside itself"):
        paper.pdf(page.replace("<p>Words.</p>", KINDS[kind].format(address, address)))
    assert asked == []


@pytest.mark.parametrize("kind", ["img", "attachment", "link attachment", "svg image", "import", "object"])
def test_no_file_is_read_by_absolute_or_relative_address(
    page: str, tmp_path: Path, kind: str, monkeypatch: Any
) -> None:
    (tmp_path / "b.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><text>needle</text></svg>', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    for address in ((tmp_path / "b.svg").as_uri(), "b.svg", "../" + tmp_path.name + "/b.svg"):
        with pytest.raises(ReportError):
            paper.pdf(page.replace("<p>Words.</p>", KINDS[kind].format(address, address)))


def test_a_picture_in_a_data_svg_that_asks_for_more_is_refused(page: str, server: tuple[str, list[str]]) -> None:
    import base64

    address, asked = server
    inner = f'<image href="{address}" width="9" height="9"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inner}</svg>'
    image = f'<img alt="a" src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'
    with pytest.raises(ReportError):
        paper.pdf(page.replace("<p>Words.</p>", image))
    assert asked == []


def test_what_the_renderer_complains_of_is_an_error(page: str) -> None:
    with pytest.raises(ReportError, match=r"cannot be printed as it is written.*no-such-property"):
        paper.pdf(page.replace("<p>Words.</p>", '<p style="no-such-property: 1">a</p>'))


def test_a_good_page_has_no_attachment(page: str) -> None:
    reader = PdfReader(io.BytesIO(paper.pdf(page)))
    assert dict(reader.attachments) == {}


def test_a_missing_pango_names_the_packages(monkeypatch: Any) -> None:
    real = builtins.__import__

    def without_pango(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(ReportError) as refused:
        paper.load()
    for word in ("libpango-1.0-0", "libpangoft2-1.0-0", "dnf install pango", "brew install pango", "conda-forge pango"):
        assert word in str(refused.value)


@pytest.mark.parametrize(("before", "rows"), [(0, 37), (0, 40), (33, 20), (35, 20)])
def test_one_row_of_a_table_and_one_of_its_notes_never_stand_alone_on_a_page(before: int, rows: int) -> None:
    """Two rows stay together at both ends of a table, and its notes with each other."""
    body = "".join(f'<tr><th scope="row">Row {i}</th><td>1</td></tr>' for i in range(rows))
    listed = f"<table><thead><tr><th>Name</th><th>Value</th></tr></thead><tbody>{body}</tbody></table>"
    notes = "".join(f'<p class="note">Note {i}.</p>' for i in range(3))
    lines = '<p class="note">Line.</p>' * before
    cell = new_markdown_cell(f'# Title\n\n{lines}\n<div class="wide">{listed}</div>\n<div class="notes">{notes}</div>')
    reader = PdfReader(io.BytesIO(paper.pdf(html(new_notebook(cells=[cell]), Meta(), on_paper=True))))
    pages = [page.extract_text() for page in reader.pages]
    assert sum("Note " in text for text in pages) == 1
    assert all(len(re.findall(r"Row \d+", text)) != 1 for text in pages)


def in_a_table(tmp_path: Path, name: str, code: str) -> list[tuple[float, float, str]]:
    """Where the words of a page stand, from left to right: a table with this name of a segment in its first column."""
    found = Estimates([made.one(40, 30, 50, 400, region=one) for one in ("North", name)], by=["region"])
    cell = new_code_cell(
        "x", execution_count=1, outputs=[new_output("display_data", data={"text/html": str(table(found, code))})]
    )
    notebook = new_notebook(cells=[new_markdown_cell("# Title"), cell])
    path = tmp_path / "a.pdf"
    path.write_bytes(paper.pdf(html(notebook, Meta(locale=code), on_paper=True)))
    said = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, text=True).stdout
    boxes = re.findall(r'<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)" yMax="[\d.-]+">(.*?)</word>', said)
    return sorted((float(low), float(high), unescape(word)) for low, high, word in boxes)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_a_word_without_end_breaks_and_keeps_a_table_on_its_page(tmp_path: Path, code: str) -> None:
    words = in_a_table(
        tmp_path, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", code
    )
    assert 0 < min(low for low, _, _ in words) <= max(high for _, high, _ in words) < 595, "A4 is 595 points wide"


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_the_signs_of_a_latin_name_keep_their_side_in_persian(tmp_path: Path) -> None:
    order = [re.sub("[\u2066-\u2069]", "", word) for _, _, word in in_a_table(tmp_path, "-- First Second", "fa")]
    name = [word for word in order if word in ("--", "First", "Second")]
    assert name == ["--", "First", "Second"]
