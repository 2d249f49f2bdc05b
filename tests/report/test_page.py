"""Pages of a report: small groups are hidden everywhere alike, customer text is text, and what was shown is noted."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import cxlab as cx
from cxlab.compare.chart import control_chart
from cxlab.errors import AnswerError
from cxlab.report import deeper
from cxlab.report.job import Job, Report, report
from cxlab.rows.periods import parse

PAYLOAD = "<img src=x onerror=alert(1)>"


def made(tmp_path: Path | None = None, locale: str = "en") -> Report:
    """Four regions in two months: one under ten answers, one with a payload for a name, one that fell."""
    rows: list[tuple[str, int, datetime]] = []
    for month in (9, 10):
        when = datetime(2026, month, 12, tzinfo=UTC)
        fell = 3 if month == 10 else 10
        for region, size, low in (("North", 60, 10), (PAYLOAD, 60, fell), ("South", 50, 9), ("Isle", 4, 10)):
            rows += [(region, low if i % 2 else 8 if i % 3 else 2, when) for i in range(size)]
    table = pa.table({name: [row[i] for row in rows] for i, name in enumerate(("region", "recommend", "answered"))})
    client = {"id": "acme", "name": "Acme", "timezone": "UTC", "calendar": "gregorian", "segments": ["region"]}
    return Report(
        Job(client, parse("2026-10"), locale, tables={"answers": table}, folder=str(tmp_path) if tmp_path else None)
    )


def text(part: object) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", str(part)))


def test_a_report_by_hand_is_of_the_sample_and_cut_to_its_period() -> None:
    r = report()
    assert (r.period.key, r.client) == ("2026-10", "harbour")
    counts = r.answers.ledger.counts
    assert counts["read"] - counts["filtered"] == counts["kept"] == cx.nps(r.answers, variant="all")[0].n
    assert r.answers.ledger.adds_up()


def test_a_report_of_one_file_takes_the_options_of_a_plan(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("score,when\n9,2026-10-05\n11,2026-10-06\n3,2026-09-06\n")
    options = {"columns": {"recommend": "score", "answered": "when"}, "missing": {"recommend": [11]}}
    r = report("acme", "2026-10", "en", str(path), options)
    assert (cx.nps(r.answers)[0].n, cx.nps(r.previous.answers)[0].estimate) == (1, -100)


def test_what_is_hidden_once_is_hidden_everywhere() -> None:
    page = made().page
    segments, moves, spread = text(page.segments("nps")), text(page.moves("nps")), page.spread("recommend")
    assert segments.count("under 10") == 1, "the small region alone is called small"
    assert segments.count("not shown") > 1, "another is hidden too, so that the total does not give it away"
    assert "Isle" not in moves
    assert "South" not in moves
    assert "Isle" not in str(spread)
    assert "South" not in str(spread)
    figures = text(page.figures())
    assert "Isle" not in figures
    assert "South" not in figures
    assert "Isle" not in text(page.executive(page.measures("nps"), page.rests("nps")))


def test_names_from_the_data_are_text_in_every_part() -> None:
    page = made().page
    measures = page.measures("nps")
    parts = [
        page.executive(measures, page.rests("nps")),
        page.trends(measures),
        page.segments("nps"),
        page.moves("nps"),
    ]
    parts += [page.spread("recommend"), page.quality(), page.definitions(), page.figures(), page.colophon()]
    whole = "".join(str(part) for part in parts)
    assert PAYLOAD not in whole
    assert "&lt;img src=x" in whole


def test_the_drop_is_found_and_what_is_open_says_what_it_takes() -> None:
    page = made().page
    said = text(page.moves("nps"))
    assert "1 clear difference out of 2" in said
    assert "would show a difference of" in said or "would be detected" in said


def test_what_was_shown_is_noted_with_its_rows(tmp_path: Path) -> None:
    page = made(tmp_path).page
    page.executive(page.measures("nps"), page.rests("nps"))
    page.segments("nps")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "estimates.csv").read_text())))
    assert {row["metric"] for row in rows} == {"nps"}
    hidden = [row for row in rows if "Isle" in row["segment"]]
    assert hidden
    assert all(row["n"] == row["estimate"] == "" and "suppressed" in row["note"] for row in hidden)
    account = json.loads((tmp_path / "account.json").read_text())
    assert account["inputs"]["answers"] == 348
    assert account["title"] == "Client survey report"


@pytest.mark.parametrize("locale", ["en", "vi", "fa"])
def test_without_times_and_segments_the_pages_say_so(locale: str) -> None:
    job = Job(
        {"id": "a", "timezone": "UTC", "calendar": "gregorian"},
        parse("2026"),
        locale,
        tables={"answers": pa.table({"recommend": [9, 3, 10] * 9})},
    )
    page = Report(job).page
    measures = page.measures("nps", "csat")
    first = str(page.executive(measures, page.rests("nps")))
    assert page.words.message("page.needs_time") in first, "nobody knows whether it is the first measurement"
    assert page.words.message("page.needs_time") in str(page.trends(measures)) + str(page.moves("nps"))
    assert page.words.message("page.no_segments") in str(page.segments("nps"))
    assert len(page.left_out) == 1
    assert page.left_out[0] in text(page.quality())


def test_the_appendix_names_the_columns_that_weighted_and_clustered() -> None:
    page = made().page
    page.show(cx.nps(pa.table({"recommend": [9, 3] * 30, "w: 1": [1.0, 2.0] * 30, "who": [1, 2, 3] * 20}),
                     weight="w: 1", cluster="who"))  # fmt: skip
    said = text(page.definitions())
    assert "weighted by the column “w: 1”:" in re.sub("[\u2066-\u2069]", "", said)
    assert "share a value of “who” belong" in re.sub("[\u2066-\u2069]", "", said)


def test_a_period_without_rows_is_refused_with_what_was_read() -> None:
    report = made()
    late = Report(Job(report.job.client, parse("2027-05"), "en", tables=report.job.tables))
    with pytest.raises(
        cx.CxlabError,
        match=r"nothing to report for 2027-05.*answers: 348 rows read, which lie from 2026-09-12 to 2026-10-12, 0 kept",
    ):
        late.page.measures("nps")


@pytest.mark.parametrize(("code", "said"), [
    ("en", "Net Promoter Score: the last 8 periods all lie below their mean of 26.7 points, down to 15.0 points now"),
    ("vi", "8 kỳ gần nhất đều thấp hơn mức trung bình 26,7 điểm, kỳ này là 15,0 điểm"),
    ("fa", "۸ دورهٔ اخیر همگی پایین‌تر از میانگین ۲۶٫۷ واحد هستند و این دوره ۱۵٫۰ واحد است"),
])  # fmt: skip
def test_a_slow_way_down_is_told_where_no_step_is_clear(code: str, said: str) -> None:
    page = shaped(code, [45, 35, 45, 35, 25, 15, 25, 15, 25, 15, 25, 15])
    found = page.measures("nps")
    assert found[0].change is not None
    assert found[0].change.verdict == "unclear"
    told = re.sub("[\u2066-\u2069\u061c\u200e]", "", text(page.trends(found)))
    assert said in told


def test_a_signal_of_another_month_or_of_few_months_is_not_told() -> None:
    for points in ([20] * 6 + [80] + [21, 20] * 3, [20, 20, 21, 20, 60]):
        page = shaped("en", points)
        assert 'class="finding"' not in str(page.trends(page.measures("nps")))
    page = shaped("en", [20, 22] * 6 + [60])
    assert "60.0 points in October 2026 lies outside the range" in text(page.trends(page.measures("nps")))


def shaped(code: str, points: list[int]) -> Any:
    """A page whose NPS was so many points in each of the months before and in October 2026, of 100 answers each."""
    rows = {"recommend": [x for n in points for x in [10] * n + [8] * (100 - n)]}
    months = [2026 * 12 + 10 - len(points) + at for at in range(len(points))]
    when = [datetime(month // 12, month % 12 + 1, 5, tzinfo=UTC) for month in months]
    rows["answered"] = [day for day in when for _ in range(100)]  # type: ignore[assignment]
    facts = {"id": "a", "timezone": "UTC", "calendar": "gregorian"}
    return Report(Job(facts, parse("2026-10"), code, tables={"answers": pa.table(rows)})).page


def test_a_measure_without_a_number_leads_no_report() -> None:
    day = datetime(2026, 10, 5, tzinfo=UTC)
    bought = pa.table({"customer": [*range(60)], "time": [day] * 60, "amount": [2.0] * 60})
    rows = pa.table({"recommend": [9, 3] * 30, "answered": [day] * 60})
    facts = {"id": "a", "timezone": "UTC", "calendar": "gregorian"}
    tables = {"transactions": bought, "answers": rows}
    page = Report(Job(facts, parse("2026-10"), "en", tables=tables)).page
    found = page.measures("repeat_rate", "nps", repeat_rate={"within": "30 days"})
    assert [one.about.name for one in found] == ["nps", "repeat_rate"]
    assert page.executive(found).text.startswith("Net Promoter Score: 0")
    alone = Report(Job(facts, parse("2026-10"), "en", tables={"transactions": bought})).page
    with pytest.raises(cx.CxlabError, match=r"nothing to report for 2026-10.*60 kept; repeat_rate: .*not reached"):
        alone.measures("repeat_rate", repeat_rate={"within": "30 days"})


def test_a_part_that_the_data_do_not_give_says_what_they_lack() -> None:
    page = made().page
    assert page.rests("csat") is None
    assert "there is no column “satisfaction”: Customer Satisfaction Score" in text(page.segments("csat"))


def test_nothing_but_estimates_passes_the_door() -> None:
    r = made()
    assert "<table" in str(r.show(cx.nps(r.answers)))
    with pytest.raises(cx.CxlabError, match="Only estimates"):
        r.show(cx.nps(r.answers).to_pandas())


def test_the_minus_of_rows_left_out_stands_before_their_number_in_persian_too() -> None:
    page = report("niloofar", "last-month", "fa", "", {}).page
    page.measures("nps")
    rows = re.findall(r'<span class="num">(.*?)</span>', str(page.quality()))
    out = [said for said in rows if "\u2212" in said]
    assert out
    assert all(said.startswith("\u200e\u2212") for said in out), "without U+200E a reader sees the minus behind"


@pytest.mark.parametrize(("period", "first", "last", "before"), [
    ("1405-07", "۱ مهر ۱۴۰۵", "۳۰ مهر ۱۴۰۵", "۳۱ شهریور ۱۴۰۵"),
    ("2026-10", "۱ اکتبر ۲۰۲۶", "۳۱ اکتبر ۲۰۲۶", "۳۰ سپتامبر ۲۰۲۶"),
])  # fmt: skip
def test_all_dates_of_a_report_are_of_one_calendar(period: str, first: str, last: str, before: str) -> None:
    made = report("niloofar", "last-month", "fa", "", {})
    page = Report(replace(made.job, period=parse(period))).page
    assert f"{first} تا {last}" in text(page.colophon())
    assert before in page.value().text


@pytest.mark.parametrize("client", ["harbour", "niloofar"])
def test_what_a_customer_is_worth_is_fitted_before_the_period_and_checked_in_it(client: str) -> None:
    code = "fa" if client == "niloofar" else "en"
    made = report(client, "last-month", code, "", {})
    text = made.page.value().text
    first = made.period.start
    rows = made.history.transactions
    model = cx.clv_model(rows, until=(first - timedelta(days=1)).isoformat())
    came = model.holdout()
    words = made.words
    for name in ("expected", "actual"):
        assert words.count(round(float((came["customers"] * came[name]).sum()))) in text
    assert words.value(model[0].estimate, "money", currency=made.page.theme.currency) in text
    assert words.count(model[0].n) in text
    unit = words.currency(made.page.theme.currency or "")
    assert f">{unit}<" in str(made.page.figures()), "a column of units holds no code where the language has a name"


def test_a_part_without_its_table_says_so() -> None:
    made = report("harbour", "last-month", "en", "", {})
    tables = {name: table for name, table in made.job.tables.items() if name != "transactions"}
    part = Report(replace(made.job, tables=tables)).page.value()
    assert part.lacks
    assert "Not measured" in part.text


def with_scores(size: int = 60, **first: int) -> Report:
    """Answers of two months to three questions; `first` are those of the first row."""
    columns = {
        "recommend": [(i * 7) % 11 for i in range(size)],
        "satisfaction": [1 + i % 5 for i in range(size)],
        "effort": [1 + (i * 3) % 7 for i in range(size)],
        "quality": [1 + (i * i) % 5 for i in range(size)],
    }
    columns = {name: [first.get(name, values[0]), *values[1:]] for name, values in columns.items()}
    when = [datetime(2026, 9 + i % 2, 12, tzinfo=UTC) for i in range(1, size + 1)]
    table = pa.table({**columns, "answered": when, "region": ["North", "South", "South"] * (size // 3)})
    client = {"id": "acme", "name": "Acme", "timezone": "UTC", "calendar": "gregorian", "segments": ["region"]}
    return Report(Job(client, parse("2026-10"), "en", tables={"answers": table}))


def test_a_value_that_cannot_be_true_ends_a_report_and_is_not_called_no_parts_or_no_drivers() -> None:
    asked = ("satisfaction", "effort", "quality")
    page = with_scores().page
    assert str(page.drivers(*asked)) != str(page.words_of("page.no_drivers"))
    with pytest.raises(AnswerError, match="satisfaction"):
        with_scores(satisfaction=9).page.drivers(*asked)
    with pytest.raises(AnswerError, match="recommend"):
        deeper.changed(with_scores(recommend=12).page, "nps", "region")


def test_what_cannot_be_split_or_weighed_is_said_in_its_place() -> None:
    page = with_scores(size=6).page
    assert str(page.drivers("satisfaction", "effort", "quality")) == str(page.words_of("page.no_drivers"))
    opened = [datetime(2026, 9 + i % 2, 12, tzinfo=UTC) for i in range(60)]
    tickets = pa.table({"ticket": range(60), "opened": opened, "status": ["solved"] * 60, "region": ["North"] * 60})
    found = deeper.changed(
        Report(replace(page.report.job, tables={"tickets": tickets})).page, "request_volume", "region"
    )
    assert "the change is not split into parts" in text(found)


def test_notes_on_methods_speak_of_what_was_used_alone() -> None:
    page = made().page
    page.measures("nps")
    assert page.words.message("page.method_score") in unescape(str(page.definitions()))
    compare = page.words.message("page.method_compare", level="95%")
    assert compare not in unescape(str(page.definitions())), "nothing has been compared yet"
    page.segments("nps")
    assert compare in unescape(str(page.definitions()))
    bare = made().page
    assert bare.words.message("page.method_score") not in unescape(str(bare.definitions()))


def test_drivers_are_told_beside_their_figure_and_in_its_title() -> None:
    page = report("harbour", "2026-10", "en", options={"ces": {"easy": "high"}}).page
    said = unescape(text(page.section("drivers", page.drivers("satisfaction", "effort", "quality"))))
    assert "Figure 1. Share of what the drivers explain: from" in said, "the title is the finding, not the question"
    assert "the mean answer on a scale from 0 to 100" in said
    assert "Customer Satisfaction Score" not in said, "a mean answer to another question is not that score"
    assert said.count("an association, not a cause") == 2
    assert re.search(r"Together they explain \d+% of the variation of Satisfaction", said)


def test_the_ledger_accounts_for_every_base_of_the_first_page() -> None:
    page = report("harbour", "2026-10", "en", options={"ces": {"easy": "high"}}).page
    measures = page.measures("nps", "csat", "ces")
    counts = {(one.kind, one.column): one.count for one in page.report.answers.ledger}
    used = counts["kept", None]
    for measure, column in zip(measures, ("recommend", "satisfaction", "effort"), strict=True):
        assert used - counts["missing", column] == measure.current.n


def test_a_column_left_out_is_not_counted_as_a_row() -> None:
    rows = {"recommend": [9, 3, 10] * 9, "e-mail address": ["a@example.org"] * 27}
    job = Job({"id": "a", "timezone": "UTC", "calendar": "gregorian"}, parse("2026"), "en",
              tables={"answers": pa.table(rows)})  # fmt: skip
    page = Report(job).page
    page.measures("nps")
    ledger = str(page.quality())
    assert re.search(
        r'Personal fields left out</td><td>[^/]*e-mail address</bdi></td><td><span class="num">1 column</', ledger
    )


def two_months(before: dict[Any, int], now: dict[Any, int], code: str = "en") -> Report:
    """Answers of September and October, so many from each region."""
    rows = [
        (region, (i * 7) % 11, datetime(2026, month, 12, tzinfo=UTC))
        for month, sizes in ((9, before), (10, now))
        for region, size in sizes.items()
        for i in range(size)
    ]
    columns = ("region", "recommend", "answered")
    table = pa.table({name: [row[i] for row in rows] for i, name in enumerate(columns)})
    client = {"id": "acme", "name": "Acme", "timezone": "UTC", "calendar": "gregorian", "segments": ["region"]}
    return Report(Job(client, parse("2026-10"), code, tables={"answers": table}))


def test_a_waterfall_tells_no_segment_that_is_small_in_one_of_its_two_periods() -> None:
    before = {"North": 60, "South": 60, "Isle": 3, "Reef": 60, None: 40}
    page = two_months(before, {"North": 60, "South": 60, "Reef": 40, None: 4}).page
    said = deeper.changed(page, "nps", "region").text
    assert "North" in said
    assert "others" in said
    # Three people of September are as few as four of October; and Reef would give them away.
    assert not any(name in said for name in ("Isle", "Reef", "not stated"))


def test_a_waterfall_tells_no_hidden_segment_in_another_spelling() -> None:
    before = {"North": 40, "North ": 20, "South": 60, "Isle": 2, "Isle ": 1, "Reef": 60}
    page = two_months(before, {"North": 60, "South": 60, "Reef": 40}).page
    said = deeper.changed(page, "nps", "region").text
    names = re.findall(r"; (\S+) [−+0-9.]+ \(", said)
    assert names == ["Reef", "South", "others"], "Isle is hidden, and North would give it away"


def test_segments_that_are_numbers_can_be_hidden_in_a_waterfall() -> None:
    page = two_months({1: 50, 2: 60, 3: 3, 4: 60}, {1: 50, 2: 60, 4: 60}).page
    said = deeper.changed(page, "nps", "region").text
    assert re.search(r"; 2 [^;]+; 4 [^;]+; others [^;]+; October", said), said


@pytest.mark.parametrize("before", [{}, {"North": 4}])
def test_a_client_without_a_period_before_has_a_report_of_segments_all_the_same(before: dict[Any, int]) -> None:
    page = two_months(before, {"North": 60, "South": 60}).page
    part = page.change("nps", "region")
    assert page.words.message("page.no_previous") in text(part) + " ".join(page.left_out)
    assert "waterfall" not in str(part)


@pytest.mark.parametrize(
    ("before", "said"),
    [({}, "This is the first measurement."), ({7: 60}, "Nothing can be said"), ({7: 60, 9: 4}, "Nothing can be said")],
)
def test_a_month_without_data_before_this_one_makes_it_no_first_measurement(before: dict[int, int], said: str) -> None:
    sizes = {**before, 10: 60}
    when = [datetime(2026, month, 12, tzinfo=UTC) for month, size in sizes.items() for _ in range(size)]
    table = pa.table({"recommend": [(i * 7) % 11 for i in range(len(when))], "answered": when})
    client = {"id": "acme", "timezone": "UTC", "calendar": "gregorian"}
    page = Report(Job(client, parse("2026-10"), "en", tables={"answers": table})).page
    first = text(page.executive(page.measures("nps")))
    assert said in first
    assert ("first measurement" in first) == (not before)
    assert "The period before gives nothing to compare with." in first


@pytest.mark.parametrize(("key", "before"), [("2026-10-05/2026-10-19", "2026-09-21/2026-10-05"),
                                             ("2026-10-05", "2026-10-04")])  # fmt: skip
def test_days_and_ranges_of_days_are_compared_with_as_many_days_before(key: str, before: str) -> None:
    when = [datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=20 * i) for i in range(11_000)]
    columns = {"recommend": [(i * 7) % 11 for i in range(len(when))], "region": ["N", "S"] * (len(when) // 2)}
    table = pa.table({**columns, "answered": when})
    client = {"id": "acme", "timezone": "America/Santiago", "calendar": "gregorian", "segments": ["region"]}
    page = Report(Job(client, parse(key), "en", tables={"answers": table})).page
    (measure,) = page.measures("nps")
    assert measure.change is not None
    times = measure.change.versus, measure.history[-1].segment["period"]
    assert times == (before, key)
    hours = [(period.end - period.start).days * 72 for period in (parse(key), parse(before))]
    assert (measure.change.n, measure.change.n_versus) == tuple(hours)
    assert measure.change.difference == pytest.approx((measure.current.estimate or 0) - (measure.history[-2].estimate))
    assert "out of 2 comparisons" in text(page.moves("nps"))
    assert not page.change("nps", "region").lacks


def test_a_column_of_very_many_segments_is_drawn_with_its_largest_and_the_drawings_stand_on_a_page() -> None:
    sizes = {f"Branch {at:02d}": 20 + at for at in range(45)}
    page = two_months(sizes, sizes).page
    page.segments("nps")
    spread, parts = page.spread("recommend"), page.change("nps", "region")
    assert "19 segments with smaller bases are not drawn." in text(spread)
    assert ("Branch 19" in text(spread.text), "Branch 18" in text(spread.text)) == (True, False)
    drawn = deeper.changed(page, "nps", "region").text
    assert re.search(r"Branch 44 [^;]+; others", drawn)
    assert "Branch 18" not in drawn
    for part in (spread, parts):
        high = [int(one) for one in re.findall(r'<img[^>]* height="(\d+)"', str(part))]
        wide = [int(one) for one in re.findall(r'<img[^>]* width="(\d+)"', str(part))]
        assert max(h / w for h, w in zip(high, wide, strict=True)) * 86 < 215, "of a page of 243 millimetres"


def of_days(days: list[datetime], code: str = "en") -> Report:
    """One answer at each of these instants."""
    table = pa.table({"recommend": [(i * 7) % 11 for i in range(len(days))], "answered": days})
    facts = {"id": "a", "timezone": "UTC", "calendar": "gregorian"}
    return Report(Job(facts, parse("2026-10"), code, tables={"answers": table}))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "Answers: the data end on 13 October 2026, 18 days before the period does."),
        ("vi", "Câu trả lời: dữ liệu dừng ở ngày 13 tháng 10 năm 2026, 18 ngày trước khi kỳ kết thúc."),
        ("fa", "پاسخ‌ها: داده‌ها در ۱۳ اکتبر ۲۰۲۶ تمام می‌شود، ۱۸ روز پیش از پایان دوره."),
    ],
)
def test_data_that_end_in_the_middle_of_the_period_are_told_on_the_first_page(code: str, said: str) -> None:
    every = [datetime(2026, 8, 1, tzinfo=UTC) + timedelta(hours=5 * i) for i in range(440)]
    r = of_days([when for when in every if when < datetime(2026, 10, 14, tzinfo=UTC)], code)
    first = text(r.page.executive(r.page.measures("nps")))
    assert said in re.sub("[\u2066-\u2069]", "", first)
    assert [re.sub("[\u2066-\u2069]", "", one) for one in r.warnings] == [said]
    assert said in re.sub("[\u2066-\u2069]", "", text(r.page.quality()))


def test_data_that_end_where_they_always_do_are_not_called_short() -> None:
    every = [datetime(2026, 8, 1, tzinfo=UTC) + timedelta(hours=5 * i) for i in range(442)]
    habits = {
        "all days": every,
        "no weekends": [when for when in every if when.weekday() < 5],
        "the first week of each month": [when for when in every if when.day < 8],
    }
    for name, days in habits.items():
        r = of_days(days)
        r.page.executive(r.page.measures("nps"))
        assert r.warnings == [], name


def test_a_period_of_too_few_is_not_blamed_on_the_columns() -> None:
    page = two_months({"North": 60}, {"North": 4}).page
    with pytest.raises(cx.CxlabError, match=r"4 kept; nps: suppressed: n < 10. Take a longer or an earlier period"):
        page.measures("nps")


@pytest.mark.parametrize("code", ["en", "fa"])
def test_what_cannot_be_measured_at_all_is_told_to_who_wrote_the_plan(code: str) -> None:
    page = two_months({}, {"North": 60}, code).page
    why = (
        "'csat': No column 'satisfaction'.*; 'first_response_time': This client has no table 'tickets'. Map the columns"
    )
    with pytest.raises(cx.CxlabError, match=why):
        page.measures("csat", "first_response_time")


def test_a_month_of_few_is_not_called_outside_what_is_usual() -> None:
    months = [2026 * 12 + 9 - back for back in range(12, 0, -1)]
    rows = [(10 if i < 20 + month % 2 else 8, month) for month in months for i in range(100)]
    rows += [(score, 2026 * 12 + 9) for score in [10] * 6 + [8] * 3 + [0]]
    when = [datetime(month // 12, month % 12 + 1, 5, tzinfo=UTC) for _, month in rows]
    facts = {"id": "a", "timezone": "UTC", "calendar": "gregorian"}
    table = pa.table({"recommend": [score for score, _ in rows], "answered": when})
    page = Report(Job(facts, parse("2026-10"), "en", tables={"answers": table})).page
    (measure,) = page.measures("nps")
    assert measure.history is not None
    chart = control_chart(measure.history)
    assert "outside" in chart.signals[-1]
    assert (measure.current.low or 0) < chart.centre[-1] < (measure.current.high or 0)
    assert "lies outside" not in text(page.trends([measure]))


@pytest.mark.parametrize("related", [False, True])
def test_answers_that_explain_nothing_have_no_shares_of_it(related: bool) -> None:
    draw = np.random.default_rng(5)
    scores = {name: draw.integers(1, 6, 400) for name in ("effort", "quality", "satisfaction")}
    if related:
        scores["satisfaction"] = np.clip(scores["quality"] + draw.integers(-1, 2, 400), 1, 5)
    table = pa.table({name: pa.array(given) for name, given in scores.items()})
    facts = {"id": "a", "timezone": "UTC", "calendar": "gregorian"}
    page = Report(Job(facts, parse("2026-10"), "en", tables={"answers": table})).page
    part = page.drivers("satisfaction", "effort", "quality")
    assert ("explain no more of its variation than chance would" in text(part)) is not related
    assert ("Share of what the drivers explain" in text(part)) is related
