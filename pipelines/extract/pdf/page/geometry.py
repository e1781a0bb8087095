"""Affine maps and boxes in PDF coordinates."""

from typing import NamedTuple


class Matrix(NamedTuple):
    """x' = a x + c y + e, y' = b x + d y + f."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def then(self, outer: "Matrix") -> "Matrix":
        """First this map, then ``outer``."""
        a, b, c, d, e, f = self
        oa, ob, oc, od, oe, of = outer
        return Matrix(
            a * oa + b * oc,
            a * ob + b * od,
            c * oa + d * oc,
            c * ob + d * od,
            e * oa + f * oc + oe,
            e * ob + f * od + of,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """The box around what a box becomes: smallest x and y, largest x and y."""
        a, b, c, d, e, f = self
        if b == 0 == c:
            x0, x1, y0, y1 = a * x0 + e, a * x1 + e, d * y0 + f, d * y1 + f
        else:
            xs = (a * x0 + c * y0, a * x0 + c * y1, a * x1 + c * y0, a * x1 + c * y1)
            ys = (b * x0 + d * y0, b * x0 + d * y1, b * x1 + d * y0, b * x1 + d * y1)
            return min(xs) + e, min(ys) + f, max(xs) + e, max(ys) + f
        return (x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


IDENTITY = Matrix(1, 0, 0, 1, 0, 0)


def upright(quarter: int, box: tuple[float, float, float, float]) -> tuple[Matrix, float, float]:
    """The map from a page's own coordinates to those from its top left corner, and its width and height then.

    ``quarter``: how many quarter turns, clockwise, bring the page upright; ``box``: left, bottom, right, top.
    """
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    if quarter == 0:
        return Matrix(1, 0, 0, -1, -left, top), wide, high
    if quarter == 1:
        return Matrix(0, 1, 1, 0, -bottom, -left), high, wide
    if quarter == 2:
        return Matrix(-1, 0, 0, 1, right, -bottom), wide, high
    return Matrix(0, -1, -1, 0, top, right), high, wide
