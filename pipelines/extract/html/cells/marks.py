"""Marks in table cells: ``OBJECT`` where something is shown that is not the text of the source."""

import re
from collections.abc import Iterator
from typing import Any

from pipelines.extract.document import OBJECT

CELLS = frozenset(["td", "th"])
DIGIT = re.compile(r"\d")
_COUNTED = re.compile(r"\s*[+\-－增减]*\s*\d[\d.,，\s]*[件条项个次宗起份篇人万元亿]*\s*$")
CJK = re.compile(r"[㐀-鿿]")
_CELL_OR_BLOCK_DEPTH = 64


def cell_of(node: Any) -> Any | None:
    """The table cell that a node is or stands in; None outside of tables."""
    place = node
    for _ in range(_CELL_OR_BLOCK_DEPTH):
        if place is None or place.tag == "table":
            return None
        if place.tag in CELLS:
            return place
        place = place.parent
    return None


def mark_figures(node: Any) -> None:
    """Mark all cells below a node that print a figure."""
    for cell in node.css("td,th"):
        if _COUNTED.match(cell.text_lexbor() or ""):
            mark(cell)


def is_figure(text: str) -> bool:
    return DIGIT.search(text) is not None and not CJK.search(text)


def mark(cell: Any) -> None:
    """Begin a cell with ``OBJECT``; cells without any child take it, too."""
    first = cell.first_child
    if first is None:
        cell.insert_child(OBJECT)
    elif not (first.is_text_node and (first.text_content or "").startswith(OBJECT)):
        first.insert_before(OBJECT)


def printed_length(node: Any) -> int:
    return len("".join((node.text_lexbor() or "").split()))


def around(node: Any) -> Iterator[Any]:
    place = node.parent
    while place is not None:
        yield place
        place = place.parent
