"""A report's database reads its own folder and nothing else, whatever a query tries."""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path

import duckdb
import pytest

from cxlab.rows import store


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    for client in ("a", "a2", "b"):
        (tmp_path / client).mkdir()
        (tmp_path / client / "rows.csv").write_text("id,score\n1,9\n")
    (tmp_path / "a" / "link.csv").symlink_to(tmp_path / "b" / "rows.csv")
    return tmp_path


def test_the_own_folder_is_readable(houses: Path) -> None:
    connection = store.connect(houses / "a")
    assert store.ask(connection, "SELECT count(*) FROM read_csv(?)", str(houses / "a" / "rows.csv")) == (1,)


@pytest.mark.parametrize(
    "attempt",
    [
        "SELECT * FROM read_csv('{root}/b/rows.csv')",
        "SELECT * FROM read_csv('{root}/a/../b/rows.csv')",
        "SELECT * FROM read_csv('{root}/*/rows.csv')",
        "SELECT * FROM read_csv('{root}/a2/rows.csv')",
        "SELECT * FROM read_csv('{root}/a/link.csv')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '{root}/b/rows.csv'",
        "SELECT * FROM glob('{root}/b/*')",
        "COPY (SELECT 1) TO '{root}/b/stolen.csv'",
        "ATTACH '{root}/b/base.duckdb' AS other",
        "SET enable_external_access = true",
        "SET allowed_directories = ['{root}/b/']",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM frame_of_b",
    ],
)
def test_nothing_else_is(houses: Path, attempt: str) -> None:
    import pandas as pd

    frame_of_b = pd.DataFrame({"score": [1]})
    connection = store.connect(houses / "a")
    query = attempt.replace("{root}", str(houses))
    with pytest.raises(duckdb.Error):
        connection.execute(query).fetchall()
    assert len(frame_of_b) == 1
    assert not (houses / "b" / "stolen.csv").exists()


def test_without_a_folder_no_file_is_readable(houses: Path) -> None:
    connection = store.connect()
    with pytest.raises(duckdb.Error):
        store.ask(connection, "SELECT count(*) FROM read_csv(?)", str(houses / "a" / "rows.csv"))


def test_a_query_is_built_from_quoted_pieces_only() -> None:
    with pytest.raises(TypeError, match="has to be built"):
        store.build("SELECT {column} FROM t", column='a"; DROP TABLE t; --')  # type: ignore[arg-type]
    assert store.build("SELECT {c}", c=store.name('a"; DROP')) == 'SELECT "a""; DROP"'
    assert store.text("it's") == "'it''s'"


def test_a_name_that_looks_like_a_pattern_is_that_file(houses: Path) -> None:
    (houses / "a" / "x[1].csv").write_text("id\nbracket\n")
    (houses / "a" / "x1.csv").write_text("id\nother\n")
    connection = store.connect(houses / "a")
    path = store.exact(houses / "a" / "x[1].csv")
    assert store.ask(connection, "SELECT id FROM read_csv(?, header = true)", path) == ("bracket",)


def test_more_than_memory_goes_to_disk_and_is_cleared() -> None:
    connection = copy_context().run(lambda: (store.MEMORY.set("60MB"), store.connect())[1])
    connection.execute("CREATE TABLE t AS SELECT range AS a, 'text ' || range AS b FROM range(3000000)")
    assert store.ask(connection, "SELECT count(DISTINCT b) FROM t") == (3_000_000,)
    folder = Path(str(store.ask(connection, "SELECT current_setting('temp_directory')")[0]))
    assert folder.exists()
    connection.close()
    assert not folder.exists()
