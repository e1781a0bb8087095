"""Tables of WordprocessingML → Grids of declared cells: ``gridSpan`` and ``vMerge`` become true spans."""

from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.document import Cell, Grid
from pipelines.extract.docx.cell_text import cell_text
from pipelines.extract.docx.numbering import Numbering
from pipelines.extract.docx.paragraphs import W, blocks_of
from pipelines.extract.docx.run_properties import RunProperties

MAX_SPAN = 200
_ROW_PROPERTIES = f"{W}trPr"
_CELL_PROPERTIES = f"{W}tcPr"


class DocxTable(NamedTuple):
    """``grid`` is None for a table that only frames other content; ``inner`` are blocks to read after it, in order.

    ``paragraphs`` are those of the grid's own cells: a picture may stand in one.
    """

    grid: Grid | None
    inner: list[Element]
    paragraphs: list[Element]


class _Open(NamedTuple):
    """A cell that rows below may continue: its place among the finished rows."""

    row: int
    position: int


def read_table(table: Element, evidence: str, numbering: Numbering, runs: RunProperties) -> DocxTable:
    """Read one table; tables nested in its cells are returned to be read after it."""
    rows = [_children(row, "tc") for row in _children(table, "tr")]
    blocks = [block for row in rows for cell in row for block in blocks_of(cell)]
    nested = [block for block in blocks if block.tag == f"{W}tbl"]
    if (len(rows) == 1 and len(rows[0]) == 1) or (nested and len(rows) <= 2):
        return DocxTable(None, blocks, [])
    finished: list[list[Cell]] = []
    open_cells: dict[int, _Open] = {}  # by grid column
    for row_number, row in enumerate(_children(table, "tr"), start=1):
        if any(row.find(f"{_ROW_PROPERTIES}/{W}{gone}") is not None for gone in ("del", "hidden")):
            continue
        column = _number(row.find(f"{_ROW_PROPERTIES}/{W}gridBefore"), 0)
        cells: list[Cell] = []
        for element in rows[row_number - 1]:
            wide = max(1, min(MAX_SPAN, _number(element.find(f"{_CELL_PROPERTIES}/{W}gridSpan"), 1)))
            merge = element.find(f"{_CELL_PROPERTIES}/{W}vMerge")
            continued = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            if continued and column in open_cells:
                _lengthen(finished, open_cells[column])
            else:
                place = f"{evidence}/row[{row_number}]/cell[{len(cells) + 1}]"
                cells.append(Cell(cell_text(element, numbering, runs), wide, 1, place))
                if merge is not None:
                    open_cells[column] = _Open(len(finished), len(cells) - 1)
            if merge is None:
                open_cells.pop(column, None)
            column += wide
        finished.append(cells)
    paragraphs = [block for block in blocks if block.tag == f"{W}p"]
    return DocxTable(Grid(tuple(tuple(row) for row in finished), evidence), nested, paragraphs)


def _lengthen(rows: list[list[Cell]], place: _Open) -> None:
    cell = rows[place.row][place.position]
    rows[place.row][place.position] = cell._replace(rowspan=min(MAX_SPAN, cell.rowspan + 1))


def _children(element: Element, tag: str) -> list[Element]:
    """Child rows or cells, also inside content controls and tracked insertions; not those of nested tables."""
    found: list[Element] = []
    stack = list(reversed(list(element)))
    while stack:
        child = stack.pop()
        if child.tag == f"{W}{tag}":
            found.append(child)
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            stack += reversed(list(child))
    return found


def _number(element: Element | None, default: int) -> int:
    value = element.get(f"{W}val", "") if element is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else default
