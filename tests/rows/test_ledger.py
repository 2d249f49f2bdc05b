"""The ledger adds, merges, copies and shows itself without letting a column name become markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cxlab
from cxlab.rows.ledger import Entry, Ledger
from cxlab.words.locale import locale


def filled() -> Ledger:
    ledger = Ledger()
    ledger.count("read", 10)
    ledger.count("dropped", 1, detail="empty row")
    ledger.count("dropped", 2, detail="preview")
    ledger.count("dropped", 1, detail="empty row")
    ledger.count("coerced", 3, column="score", detail="digits")
    ledger.count("kept", 6)
    return ledger


def test_equal_entries_are_merged_and_the_order_stays() -> None:
    assert list(filled()) == [
        Entry("read", 10), Entry("dropped", 2, None, "empty row"), Entry("dropped", 2, None, "preview"),
        Entry("coerced", 3, "score", "digits"), Entry("kept", 6),
    ]  # fmt: skip
    assert filled().counts == {"read": 10, "dropped": 4, "coerced": 3, "kept": 6}


def test_rows_read_are_kept_or_dropped() -> None:
    ledger = filled()
    assert ledger.adds_up()
    ledger.count("duplicates_dropped", 1)
    assert not ledger.adds_up()


def test_a_copy_is_independent() -> None:
    ledger = filled()
    ledger.facts["encoding"] = "utf-8"
    twin = ledger.copy()
    twin.count("read", 1)
    twin.facts["encoding"] = "utf-16"
    assert ledger.counts["read"] == 10
    assert ledger.facts == {"encoding": "utf-8"}


def test_nothing_counted_leaves_no_entry() -> None:
    ledger = Ledger()
    ledger.count("renamed", 0, column="score")
    assert len(ledger) == 0
    assert repr(ledger) == "Ledger: nothing counted"


def test_it_shows_itself_escaped() -> None:
    ledger = Ledger()
    ledger.count("renamed", 1, column="<img src=x>")
    assert "<img" not in ledger._repr_html_()
    assert "&lt;img src=x&gt;" in ledger._repr_html_()
    assert "renamed  1  <img src=x>" in repr(ledger)


def test_it_is_a_frame() -> None:
    frame = filled().to_pandas()
    assert list(frame.columns) == ["kind", "column", "count", "detail"]
    assert frame["count"].sum() == 23


@pytest.mark.parametrize("code", ["en", "vi", "fa"])
def test_every_kind_of_entry_has_its_words(code: str) -> None:
    """A report in Vietnamese had said "damaged" and "title rows"."""
    counted = re.compile(r'ledger\.(?:count|found)\(\s*"([a-z_]+)"')
    sources = (path.read_text(encoding="utf-8") for path in Path(cxlab.__file__).parent.rglob("*.py"))
    kinds = {kind for source in sources for kind in counted.findall(source)}
    assert len(kinds) > 10
    assert [kind for kind in sorted(kinds) if not locale(code).has(f"ledger.{kind}")] == []
