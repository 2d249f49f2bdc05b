"""Times: a column of times made ready to be cut into periods, with its zone declared and its oddities counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import narwhals as nw

from cxlab.errors import AnswerError, DefinitionError
from cxlab.rows.dates import YEARS, typed
from cxlab.rows.look import KEY, Changes, Look, ends_of, whole_of
from cxlab.rows.offsets import offsets
from cxlab.rows.periods import Period, folds, gaps, zone
from cxlab.rows.read import Rows, collect
from cxlab.rows.written import format_of

EPOCH = datetime(1900, 1, 1)  # a Monday, before any time that a customer wrote, so that seconds since it are positive

_TO_1970 = round((datetime(1970, 1, 1) - EPOCH).total_seconds())
_DAYS_TO_1900 = 2415021 + 32045  # the Julian day of EPOCH, and that formula's own beginning


@dataclass(frozen=True)
class Timeline:
    """One time column of a table: its rows with the column typed, and what kind of times they are.

    `kind` is "date" (whole days), "local" (wall-clock times of `timezone`) or "instant" (times with a zone).
    """

    rows: Rows
    column: str
    kind: str
    timezone: str | None

    def edge(self, day: date) -> date | datetime:
        """The first moment of a local day, as this column can be compared with it."""
        schema = self.rows.schema[self.column]
        if schema == nw.Date:
            return day
        midnight = datetime.combine(day, time())
        if self.kind != "instant":
            return midnight
        return Period("", day, day + timedelta(days=1), "range").instants(self.timezone or "UTC")[0]

    def within(self, period: Period) -> Any:
        """The expression that is true for rows in a period, half open."""
        column = nw.col(self.column)
        return (column >= nw.lit(self.edge(period.start))) & (column < nw.lit(self.edge(period.end)))

    def span(self) -> tuple[date, date] | None:
        """The first and last local day in the column; None where it holds no time."""
        first, last = self.ends()
        return None if first is None else (self._local(first), self._local(last))

    def ends(self) -> tuple[Any, Any]:
        """The first and last time in the column, as it holds them; None twice where it holds no time.

        Of a part they are those of the table that it was taken of.
        """
        whole = whole_of(self.rows, self.column)
        if whole is not None:
            return Timeline(whole, self.column, self.kind, self.timezone).ends()
        seen = ends_of(self.rows, self.column)
        if seen is not None and (seen.first is not None or not seen.filled):
            return seen.first, seen.last
        key = f"ends of {self.column}"
        if key not in self.rows.checked:
            column = nw.col(self.column)
            found = collect(self.rows.frame.select(column.min().alias("first"), column.max().alias("last")))
            self.rows.checked[key] = found.column(0)[0].as_py(), found.column(1)[0].as_py()
        return self.rows.checked[key]  # type: ignore[return-value]

    def utc(self) -> Any:
        """The expression of these times as UTC times without a zone, so that differences are elapsed time."""
        column = nw.col(self.column)
        if self.kind == "instant":
            return column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        if self.kind == "date" or self.timezone is None:
            return column.cast(nw.Datetime("us"))
        return column - self._offsets()

    def seconds(self) -> Any:
        """The expression of these times as whole seconds of elapsed time since EPOCH, on every engine."""
        engine = self.rows.frame.implementation
        if engine.is_spark_like() or engine.is_ibis():
            return self._seconds_of_parts(engine.is_spark_like())
        if self.kind == "instant":
            return (nw.col(self.column) - nw.lit(EPOCH.replace(tzinfo=UTC))).dt.total_seconds()
        return (self.utc() - nw.lit(EPOCH)).dt.total_seconds()

    def _seconds_of_parts(self, spark: bool) -> Any:
        """The same on engines whose spans of time cannot be asked for their seconds."""
        column = nw.col(self.column)
        if self.kind == "instant" and spark:
            # Its parts are those of the session's zone; as a number it is seconds since 1970 in any.
            return column.cast(nw.Int64) + _TO_1970
        if self.kind in ("instant", "date") or self.timezone is None:
            return seconds_of_parts(column, self.kind != "date" or self.rows.schema[self.column] != nw.Date)
        return seconds_of_parts(column) - self._offsets(seconds=True)

    def _offsets(self, seconds: bool = False) -> Any:
        """How far local time is ahead of UTC, by the zone's changes within the data, as a span or in seconds."""
        ahead, changes = offsets(self.timezone or "UTC", *(self.span() or (date(2000, 1, 1), date(2000, 1, 1))))
        values = [ahead, *(change.ahead for change in changes)]
        spans = [nw.lit(one if seconds else timedelta(seconds=one)) for one in values]
        return steps(nw.col(self.column), [change.until for change in changes], spans)

    def _local(self, moment: date | datetime) -> date:
        if not isinstance(moment, datetime):
            return moment
        if self.kind == "instant":
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return aware.astimezone(zone(self.timezone or "UTC")).date()
        return moment.date()


