"""Every figure, table and card once in a language: what the golden files hold and what is looked at.

Run as a program it writes them: python tests/show/gallery.py FOLDER
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

from show import made_up as made

import cxlab.show.cards
import cxlab.show.named
import cxlab.show.spoken
from cxlab.estimate import Estimates, Facts
from cxlab.show.cards import Card, card
from cxlab.show.change import Step, waterfall
from cxlab.show.figures import flow, importance, plot, plot_differences
from cxlab.show.picture import Figure
from cxlab.show.table import Table
from cxlab.show.tables import difference_table, table
from cxlab.show.theme import Theme


@cache
def figures(code: str) -> dict[str, Figure]:
    """One figure of each kind."""
    theme = Theme(code)
    months = made.months("jalali" if code == "fa" else "gregorian")
    parts = [Step("Mix", 0.8, 0.1, 1.6, mix=True), Step("North", 5.6, 1.0, 9.2), Step("Central", 1.4, -1.4, 4.0)]
    start, end = Step("September", 28.4, 24.7, 31.9), Step("October", 36.2, 32.7, 39.6)
    return {
        "forest": plot(made.regions(), theme=theme, total=made.WHOLE),
        "single": plot(Estimates([made.WHOLE]), theme=theme),
        "trend": plot(months, theme=theme, chart=made.Chart()),
        "distribution": plot(made.points(), theme=theme),
        "diverging": plot(made.bands(), theme=theme, emphasis="Central"),
        "change": waterfall(start, parts, end, theme, metric="nps", unit="points"),
        "curve": plot(made.staying(), theme=theme),
        "curves": plot(made.staying("Basic", "Plus", "Family"), theme=theme),
        "heat": plot(made.hours(), theme=theme, kind="heat"),
        "multiples": plot(made.histories(), theme=theme),
        "differences": plot_differences(made.rests(), theme=theme),
        "importance": importance(*made.drivers(), theme),
        "flow": flow(*made.desk(), theme),
    }


def tables(code: str) -> dict[str, Table]:
    """One table of each shape."""
    return {
        "segments": table(made.regions(), code, rest=made.rests(), pairs=made.pairs(), total=made.WHOLE, number=1),
        "periods": table(made.months(count=3, empty=1), code),
        "points": table(made.points()[:2], code),
        "single": table(Estimates([made.WHOLE]), code),
        "full": table(Estimates([made.FULLY], by=["period"]), code),
        "differences": difference_table(made.rests(), code),
    }


def cards(code: str) -> dict[str, Card]:
    """The card of each case."""
    now = replace(made.WHOLE, segment=Facts({"period": "2026-10"}))
    months = made.months("jalali" if code == "fa" else "gregorian")
    share = made.one(0.689, 0.662, 0.715, 1166, unit="share", metric="csat", variant="top", period="2026-10")
    wait = made.one(2520.0, 2400.0, 2700.0, 3204, unit="seconds", metric="first_response_time", period="2026-10")
    slower = {"unit": "seconds", "metric": "first_response_time", "better": "lower", "detectable": 360.0}
    before = replace(made.FULLY, estimate=0.798, segment=Facts({"period": "2026-09"}))
    nothing, hidden = (
        made.one(None, None, None, n, notes=notes, period="2026-10")
        for n, notes in ((0, made.NO_DATA), (None, made.HIDDEN))
    )
    lower = made.gap(-0.06, -0.098, -0.022, "lower", unit="share", metric="csat", detectable=0.054)
    return {
        "higher better": card(now, made.gap(7.8, 2.8, 12.8, "higher"), months, locale=code),
        "lower worse": card(share, lower, locale=code),
        "higher worse": card(wait, made.gap(420.0, 180.0, 660.0, "higher", **slower), locale=code),  # type: ignore[arg-type]
        "lower better": card(wait, made.gap(-420.0, -660.0, -180.0, "lower", **slower), locale=code),  # type: ignore[arg-type]
        "unclear": card(now, made.gap(-0.9, -3.4, 1.6, "unclear"), locale=code),
        "counted in full": card(
            made.FULLY, None, [before, made.FULLY], locale=code, usual=(0.78, 0.84), previous=before
        ),
        "first measurement": card(now, locale=code),
        "small base": card(replace(now, n=24), made.gap(7.8, 2.8, 12.8, "higher"), months, locale=code),
        "suppressed": card(hidden, None, months, locale=code),
        "no data": card(nothing, None, months, locale=code),
    }


if __name__ == "__main__":
    for module in (cxlab.show.cards, cxlab.show.named, cxlab.show.spoken):
        module.catalogue = lambda: made.CATALOGUE  # type: ignore[attr-defined]
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("en", "vi", "fa"):
        for name, figure in figures(language).items():
            (folder / f"{name}-{language}.png").write_bytes(figure.png())
