"""One provocation for each error between a notebook's call and a report's page."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

import cxlab as cx
from cxlab.estimate import joined
from cxlab.metric import About
from cxlab.report.job import ENVIRONMENT, Job, Report, report
from cxlab.report.measure import about_of, function_of
from cxlab.rows.periods import parse
from cxlab.show.theme import Theme

PLAIN = {"id": "acme", "timezone": "UTC", "calendar": "gregorian"}


def made(columns: dict[str, list[object]], **facts: object) -> Report:
    return Report(Job(PLAIN | facts, parse("2026-10"), "en", tables={"answers": pa.table(columns)}))


def _another_client() -> object:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder, "job.json")
        span = {"key": "2026-10", "start": "2026-10-01", "end": "2026-11-01", "every": "month", "calendar": "gregorian"}
        path.write_text(json.dumps({"client": PLAIN, "period": span, "locale": "en"}))
        patch.setenv(ENVIRONMENT, str(path))
        return report("bolt", "2026-10")


def _bad_holiday() -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "holidays.csv")
        path.write_text("date,name\n2026-12-25,Christmas\n26 December,Boxing Day\n")
        return made({"recommend": [9]}, hours={"mon": "09:00-17:00"}, holidays=str(path)).clock


def _no_glyph() -> object:
    answer = cx.nps(pa.table({"recommend": [9, 3], "region": ["North", "\u4e2d"]}), by="region")
    return answer.plot(theme=Theme()).png()


PROVOKE: dict[str, Callable[[], object]] = {
    "a table that is not there": lambda: made({"recommend": [9]}).table("tickets"),
    "a client that is not there": lambda: report("acme"),
    "another client than the job's": _another_client,
    "a holiday that is no date": _bad_holiday,
    "a letter that no font has": _no_glyph,
    "a segment that no font can draw": lambda: made({"recommend": [9, 3], "region": ["North", "\u4e2d"]}).show(
        cx.nps(pa.table({"recommend": [9, 3], "region": ["North", "\u4e2d"]}), by="region")
    ),
    "a metric that is not there": lambda: about_of("npps"),
    "a measure that is no metric": lambda: about_of(date),
    "a metric without a function": lambda: function_of(About("x", {}, "answers", "higher", (), "nobody 2026")),
    "no row at all": lambda: made({"recommend": []}).page.measures("nps"),
    "no measure at all": lambda: made({"other": [1]}).page.measures("nps"),
    "a rest of figures asked apart": lambda: joined({name: cx.nps([9, 3]) for name in "abc"}, "wave").compare("rest"),
    "something that is no estimate": lambda: made({"recommend": [9]}).show("<b>9</b>"),
}
