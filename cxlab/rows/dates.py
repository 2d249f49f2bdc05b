"""Dates written as text: read by one stated format for the whole column, never guessed row by row."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import narwhals as nw

from cxlab.errors import AnswerError, DefinitionError
from cxlab.rows.look import look_at_text
from cxlab.rows.read import Frame, Rows, collect
from cxlab.rows.times import mixed

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_ORDERS = {
    "dmy": ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d-%b-%Y"),
    "mdy": ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y"),
    "ymd": ("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
}
# An offset follows a clock: without one the day of 2026-10-05 would be read as five hours.
ZONED = r"\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$"
# "+0700" and " +07:00" mean the same, but an engine reads only one way to write it.
_OFFSET = r" ?([+-]\d\d):?(\d\d)$', '\1:\2"
YEARS = (1900, 2199)


READINGS = {"zoned", "iso", *_ORDERS}


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


def ways_of(rows: Rows, column: str) -> dict[str, str]:
    """The SQL of every way to read a text column's cells as times: the declared one, or those that there are."""
    text = text_of(rows, column)
    declared = _declared(rows, column, text)
    if declared is not None:
        return {"declared": declared}
    zoned = f"regexp_matches({text}, '{ZONED}')"
    ways = {
        "zoned": f"case when {zoned} then try_cast(regexp_replace({text}, '{_OFFSET}') as timestamptz) end",
        "iso": f"case when not {zoned} then try_cast({text} as timestamp) end",
    }
    # A text that begins unlike a format is not tried against it, which an engine does slowly.
    shapes = {"dmy": r"^\d{1,2}[/.-]", "mdy": r"^\d{1,2}[/.-]", "ymd": r"^\d{4}([/.]|\d{4})"}
    for order, shape in shapes.items():
        ways[order] = f"case when regexp_matches({text}, '{shape}') then {_strptime(text, order)} end"
    return ways


def cell_of(column: str) -> str:
    """The SQL of a text cell that may hold a time: trimmed, with digits 0 to 9, null where nothing is left."""
    return f"nullif(trim({_digits(quoted(column))}), '')"


def text_of(rows: Rows, column: str) -> str:
    """As `cell_of`, with the codes that were declared to mean that there is none as null too."""
    return without(rows, column, cell_of(column))


def without(rows: Rows, column: str, cell: str) -> str:
    """The SQL of a cell of text with the declared codes of its column as null."""
    codes = ", ".join(_literal(str(code).strip()) for code in rows.missing.get(column, ()))
    return f"case when {cell} not in ({codes}) then {cell} end" if codes else cell


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
    from cxlab.rows.store import connect

    return connect().from_arrow(collect(rows.frame))


def with_column(rows: Rows, relation: Any, column: str, expression: str) -> Frame:
    """The frame with one column read by SQL over `relation`, its relation: of rows in memory at once, else when asked.

    Rows in memory stay there, so that a column of text is read once and not again with every question.
    """
    if isinstance(rows.frame, nw.LazyFrame):
        cells = (f"{expression} as {quoted(name)}" if name == column else quoted(name) for name in relation.columns)
        return nw.from_native(relation.select(", ".join(cells)))
    table = collect(rows.frame)
    read = relation.project(f"{expression} as {quoted(column)}").to_arrow_table()
    place = table.schema.get_field_index(column)
    return nw.from_native(table.set_column(place, column, read.column(0)), eager_only=True)


def format_of(rows: Rows, column: str) -> str | None:
    """The format that was declared for a column of dates."""
    dates = rows.dates or {}
    names = {column: dates} if isinstance(dates, str) else {rows.find(name): given for name, given in dates.items()}
    return names.get(column)


