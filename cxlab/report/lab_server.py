"""What JupyterLab's server needs for us: addresses of formats with a hyphen, and no question about news.

The server's own pattern of a format has no hyphen, so *Save and Export Notebook As > Cx-html* would lead nowhere. The
plugin that asks whether to fetch news asks even where the news are switched off.
"""

from __future__ import annotations

import os
from typing import Any

from cxlab.report.lab import QUIET

FORMATS = r"/nbconvert/(?P<format>cx-html|cx-pdf)"
NEWS = "@jupyterlab/apputils-extension:announcements"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "cxlab.report.lab_server"}]


def _load_jupyter_server_extension(app: Any) -> None:
    from jupyter_server.base.handlers import path_regex
    from jupyter_server.nbconvert.handlers import NbconvertFileHandler
    from jupyter_server.utils import url_path_join

    pattern = url_path_join(app.web_app.settings["base_url"], FORMATS) + path_regex
    app.web_app.add_handlers(".*$", [(pattern, NbconvertFileHandler)])
    if os.environ.get(QUIET):  # somebody's own JupyterLab stays as they set it up
        app.web_app.settings["page_config_hook"] = _without_news


def _without_news(_handler: Any, page: dict[str, Any]) -> dict[str, Any]:
    return page | {"disabledExtensions": [*page.get("disabledExtensions", ()), NEWS]}
