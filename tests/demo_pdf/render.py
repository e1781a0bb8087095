"""A report as a pdf with a Chinese text layer and ruled tables, cut by page breaks as office software cuts them.

reportlab is a development dependency: the demo serves the committed files that ``tests.demo_files`` made from the same figures.
The built-in CID font ``STSong-Light`` needs no font file; equal input gives equal bytes (``invariant``).
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from gongkai.demo.layout import PrintedCell, Table
from gongkai.demo.page import Block, ReportPage, TableBlock, Text

WIDTH, HEIGHT = 595.0, 842.0


@dataclass(frozen=True)
class PdfStyle:
    """How the pages are made. Lengths in points."""

    font: str = "STSong-Light"
    body_size: float = 15.0
    table_size: float = 9.0
    margin: float = 72.0
    page_numbers: bool = True
    repeat_header: bool = False
    cut_labels: bool = True  # a label whose cell crosses the page break continues on the next page
    min_row: float = 20.0
    paint_cell: "Callable[[CellText], None] | None" = None
    """Paints the text of a cell instead of this module."""
    paint_page: "Callable[[Canvas], None] | None" = None
    """Paints over a page that is done."""


class CellText(NamedTuple):
    """The text of a cell, ready to be painted: lines that are centred on ``x``, the first one's base line at ``y``."""

    canvas: Canvas
    cell: PrintedCell
    lines: list[str]
    x: float
    y: float
    leading: float
    size: float
    font: str
    box: tuple[float, float, float, float]  # left, bottom, right, top

    def paint(self) -> None:
        """As every cell is painted."""
        y = self.y - 2
        for line in self.lines:
            self.canvas.setFont(self.font, self.size)
            self.canvas.drawCentredString(self.x, y + 2, line)
            y -= self.leading


class _Placed(NamedTuple):
    cell: PrintedCell
    row: int
    column: int
    lines: list[str]


def wrap(text: str, width: float, size: float, font: str) -> list[str]:
    """Break text into lines no wider than ``width``; breaks in the text stay."""
    lines: list[str] = []
    for paragraph in text.replace("\n\n", "\n").split("\n"):
        line = ""
        for char in paragraph:
            if line and pdfmetrics.stringWidth(line + char, font, size) > width:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return lines


def column_widths(table: Table, total: float) -> list[float]:
    """Widths in points: the label columns of table three are uneven, everything else is even."""
    columns = max(sum(cell.colspan for cell in row) for row in table)
    shares = [4.0, 13.0, 27.0, *([8.0] * 7)] if columns == 10 else [1.0] * columns
    return [total * share / sum(shares) for share in shares]


