"""What is hidden of one segment column cannot be had from another."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cxlab as cx
from cxlab.report.job import Job, Report
from cxlab.report.linked import hidden
from cxlab.rows.periods import parse

K = 10
NESTED = {("Y", "A"): 100, ("Y", "Tiny"): 3, ("X", "B"): 11, ("X", "C"): 200}


def made_out(cells: dict[tuple[Any, ...], int], out: list[set[Any]]) -> set[Any]:
    """By brute force: the small segments that sums and differences of shown ones give exactly."""
    keys = list(cells)
    shown = [np.ones(len(keys))]
    for i, small in enumerate(out):
        shown += [np.array([key[i] == one for key in keys], float) for one in {key[i] for key in keys} - small]
    found = set()
    for i in range(len(out)):
        for one in {key[i] for key in keys}:
            mask = np.array([key[i] == one for key in keys])
            if sum(np.array(list(cells.values()))[mask]) < K:
                for signs in itertools.product((-1, 0, 1), repeat=len(shown)):
                    total = sum((sign * part for sign, part in zip(signs, shown, strict=True)), np.zeros(len(keys)))
                    if np.array_equal(total, mask):
                        found.add(one)
    return found


def test_a_city_is_not_its_country_less_the_other_cities() -> None:
    assert made_out(NESTED, [set(), {"Tiny", "B"}]) == {"Tiny"}, "hiding two cities is not enough"
    assert hidden(NESTED, K) == [set(), {"Tiny", "A", "B"}]


def test_only_what_gives_something_away_is_hidden_too() -> None:
    far = {**NESTED, ("Y", "A2"): 120, ("Z", "D"): 90, ("Z", "E"): 60}
    assert hidden(far, K) == [set(), {"Tiny", "A", "B"}]
    crossing = {cell: 5 + 7 * i for i, cell in enumerate(itertools.product("abcd", "uvw"))}
    assert hidden(crossing, K) == [set(), set()]
    assert hidden({}, K) == []


def test_few_people_between_two_large_segments_are_protected() -> None:
    out = hidden({("Y", "A"): 100, ("Y", "B"): 3, ("X", "B"): 50, ("X", "C"): 200}, K)
    assert not ("Y" not in out[0] and "A" not in out[1]), "Y less A would be three people of B"


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.tuples(st.sampled_from("XYZ"), st.sampled_from("abcd")), st.integers(1, 40), min_size=1))
def test_no_sum_of_shown_segments_is_a_small_one(cells: dict[tuple[Any, ...], int]) -> None:
    assume(sum(cells.values()) >= K)  # a whole below that is hidden itself
    assert not made_out(cells, hidden(cells, K))


def test_a_report_hides_what_its_other_segment_column_gives_away() -> None:
    rows = [(*cell, 9 if i % 3 else 2) for cell, n in NESTED.items() for i in range(n)]
    table = pa.table({
        "country": [row[0] for row in rows], "city": [row[1] for row in rows], "recommend": [row[2] for row in rows],
        "answered": [datetime(2026, 10, 12, tzinfo=UTC)] * len(rows), "channel": ["mail", *["web"] * (len(rows) - 1)],
    })  # fmt: skip
    client = {"id": "acme", "name": "Acme", "timezone": "UTC", "calendar": "gregorian", "segments": ["country", "city"]}
    job = Job(client, parse("2026-10"), "en", tables={"answers": table})
    page = Report(job).page
    said = str(page.segments("nps", "country", "city"))
    assert said.count("not shown</td>") >= 3
    assert page.hiding.of("city") == {"Tiny", "A", "B"}
    # So does a metric that is asked of another table than its usual one.
    page = Report(job).page
    page.safe(cx.contacts_by_channel(page.report.answers, by="city"))
    assert page.hiding.of("city") == {"Tiny", "A", "B"}
