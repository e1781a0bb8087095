"""A docx file → Document: paragraphs, tables with true spans, text boxes, nested tables, pictures.

``word/document.xml`` is read directly: python-docx repeats merged cells and passes over content controls and text boxes, in
which real reports keep theirs. The package is untrusted: sizes are checked before anything is unpacked or parsed.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipelines.extract.document import Block, Document, Line, Picture
from pipelines.extract.docx.alternatives import settle_alternatives
from pipelines.extract.docx.formatting.colours import Grounds
from pipelines.extract.docx.formatting.formats import Formats, formats_of
from pipelines.extract.docx.media import Media, embedded_pictures
from pipelines.extract.docx.names import W
from pipelines.extract.docx.package_parts import read_parts
from pipelines.extract.docx.paragraphs import blocks_of, paragraph_lines
from pipelines.extract.docx.table_place import covered_tables
from pipelines.extract.docx.tables import read_table
from pipelines.extract.packages import MALFORMED, open_package, optional_xml_part
from schemas.vocabulary import Carrier

_PROPERTIES = "docProps/core.xml"
_END: tuple[Element | None, Grounds] = (None, ())


def extract_docx(data: bytes) -> Document:
    """Read a docx. Never raises: a broken or hostile package has a ``problem``."""
    try:
        with open_package(data) as package:
            parts = read_parts(package)
            meta = _properties(optional_xml_part(package, _PROPERTIES))
            settle_alternatives(parts.body)
            blocks = tuple(_Reading(formats_of(parts), Media(package, parts.relations)).read(parts.body))
    except MALFORMED as error:
        return Document(Carrier.DOCX, problem=f"docx not read: {error or type(error).__name__}")
    return Document(
        Carrier.DOCX, blocks, meta.get("title") or None, meta, problem=None if blocks else "the docx prints nothing"
    )


def _properties(core: Element | None) -> dict[str, str]:
    """Core properties by their local name: title, creator, created, modified."""
    if core is None:
        return {}
    return {
        child.tag.rpartition("}")[2].lower(): child.text.strip() for child in core if child.text and child.text.strip()
    }


class _Reading:
    """Turns body elements into blocks, counting paragraphs and tables."""

    def __init__(self, formats: Formats, media: Media) -> None:
        self.formats = formats
        self.media = media
        self.paragraphs = 0
        self.tables = 0
        self.pictures = 0

    def read(self, root: Element) -> Iterator[Block]:
        found = root.find(f"{W}body")
        body = root if found is None else found
        covered = {id(table) for table in covered_tables(body)}
        pending = [iter([(block, self.formats.paper) for block in blocks_of(body)])]
        while pending:
            element, below = next(pending[-1], _END)
            if element is None:
                pending.pop()
            elif element.tag == f"{W}p":
                yield from self._paragraph(element, below)
                yield from self._pictures([element])
            else:
                self.tables += 1
                name = f"docx:table[{self.tables}]"
                table = read_table(element, name, self.formats, below, is_covered=id(element) in covered)
                yield from [table.grid] if table.grid is not None else []
                yield from self._pictures(table.paragraphs)
                pending.append(iter(table.inner))

    def _paragraph(self, paragraph: Element, below: Grounds) -> Iterator[Block]:
        self.paragraphs += 1
        for text in paragraph_lines(paragraph, self.formats, below):
            if stripped := text.strip(" \t\xa0\u3000"):
                yield Line(stripped, f"docx:p[{self.paragraphs}]")

    def _pictures(self, paragraphs: list[Element]) -> Iterator[Block]:
        for relation in (relation for paragraph in paragraphs for relation in embedded_pictures(paragraph)):
            self.pictures += 1
            target, content = self.media.get(relation)
            yield Picture(target, f"docx:image[{self.pictures}]", content)
