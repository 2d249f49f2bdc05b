"""The sources of a report: each table of the plan, opened as declared when first asked for, held where it is small."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import narwhals as nw

from cxlab.rows import store
from cxlab.rows.future import count_future
from cxlab.rows.read import Rows, collect, read

if TYPE_CHECKING:
    from cxlab.report.job import Job

# The questions that the sample's customers were asked; a plan says this of a client's own.
SAMPLE_SCALES = {"satisfaction": (1, 5), "effort": (1, 7), "quality": (1, 5)}
HELD = 4_000_000  # cells of a table that is held in memory: 200,000 answers of 20 columns
MEMORY = "500MB"  # of one table's database: a report on 20 million rows stays under 1 GB with all that it has loaded


class Sources(Mapping[str, Rows]):
    """The whole tables of a client, each opened when first asked for; small ones are then held in memory.

    A report asks its tables a hundred small questions. Of a frame in memory each takes a third of what a database
    needs to understand it; only from some hundred thousand rows on is the database the faster one.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._open: dict[str, Rows] = {}

    def __getitem__(self, name: str) -> Rows:
        if name not in self._open:
            rows = _open(self._job, name, self._job.tables[name])
            if self._job.now is not None:
                rows = count_future(rows, self._job.now, self._job.client["timezone"])
            self._open[name] = rows
        return self._open[name]

    def __contains__(self, name: object) -> bool:
        return name in self._job.tables  # asking whether a table is there does not open it

    def __iter__(self) -> Iterator[str]:
        return iter(self._job.tables)

    def __len__(self) -> int:
        return len(self._job.tables)


def _open(job: Job, name: str, table: Any) -> Rows:
    """The rows of a table of the plan: read as declared, filtered to this client, its weight given its role."""
    zone = job.client["timezone"]
    if not isinstance(table, Mapping):
        scales = {role: ends for role, ends in SAMPLE_SCALES.items() if role in table.column_names}
        return _held(replace(read(table, timezone=zone, scale=scales), origin=f"{name} of the sample"), len(table))
    given = dict(table)
    source = given.pop("source")
    wanted = given.pop("filter", {})
    if source.startswith("env:"):
        source = os.environ[source.removeprefix("env:")]
    before = store.MEMORY.set(MEMORY)
    try:
        rows = read(source, **{"timezone": zone} | given)
    finally:
        store.MEMORY.reset(before)
    rows = replace(rows, origin=f"{name} of {job.client['id']}")
    return _held(rows.filter(wanted)) if wanted else _held(rows, rows.ledger.counts.get("kept", 0))


def _held(rows: Rows, known: int = 0) -> Rows:
    """The rows in memory where they are few enough, else as they are; counted where their number is not `known`."""
    if (known or count(rows)) * len(rows.columns) > HELD:
        return rows
    return replace(rows, frame=nw.from_native(collect(rows.frame), eager_only=True), files=())


def count(rows: Rows) -> int:
    """How many rows there are, by a query."""
    return int(collect(rows.frame.select(nw.len())).column(0)[0].as_py())
