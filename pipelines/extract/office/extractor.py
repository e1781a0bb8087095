"""A Word (.doc), WPS (.wps) or RTF file → Document, through LibreOffice, held against the file's own text.

A converter is a second author. So every figure in the tables that it wrote must stand in the file's own text, and every figure in
the file's own cells in what it wrote; otherwise nothing of it is taken.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.document import OBJECT, Document, Grid
from pipelines.extract.docx.extractor import extract_docx
from pipelines.extract.docx.names import W
from pipelines.extract.office.converter import ConversionFailed, to_docx, version
from pipelines.extract.office.own_text import CELL_END, NoOwnText, rich_text, word_2003_text, word_text
from pipelines.extract.packages import MALFORMED, open_package, optional_xml_part
from pipelines.extract.source_file import SourceFile
from schemas.carriers import carrier as entry

_FIGURE = re.compile(r"\d+(?:[.,，]\d+)*")
_SPACING = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t"}
_WRITTEN = frozenset({f"{W}t", f"{W}delText", *_SPACING})


class Written(NamedTuple):
    """The paragraphs of a document, and those of them that stand in tables."""

    paragraphs: list[str]
    in_tables: list[str]


def doc(file: SourceFile) -> Document:
    """A Word 97-2003 document."""
    return _extract("doc", file.data, word_text, CELL_END)


def wps(file: SourceFile) -> Document:
    """A WPS Writer document, which is one in Word's format."""
    return _extract("wps", file.data, word_text, CELL_END)


def rtf(file: SourceFile) -> Document:
    """An RTF document."""
    return _extract("rtf", file.data, rich_text, "|")


def word_xml(file: SourceFile) -> Document:
    """A document in the XML of Word 2003."""
    return _extract("doc_xml", file.data, word_2003_text, CELL_END, extension="xml")


def _extract(
    kind: str, data: bytes, own_text: Callable[[bytes], str], cell_end: str, *, extension: str | None = None
) -> Document:
    """Never raises: what cannot be read, or not be trusted, has a ``problem``."""
    carrier, label = entry(kind).carrier, entry(kind).label
    try:
        own = own_text(data)
        converted = to_docx(data, extension or kind)
        document, written = extract_docx(converted), written_text(converted)
    except (NoOwnText, ConversionFailed) as error:
        return Document(carrier, problem=f"{label}: not read: {error}")
    if document.problem:
        return Document(carrier, problem=f"{label}: not read: {document.problem} (after conversion)")
    if differing := differences(own, written, cell_end=cell_end):
        shown = ", ".join(differing[:5])
        problem = f"{label}: not read: its text and its conversion by {version()} differ in the figures {shown}"
        return Document(carrier, problem=problem)
    if objects_in_cells(own, cell_end=cell_end) > _objects_shown(document):
        problem = f"{label}: not read: its conversion by {version()} lacks a picture, a formula or a date that its tables show"
        return Document(carrier, problem=problem)
    return replace(document, carrier=carrier, meta=document.meta | {"converted_by": version() or "LibreOffice"})


def differences(own: str, written: Written, *, cell_end: str) -> list[str]:
    """Figures that show the conversion to be unfaithful, as often as they do, be they hidden or struck out in it.

    Those of its tables that do not stand in the file's own text, and those of the file's own cells that it does not hold.

    Args:
        own: The file's own text.
        written: The conversion, paragraph by paragraph.
        cell_end: What ends a cell in ``own``.
    """
    cells = _own_cells(own, cell_end)
    invented = _figures(written.in_tables) - _figures([own])
    lost = _figures(cells) - _figures(written.paragraphs)
    return sorted((invented + lost).elements())


def objects_in_cells(own: str, *, cell_end: str) -> int:
    """How many of the file's own cells show something that is no text."""
    return sum(OBJECT in cell for cell in _own_cells(own, cell_end))


def _objects_shown(document: Document) -> int:
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    return sum(OBJECT in cell.text for grid in grids for row in grid.rows for cell in row)


def _own_cells(own: str, cell_end: str) -> list[str]:
    return [piece for line in own.split("\r") for piece in line.split(cell_end)[:-1]]


def written_text(docx: bytes) -> Written:
    """A docx as written, with what is hidden or struck out; empty where it cannot be unpacked."""
    try:
        with open_package(docx) as package:
            body = optional_xml_part(package, "word/document.xml")
    except MALFORMED:
        body = None
    if body is None:
        return Written([], [])
    inside = {id(paragraph) for cell in body.iter(f"{W}tc") for paragraph in cell.iter(f"{W}p")}
    texts = [(id(paragraph) in inside, _text_of(paragraph)) for paragraph in body.iter(f"{W}p")]
    return Written([text for _, text in texts], [text for is_inside, text in texts if is_inside])


def _text_of(paragraph: Element) -> str:
    """Its text; a line break or a tab keeps the figures around it apart."""
    return "".join(_SPACING.get(part.tag) or part.text or "" for part in paragraph.iter() if part.tag in _WRITTEN)


def _figures(texts: list[str]) -> Counter[str]:
    return Counter(figure for text in texts for figure in _FIGURE.findall(text))
