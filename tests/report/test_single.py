"""One report from one file: which table the file is, told by its columns or by who asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import cxlab as cx
from cxlab.report.single import Told

HEADERS = {
    "answers": "answered,recommend",
    "tickets": "ticket,opened,resolved",
    "calls": "call,started,outcome,wait",
    "totals": "started,offered,answered",
    "customers": "customer,started,ended",
    "transactions": "customer,time,amount",
    "complaints": "complaint,opened,kind",
    "people": "employee,started,ended",
    "orders": "order,placed,promised",
}


@pytest.mark.parametrize("table", HEADERS)
def test_the_columns_tell_which_table_a_file_is(table: str, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(HEADERS[table] + "\n" + ",".join("1" for _ in HEADERS[table].split(",")) + "\n", encoding="utf-8")
    assert table in Told().client("acme", path)
    assert list(cx.report("acme", "2026-10", source=str(path)).sources) == [table]


def test_declared_roles_tell_and_who_asks_has_the_last_word(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Key,Created,Closed\n1,2026-10-01,2026-10-02\n", encoding="utf-8")
    roles = {"ticket": "Key", "opened": "Created", "resolved": "Closed"}
    told: dict[str, Any] = {"columns": [f"{role}={column}" for role, column in roles.items()]}
    assert "tickets" in Told(**told).client("acme", path)
    assert "answers" in Told().client("acme", path), "nothing tells"
    assert "complaints" in Told(**told, table="complaints").client("acme", path)
    options: dict[str, Any] = {"columns": roles}
    assert list(cx.report("acme", "2026-10", source=str(path), options=options).sources) == ["tickets"]
    options |= {"table": "complaints"}
    assert list(cx.report("acme", "2026-10", source=str(path), options=options).sources) == ["complaints"]
