"""Survey tools with one header row: Typeform, Alchemer, LimeSurvey."""

from __future__ import annotations

from cxlab.rows.exports.signature import Export

TYPEFORM = Export(
    name="typeform",
    needs=("# / Token", "Start Date (UTC)", "Submit Date (UTC)", "Network ID"),
    zone=lambda heads: "UTC",
    roles={"answer": ("Token", "#"), "answered": ("Submit Date (UTC)",)},
    partial=("Response Type", ("started", "partial")),
)

ALCHEMER = Export(
    name="alchemer",
    needs=("Time Started", "Date Submitted", "Status"),
    roles={"answer": ("Response ID",), "answered": ("Date Submitted",)},
    partial=("Status", ("partial",)),
    remark="Date Submitted of a partial answer equals its start",
)

LIMESURVEY = Export(
    name="limesurvey",
    needs=("id / Response ID", "submitdate / Date submitted", "lastpage / Last page", "startlanguage / Start language"),
    roles={"answer": ("id", "Response ID"), "answered": ("submitdate", "Date submitted")},
    remark="an empty submitdate is a partial answer",
)
