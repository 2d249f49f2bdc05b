"""A notebook as a page: HTML for the screen, and from the same HTML a PDF.

html(notebook, meta)              the self-contained page
pdf(html(notebook, meta, on_paper=True))  the same on paper
jupyter nbconvert --to cx-html    the same by name, also in JupyterLab's menu (and cx-pdf)
"""

from __future__ import annotations

from html import unescape
from typing import Any

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from traitlets import Bool, Instance, List, default, validate
from traitlets.config import Config

from cxlab.report import assets, fonts, gate, paper, pieces
from cxlab.report.meta import Meta
from cxlab.report.places import templates_folder
from cxlab.words.locale import Locale, locale

STYLE_PLACE = "<style></style>"


class _Compiled(BytecodeCache):
    """Compiled templates in memory: every exporter has an environment of its own, all have the same templates."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code where it is here; jinja2 looks whether it is of the same source."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()


class CxHTMLExporter(TemplateExporter):
    """Exports an executed notebook as a self-contained HTML report: outputs and prose, no code, no script.

    `strict` is for unattended use: an output that needs a script is then an error and not a box, and a picture without
    alternative text is refused.
    """

    export_from_notebook = "Report (cxlab, HTML)"
    output_mimetype = "text/html"
    strict = Bool(False, help="Refuse what a report cannot show, instead of naming it in a box.").tag(config=True)
    default_preprocessors = List(
        [
            "nbconvert.preprocessors.ExecutePreprocessor",
            "nbconvert.preprocessors.CoalesceStreamsPreprocessor",
            gate.admit,
            pieces.cut,
        ]
    ).tag(config=True)
    meta = Instance(Meta, allow_none=True)
    on_paper = False

    @default("template_name")
    def _template_name(self) -> str:
        return "cx-html"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".html"

    @default("extra_template_basedirs")
    def _our_templates(self) -> list[str]:
        return [str(templates_folder())]

    @validate("extra_template_basedirs")
    def _ours_too(self, proposal: Any) -> list[str]:
        # A template of one's own extends ours, so a folder of one's own must not take ours away.
        ours = str(templates_folder())
        return [*(folder for folder in proposal["value"] if folder != ours), ours]

    @default("extra_template_paths")
    def _our_templates_by_path(self) -> list[str]:
        return [str(templates_folder())]

    @property
    def default_config(self) -> Config:
        """Merge streams as they are printed in pieces; all else that nbconvert does by default is not for a report."""
        return Config({"CoalesceStreamsPreprocessor": {"enabled": True}})

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        # nbconvert leaves it off: then a client's name in a template would be code.
        environment.autoescape = True
        environment.bytecode_cache = COMPILED
        return environment

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """The page of a notebook; refused when it failed, did not run to its end or shows what a report cannot."""
        resources = self._init_resources(resources)
        title = nb.metadata.get("title") or resources["metadata"]["name"]
        meta = self.meta or Meta.of(nb.metadata.get("cxlab", {}), title=title)
        resources["meta"], resources["page"] = meta, _page(meta, self.on_paper, self.strict)
        page, resources = super().from_notebook_node(nb, resources, **kw)
        faces = fonts.face_rules(unescape(page), packed=not self.on_paper)
        page = page.replace(STYLE_PLACE, assets.style(meta, faces, _foot(locale(meta.locale))), 1)
        gate.check_html(page, resources["page"]["counts"])
        return page, resources


class CxPDFExporter(CxHTMLExporter):
    """Exports an executed notebook as a PDF report: tagged, with contents, page numbers, bookmarks and its language."""

    export_from_notebook = "Report (cxlab, PDF)"
    output_mimetype = "application/pdf"
    on_paper = True

    @default("template_name")
    def _template_name(self) -> str:
        return "cx-pdf"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """The PDF of a notebook, refused as the page is."""
        page, resources = super().from_notebook_node(nb, resources, **kw)
        resources["output_extension"] = ".pdf"
        return pdf(page), resources


def html(notebook: NotebookNode, meta: Meta, on_paper: bool = False, strict: bool = True) -> str:
    """The self-contained page of an executed notebook: styles, fonts and pictures are inside, nothing is loaded.

    `on_paper` leaves out what is tagged skip-pdf and the contents beside the text: the page that `pdf` prints.
    `strict` refuses what a report cannot carry (otherwise a box stands in its place, as for an analyst's own export).
    Raises `ReportError` naming the cell when the notebook failed, was not run to its end, or holds such an output.
    """
    kind = CxPDFExporter if on_paper else CxHTMLExporter
    exporter = kind(meta=meta, strict=strict)
    page, _ = CxHTMLExporter.from_notebook_node(exporter, notebook)
    return str(page)


def pdf(page: str) -> bytes:
    """A page of `html` as a checked PDF/UA-1 document; the same page gives the same bytes (`cxlab.report.paper`)."""
    data = paper.pdf(page)
    gate.check_pdf(data)
    return data


def _page(meta: Meta, on_paper: bool, strict: bool) -> dict[str, Any]:
    """What the template and the preprocessors know of the page."""
    words = locale(meta.locale)
    imprint = (
        words.message("report.prepared_by", name=meta.prepared_by) if meta.prepared_by else "",
        words.message("report.issued", date=words.date(meta.issued, meta.calendar or None)) if meta.issued else "",
    )
    return {
        "language": meta.locale,
        "direction": words.direction,
        "policy": assets.POLICY,
        "name": meta.name,
        "running": meta.running,
        "imprint": " · ".join(part for part in imprint if part),
        "logo": assets.logo_uri(meta.logo) if meta.logo else "",
        "style": STYLE_PLACE,
        "words": {name: words.message(f"report.{name}") for name in ("contents", "skip", "sample_note", "interactive")},
        "paper": on_paper,
        "strict": strict,
    }


def _foot(words: Locale) -> tuple[str, str, str]:
    """The foot line cut at its two numbers, which the stylesheet counts in the digits of the language."""
    # Circled digits have no direction of their own, so the words around them are left as they are.
    before, _, rest = words.message("report.page", page="①", pages="②").partition("①")
    between, _, after = rest.partition("②")
    return before, between, after
