"""Errors as a notebook shows them: what is wrong, what was seen, what to do, and the reader's own line."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

import cxlab as cx

CELL = """\
import cxlab as cx
import pandas as pd

def asked(rows):
    return cx.nps(rows, by="reigon")

asked(pd.DataFrame({"recommend": [9], "region": ["North"]}))"""


class Shown(InteractiveShell):
    """A notebook that keeps what it would show of an error."""

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.shown = "\n".join(stb)


@pytest.fixture
def notebook() -> Shown:
    return Shown()


def test_a_notebook_shows_the_three_parts_and_the_lines_that_the_reader_wrote(notebook: Shown) -> None:
    notebook.run_cell(CELL)
    assert notebook.shown.splitlines() == [
        "ColumnError: No column 'reigon', which nps needs.",
        "the frame has 'recommend' and 'region'.",
        "Did you mean 'region'?",
        "",
        'line 7: asked(pd.DataFrame({"recommend": [9], "region": ["North"]}))',
        'line 5, in asked: return cx.nps(rows, by="reigon")',
    ]


def test_words_are_not_broken_and_nothing_is_left_out(notebook: Shown) -> None:
    notebook.run_cell("import cxlab as cx\ncx.nps([9, 11])")
    notebook.run_cell('cx.nps([9, 3], period="Oktober 2026")')
    with pytest.raises(cx.CxlabError) as raised:
        cx.nps([9, 3], period="Oktober 2026")
    assert max(map(len, notebook.shown.splitlines())) <= 88
    assert " ".join(notebook.shown.split()).startswith(f"DefinitionError: {raised.value}")


def test_another_error_keeps_its_whole_way(notebook: Shown) -> None:
    notebook.run_cell('import json\njson.loads("{")')
    assert "decoder.py" in notebook.shown
