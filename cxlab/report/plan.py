"""The plan: which notebook, for which clients, from which data, over which periods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cxlab.errors import PlanError, did_you_mean, listing
from cxlab.report import folders, plan_checks, plan_text
from cxlab.report.plan_text import Place, PlanText, Typed

TABLES = (
    "answers", "invitations", "reviews", "customers", "transactions", "orders", "events", "tickets", "calls", "totals",
    "complaints", "people",
)  # fmt: skip


def _plain(value: Any) -> Any:
    """Values of no declared type: a number where writing it gives the same text, else the text."""
    if isinstance(value, Typed):
        return value.plain()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _number(value: Any) -> Any:
    if not isinstance(value, Typed):
        return value
    if value.quoted or not re.fullmatch(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?", value):
        seen = f"Seen: {str(value)[:40]!a}"
        raise PlanError("Here stands a number", seen, "Write it like 10 or 0.95, without quotation marks")
    return float(value) if "." in value else int(value)


def _truth(value: Any) -> Any:
    if not isinstance(value, Typed):
        return value
    if value.quoted or value not in ("true", "false"):
        raise PlanError("Here stands true or false", f"Seen: {str(value)!a}", "Write true or false")
    return value == "true"


Whole = Annotated[int, BeforeValidator(_number)]
Share = Annotated[float, BeforeValidator(_number)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Plain = Annotated[Any, BeforeValidator(_plain)]
Name = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(plan_checks.readable)]
Column = Annotated[str, Field(min_length=1)]
Zone = Annotated[str, AfterValidator(plan_checks.zone)]
Key = Annotated[str, AfterValidator(plan_checks.period)]
Locale = Literal["en", "vi", "fa"]
Format = Literal["html", "pdf", "xlsx"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Table(_Part):
    """Where one table of a client comes from and how its columns are to be understood; the keys of `cx.read`."""

    source: Annotated[str, AfterValidator(plan_checks.source)]
    export: str | None = None
    table: str | None = None
    sheet: str | None = None
    columns: dict[str, Column] = {}
    missing: dict[str, Annotated[list[Any], BeforeValidator(_plain)]] = {}
    labels: dict[str, Annotated[dict[str, Any], BeforeValidator(_plain)]] = {}
    scale: Plain = None
    timezone: Zone | None = None
    dates: Plain = None
    keep: list[str] = []
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    weight: Column | None = None
    filter: dict[str, Plain] = {}


class Brand(_Part):
    """How a client's pages look: a colour such as "#0b6e4f", a picture (PNG, JPEG or WebP), the paper of the PDF."""

    colour: Annotated[str | None, AfterValidator(plan_checks.colour)] = None
    logo: str | None = None
    page_size: Literal["A4", "Letter"] = "A4"


class Named(_Part):
    """What a report calls a column and the values in it, in the client's language."""

    column: Name | None = None
    values: dict[str, Name] = {}


def _named(value: Any) -> Any:
    """A text alone is the name of the column."""
    return {"column": value} if isinstance(value, str) else value


class Privacy(_Part):
    """What may be shown of few people: nothing of a segment below `smallest_base`; comments only when reviewed."""

    smallest_base: Annotated[Whole, Field(ge=1)] = 10
    comments: Truth = False


class Client(_Part):
    """One client: who, where, when, how it looks, and its tables."""

    id: Annotated[str, AfterValidator(plan_checks.client)]
    name: Name | None = None
    locale: Locale | None = None
    timezone: Zone = "UTC"
    calendar: Literal["gregorian", "jalali"] = "gregorian"
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] | None = None
    hours: dict[Weekday, Annotated[str, AfterValidator(plan_checks.opening)]] = {}
    holidays: str | None = None
    currency: Annotated[str | None, AfterValidator(plan_checks.currency)] = None
    brand: Brand = Brand()
    segments: list[Column] = []
    names: dict[str, Annotated[Named, BeforeValidator(_named, json_schema_input_type=str | Named)]] = {}
    answers: Table | None = None
    invitations: Table | None = None
    reviews: Table | None = None
    customers: Table | None = None
    transactions: Table | None = None
    orders: Table | None = None
    events: Table | None = None
    tickets: Table | None = None
    calls: Table | None = None
    totals: Table | None = None
    complaints: Table | None = None
    people: Table | None = None

    def tables(self) -> dict[str, Table]:
        """The tables that this client has, by name."""
        return {name: table for name in TABLES if (table := getattr(self, name)) is not None}


class Plan(_Part):
    """One notebook for many clients and periods."""

    notebook: Annotated[str, Field(min_length=1)]
    formats: Annotated[list[Format], Field(min_length=1), AfterValidator(plan_checks.distinct)] = ["html", "pdf"]
    locale: Locale = "en"
    level: Annotated[Share, Field(ge=0.5, lt=1)] = 0.95
    compare: Literal["previous", "rest", "pairs"] = "previous"
    privacy: Privacy = Privacy()
    small_base: Annotated[Whole, Field(ge=1)] = 30
    variants: dict[str, str] = {}
    options: Annotated[dict[str, Any], BeforeValidator(_plain)] = {}
    clients: Annotated[list[Client], Field(min_length=1)]
    periods: Annotated[list[Key], AfterValidator(plan_checks.distinct)] = []


