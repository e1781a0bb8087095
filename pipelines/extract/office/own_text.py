"""The text that a Word or RTF file itself holds, to hold a conversion against. It knows cells, not tables.

Word's binary format, [MS-DOC]: the piece table (Clx) in the table stream says where the characters of the document stand
in the stream ``WordDocument``, in UTF-16 or, compressed, in code page 1252.
"""

import io
import re
import struct
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

import olefile
from striprtf.striprtf import rtf_to_text

from pipelines.content.decoding import decode
from pipelines.extract.document import OBJECT
from schemas.errors import GongkaiError

MAX_BYTES = 64 << 20
CELL_END = "\x07"
_FIELD_INSTRUCTION = re.compile("\x13[^\x13\x14\x15]*\x14|\x13[^\x13\x14\x15]*\x15")
# The number of a list item, for programs that know no lists; and a text twice, for programs with and without Unicode.
_NUMBERING = re.compile(r"\{\\(?:listtext|pntext)\b[^{}]*\}")
_IN_UNICODE = re.compile(r"\{\\upr\s*\{[^{}]*\}\s*\{\\\*\\ud\s*\{([^{}]*)\}\s*\}\s*\}")
# What is no text: dates and numbers that Word works out, formulas; in Word's own format pictures and embedded objects.
_NO_TEXT = re.compile(r"\\(?:chdate|chdpl|chdpa|chtime|chpgn|sectnum)\b ?|(?=\{\\(?:mmath|\*\s*\\moMath(?:Para)?)\b)")
_MARK = r"{\uc1\u-4?}"  # OBJECT in RTF
_PICTURE = "\x01"
_MIRRORED = re.compile(rb"\\rtlrow\b")
_WORD_2003 = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DTD = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CODES = 0x004C  # FibRgLw97.ccpText
_CLX = 0x01A2  # FibRgFcLcb97.fcClx, lcbClx
_ENCRYPTED, _SECOND_TABLE, _COMPRESSED = 0x0100, 0x0200, 0x40000000


class NoOwnText(GongkaiError, ValueError):
    """The file does not let its text be read; the message says why."""


def word_text(data: bytes) -> str:
    """The main text of a binary Word file; cells end with ``CELL_END``, paragraphs with ``\\r``.

    ``OBJECT`` stands for pictures and embedded objects.

    Raises:
        NoOwnText: encrypted, damaged, or no Word file.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as package:
            if not package.exists("WordDocument"):
                raise NoOwnText("the file has no WordDocument stream")
            main = package.openstream("WordDocument").read(MAX_BYTES)
            (flags,) = struct.unpack_from("<H", main, 0x000A)
            if flags & _ENCRYPTED:
                raise NoOwnText("the file is encrypted and needs a password")
            table = package.openstream("1Table" if flags & _SECOND_TABLE else "0Table").read(MAX_BYTES)
    except (OSError, struct.error, ValueError, IndexError) as error:
        raise error if isinstance(error, NoOwnText) else NoOwnText(f"damaged Word file: {error}") from error
    try:
        (length,) = struct.unpack_from("<i", main, _CODES)
        start, size = struct.unpack_from("<II", main, _CLX)
        text = "".join(_pieces(main, table[start : start + size]))[: max(length, 0)]
    except struct.error as error:
        raise NoOwnText(f"damaged Word file: {error}") from error
    shown = _FIELD_INSTRUCTION.sub("", text)
    return shown.replace("\x14", "").replace("\x15", "").replace("\x13", "").replace(_PICTURE, OBJECT)


def _pieces(main: bytes, clx: bytes) -> list[str]:
    at = 0
    while at < len(clx) and clx[at] == 1:  # property modifiers before the piece table
        at += 3 + int(struct.unpack_from("<H", clx, at + 1)[0])
    if at >= len(clx) or clx[at] != 2:
        raise NoOwnText("the file has no piece table")
    (size,) = struct.unpack_from("<I", clx, at + 1)
    table = clx[at + 5 : at + 5 + size]
    count = (len(table) - 4) // 12
    positions = struct.unpack_from(f"<{count + 1}I", table)
    pieces = []
    for number in range(count):
        (place,) = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)
        length = positions[number + 1] - positions[number]
        if place & _COMPRESSED:
            begin = (place & ~_COMPRESSED & 0xFFFFFFFF) // 2
            pieces.append(main[begin : begin + length].decode("cp1252", "replace"))
        else:
            pieces.append(main[place : place + 2 * length].decode("utf-16-le", "replace"))
    return pieces


def word_2003_text(data: bytes) -> str:
    """The text of a document in the XML of Word 2003; cells end with ``CELL_END``.

    Raises:
        NoOwnText: no safe XML.
    """
    if len(data) > MAX_BYTES:
        raise NoOwnText(f"the document has more than {MAX_BYTES} bytes")
    source = _DECLARATION.sub("", decode(data).text.lstrip("\ufeff"))
    if _DTD.search(source):
        raise NoOwnText("the document declares entities, which Word does not write")
    try:
        body = fromstring(source).find(f"{_WORD_2003}body")
        return "".join(_texts_2003(body)) if body is not None else ""
    except (ParseError, RecursionError) as error:
        raise NoOwnText(f"damaged Word document: {error}") from error


def _texts_2003(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag in (f"{_WORD_2003}t", f"{_WORD_2003}delText"):
            yield child.text or ""
        elif child.tag in (f"{_WORD_2003}br", f"{_WORD_2003}tab"):
            yield "\n"
        else:
            yield from _texts_2003(child)
    if element.tag == f"{_WORD_2003}tc":
        yield CELL_END
    elif element.tag == f"{_WORD_2003}p":
        yield "\n"


def rich_text(data: bytes) -> str:
    """The text of an RTF file; cells end with ``|``, and ``OBJECT`` stands for what is no text.

    Raises:
        NoOwnText: damaged beyond reading, or laid out from right to left.
    """
    if len(data) > MAX_BYTES:
        raise NoOwnText(f"the RTF file has more than {MAX_BYTES} bytes")
    if _MIRRORED.search(data):
        raise NoOwnText("rows of its tables run from right to left")
    try:
        source = _IN_UNICODE.sub(r"{\1}", _NUMBERING.sub("", data.decode("latin-1")))
        source = _NO_TEXT.sub(lambda _: _MARK, source)
        return str(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]  # no types
    except (ValueError, LookupError, OverflowError) as error:
        raise NoOwnText(f"damaged RTF file: {error}") from error
