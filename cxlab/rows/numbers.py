"""Numbers written as text: read when used, all of them or an error that names the row."""

from __future__ import annotations

import narwhals as nw

from cxlab.errors import AnswerError
from cxlab.rows.dates import quoted, relation_of, with_column
from cxlab.rows.read import Rows


def number(rows: Rows, name: str, why: str = "") -> Rows:
    """The rows with the column that plays `name` typed as a number; blanks stay blank.

    Digits of any script are read; the decimal mark is the one declared with the table. A text that is no number is an
    error naming its row.
    """
    column = rows.column(name, why)
    schema = rows.schema[column]
    if schema.is_numeric():
        return rows
    key = f"number {column}"
    if key not in rows.checked:
        boolean = schema == nw.Boolean
        rows.checked[key] = (
            rows.same(rows.frame.with_columns(nw.col(column).cast(nw.Int64))) if boolean else _read(rows, column, why)
        )
    return rows.checked[key]  # type: ignore[return-value]


def _read(rows: Rows, column: str, why: str) -> Rows:
    relation = relation_of(rows)
    cell = cell_of(rows, column)
    read = f"try_cast({cell} as double)"
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
