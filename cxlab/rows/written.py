"""How times are written as text: every known way to read a column, as SQL over its cells."""

from __future__ import annotations

from functools import cache

from duckdb import Error

from cxlab.errors import AnswerError, DefinitionError
from cxlab.rows.read import Rows
from cxlab.rows.store import ask, connect

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
ORDERS = {
    "dmy": ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d-%b-%Y"),
    "mdy": ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y"),
    "ymd": ("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%m-%d"),
}
# An offset follows a clock: without one the day of 2026-10-05 would be read as five hours.
ZONED = r"\d:\d\d(:\d\d(\.\d+)?)?( ?[AaPp][Mm])? ?(Z|UTC|GMT|(UTC|GMT)?[+-]\d{1,2}(:?\d\d)?)$"
# "+0700", " +07:00", " GMT+7" and "+07" mean the same, but an engine reads only one way to write it.
_OFFSETS = (
    (r" ?(Z|UTC|GMT)$", "+00:00"),
    (r" ?(UTC|GMT)?([+-])(\d(:?\d\d)?)$", r"\20\3"),
    (r" ?(UTC|GMT)?([+-]\d\d)$", r"\2:00"),
    (r" ?(UTC|GMT)?([+-]\d\d):?(\d\d)$", r"\2:\3"),
)
# DuckDB takes any word behind a time for the name of a zone and drops it: 02:15 PM had been 02:15.
_ISO = r"\d{4}([-/])\d{1,2}[-/]\d{1,2}([ T]+\d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?)?"
_LATEST = 2_958_465  # the last day that a spreadsheet knows, 9999-12-31
_HALF = r"\d ?[AaPp][Mm]"
READINGS = {"zoned", "iso", *ORDERS}


def ways_of(rows: Rows, column: str) -> dict[str, str]:
    """The SQL of every way to read a text column's cells as times: the declared one, or those that there are."""
    text = text_of(rows, column)
    declared = _declared(rows, column, text)
    if declared is not None:
        return {"declared": declared}
    zoned = f"regexp_matches({text}, '{ZONED}')"
    ways = {
        "zoned": f"case when {zoned} then {_instant(text)} end",
        "iso": f"case when regexp_full_match({text}, '{_ISO}') then try_cast({text} as timestamp) end",
    }
    # A text that begins unlike a format is not tried against it, which an engine does slowly.
    shapes = {"dmy": r"^\d{1,2}[/.-]", "mdy": r"^\d{1,2}[/.-]", "ymd": rf"^\d{{4}}([/.]|\d{{4}}|-.*{_HALF}$)"}
    for order, shape in shapes.items():
        ways[order] = f"case when regexp_matches({text}, '{shape}') then {strptime(text, order)} end"
    return ways


def _instant(text: str) -> str:
    """The SQL of a time with its offset: behind a clock of 24 hours, or of 12 where its day stands year first."""
    plain = text
    for form, written in _OFFSETS:
        plain = f"regexp_replace({plain}, '{form}', '{written}')"
    local = f"strftime({strptime(f'left({plain}, length({plain}) - 6)', 'ymd')}, '%Y-%m-%d %H:%M:%S')"
    moment = f"case when regexp_matches({plain}, '{_HALF}[+-]') then {local} || right({plain}, 6) else {plain} end"
    return f"try_cast({moment} as timestamptz)"


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
        days = f"try_cast({text} as double)"
        seconds = f"cast(round(case when {days} between 0 and {_LATEST} then {days} end * 86400) as bigint)"
        return f"(timestamp '1899-12-30' + to_microseconds({seconds} * 1000000))"
    if declared == "unix":
        return _unix(text)
    if declared in ORDERS:
        return strptime(text, declared)
    if "%" not in declared:
        raise DefinitionError(
            "A date format is a pattern or the order of its parts",
            f"dates={declared!r}",
            "Write a pattern such as '%d/%m/%Y %H:%M', or one of 'dmy', 'mdy', 'ymd', 'jalali', 'excel', 'unix'",
        )
    _demand_pattern(declared)
    return f"try_strptime({text}, {_literal(declared)})"


@cache
def _demand_pattern(declared: str) -> None:
    """Refuse a pattern with a sign that stands for no part of a time; it had failed in the engine's own words."""
    try:
        ask(connect(), "select try_strptime('', ?)", declared)
    except Error as error:
        raise DefinitionError(
            "The pattern of a date has a sign that stands for no part of a time",
            f"dates={declared!r}",
            "Write one such as '%d/%m/%Y %H:%M'; seconds since 1970 are dates='unix'",
        ) from error


def _unix(text: str) -> str:
    """The SQL of seconds since 1970 as times, also where they are thousandths or millionths: by their size."""
    count = f"try_cast({text} as double)"
    sized = (
        f"case when abs({count}) < 1e11 then {count} when abs({count}) < 1e14 then {count} / 1e3 else {count} / 1e6 end"
    )
    return f"case when abs({count}) < 1e17 then make_timestamptz(cast(round({sized} * 1e6) as bigint)) end"


def strptime(text: str, order: str) -> str:
    """The SQL that reads a text whose day, month and year stand in this order, with or without a clock behind them."""
    formats = ", ".join(_literal(day + clock) for day in ORDERS[order] for clock in _CLOCKS)
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
    # Whatever else stands in the cell, such as the half of a day, would change the time.
    whole = r"^\d{4}[/.-]\d{1,2}[/.-]\d{1,2}([\sT,،-]+(ساعت)?\s*\d{1,2}:\d\d(:\d\d(\.\d+)?)?)?$"
    valid = f"regexp_matches({text}, '{whole}') and {valid}"
    clock = (
        f"coalesce(try_cast(nullif(regexp_extract({text}, '\\d{{1,2}}:\\d\\d(:\\d\\d)?'), '') as time), time '00:00')"
    )
    return f"(case when {valid} then (date '1970-01-01' + cast({start} + {offset} as integer)) + {clock} end)"


def _digits(expression: str) -> str:
    """Persian and Arabic-Indic digits as 0 to 9, inside the engine."""
    return f"translate({expression}, '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩', '01234567890123456789')"


def quoted(name: str) -> str:
    """The name of a column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def mixed(column: str, origin: str) -> AnswerError:
    """The error for a column in which only some times have a zone."""
    return AnswerError(
        f"The column '{column}' mixes times with and without a zone",
        f"both are in {origin}",
        "Give all of them a zone, or none",
    )
