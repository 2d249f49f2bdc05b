"""How far the clocks of a zone are ahead of UTC: the one place that says which instant a local time is.

A local time that the clocks show twice is the first of the two, and one that they skip has the offset before the
change, so that 02:30 on a night in which 02:00 becomes 03:00 is 03:30: PEP 495, and what ICU and java.time do too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cxlab.rows.periods import shift, transitions, zone


@dataclass(frozen=True)
class Change:
    """One change of the clocks: its UTC `instant` and the wall-clock time `until` which the offset before it holds.

    Both have no zone. `ahead` is how far local time is ahead of UTC from then on, in seconds.
    """

    instant: datetime
    until: datetime
    ahead: int


def offsets(timezone: str, first: date, last: date) -> tuple[int, tuple[Change, ...]]:
    """How far the clocks are ahead of UTC shortly before the day `first`, in seconds, and the changes up to `last`.

    Both days may be local ones or those of UTC: the changes of the days around them are among the answer.

    >>> ahead, changes = offsets("Europe/Berlin", date(2026, 3, 29), date(2026, 3, 29))
    >>> ahead, changes[0].ahead, changes[0].until.isoformat()
    (3600, 7200, '2026-03-29T03:00:00')
    """
    place = zone(timezone)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=2)
    changes = tuple(
        Change(instant.replace(tzinfo=None), max(before, after), _seconds(after - instant.replace(tzinfo=None)))
        for instant, before, after in transitions(place, first, last)
    )
    return _seconds(shift(start, place)), changes


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())
