"""Drawing columns: seeded generators, times with the rhythm of a business, segments, identifiers, Arrow columns.

Times are whole seconds since 1970 in int64 arrays until the last step; NEVER marks what has not happened by the export.
"""

from __future__ import annotations

import zlib
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxlab.rows.sample.clients import CLIENTS, FIRST, LAST, STORY
from cxlab.rows.sample.shapes import HOURS, MONTHS, SHAPES, Shares

Array = np.ndarray[Any, Any]

HOUR, DAY = 3600, 86400
MONTHS_COVERED = ((LAST - FIRST).days + 1) / 30.44
NEVER = np.int64(2**62)


def generator(client: str, table: str) -> np.random.Generator:
    """A generator of its own for each table, so that a change in one table leaves the others as they were."""
    return np.random.default_rng([SHAPES[client].seed, zlib.crc32(table.encode())])


def midnight(client: str, day: date) -> int:
    """The client's local midnight that opens `day`, in seconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(CLIENTS[client].timezone)).timestamp())


def exported(client: str) -> int:
    """The instant at which the made-up export was made: nothing later is in the data."""
    return midnight(client, LAST + timedelta(days=1))


@cache
def _rhythm(client: str, kind: str) -> tuple[Array, Array]:
    """Starts of all hours covered, and the share of the volume that falls up to the end of each."""
    starts = np.arange(midnight(client, FIRST), exported(client), HOUR)
    zone = ZoneInfo(CLIENTS[client].timezone)
    local = [datetime.fromtimestamp(int(second), zone) for second in starts]
    weekdays, hours = SHAPES[client].weekdays, HOURS[kind]
    weight = np.array([weekdays[t.weekday()] * hours[t.hour] * MONTHS[t.month - 1] for t in local])
    return starts, np.cumsum(weight) / weight.sum()


def times(rng: np.random.Generator, client: str, kind: str, a_month: float) -> Array:
    """Sorted instants of a Poisson number of happenings, with the client's rhythm of hours, weekdays and months."""
    starts, share = _rhythm(client, kind)
    n = rng.poisson(a_month * MONTHS_COVERED)
    hour = np.minimum(np.searchsorted(share, rng.random(n), side="right"), len(starts) - 1)
    return np.sort(starts[hour] + rng.integers(0, HOUR, n))


def after(rng: np.random.Generator, start: Array, median: Array | float, spread: float) -> Array:
    """Instants a lognormal time after `start`; `median` in seconds, `spread` the standard deviation of its log."""
    gap = np.maximum(1, np.rint(median * np.exp(spread * rng.standard_normal(len(start)))))
    later: Array = np.where(start == NEVER, NEVER, start + gap.astype(np.int64))
    return later


def known(instant: Array, client: str) -> Array:
    """The instants that had happened by the export; the others become NEVER."""
    return np.where(instant < exported(client), instant, NEVER)


def in_story(client: str, region: Array, instant: Array) -> Array:
    """Rows of the story's region from the story's first day on. `region` holds positions in the list of regions."""
    story = STORY[client]
    place = [name for name, _ in SHAPES[client].regions].index(story.region)
    return (region == place) & (instant >= midnight(client, story.starts))


def pick(rng: np.random.Generator, shares: Shares | tuple[float, ...], n: int) -> Array:
    """Positions in a list of shares, drawn independently."""
    weight = np.array([one[1] if isinstance(one, tuple) else one for one in shares])
    return np.minimum(np.searchsorted(np.cumsum(weight / weight.sum()), rng.random(n), side="right"), len(weight) - 1)


def words(names: Shares | tuple[str, ...], position: Array) -> pa.Array:
    """The words at these positions, as an Arrow column; a position of -1 is a null."""
    column = pa.array([name if isinstance(name, str) else name[0] for name in names], pa.string())
    return column.take(pa.array(position, mask=position < 0))


def ids(letter: str, number: Array, digits: int = 6) -> pa.Array:
    """Identifiers like T000017; a number of -1 is a null."""
    text = pc.utf8_lpad(pa.array(number, mask=number < 0).cast(pa.string()), width=digits, padding="0")
    return pc.binary_join_element_wise(letter, text, "")


def instants(second: Array) -> pa.Array:
    """A column of instants in UTC; NEVER is a null."""
    never = second == NEVER
    return pa.array(np.where(never, 0, second) * 1_000_000, pa.timestamp("us", tz="UTC"), mask=never)


def dates(day: Array) -> pa.Array:
    """A column of dates from days since 1970; NEVER is a null."""
    never = day == NEVER
    return pa.array(np.where(never, 0, day).astype(np.int32), pa.int32(), mask=never).cast(pa.date32())


def numbers(value: Array, missing: Array | None = None) -> pa.Array:
    """A column of numbers or of true and false, null where `missing`."""
    return pa.array(value, mask=missing)
