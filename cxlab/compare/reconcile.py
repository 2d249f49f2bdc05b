"""Our figures beside a vendor's: which definition of a metric gives the figure that they print."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from cxlab.compare.printed import Printed, printed
from cxlab.errors import ColumnError, CxlabError, DefinitionError, did_you_mean, listing
from cxlab.estimate import Estimate, Estimates
from cxlab.metric import catalogue
from cxlab.rows.read import collect
from cxlab.words.fold import match_key

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("figure", "ours", "theirs", "variant", "note")
_FIGURES = ("theirs", "vendor", "estimate", "value", "figure", "score", "result")
_NAMES = ("metric", "name", "kpi", "measure")
_STATISTICS = ("mean", "median", "p90")


def reconcile(ours: Any, vendor: Any) -> pd.DataFrame:
    """Our figures beside a vendor's, as a frame: figure, ours, theirs (both in our unit), variant, note.

    `ours` are `Estimates`, a list of them, or a mapping of names to them, with the tallies behind them kept. `vendor`
    is what they print: one figure; a mapping by segment (a tuple for several columns) or, for several metrics, by
    name; or a frame with the segment columns and one column of figures, and for several metrics one of names. A figure
    may be a number or text ("39", "81 %", "5:12"); it is as exact as its last printed place: 38.6 and 39.4 meet 39.

    `variant` is the definition that gives their figure after such rounding: ours before others, and of several the one
    that gives most of their figures. Where none of the variants does, other values of `statistic` and `top` are tried
    and named ("created, statistic='mean'"); else it is blank and `note` tells the nearest. A figure that ours does not
    have is an error; one that the vendor does not have is left out.
    Source: the definitions of the catalogue.

    >>> import cxlab as cx
    >>> ours = cx.nps([10] * 60 + [8] * 20 + [3] * 15 + [None] * 5)
    >>> reconcile(ours, "45")[["figure", "theirs", "variant"]].values.tolist()
    [['nps', 45.0, 'all']]
    """
    import pandas as pd

    sets = _sets(ours)
    rows = []
    for name, estimates in sets.items():
        given = list(_given(estimates, name, vendor, len(sets) > 1))
        rows += _rows(name, estimates, given)
    if not rows:
        raise DefinitionError(
            "The vendor gives none of our figures", f"ours are {listing(sets, 'and')}", "Name them as ours are named"
        )
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"ours": "Float64", "theirs": "Float64"})
    return frame.astype({"variant": object}).where(frame.notna(), None).astype({"ours": "Float64", "theirs": "Float64"})


class _Answers:
    """The same figures under other definitions, asked for when the first figure needs them."""

    def __init__(self, estimates: Estimates) -> None:
        self.estimates = estimates

    def variants(self) -> list[tuple[str, Estimates]]:
        """Every variant but ours, by name."""
        mine = self.estimates[0].variant
        together: dict[str, list[Estimate]] = {}
        for one in self.estimates.variants():
            together.setdefault(one.variant, []).append(one)
        return [(name, Estimates(items)) for name, items in together.items() if name != mine]

    def more(self) -> list[tuple[str, Estimates]]:
        """Other values of keywords that vendors set differently, under every variant."""
        return list(self._asked())

    def _asked(self) -> Iterator[tuple[str, Estimates]]:
        first = self.estimates[0]
        about, again = catalogue().get(first.metric), self.estimates._again
        if about is None or about.function is None or again is None:
            return
        known = inspect.signature(about.function).parameters
        choices: dict[str, Iterable[Any]] = {"statistic": _STATISTICS, "top": _points(first)}
        for keyword, values in choices.items():
            for value in values if keyword in known else ():
                for variant in about.variants:
                    try:
                        yield f"{variant.name}, {keyword}={value!r}", again(variant=variant.name, **{keyword: value})
                    except CxlabError:
                        continue  # this variant, or this table, does not know that value


def _points(first: Estimate) -> list[float]:
    """The points of the scale that could be the lowest of the satisfied."""
    ends = str(first.definition.get("scale", "")).split(" to ")
    try:
        low, high = (float(end.split()[0]) for end in ends)
    except (ValueError, IndexError):
        return []
    return [float(point) if point % 1 else int(point) for point in np.arange(high, low, -1.0)]


def _sets(ours: Any) -> dict[str, Estimates]:
    """Our figures by name."""
    if isinstance(ours, Estimates):
        found = {ours[0].metric: ours} if len(ours) else {}
    elif isinstance(ours, Mapping):
        found = {str(name): one for name, one in ours.items()}
    elif isinstance(ours, Sequence) and not isinstance(ours, str):
        found = {one[0].metric: one for one in ours if isinstance(one, Estimates) and len(one)}
        found = found if len(found) == len(ours) else {}
    else:
        found = {}
    if not found or not all(isinstance(one, Estimates) and len(one) for one in found.values()):
        raise DefinitionError(
            "Our figures are Estimates", f"ours is {_short(ours)}", "Give what a metric answers, or {name: answer}"
        )
    return found


def _given(estimates: Estimates, name: str, vendor: Any, several: bool) -> Iterator[tuple[int, Any]]:
    """The place of each of our figures that the vendor has, and what they print."""
    if isinstance(vendor, Mapping):
        yield from _of_mapping(estimates, name, vendor, several)
    elif hasattr(vendor, "columns") or hasattr(vendor, "column_names"):
        yield from _of_frame(estimates, name, vendor, several)
    elif len(estimates) == 1 and not several:
        yield 0, vendor
    else:
        raise DefinitionError(
            "One figure of the vendor stands against several of ours",
            f"{name} has {len(estimates)} figures{' and is not the only metric' * several}",
            "Give theirs as a mapping by segment or by name, or as a frame",
        )


def _of_mapping(estimates: Estimates, name: str, vendor: Mapping[Any, Any], several: bool) -> Iterator[tuple[int, Any]]:
    if several or (len(estimates) == 1 and _key(name) in {_key(key) for key in vendor}):
        own = {_key(key): value for key, value in vendor.items()}.get(_key(name))
        if own is not None:
            yield from _given(estimates, name, own, False)
        return
    places = {_key(tuple(one.segment.values())): place for place, one in enumerate(estimates)}
    for key, figure in vendor.items():
        wanted = _key(key if isinstance(key, tuple) else (key,))
        if wanted not in places:
            known = [_shown(one) for one in estimates]
            raise ColumnError(
                f"We have no figure for {key!r}",
                f"{name} has {listing(known, 'and')}",
                did_you_mean(str(key), known) or "Name theirs as our segments are named",
            )
        yield places[wanted], figure


def _of_frame(estimates: Estimates, name: str, vendor: Any, several: bool) -> Iterator[tuple[int, Any]]:
    table = collect(nw.from_native(vendor))
    names = {_key(column): column for column in table.column_names}
    by = list(estimates[0].segment)
    lost = [column for column in by if _key(column) not in names]
    if lost:
        raise ColumnError(
            f"The vendor's frame has no column '{lost[0]}'",
            f"it has {listing(table.column_names, 'and')}",
            did_you_mean(lost[0], table.column_names) or "Our figures are cut by it: name theirs alike",
        )
    named = next((names[key] for key in _NAMES if key in names), None)
    figures = _figures(table, name, {names[_key(column)] for column in by} | {named})
    places = {_key(tuple(one.segment.values())): place for place, one in enumerate(estimates)}
    for row in table.to_pylist():
        if (
            named is not None
            and (several or not by)
            and _key(row[named]) not in (_key(name), _key(estimates[0].metric))
        ):
            continue
        place = places.get(_key(tuple(row[names[_key(column)]] for column in by)))
        if place is not None and row[figures] is not None:
            yield place, row[figures]


def _figures(table: Any, name: str, taken: set[Any]) -> str:
    """The column that holds the vendor's figures: named as such or as the metric, or the only one left."""
    left = [column for column in table.column_names if column not in taken]
    for wanted in (name, *_FIGURES):
        for column in left:
            if _key(column) == _key(wanted):
                return str(column)
    if len(left) != 1:
        raise ColumnError(
            "It is not clear which column holds the vendor's figures",
            f"there are {listing(left, 'and')}",
            f"Name it 'theirs' or '{name}'",
        )
    return str(left[0])


