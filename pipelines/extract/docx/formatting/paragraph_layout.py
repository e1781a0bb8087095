"""Where a paragraph stands in its cell: text that is moved out of it, or cut off by a fixed height, is not read from there."""

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.docx.formatting.styles import Formatting, Properties
from pipelines.extract.docx.names import OFF, W

_FARTHEST_LEFT, _FARTHEST_RIGHT = -400, 4000
"""Twips by which lines may begin outside of their cell, or far inside: beyond, they are drawn over the cell beside it."""
_USUAL_SIZE = 20  # half points
_TWIPS = 10  # of a half point
_LEAST_LINE = 0.6  # of the size of the letters: of a lower line some part is cut off
_MARGINS = 216  # twips, left and right of the text in a cell together


class Line(NamedTuple):
    """What is needed to place the lines of a paragraph. Lengths in twips."""

    characters: int
    size: int
    height: int
    before: int


def merged(levels: Sequence[Formatting], direct: Properties) -> Properties:
    """The formatting of a paragraph."""
    found: Properties = {}
    for level in levels:
        found |= level.paragraph
    return found | direct


def is_displaced(properties: Properties) -> bool:
    """Whether a paragraph stands elsewhere than in its cell, or over something else, or is cut off."""
    return "framePr" in properties or _is_indented_away(properties) or _is_squeezed(properties)


def has_leaders(properties: Properties) -> bool:
    """Whether tabs are drawn as dots or dashes."""
    tabs = properties.get("tabs")
    return tabs is not None and any(tab.get(f"{W}leader", "none") not in OFF for tab in tabs)


def _is_indented_away(properties: Properties) -> bool:
    indent = properties.get("ind")
    if indent is None:
        return False
    left = twips(indent, "left") or twips(indent, "start")
    right = twips(indent, "right") or twips(indent, "end")
    first = left + twips(indent, "firstLine") - twips(indent, "hanging")
    return min(left, right, first) < _FARTHEST_LEFT or max(left, right, first) > _FARTHEST_RIGHT


def _is_squeezed(properties: Properties) -> bool:
    spacing = properties.get("spacing")
    if spacing is None or spacing.get(f"{W}lineRule") != "exact":
        return False
    return twips(spacing, "line") < _LEAST_LINE * _USUAL_SIZE * _TWIPS


def line_of(paragraph: Element, properties: Properties, characters: int) -> Line:
    """The line of a paragraph that prints so many characters."""
    sizes = [_number(size.get(f"{W}val", "")) for size in paragraph.iter(f"{W}sz")]
    size = (max(sizes, default=0) or _USUAL_SIZE) * _TWIPS
    spacing = properties.get("spacing")
    if spacing is None:
        return Line(characters, size, size, 0)
    exact = twips(spacing, "line") if spacing.get(f"{W}lineRule") == "exact" else size
    return Line(characters, size, max(exact, 1), max(0, twips(spacing, "before")))


def is_cut_off(lines: Sequence[Line], height: int, width: int | None) -> bool:
    """Whether a row of a fixed height shows less than all lines of a cell. Labels are wider than figures: digits are assumed."""
    needed = 0.0
    for line in lines:
        room = max(width - _MARGINS, line.size // 2) if width else 0
        rows = -(-line.characters * line.size // 2 // room) if room else 1
        needed += line.before + max(rows, 1) * line.height
    return needed > height + (lines[-1].size if lines else 0) // 4


def twips(element: Element, name: str) -> int:
    """A length that an attribute gives."""
    return _number(element.get(f"{W}{name}", ""))


def _number(value: str) -> int:
    digits = value.lstrip("-")
    return int(value) if digits.isascii() and digits.isdigit() and len(value) < 9 else 0
