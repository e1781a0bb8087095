"""How much a PDF's compressed streams unpack to, measured without keeping it: pdfminer unpacks without a limit."""

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n")
_ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x48\x89", b"\x68\xde", b"\x58\x85")
_CHUNK = 1 << 20
_MAX_STREAMS = 20_000
_MAX_LAYERS = 4  # a stream may be packed several times: [/FlateDecode /FlateDecode]


def inflated_size(data: bytes, limit: int) -> int:
    """Bytes that the zlib streams of ``data`` unpack to; counting stops soon after ``limit``."""
    total = 0
    for count, match in enumerate(_STREAM.finditer(data)):
        if total > limit or count >= _MAX_STREAMS:
            break
        if data[match.end() : match.end() + 2] in _ZLIB_HEADS:
            end = data.find(b"endstream", match.end())
            total += _inflate(data[match.end() : end if end >= 0 else len(data)], limit, _MAX_LAYERS)
    return total


def _inflate(packed: bytes, limit: int, layers: int) -> int:
    unpacker = zlib.decompressobj()
    size = 0
    head = b""
    pending = packed
    try:
        while pending and size <= limit:
            part = unpacker.decompress(pending, _CHUNK)
            size += len(part)
            if len(head) < 4 * _CHUNK and (head or part[:2] in _ZLIB_HEADS):
                head += part
            pending = unpacker.unconsumed_tail
            if not part and not pending:
                break
    except zlib.error:
        pass  # a damaged stream; pdfminer decides what to make of it
    return size + (_inflate(head, limit, layers - 1) if head and layers > 1 else 0)
