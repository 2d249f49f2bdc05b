"""What a report says about itself: title, client, period, language, brand, and the paper it is printed on."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from cxlab.errors import PlanError, did_you_mean, listing
from cxlab.words.dates import ICU_CALENDAR

LANGUAGES = ("en", "vi", "fa")
PAGE_SIZES = {"A4": "A4", "Letter": "letter"}
HOUSE_COLOUR = "#5E2750"


@dataclass(frozen=True)
class Meta:
    """The facts of one report that its pages carry beside the notebook's outputs.

    `title` names the kind of report ("Customer experience report"), `client` and `period_label` whose and when;
    `locale` is en, vi or fa; `colour` the brand as #rrggbb; `logo` the bytes of a PNG, JPEG or WebP picture; `sample`
    marks made-up figures on every page; `issued` is the date printed at the foot of the first page, in the `calendar`
    gregorian or jalali, by default the usual one of the language; `page_size` is A4 or Letter. An unknown language,
    paper, calendar or colour is refused.
    """

    title: str = "Report"
    client: str = ""
    period_label: str = ""
    locale: str = "en"
    colour: str = HOUSE_COLOUR
    logo: bytes | None = None
    sample: bool = False
    prepared_by: str = ""
    issued: date | None = None
    description: str = ""
    page_size: str = "A4"
    calendar: str = ""

    def __post_init__(self) -> None:
        if self.locale not in LANGUAGES:
            raise PlanError("This language has no pages", f"locale '{self.locale}'", f"Use {listing(LANGUAGES)}")
        if self.page_size not in PAGE_SIZES:
            raise PlanError("This paper is unknown", f"page_size '{self.page_size}'", f"Use {listing(PAGE_SIZES)}")
        if self.calendar and self.calendar not in ICU_CALENDAR:
            raise PlanError("This calendar is unknown", f"calendar '{self.calendar}'", f"Use {listing(ICU_CALENDAR)}")
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", self.colour):
            raise PlanError(
                "A colour is written as # and six hexadecimal digits",
                f"colour '{self.colour}'",
                f"Write it like {HOUSE_COLOUR}",
            )

    @property
    def running(self) -> str:
        """The line that names the report at the head of every page: client, title, period."""
        return " · ".join(part for part in (self.client, self.title, self.period_label) if part)

    @property
    def name(self) -> str:
        """The document's title in a browser's tab and in the PDF's properties."""
        head = ": ".join(part for part in (self.client, self.title) if part)
        comma = "، " if self.locale == "fa" else ", "
        return comma.join(part for part in (head, self.period_label) if part)

    @classmethod
    def of(cls, data: Mapping[str, Any], title: str = "Report") -> Meta:
        """Meta from a notebook's metadata (key "cxlab"), where dates are ISO text and the logo is base64.

        Unknown names and wrong types are refused; `title` is used where the metadata gives none.
        """
        known = {field.name: field for field in fields(cls)}
        for name in data:
            if name not in known:
                raise PlanError(
                    "The notebook's metadata name something a report does not have",
                    f"cxlab.{name}",
                    did_you_mean(name, known) or f"Known are {listing(known, 'and')}",
                )
        values = {name: _typed(name, value) for name, value in data.items()}
        return cls(**{"title": title, **values})


def _typed(name: str, value: Any) -> Any:
    wanted: type[Any] = bool if name == "sample" else str
    if name in ("logo", "issued") and value is None:
        return None
    if not isinstance(value, wanted):
        raise PlanError(
            f"The notebook's metadata give '{name}' as something else than {wanted.__name__}",
            f"cxlab.{name} = {value!r}",
            "Correct it under Edit, Notebook metadata",
        )
    try:
        if name == "logo":
            return base64.b64decode(value.rpartition("base64,")[2], validate=True)
        if name == "issued":
            return date.fromisoformat(value)
    except (ValueError, binascii.Error):
        kind = "a picture in base64" if name == "logo" else "a date such as 2026-10-31"
        raise PlanError(
            f"The notebook's metadata '{name}' is not {kind}",
            f"cxlab.{name} = {value[:40]!r}",
            "Correct it under Edit, Notebook metadata",
        ) from None
    return value
