"""Tables of WordprocessingML → Grids of declared cells: ``gridSpan`` and ``vMerge`` become true spans."""

from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.document import Cell, Grid
from pipelines.extract.docx.cell_text import cell_text
from pipelines.extract.docx.numbering import Numbering
from pipelines.extract.docx.paragraphs import W, blocks_of
from pipelines.extract.docx.run_properties import RunProperties

MAX_SPAN = 200
_SLIVER = 30
"""Twentieths of a point up to which a column of the grid is none to the eye: the edges of its cells were rounded apart."""
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
    table_rows = _TableRows(evidence, numbering, runs, _slivers(table, rows))
    for number, (element, cells) in enumerate(zip(_children(table, "tr"), rows, strict=True), start=1):
        if all(element.find(f"{_ROW_PROPERTIES}/{W}{gone}") is None for gone in ("del", "hidden")):
            table_rows.add(number, _number(element.find(f"{_ROW_PROPERTIES}/{W}gridBefore"), 0), cells)
    paragraphs = [block for block in blocks if block.tag == f"{W}p"]
    return DocxTable(Grid(tuple(tuple(row) for row in table_rows.finished), evidence), nested, paragraphs)


class _TableRows:
    """Declared cells row by row; vertical merges lengthen the cell above."""

    def __init__(self, evidence: str, numbering: Numbering, runs: RunProperties, slivers: frozenset[int]) -> None:
        self._evidence, self._numbering, self._runs = evidence, numbering, runs
        self._slivers = slivers
        self.finished: list[list[Cell]] = []
        self._open: dict[int, _Open] = {}  # by grid column

    def add(self, number: int, column: int, elements: list[Element]) -> None:
        """Add the row ``number`` (from 1), whose first cell is at the grid column ``column``."""
        cells: list[Cell] = []
        declared, column = column, column - sum(sliver < column for sliver in self._slivers)
        for element in elements:
            wide = _span(element)
            wide -= len(self._slivers.intersection(range(declared, declared + wide)))
            declared += _span(element)
            merge = element.find(f"{_CELL_PROPERTIES}/{W}vMerge")
            continued = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            beside = element.find(f"{_CELL_PROPERTIES}/{W}hMerge")
            if beside is not None and beside.get(f"{W}val", "continue") == "continue" and cells:
                cells[-1] = cells[-1]._replace(colspan=min(MAX_SPAN, cells[-1].colspan + wide))
                column += wide
                continue
            if continued and column in self._open:
                _lengthen(self.finished, self._open[column])
            else:
                place = f"{self._evidence}/row[{number}]/cell[{len(cells) + 1}]"
                cells.append(Cell(cell_text(element, self._numbering, self._runs), wide, 1, place))
                if merge is not None:
                    self._open[column] = _Open(len(self.finished), len(cells) - 1)
            if merge is None:
                self._open.pop(column, None)
            column += wide
        self.finished.append(cells)


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


def _span(cell: Element) -> int:
    return max(1, min(MAX_SPAN, _number(cell.find(f"{_CELL_PROPERTIES}/{W}gridSpan"), 1)))


def _slivers(table: Element, rows: list[list[Element]]) -> frozenset[int]:
    """Columns of the grid too narrow to be seen, none where a cell stands in such columns alone."""
    widths = [column.get(f"{W}w", "") for column in table.findall(f"{W}tblGrid/{W}gridCol")]
    found = {at for at, width in enumerate(widths) if width.isdecimal() and 0 < int(width) <= _SLIVER}
    if not found:
        return frozenset()
    for element, cells in zip(_children(table, "tr"), rows, strict=True):
        start = _number(element.find(f"{_ROW_PROPERTIES}/{W}gridBefore"), 0)
        for cell in cells:
            start, columns = start + _span(cell), range(start, start + _span(cell))
            if found.issuperset(columns):
                return frozenset()
    return frozenset(found)


def _number(element: Element | None, default: int) -> int:
    value = element.get(f"{W}val", "") if element is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else default
