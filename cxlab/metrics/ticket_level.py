"""Service level from tickets: the share answered within the limit, those still open censored."""

from __future__ import annotations

from typing import Any

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.metric import Question
from cxlab.metrics.spans import share_within, spans_of
from cxlab.rows.read import Rows


def service_level(tickets: Rows, within: float, clock: Any, as_of: Any, ask: Question) -> Estimates:
    """The share of tickets answered within a limit of seconds, 1 - S(limit)."""
    if ask.variant.name != ask.about.variants[0].name:
        raise DefinitionError(
            f"service_level ({ask.variant.name}) is about abandoned calls",
            f"{tickets.origin} holds tickets, which nobody hangs up",
            "Leave variant= out",
        )
    found = spans_of(
        tickets,
        ask,
        "opened",
        "responded",
        id_role="ticket",
        base="tickets",
        clock=clock,
        as_of=as_of,
        others=("resolved", "assigned"),
    )
    facts = {
        "formula": "tickets answered within the limit, 1 - S(limit) by Kaplan and Meier",
        "within": f"{within:g} s",
    }
    return share_within(found, ask, within, tickets.ledger, facts)


def no_clock(ask: Question, clock: Any, as_of: Any) -> None:
    """Refuse what means something to tickets only."""
    for name, value, usual in (("clock", clock, "calendar"), ("as_of", as_of, None)):
        if value != usual:
            raise DefinitionError(
                f"{ask.about.name} of calls has no use for {name}=", f"{name}={value!r}", "Leave it out"
            )
