"""What an answer shows of itself: a figure, a table or sentences, by whether it is estimates or differences."""

from __future__ import annotations

from typing import Any

from cxlab.estimate import Differences, Estimates
from cxlab.show import figures, sentences, tables

Answer = Estimates | Differences


def plot(answer: Answer, **options: Any) -> Any:
    """The figure that fits."""
    return (figures.plot_differences if isinstance(answer, Differences) else figures.plot)(answer, **options)


def table(answer: Answer, **options: Any) -> Any:
    """The house table."""
    return (tables.difference_table if isinstance(answer, Differences) else tables.table)(answer, **options)


def say(answer: Answer, locale: str = "en", currency: str | None = None) -> str:
    """The answer in sentences."""
    return (sentences.say_differences if isinstance(answer, Differences) else sentences.say)(answer, locale, currency)
