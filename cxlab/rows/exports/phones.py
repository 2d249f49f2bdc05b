"""Telephone systems: Genesys Cloud interval views."""

from __future__ import annotations

from cxlab.rows.exports.signature import Export

GENESYS = Export(
    name="genesys",
    needs=("Offer / Offered", "Answer / Answered", "Abandon / Abandoned", "ASA", "Service Level %"),
    roles={
        "offered": ("Offered", "Offer"),
        "answered": ("Answered", "Answer"),
        "abandoned": ("Abandoned", "Abandon"),
        "abandoned_short": ("Short Abandons", "Short Abandon"),
    },
    remark="rows are intervals: their percentages and averages cannot be averaged again",
)
