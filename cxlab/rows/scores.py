"""Scores: what each value of an answer column means on its declared scale.

Works on the distinct values that a group-by found, never on rows: so labels, codes and digits of any script are read
once each and counted exactly, and a column of twenty million answers is typed in microseconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw

from cxlab.errors import AnswerError, DefinitionError
from cxlab.rows.declared import is_number
from cxlab.rows.frames import as_text
from cxlab.rows.read import Frame, Rows, collect
from cxlab.words.fold import fold_digits, fold_text

MISSING = None
MOST_POINTS = 1001
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Reading:
    """What one raw value stands for: a number, or no answer; and how it was read ("", coerced, labelled, missing)."""

    value: float | None
    how: str = ""


def scale_of(
    scale: object, rows: Rows | None = None, column: str | None = None, metric: str = "the metric"
) -> tuple[float, float]:
    """The two ends of a scale; an error where it is not declared or not a scale.

    >>> scale_of((1, 5))
    (1.0, 5.0)
    """
    if scale is None and rows is not None and column is not None:
        scale = rows.scale.get(column)
    if scale is None:
        raise DefinitionError(
            f"{metric} needs the scale of '{column}'",
            "no scale was declared, and the answers cannot tell it",
            "Declare it: scale=(1, 5), or whatever the question offered",
        )
    try:
        low, high = (float(end) for end in scale)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low < high and (high - low).is_integer()):
        raise DefinitionError(
            "A scale is its two ends, lowest first", f"scale={scale!r}", "Write it as scale=(1, 5) or scale=(0, 10)"
        )
    if high - low >= MOST_POINTS:
        raise DefinitionError(
            "A scale has its points one by one",
            f"scale={scale!r} has {high - low + 1:,.0f} of them, and the limit is {MOST_POINTS:,}",
            "Declare the scale that the question offered",
        )
    return low, high


def read_value(
    raw: object, missing: Sequence[object], labels: Mapping[str, float], decimal: str = ""
) -> Reading | None:
    """What a raw value stands for; None where that is unknown.

    Codes in `missing` may be given as number or as text. Text is a number only when it is plainly written as one:
    "+9" and "1e1" are not.
    """
    if raw is None or (isinstance(raw, float) and math.isnan(raw)):
        return Reading(MISSING, "missing")
    if isinstance(raw, (int, float)):
        if _declared(raw, missing):
            return Reading(MISSING, "missing")
        label = _label(str(raw) if isinstance(raw, bool) else f"{raw:g}", labels) if labels else None
        return Reading(float(raw)) if label is None else Reading(label, "labelled")
    text = str(raw)
    if text.strip() == "":
        return Reading(MISSING, "missing")
    if _declared(text, missing) or _declared(fold_text(text), missing):
        return Reading(MISSING, "missing")
    label = _label(text, labels)
    if label is not None:
        return Reading(label, "labelled")
    folded = fold_digits(text).strip()
    plain = folded.replace(",", ".") if decimal == "," else folded
    if not _NUMBER.fullmatch(plain):
        return None
    number = float(plain)
    if _declared(number, missing):
        return Reading(MISSING, "missing")
    return Reading(number, "" if plain == text or (decimal == "," and folded == text) else "coerced")


def _declared(value: object, missing: Sequence[object]) -> bool:
    # A whole number is written "99" as a code and 99.0 in a column of floats.
    return any(code == value or as_text(code) == as_text(value) for code in missing)


def _label(text: str, labels: Mapping[str, float]) -> float | None:
    if text in labels:
        return float(labels[text])
    folded = fold_text(text)
    for label, number in labels.items():
        if fold_text(as_text(label)) == folded:
            return float(number)
    return None


def on_scale(number: float, low: float, high: float, steps: bool = True) -> bool:
    """Whether a number is one of the points of a scale with whole steps, or any number on it."""
    return low <= number <= high and (not steps or (number - low).is_integer())


def refuse(rows: Rows, column: str, raw: object, low: float, high: float, metric: str) -> AnswerError:
    """The error for a value that its scale does not have, naming its row."""
    row = row_of(rows.frame, column, raw)
    numeric = is_number(raw) or _NUMBER.fullmatch(str(raw)) is not None
    shown = f"{float(str(raw)):g}" if numeric else repr(str(raw))
    advice = f"If {shown} means no answer, declare it: missing=({shown},)"
    if not numeric:
        advice = f"Declare what it stands for: labels={{'{column}': {{{shown}: ...}}}}, or missing=({shown},) for none"
        if re.fullmatch(r"-?\d+,\d+", fold_digits(str(raw)).strip()):
            advice = "Correct it" if rows.decimal == "," else 'Declare its decimal mark: cx.read(..., decimal=",")'
    return AnswerError(
        f"{metric} needs answers from {low:g} to {high:g} in whole steps",
        f"row {row} of column '{column}' in {rows.origin} holds {shown}",
        advice,
    )


def row_of(frame: Frame, column: str, raw: object) -> int | str:
    """The number (from 1) of the first row that holds this value; rows are searched only when a value is refused."""
    values = collect(frame.select(nw.col(column))).column(0).to_pylist()
    for position, value in enumerate(values, start=1):
        if value == raw or (value is not None and str(value) == str(raw)):
            return position
    return "?"
