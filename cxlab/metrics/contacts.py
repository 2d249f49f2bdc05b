"""Contacts: how many there are, per customers or orders, and through which channel they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.rate import rate_basis
from cxlab.metric import Question, Variant, metric
from cxlab.metrics.logs import facts_of, refuse, share_of_counts
from cxlab.metrics.shares import rows_of_shares
from cxlab.rows.distinct import distinct
from cxlab.rows.look import part_of
from cxlab.rows.read import Rows, collect
from cxlab.tally.cut import Cut, Segments
from cxlab.tally.order import in_order
from cxlab.tally.sums import sums
from cxlab.units import COUNT, RATE, SHARE
from cxlab.words.fold import fold_text

Floats = np.ndarray
LEFT_OUT = ("merged", "spam", "automatic", "outbound")
TIMES = {"opened": "ticket", "started": "call", "answered": "answer", "time": "contact"}
LOGS: Mapping[str, Any] = {"table": "tickets", "unit_of_analysis": "contacts", "census": True}


@metric(
    label={"en": "Number of requests", "vi": "Số lượng yêu cầu", "fa": "تعداد درخواست‌ها"},
    better="lower",
    variants=[
        Variant(
            "contact",
            "different contacts, without merged, spam, automatic and outbound ones",
            COUNT,
            "rate",
            also=(RATE,),
        ),
        Variant("ticket", "rows, without repeated ones", COUNT, "rate", also=(RATE,)),
        Variant("call_leg", "rows, each leg of a call for itself", COUNT, "rate", also=(RATE,)),
    ],
    source="Newcombe and Altman 2000",
    cluster="customer",
    **LOGS,
)
def request_volume(table: Rows, *, per: float = 1000, exposure: Any = None, ask: Question) -> Estimates:
    """Number of contacts, a count; with `exposure` a rate per so many customers or orders.

    `table` holds tickets (`opened`), calls (`started`) or answers. `contact` counts each `ticket`, `call` or `answer`
    once and leaves out rows whose `status` is merged, spam, automatic or outbound. `exposure` is the number of
    customers or orders in the same time, or a mapping from segment to that number; the rate is per `per` of them.
    Contacts of one customer are not independent: with `customer` the interval is the log-scale t over customers, else
    Jeffreys' of the count. Source: Newcombe and Altman 2000; Jeffreys 1946.

    >>> import cxlab as cx, pyarrow as pa
    >>> rows = pa.table({"ticket": [1, 2, 3], "status": ["open", "spam", "closed"]})
    >>> cx.request_volume(rows)[0].estimate, cx.request_volume(rows, exposure=400)[0].estimate
    (2.0, 5.0)
    """
    refuse(ask, "weight", "strata", "population", "missing")
    rows = _counted(ask.timed(table, _time(table)), ask.variant.name)
    cut = ask.cut(rows, _time(rows))
    customer = ask.design(rows).cluster
    amounts = {"contacts": nw.lit(1.0) + _nothing(rows)}
    tally = sums(cut, amounts, unit=customer)
    base = _exposure(exposure, tally.segments)
    basis = rate_basis(
        cut,
        amounts,
        tally,
        "contacts",
        method=ask.method,
        exposure=base,
        factor=1.0 if exposure is None else float(per),
        shared=not isinstance(exposure, Mapping),
        silent=True,
    )
    facts = facts_of(ask, cut, "contacts", per=f"{per:g}" if exposure is not None else "")
    notes = [() if customer is None else (f"clustered by {customer}: {units:g} units",) for units in tally.units]
    unit = COUNT if exposure is None else RATE
    return ask.answer(tally.segments, basis, unit=unit, definition=facts, notes=notes, ledger=table.ledger)


@metric(
    label={"en": "Share of contacts", "vi": "Tỷ lệ lượt liên hệ theo kênh", "fa": "سهم تماس‌ها به تفکیک کانال"},
    better="",
    variants=[
        Variant("each", "contacts through a channel / contacts, one over two channels in each", SHARE, "share"),
        Variant("first", "contacts that began through a channel / contacts", SHARE, "share"),
    ],
    source="Goodman 1965",
    **LOGS,
)
def contacts_by_channel(table: Rows, *, ask: Question) -> Estimates:
    """Share of contacts that come through each channel, 0 to 1.

    `table` has `channel`, and where a contact has several rows its id in `ticket`, `call` or `answer`: `each` counts it
    in every channel it used, so that shares may add to more than 1, `first` in that of its first row by `opened` or
    `started`. Rows whose `status` is merged, spam, automatic or outbound are left out. Each share has its own interval;
    they are not simultaneous. Contacts without a channel are the channel None. Source: METHODS 1 for each share.

    >>> import cxlab as cx, pyarrow as pa
    >>> [round(e.estimate, 2) for e in cx.contacts_by_channel(pa.table({"channel": ["chat", "email", "email"]}))]
    [0.33, 0.67]
    """
    refuse(ask, "weight", "cluster", "strata", "population", "missing")
    rows = _wanted(ask.timed(table, _time(table)))
    name = _id(rows)
    channel = rows.column("channel", "contacts_by_channel")
    time = _time(rows)
    if name is not None:
        rows = _of_contacts(rows, name, channel, time, ask.variant.name)
    cut = ask.cut(rows, time)
    several = name if ask.variant.name == "each" else None
    segments, found, once = _by_channel(cut, channel, several)
    found = found or {None: np.zeros(len(segments))}
    if several is None:
        once = sum(found.values(), np.zeros(len(segments)))
    elif once is None:
        contacts = _contacts(cut, several)
        once = np.array([contacts.get(value, 0.0) for value in segments.values])
    return _shares(ask, cut, (segments, found), once, table)


def _shares(ask: Question, cut: Cut, found: tuple[Segments, dict[Any, Any]], n: Floats, table: Rows) -> Estimates:
    segments, by_channel = found
    channels = [one for (one,) in in_order((one,) for one in by_channel)]
    parts = []
    for channel in channels:
        k = by_channel[channel]
        notes: list[tuple[str, ...]] = [(f"{count:g} contacts",) for count in k]
        parts.append((share_of_counts(k, n, ask.method), notes))
    facts = facts_of(ask, cut, "contacts")
    return rows_of_shares(ask, segments, parts, "channel", channels, facts)


def _by_channel(cut: Cut, channel: str, several: str | None) -> tuple[Segments, dict[Any, Any], Floats | None]:
    """Rows per channel and segment, in one query; two spellings of a channel are one.

    With `several`, the id of contacts with several rows, also the number of contacts of each segment, each counted once
    at the first of its channels; None where they have to be counted by themselves.
    """
    frame = cut.select(__channel=nw.col(channel), **({"__id": nw.col(cut.rows.column(several))} if several else {}))
    frame = frame.with_columns(__first=nw.lit(1))
    if several is not None and frame.implementation.is_duckdb():
        place = nw.col("__first").cum_sum().over(*cut.names, "__id", order_by="__channel")
        alone = nw.col("__id").is_null()
        frame = frame.with_columns(__first=nw.when(alone | (place == 1)).then(nw.lit(1)).otherwise(nw.lit(0)))
    grouped = frame.group_by(*cut.names, "__channel").agg(nw.len().alias("__n"), nw.col("__first").sum())
    table = collect(grouped)
    segments, position, segment = cut.fold(table)
    spellings = table.take(position).group_by(cut.names).aggregate([]).num_rows if cut.names else 1
    once = None
    if frame.implementation.is_duckdb() and not cut.overlap and spellings <= len(np.unique(segment)):
        first = table.column("__first").to_numpy(zero_copy_only=False).astype(float)
        once = np.bincount(segment, first[position], len(segments))
    raw = table.column("__channel").to_pylist()
    n = table.column("__n").to_numpy(zero_copy_only=False).astype(float)
    found: dict[Any, Any] = {}
    for row, place in zip(position, segment, strict=True):
        value = raw[row]
        name = fold_text(value) if isinstance(value, str) else value
        found.setdefault(name, np.zeros(len(segments)))[place] += n[row]
    return segments, found, once


def _contacts(cut: Cut, name: str) -> dict[Any, float]:
    """Different contacts per segment; a row without an id is one of its own."""
    tally = sums(cut, {"n": nw.lit(1.0) + _nothing(cut.rows)}, unit=name)
    return dict(zip(tally.segments.values, tally.units, strict=True))


def _of_contacts(rows: Rows, name: str, channel: str, time: str | None, variant: str) -> Rows:
    """One row for each contact and channel, or the first row of each contact."""
    column = rows.column(name)
    keyed = rows.frame.filter(~nw.col(column).is_null())
    order = rows.find(time) if time is not None else None
    if variant == "first":
        single = (
            keyed.unique(subset=[column], keep="first", order_by=[order])
            if order is not None
            else keyed.unique(subset=[column], keep="any")
        )
    else:
        single = keyed.unique(subset=[column, channel], keep="any")
    return part_of(rows, nw.concat([single, rows.frame.filter(nw.col(column).is_null())], how="vertical"))


def _counted(table: Rows, variant: str) -> Rows:
    """The rows that a variant counts."""
    if variant == "call_leg":
        return table
    name = _id(table)
    if variant == "ticket":
        return distinct(table, name) if name is not None else table
    rows = _wanted(table)
    if name is None:
        return rows
    column = rows.column(name)
    keyed = rows.frame.filter(~nw.col(column).is_null())
    time = _time(rows)
    order = rows.find(time) if time is not None else None
    single = keyed.unique(subset=[column], keep="first", order_by=[order]) if order else keyed.unique(subset=[column])
    return part_of(rows, nw.concat([single, rows.frame.filter(nw.col(column).is_null())], how="vertical"))


def _wanted(table: Rows) -> Rows:
    """The rows that are contacts of customers."""
    if not table.has("status"):
        return table
    status = nw.col(table.column("status")).cast(nw.String).str.strip_chars().str.to_lowercase()
    return part_of(table, table.frame.filter(status.is_null() | (~status.is_in(list(LEFT_OUT)))))


def _id(rows: Rows) -> str | None:
    return next((name for name in ("ticket", "call", "answer") if rows.has(name)), None)


def _time(rows: Rows) -> str | None:
    # What opens among answers is the invitation, which is no contact of a customer.
    invited = rows.has("answered") and not rows.has("ticket") and (rows.has("answer") or rows.has("sent"))
    return "answered" if invited else next((name for name in TIMES if rows.has(name)), None)


def _nothing(rows: Rows) -> Any:
    """An expression of 0 for every row, for engines that make one row of a bare constant."""
    return nw.when(nw.col(rows.columns[0]).is_null()).then(nw.lit(0.0)).otherwise(nw.lit(0.0))


def _exposure(exposure: Any, segments: Segments) -> Any:
    if exposure is None:
        return None
    if not isinstance(exposure, Mapping):
        if not isinstance(exposure, (int, float)) or not exposure > 0:
            raise DefinitionError(
                "exposure= is a number above 0, or one for each segment", f"exposure={exposure!r}", "Give such a number"
            )
        return float(exposure)
    keys = [value[0] if len(value) == 1 else value for value in segments.values]
    missing = [key for key in keys if key not in exposure]
    if missing:
        raise DefinitionError(
            "exposure= does not name every segment", f"it has nothing for {missing[0]!r}", "Add it to the mapping"
        )
    return np.array([float(exposure[key]) for key in keys])
