"""Coverage of every interval against its published figure; exit code 1 if a cell fails.

    python -m benchmarks.coverage [--profile quick | full] [--section 4.3] [--page docs/coverage.md]

`quick` draws as many samples as the published figures rest on, `full` ten times as many, so that what differs is the
published figure's own error: one minute and a quarter of an hour on one core. Sections are 4.1 to 4.10 and `levels`.
The page is written when all sections were run.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: one core for everybody
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.coverage import durations, pairs, rates, segments, single, surveys
from benchmarks.coverage.cells import Table
from benchmarks.coverage.designs import FULL, QUICK, Profile
from benchmarks.coverage.page import KNOWN, TITLES, page

SECTIONS: dict[str, tuple[Callable[[Profile], Iterator[Table]], ...]] = {
    "4.1": (single.nps,),
    "4.2": (single.scale_means,),
    "4.3": (single.shares,),
    "4.4": (pairs.differences,),
    "4.5": (pairs.paired,),
    "4.6": (surveys.clusters,),
    "4.7": (surveys.raking,),
    "4.8": (durations.time_means, durations.time_quantiles),
    "4.9": (rates.rates, durations.censored),
    "4.10": (segments.comparisons, segments.splits, segments.shrinkage, segments.charts, segments.areas),
    "levels": (single.other_levels,),
}


def run(section: str, profile: Profile) -> Iterator[Table]:
    """Tables of one section, printed cell by cell as they are made."""
    for part in SECTIONS[section]:
        for table in part(profile):
            judged = table.judged(KNOWN)
            print("\n".join(judged.report()), flush=True)
            yield judged


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", choices=(QUICK.name, FULL.name), default=QUICK.name)
    parser.add_argument("--section", choices=tuple(TITLES))
    parser.add_argument("--page", type=Path, default=Path(__file__).resolve().parents[2] / "docs" / "coverage.md")
    asked = parser.parse_args()
    profile = FULL if asked.profile == FULL.name else QUICK
    tables = [table for section in SECTIONS if asked.section in (None, section) for table in run(section, profile)]
    if asked.section is None:
        asked.page.write_text(page(tables, profile.name, profile.times), encoding="utf-8")
        print(f"written: {asked.page}")
    failed = [cell for table in tables for cell in table.cells if cell.verdict == "FAIL"]
    print(f"{sum(len(table.cells) for table in tables)} cells, {len(failed)} fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
