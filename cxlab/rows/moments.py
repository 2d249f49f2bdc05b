"""Several times of one row made comparable: all typed, all of one kind, as seconds of elapsed time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import narwhals as nw
import numpy as np
from duckdb import ColumnExpression, FunctionExpression, StarExpression

from cxlab.errors import AnswerError, DefinitionError
from cxlab.rows.dates import typed
from cxlab.rows.periods import zone
from cxlab.rows.read import Rows, collect
from cxlab.rows.times import EPOCH, Timeline, timeline

STORED = "__seconds "


@dataclass(frozen=True)
class Moments:
    """Some time columns of a table: the rows with all of them typed, and each as whole seconds since EPOCH."""

    rows: Rows
    times: dict[str, Timeline]
    seconds: dict[str, Any]
    kind: str
    timezone: str | None

    def ends(self) -> tuple[float, float]:
        """The earliest and the latest of these times in the table, in seconds since EPOCH; nan where there is none."""
        key = f"ends {self.kind} {self.timezone} {sorted(self.seconds)}"
        if key not in self.rows.checked:
            known = [second for name in self.seconds for second in _seconds(self.times[name])]
            self.rows.checked[key] = (float(min(known)), float(max(known))) if known else (float("nan"), float("nan"))
        return self.rows.checked[key]  # type: ignore[return-value]

    def instant(self, as_of: Any) -> float:
        """An instant that was given, in seconds since EPOCH: a datetime, or a date or text in the table's zone."""
        return seconds_of(as_of, self.timezone, self.kind)

    def text(self, seconds: float) -> str:
        """An instant for a note, in the table's zone, which is named."""
        if seconds != seconds:
            return "no time at all"
        moment = EPOCH + timedelta(seconds=seconds)
        if self.kind == "date":
            # Days have no hour; an instant among them that was given with one keeps it.
            hour = f" {moment:%H:%M} {self.timezone or ''}".rstrip() if moment.time() != time() else ""
            return f"{moment:%Y-%m-%d}{hour}"
        place = self.timezone or "UTC"
        return f"{moment.replace(tzinfo=UTC).astimezone(zone(place)):%Y-%m-%d %H:%M} {place}"


def _seconds(times: Timeline) -> list[float]:
    """The first and the last time of a column in seconds since EPOCH; nothing where it holds no time."""
    schema = times.rows.schema[times.column]
    ends = [one for one in times.ends() if one is not None]
    kind = nw.Datetime("us", "UTC") if times.kind == "instant" else schema
    table = nw.from_dict({times.column: ends}, schema={times.column: kind}, backend="pyarrow")
    here = replace(times, rows=times.rows.same(table))  # asked in memory, whatever engine holds the rows
    return [float(one) for one in table.select(s=here.seconds())["s"].to_list()]


def moments(rows: Rows, names: Sequence[str], why: str, timezone: str | None = None) -> Moments:
    """The times of several columns of a table; those that it does not have are an error.

    Whole days stand beside times of day as their first moment. Times with a zone beside times without one are an error.
    """
    key = f"moments {list(names)} {timezone}"
    if key not in rows.checked:
        rows.checked[key] = _moments(rows, names, why, timezone)
    return rows.checked[key]  # type: ignore[return-value]


def seconds_of(as_of: Any, timezone: str | None, kind: str = "local") -> float:
    """An instant in seconds of elapsed time since EPOCH; without a zone of its own it lies in `timezone`."""
    moment = as_of.astype("datetime64[us]").item() if isinstance(as_of, np.datetime64) else as_of
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            raise DefinitionError(
                "as_of= needs an instant", f"as_of={as_of!r}", "Write it like '2026-10-31 23:00'"
            ) from None
    elif not isinstance(moment, datetime) or moment != moment:  # pandas' NaT is a datetime
        try:
            moment = datetime(moment.year, moment.month, moment.day)
        except (AttributeError, TypeError, ValueError):
            raise DefinitionError(
                "as_of= needs an instant", f"as_of={as_of!r}", "Give a datetime, a date or text"
            ) from None
    if moment.tzinfo is None:
        place = zone(timezone) if timezone and kind != "date" else UTC
        moment = moment.replace(tzinfo=place)
    elif kind == "date":
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH.replace(tzinfo=UTC)).total_seconds()


