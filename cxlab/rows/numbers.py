"""Numbers written as text: read when used, all of them or an error that names the row."""

from __future__ import annotations

import narwhals as nw

from cxlab.errors import AnswerError
from cxlab.rows.dates import quoted, relation_of
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
    if schema == nw.Boolean:
        return rows.on(rows.frame.with_columns(nw.col(column).cast(nw.Int64)))
    relation = relation_of(rows)
    cell = cell_of(rows, column)
    read = f"try_cast({cell} as double)"
    numbered = relation.project(f"row_number() over () as row, {cell} as text, {read} as number")
    bad = (
        numbered.filter("text is not null and (number is null or isnan(number) or isinf(number))")
        .order("row")
        .limit(1)
        .fetchall()
    )
    if bad:
        raise AnswerError(
            f"{why or 'This'} needs numbers in the column '{column}'",
            f"row {bad[0][0]} in {rows.origin} holds {bad[0][1]!r}",
            'Correct it, or declare the decimal mark: cx.read(..., decimal=",")',
        )
    columns = ", ".join(f"{read} as {quoted(one)}" if one == column else quoted(one) for one in relation.columns)
    return rows.on(nw.from_native(relation.select(columns)))


def cell_of(rows: Rows, column: str) -> str:
    """The SQL of a cell that may hold a number: trimmed, with digits 0 to 9 and a decimal point."""
    cell = f"nullif(trim(translate({quoted(column)}::varchar, '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫', '01234567890123456789.')), '')"
    return f"replace(replace({cell}, '.', ''), ',', '.')" if rows.decimal == "," else cell
