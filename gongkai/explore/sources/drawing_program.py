"""The program that ``drawing`` runs: an archived file on standard input, a PNG or JSON on standard output.

``places`` | ``page NUMBER TURNED`` | ``picture FRAME WIDTH HEIGHT`` | ``scan NUMBER WIDTH HEIGHT``.
Native code meets hostile files here and nowhere else.
"""

import json
import resource
import struct
import sys
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.extract.picture.grid.pixels import Pixels

_MEMORY = 2 << 30  # bytes of address space
_WIDTH = 1200
_MOST_PIXELS = 6_000_000


def places(data: bytes) -> bytes:
    """Pages of a PDF as JSON: width, height, turn, boxes."""
    from pipelines.extract.pdf.places import places_of

    pages = [[page.width, page.height, page.turned, page.boxes] for page in places_of(data)]
    return json.dumps(pages).encode()


def page(data: bytes, number: int, turned: int) -> bytes:
    """A page of a PDF as PNG, turned by so many quarters."""
    import pypdfium2

    sheet = pypdfium2.PdfDocument(data)[number - 1]
    width, height = sheet.get_size()
    if turned % 2:
        width, height = height, width
    scale = min(_WIDTH / max(width, 1), (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = sheet.render(scale=scale, rotation=90 * turned, rev_byteorder=True, prefer_bgrx=False)
    rows = bytes(bitmap.buffer)
    kept = [
        rows[at * bitmap.stride : at * bitmap.stride + bitmap.width * bitmap.n_channels] for at in range(bitmap.height)
    ]
    return _png(bitmap.width, bitmap.height, bitmap.n_channels, kept)


def picture(data: bytes, frame: int, width: int, height: int) -> bytes:
    """A frame of a picture file as PNG, straightened to this size."""
    from pipelines.extract.picture.sources import of_file

    return _straightened(of_file(data)[frame].open(), width, height)


def scan(data: bytes, number: int, width: int, height: int) -> bytes:
    """A page of a scanned PDF as PNG, straightened to this size."""
    from pipelines.extract.picture.sources import of_page

    return _straightened(of_page(data, number).open(), width, height)


def _straightened(pixels: "Pixels", width: int, height: int) -> bytes:
    import cv2

    from pipelines.extract.picture.grid.straighten import straightened

    shown = pixels if (pixels.width, pixels.height) == (width, height) else straightened(pixels)
    if (shown.width, shown.height) != (width, height):
        raise ValueError(f"drawn with {shown.width} x {shown.height} pixels, read with {width} x {height}")
    done, content = cv2.imencode(".png", shown.colour)
    if not done:
        raise ValueError("the picture cannot be written as PNG")
    return bytes(content.tobytes())


def _png(width: int, height: int, channels: int, rows: list[bytes]) -> bytes:
    colour = {1: 0, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    lines = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    chunks = ((b"IHDR", header), (b"IDAT", lines), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def main() -> None:
    """See the module's description."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    makers: dict[str, Callable[..., bytes]] = {"places": places, "page": page, "picture": picture, "scan": scan}
    sys.stdout.buffer.write(makers[sys.argv[1]](sys.stdin.buffer.read(), *map(int, sys.argv[2:])))


if __name__ == "__main__":
    main()
