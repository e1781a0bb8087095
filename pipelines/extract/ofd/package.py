"""The parts of an OFD package (GB/T 33190-2016): a zip of XML, whose parts name each other by place."""

import posixpath
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipelines.extract.packages import PackageRefusedError, optional_part, optional_xml_part

MAX_PARTS = 5_000
MAX_PICTURE_BYTES = 16 << 20


def local(element: Element) -> str:
    """The name of an element without its namespace, of which two are in use."""
    return element.tag.rpartition("}")[2]


def children(element: Element | None, name: str) -> Iterator[Element]:
    """Children of one name."""
    return (child for child in (element if element is not None else ()) if local(child) == name)


def child(element: Element | None, name: str) -> Element | None:
    return next(children(element, name), None)


def text_of(element: Element | None, name: str) -> str:
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""


class Package:
    """Reads parts by their place; upper and lower case are one, as some producers mix them."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._names = {name.lower().lstrip("/"): name for name in package.namelist()}
        self._left = MAX_PARTS

    def part(self, place: str) -> Element | None:
        """Unpack and parse one part; None when the package lacks it. Raises PackageRefusedError for what is no safe XML."""
        name = self._names.get(place.lower().lstrip("/"))
        if name is None:
            return None
        self._left -= 1
        if self._left < 0:
            raise PackageRefusedError(f"the document has more than {MAX_PARTS} parts")
        return optional_xml_part(self._package, name)

    def file(self, place: str) -> bytes | None:
        """The bytes of a picture; None where the package lacks it, or it is too large for one."""
        name = self._names.get(place.lower().lstrip("/"))
        return optional_part(self._package, name, MAX_PICTURE_BYTES) if name is not None else None


def place_of(base: str, location: str) -> str:
    """Where a part stands that the part at ``base`` names by ``location``."""
    if location.startswith("/"):
        return location.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), location))
