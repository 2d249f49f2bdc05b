"""The errors of cxlab: each says what is wrong, what was seen and what to do.

CxlabError (a ValueError)
|- ReadError          a source cannot be read: file, row, column, reason
|- ColumnError        a column or role is not in the table
|- AnswerError        a value cannot be true on its declared scale, or a row contradicts another
|- DefinitionError    a parameter, variant or method is not one that the metric has
|  |- FieldError       a field of one estimate asked of several
|  `- PositionError    a position at which no estimate or difference stands
|- ComparisonError    two figures that may not be compared
|- PlanError          a plan or a command says something that cannot be done
|- ReportError        a report could not be made, and nothing of it was published
`- BusyError          another run holds the folder
"""

from __future__ import annotations

import re
import textwrap
import traceback
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

HERE = str(Path(__file__).parent)
# What moves a terminal's cursor, colours or titles it, breaks a line of a log, or turns how others read.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")
WIDE = 88
_SLIP = 0.88  # "recommand" is as near to its word as this, "assignee" and "resolver" are not


class CxlabError(ValueError):
    """Base of every error that cxlab raises on purpose.

    `wrong` says what is wrong, `seen` what was found (row, column, value, file, line), `todo` what to do about it.
    """

    def __init__(self, wrong: str, seen: str = "", todo: str = "") -> None:
        # A message may name a column or a value, which is whatever stood in the file.
        self.wrong, self.seen, self.todo = wrong, seen, todo = visible(wrong), visible(seen), visible(todo)
        super().__init__(" ".join(_sentence(part) for part in (wrong, seen, todo) if part))

    def __reduce__(self) -> tuple[type, tuple[str, ...]]:
        return type(self), (self.wrong, self.seen, self.todo)

    def _render_traceback_(self) -> list[str]:
        """The error as a notebook shows it: its three parts and the reader's own lines, not sixty of this package.

        What Jupyter asks for; `%debug` still leads to every line that was run.
        """
        said = [f"{type(self).__name__}: {_sentence(self.wrong)}"]
        said += [_sentence(part) for part in (self.seen, self.todo) if part]
        wrapped = [textwrap.fill(part, WIDE, break_long_words=False, subsequent_indent="  ") for part in said]
        return [*wrapped, *([""] if (lines := _own_lines(self)) else []), *lines]


class ReadError(CxlabError):
    """A source cannot be read."""


class ColumnError(CxlabError):
    """A column or role is not in the table; `lacks` is its name, or that of the table, where one is wanted."""

    def __init__(self, wrong: str, seen: str = "", todo: str = "", lacks: str = "") -> None:
        super().__init__(wrong, seen, todo)
        self.lacks = lacks

    def __reduce__(self) -> tuple[type, tuple[str, ...]]:
        return type(self), (self.wrong, self.seen, self.todo, self.lacks)


class AnswerError(CxlabError):
    """A value cannot be true on its declared scale, or one row contradicts another."""


class DefinitionError(CxlabError):
    """A parameter, variant or method that the metric does not have."""


class FieldError(DefinitionError, AttributeError):
    """A field of one estimate asked of several; an AttributeError too, so that `hasattr` keeps its meaning."""


class PositionError(DefinitionError, IndexError):
    """A position at which nothing stands; an IndexError too, which is how Python ends a loop over a sequence."""


class ComparisonError(CxlabError):
    """Two figures that may not be compared."""


class PlanError(CxlabError):
    """A plan or a command asks for something that cannot be done."""


class ReportError(CxlabError):
    """A report could not be made; nothing of it was published."""


class BusyError(CxlabError):
    """Another run holds the folder."""


def visible(text: str) -> str:
    """A text in one line, with what cannot be seen in it written out; safe for a terminal and a log.

    >>> print(visible("sc\\x1b[31more"))
    sc\\x1b[31more
    """
    return _UNSEEN.sub(lambda sign: ascii(sign[0])[1:-1], text)


def listing(names: Iterable[object], last: str = "or") -> str:
    """Names for a message: 'a', 'b' or 'c'."""
    quoted = [f"'{name}'" if isinstance(name, str) else repr(name) for name in names]
    if len(quoted) < 2:
        return "".join(quoted) or "none"
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The sentence that offers the nearest known name, or nothing when none is near."""
    folded = {one.casefold(): one for one in reversed(list(known))}  # headers differ in case more than in letters
    near = get_close_matches(name.casefold(), folded, n=1)
    return f"Did you mean '{folded[near[0]]}'?" if near else ""


def misspelt(name: str, known: Iterable[str]) -> str | None:
    """The known name of which this one can only be a slip of the pen: a letter or two within a long word.

    Never one with something added or left out at its ends ("recommend_2", "tickets", "reorder").
    """
    near = next(iter(get_close_matches(name.casefold(), known, n=1, cutoff=_SLIP)), None)
    return None if near is None or near in name.casefold() or name.casefold() in near else near


def _own_lines(error: BaseException) -> list[str]:
    """The lines of code that led into this package, from the notebook's cell inwards."""
    found: list[str] = []
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(HERE):
            if found:
                break
        elif frame.line and "IPython" not in Path(frame.filename).parts:
            where = f"line {frame.lineno}" if frame.name == "<module>" else f"line {frame.lineno}, in {frame.name}"
            found.append(f"{where}: {frame.line}")
    return found


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else text + "."
