"""Qualtrics: three header rows, of which the third is JSON and the only place that states the time zone; or two."""

from __future__ import annotations

import json

from cxlab.rows.exports.signature import Drop, Export, Heads
from cxlab.rows.header import fold_name

_PREVIEW = ("1", "2", "9", "17", "survey preview", "survey test", "offline survey preview", "offline survey test")
_SPAM = ("8", "12", "spam", "possible spam", "imported spam")


def _header_rows(heads: Heads) -> int:
    """One row more than the row of JSON cells; two where a row of questions names the id again, as older exports do.

    0 where there is neither, for then it is no such export.
    """
    for row, cells in enumerate(heads[1:3], start=1):
        filled = [cell for cell in cells if cell.strip()]
        if filled and all("ImportId" in cell for cell in filled):
            return row + 1
    pairs = zip(heads[0], heads[1] if len(heads) > 1 else (), strict=False)
    return 2 if any(_bare(name) == _bare(again) == "responseid" for name, again in pairs) else 0


def _bare(name: str) -> str:
    return "".join(fold_name(name).casefold().split())


def _zone(heads: Heads) -> str | None:
    """The zone that the date columns state, or None where they state none or not the same one."""
    zones = set()
    for cell in heads[_header_rows(heads) - 1]:
        try:
            stated = json.loads(cell).get("timeZone", "") if cell.strip() else ""
        except (ValueError, AttributeError):
            stated = ""  # a damaged cell states nothing, and a zone that nobody states has to be declared
        if str(stated).strip():
            zones.add(str(stated).strip())
    if len(zones) != 1:
        return None
    zone = zones.pop()
    return "UTC" if zone == "Z" else zone


QUALTRICS = Export(
    name="qualtrics",
    needs=("StartDate", "EndDate", "Status", "ResponseId / ResponseID"),
    header_rows=_header_rows,
    zone=_zone,
    roles={
        "answer": ("ResponseId", "ResponseID"),
        "answered": ("RecordedDate", "EndDate"),
        "channel": ("DistributionChannel",),
    },
    drops=(Drop("Status", _PREVIEW, "preview"), Drop("Status", _SPAM, "spam")),
    partial=("Finished", ("0", "false")),
)
