"""One provocation for each error of tickets, orders, complaints, contacts and of the clocks they are measured by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

import cxlab as cx

DAY = datetime(2026, 10, 5, 9, tzinfo=UTC)


def tickets(**columns: list[Any]) -> pa.Table:
    base: dict[str, Any] = {"opened": [DAY, DAY], "responded": [DAY, None], "resolved": [DAY, None]}
    return pa.table({**base, **columns})


def naive_and_aware() -> object:
    opened = pa.array([DAY], pa.timestamp("us", "UTC"))
    responded = pa.array([datetime(2026, 10, 5, 10)], pa.timestamp("us"))
    return cx.first_response_time(cx.read(pa.table({"opened": opened, "responded": responded}), timezone="UTC"))


def backwards(**columns: list[Any]) -> pa.Table:
    return tickets(resolved=[datetime(2026, 10, 1, tzinfo=UTC), None], **columns)


def clock(**keywords: Any) -> Any:
    return cx.calendar(**{"hours": {"mon": "09:00-17:00"}, "timezone": "UTC"} | keywords)


COMPLAINTS = pa.table({"kind": ["complaint"] * 3, "customer": ["a", "b", "c"]})
REGIONS = pa.table({"region": ["North", "South"]})

PROVOKE: dict[str, Callable[[], object]] = {
    "weight without a meaning": lambda: cx.resolution_time(tickets(), weight="opened"),
    "population of a log": lambda: cx.resolution_time(tickets(), population=500),
    "method that does not fit the statistic": lambda: cx.resolution_time(tickets(), statistic="mean", method="order"),
    "unknown statistic": lambda: cx.resolution_time(tickets(), statistic="mode"),
    "skew below zero": lambda: cx.resolution_time(tickets(), skew=-1),
    "answer before the question": lambda: cx.first_response_time(
        tickets(responded=[datetime(2026, 10, 4, tzinfo=UTC), None])
    ),
    "zones mixed": naive_and_aware,
    "resolved before it is opened": lambda: cx.resolution_rate(
        tickets(assigned=[DAY, DAY], resolved=[datetime(2026, 10, 1, tzinfo=UTC), None])
    ),
    "open, and resolved before it is opened": lambda: cx.open_cases(backwards()),
    "open by month, and resolved before it is opened": lambda: cx.open_cases(
        backwards(), by=cx.period("opened", "month")
    ),
    "customers waiting, and resolved before it is opened": lambda: cx.open_cases(
        backwards(customer=["a", "b"], status=["open", "open"]), variant="customers_waiting"
    ),
    "days of work, and resolved before it is opened": lambda: cx.backlog(backwards(), variant="days_of_work"),
    "throughput, and resolved before it is opened": lambda: cx.resolution_rate(backwards(), variant="throughput"),
    "first contact, and resolved before it is opened": lambda: cx.first_contact_resolution(
        backwards(), variant="same_contact"
    ),
    "delivered before it is placed": lambda: cx.on_time_rate(
        pa.table({"placed": [DAY], "promised": [DAY], "delivered": [datetime(2026, 10, 1, tzinfo=UTC)]})
    ),
    "as_of that is no time": lambda: cx.resolution_time(tickets(), as_of="yesterday"),
    "as_of that is a number": lambda: cx.resolution_time(tickets(), as_of=5),
    "clock that is none": lambda: cx.resolution_time(tickets(), clock="calender"),
    "clock without a zone": lambda: clock(timezone=None),
    "clock without hours": lambda: clock(hours={}),
    "clock with an unknown day": lambda: clock(hours={"someday": "09:00-17:00"}),
    "clock with hours backwards": lambda: clock(hours={"mon": "22:00-06:00"}),
    "clock with hours twice": lambda: clock(hours={"mon": "09:00-12:00,11:00-17:00"}),
    "holiday that is no date": lambda: clock(holidays=["christmas"]),
    "status in the past": lambda: cx.open_cases(
        tickets(status=["open", "open"]), variant="waiting_on_us", as_of="2026-01-01"
    ),
    "unknown status": lambda: cx.open_cases(tickets(status=["open", "in progress"]), variant="waiting_on_us"),
    "series and as_of": lambda: cx.backlog(tickets(), by=cx.period("opened", "month"), as_of="2026-10-31"),
    "period and as_of": lambda: cx.backlog(tickets(), period="2026-10", as_of="2026-10-31"),
    "days of work as a series": lambda: cx.backlog(tickets(), by=cx.period("opened", "month"), variant="days_of_work"),
    "age that is no number of days": lambda: cx.backlog(tickets(), older_than="a week"),
    "throughput as of an instant": lambda: cx.resolution_rate(tickets(), variant="throughput", as_of="2026-10-31"),
    "first contact as of an instant": lambda: cx.first_contact_resolution(
        tickets(), variant="same_contact", as_of="2026-10-31"
    ),
    "survey answers that are not 1 or 0": lambda: cx.first_contact_resolution(
        tickets(first_contact=[1, 2]), variant="survey"
    ),
    "exposure of nothing": lambda: cx.request_volume(REGIONS, exposure=0),
    "exposure without a segment": lambda: cx.request_volume(REGIONS, by="region", exposure={"North": 5}),
    "complaints without a base": lambda: cx.complaint_rate(COMPLAINTS),
    "more complaints than customers": lambda: cx.complaint_rate(COMPLAINTS, reached=2),
    "more complainants than customers": lambda: cx.complaint_rate(COMPLAINTS, reached=2, variant="complainants"),
    "complaint of an unknown kind": lambda: cx.complaint_rate(pa.table({"kind": ["complaint", "praise"]}), reached=10),
}
