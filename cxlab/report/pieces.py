"""From an executed notebook to the cleaned pieces of a page: outputs and prose, never code, parameters or warnings."""

from __future__ import annotations

import base64
import re
from functools import cache
from html import escape
from typing import Any

import mistune
from nbformat import NotebookNode

from cxlab.report.clean import clean
from cxlab.report.contents import Contents, place_paper_contents

# The whole cell stays out of the page, or of the paper only; hidden by a style it would still be in the bytes.
DROPPED = frozenset(
    {
        "hide-cell",
        "remove-cell",
        "remove_cell",
        "hide-output",
        "remove-output",
        "remove_output",
        "parameters",
        "injected-parameters",
    }
)
APPENDIX = "appendix"
NOT_ON_PAPER = "skip-pdf"
# In the order of preference; anything else in an output is refused by the gate.
MIME_TYPES = ("text/html", "image/svg+xml", "image/png", "text/plain")


def tags(cell: NotebookNode) -> frozenset[str]:
    """The tags of a cell."""
    return frozenset(cell.metadata.get("tags", ()))


def shown(cell: NotebookNode, paper: bool) -> bool:
    """Whether a cell has a place in the page (`paper`: in the PDF)."""
    marks = tags(cell)
    return not (marks & DROPPED or (paper and NOT_ON_PAPER in marks) or cell.cell_type == "raw")


def chosen(output: NotebookNode) -> tuple[str, Any] | None:
    """The representation of an output that is shown, as (MIME type, content); None for what never is (warnings)."""
    if output.output_type == "stream":
        return ("text/plain", output.text) if output.name == "stdout" and output.text.strip() else None
    if output.output_type not in ("display_data", "execute_result"):
        return None
    for kind in MIME_TYPES:
        if kind in output.data:
            content = output.data[kind]
            return kind, "".join(content) if isinstance(content, list) else content
    return None


def strangers(output: NotebookNode) -> list[str]:
    """The MIME types of an output that no report carries: they need a script, or are code in another language."""
    if output.output_type not in ("display_data", "execute_result"):
        return []
    return sorted(set(output.data) - set(MIME_TYPES))


def alternative(output: NotebookNode) -> str:
    """The alternative text that a picture's output carries in its metadata, or nothing."""
    metadata = output.get("metadata", {})
    for holder in (metadata.get("image/png", {}), metadata.get("image/svg+xml", {}), metadata):
        if isinstance(holder, dict) and holder.get("alt"):
            return str(holder["alt"])
    return ""


def picture(kind: str, content: str, alt: str) -> str:
    """An output that is a picture, as a figure; SVG too becomes a picture, so that nothing in it can run."""
    data = content if kind == "image/png" else base64.b64encode(content.encode()).decode()
    data = re.sub(r"\s", "", data)
    return f'<figure class="plain"><img src="data:{kind};base64,{data}" alt="{escape(alt)}"></figure>'


class _Renderer(mistune.HTMLRenderer):
    """Markdown as HTML; markup of the author's own passes on to the cleaner, which decides what stays."""

    def block_html(self, html: str) -> str:
        """A block of markup as it was written."""
        return html + "\n"

    def inline_html(self, html: str) -> str:
        """Markup in a line as it was written."""
        return html


@cache
def _markdown() -> mistune.Markdown:
    # Mathematics and mermaid are no part of it: "$5 or $10" stays as typed, and a report needs no script.
    # Harmful addresses are the cleaner's business: mistune would put a link to nowhere in their place.
    return mistune.create_markdown(
        renderer=_Renderer(allow_harmful_protocols=True), plugins=["table", "strikethrough", "def_list"]
    )


def prose(cell: NotebookNode) -> str:
    """A Markdown cell as cleaned HTML, its attached pictures written into it."""
    html = str(_markdown()(cell.source))
    for name, bundle in cell.get("attachments", {}).items():
        for kind, data in bundle.items():
            html = html.replace(f'src="attachment:{escape(name)}"', f'src="data:{kind};base64,{data}"')
    return clean(html)


def cut(nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
    """The notebook as cells of cleaned HTML only, body first, appendix last; `resources["page"]` learns the contents.

    A preprocessor of nbconvert; code, parameters, metadata, warnings and hidden cells end here.
    """
    page = resources["page"]
    cells = [cell for cell in nb.cells if shown(cell, page["paper"])]
    cells.sort(key=lambda cell: APPENDIX in tags(cell))
    contents, pieces = Contents(), []
    for cell in cells:
        piece = (
            prose(cell)
            if cell.cell_type == "markdown"
            else "\n".join(
                _piece(output, contents.last or page["name"], page["words"]["interactive"]) for output in cell.outputs
            )
        )
        if piece.strip():
            pieces.append(contents.read(piece))
    pieces = place_paper_contents(pieces, contents.entries, page["words"]["contents"])
    page.update(contents=contents.entries, has_title=contents.has_title)
    nb.cells = [
        NotebookNode(id=f"piece-{number}", cell_type="markdown", metadata={}, source=piece)
        for number, piece in enumerate(pieces)
    ]
    nb.metadata = NotebookNode()
    return nb, resources


def _piece(output: NotebookNode, near: str, live: str) -> str:
    found = chosen(output)
    if strangers(output):
        return f'<p class="refused">{escape(live)}</p>'
    if found is None:
        return ""
    kind, content = found
    if kind == "text/html":
        return clean(content)
    if kind == "text/plain":
        return f"<pre>{escape(content.rstrip(), quote=False)}</pre>"
    return picture(kind, content, alternative(output) or near)
