"""Tables hold the base before the value, say what is constant once, and name who is higher than whom."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from show import made_up as made

import cxlab as cx
from cxlab.errors import DefinitionError
from cxlab.estimate import Differences, Estimates
from cxlab.show.tables import difference_table, table


def test_columns_stand_in_the_order_of_the_look() -> None:
    full = table(made.regions(), rest=made.rests(), pairs=made.pairs(), total=made.WHOLE)
    keys = ["letter", "region", "n", "estimate", "interval", "drawn", "verdict", "letters"]
    assert [column.key for column in full.columns] == keys
    assert [column.key for column in table(made.regions()).columns] == keys[1:6]
    assert full.rows[-1].total
    assert full.rows[-1].cells[1].text == "All"


def test_records_are_the_numbers() -> None:
    first, *_, hidden = table(made.regions()).records()
    assert first == {"region": "North", "n": 520, "estimate": 46.5, "interval": (40.1, 52.4)}
    assert hidden == {"region": "Mars", "n": None, "estimate": None, "interval": (None, None)}


def test_letters_name_the_lower_ones_whichever_way_the_pair_was_taken() -> None:
    rows = table(made.regions(), pairs=made.pairs()).records()
    assert {row["region"]: row["letters"] for row in rows} == {
        "North": "B",
        "Central": "",
        made.LONG: "B",
        "Overseas": "",
        "Moon": "",
        "Mars": "",
    }


def test_a_small_base_gets_no_verdict_and_no_letter() -> None:
    small = Differences(
        [made.gap(20.0, 5.0, 35.0, "higher", versus="Central", region="Overseas")],
        by=["region"],
        to="pairs",
        adjust="none",
    )
    rows = table(made.regions(), rest=made.rests(), pairs=small).records()
    overseas = next(row for row in rows if row["region"] == "Overseas")
    assert overseas["verdict"] is None
    assert overseas["letters"] == ""
    assert '<span class="muted">small base</span>' in table(made.regions(), rest=made.rests()).html()


def test_words_and_colours_follow_the_verdict_and_what_is_better() -> None:
    html = table(made.regions(), rest=made.rests()).html()
    assert re.search(r'is-better"><svg[^>]*><title>Higher</title><path[^>]*fill="#0B5FA5"/></svg>Higher</span>', html)
    assert re.search(r'is-worse"><svg[^>]*><title>Lower</title><path[^>]*fill="#C4500B"/></svg>Lower</span>', html)
    turned = Differences([replace(d, better="lower") for d in made.rests()], by=["region"], to="rest", adjust="none")
    assert re.search(r'is-worse"><svg[^>]*><title>Higher', table(made.regions(), rest=turned).html())


def test_hidden_and_empty_rows_say_so() -> None:
    html = table(made.regions()).html()
    assert re.search(r'>Moon</bdi></th><td class="n">0</td><td class="n strong">no data</td>', html)
    assert re.search(r'>Mars</bdi></th><td class="n">under 10</td><td class="n strong">not shown</td>', html)


def test_a_column_that_says_the_same_in_every_row_is_said_once() -> None:
    same = Estimates(
        [replace(e, segment=type(e.segment)(dict(e.segment) | {"wave": "autumn"})) for e in made.regions()],
        by=["region", "wave"],
    )
    made_table = table(same)
    assert "wave" not in [column.key for column in made_table.columns]
    assert made_table.notes[0].startswith("Wave: autumn")
    assert [column.key for column in table(same[:1]).columns][:2] == ["region", "wave"]


def test_the_definition_stands_under_every_table() -> None:
    for code, said in (
        ("en", "Definition: scored; scale: 0 to 10; base"),
        ("vi", "thang đo: 0 đến 10"),
        ("fa", "مقیاس: ۰ تا ۱۰"),
    ):
        assert said in table(made.regions(), code).notes[-1]


def test_different_units_share_no_number_line() -> None:
    share = made.one(0.7, 0.6, 0.8, 100, unit="share", metric="csat", region="North")
    both = table(Estimates([made.regions()[0], share], by=["region"]))
    assert "drawn" not in [column.key for column in both.columns]
    assert [row["metric"] for row in both.records()] == ["nps", "csat"]
    assert "46.5 points" in both.html()
    assert "70.0%" in both.html()


@pytest.mark.parametrize(
    "payload", ["<script>x()</script>", "</td><img src=x onerror=y()>", "&lt;b&gt;", '" onclick="z()']
)
def test_names_from_the_data_are_text_in_their_own_direction(payload: str) -> None:
    for html in (
        table(made.regions(payload), rest=made.rests(payload)).html(),
        difference_table(made.rests(payload)).html(),
    ):
        assert "<script" not in html
        assert "<img" not in html
        assert re.search(r'<bdi dir="auto">[^<]*(?:&lt;|&quot;|&amp;)', html)


def test_an_id_is_the_tables_own() -> None:
    names = {table(made.regions()).name, table(made.regions("South")).name, difference_table(made.rests()).name}
    assert len(names) == 3
    assert table(made.regions()).name == table(made.regions()).name


def test_nothing_makes_no_table() -> None:
    with pytest.raises(DefinitionError, match="nothing to put into a table"):
        table(Estimates([]))


def _times(**seconds: float) -> Estimates:
    kept = [
        made.one(x, 0.5 * x, 2.0 * x, 90, unit="seconds", metric="first_response_time", agency=name)
        for name, x in seconds.items()
    ]
    return Estimates(kept, by=["agency"])


def test_a_difference_stands_in_the_unit_of_its_column() -> None:
    slow = {"unit": "seconds", "metric": "first_response_time", "better": "lower"}
    rest = [made.gap(7920.0, 5040.0, 14400.0, "higher", **slow, agency="A"),
            made.gap(-2130.0, -4000.0, 60.0, "unclear", **slow, agency="B")]  # fmt: skip
    found = table(_times(A=10080.0, B=2520.0), rest=Differences(rest, by=["agency"], to="rest", adjust="none"))
    assert "Value (hours)" in [column.head for column in found.columns]
    assert re.findall(r'delta">([^<]+)<', found.html()) == ["+2.2", "\u22120.6"], "35.5 would be minutes among hours"


def test_durations_too_far_apart_for_one_unit_have_each_their_own() -> None:
    found = table(_times(calls=42.0, housing=345600.0))
    assert "Value" in [column.head for column in found.columns]
    assert [row.cells[2].text for row in found.rows] == ["42 seconds", "4 days"]
    assert [row.cells[3].text for row in found.rows] == ["21 to 84", "2 to 8"]
    assert found.title.endswith("from 42 seconds (calls) to 4 days (housing)")
    gaps = [made.gap(x, x / 2, 2 * x, "higher", unit="seconds", metric="first_response_time", agency=name)
            for name, x in (("calls", 60.0), ("housing", 345600.0))]  # fmt: skip
    rows = difference_table(Differences(gaps, by=["agency"], to="rest", adjust="none")).rows
    assert [row.cells[3].text for row in rows] == ["+1.0 minutes", "+4 days"], "no change of 0.0 is called higher"


def test_a_duration_and_its_interval_have_the_same_decimals() -> None:
    exact = made.one(43200.0, 9720.0, 86400.0, 171, unit="seconds", metric="first_response_time", agency="A")
    assert [cell.text for cell in table(Estimates([exact], by=["agency"])).rows[0].cells[2:4]] == [
        "12.0",
        "2.7 to 24.0",
    ]


def test_the_finding_is_of_sound_bases_and_a_hidden_row_says_why() -> None:
    small = [made.one(90.0, 40.0, 100.0, 12, region="Isle"), *made.regions()]
    title = table(Estimates(small, by=["region"])).title
    assert "Isle" not in title, "what is not judged is not the finding either"
    assert title == table(made.regions()).title
    beside = made.one(None, None, None, None, notes=("suppressed: complementary",), region="Coast")
    note = table(Estimates([*made.regions(), beside], by=["region"])).notes[0]
    assert "not shown: it would give a smaller base away" in note
    assert "give a smaller base away" not in "".join(table(made.regions()).notes)


@pytest.mark.parametrize(("code", "heads", "window", "title"), [
    ("en", ("Part", "whole change", "within"), "September 2026 to October 2026",
     ", change: \u22124.6 percentage points"),
    ("vi", ("Thành phần", "toàn bộ thay đổi", "bên trong"), "tháng 9 năm 2026 đến tháng 10 năm 2026",
     ", thay đổi: \u22124,6 điểm phần trăm"),
    ("fa", ("بخش", "کل تغییر", "درون گروه‌ها"), "سپتامبر ۲۰۲۶ تا اکتبر ۲۰۲۶", "، تغییر: \u2212۴٫۶ واحد درصد"),
])  # fmt: skip
def test_a_change_is_a_difference_and_says_its_parts_and_periods_in_words(
    code: str, heads: tuple[str, str, str], window: str, title: str
) -> None:
    rows = cx.read(cx.sample("harbour", "answers"), scale={"satisfaction": (1, 5)})
    found = cx.change(rows, "csat", between=("2026-09", "2026-10"), mix="region")
    total, segments = found.total.table(locale=code), found.segments.table(locale=code)
    assert (total.columns[0].head, total.rows[0].cells[0].text) == heads[:2]
    assert heads[2] in repr(segments)
    for one in (total, segments):
        assert window in one.notes[-1]
        assert not re.search(r"\b(part|total|within|2026-\d\d)\b", repr(one)) or code == "en"
    for one in (total, found.total.plot(locale=code)):
        plain = re.sub("[\u200e\u200f\u061c\u2066-\u2069]", "", one.title)
        assert plain.endswith(title)
    assert found.segments.plot(locale=code).alt()


@pytest.mark.parametrize("column", ["part", "driver", "at", "band", "point", "period", "metric", "variant"])
def test_a_column_of_the_data_may_have_the_name_of_an_axis(column: str) -> None:
    frame = pd.DataFrame({"recommend": [10] * 40 + [0] * 40, column: ["wheel"] * 40 + ["total"] * 40})
    found = cx.nps(frame, by=column)
    assert "of wheel is 100.0 points" in found.say()
    assert "wheel" in found.table().html()
    assert "100.0 points (wheel)" in found.plot().title
    assert "wheel" in found.compare(to="rest").say("fa")


def test_each_of_many_segments_has_a_letter_and_is_named_by_it() -> None:
    scores = {f"S{at:02d}": [0, 10, 10, 10] * 50 if at >= 26 else [0, 10] * 100 for at in range(30)}
    rows = {
        "region": [name for name, given in scores.items() for _ in given],
        "recommend": [x for given in scores.values() for x in given],
    }
    found = cx.nps(pd.DataFrame(rows), by="region")
    made_of = table(found, pairs=found.compare("pairs"))
    assert [row.cells[0].text for row in made_of.rows][24:] == ["Y", "Z", "AA", "AB", "AC", "AD"]
    above = made_of.records()[29]["letters"].split(" ")
    assert above == [chr(65 + at) for at in range(26)]
