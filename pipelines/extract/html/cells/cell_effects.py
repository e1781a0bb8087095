"""What styles do to the content of table cells: struck-out text and notes are left out, what is shown otherwise is marked.

A cell is read without a struck or raised part where the rest says what the cell prints. Where nothing is left, or where text
is moved, reordered, drawn by a style sheet or in glyphs of the page's own, the cell holds ``OBJECT`` and is not read.
"""

from typing import Any

from pipelines.extract.document import OBJECT
from pipelines.extract.html.cells.cut_boxes import mark_cut_boxes
from pipelines.extract.html.cells.left_out import leave_out
from pipelines.extract.html.cells.marks import (
    CELLS,
    CJK,
    DIGIT,
    around,
    cell_of,
    is_figure,
    mark,
    mark_figures,
    printed_length,
)
from pipelines.extract.html.css.cascade import PageStyles, Styled
from pipelines.extract.html.css.effects import Effect
from pipelines.extract.html.css.pseudo_elements import covers, shows_content
from pipelines.extract.html.css.values import length

_LONGEST_FIGURE = 20

_ROWS = frozenset(["tr", "tbody", "thead", "tfoot"])
_GROUPS = frozenset(["tr", "tbody", "thead", "tfoot", "table", "col", "colgroup"])
_INLINE_TAGS = frozenset(["span", "font", "b", "i", "u", "em", "strong", "a", "small", "label"])
_LEAST_GAP = 3.0  # pixels

_INHERITED = frozenset(["line-height", "letter-spacing", "text-indent", "writing-mode"])
Effects = dict[int, tuple[Styled, Effect]]


def mark_cells(styles: PageStyles, found: Effects) -> None:
    """Bring every cell to what it shows; outside of cells struck text goes, and blocks stand on lines of their own."""
    left_out: dict[int, tuple[Any, Effect]] = {}
    for styled, effect in found.values():
        node, effect = styled.node, effect | _by_markup(styled.node)
        cell = cell_of(node)
        if cell is None or node.tag in CELLS:
            _mark_all(styled, effect, cell, styles)
            is_text = node.tag not in CELLS | _GROUPS and not node.css_first("td,th")
            if effect & (Effect.STRUCK | Effect.RAISED) and is_text:
                left_out[node.mem_id] = (node, effect)
        else:
            _mark_inside(styled, effect, cell, styles)
            if effect & (Effect.STRUCK | Effect.RAISED):
                left_out[node.mem_id] = (node, effect)
    for node in styles.marked:
        if node.mem_id not in found and node.tag in ("rt", "small") and (cell := cell_of(node)) is not None:
            _mark_markup(node, cell, left_out)
    _mark_shifted(found)
    mark_cut_boxes(found)
    _mark_spoilt(found)
    leave_out(left_out)


def _mark_shifted(found: Effects) -> None:
    """What is moved out of its cell or row may lie over any figure of its table: none of them is sure."""
    tables: dict[int, Any] = {}
    for styled, effect in found.values():
        node = styled.node
        if effect & Effect.SHIFTED and (cell_of(node) is not None or node.tag in _ROWS) and not _holds_table(node):
            table = next((place for place in around(node) if place.tag == "table"), None)
            if table is not None:
                tables[table.mem_id] = table
    for table in tables.values():
        mark_figures(table)


def _mark_spoilt(found: Effects) -> None:
    """Figures inside of what is shown turned, mirrored, cut off or piled up. A cell whose own style sets that right is read."""
    for styled, effect in found.values():
        if not effect & Effect.SPOILS:
            continue
        if (own_cell := cell_of(styled.node)) is not None:
            if DIGIT.search(styled.node.text_lexbor() or "") and OBJECT not in (own_cell.text_lexbor() or ""):
                mark(own_cell)
            continue
        for cell in styled.node.css("td,th"):
            own = found.get(cell.mem_id)
            is_right = own is not None and not own[1] & Effect.SPOILS and _INHERITED & own[0].values.keys()
            if not is_right and DIGIT.search(cell.text_lexbor() or "") and not _holds_table(cell):
                mark(cell)
        for part in styled.node.css("p,div,span,li"):
            if cell_of(part) is None and is_figure((part.text_lexbor() or "").strip()):
                mark(part)


def _holds_table(node: Any) -> bool:
    """A positioned wrapper around a whole table moves all of it."""
    return any(inner.mem_id != node.mem_id for inner in node.css("table"))


def _by_markup(node: Any) -> Effect:
    return Effect.RAISED if node.tag == "rt" else Effect.NONE


def _mark_markup(node: Any, cell: Any, left_out: dict[int, tuple[Any, Effect]]) -> None:
    if node.tag == "rt" and not any(place.tag == "ruby" for place in around(node)):
        node.insert_before(OBJECT)
    elif node.tag == "rt":
        left_out[node.mem_id] = (node, Effect.RAISED)
    elif printed_length(node) < printed_length(cell):
        node.insert_before(OBJECT)


