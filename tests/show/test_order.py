"""Segments stand on a page as its reader looks them up, and a bare number says of what it is."""

from __future__ import annotations

import pandas as pd
import pytest

import cxlab as cx
from cxlab.show.figures import plot
from cxlab.show.order import looked_up
from cxlab.show.spoken import Spoken
from cxlab.words.locale import locale


@pytest.mark.parametrize(
    ("code", "column", "values", "order"),
    [
        ("vi", "region", ["Miền Bắc", "Tây Nguyên", "Đồng bằng sông Cửu Long", None], [2, 0, 1, 3]),
        ("vi", "channel", ["chat", "email", "phone"], [2, 1, 0]),  # trò chuyện, email, điện thoại
        ("en", "industry", ["Banks", "IT", "etc"], [0, 2, 1]),
        ("en", "branch", ["10", "9"], [0, 1]),
        ("en", "score", [10, 9, None], [0, 1, 2]),
    ],
)
def test_segments_are_looked_up_by_the_names_that_are_printed(
    code: str, column: str, values: list[object], order: list[int]
) -> None:
    assert looked_up(Spoken(locale(code)), column, values) == order


def test_numbers_that_name_segments_or_points_are_printed_with_what_they_count() -> None:
    answers = pd.DataFrame({"score": [10] * 60 + [3] * 60, "zone": ["1", "2", "3"] * 40})
    bands = {"detractors": (0, 6), "passives": (7, 8), "promoters": (9, 10)}
    alt = plot(cx.distribution(answers, "score", scale=(0, 10), by="zone", bands=bands)).alt()
    assert "zone 1" in alt
    assert "(1 · " not in alt
    customers = pd.DataFrame({"customer": range(60), "tenure": [5 + i % 40 for i in range(60)], "left": [0, 1] * 30})
    curve = cx.retention_curve(customers, duration="tenure", event="left", at=[10, 20])
    assert "(Tenure 20) to" in str(curve.table().title)
    assert "(Thời gian gắn bó 20) đến" in str(curve.table(locale="vi").title)
