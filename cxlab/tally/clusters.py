"""Sums over clusters and strata: what a design leaves of the rows, from a two-level group-by that the engine runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxlab.rows.read import Frame, collect
from cxlab.tally.apart import apart
from cxlab.tally.cut import ByPeriod, Cut, Segments
from cxlab.tally.events import beginning, many

Floats = np.ndarray


@dataclass(frozen=True)
class PsuSums:
    """Per segment and stratum: number of PSUs and sums over them of w, wy, w^2, w wy and wy^2, each S x H.

    `w` and `wy` are a PSU's total weight and weighted score. A row that names no cluster is a PSU of its own. `seen` is
    the number of PSUs of each stratum in all rows of the cut, in the base or not, where that was asked.
    """

    segments: Segments
    strata: tuple[Any, ...]
    psus: Floats
    w: Floats
    wy: Floats
    ww: Floats
    wwy: Floats
    wyy: Floats
    seen: Mapping[Any, float] | None = None


def psu_sums(
    cut: Cut,
    score: str,
    scorings: Sequence[Mapping[object, float]],
    *,
    weight: str | None,
    cluster: str | None,
    strata: str | None,
    whole: bool = False,
) -> tuple[PsuSums, ...]:
    """Sums over the PSUs (clusters, or rows where there is no cluster) of each segment and stratum, for each scoring.

    A scoring gives the score of each raw value; rows of other values are out of the base, which is the same for all of
    them. With `whole` the PSUs of each stratum are counted in all rows of the cut as well. One query.
    """
    rows, size = cut.rows, range(len(scorings))
    value = nw.col(rows.column(score))
    heft = nw.lit(1.0) if weight is None else nw.col(rows.column(weight)).cast(nw.Float64)
    columns: dict[str, Any] = {
        **{f"y{i}": scored(value, scoring) for i, scoring in enumerate(scorings)},
        "w": heft,
        "stratum": nw.lit(0) if strata is None else nw.col(rows.column(strata)),
    }
    if cluster is not None:
        columns["psu"] = nw.col(rows.column(cluster))
    names = [*cut.names, "stratum"]
    frame = cut.select(**columns)
    inside = ~nw.col("y0").is_null()
    frame = frame.with_columns(w=nw.when(inside).then(nw.col("w"))) if whole else frame.filter(inside)
    frame = frame.with_columns(**{f"wy{i}": nw.col("w") * nw.col(f"y{i}") for i in size})
    if cluster is None:
        frame = frame.with_columns(psus=nw.lit(1.0) + 0.0 * nw.col("w"), **_squares(size))
    else:
        frame = _of_clusters(frame, names, size, weighted=weight is not None, whole=whole)
    sums = ["psus", "w", "ww", *(f"{name}{i}" for name in ("wy", "wwy", "wyy") for i in size)]
    more = [] if not whole else [nw.len().alias("units") if cluster is None else nw.col("units").sum()]
    # A cluster has one sum in a segment, also where it stands there by several cells.
    several = cut.overlap and cluster is not None
    level = [*names, "psu"] if several else names
    table = collect(frame.group_by(*level).agg(*(nw.col(name).sum() for name in sums), *more))
    seen = _by_stratum(table) if whole else None
    inner = table.filter(pa.array(table.column("psus").to_numpy() > 0)) if whole else table
    if several:
        inner = _together(cut, inner, names, size)
    return tuple(replace(one, seen=seen) for one in _fold(cut, inner, len(scorings)))


def many_units(cut: Cut, cluster: str | None) -> int:
    """How many clusters the first rows name of a table with so many of them in its segments that it is long.

    There to tell which stand in several segments is costly. 0 of any other table: it is not looked at.
    """
    if cluster is None or not cut.names:
        return 0
    first = beginning(cut, cut.select(psu=nw.col(cut.rows.column(cluster))), [*cut.names, "psu"])
    return 0 if first is None or not many(first) else pc.count_distinct(first.column("psu"), mode="only_valid").as_py()


def _by_stratum(table: pa.Table) -> dict[Any, float]:
    found: dict[Any, float] = {}
    for name, n in zip(table.column("stratum").to_pylist(), table.column("units").to_pylist(), strict=True):
        found[name] = found.get(name, 0.0) + float(n)
    return {name: float(round(n)) for name, n in found.items()}


def spanning(cut: Cut, segments: Segments, cluster: str) -> frozenset[tuple[int, int]]:
    """The pairs of segments (by position, both ways round) in which one cluster stands, found by the engine."""
    keyed = canonical(cut, segments)
    names = keyed.names
    frame = keyed.select(psu=nw.col(keyed.rows.column(cluster))).filter(~nw.col("psu").is_null())
    frame = frame.group_by(*names, "psu").agg(nw.len().alias("__n")).select(*names, "psu")
    other = frame.rename({name: f"{name}_" for name in names})
    pairs = frame.join(other, on="psu", how="inner").group_by(*names, *(f"{name}_" for name in names))
    found = collect(pairs.agg(nw.len().alias("n")))
    place = {value: i for i, value in enumerate(segments.values)}
    sides = []
    for suffix in ("", "_"):
        side = pa.table({name: found.column(f"{name}{suffix}") for name in names})
        known, positions, segment = keyed.fold(side)
        at = np.full(found.num_rows, -1)
        at[positions] = [place.get(known.values[i], -1) for i in segment]
        sides.append(at)
    return frozenset((int(i), int(j)) for i, j in zip(*sides, strict=True) if i != j and min(i, j) >= 0)


def scored(value: Any, scoring: Mapping[object, float]) -> Any:
    """The score of each raw value as an expression; null where the value has none."""
    line = _line(scoring)
    if line is not None:
        slope, level = line
        inside = value.is_in([raw for raw in scoring if raw is not None])
        return nw.when(inside).then(value.cast(nw.Float64) * slope + level).otherwise(nw.lit(None, nw.Float64))
    by_score: dict[float, list[object]] = {}
    for raw, y in scoring.items():
        by_score.setdefault(float(y), []).append(raw)
    return _tree(value, list(by_score.items()))


def _line(scoring: Mapping[object, float]) -> tuple[float, float] | None:
    """Slope and level where the scores lie on a line over numbers, as the points of a rating do."""
    numbers = [raw for raw in scoring if isinstance(raw, (int, float)) and not isinstance(raw, bool)]
    if len(numbers) < max(3, len(scoring)):
        return None
    x, y = np.array(numbers, dtype=float), np.array([scoring[raw] for raw in numbers])
    low, high = int(x.argmin()), int(x.argmax())
    slope = (y[high] - y[low]) / (x[high] - x[low]) if high != low else 0.0
    level = y[low] - slope * x[low]
    return (float(slope), float(level)) if np.allclose(slope * x + level, y, rtol=0, atol=1e-12) else None


def _tree(value: Any, scores: list[tuple[float, list[object]]]) -> Any:
    """Scores chosen by halves, since an engine does not follow a chain of a thousand steps."""
    if len(scores) > 16:
        half = len(scores) // 2
        first = _among(value, [raw for _, raws in scores[:half] for raw in raws])
        return nw.when(first).then(_tree(value, scores[:half])).otherwise(_tree(value, scores[half:]))
    expression: Any = nw.lit(None, nw.Float64)
    for y, raws in scores:
        expression = nw.when(_among(value, raws)).then(nw.lit(y)).otherwise(expression)
    return expression


def _among(value: Any, raws: list[object]) -> Any:
    named = [raw for raw in raws if raw is not None]
    match = value.is_in(named) if named else value.is_null()
    return match | value.is_null() if named and None in raws else match


def canonical(cut: Cut, segments: Segments) -> Cut:
    """The cut with keys folded inside the engine, where a segment was found in two spellings.

    Sums over clusters do not add over spellings, since one cluster may use both.
    """
    keys = list(cut.keys)
    for i, spellings in enumerate(segments.spellings):
        for meaning in dict.fromkeys(spellings.values()):
            spelt = [raw for raw, means in spellings.items() if means == meaning]
            keys[i] = nw.when(cut.keys[i].is_in(spelt)).then(nw.lit(meaning, nw.String)).otherwise(keys[i])
    return replace(cut, keys=tuple(keys))


def members(cut: Cut, chosen: Sequence[int], segments: Segments) -> Cut:
    """The cut of the rows that lie in these segments, in whatever spelling, all in one group."""
    cut = canonical(cut, segments)
    wanted = set(chosen)
    invert = len(wanted) > len(segments) / 2
    listed = [i for i in range(len(segments)) if (i in wanted) != invert]
    order = [i for i, item in enumerate(cut.by) if not isinstance(item, ByPeriod)]
    order += [i for i, item in enumerate(cut.by) if isinstance(item, ByPeriod)]
    inside: Any = nw.lit(False)
    for i in listed:
        match: Any = nw.lit(True)
        for place, value in zip(order, segments.values[i], strict=True):
            match = match & _is(cut.keys[place], value, cut.by[place], cut)
        inside = inside | match
    # All segments leave nothing to filter by, and an engine takes no filter that names no column.
    frame = cut.rows.frame.filter(~inside if invert else inside) if listed else cut.rows.frame
    return replace(cut, rows=cut.rows.on(frame), by=(), keys=(), periods=())


def _is(key: Any, value: Any, item: Any, cut: Cut) -> Any:
    if isinstance(item, ByPeriod):
        return key == nw.lit([one.key for one in cut.periods].index(value))
    return key.is_null() if value is None else (~key.is_null()) & (key == nw.lit(value))


def _squares(size: Iterable[int]) -> dict[str, Any]:
    """The products of a unit's weight and weighted scores."""
    w = nw.col("w")
    wy = {i: nw.col(f"wy{i}") for i in size}
    found = {"ww": w * w}
    for i, one in wy.items():
        found |= {f"wwy{i}": w * one, f"wyy{i}": one * one}
    return found


