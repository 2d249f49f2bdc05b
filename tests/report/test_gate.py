"""Gates: each thing a report may not be is refused by name and place."""

from __future__ import annotations

import io
from types import ModuleType
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader, PdfWriter

from cxlab.errors import ReportError
from cxlab.report import gate
from cxlab.report.meta import Meta
from cxlab.report.render import html, pdf


@pytest.fixture(scope="module")
def page(demo: ModuleType) -> str:
    """A small good page with one table and one picture."""
    picture = demo.picture(60, 20)
    content = f'<table><tbody><tr><td>1</td></tr></tbody></table><img src="{picture}" alt="a line">'
    cell = new_code_cell("x", execution_count=1, outputs=[new_output("display_data", data={"text/html": content})])
    return html(new_notebook(cells=[new_markdown_cell("# Title\n\n## Part\n\nWords."), cell]), Meta(title="Small"))


@pytest.fixture(scope="module")
def paper(page: str) -> bytes:
    """The same on paper."""
    return pdf(page)


def book(*outputs: Any, source: str = "x", count: int | None = 1) -> Any:
    return new_notebook(
        cells=[new_markdown_cell("# T"), new_code_cell(source, execution_count=count, outputs=list(outputs))]
    )


@pytest.mark.parametrize(
    "kind",
    ["application/javascript", "text/vnd.mermaid", "text/latex", "text/markdown", "application/vnd.plotly.v1+json",
     "application/vnd.vegalite.v5+json", "application/vnd.jupyter.widget-view+json", "application/pdf", "image/jpeg",
     "application/vnd.bokehjs_exec.v0+json", "application/geo+json"],
)  # fmt: skip
def test_what_a_report_cannot_carry_is_refused_by_name_and_cell(kind: str) -> None:
    output = new_output("display_data", data={kind: "x", "text/plain": "x", "text/html": "<p>x</p>"})
    with pytest.raises(ReportError) as refused:
        gate.check_notebook(book(output))
    assert f"cell 2: '{kind}'" in str(refused.value)


def test_a_failed_notebook_is_refused_also_for_an_analyst() -> None:
    failed = book(new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=["Traceback"]))
    for strict in (True, False):
        with pytest.raises(ReportError, match="cell 2: ZeroDivisionError: division by zero"):
            html(failed, Meta(), strict=strict)


def test_a_cell_that_was_never_run_is_refused() -> None:
    with pytest.raises(ReportError, match="cell 2 was never run"):
        gate.check_notebook(book(count=None))
    gate.check_notebook(book(source="  ", count=None))


def test_a_styler_is_refused_and_a_plain_frame_is_not() -> None:
    import pandas as pd

    frame = pd.DataFrame({"comment": ["<img src=x onerror=alert(1)>"]})
    styler = new_output(
        "execute_result", data={"text/html": frame.style.to_html(), "text/plain": "x"}, execution_count=1
    )
    with pytest.raises(ReportError, match=r"Styler.*cell 2"):
        gate.check_notebook(book(styler), strict=False)
    shown = new_output("execute_result", data={"text/html": frame._repr_html_(), "text/plain": "x"}, execution_count=1)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html(book(shown), Meta())


def test_a_picture_without_words_and_a_bare_object_are_refused() -> None:
    with pytest.raises(ReportError, match=r"alternative text.*cell 2"):
        gate.check_notebook(book(new_output("display_data", data={"image/png": "AAAA"})))
    bare = new_output("execute_result", data={"text/plain": "<cxlab.Rows object at 0x7f3a10>"}, execution_count=1)
    with pytest.raises(ReportError, match=r"cell 2: <cxlab.Rows object at 0x\.\.\.>"):
        gate.check_notebook(book(bare))


