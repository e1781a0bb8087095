"""Extractors that need nothing but the pinned requirements, in the shape that the registry of carriers expects."""

from pipelines.content.decoding import as_utf8, decode
from pipelines.extract.document import Document, Picture
from pipelines.extract.docx.extractor import extract_docx
from pipelines.extract.html.extractor import extract_html
from pipelines.extract.html.page.json_envelope import extract_envelope
from pipelines.extract.html.page.script_state import with_script_state
from pipelines.extract.pdf.extractor import extract_pdf
from pipelines.extract.source_file import SourceFile
from pipelines.extract.text.extractor import extract_text


def html(file: SourceFile) -> Document:
    """A web page, or a fragment of one."""
    source = as_utf8(file.data, file.content_type)
    return with_script_state(extract_html(source), source)


def json_envelope(file: SourceFile) -> Document:
    """JSON in which an article stands."""
    return extract_envelope(decode(file.data, file.content_type).text)


def text(file: SourceFile) -> Document:
    """A flattened page."""
    return extract_text(decode(file.data, file.content_type).text)


def pdf(file: SourceFile) -> Document:
    """A PDF."""
    return extract_pdf(file.data)


def docx(file: SourceFile) -> Document:
    """A Word document in its XML format."""
    return extract_docx(file.data)


def image(file: SourceFile) -> Document:
    """A picture that is the report, or a page of it: nothing of it is read, but it is named."""
    return Document("image", (Picture(file.name or file.url or "the file itself", "image"),))
