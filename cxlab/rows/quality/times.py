"""Times: those that cannot be read, lie in the future or before their beginning, and zones missing or mixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from cxlab.errors import CxlabError
from cxlab.rows import dates
from cxlab.rows.future import AHEAD
from cxlab.rows.periods import zone
from cxlab.rows.quality.columns import Column
from cxlab.rows.quality.finding import ERROR, ROW, WARNING, Finding, Table, Test, cell, counted, in_row
from cxlab.rows.store import Sql, build, listed, name, text
from cxlab.rows.truths import says_truth
from cxlab.rows.written import ZONED, text_of

ORDERS: dict[str, tuple[tuple[str, str], ...]] = {
    "answers": (("sent", "delivered"), ("sent", "opened"), ("sent", "answered")),
    "customers": (("started", "ended"),),
    "people": (("started", "ended"),),
    "orders": (("placed", "promised"), ("placed", "delivered")),
    "tickets": (("opened", "assigned"), ("opened", "responded"), ("opened", "resolved"), ("opened", "due")),
    "complaints": (("opened", "resolved"),),
}
_SPREADSHEET = (1899, 1900, 1904, 1970)


@dataclass(frozen=True)
class Moment:
    """A column of times: the SQL of each as a time without zone (`zoned`: in UTC), and whether it holds whole days."""

    role: str
    column: str
    sql: Sql
    zoned: bool
    days: bool


def look(seen: Table, columns: dict[str, Column], as_of: datetime) -> Iterator[Finding]:
    """The findings about the times of a table as they stood at the instant `as_of`."""
    moments: dict[str, Moment] = {}
    tests: list[Test] = []
    for column, about in columns.items():
        kind = seen.types[column]
        played = seen.kind_of(column)
        timely = played == "time" or (played == "mark" and not _says_yes(seen, column, about))
        if not about.filled or not (timely or kind.startswith(("TIMESTAMP", "DATE"))):
            continue
        role = seen.named(column)
        if kind == "VARCHAR":
            yield from _text(seen, role, column, moments, tests)
        elif kind == "DATE" or kind.startswith("TIMESTAMP"):
            moments[role] = _typed(role, column, kind)
            tests.append(_year(role, moments[role].sql, "no customer lives then"))
        else:
            yield Finding("numbers in place of times", ERROR, role, about.filled, 'declare dates="excel" if they are')
    for moment in moments.values():
        tests += _alone(seen, moment, as_of)
    for earlier, later in ORDERS.get(seen.kind or "", ()):
        if earlier in moments and later in moments and moments[earlier].zoned == moments[later].zoned:
            tests.append(_ordered(moments[earlier], moments[later]))
    yield from counted(seen, tests)
    yield from _zones(seen, moments)


def _says_yes(seen: Table, column: str, about: Column) -> bool:
    """Whether a mark such as `opened` says yes and no instead of a time."""
    if seen.types[column] != "VARCHAR":
        return not seen.types[column].startswith(("TIMESTAMP", "DATE"))
    return about.value is None or says_truth(about.value)


def _typed(role: str, column: str, kind: str) -> Moment:
    if kind == "TIMESTAMP WITH TIME ZONE":
        return Moment(role, column, build("make_timestamp(epoch_us({c}))", c=name(column)), True, False)
    return Moment(role, column, build("{c}::TIMESTAMP", c=name(column)), False, kind == "DATE")


def _text(
    seen: Table, role: str, column: str, moments: dict[str, Moment], tests: list[Test]
) -> Iterator[Finding]:  # fmt: skip
    """Times written as text: read as the metrics read them; what those refuse is a finding."""
    written = Sql(text_of(seen.rows, column))
    try:
        read = Sql(dates.reading_of(seen.relation, seen.rows, column))
    except CxlabError as error:
        yield from _two_ways(seen, role, written, error)
        return
    unread = build("{text} IS NOT NULL AND {read} IS NULL", text=written, read=read)
    tests.append(Test("unreadable time", ERROR, role, unread, value=written))
    tests.append(_year(role, read, 'declare dates="jalali" if it is Jalali'))
    zoned = "timestamptz" in read
    naive = build("make_timestamp(epoch_us({read}))", read=read) if zoned else build("({read})::TIMESTAMP", read=read)
    ((clocks,),) = seen.ask(build("count(*) FILTER (WHERE {text} LIKE '%:%')", text=written))
    moments[role] = Moment(role, column, naive, zoned, not clocks)


def _year(role: str, read: Sql, said: str) -> Test:
    years = build("year({read}) NOT BETWEEN {low} AND {high}", read=read, low=dates.YEARS[0], high=dates.YEARS[1])
    return Test("year out of range", ERROR, role, years, said)


def _two_ways(seen: Table, role: str, written: Sql, error: CxlabError) -> Iterator[Finding]:
    zoned = build("regexp_matches({text}, {form})", text=written, form=text(ZONED))
    ((with_zone, filled),) = seen.ask(build("count(*) FILTER (WHERE {z}), count({t})", z=zoned, t=written))
    if 0 < with_zone < filled:
        said = f"{with_zone} with a zone, {filled - with_zone} without"
        yield Finding("mixed time zones", ERROR, role, min(with_zone, filled - with_zone), said)
    else:
        yield Finding("dates that can be read in two ways", ERROR, role, filled, error.todo)


def _alone(seen: Table, moment: Moment, as_of: datetime) -> Iterator[Test]:
    place = "UTC" if moment.zoned else seen.rows.timezone or "UTC"
    limit = as_of.astimezone(zone(place)).replace(tzinfo=None)
    # Where it is latest it is half a day later; a day is in the future when it has not begun there.
    slack = timedelta() if moment.zoned or seen.rows.timezone else timedelta(hours=14)
    if moment.role not in AHEAD:
        late = build("{t} > {limit}::TIMESTAMP", t=moment.sql, limit=text((limit + slack).isoformat(sep=" ")))
        yield Test("in the future", WARNING, moment.role, late, value=_day(moment))
    zero = build(
        "(month({t}) = 1 AND day({t}) <= 1 AND year({t}) IN ({years})) OR year({t}) = 1899",
        t=moment.sql,
        years=listed(Sql(str(year)) for year in _SPREADSHEET),
    )
    yield Test("a spreadsheet's or computer's zero as a date", WARNING, moment.role, zero, value=_day(moment))


def _ordered(earlier: Moment, later: Moment) -> Test:
    first, second = earlier.sql, later.sql
    if earlier.days != later.days:
        first, second = build("({t})::DATE", t=first), build("({t})::DATE", t=second)
    severity = WARNING if later.role in AHEAD else ERROR
    return Test(
        f"{later.role} before {earlier.role}", severity, later.role, build("{b} < {a}", a=first, b=second)
    )  # fmt: skip


def _day(moment: Moment) -> Sql:
    return build("({t})::DATE", t=moment.sql)


def _zones(seen: Table, moments: dict[str, Moment]) -> Iterator[Finding]:
    clocked = [moment for moment in moments.values() if not moment.days]
    midnights = [moment for moment in clocked if not moment.zoned and _only_midnights(seen, moment)]
    clocked = [moment for moment in clocked if moment not in midnights]
    for one, other in combinations(clocked, 2):
        if one.zoned != other.zoned:
            zoned, plain = (one, other) if one.zoned else (other, one)
            ((count,),) = seen.ask(build("count({t})", t=plain.sql))
            yield Finding("mixed time zones", ERROR, plain.role, count, f"'{zoned.role}' has a zone, this has none")
            break
    if seen.rows.timezone is None:
        for moment in clocked:
            if not moment.zoned:
                ((count, row),) = seen.ask(build("count({c}), min({row})", c=cell(moment.column), row=Sql(ROW)))
                yield Finding("no time zone", WARNING, moment.role, count, in_row(row, "declare timezone="))


def _only_midnights(seen: Table, moment: Moment) -> bool:
    ((odd,),) = seen.ask(build("count(*) FILTER (WHERE {t} <> date_trunc('day', {t}))", t=moment.sql))
    return not odd


def now() -> datetime:
    """This moment: the only place where a quality report looks at the clock, when nobody says as of when."""
    return datetime.now(UTC)