def test_a_good_page_passes(page: str) -> None:
    gate.check_html(page, gate.Counts(1, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<p>Words.</p>", "<script>x()</script>", "live markup.*element script, under 'Part'"),
        ("<p>Words.</p>", '<p onclick="x()">Words.</p>', "live markup.*attribute onclick of p"),
        ("<p>Words.</p>", '<meta http-equiv="refresh" content="0;url=http://e.org">', "live markup"),
        ("<p>Words.</p>", '<a href="https://e.org">a</a>', "outside itself.*href of a, under 'Part': https://e.org"),
        ("<p>Words.</p>", '<a href="mailto:a@e.org">a</a>', "outside itself"),
        ("data:image/png;base64,", "figures/a.png?", "outside itself.*src of img"),
        ('alt="a line"', 'alt="a line" srcset="a.png 2x"', "outside itself.*srcset"),
        ("<p>Words.</p>", '<p style="background:url(http://e.org)">a</p>', "outside itself.*style of p"),
        ("<style>", "<style>@import 'a.css';", "outside itself.*the style sheet: @import"),
        ("<style>", "<style>p{background:url( 'http://e.org')}", "outside itself.*style sheet"),
        ('alt="a line"', 'alt=" "', "no alternative text.*picture 1, under 'Part'"),
        ('alt="a line"', 'alt="No description has been provided for this image"', "no alternative text"),
        ("<p>Words.</p>", "<p>Part¶</p>", "words of the machine"),
        ("<p>Words.</p>", "<pre>Traceback (most recent call last):</pre>", "words of the machine"),
        ("<p>Words.</p>", "<pre>UserWarning: a</pre>", "words of the machine"),
        ("<p>Words.</p>", "<p>from /home/anna/data.csv</p>", "words of the machine.*/home/anna"),
        ("<p>Words.</p>", "<p>lib/site-packages/x</p>", "words of the machine"),
        ("<p>Words.</p>", "<p>report.py:12</p>", "words of the machine"),
        ("<p>Words.</p>", "<h1>Second</h1>", "one title of the first level.*2: 'Title' and 'Second'"),
        ("<p>Words.</p>", '<p id="part">a</p>', "same id.*'part'"),
        ("<p>Words.</p>", '<a href="#nowhere">a</a>', "leads nowhere.*'#nowhere'"),
        ("<p>Words.</p>", "<p>漢</p>", "no glyph.*U\\+6F22"),
        (
            "<tbody><tr><td>1</td></tr></tbody>",
            "<tr><td><table></table></td></tr>",
            "lost or doubled.*notebook: 1 tables",
        ),
        ('<meta charset="utf-8">', "", ""),
        ("default-src &#39;none&#39;", "default-src *", "not locked"),
        ('<html lang="en"', "<html", "no language"),
    ],
)
def test_each_fault_of_a_page_is_said(page: str, old: str, new: str, said: str) -> None:
    assert old in page
    changed = page.replace(old, new, 1)
    if not said:
        gate.check_html(changed, gate.Counts(1, 1))
        return
    with pytest.raises(ReportError, match=f"(?s){said}"):
        gate.check_html(changed, gate.Counts(1, 1))


def test_the_lock_must_come_first(page: str) -> None:
    with pytest.raises(ReportError, match="not locked"):
        gate.check_html(page.replace("<head>", '<head><meta name="a" content="b">', 1))


def test_customers_may_speak_of_paths_and_warnings(page: str) -> None:
    said = '<blockquote class="verbatim"><bdi dir="auto">UserWarning: /home/anna</bdi></blockquote>'
    gate.check_html(page.replace("<p>Words.</p>", said, 1))


def test_a_good_paper_passes(paper: bytes) -> None:
    gate.check_pdf(paper, forbidden=["needle"])


def test_attachment_script_and_outside_link_of_a_paper_are_refused(paper: bytes) -> None:
    from pypdf.annotations import Link
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    def changed(change: Any) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(paper)))
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    def script(writer: PdfWriter) -> None:
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")}
        )
        writer.root_object[NameObject("/OpenAction")] = action

    with pytest.raises(ReportError, match="EmbeddedFiles"):
        gate.check_pdf(changed(lambda writer: writer.add_attachment("b.csv", b"1")))
    with pytest.raises(ReportError, match="OpenAction"):
        gate.check_pdf(changed(script))
    with pytest.raises(ReportError, match="/Link /URI on page 1"):
        gate.check_pdf(changed(lambda writer: writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="http://e.org"))))


def test_paper_without_title_language_or_tags_is_refused() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(ReportError, match="no language"):
        gate.check_pdf(out.getvalue())


@pytest.mark.parametrize(
    "hidden", ['<p style="color:white;font-size:1px">needle</p>', '<p style="margin-left:-999cm">needle</p>']
)
def test_a_planted_word_is_found_in_the_text_even_if_it_is_not_seen(page: str, hidden: str) -> None:
    from cxlab.report import paper as printer

    with pytest.raises(ReportError, match="'needle', page 1"):
        gate.check_pdf(printer.pdf(page.replace("<p>Words.</p>", hidden, 1)), forbidden=["needle"])


def test_a_planted_word_is_found_in_the_properties() -> None:
    data = pdf(html(new_notebook(cells=[new_markdown_cell("# T")]), Meta(prepared_by="x", description="about needle")))
    with pytest.raises(ReportError, match="'needle', properties"):
        gate.check_pdf(data, forbidden=["needle"])


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_the_demo_counts_are_what_the_page_holds(demo: ModuleType, code: str) -> None:
    assert gate.counts(demo.notebook(code)) == gate.Counts(3, 8)
