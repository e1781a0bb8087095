"""Paths of a PDFium page → the lines that they draw and the areas that they fill.

Every cell of a table is a path or several: hence the plain loops, and as few calls as will do.
"""

from collections.abc import Callable
from itertools import pairwise

import pypdfium2.raw as raw

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.objects.clips import Clips, intersection
from pipelines.extract.pdf.objects.layers import Layers
from pipelines.extract.pdf.objects.painted import OPAQUE, Budget, Color, Doubt, Shape, shows
from pipelines.extract.pdf.objects.strokes import THICKEST_RULE, Stroke, Strokes, has_square_corners, is_near, is_thin
from pipelines.extract.pdf.page.content import Box
from pipelines.extract.pdf.page.drawings import may_be_figure
from pipelines.extract.pdf.page.geometry import IDENTITY, Matrix

_THINNEST_COVER = 1.0  # points: a white bar that is no rule covers what is below it
_BEZIER, _MOVE = raw.FPDF_SEGMENT_BEZIERTO, raw.FPDF_SEGMENT_MOVETO
_THIN = 1.0  # units of a path's own space: few pages enlarge such a stroke to an area
_SHORT = 12.0  # points: a line that is no longer may be a sign beside a figure

_Paint = tuple[Color, int]
"""A colour and its opacity."""


class Paths:
    """Reads paths, one after the other.

    ``strokes`` takes their lines, ``shapes`` their opaque areas, ``outlines`` the boxes of what is neither straight nor a
    rectangle, as a figure that is drawn; ``doubts`` the paths of which lines and areas do not tell what is seen.
    """

    def __init__(self, shapes: list[Shape], doubts: list[Doubt], clips: Clips, layers: Layers, budget: Budget) -> None:
        self.strokes = Strokes()
        self.outlines: list[Box] = []
        self._shapes, self._doubts, self._clips, self._layers, self._budget = shapes, doubts, clips, layers, budget
        self._width = pdfium.Floats(1)
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
            if filled or stroked:  # in no plain colour, or in none at all
                self._doubts.append(Doubt(self._bounds(handle, outer), handle))
            return
        count = pdfium.path_segments(handle)
        self._budget.spend(count)
        clip = self._clips.of(handle, outer, clip)
        first, outlines = len(self.strokes), len(self.outlines)
        areas = self._areas(handle, count, outer, fill, stroke)
        if clip is not None:
            self.strokes.clip_from(first, clip)
        has_odd_parts = len(self.outlines) > outlines or (filled and fill is None)
        if areas is None or has_odd_parts or self._is_odd(handle, outer, areas, fill, stroke):
            self._doubts.append(Doubt(self._bounds(handle, outer), handle))
            return
        if len(self.strokes) > first:
            self._add_short(handle, first, areas)
        if fill is not None and fill[1] >= OPAQUE:
            self._add_areas(order, areas, fill[0], clip)

    def _areas(
        self, handle: int, count: int, outer: Matrix, fill: _Paint | None, stroke: _Paint | None
    ) -> list[tuple[Box, bool]] | None:
        """The areas of a path, and whether each is a rectangle; None for one with curves. Adds its lines."""
        lines_show = stroke is not None and shows(*stroke)
        if count > 5:
            return self._add_lines(handle, count, self._matrix(handle).then(outer), strokes=lines_show, fills=fill)
        if stroke is None:
            box = self._bounds(handle, outer)
            is_rectangle = is_thin(box) or self._is_rectangle(handle, count)
            if fill is not None and shows(*fill):
                self.strokes.add_thin(*box)
            return [(box, is_rectangle)]
        rectangle = self._rectangle(handle, count, outer)
        if rectangle is None:
            return self._add_lines(handle, count, self._matrix(handle).then(outer), strokes=lines_show, fills=fill)
        if lines_show:
            self.strokes.add_frame(*rectangle)
        elif fill is not None and shows(*fill):
            self.strokes.add_thin(*rectangle)
        return [(rectangle, True)]

    def _is_odd(
        self, handle: int, outer: Matrix, areas: list[tuple[Box, bool]], fill: _Paint | None, stroke: _Paint | None
    ) -> bool:
        """Is the path seen, or does it hide, otherwise than its lines and areas say?"""
        return (
            (stroke is not None and self._is_thick(handle, outer))
            or (bool(self._clips.odd) and not all(is_thin(box) for box, _ in areas))
            or (fill is not None and _hides_oddly(areas, fill[0]))
            or (fill is not None and bool(pdfium.has_transparency(handle)))
            or (fill is not None and pdfium.object_marks(handle) > 0 and self._layers.hold(handle))
        )

    def _add_short(self, handle: int, first: int, areas: list[tuple[Box, bool]]) -> None:
        """Add what is painted in plain lines, where it is short. ``first``: number of its first stroke."""
        if areas:
            box = areas[0][0]
        elif len(self.strokes) == first + 1:
            x0, y0, x1, y1 = self.strokes[first]
            box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        else:
            return
        if box[2] - box[0] <= _SHORT and box[3] - box[1] <= _SHORT:
            self._doubts.append(Doubt(box, handle, is_short=True))

    def _is_thick(self, handle: int, outer: Matrix) -> bool:
        """Is a stroke as broad as an area?"""
        pdfium.stroke_width(handle, self._width.address)
        (width,) = self._width.values()
        return bool(width > _THIN and width * max(map(abs, self._matrix(handle).then(outer)[:4])) > THICKEST_RULE)

    def _add_areas(self, order: int, areas: list[tuple[Box, bool]], color: Color, clip: Box | None) -> None:
        """The opaque areas of a filled path."""
        least = THICKEST_RULE if shows(color, OPAQUE) else _THINNEST_COVER
        for box, is_rectangle in areas:
            if box.x1 - box.x0 > least and box.bottom - box.top > least:
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

    def _is_rectangle(self, handle: int, count: int) -> bool:
        """Is a filled path of few corners the upright rectangle around it?"""
        if count < 4:
            return False
        get, point = pdfium.path_segment, pdfium.segment_point
        for index, (x, y) in enumerate(self._corner_addresses[:4]):
            point(get(handle, index), x, y)
        xa, ya, xb, yb, xc, yc, xd, yd, _, _ = self._corners.values()
        if not ((ya == yb and xb == xc and yc == yd and xd == xa) or (xa == xb and yb == yc and xc == xd and yd == ya)):
            return False
        pdfium.object_matrix(handle, self._matrix_of.address)
        _, b, c, _, _, _ = self._matrix_of.values()
        return bool(b == 0 == c)

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
    ) -> list[tuple[Box, bool]] | None:
        """Add the lines of a path, subpath by subpath; the box of each, and whether it is a rectangle. None for curves."""
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
        return areas if controls == 0 else None

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
            areas.append((box, len(points) <= 6 and has_square_corners(points)))
        if (strokes or (fills is not None and shows(*fills))) and may_be_figure(box, points, is_curved=is_curved):
            self.outlines.append(box)
        if is_thin(box):
            if strokes or (fills is not None and shows(*fills)):
                self.strokes.add_thin(*box)
        elif strokes and is_near(box):
            self.strokes += [Stroke(*start, *end) for start, end in pairwise(points)]


def _hides_oddly(areas: list[tuple[Box, bool]], color: Color) -> bool:
    """Whether filled areas hide something else than the one rectangle around them: several, odd ones, or thin light ones."""
    thick = [is_rectangle for box, is_rectangle in areas if not is_thin(box)]
    if thick and (len(areas) > 1 or not thick[0]):
        return True
    return not shows(color, OPAQUE) and not thick
