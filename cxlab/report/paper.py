"""From a page to a PDF by WeasyPrint, which may read nothing but what the page itself holds."""

from __future__ import annotations

import atexit
import gc
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cxlab.errors import ReportError
from cxlab.report import tags

PANGO = (
    "Install Pango. Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0. "
    "Fedora: dnf install pango. macOS: brew install pango. Conda: conda install -c conda-forge pango"
)
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
OWN = re.compile(r'<bdi dir="(auto|ltr)">(.*?)</bdi>', re.DOTALL)
ISOLATES = {"auto": "\u2068", "ltr": "\u2066"}
_kept: dict[str, tuple[Any, Any]] = {}
atexit.register(_kept.clear)  # the fonts clear their files away, which they cannot once Python is half gone


def pdf(page: str) -> bytes:
    """A page of `html` as PDF/UA-1: A4 or Letter as its meta said, tagged, with page numbers, contents and bookmarks.

    The same page gives the same bytes. Nothing is fetched: an address other than data in the page refuses the report,
    and so does anything that the renderer complains of.
    """
    weasyprint = load()
    refused: list[str] = []
    with _complaints() as complaints, _uncollected():
        try:
            fetcher = _locked_fetcher(refused)
            head, end, body = page.partition("</head>")
            fonts, sheets = _sheets(STYLE.findall(head), complaints, fetcher)
            body = OWN.sub(lambda own: f"{ISOLATES[own[1]]}{own[2]}\u2069", body)  # the renderer has no bdi
            document = weasyprint.HTML(string=STYLE.sub("", head) + end + body, base_url=None, url_fetcher=fetcher)
            data: bytes = document.write_pdf(
                pdf_variant="pdf/ua-1", stylesheets=sheets, font_config=fonts, finisher=tags.mend
            )
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


def _sheets(texts: list[str], complaints: list[str], fetcher: Any) -> tuple[Any, list[Any]]:
    """The style elements of a page's head in their order, and the fonts that they bring.

    The first, with the fonts and the house's stylesheet, is the same in all reports of a language, so it is read once.
    """
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    first, *others = texts or [""]
    found = _kept.get(first)
    if found is None:
        fonts = FontConfiguration()
        found = fonts, CSS(string=first, font_config=fonts, url_fetcher=fetcher)
        if not complaints:
            _kept[first] = found
    fonts, house = found
    return fonts, [house, *(CSS(string=text, font_config=fonts, url_fetcher=fetcher) for text in others)]


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
