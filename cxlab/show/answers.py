"""What an answer shows of itself: a figure, a table or sentences, by what kind of answer it is."""

from __future__ import annotations

from typing import Any

from cxlab.compare.change import Change
from cxlab.estimate import Differences, Estimates
from cxlab.show import figures, sentences, tables
from cxlab.show.change import plot_change
from cxlab.show.display import Said
from cxlab.show.theme import Theme

Answer = Estimates | Differences


def plot(answer: Answer | Change, **options: Any) -> Any:
    """The figure that fits."""
    if isinstance(answer, Change):
        look = options.pop("theme", None) or Theme(options.pop("locale", "en"))
        return plot_change(answer, look, **options)
    if isinstance(answer, Differences):
        return figures.plot_differences(answer, **options)
    return figures.plot(answer, **options)


def table(answer: Answer, **options: Any) -> Any:
    """The house table."""
    if isinstance(answer, Differences):
        return tables.difference_table(answer, **options)
    return tables.table(answer, **options)


def say(answer: Answer, locale: str = "en", currency: str | None = None) -> Said:
    """The answer in sentences: text that a notebook shows as a paragraph in the direction of its language."""
    if isinstance(answer, Differences):
        return Said(sentences.say_differences(answer, locale, currency), locale)
    return Said(sentences.say(answer, locale, currency), locale)
