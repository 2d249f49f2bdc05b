"""The parts of a report's pages: each is asked of the data, hidden where the base is too small, and noted.

Everything that a notebook shows passes here, so that privacy, language and the account of what was shown hold for all
of it alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from cxlab.errors import ColumnError, DefinitionError, ReportError
from cxlab.estimate import Difference, Differences, Estimate, Estimates, Facts
from cxlab.metrics.survey import distribution
from cxlab.report import appendix, deeper, executive
from cxlab.report.fragment import Fragment, paragraph
from cxlab.report.linked import crossed, hidden
from cxlab.report.measure import WHOLE, Measure, about_of, function_of, keywords_of, possible, refuse_empty
from cxlab.report.notes import Notes
from cxlab.show import figures, tables
from cxlab.show.sentences import say_differences
from cxlab.show.spoken import Spoken
from cxlab.show.theme import BRAND, Theme
from cxlab.tally.cut import PERIOD

if TYPE_CHECKING:
    from cxlab.report.job import Report

CURVE_STEP = 15  # days between the points of a drawn curve
READ = 3  # sentences beside a table
NPS_BANDS = {"detractors": (0, 6), "passives": (7, 8), "promoters": (9, 10)}


class Page:
    """What a report notebook calls: one method for each part of a page."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.words = report.words
        self.theme = Theme(report.locale, report.brand.get("colour") or BRAND, report.job.client.get("currency"))
        self.spoken = Spoken(self.words, self.theme.currency, small_base=report.job.small_base, short=False)
        self.notes = Notes(report)
        self.smallest = int(report.job.privacy.get("smallest_base", 10))
        self.defined: dict[str, Estimate] = {}
        self.shown: list[Estimates] = []
        self.compared: list[Differences] = []
        self.left_out: list[str] = []
        self.title = ""
        self._hidden: dict[str, set[object]] = {}
        self._linked: set[str] = set()
        self._figure = 0
        self._table = 0
        self._section = 0

    # -- the door ---------------------------------------------------------------------------------------------------

    def show(self, what: Any, kind: str = "table", **options: Any) -> Any:
        """Estimates or differences as a table or figure in the report's look, with small bases hidden and noted."""
        if isinstance(what, Estimates):
            safe = self.safe(what)
            if kind == "table":
                return tables.table(
                    safe, theme=self.theme, small_base=self.report.job.small_base, number=self._next_table(), **options
                )
            return figures.plot(
                safe, kind=None if kind == "figure" else kind, theme=self.theme, number=self.next_figure(), **options
            )
        if isinstance(what, Differences):
            safe_differences = self.visible(what)
            self.compared.append(safe_differences)
            return tables.difference_table(
                safe_differences,
                theme=self.theme,
                small_base=self.report.job.small_base,
                number=self._next_table(),
                **options,
            )
        if isinstance(what, Fragment):
            return what
        raise ReportError(
            "Only estimates and differences are shown in a report",
            f"r.show was given a {type(what).__name__}",
            "Show the estimates themselves; r.show(estimates, kind='trend') draws them with small bases hidden",
        )

    def safe(self, estimates: Estimates, listed: bool = True) -> Estimates:
        """The estimates with small bases hidden; noted for `estimates.csv`, the definitions and the list of figures.

        What is hidden of a column once stays hidden in the whole report, or two tables would give it away.
        """
        column = next((name for name in estimates.by if name != PERIOD), None)
        known = self._known(column, about_of(estimates[0].metric).table) if column and len(estimates) else set()
        safe = estimates.suppress(self.smallest, also=known)
        if column:
            known |= {one.segment[column] for one in safe if one.n is None}
        self.notes.add(safe)
        if listed:
            self.shown.append(safe)
        for one in safe:
            self.defined.setdefault(f"{one.metric} {one.variant}", one)
        return safe

    def _known(self, column: str, table: str) -> set[object]:
        """What is hidden of a column; at first what the other segment columns of its table would give away."""
        linked = [name for name in self.report.segments if self.report.has(table, name)]
        if table not in self._linked and column in linked and len(linked) > 1:
            self._linked.add(table)
            for tables in (self.report, self.report.previous) if self.report.dated(table) else (self.report,):
                cells = crossed(tables.table(table), linked)
                for name, values in zip(linked, hidden(cells, self.smallest), strict=False):
                    self._hidden.setdefault(name, set()).update(values)
        return self._hidden.setdefault(column, set())

    def visible(self, differences: Differences, hidden: Estimates | None = None) -> Differences:
        """The differences of which neither side is hidden."""
        small = {_name(one.segment) for one in hidden or () if one.n is None}
        kept = [
            one
            for one in differences
            if min(one.n, one.n_versus) >= self.smallest and not {_name(one.segment), one.versus} & small
        ]
        return Differences(kept, by=differences.by, to=differences.to, adjust=differences.adjust)

    # -- parts ------------------------------------------------------------------------------------------------------

    def measures(self, *metrics: Any, **keywords: Any) -> list[Measure]:
        """The measures that these data give; what they do not give is said under the data quality."""
        found = []
        for metric in metrics:
            measure = possible(self.report, metric, **keywords.get(about_of(metric).name, {}))
            if isinstance(measure, Measure):
                found.append(self._private(measure))
            else:
                name = self.spoken.metric(about_of(metric).name)
                self.left_out.append(self.words.message("page.not_measured", metric=name, reason=measure))
        if not found:
            raise ReportError(
                "None of the measures of this report can be taken from the data",
                "; ".join(self.left_out),
                "Map the columns in the plan: columns: {recommend: ...}",
            )
        refuse_empty(self.report, found)
        return found

    def executive(
        self, measures: Sequence[Measure], segments: Differences | None = None, kind: str = "survey"
    ) -> Fragment:
        """The first page: the finding, headline measures, four short texts, the key; `kind` names the report."""
        self.title = self.words.message(f"page.title_{kind}")
        self.notes.write()
        return executive.page(self, measures, segments)

    def section(self, kind: str, metric: Any = None) -> Fragment:
        """The head of a section: its number, the question that it answers, the base.

        A section about time has a page of its own only where the data know the time.
        """
        self._section += 1
        words = self.words
        kicker = words.message("report.section", number=self._section)
        if metric is not None:
            kicker = words.message("page.kicker", section=kicker, metric=self.spoken.metric(about_of(metric).name))
        head = words.message(f"page.section_{kind}")
        lead = words.message("page.lead", client=self.report.name, period=words.period(self.report.period))
        title = f'<p class="kicker">{escape(kicker)}</p><h2>{escape(head)}</h2>'
        timed = kind not in ("trend", "moves") or self.report.dated(about_of(metric).table if metric else "answers")
        place = "section-head" if timed else "section-head flow"
        return Fragment(f'<header class="{place}">{title}{paragraph(lead, "lead")}</header>', head)

    def trends(self, measures: Sequence[Measure]) -> Fragment:
        """The history of the measures, two figures side by side."""
        drawn = []
        for measure in measures:
            if measure.history is None or len(measure.history) < 2:
                continue
            safe = self.safe(measure.history, listed=False)
            drawn.append(figures.plot(safe, kind="trend", theme=self.theme, number=self.next_figure()).html())
        if not drawn:
            return self.words_of("page.needs_time")
        if len(drawn) % 2:
            drawn.append(self._reading([measure.change for measure in measures if measure.change is not None]))
        return Fragment(
            "".join(
                f'<div class="pair">{one}{other}</div>'
                for one, other in zip_longest(drawn[::2], drawn[1::2], fillvalue="<div></div>")
            )
        )

    def opening(self, table: str = "answers") -> Fragment:
        """How many rows were read, and how many of them belong to the period."""
        rows = self.report.table(table)
        counts = rows.ledger.counts
        read = counts.get("read", counts.get("kept", 0))
        period = self.words.period(self.report.period)
        used = counts.get("kept", read)
        name = self.words.message(f"page.table_{table}")
        text = self.words.message(
            "page.opening", table=name, read=self.words.count(read), used=self.words.count(used), period=period
        )
        return Fragment(paragraph(text, "note"), text)

    def segments(self, metric: Any, *columns: str, **keywords: Any) -> Fragment:
        """One metric by each segment column: drawn intervals, verdicts against the rest, letters."""
        return self._each(columns, lambda column: self._segments(metric, column, keywords), "page.no_segments")

    def rests(self, metric: Any, column: str | None = None, **keywords: Any) -> Differences | None:
        """Each segment against the rest, for the texts of the first page; None where there are no segments."""
        column = column or next(iter(self.report.segments), None)
        if column is None:
            return None
        try:
            estimates, _ = self._by(metric, column, keywords)
        except (ColumnError, DefinitionError):
            return None  # the part of the page about these segments says what is missing
        if len(estimates) < 2:
            return None
        return self.visible(estimates.compare("rest"), self.safe(estimates, listed=False))

    def moves(self, metric: Any, *columns: str, **keywords: Any) -> Fragment:
        """How each segment changed from the period before, all changes at one simultaneous level."""
        if not self.report.dated(about_of(metric).table):
            return self.words_of("page.needs_time")
        return self._each(columns, lambda column: self._moves(metric, column, keywords), "page.no_segments")

    def spread(self, score: str, column: str | None = None, scale: Sequence[float] = (0, 10), bands: Any = None) -> Any:
        """How the answers are spread: in bands by the segments of a column, or over the points of the scale."""
        asked: dict[str, Any] = {"scale": scale, "level": self.report.level}
        column = column or next(iter(self.report.segments), None)
        if column is None:
            return self.show(distribution(self.report.answers, score, **asked), kind="distribution")
        found = distribution(self.report.answers, score, by=column, bands=bands or NPS_BANDS, **asked)
        safe = self.safe(found)
        kept = [i for i, one in enumerate(safe) if one.n is not None]
        if not kept:
            return self.words_of("page.too_few")
        drawn = figures.plot(safe.take(kept), kind="diverging", theme=self.theme, number=self.next_figure())
        rest = [one for differences in self.compared if differences.to == "rest" for one in differences]
        return Fragment(f'<div class="pair">{drawn.html()}{self._reading(rest)}</div>', drawn.alt())

    def shares(self, metric: Any, table: str | None = None, **keywords: Any) -> Any:
        """The parts of one whole, such as channels, each with its own interval."""
        about = about_of(metric)
        rows = self.report.table(table or about.table)
        found = function_of(about)(rows, **keywords_of(self.report, about, keywords))
        return self.show(found)

    def curve(self, days: Sequence[float], **keywords: Any) -> Any:
        """How many customers are still there after so many days, of all of them."""
        about = about_of("retention_curve")
        rows, ask = self.report.table("customers"), function_of(about)
        asked = keywords_of(self.report, about, keywords)
        found = self.safe(ask(rows, at=list(days), **asked))
        fine = ask(rows, at=[*range(0, int(max(days)) + 1, CURVE_STEP)], **asked).suppress(self.smallest)
        drawn = figures.plot(fine, kind="curve", theme=self.theme, number=self.next_figure())
        told = tables.table(found, theme=self.theme, number=self._next_table())
        return Fragment(f'<div class="pair">{drawn.html()}<div></div></div>{told}', drawn.alt())

    def change(self, metric: Any, column: str | None = None) -> Fragment:
        """What the change from the period before is made of, beside the history with its control limits."""
        column = column or next(iter(self.report.segments), None)
        first = self.words_of("page.no_segments") if column is None else deeper.changed(self, metric, column)
        return Fragment(f'<div class="pair"><div>{first}</div><div>{deeper.controlled(self, metric)}</div></div>')

    def drivers(self, outcome: str, *names: str) -> Fragment:
        """Which answers go with the outcome, and how they do."""
        return Fragment(f'<div class="pair"><div>{deeper.driven(self, outcome, names)}</div><div></div></div>')

    def quality(self) -> Fragment:
        """What happened to the rows between the files and the figures."""
        return appendix.quality(self)

    def definitions(self) -> Fragment:
        """How every figure of this report is defined and how its interval was made."""
        return appendix.definitions(self)

    def figures(self) -> Fragment:
        """Every figure of this report in one table, to two decimals."""
        return appendix.figures(self)

    def colophon(self) -> Fragment:
        """Period, zone, levels, privacy, versions."""
        return appendix.colophon(self)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _each(self, columns: Sequence[str], make: Callable[[str], Any], nothing: str) -> Fragment:
        """One part for each column named, or for each segment of the plan."""
        made = [str(self._where_possible(make, column)) for column in columns or self.report.segments]
        return Fragment("".join(made)) if made else self.words_of(nothing)

    def _where_possible(self, make: Callable[[str], Any], column: str) -> Any:
        """A part that these data give; else what they lack, in its place."""
        try:
            return make(column)
        except (ColumnError, DefinitionError) as error:
            return self.said(error.wrong)

    def _segments(self, metric: Any, column: str, keywords: dict[str, Any]) -> Any:
        estimates, total = self._by(metric, column, keywords)
        safe = self.safe(estimates)
        look: dict[str, Any] = {"theme": self.theme, "number": self._next_table(), "total": total}
        if sum(one.estimate is not None for one in safe) < 2:
            return tables.table(safe, small_base=self.report.job.small_base, **look)
        rest, pairs = (self.visible(estimates.compare(to), safe) for to in ("rest", "pairs"))
        self.compared.append(rest)
        return tables.table(safe, small_base=self.report.job.small_base, rest=rest, pairs=pairs, **look)

    def _moves(self, metric: Any, column: str, keywords: dict[str, Any]) -> Any:
        report, about = self.report, about_of(metric)
        cuts = [column, report.by_period(about.table)]
        asked = keywords_of(report, about, keywords)
        estimates = function_of(about)(report.both.table(about.table), by=cuts, **asked)
        keys = (report.period.key, report.period.previous().key)
        both = estimates.take(i for i, one in enumerate(estimates) if one.segment[PERIOD] in keys)
        if {one.segment[PERIOD] for one in both} != set(keys):
            return self.words_of("page.no_previous")
        hidden = {one.segment[column] for one in self.safe(both, listed=False) if one.n is None}
        seen = both.compare("previous")
        before = self.words.message("page.same_in", period=self.words.period(report.period.previous()))
        kept = [
            replace(one, segment=Facts({column: one.segment[column]}), versus=before)
            for one in seen
            if one.segment[column] not in hidden and min(one.n, one.n_versus) >= self.smallest
        ]
        if not kept:
            return self.words_of("page.too_few")
        found = Differences(kept, by=(column,), to=seen.to, adjust=seen.adjust)
        self.compared.append(found)
        look: dict[str, Any] = {"theme": self.theme, "number": self._next_table()}
        return str(tables.difference_table(found, small_base=report.job.small_base, **look)) + self._reading(found)

    def _reading(self, found: Sequence[Difference]) -> str:
        """Differences in sentences: those that are clear, then the open ones with what it would take to know."""
        order = sorted(found, key=lambda one: (one.verdict == "unclear", -abs(one.difference or 0.0)))
        lines = []
        for one in order[:READ]:
            alone = Differences([one], by=(), to="", adjust="")
            lines.append(f"<li>{escape(say_differences(alone, self.words.code, self.theme.currency))}</li>")
        if not lines:
            return "<div></div>"
        head = escape(self.words.message("report.reading_figures"))
        return f'<div class="reading"><h3>{head}</h3><ul>{"".join(lines)}</ul></div>'

    def _by(self, metric: Any, column: str, keywords: dict[str, Any]) -> tuple[Estimates, Estimate]:
        about = about_of(metric)
        ask = function_of(about)
        asked = keywords_of(self.report, about, keywords)
        if about.table in WHOLE:
            asked.setdefault("period", self.report.period.key)
        rows = self.report.table(about.table)
        return ask(rows, by=column, **asked), ask(rows, **asked)[0]

    def _private(self, measure: Measure) -> Measure:
        """A measure whose small bases are hidden; a hidden figure has no change."""
        now = self.safe(measure.now)
        history = None if measure.history is None else measure.history.suppress(self.smallest)
        change = measure.change
        if change is not None and min(change.n, change.n_versus) < self.smallest:
            change = None
        return Measure(measure.about, now, change, history)

    def words_of(self, key: str) -> Fragment:
        """A sentence of the catalogue in the place of a part that these data do not give."""
        return self.said(self.words.message(key))

    def said(self, text: str) -> Fragment:
        """A sentence in the place of a part."""
        return Fragment(paragraph(text, "note"), text)

    def hidden(self, column: str) -> set[object]:
        """The segments of a column that are hidden in this report."""
        return self._hidden.get(column, set())

    def next_figure(self) -> int:
        """The number of the next figure."""
        self._figure += 1
        return self._figure

    def _next_table(self) -> int:
        self._table += 1
        return self._table


def _name(segment: Mapping[str, Any]) -> str:
    """A segment as a difference names what it is taken from."""
    return ", ".join("none" if value is None else str(value) for key, value in segment.items() if key != PERIOD)
