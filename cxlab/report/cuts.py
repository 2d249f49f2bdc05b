"""Parts of a page that cut a metric by segments: compared with each other, and with the period before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from cxlab.errors import ColumnError, ComparisonError, DefinitionError
from cxlab.estimate import Difference, Differences, Estimate, Estimates, Facts
from cxlab.report.fragment import Fragment, paragraph
from cxlab.report.measure import about_of, function_of, in_periods, keywords_of, lacking, of_period, table_of
from cxlab.show import tables
from cxlab.show.order import looked_up
from cxlab.show.sentences import say_differences
from cxlab.tally.cut import PERIOD

if TYPE_CHECKING:
    from cxlab.report.page import Page

MANY_HIDDEN = 4  # hidden segments that still have a row each
READ = 3  # sentences beside a table


def each(at: Page, metric: Any, columns: Sequence[str], make: Callable[[str], Any]) -> Fragment:
    """One part for each column named, or for each segment of the plan; those that the data lack are named below."""
    about, table = about_of(metric), table_of(at.report, metric)
    made: list[Fragment] = []
    for column in columns or at.report.segments:
        if at.report.has(table) and not at.report.has(table, column):
            label, where = at.words.isolate(at.spoken.column(column)), at.words.message(f"page.table_{table}")
            made.append(at.said(at.words.message("page.no_column", column=label, table=where)))
            continue
        try:
            part = make(column)
        except (ColumnError, DefinitionError) as error:
            part = at.said(lacking(at.report, about, error))
        made.append(part if isinstance(part, Fragment) else Fragment(str(part)))
    if all(part.lacks for part in made):
        return made[0] if made else at.words_of("page.no_segments")
    return Fragment("".join(map(str, at.given(made))))


def compared(at: Page, metric: Any, column: str, keywords: dict[str, Any]) -> Any:
    """A metric by a column: drawn intervals, verdicts against the rest, letters; many hidden segments are one line."""
    estimates, total = asked(at, metric, column, keywords)
    safe = at.safe(estimates)
    shown = [i for i, one in enumerate(safe) if one.n is not None]
    if not shown:
        return at.words_of("page.too_few")
    look: dict[str, Any] = {"theme": at.theme, "number": at.next_table(), "total": total}
    look["small_base"] = at.report.job.small_base
    if sum(one.estimate is not None for one in safe) > 1:
        both = against_rest(at, estimates), estimates.compare("pairs")
        rest, pairs = (at.hiding.visible(one, safe) for one in both)
        at.compared.append(rest)
        look |= {"rest": rest, "pairs": pairs}
    few = len(safe) - len(shown)
    if few <= MANY_HIDDEN:
        return tables.table(safe, **look)
    note = at.words.message("page.hidden_rows", n=few, smallest=at.words.count(at.hiding.smallest))
    return Fragment(str(tables.table(safe.take(shown), **look)) + paragraph(note, "note"))


def moved(at: Page, metric: Any, column: str, keywords: dict[str, Any]) -> Any:
    """How each segment of a column changed from the period before."""
    report, about, table = at.report, about_of(metric), table_of(at.report, metric)
    given = keywords_of(report, metric, keywords)
    estimates = in_periods(report, function_of(about), report.both.table(table), table, given, [column], most=2)
    keys = (report.period.key, report.period.previous().key)
    both = estimates.take(i for i, one in enumerate(estimates) if one.segment[PERIOD] in keys)
    if {one.segment[PERIOD] for one in both} != set(keys):
        return at.words_of("page.no_previous")
    hidden = {one.segment[column] for one in at.safe(both, listed=False) if one.n is None}
    try:
        seen = both.compare("previous")
    except ComparisonError:  # no segment of the one period is among those of the other
        return at.words_of("page.no_previous")
    before = at.words.message("page.same_in", period=at.words.period(report.period.previous()))
    kept = [
        replace(one, segment=Facts({column: one.segment[column]}), versus=before)
        for one in seen
        if one.segment[column] not in hidden and min(one.n, one.n_versus) >= at.hiding.smallest
    ]
    if not kept:
        return at.words_of("page.too_few")
    order = looked_up(at.spoken, column, [one.segment[column] for one in kept])
    found = Differences([kept[i] for i in order], by=(column,), to=seen.to, adjust=seen.adjust)
    at.compared.append(found)
    look: dict[str, Any] = {"theme": at.theme, "number": at.next_table()}
    table_of_moves = tables.difference_table(found, small_base=report.job.small_base, **look)
    return Fragment(str(table_of_moves) + reading(at, found))


def reading(at: Page, found: Sequence[Difference]) -> str:
    """Differences in sentences: those that are clear, then the open ones with what it would take to know."""
    order = sorted(
        (one for one in found if not at.spoken.small(one)),
        key=lambda one: (one.verdict == "unclear", -abs(one.difference or 0.0)),
    )
    alone = [Differences([one], by=(), to="", adjust="") for one in order[:READ]]
    said = (at.words.code, at.theme.currency, at.theme.names, at.spoken.small_base)
    return told(at, [say_differences(one, *said) for one in alone])


def told(at: Page, lines: Sequence[str]) -> str:
    """Sentences beside a figure or under a table; a blank that keeps the place where there are none."""
    if not lines:
        return "<div></div>"
    head = escape(at.words.message("report.reading_figures"))
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<div class="reading"><h3>{head}</h3><ul>{items}</ul></div>'


def asked(at: Page, metric: Any, column: str, keywords: dict[str, Any]) -> tuple[Estimates, Estimate]:
    """A metric of the report's period by a column, and of all of it; asked once for the first page and the sections."""
    about = about_of(metric)
    rows, given = of_period(at.report, metric, keywords_of(at.report, metric, keywords))

    def answer(**by: str) -> Estimates:
        key = about.name, table_of(at.report, metric), repr(sorted((given | by).items()))
        if key not in at.answers:
            at.answers[key] = function_of(about)(rows, **by, **given)
        return at.answers[key]

    return answer(by=column), answer()[0]


def against_rest(at: Page, estimates: Estimates) -> Differences:
    """Each segment against the rest, reckoned once for an answer that the first page and a section compare."""
    found = at.rest_of.get(id(estimates))
    if found is None or found[0] is not estimates:
        found = at.rest_of[id(estimates)] = (estimates, estimates.compare("rest"))
    return found[1]
