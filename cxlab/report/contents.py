"""The contents of a page, read from the headings of its rendered pieces, each of which gets an address."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

LISTED = "h2"


@dataclass(frozen=True)
class Entry:
    """One line of the contents: the address of a heading and its words."""

    id: str
    text: str


@dataclass
class Heading:
    """A heading as found: its level, where its tag's name ends in the piece, its words and its attributes."""

    level: str
    end: int
    attributes: dict[str, str | None]
    text: str = ""


class _Reader(HTMLParser):
    """Finds headings and the first section head of a piece that the cleaner has already put in order."""

    def __init__(self, piece: str) -> None:
        super().__init__()
        self.headings: list[Heading] = []
        self.section_head: int | None = None
        self._lines = [0, *(match.end() for match in re.finditer("\n", piece))]
        self._open: Heading | None = None
        self._silent = 0
        self.feed(piece)
        self.close()

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if self.section_head is None and "section-head" in (attributes.get("class") or "").split():
            self.section_head = self._offset()
        if tag in ("h1", "h2", "h3"):
            self._open = Heading(tag, self._offset() + 1 + len(tag), attributes)
            self.headings.append(self._open)
        if tag in ("svg", "small"):
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("svg", "small"):
            self._silent = max(0, self._silent - 1)
        if self._open is not None and tag == self._open.level:
            self._open.text = " ".join(self._open.text.split())
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None and not self._silent:
            self._open.text += data


class Contents:
    """Collects the headings of all pieces in the order of the page and hands each piece back with addresses."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.has_title = False
        self.last = ""
        self._taken: set[str] = {"report"}
        self._unnamed = 0

    def read(self, piece: str) -> str:
        """The piece with an id on every h1, h2 and h3; those of level 2 go into the contents.

        `data-contents` on a heading gives its words in the contents; empty, it keeps the heading out.
        """
        headings = _Reader(piece).headings
        missing: list[tuple[int, str]] = []
        for heading in headings:
            address = heading.attributes.get("id")
            if not address:
                address = self._address(heading.text)
                missing.append((heading.end, address))
            self._taken.add(address)
            self.has_title = self.has_title or heading.level == "h1"
            self.last = heading.text or self.last
            words = heading.attributes.get("data-contents", heading.text)
            if heading.level == LISTED and words:
                self.entries.append(Entry(address, words))
        for end, address in reversed(missing):
            piece = f'{piece[:end]} id="{address}"{piece[end:]}'
        return piece

    def _address(self, text: str) -> str:
        plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
        slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")[:48].strip("-")
        # Words without a Latin letter (Persian) leave at most digits, which say nothing.
        if not re.search("[a-z]", slug):
            self._unnamed += 1
            slug = f"part-{self._unnamed}"
        address, count = slug, 1
        while address in self._taken:
            count += 1
            address = f"{slug}-{count}"
        return address


def place_paper_contents(pieces: list[str], entries: list[Entry], label: str) -> list[str]:
    """Put the contents for paper before the first section head, or after the title where there is none.

    What stands before the contents is not listed; fewer than two lines are none. The stylesheet sets the page numbers.
    """
    for index, piece in enumerate(pieces):
        at = _Reader(piece).section_head
        if at is None and "</h1>" in piece and not any("section-head" in other for other in pieces):
            at = len(piece) if "masthead" in piece else piece.index("</h1>") + len("</h1>")
        if at is not None:
            before = "".join(pieces[:index]) + piece[:at]
            listed = [entry for entry in entries if f'id="{entry.id}"' not in before]
            return [*pieces[:index], piece[:at] + _paper(listed, label) + piece[at:], *pieces[index + 1 :]]
    return pieces


def _paper(entries: list[Entry], label: str) -> str:
    if len(entries) < 2:
        return ""
    lines = "".join(f'<li><a href="#{escape(entry.id)}">{escape(entry.text)}</a></li>' for entry in entries)
    return f'<nav class="paper-contents" aria-label="{escape(label)}"><ol>{lines}</ol></nav>'
