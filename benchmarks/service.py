"""Resolution times by 50 segments on 20 million tickets, within DuckDB's memory limit of 1 GB.

    python benchmarks/service.py [ROWS]

Prints seconds and the largest memory of the process for medians by Kaplan and Meier, a resolution rate and a backlog by
month. The tickets lie in a Parquet file, are opened over two years, and one in forty is still open.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import duckdb

import cxlab as cx

SEGMENTS, OPEN = 50, 40


def build(path: Path, rows: int) -> None:
    """Tickets whose times to resolution are lognormal, about ten hours in the middle."""
    opened = "timestamptz '2024-01-01 00:00:00+00' + to_seconds((hash(i * 7) % 63072000)::bigint)"
    normal = "sqrt(-2 * ln((hash(i * 13) % 1000000 + 1) / 1000001.0)) * cos(2 * pi() * (hash(i * 17) % 1000000) / 1e6)"
    duckdb.sql(
        f"copy (select i as ticket, 's' || (hash(i * 3) % {SEGMENTS})::varchar as segment, {opened} as opened, "
        f"case when hash(i * 11) % {OPEN} > 0 then {opened} + to_seconds(exp(10.5 + 1.5 * {normal})::bigint) end "
        f"as resolved from range({rows}) t(i)) to '{path}' (format parquet)"
    )


def timed(name: str, call: Callable[[], cx.Estimates]) -> None:
    """How long one answer takes, and the largest memory that the process has held so far."""
    start = time.perf_counter()
    answer = call()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name}: {time.perf_counter() - start:.1f} s, {peak:.2f} GB, {len(answer)} figures; {answer[0].note}")


def main(rows: int) -> None:
    """Three questions to one file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tickets.parquet"
        build(path, rows)
        tickets = cx.read(path)
        month = cx.period("opened", "month", timezone="UTC")
        timed("resolution rate", lambda: cx.resolution_rate(tickets, variant="cohort", by="segment"))
        timed("backlog by month", lambda: cx.backlog(tickets, by=["segment", month]))
        timed("median resolution time", lambda: cx.resolution_time(tickets, by="segment"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000_000)
