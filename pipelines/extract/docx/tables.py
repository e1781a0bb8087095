"""Tables of WordprocessingML → Grids of declared cells: ``gridSpan`` and ``vMerge`` become true spans."""

from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.document import OBJECT, Cell, Grid
from pipelines.extract.docx.cell_text import Around, Row, cell_text, grounds_of
from pipelines.extract.docx.formatting.colours import Grounds
from pipelines.extract.docx.formatting.formats import Formats
from pipelines.extract.docx.formatting.styles import NOTHING, CellPlace
from pipelines.extract.docx.inline import PRINTS_NOTHING
from pipelines.extract.docx.names import OFF, W, inner
from pipelines.extract.docx.paragraphs import blocks_of
from pipelines.extract.docx.row_edges import MAX_SPAN, misaligned_rows, shifted_rows, span, start
from pipelines.extract.docx.row_edges import number as as_number
from pipelines.extract.docx.table_place import is_fixed, is_off_page, is_too_narrow

_SLIVER = 30
"""Twentieths of a point up to which a column of the grid is none to the eye: the edges of its cells were rounded apart."""
_OPENED = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "customXml"))
_KNOWN_IN_TABLES = PRINTS_NOTHING | _OPENED | {f"{W}tr"}
_KNOWN_IN_ROWS = PRINTS_NOTHING | _OPENED | {f"{W}tc"}


_Row = tuple[Element, list[Element]]
"""A row with its cells."""


class DocxTable(NamedTuple):
    """``grid`` is None for a table that only frames other content; ``inner`` are blocks to read after it, in order.

    ``paragraphs`` are those of the grid's own cells: a picture may stand in one. With each of ``inner`` goes what it stands on.
    """

    grid: Grid | None
    inner: list[tuple[Element, Grounds]]
    paragraphs: list[Element]


class _Certainty(NamedTuple):
    """What a table stands on, and whether its figures are in doubt."""

    below: Grounds
    is_unclear: bool


class _Open(NamedTuple):
    """A cell that rows below may continue: its place among the finished rows."""

    row: int
    position: int


def read_table(
    table: Element, evidence: str, formats: Formats, below: Grounds, *, is_covered: bool = False
) -> DocxTable:
    """Read one table; tables nested in its cells are returned to be read after it.

    Args:
        table: a ``w:tbl``.
        evidence: its name.
        formats: how the text of the document looks.
        below: what the table stands on.
        is_covered: something may stand in front of it, so that none of its figures is read.
    """
    rows = [(row, _children(row, "tc")) for row in _children(table, "tr")]
    held = [(cell, block) for _, cells in rows for cell in cells for block in blocks_of(cell)]
    blocks = [block for _, block in held]
    has_nested = any(block.tag == f"{W}tbl" for block in blocks)
    is_frame = (len(rows) == 1 and len(rows[0][1]) == 1) or (has_nested and len(rows) <= 2)
    style = formats.styles.of_cell(table, CellPlace())[0] if is_frame or has_nested else NOTHING
    within = [
        (block, grounds_of(cell, table, formats, style, Around(below)))
        for cell, block in held
        if is_frame or block.tag == f"{W}tbl"
    ]
    if is_frame:
        return DocxTable(None, within, [])
    is_unclear = is_covered or is_off_page(table) or _has_unknown(table, _KNOWN_IN_TABLES)
    table_rows = _TableRows(evidence, table, formats, rows, _Certainty(below, is_unclear))
    for number, (row, _) in enumerate(rows):
        if inner(row, "trPr", "del") is None:
            table_rows.add(number)
    paragraphs = [block for block in blocks if block.tag == f"{W}p"]
    return DocxTable(Grid(tuple(tuple(row) for row in table_rows.finished), evidence), within, paragraphs)


