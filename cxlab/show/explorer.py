"""The explorer: one question put together with the mouse or the keyboard, its answer, and the code that asks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from ipywidgets import HTML, Button, Dropdown, HBox, Layout, Output, Textarea, VBox  # type: ignore[import-untyped]

from cxlab.errors import CxlabError
from cxlab.estimate import Estimates
from cxlab.rows.read import Rows, rows_of
from cxlab.show import figures, tables
from cxlab.show.choice import ALL, EACH, Choice, call, months, offer
from cxlab.show.display import displayed
from cxlab.show.sentences import say
from cxlab.show.spoken import Spoken
from cxlab.show.theme import Theme
from cxlab.tally.cut import PERIOD

LEVELS = (0.8, 0.9, 0.95, 0.99)
# A choice that has the focus is no text field, so JupyterLab takes letters and arrows for its own shortcuts ("R" would
# make the cell raw and delete the explorer) unless the element says otherwise, for which widgets have no setting.
# The same place sets the direction of the row of choices, and lets the button copy, which only a page can do; without a
# clipboard (a page that came over plain HTTP) the text is selected and copied the old way.
OWN_WAYS = """
const claim = () => {
    const box = element.closest(".cx-explorer-box");
    const button = box && box.querySelector(".cx-copy");
    if (!button) { requestAnimationFrame(claim); return; }
    box.addEventListener("focusin", event => { event.target.dataset.lmSuppressShortcuts = "true"; });
    box.querySelector(".cx-choices").dir = %(direction)s;
    const code = box.querySelector("textarea");
    code.dir = "ltr";
    button.addEventListener("click", async () => {
        try { await navigator.clipboard.writeText(code.value); }
        catch { code.select(); document.execCommand("copy"); }
        button.textContent = %(copied)s;
        setTimeout(() => { button.textContent = %(copy)s; }, 2000);
    });
};
claim();
"""


class Explorer:
    """What `explore` shows: four choices, the sentence, figure and table that answer them, and the code.

    `choice`, `code` and `estimates` are what it shows at the moment, for the next cell.
    """

    def __init__(
        self, rows: Rows, options: Mapping[str, Mapping[str, Any]], theme: Theme, calendar: str, name: str
    ) -> None:
        self.rows, self.theme = rows, theme
        self._options, self._calendar, self._name = options, calendar, name
        self.estimates: Estimates | None = None
        self._offer = found = offer(rows, options)
        words = theme.words
        spoken = Spoken(words, names=theme.names)
        none = (words.message("lab.no_segment"), "")
        kinds = [
            ("report.measure", [(spoken.metric(one), one) for one in found.metrics]),
            ("report.segment", [none, *((spoken.column(one), one) for one in found.segments)]),
        ]
        self._metric, self._segment = (self._dropdown(key, choices) for key, choices in kinds)
        self._period = self._dropdown("report.period", self._periods())
        self._level = self._dropdown("report.level", [(words.percent(one, 0), one) for one in LEVELS], 0.95)
        self._said, self._seen = HTML(), HTML()
        self._code = Textarea(description=words.message("lab.code"), rows=2, layout=Layout(width="100%"))
        left_out = [HTML(self._left_out(name)) for name in found.left_out]
        choices = HBox([self._metric, self._segment, self._period, self._level], layout=Layout(flex_flow="row wrap"))
        choices.add_class("cx-choices")
        copy = Button(description=words.message("lab.copy"))
        copy.add_class("cx-copy")
        said = {"direction": words.direction} | {one: words.message(f"lab.{one}") for one in ("copy", "copied")}
        ways = OWN_WAYS % {name: json.dumps(text) for name, text in said.items()}
        script = {"output_type": "display_data", "data": {"application/javascript": ways}, "metadata": {}}
        code = HBox([self._code, copy])
        self.widget = VBox([choices, self._said, self._seen, code, *left_out, Output(outputs=(script,))])
        self.widget.add_class("cx-explorer-box")
        self._metric.observe(self._other_metric, names="value")
        for one in (self._segment, self._period, self._level):
            one.observe(self._ask, names="value")
        self._ask()

    @property
    def choice(self) -> Choice:
        """What is chosen at the moment."""
        metric = self._metric.value
        return Choice(
            metric, self._segment.value or None, self._period.value, self._level.value, self._calendar,
            self._options.get(metric, {}),
        )  # fmt: skip

    @property
    def code(self) -> str:
        """The call that gives what is shown."""
        return self.choice.code(self._name)

    def choose(self, **chosen: Any) -> Explorer:
        """The same explorer with other choices: metric, segment, period, level, as if made by hand."""
        for name, value in chosen.items():
            getattr(self, f"_{name}").value = value
        return self

    def __repr__(self) -> str:
        return self.code

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = self.widget._repr_mimebundle_(**options)
        return dict(bundle or {}) | {"text/plain": self.code}

    def _left_out(self, metric: str) -> str:
        """Why a metric is not offered and the call that offers it, with what was given already."""
        words, reason = self.theme.words, self._offer.left_out[metric]
        said = _line(words.message("lab.left_out", reason=reason), self.theme)
        if not self._offer.examples[metric]:
            return said
        given = {"calendar": self._calendar} if self._calendar != "gregorian" else {}
        given |= {"currency": self.theme.currency} if self.theme.currency else {}
        more = {**self._options.get(metric, {}), **self._offer.examples[metric]}
        language = [words.code] if words.code != "en" else []
        code = call("explore", self._name, *language, **given, **{**self._options, metric: more})
        if self._name != "rows":
            code = f"{code[:-1]}, name={json.dumps(self._name)})"
        said = said.removesuffix("</p>")
        return f'{said} {escape(words.message("lab.give"))} <code dir="ltr">{escape(code)}</code></p>'

    def _dropdown(self, key: str, choices: list[tuple[str, Any]], value: Any = ...) -> Dropdown:
        first = choices[0][1] if value is ... else value
        return Dropdown(options=choices, value=first, description=self.theme.words.message(key))

    def _periods(self) -> list[tuple[str, str]]:
        words = self.theme.words
        found = months(self.rows, Choice(self._metric.value).about, self._calendar)
        keys = [(words.period(one), one.key) for one in found]
        if self._metric.value in self._offer.per_period:
            return keys
        each = [(words.message("lab.each_month"), EACH)] if found else []
        return [(words.message("lab.all_time"), ALL), *each, *keys]

    def _other_metric(self, _change: Any) -> None:
        """Another metric may have another defining time, and so other periods."""
        before, periods = self._period.value, self._periods()
        self._period.unobserve(self._ask, names="value")
        self._period.options = periods
        self._period.value = before if before in dict(periods).values() else periods[0][1]
        self._period.observe(self._ask, names="value")
        self._ask()

    def _ask(self, _change: Any = None) -> None:
        self._code.value = self.code
        try:
            self.estimates = self.choice.estimates(self.rows)
            code, currency = self.theme.code, self.theme.currency
            figure = figures.plot(self.estimates, theme=self.theme).html()
            # The finding stands over the figure.
            table = tables.table(self.estimates, theme=self.theme, title=self.theme.words.message("lab.numbers")).html()
            self._seen.value = displayed(f'<div class="cx-explorer">{figure}{table}</div>')
            self._said.value = _line(say(_last(self.estimates), code, currency), self.theme)
        except CxlabError as error:
            self.estimates, self._seen.value = None, ""
            self._said.value = _line(str(error))


def explore(
    rows: Any, locale: str = "en", *, name: str = "rows", calendar: str = "gregorian", currency: str | None = None,
    **options: Mapping[str, Any],
) -> Explorer:  # fmt: skip
    """An explorer of a table for JupyterLab: metric, segment, period and level give figure, table, sentence and code.

    `rows` is a table or a frame; offered are the metrics whose roles it has. `locale` is en, vi or fa, `calendar` that
    of the months, `name` what the table is called in the code. `options` are the metrics' own keywords by name, such as
    `ces={"easy": "high"}`; a metric that lacks one is left out and says so. A table without any metric is an error.
    """
    return Explorer(rows_of(rows), options, Theme(locale, currency=currency), calendar, name)


def _last(estimates: Estimates) -> Estimates:
    """Of a history its last period: twenty-five months in sentences are read by nobody."""
    if PERIOD not in estimates.by:
        return estimates
    last = max(one.segment[PERIOD] for one in estimates)
    return estimates.take(i for i, one in enumerate(estimates) if one.segment[PERIOD] == last)


def _line(text: str, theme: Theme | None = None) -> str:
    """Words that a screen reader speaks when they change."""
    language = f' lang="{theme.words.code}" dir="{theme.words.direction}"' if theme else ""
    return f'<p role="status"{language} style="line-height: 1.5; max-width: 1040px">{escape(text)}</p>'
