"""Zip packages of XML (docx, xlsx, odt, ofd) from untrusted hands: sizes are checked before a part is unpacked or parsed."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element, ParseError, fromstring

from schemas.errors import GongkaiError

MAX_PART_BYTES = 16 << 20
MAX_PART_ELEMENTS = 400_000
MAX_ENTRIES = 10_000
# What zipfile raises on damaged packages; PackageRefusedError and ParseError are ValueErrors or wrapped into one.
MALFORMED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ValueError,
    LookupError,
    OSError,
    EOFError,
    RuntimeError,
)
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# The names of a file saved as "Strict Open XML": the same parts and elements in other namespaces.
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = {
    b"wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    b"drawingml/wordprocessingDrawing": b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    b"drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
}


class PackageRefusedError(GongkaiError, ValueError):
    """The package is broken or hostile; the message says how."""


@contextmanager
def open_package(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Open a package. Raises PackageRefusedError for one with too many entries, and what ``MALFORMED`` lists."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if len(package.infolist()) > MAX_ENTRIES:
            raise PackageRefusedError(f"the package has more than {MAX_ENTRIES} entries")
        if twice := _names_twice(package):
            raise PackageRefusedError(
                f"the package has two parts of the name {twice}, and programs differ in which they take"
            )
        yield package


def _names_twice(package: zipfile.ZipFile) -> str | None:
    """A part of XML that is there twice."""
    counted = Counter(name for name in package.namelist() if name.lower().endswith((".xml", ".rels")))
    return next((name for name, count in counted.items() if count > 1), None)


def optional_part(package: zipfile.ZipFile, name: str, most: int) -> bytes | None:
    """Unpack a part that the document can do without: None when it is missing, damaged, or larger than ``most`` bytes."""
    try:
        with package.open(name) as entry:
            raw = entry.read(most + 1)
    except (KeyError, NotImplementedError, *MALFORMED):
        return None
    return raw if len(raw) <= most else None


def xml_part(package: zipfile.ZipFile, name: str) -> Element:
    """Unpack and parse one part. Raises PackageRefusedError when it is not there, too large, or no safe XML."""
    part = optional_xml_part(package, name)
    if part is None:
        raise PackageRefusedError(f"the package has no {name}")
    return part


def optional_xml_part(package: zipfile.ZipFile, name: str) -> Element | None:
    """As ``xml_part``, but None when the package lacks the part."""
    try:
        with package.open(name) as entry:
            raw = entry.read(MAX_PART_BYTES + 1)
    except KeyError:
        return None
    if len(raw) > MAX_PART_BYTES:
        raise PackageRefusedError(f"{name} unpacks to more than {MAX_PART_BYTES} bytes")
    if raw.count(b"<") > 2 * MAX_PART_ELEMENTS:
        raise PackageRefusedError(f"{name} has more than {MAX_PART_ELEMENTS} elements")
    if _DTD.search(raw):
        raise PackageRefusedError(f"{name} declares entities, which no office program writes")
    if _STRICT in raw:
        for strict, usual in _TRANSITIONAL.items():
            raw = raw.replace(_STRICT + strict, usual)
    try:
        return fromstring(raw)
    except (ParseError, LookupError, ValueError) as error:  # LookupError: unknown encoding
        raise PackageRefusedError(f"{name} is not well-formed: {error}") from error
