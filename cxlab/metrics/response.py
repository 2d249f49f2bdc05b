"""How many of those who were asked answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import narwhals as nw
import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.counts import CountsBasis, rows_design
from cxlab.estimate.basis.scored import scored_bases
from cxlab.interval.design import finite
from cxlab.metric import Question, Variant, metric
from cxlab.rows.distinct import distinct
from cxlab.rows.look import part_of
from cxlab.rows.read import Rows
from cxlab.rows.truths import told
from cxlab.tally.counts import counts
from cxlab.tally.cut import Segments
from cxlab.units import SHARE

_DONE = "__done"
SCORES = ("recommend", "satisfaction", "effort", "quality")


@metric(
    label={"en": "Response rate", "vi": "Tỷ lệ phản hồi", "fa": "نرخ پاسخ‌دهی"},
    table="answers",
    time="sent",
    better="higher",
    variants=[
        Variant("sent", "completed / invitations sent", SHARE, "share"),
        Variant("delivered", "completed / invitations delivered", SHARE, "share"),
        Variant("opened", "completed / invitations opened", SHARE, "share"),
        Variant("partial_in", "(completed + partial) / invitations delivered", SHARE, "share"),
    ],
    source="AAPOR 2023",
    unit_of_analysis="invitations",
    cluster="customer",
)
def response_rate(
    answers: Rows,
    *,
    sent: float | None = None,
    delivered: float | None = None,
    opened: float | None = None,
    ask: Question,
) -> Estimates:
    """Share of invitations that were answered, 0 to 1.

    `answers` has one row for each invitation: a row with a time (or a yes) in `answered` is complete, one with a score
    but without that is partial. The base is the rows whose `sent`, `delivered` or `opened` is filled or says yes, as
    the variant says (`partial_in`: delivered). Where the table holds only those who answered, `sent`, `delivered` and
    `opened` may be given as whole numbers; then nothing can be cut by. Fewer invitations than answers is an error.
    Source: AAPOR 2023.

    >>> import cxlab as cx
    >>> rows = {"answered": ["2026-10-01"] * 95 + [None] * 12, "recommend": [9] * 107}
    >>> import pyarrow as pa
    >>> round(cx.response_rate(pa.table(rows), sent=400)[0].estimate, 4)
    0.2375
    """
    base = "delivered" if ask.variant.name == "partial_in" else ask.variant.name
    given = {"sent": sent, "delivered": delivered, "opened": opened}[base]
    if not answers.has("answered") and not any(answers.has(score) for score in SCORES):
        answers.column("answered", "response_rate")
    rows = ask.timed(distinct(answers, "answer"), base if given is None else "answered")
    rows = _marked(rows, base, given is None, ask.variant.name == "partial_in")
    cut = ask.cut(rows, base if given is None else "answered")
    tally = counts(cut, _DONE, (0.0, 1.0), metric="response_rate")
    definition = {
        "base": f"invitations {base}",
        "formula": ask.variant.formula,
        "exclusions": "" if ask.variant.name == "partial_in" else "partial answers",
        "window": cut.window.key if cut.window else "",
        "zone": cut.zone,
    }
    if given is None:
        design = replace(ask.design(rows), weight=None)
        ((basis, notes),) = scored_bases(
            cut, tally, _DONE, [[0, 1]], np.array([0.0, 1.0]), design=design, kind="share", method=ask.method
        )
        return ask.answer(tally.segments, basis, unit=SHARE, definition=definition, notes=notes, ledger=answers.ledger)
    if ask.by is not None:
        raise DefinitionError(
            "A response rate from a number of invitations cannot be cut",
            f"{base}={given} is one number, and by= asks for several",
            f"Give the table a column '{base}', with one row for each invitation",
        )
    done = float(tally.counts[:, 1].sum())
    return ask.answer(
        Segments(), _of_numbers(done, given, base, ask), unit=SHARE, definition=definition, ledger=answers.ledger
    )


def _marked(rows: Rows, base: str, by_rows: bool, partial: bool) -> Rows:
    """The invitations of the base, each with 1 where it was answered and 0 where not."""
    if by_rows:
        rows = told(rows, rows.column(base, f"response_rate of {base}"), "response_rate")
    rows = told(rows, rows.column("answered", "response_rate"), "response_rate")
    if by_rows:
        rows = part_of(rows, rows.frame.filter(_filled(rows, rows.column(base))))
    complete = _filled(rows, rows.column("answered"))
    if partial:
        for score in SCORES:
            if rows.has(score):
                complete = complete | _filled(rows, rows.column(score))
    return rows.same(rows.frame.with_columns(complete.cast(nw.Int64).alias(_DONE)))


def _filled(rows: Rows, column: str) -> nw.Expr:
    """Whether a cell holds something: a time, a score or a yes; blanks of text are nothing."""
    cell, kind = nw.col(column), rows.schema[column]
    if kind == nw.Boolean:
        return cell.fill_null(False)
    words = kind in (nw.String, nw.Categorical, nw.Enum)
    return ~cell.is_null() & (cell.cast(nw.String).str.strip_chars() != "") if words else ~cell.is_null()


def _of_numbers(done: float, invited: float, base: str, ask: Question) -> CountsBasis:
    whole = isinstance(invited, (int, float)) and float(invited).is_integer()
    if not whole or not invited >= done or invited <= 0:
        raise DefinitionError(
            "Invitations are a whole number, and there are as many as answers or more",
            f"{base}={invited!r} and {done:g} answers",
            "Give the number of invitations",
        )
    if ask.cluster is not None or ask.strata is not None or isinstance(ask.population, Mapping):
        raise DefinitionError(
            "A number of invitations has no clusters or strata",
            f"{base}={invited!r} is one number",
            f"Give the table a column '{base}', with one row for each invitation",
        )
    sums = np.array([[invited - done, done]])
    points = np.array([0.0, 1.0])
    size, df, variance = rows_design(sums, sums, np.array([float(invited)]), points, weighted=False)
    if ask.population is not None and not ask.census:
        size = finite(size, np.array([float(invited)]), np.array([float(ask.population)]))
        variance = variance * np.divide(invited, size, out=np.zeros(1), where=np.isfinite(size))
    df = np.array([invited - 1.0]) if ask.method == "t" else df
    return CountsBasis(
        "share", ask.method, points, sums, np.array([float(invited)]), size, df, variance, sums, (0.0, 1.0)
    )
