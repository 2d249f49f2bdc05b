"""Invitations to the survey and the answers to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxlab.rows.sample.crowd import customers_of
from cxlab.rows.sample.draw import (
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
from cxlab.rows.sample.phrases import COMMENTS
from cxlab.rows.sample.service import FIRST_RESPONSE, tickets_of
from cxlab.rows.sample.shapes import SHAPES

# On the scale of the hidden opinion (standard deviation 1). A response that takes e times as long costs SLOPE; in the
# story's region everybody who answers hears of the waiting and loses TALK. Together about 25 points of NPS.
SLOPE, TALK = 0.28, 0.25
PRODUCTS = (0.06, 0.02, -0.02, -0.10)
MISSING = {"recommend": 0.042, "satisfaction": 0.045, "effort": 0.055, "quality": 0.050}


@dataclass(frozen=True)
class _Asked:
    sent: Array
    customer: Array
    late: Array  # log of the first response against what is usual on its channel; 0 without a ticket


@cache
def _asked(client: str) -> _Asked:
    """Who was asked and when: after most tickets, and at other times without an occasion."""
    rng, made = generator(client, "asked"), tickets_of(client)
    sent = made.responded + rng.integers(1 * HOUR, 20 * HOUR, len(made.responded))
    ticket = np.flatnonzero((rng.random(len(sent)) < 0.85) & (sent < exported(client)))
    waited = made.responded[ticket] - made.opened[ticket]
    late = np.log(waited / FIRST_RESPONSE[made.channel[ticket]])
    other = times(rng, client, "shop", 3300)
    customer = np.concatenate([made.customer[ticket], customers_of(client).at(rng, other)])
    instant = np.concatenate([sent[ticket], other])
    order = np.argsort(instant, kind="stable")
    return _Asked(instant[order], customer[order], np.concatenate([late, np.zeros(len(other))])[order])


@cache
def invitations(client: str) -> pa.Table:
    """One row per invitation, with the columns of `answers`; `answered` is null where nobody came to the end.

    Some of those began: their row has the first score and no `answered`.
    """
    rng, asked, shape = generator(client, "invitations"), _asked(client), SHAPES[client]
    n = len(asked.sent)
    delivered = np.where(rng.random(n) < 0.965, asked.sent + rng.integers(2, 90, n), NEVER)
    delivered = known(delivered, client)
    opened = after(rng, np.where(rng.random(n) < 0.62, delivered, NEVER), 3.0 * HOUR, 1.2)
    opened = known(opened, client)
    fate = rng.random(n)
    answered = np.where((opened != NEVER) & (fate < 0.465), opened + rng.integers(40, 600, n), NEVER)
    answered = known(answered, client)
    begun = (opened != NEVER) & (fate >= 0.465) & (fate < 0.50)
    crowd = customers_of(client)
    product = np.where(rng.random(n) < 0.7, crowd.product[asked.customer], pick(rng, shape.products, n))
    scores = _scores(rng, client, asked, answered, product)
    columns = {}
    for role, score in scores.items():
        asked_for = (answered != NEVER) | (begun & (role == "recommend"))
        columns[role] = numbers(score, ~asked_for | (rng.random(n) < MISSING[role]))
    weight = np.clip(np.exp(0.25 * rng.standard_normal(n)), 0.4, 2.5)
    return pa.table(
        {
            "answer": ids("A", np.arange(n)),
            "customer": ids("C", asked.customer),
            "answered": instants(answered),
            **columns,
            "comment": _comments(rng, client, scores["recommend"], asked.late, answered),
            "region": words(shape.regions, crowd.region[asked.customer]),
            "product": words(shape.products, product),
            "channel": words(shape.asked_by, pick(rng, shape.asked_by, n)),
            "sent": instants(asked.sent),
            "delivered": instants(delivered),
            "opened": instants(opened),
            "weight": numbers(np.round(weight / weight.mean(), 3), answered == NEVER),
        }
    )


def answers(client: str) -> pa.Table:
    """One row per completed answer: the invitations that came to the end, in order of answering."""
    table = invitations(client)
    return table.filter(pc.is_valid(table["answered"])).sort_by([("answered", "ascending"), ("answer", "ascending")])


def _scores(rng: np.random.Generator, client: str, asked: _Asked, answered: Array, product: Array) -> dict[str, Array]:
    """Scores of each question from one hidden opinion, cut so that usual months have the client's shape."""
    crowd, shape = customers_of(client), SHAPES[client]
    n = len(asked.sent)
    temper = rng.standard_normal(len(crowd.started))[asked.customer]
    opinion = np.sqrt(0.3) * temper + np.sqrt(0.7) * rng.standard_normal(n)
    told = in_story(client, crowd.region[asked.customer], answered) & (answered != NEVER)
    shift = np.array(PRODUCTS)[product] - SLOPE * asked.late - TALK * told
    feels = {"recommend": (0, 1.0), "satisfaction": (1, 1.0), "effort": (1, 0.9), "quality": (1, 0.15)}
    scores = {}
    for role, (lowest, share) in feels.items():
        points = getattr(shape, role)
        cuts = [NormalDist().inv_cdf(float(p)) for p in np.cumsum(points)[:-1] / sum(points)]
        latent = 0.8 * opinion + 0.6 * rng.standard_normal(n) + share * shift
        scores[role] = lowest + np.searchsorted(cuts, latent)
    return scores


def _comments(rng: np.random.Generator, client: str, score: Array, late: Array, answered: Array) -> pa.Array:
    """A comment on about half of the answers: its mood follows the score, and who waited long says so."""
    lists = COMMENTS[client]
    mood = np.select([score >= 9, score >= 7], [0, 1], 2)
    mood = np.where((late > 1.0) & (score < 9), 3, mood)
    size = np.array([len(one) for one in lists])
    place = np.concatenate([[0], np.cumsum(size)[:-1]])[mood] + (rng.random(len(score)) * size[mood]).astype(np.int64)
    says = (answered != NEVER) & (rng.random(len(score)) < np.where(mood >= 2, 0.65, 0.42))
    return words(tuple(text for one in lists for text in one), np.where(says, place, -1))