class _Flow:
    """Pages being written: a cursor that moves down, and page breaks."""

    def __init__(self, style: PdfStyle, canvas: Callable[..., Any] = Canvas) -> None:
        self.style = style
        self.buffer = io.BytesIO()
        self.canvas = canvas(self.buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
        self.page = 1
        self.top()

    def top(self) -> None:
        self.y = HEIGHT - self.style.margin

    @property
    def room(self) -> float:
        return self.y - self.style.margin

    def turn(self) -> None:
        if self.style.page_numbers:
            self.text(f"- {self.page} -", WIDTH / 2, self.style.margin * 0.6, 10.5, centred=True)
        if self.style.paint_page:
            self.style.paint_page(self.canvas)
        self.canvas.showPage()
        self.page += 1
        self.top()

    def text(self, text: str, x: float, y: float, size: float, *, centred: bool = False) -> None:
        self.canvas.setFont(self.style.font, size)
        (self.canvas.drawCentredString if centred else self.canvas.drawString)(x, y, text)

    def paragraph(self, text: str, *, centred: bool = False) -> None:
        size = self.style.body_size
        for line in wrap(text, WIDTH - 2 * self.style.margin, size, self.style.font):
            if self.room < size * 1.7:
                self.turn()
            self.y -= size * 1.7
            self.text(line, WIDTH / 2 if centred else self.style.margin, self.y, size, centred=centred)

    def finish(self) -> bytes:
        self.turn()
        self.canvas.save()
        return self.buffer.getvalue()


class _TableLayout:
    """A table placed on its grid, with row heights, ready to be cut into page segments."""

    def __init__(self, table: Table, style: PdfStyle) -> None:
        self.style = style
        self.widths = column_widths(table, WIDTH - 2 * style.margin)
        self.leading = style.table_size * 1.3
        self.placed = list(self._place(table))
        self.heights = self._row_heights(len(table))

    def _place(self, table: Table) -> Iterator[_Placed]:
        taken: set[tuple[int, int]] = set()
        for r, row in enumerate(table):
            column = 0
            for cell in row:
                while (r, column) in taken:
                    column += 1
                taken |= {(r + i, column + j) for i in range(cell.rowspan) for j in range(cell.colspan)}
                inner = sum(self.widths[column : column + cell.colspan]) - 6
                yield _Placed(cell, r, column, wrap(cell.text, inner, self.style.table_size, self.style.font))
                column += cell.colspan

    def _row_heights(self, rows: int) -> list[float]:
        heights = [self.style.min_row] * rows
        for cell, row, _, lines in self.placed:
            need = len(lines) * self.leading + 6
            have = sum(heights[row : row + cell.rowspan])
            if need > have:
                heights[row + cell.rowspan - 1] += need - have
        return heights

    def segments(self, first_room: float, page_room: float, header: int) -> Iterator[tuple[int, int]]:
        """Row ranges, one a page. ``header`` rows are repeated, so they take room on later pages."""
        start, room = 0, first_room
        used = 0.0
        for row, height in enumerate(self.heights):
            if used + height > room and row > start:
                yield start, row
                start, room, used = row, page_room - sum(self.heights[:header]), 0.0
            used += height
        yield start, len(self.heights)

    def draw(self, flow: _Flow, start: int, stop: int) -> None:
        tops = [flow.y]
        for height in self.heights[start:stop]:
            tops.append(tops[-1] - height)
        for placed in self.placed:
            first, last = max(placed.row, start), min(placed.row + placed.cell.rowspan, stop)
            if first < last:
                self._draw_cell(flow, placed, tops[first - start], tops[last - start], first)
        flow.y = tops[-1]

    def _draw_cell(self, flow: _Flow, placed: _Placed, top: float, bottom: float, first: int) -> None:
        x = self.style.margin + sum(self.widths[: placed.column])
        width = sum(self.widths[placed.column : placed.column + placed.cell.colspan])
        flow.canvas.setLineWidth(0.5)
        flow.canvas.rect(x, bottom, width, top - bottom)
        lines = self._lines_here(placed, first, top - bottom)
        y = (top + bottom) / 2 + len(lines) * self.leading / 2 - self.leading + 2
        text = CellText(
            flow.canvas, placed.cell, lines, x + width / 2, y, self.leading, self.style.table_size, self.style.font,
            (x, bottom, x + width, top),
        )  # fmt: skip
        (self.style.paint_cell or CellText.paint)(text)

    def _lines_here(self, placed: _Placed, first: int, height: float) -> list[str]:
        """The part of a cell's text that stands on this page."""
        fits = max(1, int((height - 4) // self.leading))
        if not self.style.cut_labels:
            return placed.lines if first == placed.row else []
        if first == placed.row:
            return placed.lines[:fits]
        before = sum(self.heights[placed.row : first])
        return placed.lines[max(1, int((before - 4) // self.leading)) :][:fits]


def _header_rows(table: Table) -> int:
    return next((i for i, row in enumerate(table) if any(cell.key for cell in row)), 0)


def draw_table(flow: _Flow, table: Table) -> None:
    """Put a table on as many pages as it needs."""
    layout = _TableLayout(table, flow.style)
    header = _header_rows(table) if flow.style.repeat_header else 0
    if flow.room < sum(layout.heights[: max(header, 1)]) + flow.style.min_row:
        flow.turn()
    page_room = HEIGHT - 2 * flow.style.margin
    for start, stop in list(layout.segments(flow.room, page_room, header)):
        if start:
            flow.turn()
            if header and start >= header:
                layout.draw(flow, 0, header)
        layout.draw(flow, start, stop)
    flow.y -= flow.style.body_size


def pdf_bytes(
    title: str, blocks: list[Block], style: PdfStyle | None = None, canvas: Callable[..., Any] = Canvas
) -> bytes:
    """Render title and blocks. Pictures are left out: a pdf made of pictures has no text layer to test here.

    ``canvas`` makes what is drawn on: another carrier of fixed pages can be written with the same layout.
    """
    style = style or PdfStyle()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))  # the styles' own font, and that of watermarks
    flow = _Flow(style, canvas)
    flow.canvas.setTitle("政府信息公开工作年度报告")
    flow.paragraph(title, centred=True)
    for block in blocks:
        match block:
            case Text(text):
                flow.paragraph(text)
            case TableBlock(_, table):
                draw_table(flow, table)
    return flow.finish()


def report_pdf(page: ReportPage, blocks: list[Block], style: PdfStyle | None = None) -> bytes:
    """The pdf of a report page."""
    return pdf_bytes(page.title, blocks, style)
