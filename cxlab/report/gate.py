"""The gates of a report: what is not exactly as promised is refused, with what was seen and where.

admit, check_notebook    before a page is made: was everything run, did nothing fail, can a report carry each output
check_html               the page: nothing live, nothing loaded, nothing lost, every picture described
check_pdf                the paper: nothing attached, nothing live, its language and title set, tagged
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from nbformat import NotebookNode

from cxlab.errors import ReportError, listing
from cxlab.report import fonts
from cxlab.report.pieces import MIME_TYPES, alternative, chosen, prose, shown, strangers
from cxlab.report.reading import Page, read

# nbconvert's own words for a picture that nobody described.
NO_DESCRIPTION = "No description has been provided for this image"
# A pandas Styler does not escape what is in its cells; its tables are known by their id.
STYLER = re.compile(r"""<table[^>]*\bid=["']?T_""")
ADDRESS_OF_OBJECT = re.compile(r"<[^<>]* at 0x[0-9a-fA-F]+>")
MACHINE_TEXT = re.compile(
    r"Traceback \(most recent call last\)|\b[A-Z]\w*Warning:|\.py:\d+|\.py\", line \d+|site-packages|ipykernel_\d+"
    r"|(?<![\w.])/(?:home|tmp|root|Users|var/folders)/|[A-Z]:\\Users\\|\u00b6"
)


class Counts(NamedTuple):
    """How many tables and pictures a page holds."""

    tables: int
    pictures: int


