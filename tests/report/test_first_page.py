"""The first page holds headline, cards, four texts, key and contents, in every language and however much there is."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from types import ModuleType
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from pypdf import PdfReader

from cxlab.report.job import Job, Report
from cxlab.report.job import report as sample_report
from cxlab.report.places import notebooks_folder
from cxlab.report.render import html, pdf
from cxlab.rows.periods import parse
from cxlab.rows.sample import tables

LONG = {
    "en": "The Mountains, the islands and the border",
    "vi": "Vùng núi và các tỉnh biên giới phía Tây Bắc",
    "fa": "استان‌های کوهستانی و مرزی غرب و جنوب غربی",
}
CLIENTS = {"en": ("harbour", "Central"), "vi": ("songhan", "Miền Trung"), "fa": ("niloofar", "اصفهان")}
KEYS = {"en": "2026-10", "vi": "2026-10", "fa": "1405-07"}
NAMES = (
    "nps", "csat", "ces", "first_response_time", "resolution_time", "first_contact_resolution", "service_level",
    "churn_rate",
)  # fmt: skip


def pages(page: Any, fragments: list[str], demo: ModuleType, size: str) -> list[str]:
    """The text of each page of paper that these fragments make."""
    cells = [
        new_code_cell("", outputs=[new_output("display_data", {"text/html": one, "text/plain": ""})])
        for one in fragments
    ]
    notebook = new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    meta = replace(demo.meta(page.words.code), client=page.report.name, page_size=size)
    paper = pdf(html(notebook, meta, on_paper=True))
    return [page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages]


def long_report(code: str, paper: str) -> Report:
    """The sample's report on this paper, with a client and a leading segment of 40 letters."""
    client, region = CLIENTS[code]
    job = sample_report(client, KEYS[code], code, options={}).job
    names = {"region": {"column": LONG[code], "values": {region: LONG[code]}}}
    facts = dict(job.client) | {"name": f"{LONG[code]} – {LONG[code]}", "names": names}
    brand = dict(job.brand) | {"page_size": paper}
    return Report(replace(job, client=facts, options={"ces": {"easy": "high"}}, tables=tables(client), brand=brand))


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
@pytest.mark.parametrize(
    ("names", "paper"), [(NAMES[:6], "A4"), (NAMES[:6], "Letter"), (NAMES, "A4")], ids=["six", "letter", "eight"]
)
def test_the_first_page_is_one_page(code: str, names: tuple[str, ...], paper: str, demo: ModuleType) -> None:
    page = long_report(code, paper).page
    measures = page.measures(*names, most=len(names))
    assert len(measures) == len(names)
    first = str(page.executive(measures, page.rests(measures[0])))
    for name in names[6:]:
        assert page.spoken.metric(name, inside=True).casefold() in first.casefold(), "what has no card has its line"
    sections = [str(page.section(kind)) for kind in ("trend", "segments", "moves", "drivers")]
    found = pages(page, [first, *sections], demo, paper)
    contents = page.words.message("page.section_drivers")
    assert len(found) == 2, "the sections are heads alone and stand on the second page"
    if code != "fa":  # letters of Persian come out of a PDF in another order
        assert flat(contents) in flat(found[0])
    assert len(found[1]) < len(found[0])


@pytest.mark.parametrize(
    ("notebook", "code", "paper"),
    [("executive_monthly", "vi", "A4"), ("support_operations", "en", "A4"), ("retention_value", "en", "Letter")],
)
def test_the_first_page_of_a_notebook_is_one_page(notebook: str, code: str, paper: str, demo: ModuleType) -> None:
    job = sample_report(CLIENTS[code][0], KEYS[code], code, options={}).job
    r = Report(replace(job, brand=dict(job.brand) | {"page_size": paper}))
    cells = [cell.source for cell in nbformat.read(notebooks_folder() / f"reports/{notebook}.ipynb", 4).cells]
    made = next(source for source in cells if "r.page.executive(" in source)
    before, _, shown = made.strip().rpartition("\n")
    space: dict[str, Any] = {"r": r}
    exec(before, space)  # noqa: S102 - the notebook under test
    first = str(eval(shown, space))  # noqa: S307
    heads = [str(r.page.section(kind)) for kind in re.findall(r'r\.page\.section\("(\w+)"', "\n".join(cells))]
    ending = f'<header class="section-head flow"><h2>{r.words.message("report.definitions_method_data")}</h2></header>'
    found = pages(r.page, [first, *heads, ending], demo, paper)
    assert len(found) == 2, "the sections are heads alone and stand on the second page"


