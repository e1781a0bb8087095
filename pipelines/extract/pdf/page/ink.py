"""What PDFium draws by itself: what an image hides of the text below it (a seal is mostly air), and whether text leaves ink."""

import ctypes
from collections.abc import Sequence
from functools import cached_property

import pypdfium2.raw as raw

from pipelines.extract.pdf.page.content import Box

_OPAQUE = 128  # of 255
_HAS_ALPHA = {raw.FPDFBitmap_BGRA, raw.FPDFBitmap_BGRA_Premul}
_LARGEST = 16 << 20  # pixels


class ImageOpacity:
    """Opacity of the images of one page, looked up where text lies below them."""

    def __init__(self, document: int, page: int) -> None:
        self._document, self._page = document, page
        self._bitmaps: dict[int, _Bitmap] = {}

    def share(self, image: int, place: Box, core: Box) -> float:
        """Share of ``core`` that the image, which is painted on ``place``, hides."""
        bitmap = self._bitmaps.get(image)
        if bitmap is None:
            bitmap = self._bitmaps[image] = _Bitmap(self._document, self._page, image)
        return bitmap.share(place, core)


class _Bitmap:
    def __init__(self, document: int, page: int, image: int) -> None:
        self._arguments = (
            ctypes.cast(document, raw.FPDF_DOCUMENT), ctypes.cast(page, raw.FPDF_PAGE), ctypes.cast(image, raw.FPDF_PAGEOBJECT),
        )  # fmt: skip

    @cached_property
    def _alpha(self) -> tuple[int, int, int, bytes] | None:
        """Width, height, bytes of a line, and the pixels; None for an image without transparency."""
        bitmap = raw.FPDFImageObj_GetRenderedBitmap(*self._arguments)
        if not bitmap:
            return None
        try:
            width, height, stride = (
                raw.FPDFBitmap_GetWidth(bitmap), raw.FPDFBitmap_GetHeight(bitmap), raw.FPDFBitmap_GetStride(bitmap),
            )  # fmt: skip
            if raw.FPDFBitmap_GetFormat(bitmap) not in _HAS_ALPHA or width * height > _LARGEST:
                return None
            return width, height, stride, ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * height)
        finally:
            raw.FPDFBitmap_Destroy(bitmap)

    def share(self, place: Box, core: Box) -> float:
        if self._alpha is None:
            return 1.0
        width, height, stride, pixels = self._alpha
        columns = _pixels(core.x0 - place.x0, core.x1 - place.x0, place.x1 - place.x0, width)
        rows = _pixels(core.top - place.top, core.bottom - place.top, place.bottom - place.top, height)
        opaque = sum(pixels[row * stride + 4 * column + 3] > _OPAQUE for row in rows for column in columns)
        return opaque / max(1, len(rows) * len(columns))


def shows_ink(document: int, page: int, text: int) -> bool:
    """Does a run of text paint anything?"""
    bitmap = raw.FPDFTextObj_GetRenderedBitmap(
        ctypes.cast(document, raw.FPDF_DOCUMENT),
        ctypes.cast(page, raw.FPDF_PAGE),
        ctypes.cast(text, raw.FPDF_PAGEOBJECT),
        1.0,
    )
    if not bitmap:
        return False
    try:
        size = raw.FPDFBitmap_GetStride(bitmap) * raw.FPDFBitmap_GetHeight(bitmap)
        return any(ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), size)[3::4])
    finally:
        raw.FPDFBitmap_Destroy(bitmap)


def _pixels(start: float, end: float, length: float, count: int) -> Sequence[int]:
    """Numbers of the pixels between two distances, at most twelve of them."""
    scale = count / length if length > 0 else 0.0
    first, last = max(0, min(count - 1, int(start * scale))), max(0, min(count - 1, int(end * scale)))
    return range(first, last + 1, max(1, (last - first) // 12))
