"""The way in: one table, all tables of a client, or all of them as Parquet files."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from os import PathLike
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cxlab.errors import DefinitionError, did_you_mean, listing
from cxlab.rows.sample import crowd, service, survey, trade
from cxlab.rows.sample.clients import CLIENTS

MARK = {"cxlab": "sample data, made up"}

_MAKERS: dict[str, Callable[[str], pa.Table]] = {
    "answers": survey.answers,
    "invitations": survey.invitations,
    "reviews": service.reviews,
    "customers": crowd.customers,
    "transactions": trade.transactions,
    "orders": trade.orders,
    "events": trade.events,
    "tickets": service.tickets,
    "calls": service.calls,
    "totals": service.totals,
    "complaints": service.complaints,
    "people": crowd.people,
}

TABLES: tuple[str, ...] = tuple(_MAKERS)


def sample(client: str = "harbour", table: str = "answers") -> pa.Table:
    """One table of made-up data, the same rows at every call.

    `client` is an id of `CLIENTS`, `table` a name of `TABLES`: the tables of the contract under their role names, with
    `region` and mostly `product` beside them, and `invitations`, which are all who were asked, in the columns of
    `answers` (`answered` is null for those who never came to the end: the base of a response rate). Instants are UTC,
    days are dates, waits are seconds, money is in the client's currency; a null is what is missing or had not happened
    when the data were exported, at the end of 5 November 2026. An unknown client or table is a DefinitionError.
    The table says what it is: `schema.metadata` holds "sample data, made up". `STORY` says what there is to find.

    >>> sample("songhan", "people").column_names
    ['employee', 'started', 'ended', 'voluntary']
    """
    for kind, name, have in (("client", client, tuple(CLIENTS)), ("table", table, TABLES)):
        if name not in have:
            todo = did_you_mean(name, have) or f"Use {listing(have)}"
            raise DefinitionError(f"The sample has no such {kind}", f"The {kind} asked for is '{name}'", todo)
    return _made(client, table)


def tables(client: str = "harbour") -> dict[str, pa.Table]:
    """All tables of one sample client, by name; see `sample`."""
    return {table: sample(client, table) for table in TABLES}


def write(folder: str | PathLike[str]) -> dict[str, dict[str, Path]]:
    """Parquet files of all sample clients, `folder`/client/table.parquet: their paths by client and table.

    The folder is made when it is not there; files of these names are overwritten, with the same bytes at every call
    (of one version of pyarrow).
    """
    paths: dict[str, dict[str, Path]] = {}
    for client in CLIENTS:
        home = Path(folder) / client
        home.mkdir(parents=True, exist_ok=True)
        paths[client] = {table: home / f"{table}.parquet" for table in TABLES}
        for table, path in paths[client].items():
            pq.write_table(sample(client, table), path, compression="zstd")
    return paths


@cache
def _made(client: str, table: str) -> pa.Table:
    return _MAKERS[table](client).replace_schema_metadata(MARK).combine_chunks()