@pytest.mark.parametrize(
    ("table", "lead"),
    [("complaints", "complaint_resolution_time"), ("reviews", "iqs"), ("people", "employee_turnover"),
     ("orders", "on_time_rate")],
)  # fmt: skip
def test_a_client_of_one_table_has_a_report(table: str, lead: str) -> None:
    job = sample_report("harbour", "2026-10", "en", options={}).job
    r = Report(replace(job, tables={table: job.tables[table]}))
    cells = [cell.source for cell in nbformat.read(notebooks_folder() / "reports/executive_monthly.ipynb", 4).cells]
    space: dict[str, Any] = {"r": r}
    exec(next(source for source in cells if "r.page.executive(" in source), space)  # noqa: S102
    assert [measure.now[0].metric for measure in space["measures"]] == [lead]


def test_definitions_begin_on_a_page_that_has_room(demo: ModuleType) -> None:
    page = sample_report("harbour", "2026-10", "en", options={}).page
    page.measures(*NAMES[:6])
    above = "<h2>A</h2>" + "<p>One line of what stands above.</p>" * 16
    found = pages(page, [above, str(page.definitions())], demo, "A4")
    assert "How was it measured?" in found[0]
    assert page.spoken.metric("nps") in found[0], "more than the head stands there"
    assert page.words.message("page.formula") in found[1], "the head is repeated"


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_texts_are_shortened_and_never_dropped() -> None:
    rows = {"recommend": [10, 2] * 50, "answered": [datetime(2026, 10, 5, tzinfo=UTC)] * 100}
    import pyarrow as pa

    job = Job({"id": "a", "timezone": "UTC", "calendar": "gregorian"}, parse("2026-10"), "en",
              tables={"answers": pa.table(rows)})  # fmt: skip
    page = Report(job).page
    said = str(page.executive(page.measures("nps")))
    for key in ("what_changed", "what_needs_attention", "what_we_cannot_tell", "for_the_board"):
        assert page.words.message(f"report.{key}") in said


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_every_clear_change_and_every_open_one_is_named(code: str) -> None:
    page = sample_report(CLIENTS[code][0], KEYS[code], code, options={"ces": {"easy": "high"}}).page
    measures = page.measures(*NAMES[:6])
    first = unescape(str(page.executive(measures, page.rests(measures[0]))))
    texts = dict(zip(("changed", "attention", "open", "decide"), first.split('<div class="finding')[2:], strict=True))
    for one in measures:
        assert one.change is not None
        text = texts["open" if one.change.verdict == "unclear" else "changed"]
        assert page.spoken.metric(one.about.name, inside=True).casefold() in text.casefold()
    worse = [one for one in measures if page.spoken.judged(one.change) == "worse"]
    if len(worse) > 1:
        assert page.words.message("page.decide_changes", n=len(worse), previous=page.words.period(
            page.report.period.previous())) in texts["decide"]  # fmt: skip


def test_the_first_page_looks_at_every_column_of_the_plan() -> None:
    report = sample_report("harbour", "2026-10", "en", options={})
    both, product = report.page.rests("nps"), report.page.rests("nps", "product")
    assert both is not None
    assert product is not None
    assert {str(one.segment) for one in product} < {str(one.segment) for one in both}
    turned = Report(replace(report.job, client=dict(report.job.client) | {"segments": ["product", "region"]}))
    page = turned.page
    assert "Central" in page.executive(page.measures("nps"), page.rests("nps")).text, "though product comes first"


def test_what_the_first_page_asked_of_segments_is_not_asked_again() -> None:
    job = sample_report("harbour", "2026-10", "en", options={}).job
    once, alone = Report(job).page, Report(job).page
    once.rests("nps")
    known = {key: id(answer) for key, answer in once.answers.items()}
    assert len(known) == 3, "by two columns, and of all"
    told = str(once.segments("nps"))
    assert {key: id(answer) for key, answer in once.answers.items()} == known
    assert told == str(alone.segments("nps"))
    once.segments("csat")
    assert len(once.answers) > len(known)
