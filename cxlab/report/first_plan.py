"""A first plan for a file: roles guessed by name, everything that a person has to confirm said in comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from cxlab.errors import CxlabError, PlanError, did_you_mean, listing
from cxlab.report import files, folders
from cxlab.report.job import TIMES
from cxlab.rows.guess import roles_by_name
from cxlab.rows.personal import is_personal
from cxlab.rows.quality.check import check
from cxlab.rows.read import Rows, read
from cxlab.rows.roles import TABLES
from cxlab.rows.times import timeline

_NOTEBOOKS = {
    **dict.fromkeys(("tickets", "calls", "totals"), "support_operations"),
    **dict.fromkeys(("customers", "transactions", "orders", "events"), "retention_value"),
    **dict.fromkeys(("complaints", "people", "reviews"), "executive_monthly"),
}
_MOST_SEGMENTS = 20  # values of a column that is offered as a segment
_SHOWN_SEGMENTS = 2
_OFTEN = 2  # times that a segment stands in the data, on average
# What the plan itself says as something to declare.
_DECLARED = frozenset({
    "no scale declared", "off the scale", "perhaps a code for no answer", "year out of range", "no time zone",
    "dates that can be read in two ways", "neither a number nor a declared label",
})  # fmt: skip
_YAML = (".yaml", ".yml")
_STARTER = """\
# A plan to fill in. docs/plan.schema.json says what else may stand here; then run: cxlab check {name}
notebook: client_survey
formats: [html, pdf]
locale: en
periods: [last-month]
clients:
  - id: acme                     # decide: who; it names the folder of the report
    name: Acme Ltd
    timezone: UTC                # decide: where the times were written, such as Asia/Ho_Chi_Minh
    segments: []                 # decide: columns to cut by, such as [region, product]
    answers:
      source: data/acme.csv      # decide: the file, counted from this plan; cxlab init FILE guesses the rest
      columns: {{}}                # decide: which column is what, such as {{recommend: NETPRO}}
