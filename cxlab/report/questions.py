"""What to ask customers so that a metric is defined: wording in three languages, scale, and how to declare it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from cxlab.errors import DefinitionError, did_you_mean, listing
from cxlab.metric import About, catalogue
from cxlab.metric.facts import LANGUAGES
from cxlab.rows.roles import TABLES
from cxlab.words.locale import locale


@dataclass(frozen=True)
class Asked:
    """One question: the role its answers play, the ends of its scale (None: free text), the call of the metric."""

    role: str
    scale: tuple[int, int] | None
    call: str


# A scale's direction is never in the data, so what is asked here is what the call below declares.
ASKED: dict[str, tuple[Asked, ...]] = {
    "nps": (Asked("recommend", (0, 10), "cx.nps(rows)"), Asked("comment", None, "read, never measured")),
    "csat": (Asked("satisfaction", (1, 5), "cx.csat(rows, scale=(1, 5))"),),
    "ces": (Asked("effort", (1, 7), 'cx.ces(rows, scale=(1, 7), easy="high")'),),
    "rating": (Asked("quality", (1, 5), 'cx.rating(rows, "quality", scale=(1, 5))'),),
    "distribution": (Asked("satisfaction", (1, 5), 'cx.distribution(rows, "satisfaction", scale=(1, 5))'),),
    "first_contact_resolution": (
        Asked("first_contact", (0, 1), 'cx.first_contact_resolution(tickets, variant="survey")'),
    ),
}


@cache
def wordings(code: str) -> dict[str, dict[str, str]]:
    """The questions in one language by role: `question`, and `low` and `high`, the words at the ends of the scale."""
    text = files("cxlab.words").joinpath(f"questions.{code}.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


def questionnaire(names: Sequence[str] = (), languages: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The questions of the metrics in `names` (all, where none are named), one record for each metric.

    `asked` holds role, scale, call and the wordings by language; where customers are not asked it is empty, and
    `columns` lists what the records of the company have to hold.
    """
    known = catalogue()
    for name in names:
        if name not in known:
            raise DefinitionError(f"There is no metric '{name}'", f"there are {len(known)}",
                                  did_you_mean(name, known) or "See cxlab metrics")  # fmt: skip
    for code in languages:
        if code not in LANGUAGES:
            raise DefinitionError("There is no such language", f"'{code}'", f"Take {listing(LANGUAGES)}")
    every = sorted(known, key=lambda name: name not in ASKED)  # those that are asked first
    return [_record(known[name], languages or LANGUAGES) for name in names or every]


def _record(about: About, languages: Sequence[str]) -> dict[str, Any]:
    asked = [
        {
            "role": one.role,
            "scale": list(one.scale) if one.scale else None,
            "call": one.call,
            "words": {code: wordings(code)[one.role] for code in languages},
        }
        for one in ASKED.get(about.name, ())
    ]
    columns = [] if about.name in ASKED and about.table == "answers" else list(TABLES.get(about.table, ()))
    return {"metric": about.name, "label": dict(about.label), "table": about.table, "asked": asked, "columns": columns}


def lines(record: dict[str, Any]) -> list[str]:
    """One record for people, in every language that it holds."""
    told = [f"{record['metric']}: {record['label']['en']}"]
    for one in record["asked"]:
        ends = one["scale"]
        scale = f"a scale of {ends[0]} to {ends[1]}" if ends else "free text"
        told.append(f"  role '{one['role']}', {scale}; {one['call']}")
        for code, words in one["words"].items():
            told.append(f"    {code}  {words['question']}")
            if ends:
                say = locale(code)
                low, high = (say.number(end, decimals=0) for end in ends)
                told.append(f"        {low} = {words['low']} · {high} = {words['high']}")
    if record["columns"]:
        told.append(f"  from records, table '{record['table']}': {', '.join(record['columns'])}")
    elif not record["asked"]:
        told.append("  from other figures, no table of its own")
    return told
