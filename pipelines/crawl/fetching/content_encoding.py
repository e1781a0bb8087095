"""Decodes Content-Encoding in bounded steps, because a body may be a decompression bomb."""

import zlib
from typing import Protocol


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


def decoder(encoding: str, start: bytes) -> Decoder | None:
    """A decompressor with ``decompress(data, max_length)`` and ``eof``; None when the body is plain.

    ``start`` are its first bytes: some pages are labelled gzip and sent plain, which they show.

    Raises ValueError for an encoding that was not asked for.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return zlib.decompressobj(zlib.MAX_WBITS + 16) if start.startswith(b"\x1f\x8b"[: len(start)]) else None
        case "deflate":
            return None if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"<", b"{", b"[") else _Inflate()
        case other:
            raise ValueError(f"Content-Encoding {other[:40]!r} was not asked for")
