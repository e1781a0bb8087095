"""What kind of file the bytes are. Magic bytes decide before names and headers do: a ``.doc`` may be HTML, a ``.wps`` a docx."""

import re
from enum import StrEnum

from pipelines.content.decoding import decode


class Kind(StrEnum):
    """Carriers of a report, and the things that stand in their place."""

    EMPTY = "empty"
    PDF = "pdf"
    DOCX = "docx"
    LEGACY_WORD = "legacy_word"
    SPREADSHEET = "spreadsheet"
    OFD = "ofd"
    RTF = "rtf"
    ARCHIVE = "archive"
    IMAGE = "image"
    ENVELOPE = "envelope"
    HTML = "html"
    TEXT = "text"
    BINARY = "binary"


_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"PK\x05\x06")
_ZIP_MEMBERS = ((b"word/document.xml", Kind.DOCX), (b"xl/workbook.xml", Kind.SPREADSHEET), (b"OFD.xml", Kind.OFD))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPENING = re.compile(
    r"\s*<(?:!doctype|!--|\?xml|html|head|body|meta|title|script|style|link|div|p|table|span|section|frameset)\b",
    re.I,
)
_OPENING_BYTES = re.compile(_OPENING.pattern.encode("ascii"), re.IGNORECASE)
_TAG = re.compile(r"<(?:/?(?:p|div|td|tr|table|span|li|h\d|strong|a|body)|br\s*/?)(?=[\s>])", re.I)
_HEAD = 8192
_TAGS_OF_A_FRAGMENT = 4  # a plain text may quote a tag or two


def sniff(data: bytes, content_type: str | None = None, name: str | None = None) -> Kind:
    """Tell the kind of a file from its bytes, then from the header and the name where bytes leave it open."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        return Kind.EMPTY
    return _by_magic(data) or _by_text(data, content_type, name)


def _by_magic(data: bytes) -> Kind | None:
    if data.startswith(b"PK\x03\x04"):
        return next((kind for member, kind in _ZIP_MEMBERS if member in data), Kind.ARCHIVE)
    if data.startswith(_OLE):
        # The directory of a compound file names its streams in UTF-16.
        return Kind.SPREADSHEET if "Workbook".encode("utf-16-le") in data else Kind.LEGACY_WORD
    if data.startswith(b"{\\rtf"):
        return Kind.RTF
    if data.startswith(_ARCHIVES):
        return Kind.ARCHIVE
    if data.startswith(_IMAGES) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return Kind.IMAGE
    if b"%PDF-" in data[:1024] and not data.lstrip().startswith((b"<", b"{")):
        return Kind.PDF
    return None


def _by_text(data: bytes, content_type: str | None, name: str | None) -> Kind:
    if _OPENING_BYTES.match(data):
        return Kind.HTML
    head = decode(data[:_HEAD], content_type).text
    if _looks_binary(head):
        return Kind.BINARY
    if _OPENING.match(head):
        return Kind.HTML
    if head.lstrip()[:1] in ("{", "[") and data.rstrip()[-1:] in (b"}", b"]"):
        return Kind.ENVELOPE
    if len(_TAG.findall(head)) >= _TAGS_OF_A_FRAGMENT:
        return Kind.HTML
    declared_html = "html" in (content_type or "").lower() or (name or "").lower().endswith((".html", ".htm", ".shtml"))
    return Kind.HTML if declared_html and "<" in head else Kind.TEXT


def _looks_binary(head: str) -> bool:
    """Control characters and undecodable bytes do not fill a page of text."""
    odd = sum(1 for char in head if char == "\N{REPLACEMENT CHARACTER}" or (char < " " and char not in "\t\r\n\f\x1a"))
    return odd > max(16, len(head) * 0.1)
