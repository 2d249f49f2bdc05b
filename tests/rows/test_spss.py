"""SPSS files: codes declared as missing are no answers, labels are kept, and a broken file harms nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from cxlab.errors import ReadError
from cxlab.rows import spss
from cxlab.rows.files import load
from cxlab.rows.ledger import Ledger


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    path = tmp_path / "wave.sav"
    frame = pd.DataFrame({"id": [1.0, 2.0, 3.0, 4.0], "nps": [9.0, 97.0, 98.0, None], "town": ["Huế", "", "x", "y"]})
    pyreadstat.write_sav(
        frame, path, column_labels={"nps": "How likely?"},
        variable_value_labels={"nps": {9.0: "nine", 97.0: "don't know"}},
        missing_ranges={"nps": [{"lo": 97, "hi": 99}]},
    )  # fmt: skip
    return path


def test_codes_declared_as_missing_are_no_answers(survey: Path) -> None:
    ledger = Ledger()
    loaded = load(survey, ledger=ledger)
    assert loaded.relation.fetchall() == [(1, 9, "Huế"), (2, None, None), (3, None, "x"), (4, None, "y")]
    assert loaded.typed
    assert [(e.column, e.count) for e in ledger if e.kind == "missing"] == [("nps", 2)]
    assert loaded.facts["value_labels"] == {"nps": {9: "nine", 97: "don't know"}}
    assert loaded.facts["questions"] == {"nps": "How likely?"}


def test_a_cut_file_is_refused(survey: Path) -> None:
    survey.write_bytes(survey.read_bytes()[:180])
    with pytest.raises(ReadError, match=r"wave\.sav is a broken SPSS file"):
        load(survey, ledger=Ledger())


def test_a_reader_that_dies_is_an_error(survey: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child = tmp_path / "dies.py"
    child.write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    monkeypatch.setattr(spss, "_CHILD", child)
    with pytest.raises(ReadError, match="ended with signal 11"):
        load(survey, ledger=Ledger())


def test_without_its_reader_the_extra_is_named(survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spss, "find_spec", lambda name: None)
    with pytest.raises(ReadError, match=r"pip install 'cxlab\[spss\]'"):
        load(survey, ledger=Ledger())
