"""Pages: from an executed notebook to HTML and PDF, with everything in them and nothing else."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from cxlab.errors import ReportError
from cxlab.report import assets
from cxlab.report.meta import Meta
from cxlab.report.render import CxHTMLExporter, html, pdf

LANGUAGES = ("en", "vi", "fa")
TABLE = "<table><tbody><tr><td>{}</td></tr></tbody></table>"


@pytest.fixture(scope="module")
def pages(demo: ModuleType) -> dict[str, str]:
    """The demo's HTML in three languages."""
    return {code: html(demo.notebook(code), demo.meta(code)) for code in LANGUAGES}


@pytest.fixture(scope="module")
def papers(demo: ModuleType) -> dict[str, bytes]:
    """The demo's PDF in three languages."""
    return {code: pdf(html(demo.notebook(code), demo.meta(code), on_paper=True)) for code in LANGUAGES}


def run(source: str, *outputs: Any, tags: tuple[str, ...] = ()) -> Any:
    """A code cell that was run."""
    return new_code_cell(source, execution_count=1, outputs=list(outputs), metadata={"tags": list(tags)})


def shows(content: str, kind: str = "text/html", result: bool = False) -> Any:
    """An output."""
    extra = {"execution_count": 1} if result else {}
    return new_output("execute_result" if result else "display_data", data={kind: content, "text/plain": "it"}, **extra)


def page_of(*cells: Any, strict: bool = True, on_paper: bool = False) -> str:
    return html(new_notebook(cells=[new_markdown_cell("# Title"), *cells]), Meta(), on_paper=on_paper, strict=strict)


def soup(page: str) -> Any:
    return BeautifulSoup(page, "html.parser")


def text_of(data: bytes, folder: Path) -> str:
    path = folder / "report.pdf"
    path.write_bytes(data)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("code", LANGUAGES)
def test_page_has_every_table_and_picture_of_its_notebook(pages: dict[str, str], code: str) -> None:
    main = soup(pages[code]).find("main")
    assert len(main.find_all("table")) == 3
    assert len(main.find_all("img")) == 8
    assert len(pages[code]) < 1_000_000


@pytest.mark.parametrize("code", LANGUAGES)
def test_page_says_its_language_direction_and_title(pages: dict[str, str], demo: ModuleType, code: str) -> None:
    page = soup(pages[code])
    assert (page.html["lang"], page.html["dir"]) == (code, "rtl" if code == "fa" else "ltr")
    assert demo.TEXT["client"][LANGUAGES.index(code)] in page.title.text
    assert page.head.find(True)["content"] == assets.POLICY
    assert len(page.find_all("h1")) == 1
    assert page.find("meta", {"name": "author"})["content"] == demo.TEXT["prepared"][LANGUAGES.index(code)]


def test_contents_lead_to_their_headings(pages: dict[str, str]) -> None:
    page = soup(pages["fa"])
    links = page.select("nav.contents a")
    assert [link.text for link in links][1] == "تمایل به توصیه در مناطق"
    assert all(page.find(id=link["href"][1:]).name == "h2" for link in links)


def test_an_execute_result_does_not_vanish() -> None:
    assert "needle" in page_of(run("df", shows(TABLE.format("needle"), result=True)))


def test_code_parameters_warnings_and_hidden_cells_are_in_no_byte() -> None:
    word = "needle"
    page = page_of(
        run(f"password = '{word}'", shows(TABLE.format("seen"))),
        run("x", shows(word), tags=("hide-cell",)), run("x", shows(word), tags=("remove-output",)),
        run(f"client = '{word}'", tags=("injected-parameters",)),
        run("x", new_output("stream", name="stderr", text=f"/home/a/b.py:3: UserWarning: {word}")),
        nbformat.v4.new_raw_cell(word),
    )  # fmt: skip
    assert "seen" in page
    assert word not in page


def test_hidden_parameter_in_metadata_stays_out() -> None:
    book = new_notebook(cells=[new_markdown_cell("# T")], metadata={"papermill": {"parameters": {"a": "needle"}}})
    assert "needle" not in html(book, Meta())


def test_appendix_comes_last_and_skip_pdf_stays_on_the_screen() -> None:
    cells = (run("x", shows("<p>last</p>"), tags=("appendix",)), run("x", shows("<p>first</p>")),
             run("x", shows("<p>screen</p>"), tags=("skip-pdf",)))  # fmt: skip
    page = page_of(*cells)
    assert page.index("<p>first") < page.index("<p>screen") < page.index("<p>last")
    assert "<p>screen" not in page_of(*cells, on_paper=True)


