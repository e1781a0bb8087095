"""Decodes Content-Encoding in bounded steps, because a body may be a decompression bomb."""

import re
import zlib
from typing import Protocol

_GZIP = b"\x1f\x8b"
_PLAIN = re.compile(rb"[\xef\xbb\xbf\s]*[<{\[]|%PDF|PK\x03\x04|\xd0\xcf\x11\xe0")
"""How a web page, JSON or a document begins."""
_NOT_ASKED_FOR = frozenset({"br", "zstd", "compress", "x-compress"})


class Decoder(Protocol):
    """An incremental decoder."""

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Inflate:
    """Content-Encoding: deflate is zlib by the standard and raw deflate on some servers."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj()
        self._first = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        if self._first and data:
            self._first = False
            try:
                return self._zlib.decompress(data, max_length)
            except zlib.error:
                self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._zlib.decompress(data, max_length)


def decoder(encoding: str, start: bytes, content_type: str = "") -> Decoder | None:
    """A decompressor with ``decompress(data, max_length)`` and ``eof``; None when the body is plain.

    ``start`` are its first bytes. They decide where they contradict the label: pages are labelled gzip or br and sent plain,
    labelled deflate or not at all and sent as gzip, and ``utf-8`` or ``none`` stand where an encoding should.

    Raises ValueError for an encoding that was not asked for.
    """
    labels = {label.strip() for label in encoding.lower().split(",")}
    if start.startswith(_GZIP[: len(start)]):
        is_page = "html" in content_type or "json" in content_type
        if labels & {"gzip", "x-gzip", "deflate"} or (is_page and labels <= {"", "identity"}):
            return zlib.decompressobj(zlib.MAX_WBITS + 16)
    if "deflate" in labels and not _PLAIN.match(start):
        return _Inflate()
    if labels & _NOT_ASKED_FOR and not _PLAIN.match(start):
        raise ValueError(f"Content-Encoding {encoding[:40]!r} was not asked for")
    return None
