"""Walks the objects of a PDFium page, also those within forms, in the order in which they are painted.

Gives runs of text, painted shapes and images in the page's own coordinates. What a run says comes later, from PDFium's text page
(``pipelines.extract.pdf.page.reader``); here its place among the others, its colour and what clips it are taken. This runs
for every object of every page: hence the plain loops.
"""

from collections.abc import Callable
from functools import partial

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.objects.clips import Clips, intersection
from pipelines.extract.pdf.objects.painted import Budget, Run, Shape
from pipelines.extract.pdf.objects.paths import Paths
from pipelines.extract.pdf.page.content import Box
from pipelines.extract.pdf.page.geometry import IDENTITY, Matrix

_DEEPEST = 12  # forms within forms
_STROKED_ONLY = (1, 5)  # text rendering modes
_OC = "OC".encode("utf-16-le")
_new_run = partial(tuple.__new__, Run)  # half the time of Run(…), for every run of text
_new_matrix = partial(tuple.__new__, Matrix)


class PageObjects:
    """The objects of one page. ``runs`` has them by handle, as PDFium's text page names them."""

    def __init__(self, page: int, budget: Budget) -> None:
        self.runs: dict[int, Run] = {}
        self.shapes: list[Shape] = []
        self.images: list[Box] = []
        self._budget = budget
        self._order = 0
        self._plain_marks: set[int] = set()
        self._text = pdfium.Floats(7)  # the size of a run and its matrix
        self._color = pdfium.Ints(4)
        self._clips = Clips(budget)
        self._paths = Paths(self.shapes, self._clips, budget)
        self.strokes, self.outlines = self._paths.strokes, self._paths.outlines
        self._walk(page, pdfium.page_object, pdfium.page_objects(page), IDENTITY, None, 0)

    def _walk(
        self, source: int, get: Callable[[int, int], int], count: int, outer: Matrix, clip: Box | None, depth: int
    ) -> None:
        self._budget.spend(count)
        kind_of = pdfium.object_type
        for index in range(count):
            handle = get(source, index)
            kind = kind_of(handle)
            self._order += 1
            if kind == pdfium.TEXT:
                self._add_run(handle, outer, clip)
            elif kind == pdfium.PATH:
                self._paths.add(handle, self._order, outer, clip)
            elif kind == pdfium.IMAGE:
                self._add_image(handle, outer, clip)
            elif kind == pdfium.FORM and depth < _DEEPEST:
                inner, inner_clip = self._matrix(handle).then(outer), self._clips.of(handle, outer, clip)
                members = pdfium.form_objects(handle)
                self._walk(handle, pdfium.form_object, members, inner, inner_clip, depth + 1)

    def _add_run(self, handle: int, outer: Matrix, clip: Box | None) -> None:
        text, color = self._text, self._color
        marks = pdfium.object_marks(handle)
        is_layered = marks > 0 and self._is_layered(handle, marks)
        pdfium.text_size(handle, text.address)
        pdfium.object_matrix(handle, text.address + 4)
        mode = pdfium.text_mode(handle)
        paint = pdfium.stroke_color if mode in _STROKED_ONLY else pdfium.fill_color
        if paint(handle, *color.addresses):
            red, green, blue, alpha = color.values()
        else:
            red, green, blue, alpha = 0, 0, 0, 255
        size, *numbers = text.values()
        matrix = _new_matrix(numbers)
        path = pdfium.object_clip(handle)
        if path and pdfium.clip_paths(path) > 0:
            clip = self._clips.of(handle, outer, clip)
        placed = matrix if outer is IDENTITY else matrix.then(outer)
        self.runs[handle] = _new_run((
            self._order, placed, size, (red, green, blue), alpha, mode, clip, is_layered, [],
        ))  # fmt: skip

    def _is_layered(self, handle: int, count: int) -> bool:
        """Is the run on a layer that may be switched off?

        Takes replacement texts off it: what they say is not what is painted. One mark serves many runs, as those of a paragraph.
        """
        is_layered = False
        for index in reversed(range(count)):
            mark = pdfium.object_mark(handle, index)
            if not mark or mark in self._plain_marks:
                continue
            if pdfium.mark_value_type(mark, b"ActualText"):
                pdfium.remove_mark(handle, mark)
            elif _is_layer(mark):
                is_layered = True
            else:
                self._plain_marks.add(mark)
        return is_layered

    def _matrix(self, handle: int) -> Matrix:
        pdfium.object_matrix(handle, self._text.address + 4)
        return Matrix(*self._text.values()[1:])

    def _add_image(self, handle: int, outer: Matrix, clip: Box | None) -> None:
        box = Box(*self._matrix(handle).then(outer).box(0, 0, 1, 1))
        clip = self._clips.of(handle, outer, clip)
        box = box if clip is None else intersection(box, clip)
        self.images.append(box)
        self.shapes.append(Shape(self._order, box, None, True, handle))


def _is_layer(mark: int) -> bool:
    says_which = pdfium.mark_value_type(mark, b"Type") or pdfium.mark_value_type(mark, b"OCGs")
    return bool(says_which) and pdfium.mark_is(mark, _OC)
