"""The figures of a report as a workbook: the same rows as estimates.csv, with numbers as numbers and text as text."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import xlsxwriter

NUMBERS = ("n", "n_effective", "estimate", "low", "high", "level")
EPOCH = datetime(1980, 1, 1)


def xlsx(estimates: Path) -> bytes:
    """A workbook with one sheet made of an estimates.csv; text is never a formula and never a link."""
    with estimates.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": EPOCH})
        sheet = book.add_worksheet("Estimates")
        bold = book.add_format({"bold": True})
        head = rows[0] if rows else []
        for column, name in enumerate(head):
            sheet.write_string(0, column, name, bold)
        for line, row in enumerate(rows[1:], start=1):
            for column, (name, text) in enumerate(zip(head, row, strict=True)):
                if name in NUMBERS and text:
                    sheet.write_number(line, column, float(text))
                elif text:
                    sheet.write_string(line, column, text)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return out.getvalue()