_SHAPES = {
    "list_type": ("is a list", "Put its values in square brackets: [one, two]"),
    "dict_type": ("is a mapping", "Put its keys and values in braces: {key: value}"),
    "model_type": ("is a mapping", "Put its keys and values in braces: {key: value}"),
    "string_type": ("is one text", "Write a single value"),
    "too_short": ("is empty", "Give at least one value"),
    "string_too_short": ("is empty", "Write a text"),
    "int_from_float": ("is a whole number", "Write it like 10"),
}


@dataclass(frozen=True)
class PlanFile:
    """A plan that was read and found sound, with the lines it came from."""

    path: Path
    text: PlanText
    plan: Plan

    @property
    def name(self) -> str:
        return folders.plan_folder(self.path)

    def where(self, *place: str | int) -> str:
        """'plan.yaml, line 7' for a key of the plan."""
        return self.text.where(place)

    def beside(self, name: str) -> Path:
        """A path of the plan: relative ones count from the plan's own folder."""
        return self.path.parent / name


def load(path: Path | str) -> PlanFile:
    """The plan in a YAML file, checked.

    Raises PlanError, naming file and line, for everything that needs no look at the data: misspelt keys, wrong types,
    unknown zones, locales or formats, passwords, two clients of one folder. Numbers are read only where a number
    belongs; ids, columns, times and periods stay the text that was typed.
    """
    path = Path(path)
    text = plan_text.read(path)
    folders.plan_folder(path)
    try:
        plan = Plan.model_validate(text.tree)
    except ValidationError as error:
        problem, cause = _first(error, text)
        raise problem from cause
    _refuse_shared_folders(plan, text)
    return PlanFile(path, text, plan)


def schema() -> dict[str, Any]:
    """The JSON schema of a plan, for editors that complete and check YAML."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Plan.model_json_schema()}


def _refuse_shared_folders(plan: Plan, text: PlanText) -> None:
    for kind, key in (("folder", folders.client_folder), ("name", folders.folded)):
        seen: dict[str, int] = {}
        for index, client in enumerate(plan.clients):
            first = seen.setdefault(key(client.id), index)
            if first != index:
                raise PlanError(
                    f"Two clients would share one {kind}",
                    f"'{plan.clients[first].id}' and '{client.id}', {text.where(('clients', first, 'id'))} and "
                    f"{text.lines.get(('clients', index, 'id'), 1)}",
                    "Give one of them another id: a report must never lie under another client's name",
                )


def _first(error: ValidationError, text: PlanText) -> tuple[PlanError, PlanError | None]:
    """The first thing wrong, in the order of the lines; a misspelt key before the one that it leaves out."""
    found = [(_place(tuple(item["loc"]), text), item) for item in error.errors(include_url=False)]
    place, item = min(found, key=lambda pair: (pair[1]["type"] == "missing", text.lines.get(pair[0], 1)))
    more = f" ({len(found) - 1} more after it)" if len(found) > 1 else ""
    at = text.where(place)
    inner = (item.get("ctx") or {}).get("error")
    if isinstance(inner, PlanError):
        return PlanError(f"'{_key(place)}': {inner.wrong}", f"{at}: {inner.seen}{more}", inner.todo), inner
    return PlanError(*_told(item, place, at, more)), None


def _told(item: Mapping[str, Any], place: Place, at: str, more: str) -> tuple[str, str, str]:
    """The three parts of a message for what pydantic found itself."""
    name, kind = _key(place), item["type"]
    if kind == "extra_forbidden":
        known = _keys(place[:-1])
        return (
            f"There is no key '{name}' here",
            f"{at}{more}",
            did_you_mean(name, known) or f"Known here are {listing(known, 'and')}",
        )
    if kind == "missing":
        return (f"The key '{item['loc'][-1]}' is missing", f"{at}{more}", f"Add '{item['loc'][-1]}: ...'")
    if kind == "literal_error":
        wanted = item["ctx"]["expected"]
        given = str(item["input"])
        options = re.findall(r"'([^']*)'", wanted)
        return (
            f"'{_key(place)}' is not one of its values",
            f"{at}: {given!a}{more}",
            did_you_mean(given, options) or f"Write {listing(options)}",
        )
    given = "" if isinstance(item["input"], dict | list) else f": {str(item['input'])!a}"
    told = item["msg"].replace("Input should", "must").replace("Value should", "must")
    rule, example = _SHAPES.get(kind, (told, ""))
    return (f"'{_key(place)}' {rule}", f"{at}{given}{more}", example or "Give it such a value")


def _place(loc: Place, text: PlanText) -> Place:
    """The part of pydantic's path that the file has: a path ends with words of pydantic's own for keys of mappings."""
    while loc and loc not in text.lines:
        loc = loc[:-1]
    return loc


def _key(place: Place) -> str:
    return next((str(part) for part in reversed(place) if isinstance(part, str)), "plan")


def _keys(place: Place) -> list[str]:
    """The keys that the model at a place knows."""
    models: dict[str, type[BaseModel]] = {"clients": Client, "brand": Brand, "privacy": Privacy}
    models |= dict.fromkeys(TABLES, Table)
    model: type[BaseModel] = Plan
    for part in place:
        if isinstance(part, str):
            model = models.get(part, model)
    return list(model.model_fields)
