"""The door of this room: the bytes of one file → Document. Never raises on bad bytes; ``Document.problem`` says why."""

from pipelines.content.decoding import as_utf8, decode
from pipelines.content.sniffing import Kind, sniff
from pipelines.extract.document import Document, Picture
from pipelines.extract.docx.extractor import extract_docx
from pipelines.extract.html.extractor import extract_html
from pipelines.extract.html.json_envelope import extract_envelope
from pipelines.extract.pdf.extractor import extract_pdf
from pipelines.extract.text.extractor import extract_text
from schemas.vocabulary import Carrier

_CONVERT = "convert it with `soffice --headless --convert-to docx FILE` and import the docx"
_PROBLEMS = {
    Kind.EMPTY: (Carrier.FLAT_TEXT, "the file is empty"),
    Kind.LEGACY_WORD: (
        Carrier.DOCX,
        f"legacy Word file (.doc/.wps): not read; {_CONVERT}",
    ),
    Kind.RTF: (Carrier.DOCX, f"RTF file: not read; {_CONVERT}"),
    Kind.OFD: (Carrier.PDF, "OFD file: not read; export it as PDF and import that"),
    Kind.SPREADSHEET: (Carrier.FLAT_TEXT, "spreadsheet: not a report"),
    Kind.ARCHIVE: (Carrier.FLAT_TEXT, "archive (zip, rar, …): unpack it and import the report inside"),
    Kind.BINARY: (Carrier.FLAT_TEXT, "unknown file type: neither text nor a known document"),
}


def extract(
    data: bytes, *, url: str | None = None, content_type: str | None = None, name: str | None = None
) -> Document:
    """Read one file into blocks of text and grids of cells.

    Args:
        data: the bytes of a page, text file, PDF or docx.
        url: where it was fetched; relative attachment addresses are resolved against it.
        content_type: the HTTP header; only its charset counts, and its type where the bytes leave the kind open.
        name: a file name, used where the bytes leave the kind open.

    Returns:
        A Document; ``problem`` is set, in plain English, when the file could not be read or not in full.
    """
    kind = sniff(data, content_type, name)
    if kind in _PROBLEMS:
        carrier, problem = _PROBLEMS[kind]
        return Document(carrier, problem=problem)
    if kind is Kind.PDF:
        return extract_pdf(data)
    if kind is Kind.DOCX:
        return extract_docx(data)
    if kind is Kind.IMAGE:
        return Document(Carrier.IMAGE, (Picture(name or url or "the file itself", "image"),))
    if kind is Kind.HTML:
        return extract_html(as_utf8(data, content_type), url=url)
    text = decode(data, content_type).text
    if kind is Kind.ENVELOPE:
        return extract_envelope(text, url=url)
    return extract_text(text)
