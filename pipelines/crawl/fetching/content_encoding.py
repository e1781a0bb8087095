"""Content-Encoding, undone in bounded steps: a body may be a bomb."""

import zlib


class _Inflate:
    """Content-Encoding: deflate is zlib by the standard and raw deflate on some servers."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj()
        self._first = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._first and data:
            self._first = False
            try:
                return self._zlib.decompress(data, max_length)
            except zlib.error:
                self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._zlib.decompress(data, max_length)


def decoder(encoding: str) -> "_Inflate | zlib._Decompress | None":
    """A decompressor with ``decompress(data, max_length)`` and ``eof``; None when the body is plain.

    Raises ValueError for an encoding that was not asked for.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return zlib.decompressobj(zlib.MAX_WBITS + 16)
        case "deflate":
            return _Inflate()
        case other:
            raise ValueError(f"Content-Encoding {other[:40]!r} was not asked for")
