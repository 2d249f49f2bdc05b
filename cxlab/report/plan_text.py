"""The text of a plan: YAML read so that nothing is guessed, and every value knows its line.

YAML as its usual loaders read it turns `NO` into false, `012` into ten and `12:30` into 750, lets a key stand twice,
and lets nine short lines grow to gigabytes through aliases. Here a value stays the text that was typed until the
plan's model asks for a number; aliases, tags and double keys are refused with file and line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cxlab.errors import PlanError

LARGEST = 1_000_000
DEEPEST = 12
Place = tuple[str | int, ...]


class Typed(str):
    """A value as it was typed in the plan. `quoted` says whether quotation marks stood around it."""

    quoted: bool

    def __new__(cls, text: str, quoted: bool) -> Typed:
        value = super().__new__(cls, text)
        value.quoted = quoted
        return value

    def plain(self) -> str | int | float | bool:
        """The number or truth value that the text is, if writing that value gives the same text; else the text.

        >>> [Typed(text, quoted=False).plain() for text in ("11", "007", "1.5", "1.50", "1e5", "true", "NO")]
        [11, '007', 1.5, '1.50', '1e5', True, 'NO']
        """
        text = str(self)
        if self.quoted:
            return text
        if text in ("true", "false"):
            return text == "true"
        for kind in (int, float):
            try:
                value = kind(text)
            except ValueError:
                continue
            if text.isascii() and str(value) == text and text not in ("nan", "inf", "-inf"):
                return value
        return text


@dataclass(frozen=True)
class PlanText:
    """What a plan file says: a tree of mappings, lists and `Typed` values, and the line of each of them."""

    file: str
    tree: dict[str, Any]
    lines: dict[Place, int]

    def where(self, place: Place) -> str:
        """'plan.yaml, line 7' for a place in the tree, or for the nearest place around it that has a line."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.file}, line {self.lines.get(place, 1)}"


def read(path: Path, name: str | None = None) -> PlanText:
    """The tree of a plan file. `name` is what messages call the file; default: its path as given."""
    file = name or str(path)
    try:
        with path.open("rb") as handle:
            raw = handle.read(LARGEST + 1)
    except OSError as error:
        raise PlanError(
            "The plan cannot be read", f"{file}: {error.strerror}", "Give the path of a plan file"
        ) from None
    if len(raw) > LARGEST:
        raise PlanError(
            "The plan is too large", f"{file} has more than {LARGEST:,} bytes", "Split it into several plans"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise PlanError("The plan is not UTF-8 text", f"{file}, line {line}", "Save it as UTF-8") from None
    return parse(text, file)


def parse(text: str, file: str) -> PlanText:
    """The tree of a plan's text, read with the rules of `read`."""
    try:
        _refuse_aliases(text, file)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise PlanError(
            "The plan is not valid YAML",
            f"{file}, line {line}: {error.problem or error.context}",
            "Check the indentation, colons and quotation marks of this line and the one before",
        ) from None
    except yaml.YAMLError as error:
        raise PlanError(
            "The plan is not valid YAML", f"{file}: {str(error).splitlines()[0]}", "Remove what is not plain text"
        ) from None
    if not isinstance(node, yaml.MappingNode):
        raise PlanError(
            "A plan is a mapping of keys to values",
            f"{file}, line 1 begins with something else",
            "Begin with 'notebook: client_survey'",
        )
    tree = _Reader(file)
    return PlanText(file, tree.value(node, ()), tree.lines)


def _refuse_aliases(text: str, file: str) -> None:
    """Look at the events first: they come one by one, so that a bomb is refused before anything of it grows."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        at = f"{file}, line {event.start_mark.line + 1}"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise PlanError(
                "A plan has no anchors and aliases",
                f"{at}: '{sign}{event.anchor}'",
                "Write the value out; a text that begins with * or & needs quotation marks",
            )
        if getattr(event, "tag", None):
            raise PlanError("A plan has no tags", f"{at}: '{event.tag}'", "Write the value as plain text")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise PlanError(
                    "The plan is nested too deeply",
                    f"{at}: more than {DEEPEST} levels",
                    "Write it as the documentation shows",
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Reader:
    """Turns YAML nodes into plain values and notes the line of each."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        if not node.value and node.style is None:
            raise PlanError(
                f"{_named(place)} has no value",
                f"{self.file}, line {self.lines[place]}",
                "Give it a value or remove the key; a value that begins with # needs quotation marks",
            )
        return Typed(node.value, quoted=node.style is not None)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise PlanError("A key is a word", f"{self.file}, line {line}", "Put the value after 'key: '")
            key = key_node.value
            if key in mapping:
                raise PlanError(
                    f"The key '{key}' stands twice",
                    f"{self.file}, lines {self.lines[(*place, key)]} and {line}",
                    "Remove one of them",
                )
            mapping[key] = self.value(value_node, (*place, key))
            self.lines[(*place, key)] = line
        return mapping


def _named(place: Place) -> str:
    words = [part for part in place if isinstance(part, str)]
    return f"'{words[-1]}'" if words else "The plan"
