"""PostgreSQL: every table of the sample answers as it does from memory, and odd types, names and values survive."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from contract_cases import CASES
from postgres_cluster import cluster, program

import cxlab as cx
from cxlab.errors import ReadError
from cxlab.metric import catalogue

psycopg = pytest.importorskip("psycopg", reason="needs psycopg, of cxlab[postgres]")
pytestmark = pytest.mark.skipif(program("initdb") is None, reason="needs PostgreSQL: apt-get install postgresql")
TYPES = {"string": "text", "int64": "bigint", "double": "double precision", "bool": "boolean", "date32[day]": "date"}
NAMES = sorted(name for name, case in CASES.items() if not case.numbers)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """An empty database."""
    with cluster() as url:
        yield url


def fill(address: str, name: str, table: pa.Table) -> None:
    """A table of the database with the rows and the types of one in memory."""
    sql = psycopg.sql
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(one.name), sql.SQL(TYPES.get(str(one.type), "timestamptz")))
        for one in table.schema
    ]
    with psycopg.connect(address) as base, base.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(name), sql.SQL(", ").join(columns)))
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy:
            for row in zip(*(table.column(one).to_pylist() for one in table.column_names), strict=True):
                copy.write_row(row)


@pytest.mark.parametrize("name", NAMES)
def test_a_metric_answers_as_from_memory(address: str, name: str) -> None:
    case, function = CASES[name], catalogue()[name].function
    assert function is not None
    table = case.table()
    fill(address, name, table)
    asked: dict[str, Any] = {key: make() for key, make in case.late.items()} | case.keywords | {"by": case.by}
    ours, theirs = function(table, **asked), function(cx.read(address, table=name), **asked)
    assert [(one.segment, one.n) for one in theirs] == [(one.segment, one.n) for one in ours]
    for one, other in zip(ours, theirs, strict=True):
        for a, b in ((one.estimate, other.estimate), (one.low, other.low), (one.high, other.high)):
            assert (a is None) == (b is None)
            assert a is None or b is None or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def test_types_names_and_values(address: str) -> None:
    with psycopg.connect(address) as base:
        base.execute("CREATE SCHEMA crm; CREATE TYPE crm.mood AS ENUM ('good', 'bad')")
        base.execute(
            'CREATE TABLE crm."odd "" table" (id uuid, "Score ""0-10""" smallint, share numeric(9,4), small real, '
            "flag boolean, mood crm.mood, doc jsonb, tags text[], at timestamptz, wall timestamp, day date, "
            'span interval, blob bytea, "E-mail" text)'
        )
        base.execute(
            """INSERT INTO crm."odd "" table" VALUES ('00000000-0000-0000-0000-000000000007', 9, 0.1250, 1.5, true,
            'good', '{"a": 1}', '{x,y}', '2026-10-05 10:00+07', '2026-10-05 10:00', '2026-10-05', '1 day', '\\x00ff',
            'a@b.com')"""
        )
        base.execute("""INSERT INTO crm."odd "" table" (id, at, day) VALUES (null, 'infinity', null)""")
    rows = cx.read(address, table='crm.odd " table')
    (odd,) = (entry for entry in rows.ledger if entry.kind == "damaged")
    assert (odd.column, odd.count) == ("at", 1), "an infinite time"
    first, second = rows.to_pandas().to_dict("records")
    assert first["id"] == "00000000-0000-0000-0000-000000000007"
    assert (first['Score "0-10"'], first["share"], first["small"], bool(first["flag"])) == (9, 0.125, 1.5, True)
    assert (first["mood"], first["at"].astimezone(UTC)) == ("good", datetime(2026, 10, 5, 3, tzinfo=UTC))
    assert "E-mail" not in first
    assert second["id"] is None or second["id"] != second["id"]
    assert cx.nps(rows, 'Score "0-10"')[0].n == 1


def test_an_empty_table_and_more_rows_than_a_batch(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from cxlab.rows import database

    monkeypatch.setattr(database, "_BATCH", 7)
    fill(address, "empty", pa.table({"recommend": pa.array([], pa.int64())}))
    assert cx.nps(cx.read(address, table="empty"))[0].note == "no data"
    fill(address, "some", pa.table({"recommend": [i % 11 for i in range(20)], "region": ["é"] * 19 + [None]}))
    assert cx.nps(cx.read(address, table="some"))[0].n == 20
    assert [one.segment["region"] for one in cx.nps(cx.read(address, table="some"), by="region")] == ["é", None]


def test_nothing_is_written_and_no_message_holds_the_address(address: str) -> None:
    fill(address, "here", pa.table({"recommend": [9]}))
    with pytest.raises(ReadError, match="Did you mean 'here'") as caught:
        cx.read(address, table="heer")
    assert "cx-pg" not in str(caught.value)
    with pytest.raises(ReadError) as caught:
        cx.read(address.replace("cx-pg", "cx-gone"), table="here")
    assert "cx-gone" not in str(caught.value)
    with pytest.raises(ReadError):
        cx.read(address, table='here"; DROP TABLE here; --')
    assert cx.nps(cx.read(address, table="here"))[0].n == 1
