"""What the objects of a page are clipped to."""

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.objects.painted import Budget
from pipelines.extract.pdf.page.content import Box
from pipelines.extract.pdf.page.geometry import Matrix


class Clips:
    """Reads clips; their segments are spent from the budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._point = pdfium.Floats(2)

    def of(self, handle: int, outer: Matrix, clip: Box | None) -> Box | None:
        """The box that the object is clipped to within ``clip``, None for none. Odd shapes count as the box around them."""
        path = pdfium.object_clip(handle)
        for number in range(pdfium.clip_paths(path) if path else 0):
            box = Box(*outer.box(*self._box(path, number)))
            clip = box if clip is None else intersection(clip, box)
        return clip

    def _box(self, path: int, number: int) -> tuple[float, float, float, float]:
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


def intersection(a: Box, b: Box) -> Box:
    """What two boxes have in common; an empty box at the origin for nothing."""
    x0, y0, x1, y1 = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return Box(x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else Box(0.0, 0.0, 0.0, 0.0)
