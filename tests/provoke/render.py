"""One provocation for each error of the pages: render, gates, fonts, logo, meta."""

from __future__ import annotations

import builtins
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from cxlab.report import assets, fonts, gate, paper, places
from cxlab.report.meta import Meta
from cxlab.report.render import html
from cxlab.show import typefaces

FIGURE = new_output("display_data", data={"image/png": "AAAA"})
PLOTLY = new_output("display_data", data={"application/vnd.plotly.v1+json": {}, "text/html": "<p>chart</p>"})
STYLER = new_output("display_data", data={"text/html": '<table id="T_a1b2"><tr><td>1</td></tr></table>'})
OBJECT = new_output("display_data", data={"text/plain": "<cxlab.Rows object at 0x7f00>"})
FAILED = new_output("error", ename="KeyError", evalue="'recommend'", traceback=[])


def _notebook(*outputs: Any, count: int | None = 1) -> Any:
    return new_notebook(
        cells=[new_markdown_cell("# Title"), new_code_cell("x", execution_count=count, outputs=list(outputs))]
    )


def _page(old: str, new: str) -> str:
    """A small page in which something was replaced."""
    return html(new_notebook(cells=[new_markdown_cell("# Title\n\nWords.")]), Meta()).replace(old, new, 1)


def _paper() -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(paper.pdf(_page("a", "a")))))
    writer.add_attachment("other.csv", b"1")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _blank() -> bytes:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


def _without_pango() -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    with mock.patch.object(builtins, "__import__", missing):
        paper.load()


def _font(**packages: str) -> None:
    with mock.patch.dict(typefaces.PACKAGES, {"Be Vietnam Pro": packages["package"]}):
        typefaces.font_file("Be Vietnam Pro", 400)


def _templates() -> None:
    with mock.patch.object(places, "PACKAGE", Path("nowhere/cxlab")):
        places.templates_folder()


def _logo(width: int, height: int) -> None:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    assets.logo_uri(out.getvalue())


PROVOKE: dict[str, Callable[[], object]] = {
    "page of a failed notebook": lambda: gate.check_notebook(_notebook(FAILED)),
    "page of a notebook not run": lambda: gate.check_notebook(_notebook(count=None)),
    "page with a chart that needs a script": lambda: gate.check_notebook(_notebook(PLOTLY)),
    "page with a pandas Styler": lambda: gate.check_notebook(_notebook(STYLER)),
    "page with an undescribed picture": lambda: gate.check_notebook(_notebook(FIGURE)),
    "page with a bare object": lambda: gate.check_notebook(_notebook(OBJECT)),
    "page with a script": lambda: gate.check_html(_page("<p>Words.</p>", "<script>x()</script>")),
    "page that loads": lambda: gate.check_html(_page("<p>Words.</p>", '<img src="https://example.org/a.png" alt="a">')),
    "page without its lock": lambda: gate.check_html(_page("default-src", "script-src")),
    "page without a language": lambda: gate.check_html(_page('<html lang="en"', "<html")),
    "page with two titles": lambda: gate.check_html(_page("<p>Words.</p>", "<h1>Other</h1>")),
    "page with one id twice": lambda: gate.check_html(_page("<p>Words.</p>", '<p id="title">Words.</p>')),
    "page with a link to nowhere": lambda: gate.check_html(_page("<p>Words.</p>", '<a href="#fig9">figure 9</a>')),
    "page with an empty description": lambda: gate.check_html(
        _page("<p>Words.</p>", '<img src="data:image/png;base64,AAAA" alt="">')
    ),
    "page that lost a table": lambda: gate.check_html(_page("a", "a"), gate.Counts(1, 0)),
    "page with a path": lambda: gate.check_html(_page("<p>Words.</p>", "<p>read from /home/anna/answers.csv</p>")),
    "page with a character no font has": lambda: fonts.check([("cell 3", "Tokyo 東京")]),
    "paper that fetches": lambda: paper.pdf(_page("<p>Words.</p>", '<img src="https://example.org/a.png" alt="a">')),
    "paper with unknown style": lambda: paper.pdf(_page("<p>Words.</p>", '<p style="colour: red">Words.</p>')),
    "paper with an attachment": lambda: gate.check_pdf(_paper()),
    "paper without a language": lambda: gate.check_pdf(_blank()),
    "paper with a forbidden word": lambda: gate.check_pdf(paper.pdf(_page("a", "a")), forbidden=["Words"]),
    "paper without Pango": _without_pango,
    "font that is not installed": lambda: _font(package="fontpkg_of_nobody"),
    "font that is incomplete": lambda: _font(package="fontTools"),
    "templates that are missing": _templates,
    "logo of too many pixels": lambda: _logo(3000, 3000),
    "logo of far too many pixels": lambda: _logo(14000, 14000),
    "logo that is no picture": lambda: assets.logo_uri(b"<svg/>"),
    "page in an unknown language": lambda: Meta(locale="de"),
    "page on unknown paper": lambda: Meta(page_size="A5"),
    "page of an unknown calendar": lambda: Meta(calendar="lunar"),
    "page in a colour by name": lambda: Meta(colour="red"),
    "metadata with an unknown name": lambda: Meta.of({"clinet": "Acme"}),
    "metadata of the wrong type": lambda: Meta.of({"sample": "yes"}),
    "metadata with a date in another form": lambda: Meta.of({"issued": "6/11/2026"}),
}