def _of_clusters(frame: Frame, names: list[str], size: Iterable[int], weighted: bool, whole: bool) -> Frame:
    """One row for each cluster, with its sums and their products.

    Rows that name no cluster stand together in one row, which carries the sums of their own products: they are units of
    their own and must not become one big cluster. With `whole` rows out of the base, which have no weight, are in it.
    """
    own = _squares(size)
    if not weighted:
        # A weight of 1 is its own square.
        own = {name: product for name, product in own.items() if name.startswith("wyy")}
    sums = [nw.col(name).sum() for name in ("w", *(f"wy{i}" for i in size))]
    alone = nw.col("psu").is_null()
    # Products that are null cost an engine next to nothing, and few rows name no cluster.
    rows = frame.with_columns(**{f"own_{name}": nw.when(alone).then(product) for name, product in own.items()})
    counts = [nw.col("w").count().alias("rows")] if weighted else []
    counts += [nw.len().alias("all")] if whole else []
    inner = rows.group_by(*names, "psu").agg(*counts, *sums, *(nw.col(f"own_{name}").sum() for name in own))
    plain = {"ww": nw.col("w"), **{f"wwy{i}": nw.col(f"wy{i}") for i in size}}
    products = {
        name: nw.when(alone).then(nw.col(f"own_{name}") if name in own else plain[name]).otherwise(product)
        for name, product in _squares(size).items()
    }
    count = nw.col("rows").cast(nw.Float64) if weighted else nw.col("w")
    one = nw.when(count > 0).then(nw.lit(1.0)).otherwise(nw.lit(0.0)) if whole else nw.lit(1.0)
    inner = inner.with_columns(psus=nw.when(alone).then(count).otherwise(one), **products)
    return _with_units(inner, names[0] if len(names) > 1 else None) if whole else inner


