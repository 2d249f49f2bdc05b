"""What became of a report's process, in words: its own result, or what was seen of it from outside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxlab.report.engine import ended
from cxlab.report.run import FAILED, RESULT, Result


def told(folder: Path, said: Mapping[str, Any]) -> Result:
    """The result that a report's process left in its folder; else a failed one with what is known of its end.

    `said` may hold: `ended` (exit code or negative signal; None when the process that ran it is gone), `broken` (the
    limit that it exceeded), `stopped`, `seconds` and `memory` in MB.
    """
    seconds, memory = {"all": said.get("seconds", 0.0)}, said.get("memory", 0.0)
    code = said.get("ended")
    if said.get("broken"):
        return Result(
            FAILED, said["broken"], "it was ended", "Make it shorter or smaller, or raise the limit", seconds, memory
        )
    if said.get("stopped"):
        return Result(FAILED, "The run was stopped", "", "Run again with --resume", seconds, memory)
    path = folder / RESULT
    if code == 0 and path.is_file():
        return Result(**json.loads(path.read_text(encoding="utf-8")))
    why = "the process that started it is gone" if code is None else ended(code)
    return Result(FAILED, "The report's process ended before it could tell", why, "See its log", seconds, memory)
