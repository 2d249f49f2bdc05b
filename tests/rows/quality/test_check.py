"""The quality report: every finding on a table that has it, none on one that has not, the same on every engine."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxlab as cx
from cxlab.rows import sample
from cxlab.rows.roles import TABLES

AS_OF = "2027-02-05 12:00"
HERE = {"timezone": "UTC"}


def found(table: Any, **declared: Any) -> dict[tuple[str, str | None], tuple[str, int, str]]:
    """Severity, count and example by finding and role."""
    rows = cx.read(pa.table(table) if isinstance(table, dict) else table, **declared)
    frame = cx.check(rows, as_of=AS_OF)
    assert list(frame.columns) == ["finding", "severity", "role", "count", "example"]
    assert set(frame["severity"]) <= {"error", "warning", "note"}
    return {(row[0], row[2]): (row[1], row[3], row[4]) for row in frame.itertuples(index=False)}


def answers(n: int = 40, **more: list[Any]) -> dict[str, list[Any]]:
    """Sound answers with one column changed."""
    good = {"answer": [f"a{i}" for i in range(n)], "recommend": [i % 11 for i in range(n)]}
    return {**good, **more}


@pytest.mark.parametrize("name", [*TABLES, "invitations"])
def test_the_sample_is_sound(name: str) -> None:
    scale = {"satisfaction": (1, 5), "effort": (1, 7), "quality": (1, 5)} if name in ("answers", "invitations") else {}
    for (finding, role), (severity, _, _) in found(sample.sample("harbour", name), scale=scale).items():
        # The weights of the sample belong to answers, so those who were asked in vain have none.
        allowed = (("blank", "weight"), ("blank", "score"), ("blank", None))
        assert severity == "note" or (finding, role) in allowed, (finding, role)


def test_a_sound_table_gives_an_empty_frame() -> None:
    assert found(answers()) == {}


def test_repeated_rows_and_shared_ids() -> None:
    seen = found({"ticket": ["1", "1", "2", "2", "3"], "status": ["new", "new", "new", "open", "new"]})
    assert seen["duplicate rows", "ticket"] == ("warning", 1, "row 2")
    assert seen["different rows with one id", "ticket"] == ("error", 2, "row 4")
    assert found({"recommend": [9, 9], "comment": ["fine", "fine"]})["duplicate rows without an id", None][1] == 1
    two = {"review": ["1", "1"], "category": ["tone", "facts"], "score": [4, 5]}
    assert ("different rows with one id", "review") not in found(two), "a review has a row for each category"
    assert found(answers(customer=["c"] * 40))["customers with several answers", "customer"][:2] == ("note", 40)


def test_blanks_and_columns_that_say_nothing() -> None:
    seen = found(answers(weight=[1.0] * 39 + [None], region=["North"] * 40, note=[None] * 40))
    assert seen["blank", "weight"] == ("error", 1, "row 40")
    assert seen["one value throughout", "region"] == ("note", 40, "'North'")
    assert seen["empty column", "note"] == ("note", 40, "every cell is blank")
    assert found({"recommend": pa.array([], pa.int64())}) == {("no rows", None): ("error", 0, "the table is empty")}


def test_answers_off_the_scale_codes_and_labels() -> None:
    scores = ["10 - Extremely likely", "11", "-1", "۹", "99"] + ["7"] * 4
    seen = found({"recommend": scores, "satisfaction": ["6"] + ["3"] * 8}, scale={"satisfaction": (1, 5)})
    assert seen["neither a number nor a declared label", "recommend"][:2] == ("error", 1)
    assert seen["off the scale", "recommend"] == ("error", 3, "row 2: '11'")
    assert seen["perhaps a code for no answer", "recommend"][:2] == ("warning", 2)
    assert seen["digits of another script or form", "recommend"] == ("note", 1, "row 4: '۹'")
    assert seen["off the scale", "satisfaction"] == ("error", 1, "row 1: '6'")
    declared = {"missing": {"recommend": [11, -1, 99]}, "labels": {"recommend": {"10 - Extremely likely": 10}}}
    assert not [one for one in found({"recommend": scores}, **declared).values() if one[0] == "error"]
    assert found(answers(effort=[1, 2, 3, 4] * 10))["no scale declared", "effort"][2].startswith("answers from 1 to 4")


def test_what_a_person_wrote_is_not_an_example() -> None:
    wrote = answers(recommend=["Lan liked it", "0912345678"] + ["9"] * 38, comment=["chị Nguyễn Thị Lan"] + ["ok"] * 39)
    wrote["customer"] = ["lan@example.com"] + [f"c{i}" for i in range(39)]
    seen = found(wrote)
    assert not any(word in str(seen) for word in ("Lan", "lan@", "0912345678", "Nguy"))
    assert seen["personal data in text", "comment"][:2] == ("warning", 1)
    begun = found(answers(recommend=["9, because Lan was rude", "2026-13-45 10:00"] + ["9"] * 38))
    assert begun["neither a number nor a declared label", "recommend"] == ("error", 2, "row 1: a text")
    assert seen["personal data in text", "customer"][:2] == ("warning", 1)


def test_direction_straight_lines_and_haste() -> None:
    turned = answers(satisfaction=[5 - i % 11 // 2 if i % 11 else 5 for i in range(40)])
    seen = found(turned, scale={"satisfaction": (0, 5)})
    assert "goes against 'recommend'" in seen["scale polarity in doubt", "satisfaction"][2]
    labels = {"recommend": {"Very satisfied": 1, "Very dissatisfied": 5}}
    words = answers(recommend=["Very satisfied", "Very dissatisfied"] * 20)
    assert "best label stands for 1" in found(words, labels=labels)["scale polarity in doubt", "recommend"][2]
    grid = {f"q{k}": [3, 3, 4] + [1 + (i + k) % 5 for i in range(37)] for k in range(3)}
    grid["q2"][1] = 4
    assert found(answers(**grid))["straight-lining", None] == ("warning", 2, "row 1: one answer to 3 questions")
    quick = {"Duration (in seconds)": [10, 39, 41] + [120] * 37}
    assert found(answers(**quick))["speeders", "Duration (in seconds)"][:2] == ("warning", 2)


def test_times() -> None:
    typed = {
        "ticket": ["1", "2", "3"],
        "opened": pa.array([datetime(2026, 10, 5, 9), datetime(2026, 10, 5, 9), datetime(1900, 1, 1, 1)]),
        "resolved": pa.array([datetime(2026, 10, 5, 8), datetime(2026, 10, 6), datetime(2099, 1, 1)]),
        "due": pa.array([datetime(2099, 1, 1)] * 3),
    }
    seen = found(typed, **HERE)
    assert seen["resolved before opened", "resolved"] == ("error", 1, "row 1")
    assert seen["in the future", "resolved"] == ("warning", 1, "row 3: '2099-01-01'")
    assert ("in the future", "due") not in seen
    assert seen["a spreadsheet's or computer's zero as a date", "opened"][1] == 1
    assert not any(finding == "no time zone" for finding, _ in seen)
    assert found(typed)["no time zone", "opened"][:2] == ("warning", 3)
    typed["resolved"] = pa.array([datetime(2026, 10, 6, tzinfo=UTC)] * 3)
    assert found(typed)["mixed time zones", "opened"][:2] == ("error", 3)


def test_times_as_text() -> None:
    mixed = ["2026-10-05T10:00:00Z"] + ["2026-10-05 10:00"] * 39
    assert found(answers(answered=mixed))["mixed time zones", "answered"][:2] == ("error", 1)
    either = found(answers(answered=["03/04/2026"] * 40))
    assert 'dates="dmy"' in either["dates that can be read in two ways", "answered"][2]
    bad = found(answers(answered=["2026-10-05", "soon"] + ["2026-10-06"] * 38))
    assert bad["unreadable time", "answered"] == ("error", 1, "row 2: a text")
    assert "jalali" in found(answers(answered=["1405/08/30"] * 40))["year out of range", "answered"][2]
    assert ("numbers in place of times", "answered") in found(answers(answered=[46053.0] * 40))


def test_numbers_words_and_parts() -> None:
    calls = {"call": ["1", "2", "3"], "outcome": ["Answered", "lost", "blocked"], "wait": ["0:20", "-3", "99999"]}
    seen = found(calls)
    assert seen["unknown word", "outcome"] == ("error", 1, "row 2: 'lost'")
    assert seen["unreadable number", "wait"] == ("error", 1, "row 1: '0:20'")
    assert seen["negative", "wait"][:2] == ("error", 1)
    assert seen["longer than 12 hours", "wait"][:2] == ("warning", 1)
    totals = {"offered": [10, 5], "answered": [8, 5], "abandoned": [3, 0], "answered_within": [8, 6]}
    assert found(totals)["answered and abandoned above offered", "answered"] == ("error", 1, "row 1")
    assert found(totals)["answered_within above answered", "answered_within"] == ("error", 1, "row 2")
    weights = found(answers(weight=[1.0] * 39 + [100.0]))
    assert weights["weight above 5 times the mean", "weight"] == ("warning", 1, "row 40: '100.0'")
    assert ("no weight above 0", "weight") in found(answers(weight=[0.0] * 40))
    assert found({"employee": ["1", "2"], "voluntary": ["yes", "maybe"]})["neither yes nor no", "voluntary"][1] == 1


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("North", "north", "capitals differ"),
        ("North", " North ", "blanks differ"),
        ("Hà Nội", unicodedata.normalize("NFD", "Hà Nội"), "letters composed differently"),
        ("تهران كي", "تهران کی", "Arabic and Persian letters or unseen signs"),
    ],
)
def test_spellings(one: str, other: str, why: str) -> None:
    finding = found(answers(region=[one] * 30 + [other] * 2 + ["South"] * 8))["spellings of one value", "region"]
    assert finding[:2] == ("warning", 2)
    assert finding[2].startswith("row 31: ")
    assert finding[2].endswith(why)


def test_what_people_wrote_is_not_taken_for_segments() -> None:
    written = [f"wish {i}" for i in range(300)] + ["Nothing", "nothing "] * 5
    assert ("spellings of one value", "wish") not in found(answers(310, wish=written))
    assert ("spellings of one value", "channel") in found(answers(310, channel=written)), (
        "a column of words by its role"
    )
    shops = [f"Shop {i % 70}" for i in range(599)] + ["shop 3"]
    assert ("spellings of one value", "shop") in found(answers(600, shop=shops))


def test_broken_letters_and_words_for_nothing() -> None:
    texts = ["CafÃ©", "Ù…Ø±Ø³ÛŒ", "\ufffdn"] + ["BÃO XÃ HỘI", "خوب"] * 18 + ["N/A"]
    seen = found(answers(region=texts))
    assert seen["broken letters", "region"][:2] == ("warning", 3)
    assert seen["word for no value", "region"] == ("note", 1, "row 40: 'N/A'")


def test_what_reading_mended_is_told(tmp_path: Any) -> None:
    path = tmp_path / "two.csv"
    path.write_text("score,score,E-mail\n1,2,a@b.com\n", encoding="utf-8")
    frame = cx.check(cx.read(path), as_of=AS_OF)
    assert {"on reading: renamed", "on reading: personal dropped"} <= set(frame["finding"])


def test_every_engine_gives_the_same() -> None:
    table = pa.table(
        answers(
            recommend=["11", "x"] + ["9", "3"] * 19,
            answered=["2099-01-01 10:00"] * 40,
            region=["a", "A"] * 20,
            comment=["call 0912345678"] + [None] * 39,
        )
    )
    expected = cx.check(table, as_of=AS_OF).to_dict("list")
    assert expected["count"]
    frames = (table.to_pandas(), pl.DataFrame(table), pl.DataFrame(table).lazy(), duckdb.from_arrow(table))
    for frame in frames:
        assert cx.check(frame, as_of=AS_OF).to_dict("list") == expected, type(frame)


def test_mixed_objects_and_odd_columns_do_not_stop_it() -> None:
    frame = pd.DataFrame(
        {"recommend": [9, "x", None, 3.5], 'a"b; drop table rows': ["1", "2", "3", "'"], "list": [[1], [2], [3], None]}
    )
    seen = cx.check(frame, as_of=AS_OF)
    assert {"off the scale", "neither a number nor a declared label"} <= set(seen["finding"])
    assert cx.check([9, 11, None])["finding"].tolist() == ["off the scale", "blank"]
    endless = found(answers(3, satisfaction=[1.0, 2.0, float("inf")], weight=[1e308] * 3, __row=[7, 8, 9]))
    assert endless["no scale declared", "satisfaction"][2] == "answers from 1 to 2: declare scale="
    assert found(answers(3, recommend=[1, 2, 11], __row=[7, 8, 9]))["off the scale", "recommend"][2] == "row 3: '11'"


def test_of_two_moments_only_the_later_sees_the_past() -> None:
    table = pa.table(answers(answered=["2026-10-05"] * 40))
    assert "in the future" in set(cx.check(table, as_of="2026-10-01")["finding"])
    assert "in the future" not in set(cx.check(table, as_of="2026-10-06")["finding"])
