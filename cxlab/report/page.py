"""The parts of a report's pages: each is asked of the data, hidden where the base is too small, and noted.

Everything that a notebook shows passes here, so that privacy, language and the account of what was shown hold for all
of it alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from cxlab.compare.chart import control_chart
from cxlab.errors import ColumnError, DefinitionError, ReportError, listing
from cxlab.estimate import Differences, Estimate, Estimates
from cxlab.report import appendix, cuts, deeper, executive, fonts, parts
from cxlab.report.ending import early_end
from cxlab.report.fragment import Fragment, paragraph
from cxlab.report.hiding import Hiding
from cxlab.report.measure import (
    CURVE,
    Measure,
    about_of,
    has_number,
    possible,
    reason,
    refuse_empty,
    table_of,
)
from cxlab.report.notes import Notes
from cxlab.show import figures, tables
from cxlab.show.order import looked_up
from cxlab.show.spoken import Spoken, listed
from cxlab.show.theme import BRAND, Theme
from cxlab.tally.cut import PERIOD

if TYPE_CHECKING:
    from cxlab.report.job import Report

YEAR = 365  # days after which a curve stands for a figure
CARDS = 6  # measures of the first page
CHANNEL = "channel"  # the one axis whose values are names


class Page:
    """What a report notebook calls: one method for each part of a page."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.words = report.words
        client = report.job.client
        names = _names(report)
        self.theme = Theme(report.locale, report.brand.get("colour") or BRAND, client.get("currency"), names)
        small = report.job.small_base
        self.spoken = Spoken(self.words, self.theme.currency, small_base=small, short=False, names=names)
        self.notes = Notes(report)
        self.hiding = Hiding(report)
        self.defined: dict[str, Estimate] = {}
        self.shown: list[Estimates] = []
        self.compared: list[Differences] = []
        self.unmeasured: dict[str, list[str]] = {}  # by reasons in the language of those who read the report
        self.refused: dict[str, list[str]] = {}  # by those of who writes plans
        self.answers: dict[tuple[str, str, str], Estimates] = {}
        self.rest_of: dict[int, tuple[Estimates, Differences]] = {}
        self._left_out: list[str] = []
        self.title = ""
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
                    safe, theme=self.theme, small_base=self.report.job.small_base, number=self.next_table(), **options
                )
            return figures.plot(
                safe, kind=None if kind == "figure" else kind, theme=self.theme, number=self.next_figure(), **options
            )
        if isinstance(what, Differences):
            safe_differences = self.hiding.visible(what)
            self.compared.append(safe_differences)
            return tables.difference_table(
                safe_differences,
                theme=self.theme,
                small_base=self.report.job.small_base,
                number=self.next_table(),
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
        known: set[object] = set()
        if column and len(estimates):
            known = self.hiding.known(column, table_of(self.report, estimates[0].metric))
        fonts.check_segments((one.segment for one in estimates), self.theme.names)
        safe = estimates.suppress(self.hiding.smallest, also=known)
        named = column or (CHANNEL if estimates.axis == CHANNEL else None)
        if named:
            safe = safe.take(looked_up(self.spoken, named, [one.segment[named] for one in safe]))
        if column:
            known |= {one.segment[column] for one in safe if one.n is None}
        self.notes.add(safe)
        if listed:
            self.shown.append(safe)
        for one in safe:
            self.defined.setdefault(f"{one.metric} {one.variant}", one)
        return safe

    # -- parts ------------------------------------------------------------------------------------------------------

    def measures(self, *metrics: Any, instead: Any = None, most: int = CARDS, **keywords: Any) -> list[Measure]:
        """The first `most` measures that these data give; what they do not give is said under the data quality.

        Those without a number come last, so that none of them leads. `instead` is asked where no other has one.
        """
        found = self._measures(metrics, most, keywords)
        if instead is not None and not any(map(has_number, found)):
            name = about_of(instead).name
            at_end = {"at": parts.points_of(self.report, [YEAR])[-1:]} if name == CURVE else {}
            found += self._measures([instead], most, {name: at_end} | keywords)
        if not found:
            raise ReportError(
                "None of the measures of this report can be taken from the data",
                "; ".join(f"{listing(names, 'and')}: {why}" for why, names in self.refused.items()),
                "Map the columns in the plan, columns: {recommend: ...}, or choose a notebook for the tables it has",
            )
        refuse_empty(self.report, found)
        return sorted(found, key=has_number, reverse=True)

    def _measures(self, metrics: Sequence[Any], most: int, keywords: Mapping[str, Any]) -> list[Measure]:
        found: list[Measure] = []
        for metric in metrics:
            about = about_of(metric)
            measure = possible(self.report, metric, **keywords.get(about.name, {})) if len(found) < most else None
            if isinstance(measure, Measure):
                found.append(self.hiding.measure(measure, self.safe(measure.now)))
            elif measure is not None:
                why = reason(self.report, about, measure)
                self.unmeasured.setdefault(why, []).append(self.spoken.metric(about.name))
                self.refused.setdefault(measure.wrong, []).append(about.name)
        return found

    @property
    def left_out(self) -> list[str]:
        """What the data do not give and why, in sentences; measures that lack the same stand in one of them."""
        words = self.words
        said = [
            words.message("page.not_measured", metric=listed(words, names), reason=why)
            for why, names in self.unmeasured.items()
        ]
        return said + [text for text in self._left_out if text not in said]

    def executive(
        self, measures: Sequence[Measure], segments: Differences | None = None, kind: str = "survey"
    ) -> Fragment:
        """The first page: the finding, headline measures, four short texts, the key; `kind` names the report."""
        self.title = self.words.message(f"page.title_{kind}")
        found = (early_end(self.report, table) for table in dict.fromkeys(one.table for one in measures))
        early = [said for said in found if said]
        self.report.warnings += [said for said in early if said not in self.report.warnings]
        self.notes.write()
        return executive.page(self, measures, segments, kind, early)

    def section(self, kind: str, *made: Any, about: Any = None) -> Fragment:
        """A section: its number, the question that it answers, and its parts; the head alone where no part is given.

        Parts that the data do not give are left out and named under the data quality; where they give none, there is
        no section. `about` is the metric or measure that it is about.
        """
        kept = self.given(made, self.words.message(f"page.section_{kind}"))
        if made and not kept:
            return Fragment("")
        if made and kept[0] is not made[0]:  # what gave the section its name is missing
            kind = getattr(kept[0], "kind", "") or kind
        head = self._head(kind, about)
        return Fragment(head.markup + "".join(str(part) for part in kept), head.text)

    def given(self, made: Sequence[Any], question: str = "") -> list[Any]:
        """The parts that the data give; what the others lack is noted, after the question that stays open."""
        for part in made:
            if getattr(part, "lacks", False):
                text = f"{question} {part.text}".strip()
                if text not in self._left_out:
                    self._left_out.append(text)
        return [part for part in made if not getattr(part, "lacks", False)]

    def _side_by_side(self, *made: Fragment) -> Fragment:
        """Parts beside each other; the reason of the first where the data give none of them."""
        kept = self.given(made) if any(not part.lacks for part in made) else []
        if not kept:
            return made[0]
        columns = [f"<div>{part}</div>" for part in kept] + ["<div></div>"] * (2 - len(kept))
        return Fragment(f'<div class="pair">{"".join(columns)}</div>', kept[0].text)

    def _head(self, kind: str, metric: Any) -> Fragment:
        self._section += 1
        words = self.words
        kicker = words.message("report.section", number=self._section)
        if metric is not None:
            kicker = words.message("page.kicker", section=kicker, metric=self.spoken.metric(about_of(metric).name))
        head = words.message(f"page.section_{kind}")
        lead = words.message("page.lead", client=self.report.name, period=words.period(self.report.period))
        title = f'<p class="kicker">{escape(kicker)}</p><h2>{escape(head)}</h2>'
        place = "section-head" if self._section == 1 else "section-head flow"
        return Fragment(f'<header class="{place}">{title}{paragraph(lead, "lead")}</header>', head)

    def trends(self, measures: Sequence[Measure]) -> Fragment:
        """The history of the measures, two figures side by side, and what their control charts say of this period."""
        drawn, signals = [], []
        for measure in measures:
            if measure.history is None or len(measure.history) < 2:
                continue
            safe = self.safe(measure.history, listed=False)
            signals.append(deeper.signal(self, control_chart(safe)))
            drawn.append(figures.plot(safe, kind="trend", theme=self.theme, number=self.next_figure()).html())
        if not drawn:
            dated = any(self.report.dated(measure.table) for measure in measures)
            return self.words_of("page.no_previous" if dated else "page.needs_time")
        if len(drawn) % 2:
            drawn.append(cuts.reading(self, [measure.change for measure in measures if measure.change is not None]))
        return Fragment(
            "".join(
                f'<div class="pair">{one}{other}</div>'
                for one, other in zip_longest(drawn[::2], drawn[1::2], fillvalue="<div></div>")
            )
            + "".join(f'<div class="finding">{paragraph(one)}</div>' for one in signals if one)
        )

    def opening(self, table: str = "answers") -> Fragment:
        """How many rows were read, and how many of them belong to the period; of the first table where this is none."""
        table = table if self.report.has(table) else next(iter(self.report.sources), table)
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
        return cuts.each(self, metric, columns, lambda column: cuts.compared(self, metric, column, keywords))

    def rests(self, metric: Any, column: str | None = None, **keywords: Any) -> Differences | None:
        """Each segment against the rest, of all segment columns of the plan or of one, for the texts of the first page.

        None where there is nothing to compare. The parts of the page about these segments say what is missing.
        """
        table = table_of(self.report, metric)
        columns = [column] if column else [one for one in self.report.segments if self.report.has(table, one)]
        found = [one for one in (self._rests(metric, name, keywords) for name in columns) if one is not None]
        if not found:
            return None
        judged = [one for differences in found for one in differences if not self.spoken.small(one)]
        return Differences(judged, by=found[0].by, to=found[0].to, adjust=found[0].adjust)

    def _rests(self, metric: Any, column: str, keywords: dict[str, Any]) -> Differences | None:
        try:
            estimates, _ = cuts.asked(self, metric, column, keywords)
        except (ColumnError, DefinitionError):
            return None
        if len(estimates) < 2:
            return None
        return self.hiding.visible(cuts.against_rest(self, estimates), self.safe(estimates, listed=False))

    def moves(self, metric: Any, *columns: str, **keywords: Any) -> Fragment:
        """How each segment changed from the period before, all changes at one simultaneous level."""
        if not self.report.dated(table_of(self.report, metric)):
            return self.words_of("page.needs_time")
        return cuts.each(self, metric, columns, lambda column: cuts.moved(self, metric, column, keywords))

    def spread(self, score: Any, column: str | None = None, scale: Any = None, bands: Any = None) -> Fragment:
        """How the answers to a question, or those behind a measure, are spread: in bands by the segments of a column
        where there are bands (those of the NPS for `recommend`), else over the points of the scale.
        """
        return parts.spread(self, score, column, scale, bands)

    def shares(self, metric: Any, **keywords: Any) -> Fragment:
        """The parts of one whole, such as channels, each with its own interval."""
        return parts.shares(self, metric, keywords)

    def curve(self, days: Sequence[float], **keywords: Any) -> Fragment:
        """How many customers are still there after so many days, of all of them."""
        return parts.curve(self, days, keywords)

    def value(self, **keywords: Any) -> Fragment:
        """What a customer will buy and spend, and how well the model of it did in the report's own period."""
        return parts.value(self, keywords)

    def change(self, metric: Any, column: str | None = None) -> Fragment:
        """What the change from the period before is made of, beside the history with its control limits."""
        column = column or self.cut_of(table_of(self.report, metric))
        first = self.words_of("page.no_segments") if column is None else deeper.changed(self, metric, column)
        return self._side_by_side(first, deeper.controlled(self, metric))

    def drivers(self, outcome: str, *names: str) -> Fragment:
        """Which answers go with the outcome, and how they do."""
        return self._side_by_side(*deeper.driven(self, outcome, names))

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

    def cut_of(self, table: str) -> str | None:
        """The first segment column of the plan that a table has."""
        return next((name for name in self.report.segments if self.report.has(table, name)), None)

    def words_of(self, key: str) -> Fragment:
        """A sentence of the catalogue in the place of a part that these data do not give."""
        return self.said(self.words.message(key))

    def said(self, text: str) -> Fragment:
        """A sentence in the place of a part that these data do not give."""
        return Fragment(paragraph(text, "note"), text, lacks=True)

    def next_figure(self) -> int:
        """The number of the next figure."""
        self._figure += 1
        return self._figure

    def next_table(self) -> int:
        """The number of the next table."""
        self._table += 1
        return self._table


def _names(report: Report) -> dict[str, dict[str, Any]]:
    """What columns are called: as the plan says; one that plays a role may be called by the role's usual name."""
    names = {column: dict(given) for column, given in (report.job.client.get("names") or {}).items()}
    for table in report.job.tables.values():
        for role, column in (table.get("columns") or {} if isinstance(table, Mapping) else {}).items():
            names.setdefault(column, {}).setdefault("role", role)
    return names
