"""What a page carries beside its text: stylesheet, brand colours, logo, foot line and the policy that locks it."""

from __future__ import annotations

import base64
import io
import warnings
from functools import cache

from PIL import Image, UnidentifiedImageError

from cxlab.errors import ReportError
from cxlab.report.meta import PAGE_SIZES, Meta
from cxlab.report.places import templates_folder
from cxlab.show.theme import INK, legible

# First element of every head: no script, no frame, no form, nothing loaded from anywhere.
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
)
LOGO_PIXELS = 4_000_000
LOGO_HEIGHT = 240
LOGO_FORMATS = ("PNG", "JPEG", "WEBP")


@cache
def stylesheet() -> str:
    """The house's stylesheet without its comments."""
    source = (templates_folder() / "cx-html" / "report.css").read_text(encoding="utf-8")
    kept, rest = "", source
    while "/*" in rest:
        before, _, rest = rest.partition("/*")
        kept += before
        rest = rest.partition("*/")[2]
    return "\n".join(line.rstrip() for line in (kept + rest).splitlines() if line.strip())


def style(meta: Meta, faces: str, foot: tuple[str, str, str]) -> str:
    """The style elements of a page: fonts with the house's stylesheet, then the client's tokens, paper and foot line.

    The first is the same for all clients, so that the paper's renderer need not read it anew for each. `foot` is the
    foot line cut at its two numbers: before the page, between page and pages, after.
    """
    sheets = f"{faces}\n{stylesheet()}", f"{_tokens(meta.colour)}\n{_paper(meta, foot)}"
    return "\n".join(f"<style>\n{sheet}\n</style>" for sheet in sheets)


def _paper(meta: Meta, foot: tuple[str, str, str]) -> str:
    before, between, after = (_css_string(part) for part in foot)
    system = ", persian" if meta.locale == "fa" else ""
    size, family = ("7.8pt", "IBM Plex Sans Arabic") if meta.locale == "fa" else ("7.4pt", "Be Vietnam Pro")
    start, end = ("right", "left") if meta.locale == "fa" else ("left", "right")
    font = f'font: 400 {size} "{family}"; color: #4A5159'
    return (
        f"@page {{ size: {PAGE_SIZES[meta.page_size]}; @bottom-{end} {{ "
        f"content: {before} counter(page{system}) {between} counter(pages{system}) {after}; {font} }} }}\n"
        f"@page :first {{ @bottom-{start} {{ content: element(imprint); width: 120mm }} }}"
    )


def _tokens(colour: str) -> str:
    mid, pale = tint(colour, 0.42), tint(colour, 0.87)
    text = colour.upper() if legible(colour) else INK  # a pale brand may be a rule or a square, but no words
    return f":root {{ --brand: {colour.upper()}; --brand-text: {text}; --brand-mid: {mid}; --brand-pale: {pale}; }}"


def tint(colour: str, white: float) -> str:
    """A colour (#rrggbb) mixed with a share of white, 0 to 1."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * white):02X}" for part in parts)


def _css_string(text: str) -> str:
    # In a string of CSS inside a style element: quotes and backslashes as code points, and no "<" that could close it.
    return '"' + "".join(f"\\{ord(char):06X}" if char in '"\\<\n' else char for char in text) + '"'


def logo_uri(logo: bytes) -> str:
    """A client's logo as a data address: drawn anew as PNG, so that only pixels are carried on.

    PNG, JPEG and WebP of at most 4 million pixels are taken; anything else is refused with what was seen.
    """
    limit = f"Give a picture of at most {LOGO_PIXELS // 1_000_000} million pixels"
    try:
        with warnings.catch_warnings():
            # Pillow only warns of what is far beyond our own limit.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(logo), formats=LOGO_FORMATS)
        with picture:
            width, height = picture.size
            if width * height > LOGO_PIXELS:
                raise ReportError("The logo is too large", f"{width} x {height} pixels", limit)
            picture.thumbnail((LOGO_HEIGHT * 4, LOGO_HEIGHT))
            pixels = picture.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise ReportError("The logo is too large", str(error), limit) from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ReportError(
            "The logo is no picture that a report can carry",
            f"{len(logo)} bytes that are no PNG, JPEG or WebP",
            "Give a PNG, JPEG or WebP file",
        ) from error
    out = io.BytesIO()
    pixels.save(out, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
