"""Gives the runs of a page the characters that PDFium's text page has for them."""

import math
from collections.abc import Set as AbstractSet

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.objects.page_objects import PageObjects
from pipelines.extract.pdf.objects.painted import Budget
from pipelines.extract.pdf.page.content import FAR, UNREADABLE, Char
from pipelines.extract.pdf.page.ink import shows_ink
from pipelines.extract.pdf.page.visibility import UNPAINTED

_NO_BREAK_SPACE = 0xA0
_TWIN = 0.15  # of the size: a figure printed twice for bold type, or with a shadow, is set off no further
_HAN = 0x2E80  # from here on few codes are those of other characters


def fill_runs(text: int, objects: PageObjects, budget: Budget) -> int:
    """Give every run its characters; how many of them have no Unicode mapping."""
    runs = objects.runs
    count = max(0, pdfium.count_chars(text))
    budget.spend(count)
    box = pdfium.Floats(4)
    values, box_pointer, page = box.values, pdfium.Pointer(box.address), pdfium.Pointer(text)
    char_object, char_unicode, char_box = pdfium.char_object, pdfium.char_unicode, pdfium.char_box
    mapped: set[int] = set()  # Han codes that a font of this page maps
    unmapped = 0
    last, run = 0, None
    for index in range(count):
        handle = char_object(page, index)
        if handle != last:
            last, run = handle, runs.get(handle)
        if run is None:  # a blank or a line break that PDFium has put in
            continue
        code = char_unicode(page, index)
        if code not in mapped:
            if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF or pdfium.char_unmapped(text, index):
                unmapped += 1
                code = ord(UNREADABLE)
            elif code >= _HAN:
                mapped.add(code)
        char_box(page, index, box_pointer)
        left, top, right, bottom = values()
        if left > -FAR and right < FAR and bottom > -FAR and top < FAR:  # false for NaN
            run.chars.append((" " if code == _NO_BREAK_SPACE else chr(code), left, bottom, right, top))
    return unmapped


def fill_dropped_runs(document: int, page: int, objects: PageObjects, switched_off: AbstractSet[int]) -> frozenset[int]:
    """Numbers of the runs that PDFium leaves out although they leave ink; each gets a character that cannot be read.

    They are texts whose glyphs have no extent, and texts that PDFium takes for the one before, printed twice.
    """
    dropped = set()
    for number, (handle, run) in enumerate(objects.runs.items()):
        if run.chars or run.mode in UNPAINTED or run.order in switched_off:
            continue
        if shows_ink(document, page, handle):
            _, _, _, _, x, y = run.matrix
            width = max(1.0, abs(run.size) * math.hypot(*run.matrix[:2]) / 2)
            run.chars.append((UNREADABLE, x, y, x + width, y + width))
            dropped.add(number)
    return frozenset(dropped)


def without_twins(chars: list[Char], dropped: frozenset[int]) -> list[Char]:
    """The characters without those of dropped runs where the one that they repeat is seen."""
    seen = [char for char in chars if char.run not in dropped]

    def is_twin(char: Char) -> bool:
        near = _TWIN * (char.bottom - char.top)
        return any(
            abs(c.x0 - char.x0) < near and abs(c.bottom - char.bottom) < near for c in seen if c.text != UNREADABLE
        )

    return [char for char in chars if char.run not in dropped or not is_twin(char)]
