"""Annotations of a page: what they paint over it, and those of which each viewer paints what it likes."""

import ctypes
from typing import NamedTuple

import pypdfium2.raw as raw

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.page.content import Box
from pipelines.extract.pdf.rendering.bitmap import Bitmap

_NOT_SEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_UNPAINTED = {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}
# What these look like without an appearance is no part of a figure: lines below it, a colour behind it, a small sign.
_HARMLESS = _UNPAINTED | {
    raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE, raw.FPDF_ANNOT_SQUIGGLY,
    raw.FPDF_ANNOT_FILEATTACHMENT, raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_REDACT, raw.FPDF_ANNOT_SOUND,
}  # fmt: skip


class Annotations(NamedTuple):
    """The annotations that are seen, in the page's own coordinates.

    ``shown``: the page as a viewer shows it with them, None where it must be drawn after they became part of it, for PDFium draws
    no form fields before; ``places``: where they lie; ``open``: places of those without an
    appearance, as a line through a figure that each viewer draws by itself.
    """

    shown: Bitmap | None
    places: list[Box]
    open: list[Box]

    @classmethod
    def of(cls, page: int) -> "Annotations | None":
        """Those of a page, which must not have been flattened; None for none. Those that a viewer hides are removed."""
        places, unclear = [], []
        kinds = set()
        for index in reversed(range(max(0, pdfium.annotations(page)))):
            handle = pdfium.annotation(page, index)
            if not handle:
                continue
            try:
                annotation = ctypes.cast(handle, raw.FPDF_ANNOTATION)
                kind, flags = raw.FPDFAnnot_GetSubtype(annotation), raw.FPDFAnnot_GetFlags(annotation)
                has_appearance = bool(raw.FPDFAnnot_HasKey(annotation, b"AP"))
                box = raw.FS_RECTF()
                has_place = bool(raw.FPDFAnnot_GetRect(annotation, box))
            finally:
                pdfium.close_annotation(handle)
            if flags & _NOT_SEEN:
                raw.FPDFPage_RemoveAnnot(ctypes.cast(page, raw.FPDF_PAGE), index)
                continue
            kinds.add(kind)
            place = Box(box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top))
            places += [place] if has_place and kind not in _UNPAINTED else []
            unclear += [place] if has_place and not has_appearance and kind not in _HARMLESS else []
        if not kinds - _UNPAINTED:
            return None
        if raw.FPDF_ANNOT_WIDGET in kinds:
            return cls(None, places, unclear)
        handle = ctypes.cast(page, raw.FPDF_PAGE)
        width, height = raw.FPDF_GetPageWidthF(handle), raw.FPDF_GetPageHeightF(handle)
        shown = Bitmap.of(page, 0, (width, height), (0.0, height), with_annotations=True)
        return cls(shown, places, unclear)
