"""Walks the objects of a PDFium page, also those within forms, in the order in which they are painted.

Gives runs of text, painted shapes and images in the page's own coordinates. What a run says comes later, from PDFium's text page
(``pipelines.extract.pdf.page.reader``); here its place among the others, its colour and what clips it are taken. This runs
for every object of every page: hence the plain loops.
"""

from collections.abc import Callable
from functools import partial

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.objects.clips import Clips, intersection, placed_outline
from pipelines.extract.pdf.objects.layers import Layers
from pipelines.extract.pdf.objects.painted import Budget, Doubt, Outline, Run, Shape
from pipelines.extract.pdf.objects.paths import Paths
from pipelines.extract.pdf.page.content import Box
from pipelines.extract.pdf.page.geometry import IDENTITY, Matrix

_DEEPEST = 12  # forms within forms
_STROKED_ONLY = (1, 5)  # text rendering modes
_INVISIBLE = 3  # the rendering mode that paints nothing; those above also clip what comes after
_SPECK = 1.5  # points: smaller text is no text, but it is seen
_LIGHT = 150  # of 255: text may be too light for its ground
_new_run = partial(tuple.__new__, Run)  # half the time of Run(…), for every run of text
_new_matrix = partial(tuple.__new__, Matrix)


class PageObjects:
    """The objects of one page. ``runs`` has them by handle, as PDFium's text page names them."""

    def __init__(self, page: int, budget: Budget) -> None:
        self.runs: dict[int, Run] = {}
        self.shapes: list[Shape] = []
        self.images: list[Box] = []
        self.doubts: list[Doubt] = []
        """What must be borne out by the drawn page, but for runs of text."""
        self.has_odd_runs = False
        self._budget = budget
        self._order = 0
        self._layers = Layers()
        self._text = pdfium.Floats(7)  # the size of a run and its matrix
        self._color = pdfium.Ints(4)
        self._bounds_of = pdfium.Floats(4)
        self._clips = Clips(budget)
        self._paths = Paths(self.shapes, self.doubts, self._clips, self._layers, budget)
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
                self._add_run(handle, outer, clip, is_odd=depth > 0)
            elif kind == pdfium.PATH:
                self._paths.add(handle, self._order, outer, clip)
            elif kind == pdfium.IMAGE:
                self._add_image(handle, outer, clip)
            elif kind == pdfium.SHADING:
                pdfium.object_bounds(handle, *self._bounds_of.addresses)
                self.doubts.append(Doubt(Box(*outer.box(*self._bounds_of.values())), handle))
            elif kind == pdfium.FORM and depth < _DEEPEST:
                inner, inner_clip = self._matrix(handle).then(outer), self._clips.of(handle, outer, clip)
                members = pdfium.form_objects(handle)
                self._walk(handle, pdfium.form_object, members, inner, inner_clip, depth + 1)

    def _add_run(self, handle: int, outer: Matrix, clip: Box | None, *, is_odd: bool) -> None:
        text, color = self._text, self._color
        is_layered = pdfium.object_marks(handle) > 0 and self._layers.hold(handle)
        pdfium.text_size(handle, text.address)
        pdfium.object_matrix(handle, text.address + 4)
        mode = pdfium.text_mode(handle)
        paint = pdfium.stroke_color if mode in _STROKED_ONLY else pdfium.fill_color
        if paint(handle, *color.addresses):
            red, green, blue, alpha = color.values()
            is_light = red > _LIGHT or green > _LIGHT or blue > _LIGHT
            is_odd = is_odd or mode > _INVISIBLE or alpha < 255 or is_light or pdfium.has_transparency(handle)
        else:
            red, green, blue, alpha = 0, 0, 0, 255
            is_odd = True
        size, *numbers = text.values()
        matrix = _new_matrix(numbers)
        path = pdfium.object_clip(handle)
        outlines: tuple[Outline, ...] = ()
        if path and pdfium.clip_paths(path) > 0:
            clip = self._clips.of(handle, outer, clip)
            if self._clips.odd:
                outlines = tuple(placed_outline(outline, outer) for outline in self._clips.odd)
        placed = matrix if outer is IDENTITY else matrix.then(outer)
        is_odd = is_odd or not numbers[3] * size >= _SPECK
        self.has_odd_runs = self.has_odd_runs or is_odd
        self.runs[handle] = _new_run((
            self._order, placed, size, (red, green, blue), alpha, mode, clip, is_layered, [], is_odd, outlines,
        ))  # fmt: skip

    def _matrix(self, handle: int) -> Matrix:
        pdfium.object_matrix(handle, self._text.address + 4)
        return Matrix(*self._text.values()[1:])

    def _add_image(self, handle: int, outer: Matrix, clip: Box | None) -> None:
        box = Box(*self._matrix(handle).then(outer).box(0, 0, 1, 1))
        clip = self._clips.of(handle, outer, clip)
        box = box if clip is None else intersection(box, clip)
        self.images.append(box)
        self.shapes.append(Shape(self._order, box, None, True, handle))
        self.doubts.append(Doubt(box, handle))
