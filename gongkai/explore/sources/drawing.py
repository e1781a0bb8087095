"""Pictures of archived files, and where the figures stand in them.

All is made in a process of its own, which may die over a file.
"""

import json
import subprocess
import sys
from dataclasses import dataclass

from gongkai.explore.recent import Recent
from schemas.errors import GongkaiError

_SECONDS = 60
_PROGRAM = "gongkai.explore.sources.drawing_program"
_PNG = b"\x89PNG\r\n\x1a\n"
Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in the units of the sheet."""


class NotDrawn(GongkaiError, RuntimeError):
    """A file cannot be drawn: it has no such page, is broken, or takes too long."""


@dataclass(frozen=True)
class PlacedPage:
    """A page of a PDF: its size in points, its turn in quarters, and boxes by evidence."""

    width: float
    height: float
    turned: int
    boxes: dict[str, Box]


_DRAWN: Recent[bytes] = Recent(64)
_PLACED: Recent[tuple[PlacedPage, ...]] = Recent(64)


def page_places(digest: str, data: bytes) -> tuple[PlacedPage, ...]:
    """The pages of a PDF with the boxes of its lines and cells. ``digest`` is that of the bytes. Raises NotDrawn."""
    return _PLACED.get(digest) or _PLACED.put(digest, _placed(data))


def _placed(data: bytes) -> tuple[PlacedPage, ...]:
    pages = json.loads(_run(data, "places"))
    return tuple(
        PlacedPage(width, height, turned, {name: (box[0], box[1], box[2], box[3]) for name, box in boxes.items()})
        for width, height, turned, boxes in pages
    )


def page_png(digest: str, data: bytes, page: int) -> bytes:
    """Page ``page`` (from 1) of a PDF, upright as it was read. Raises NotDrawn."""
    pages = page_places(digest, data)
    return _drawn(digest, data, "page", page, pages[page - 1].turned if page <= len(pages) else 0)


def recognised_png(digest: str, data: bytes, at: int, width: int, height: int, *, is_page: bool) -> bytes:
    """A frame (from 0) of a picture, or a page (from 1) of a scanned PDF, straightened as its text was recognised.

    Args:
        width, height: As recognised; a drawing of another size would not be what was read.

    Raises:
        NotDrawn: also when the drawing has another size.
    """
    return _drawn(digest, data, "scan" if is_page else "picture", at, width, height)


def _drawn(digest: str, data: bytes, *words: object) -> bytes:
    return _DRAWN.get((digest, *words)) or _DRAWN.put((digest, *words), _png(_run(data, *words)))


def _png(content: bytes) -> bytes:
    if not content.startswith(_PNG):
        raise NotDrawn("the drawing program gave no picture")
    return content


def _run(data: bytes, *words: object) -> bytes:
    command = [sys.executable, "-m", _PROGRAM, *map(str, words)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NotDrawn(f"not drawn within {_SECONDS} s") from None
    if done.returncode:
        raise NotDrawn(f"{words[0]} cannot be drawn")
    return done.stdout
