"""Numbers written as text: read when used, all of them or an error that names the row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import narwhals as nw

from cxlab.errors import AnswerError
from cxlab.rows.asking import records_of
from cxlab.rows.dates import relation_of, with_column
from cxlab.rows.read import Rows
from cxlab.rows.written import quoted, without

_CLOCK = r"\d+:[0-5]\d:[0-5]\d(\.\d+)?"
# What may be thousands in one country and three decimals in another, and so stands for no number by itself.
_EITHER = r"[+-]?[1-9]\d{0,2}%s\d{3}"


def number(rows: Rows, name: str, why: str = "", *, clock: bool = False) -> Rows:
    """The rows with the column that plays `name` typed as a number; blanks and its declared codes are blank.

    Digits of any script are read, and thousands that are parted by the mark that is not the decimal one. Where no
    decimal mark was declared it is the point, and what could be either (12,000, or 1.234 in every row) is an error.
    With `clock` the numbers are seconds, and text like 0:03:25 is read as hours, minutes and seconds. A text that is
    no number is an error naming its row.
    """
    column = rows.column(name, why)
    schema = rows.schema[column]
    codes = [code for code in rows.missing.get(column, ()) if isinstance(code, (int, float))]
    if schema.is_numeric():
        # Numbers of one or two bytes run over when they are added: 200 s of talk and 100 s of hold were 44 s.
        wide = nw.col(column).cast(nw.Int64 if schema != nw.UInt64 else nw.Float64)
        value = wide if schema.is_integer() and schema != nw.Int64 else nw.col(column)
        if codes:
            value = nw.when(~among(value, codes)).then(value)
        return rows.same(rows.frame.with_columns(value.alias(column))) if codes or value is wide else rows
    key = f"number {column} {clock}"
    if key not in rows.checked:
        boolean = schema == nw.Boolean
        rows.checked[key] = (
            rows.same(rows.frame.with_columns(nw.col(column).cast(nw.Int64)))
            if boolean
            else _read(rows, column, why, clock)
        )
    return rows.checked[key]  # type: ignore[return-value]


def among(value: Any, codes: Sequence[float]) -> Any:
    """Whether a number is one of some codes: compared one by one, since Polars finds no whole number among decimals."""
    match = value == codes[0]
    for code in codes[1:]:
        match = match | (value == code)
    return match


def _read(rows: Rows, column: str, why: str, clock: bool) -> Rows:
    relation = relation_of(rows)
    text = without(rows, column, _text(rows, column))
    cell = f"case when {text} is not null then {cell_of(rows, column)} end"
    read = f"try_cast({cell} as double)"
    if clock:
        parts = [f"try_cast(split_part({cell}, ':', {i}) as double)" for i in (1, 2, 3)]
        seconds = f"{parts[0]} * 3600 + {parts[1]} * 60 + {parts[2]}"
        read = f"case when regexp_full_match({cell}, '{_CLOCK}') then {seconds} else {read} end"
    unread = f"{cell} is not null and ({read} is null or isnan({read}) or isinf({read}))"
    pointed = "false" if rows.decimal else f"contains({text}, '.') and not contains({quoted(column)}::varchar, '٫')"
    either = f"({pointed} and regexp_full_match({text}, '{_EITHER % '[.]'}'))"
    asked = f"count(*) filter ({unread}), count(*) filter ({either}), count(*) filter ({pointed} and not {either})"
    bad, two, one = records_of(relation.aggregate(asked))[0]
    if bad or (two and not one):
        numbered = relation.project(f"row_number() over () as row, {text} as text, {unread} as bad, {either} as two")
        row, text, _, _ = records_of(numbered.filter("bad" if bad else "two").order("row").limit(1))[0]
        raise _refused(rows, column, why, row, text, bad == 0)
    return rows.same(with_column(rows, relation, column, read))


def _refused(rows: Rows, column: str, why: str, row: Any, text: str, either: bool) -> AnswerError:
    """The error for a text that is no number, or may be one of two."""
    todo = f"Correct it, or say that it means no number: missing={{'{column}': [{text!r}]}}"
    marks = [mark for mark in ".," if mark in text]
    if re.fullmatch(r"\d+:\d\d", text):
        todo = "Write it as h:mm:ss or in seconds: it may be minutes and seconds, or hours and minutes"
    elif either or (not rows.decimal and re.fullmatch(_EITHER % ",", text)):
        other = {".": ",", ",": "."}[marks[0]]
        todo = f'Say what its mark is in cx.read: decimal="{marks[0]}", or decimal="{other}" where it parts thousands'
    elif any(letter.isdigit() for letter in text) and not re.fullmatch(r"[+-]?[\d.,]+", text):
        todo = f"Write it as a plain number, or say that it means none: missing={{'{column}': [{text!r}]}}"
    elif marks and any(letter.isdigit() for letter in text):
        todo = 'Correct it, or declare its decimal mark: cx.read(..., decimal=",")'
        if rows.decimal:
            todo = (
                f'Correct it, or the declared decimal mark: it is "{rows.decimal}", the other parts thousands by threes'
            )
    return AnswerError(
        f"{why or 'This'} needs numbers in the column '{column}'", f"row {row} in {rows.origin} holds {text!r}", todo
    )


def cell_of(rows: Rows, column: str) -> str:
    """The SQL of a cell that may hold a number: trimmed, with digits 0 to 9, a decimal point and no thousands parted.

    A cell whose marks say nothing, or not what was declared, stays a text that no engine takes for a number.
    """
    cell = _text(rows, column)
    mark, group = (",", ".") if rows.decimal == "," else (".", ",")
    parted = rf"[+-]?\d{{1,3}}([{group}]\d{{3}})+([{mark}]\d+)?"
    if not rows.decimal:
        parted = r"[+-]?\d{1,3}((,\d{3}){2,}([.]\d+)?|,\d{3}[.]\d+)"
    plain = f"replace(replace({cell}, '{group}', ''), '{mark}', '.')"
    odd = f"contains({cell}, '{group}')"
    other = f"replace({cell}, '{mark}', '.')" if mark == "," else cell
    return f"case when not {odd} then {other} when regexp_full_match({cell}, '{parted}') then {plain} else '?' end"


def _text(rows: Rows, column: str) -> str:
    """The SQL of a cell's text: trimmed, digits 0 to 9, Persian marks as the decimal mark and as nothing."""
    digits = f"01234567890123456789{rows.decimal or '.'}"
    return f"nullif(trim(translate({quoted(column)}::varchar, '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫٬', '{digits}')), '')"
