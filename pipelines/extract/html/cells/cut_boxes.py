"""Boxes that are too small for the figures in them: what has no room is cut off, or lies over what comes next.

Only what is certain from declared sizes counts: a row is at least so high, a column at least so wide.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

from pipelines.extract.html.cells.marks import CELLS, cell_of, mark, mark_figures
from pipelines.extract.html.css.boxes import is_box
from pipelines.extract.html.css.cascade import Styled
from pipelines.extract.html.css.effects import Effect
from pipelines.extract.html.css.values import length

Effects = dict[int, tuple[Styled, Effect]]
_LEAST_LINE, _LEAST_COLUMN, _LEAST_DIGIT = 12.0, 12.0, 5.0  # pixels
_LEAST_SCROLLED = 30.0
"""Pixels of a box that can be scrolled through line by line."""
_DIGITS = re.compile(r"[\d,.]+")


def mark_cut_boxes(found: Effects) -> None:
    """Mark the figures in boxes that have no room for them. A reader may scroll in those that scroll."""
    for styled, _ in list(found.values()):
        values, node = styled.values, styled.node
        tag, overflow = node.tag or "", values.get("overflow", "visible")
        if tag == "table" and values.get("table-layout") == "fixed":
            _mark_narrow_columns(node, values)
        if tag in CELLS:
            if overflow.startswith(("hidden", "clip")):
                _mark_if_longer(node, node, length(values.get("max-width")))
        elif is_box(values, tag) or tag in ("html", "body"):
            _mark_in_box(node, values, overflow, found)


def _mark_in_box(node: Any, values: Mapping[str, str], overflow: str, found: Effects) -> None:
    rows = node.css("tr")
    needed = _LEAST_LINE * len(rows)
    height = _room(values, "height") if overflow != "visible" else math.inf
    if overflow.startswith(("scroll", "auto")):
        needed = min(needed, _LEAST_SCROLLED)
    is_cut = overflow.startswith(("hidden", "clip"))
    if needed > height or (is_cut and rows and _needed_width(node, rows, found) > _room(values, "width")):
        mark_figures(node)
    elif is_cut and (cell := cell_of(node)) is not None:
        _mark_if_longer(cell, node, _room(values, "width"))


def _needed_width(node: Any, rows: list[Any], found: Effects) -> float:
    """At least so wide are the tables with these rows."""
    widths = [_LEAST_COLUMN * _columns(rows)]
    for table in node.css("table"):
        values = found[table.mem_id][0].values if table.mem_id in found else {}
        declared = (table.attributes.get("width"), values.get("width"), values.get("min-width"))
        widths += [length(value) or 0.0 for value in declared if value and not value.endswith("%")]
    return max(widths)


def _columns(rows: list[Any]) -> int:
    return max((len(row.css("td,th")) for row in rows[:40]), default=0)


def _mark_narrow_columns(table: Any, values: Mapping[str, str]) -> None:
    """The columns of a table of fixed layout do not grow with what they hold."""
    width, rows = _room(values, "width"), table.css("tr")
    if width < math.inf and (columns := _columns(rows)):
        for cell in table.css("td,th"):
            _mark_if_longer(cell, cell, width / columns - _LEAST_DIGIT)


def _mark_if_longer(cell: Any, node: Any, room: float | None) -> None:
    longest = max(map(len, _DIGITS.findall(node.text_lexbor() or "")), default=0)
    if room is not None and _LEAST_DIGIT * longest > room:
        mark(cell)


def _room(values: Mapping[str, str], side: str) -> float:
    """The declared size of a box in pixels; without bound where it follows its content or what is around it."""
    declared = (values.get(name, "") for name in (side, f"max-{side}"))
    sizes = (length(value) for value in declared if not value.endswith("%"))
    return min((size for size in sizes if size is not None), default=math.inf)