def seconds_of_parts(column: Any, clock: bool = True) -> Any:
    """The seconds from EPOCH to times without a zone, from year to second by arithmetic alone (Richards 1998).

    `clock` is off for days, which have no hours to ask for.
    """
    year, month, day = (getattr(column.dt, part)().cast(nw.Int64) for part in ("year", "month", "day"))
    winter = (14 - month) // 12
    years, months = year + 4800 - winter, month + 12 * winter - 3
    days = day + (153 * months + 2) // 5 + 365 * years + years // 4 - years // 100 + years // 400 - _DAYS_TO_1900
    if not clock:
        return days * 86400
    hour, minute, second = (getattr(column.dt, part)().cast(nw.Int64) for part in ("hour", "minute", "second"))
    return days * 86400 + hour * 3600 + minute * 60 + second


def timeline(rows: Rows, name: str, timezone: str | None = None, why: str = "") -> Timeline:
    """The times of a column: typed if they came as text, their zone known, gaps and doubled hours counted.

    A column of times without a zone needs one declared, unless all of them are whole days.
    """
    column = rows.column(name, why)
    key = f"timeline {column} {timezone}"
    if key not in rows.checked:
        rows.checked[key] = times = _timeline(_without_codes(rows, column), column, timezone)
        _demand_years(times)
        if times.kind == "local":
            _count_changes(times)
    return rows.checked[key]  # type: ignore[return-value]


def steps(column: Any, edges: Sequence[Any], values: Sequence[Any]) -> Any:
    """The step function of a column: values[i] from edges[i - 1] up to edges[i], as a balanced tree of comparisons."""
    if not edges:
        return values[0]
    middle = len(edges) // 2
    return (
        nw.when(column < nw.lit(edges[middle]))
        .then(steps(column, edges[:middle], values[: middle + 1]))
        .otherwise(steps(column, edges[middle + 1 :], values[middle + 1 :]))
    )


def _without_codes(rows: Rows, column: str) -> Rows:
    """The rows with the times that were declared to mean that there is none as blanks.

    Text is rid of its codes as text, so that codes which are no times, such as "NULL", are done with by then.
    """
    kind = rows.schema[column]
    if not (kind == nw.Date or isinstance(kind, nw.Datetime)):
        return rows
    place = getattr(kind, "time_zone", None)
    codes = [moment for code in rows.missing.get(column, ()) if (moment := _moment(code, place)) is not None]
    if not codes:
        return rows
    none: Any = nw.lit(False)
    for moment in codes:
        none = none | (nw.col(column) == nw.lit(moment.date() if kind == nw.Date else moment))
    return rows.on(rows.frame.with_columns(nw.when(~none).then(nw.col(column)).alias(column)))


def _moment(code: object, place: str | None) -> datetime | None:
    """A declared day or time as a column of the zone `place` holds it; None for a code that is none."""
    if isinstance(code, date):
        moment = code if isinstance(code, datetime) else datetime.combine(code, time())
    else:
        try:
            moment = datetime.fromisoformat(str(code).strip())
        except ValueError:
            return None
    if place is not None and moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone(place) if place else None)


def _demand_years(times: Timeline) -> None:
    """Refuse times of years in which no customer lives, such as 9999-12-31 for "never": as of then nothing is open.

    Asked of tables in memory and of DuckDB, which answer at once.
    """
    rows, column = times.rows, times.column
    if not isinstance(rows.frame, nw.DataFrame) and not rows.frame.implementation.is_duckdb():
        return
    for end in _beyond(*times.ends())[:1]:
        raise AnswerError(
            f"The column '{column}' holds a time that cannot be",
            f"in {rows.origin} it goes to the year {end.year}: {end:%Y-%m-%d}",
            f"Correct it, or say that it means no time: missing={{'{column}': ['{end.isoformat()}']}}",
        )


def _beyond(*ends: Any) -> list[date]:
    """Those ends of a column that lie in years in which nothing was written down."""
    return [end for end in ends if isinstance(end, date) and not YEARS[0] <= end.year <= YEARS[1]]


def _timeline(rows: Rows, column: str, timezone: str | None) -> Timeline:
    schema = rows.schema[column]
    if schema in (nw.Categorical, nw.Enum) or (schema.is_numeric() and format_of(rows, column) is not None):
        # 20261005 and 46053 are days only because somebody said so; words that repeat are kept as numbers.
        rows = rows.on(rows.frame.with_columns(nw.col(column).cast(nw.String)))
        schema = rows.schema[column]
    if schema == nw.String:
        rows = typed(rows, column)
        schema = rows.schema[column]
    if schema == nw.Object:
        rows = _days_of_objects(rows, column)
        schema = rows.schema[column]
    if schema == nw.Unknown and rows.frame.implementation.is_pandas():
        native = rows.to_native()
        place = getattr(native[column].dtype, "tz", None)
        if place is not None:
            # Narwhals does not know a zone of pandas with an underscore in its name, such as Asia/Ho_Chi_Minh.
            instants = native.assign(**{column: native[column].dt.tz_convert("UTC")})
            return Timeline(
                rows.same(nw.from_native(instants)), column, "instant", timezone or rows.timezone or str(place)
            )
    if schema == nw.Date:
        return Timeline(rows, column, "date", timezone or rows.timezone)
    if not isinstance(schema, nw.Datetime):
        raise DefinitionError(
            f"The column '{column}' does not hold times",
            f"its type in {rows.origin} is {schema}",
            'Convert it, or declare in cx.read how it writes them: dates="ymd" (20261005), dates="excel" (46300) '
            'or dates="unix" (1791158400)'
            if schema.is_numeric()
            else 'Convert it, or read it as text and declare its format: dates="%d/%m/%Y"',
        )
    if schema.time_zone is not None:
        engine = rows.frame.implementation
        if (engine.is_polars() or engine.is_pyarrow()) and schema.time_zone != "UTC":
            # Polars compares instants only with those of the same zone, Arrow whole seconds too.
            rows = rows.same(rows.frame.with_columns(nw.col(column).dt.convert_time_zone("UTC")))
        return Timeline(rows, column, "instant", timezone or rows.timezone or schema.time_zone)
    if _whole_days(rows, column):
        return Timeline(rows, column, "date", timezone or rows.timezone)
    place = timezone or rows.timezone
    if place is None:
        raise DefinitionError(
            f"The times of '{column}' have no zone",
            f"{rows.origin} holds times such as {_example(rows, column)}, which are another day elsewhere",
            'Declare the zone they were written in: cx.read(..., timezone="Asia/Ho_Chi_Minh")',
        )
    return Timeline(rows, column, "local", place)


