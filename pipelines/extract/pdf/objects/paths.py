"""Paths of a PDFium page → the lines that they draw and the areas that they fill.

Every cell of a table is a path or several: hence the plain loops, and as few calls as will do.
"""

from collections.abc import Callable
from itertools import pairwise

import pypdfium2.raw as raw

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.objects.clips import Clips, intersection
from pipelines.extract.pdf.objects.painted import Budget, Color, Shape
from pipelines.extract.pdf.objects.strokes import THICKEST_RULE, Stroke, Strokes, is_near
from pipelines.extract.pdf.page.content import Box
from pipelines.extract.pdf.page.drawings import may_be_figure
from pipelines.extract.pdf.page.geometry import IDENTITY, Matrix

_THINNEST_COVER = 1.0  # points: a white bar that is no rule covers what is below it
_BEZIER, _MOVE = raw.FPDF_SEGMENT_BEZIERTO, raw.FPDF_SEGMENT_MOVETO
_OPAQUE = 250  # of 255
_MOST_AREAS = 400  # of one path: more are a drawing

_Paint = tuple[Color, int]
"""A colour and its opacity."""


class Paths:
    """Reads paths, one after the other.

    ``strokes`` takes their lines, ``shapes`` their opaque areas, ``outlines`` the boxes of what is neither straight nor a
    rectangle, as a figure that is drawn.
    """

    def __init__(self, shapes: list[Shape], clips: Clips, budget: Budget) -> None:
        self.strokes = Strokes()
        self.outlines: list[Box] = []
        self._shapes, self._clips, self._budget = shapes, clips, budget
        self._color = pdfium.Ints(4)
        self._modes = pdfium.Ints(2)
        self._matrix_of = pdfium.Floats(6)
        self._point = pdfium.Floats(2)
        self._bounds_of = pdfium.Floats(4)
        self._corners = pdfium.Floats(10)
        self._corner_addresses = tuple(zip(self._corners.addresses[::2], self._corners.addresses[1::2], strict=True))

    def add(self, handle: int, order: int, outer: Matrix, clip: Box | None) -> None:
        """Add what a path paints. ``order``: its place among the objects of the page."""
        pdfium.draw_mode(handle, *self._modes.addresses)
        filled, stroked = self._modes.values()
        fill = self._painted(pdfium.fill_color, handle) if filled else None
        stroke = self._painted(pdfium.stroke_color, handle) if stroked else None
        if fill is None and stroke is None:
            return
        count = pdfium.path_segments(handle)
        self._budget.spend(count)
        clip = self._clips.of(handle, outer, clip)
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
            self._add_areas(handle, order, areas, fill[0], clip)

    def _add_areas(
        self, handle: int, order: int, areas: list[tuple[Box, bool]], color: Color, clip: Box | None
    ) -> None:
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
            if any(intersection(box, other) in (box, other) for n, (other, _) in enumerate(thick) if n != number):
                continue
            box = box if clip is None else intersection(box, clip)
            self._shapes.append(Shape(order, box, color, is_rectangle, 0))

    def _painted(self, get: Callable[..., int], handle: int) -> _Paint | None:
        """Colour and opacity that paint a path."""
        if not get(handle, *self._color.addresses):
            return None
        red, green, blue, alpha = self._color.values()
        return ((red, green, blue), alpha) if alpha else None

    def _matrix(self, handle: int) -> Matrix:
        pdfium.object_matrix(handle, self._matrix_of.address)
        return Matrix(*self._matrix_of.values())

    def _bounds(self, handle: int, outer: Matrix) -> Box:
        pdfium.object_bounds(handle, *self._bounds_of.addresses)
        return Box(*outer.box(*self._bounds_of.values()))

    def _rectangle(self, handle: int, count: int, outer: Matrix) -> Box | None:
        """The corners of a path that is a rectangle: most cells are drawn as one. None for other paths."""
        if count < 4:
            return None
        get, point, second, last = pdfium.path_segment, pdfium.segment_point, 0, 0
        for index in range(count):
            last = get(handle, index)
            x, y = self._corner_addresses[index]
            point(last, x, y)
            if index == 1:
                second = last
        xa, ya, xb, yb, xc, yc, xd, yd, xe, ye = self._corners.values()
        is_closed = (xe == xa and ye == ya) if count == 5 else pdfium.segment_close(last)
        is_level = ya == yb and xb == xc and yc == yd and xd == xa
        if not is_closed or not (is_level or (xa == xb and yb == yc and xc == xd and yd == ya)):
            return None
        if pdfium.segment_type(last) == _BEZIER or pdfium.segment_type(second) == _BEZIER:
            return None
        matrix = self._matrix(handle)
        if not matrix.b == 0 == matrix.c:
            return None
        placed = matrix if outer is IDENTITY else matrix.then(outer)
        return Box(*placed.box(xa, ya, xc, yc))

    def _add_lines(
        self, handle: int, count: int, matrix: Matrix, *, strokes: bool, fills: _Paint | None
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
                self._add_subpath(points, areas, strokes=strokes, fills=fills, is_curved=controls > 0)
                points = []
            pdfium.segment_point(segment, x, y)
            across, up = self._point.values()
            points.append((a * across + c * up + e, b * across + d * up + f))
            if index and pdfium.segment_close(segment):
                points.append(points[0])
        self._add_subpath(points, areas, strokes=strokes, fills=fills, is_curved=controls > 0)
        return areas if controls == 0 else [(box, False) for box, _ in areas]

    def _add_subpath(
        self,
        points: list[tuple[float, float]],
        areas: list[tuple[Box, bool]],
        *,
        strokes: bool,
        fills: _Paint | None,
        is_curved: bool,
    ) -> None:
        if len(points) < 2:
            return
        if len(points) == 2:
            (xa, ya), (xb, yb) = points
            box = Box(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))
        else:
            xs, ys = zip(*points, strict=True)
            box = Box(min(xs), min(ys), max(xs), max(ys))
        if fills is not None:
            areas.append((box, len(points) <= 6))
        if (strokes or (fills is not None and _shows(*fills))) and may_be_figure(box, points, is_curved=is_curved):
            self.outlines.append(box)
        if box.bottom - box.top <= THICKEST_RULE or box.x1 - box.x0 <= THICKEST_RULE:
            if strokes or (fills is not None and _shows(*fills)):
                self.strokes.add_thin(*box)
        elif strokes and is_near(box):
            self.strokes += [Stroke(*start, *end) for start, end in pairwise(points)]


def _shows(color: Color, alpha: int) -> bool:
    """White rules, and those that are transparent, are not seen."""
    return alpha > 0 and min(color) < _OPAQUE
