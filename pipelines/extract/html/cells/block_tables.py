"""Tables made of ``div`` or list elements: rows whose cells are blocks, as style sheets lay them out side by side.

Their style sheets are often not part of the page, so structure decides: an element with at least three rows, each an element
of nothing but short blocks. Nothing declares spans; the reader lays such rows out by their labels and their order, as it does
where declared spans lie. Evidence: ``html:blocks[1]/row[3]/cell[2]`` is the second child of the third child of the first
element of this kind.
"""

from typing import Any

from pipelines.extract.document import Cell, Grid
from pipelines.extract.html.cells.markers import STATUTORY_GRID, clean
from pipelines.extract.html.cells.tables import TableReader

_ROWS = frozenset(["div", "ul", "ol", "dl", "li", "section"])
_CELLS = frozenset(["div", "li", "dd", "dt", "p", "section"])
_LEAST_ROWS = 3
_MOST_ROWS = 400
_MOST_CELLS = 60
_LONGEST_CELL = 120
_MAX_ELEMENTS = 20_000


def replace_block_tables(body: Any, tables: TableReader) -> None:
    """Replace every statutory table of blocks by a marker, as ``TableReader`` does with tables."""
    if not tables.layout.words.is_statutory(body.text_lexbor() or ""):
        return
    number = 0
    taken: set[int] = set()
    for node in body.css("div,ul,ol,dl,section")[:_MAX_ELEMENTS]:
        rows = _rows(node)
        if rows is None or (taken and not taken.isdisjoint(_ancestors(node))):  # rows first: nesting may be deep
            continue
        if not tables.layout.words.is_statutory(node.text_lexbor() or ""):
            continue
        number += 1
        taken.add(node.mem_id)
        grid = _grid(rows, f"html:blocks[{number}]")
        tables.add_grid(node, grid, STATUTORY_GRID)


def _ancestors(node: Any) -> list[int]:
    found = []
    place = node.parent
    while place is not None:
        found.append(place.mem_id)
        place = place.parent
    return found


def _rows(node: Any) -> list[list[Any]] | None:
    """The cells of each row of an element; None where it is no table of blocks."""
    children = _elements(node)
    if children is None or not _LEAST_ROWS <= len(children) <= _MOST_ROWS:
        return None
    rows: list[list[Any]] = []
    for child in children:
        if child.tag not in _ROWS:
            return None
        cells = _elements(child)
        if not cells:  # a row of one text: the title of a block
            rows.append([child])
        elif len(cells) > _MOST_CELLS or not all(_is_cell(cell) for cell in cells):
            return None
        else:
            rows.append(cells)
    return rows if sum(len(row) > 1 for row in rows) >= _LEAST_ROWS else None


def _elements(node: Any) -> list[Any] | None:
    """The element children; None where text stands beside them, or there are none."""
    found = []
    for child in node.iter(include_text=True):
        if child.is_text_node:
            if (child.text_lexbor() or "").strip():
                return None
        elif not child.is_comment_node:
            found.append(child)
    return found


def _is_cell(node: Any) -> bool:
    if node.tag not in _CELLS:
        return False
    inner = node.css("div,li,dd,dt,p,section")
    return len(inner) <= 1 + (inner[:1] == [node]) and len(node.text_lexbor() or "") <= _LONGEST_CELL


def _grid(rows: list[list[Any]], evidence: str) -> Grid:
    return Grid(
        tuple(
            tuple(
                Cell(clean(cell.text_lexbor() or ""), 1, 1, f"{evidence}/row[{r}]/cell[{c}]")
                for c, cell in enumerate(row, start=1)
            )
            for r, row in enumerate(rows, start=1)
        ),
        evidence,
    )
