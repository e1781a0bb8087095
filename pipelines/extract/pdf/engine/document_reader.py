"""The bytes of a PDF → Document, in the process that PDFium runs in.

What is bounded by counting ends in ``problem`` and leaves the pages before; what is bounded by the limits of the process ends it
(``pipelines.extract.pdf.extractor``).
"""

import ctypes

import pypdfium2.raw as raw

from pipelines.extract.document import FAULT, Document
from pipelines.extract.pdf.layout.assembly import Assembly
from pipelines.extract.pdf.objects.painted import Budget, TooManyObjectsError
from pipelines.extract.pdf.page.reader import UnreadablePageError, read_page
from schemas.vocabulary import Carrier

MAX_PAGES = 120
_PROPERTIES = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate")
_LONGEST = 500  # characters of a property
# What PDFDocEncoding prints for the bytes 0x18-0x1f and 0x80-0xa0, which other encodings use differently.
_SPECIAL = dict(zip("˘ˇˆ˙˝˛˚˜", range(0x18, 0x20), strict=True)) | dict(
    zip("•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž", range(0x80, 0x9F), strict=True), **{"€": 0xA0}
)
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def read_document(data: bytes) -> Document:
    """Read a PDF. Raises MemoryError where memory is short; see the module's description for the rest."""
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        is_locked = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD
        problem = "the PDF is encrypted and needs a password" if is_locked else "malformed PDF: it cannot be opened"
        return Document(Carrier.PDF, problem=problem)
    try:
        meta = _properties(document)
        assembly = Assembly()
        stopped = _read_pages(document, assembly)
    finally:
        raw.FPDF_CloseDocument(document)
    return Document(
        Carrier.PDF, assembly.blocks(), meta.get("title") or None, meta, problem=stopped or assembly.problem(),
        text_is_recognised=assembly.is_recognised,
    )  # fmt: skip


def _read_pages(document: "ctypes._Pointer[ctypes.Structure]", assembly: Assembly) -> str | None:
    """Add the pages; what kept some of them from being read."""
    handle = ctypes.cast(document, ctypes.c_void_p).value or 0
    budget = Budget()
    for index in range(max(0, raw.FPDF_GetPageCount(document))):
        if index >= MAX_PAGES:
            return f"the PDF has more than {MAX_PAGES} pages; the rest was not read"
        try:
            page = read_page(handle, index, budget)
        except (TooManyObjectsError, UnreadablePageError) as error:
            return f"{error}; pages after {index} were not read"
        try:
            assembly.add(page)
        except _FAULTS as error:  # PDFium is done with the page: it is not the file that is wrong
            told = f"{type(error).__name__}: {str(error)[:200]}"
            return f"{FAULT} laying out page {index + 1} ({told}); later pages were not read"
    return None


def _properties(document: "ctypes._Pointer[ctypes.Structure]") -> dict[str, str]:
    """Document information, names lower-cased."""
    meta: dict[str, str] = {}
    buffer = ctypes.create_string_buffer(4 * _LONGEST)
    for name in _PROPERTIES:
        size = raw.FPDF_GetMetaText(document, name.encode(), buffer, len(buffer))
        if 2 < size <= len(buffer):
            meta[name.lower()] = property_text(buffer.raw[: size - 2].decode("utf-16-le", "replace"))[:_LONGEST].strip(
                "\0 "
            )
    return {name: text for name, text in meta.items() if text}


def property_text(text: str) -> str:
    """A text of the document information; one that was written in UTF-8 or GB18030 without saying so is decoded anew."""
    if text.isascii():
        return text
    try:
        written = bytes(_SPECIAL.get(char, ord(char)) for char in text)
    except ValueError:  # characters that no single byte stands for: it was decoded well
        return text
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return text