def _with_units(inner: Frame, segment: str | None) -> Frame:
    """Clusters with what each row adds to the number of units: in all one for each, in however many segments it stands.

    `segment` names a key by which a cluster may have several rows; None where it has one.
    """
    alone = nw.col("psu").is_null()
    part: Any = nw.lit(1.0)
    if segment is not None and inner.implementation.is_duckdb():
        # DuckDB looks a plain number of rows up in a second scan; a running one of ordered rows it does not.
        inner = inner.with_columns(running=nw.col("all").cum_sum().over("stratum", "psu", order_by=segment))
        # Every row stands for some rows of the table, so that only the first of a cluster is its own running sum.
        part = nw.when(nw.col("running") == nw.col("all")).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
    elif segment is not None:
        inner = inner.with_columns(times=_times(inner))
        part = nw.lit(1.0) / nw.col("times")
    return inner.with_columns(units=nw.when(alone).then(nw.col("all").cast(nw.Float64)).otherwise(part))


def _times(inner: Frame) -> Any:
    """In how many rows the cluster of each row stands."""
    if not inner.implementation.is_pyarrow():
        return nw.len().over("stratum", "psu")
    # PyArrow joins a window's answers back in an order of its threads: of 100,000 rows some got another's.
    table = inner.to_native()
    encoded = [table.column(name).combine_chunks().dictionary_encode("encode") for name in ("stratum", "psu")]
    strata, psus = (one.indices.to_numpy(zero_copy_only=False).astype(np.int64) for one in encoded)
    codes = strata * (len(encoded[1].dictionary) + 1) + psus
    _, place, size = np.unique(codes, return_inverse=True, return_counts=True)
    return nw.new_series("times", size[place], backend="pyarrow")


def _together(cut: Cut, table: pa.Table, names: list[str], size: Iterable[int]) -> pa.Table:
    """Clusters of overlapping segments, each with one row in a segment: its products are those of its whole sums."""
    added = nw.from_native(apart(cut, table)).group_by(*names, "psu")
    sums = ["psus", "w", *(f"wy{i}" for i in size), *_squares(size)]
    inner = added.agg(*(nw.col(name).sum() for name in sums))
    alone = nw.col("psu").is_null()
    whole = {"psus": nw.lit(1.0), **_squares(size)}
    return inner.with_columns(
        **{name: nw.when(alone).then(nw.col(name)).otherwise(product) for name, product in whole.items()}
    ).to_arrow()


def _fold(cut: Cut, table: pa.Table, width: int) -> tuple[PsuSums, ...]:
    segments, positions, segment = cut.fold(table)
    encoded = table.column("stratum").combine_chunks().dictionary_encode()
    strata = [*encoded.dictionary.to_pylist(), None]
    stratum = encoded.indices.fill_null(len(strata) - 1).to_numpy(zero_copy_only=False).astype(int)
    used = np.unique(stratum)
    place = {int(old): new for new, old in enumerate(used)}
    h = np.array([place[int(code)] for code in stratum], dtype=int)
    known = tuple(strata[int(old)] for old in used)

    def added(name: str) -> Floats:
        found = np.zeros((len(segments), max(1, len(used))))
        np.add.at(found, (segment, h[positions]), table.column(name).to_numpy().astype(float)[positions])
        return found

    common = {name: added(name) for name in ("psus", "w", "ww")}
    return tuple(
        PsuSums(
            segments,
            known,
            psus=common["psus"],
            w=common["w"],
            wy=added(f"wy{i}"),
            ww=common["ww"],
            wwy=added(f"wwy{i}"),
            wyy=added(f"wyy{i}"),
        )
        for i in range(width)
    )