def test_svg_becomes_a_picture_in_which_nothing_can_run() -> None:
    output = shows('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script></svg>', "image/svg+xml")
    output.metadata = {"image/svg+xml": {"alt": "a drawing"}}
    image = soup(page_of(run("x", output))).find("main").img
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert image["alt"] == "a drawing"


def test_dollars_stay_as_typed_and_nothing_asks_for_mathematics(pages: dict[str, str]) -> None:
    assert "It costs $5 or $10." in page_of(new_markdown_cell("It costs $5 or $10."))
    assert "mathjax" not in pages["en"].lower()


def test_a_widget_is_a_box_for_an_analyst_and_an_error_in_a_batch() -> None:
    widget = run(
        "w", new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "W"})
    )
    assert soup(page_of(widget, strict=False)).find(class_="refused") is not None
    with pytest.raises(ReportError, match="cell 2"):
        page_of(widget)


def test_an_analysts_undescribed_picture_takes_the_words_of_its_heading() -> None:
    picture = run("fig", shows("iVBORw0KGgo=", "image/png"))
    page = page_of(new_markdown_cell("## Trend of the score"), picture, strict=False)
    assert soup(page).find("main").img["alt"] == "Trend of the score"


def test_same_notebook_gives_the_same_bytes_also_in_another_process(
    demo: ModuleType, pages: dict[str, str], papers: dict[str, bytes]
) -> None:
    script = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); import demo\n"
        "from cxlab.report.render import html, pdf\n"
        "page = html(demo.notebook('en'), demo.meta('en'))\n"
        "paper = pdf(html(demo.notebook('en'), demo.meta('en'), on_paper=True))\n"
        "print(hashlib.sha256(page.encode() + paper).hexdigest())"
    )
    again = subprocess.run([sys.executable, "-c", script, str(Path(__file__).parent)], capture_output=True, check=True)
    assert again.stdout.decode().strip() == hashlib.sha256(pages["en"].encode() + papers["en"]).hexdigest()


@pytest.mark.parametrize("code", LANGUAGES)
def test_paper_is_tagged_and_knows_its_language_title_and_bookmarks(
    papers: dict[str, bytes], demo: ModuleType, code: str
) -> None:
    reader = PdfReader(io.BytesIO(papers[code]))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == code
    assert root["/MarkInfo"]["/Marked"]
    assert len(reader.pages) == 3
    assert demo.TEXT["client"][LANGUAGES.index(code)] in str(reader.metadata.title if reader.metadata else "")
    headline = reader.outline[0]
    assert headline.title == demo.TEXT["h1"][LANGUAGES.index(code)]  # type: ignore[union-attr]
    assert len(papers[code]) < 1_000_000


def structure(node: Any) -> list[Any]:
    """The elements of a PDF's structure tree, depth first."""
    node = node.get_object()
    kids = node.get("/K", []) if isinstance(node, dict) else []
    kids = kids if isinstance(kids, list) else [kids]
    below = [found for kid in kids if isinstance(kid.get_object(), dict) for found in structure(kid)]
    return [node, *below] if isinstance(node, dict) and "/S" in node else below


def test_a_reader_without_sight_gets_headings_table_heads_and_described_pictures(papers: dict[str, bytes]) -> None:
    root: Any = PdfReader(io.BytesIO(papers["en"])).trailer["/Root"]
    elements = structure(root["/StructTreeRoot"])
    kinds = [element["/S"] for element in elements]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Table") == 3
    assert kinds.count("/TH") >= 20
    pictures = [element for element in elements if element["/S"] == "/Figure"]
    assert len(pictures) >= 20
    assert [element for element in pictures if not str(element.get("/Alt", "")).strip()] == []


@pytest.mark.parametrize(("code", "foot", "line"), [("en", "Page 2 of 3", r"Recommendation by region\W*2\b"),
                                                   ("vi", "Trang 2/3", r"Mức giới thiệu theo vùng\W*2\b")])  # fmt: skip
def test_paper_counts_its_pages_and_numbers_its_contents(
    papers: dict[str, bytes], tmp_path: Path, code: str, foot: str, line: str
) -> None:
    text = text_of(papers[code], tmp_path)
    assert foot in text.split("\f")[1]
    assert re.search(line, text.split("\f")[0].replace("…", "."))


