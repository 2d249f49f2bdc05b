"""Customers and staff of the sample, and who of them is there at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa

from cxlab.rows.sample.clients import FIRST, LAST, STORY
from cxlab.rows.sample.draw import DAY, NEVER, Array, dates, generator, ids, numbers, pick, words
from cxlab.rows.sample.shapes import SHAPES

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Crowd:
    """Customers or staff: days since 1970 of coming and going (NEVER: still here), and how often each one acts."""

    started: Array
    ended: Array
    activity: Array
    region: Array
    product: Array

    def here(self, who: Array, instant: Array) -> Array:
        """Whether each of `who` is there at its instant."""
        return (self.started[who] * DAY <= instant) & (instant // DAY < self.ended[who])

    def at(self, rng: np.random.Generator, instant: Array) -> Array:
        """One who is there, for each instant; the active ones come more often."""
        share = np.cumsum(self.activity) / self.activity.sum()
        who = np.zeros(len(instant), dtype=np.int64)
        absent = np.arange(len(instant))
        while len(absent):
            who[absent] = np.minimum(np.searchsorted(share, rng.random(len(absent)), side="right"), len(share) - 1)
            absent = absent[~self.here(who[absent], instant[absent])]
        return who


def _crowd(client: str, table: str, before: int, new: int, months: float, activity: float) -> Crowd:
    """`before` who were there on the first day, `new` who came since; they stay `months` on average, from then on."""
    rng = generator(client, table)
    first, last = _day(FIRST), _day(LAST)
    early = first - 1 - (rng.random(before) ** 1.5 * 4 * 365).astype(np.int64)
    started = np.sort(np.concatenate([early, rng.integers(first, last + 1, new)]))
    stay = 20 + rng.exponential(months * 30.44, before + new).astype(np.int64)
    ended = np.maximum(started, first) + stay
    return Crowd(
        started=started,
        ended=np.where(ended <= last, ended, NEVER),
        activity=rng.gamma(activity, 1.0, before + new) + 0.02,
        region=pick(rng, SHAPES[client].regions, before + new),
        product=pick(rng, SHAPES[client].products, before + new),
    )


@cache
def customers_of(client: str) -> Crowd:
    """Everybody who ever was a customer."""
    return _crowd(client, "customers", before=9500, new=6300, months=42.0, activity=0.9)


@cache
def staff_of(client: str) -> Crowd:
    """Everybody who ever worked in the service."""
    return _crowd(client, "people", before=105, new=62, months=48.0, activity=3.0)


def customers(client: str) -> pa.Table:
    """One row per customer. Revenue is that of a month, at the start and the end of the story's month; 0: not here."""
    crowd, shape, story = customers_of(client), SHAPES[client], STORY[client]
    rng = generator(client, "customers table")
    n = len(crowd.started)
    # Nobody can be brought by somebody who came later: the crowd is sorted by the day of coming.
    by_friend = (rng.random(n) < 0.11) & (np.arange(n) > 0)
    by_partner = ~by_friend & (rng.random(n) < 0.06)
    friend = (rng.random(n) * np.arange(n)).astype(np.int64)
    start, end = _day(story.starts), _day(story.ends)
    revenue = shape.price * 0.8 * np.exp(0.7 * rng.standard_normal(n))
    move = np.array([1.0, 0.75, 1.3])[pick(rng, (0.86, 0.05, 0.09), n)]
    at_start = np.where((crowd.started < start) & (crowd.ended >= start), revenue, 0.0)
    at_end = np.where((crowd.started < end) & (crowd.ended >= end), revenue * np.where(at_start > 0, move, 1.0), 0.0)
    return pa.table(
        {
            "customer": ids("C", np.arange(n)),
            "started": dates(crowd.started),
            "ended": dates(crowd.ended),
            "referred_by": ids("C", np.where(by_friend, friend, -1)),
            "programme": words(("friends", "partner"), np.select([by_friend, by_partner], [0, 1], -1)),
            "revenue_start": numbers(money(at_start, shape.coin)),
            "revenue_end": numbers(money(at_end, shape.coin)),
            "region": words(shape.regions, crowd.region),
            "product": words(shape.products, crowd.product),
        }
    )


def people(client: str) -> pa.Table:
    """One row per member of staff; `voluntary` is null for those who are still here."""
    crowd = staff_of(client)
    rng = generator(client, "people table")
    here = crowd.ended == NEVER
    return pa.table(
        {
            "employee": ids("E", np.arange(len(here)), 4),
            "started": dates(crowd.started),
            "ended": dates(crowd.ended),
            "voluntary": numbers(rng.random(len(here)) < 0.72, here),
        }
    )


def money(amount: Array, coin: float) -> Array:
    """Amounts rounded to the coin of the currency."""
    return np.round(np.rint(amount / coin) * coin, 2)


def _day(day: date) -> int:
    return (day - _EPOCH).days
