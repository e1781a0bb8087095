"""A page of a PDF as a PNG. PDFium draws it in a process of its own, which may die over a file.

As a program: ``python -m gongkai.explore.sources.page_image PAGE`` reads the PDF from standard input and writes the PNG.
"""

import struct
import subprocess
import sys
import zlib
from functools import lru_cache

from schemas.errors import GongkaiError

_SECONDS = 30
_WIDTH = 1200
_MOST_PIXELS = 6_000_000


class PageNotDrawn(GongkaiError, RuntimeError):
    """The page could not be drawn."""


@lru_cache(maxsize=64)
def page_png(digest: str, data: bytes, page: int) -> bytes:
    """Page ``page`` (from 1) of a PDF. ``digest`` is that of the bytes.

    Raises:
        PageNotDrawn: the file has no such page, is broken, or takes too long.
    """
    command = [sys.executable, "-m", __name__, str(page)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise PageNotDrawn(f"page {page} was not drawn within {_SECONDS} s") from None
    if done.returncode or not done.stdout.startswith(b"\x89PNG"):
        raise PageNotDrawn(f"page {page} cannot be drawn")
    return done.stdout


def draw(data: bytes, page: int) -> bytes:
    """Draw a page in this process. Raises what pypdfium2 raises."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    sheet = document[page - 1]
    width, height = sheet.get_size()
    scale = min(_WIDTH / max(width, 1), (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = sheet.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    return _png(bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels, bytes(bitmap.buffer))


def _png(width: int, height: int, stride: int, channels: int, pixels: bytes) -> bytes:
    lines = b"".join(b"\0" + pixels[row * stride : row * stride + width * channels] for row in range(height))
    colour = {1: 0, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read(), int(sys.argv[1])))
