"""PDFium through its C interface: one start of the library, and the calls that are made for every character and every path.

Only the worker process imports this module. Handles are plain integers (0 is none); ``GetMatrix`` and its like fill a
buffer that is given by its address. The functions are bound anew, without the release of Python's lock that ctypes makes
around a foreign call: half of what such a short call costs.
"""

import ctypes
from collections.abc import Callable
from ctypes import PYFUNCTYPE, c_char_p, c_double, c_int, c_uint, c_ulong, c_void_p
from functools import cache, partial
from struct import Struct
from typing import Any

import pypdfium2.raw as raw

from pipelines.extract.pdf.engine.substitute_font import substitute_font

TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5
"""Kinds of page objects."""
ERROR_PASSWORD = 4
LINK, POPUP, WIDGET = 2, 16, 20
"""Subtypes of annotations."""
# Families whose widths files leave out, for every reader knows them: PDFium has substitutes of its own.
_STANDARD = (b"helvetica", b"arial", b"times", b"courier", b"symbol", b"zapf")
_kept: list[object] = []  # callbacks live as long as the library


def _bind(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    address = ctypes.cast(getattr(raw, name), c_void_p).value
    assert address  # a function has one
    bound: Callable[..., Any] = PYFUNCTYPE(result, *arguments)(address)
    return bound


# Called for every character, without declared arguments, whose conversion is half of such a call. What points somewhere must be
# given as ``Pointer``, an index as an integer.
Pointer = c_void_p
char_unicode = _bind("FPDFText_GetUnicode", c_uint)
char_object = _bind("FPDFText_GetTextObject", c_void_p)
char_box = _bind("FPDFText_GetLooseCharBox", c_int)

count_chars = _bind("FPDFText_CountChars", c_int, c_void_p)
char_unmapped = _bind("FPDFText_HasUnicodeMapError", c_int, c_void_p, c_int)
load_page = _bind("FPDF_LoadPage", c_void_p, c_void_p, c_int)
page_bounds = _bind("FPDF_GetPageBoundingBox", c_int, c_void_p, c_void_p)
page_rotation = _bind("FPDFPage_GetRotation", c_int, c_void_p)
annotations = _bind("FPDFPage_GetAnnotCount", c_int, c_void_p)
annotation = _bind("FPDFPage_GetAnnot", c_void_p, c_void_p, c_int)
annotation_type = _bind("FPDFAnnot_GetSubtype", c_int, c_void_p)
close_annotation = _bind("FPDFPage_CloseAnnot", None, c_void_p)
flatten_page = _bind("FPDFPage_Flatten", c_int, c_void_p, c_int)
close_page = _bind("FPDF_ClosePage", None, c_void_p)
load_text = _bind("FPDFText_LoadPage", c_void_p, c_void_p)
close_text = _bind("FPDFText_ClosePage", None, c_void_p)
page_objects = _bind("FPDFPage_CountObjects", c_int, c_void_p)
page_object = _bind("FPDFPage_GetObject", c_void_p, c_void_p, c_void_p)
form_objects = _bind("FPDFFormObj_CountObjects", c_int, c_void_p)
form_object = _bind("FPDFFormObj_GetObject", c_void_p, c_void_p, c_ulong)
object_type = _bind("FPDFPageObj_GetType", c_int, c_void_p)
object_matrix = _bind("FPDFPageObj_GetMatrix", c_int, c_void_p, c_void_p)
object_bounds = _bind("FPDFPageObj_GetBounds", c_int, c_void_p, *[c_void_p] * 4)
object_clip = _bind("FPDFPageObj_GetClipPath", c_void_p, c_void_p)
clip_paths = _bind("FPDFClipPath_CountPaths", c_int, c_void_p)
clip_segments = _bind("FPDFClipPath_CountPathSegments", c_int, c_void_p, c_int)
clip_segment = _bind("FPDFClipPath_GetPathSegment", c_void_p, c_void_p, c_int, c_int)
fill_color = _bind("FPDFPageObj_GetFillColor", c_int, c_void_p, *[c_void_p] * 4)
stroke_color = _bind("FPDFPageObj_GetStrokeColor", c_int, c_void_p, *[c_void_p] * 4)
set_active = _bind("FPDFPageObj_SetIsActive", c_int, c_void_p, c_int)
transform = _bind("FPDFPageObj_Transform", None, c_void_p, *[c_double] * 6)
stroke_width = _bind("FPDFPageObj_GetStrokeWidth", c_int, c_void_p, c_void_p)
has_transparency = _bind("FPDFPageObj_HasTransparency", c_int, c_void_p)
text_mode = _bind("FPDFTextObj_GetTextRenderMode", c_int, c_void_p)
text_size = _bind("FPDFTextObj_GetFontSize", c_int, c_void_p, c_void_p)
draw_mode = _bind("FPDFPath_GetDrawMode", c_int, c_void_p, c_void_p, c_void_p)
path_segments = _bind("FPDFPath_CountSegments", c_int, c_void_p)
path_segment = _bind("FPDFPath_GetPathSegment", c_void_p, c_void_p, c_void_p)
segment_type = _bind("FPDFPathSegment_GetType", c_int, c_void_p)
segment_point = _bind("FPDFPathSegment_GetPoint", c_int, c_void_p, c_void_p, c_void_p)
segment_close = _bind("FPDFPathSegment_GetClose", c_int, c_void_p)
object_marks = _bind("FPDFPageObj_CountMarks", c_int, c_void_p)
object_mark = _bind("FPDFPageObj_GetMark", c_void_p, c_void_p, c_ulong)
mark_value_type = _bind("FPDFPageObjMark_GetParamValueType", c_int, c_void_p, c_char_p)
mark_name = _bind("FPDFPageObjMark_GetName", c_int, c_void_p, c_void_p, c_ulong, c_void_p)
remove_mark = _bind("FPDFPageObj_RemoveMark", c_int, c_void_p, c_void_p)


def annotation_subtype(page: int, index: int) -> int:
    """Kind of an annotation, 0 where it cannot be read."""
    handle = annotation(page, index)
    if not handle:
        return 0
    try:
        return int(annotation_type(handle))
    finally:
        close_annotation(handle)


def mark_is(mark: int, name: bytes) -> bool:
    """Has the mark this name, in UTF-16?"""
    buffer, size = ctypes.create_string_buffer(64), c_ulong(0)
    mark_name(mark, ctypes.addressof(buffer), 64, ctypes.addressof(size))
    return buffer.raw[: max(0, size.value - 2)] == name


class _Buffer:
    """Memory that a call fills, used again and again: ``address`` is that of its first number, ``values`` reads them all."""

    code: str

    def __init__(self, count: int) -> None:
        memory = bytearray(4 * count)
        self._pinned = ctypes.c_char.from_buffer(memory)
        self.address = ctypes.addressof(self._pinned)
        self.addresses = tuple(self.address + 4 * index for index in range(count))
        self.values = partial(Struct(f"{count}{self.code}").unpack_from, memory)


class Floats(_Buffer):
    """So many C floats."""

    code = "f"


class Ints(_Buffer):
    """So many C integers without sign."""

    code = "I"


@cache
def start() -> None:
    """Start the library, with one substitute for fonts that a file does not bring along. A second call does nothing."""
    raw.FPDF_InitLibrary()
    font = substitute_font()

    def data(_this: Any, _handle: Any, table: int, buffer: Any, size: int) -> int:
        if table:
            return 0
        if buffer and size >= len(font):
            ctypes.memmove(buffer, font, len(font))
        return len(font)

    def chosen(
        _this: Any, _weight: int, _italic: int, _charset: int, _pitch: int, face: Any, _exact: Any
    ) -> int | None:
        return None if ctypes.string_at(face).lower().startswith(_STANDARD) else 1

    answers = {
        "MapFont": chosen, "GetFontData": data, "GetFont": lambda *_: 1, "GetFaceName": lambda *_: 0,
        "GetFontCharset": lambda *_: 1, "EnumFonts": lambda *_: None, "DeleteFont": lambda *_: None, "Release": lambda *_: None,
    }  # fmt: skip
    types = dict(raw.FPDF_SYSFONTINFO._fields_)
    info = raw.FPDF_SYSFONTINFO(version=1)
    for name, answer in answers.items():
        callback = types[name](answer)
        _kept.append(callback)
        setattr(info, name, callback)
    _kept.append(info)
    raw.FPDF_SetSystemFontInfo(info)
