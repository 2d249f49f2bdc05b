"""Pages of the documentation that are made from facts are made from the facts of today."""

from __future__ import annotations

import os
from pathlib import Path

from cxlab.metric.table import markdown

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_the_catalogue_page_is_current() -> None:
    path = DOCS / "catalogue.md"
    if os.environ.get("CXLAB_UPDATE_DOCS") == "1":
        path.write_text(markdown(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == markdown(), (
        "write it anew: CXLAB_UPDATE_DOCS=1 make test ARGS=tests/test_docs.py"
    )
