"""The explorer: what there is to choose from, the code of a choice, and that the code gives what is shown."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import nbformat.v4 as nb
import pytest

import cxlab as cx
from cxlab.errors import ColumnError, DefinitionError, ReportError
from cxlab.report.meta import Meta
from cxlab.report.render import html
from cxlab.rows.read import Rows
from cxlab.show.choice import EACH, Choice, months, offer, segments
from cxlab.show.explorer import Explorer


def rows(table: str = "answers", client: str = "harbour", zone: str = "Europe/London", **said: Any) -> Rows:
    return cx.read(cx.sample(client, table), timezone=zone, **said)


@pytest.fixture(scope="module")
def answers() -> Rows:
    return rows(scale={"satisfaction": (1, 5)})


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (Choice("nps"), "cx.nps(rows)"),
        (Choice("nps", "region"), 'cx.nps(rows, by="region")'),
        (Choice("nps", "region", "2026-10", 0.9), 'cx.nps(rows, by="region", period="2026-10", level=0.9)'),
        (Choice("nps", None, EACH), 'cx.nps(rows, by=cx.period("answered", "month"))'),
        (
            Choice("ces", "region", EACH, 0.99, "jalali", {"easy": "high", "scale": (1, 7)}),
            'cx.ces(rows, easy="high", scale=(1, 7), by=["region", cx.period("answered", "month", calendar="jalali")], '
            "level=0.99)",
        ),
    ],
)
def test_the_code_of_a_choice_gives_its_estimates(answers: Rows, choice: Choice, code: str) -> None:
    assert choice.code() == code
    assert eval(code, {"cx": cx, "rows": answers}) == choice.estimates(answers)  # noqa: S307 - the code under test


def test_a_column_of_any_name_is_written_as_python_reads_it() -> None:
    for name in ('the "best" one', "it's", "a\\b", "خیابان", "a\nb"):
        code = Choice("nps", name).code()
        assert eval(code.partition("by=")[2].removesuffix(")")) == name  # noqa: S307 - the code under test


def test_what_the_table_has_is_offered_and_what_lacks_a_definition_says_so(answers: Rows) -> None:
    found = offer(answers, {})
    assert found.metrics[0] == "nps"
    assert {"nps", "csat", "response_rate"} <= set(found.metrics)
    assert "rating" not in found.metrics  # no column "rating"
    assert any(reason.startswith("ces needs the direction") for reason in found.left_out.values())
    assert "ces" in offer(rows(scale={"effort": (1, 7)}), {"ces": {"easy": "high"}}).metrics


def test_columns_of_few_words_are_segments(answers: Rows) -> None:
    assert segments(answers) == ("region", "product", "channel")


def test_each_table_is_known_by_its_roles() -> None:
    assert "service_level" in offer(rows("totals"), {}).metrics
    assert "first_response_time" not in offer(rows("complaints"), {}).metrics
    assert offer(rows("orders"), {}).metrics == ("on_time_rate",)
    people = offer(rows("people"), {})
    assert people.per_period == {"employee_turnover"}  # a rate of one period and of nothing else


def test_months_are_those_of_the_calendar_the_last_first(answers: Rows) -> None:
    keys = [one.key for one in months(answers, Choice("nps").about)]
    assert keys[:2] == ["2026-11", "2026-10"]
    persian = rows(client="niloofar", zone="Asia/Tehran")
    assert months(persian, Choice("nps").about, "jalali")[0].key == "1405-08"


def test_a_table_without_a_metric_and_an_unknown_option_are_errors(answers: Rows) -> None:
    with pytest.raises(ColumnError, match="no metric to explore"):
        cx.explore(cx.read(cx.sample("harbour").select(["region"])))
    with pytest.raises(DefinitionError, match="no metric 'npss'"):
        cx.explore(answers, npss={})


def test_choosing_changes_sentence_picture_and_code(answers: Rows) -> None:
    explorer = cx.explore(answers)
    assert explorer.code == "cx.nps(rows)"
    explorer.choose(segment="region", period="2026-10")
    assert explorer.estimates == cx.nps(answers, by="region", period="2026-10")
    assert "Wales" in explorer._said.value
    assert explorer._seen.value.count("<table") == explorer._seen.value.count("<figure") == 1
    assert explorer._code.value == 'cx.nps(rows, by="region", period="2026-10")'
    explorer.choose(period=EACH)
    assert "November 2026" in explorer._said.value
    assert "October 2024" not in explorer._said.value  # the last period is said, the history is drawn
    explorer.choose(metric="csat")
    assert explorer.choice.period == EACH
    assert "satisfaction" in explorer._said.value


def test_a_rate_of_one_period_begins_with_the_last_one() -> None:
    explorer = cx.explore(rows("people"))
    assert explorer.code.startswith('cx.employee_turnover(rows, period="2026-')
    assert explorer.estimates is not None


def test_what_cannot_be_answered_is_said_and_leaves_no_old_figure(answers: Rows) -> None:
    explorer = cx.explore(answers).choose(segment="region")
    explorer.rows = rows().filter(region="Atlantis")
    explorer.choose(segment="product")
    assert explorer.estimates is None or not len(explorer.estimates)
    assert "<figure" not in explorer._seen.value


@pytest.mark.parametrize(("code", "measure", "each"), [("vi", "Chỉ số", "từng tháng"), ("fa", "شاخص", "هر ماه")])
def test_labels_are_in_the_language(answers: Rows, code: str, measure: str, each: str) -> None:
    explorer = cx.explore(answers, code)
    assert explorer._metric.description == measure
    assert each in dict(explorer._period.options)
    assert f'lang="{code}"' in explorer._said.value


def notebook(explorer: Explorer) -> Any:
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == "cx.nps(rows)"
    output = nb.new_output("execute_result", data=bundle, execution_count=1)
    return nb.new_notebook(
        cells=[nb.new_markdown_cell("# T"), nb.new_code_cell("x", execution_count=1, outputs=[output])]
    )


def test_an_explorer_is_a_box_in_an_export_by_hand_and_an_error_in_a_batch(answers: Rows) -> None:
    book = notebook(cx.explore(answers))
    page = html(book, Meta(), strict=False)
    assert "An interactive figure stood here; it is left out of the report" in page
    assert "cx.nps(rows)" not in page
    with pytest.raises(ReportError, match="widget-view"):
        html(book, Meta())


@pytest.mark.parametrize(("code", "direction", "copied"), [("en", "ltr", "Copied"), ("fa", "rtl", "رونوشت شد")])
def test_the_page_gives_the_choices_their_direction_and_the_button_its_work(
    answers: Rows, code: str, direction: str, copied: str
) -> None:
    script = cx.explore(answers, code).widget.children[-1].outputs[0]["data"]["application/javascript"]
    assert f'.dir = "{direction}"' in script
    assert json.dumps(copied) in script
    assert "clipboard.writeText(code.value)" in script


PASTED = [
    ("answers", "en", "gregorian", {}, {}),
    ("answers", "en", "gregorian", {}, {"segment": "region", "period": "2026-10", "level": 0.9}),
    ("answers", "en", "gregorian", {}, {"metric": "csat", "segment": "product", "period": EACH}),
    ("answers", "fa", "jalali", {}, {"metric": "nps", "segment": "region", "period": EACH, "level": 0.99}),
    ("answers", "vi", "gregorian", {"ces": {"easy": "high", "scale": (1, 7)}}, {"metric": "ces", "period": EACH}),
    ("people", "en", "gregorian", {}, {}),
    (
        "tickets", "en", "gregorian",
        {"open_cases": {"as_of": datetime(2026, 11, 1, 9, 30, tzinfo=UTC)}}, {"metric": "open_cases"},
    ),
    (
        "tickets", "en", "gregorian",
        {"resolution_time": {"statistic": "mean", "clock": cx.calendar(
            {"mon": "09:00-12:00,13:00-17:00", "sat": "00:00-24:00"}, ["2026-10-05"], "Europe/London")}},
        {"metric": "resolution_time", "period": "2026-10"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("table", "language", "calendar", "options", "chosen"), PASTED)
def test_the_copied_code_runs_and_gives_the_same_figure_and_table(
    table: str, language: str, calendar: str, options: dict[str, Any], chosen: dict[str, Any]
) -> None:
    kept = rows(table, scale={"satisfaction": (1, 5)}) if table == "answers" else rows(table)
    explorer = cx.explore(kept, language, calendar=calendar, name="kept", **options).choose(**chosen)
    answer = eval(explorer._code.value, {"cx": cx, "kept": kept})  # noqa: S307 - the code under test
    assert answer == explorer.estimates
    assert answer.plot(locale=language).html() in explorer._seen.value
    body = answer.table(locale=language).html().partition("<table")[2].partition("</table>")[0]
    assert body in explorer._seen.value


def test_the_finding_is_said_once_over_the_figure(answers: Rows) -> None:
    explorer = cx.explore(answers).choose(segment="region")
    assert explorer.estimates is not None
    title = explorer.estimates.plot().title
    heads = re.findall("<h3>(.*?)</h3>", explorer._seen.value)
    assert heads == [title, "The same in numbers"]
    assert cx.explore(answers, "fa")._seen.value.count("<h3>همین نتیجه به عدد</h3>") == 1


def test_what_is_left_out_says_in_code_how_to_give_it() -> None:
    plain = rows()
    lines = {name: cx.explore(plain)._left_out(name) for name in offer(plain, {}).left_out}
    assert unescape(lines["csat"]).endswith(
        'Give it so: <code dir="ltr">cx.explore(rows, csat={"scale": (1, 5)})</code></p>'
    )
    assert unescape(lines["ces"]).endswith('<code dir="ltr">cx.explore(rows, ces={"easy": "high"})</code></p>')
    given = {"csat": {"scale": (1, 5)}, "ces": {"scale": (1, 7)}}
    more = cx.explore(plain, "fa", calendar="jalali", name="plain", currency="IRR", **given)
    code = unescape(more._left_out("ces")).partition('<code dir="ltr">')[2].partition("</code>")[0]
    again = eval(code, {"cx": cx, "plain": plain})  # noqa: S307 - the code under test
    assert again.choose(metric="ces").code == 'cx.ces(plain, scale=(1, 7), easy="high")'
    assert (again.theme.words.code, again.theme.currency, again._calendar) == ("fa", "IRR", "jalali")
    assert not again._offer.left_out
