"""The allow-list through which every piece of HTML passes before it becomes part of a page.

What is not on the list is dropped: scripts, handlers, styles, forms, frames, and every address but a data picture and a
place in the page itself. Comments of customers never come this way as HTML: `verbatim` makes text of them.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape

import nh3

_TEXT = """h1 h2 h3 h4 h5 h6 p div span section article header footer aside blockquote ul ol li dl dt dd br hr wbr a b
    strong i em small sub sup q cite abbr mark time code pre kbd samp bdi figure figcaption img table caption colgroup
    col thead tbody tfoot tr th td"""
_DRAWING = "svg g title desc path rect circle ellipse line polyline polygon text tspan"
TAGS = frozenset((_TEXT + " " + _DRAWING).split())
# Of these the content goes too: a style's or script's text is not for reading.
_WITH_CONTENT = "script style template noscript iframe object embed math select textarea"
DROPPED_WHOLE = frozenset(_WITH_CONTENT.split())
_DRAWN_WITH = """viewBox width height d x y x1 x2 y1 y2 dx dy cx cy r rx ry points fill fill-opacity stroke stroke-width
    stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin opacity transform text-anchor font-size font-weight
    preserveAspectRatio focusable"""
_SHAPE = frozenset(_DRAWN_WITH.split())
ATTRIBUTES: dict[str, set[str]] = {
    "*": {
        "class",
        "id",
        "dir",
        "lang",
        "role",
        "tabindex",
        "style",
        "data-contents",
        "aria-label",
        "aria-labelledby",
        "aria-describedby",
        "aria-hidden",
    },
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan", "abbr", "headers"},
    "td": {"colspan", "rowspan", "headers"},
    "col": {"span"},
    "colgroup": {"span"},
    "time": {"datetime"},
    "abbr": {"title"},
    "ol": {"start"},
    **{tag: set(_SHAPE) for tag in _DRAWING.split()},
}
# Enough to place a tick over its grid line and to align as Markdown tables do; nothing can be hidden with it.
STYLE_PROPERTIES = {"left", "text-align"}
PICTURE = re.compile(r"data:image/(?:png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]+")

# Marks that turn the direction of what follows: in a comment they can make words read as their opposite.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if PICTURE.fullmatch(value) else None
    if name == "href":
        return value if value.startswith("#") else None
    if name == "tabindex":
        return value if value == "0" else None
    if name in _SHAPE and ("(" in value and name != "transform"):
        return None  # paint servers: fill="url(...)"
    return value


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        link_rel=None,
        url_schemes={"data"},
        filter_style_properties=STYLE_PROPERTIES,
    )


def clean(html: str) -> str:
    """HTML with nothing in it that could run, load or hide: what is not on the allow-list is gone.

    >>> clean('<p onclick="x()">36.2 <img src="https://example.org/a.png" alt="a"><script>x()</script></p>')
    '<p>36.2 <img alt="a"></p>'
    """
    return _cleaner().clean(html)


def verbatim(comment: str) -> str:
    """A customer's comment as a quotation: text only, in its own direction, with marks that turn the direction shown.

    >>> verbatim('<b>good</b>')
    '<blockquote class="verbatim"><bdi dir="auto">&lt;b&gt;good&lt;/b&gt;</bdi></blockquote>'
    """
    text = escape(comment, quote=False)
    shown = _TURNING.sub(lambda mark: f'<span class="control">U+{ord(mark[0]):04X}</span>', text)
    return f'<blockquote class="verbatim"><bdi dir="auto">{shown}</bdi></blockquote>'
