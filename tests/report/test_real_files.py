"""Report notebooks from real files: each builds, its headline is that of the file, and no section is empty."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import lifelines
import nbformat
import pandas as pd
import pytest

from cxlab.errors import ReportError
from cxlab.report.job import Job, Report
from cxlab.report.places import notebooks_folder
from cxlab.rows.periods import parse

Shared = Callable[[str], Path]


def built(notebook: str, period: str, locale: str, tables: dict[str, Any], options: Any = None, **client: Any) -> Any:
    """The report of a notebook whose cells were run one after the other, and the markup that they showed."""
    facts = {"id": "real", "name": "Real", "timezone": "UTC", "calendar": "gregorian", "segments": []} | client
    r = Report(Job(facts, parse(period), locale, tables=tables, options=options or {}))
    cells = nbformat.read(notebooks_folder() / f"reports/{notebook}.ipynb", 4).cells
    space: dict[str, Any] = {"r": r}
    shown = []
    for cell in cells:
        if {"parameters", "setup"} & set(cell.metadata.get("tags", ())):
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop()
        assert isinstance(last, ast.Expr)
        exec(compile(tree, notebook, "exec"), space)  # noqa: S102 - the notebook under test
        shown.append(str(eval(compile(ast.Expression(last.value), notebook, "eval"), space)))  # noqa: S307
    return space, "".join(shown)


def whole(space: dict[str, Any], markup: str) -> str:
    """The words of a report, after what holds for every one of them was looked at."""
    text = unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", markup))
    assert not re.search(r"\b(nan|None|inf)\b", text)
    sections = re.findall(r'<header class="section-head(?: flow)?">.*?</header>(.{0,40})', markup, re.DOTALL)
    assert sections
    assert all(after.startswith(("<div", "<figure")) for after in sections), "no head without a part under it"
    for reason in space["r"].page.left_out:
        if space["r"].locale != "en":
            assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", reason), reason
    assert space["r"].words.message("report.data_quality") in text
    return text


def figures(space: dict[str, Any]) -> dict[str, Any]:
    """The measures of the first page by name."""
    return {measure.about.name: measure.current for measure in space["measures"]}


def sfo(shared: Shared) -> dict[str, Any]:
    roles = {"recommend": "NETPRO", "satisfaction": "Q7ALL", "effort": "Q14PASSTHRU", "quality": "Q9ALL"}
    roles["weight"] = "WEIGHT"
    missing = {"recommend": [11], "satisfaction": ["Blank", "0"], "effort": ["0", "6"], "quality": ["0", "6"]}
    scale = {role: [1, 5] for role in missing if role != "recommend"}
    path = str(shared("data/sfo_airport_survey/2017_SFO_Customer_Survey_20250817.csv"))
    return {"source": path, "columns": roles, "missing": missing, "scale": scale}


@pytest.mark.parametrize(("notebook", "locale"), [("client_survey", "fa"), ("segment_deep_dive", "vi"),
                                                  ("executive_monthly", "en")])  # fmt: skip
def test_an_airport_asks_its_passengers(shared: Shared, notebook: str, locale: str) -> None:
    names = {"LANG": {"column": "Sprache", "values": {"3": "Chinesisch"}}}
    space, markup = built(notebook, "2017-05", locale, {"answers": sfo(shared)}, {"ces": {"easy": "high"}},
                          segments=["DESTGEO", "LANG"], names=names)  # fmt: skip
    text, found = whole(space, markup), figures(space)
    assert (found["nps"].n, found["nps"].estimate) == (2746, pytest.approx(40.40, abs=0.005))
    assert found["ces"].estimate == pytest.approx(4.33, abs=0.005)
    if notebook != "executive_monthly":
        assert "Sprache" in text
        assert "Chinesisch" in text
    assert space["r"].page.spoken.column("DESTGEO") in text, "a code is said with the name of its column"
    if notebook == "segment_deep_dive":
        assert space["r"].words.message("page.section_drivers") in text


def test_a_city_is_called(shared: Shared) -> None:
    form, path = "%m/%d/%Y %I:%M:%S %p", shared("data/baltimore_311/311_sample.csv")
    roles = {"ticket": "SRRecordID", "opened": "CreatedDate", "resolved": "CloseDate", "channel": "MethodReceived"}
    tickets = {"source": str(path), "columns": roles, "dates": form}
    space, markup = built("support_operations", "2018-11", "vi", {"tickets": tickets}, timezone="America/New_York",
                          segments=["Agency", "MethodReceived"])  # fmt: skip
    text, found = whole(space, markup), figures(space)
    plain = pd.read_csv(path, low_memory=False)
    opened, closed = (pd.to_datetime(plain[one], format=form) for one in ("CreatedDate", "CloseDate"))
    end = pd.Timestamp("2018-12-01")
    old = (opened < end - pd.Timedelta(days=7)) & (closed.isna() | (closed >= end))
    assert found["backlog"].estimate == old.sum()
    assert found["resolution_time"].n == ((opened >= "2018-11-01") & (opened < end)).sum()
    assert "điện thoại" in text, "a channel of the data has its usual name in the language"
    assert "MethodReceived" not in text
    assert "Kênh" in text


def test_a_help_desk_keeps_a_log(shared: Shared) -> None:
    log = pd.read_csv(shared("data/verenich_event_logs/helpdesk.csv"), parse_dates=["CompleteTimestamp"])
    log = log.drop_duplicates().sort_values("CompleteTimestamp", kind="stable")
    times = log.groupby("CaseID").CompleteTimestamp
    second = log[log.groupby("CaseID").cumcount() == 1].set_index("CaseID").CompleteTimestamp
    table = pd.DataFrame({"opened": times.first(), "responded": second, "resolved": times.last()})
    table = table.rename_axis("ticket").reset_index()
    space, markup = built("support_operations", "2012-07", "fa", {"tickets": table_of(table)}, timezone="UTC")
    text, found = whole(space, markup), figures(space)
    mine = table[(table.opened >= "2012-07-01") & (table.opened < "2012-08-01")]
    assert found["first_response_time"].n == len(mine)
    spent = (mine.responded - mine.opened).dt.total_seconds().dropna()
    assert found["first_response_time"].estimate == pytest.approx(spent.sort_values().iloc[-(-len(mine) // 2) - 1])
    assert "service_level" not in found, "tickets have no seconds of waiting"
    assert space["r"].words.message("page.section_channels") not in markup.split("ledger")[0]
    assert "Calls" not in text


def table_of(frame: pd.DataFrame) -> Any:
    """A frame as the table of a job."""
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)


def test_a_bank_is_telephoned_for_a_day(shared: Shared) -> None:
    day = pd.read_csv(shared("data/anonymous_bank_one_day/calls_one_day.csv"))
    day = day[(day.outcome == "AGENT") | ((day.outcome == "HANG") & (day.q_time > 0))]
    calls = pd.DataFrame({
        "started": pd.to_datetime("1999-08-01 " + day.vru_entry), "wait": day.q_time, "talk": day.ser_time,
        "outcome": day.outcome.map({"AGENT": "answered", "HANG": "abandoned"}), "type": day.type,
    })  # fmt: skip
    space, markup = built("support_operations", "1999-08", "en", {"calls": table_of(calls)}, segments=["type"])
    text, found = whole(space, markup), figures(space)
    served = day[day.outcome == "AGENT"]
    assert found["service_level"].estimate == pytest.approx((served.q_time <= 20).sum() / len(day))
    assert found["abandonment_rate"].estimate == pytest.approx((day.outcome == "HANG").mean())
    assert found["speed_of_answer"].estimate == pytest.approx(served.q_time.mean())
    assert found["handle_time"].estimate == pytest.approx(served.ser_time.mean())
    assert "Calls: 2,237 rows were read" in text
    assert "How have the measures moved?" not in markup.split("ledger")[0], "one month has no history"


def test_customers_of_a_telephone_company_leave(shared: Shared) -> None:
    path = shared("data/telco_churn/Telco-Customer-Churn.csv")
    options = {"retention_curve": {"duration": "tenure", "event": "Churn", "at": [12, 24, 60]}}
    space, markup = built("retention_value", "2026-10", "vi", {"customers": {"source": str(path)}}, options,
                          segments=["Contract"])  # fmt: skip
    text, frame = whole(space, markup), pd.read_csv(path)
    fit = lifelines.KaplanMeierFitter().fit(frame.tenure, frame.Churn == "Yes")
    assert figures(space)["retention_curve"].estimate == pytest.approx(fit.predict(60), abs=1e-12)
    assert "Tỷ lệ ở lại tại mốc thời gian gắn bó 60" in text
    assert "Month-to-month thấp hơn phần còn lại" in text
    assert "ngày: " not in text, "months of tenure are not called days"


def test_staff_leave(shared: Shared) -> None:
    path = shared("data/employee_turnover_babushkin/turnover.csv")
    options = {"retention_curve": {"duration": "stag", "event": "event"}}
    space, markup = built("retention_value", "2026-10", "fa", {"customers": {"source": str(path)}}, options,
                          segments=["industry"])  # fmt: skip
    text, frame = whole(space, markup), pd.read_csv(path)
    fit = lifelines.KaplanMeierFitter().fit(frame.stag, frame.event)
    one = figures(space)["retention_curve"]
    assert one.estimate == pytest.approx(fit.predict(one.segment["at"]), abs=1e-12)
    assert (frame.stag >= one.segment["at"]).sum() >= 30, "the headline is not that of a last dozen"
    assert "صنعت" in text
    assert "مشتری" not in markup.split("<h1>")[1].split("ledger")[0], "the rows are members of staff"
    names = {"stag": {"column": "Months of service"}}
    space, markup = built(
        "retention_value", "2026-10", "en", {"customers": {"source": str(path)}}, options, names=names
    )
    assert "<h1>25.5% are still there at months of service 100</h1>" in markup
    assert "At months of service 100, 25.5% are still there (95% interval 21.8 to 29.6; 1,129 cases)." in markup
    assert "ustomer" not in markup.split("<h1>")[1].split("ledger")[0]


def test_buyers_of_records_come_again(shared: Shared) -> None:
    heads = ["full", "customer", "date", "cds", "amount"]
    bought = pd.read_csv(shared("data/cdnow/CDNOW_sample.txt"), sep=r"\s+", header=None, names=heads, dtype=str)
    bought["time"] = pd.to_datetime(bought.date)
    rows = bought[["customer", "time", "amount"]].assign(cds=bought.cds)
    space, markup = built("retention_value", "1997-03", "en", {"transactions": table_of(rows)}, segments=["cds"])
    text = whole(space, markup)
    first = bought.groupby("customer").time.min()
    assert figures(space)["repeat_rate"].n == ((first >= "1997-03-01") & (first < "1997-04-01")).sum()
    total = re.search(r"All\s+(\d+)", text.split("Where do the segments differ?")[-1])
    assert total is not None
    assert int(total[1]) == figures(space)["repeat_rate"].n, "the segments are of the same customers as the headline"
    assert "cds 1 stands below the rest" in text


def test_a_shop_of_one_day_has_nothing_to_report(shared: Shared) -> None:
    roles = {"customer": "CustomerID", "time": "InvoiceDate", "amount": "UnitPrice"}
    day = {"source": str(shared("data/online_retail/2010-12-01.csv")), "columns": roles}
    with pytest.raises(ReportError, match=r"nothing to report for 2010-12.*3108 kept; repeat_rate: .*not reached"):
        built("retention_value", "2010-12", "en", {"transactions": day}, segments=["Country"])


def test_reviews_of_cleansers_and_of_meals(shared: Shared) -> None:
    path = shared("data/vn_cleanser_reviews/labeled_data.csv")
    reviews = {"source": str(path), "columns": {"satisfaction": "Rating"}, "scale": {"satisfaction": [1, 5]}}
    space, markup = built("client_survey", "2026-10", "vi", {"answers": reviews}, segments=["Aspect"])
    text, frame = whole(space, markup), pd.read_csv(path)
    assert figures(space)["csat"].estimate == pytest.approx((frame.Rating >= 4).mean())
    assert re.search(r"Không trình bày \d\d phân khúc", text), "dozens of small segments are one line, not dozens"
    path = shared("data/snappfood_fa/dev.csv")
    meals = {"source": str(path), "delimiter": "\t", "columns": {"satisfaction": "label"},
             "labels": {"satisfaction": {"HAPPY": 1, "SAD": 0}}, "scale": {"satisfaction": [0, 1]}}  # fmt: skip
    space, markup = built("client_survey", "2026-10", "fa", {"answers": meals}, {"csat": {"variant": "good_bad"}})
    assert figures(space)["csat"].estimate == 0.5
    text = whole(space, markup)
    assert "پاسخ‌ها چگونه پراکنده‌اند؟" in text or space["r"].words.message("page.section_spread") in text
