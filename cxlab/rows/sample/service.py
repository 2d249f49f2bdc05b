"""Tickets, calls, queue totals, complaints and quality reviews of the sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from cxlab.rows.sample.clients import STORY
from cxlab.rows.sample.crowd import customers_of, staff_of
from cxlab.rows.sample.draw import (
    DAY,
    HOUR,
    NEVER,
    Array,
    after,
    exported,
    generator,
    ids,
    in_story,
    instants,
    known,
    numbers,
    pick,
    times,
    words,
)
from cxlab.rows.sample.shapes import SHAPES

# By channel: email, telephone, chat, social. Medians of the first response and of the rest of the work; the target.
FIRST_RESPONSE = np.array([6.0, 0.5, 0.3, 2.5]) * HOUR
_WORK = np.array([36.0, 16.0, 16.0, 26.0]) * HOUR
_TARGET = np.array([144, 96, 96, 120]) * HOUR

WITHIN, SHORT = 20, 5  # seconds: the service level and the short abandon of the queue totals


@dataclass(frozen=True)
class Tickets:
    """What other tables need to know of the tickets; `responded` is before any cut at the export."""

    opened: Array
    responded: Array
    customer: Array
    channel: Array
    agent: Array


@cache
def tickets_of(client: str) -> Tickets:
    """The tickets in order of opening; one in eight is the same customer again within days."""
    rng, crowd = generator(client, "tickets"), customers_of(client)
    opened = times(rng, client, "desk", 1200)
    n = len(opened)
    customer = crowd.at(rng, opened)
    earlier = customer[np.maximum(0, np.arange(n) - 1 - rng.integers(0, 250, n))]
    again = (rng.random(n) < 0.125) & crowd.here(earlier, opened)
    customer = np.where(again, earlier, customer)
    channel = pick(rng, SHAPES[client].channels, n)
    slow = np.where(in_story(client, crowd.region[customer], opened), STORY[client].slower, 1.0)
    responded = after(rng, opened, FIRST_RESPONSE[channel] * slow, 0.9)
    return Tickets(opened, responded, customer, channel, staff_of(client).at(rng, opened))


def tickets(client: str) -> pa.Table:
    """One row per ticket. `resolved` is the last resolution; what lies after the export has not happened."""
    made, crowd, shape = tickets_of(client), customers_of(client), SHAPES[client]
    rng = generator(client, "tickets table")
    n = len(made.opened)
    assigned = made.opened + ((made.responded - made.opened) * rng.uniform(0.02, 0.5, n)).astype(np.int64)
    reopens = pick(rng, (0.92, 0.065, 0.015), n)
    resolved = after(rng, made.responded, _WORK[made.channel] * (1 + 1.5 * reopens), 1.3)
    resolved = np.where(rng.random(n) < 0.0006, NEVER, resolved)
    assigned, responded, resolved = (known(t, client) for t in (assigned, made.responded, resolved))
    done, idle = resolved != NEVER, responded == NEVER
    working = pick(rng, (0.45, 0.40, 0.15), n) + 1
    status = np.select(
        [done & (resolved < exported(client) - 4 * DAY), done, assigned == NEVER, idle], [5, 4, 0, 1], working
    )
    return pa.table(
        {
            "ticket": ids("T", np.arange(n)),
            "customer": ids("C", made.customer),
            "opened": instants(made.opened),
            "assigned": instants(assigned),
            "responded": instants(responded),
            "resolved": instants(resolved),
            "due": instants(made.opened + _TARGET[made.channel]),
            "status": words(("new", "open", "pending", "on-hold", "solved", "closed"), status),
            "channel": words(shape.channels, made.channel),
            "agent": ids("E", np.where(assigned == NEVER, -1, made.agent), 4),
            "reopens": numbers(np.where(done, reopens, 0)),
            "region": words(shape.regions, crowd.region[made.customer]),
            "product": words(shape.products, crowd.product[made.customer]),
        }
    )


@dataclass(frozen=True)
class _Calls:
    started: Array
    outcome: Array  # 0 answered, 1 abandoned, 2 blocked
    wait: Array
    talk: Array
    hold: Array
    wrap: Array


@cache
def _calls(client: str) -> _Calls:
    """Calls in order: the busier the hour, the longer the wait; who runs out of patience hangs up."""
    rng = generator(client, "calls")
    started = times(rng, client, "phone", 3000)
    n = len(started)
    hour = (started - started[0]) // HOUR
    load = np.bincount(hour)[hour] / 9.0
    wait = np.where(rng.random(n) < np.clip(0.4 * load, 0.1, 0.9), _lognormal(rng, 22 * load, 1.0), 0)
    patience = _lognormal(rng, np.full(n, 150.0), 0.9)
    blocked = rng.random(n) < 0.010 + 0.015 * (load > 1.6)
    answered = ~blocked & (wait <= patience)
    hold = np.where(rng.random(n) < 0.3, _lognormal(rng, np.full(n, 45.0), 0.7), 0)
    return _Calls(
        started=started,
        outcome=np.select([blocked, answered], [2, 0], 1),
        wait=np.where(blocked, 0, np.minimum(wait, patience)),
        talk=np.where(answered, _lognormal(rng, np.full(n, 230.0), 0.65), 0),
        hold=np.where(answered, hold, 0),
        wrap=np.where(answered, _lognormal(rng, np.full(n, 40.0), 0.6), 0),
    )


def calls(client: str) -> pa.Table:
    """One row per call; times in seconds. A blocked call has no wait, and only an answered one was talked through."""
    made, crowd = _calls(client), customers_of(client)
    rng = generator(client, "calls table")
    n = len(made.started)
    customer = crowd.at(rng, made.started)
    agent = staff_of(client).at(rng, made.started)
    answered, blocked = made.outcome == 0, made.outcome == 2
    cause = pick(rng, (0.7, 0.3), n)
    return pa.table(
        {
            "call": ids("L", np.arange(n)),
            "customer": ids("C", customer),
            "started": instants(made.started),
            "outcome": words(("answered", "abandoned", "blocked"), made.outcome),
            "cause": words(("capacity", "fault"), np.where(blocked, cause, -1)),
            "wait": numbers(made.wait, blocked),
            "talk": numbers(made.talk, ~answered),
            "hold": numbers(made.hold, ~answered),
            "wrap": numbers(made.wrap, ~answered),
            "agent": ids("E", np.where(answered, agent, -1), 4),
            "region": words(SHAPES[client].regions, crowd.region[customer]),
        }
    )


def totals(client: str) -> pa.Table:
    """The same calls as a queue reports them: one row per hour with a call. `wait_seconds` are those of answered calls.

    `offered` is answered and abandoned calls, blocked ones stand apart; within is 20 seconds, short is under 5.
    """
    made = _calls(client)
    starts, hour = np.unique(made.started // HOUR, return_inverse=True)
    answered, abandoned = made.outcome == 0, made.outcome == 1

    def count(rows: Array) -> pa.Array:
        return numbers(np.bincount(hour[rows], minlength=len(starts)))

    def seconds(value: Array) -> pa.Array:
        summed = np.bincount(hour, weights=np.where(answered, value, 0), minlength=len(starts))
        return numbers(summed.astype(np.int64))

    return pa.table(
        {
            "started": instants(starts * HOUR),
            "offered": count(answered | abandoned),
            "answered": count(answered),
            "abandoned": count(abandoned),
            "answered_within": count(answered & (made.wait <= WITHIN)),
            "abandoned_within": count(abandoned & (made.wait <= WITHIN)),
            "abandoned_short": count(abandoned & (made.wait < SHORT)),
            "blocked": count(made.outcome == 2),
            "wait_seconds": seconds(made.wait),
            "talk_seconds": seconds(made.talk),
            "hold_seconds": seconds(made.hold),
            "wrap_seconds": seconds(made.wrap),
        }
    )


def complaints(client: str) -> pa.Table:
    """One row per complaint or remark; those still open at the export have no `resolved`."""
    rng, crowd = generator(client, "complaints"), customers_of(client)
    opened = times(rng, client, "desk", 75)
    customer = crowd.at(rng, opened)
    return pa.table(
        {
            "complaint": ids("K", np.arange(len(opened))),
            "customer": ids("C", customer),
            "kind": words(("complaint", "remark"), pick(rng, (0.62, 0.38), len(opened))),
            "opened": instants(opened),
            "resolved": instants(known(after(rng, opened, 5.0 * DAY, 0.9), client)),
            "region": words(SHAPES[client].regions, crowd.region[customer]),
        }
    )


def reviews(client: str) -> pa.Table:
    """One row per reviewed ticket and category, some 130 tickets a month; a null score: the category does not apply."""
    made, rng = tickets_of(client), generator(client, "reviews")
    ready = made.responded + 3 * DAY
    chosen = np.flatnonzero((rng.random(len(ready)) < 0.11) & (ready < exported(client)))
    n = len(chosen)
    skill = rng.normal(0.0, 0.35, len(staff_of(client).started))[made.agent[chosen]]
    review, category = np.repeat(np.arange(n), 4), np.tile(np.arange(4), n)
    latent = np.repeat(skill + 0.5 * rng.standard_normal(n), 4) + 0.8 * rng.standard_normal(4 * n)
    graded = np.clip(np.floor(latent * 0.9 + 4.7), 1, 5).astype(np.int64)
    yes_or_no = category == 3
    return pa.table(
        {
            "review": ids("R", review),
            "ticket": ids("T", chosen[review]),
            "reviewed": instants(ready[chosen][review]),
            "agent": ids("E", made.agent[chosen][review], 4),
            "category": words(SHAPES[client].categories, category),
            "score": numbers(np.where(yes_or_no, latent > -1.2, graded).astype(np.int64), rng.random(4 * n) < 0.07),
            "low": numbers(np.where(yes_or_no, 0, 1)),
            "high": numbers(np.where(yes_or_no, 1, 5)),
            "weight": numbers(np.array([1.0, 2.0, 1.0, 1.0])[category]),
            "auto_fail": numbers(np.repeat(rng.random(n) < 0.015, 4)),
        }
    )


def _lognormal(rng: np.random.Generator, median: Array, spread: float) -> Array:
    seconds: Array = np.maximum(1, np.rint(median * np.exp(spread * rng.standard_normal(len(median)))))
    return seconds.astype(np.int64)