def _mark_all(styled: Styled, effect: Effect, cell: Any | None, styles: PageStyles) -> None:
    """Effects on a cell as a whole, or on the rows and tables around cells."""
    node = styled.node
    hides_column = bool(effect & Effect.INVISIBLE) and node.tag in ("col", "colgroup")
    is_foreign = _is_foreign(styled, styles)
    if cell is not None:
        cells = [cell]
    elif hides_column:
        cells = _cells_of_table(node)
    elif node.tag in _GROUPS or effect & Effect.STRUCK or is_foreign or _is_covered(styled):
        cells = node.css("td,th")
    else:
        _mark_outside(styled, effect)
        return
    if (
        hides_column
        or _is_covered(styled)
        or _moves_cells(styled, effect)
        or (cell is not None and _is_laid_out(styled))
    ):
        for each in cells:
            mark(each)
        return
    is_painted = bool(effect & Effect.PICTURED) and cell is not None
    is_struck = bool(effect & Effect.STRUCK)
    for each in cells:
        text = each.text_lexbor() or ""
        if (is_painted and not text.strip()) or _is_void(text, is_foreign=is_foreign, is_struck=is_struck):
            mark(each)


def _is_void(text: str, *, is_foreign: bool, is_struck: bool) -> bool:
    """Whether the figure that a cell prints does not count: it is of another font's signs, or struck out."""
    return DIGIT.search(text) is not None and (is_foreign or (is_struck and not CJK.search(text)))


def _moves_cells(styled: Styled, effect: Effect) -> bool:
    """Whether an effect leaves it open which cell of a row the text is shown in, or draws over it."""
    tag = styled.node.tag
    if tag == "tr" and styled.values.get("display", "").startswith(("inline", "contents")):
        return True
    if effect & Effect.REORDERS or (effect & Effect.DISPLACED and tag not in ("table", "tbody", "div")):
        return True
    return tag != "table" and _draws(styled)


def _mark_outside(styled: Styled, effect: Effect) -> None:
    """Effects on text that stands in no table: it may be a figure of a table all the same, on a line of its own."""
    node = styled.node
    if effect & Effect.BREAKS:
        _on_own_lines(node)
    text = (node.text_lexbor() or "").strip()
    if effect & (Effect.DISPLACED | Effect.REORDERS) and len(text) < _LONGEST_FIGURE and is_figure(text):
        node.insert_before(OBJECT)


def _mark_inside(styled: Styled, effect: Effect, cell: Any, styles: PageStyles) -> None:
    """Effects on a part of a cell."""
    node = styled.node
    is_part = printed_length(node) < printed_length(cell)
    is_apart = is_part and node.tag in _INLINE_TAGS and _is_apart(styled)
    is_painted = bool(effect & Effect.PICTURED) and not (cell.text_lexbor() or "").strip()
    is_foreign = _is_foreign(styled, styles) and DIGIT.search(node.text_lexbor() or "") is not None
    is_unsure = bool(effect & (Effect.DISPLACED | Effect.REORDERS)) or _is_laid_out(styled)
    is_field = node.tag in ("input", "textarea", "select") and bool(
        effect & (Effect.SPOILS | Effect.TINY | Effect.INVISIBLE)
    )
    if is_unsure or _draws(styled) or is_apart or is_painted or is_foreign or is_field:
        node.insert_before(OBJECT)
    if effect & Effect.BREAKS:
        _on_own_lines(node)


def _is_laid_out(styled: Styled) -> bool:
    """Are several parts of the element laid out beside or below each other, as items of their own, or from the right?"""
    has_items = styled.values.get("display", "").endswith(("flex", "grid", "-box"))
    if not has_items and (styled.values.get("direction") != "rtl" or styled.node.tag in CELLS | _GROUPS):
        return False
    parts = (child.text_lexbor() if not child.is_comment_node else "" for child in styled.node.iter(include_text=True))
    return sum(bool((text or "").strip()) for text in parts) > 1


def _is_apart(styled: Styled) -> bool:
    """Is a part of a line set off from the rest by room?"""
    sides = ["margin-left", "margin-right", "padding-left", "padding-right"]
    if styled.values.get("display", "").startswith("inline-"):
        sides.append("width")
    return any((length(styled.values.get(side)) or 0.0) >= _LEAST_GAP for side in sides)


def _draws(styled: Styled) -> bool:
    return any(
        shows_content(values) if pseudo in ("before", "after", "marker") else pseudo in ("first-letter", "first-line")
        for pseudo, values in styled.pseudo.items()
    )


def _is_covered(styled: Styled) -> bool:
    return any(covers(values) for values in styled.pseudo.values())


def _is_foreign(styled: Styled, styles: PageStyles) -> bool:
    """May the element be written in a font that the page brings along? Its glyphs may look like other digits."""
    families = styled.values.get("font-family", "").lower().split(",")
    return any(family.strip(" \"'") in styles.fonts for family in families)


def _on_own_lines(node: Any) -> None:
    node.insert_before("\n")
    node.insert_after("\n")


def _cells_of_table(node: Any) -> list[Any]:
    place = node
    while place is not None and place.tag != "table":
        place = place.parent
    return list(place.css("td,th")) if place is not None else []
