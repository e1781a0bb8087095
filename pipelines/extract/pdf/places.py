"""Where on its pages a PDF prints the lines and table cells that the extractor names: boxes for pictures of the pages.

To be called where PDFium may die over a file. A table that no ruling lines part has no boxes.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2.raw as raw

from pipelines.extract.document import Cell
from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.engine.document_reader import MAX_PAGES
from pipelines.extract.pdf.layout.tables import PageTable, find_tables
from pipelines.extract.pdf.layout.text_lines import printed_lines
from pipelines.extract.pdf.layout.unruled_columns import find_unruled
from pipelines.extract.pdf.objects.painted import Budget, TooManyObjectsError
from pipelines.extract.pdf.page.content import Box, PageContent
from pipelines.extract.pdf.page.reader import UnreadablePageError, read_page


@dataclass(frozen=True)
class PagePlaces:
    """One page.

    Attributes:
        width, height: In points, upright.
        turned: Quarter turns, clockwise, from the page as a viewer shows it.
        boxes: Evidence → box, in points from the top left corner.
    """

    width: float
    height: float
    turned: int
    boxes: dict[str, Box]


def places_of(data: bytes) -> list[PagePlaces]:
    """The pages up to the first that cannot be read; none of a file that cannot be opened."""
    pdfium.start()
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        return []
    handle = ctypes.cast(document, ctypes.c_void_p).value or 0
    budget, found = Budget(), list[PagePlaces]()
    for index in range(min(MAX_PAGES, raw.FPDF_GetPageCount(document))):
        try:
            page = read_page(handle, index, budget)
        except (TooManyObjectsError, UnreadablePageError):
            break
        boxes = dict(_boxes(page, f"pdf:page[{index + 1}]"))
        found.append(PagePlaces(page.width, page.height, page.turned, boxes))
    return found


def _boxes(page: PageContent, evidence: str) -> Iterator[tuple[str, Box]]:
    """Boxes of the page under the names that ``layout.assembly`` gives."""
    tables = find_tables(
        page.chars, page.horizontal, page.vertical, evidence, page.drawings, page.shows_ink
    ) or find_unruled(page.chars, evidence)
    for table in tables:
        yield from _cells(table)
    used = frozenset[int]().union(*(table.used for table in tables))
    outside = printed_lines(char for index, char in enumerate(page.chars) if index not in used)
    for number, line in enumerate(outside, start=1):
        yield f"{evidence}/line[{number}]", Box(line.x0, line.top, line.x1, line.bottom)


def _cells(table: PageTable) -> Iterator[tuple[str, Box]]:
    columns, rows = list(pairwise(table.borders)), list(pairwise(table.levels))
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(table.grid.rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            last_row, last_column = row + cell.rowspan - 1, column + cell.colspan - 1
            if last_row >= len(rows) or last_column >= len(columns):
                return
            taken |= _slots(row, column, cell)
            yield cell.evidence, Box(columns[column][0], rows[row][0], columns[last_column][1], rows[last_row][1])
            column = last_column + 1


def _slots(row: int, column: int, cell: Cell) -> set[tuple[int, int]]:
    return {(row + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
