"""A PDF with a text layer → Document: paragraphs and ruled tables in reading order, page by page.

A table that continues on the next page is one Grid a page (the reader joins them). A page that is only a scan gives a
Picture. Broken and hostile files end in ``problem``; work and memory are bounded by counting, not by the clock, so that the
same bytes always give the same Document.
"""

import io
import logging
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException

from pipelines.extract.document import Block, Document, Line, Picture
from pipelines.extract.pdf.page_breaks import aligned, goes_on
from pipelines.extract.pdf.page_device import PageDevice, TooManyObjectsError
from pipelines.extract.pdf.resource_bounds import BoundedInterpreter, PdfBoundError, refuse_bombs
from pipelines.extract.pdf.tables import PageTable, find_tables
from pipelines.extract.pdf.text_lines import PrintedLine, continues, join, printed_lines, without_furniture
from pipelines.extract.pdf.unruled_columns import find_unruled
from schemas.vocabulary import Carrier

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every odd font; what matters becomes a problem

MAX_PAGES = 120
MAX_BYTES = 64 << 20
FAULT = "a fault of gongkai"
"""Begins the problem of a file that gongkai failed on, please to be reported; no test may meet it."""
_SMALLEST_PICTURE = 72.0  # points: smaller images are seals and logos
_MOSTLY = 0.3  # share of characters without Unicode mapping, or invisible, that makes a text layer useless
# What pdfminer raises on malformed files, beside its own PSException (which PDFException derives from).
_MALFORMED = (
    PSException, ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    OSError, EOFError, NotImplementedError, struct.error, zlib.error,
)  # fmt: skip


def extract_pdf(data: bytes) -> Document:
    """Read a PDF. Never raises; see the module's description for what is bounded."""
    if len(data) > MAX_BYTES:
        return Document(Carrier.PDF, problem=f"the PDF has {len(data)} bytes, more than {MAX_BYTES}")
    reading = _Reading()
    meta: dict[str, str] = {}
    problem = None
    try:
        refuse_bombs(data)
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        meta = _properties(document)
        problem = reading.read(document)
    except PDFPasswordIncorrect:
        problem = "the PDF is encrypted and needs a password"
    except (TooManyObjectsError, PdfBoundError) as error:
        problem = f"{error}; pages after {reading.pages} were not read"
    except _MALFORMED as error:
        problem = f"malformed PDF after page {reading.pages}: {type(error).__name__}: {str(error)[:200]}"
    return Document(
        Carrier.PDF, reading.blocks(), meta.get("title") or None, meta, problem=problem or reading.problem()
    )


class _Reading:
    """Blocks of the pages read so far, and the paragraph that may continue on the next page."""

    def __init__(self) -> None:
        self.pages = 0
        self.chars = self.unmapped = self.invisible = 0
        self.pictures = 0
        self._blocks: list[Block] = []
        self._last: PrintedLine | None = None  # last printed line of the last block, if that is a paragraph
        self._right = 0.0
        self._pieces: list[tuple[int, PageTable]] = []  # of the table that ends the blocks so far, with their indices

    def read(self, document: Any) -> str | None:
        manager = PDFResourceManager(caching=True)
        device = PageDevice(manager)
        interpreter = BoundedInterpreter(manager, device)
        for page in PDFPage.create_pages(document):
            if self.pages >= MAX_PAGES:
                return f"the PDF has more than {MAX_PAGES} pages; the rest was not read"
            interpreter.process_page(page)
            self.pages += 1
            try:
                self._add_page(device)
            except _MALFORMED as error:  # pdfminer is done with the page: it is not the file that is wrong
                told = f"{type(error).__name__}: {str(error)[:200]}"
                return f"{FAULT} laying out page {self.pages} ({told}); later pages were not read"
        return None

    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._blocks)

    def problem(self) -> str | None:
        """What makes the text layer useless although the file is well-formed."""
        if self.chars and self.unmapped > self.chars * _MOSTLY:
            return "the PDF's fonts have no Unicode mapping: what it prints cannot be read as text"
        if self.chars and self.invisible > self.chars * _MOSTLY:
            return "the PDF is a scan under recognised text: its figures are a machine's guess, not what is printed"
        return None if self._blocks else "the PDF prints neither text nor images"

    def _add_page(self, device: PageDevice) -> None:
        evidence = f"pdf:page[{self.pages}]"
        self.chars += len(device.chars)
        self.unmapped += device.unmapped
        self.invisible += device.invisible
        chars = [c for c in device.chars if -1 <= c.x0 <= device.width + 1 and -1 <= c.top <= device.height + 1]
        tables = find_tables(chars, device.horizontal, device.vertical, evidence) or find_unruled(chars, evidence)
        used: frozenset[int] = frozenset().union(*(table.used for table in tables))
        outside = printed_lines(char for index, char in enumerate(chars) if index not in used)
        lines = [
            (number, line)
            for number, printed in enumerate(outside, start=1)
            if (line := without_furniture(printed, device.height, opens_document=self.pages == 1)) is not None
        ]
        left, right = _measure([line for _, line in lines], device.width)
        items: list[tuple[float, float, PageTable | Picture | tuple[int, PrintedLine]]] = [
            (t.top, t.x0, t) for t in tables
        ]
        items += [(line.top, line.x0, (number, line)) for number, line in lines]
        items += [(top, 0.0, picture) for top, picture in self._page_pictures(device, evidence)]
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

    def _page_pictures(self, device: PageDevice, evidence: str) -> Iterator[tuple[float, Picture]]:
        for number, box in enumerate(device.images, start=1):
            width, height = box.x1 - box.x0, box.bottom - box.top
            if min(width, height) >= _SMALLEST_PICTURE:
                self.pictures += 1
                yield box.top, Picture(f"image {width:.0f}x{height:.0f} pt", f"{evidence}/image[{number}]")


def _measure(lines: list[PrintedLine], width: float) -> tuple[float, float]:
    """Left and right edge of the text column: where full lines begin and end."""
    if not lines:
        return 0.0, 0.0
    right = max(line.x1 for line in lines)
    full = [line.x0 for line in lines if line.x1 > right - 2.5 * line.size]
    left = min(full)
    return left, max(right, width - 2 * left)  # a page of short lines has none that is full


def _properties(document: Any) -> dict[str, str]:
    """Document information, names lower-cased. WPS writes UTF-16 with a little-endian mark, which pdfminer misreads."""
    meta: dict[str, str] = {}
    for info in document.info:
        for key, value in info.items():
            raw = resolve1(value)
            text = property_text(raw) if isinstance(raw, bytes) else str(getattr(raw, "name", raw))
            meta.setdefault(str(key).lower(), text[:500].strip("\0 "))
    return meta


def property_text(raw: bytes) -> str:
    """Decode a text string of the document information: marked UTF-16 of either order, else UTF-8, GB18030, Latin-1."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