def _rows(name: str, estimates: Estimates, given: Sequence[tuple[int, Any]]) -> list[list[Any]]:
    """A row for each figure that they print; of several definitions that give it, the one that gives most of them."""
    answers = _Answers(estimates)
    theirs = [printed(figure, estimates[place].unit) for place, figure in given]
    known: list[list[tuple[str, Estimate]]] = [
        [(estimates[place].variant, estimates[place])] if estimates[place].estimate is not None else []
        for place, _ in given
    ]
    meeting = [_meeting(mine, figure) for mine, (_, figure) in zip(known, given, strict=True)]
    for more in (answers.variants, answers.more):
        if all(meeting):
            break
        asked = more()
        for one, (place, _) in zip(known, given, strict=True):
            one += _figures_of(asked, estimates[place])
        meeting = [_meeting(mine, figure) for mine, (_, figure) in zip(known, given, strict=True)]
    often = Counter(variant for found in meeting for variant in found)
    rows = []
    for (place, _), print_, found, alike in zip(given, theirs, meeting, known, strict=True):
        ours = estimates[place]
        segment = ", ".join(f"{key}={value}" for key, value in ours.segment.items())
        label = f"{name}, {segment}" if segment else name
        best = max(found, key=lambda variant: often[variant], default=None)
        others = [variant for variant in found if variant != best and ours.variant != best]
        note = f"also {', '.join(others)}" if others else ""
        if best is None:
            note = _nearest([one for one in alike if one[1].unit == ours.unit], print_)
        rows.append([label, ours.estimate, print_.value, best, note])
    return rows


def _meeting(known: Sequence[tuple[str, Estimate]], figure: Any) -> list[str]:
    """The definitions that give a printed figure, in their order."""
    found = [variant for variant, one in known if _gives(one, figure)]
    return [variant for variant in found if variant.split(",")[0] not in found or "," not in variant]


def _gives(one: Estimate, figure: Any) -> bool:
    try:
        return one.estimate is not None and printed(figure, one.unit).meets(one.estimate)
    except DefinitionError:
        return False  # their figure cannot be one in the unit of this definition


def _figures_of(asked: Iterable[tuple[str, Estimates]], ours: Estimate) -> Iterator[tuple[str, Estimate]]:
    """The figure of one segment under each definition that has one."""
    for variant, estimates in asked:
        for one in estimates:
            if one.segment == ours.segment and one.estimate is not None:
                yield variant, one


def _nearest(known: Sequence[tuple[str, Estimate]], theirs: Printed) -> str:
    if not known:
        return "no data"
    variant, one = min(known, key=lambda pair: abs((pair[1].estimate or 0.0) - theirs.value))
    return f"no definition gives it; the nearest is {variant} with {one.estimate:.4g}"


def _key(name: Any) -> Any:
    """A name or segment for comparing: spellings of one text are equal, a whole number and its text are too."""
    if isinstance(name, tuple):
        return tuple(_key(one) for one in name)
    if isinstance(name, float) and name.is_integer():
        name = int(name)
    return None if name is None else match_key(str(name))


def _shown(one: Estimate) -> str:
    return ", ".join(str(value) for value in one.segment.values()) or one.metric


def _short(value: Any) -> str:
    return f"a {type(value).__name__}"
