"""One provocation for each error of the words."""

from __future__ import annotations

from collections.abc import Callable

from cxlab.words.locale import locale

PROVOKE: dict[str, Callable[[], object]] = {
    "locale": lambda: locale("de"),
    "no number": lambda: locale("en").number(float("nan")),
    "no limits": lambda: locale("en").interval(None, None, "points"),
    "unit": lambda: locale("en").value(1.0, "point"),
    "unit of time": lambda: locale("en").value(1.0, "seconds", time="minute"),
    "currency": lambda: locale("vi").value(1.0, "money", currency="dong"),
    "message key": lambda: locale("fa").message("report.contens"),
    "message key far from any": lambda: locale("fa").message("qqq"),
    "message argument missing": lambda: locale("en").message("report.page", page=1),
    "message argument unknown": lambda: locale("en").message("state.no_data", n=3),
    "message argument unwritten": lambda: locale("en").message("report.issued", date=3.5),  # type: ignore[arg-type]
}