def test_persian_paper_counts_in_persian_digits(papers: dict[str, bytes], tmp_path: Path) -> None:
    pages = text_of(papers["fa"], tmp_path).split("\f")
    assert "۲" in pages[1].strip().splitlines()[-1]
    assert not re.search("[0-9]", pages[0])


def test_headline_figures_come_out_of_persian_paper_as_they_are_read(
    papers: dict[str, bytes], pages: dict[str, str], tmp_path: Path
) -> None:
    text = re.sub("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]", "", text_of(papers["fa"], tmp_path).split("\f")[0])
    cards = soup(pages["fa"]).select(".card")
    values = [re.search("[\u2212+]?[۰-۹][۰-۹٫٬]*", one.select_one(".value").text) for one in cards]
    changes = [re.search("[\u2212+]?[۰-۹][۰-۹٫٬]*", one.select_one(".delta").text) for one in cards]
    found = [match[0] for match in (*values, *changes) if match]
    assert len(found) >= 10
    assert any(said.startswith("\u2212") for said in found)
    assert [said for said in found if said not in text] == []


def test_running_head_begins_on_the_second_page(papers: dict[str, bytes], tmp_path: Path) -> None:
    pages = text_of(papers["en"], tmp_path).split("\f")
    assert "Prepared by Lotus Advisers" in pages[0]
    assert "Harbour Bank · Customer experience report" in pages[1].splitlines()[0]
    assert "Prepared by" not in pages[1]


def test_long_table_repeats_its_head_on_every_page(tmp_path: Path) -> None:
    rows = "".join(f'<tr><th scope="row">Region {at}</th><td class="n">{at}</td></tr>' for at in range(150))
    head = '<thead><tr><th scope="col">Whereabouts</th><th scope="col">Base</th></tr></thead>'
    pages = text_of(
        pdf(page_of(run("x", shows(f"<table>{head}<tbody>{rows}</tbody></table>")), on_paper=True)), tmp_path
    )
    assert pages.count("Whereabouts") == len(pages.strip("\f").split("\f")) > 2


def test_no_heading_stands_alone_at_the_foot_of_a_page(tmp_path: Path) -> None:
    for lines in (44, 45, 46, 47):
        filler = new_markdown_cell("\n\n".join(["Filler."] * lines))
        after = new_markdown_cell("## Alone\n\nCompany for the heading.")
        text = text_of(pdf(page_of(filler, after, on_paper=True)), tmp_path)
        assert next(page for page in text.split("\f") if "Alone" in page).count("Company") == 1


def test_letter_paper_and_a4_differ_in_size() -> None:
    book = new_notebook(cells=[new_markdown_cell("# T")])
    sizes = {
        size: PdfReader(io.BytesIO(pdf(html(book, Meta(page_size=size))))).pages[0].mediabox
        for size in ("A4", "Letter")
    }
    assert [round(float(sizes["Letter"].width)), round(float(sizes["Letter"].height))] == [612, 792]
    assert [round(float(sizes["A4"].width)), round(float(sizes["A4"].height))] == [595, 842]


def test_persian_is_drawn_and_not_only_in_the_text_layer(papers: dict[str, bytes], tmp_path: Path) -> None:
    from PIL import Image

    (tmp_path / "a.pdf").write_bytes(papers["fa"])
    subprocess.run(["pdftoppm", "-r", "50", "-f", "1", "-l", "1", "-png", "a.pdf", "a"], cwd=tmp_path, check=True)
    drawn = Image.open(next(tmp_path.glob("a*.png"))).convert("L")
    headline = drawn.crop((drawn.width // 3, 55, drawn.width, 75))
    assert sum(headline.histogram()[:100]) > 150


def test_nbconvert_finds_both_formats_and_jupyterlab_offers_them(tmp_path: Path) -> None:
    from nbconvert.exporters.base import get_exporter

    assert get_exporter("cx-html").export_from_notebook
    assert get_exporter("cx-pdf").export_from_notebook
    book = new_notebook(cells=[new_markdown_cell("# Own page"), run("x", shows(TABLE.format("seen"), result=True))],
                        metadata={"cxlab": {"client": "Acme <b>", "locale": "vi"}})  # fmt: skip
    nbformat.write(book, tmp_path / "own.ipynb")
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "cx-html", "own.ipynb"], cwd=tmp_path, check=True,
                   capture_output=True)  # fmt: skip
    page = (tmp_path / "own.html").read_text(encoding="utf-8")
    assert 'lang="vi"' in page
    assert "Acme &lt;b&gt;" in page
    paper, resources = get_exporter("cx-pdf")().from_filename(str(tmp_path / "own.ipynb"))
    assert paper.startswith(b"%PDF")
    assert resources["output_extension"] == ".pdf"


