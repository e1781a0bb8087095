"""Bytes → text. Damaged bytes are replaced, never raised.

Order: byte order mark → HTTP charset → ``<meta charset>`` in the first 4 KB → UTF-8 if it is valid → Big5 where its bytes
spell a word of every report → GB18030.
A declaration that the bytes contradict loses: servers announce UTF-8 for pages that were saved as GBK, and the reverse.
"""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_META_WINDOW = 4096
_GIVEN_BY_DEFAULT = {"iso8859-1", "ascii"}  # what servers send by default
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs"}
# Codecs that are no encoding of text (some refuse bytes even when asked to replace them, others rewrite sound text).
_NO_CHARSET = frozenset(["idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"])
_UNDECLARED_BIG5 = "公開".encode("big5")
"""Pages of the official big5 gates that declare no charset: GB2312 has no character with these last bytes."""
_DAMAGE_ALLOWED = 0.005  # share of undecodable characters that counts as damage, not as a wrong declaration
_REPLACED = "\N{REPLACEMENT CHARACTER}"


class Decoded(NamedTuple):
    """Text and the codec that read it."""

    text: str
    encoding: str


def decode(data: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page.

    Args:
        data: raw bytes of the page or text file.
        content_type: the HTTP ``Content-Type`` header, of which only the charset is used; ``iso-8859-1`` is ignored.

    Returns:
        The text, without its byte order mark, and the codec's name. Bytes that do not decode become U+FFFD.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(data.decode(encoding, "replace").lstrip("\ufeff"), encoding)
    utf8 = _plain_utf8(data, content_type)
    if utf8 is not None:
        return Decoded(utf8, "utf-8")
    for encoding in _declared(data, content_type):
        text = data.decode(encoding, "replace")
        if text.count(_REPLACED) <= _DAMAGE_ALLOWED * len(text):
            return Decoded(text, encoding)
    if _UNDECLARED_BIG5 in data:
        return Decoded(data.decode("big5hkscs", "replace"), "big5hkscs")
    return min((Decoded(data.decode(e, "replace"), e) for e in ("utf-8", "gb18030")), key=_damage)


def as_utf8(data: bytes, content_type: str | None = None) -> bytes:
    """The page as UTF-8 without a mark: the same bytes where they already are, else decoded and encoded again."""
    if _plain_utf8(data, content_type) is not None:
        return data.removeprefix(codecs.BOM_UTF8)
    return decode(data, content_type).text.encode("utf-8", "replace")


def _damage(decoded: Decoded) -> float:
    return decoded.text.count(_REPLACED) / max(1, len(decoded.text))


def _plain_utf8(data: bytes, content_type: str | None) -> str | None:
    """The text of valid UTF-8: with Chinese in it it is not GBK by accident, whatever was declared. ASCII obeys a declaration."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if text.isascii() and any(_declared(data, content_type)) else text


def _declared(data: bytes, content_type: str | None) -> Iterator[str]:
    """Yield the declared encodings in the order of trust, as codecs that exist here."""
    header = _HEADER.search(content_type or "")
    meta = _META.search(data, 0, _META_WINDOW)
    for label in (header and header[1], meta and meta[1].decode("ascii", "replace")):
        codec = _codec(label) if label else None
        if codec is None or codec in _GIVEN_BY_DEFAULT:
            continue
        if codec.startswith(("utf-16", "utf-32")) and b"\0" not in data[:_META_WINDOW]:
            continue  # their markup holds a zero in every character: such a page was never written in them
        yield codec


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
        "".encode(name)  # refuses codecs that are not text encodings (hex, zlib)
    except (LookupError, ValueError):
        return None
    if name in _NO_CHARSET:
        return None
    return _WIDER.get(name, name)
