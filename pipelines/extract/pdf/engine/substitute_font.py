"""A font that stands in for every font that a PDF names and does not bring along.

PDFium leaves out text whose glyphs have no extent, and it would take its substitutes from the machine: where no Chinese font is
installed, single characters would be missing and nothing would say so. With this font every character has a glyph, and the
same bytes are read alike on every machine.
"""

import struct
from functools import cache

_UNITS = 1000  # per em
_LEFT, _RIGHT, _LOW, _HIGH = 20, 440, 0, 700  # the glyph: a bar as wide as a narrow digit
_ASCENT, _DESCENT = 880, -120


@cache
def substitute_font() -> bytes:
    """A TrueType font with one glyph for all of Unicode."""
    glyph = _bar()
    tables = {
        b"cmap": _cmap(),
        b"glyf": glyph * 2,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _UNITS, 0, 0, _LEFT, _LOW, _RIGHT, _HIGH, 0, 8, 2, 1, 0,
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, _ASCENT, _DESCENT, 0, _UNITS, 0, 0, _RIGHT, 1, *[0] * 7, 1),
        b"hmtx": struct.pack(">Hhh", _UNITS, _LEFT, _LEFT),
        b"loca": struct.pack(">III", 0, len(glyph), 2 * len(glyph)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }  # fmt: skip
    offset = 12 + 16 * len(tables)
    directory, body = b"", b""
    for tag, table in tables.items():
        directory += struct.pack(">4sIII", tag, _checksum(table), offset + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    return struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128) + directory + body


def _bar() -> bytes:
    corners = ((_LEFT, _LOW), (_LEFT, _HIGH), (_RIGHT, _HIGH), (_RIGHT, _LOW))
    xs = [x - before for x, before in zip([x for x, _ in corners], [0, *(x for x, _ in corners)], strict=False)]
    ys = [y - before for y, before in zip([y for _, y in corners], [0, *(y for _, y in corners)], strict=False)]
    on_curve = b"\1" * len(corners)
    outline = struct.pack(">hhhhhHH", 1, _LEFT, _LOW, _RIGHT, _HIGH, len(corners) - 1, 0) + on_curve
    outline += struct.pack(f">{2 * len(corners)}h", *xs, *ys)
    return outline + b"\0" * (-len(outline) % 4)


def _cmap() -> bytes:
    """Format 13: all code points are the one glyph."""
    groups = struct.pack(">HHIIIIII", 13, 0, 28, 0, 1, 0, 0x10FFFF, 1)
    records = struct.pack(">HHI", 3, 10, 12)
    return struct.pack(">HH", 0, 1) + records + groups


def _checksum(table: bytes) -> int:
    padded = table + b"\0" * (-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
