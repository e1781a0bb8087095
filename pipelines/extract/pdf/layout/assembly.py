"""Pages of a PDF, or of another format of fixed pages → blocks of a Document: paragraphs and tables in reading order.

A table that continues on the next page is one Grid a page (the reader joins them). A page that is only a scan gives a Picture.
"""

from collections.abc import Iterator

from pipelines.extract.document import Block, Line, Picture
from pipelines.extract.pdf.layout.page_breaks import aligned, goes_on
from pipelines.extract.pdf.layout.tables import PageTable, find_tables
from pipelines.extract.pdf.layout.text_lines import PrintedLine, continues, join, printed_lines, without_furniture
from pipelines.extract.pdf.layout.unruled_columns import find_unruled
from pipelines.extract.pdf.page.content import PageContent

_SMALLEST_PICTURE = 72.0  # points: smaller images are seals and logos
_MOSTLY = 0.3  # share of characters without Unicode mapping, or unpainted ones, that makes a text layer useless


class Assembly:
    """Blocks of the pages added so far, and the paragraph that may continue on the next page."""

    def __init__(self, carrier: str = "pdf", label: str = "PDF") -> None:
        self._carrier, self._label = carrier, label
        self.pages = 0
        self.chars = self.unmapped = self.invisible = 0
        self.pictures = 0
        self._blocks: list[Block] = []
        self._last: PrintedLine | None = None  # last printed line of the last block, if that is a paragraph
        self._right = 0.0
        self._pieces: list[tuple[int, PageTable]] = []  # of the table that ends the blocks so far, with their indices

    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._blocks)

    @property
    def is_recognised(self) -> bool:
        """Is the text laid over scans without being painted?"""
        return bool(self.pictures) and self.invisible > (self.chars + self.invisible) * _MOSTLY

    def problem(self) -> str | None:
        """What makes the text layer useless although the file is well-formed."""
        if self.chars and self.unmapped > self.chars * _MOSTLY:
            return f"the {self._label}'s fonts have no Unicode mapping: what it prints cannot be read as text"
        if self.is_recognised:
            return f"the {self._label} is a scan under recognised text: its figures are a machine's guess, not what is printed"
        return None if self._blocks else f"the {self._label} prints neither text nor images"

    def add(self, page: PageContent) -> None:
        """Append what one page prints."""
        self.pages += 1
        evidence = f"{self._carrier}:page[{self.pages}]"
        chars = page.chars
        self.chars += len(chars)
        self.unmapped += page.unmapped
        self.invisible += page.invisible
        tables = find_tables(
            chars, page.horizontal, page.vertical, evidence, page.drawings, page.shows_ink
        ) or find_unruled(chars, evidence)
        used: frozenset[int] = frozenset().union(*(table.used for table in tables))
        outside = printed_lines(char for index, char in enumerate(chars) if index not in used)
        lines = [
            (number, line)
            for number, printed in enumerate(outside, start=1)
            if (line := without_furniture(printed, page.height, opens_document=self.pages == 1)) is not None
        ]
        left, right = _measure([line for _, line in lines], page.width)
        items: list[tuple[float, float, PageTable | Picture | tuple[int, PrintedLine]]] = [
            (t.top, t.x0, t) for t in tables
        ]
        items += [(line.top, line.x0, (number, line)) for number, line in lines]
        items += [(top, 0.0, picture) for top, picture in self._page_pictures(page, evidence)]
        first = True
        for _, _, item in sorted(items, key=lambda entry: entry[:2]):
            if isinstance(item, PageTable):
                self._add_table(item, goes_on_from_last_page=first)
                self._last = None
            elif isinstance(item, Picture):
                self._blocks.append(item)
                self._last = None
            else:
                self._add_line(item[1], f"{evidence}/line[{item[0]}]", left, right, next_page=first)
            first = False
        self._right = right

    def _add_table(self, table: PageTable, *, goes_on_from_last_page: bool) -> None:
        follows = bool(self._pieces) and self._pieces[-1][0] == len(self._blocks) - 1
        if not (goes_on_from_last_page and follows and goes_on(self._pieces[-1][1], table)):
            self._pieces = []
        self._pieces.append((len(self._blocks), table))
        self._blocks.append(table.grid)
        if len(self._pieces) > 1:
            for number, grid in enumerate(aligned([piece for _, piece in self._pieces])):
                self._blocks[self._pieces[number][0]] = grid._replace(continues=number > 0)

    def _add_line(self, line: PrintedLine, evidence: str, left: float, right: float, *, next_page: bool) -> None:
        last, block = self._last, self._blocks[-1] if self._blocks else None
        measure = self._right if next_page else right
        if last is not None and isinstance(block, Line) and continues(line, last, left, measure, next_page=next_page):
            self._blocks[-1] = Line(join(block.text, line.text), block.evidence)
        else:
            self._blocks.append(Line(line.text.strip(" \u3000"), evidence))
        self._last = line

    def _page_pictures(self, page: PageContent, evidence: str) -> Iterator[tuple[float, Picture]]:
        for number, box in enumerate(page.images, start=1):
            width, height = box.x1 - box.x0, box.bottom - box.top
            if min(width, height) >= _SMALLEST_PICTURE:
                self.pictures += 1
                yield box.top, Picture(f"image {width:.0f}x{height:.0f} pt", f"{evidence}/image[{number}]", page.scan)


def _measure(lines: list[PrintedLine], width: float) -> tuple[float, float]:
    """Left and right edge of the text column: where full lines begin and end."""
    if not lines:
        return 0.0, 0.0
    right = max(line.x1 for line in lines)
    full = [line.x0 for line in lines if line.x1 > right - 2.5 * line.size]
    left = min(full)
    return left, max(right, width - 2 * left)  # a page of short lines has none that is full
