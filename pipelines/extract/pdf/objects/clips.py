"""What the objects of a page are clipped to."""

from collections.abc import Sequence
from itertools import pairwise

import pypdfium2.raw as raw

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.objects.painted import Budget, Outline
from pipelines.extract.pdf.page.content import Box
from pipelines.extract.pdf.page.geometry import Matrix


class Clips:
    """Reads clips; their segments are spent from the budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._point = pdfium.Floats(2)
        self.odd: list[Outline] = []
        """The clips of the object last asked for that are no upright rectangles, in the coordinates of its form."""

    def of(self, handle: int, outer: Matrix, clip: Box | None) -> Box | None:
        """The box that the object is clipped to within ``clip``, None for none. Odd shapes count as the box around them."""
        path = pdfium.object_clip(handle)
        self.odd = []
        for number in range(pdfium.clip_paths(path) if path else 0):
            box = Box(*outer.box(*self._box(path, number)))
            clip = box if clip is None else intersection(clip, box)
        return clip

    def _box(self, path: int, number: int) -> tuple[float, float, float, float]:
        count = pdfium.clip_segments(path, number)
        self._budget.spend(count // 16)
        x, y = self._point.addresses
        points = []
        starts = []
        for index in range(count):
            segment = pdfium.clip_segment(path, number, index)
            pdfium.segment_point(segment, x, y)
            if pdfium.segment_type(segment) == raw.FPDF_SEGMENT_MOVETO:
                starts.append(index)
            points.append(self._point.values())
        if not points:
            return 0.0, 0.0, 0.0, 0.0
        if not _is_rectangle(points):
            self.odd.append(tuple(tuple(points[a:b]) for a, b in pairwise([*(starts or [0]), count])))
        xs, ys = zip(*points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def _is_rectangle(points: Sequence[tuple[float, float]]) -> bool:
    """Level and upright sides only, and no more than a rectangle has."""
    return len(points) <= 5 and all(xa == xb or ya == yb for (xa, ya), (xb, yb) in pairwise(points))


def placed_outline(outline: Outline, matrix: Matrix) -> Outline:
    """An outline after a map."""
    return tuple(tuple(matrix.point(*point) for point in part) for part in outline)


def holds(outline: Outline, x: float, y: float) -> bool:
    """Whether a point lies within an outline, whichever of the two rules for overlapping parts holds."""
    winding, crossings = 0, 0
    for (xa, ya), (xb, yb) in (side for part in outline for side in pairwise((*part, part[0]))):
        if (ya <= y) != (yb <= y) and x < xa + (y - ya) * (xb - xa) / (yb - ya):
            crossings += 1
            winding += 1 if yb > ya else -1
    return winding != 0 and crossings % 2 == 1


def intersection(a: Box, b: Box) -> Box:
    """What two boxes have in common; an empty box at the origin for nothing."""
    x0, y0, x1, y1 = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return Box(x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else Box(0.0, 0.0, 0.0, 0.0)
