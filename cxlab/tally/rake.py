"""Raking: weights that bring the answers to known margins of the population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from cxlab.errors import AnswerError, DefinitionError, listing
from cxlab.rows.declared import plain
from cxlab.rows.ledger import Ledger
from cxlab.rows.read import Rows, collect, rows_of
from cxlab.words.fold import fold_text

Floats = np.ndarray
Margins = Mapping[str, Mapping[Any, float]]

ROUNDS = 2000
BEYOND = 100.0  # a factor's logarithm that no margin asks for: without rows where they are needed factors grow for ever
CLOSE = 1e-12  # the largest relative miss of a margin at which raking stops
MARGIN_MISS = 1e-3  # margins whose totals differ by more than this share are not of one population
MOST_CELLS = 20_000


@dataclass(frozen=True)
class _Table:
    """The cells of a table: for each margin the level of each cell (M, C), base weight and number of rows (C,)."""

    levels: tuple[tuple[Any, ...], ...]
    codes: Floats
    raw: tuple[dict[Any, int], ...]
    base: Floats
    rows: Floats


def rake(rows: Any, margins: Margins, trim: float | Sequence[float] | None = None) -> Rows:
    """The rows with a column `weight` (rows of the population per answer) that brings them to known margins.

    `margins` maps a column to the population's number of each of its levels, {"region": {"North": 4421, ...}}; every
    level in the rows needs one, and every level asked for needs rows. A column or role `weight` that is there is the
    weight to begin with. `trim` is the largest weight allowed, or the least and the largest, in multiples of the mean
    weight; what is cut off is spread evenly over the other rows, which loosens the margins.

    Metrics weight by the column without being told, and know the margins: their intervals take what raking explains.
    `.ledger` has the design effect, the weighting efficiency, the rounds and the rows trimmed. Blank levels, levels
    without rows, totals that disagree and margins that cannot be met together are errors.
    Source: Deming and Stephan 1940; Deville and Sarndal 1992.

    >>> import pyarrow as pa
    >>> answers = pa.table({"region": ["N", "N", "N", "S"], "recommend": [9, 10, 3, 8]})
    >>> raked = rake(answers, {"region": {"N": 50, "S": 50}})
    >>> [round(w, 2) for w in raked.to_pandas()["weight"]]
    [16.67, 16.67, 16.67, 50.0]
    """
    source = rows_of(rows)
    if not margins:
        raise DefinitionError("Raking needs margins", "margins= is empty", 'Write {"region": {"North": 4421, ...}}')
    margins, trim = plain(dict(margins)), plain(trim)
    targets = _targets(margins)
    base = source.find("weight")
    columns = [source.column(name, "cx.rake") for name in margins]
    table = _cells(source, columns, base, targets)
    factors, rounds = _fit(table, targets)
    weight = table.base * np.prod([factor[code] for factor, code in zip(factors, table.codes, strict=True)], axis=0)
    low, high, shift = _trimming(weight, table.rows, trim)
    final = np.clip(weight + shift, low, high)
    expression: Any = nw.lit(1.0) if base is None else nw.col(base).cast(nw.Float64)
    for column, raw, factor in zip(columns, table.raw, factors, strict=True):
        expression = expression * _factor(nw.col(column), raw, factor)
    if trim is not None:
        moved = expression + shift
        expression = nw.when(moved < low).then(nw.lit(low)).otherwise(moved)
        expression = nw.when(moved > high).then(nw.lit(high)).otherwise(expression)
    ledger = _noted(source.ledger, table, final, rounds, int(table.rows[(final <= low) | (final >= high)].sum()))
    return replace(
        source,
        frame=source.frame.with_columns(expression.alias("weight")),
        ledger=ledger,
        roles={**source.roles, "weight": "weight"},
        margins={column: dict(level) for column, level in zip(columns, margins.values(), strict=True)},
    )


def _targets(margins: Margins) -> list[dict[Any, float]]:
    """The margins with their levels folded, all with the total of the first."""
    found: list[dict[Any, float]] = []
    for name, margin in margins.items():
        if not isinstance(margin, Mapping) or not margin:
            raise DefinitionError(
                "A margin is a mapping from level to number", f"margins['{name}'] = {margin!r}", 'Write {"North": 4421}'
            )
        for level, size in margin.items():
            if isinstance(size, bool) or not isinstance(size, (int, float)) or not 0 < size < float("inf"):
                raise DefinitionError(
                    "A margin needs a number above 0 for each level",
                    f"margins['{name}'][{level!r}] = {size!r}",
                    "Correct the number, or leave out the rows of that level",
                )
        found.append({_level(level): float(size) for level, size in margin.items()})
    sums = [sum(margin.values()) for margin in found]
    for name, total in zip(margins, sums, strict=True):
        if abs(total / sums[0] - 1) > MARGIN_MISS:
            raise DefinitionError(
                "The margins are not of one population",
                f"'{next(iter(margins))}' has {sums[0]:g} in all, '{name}' has {total:g}",
                "Give every margin the same total",
            )
    return [
        {level: size * sums[0] / total for level, size in margin.items()}
        for margin, total in zip(found, sums, strict=True)
    ]


def _cells(source: Rows, columns: list[str], base: str | None, targets: list[dict[Any, float]]) -> _Table:
    """The rows by the levels of all margins and their base weight, from one group-by."""
    names = [f"__m{i}" for i in range(len(columns))]
    start = nw.lit(1.0) if base is None else nw.col(base).cast(nw.Float64)
    keys = {name: nw.col(column) for name, column in zip(names, columns, strict=True)}
    table: pa.Table = collect(source.frame.select(w=start, **keys).group_by(*names, "w").agg(nw.len().alias("n")))
    if table.num_rows > MOST_CELLS:
        raise DefinitionError(
            "Raking works on cells of rows alike",
            f"the margins and the weights make {table.num_rows} cells",
            "Rake to fewer columns, or leave out the weight to begin with",
        )
    n = table.column("n").to_numpy().astype(float)
    weight = np.array([np.nan if w is None else w for w in table.column("w").to_pylist()], dtype=float)
    if not (np.isfinite(weight).all() and (weight > 0).all()):
        none = int(n[~((weight > 0) & np.isfinite(weight))].sum())
        raise AnswerError(
            "Raking needs a weight above 0 to begin with",
            f"in column '{base}' of {source.origin} {none} rows have none",
            "Correct the weights, or leave the column out",
        )
    codes, raws, levels = [], [], []
    for name, column, target in zip(names, columns, targets, strict=True):
        place = {level: i for i, level in enumerate(target)}
        values = table.column(name).to_pylist()
        _known(source, column, values, n, place)
        raw = {value: place[_level(value)] for value in values}
        codes.append(np.array([raw[value] for value in values], dtype=int))
        raws.append(raw)
        levels.append(tuple(target))
    return _Table(tuple(levels), np.stack(codes), tuple(raws), weight, n)


def _known(source: Rows, column: str, values: list[Any], n: Floats, place: dict[Any, int]) -> None:
    """Every row needs a margin, and every margin rows."""
    lost = [i for i, value in enumerate(values) if _level(value) not in place]
    if lost:
        names = sorted({str(values[i]) if values[i] is not None else "(blank)" for i in lost})
        raise AnswerError(
            f"Rows of '{column}' have a level without a margin",
            f"{int(n[lost].sum())} rows of {source.origin} have {listing(names[:5], 'and')}",
            "Give that level a margin, or leave those rows out before raking",
        )
    empty = [level for level in place if level not in {_level(value) for value in values}]
    if empty:
        raise AnswerError(
            f"A margin of '{column}' has no rows",
            f"nobody of {listing(empty, 'and')} is in {source.origin}",
            "Join that level to another one, in the rows and in the margin",
        )


def _fit(table: _Table, targets: list[dict[Any, float]]) -> tuple[list[Floats], int]:
    """A factor for each level of each margin, by iterative proportional fitting until every margin is met."""
    wanted = [np.array(list(target.values())) for target in targets]
    factors = [np.ones(len(want)) for want in wanted]
    weight = table.base * table.rows
    for done in range(1, ROUNDS + 1):
        miss = 0.0
        for factor, want, code in zip(factors, wanted, table.codes, strict=True):
            step = want / np.bincount(code, weight, len(want))
            miss = max(miss, float(np.abs(step - 1.0).max()))
            factor *= step
            weight = weight * step[code]
        if miss < CLOSE or len(wanted) == 1:
            return factors, done
        if any(np.abs(np.log(factor)).max() > BEYOND for factor in factors):
            break
    raise DefinitionError(
        "The margins cannot be met together",
        f"after {done} rounds of raking one is still off by {miss:.2g} of its size",
        "Join rare levels: too many combinations of levels have no rows",
    )


def _trimming(weight: Floats, rows: Floats, trim: float | Sequence[float] | None) -> tuple[float, float, float]:
    """The least and the largest weight, and what every other weight gains so that the total stays."""
    if trim is None:
        return -np.inf, np.inf, 0.0
    limits = [0.0, trim] if isinstance(trim, (int, float)) else list(trim)
    if len(limits) != 2 or not 0 <= limits[0] < 1 < limits[1]:
        raise DefinitionError(
            "Weights are trimmed around their mean",
            f"trim={trim!r}",
            "Give the largest weight in multiples of the mean, as 5, or the least and the largest, as (0.2, 5)",
        )
    total = float((weight * rows).sum())
    low, high = (float(limit) * total / float(rows.sum()) for limit in limits)
    under, over = low - float(weight.max()), high - float(weight.min())
    for _ in range(200):
        middle = 0.5 * (under + over)
        less = float((np.clip(weight + middle, low, high) * rows).sum()) < total
        under, over = (middle, over) if less else (under, middle)
    return low, high, 0.5 * (under + over)


def _factor(value: Any, raw: dict[Any, int], factor: Floats) -> Any:
    """The factor of each row by its raw level."""
    expression: Any = nw.lit(1.0)
    for place in sorted(set(raw.values())):
        named = [level for level, at in raw.items() if at == place and level is not None]
        match = value.is_in(named) if named else value.is_null()
        if named and raw.get(None) == place:
            match = match | value.is_null()
        expression = nw.when(match).then(nw.lit(float(factor[place]))).otherwise(expression)
    return expression


def _noted(ledger: Ledger, table: _Table, weight: Floats, rounds: int, trimmed: int) -> Ledger:
    """A ledger of its own with what raking did."""
    n, total, squares = table.rows.sum(), (weight * table.rows).sum(), (weight**2 * table.rows).sum()
    effect = float(n * squares / total**2)
    found = ledger.copy()
    found.facts |= {"design_effect": effect, "weighting_efficiency": 1.0 / effect, "rounds": rounds, "trimmed": trimmed}
    found.found("raked", int(n), "weight", f"design effect {effect:.3f}, efficiency {1 / effect:.1%}, rounds {rounds}")
    found.found("trimmed", trimmed, "weight")
    return found


def _level(value: Any) -> Any:
    return fold_text(value) if isinstance(value, str) else value
