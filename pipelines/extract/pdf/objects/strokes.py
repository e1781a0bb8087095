"""The straight lines that a page paints: rules, frames of rectangles, and boxes so thin that they are lines."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from pipelines.extract.pdf.page.content import FAR, Box

THICKEST_RULE = 3.0
"""Points."""

_LEVEL = 0.05  # points


class Stroke(NamedTuple):
    """A straight painted line, or a filled box so thin that it is one."""

    x0: float
    y0: float
    x1: float
    y1: float


_new_stroke = partial(tuple.__new__, Stroke)  # a third of the time of Stroke(…), for every side of every cell


class Strokes(list[Stroke]):
    """The lines of a page, in the order in which they are painted."""

    def add_frame(self, left: float, low: float, right: float, high: float) -> None:
        """The four sides of a rectangle that is stroked; one line where it is as thin as one."""
        if right - left <= THICKEST_RULE or high - low <= THICKEST_RULE:
            self.add_thin(left, low, right, high)
        elif is_near((left, low, right, high)):
            self.extend((
                _new_stroke((left, low, right, low)), _new_stroke((left, high, right, high)),
                _new_stroke((left, low, left, high)), _new_stroke((right, low, right, high)),
            ))  # fmt: skip

    def add_thin(self, left: float, low: float, right: float, high: float) -> None:
        """The line that a box is, where it is as thin as one."""
        wide, tall = right - left, high - low
        if (wide > THICKEST_RULE and tall > THICKEST_RULE) or not is_near((left, low, right, high)):
            return
        if wide > tall:
            self.append(Stroke(left, (low + high) / 2, right, (low + high) / 2))
        elif tall > 0:
            self.append(Stroke((left + right) / 2, low, (left + right) / 2, high))

    def clip_from(self, first: int, clip: Box) -> None:
        """Clip the strokes from number ``first`` on."""
        left, low, right, high = clip.x0 - 1, clip.top - 1, clip.x1 + 1, clip.bottom + 1
        added = self[first:]
        del self[first:]
        for x0, y0, x1, y1 in added:
            if max(x0, x1) < left or min(x0, x1) > right or max(y0, y1) < low or min(y0, y1) > high:
                continue
            xa, xb = (min(max(x, left), right) for x in (x0, x1))
            ya, yb = (min(max(y, low), high) for y in (y0, y1))
            self.append(Stroke(xa, ya, xb, yb))


def is_thin(box: tuple[float, float, float, float]) -> bool:
    """Whether a box is so thin that it is a line."""
    return box[2] - box[0] <= THICKEST_RULE or box[3] - box[1] <= THICKEST_RULE


def has_square_corners(points: Sequence[tuple[float, float]]) -> bool:
    """Whether all sides between the corners are level or upright."""
    return all(abs(xa - xb) < _LEVEL or abs(ya - yb) < _LEVEL for (xa, ya), (xb, yb) in pairwise(points))


def is_near(box: tuple[float, float, float, float]) -> bool:
    """Whether a box lies where pages lie; False for NaN."""
    left, low, right, high = box
    return left > -FAR and right < FAR and low > -FAR and high < FAR
