"""The two shipped families: which characters they can draw, and the part of them that one page carries.

A character without a glyph is invisible in a PDF while text tests still find it, so it is an error before rendering.
"""

from __future__ import annotations

import base64
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

from cxlab.errors import ReportError
from cxlab.show.typefaces import PACKAGES, WEIGHTS, font_file

# Controls of direction and joining: they steer shaping and are never drawn, so no font needs a glyph for them.
UNDRAWN = frozenset(map(ord, "\t\n\r\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff"))


def _span(*ranges: tuple[int, int]) -> frozenset[int]:
    return frozenset(code for first, last in ranges for code in range(first, last + 1))


# A page takes whole repertoires, not its own letters: then all reports of a language share one subset, made once.
REPERTOIRES = (
    _span((0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2026), (0x2212, 0x2212)) | frozenset(map(ord, "€₫≤≥≈≠×÷‰′″←→•")),
    _span((0x1EA0, 0x1EF9), (0x0300, 0x0303), (0x0309, 0x0309), (0x0323, 0x0323)) | frozenset(map(ord, "ĂăĐđĨĩŨũƠơƯư")),
    _span(
        (0x060C, 0x060C),
        (0x061B, 0x061B),
        (0x061F, 0x061F),
        (0x0621, 0x0655),
        (0x0660, 0x066D),
        (0x0670, 0x0670),
        (0x06F0, 0x06F9),
    )
    | frozenset(map(ord, "پچژکگیۀەۆ\u200c\u200d\u200e\u200f\u061c«»")),
)

_kept: dict[tuple[str, int, frozenset[int], bool], bytes] = {}
LETTERS = {"vi": "ế", "fa": "ش"}  # one letter touches the whole repertoire of its language


@cache
def characters(family: str, weight: int) -> frozenset[int]:
    """The code points that a shipped font can draw."""
    with TTFont(font_file(family, weight), lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def drawable() -> frozenset[int]:
    """The code points that some family can draw at both weights, and those that need no drawing."""
    families = (frozenset.intersection(*(characters(family, weight) for weight in WEIGHTS)) for family in PACKAGES)
    return UNDRAWN.union(*families)


def check(pieces: Iterable[tuple[str, str]]) -> None:
    """Refuse the first character that no shipped font can draw; `pieces` are pairs of a place and its text."""
    known = drawable()
    for place, text in pieces:
        unknown = [char for char in text if ord(char) not in known]
        if unknown:
            char = unknown[0]
            raise ReportError(
                "A letter has no glyph in the fonts of the report, so it would be invisible in the PDF",
                f"{_letter(char)} in {place}: '{_around(text, char)}'",
                "Replace or remove it in the data or the notebook; a segment can be given another name in the plan",
            )


def check_segments(segments: Iterable[Mapping[str, object]], names: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a segment that no shipped font can draw, naming its column and value, before anything is drawn of it.

    `names` are what the plan calls columns and values: what is renamed there is not drawn as it stands in the data.
    """
    known = drawable()
    for segment in segments:
        for column, value in segment.items():
            named = (names.get(column) or {}).get("values") or {}
            shown = str(named.get(str(value), value))
            unknown = [char for char in shown if ord(char) not in known]
            if unknown:
                raise ReportError(
                    "The name of a segment has a letter that no font of the report can draw",
                    f"{_letter(unknown[0])} in the column '{column}', value '{shown}'",
                    f'Give it another name in the plan: names: {{{column}: {{values: {{"{value}": "..."}}}}}}, '
                    "or correct the data",
                )


def _letter(char: str) -> str:
    """A letter by itself, its code and its name."""
    return f"'{char}' (U+{ord(char):04X} {unicodedata.name(char, 'without a name')})"


def face_rules(text: str, packed: bool = True) -> str:
    """The @font-face rules for a page: four static faces as data, cut down to the repertoires that the text touches.

    `packed` gives WOFF2 for the screen; the paper's renderer would only unpack it again, which takes longer.
    """
    used = frozenset(map(ord, text)) - _span((0, 0x1F))
    basic, *others = REPERTOIRES
    wanted = basic.union(used, *(more for more in others if not used.isdisjoint(more - basic)))
    rules = []
    for family in PACKAGES:
        for weight in WEIGHTS:
            data = base64.b64encode(_cut(family, weight, wanted & characters(family, weight), packed)).decode()
            kind = ("woff2", "woff2") if packed else ("ttf", "truetype")
            rules.append(
                f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
                f'src: url(data:font/{kind[0]};base64,{data}) format("{kind[1]}"); }}'
            )
    return "\n".join(rules)


def prepare(language: str) -> None:
    """Make the subsets of a language for screen and paper: a parent process does it once for those it forks."""
    for packed in (True, False):
        face_rules(LETTERS.get(language, "a"), packed)


def made() -> bytes:
    """The subsets that this process has made or was given, for another one to `keep`."""
    told = [[family, weight, sorted(wanted), packed, base64.b64encode(font).decode()]
            for (family, weight, wanted, packed), font in _kept.items()]  # fmt: skip
    return json.dumps(told).encode()


def keep(subsets: bytes) -> None:
    """Take over subsets that another process has `made`."""
    for family, weight, wanted, packed, font in json.loads(subsets):
        _kept[family, weight, frozenset(wanted), packed] = base64.b64decode(font)


def _cut(family: str, weight: int, wanted: frozenset[int], packed: bool) -> bytes:
    key = family, weight, wanted, packed
    if key not in _kept:
        _kept[key] = _subset(*key)
    return _kept[key]


def _subset(family: str, weight: int, wanted: frozenset[int], packed: bool) -> bytes:
    if packed:
        font = TTFont(io.BytesIO(_cut(family, weight, wanted, False)), recalcTimestamp=False)
        font.flavor = "woff2"
        return _saved(font)
    options = subset.Options()
    options.layout_features = ["*"]
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["meta", "FFTM"]
    # The time of the font's making stays as it is, so the same page is the same bytes.
    font = TTFont(font_file(family, weight), lazy=False, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    return _saved(font)


def _saved(font: TTFont) -> bytes:
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _around(text: str, char: str) -> str:
    at = text.index(char)
    return text[max(0, at - 20) : at + 20].strip()
