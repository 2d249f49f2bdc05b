"""From a page to a PDF by WeasyPrint, which may read nothing but what the page itself holds."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cxlab.errors import ReportError

PANGO = (
    "Install Pango. Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0. "
    "Fedora: dnf install pango. macOS: brew install pango. Conda: conda install -c conda-forge pango"
)


def pdf(page: str) -> bytes:
    """A page of `html` as PDF/UA-1: A4 or Letter as its meta said, tagged, with page numbers, contents and bookmarks.

    The same page gives the same bytes. Nothing is fetched: an address other than data in the page refuses the report,
    and so does anything that the renderer complains of.
    """
    weasyprint = load()
    refused: list[str] = []
    with _complaints() as complaints, _uncollected():
        try:
            document = weasyprint.HTML(string=page, base_url=None, url_fetcher=_locked_fetcher(refused))
            data: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
        except weasyprint.urls.FatalURLFetchingError:
            # A BaseException of WeasyPrint's: it must not leave this function, a batch would not catch it.
            refused.append("")
    if refused:
        raise ReportError(
            "The page asks for something outside itself, and nothing was fetched",
            _short(refused[0]),
            "Carry pictures as data, and leave addresses out of the notebook's outputs",
        )
    if complaints:
        raise ReportError(
            "The page cannot be printed as it is written",
            _short(complaints[0]),
            "Correct the notebook's output or the stylesheet",
        )
    return data


def load() -> Any:
    """The module weasyprint, imported when first used; says which packages are missing where it cannot load."""
    try:
        import weasyprint
    except OSError as error:
        raise ReportError("The PDF renderer cannot load its text library", str(error).splitlines()[0], PANGO) from error
    return weasyprint


def _locked_fetcher(refused: list[str]) -> Any:
    from weasyprint.urls import URLFetcher

    class Locked(URLFetcher):
        """Reads data addresses only, and writes down what else was asked for."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.lower().startswith("data:"):
                refused.append(url)
                raise ValueError(f"refused: {url}")
            return super().fetch(url, headers)

    return Locked(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


@contextmanager
def _complaints() -> Iterator[list[str]]:
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    logger = logging.getLogger("weasyprint")
    listener, before = Listener(logging.WARNING), logger.propagate
    logger.addHandler(listener)
    logger.propagate = False
    try:
        yield heard
    finally:
        logger.removeHandler(listener)
        logger.propagate = before


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage: the boxes of a page live until it is written, and to look at them takes a fifth."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _short(text: str) -> str:
    return text if len(text) <= 160 else text[:157] + "..."
