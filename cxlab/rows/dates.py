"""Dates written as text: read by one stated format for the whole column, never guessed row by row."""

from __future__ import annotations

import re
from typing import Any

import narwhals as nw

from cxlab.errors import AnswerError
from cxlab.rows.asking import records_of, table_of
from cxlab.rows.look import look_at_text
from cxlab.rows.read import Frame, Rows, collect
from cxlab.rows.written import ORDERS, mixed, quoted, strptime, text_of, ways_of

YEARS = (1900, 2199)
_SHORT_YEAR = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2}")


def typed(rows: Rows, column: str) -> Rows:
    """The rows with a text column read as times, by its declared format or by the one that fits every row.

    Two formats that both fit and disagree (03/04/2026) are an error that asks for the format.
    """
    relation = relation_of(rows)
    table = rows if relation is rows.to_native() else rows.same(nw.from_native(relation))
    if table.schema[column] != nw.String:
        # A column of pandas without any value is text by name only: it holds times that have not happened.
        return table.same(table.frame.with_columns(nw.lit(None, nw.Datetime("us")).alias(column)))
    way = _way(table, relation, column)
    seen, expression = look_at_text(table, column), ways_of(rows, column)[way]
    ends = seen.readings[column][way]
    low, high = YEARS
    if ends.filled < seen.filled[column] or not all(low <= one.year <= high for one in (ends.first, ends.last) if one):
        _refuse(relation, rows, column, text_of(rows, column), expression)
    seen.times[column] = ends
    return table.same(with_column(rows, relation, column, expression))


def reading_of(relation: Any, rows: Rows, column: str) -> str:
    """The SQL that reads a text column's cells as times, null where it cannot.

    Times with and without a zone in one column, and days that can be read in two ways, are errors.
    """
    table = rows if relation is rows.to_native() else rows.same(nw.from_native(relation))
    return ways_of(rows, column)[_way(table, relation, column)]


def relation_of(rows: Rows) -> Any:
    """The rows as a DuckDB relation; text dates of other engines are read there, all by the same rules."""
    native = rows.to_native()
    if type(native).__name__ == "DuckDBPyRelation":
        return native
    from cxlab.rows.store import connect, in_microseconds

    return in_microseconds(connect().from_arrow(collect(rows.frame)))


def with_column(rows: Rows, relation: Any, column: str, expression: str) -> Frame:
    """The frame with one column read by SQL over `relation`, its relation: of rows in memory at once, else when asked.

    Rows in memory stay there, so that a column of text is read once and not again with every question.
    """
    if isinstance(rows.frame, nw.LazyFrame):
        cells = (f"{expression} as {quoted(name)}" if name == column else quoted(name) for name in relation.columns)
        return nw.from_native(relation.select(", ".join(cells)))
    table = collect(rows.frame)
    read = table_of(relation.project(f"{expression} as {quoted(column)}"))
    place = table.schema.get_field_index(column)
    return nw.from_native(table.set_column(place, column, read.column(0)), eager_only=True)


def _way(rows: Rows, relation: Any, column: str) -> str:
    """The way in which a text column is written: the declared one, or the one that fits every row."""
    seen = look_at_text(rows, column)
    ways, filled, text = seen.readings[column], seen.filled[column], text_of(rows, column)
    if "declared" in ways:
        return "declared"
    if ways["zoned"].filled and ways["iso"].filled:
        raise mixed(column, rows.origin)
    # A column without any time is one of days that have not come.
    for way in ("zoned", "iso") if filled else ("iso",):
        if ways[way].filled == filled:
            return way
    whole = [order for order in ORDERS if ways[order].filled == filled]
    if {"dmy", "mdy"} <= set(whole) and seen.differing[column]:
        either = relation.filter(f"{strptime(text, 'dmy')} is distinct from {strptime(text, 'mdy')}")
        ((example,),) = records_of(either.project(text).limit(1))
        if _SHORT_YEAR.fullmatch(example.split()[0]):
            return whole[0]  # the year is of the first century, and refused with what to do about it
        raise AnswerError(
            f"The dates of '{column}' can be read in two ways",
            f"{rows.origin} holds {example!r}, which is a day in two different months",
            'Say which: dates="dmy" or dates="mdy" in cx.read',
        )
    best = max(ORDERS, key=lambda order: ways[order].filled)
    return whole[0] if whole else best if ways[best].filled else "iso"


def _refuse(relation: Any, rows: Rows, column: str, text: str, expression: str) -> None:
    """Refuse a value that the format does not read, and a year that no customer wrote: with its row."""
    low, high = YEARS
    numbered = relation.project(f"row_number() over () as row, {text} as text, {expression} as time")
    bad = numbered.filter(f"text is not null and (time is null or year(time) not between {low} and {high})")
    row, seen, read = records_of(bad.order("row").limit(1))[0]
    raise AnswerError(
        f"The column '{column}' needs times that can be read in one way",
        f"row {row} in {rows.origin} holds {seen!r}{f', which would be the year {read.year}' if read else ''}",
        _advice(column, seen, read),
    )


def _advice(column: str, seen: str, read: Any) -> str:
    """What to do about a text that is no time, by what it looks like."""
    if read is not None and 1200 <= read.year < 1600:
        return 'Say that the calendar is Jalali: dates="jalali"'
    # A year of two digits is read as one of the first century, or as the day.
    if _SHORT_YEAR.fullmatch(seen.split()[0]):
        return 'Say that its years have two digits: dates="%d/%m/%y" in cx.read, in the order in which its parts stand'
    if re.fullmatch(r"(\d{9,10}|\d{12,13}|\d{15,16})(\.\d+)?", seen):
        return 'Say that it counts the seconds since 1970, or thousandths of them: dates="unix" in cx.read'
    if re.fullmatch(r"[2-6]\d{4}(\.\d+)?", seen):
        return 'Say that it counts the days of a spreadsheet: dates="excel" in cx.read'
    if not any(letter.isdigit() for letter in seen) or read is not None:
        return f"Correct it, or say that it means no time: missing={{'{column}': [{seen!r}]}}"
    return 'Declare the format in cx.read, such as dates="%d/%m/%Y %H:%M", or correct the value'
