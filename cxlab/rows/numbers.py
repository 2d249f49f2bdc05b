"""Numbers written as text: read when used, all of them or an error that names the row."""

from __future__ import annotations

import narwhals as nw

from cxlab.errors import AnswerError
from cxlab.rows.dates import quoted, relation_of, with_column, without
from cxlab.rows.read import Rows

_CLOCK = r"\d+:[0-5]\d:[0-5]\d(\.\d+)?"


def number(rows: Rows, name: str, why: str = "", *, clock: bool = False) -> Rows:
    """The rows with the column that plays `name` typed as a number; blanks and its declared codes are blank.

    Digits of any script are read; the decimal mark is the one declared with the table. With `clock` the numbers are
    seconds, and text like 0:03:25 is read as hours, minutes and seconds. A text that is no number is an error naming
    its row.
    """
    column = rows.column(name, why)
    schema = rows.schema[column]
    codes = [code for code in rows.missing.get(column, ()) if isinstance(code, (int, float))]
    if schema.is_numeric():
        blank = nw.when(~nw.col(column).is_in(codes)).then(nw.col(column)).alias(column)
        return rows.same(rows.frame.with_columns(blank)) if codes else rows
    key = f"number {column} {clock}"
    if key not in rows.checked:
        boolean = schema == nw.Boolean
        rows.checked[key] = (
            rows.same(rows.frame.with_columns(nw.col(column).cast(nw.Int64)))
            if boolean
            else _read(rows, column, why, clock)
        )
    return rows.checked[key]  # type: ignore[return-value]


def _read(rows: Rows, column: str, why: str, clock: bool) -> Rows:
    relation = relation_of(rows)
    cell = without(rows, column, cell_of(rows, column))
    read = f"try_cast({cell} as double)"
    if clock:
        parts = [f"try_cast(split_part({cell}, ':', {i}) as double)" for i in (1, 2, 3)]
        seconds = f"{parts[0]} * 3600 + {parts[1]} * 60 + {parts[2]}"
        read = f"case when regexp_full_match({cell}, '{_CLOCK}') then {seconds} else {read} end"
    unread = f"{cell} is not null and ({read} is null or isnan({read}) or isinf({read}))"
    ((bad,),) = relation.aggregate(f"count(*) filter ({unread})").fetchall()
    if bad:
        numbered = relation.project(f"row_number() over () as row, {cell} as text, {unread} as bad")
        row, text, _ = numbered.filter("bad").order("row").limit(1).fetchall()[0]
        raise AnswerError(
            f"{why or 'This'} needs numbers in the column '{column}'",
            f"row {row} in {rows.origin} holds {text!r}",
            'Correct it, or declare the decimal mark: cx.read(..., decimal=",")',
        )
    return rows.same(with_column(rows, relation, column, read))


def cell_of(rows: Rows, column: str) -> str:
    """The SQL of a cell that may hold a number: trimmed, with digits 0 to 9 and a decimal point."""
    cell = f"nullif(trim(translate({quoted(column)}::varchar, '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫', '01234567890123456789.')), '')"
    return f"replace(replace({cell}, '.', ''), ',', '.')" if rows.decimal == "," else cell
