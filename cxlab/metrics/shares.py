"""Several shares of one base: the points of a distribution, the channels of contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cxlab.estimate import Estimates
from cxlab.estimate.basis.base import Floats, Groups
from cxlab.estimate.basis.counts import CountsBasis, Design
from cxlab.metric import Question
from cxlab.tally.cut import Segments
from cxlab.units import SHARE


def rows_of_shares(
    ask: Question,
    segments: Segments,
    parts: Sequence[tuple[CountsBasis, list[tuple[str, ...]]]],
    axis: str,
    names: Sequence[Any],
    definition: Mapping[str, object],
) -> Estimates:
    """Estimates with one row per segment and name: the segments in order, each with all its names."""
    width, size = len(parts), len(segments)
    order = np.array([name * size + segment for segment in range(size) for name in range(width)], dtype=int)
    fields = ("counts", "n", "n_effective", "df", "variance", "squares")
    stacked = {field: np.concatenate([getattr(basis, field) for basis, _ in parts])[order] for field in fields}
    basis = replace(parts[0][0], **stacked, redesign=_redesign([basis.redesign for basis, _ in parts]))
    repeated = replace(segments, values=tuple(value for value in segments.values for _ in range(width)))
    notes = [parts[name][1][segment] for segment in range(size) for name in range(width)]
    extra = {axis: [name for _ in range(size) for name in names]}
    return ask.answer(repeated, basis, unit=SHARE, definition=definition, notes=notes, axis=axis, extra=extra)


def _redesign(again: Sequence[Design | None]) -> Design | None:
    """Sizes of unions over segments of one name each: row i is segment i // width under the name i % width."""
    width = len(again)
    if any(one is None for one in again):
        return None

    def redesign(groups: Groups) -> tuple[Floats, Floats, Floats]:
        sizes = [again[group[0] % width]([[i // width for i in group]]) for group in groups]  # type: ignore[misc]
        size, df, variance = (np.concatenate(part) for part in zip(*sizes, strict=True))
        return size, df, variance

    return redesign