def test_a_template_of_ones_own_extends_ours(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "conf.json").write_text('{"base_template": "cx-html"}', encoding="utf-8")
    (tmp_path / "own" / "index.html.j2").write_text(
        "{% extends 'cx-html/index.html.j2' %}{% block skip_link %}<p>{{ meta.client }} first</p>{% endblock %}",
        encoding="utf-8",
    )
    exporter = CxHTMLExporter(template_name="own", extra_template_basedirs=[str(tmp_path)], meta=Meta(client="A&B"))
    page, _ = exporter.from_notebook_node(new_notebook(cells=[new_markdown_cell("# T")]))
    assert "<p>A&amp;B first</p>" in page


def test_a_notebook_that_was_not_run_is_refused_also_by_name() -> None:
    exporter = CxHTMLExporter()
    with pytest.raises(ReportError, match="cell 1 was never run"):
        exporter.from_notebook_node(new_notebook(cells=[new_code_cell("1 + 1")]))


@pytest.mark.parametrize("name", ["client", "title", "period_label", "prepared_by", "description"])
def test_every_fact_of_the_report_is_text(name: str) -> None:
    payload = '"><img src=x onerror=alert(1)></title><script>x()</script>{{ 7 * 7 }}'
    page = soup(html(new_notebook(cells=[new_markdown_cell("text")]), Meta(**{name: payload})))
    assert page.find("script") is None
    assert page.find(onerror=True) is None
    assert "49" not in page.get_text().replace(payload, "")


def test_logo_becomes_pixels_and_only_pictures_are_taken(demo: ModuleType) -> None:
    assert assets.logo_uri(demo.png(900, 300)).startswith("data:image/png;base64,")
    for wrong in (b"<svg onload='x()'/>", b"", b"GIF89a..."):
        with pytest.raises(ReportError, match="logo"):
            assets.logo_uri(wrong)


def test_huge_logo_is_refused_by_its_size(shared: Any) -> None:
    with pytest.raises(ReportError, match="13000 x 13000 pixels"):
        assets.logo_uri(Path(shared("nasty/logo_170Mpx.png")).read_bytes())


def test_templates_mark_as_safe_only_what_was_cleaned() -> None:
    from cxlab.report.places import templates_folder

    allowed = {"page.style", "output.data['text/html']", "cell.source"}
    for template in templates_folder().rglob("*.j2"):
        source = template.read_text(encoding="utf-8")
        assert {found.strip() for found in re.findall(r"\{\{-?\s*([^}|]+)\|\s*safe", source)} <= allowed
        assert "autoescape" not in source
    assert json.loads((templates_folder() / "cx-pdf" / "conf.json").read_text())["base_template"] == "cx-html"


@pytest.mark.parametrize(("calendar", "issued"), [("", "۱۵ آبان ۱۴۰۵"), ("gregorian", "۶ نوامبر ۲۰۲۶")])
def test_a_report_is_issued_in_the_calendar_of_its_periods(calendar: str, issued: str) -> None:
    meta = Meta(locale="fa", issued=date(2026, 11, 6), calendar=calendar)
    assert issued in html(new_notebook(cells=[new_markdown_cell("# T")]), meta)


def test_meta_from_a_notebook_is_typed() -> None:
    from cxlab.errors import PlanError

    logo = base64.b64encode(b"x").decode()
    assert Meta.of({"logo": "data:image/png;base64," + logo, "issued": "2026-11-06"}).logo == b"x"
    for wrong in (
        {"clinet": "a"},
        {"sample": "yes"},
        {"issued": "6/11"},
        {"locale": "de"},
        {"page_size": "A5"},
        {"calendar": "lunar"},
        {"colour": "red"},
    ):
        with pytest.raises(PlanError):
            Meta.of(wrong)


def test_words_in_a_pale_brand_are_in_ink_and_its_rule_keeps_the_colour() -> None:
    pale, dark = (
        html(new_notebook(cells=[new_markdown_cell("# T")]), Meta(colour=one)) for one in ("#fff7c0", "#5e2750")
    )
    assert "--brand: #FFF7C0; --brand-text: #1B1F24;" in pale
    assert "--brand: #5E2750; --brand-text: #5E2750;" in dark
    assert not re.search(r"[^-]color: var\(--brand\)", pale), "nothing is written in the colour of the brand itself"
