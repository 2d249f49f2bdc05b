"""Which drivers go with a score, and how much of its variation each of them explains: association, not cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxlab.compare.change import metric_of
from cxlab.errors import CxlabError, DefinitionError, listing
from cxlab.estimate import UNBOUNDED, Estimate, Estimates, Facts
from cxlab.interval.lmg import MOST, johnson, lmg
from cxlab.metric import level_of
from cxlab.rows.read import Rows, rows_of
from cxlab.rows.scores import scale_of
from cxlab.tally.joint import Joint, joint
from cxlab.units import SHARE

Floats = np.ndarray

DRIVER = "driver"
DRAWS = 1000
SEED = 20261121
VARIANTS = ("explained", "r_squared")
MOST_LOST = 0.05  # more draws than this without an answer: the limits would be those of the lucky ones
NOTHING = 1e-12  # a smaller R squared is rounding
CHUNK = 20_000_000  # numbers held at once


class Drivers(Estimates):
    """The share of each driver, with what goes with it.

    `r_squared` is the share of the outcome's variation that all drivers explain together, `direction` says of each
    driver whether it goes up ("with") or down ("against") as the outcome goes up, and `performance` has the mean answer
    of each driver, as points from 0 to 100 where their scales differ.
    """

    r_squared: float = float("nan")
    direction: Mapping[str, str]
    performance: Estimates


@dataclass(frozen=True)
class _Fit:
    shares: Floats
    r_squared: float
    correlation: Floats


def drivers(
    rows: Any,
    outcome: str,
    drivers: Sequence[str],
    scale: Any = None,
    *,
    weight: str | None = None,
    variant: str = "explained",
    level: float = 0.95,
    missing: Sequence[object] = (),
    draws: int = DRAWS,
) -> Drivers:
    """The share of the outcome's explained variation that goes with each driver, 0 to 1; they sum to 1.

    `outcome` and `drivers` are columns of answers, `scale` the scale of all of them or a mapping from column to scale.
    Shares are R squared averaged over all orders of entry (LMG) for up to 12 drivers, Johnson's relative weights above;
    `variant="r_squared"` gives the parts of R squared itself. Limits are percentiles of a bootstrap of the rows. Rows
    without an answer to all of them are left out and counted. Drivers that determine each other, and columns of one
    value, are errors. This is association: a driver that explains much need not move the outcome when it is changed.
    Source: Lindeman, Merenda and Gold 1980; Johnson 2000; Gromping 2006 for the bootstrap.
    """
    source, names = rows_of(rows), [str(name) for name in drivers]
    _asked(outcome, names, variant)
    level = level_of(level, "drivers")
    scales = {name: scale_of(_scale(scale, name), source, source.column(name, "drivers"), "drivers") for name in names}
    ends = scale_of(_scale(scale, outcome), source, source.column(outcome, "drivers"), "drivers")
    heft = weight if weight is not None else ("weight" if source.has("weight") else None)
    tally = joint(source, {**scales, outcome: ends}, weight=heft, missing=missing, why="drivers")
    n = int(tally.n.sum())
    if n < len(names) + 3:
        raise DefinitionError(
            "There are too few rows with all answers to weigh drivers",
            f"{n} rows have all of {listing([*names, outcome], 'and')}, {tally.lost} lack one",
            "Take fewer drivers or more rows",
        )
    fit = _fit(_moments(tally.values) @ tally.w, len(names))
    if variant == "explained":
        _explains(fit, outcome, names, n)
    low, high, lost = _limits(tally, len(names), variant, level, draws)
    figures = fit.shares if variant == "r_squared" else fit.shares / fit.r_squared
    direction = {name: "with" if fit.correlation[i] >= 0 else "against" for i, name in enumerate(names)}
    like = Estimate(
        id="drivers", metric="drivers", variant=variant, estimate=None, low=None, high=None, level=level, n=n,
        n_effective=n * tally.worth, unit=SHARE.name, method=f"{'lmg' if len(names) <= MOST else 'johnson'}, bootstrap",
        definition=Facts({"outcome": outcome, "r_squared": round(fit.r_squared, 6), "base": "rows with all answers"}),
        notes=_notes(tally, heft, lost, draws),
    )  # fmt: skip
    items = [
        replace(
            like,
            id=f"drivers.{variant}[driver={name}]",
            estimate=float(figures[i]),
            low=None if np.isnan(low[i]) else float(min(low[i], figures[i])),
            high=None if np.isnan(high[i]) else float(max(high[i], figures[i])),
            segment=Facts({DRIVER: name}),
            notes=(f"goes {direction[name]} {outcome}", *like.notes),
        )
        for i, name in enumerate(names)
    ]
    found = Drivers(items, axis=DRIVER, ledger=source.ledger)
    found.r_squared, found.direction = fit.r_squared, direction
    found.performance = _performance(source, scales, heft, level, missing)
    return found


def _asked(outcome: str, names: list[str], variant: str) -> None:
    if not names or len({outcome, *names}) < len(names) + 1:
        raise DefinitionError(
            "Drivers are columns other than the outcome, each named once",
            f"outcome={outcome!r}, drivers={names!r}",
            "Name one column or more",
        )
    if variant not in VARIANTS:
        raise DefinitionError("drivers has no such variant", f"variant={variant!r}", f"Use {listing(VARIANTS)}")


def _explains(fit: _Fit, outcome: str, names: list[str], n: int) -> None:
    """Refuse to share an R squared of 0."""
    if fit.r_squared < NOTHING:
        raise DefinitionError(
            "The drivers explain nothing of the outcome, so there is nothing to share",
            f"none of {listing(names, 'and')} goes with {outcome!r} in {n} rows",
            "Take other drivers, or variant='r_squared'",
        )


def _scale(scale: Any, name: str) -> Any:
    return scale.get(name) if isinstance(scale, Mapping) else scale


def _moments(values: Floats) -> Floats:
    """The products of all columns and of a column of ones, one row for each pair: sums of them make a correlation."""
    ones = np.column_stack([np.ones(len(values)), values - values.mean(axis=0)])
    i, j = np.triu_indices(ones.shape[1])
    return np.asarray((ones[:, i] * ones[:, j]).T)


def _fit(sums: Floats, p: int) -> _Fit:
    """Shares of R squared from weighted sums of products; the outcome is the last column."""
    table = np.zeros((p + 2, p + 2))
    table[np.triu_indices(p + 2)] = sums
    table = np.triu(table) + np.triu(table, 1).T
    mean = table[0, 1:] / table[0, 0]
    covariance = table[1:, 1:] / table[0, 0] - np.outer(mean, mean)
    spread = np.sqrt(np.where(np.diag(covariance) > 1e-12, np.diag(covariance), np.nan))
    correlation = covariance / np.outer(spread, spread)
    shares = (lmg if p <= MOST else johnson)(correlation[:p, :p], correlation[:p, p])
    return _Fit(shares, float(shares.sum()), correlation[:p, p])


def _limits(tally: Joint, p: int, variant: str, level: float, draws: int) -> tuple[Floats, Floats, int]:
    """Percentile limits over redrawn rows, and the draws that had no answer."""
    random = np.random.Generator(np.random.PCG64(SEED))
    n, moments, heft = int(tally.n.sum()), _moments(tally.values), tally.w / tally.n
    found: list[Floats] = []
    lost, step = 0, max(1, CHUNK // len(tally.n))
    for start in range(0, draws, step):
        drawn = random.multinomial(n, tally.n / n, size=min(step, draws - start)) * heft
        for sums in drawn @ moments.T:
            try:
                fit = _fit(sums, p)
            except CxlabError:
                lost += 1  # a draw in which a column has one value or repeats others tells nothing of the shares
                continue
            found.append(fit.shares if variant == "r_squared" else fit.shares / max(fit.r_squared, NOTHING))
    if not found or lost > MOST_LOST * draws:
        return np.full(p, np.nan), np.full(p, np.nan), lost
    low, high = np.quantile(np.array(found), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high, lost


def _notes(tally: Joint, weight: str | None, lost: int, draws: int) -> tuple[str, ...]:
    notes = ["association, not cause"]
    if tally.lost:
        notes.append(f"left out: {tally.lost} rows without all answers")
    if weight is not None:
        notes += [f"weighted by {weight}", *tally.notes]
    if lost > MOST_LOST * draws:
        notes.append(f"{UNBOUNDED}: {lost} of {draws} bootstrap draws have no shares")
    return tuple(notes)


def _performance(
    source: Rows, scales: Mapping[str, tuple[float, float]], weight: str | None, level: float, missing: Sequence[object]
) -> Estimates:
    """The mean answer of each driver, on its scale where all have the same one, else from 0 to 100."""
    one = len(set(scales.values())) == 1
    ask = metric_of("rating" if one else "csat")
    extra: dict[str, Any] = {} if one else {"variant": "index"}
    items = []
    for name, ends in scales.items():
        (answer,) = ask(source, name, scale=ends, weight=weight, level=level, missing=tuple(missing), **extra)
        items.append(replace(answer, id=f"{answer.metric}[driver={name}]", segment=Facts({DRIVER: name})))
    return Estimates(items, axis=DRIVER, ledger=source.ledger)