def _days_of_objects(rows: Rows, column: str) -> Rows:
    """The rows with days that pandas keeps as objects given their type; other objects stay what they are."""
    import pyarrow as pa

    native = rows.to_native()
    try:
        days = pa.array(native[column], from_pandas=True)
    except pa.ArrowException:
        return rows
    if not pa.types.is_date(days.type):
        return rows
    times = days.cast(pa.timestamp("us")).to_pandas()
    times.index = native.index
    return rows.same(nw.from_native(native.assign(**{column: times})))


def _whole_days(rows: Rows, column: str) -> bool:
    """Whether every time is a midnight: then the column holds days, and no zone can move them.

    Some of the times of a table are of the kind that all of them are.
    """
    whole = whole_of(rows, column)
    if whole is not None:
        return whole.schema[column] == nw.Date or _whole_days(whole, column)
    seen = ends_of(rows, column)
    if seen is not None and seen.odd is not None:
        return not seen.odd
    key = f"whole days of {column}"
    if key not in rows.checked:
        rows.checked[key] = _all_midnights(rows, column)
    return bool(rows.checked[key])


def _all_midnights(rows: Rows, column: str) -> bool:
    times = nw.col(column)
    # Without the blanks: in pandas the hour of no time is not 0.
    odd = rows.frame.filter(~times.is_null()).select(
        ((times.dt.hour() != 0) | (times.dt.minute() != 0) | (times.dt.second() != 0)).cast(nw.Int64).sum().alias("odd")
    )
    return not collect(odd).column(0)[0].as_py()


def _example(rows: Rows, column: str) -> str:
    found = collect(rows.frame.select(nw.col(column).max())).column(0)[0].as_py()
    return f"{found:%Y-%m-%d %H:%M}"


def _count_changes(times: Timeline) -> None:
    """Count the times that do not exist or exist twice where the clocks change."""
    place = times.timezone
    if place is None:
        return
    seen = times.rows.checked.get(KEY)
    known = seen.changes if isinstance(seen, Look) else {}
    if (times.column, place) not in known:
        schema = times.rows.schema
        # Other columns of such times will be asked for next, and are counted on the way.
        others = (
            [name for name, ends in seen.times.items() if ends.odd and not _beyond(ends.first, ends.last)]
            if isinstance(seen, Look)
            else []
        )
        spans = seen.times if isinstance(seen, Look) else {}
        others = [name for name, ends in spans.items() if ends.odd and not _beyond(ends.first, ends.last)]
        others = [name for name in others if isinstance(schema[name], nw.Datetime) and (name, place) not in known]
        _changes(times.rows, list(dict.fromkeys([times.column, *others])), place, known)
    for kind, start, count in known[times.column, place]:
        times.rows.ledger.found(kind, count, times.column, f"{start:%Y-%m-%d %H:%M} in {place}")


def _changes(rows: Rows, columns: Sequence[str], place: str, known: Changes) -> None:
    """Put down how many local times of some columns lie in each gap and each doubled hour of a zone: one query."""
    asked: list[tuple[str, str, datetime, Any]] = []
    for name in columns:
        known[name, place] = ()
        span = Timeline(rows, name, "local", place).span()
        if span is None:
            continue
        column = nw.col(name)
        for kind, found in (("nonexistent_time", gaps(place, *span)), ("ambiguous_time", folds(place, *span))):
            for start, end in found:
                inside = (column >= nw.lit(start)) & (column < nw.lit(end))
                asked.append((name, kind, start, inside.cast(nw.Int64).sum()))
    if not asked:
        return
    counts = collect(rows.frame.select(one.alias(f"n{i}") for i, (*_, one) in enumerate(asked)))
    for i, (name, kind, start, _) in enumerate(asked):
        known[name, place] = [*known[name, place], (kind, start, int(counts.column(i)[0].as_py() or 0))]