"""


@dataclass(frozen=True)
class Written:
    """A plan that was written: its path, and what its reader has to decide, each in one line."""

    path: Path
    decide: tuple[str, ...]


def write(
    source: Path, now: datetime, output: Path | None = None, table: str | None = None, sheet: str | None = None
) -> Written:
    """Write a plan for the data in `source`, and tell what has to be decided; nothing is ever overwritten.

    `output` is the plan; default: named after the data, in the working folder. A `source` that is itself to
    be a plan (.yaml) gives one to fill in. Times after the aware instant `now` are told as in the future.
    """
    if source.suffix.lower() in _YAML:
        plan = output or source
        folders.plan_folder(plan)
        return Written(_new(plan, _STARTER.format(name=plan.name)), ("who, which data, which columns",))
    if table is not None and table not in TABLES:
        raise PlanError("There is no such table", f"--table {table}",
                        did_you_mean(table, TABLES) or f"Take {listing(TABLES)}")  # fmt: skip
    path = output or Path(f"{_slug(source.stem)}.yaml")
    folders.plan_folder(path)
    if path.exists():
        raise _exists(path)
    rows = read(source, sheet=sheet)
    kind, guessed = roles_by_name(rows.columns, table)
    roles = {**guessed, **{role: column for role, column in rows.roles.items() if role in TABLES.get(kind or "", ())}}
    rows = replace(rows, roles={**rows.roles, **roles})
    draft = _Draft(source, path, rows, kind or "answers", roles, sheet, now)
    return Written(_new(path, "\n".join(draft.lines()) + "\n"), tuple(draft.decide))


def _new(path: Path, text: str) -> Path:
    with files.clear_errors(str(path.parent)):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            files.write(path, text.encode())
        except FileExistsError:
            raise _exists(path) from None
        except OSError:
            path.unlink(missing_ok=True)  # half a plan would stand in the way of the next try
            raise
    return path


def _exists(path: Path) -> PlanError:
    return PlanError("The plan is there already", path.name, "Give the new one another name: -o other.yaml")


class _Draft:
    """The text of a plan, and what is to be decided about it."""

    def __init__(
        self, source: Path, path: Path, rows: Rows, table: str, roles: Mapping[str, str], sheet: str | None,
        now: datetime,
    ) -> None:  # fmt: skip
        self.source, self.path, self.rows, self.table, self.roles, self.sheet = source, path, rows, table, roles, sheet
        self.decide: list[str] = []
        self.chosen: list[str] = []
        found = check(rows, as_of=now)
        # A header may hold a line break, which would end the comment that names it.
        self.found = found.assign(role=[_comment(role or "") for role in found["role"]])

    def lines(self) -> Iterator[str]:
        """The plan line by line; asking for them fills `decide`."""
        name = self.source.stem
        client = _slug(name)
        yield f"# A first plan for {_quoted(self.source.name)}. Roles are guessed by name: read what is to confirm,"
        yield f"# then run: cxlab check {self.path.name}"
        yield f"notebook: {_NOTEBOOKS.get(self.table, 'client_survey')}"
        yield "formats: [html, pdf]"
        yield "locale: en  # or vi, fa"
        yield f"periods: [{self._period()}]  # confirm: which months; last-month for a monthly run"
        yield "clients:"
        yield f"  - id: {_quoted(client)}  # confirm: who; it names the folder of the report"
        yield f"    name: {_quoted(name)}"
        yield from self._zone()
        yield from self._segments()
        yield f"    {self.table}:"
        yield f"      source: {_quoted(self._relative())}"
        if self.sheet:
            yield f"      sheet: {_quoted(self.sheet)}"
        yield from self._columns()
        yield from self._declared()
        yield from self._remarks()

    def _relative(self) -> str:
        home = self.path.absolute().parent
        data = self.source.absolute()
        return data.relative_to(home).as_posix() if data.is_relative_to(home) else str(data)

    def _period(self) -> str:
        """The month of the last time in the data, the one that a first report is wanted of."""
        role = TIMES.get(self.table)
        if role is None or not self.rows.has(role):
            return "last-month"
        try:
            span = timeline(self.rows, role, self.rows.timezone or "UTC").span()
        except CxlabError as error:
            self.decide.append(f"{role}: {error.wrong}. {error.todo}")
            return "last-month"
        return f'"{span[1]:%Y-%m}"' if span else "last-month"

    def _zone(self) -> Iterator[str]:
        needed = [row.role for row in self._of("no time zone")]
        if needed:
            self.decide.append(f"timezone: the times of {listing(needed, 'and')} have no zone; UTC is only a guess")
        stated = self.rows.timezone or "UTC"
        yield f"    timezone: {stated}  # confirm: where the times were written"

    def _segments(self) -> Iterator[str]:
        frame = self.rows.head(2000)
        played = {*self.roles.values(), *(row.role for row in self._of("personal data in text"))}
        texts = [name for name in frame.columns if name not in played and not is_personal(name)]
        few = [name for name in texts if 2 <= frame[name].nunique() <= _MOST_SEGMENTS and _names_segments(frame[name])]
        if "channel" in self.roles:
            few.append(self.roles["channel"])
        chosen = self.chosen = few[:_SHOWN_SEGMENTS]
        more = f"; others: {', '.join(map(_quoted, few[len(chosen) : 10]))}" if len(few) > len(chosen) else ""
        yield f"    segments: [{', '.join(map(_quoted, chosen))}]  # confirm: columns to cut by{more}"

    def _columns(self) -> Iterator[str]:
        named = {role: column for role, column in self.roles.items() if role != "weight"}
        if named:
            yield "      columns:"
        for role, column in named.items():
            yield f"        {role}: {_quoted(column)}  # confirm"
        if "weight" in self.roles:
            yield f"      weight: {_quoted(self.roles['weight'])}  # confirm: survey weights"
        lost = [role for role in TABLES[self.table] if role not in self.roles]
        if lost:
            yield f"      # not found: {', '.join(lost)}"
        free = [name for name in self.rows.columns if name not in (*self.roles.values(), *self.chosen)]
        if free:
            yield f"      # not used: {', '.join(map(_quoted, free[:20]))}{' ...' if len(free) > 20 else ''}"
        scores = [role for role, kind in TABLES[self.table].items() if kind == "score"]
        if not named or (scores and not named.keys() & set(scores)):
            wanted = listing(scores, "or") if scores and named else "a role"
            self.decide.append(f"columns: no name fits {wanted}; name them, such as columns: {{recommend: NETPRO}}")

    def _declared(self) -> Iterator[str]:
        """What is declared of scales, codes and dates, as comments: the data cannot tell them."""
        for row in self._of("no scale declared"):
            low, high = re.findall(r"-?\d+(?:\.\d+)?", row.example)[:2]
            yield f"      # scale: {{{row.role}: [{low}, {high}]}}  # confirm: answers from {low} to {high} were seen"
            self.decide.append(f"scale of {row.role}: answers from {low} to {high} were seen")
        if "effort" in self.roles:
            yield "      # and at the top of the plan: options: {ces: {easy: high}}  # or low: which end was easy"
            self.decide.append("effort: which end of its scale is easy")
        for row in [*self._of("off the scale"), *self._of("perhaps a code for no answer")]:
            code = re.search(r"'(-?[\d.]+)'", row.example)
            if code:
                number = code[1].removesuffix(".0")
                yield f"      # missing: {{{row.role}: [{number}]}}  # confirm: {row.finding}, {row.count} rows"
                off = "are off its scale or hold a code, first"
                self.decide.append(f"{row.role}: {row.count} rows {off} {row.example}")
        for row in self._of("dates that can be read in two ways"):
            yield f"      # dates: dmy  # or mdy: '{row.role}' can be read in two ways"
        for row in self._of("year out of range"):
            yield f"      # dates: jalali  # confirm: years of '{row.role}' are not Gregorian"
        for row in self._of("neither a number nor a declared label"):
            first = f"{row.count} rows hold words, first {_comment(row.example)}"
            yield f'      # labels: {{{row.role}: {{"...": 10}}}}  # decide: {first}'
            self.decide.append(f"labels of {row.role}: {row.count} rows hold words in place of numbers")

    def _remarks(self) -> Iterator[str]:
        """Everything else that is wrong with the data, so that the first reader of the plan knows."""
        for row in self.found.itertuples():
            if row.severity != "note" and row.finding not in _DECLARED:
                where = f" of {row.role}" if row.role else ""
                yield f"    # {row.severity}: {row.finding}{where}, {row.count} rows; {_comment(row.example)}"

    def _of(self, finding: str) -> list[Any]:
        return [row for row in self.found.itertuples() if row.finding == finding]


def _slug(name: str) -> str:
    """A name as a plan and a client may be called."""
    return re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-")[:40] or "client"


def _names_segments(column: pd.Series) -> bool:
    """Whether cells can be names of segments: no numbers, addresses or lists, and some of them come again."""
    cells = [str(value).strip() for value in column.dropna()]
    filled = {cell for cell in cells if cell}
    several = len(cells) > len(filled) and len(cells) >= _OFTEN * len(filled)
    plain = not any("://" in cell or cell[:1] in "[{" for cell in filled)
    return several and plain and not all(re.fullmatch(r"[-+]?[\d.,:/ -]+", cell) for cell in filled)


def _quoted(text: str) -> str:
    """A text as YAML takes it: with JSON's quotation marks where it is more than a plain word."""
    plain = re.fullmatch(r"[A-Za-z_][\w./-]*", text, re.ASCII) and not _special(text)
    return text if plain else json.dumps(text, ensure_ascii=False)


def _special(text: str) -> bool:
    return text.lower() in ("true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan")


def _comment(text: str) -> str:
    """A text that stays in its comment."""
    return " ".join(text.split())
