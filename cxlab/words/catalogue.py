"""Catalogues: the texts of one language, written in ICU MessageFormat, with every key and argument checked."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml
from icu4py.messageformat import MessageFormat

from cxlab.errors import DefinitionError, did_you_mean, listing

FILES = ("messages", "pages", "definitions", "lab")  # figures and sentences; pages; what was measured; notebooks
_OPENING = re.compile(r"\s*(\w+)\s*[,}]")


class Catalogue:
    """The messages of one language: a mapping from dotted keys to texts, and the ICU locale that formats them."""

    def __init__(self, code: str, icu: str) -> None:
        self.texts: dict[str, str] = {}
        for name in FILES:
            source = files("cxlab.words").joinpath(f"{name}.{code}.yaml")
            self.texts |= yaml.load(source.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        self._code, self._icu = code, icu
        self._formats: dict[str, tuple[MessageFormat, frozenset[str]]] = {}

    def format(self, key: str, given: dict[str, str | int]) -> str:
        """The text of `key` with its arguments filled in; every argument it names, and no other, must be given."""
        if key not in self._formats:
            if key not in self.texts:
                raise DefinitionError(
                    "There is no such message",
                    f"The key is '{key}', the language '{self._code}'",
                    did_you_mean(key, self.texts) or "Add it to every catalogue in cxlab/words",
                )
            text = self.texts[key]
            self._formats[key] = MessageFormat(text, self._icu), arguments(text)
        pattern, names = self._formats[key]
        if names != given.keys():
            raise DefinitionError(
                f"The message '{key}' takes other arguments",
                f"It was given {listing(given, 'and')}",
                f"Give it {listing(sorted(names), 'and')}",
            )
        return pattern.format({**given})


def arguments(pattern: str) -> frozenset[str]:
    """The names of the arguments of an ICU message.

    >>> sorted(arguments("{n, plural, one {# call of {who}} other {calls}}"))
    ['n', 'who']
    """
    found: set[str] = set()
    opened: list[str] = []
    for place, mark in enumerate(pattern):
        if mark == "{" and opened[-1:] == ["argument"]:
            opened.append("text")  # a branch of a plural or select: plain words, not the name of an argument
        elif mark == "{":
            opened.append("argument")
            if name := _OPENING.match(pattern, place + 1):
                found.add(name[1])
        elif mark == "}":
            opened.pop()
    return frozenset(found)


@cache
def catalogue(code: str, icu: str) -> Catalogue:
    """The catalogue of a language, read once."""
    return Catalogue(code, icu)
