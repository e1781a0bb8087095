"""Text in the colour of its ground: no one sees it, unless a picture or a shadow sets it off."""

from collections.abc import Callable, Iterator
from typing import Any

from pipelines.extract.document import OBJECT
from pipelines.extract.html.cells.marks import cell_of, mark
from pipelines.extract.html.css.cascade import Styled
from pipelines.extract.html.css.effects import Effect
from pipelines.extract.html.css.properties import OF_THE_TEXT
from pipelines.extract.html.css.values import BLACK, WHITE, Colour, colour, gradient_colours, is_seen

Effects = dict[int, tuple[Styled, Effect]]


def drop_unpainted(found: Effects, empty: Callable[[Any, set[int], Effects], None]) -> None:
    """Remove text in the colour of its ground; over a picture (a gradient), whether it is seen cannot be told."""
    painted = {at for at, (styled, _) in found.items() if {"color", "background-color"} & styled.values.keys()}
    for at in painted:
        if at not in found:
            continue
        node = found[at][0].node
        ground, is_pictured = _ground(node, found)
        ink = _ink(node, found)
        if is_seen(ink, ground) and all(is_seen(ink, stop.over(ground)) for stop in _gradient(node, found)):
            continue
        if node.tag in ("input", "textarea", "select"):
            node.insert_before(OBJECT)
        elif is_pictured or _is_painted_otherwise(node, found):
            _mark_over_a_picture(node, painted)
        else:
            empty(node, painted - {at}, found)


def _mark_over_a_picture(node: Any, painted: set[int]) -> None:
    """Mark a cell, a part of one, or all cells with figures below ``node`` that have no colours of their own."""
    if cell_of(node) is None:
        for cell in node.css("td,th"):
            if cell.mem_id not in painted and any(sign.isdecimal() for sign in cell.text_lexbor() or ""):
                mark(cell)
    elif (node.text_lexbor() or "").strip():
        if node.tag in ("td", "th"):
            mark(node)
        else:
            node.insert_before(OBJECT)


def _gradient(node: Any, found: Effects) -> Iterator[Colour]:
    for _, values in _values_up(node, found):
        yield from filter(None, map(colour, gradient_colours(values.get("background-image", ""))))
        if "background-color" in values and values["background-color"] != "transparent":
            return


def _is_painted_otherwise(node: Any, found: Effects) -> bool:
    """Is the text shown by its shadow, its outline or its ground, whatever its colour?"""
    return any(
        values.get(name, "none") not in ("none", "0", "border-box", "padding-box", "content-box")
        for _, values in _values_up(node, found)
        for name in ("text-shadow", "text-stroke", "text-stroke-width", "background-clip")
    )


def _ink(node: Any, found: Effects) -> Colour:
    for _, values in _values_up(node, found):
        value = colour(values["color"]) if "color" in values else None
        if value is not None:
            return value
    return BLACK


def _ground(node: Any, found: Effects) -> tuple[Colour, bool]:
    """The colour behind a node, and whether a picture lies over it."""
    above: list[Colour] = []
    is_pictured = False
    for place, values in _values_up(node, found):
        is_pictured |= values.get("background-image", "none") not in ("none", "initial", "inherit", "")
        declared = values.get("background-color", "")
        value = _ink(place, found) if declared == OF_THE_TEXT else colour(declared) if declared else None
        if value is not None and value.alpha > 0:
            above.append(value)
            if value.alpha == 1:
                break
    ground = WHITE
    for value in reversed(above):
        ground = value.over(ground)
    return ground, is_pictured


def _values_up(node: Any, found: Effects) -> Iterator[tuple[Any, dict[str, str]]]:
    """A node and those around it, with the values declared for each."""
    place = node
    while place is not None:
        if place.mem_id in found:
            yield place, found[place.mem_id][0].values
        place = place.parent
