"""Fail on a skipped test that nobody allowed: a check that could not run has failed, not passed."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"


def allowed() -> list[re.Pattern[str]]:
    lines = (HERE / "allowed-skips.txt").read_text(encoding="utf-8").splitlines()
    rules = [line.rpartition(" # ")[0].strip() for line in lines if line.strip() and not line.startswith("#")]
    if not SHARED.is_dir():
        rules.append(r".*needs \.\./shared/")
    return [re.compile(rule) for rule in rules if rule]


def main(report: str) -> int:
    rules = allowed()
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 - pytest wrote it a moment ago
    skipped = [
        f"{case.get('classname')}::{case.get('name')}: {skip.get('message', '')}"
        for case in cases
        for skip in case.iter("skipped")
    ]
    unexpected = [line for line in skipped if not any(rule.match(line) for rule in rules)]
    print(f"skips: {len(skipped)}, of them {len(unexpected)} unexpected")
    for line in unexpected:
        print(f"  unexpected skip: {line}")
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
