"""The structure tree of a PDF by the rules of PDF/UA-1 that a machine can check, on every page of a long table too."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader
from pypdf.generic import ContentStream

from cxlab.report.meta import Meta
from cxlab.report.render import html, pdf

ROWS = 90
PAINTING = {b"Tj", b"TJ", b"'", b'"', b"Do", b"f", b"f*", b"S", b"s", b"B", b"B*", b"b", b"sh"}
INSIDE = {
    "/TH": {"/TR"}, "/TD": {"/TR"}, "/TR": {"/THead", "/TBody", "/TFoot", "/Table"}, "/THead": {"/Table"},
    "/TBody": {"/Table"}, "/LI": {"/L"}, "/Lbl": {"/LI"}, "/LBody": {"/LI"},
}  # fmt: skip
ONLY = {"/L": {"/LI", "/L", "/Caption"}, "/LI": {"/Lbl", "/LBody"}, "/TR": {"/TH", "/TD"}}


@pytest.fixture(scope="module")
def paper() -> PdfReader:
    """A table over several pages, with names in the rows, and the pairs of a card."""
    body = "".join(f'<tr><th scope="row">Branch {at}</th><td class="n">{at}</td></tr>' for at in range(ROWS))
    table = (
        '<table><thead><tr><th scope="col">Branch</th><th scope="col">Base</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
    card = '<dl class="facts"><div><dt>Base</dt><dd>1,187 answers</dd></div><div><dt>Level</dt><dd>95%</dd></div></dl>'
    shown = [new_output("display_data", data={"text/html": part}) for part in (card, table)]
    cells = [new_markdown_cell("# Title\n\n## Part"), new_code_cell("x", execution_count=1, outputs=shown)]
    return PdfReader(io.BytesIO(pdf(html(new_notebook(cells=cells), Meta(), on_paper=True))))


def elements(node: Any, parent: Any = None) -> list[tuple[Any, Any]]:
    """The elements of a structure tree with their parents, depth first."""
    node = node.get_object()
    if not isinstance(node, dict):
        return []
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    mine = [(node, parent)] if "/S" in node else []
    return mine + [found for kid in kids for found in elements(kid, node)]


def tree(paper: PdfReader) -> list[tuple[Any, Any]]:
    root: Any = paper.trailer["/Root"]
    return elements(root["/StructTreeRoot"])


def test_every_head_says_what_it_heads_on_every_page(paper: PdfReader) -> None:
    found = tree(paper)
    assert len(paper.pages) > 1
    heads = [one for one, _ in found if one["/S"] == "/TH"]
    scopes = [one["/A"]["/Scope"] for one in heads]
    tables = sum(one["/S"] == "/Table" for one, _ in found)
    assert scopes.count("/Row") == ROWS
    assert scopes.count("/Column") == 2 * tables == 2 * len(paper.pages)
    # Identifiers would have to differ from each other in the whole document; no cell needs one.
    assert not [one for one, _ in found if "/ID" in one or "/Headers" in one.get("/A", {})]


def test_every_element_stands_where_its_kind_may_stand(paper: PdfReader) -> None:
    found = tree(paper)
    kinds = {one["/S"] for one, _ in found}
    assert {"/L", "/LI", "/Lbl", "/LBody", "/Table", "/TH", "/TD", "/H1", "/H2"} <= kinds
    wrong = [
        (one["/S"], parent["/S"])
        for one, parent in found
        if parent is not None
        and "/S" in parent
        and (
            parent["/S"] not in INSIDE.get(one["/S"], {parent["/S"]})
            or one["/S"] not in ONLY.get(parent["/S"], {one["/S"]})
        )
    ]
    assert wrong == []


def test_all_that_is_painted_is_tagged_or_an_artifact(paper: PdfReader) -> None:
    for page in paper.pages:
        marked: list[str] = []
        outside = 0
        for operands, operator in ContentStream(page.get_contents(), paper).operations:
            if operator in (b"BDC", b"BMC"):
                marked.append(operands[0])
            elif operator == b"EMC":
                marked.pop()
            elif operator in PAINTING:
                outside += not marked
        assert outside == 0
        assert page["/Tabs"] == "/S"


def test_the_paper_says_that_it_is_accessible_and_shows_its_title(paper: PdfReader) -> None:
    root: Any = paper.trailer["/Root"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert paper.xmp_metadata is not None
    said = paper.xmp_metadata.stream.get_data().decode()
    assert re.search(r'pdfuaid:part(="|>)1', said)
    assert "<dc:title>" in said
