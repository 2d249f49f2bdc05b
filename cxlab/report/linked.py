"""Segments to hide so that the figures of one column do not give away what another column hides.

Where cities lie in countries, a country less its shown cities is the city that was hidden. Every shown figure is a sum
over the cells of all segment columns crossed; a group of people is given away when its cells are such a combination of
the shown sums. The reader is taken to know which cells are empty, such as which city lies in which country.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.rows.read import Rows, collect
from cxlab.tally.cut import ByPeriod, cut

EXACT = 1e-8
# Beyond this the crossing is a list of people rather than a table; only whole segments are looked at.
MOST_CELLS = 2000


def crossed(rows: Rows, columns: Sequence[str | ByPeriod]) -> dict[tuple[Any, ...], int]:
    """How many rows stand in each cell of the columns crossed, empty cells left out."""
    parts = cut(rows, columns, None, None, "a report")
    table = collect(parts.select().group_by(*parts.names).agg(nw.len().alias("n")))
    segments, positions, segment = parts.fold(table)
    found = np.zeros(len(segments.values), dtype=int)
    np.add.at(found, segment, table.column("n").to_numpy()[positions])
    return dict(zip(segments.values, found.tolist(), strict=True))


def hidden(cells: dict[tuple[Any, ...], int], k: int) -> list[set[Any]]:
    """The segments of each column to hide, so that nothing about fewer than `k` people follows from the others.

    `cells` maps the values of all columns to a count above 0. Beside what is small and what a total would give away,
    the smallest segment is hidden of every combination that makes out fewer than `k` people, until there is none.

    >>> [sorted(one) for one in hidden({("Y", "A"): 100, ("Y", "tiny"): 3, ("X", "B"): 11, ("X", "C"): 200}, 10)]
    [[], ['A', 'B', 'tiny']]
    """
    keys, n = list(cells), np.array(list(cells.values()), dtype=float)
    columns = range(len(keys[0]) if keys else 0)
    masks = [
        {value: np.array([key[i] == value for key in keys]) for value in dict.fromkeys(key[i] for key in keys)}
        for i in columns
    ]
    bases = [{value: float(n[mask].sum()) for value, mask in masks[i].items()} for i in columns]
    out: list[set[Any]] = [{value for value, base in bases[i].items() if base < k} for i in columns]
    while True:
        for i in columns:
            _beside(out[i], bases[i], k)
        shown = [(i, value) for i in columns for value in masks[i] if value not in out[i]]
        shown.sort(key=lambda one: (bases[one[0]][one[1]], one[0], str(one[1])))
        leak = _leak(masks, shown, n, k)
        if leak is None:
            return out
        out[leak[0]].add(leak[1])


def _beside(small: set[Any], bases: dict[Any, float], k: int) -> None:
    """Hide the next smallest beside a hidden one, as `Estimates.suppress` does, since the total is shown."""
    if not small or len(bases) < 2:
        return
    for value in sorted(bases, key=lambda one: (bases[one], str(one))):
        if len(small) > 1 and sum(bases[one] for one in small) >= k:
            return
        small.add(value)


def _leak(
    masks: list[dict[Any, np.ndarray]], shown: list[tuple[int, Any]], n: np.ndarray, k: int
) -> tuple[int, Any] | None:
    """The first shown segment without which fewer than `k` people cannot be made out any more; None where none are."""
    groups = [masks[i][value] for i, value in shown]
    small = [mask for column in masks for mask in column.values() if n[mask].sum() < k]
    for one, other in combinations(masks if len(n) <= MOST_CELLS else [], 2):
        small += [a & b for a in one.values() for b in other.values() if 0 < n[a & b].sum() < k]
    for a in groups:
        small += [b & ~a for b in groups if not (a & ~b).any() and 0 < n[b & ~a].sum() < k]
    if not small or not shown:
        return None
    sums = np.stack([np.ones(len(n)), *groups], axis=1).astype(float)
    wanted = np.stack(small, axis=1).astype(float)
    share = np.linalg.lstsq(sums, wanted, rcond=None)[0]
    for j in np.flatnonzero(np.abs(sums @ share - wanted).max(axis=0) < EXACT):
        used = [place for place in range(len(shown)) if abs(share[place + 1, j]) > EXACT]
        for place in used:
            rest = np.delete(sums, place + 1, axis=1)
            if np.abs(rest @ np.linalg.lstsq(rest, wanted[:, j], rcond=None)[0] - wanted[:, j]).max() >= EXACT:
                return shown[place]
        if used:  # made out in two ways: one of them first
            return shown[used[0]]
    return None
