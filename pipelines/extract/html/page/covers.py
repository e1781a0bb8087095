"""Areas that lie over the tables of a page: masks, open dialogs, pictures, layers in one place.

Nothing here is laid out, so a cover is known by what is declared: where an element is positioned, how large it is, and whether
one can see through it. Behind a cover no figure is sure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelines.extract.html.cells.marks import around, cell_of, is_figure, mark_figures
from pipelines.extract.html.css.cascade import Styled
from pipelines.extract.html.css.effects import Effect
from pipelines.extract.html.css.measures import share_of
from pipelines.extract.html.css.properties import PLAIN_GLYPHS
from pipelines.extract.html.css.values import colour, length

Found = Mapping[int, tuple[Styled, Effect]]
_PICTURES = frozenset(["img", "iframe", "canvas", "svg", "video", "object", "embed"])
_LEAST_OPAQUE = 0.6
_LETTER, _LINE = 14.0, 20.0  # pixels, of text whose box has no declared size
_WINDOW_SHARE = (768.0, 430.0)
"""Width and height of what covers a window: its content cannot be scrolled from under something smaller that is fixed."""
_OVER_TABLE = (30.0, 15.0)
_LARGE = (300.0, 200.0)
_HEAD = 500.0
"""Height of the head of a page, which may be positioned over nothing."""


def mark_covered(root: Any, found: Found) -> None:
    """Mark the figures of all tables where something lies over them."""
    placed = [styled for styled, effect in found.values() if _is_placed(styled, effect)]
    if not placed:
        return
    tables = root.css("table")
    if tables and (_share_a_place(placed, found) or any(_covers(styled, tables, found) for styled in placed)):
        mark_figures(root)


def _is_placed(styled: Styled, effect: Effect) -> bool:
    values = styled.values
    is_out_of_flow = (
        values.get("position", "") in ("absolute", "fixed") or "grid-row" in values or "grid-column" in values
    )
    return is_out_of_flow and not effect & (Effect.HIDDEN | Effect.INVISIBLE) and cell_of(styled.node) is None


def _share_a_place(placed: Iterable[Styled], found: Found) -> bool:
    """Do two elements that hold tables begin at the same place?"""
    places: Counter[tuple[object, ...]] = Counter()
    for styled in placed:
        if styled.node.css_first("table") is None:
            continue
        values, parent = styled.values, styled.node.parent
        if values.get("position", "") in ("absolute", "fixed"):
            block = _containing_block(styled.node, found)
            places[(block.mem_id if block is not None else 0, values.get("top"), values.get("left"))] += 1
        else:
            places[(parent.mem_id, values.get("grid-row"), values.get("grid-column"))] += 1
    return any(count > 1 for count in places.values())


def _covers(styled: Styled, tables: Iterable[Any], found: Found) -> bool:
    node, values = styled.node, styled.values
    if values.get("position", "") not in ("absolute", "fixed") or values.get("z-index", "").startswith("-"):
        return False
    text = (node.text_lexbor() or "").strip()
    if node.css_first("table") is not None or node.tag == "table":
        is_in_place = all(values.get(side, "auto") in PLAIN_GLYPHS for side in ("top", "bottom"))
        return is_in_place and any(not _is_inside(table, node) for table in tables) and _is_opaque(node, values)
    if is_figure(text) and any(values.get(side, "auto") not in PLAIN_GLYPHS for side in ("top", "bottom")):
        return True
    if not _is_opaque(node, values) or all(_is_above(table, values, found) for table in tables):
        return False
    return _is_large_enough(styled, text, found)


def _is_large_enough(styled: Styled, text: str, found: Found) -> bool:
    node, values = styled.node, styled.values
    lines = text.split("\n") or [""]
    width = _extent(node, values, "width", ("left", "right"), _LETTER * max(map(len, lines)))
    height = _extent(node, values, "height", ("top", "bottom"), _LINE * len(lines))
    if values.get("position") == "fixed":
        return width >= _WINDOW_SHARE[0] and height >= _WINDOW_SHARE[1]
    block = _containing_block(node, found)
    if block is not None and block.css_first("table") is not None:
        least = _LARGE if node.tag in _PICTURES else _OVER_TABLE
        return width >= least[0] and height >= least[1]
    if block is not None:
        return width >= _LARGE[0] and height >= _HEAD
    top = length(values.get("top"))
    return width >= _LARGE[0] and (height >= _LARGE[1] if top is None else top + height >= _HEAD)


def _extent(node: Any, values: Mapping[str, str], size: str, ends: tuple[str, str], of_text: float) -> float:
    declared = length(values.get(size)) or (length(node.attributes.get(size)) if node.tag in _PICTURES else None)
    if declared is not None:
        return declared
    return 9_999.0 if all(values.get(end, "auto") not in PLAIN_GLYPHS for end in ends) else of_text


def _is_opaque(node: Any, values: Mapping[str, str]) -> bool:
    opacity: float | None = share_of(values.get("opacity", "1"))
    if node.tag in _PICTURES:
        return opacity is None or opacity >= _LEAST_OPAQUE
    ground = colour(values.get("background-color", ""))
    if values.get("background-image", "none") in PLAIN_GLYPHS and ground is None:
        return bool(node.tag == "dialog")
    alpha = 1.0 if ground is None else ground.alpha
    return alpha * (1.0 if opacity is None else opacity) >= _LEAST_OPAQUE


def _is_above(table: Any, values: Mapping[str, str], found: Found) -> bool:
    """Does a layer of its own lift the table over the cover?"""
    own = length(values.get("z-index")) or 0.0
    return any((length(other.get("z-index")) or 0.0) > own for other in _positioned(table, found))


def _positioned(node: Any, found: Found) -> Iterator[Mapping[str, str]]:
    for place in (node, *around(node)):
        if place.mem_id in found:
            values = found[place.mem_id][0].values
            if values.get("position", "static") not in ("static", *PLAIN_GLYPHS):
                yield values


def _containing_block(node: Any, found: Found) -> Any | None:
    for place in around(node):
        styled = found.get(place.mem_id)
        if styled is not None and styled[0].values.get("position", "static") not in ("static", *PLAIN_GLYPHS):
            return place
    return None


def _is_inside(node: Any, outer: Any) -> bool:
    return any(place.mem_id == outer.mem_id for place in around(node))
