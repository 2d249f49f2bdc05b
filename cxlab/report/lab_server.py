"""What JupyterLab's server needs for us: formats with names that people read, and no question about news.

JupyterLab's menu *Save and Export Notebook As* shows a format's own name with a large first letter, and no exporter can
give it another. So the list of formats that the server hands out calls ours "Report (HTML)" and "Report (PDF)"; their
addresses, which the server's own pattern does not know, lead to `cx-html` and `cx-pdf`, the names that nbconvert has.
The plugin that asks whether to fetch news asks even where the news are switched off.
"""

from __future__ import annotations

import json
import os
from typing import Any

from cxlab.report.lab import QUIET

LABELS = {"cx-html": "Report (HTML)", "cx-pdf": "Report (PDF)"}
FORMATS = r"/nbconvert/(?P<format>cx-html|cx-pdf|Report(?:%20|\+)(?:\(|%28)(?:HTML|PDF)(?:\)|%29))"
NEWS = "@jupyterlab/apputils-extension:announcements"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "cxlab.report.lab_server"}]


def _load_jupyter_server_extension(app: Any) -> None:
    from jupyter_server.base.handlers import path_regex
    from jupyter_server.utils import url_path_join

    listed, converted = _handlers()
    base = app.web_app.settings["base_url"]
    pattern = url_path_join(base, FORMATS) + path_regex
    app.web_app.add_handlers(".*$", [(pattern, converted), (url_path_join(base, "/api/nbconvert"), listed)])
    if os.environ.get(QUIET):  # somebody's own JupyterLab stays as they set it up
        app.web_app.settings["page_config_hook"] = _without_news


def _handlers() -> tuple[type, type]:
    """The server's list of formats and its conversion, with our names in them."""
    from jupyter_server.nbconvert.handlers import NbconvertFileHandler
    from jupyter_server.services.nbconvert.handlers import NbconvertRootHandler

    class Formats(NbconvertRootHandler):
        def finish(self, chunk: Any = None) -> Any:
            return super().finish(labelled(chunk) if isinstance(chunk, str) and self.get_status() == 200 else chunk)

    class Converted(NbconvertFileHandler):
        async def get(self, format: str, path: str) -> None:
            names = {label: name for name, label in LABELS.items()}
            converting: Any = super().get(names.get(format, format), path)
            await converting

    return Formats, Converted


def labelled(formats: str) -> str:
    """The server's list of formats (JSON) with our formats under the names of the menu.

    >>> labelled('{"cx-pdf": {"output_mimetype": "text/html"}, "html": {}}')
    '{"Report (PDF)": {"output_mimetype": "text/html"}, "html": {}}'
    """
    return json.dumps({LABELS.get(name, name): facts for name, facts in json.loads(formats).items()})


def _without_news(_handler: Any, page: dict[str, Any]) -> dict[str, Any]:
    return page | {"disabledExtensions": [*page.get("disabledExtensions", ()), NEWS]}
