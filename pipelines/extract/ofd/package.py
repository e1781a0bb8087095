"""The parts of an OFD package (GB/T 33190-2016): a zip of XML. Sizes are checked before anything is unpacked or parsed."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

MAX_PART_BYTES = 32 << 20
MAX_TOTAL_BYTES = 200 << 20
MAX_ENTRIES = 20_000
MAX_PART_ELEMENTS = 400_000
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class OfdRefused(ValueError):
    """The package is broken or hostile; the message says how."""


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
    """Reads parts by their place; a place is absolute (``/Doc_0/…``) or relative to the part that names it."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        if len(self._zip.infolist()) > MAX_ENTRIES:
            raise OfdRefused(f"the package has more than {MAX_ENTRIES} entries")
        self._names = {name.lower().lstrip("/"): name for name in self._zip.namelist()}
        self._left = MAX_TOTAL_BYTES

    def close(self) -> None:
        self._zip.close()

    def part(self, place: str) -> Element | None:
        """Unpack and parse one part; None when the package lacks it."""
        name = self._names.get(place.lower().lstrip("/"))
        if name is None:
            return None
        with self._zip.open(name) as entry:
            raw = entry.read(min(MAX_PART_BYTES, self._left) + 1)
        self._left -= len(raw)
        if len(raw) > MAX_PART_BYTES or self._left < 0:
            raise OfdRefused(f"{name} unpacks to more bytes than a report has")
        if raw.count(b"<") > 2 * MAX_PART_ELEMENTS:
            raise OfdRefused(f"{name} has more than {MAX_PART_ELEMENTS} elements")
        if _DTD.search(raw):
            raise OfdRefused(f"{name} declares entities, which the standard forbids")
        try:
            return fromstring(raw)
        except (ParseError, LookupError, ValueError) as error:
            raise OfdRefused(f"{name} is not well-formed: {error}") from error


def place_of(base: str, location: str) -> str:
    """Where a part stands that the part at ``base`` names by ``location``."""
    if location.startswith("/"):
        return location.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), location))
