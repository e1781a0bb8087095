"""Bounds that pdfminer lacks. A few hundred bytes of PDF can ask it for gigabytes or hours.

Streams: what the zlib streams of the file unpack to is measured beforehand without keeping it; decoders written in plain
Python get an upper bound. Content: every content stream and form is charged before it is interpreted, so that the sum is
bounded however often forms call each other. All by counting, never by the clock: the same bytes end the same way.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pdfminer import pdffont, pdftypes
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import resolve1, stream_value

MAX_INFLATED = 128 << 20  # bytes, all streams of a file
MAX_STREAM = 32 << 20  # bytes, one stream
MAX_CONTENT = 3 << 20  # bytes of drawing instructions in a file; 洪泽区 2024 has 26 kB a page
MAX_OBJECTS = 40_000
_CONTENT_CALL = 3_000  # bytes that each call of a form is charged at least
# Bytes that decoders written in Python are given at most. Run lengths grow 64 times.
_SLOW_DECODERS = {
    "ascii85decode": 2 << 20,
    "asciihexdecode": 2 << 20,
    "rldecode": 256 << 10,
    "apply_png_predictor": 2 << 20,
    "apply_tiff_predictor": 2 << 20,
}
_REFUSED_DECODERS = {"lzwdecode": "LZW", "ccittfaxdecode": "CCITT fax"}  # quadratic: 100 kB of LZW take half a minute
_WIDEST_ROW = 100_000
_MOST_WIDTHS = 1 << 18  # characters that a font gives widths to; there are 65,536, and a range may be given twice

_STREAM = re.compile(rb"stream\r?\n")
_ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x48\x89", b"\x68\xde", b"\x58\x85")
_CHUNK = 1 << 20
_MAX_STREAMS = 20_000
_MAX_LAYERS = 4  # a stream may be packed several times: [/FlateDecode /FlateDecode]


class PdfBoundError(PDFException):
    """The file asks for more work or memory than any report needs."""


class BoundedInterpreter(PDFPageInterpreter):
    """Charges content streams before it runs them; forms run in interpreters of this class, on the same account."""

    def __init__(self, rsrcmgr: Any, device: Any) -> None:
        super().__init__(rsrcmgr, device)
        self.account = [0]

    def subinterp(self) -> "BoundedInterpreter":
        inner = super().subinterp()
        assert isinstance(inner, BoundedInterpreter)  # pdfminer makes it of the same class
        inner.account = self.account
        return inner

    def execute(self, streams: Sequence[Any]) -> None:
        for stream in streams:
            self.account[0] += max(_CONTENT_CALL, len(stream_value(stream).get_data()))
            if self.account[0] > MAX_CONTENT:
                raise PdfBoundError(f"the PDF draws with more than {MAX_CONTENT} bytes of instructions")
        super().execute(streams)


def refuse_bombs(data: bytes) -> None:
    """Raise PdfBoundError when the file as a whole is out of proportion."""
    if data.count(b" obj") > MAX_OBJECTS:
        raise PdfBoundError(f"the PDF has more than {MAX_OBJECTS} objects")
    if _inflated_size(data) > MAX_INFLATED:
        raise PdfBoundError(f"the PDF's streams unpack to more than {MAX_INFLATED} bytes")


def _inflated_size(data: bytes) -> int:
    total = 0
    for count, match in enumerate(_STREAM.finditer(data)):
        if total > MAX_INFLATED or count >= _MAX_STREAMS:
            break
        if data[match.end() : match.end() + 2] in _ZLIB_HEADS:
            end = data.find(b"endstream", match.end())
            total += _inflate(data[match.end() : end if end >= 0 else len(data)], _MAX_LAYERS)
    return total


def _inflate(packed: bytes, layers: int) -> int:
    unpacker = zlib.decompressobj()
    size = 0
    head = b""
    pending = packed
    try:
        while pending and size <= MAX_INFLATED:
            part = unpacker.decompress(pending, _CHUNK)
            size += len(part)
            if len(head) < 4 * _CHUNK and (head or part[:2] in _ZLIB_HEADS):
                head += part
            pending = unpacker.unconsumed_tail
            if not part or unpacker.eof:
                break
    except zlib.error:
        pass  # a damaged stream; pdfminer decides what to make of it
    return size + (_inflate(head, layers - 1) if head and layers > 1 else 0)


class _BoundedZlib:
    """Stands in for the zlib module inside pdfminer."""

    error = zlib.error
    decompressobj = staticmethod(zlib.decompressobj)

    @staticmethod
    def decompress(data: bytes) -> bytes:
        unpacker = zlib.decompressobj()
        unpacked = unpacker.decompress(data, MAX_STREAM)
        if unpacker.unconsumed_tail:
            raise PdfBoundError(f"a stream unpacks to more than {MAX_STREAM} bytes")
        if not unpacker.eof:
            raise zlib.error("incomplete stream")
        return unpacked


def _repaired(data: bytes) -> bytes:
    """What a damaged zlib stream gives before the damage (pdfminer's own goes byte by byte and without bound)."""
    unpacker = zlib.decompressobj()
    parts: list[bytes] = []
    size = 0
    for start in range(0, len(data), 256):
        try:
            parts.append(unpacker.decompress(data[start : start + 256]))
        except zlib.error:
            if start < len(data) - 512:
                raise
            break
        size += len(parts[-1])
        if size > MAX_STREAM:
            raise PdfBoundError(f"a stream unpacks to more than {MAX_STREAM} bytes")
    return b"".join(parts)


def _refused(name: str) -> Callable[..., bytes]:
    def decode(*_: Any) -> bytes:
        raise PdfBoundError(f"a stream that is no image is packed with {name}, which cannot be unpacked safely")

    return decode


def _bounded(decoder: Callable[..., bytes], most: int) -> Callable[..., bytes]:
    def decode(*arguments: Any) -> bytes:
        for argument in arguments:
            if isinstance(argument, bytes) and len(argument) > most:
                raise PdfBoundError(f"a stream of more than {most} bytes needs a slow decoder")
            if isinstance(argument, int) and abs(argument) > _WIDEST_ROW:
                raise PdfBoundError("a stream declares impossible rows")
        return decoder(*arguments)

    return decode


def _bounded_widths(read: Callable[..., Any], numbers: int) -> Callable[..., Any]:
    """``[0 2000000000 1000]`` is a font that gives all of two billion characters a width; a range takes ``numbers`` numbers."""

    def widths(sequence: Iterable[object]) -> Any:
        values = [resolve1(value) for value in sequence]
        given: list[float] = []
        total = 0
        for value in values:
            if isinstance(value, list):
                total += len(value)
                given = []
            elif isinstance(value, int | float):
                given.append(value)
            if len(given) == numbers:
                total += max(0, int(given[1]) - int(given[0]) + 1)
                given = []
            if total > _MOST_WIDTHS:
                raise PdfBoundError(f"a font gives widths to more than {_MOST_WIDTHS} characters")
        return read(values)

    return widths


def _put_bounds_into_pdfminer() -> None:
    """Once for the process: its decoders and readers of fonts are plain functions that cannot be passed in."""
    pdftypes.zlib = _BoundedZlib  # type: ignore[attr-defined,assignment]
    pdftypes.decompress_corrupted = _repaired
    for name, printed in _REFUSED_DECODERS.items():
        setattr(pdftypes, name, _refused(printed))
    for name, most in _SLOW_DECODERS.items():
        setattr(pdftypes, name, _bounded(getattr(pdftypes, name), most))
    pdffont.get_widths = _bounded_widths(pdffont.get_widths, 3)
    pdffont.get_widths2 = _bounded_widths(pdffont.get_widths2, 5)


_put_bounds_into_pdfminer()
