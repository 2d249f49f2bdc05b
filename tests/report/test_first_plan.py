"""A first plan: roles by name, doubts in comments and on the screen, checked as it stands, and nothing overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cxlab import cli
from cxlab.errors import PlanError
from cxlab.report import first_plan, plan
from cxlab.rows.read import read

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
REGIONS = ("South", "North")
ROWS = [f"{i},{i % 11},{1 + i % 5},2026-10-{1 + i % 28:02d},{REGIONS[i % 2]},1,a@b.com" for i in range(40)]
HEADER = "RESPNUM,NETPRO,CSAT,EndDate,Region,WEIGHT,E-mail"
ANSWERS = "\n".join([HEADER, *ROWS, "40,11,3,2026-10-05,North,1,a@b.com", ""])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a file of answers in it."""
    monkeypatch.chdir(tmp_path)
    Path("acme survey.csv").write_text(ANSWERS, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        cli.main(list(arguments))
    return int(str(stop.value.code))


def test_roles_segments_and_period_are_guessed_and_the_plan_passes_its_check(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("init", "acme survey.csv") == 0
    said = capsys.readouterr().out
    assert "acme-survey.yaml is written" in said
    assert "to decide: scale of satisfaction: answers from 1 to 5 were seen" in said
    assert "recommend: 1 rows are off its scale or hold a code, first row 41: '11'" in said
    made = plan.load(here / "acme-survey.yaml").plan
    (client,) = made.clients
    assert client.id == "acme-survey"
    assert client.segments == ["Region"]
    assert "not used" not in (here / "acme-survey.yaml").read_text(encoding="utf-8")
    assert made.periods == ["2026-10"]
    assert client.answers is not None
    assert client.answers.columns == {
        "answer": "RESPNUM", "answered": "EndDate", "recommend": "NETPRO", "satisfaction": "CSAT"
    }  # fmt: skip
    assert client.answers.weight == "WEIGHT"
    text = (here / "acme-survey.yaml").read_text(encoding="utf-8")
    assert "# scale: {satisfaction: [1, 5]}" in text
    assert "# missing: {recommend: [11]}" in text
    assert "a@b.com" not in text
    assert run("check", "acme-survey.yaml") == 0


def test_answers_without_a_score_and_doubtful_rows_are_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"2026-10-{1 + i % 28:02d},{REGIONS[i % 2]},{i % 9}" for i in range(60)]
    Path("open.csv").write_text("\n".join(["Date Submitted,Region,Years", *rows, rows[0], ""]), encoding="utf-8")
    assert run("init", "open.csv") == 0
    said = capsys.readouterr().out
    assert "columns: no name fits 'recommend', 'satisfaction', 'effort' or 'quality'; name them, such as" in said
    text = Path("open.yaml").read_text(encoding="utf-8")
    assert "# warning: duplicate rows without an id, 1 rows" in text
    assert "nan" not in text


def test_nothing_is_overwritten(here: Path) -> None:
    Path("acme-survey.yaml").write_text("mine", encoding="utf-8")
    assert run("init", "acme survey.csv") == 2
    assert (here / "acme-survey.yaml").read_text(encoding="utf-8") == "mine"
    assert run("init", "acme survey.csv", "-o", "plans/other.yaml") == 0
    assert run("init", "plans/other.yaml") == 2
    assert run("check", "plans/other.yaml") == 0


def test_a_plan_that_appears_while_the_data_are_read_is_kept(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*given: Any, **named: Any) -> Any:
        (here / "acme-survey.yaml").write_text("theirs", encoding="utf-8")
        return read(*given, **named)

    monkeypatch.setattr(first_plan, "read", late)
    with pytest.raises(PlanError, match="is there already"):
        first_plan.write(Path("acme survey.csv"), NOW)
    assert (here / "acme-survey.yaml").read_text(encoding="utf-8") == "theirs"


def test_what_lies_in_the_future_is_told_by_the_instant_that_was_given(here: Path) -> None:
    told = {
        days: first_plan.write(Path("acme survey.csv"), NOW - timedelta(days=days), Path(f"{days}.yaml"))
        for days in (0, 25)
    }
    assert "in the future" not in told[0].path.read_text(encoding="utf-8")
    assert "in the future" in told[25].path.read_text(encoding="utf-8")


def test_a_plan_to_fill_in_says_what_is_lacking(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("init", "new.yaml") == 0
    assert run("check", "new.yaml") == 2
    assert "'data/acme.csv'" in capsys.readouterr().err
    assert run("init", "new.yaml", "-o", "named.yaml") == 0
    assert "cxlab check named.yaml" in Path("named.yaml").read_text(encoding="utf-8")
    assert run("init", "not a plan.yaml") == 2


@pytest.mark.parametrize(
    ("header", "table", "notebook"),
    [
        ("Id,Created at,Solved at,Status", "tickets", "support_operations"),
        ("call_id,start_time,disposition,talk_time", "calls", "support_operations"),
        ("customer_id,signup date,churn date", "customers", "retention_value"),
        ("customer,time,amount", "transactions", "retention_value"),
        ("order_id,order date,promised date", "orders", "retention_value"),
        ("complaint_id,opened,kind", "complaints", "executive_monthly"),
        ("employee_id,start,end,voluntary", "people", "executive_monthly"),
        ("Khách hàng,Mức độ hài lòng,Nhận xét", "answers", "client_survey"),
        ("a,b", "answers", "client_survey"),
    ],
)
def test_other_tables(here: Path, header: str, table: str, notebook: str) -> None:
    Path("rows.csv").write_text(header + "\n" + ",".join(["2026-10-05"] * len(header.split(","))) + "\n", "utf-8")
    written = first_plan.write(Path("rows.csv"), NOW)
    made = plan.load(written.path).plan
    assert made.notebook == notebook
    assert list(made.clients[0].tables()) == [table]
    assert run("check", str(written.path)) == 0


def test_hostile_headers_stay_text(here: Path) -> None:
    header = '"x: [1, 2]","# y","a ""quoted"" {b}","line\nend",NPS'
    Path("odd.csv").write_text(header + "\n" + "1,2,u,v,9\n2,3,v,u,3\n" * 2, encoding="utf-8")
    made = plan.load(first_plan.write(Path("odd.csv"), NOW).path).plan
    assert made.clients[0].answers is not None
    assert made.clients[0].answers.columns == {"recommend": "NPS"}
    assert 'a "quoted" {b}' in made.clients[0].segments
    # A finding about such a column is a comment of one line.
    Path("spelt.csv").write_text('NPS,"x\nclients: []"\n' + "9,North\n3,north\n" * 9, encoding="utf-8")
    made = plan.load(first_plan.write(Path("spelt.csv"), NOW).path).plan
    assert made.clients[0].segments == ["x\nclients: []"]
    assert "spellings of one value of x clients: []" in Path("spelt.yaml").read_text(encoding="utf-8")


def test_texts_that_say_more_than_a_name_make_no_segments(here: Path) -> None:
    rows = [
        f"https://x.example/{i % 3},said {i},[],{i % 2},{REGIONS[i % 2]},{10 + i},a{i % 2}@b.com" for i in range(40)
    ]
    head = "url,description,followup_ids,group_id,via_channel,requester_id,via_source_to"
    made = [f"{i},2026-10-05 10:00,{row}" for i, row in enumerate(rows)]
    Path("tickets.csv").write_text("\n".join([f"ticket_id,created_at,{head}", *made, ""]), encoding="utf-8")
    (client,) = plan.load(first_plan.write(Path("tickets.csv"), NOW).path).plan.clients
    assert client.segments == ["via_channel"]
    assert client.tickets is not None
    assert client.tickets.columns["customer"] == "requester_id"


def test_real_files(here: Path, shared: Callable[[str], Path]) -> None:
    source = shared("data/sfo_airport_survey/2017_SFO_Customer_Survey_20250817.csv")
    made = plan.load(first_plan.write(source, NOW, Path("sfo.yaml")).path).plan
    assert made.clients[0].answers is not None
    assert made.clients[0].answers.columns["recommend"] == "NETPRO"
    assert "# missing: {recommend: [11]}" in Path("sfo.yaml").read_text(encoding="utf-8")
    assert run("check", "sfo.yaml") == 0


def test_an_unknown_table_is_refused(here: Path) -> None:
    with pytest.raises(PlanError, match="tickets"):
        first_plan.write(Path("acme survey.csv"), NOW, table="ticket")
