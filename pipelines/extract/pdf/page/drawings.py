"""Painted shapes that may be figures: type that was turned into outlines, and what a pen has written on a screen."""

from collections.abc import Sequence
from itertools import pairwise

from pipelines.extract.pdf.page.content import Box

_LEAST, _TALLEST, _WIDEST = 3.0, 40.0, 90.0  # points
_STRAIGHT = 0.3


def may_be_figure(box: Box, points: Sequence[tuple[float, float]], *, is_curved: bool) -> bool:
    """Whether a path around ``box`` is of the size of figures, and neither a line nor a rectangle.

    ``points``: its corners. A single straight line is a rule, or crosses out what is blank.
    """
    wide, high = box.x1 - box.x0, box.bottom - box.top
    if not (_LEAST <= high <= _TALLEST and wide <= _WIDEST):
        return False
    if is_curved:
        return True
    is_level = all(abs(xa - xb) < _STRAIGHT or abs(ya - yb) < _STRAIGHT for (xa, ya), (xb, yb) in pairwise(points))
    return len(points) > 2 and not (is_level and len(points) <= 6)
