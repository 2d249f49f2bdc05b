"""The tags of a PDF, mended where the renderer leaves a reader without sight to guess.

It names the heads of a cell by identifiers, which begin anew on each page, so that a cell of the second page is read
with the head of a row of the first; and it puts a box into a list where term and description belong together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

HEAD, LIST, ITEM, LABEL, BODY = "/THead", "/L", "/LI", "/Lbl", "/LBody"


def mend(_document: Any, pdf: Any) -> None:
    """Say of each table head what it heads, and make one item of each pair of a list (ISO 14289-1, 7.5 and 7.6)."""
    elements: dict[Any, Any] = {
        one.reference: one  # type: ignore[attr-defined]
        for one in pdf.objects
        if isinstance(one, dict) and one.get("Type") == "/StructElem"
    }
    for element in elements.values():
        kind, parent = element["S"], elements.get(element["P"])
        if kind in ("/TH", "/TD"):
            element.pop("ID", None)
            element["A"].pop("Headers", None)
        if kind == "/TH":
            row = elements[element["P"]]
            element["A"]["Scope"] = "/Column" if elements[row["P"]]["S"] == HEAD else "/Row"
        elif kind == "/Div" and parent is not None and parent["S"] == LIST:
            element["S"] = ITEM
            _as_one_item(element, elements)


def _as_one_item(item: Any, elements: dict[Any, Any]) -> None:
    """The terms and descriptions of a pair, each an item of its own until now: a label first, then bodies."""
    for at, inner in enumerate(_below(item, elements)):
        if inner["S"] != ITEM:
            continue
        inner["S"] = BODY if at else LABEL
        for body in _below(inner, elements):
            body["S"] = "/NonStruct" if body["S"] == BODY else body["S"]


def _below(element: Any, elements: dict[Any, Any]) -> Iterator[Any]:
    return (elements[reference] for reference in element["K"] if reference in elements)
