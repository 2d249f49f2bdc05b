"""Vendors' exports are known by their header, and a near miss says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxlab.errors import ReadError
from cxlab.rows.exports import KNOWN, recognise
from cxlab.rows.files import load
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded

IDS = ("startDate", "endDate", "status", "ip", "progress", "finished", "recordedDate", "_recordId", "mail", "QID1")
ZONED = ',""timeZone"":""America/Denver""'
QUALTRICS = (
    "StartDate,EndDate,Status,IPAddress,Progress,Finished,RecordedDate,ResponseId,RecipientEmail,NPS\n"
    "Start Date,End Date,Response Type,IP Address,Progress,Finished,Recorded Date,Response ID,Email,"
    '"How likely\nare you"\n'
    + ",".join(f'"{{""ImportId"":""{name}""{ZONED if name.endswith("Date") else ""}}}"' for name in IDS)
    + "\n"
)


def read(path: Path, content: str, ledger: Ledger | None = None, **options: str) -> Loaded:
    path.write_text(content, encoding="utf-8")
    return load(path, ledger=ledger or Ledger(), **options)  # type: ignore[arg-type]


def test_qualtrics(tmp_path: Path) -> None:
    body = (
        "2026-10-01 08:00:00,2026-10-01 08:05:00,IP Address,1.2.3.4,100,True,2026-10-01 08:05:01,R_1,a@b.c,9\n"
        "2026-10-01 08:00:00,2026-10-01 08:05:00,0,1.2.3.4,50,False,2026-10-01 08:05:01,R_2,a@b.c,\n"
        "2026-10-01 08:00:00,2026-10-01 08:05:00,Survey Preview,,100,True,2026-10-01 08:05:01,R_3,,10\n"
        "2026-10-01 08:00:00,2026-10-01 08:05:00,8,,100,True,2026-10-01 08:05:01,R_4,,10\n"
    )
    ledger = Ledger()
    loaded = read(tmp_path / "q.csv", QUALTRICS + body, ledger)
    assert loaded.relation.project('"ResponseId", "NPS"').fetchall() == [("R_1", "9"), ("R_2", None)]
    assert loaded.facts["timezone"] == "America/Denver"
    assert loaded.facts["roles"] == {"answer": "ResponseId", "answered": "RecordedDate"}
    assert loaded.facts["personal"] == ("IPAddress", "RecipientEmail")
    assert {(e.kind, e.detail): e.count for e in ledger if e.kind in ("dropped", "partial")} == {
        ("dropped", "preview"): 1, ("dropped", "spam"): 1, ("partial", "kept"): 1,
    }  # fmt: skip
    assert ledger.adds_up()
    assert ledger.facts["export"] == "qualtrics"


@pytest.mark.parametrize("names", [("ResponseID", "ResponseID"), ("ResponseId", "Response ID")])
def test_qualtrics_without_its_row_of_json(tmp_path: Path, names: tuple[str, str]) -> None:
    """The row of questions had been a respondent, and a segment of its own."""
    header = f"{names[0]},StartDate,EndDate,Finished,Status,Q1\n{names[1]},Start Date,End Date,Finished,Status,Why?\n"
    ledger = Ledger()
    content = header + "R_1,2014-01-05 10:00:00,2014-01-05 10:10:00,1,0,9\n"
    loaded = read(tmp_path / "q.csv", content, ledger)
    assert loaded.relation.project("Q1").fetchall() == [("9",)]
    assert (ledger.counts["read"], ledger.facts["export"]) == (1, "qualtrics")
    assert loaded.facts["roles"] == {"answer": names[0], "answered": "EndDate"}
    assert "timezone" not in loaded.facts


def test_surveymonkey(tmp_path: Path) -> None:
    content = (
        "Respondent ID,Collector ID,Start Date,End Date,How likely?,Which? ,,,,Why?\n"
        ",,,,Response,Price,Speed,Other (please specify),Other (please specify),Open-Ended Response\n"
        "1,c,10/01/2026 08:00:00 AM,10/01/2026 08:01:00 AM,9,Price,,Other (please specify),texture,good\n"
    )
    loaded = read(tmp_path / "s.csv", content)
    assert list(loaded.columns)[4:] == [
        "How likely?", "Which? | Price", "Which? | Speed", "Which? | Other (please specify)",
        "Which? | Other (please specify) (text)", "Why?",
    ]  # fmt: skip
    assert loaded.facts["duplicated"] == {}
    assert loaded.relation.fetchall()[0][4:] == ("9", "Price", None, "Other (please specify)", "texture", "good")


def test_zendesk(tmp_path: Path) -> None:
    content = (
        "ID,Requester,Requester email,Assignee,Group,Status,Priority,Via,Created at,Updated at,Solved at,"
        "Satisfaction Score,First reply time (in minutes)\n"
        "7,Ann,a@b.c,Bob,G,Solved,High,Email,2026-10-01 08:00,2026-10-01 09:00,2026-10-01 09:00,Offered,5\n"
    )
    loaded = read(tmp_path / "z.csv", content)
    assert loaded.facts["export"] == "zendesk"
    assert loaded.facts["personal"] == ("Requester", "Requester email")
    roles = loaded.facts["roles"]
    assert (roles["ticket"], roles["opened"], roles["resolved"]) == ("ID", "Created at", "Solved at")
    assert "Offered" in loaded.facts["missing"]["Satisfaction Score"]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("typeform", "#,How likely?,Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags"),
        ("freshdesk", "Ticket ID,Subject,Status,Priority,Source,Agent,Created time,Due by Time,Resolved time,"
                      "Initial response time,First response time (in hrs)"),
        ("limesurvey", "id,submitdate,lastpage,startlanguage,seed,G1Q1"),
        ("genesys", "Interval Start,Offered,Answered,Abandoned,ASA,Service Level %"),
    ],
)  # fmt: skip
def test_exports_with_one_header_row(tmp_path: Path, name: str, header: str) -> None:
    row = ",".join("1" for _ in header.split(","))
    loaded = read(tmp_path / "e.csv", f"{header}\n{row}\n")
    assert loaded.facts["export"] == name
    assert set(loaded.facts["roles"].values()) <= set(loaded.columns)


def test_a_near_miss_lists_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"no zendesk export.*'Assignee' and 'Updated at'"):
        read(tmp_path / "z.csv", "Id,Requester,Status,Priority,Created at\n1,a,b,c,d\n", export="zendesk")
    with pytest.raises(ReadError, match=r"no reader for the export 'zendisk'.*Did you mean 'zendesk'"):
        read(tmp_path / "z.csv", "Id\n1\n", export="zendisk")
    with pytest.raises(ReadError, match="further header rows"):
        read(tmp_path / "q.csv", QUALTRICS.splitlines()[0] + "\n" + ",".join("x" * 10), export="qualtrics")


def test_a_plain_table_is_no_export(tmp_path: Path) -> None:
    loaded = read(tmp_path / "p.csv", "RespondentID,score\n1,9\n")
    assert "export" not in loaded.facts
    assert recognise([["id", "score"]], KNOWN, None, "p.csv") is None
