"""A web archive (.mht, .mhtml, and "web page" .doc and .xls) → the Document of the page in it."""

import re
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import compat32

from pipelines.content.decoding import as_utf8
from pipelines.content.report_words import report_words
from pipelines.extract.document import Document
from pipelines.extract.html.extractor import extract_html
from pipelines.extract.source_file import SourceFile
from pipelines.extract.web_archive.style_sheets import header, style_sheets, with_styles

MAX_PARTS = 2_000
MAX_PAGE_BYTES = 32 << 20
_Page = tuple[bytes, str | None, str | None]
"""Bytes, content type, address."""
_PAGES = ("text/html", "application/xhtml+xml")
_BY_EXCEL = re.compile(rb"<x:ExcelWorksheet>", re.I)
_SHEET = re.compile(r"sheet\d+\.html?$", re.I)


def web_archive(file: SourceFile) -> Document:
    """Read the page that the archive was saved from. Never raises: an archive without one has a ``problem``."""
    try:
        message = message_from_bytes(file.data.removeprefix(b"\xef\xbb\xbf").lstrip(), policy=compat32)
        pages, sheets = _pages(message), style_sheets(message)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        return Document("html_table", problem=f"web archive (MHTML) not read: {error or type(error).__name__}")
    if not pages:
        return Document("html_table", problem="the web archive (MHTML) holds no page")
    documents = [extract_html(with_styles(as_utf8(page, charset), place, sheets)) for page, charset, place in pages]
    return max(documents, key=lambda document: len(document.blocks))


def _pages(message: Message) -> list[_Page]:
    """The root page, or the frame of it that is the report; all sheets where a spreadsheet program saved one page a sheet."""
    found: list[_Page] = []
    for number, part in enumerate(message.walk()):
        if number > MAX_PARTS:
            raise ValueError(f"more than {MAX_PARTS} parts")
        if part.is_multipart() or part.get_content_type() not in _PAGES:
            continue
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes) or not body.strip():
            continue
        if len(body) > MAX_PAGE_BYTES:
            raise ValueError(f"a page of more than {MAX_PAGE_BYTES} bytes")
        found.append((body, header(part, "Content-Type") or None, _address(part)))
    if not found:
        return []
    sheets = [page for page in found if _SHEET.search(page[2] or "")]
    if sheets and _BY_EXCEL.search(found[0][0]):
        return sheets
    return found[:1] if _speaks_of_a_report(found[0]) else _frame(found) or found[:1]


def _frame(found: list[_Page]) -> list[_Page]:
    """The one page among frames that is the report; none where several may be."""
    reports = [page for page in found[1:] if _speaks_of_a_report(page)]
    return reports if len(reports) == 1 else []


def _speaks_of_a_report(page: _Page) -> bool:
    text = as_utf8(page[0], page[1]).decode("utf-8", "replace")
    return report_words().hold_tables(text) or report_words().read_like_report(text)


def _address(part: Message) -> str | None:
    place = header(part, "Content-Location")
    return place if place.startswith(("http://", "https://")) or _SHEET.search(place) else None
