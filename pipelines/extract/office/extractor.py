"""A Word (.doc), WPS (.wps) or RTF file → Document, through LibreOffice, held against the file's own text.

A converter is a second author. So every figure in the tables that it made must stand in the file's own text, and every figure in
the file's own cells in what it made; otherwise nothing of it is taken.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from pipelines.extract.document import Document, Grid, Line
from pipelines.extract.docx.extractor import extract_docx
from pipelines.extract.office.converter import ConversionFailed, to_docx, version
from pipelines.extract.office.own_text import CELL_END, NoOwnText, rich_text, word_text
from pipelines.extract.source_file import SourceFile
from schemas.carriers import carrier as entry

_FIGURE = re.compile(r"\d+(?:[.,，]\d+)*")


def doc(file: SourceFile) -> Document:
    """A Word 97-2003 document."""
    return _extract("doc", file.data, word_text, CELL_END)


def wps(file: SourceFile) -> Document:
    """A WPS Writer document, which is one in Word's format."""
    return _extract("wps", file.data, word_text, CELL_END)


def rtf(file: SourceFile) -> Document:
    """An RTF document."""
    return _extract("rtf", file.data, rich_text, "|")


def _extract(extension: str, data: bytes, own_text: Callable[[bytes], str], cell_end: str) -> Document:
    """Never raises: what cannot be read, or not be trusted, has a ``problem``."""
    carrier, label = entry(extension).carrier, entry(extension).label
    try:
        own = own_text(data)
        document = extract_docx(to_docx(data, extension))
    except (NoOwnText, ConversionFailed) as error:
        return Document(carrier, problem=f"{label}: not read: {error}")
    if document.problem:
        return Document(carrier, problem=f"{label}: not read: {document.problem} (after conversion)")
    if differing := differences(own, document, cell_end=cell_end):
        shown = ", ".join(differing[:5])
        problem = f"{label}: not read: its text and its conversion by {version()} differ in the figures {shown}"
        return Document(carrier, problem=problem)
    return replace(document, carrier=carrier, meta=document.meta | {"converted_by": version() or "LibreOffice"})


def differences(own: str, document: Document, *, cell_end: str) -> list[str]:
    """Figures of tables that stand in one of the two and not, as often, in the other."""
    cells = [piece for line in own.split("\r") for piece in line.split(cell_end)[:-1]]
    grids = [cell.text for block in document.blocks if isinstance(block, Grid) for row in block.rows for cell in row]
    lines = [block.text for block in document.blocks if isinstance(block, Line)]
    invented = _figures(grids) - _figures([own])
    lost = _figures(cells) - _figures([*grids, *lines])
    return sorted((invented + lost).elements())


def _figures(texts: list[str]) -> Counter[str]:
    return Counter(figure for text in texts for figure in _FIGURE.findall(text))
