"""A page drawn in shades of grey, and where ink lies within a box of it.

Rows of ink are integers, a bit for every pixel: whole rows are compared at once.
"""

import ctypes
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import pypdfium2.raw as raw

from pipelines.extract.pdf.page.content import Box

_SCALE = 3.0  # pixels to a point: the point of a decimal is two or three pixels wide
_MOST = 4_000  # pixels along the longer side
_SEEN = 40  # of 255: a smaller difference from the ground is not seen
_FAINT = 6  # of 255: less is not even faintly seen

Rows = list[int]


class Ink(NamedTuple):
    """What lies within a box: ``seen`` and ``faint`` rows of ink, the shade of the ground, and how many pixels a row has."""

    seen: Rows
    faint: Rows
    ground: int
    width: int


class Bitmap(NamedTuple):
    """A band of a drawn page, upright as its PageContent is. ``top``: where the band begins, in pixels of the page."""

    pixels: bytearray
    width: int
    top: int
    bottom: int
    scale: float

    @classmethod
    def of(
        cls,
        page: int,
        turns: int,
        size: tuple[float, float],
        band: tuple[float, float],
        *,
        with_annotations: bool = False,
    ) -> "Bitmap":
        """Draw a band of a page that is ``size`` points wide and high.

        ``turns``: quarter turns, clockwise, from how a viewer shows the page; ``band``: its upper and lower end, in points.
        """
        scale = min(_SCALE, _MOST / max(1.0, *size))
        width, height = (max(1, round(length * scale)) for length in size)
        top, bottom = (max(0, min(height, round(end * scale))) for end in band)
        bottom = max(bottom, top + 1)
        pixels = bytearray(b"\xff") * (4 * width * (bottom - top))
        memory = (ctypes.c_char * len(pixels)).from_buffer(pixels)
        # of BGRx shades, for with bitmaps of greys PDFium counts opacity twice
        bitmap = raw.FPDFBitmap_CreateEx(width, bottom - top, raw.FPDFBitmap_BGRx, memory, 4 * width)
        if not bitmap:
            raise MemoryError
        flags = raw.FPDF_GRAYSCALE | (raw.FPDF_ANNOT if with_annotations else 0)
        raw.FPDF_RenderPageBitmap(bitmap, ctypes.cast(page, raw.FPDF_PAGE), 0, -top, width, height, turns, flags)
        raw.FPDFBitmap_Destroy(bitmap)
        return cls(pixels, width, top, bottom, scale)

    def contrast(self, box: Box) -> int:
        """How much the darkest, or lightest, ink within a box differs from its ground."""
        shades = Counter(b"".join(self._rows(box)))
        ground = shades.most_common(1)[0][0] if shades else 0
        return max([abs(shade - ground) for shade in shades], default=0)

    def ink(self, box: Box, least: int = 0) -> Ink:
        """The ink within a box: what differs from its ground, the shade that most of its pixels have.

        ``least``: by how much it differs to be seen, at least.
        """
        rows = self._rows(box)
        if not rows:
            return Ink([], [], 255, 0)
        ground = Counter(b"".join(rows)).most_common(1)[0][0]
        seen, faint = _marks(ground, max(least, _SEEN)), _marks(ground, _FAINT)
        return Ink(
            [int(row.translate(seen), 2) for row in rows],
            [int(row.translate(faint), 2) for row in rows],
            ground,
            len(rows[0]),
        )

    def is_like(self, other: "Bitmap", box: Box) -> bool:
        """Do two drawings of a page show the same within a box?"""
        return self._rows(box) == other._rows(box)

    def _rows(self, box: Box) -> list[bytes]:
        x0, x1 = (4 * max(0, min(self.width, round(x * self.scale))) for x in (box.x0, box.x1))
        y0, y1 = (max(self.top, min(self.bottom, round(y * self.scale))) - self.top for y in (box.top, box.bottom))
        if x0 >= x1:
            return []
        pixels, stride = self.pixels, 4 * self.width
        return [bytes(pixels[y * stride + x0 : y * stride + x1 : 4]) for y in range(y0, y1)]


@cache
def _marks(ground: int, least: int) -> bytes:
    """For every shade ``1`` where it differs from the ground, else ``0``."""
    return bytes(49 if abs(shade - ground) >= least else 48 for shade in range(256))


def count(rows: Sequence[int]) -> int:
    """Pixels of ink."""
    return sum([row.bit_count() for row in rows])


def spread(rows: Sequence[int]) -> Rows:
    """The ink with all pixels around it."""
    wide = [row | row << 1 | row >> 1 for row in rows]
    above, below = [0, *wide[:-1]], [*wide[1:], 0]
    return [a | row | b for a, row, b in zip(above, wide, below, strict=True)]
