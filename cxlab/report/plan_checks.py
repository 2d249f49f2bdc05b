"""What single values of a plan must be; each check returns the value unchanged or says what is wrong with it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from cxlab.errors import CxlabError, PlanError
from cxlab.report import folders, secret
from cxlab.rows import periods

LARGEST_LOGO = 4_000_000
LOGO_KINDS = ("PNG", "JPEG", "WEBP")
Item = TypeVar("Item")


def client(value: str) -> str:
    folders.client_folder(value)
    return value


def readable(value: str) -> str:
    """A name may hold any letters, and the joiners of Persian and emoji, but nothing that turns or hides text."""
    if not value.strip():
        raise PlanError("The name is blank", ascii(value), "Write a name that can be read")
    if hidden := folders.unseen(re.sub("[\u200c\u200d\ufe0e\ufe0f]", "", value)):
        raise PlanError(
            "The name holds a character that cannot be seen",
            f"{value!a} with {hidden}",
            "Write it without that character",
        )
    return value


def source(value: str) -> str:
    if value.startswith("env:"):
        if not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*", value):
            raise PlanError("A secret is named by an environment variable", f"{value!a}", 'Write "env:ACME_DB"')
        return value
    if kind := secret.likeness(value):
        raise PlanError(
            f"The source is {kind}",
            "Its text is not repeated here",
            'Put the address into an environment variable and name it: source: "env:ACME_DB"',
        )
    if not value or folders.unseen(value):
        raise PlanError("The source is no path", ascii(value), "Give a file, a folder, an address or env:NAME")
    return value


def zone(value: str) -> str:
    return _as_plan_error(lambda: periods.zone(value), value)


def period(value: str) -> str:
    return _as_plan_error(lambda: periods.resolve(value, datetime(2026, 1, 1, tzinfo=UTC), "UTC"), value)


def _as_plan_error(check: Callable[[], object], value: str) -> str:
    try:
        check()
    except CxlabError as error:
        raise PlanError(error.wrong, error.seen, error.todo) from None
    return value


def colour(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise PlanError("A colour is # and six hexadecimal digits", ascii(value), 'Write it like "#0b6e4f"')
    return value


def opening(value: str) -> str:
    time = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
    if not re.fullmatch(rf"{time}-(?:{time}|24:00)", value) or value[:5] >= value[6:]:
        raise PlanError("Opening hours are two times of one day", ascii(value), 'Write them like "08:00-17:30"')
    return value


def currency(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[A-Z]{3}", value):
        raise PlanError("A currency is a code of three letters", ascii(value), "Write it like VND or EUR")
    return value


def distinct(values: list[Item]) -> list[Item]:
    twice = [value for index, value in enumerate(values) if value in values[:index]]
    if twice:
        raise PlanError("A value stands twice in the list", ascii(str(twice[0])), "Remove one of them")
    return values


def logo(path: Path, called: str) -> None:
    """Refuse a logo that is no picture of a safe kind or that would unpack to too many points (a small file can)."""
    from PIL import Image, ImageFile, UnidentifiedImageError

    patient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it for the whole process
    todo = f"Give a PNG, JPEG or WebP file of at most {LARGEST_LOGO // 1_000_000} million points"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=LOGO_KINDS) as picture:
                width, height = picture.size
                if width * height <= LARGEST_LOGO:
                    picture.load()  # a head may promise what the rest does not hold
    except Image.DecompressionBombError:
        raise PlanError("The logo is too large", called, todo) from None
    except UnidentifiedImageError:
        raise PlanError("The logo cannot be used", f"{called}: it is not such a picture", todo) from None
    except OSError as error:
        what = error.strerror or "it is cut off or broken"
        raise PlanError("The logo cannot be used", f"{called}: {what}", todo) from None
    except (ValueError, SyntaxError):  # texts or profiles in it that would unpack to too much, broken chunks
        raise PlanError("The logo cannot be used", f"{called}: it is broken", todo) from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = patient
    if width * height > LARGEST_LOGO:
        raise PlanError("The logo is too large", f"{called} has {width:,} x {height:,} points", todo)
