"""Labels: the numbers that words of an answer stand for, and the words of the contract that other words stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import narwhals as nw

from cxlab.errors import DefinitionError
from cxlab.rows.declared import FORMS, plain
from cxlab.rows.roles import TABLES

if TYPE_CHECKING:
    from cxlab.rows.read import Rows

_WORDS = 'or, where a column holds words, labels={"outcome": {"AGENT": "answered", "HANG": "abandoned"}}'
_GAP = "[ _-]+"
# What a column in these roles holds is counted or timed, so that a word for it is a slip.
_FIGURES = ("score", "number", "count", "seconds", "weight", "time", "mark", "truth")


def split(rows: Rows, given: Mapping[str, Any]) -> tuple[dict[str, Mapping[str, float]], dict[str, Mapping[str, str]]]:
    """The declared labels by column: those that stand for numbers, and those that stand for words."""
    numbers: dict[str, Mapping[str, float]] = {}
    words: dict[str, Mapping[str, str]] = {}
    for column, labels in given.items():
        values = plain(list(labels.values())) if isinstance(labels, Mapping) else [None]
        if all(isinstance(value, (int, float)) for value in values):
            numbers[column] = labels
        elif _worded(rows, column) and all(isinstance(value, str) and _word(value) for value in values):
            words[column] = labels
        else:
            raise DefinitionError(
                "Labels stand for numbers", f"labels of '{column}' are {labels!r}", f"Write {FORMS['labels']}, {_WORDS}"
            )
    return numbers, words


def worded(frame: Any, words: Mapping[str, Mapping[str, str]]) -> Any:
    """The frame with declared words in place of those found there, whatever their capitals, blanks and hyphens."""
    new = []
    for column, labels in words.items():
        text: Any = nw.col(column).cast(nw.String)
        bare = text.str.strip_chars().str.to_lowercase().str.replace_all(_GAP, "-")
        by_word: dict[str, set[str]] = {}
        for label, word in labels.items():
            bare_label = re.sub(_GAP, "-", str(label).strip().lower())
            forms = {unicodedata.normalize(form, bare_label) for form in ("NFC", "NFD")}
            by_word.setdefault(word, set()).update(forms)
        for word, known in by_word.items():
            text = nw.when(bare.is_in(sorted(known))).then(nw.lit(word)).otherwise(text)
        new.append(text.alias(column))
    return frame.with_columns(*new) if new else frame


def _word(value: str) -> bool:
    """Whether a text is more than a blank and no number."""
    try:
        float(value)
    except ValueError:
        return bool(value.strip())
    return False


def _worded(rows: Rows, column: str) -> bool:
    """Whether a column holds words, by its type and by the roles that it plays."""
    played = [role for role, one in rows.roles.items() if one == column] or [column]
    kinds = {roles[role] for roles in TABLES.values() for role in played if role in roles}
    text = rows.schema[column] in (nw.String, nw.Categorical, nw.Enum)
    return bool(text) and not (kinds and kinds <= set(_FIGURES))
