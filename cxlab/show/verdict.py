"""A verdict as it is seen: a drawn shape and a word, whose colour repeats better or worse."""

from __future__ import annotations

from html import escape

from cxlab.estimate import Difference
from cxlab.show.spoken import VERDICTS, Spoken
from cxlab.show.theme import BETTER, INK_2, WHITE, WORSE
from cxlab.words.locale import Locale

_OUTLINES = {
    "higher": '<path d="M6 1.5 11 10.5H1Z" fill="{}"/>',
    "lower": '<path d="M6 10.5 1 1.5H11Z" fill="{}"/>',
    "unclear": f'<path d="M6 1 11 6 6 11 1 6Z" fill="{WHITE}" stroke="{{}}" stroke-width="1.5"/>',
}
_COLOURS = {"better": BETTER, "worse": WORSE, "": INK_2}


def shape(kind: str, judged: str, title: str) -> str:
    """The drawn shape of a verdict: up, down or diamond; its colour repeats better or worse, and ink says neither."""
    outline = _OUTLINES[kind].format(_COLOURS[judged])
    return (
        f'<svg class="shape" viewBox="0 0 12 12" width="9" height="9" role="img"><title>{escape(title)}</title>'
        f"{outline}</svg>"
    )


def verdict(kind: str, judged: str, words: Locale, gloss: bool = True) -> str:
    """A verdict as HTML: shape, word, and whether it is better or worse."""
    name = words.message(f"verdict.{kind}")
    said = f'<span class="gloss"> · {escape(words.message(f"verdict.{judged}"))}</span>' if judged and gloss else ""
    tone = f" is-{judged}" if judged else ""
    return f'<span class="verdict{tone}">{shape(kind, judged, name)}{escape(name)}{said}</span>'


def judgement(difference: Difference, spoken: Spoken, gloss: bool = True) -> str:
    """What is said of a difference as HTML; where nothing can be judged a word without a shape."""
    kind = spoken.verdict(difference)
    if kind not in VERDICTS:
        return f'<span class="muted">{escape(spoken.verdict_said(difference))}</span>'
    return verdict(kind, spoken.judged(difference), spoken.words, gloss)
