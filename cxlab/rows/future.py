"""Times in the future: what is said to have happened after the moment at which somebody looks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import narwhals as nw

from cxlab.errors import CxlabError
from cxlab.rows.look import ROLES
from cxlab.rows.periods import zone
from cxlab.rows.read import Rows, collect
from cxlab.rows.times import Timeline, timeline

AHEAD = frozenset({"due", "promised"})  # a plan may lie ahead; nothing that is said to have happened may


def count_future(rows: Rows, now: datetime, timezone: str) -> Rows:
    """The rows with their times read, and the ledger told how many of each column lie after the aware instant `now`.

    Nothing is left out: a figure says itself as of when it holds. Columns that hold no times that can be read are
    passed over, since the figure that needs one refuses it.
    """
    for role in ROLES:
        if role in AHEAD or not rows.has(role):
            continue
        try:
            times = timeline(rows, role, timezone, "the account of the rows")
        except CxlabError:
            continue
        rows = times.rows
        limit, last = _limit(times, now), times.ends()[1]
        if last is not None and _comparable(last, limit) > limit:
            late = (nw.col(times.column) > nw.lit(limit)).cast(nw.Int64).sum().alias("n")
            count = collect(times.rows.frame.select(late)).column(0)[0].as_py()
            said = f"after {now.astimezone(zone(timezone)):%Y-%m-%d %H:%M} in {timezone}"
            rows.ledger.found("future", int(count or 0), times.column, said)
    return rows


def _limit(times: Timeline, now: datetime) -> date | datetime:
    """The moment as the column can be compared with it; a day that has begun is no future."""
    if times.kind == "instant":
        return now.astimezone(UTC)
    local = now.astimezone(zone(times.timezone or "UTC")).replace(tzinfo=None)
    if times.rows.schema[times.column] == nw.Date:
        return local.date()
    return local


def _comparable(last: date | datetime, limit: date | datetime) -> date | datetime:
    """The last time of a column, with a zone where the limit has one: some engines leave it out."""
    if isinstance(last, datetime) and isinstance(limit, datetime) and limit.tzinfo and not last.tzinfo:
        return last.replace(tzinfo=limit.tzinfo)
    return last