def _declared(rows: Rows, column: str, text: str) -> str | None:
    declared = format_of(rows, column)
    if declared is None:
        return None
    if declared == "jalali":
        return _jalali(text)
    if declared == "excel":
        seconds = f"cast(round(try_cast({text} as double) * 86400) as bigint)"
        return f"(timestamp '1899-12-30' + to_microseconds({seconds} * 1000000))"
    if declared in _ORDERS:
        return _strptime(text, declared)
    if "%" not in declared:
        raise DefinitionError(
            "A date format is a pattern or the order of its parts",
            f"dates={declared!r}",
            "Write a pattern such as '%d/%m/%Y %H:%M', or one of 'dmy', 'mdy', 'ymd', 'jalali', 'excel'",
        )
    return f"try_strptime({text}, {_literal(declared)})"


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
    whole = [order for order in _ORDERS if ways[order].filled == filled]
    if {"dmy", "mdy"} <= set(whole) and seen.differing[column]:
        either = relation.filter(f"{_strptime(text, 'dmy')} is distinct from {_strptime(text, 'mdy')}")
        ((example,),) = either.project(text).limit(1).fetchall()
        raise AnswerError(
            f"The dates of '{column}' can be read in two ways",
            f"{rows.origin} holds {example!r}, which is a day in two different months",
            'Say which: dates="dmy" or dates="mdy" in cx.read',
        )
    best = max(_ORDERS, key=lambda order: ways[order].filled)
    return whole[0] if whole else best if ways[best].filled else "iso"


def _refuse(relation: Any, rows: Rows, column: str, text: str, expression: str) -> None:
    """Refuse a value that the format does not read, and a year that no customer wrote: with its row."""
    low, high = YEARS
    numbered = relation.project(f"row_number() over () as row, {text} as text, {expression} as time")
    bad = numbered.filter(f"text is not null and (time is null or year(time) not between {low} and {high})")
    row, seen, read = bad.order("row").limit(1).fetchall()[0]
    jalali = read is not None and 1200 <= read.year < 1600
    # A year of two digits is read as one of the first century, or as the day.
    short = re.fullmatch(r"\d{1,2}([/.-])\d{1,2}\1\d{2}", seen.split()[0]) is not None
    raise AnswerError(
        f"The column '{column}' needs times that can be read in one way",
        f"row {row} in {rows.origin} holds {seen!r}{f', which would be the year {read.year}' if read else ''}",
        'Say that the calendar is Jalali: dates="jalali"'
        if jalali
        else 'Say that its years have two digits: dates="%d/%m/%y" in cx.read, in the order in which its parts stand'
        if short
        else 'Declare the format in cx.read, such as dates="%d/%m/%Y %H:%M", or correct the value',
    )


def _strptime(text: str, order: str) -> str:
    formats = ", ".join(_literal(day + clock) for day in _ORDERS[order] for clock in _CLOCKS)
    return f"try_strptime({text}, [{formats}])"


@cache
def _new_years() -> str:
    """The first day of each Jalali year 1200 to 1600, as days since 1970, for a lookup inside the engine."""
    from datetime import date

    from persiantools.jdatetime import JalaliDate

    return ", ".join(str((JalaliDate(y, 1, 1).to_gregorian() - date(1970, 1, 1)).days) for y in range(1200, 1602))


def _jalali(text: str) -> str:
    """Times written in the Jalali calendar, y/m/d with or without a clock, as Gregorian times."""
    year, month, day = (
        f"try_cast(regexp_extract({text}, '^(\\d{{4}})[/.-](\\d{{1,2}})[/.-](\\d{{1,2}})', {i}) as integer)"
        for i in (1, 2, 3)
    )
    start = f"list_extract([{_new_years()}], {year} - 1199)"
    following = f"list_extract([{_new_years()}], {year} - 1198)"
    offset = f"({month} - 1) * 31 - greatest(0, {month} - 7) + {day} - 1"
    length = f"(case when {month} <= 6 then 31 when {month} <= 11 then 30 else {following} - {start} - 336 end)"
    valid = f"{year} between 1200 and 1600 and {month} between 1 and 12 and {day} between 1 and {length}"
    clock = (
        f"coalesce(try_cast(nullif(regexp_extract({text}, '\\d{{1,2}}:\\d\\d(:\\d\\d)?'), '') as time), time '00:00')"
    )
    return f"(case when {valid} then (date '1970-01-01' + cast({start} + {offset} as integer)) + {clock} end)"


def _digits(expression: str) -> str:
    """Persian and Arabic-Indic digits as 0 to 9, inside the engine."""
    return f"translate({expression}, '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩', '01234567890123456789')"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
