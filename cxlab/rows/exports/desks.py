"""Support desks: Zendesk, Freshdesk."""

from __future__ import annotations

from cxlab.rows.exports.signature import Export

ZENDESK = Export(
    name="zendesk",
    needs=("Id / Ticket ID", "Requester", "Assignee", "Status", "Priority", "Created at", "Updated at"),
    roles={
        "ticket": ("Id", "Ticket ID"),
        "opened": ("Created at",),
        "resolved": ("Solved at",),
        "assigned": ("Initially assigned at", "Assigned at"),
        "status": ("Status",),
        "channel": ("Via",),
        "agent": ("Assignee",),
        "reopens": ("Reopens",),
        "satisfaction": ("Satisfaction Score",),
    },
    missing={"Satisfaction Score": ("Offered", "Not Offered", "Unoffered")},
    personal=("Requester", "Requester email", "Submitter", "Collaborators"),
    remark="times are in the account's zone, which the file does not state",
)

FRESHDESK = Export(
    name="freshdesk",
    needs=("Ticket ID", "Subject", "Status", "Created time", "Resolved time", "Initial response time"),
    roles={
        "ticket": ("Ticket ID",),
        "opened": ("Created time",),
        "responded": ("Initial response time",),
        "resolved": ("Resolved time",),
        "due": ("Due by Time",),
        "status": ("Status",),
        "channel": ("Source",),
        "agent": ("Agent",),
    },
    personal=("Full name", "Requester", "Facebook profile ID", "Twitter ID"),
    remark="durations '(in hrs)' are HH:MM:SS in business hours",
)
