"""NPS with intervals by 200 segments on 20 million rows, against the bare group-by that any tool must pay for.

    python benchmarks/tally.py [ROWS]

Prints ratios of one run: the whole answer against DuckDB's own group-by, clustered by customer against the two-level
group-by, and `import cxlab` against importing numpy and narwhals. Times differ from machine to machine; ratios carry.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import duckdb

import cxlab as cx

SEGMENTS, ROUNDS = 200, 5


def build(path: Path, rows: int) -> None:
    """Rows with a segment, a score of 0 to 10 and a unit that answers about five times."""
    duckdb.sql("select setseed(0.42)")
    duckdb.sql(
        f"copy (select 's' || ((random() * {SEGMENTS})::int % {SEGMENTS})::varchar as segment, "
        f"greatest(0, least(10, 11 - (random() * random() * 14)::int))::tinyint as recommend, "
        f"(random() * {rows // 5})::int as respondent from range({rows})) to '{path}' (format parquet)"
    )


def timed(name: str, one: Callable[[], object], other: Callable[[], object], budget: float) -> None:
    """The ratio of two calls, each the median of rounds that alternate."""
    one(), other()
    mine, theirs = [], []
    for _ in range(ROUNDS):
        for call, times in ((one, mine), (other, theirs)):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
    ratio = median(mine) / median(theirs)
    print(f"{name}: {ratio:.2f} times (budget {budget}); {median(mine):.2f} s against {median(theirs):.2f} s")


def imports() -> None:
    """What `import cxlab` costs beside what it cannot do without."""

    def run(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    bare = median(run("pass") for _ in range(7))
    ours = median(run("import cxlab") for _ in range(7)) - bare
    theirs = median(run("import numpy, narwhals") for _ in range(7)) - bare
    print(f"import cxlab: {ours / theirs:.2f} times numpy and narwhals (budget 1.5)")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.parquet"
        build(path, rows)
        bare = f"select segment, recommend, count(*) from '{path}' group by all"
        timed(
            f"NPS by {SEGMENTS} segments on {rows:,} rows",
            lambda: cx.nps(cx.read(path), by="segment").to_pandas(),
            lambda: duckdb.connect().sql(bare).fetchall(),
            1.15,
        )
        nested = (
            f"select segment, count(*), sum(m), sum(a * a), sum(a * m), sum(m * m) from (select segment, respondent, "
            f"count(*) as m, sum(case when recommend >= 9 then 1 when recommend <= 6 then -1 else 0 end) as a "
            f"from '{path}' group by all) group by segment"
        )
        timed(
            "the same, clustered by respondent",
            lambda: cx.nps(cx.read(path), by="segment", cluster="respondent").to_pandas(),
            lambda: duckdb.connect().sql(nested).fetchall(),
            1.3,
        )
    imports()


if __name__ == "__main__":
    main()
