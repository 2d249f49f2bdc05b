"""The quality of a table, before any figure is made of it: what a metric would refuse, and what would mislead it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cxlab.rows.moments import seconds_of
from cxlab.rows.quality import amounts, columns, repeats, scores, texts, times
from cxlab.rows.quality.finding import SEVERITIES, Finding, table
from cxlab.rows.read import rows_of
from cxlab.rows.times import EPOCH

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("finding", "severity", "role", "count", "example")


def check(rows: Any, *, as_of: Any = None) -> pd.DataFrame:
    """The quality report of a table, as a frame: finding, severity, role, count (rows), example; the gravest first.

    `rows` is any table that a metric takes; its kind is known by its roles (`cx.read(..., columns=)`). `severity` is
    "error" (a metric that uses the column refuses it), "warning" (it can change a figure) or "note". `role` is the role
    or column concerned, blank where it is the whole row; `example` the first such row. Nothing of it is personal:
    ids, names and free text are never shown. `as_of` is the instant after which a time is in the future; default: now.

    Found are: rows that repeat, ids that two rows share; blanks, empty and unchanging columns; answers off their scale
    or unreadable, undeclared scales, codes that look like scores, doubtful direction of a scale, straight-lining (one
    answer to three or more questions on one scale) and speeders (under a third of the median time); times that cannot
    be read, lie ahead, end before they begin, have no zone or several; negative and impossible numbers, parts above
    their whole; one value in two spellings, broken letters, personal data in text. Bad values never raise: an empty
    frame means that none of this was seen. A frame of another engine than DuckDB is copied once. Source: FORMATS of
    the usual exports; straight lines and speeders after Greszki, Meyer and Schoen 2015.

    >>> import pyarrow as pa
    >>> check(pa.table({"answer": ["a", "b"], "recommend": [9, 11]})).values.tolist()
    [['off the scale', 'error', 'recommend', 1, "row 2: '11'"]]
    """
    import pandas as pd

    found = sorted(_all(rows, _instant(as_of)), key=lambda one: (SEVERITIES.index(one.severity), -one.count))
    frame = pd.DataFrame([[getattr(one, name) for name in COLUMNS] for one in found], columns=list(COLUMNS))
    frame["role"] = pd.Series([one.role for one in found], dtype=object)
    return frame.astype({"count": "Int64"})


def _all(rows: Any, as_of: datetime) -> Iterator[Finding]:
    seen = table(rows_of(rows))
    total, about = columns.overview(seen)
    yield from columns.look(seen, total, about)
    if total:
        yield from repeats.look(seen)
        yield from scores.look(seen, about)
        yield from times.look(seen, about, as_of)
        yield from amounts.look(seen, about)
        yield from texts.look(seen, about)


def _instant(as_of: Any) -> datetime:
    if as_of is None:
        return times.now()
    from datetime import timedelta

    return EPOCH.replace(tzinfo=UTC) + timedelta(seconds=seconds_of(as_of, "UTC"))
