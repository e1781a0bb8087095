"""What a page paints, in the page's own coordinates: runs of text and filled shapes; and how much a document may paint."""

from typing import NamedTuple

from pipelines.extract.pdf.page.content import Box
from pipelines.extract.pdf.page.geometry import Matrix
from schemas.errors import GongkaiError

MAX_OBJECTS = 60_000
"""Objects, path segments and characters that a document may draw; a report draws a few thousand a page."""

OPAQUE = 250
"""Of 255: what is no more transparent hides what is below it."""

Color = tuple[int, int, int]
Outline = tuple[tuple[tuple[float, float], ...], ...]
"""The corners of each part of a shape, in order."""
Glyph = tuple[str, float, float, float, float]
"""A character with its left, lower, right and upper edge."""


class TooManyObjectsError(GongkaiError):
    """A page, or a document, draws more than any report does."""


class Budget:
    """What the whole document may still draw, so that work is bounded by counting."""

    def __init__(self, left: int = MAX_OBJECTS) -> None:
        self._left = left

    def spend(self, count: int) -> None:
        """Raises TooManyObjectsError when nothing is left."""
        self._left -= max(0, count)
        if self._left < 0:
            raise TooManyObjectsError(f"the PDF draws more than {MAX_OBJECTS} objects")


class Run(NamedTuple):
    """A run of text: one showing operator. ``color`` is what paints it; ``chars`` are filled in later, text and box.

    ``is_odd``: it is painted in a way that need not leave the ink that it says; ``odd_clips``: clips that are no rectangles.
    """

    order: int
    matrix: Matrix
    size: float
    color: Color
    alpha: int
    mode: int
    clip: Box | None
    is_layered: bool
    chars: list[Glyph]
    is_odd: bool = False
    odd_clips: tuple[Outline, ...] = ()


class Doubt(NamedTuple):
    """An object whose ink cannot be told from what it is, its box and handle. ``is_short``: a plain line, but a short one."""

    box: Box
    handle: int
    is_short: bool = False


class Shape(NamedTuple):
    """A filled area or an image. ``color`` is None for an image; ``is_rectangle``: the area is its box."""

    order: int
    box: Box
    color: Color | None
    is_rectangle: bool
    image: int  # handle of an image, 0 otherwise


def shows(color: Color, alpha: int) -> bool:
    """White lines, and those that are transparent, are not seen."""
    return alpha > 0 and min(color) < OPAQUE
