"""Pictures in a docx: which a paragraph shows, and their bytes within bounds."""

import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipelines.extract.packages import optional_part

_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_IMAGE_DATA = "{urn:schemas-microsoft-com:vml}imagedata"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MAX_BYTES = 64 << 20
"""Of all pictures of a file together; those beyond are named and not handed on."""


def embedded_pictures(paragraph: Element) -> Iterator[str]:
    """Relations of the pictures that a paragraph shows, in order."""
    pending = [paragraph]
    while pending:
        element = pending.pop()
        if element.tag == _BLIP:
            yield element.get(f"{_RELATION}embed", "")
        elif element.tag == _IMAGE_DATA:
            yield element.get(f"{_RELATION}id", "")
        pending.extend(reversed(element))


class Media:
    """The pictures of an open package, by relation.

    Args:
        package: read while the document is.
        relations: names of parts by their ids.
    """

    def __init__(self, package: zipfile.ZipFile, relations: dict[str, str]) -> None:
        self._package, self._relations = package, relations
        self._held: dict[str, bytes | None] = {}
        self._left = MAX_BYTES

    def get(self, relation: str) -> tuple[str, bytes | None]:
        """Name and bytes of a picture; no bytes for one that is linked, missing, damaged, or beyond the bound."""
        name = self._relations.get(relation, "")
        if not name:
            return "embedded image", None
        if name not in self._held:
            self._held[name] = content = optional_part(self._package, name, self._left)
            self._left -= len(content or b"")
        return name, self._held[name]
