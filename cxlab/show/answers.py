"""What an answer shows of itself: a figure, a table or sentences, by whether it is estimates or differences."""

from __future__ import annotations

from typing import Any

from cxlab.estimate import Differences, Estimates
from cxlab.show import figures, sentences, tables

Answer = Estimates | Differences


def plot(answer: Answer, **options: Any) -> Any:
    """The figure that fits."""
    if isinstance(answer, Differences):
        return figures.plot_differences(answer, **options)
    return figures.plot(answer, **options)


def table(answer: Answer, **options: Any) -> Any:
    """The house table."""
    if isinstance(answer, Differences):
        return tables.difference_table(answer, **options)
    return tables.table(answer, **options)


def say(answer: Answer, locale: str = "en", currency: str | None = None) -> str:
    """The answer in sentences."""
    if isinstance(answer, Differences):
        return sentences.say_differences(answer, locale, currency)
    return sentences.say(answer, locale, currency)