def admit(notebook: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
    """The gate as a preprocessor of nbconvert: checks the notebook and notes how many tables and pictures it shows."""
    page = resources["page"]
    check_notebook(notebook, strict=page["strict"])
    page["counts"] = counts(notebook, page["paper"], page["strict"])
    return notebook, resources


def check_notebook(notebook: NotebookNode, strict: bool = True) -> None:
    """Refuse a notebook that failed, was not run to its end, or shows what a report cannot carry (`ReportError`).

    `strict=False`, for an analyst's own export, lets pass what is then shown as a box or described by its heading.
    """
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        _check_run(cell, number)
        if not shown(cell, paper=False):
            continue
        for output in cell.outputs:
            _check_output(output, number, strict)


def _check_run(cell: NotebookNode, number: int) -> None:
    for output in cell.outputs:
        if output.output_type == "error":
            said = f"{output.ename}: {output.evalue}".splitlines()[0]
            raise ReportError(
                "The notebook failed, so there is no report",
                f"cell {number}: {said[:200]}",
                "Correct the cell or its data and run the notebook again",
            )
    if cell.source.strip() and cell.execution_count is None:
        raise ReportError(
            "The notebook was not run to its end", f"cell {number} was never run", "Run all cells, then export"
        )


def _check_output(output: NotebookNode, number: int, strict: bool) -> None:
    if strict and (kinds := strangers(output)):
        raise ReportError(
            "An output is of a kind that a report cannot carry",
            f"cell {number}: {listing(kinds, 'and')}",
            f"Show {listing(MIME_TYPES)} instead, for example a picture of the chart",
        )
    found = chosen(output)
    if found is None:
        return
    kind, content = found
    if kind == "text/html" and STYLER.search(content):
        raise ReportError(
            "A pandas Styler writes its cells unescaped, so it does not go into a report",
            f"cell {number}",
            "Show the frame itself or the house's table",
        )
    if not strict:
        return
    if kind.startswith("image/") and not alternative(output):
        raise ReportError(
            "A picture has no alternative text",
            f"cell {number}",
            'Display it with metadata={"image/png": {"alt": "..."}}, or a figure of cxlab',
        )
    if kind == "text/plain" and (match := ADDRESS_OF_OBJECT.search(content)):
        name = re.sub("0x[0-9a-fA-F]+", "0x...", match[0])
        raise ReportError(
            "An output is the bare name of an object, which says nothing and differs in each run",
            f"cell {number}: {name}",
            "End the cell's last line with a semicolon",
        )


def counts(notebook: NotebookNode, paper: bool = False, strict: bool = True) -> Counts:
    """Tables and pictures that the shown cells of a notebook hold, counted before anything is cleaned or converted."""
    tables = pictures = 0
    for cell in notebook.cells:
        if not shown(cell, paper):
            continue
        if cell.cell_type == "markdown":
            html = [prose(cell)]
        else:
            found = [chosen(output) for output in cell.outputs if strict or not strangers(output)]
            html = [content for kind, content in filter(None, found) if kind == "text/html"]
            pictures += sum(kind.startswith("image/") for kind, _ in filter(None, found))
        tables += sum(len(re.findall(r"<table[\s>]", piece)) for piece in html)
        pictures += sum(len(re.findall(r"<img[\s>]", piece)) for piece in html)
    return Counts(tables, pictures)


def check_html(html: str, wanted: Counts | None = None) -> None:
    """Refuse a page that is live, loads, has lost something or shows the machine (`ReportError`, what and where).

    `wanted` are the counts of the notebook's outputs; the page must hold the same.
    """
    page = read(html)
    _check_head(page)
    if page.live:
        raise ReportError("The page holds live markup", page.live[0], "Show text, tables and pictures only")
    if page.addresses:
        raise ReportError(
            "The page asks for something outside itself",
            page.addresses[0],
            "Carry pictures as data, and leave addresses out of the notebook's outputs",
        )
    _check_order(page)
    for alt, place in page.pictures:
        if not alt.strip() or NO_DESCRIPTION in alt:
            raise ReportError(
                "A picture has no alternative text", place, "Say in words what it shows: subject, finding, numbers"
            )
    seen = Counts(page.tables, len(page.pictures))
    if wanted is not None and seen != wanted:
        raise ReportError(
            "The page lost or doubled something of the notebook",
            f"notebook: {wanted.tables} tables, {wanted.pictures} pictures; page: {seen.tables} and {seen.pictures}",
            "Write the output as plain table and picture markup, closed and not nested",
        )
    for place, text in page.prose:
        if match := MACHINE_TEXT.search(text):
            raise ReportError(
                "The page shows words of the machine: a path, a warning or a traceback",
                f"{place}: '{text[max(0, match.start() - 30) : match.end() + 30].strip()}'",
                "Silence or remove the output in the notebook",
            )
    fonts.check(page.texts)


def _check_head(page: Page) -> None:
    if not page.locked:
        raise ReportError(
            "The page is not locked",
            "the content security policy is not the first element of its head",
            "Make the page with a template of cxlab",
        )
    for what, value in (("language", page.language), ("direction", page.direction), ("title", page.title.strip())):
        if not value:
            raise ReportError(
                f"The page has no {what}", "html and head elements", "Make the page with a template of cxlab"
            )


def _check_order(page: Page) -> None:
    if len(page.titles) != 1:
        raise ReportError(
            "A page has one title of the first level",
            f"{len(page.titles)}: {listing(page.titles, 'and')}",
            "Write one '# title' (h1) and give the parts '## title' (h2)",
        )
    double = sorted({name for name in page.ids if page.ids.count(name) > 1})
    if double:
        raise ReportError("Two elements of the page have the same id", listing(double, "and"), "Give each its own")
    lost = sorted(set(page.targets) - set(page.ids))
    if lost:
        raise ReportError(
            "A link of the page leads nowhere",
            listing(f"#{name}" for name in lost),
            "Correct the link or give its target that id",
        )


def check_pdf(data: bytes, forbidden: Iterable[str] = ()) -> None:
    """Refuse a PDF with attachments, actions or addresses, without language, title or tags, or with a forbidden word.

    `forbidden` are words that must be nowhere in it: not in the text, drawn or not, and not in its properties.
    """
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"].get_object()
    names = root.get("/Names", {})
    found = [key for key in ("/OpenAction", "/AA", "/AcroForm", "/AF", "/Collection") if key in root]
    found += [key for key in ("/EmbeddedFiles", "/JavaScript") if key in names]
    for number, page in enumerate(reader.pages, 1):
        for reference in page.get("/Annots", ()):
            note: Any = reference.get_object()
            action = note.get("/A", {})
            if note.get("/Subtype") != "/Link" or action.get("/S", "/GoTo") != "/GoTo":
                found.append(f"{note.get('/Subtype')} {action.get('/S', '')} on page {number}".replace("  ", " "))
    if found:
        raise ReportError(
            "The PDF carries an attachment, an action or an outside address",
            listing(found, "and"),
            "Remove links, attachments and forms from the notebook's outputs",
        )
    title = (reader.metadata.title if reader.metadata else None) or ""
    tagged = bool(root.get("/MarkInfo", {}).get("/Marked")) and "/StructTreeRoot" in root
    for what, there in (("language", root.get("/Lang")), ("title", title.strip()), ("tags", tagged)):
        if not there:
            raise ReportError(
                f"The PDF has no {what}", f"{len(reader.pages)} pages", "Make it with the renderer of cxlab"
            )
    words = list(forbidden)
    if words:
        _check_words(reader, words)


def _check_words(reader: Any, words: list[str]) -> None:
    texts = {f"page {number}": page.extract_text() for number, page in enumerate(reader.pages, 1)}
    texts["properties"] = " ".join(str(value) for value in (reader.metadata or {}).values())
    if reader.xmp_metadata is not None:
        texts["properties"] += reader.xmp_metadata.stream.get_data().decode("utf-8", "replace")
    for place, text in texts.items():
        for word in words:
            # A word broken over two lines is still that word.
            if re.sub(r"\s", "", word) in re.sub(r"\s", "", text):
                raise ReportError(
                    "The PDF holds a word that must not be in it",
                    f"'{word}', {place}",
                    "Find the output that carries it; hidden text is text too",
                )
