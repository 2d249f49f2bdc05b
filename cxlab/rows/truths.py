"""Columns that say yes or no: true and false, 1 and 0, or the words that were declared as their labels."""

from __future__ import annotations

import narwhals as nw

from cxlab.errors import AnswerError
from cxlab.rows.asking import records_of
from cxlab.rows.dates import relation_of, with_column
from cxlab.rows.read import Rows, collect
from cxlab.rows.written import quoted

# pandas makes floats of whole numbers beside blanks, and writes them as such.
_YES, _NO = ("true", "t", "yes", "y", "1", "1.0"), ("false", "f", "no", "n", "0", "0.0")


def says_truth(value: object) -> bool:
    """Whether a value is one of those that `truth` reads without declared labels."""
    return str(value).strip().lower() in (*_YES, *_NO)


def truth(rows: Rows, name: str, why: str = "") -> Rows:
    """The rows with the column that plays `name` as true, false or null; blanks stay blank.

    Numbers must be 1 or 0; text is read as true/false, yes/no, t/f, y/n or 1/0, or by the labels declared for the
    column ({"Left": 1, "Here": 0}). Anything else is an error that shows it.
    """
    column = rows.column(name, why)
    schema = rows.schema[column]
    if schema == nw.Boolean:
        return rows
    key = f"truth {column}"
    if key not in rows.checked:
        rows.checked[key] = _numbers(rows, column, why) if schema.is_numeric() else _words(rows, column, why)
    return rows.checked[key]  # type: ignore[return-value]


def told(rows: Rows, column: str, why: str = "") -> Rows:
    """The rows with a column that says yes or no as true and false; one of anything else as it is."""
    if rows.schema[column] == nw.Boolean:
        return rows
    key = f"says truth {column}"
    if key not in rows.checked:
        cell = nw.col(column)
        if rows.schema[column] in (nw.String, nw.Categorical, nw.Enum):
            cell = cell.cast(nw.String)
            cell = nw.when(cell.str.strip_chars() != "").then(cell)
        low, high = cell.min().alias("low"), cell.max().alias("high")
        said = [value for value in collect(rows.frame.select(low, high)).to_pylist()[0].values() if value is not None]
        rows.checked[key] = bool(said) and all(says_truth(value) for value in said)
    return truth(rows, column, why) if rows.checked[key] else rows


def _numbers(rows: Rows, column: str, why: str) -> Rows:
    value = nw.col(column)
    ends = collect(rows.frame.select(value.min().alias("low"), value.max().alias("high"))).to_pylist()[0]
    for end in ends.values():
        if end is not None and end == end and end not in (0, 1):
            raise _refused(rows, column, end, why)
    if rows.schema[column].is_float():
        # What is no number is no "no" either: pandas would call it false.
        name = quoted(column)
        return rows.same(
            with_column(rows, relation_of(rows), column, f"case when not isnan({name}) then {name} = 1 end")
        )
    return rows.same(rows.frame.with_columns(value == 1))


def _words(rows: Rows, column: str, why: str) -> Rows:
    schema = rows.schema[column]
    if schema == nw.Object:
        # pandas keeps true, false and nothing as objects; the engine gives them their type.
        return truth(rows.same(nw.from_native(relation_of(rows))), column, why)
    if not isinstance(schema, (nw.String, nw.Categorical, nw.Enum)):
        # A column without any value has no type of its own.
        return rows.same(rows.frame.with_columns(nw.lit(None, nw.Boolean).alias(column)))
    labels = rows.labels.get(column, {})
    relation = relation_of(rows)
    text = f"nullif(trim({quoted(column)}::varchar), '')"
    for (raw,) in records_of(relation.project(f"{text} as word").distinct()):
        if raw is not None and raw not in labels and raw.lower() not in (*_YES, *_NO):
            raise _refused(rows, column, raw, why)
    yes = [word for word, number in labels.items() if number == 1]
    said = f"lower({text}) in ({_listed(_YES)})" + (f" or {text} in ({_listed(yes)})" if yes else "")
    read = f"case when {text} is not null then coalesce({said}, false) end"
    return rows.same(with_column(rows, relation, column, read))


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def _refused(rows: Rows, column: str, seen: object, why: str) -> AnswerError:
    return AnswerError(
        f"{why or 'This'} needs yes or no in the column '{column}'",
        f"{rows.origin} holds {seen!r}",
        f'Say which value is yes: cx.read(..., labels={{"{column}": {{"...": 1, "...": 0}}}})',
    )
