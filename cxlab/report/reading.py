"""A finished page as a checker sees it: what is live, what it asks for, its pictures, its words and their places."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cxlab.report.assets import POLICY

_LIVE = """script iframe frame frameset object embed applet form input button select textarea link base audio video
    source track portal template noscript foreignobject animate set math canvas slot"""
_ASKING = """href src srcset xlink:href action formaction poster background data cite ping longdesc manifest archive
    codebase"""
LIVE_ELEMENTS = frozenset(_LIVE.split())
ADDRESS_ATTRIBUTES = frozenset(_ASKING.split())
CSS_ADDRESS = re.compile(r"""@import|(?:image-set|src)\(|url\(\s*["']?(?!data:)""", re.I)
VOID = frozenset({"br", "hr", "img", "col", "wbr", "meta"})


@dataclass
class Page:
    """What `read` found; places are written for people."""

    locked: bool = False
    language: str = ""
    direction: str = ""
    title: str = ""
    live: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)  # of the main part: alternative text and place
    tables: int = 0
    titles: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)  # all words, for the fonts
    prose: list[tuple[str, str]] = field(default_factory=list)  # without what customers said


def read(html: str) -> Page:
    """Parse a page into what the gate asks about."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._path: list[tuple[str, bool]] = []  # open elements; whether each is a customer's comment
        self._heading = ""
        self._elements_of_head: int | None = None

    @property
    def place(self) -> str:
        """Where the reader is: the nearest heading before it."""
        return f"under '{self._heading.strip()[:60]}'" if self._heading.strip() else "at the head of the page"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        page = self.page
        self._head(tag, attributes)
        if tag in LIVE_ELEMENTS or (tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh"):
            page.live.append(f"element {tag}, {self.place}")
        for name, value in attributes.items():
            self._attribute(tag, name, value)
        inside_main = any(name == "main" for name, _ in self._path)
        if tag == "img" and inside_main:
            page.pictures.append((attributes.get("alt", ""), f"picture {len(page.pictures) + 1}, {self.place}"))
        page.tables += tag == "table" and inside_main
        if tag == "h1":
            page.titles.append("")
        if tag in ("h1", "h2", "h3"):
            self._heading = ""
        if tag not in VOID:
            self._path.append((tag, "verbatim" in attributes.get("class", "").split()))

    def _head(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "html":
            self.page.language, self.page.direction = attributes.get("lang", ""), attributes.get("dir", "")
        elif tag == "head":
            self._elements_of_head = 0
        elif self._elements_of_head == 0:
            self._elements_of_head = 1
            self.page.locked = (
                attributes.get("http-equiv", "").lower() == "content-security-policy"
                and attributes.get("content") == POLICY
            )

    def _attribute(self, tag: str, name: str, value: str) -> None:
        page = self.page
        if name.startswith("on"):
            page.live.append(f"attribute {name} of {tag}, {self.place}")
        elif name == "id":
            page.ids.append(value)
        elif name == "href" and value.startswith("#"):
            page.targets.append(value[1:])
        elif name in ADDRESS_ATTRIBUTES and not (tag == "img" and name == "src" and value.startswith("data:image/")):
            page.addresses.append(f"{name} of {tag}, {self.place}: {value[:80]}")
        elif name == "alt":
            page.texts.append((f"an alternative text {self.place}", value))
        elif CSS_ADDRESS.search(value) and name != "content":
            page.addresses.append(f"{name} of {tag}, {self.place}: {value[:80]}")

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self._path) - 1, -1, -1):
            if self._path[index][0] == tag:
                del self._path[index:]
                return

    def handle_data(self, data: str) -> None:
        tags = [name for name, _ in self._path]
        if "style" in tags:
            if match := CSS_ADDRESS.search(data):
                self.page.addresses.append(f"the style sheet: {data[match.start() : match.start() + 80]}")
            return
        if "title" in tags and "svg" not in tags:
            self.page.title += data
        if "h1" in tags:
            self.page.titles[-1] += data
        if any(name in ("h1", "h2", "h3") for name in tags):
            self._heading += data
        if data.strip():
            self.page.texts.append((f"the text {self.place}", data))
            if not any(comment for _, comment in self._path):
                self.page.prose.append((self.place, data))