def _moments(rows: Rows, names: Sequence[str], why: str, timezone: str | None) -> Moments:
    columns = {name: rows.column(name, why) for name in names}
    found: dict[str, Timeline] = {}
    for column in columns.values():
        rows = _never(rows, column)
        if rows.schema[column] == nw.String:
            rows = typed(rows, column)
    for name, column in columns.items():
        found[name] = timeline(rows, column, timezone, why)
        rows = found[name].rows
    place = next((times.timezone for times in found.values() if times.timezone), None)
    schema = rows.schema
    days = [name for name, times in found.items() if times.kind == "date" and (schema[columns[name]] == nw.Date)]
    if days and any(times.kind != "date" for times in found.values()):
        # A date beside times of day is the day that begins at midnight in the table's zone.
        found |= {name: replace(found[name], kind="local", timezone=place) for name in days}
        rows = rows.same(rows.frame.with_columns(*[nw.col(columns[day]).cast(nw.Datetime("us")) for day in days]))
    found = {name: replace(times, rows=rows) for name, times in found.items()}
    empty = {name for name, times in found.items() if times.kind == "date" and times.span() is None}
    kinds = {times.kind for name, times in found.items() if name not in empty and name not in days}
    if "instant" in kinds and len(kinds) > 1:
        zoned = next(name for name, times in found.items() if times.kind == "instant")
        plain = next(name for name, times in found.items() if times.kind != "instant" and name not in {*empty, *days})
        raise AnswerError(
            "Times with a zone and times without one cannot be subtracted",
            f"in {rows.origin} '{columns[zoned]}' has a zone and '{columns[plain]}' has none",
            "Give all of them a zone, or none",
        )
    if "local" in kinds:
        found = {
            name: replace(times, kind="local", timezone=place) if times.kind == "date" else times
            for name, times in found.items()
        }
    rows, quick = _epochs(rows, {name: times for name, times in found.items() if times.kind == "instant"})
    found = {name: replace(times, rows=rows) for name, times in found.items()}
    for name, times in found.items():
        # The same columns will be asked for again, to cut by: what was found out about them holds.
        # Days that stand beside times of day here stay days for whoever asks the same rows about days alone.
        rows.checked.setdefault(f"timeline {columns[name]} {timezone}", times)
    seconds = {name: quick[name] if name in quick else times.seconds() for name, times in found.items()}
    kind = "instant" if "instant" in kinds else "local" if "local" in kinds else "date"
    return Moments(rows, found, seconds, kind, place)


def _epochs(rows: Rows, instants: dict[str, Timeline]) -> tuple[Rows, dict[str, Any]]:
    """The seconds of instants as columns of their own in DuckDB, which subtracts times with a zone a hundred times
    slower than it reads what they are stored as."""
    relation = rows.to_native()
    if not instants or type(relation).__name__ != "DuckDBPyRelation":
        return rows, {}
    shift = round((datetime(1970, 1, 1) - EPOCH).total_seconds())
    stored = [
        (FunctionExpression("epoch_us", ColumnExpression(times.column)) // 1_000_000 + shift).alias(
            f"{STORED}{times.column}"
        )
        for times in instants.values()
    ]
    wide = rows.same(nw.from_native(relation.select(StarExpression(), *stored)))
    return wide, {name: nw.col(f"{STORED}{times.column}") for name, times in instants.items()}


def _never(rows: Rows, column: str) -> Rows:
    """A column without any value has no type of its own: it holds times that have not happened."""
    schema = rows.schema[column]
    if schema in (nw.String, nw.Date) or isinstance(schema, nw.Datetime):
        return rows
    some = collect(rows.frame.select((~nw.col(column).is_null()).cast(nw.Int64).sum().alias("n"))).column(0)[0].as_py()
    if some:
        return rows
    return rows.same(rows.frame.with_columns(nw.lit(None, nw.Datetime("us")).alias(column)))
