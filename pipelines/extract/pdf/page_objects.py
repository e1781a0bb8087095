"""Walks the objects of a PDFium page, also those within forms, in the order in which they are painted.

Gives runs of text, painted shapes and images in the page's own coordinates. What a run says comes later, from PDFium's text page
(``pipelines.extract.pdf.page_reader``); here its place among the others, its colour and what clips it are taken.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2.raw as raw

from pipelines.extract.pdf import pdfium
from pipelines.extract.pdf.geometry import IDENTITY, Matrix

MAX_OBJECTS = 60_000
"""Objects, path segments and characters that a document may draw; a report draws a few thousand a page."""
THICKEST_RULE = 3.0
"""Points."""
_DEEPEST = 12  # forms within forms
_FAR = 20_000.0  # points: beyond any page; broken matrices give more
_LINE, _BEZIER, _MOVE = raw.FPDF_SEGMENT_LINETO, raw.FPDF_SEGMENT_BEZIERTO, raw.FPDF_SEGMENT_MOVETO
_OPAQUE = 250  # of 255

BoxTuple = tuple[float, float, float, float]
Color = tuple[int, int, int]


class TooManyObjectsError(Exception):
    """A page, or a document, draws more than any report does."""


class Budget:
    """What the whole document may still draw, so that work is bounded by counting."""

    def __init__(self, left: int = MAX_OBJECTS) -> None:
        self._left = left

    def spend(self, count: int = 1) -> None:
        """Raises TooManyObjectsError when nothing is left."""
        self._left -= count
        if self._left < 0:
            raise TooManyObjectsError(f"the PDF draws more than {MAX_OBJECTS} objects")


@dataclass(slots=True)
class Run:
    """A run of text: one showing operator. ``color`` is what paints it, None where nothing does."""

    order: int
    matrix: Matrix
    size: float
    color: Color | None
    alpha: int
    mode: int
    clip: BoxTuple | None
    is_layered: bool
    chars: list[tuple[str, BoxTuple]] = field(default_factory=list)


class Shape(NamedTuple):
    """A filled area or an image. ``color`` is None for an image, and where the filling is not one opaque colour."""

    order: int
    box: BoxTuple
    color: Color | None
    is_rectangle: bool
    handle: int  # of an image, 0 otherwise


class Stroke(NamedTuple):
    """A straight painted line, or a filled box so thin that it is one."""

    x0: float
    y0: float
    x1: float
    y1: float
    order: int


class PageObjects:
    """The objects of one page. ``runs`` has them by handle, as PDFium's text page names them."""

    def __init__(self, page: int, budget: Budget) -> None:
        self.runs: dict[int, Run] = {}
        self.shapes: list[Shape] = []
        self.strokes: list[Stroke] = []
        self.images: list[BoxTuple] = []
        self._budget = budget
        self._order = 0
        self._floats, self._colors, self._ints = pdfium.Floats(6), pdfium.Ints(4), pdfium.Ints(2)
        count = pdfium.page_objects(page)
        self._walk(lambda index: pdfium.page_object(page, index), count, IDENTITY, None, 0)

    def _walk(self, get: Callable[[int], int | None], count: int, outer: Matrix, clip: BoxTuple | None, depth: int) -> None:
        for index in range(count):
            handle = get(index)
            if not handle:
                continue
            self._budget.spend()
            self._order += 1
            kind = pdfium.object_type(handle)
            if kind == pdfium.TEXT:
                self._add_run(handle, outer, clip)
            elif kind == pdfium.PATH:
                self._add_path(handle, outer, clip)
            elif kind == pdfium.IMAGE:
                self._add_image(handle, outer, clip)
            elif kind == pdfium.FORM and depth < _DEEPEST:
                inner = self._matrix(handle).then(outer)
                inner_clip = self._clip(handle, outer, clip)
                members = max(0, pdfium.form_objects(handle))
                self._walk(lambda n, form=handle: pdfium.form_object(form, n), members, inner, inner_clip, depth + 1)  # type: ignore[misc]

    def _matrix(self, handle: int) -> Matrix:
        pdfium.object_matrix(handle, self._floats.address)
        return Matrix(*self._floats.values)

    def _color(self, get: Callable[..., int], handle: int) -> tuple[Color, int] | None:
        ints = self._colors
        if not get(handle, ints.at(0), ints.at(1), ints.at(2), ints.at(3)):
            return None
        red, green, blue, alpha = ints.values
        return (red, green, blue), alpha

    def _clip(self, handle: int, outer: Matrix, clip: BoxTuple | None) -> BoxTuple | None:
        """The box that the object is clipped to, None for none. Odd shapes count as the box around them."""
        path = pdfium.object_clip(handle)
        count = pdfium.clip_paths(path) if path else 0
        for number in range(max(0, count)):
            box = outer.box(*self._clip_box(path, number))
            clip = box if clip is None else _intersection(clip, box)
        return clip

    def _clip_box(self, path: int, number: int) -> BoxTuple:
        count = pdfium.clip_segments(path, number)
        self._budget.spend(max(0, count) // 16)
        xs, ys = [], []
        x, y = self._floats.at(0), self._floats.at(1)
        for index in range(max(0, count)):
            if pdfium.segment_point(pdfium.clip_segment(path, number, index), x, y):
                xs.append(self._floats.values[0])
                ys.append(self._floats.values[1])
        return (min(xs), min(ys), max(xs), max(ys)) if xs else (0.0, 0.0, 0.0, 0.0)

    def _add_run(self, handle: int, outer: Matrix, clip: BoxTuple | None) -> None:
        is_layered = _is_layered(handle, self._floats)
        pdfium.text_size(handle, self._floats.at(0))
        size = self._floats.values[0]
        mode = pdfium.text_mode(handle)
        painted = self._color(pdfium.stroke_color if mode in (1, 5) else pdfium.fill_color, handle)
        color, alpha = painted if painted else (None, 255)
        matrix = self._matrix(handle).then(outer)
        self.runs[handle] = Run(self._order, matrix, size, color, alpha, mode, self._clip(handle, outer, clip), is_layered)

    def _add_image(self, handle: int, outer: Matrix, clip: BoxTuple | None) -> None:
        box = self._matrix(handle).then(outer).box(0, 0, 1, 1)
        clip = self._clip(handle, outer, clip)
        box = box if clip is None else _intersection(box, clip)
        self.images.append(box)
        self.shapes.append(Shape(self._order, box, None, True, handle))

    def _add_path(self, handle: int, outer: Matrix, clip: BoxTuple | None) -> None:
        modes = self._ints
        if not pdfium.draw_mode(handle, modes.at(0), modes.at(1)):
            return
        fills, strokes = modes.values[0] != 0, modes.values[1] != 0
        filling = self._color(pdfium.fill_color, handle) if fills else None
        stroking = self._color(pdfium.stroke_color, handle) if strokes else None
        is_seen = (stroking is not None and _shows(*stroking)), (filling is not None and _shows(*filling))
        count = pdfium.path_segments(handle)
        self._budget.spend(max(0, count))
        if any(is_seen):
            before = len(self.strokes)
            if count <= 5 and not strokes:
                self._add_thin(*outer.box(*self._bounds(handle)))
            else:
                self._add_lines(handle, count, self._matrix(handle).then(outer), strokes=is_seen[0])
            if clip is not None or len(self.strokes) - before > 0:
                self._cut_strokes(before, self._clip(handle, outer, clip))
        if filling is not None and filling[1] >= _OPAQUE:
            box = outer.box(*self._bounds(handle))
            if box[2] - box[0] > THICKEST_RULE and box[3] - box[1] > THICKEST_RULE and not pdfium.has_transparency(handle):
                clip = self._clip(handle, outer, clip)
                box = box if clip is None else _intersection(box, clip)
                self.shapes.append(Shape(self._order, box, filling[0], count <= 5, 0))

    def _bounds(self, handle: int) -> BoxTuple:
        floats = self._floats
        pdfium.object_bounds(handle, floats.at(0), floats.at(1), floats.at(2), floats.at(3))
        left, bottom, right, top = floats.values[:4]
        return left, bottom, right, top

    def _add_lines(self, handle: int, count: int, matrix: Matrix, *, strokes: bool) -> None:
        """The lines of a path, subpath by subpath. Of a curve only the end counts."""
        points: list[tuple[float, float]] = []
        x, y = self._floats.at(0), self._floats.at(1)
        values = self._floats.values
        controls = 0
        for index in range(count):
            segment = pdfium.path_segment(handle, index)
            kind = pdfium.segment_type(segment)
            pdfium.segment_point(segment, x, y)
            if kind == _BEZIER:
                controls += 1
                if controls % 3:
                    continue
            if kind == _MOVE:
                self._add_subpath(points, strokes=strokes)
                points = []
            points.append(matrix.point(values[0], values[1]))
            if pdfium.segment_close(segment):
                points.append(points[0])
        self._add_subpath(points, strokes=strokes)

    def _add_subpath(self, points: list[tuple[float, float]], *, strokes: bool) -> None:
        if len(points) < 2:
            return
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, right, low, high = min(xs), max(xs), min(ys), max(ys)
        if high - low <= THICKEST_RULE or right - left <= THICKEST_RULE:
            self._add_thin(left, low, right, high)
        elif strokes:
            for (xa, ya), (xb, yb) in zip(points, points[1:], strict=False):
                self._add_stroke(xa, ya, xb, yb)

    def _add_thin(self, left: float, low: float, right: float, high: float) -> None:
        wide, tall = right - left, high - low
        if wide <= THICKEST_RULE or tall <= THICKEST_RULE:
            if wide > tall:
                self._add_stroke(left, (low + high) / 2, right, (low + high) / 2)
            elif tall > 0:
                self._add_stroke((left + right) / 2, low, (left + right) / 2, high)

    def _add_stroke(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if all(-_FAR < value < _FAR for value in (x0, y0, x1, y1)):  # false for NaN
            self.strokes.append(Stroke(x0, y0, x1, y1, self._order))

    def _cut_strokes(self, first: int, clip: BoxTuple | None) -> None:
        """Of strokes that are clipped, what is left; slanted ones stay whole or go."""
        if clip is None:
            return
        left, low, right, high = clip[0] - 1, clip[1] - 1, clip[2] + 1, clip[3] + 1
        added = self.strokes[first:]
        del self.strokes[first:]
        for x0, y0, x1, y1, order in added:
            if max(x0, x1) < left or min(x0, x1) > right or max(y0, y1) < low or min(y0, y1) > high:
                continue
            xa, xb = (min(max(x, left), right) for x in (x0, x1))
            ya, yb = (min(max(y, low), high) for y in (y0, y1))
            self.strokes.append(Stroke(xa, ya, xb, yb, order))


def _shows(color: Color, alpha: int) -> bool:
    """White rules, and those that are transparent, are not seen."""
    return alpha > 0 and min(color) < _OPAQUE


def _intersection(a: BoxTuple, b: BoxTuple) -> BoxTuple:
    x0, y0, x1, y1 = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else (0.0, 0.0, 0.0, 0.0)


def _is_layered(handle: int, name: pdfium.Floats) -> bool:
    """Takes replacement texts off the run, for what they say is not what is painted. Is it on a layer that may be switched off?"""
    is_layered = False
    for index in reversed(range(max(0, pdfium.object_marks(handle)))):
        mark = pdfium.object_mark(handle, index)
        if mark and pdfium.mark_value_type(mark, b"ActualText"):
            pdfium.remove_mark(handle, mark)
        elif mark and (pdfium.mark_value_type(mark, b"Type") or pdfium.mark_value_type(mark, b"OCGs")):
            pdfium.mark_name(mark, name.at(0), 4 * len(name.values) - 4, name.at(len(name.values) - 1))
            is_layered = is_layered or bytes(name.values)[:6] == "OC\0".encode("utf-16-le")
    return is_layered
