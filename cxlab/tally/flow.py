"""How many rows came and went between instants: the tally of levels over time, from one group-by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np

from cxlab.rows.read import collect
from cxlab.rows.times import steps
from cxlab.tally.cut import ByPeriod, Cut, Segments

Floats = np.ndarray
NEVER = -1


@dataclass(frozen=True)
class Flow:
    """Rows by segment and by how many edges lie at or before each of some times; NEVER where there is no such time."""

    segments: Segments
    segment: Floats
    place: dict[str, Floats]
    n: Floats
    edges: int

    def count(self, chosen: Floats) -> Floats:
        """How many of the chosen groups' rows each segment has."""
        return np.bincount(self.segment[chosen], self.n[chosen], len(self.segments)).astype(float)

    def at(self, name: str, position: int) -> Floats:
        """Rows per segment whose time lies after `position` edges and before the next one."""
        return self.count(self.place[name] == position)

    def between(self, first: str, last: str) -> Floats:
        """For every segment and edge (S, E) the rows whose `first` time is before the edge and `last` is not."""
        never = self.place[last] == NEVER
        start = np.where(self.place[first] == NEVER, self.edges, self.place[first])
        end = np.where(never, self.edges, self.place[last])
        level = np.zeros((len(self.segments), self.edges + 1))
        inside = end > start
        np.add.at(level, (self.segment[inside], start[inside]), self.n[inside])
        np.add.at(level, (self.segment[inside], end[inside]), -self.n[inside])
        return np.cumsum(level, axis=1)[:, : self.edges]


def flow(cut: Cut, times: Mapping[str, Any], edges: Sequence[float]) -> Flow:
    """The flow of a cut: `times` maps names to expressions of seconds, `edges` are ascending instants in seconds."""
    columns = {
        f"__{name}": nw.when(time.is_null())
        .then(nw.lit(NEVER))
        .otherwise(steps(time, list(edges), [nw.lit(i) for i in range(len(edges) + 1)]))
        for name, time in times.items()
    }
    table = collect(cut.select(**columns).group_by(*cut.names, *columns).agg(nw.len().alias("__n")))
    segments, position, segment = cut.fold(table)
    place = {name: table.column(f"__{name}").to_numpy(zero_copy_only=False)[position].astype(int) for name in times}
    n = table.column("__n").to_numpy(zero_copy_only=False)[position].astype(float)
    return Flow(segments, segment, place, n, len(edges))


def without_period(cut: Cut) -> Cut:
    """The cut by everything but its period, whose periods then are instants at which a level is read."""
    kept = [i for i, item in enumerate(cut.by) if not isinstance(item, ByPeriod)]
    return replace(cut, by=tuple(cut.by[i] for i in kept), keys=tuple(cut.keys[i] for i in kept), periods=())


def by_period(segments: Segments, cut: Cut) -> Segments:
    """The segments of a level: each with every period of the cut."""
    values = tuple((*value, one.key) for value in segments.values for one in cut.periods)
    return replace(segments, columns=(*segments.columns, "period"), values=values, periods=cut.periods)
