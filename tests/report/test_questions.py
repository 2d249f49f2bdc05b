"""The questionnaire: every asked metric has its words in three languages, and its call answers on its scale."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

import cxlab as cx
from cxlab import cli
from cxlab.metric import catalogue
from cxlab.metric.facts import LANGUAGES
from cxlab.report.questions import ASKED, questionnaire, wordings


def test_every_language_has_the_same_questions() -> None:
    roles = {one.role for asked in ASKED.values() for one in asked}
    for code in LANGUAGES:
        assert set(wordings(code)) == roles
        for role, words in wordings(code).items():
            assert set(words) == set(wordings("en")[role])
            assert all(words.values())


def test_every_metric_says_where_its_figures_come_from() -> None:
    records = questionnaire()
    assert {record["metric"] for record in records} == set(catalogue())
    of_figures = {record["metric"] for record in records if not (record["asked"] or record["columns"])}
    assert of_figures == {"clv", "retention_profit"}


@pytest.mark.parametrize("name", [name for name in ASKED if catalogue()[name].table == "answers"])
def test_the_call_that_is_printed_answers(name: str) -> None:
    for asked in ASKED[name]:
        if asked.scale is not None:
            low, high = asked.scale
            rows = cx.read(pa.table({asked.role: list(range(low, high + 1))}))
            answer = eval(asked.call, {"cx": cx, "rows": rows})  # noqa: S307  (the text that the command prints)
            assert answer[0].n == high - low + 1


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, code, expected in (
        (["questions", "nps", "--locale", "vi"], 0, "role 'recommend', a scale of 0 to 10"),
        (["questions", "nps", "--locale", "fa"], 0, "۱۰ = بسیار محتمل است"),
        (["questions"], 0, "first_response_time: First response time\n  from records, table 'tickets'"),
    ):
        with pytest.raises(SystemExit) as stop:
            cli.main(arguments)
        assert (stop.value.code, expected in capsys.readouterr().out) == (code, True)
    with pytest.raises(SystemExit):
        cli.main(["questions", "ces", "--json"])
    (record,) = json.loads(capsys.readouterr().out)
    assert record["asked"][0]["scale"] == [1, 7]
    with pytest.raises(SystemExit) as stop:
        cli.main(["questions", "npss"])
    assert stop.value.code == 2
