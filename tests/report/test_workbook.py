"""The workbook holds the figures of estimates.csv; no text in it is a formula or a link."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook

from cxlab.report import workbook


def test_text_stays_text_and_numbers_are_numbers(tmp_path: Path, shared: Callable[[str], Path]) -> None:
    comments = json.loads(shared("nasty/formula_comments.json").read_text(encoding="utf-8"))
    texts = [text for text in comments if text.isprintable()]
    path = tmp_path / "estimates.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(
            [["region", "n", "estimate", "note"], *[[text, "7", "39.84", ""] for text in texts]]
        )
    content = workbook.xlsx(path)
    assert content == workbook.xlsx(path)
    sheet = load_workbook(io.BytesIO(content)).active
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == texts
    assert len(texts) > 5
    for row in rows:
        assert (row[0].data_type, row[1].value, row[2].value, row[3].value) == ("s", 7, 39.84, None)
        assert all(cell.hyperlink is None for cell in row)
