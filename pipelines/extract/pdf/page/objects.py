"""Walks the objects of a PDFium page, also those within forms, in the order in which they are painted.

Gives runs of text, painted shapes and images in the page's own coordinates. What a run says comes later, from PDFium's text page
(``pipelines.extract.pdf.page.reader``); here its place among the others, its colour and what clips it are taken. This runs
for every object of every page: hence the plain loops.
"""

from collections.abc import Callable
from itertools import pairwise

import pypdfium2.raw as raw

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.page.content import Box
from pipelines.extract.pdf.page.geometry import IDENTITY, Matrix
from pipelines.extract.pdf.page.painted import Budget, Color, Run, Shape
from pipelines.extract.pdf.page.strokes import THICKEST_RULE, Stroke, Strokes, is_near

_THINNEST_COVER = 1.0  # points: a white bar that is no rule covers what is below it
_DEEPEST = 12  # forms within forms
_BEZIER, _MOVE = raw.FPDF_SEGMENT_BEZIERTO, raw.FPDF_SEGMENT_MOVETO
_OPAQUE = 250  # of 255
_MOST_AREAS = 400  # of one path: more are a drawing
_STROKED_ONLY = (1, 5)  # text rendering modes
_OC = "OC".encode("utf-16-le")


class PageObjects:
    """The objects of one page. ``runs`` has them by handle, as PDFium's text page names them."""

    def __init__(self, page: int, budget: Budget) -> None:
        self.runs: dict[int, Run] = {}
        self.shapes: list[Shape] = []
        self.strokes = Strokes()
        self.images: list[Box] = []
        self._budget = budget
        self._order = 0
        self._text = pdfium.Floats(7)  # the size of a run and its matrix
        self._color = pdfium.Ints(4)
        self._point = pdfium.Floats(2)
        self._modes = pdfium.Ints(2)
        self._bounds_of = pdfium.Floats(4)
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
                self._add_path(handle, outer, clip)
            elif kind == pdfium.IMAGE:
                self._add_image(handle, outer, clip)
            elif kind == pdfium.FORM and depth < _DEEPEST:
                inner, inner_clip = self._matrix(handle).then(outer), self._clip(handle, outer, clip)
                members = pdfium.form_objects(handle)
                self._walk(handle, pdfium.form_object, members, inner, inner_clip, depth + 1)

    def _add_run(self, handle: int, outer: Matrix, clip: Box | None) -> None:
        text, color = self._text, self._color
        is_layered = pdfium.object_marks(handle) > 0 and _is_layered(handle)
        pdfium.text_size(handle, text.address)
        pdfium.object_matrix(handle, text.address + 4)
        mode = pdfium.text_mode(handle)
        paint = pdfium.stroke_color if mode in _STROKED_ONLY else pdfium.fill_color
        if paint(handle, *color.addresses):
            red, green, blue, alpha = color.values()
        else:
            red, green, blue, alpha = 0, 0, 0, 255
        size, *matrix = text.values()
        path = pdfium.object_clip(handle)
        if path and pdfium.clip_paths(path) > 0:
            clip = self._clip(handle, outer, clip)
        placed = Matrix(*matrix) if outer is IDENTITY else Matrix(*matrix).then(outer)
        self.runs[handle] = Run(self._order, placed, size, (red, green, blue), alpha, mode, clip, is_layered, [])

    def _matrix(self, handle: int) -> Matrix:
        pdfium.object_matrix(handle, self._text.address + 4)
        return Matrix(*self._text.values()[1:])

    def _clip(self, handle: int, outer: Matrix, clip: Box | None) -> Box | None:
        """The box that the object is clipped to, None for none. Odd shapes count as the box around them."""
        path = pdfium.object_clip(handle)
        for number in range(pdfium.clip_paths(path) if path else 0):
            box = Box(*outer.box(*self._clip_box(path, number)))
            clip = box if clip is None else _intersection(clip, box)
        return clip

    def _clip_box(self, path: int, number: int) -> tuple[float, float, float, float]:
        count = pdfium.clip_segments(path, number)
        self._budget.spend(count // 16)
        x, y = self._point.addresses
        points = []
        for index in range(count):
            pdfium.segment_point(pdfium.clip_segment(path, number, index), x, y)
            points.append(self._point.values())
        if not points:
            return 0.0, 0.0, 0.0, 0.0
        xs, ys = zip(*points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _add_image(self, handle: int, outer: Matrix, clip: Box | None) -> None:
        box = Box(*self._matrix(handle).then(outer).box(0, 0, 1, 1))
        clip = self._clip(handle, outer, clip)
        box = box if clip is None else _intersection(box, clip)
        self.images.append(box)
        self.shapes.append(Shape(self._order, box, None, True, handle))

    def _add_path(self, handle: int, outer: Matrix, clip: Box | None) -> None:
        pdfium.draw_mode(handle, *self._modes.addresses)
        filled, stroked = self._modes.values()
        fill = self._painted(pdfium.fill_color, handle) if filled else None
        stroke = self._painted(pdfium.stroke_color, handle) if stroked else None
        if fill is None and stroke is None:
            return
        count = pdfium.path_segments(handle)
        self._budget.spend(count)
        clip = self._clip(handle, outer, clip)
        lines_show = stroke is not None and _shows(*stroke)
        first = len(self.strokes)
        if stroked and count <= 5 and (rectangle := self._rectangle(handle, count, outer)) is not None:
            areas = [(rectangle, True)]
            if lines_show:
                self.strokes.add_frame(*rectangle)
            elif fill is not None and _shows(*fill):
                self.strokes.add_thin(*rectangle)
        elif count > 5 or stroked:
            areas = self._add_lines(handle, count, self._matrix(handle).then(outer), strokes=lines_show, fills=fill)
        else:
            areas = [(self._bounds(handle, outer), True)]
            if fill is not None and _shows(*fill):
                self.strokes.add_thin(*areas[0][0])
        if clip is not None:
            self.strokes.clip_from(first, clip)
        if fill is not None and fill[1] >= _OPAQUE:
            self._add_areas(handle, areas, fill[0], clip)

    def _add_areas(self, handle: int, areas: list[tuple[Box, bool]], color: Color, clip: Box | None) -> None:
        """The opaque areas of a filled path. Of two within each other the inner one is a hole in a frame."""
        least = THICKEST_RULE if _shows(color, _OPAQUE) else _THINNEST_COVER
        thick = [
            (box, is_rectangle)
            for box, is_rectangle in areas
            if box.x1 - box.x0 > least and box.bottom - box.top > least
        ]
        if not thick or len(thick) > _MOST_AREAS or (min(color) > 128 and pdfium.has_transparency(handle)):
            return  # what is light and transparent is a marker's line
        for number, (box, is_rectangle) in enumerate(thick):
            if any(_intersection(box, other) in (box, other) for n, (other, _) in enumerate(thick) if n != number):
                continue
            box = box if clip is None else _intersection(box, clip)
            self.shapes.append(Shape(self._order, box, color, is_rectangle, 0))

    def _painted(self, get: Callable[..., int], handle: int) -> tuple[Color, int] | None:
        """Colour and opacity that paint a path."""
        if not get(handle, *self._color.addresses):
            return None
        red, green, blue, alpha = self._color.values()
        return ((red, green, blue), alpha) if alpha else None

    def _bounds(self, handle: int, outer: Matrix) -> Box:
        pdfium.object_bounds(handle, *self._bounds_of.addresses)
        return Box(*outer.box(*self._bounds_of.values()))

    def _rectangle(self, handle: int, count: int, outer: Matrix) -> Box | None:
        """The corners of a path that is a rectangle: most cells are drawn as one. None for other paths."""
        if count < 4:
            return None
        x, y = self._point.addresses
        corners = []
        for index in range(4):
            pdfium.segment_point(pdfium.path_segment(handle, index), x, y)
            corners.append(self._point.values())
        last = pdfium.path_segment(handle, count - 1)
        if pdfium.segment_type(last) == _BEZIER or (count == 4 and not pdfium.segment_close(last)):
            return None
        if count == 5:
            pdfium.segment_point(last, x, y)
            if self._point.values() != corners[0]:
                return None
        (xa, ya), (xb, yb), (xc, yc), (xd, yd) = corners
        is_level = ya == yb and xb == xc and yc == yd and xd == xa
        matrix = self._matrix(handle)
        if not (is_level or (xa == xb and yb == yc and xc == xd and yd == ya)) or not matrix.b == 0 == matrix.c:
            return None
        if pdfium.segment_type(pdfium.path_segment(handle, 1)) == _BEZIER:
            return None
        return Box(*matrix.then(outer).box(xa, ya, xc, yc))

    def _add_lines(
        self, handle: int, count: int, matrix: Matrix, *, strokes: bool, fills: tuple[Color, int] | None
    ) -> list[tuple[Box, bool]]:
        """Add the lines of a path, subpath by subpath; the box of each, and whether it is a rectangle."""
        areas: list[tuple[Box, bool]] = []
        points: list[tuple[float, float]] = []
        x, y = self._point.addresses
        a, b, c, d, e, f = matrix
        controls = 0
        for index in range(count):
            segment = pdfium.path_segment(handle, index)
            kind = pdfium.segment_type(segment)
            if kind == _BEZIER:  # of a curve only the end counts
                controls += 1
                if controls % 3:
                    continue
            if kind == _MOVE and points:
                self._add_subpath(points, areas, strokes=strokes, fills=fills)
                points = []
            pdfium.segment_point(segment, x, y)
            across, up = self._point.values()
            points.append((a * across + c * up + e, b * across + d * up + f))
            if index and pdfium.segment_close(segment):
                points.append(points[0])
        self._add_subpath(points, areas, strokes=strokes, fills=fills)
        return areas if controls == 0 else [(box, False) for box, _ in areas]

    def _add_subpath(
        self,
        points: list[tuple[float, float]],
        areas: list[tuple[Box, bool]],
        *,
        strokes: bool,
        fills: tuple[Color, int] | None,
    ) -> None:
        if len(points) < 2:
            return
        xs, ys = zip(*points, strict=True)
        box = Box(min(xs), min(ys), max(xs), max(ys))
        if fills is not None:
            areas.append((box, len(points) <= 6))
        if box.bottom - box.top <= THICKEST_RULE or box.x1 - box.x0 <= THICKEST_RULE:
            if strokes or (fills is not None and _shows(*fills)):
                self.strokes.add_thin(*box)
        elif strokes and is_near(box):
            self.strokes += [Stroke(*start, *end) for start, end in pairwise(points)]


def _shows(color: Color, alpha: int) -> bool:
    """White rules, and those that are transparent, are not seen."""
    return alpha > 0 and min(color) < _OPAQUE


def _intersection(a: Box, b: Box) -> Box:
    x0, y0, x1, y1 = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return Box(x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else Box(0.0, 0.0, 0.0, 0.0)


def _is_layered(handle: int) -> bool:
    """Is the run on a layer that may be switched off? Takes replacement texts off it: what they say is not what is painted."""
    is_layered = False
    for index in reversed(range(pdfium.object_marks(handle))):
        mark = pdfium.object_mark(handle, index)
        if mark and pdfium.mark_value_type(mark, b"ActualText"):
            pdfium.remove_mark(handle, mark)
        elif mark and (pdfium.mark_value_type(mark, b"Type") or pdfium.mark_value_type(mark, b"OCGs")):
            is_layered = is_layered or pdfium.mark_is(mark, _OC)
    return is_layered