class _TableRows:
    """Declared cells row by row; vertical merges lengthen the cell above."""

    def __init__(
        self, evidence: str, table: Element, formats: Formats, rows: list[_Row], certainty: _Certainty
    ) -> None:
        self._evidence, self._table, self._formats, self._rows = evidence, table, formats, rows
        self._slivers = _slivers(table, rows)
        self._misaligned = misaligned_rows(rows, self._slivers)
        if is_fixed(table):
            self._misaligned |= shifted_rows(rows)
        self._below, self._is_unclear = certainty
        self.finished: list[list[Cell]] = []
        self._open: dict[int, _Open] = {}  # by grid column

    def add(self, number: int) -> None:
        """Add the row ``number`` (from 0)."""
        row, elements = self._rows[number]
        declared = start(row)
        column = declared - sum(sliver < declared for sliver in self._slivers)
        cells: list[Cell] = []
        for at, element in enumerate(elements):
            columns = range(declared, declared + span(element))
            wide = len(columns) - len(self._slivers.intersection(columns))
            declared = columns.stop
            merge = inner(element, "tcPr", "vMerge")
            if _continues(element, "hMerge") and cells:
                cells[-1] = cells[-1]._replace(colspan=min(MAX_SPAN, cells[-1].colspan + wide))
                column += wide
                continue
            if _continues(element, "vMerge") and column in self._open:
                _lengthen(self.finished, self._open[column])
            else:
                place = f"{self._evidence}/row[{number + 1}]/cell[{len(cells) + 1}]"
                cells.append(Cell(self._text(number, at, columns), wide, 1, place))
                if merge is not None:
                    self._open[column] = _Open(len(self.finished), len(cells) - 1)
            if merge is None:
                self._open.pop(column, None)
            column += wide
        # A row that is marked as hidden is, if all its text is.
        if inner(row, "trPr", "hidden") is None or any(cell.text.strip(OBJECT) for cell in cells):
            self.finished.append(cells)

    def _text(self, number: int, at: int, columns: range) -> str:
        row, cells = self._rows[number]
        place = CellPlace(
            number == 0, number == len(self._rows) - 1, at == 0, at == len(cells) - 1, number > 0 and _is_heading(row)
        )
        is_unclear = self._is_unclear or number in self._misaligned or _has_unknown(row, _KNOWN_IN_ROWS)
        is_unclear |= inner(row, "trPr", "hidden") is not None or is_too_narrow(self._table, cells[at], columns)
        kind = Row(_exact_height(row), is_unclear, inner(row, "tblPrEx", "shd"))
        return cell_text(cells[at], self._table, self._formats, Around(self._below, kind, place))


def _continues(cell: Element, merge: str) -> bool:
    found = inner(cell, "tcPr", merge)
    return found is not None and found.get(f"{W}val", "continue") == "continue"


def _exact_height(row: Element) -> int | None:
    height = inner(row, "trPr", "trHeight")
    if height is None or height.get(f"{W}hRule") != "exact":
        return None
    return as_number(height, 0)


def _is_heading(row: Element) -> bool:
    heading = inner(row, "trPr", "tblHeader")
    return heading is not None and heading.get(f"{W}val", "1") not in OFF


def _has_unknown(element: Element, known: frozenset[str]) -> bool:
    return any(child.tag not in known for child in element)


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
        elif child.tag in _OPENED:
            stack += reversed(list(child))
    return found


def _slivers(table: Element, rows: list[_Row]) -> frozenset[int]:
    """Columns of the grid too narrow to be seen, none where a cell stands in such columns alone."""
    widths = [column.get(f"{W}w", "") for column in table.findall(f"{W}tblGrid/{W}gridCol")]
    found = {at for at, width in enumerate(widths) if width.isdecimal() and 0 < int(width) <= _SLIVER}
    if not found:
        return frozenset()
    for row, cells in rows:
        first = start(row)
        for cell in cells:
            first, columns = first + span(cell), range(first, first + span(cell))
            if found.issuperset(columns):
                return frozenset()
    return frozenset(found)
