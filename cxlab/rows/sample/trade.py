"""Purchases, deliveries and other dealings of the sample's customers."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from cxlab.rows.sample.crowd import customers_of, money
from cxlab.rows.sample.draw import (
    DAY,
    NEVER,
    Array,
    after,
    generator,
    ids,
    instants,
    known,
    numbers,
    pick,
    times,
    words,
)
from cxlab.rows.sample.shapes import SHAPES

# One kind of dealing and its share; codes of a system, not words for people.
KINDS = (("visit", 0.46), ("app", 0.24), ("newsletter", 0.14), ("purchase", 0.10), ("support", 0.06))


@cache
def _purchases(client: str) -> tuple[Array, Array]:
    rng = generator(client, "transactions")
    instant = times(rng, client, "shop", 2600)
    return instant, customers_of(client).at(rng, instant)


def transactions(client: str) -> pa.Table:
    """One row per purchase; `amount` in the client's currency, `referred` where somebody had sent the customer."""
    instant, customer = _purchases(client)
    shape, crowd = SHAPES[client], customers_of(client)
    rng = generator(client, "transactions table")
    amount = shape.price * np.exp(0.75 * rng.standard_normal(len(instant)))
    return pa.table(
        {
            "customer": ids("C", customer),
            "time": instants(instant),
            "amount": numbers(money(amount, shape.coin)),
            "referred": numbers(rng.random(len(instant)) < 0.07),
            "region": words(shape.regions, crowd.region[customer]),
            "product": words(shape.products, crowd.product[customer]),
        }
    )


def orders(client: str) -> pa.Table:
    """One row per purchase that is sent home; `in_full` is null until it is delivered."""
    instant, customer = _purchases(client)
    shape, crowd = SHAPES[client], customers_of(client)
    rng = generator(client, "orders")
    home = rng.random(len(instant)) < 0.6
    placed, customer = instant[home], customer[home]
    n = len(placed)
    promised = placed + rng.integers(3, 7, n) * DAY
    delivered = known(after(rng, placed, 2.9 * DAY, 0.33), client)
    return pa.table(
        {
            "order": ids("O", np.arange(n)),
            "customer": ids("C", customer),
            "placed": instants(placed),
            "promised": instants(promised),
            "delivered": instants(delivered),
            "in_full": numbers(rng.random(n) < 0.965, delivered == NEVER),
            "region": words(shape.regions, crowd.region[customer]),
            "product": words(shape.products, crowd.product[customer]),
        }
    )


def events(client: str) -> pa.Table:
    """One row per dealing with the client: visits, the app, newsletters opened, purchases, support."""
    rng, crowd = generator(client, "events"), customers_of(client)
    instant = times(rng, client, "shop", 4500)
    customer = crowd.at(rng, instant)
    return pa.table(
        {
            "customer": ids("C", customer),
            "time": instants(instant),
            "kind": words(KINDS, pick(rng, KINDS, len(instant))),
            "region": words(SHAPES[client].regions, crowd.region[customer]),
        }
    )
