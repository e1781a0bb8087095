"""Fields of a form: what they hold must be what they show.

PDFium shows a field as its appearance says. A viewer may make that anew from the value: a field whose appearance is missing, or
shows something else, is unreadable.
"""

import ctypes
from typing import NamedTuple

import pypdfium2.raw as raw

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.page.annotations import Annotations
from pipelines.extract.pdf.page.content import UNREADABLE, Box, Char
from pipelines.extract.pdf.page.geometry import Matrix

_HIDDEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_LONGEST = 200  # characters of a value
_GROUPING = str.maketrans("", "", " ,，\u3000")


class Field(NamedTuple):
    """A field with its value, in the page's own coordinates."""

    left: float
    bottom: float
    right: float
    top: float
    value: str


def fields_of(page: int) -> list[Field]:
    """The visible fields of a page that say what they hold; no buttons, whose value is the name of their state."""
    found = []
    for index in range(max(0, pdfium.annotations(page))):
        handle = pdfium.annotation(page, index)
        if not handle:
            continue
        try:
            field = _field(ctypes.cast(handle, raw.FPDF_ANNOTATION))
        finally:
            pdfium.close_annotation(handle)
        if field is not None:
            found.append(field)
    return found


def _field(annotation: "ctypes._Pointer[ctypes.Structure]") -> Field | None:
    if raw.FPDFAnnot_GetSubtype(annotation) != raw.FPDF_ANNOT_WIDGET or raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        return None
    buffer = (ctypes.c_ushort * _LONGEST)()
    size = raw.FPDFAnnot_GetStringValue(annotation, b"V", buffer, 2 * _LONGEST)
    value = bytes(buffer)[: max(0, min(size, 2 * _LONGEST) - 2)].decode("utf-16-le", "replace")
    box = raw.FS_RECTF()
    says_value = raw.FPDFAnnot_HasKey(annotation, b"V") or not raw.FPDFAnnot_HasKey(annotation, b"Parent")
    is_button = raw.FPDFAnnot_HasKey(annotation, b"AS")
    if is_button or not says_value or not raw.FPDFAnnot_GetRect(annotation, box):
        return None
    return Field(box.left, box.bottom, box.right, box.top, value)


def checked(chars: list[Char], fields: list[Field], annotations: Annotations | None, turn: Matrix) -> list[Char]:
    """The characters of the page; those of a field that does not show its value are marked, and figures below annotations of
    which it is open what they look like."""
    for field in fields:
        box = Box(*turn.box(*field[:4]))
        inside = [index for index, char in enumerate(chars) if _is_inside(char, box)]
        shown = "".join(chars[index].text for index in sorted(inside, key=lambda index: chars[index].x0))
        if shown.translate(_GROUPING) == field.value.translate(_GROUPING) or not _has_digit(shown + field.value):
            continue
        for index in inside:
            chars[index] = chars[index]._replace(text=UNREADABLE)
        chars += [] if inside else [Char(UNREADABLE, *box)]
    for place in annotations.open if annotations else ():
        box = Box(*turn.box(*place))
        chars = [c._replace(text=UNREADABLE) if c.text.isdigit() and _is_inside(c, box) else c for c in chars]
    return chars


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _is_inside(char: Char, box: Box) -> bool:
    return box.x0 <= (char.x0 + char.x1) / 2 <= box.x1 and box.top <= (char.top + char.bottom) / 2 <= box.bottom
