"""SurveyMonkey: two header rows, the question (often only over its first column) and the choice."""

from __future__ import annotations

from cxlab.rows.exports.signature import Export, Heads
from cxlab.rows.header import fold_name

_WHOLE = frozenset({"", "response", "open-ended response"})  # the answer itself, not one of several choices


def _header_rows(heads: Heads) -> int:
    """Two, where the second row names choices: no respondent (or the first header again), and "Response" somewhere."""
    if len(heads) < 2 or not heads[1] or fold_name(heads[1][0]) not in ("", fold_name(heads[0][0])):
        return 0
    return 2 if any(fold_name(cell).casefold() in _WHOLE - {""} for cell in heads[1]) else 0


def _names(heads: Heads) -> list[str]:
    """One name for each column: the question, and the choice where the question has several columns.

    "Other" takes two columns of one name: the first says that it was ticked, the second holds the text.
    """
    question = ""
    names: list[str] = []
    choices = [*heads[1], *[""] * (len(heads[0]) - len(heads[1]))]
    for first, second in zip(heads[0], choices, strict=False):
        first, second = fold_name(first), fold_name(second)
        question = first or (question if second else "")
        name = question if second.casefold() in _WHOLE or second == question else f"{question} | {second}"
        twin = bool(name) and name != question and names[-1:] == [name]
        names.append(f"{name} (text)" if twin else name)
    return names


SURVEYMONKEY = Export(
    name="surveymonkey",
    needs=("Respondent ID / RespondentID", "Start Date / StartDate", "End Date / EndDate"),
    header_rows=_header_rows,
    names=_names,
    roles={"answer": ("Respondent ID",), "answered": ("End Date",)},
)
