"""The look of everything that is drawn: colours, type and direction as one frozen value.

Blue and orange say better and worse; the client's brand never does, and gives way to ink where it would be mistaken
for one of them. Shapes and words say the same as colours, for readers in grey.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import matplotlib as mpl
from cycler import cycler

from cxlab.errors import DefinitionError, ReportError
from cxlab.show.fonts import LAST, registered
from cxlab.show.typefaces import FIGURES, TEXT
from cxlab.words.locale import Locale, locale

WHITE, INK, INK_2, INK_3, RULE, WASH = "#FFFFFF", "#1B1F24", "#4A5159", "#667079", "#D5D9DD", "#F4F5F6"
GREY, GREY_PALE = "#C3C8CD", "#E6E8EB"
BETTER, WORSE = "#0B5FA5", "#C4500B"
BETTER_BACK, WORSE_BACK = "#7CA6CC", "#E2A07B"
BRAND = "#5E2750"
TEXT_CONTRAST, MARK_CONTRAST, NEAR = 4.5, 3.0, 25.0
MM = 1 / 25.4


def rgb(colour: str) -> tuple[float, float, float]:
    """The three parts of a colour "#RRGGBB", each 0..1; anything else is refused."""
    text = str(colour).removeprefix("#")
    if len(text) != 6 or any(mark not in "0123456789abcdefABCDEF" for mark in text):
        raise DefinitionError("A colour is written as '#RRGGBB'", f"It is {colour!r}", "Write it like '#5E2750'")
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2: text needs 4.5, marks need 3).

    >>> round(contrast("#1B1F24", "#FFFFFF"), 1)
    16.6
    """
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def mix(colour: str, white: float) -> str:
    """A colour with a share of white, 0..1, mixed in."""
    return "#" + "".join(f"{round(255 * (part + (1 - part) * white)):02X}" for part in rgb(colour))


def distance(one: str, other: str) -> float:
    """How far apart two colours look: the distance in CIE Lab (1976), under daylight D65; 0 is the same colour."""
    return float(sum((a - b) ** 2 for a, b in zip(_lab(one), _lab(other), strict=True)) ** 0.5)


def stands_for_a_verdict(brand: str) -> bool:
    """Whether a brand colour is so near to better or worse that a line in it would be read as good or bad."""
    return min(distance(brand, BETTER), distance(brand, WORSE)) < NEAR


def legible(brand: str) -> bool:
    """Whether words and fine marks in this brand colour can be read on white."""
    return contrast(brand, WHITE) >= TEXT_CONTRAST


@dataclass(frozen=True)
class Theme:
    """The look of one client's figures in one language: `code` is en, vi or fa, `brand` a colour "#RRGGBB".

    `names` are the client's words for columns of the data and their values.
    """

    code: str = "en"
    brand: str = BRAND
    currency: str | None = None
    names: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        rgb(self.brand)
        locale(self.code)

    @property
    def words(self) -> Locale:
        """The language of the figures."""
        return locale(self.code)

    @property
    def mirrored(self) -> bool:
        """Whether pages run from right to left. Number lines and time do not turn round with them."""
        return self.words.direction == "rtl"

    @property
    def series(self) -> str:
        """The colour of lines and points: the brand, or ink where the brand looks like a verdict or is too pale."""
        return INK if stands_for_a_verdict(self.brand) or not legible(self.brand) else self.brand

    @property
    def mid(self) -> str:
        """The colour of interval bars: the series with white, dark enough for a mark on white."""
        white = 0.42
        while contrast(mix(self.series, white), WHITE) < MARK_CONTRAST:
            white -= 0.04
        return mix(self.series, white)

    @property
    def pale(self) -> str:
        """The colour of bands behind a line."""
        return mix(self.series, 0.865)

    @property
    def size(self) -> float:
        """Size of words in figures, in points."""
        return 8.0 if self.mirrored else 7.5

    @property
    def fine(self) -> float:
        """Size of the finest words in figures, in points."""
        return 7.2 if self.mirrored else 6.8

    def rc(self) -> dict[str, Any]:
        """The settings of matplotlib (and so of seaborn) that make a drawing look like the house's."""
        names = registered()
        order = (FIGURES, TEXT) if self.mirrored else (TEXT, FIGURES)
        return {
            "font.family": [*(names[family] for family in order), names[LAST]],
            "font.size": self.size,
            "font.weight": 400,
            "text.color": INK,
            "axes.labelcolor": INK_3,
            "axes.edgecolor": RULE,
            "axes.linewidth": 0.5,
            "axes.facecolor": "none",
            "axes.prop_cycle": cycler(color=[self.series, INK_3, self.mid, GREY]),
            "axes.unicode_minus": True,
            "axes.grid": False,
            "axes.axisbelow": True,
            **{f"axes.spines.{side}": False for side in ("left", "right", "top", "bottom")},
            "grid.color": RULE,
            "grid.linewidth": 0.5,
            "xtick.color": INK_3,
            "ytick.color": INK_3,
            "figure.facecolor": WHITE,
            "savefig.facecolor": WHITE,
            "lines.linewidth": 1.2,
            "lines.solid_joinstyle": "round",
            "patch.linewidth": 0.0,
            "hatch.linewidth": 0.4,
            "hatch.color": GREY,
            "svg.fonttype": "path",
            "svg.hashsalt": "cxlab",
            "path.simplify": True,
        }

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Draw with the house's settings; when it ends, matplotlib is as it was.

        A letter that no font has is an error: a box in its place would look like a figure that is finished.
        """
        settings: Any = {k: v for k, v in mpl.rcParamsDefault.items() if not k.startswith("backend")} | self.rc()
        with mpl.rc_context(settings), warnings.catch_warnings():
            warnings.filterwarnings("error", message="Glyph .* missing")
            try:
                yield
            except UserWarning as missing:
                letter = chr(int(re.findall(r"Glyph (\d+)", str(missing))[0]))
                raise ReportError(
                    "A picture holds a letter that no font of the house has",
                    f"'{letter}' (U+{ord(letter):04X} {unicodedata.name(letter, 'without a name')})",
                    "Write that name in Latin, Vietnamese or Persian letters; a segment can be renamed in the plan",
                ) from None


def _luminance(colour: str) -> float:
    parts = [_linear(part) for part in rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _lab(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_linear(part) for part in rgb(colour))
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    root = [t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z)]
    return 116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])
